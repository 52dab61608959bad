//! That the generator says everything that the language can say: what it never says, no law has tried.

use crate::generate;
use crate::laws::spread;
use crate::scene::compile;
use servanda_diagnostics::SourceId;
use std::collections::BTreeSet;

/// The generator reaches what the language can say.
#[test]
fn every_construct_is_generated() {
    let mut uses: BTreeSet<&'static str> = BTreeSet::new();
    let mut forms: BTreeSet<&'static str> = BTreeSet::new();
    for seed in 0..500_u32 {
        let text = generate::policy(&spread(&[seed], 400));
        let (policy, _) = compile(&text.text);
        forms.extend(generate::forms(&policy));
        uses.extend(text.uses);
    }
    assert_eq!(forms.len(), 4, "{forms:?}");
    let missing: Vec<&str> = generate::CONSTRUCTS.iter().copied().filter(|it| !uses.contains(it)).collect();
    assert!(missing.is_empty(), "never generated: {missing:?}");
    let unlisted: Vec<&&str> = uses.iter().filter(|it| !generate::CONSTRUCTS.contains(it)).collect();
    assert!(unlisted.is_empty(), "not listed: {unlisted:?}");
}

/// The fixed words of the grammar that no generated policy has, and why.
const NOT_GENERATED: &[(&str, &[&str])] = &[
    ("it is about findings, and nothing is evaluated otherwise", &["allow", "because"]),
    (
        "only a scenario says it, and the evaluator runs none",
        &[
            "apart",
            "as_of",
            "capped_by",
            "deadline_of",
            "duplicates",
            "evaluated",
            "expect",
            "has_broken",
            "has_kept",
            "has_no",
            "is_excused_under",
            "is_indeterminate_under",
            "is_not_applicable_under",
            "is_pending_under",
            "known_on",
            "later",
            "lines",
            "may_claim",
            "may_not_end_this_agreement",
            "no_clock_under",
            "no_problem",
            "no_tell",
            "problem",
            "problems",
            "provisional",
            "recorded",
            "scenario",
            "this_agreement_ends_at",
            "this_agreement_goes_on",
            "times",
        ],
    ),
    ("files and instances are put together before anything is evaluated", &["annex", "use"]),
];

/// The words of each fixed phrase of the grammar, by the name of its rule.
fn phrases() -> Vec<(String, Vec<String>)> {
    include_str!("../../../../grammar/sla.pest")
        .lines()
        .filter_map(|line| line.strip_prefix("kw_"))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, rule)| {
            let words = rule.split('"').skip(1).step_by(2).map(str::to_owned).collect();
            (name.to_owned(), words)
        })
        .collect()
}

/// The generator says every fixed phrase of the grammar.
#[test]
fn every_phrase_is_generated() {
    let phrases = phrases();
    assert!(phrases.len() > 150, "the rules of the grammar are read");
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for seed in 0..500_u32 {
        let text = generate::policy(&spread(&[seed], 400)).text;
        let parsed = servanda_parser::parse(SourceId(0), &text);
        assert!(parsed.diagnostics.is_empty(), "{text}");
        // What stands in quotes is no phrase.
        let bare: String = text.split('"').step_by(2).collect();
        let words: Vec<&str> =
            bare.split(|it: char| !it.is_alphanumeric() && it != '_' && it != '.').collect();
        for (name, phrase) in &phrases {
            let here = words
                .windows(phrase.len())
                .any(|it| it.iter().zip(phrase).all(|(said, word)| said.trim_end_matches('.') == word));
            if here {
                said.insert(name);
            }
        }
    }
    let excused: Vec<&str> = NOT_GENERATED.iter().flat_map(|it| it.1).copied().collect();
    let missing: Vec<&str> = phrases
        .iter()
        .map(|it| it.0.as_str())
        .filter(|it| !said.contains(it) && !excused.contains(it))
        .collect();
    assert!(missing.is_empty(), "never generated: {missing:?}");
    let needless: Vec<&str> = excused.into_iter().filter(|it| said.contains(it)).collect();
    assert!(needless.is_empty(), "generated all the same: {needless:?}");
}
