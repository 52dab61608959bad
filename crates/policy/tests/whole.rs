//! Whole agreements check without a finding.

use servanda_diagnostics::render::{HumanOptions, human};
use servanda_diagnostics::{SourceId, Sources};

/// The findings as people read them; nothing where the agreement is sound.
fn findings(name: &str, text: &str) -> String {
    let sources = Sources::new().with(name, text);
    let parsed = servanda_parser::parse(SourceId(0), text);
    let checked = servanda_policy::check(&parsed.document, text);
    let all: Vec<_> = parsed.diagnostics.into_iter().chain(checked.diagnostics).collect();
    assert!(checked.policy.is_some() || !all.is_empty(), "a policy is missing without a word");
    human(&all, &sources, &HumanOptions::default())
}

#[test]
fn settlement() {
    assert_eq!(findings("settlement.sla", include_str!("policies/settlement.sla")), "");
}

#[test]
fn social_media() {
    let text = include_str!("../../../examples/social-media/agreement.sla");
    assert_eq!(findings("agreement.sla", text), "");
}

#[test]
fn every_other_construct() {
    assert_eq!(findings("many.sla", include_str!("policies/many.sla")), "");
}

#[test]
fn formatting_changes_no_hash() {
    let hash = |text: &str| {
        let parsed = servanda_parser::parse(SourceId(0), text);
        servanda_policy::check(&parsed.document, text).policy.unwrap().hash
    };
    let text = include_str!("../../../examples/social-media/agreement.sla");
    // The other layout: a comma that says nothing, qualifiers in another order, a row without its comma.
    let other = text
        .replace("unless approved", "unless approved,")
        .replace(
            "each calendar month by the last business day of the period",
            "by the last business day of the period each calendar month",
        )
        .replace("100% of monthly_fee,", "100% of monthly_fee")
        .replace("\n  ", "\n\t \t");
    assert_ne!(other, text);
    let parsed = servanda_parser::parse(SourceId(0), &other);
    let formatted = servanda_parser::format(&parsed, &other).unwrap();
    assert_eq!(hash(&other), hash(text));
    assert_eq!(hash(&formatted), hash(text));
    assert_ne!(hash(&text.replace("1500 EUR", "1501 EUR")), hash(text));
}
