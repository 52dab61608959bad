//! The laws: where the findings of an edit lie, that none lies outside of its text, and that nothing panics.

use crate::chance::Chance;
use crate::edits::{Edit, Kind, Place, apply, edit};
use crate::examples::{self, Example, Findings};
use crate::tally::{Fate, Tally, per_mille};
use servanda::{Code, Diagnostic, SourceId, Sources, Span, render};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=10;
/// Edits of each seed in an ordinary run.
const ORDINARY: usize = 200;
/// What has to lie on the line of the edit, of a thousand findings.
const ON_LINE: usize = 970;
/// What has to lie on the edited token or beside it, of a thousand findings.
const ON_TOKEN: usize = 930;
/// The same of each kind of edit.
const ON_TOKEN_OF_KIND: usize = 800;
/// Of a thousand edits at three places at once, all of which are told.
const ALL_THREE: usize = 920;
/// Of a thousand edits, which change the meaning unnoticed by findings and by the scenarios of the file.
const UNNOTICED: usize = 30;
/// How far apart edits at distant places are, in bytes: about ten lines.
const DISTANT: usize = 500;

fn asked() -> Option<usize> {
    std::env::var("SERVANDA_MUTATIONS").ok().map(|edits| edits.parse().unwrap())
}

/// Every place that a finding names.
fn places(finding: &Diagnostic) -> impl Iterator<Item = Span> {
    std::iter::once(finding.primary()).chain(finding.labels()).map(|label| label.span)
}

/// Whether a finding begins or ends within a part of the text; what only covers it points nowhere.
fn lies(finding: &Diagnostic, part: &Range<usize>) -> bool {
    places(finding).any(|span| {
        let (start, end) = (span.start as usize, span.end as usize);
        let begins = part.start <= start && (start < part.end || start == part.end && span.is_empty());
        let ends = part.start < end && end <= part.end;
        span.source == SourceId(0) && (begins || ends)
    })
}

/// A place of a finding, or of an edit that it proposes, that is not in its text.
fn outside(findings: &Findings) -> Option<String> {
    let inside = |span: Span| {
        let text = findings.sources.get(span.source).map(|source| source.text());
        span.start <= span.end
            && text.is_some_and(|text| text.get(span.start as usize..span.end as usize).is_some())
    };
    let wrong = |finding: &&Diagnostic| {
        !places(finding).chain(finding.fixes().iter().map(|fix| fix.span)).all(inside)
    };
    findings.list.iter().find(wrong).map(|finding| format!("{finding:?}"))
}

/// What is found that the unedited file has not; a place outside of its text and a panic are faults.
fn told(example: &Example, text: &str) -> Result<(Vec<Diagnostic>, Sources), String> {
    let found =
        catch_unwind(AssertUnwindSafe(|| example.findings(text))).map_err(|_| "a panic".to_owned())?;
    if let Some(outside) = outside(&found) {
        return Err(format!("a place outside of the text: {outside}"));
    }
    Ok((example.new_findings(found.list), found.sources))
}

/// Draws edits evenly over the kinds and, of each kind, over all tokens that it can be done to.
struct Drawer<'e> {
    examples: &'e [Example],
    fitting: Vec<(Kind, Vec<(usize, usize)>)>,
}

impl<'e> Drawer<'e> {
    fn new(examples: &'e [Example]) -> Self {
        let fitting = |kind: Kind| {
            let of_one = |(file, example): (usize, &'e Example)| {
                (0..example.tokens.len()).filter(move |at| kind.fits(example, *at)).map(move |at| (file, at))
            };
            (kind, examples.iter().enumerate().flat_map(of_one).collect::<Vec<_>>())
        };
        Self { examples, fitting: Kind::ALL.into_iter().map(fitting).collect() }
    }

    fn draw(&self, chance: &mut Chance) -> (&'e Example, Edit) {
        loop {
            let Some((kind, tokens)) = self.fitting.get(chance.below(self.fitting.len())) else { continue };
            let Some((file, at)) = chance.one(tokens) else { continue };
            let Some(example) = self.examples.get(file) else { continue };
            if let Some(edit) = edit(*kind, example, at, chance) {
                return (example, edit);
            }
        }
    }

    /// Edits at three distant places of one text, each of them told where it is alone.
    fn draw_three(&self, chance: &mut Chance) -> (&'e Example, Vec<Edit>) {
        loop {
            let (example, first) = self.draw(chance);
            let mut edits = vec![first];
            // A text may be too short for three.
            for _ in 0..100 {
                let Some((kind, tokens)) = self.fitting.get(chance.below(self.fitting.len())) else {
                    continue;
                };
                let own = tokens
                    .iter()
                    .filter(|(file, _)| self.examples.get(*file).is_some_and(|it| it.name == example.name));
                let own: Vec<usize> = own.map(|(_, at)| *at).collect();
                let Some(at) = chance.one(&own) else { continue };
                let Some(next) = edit(*kind, example, at, chance) else { continue };
                if edits.iter().all(|other| next.range.start.abs_diff(other.range.start) > DISTANT) {
                    edits.push(next);
                }
                if edits.len() == 3 {
                    break;
                }
            }
            edits.sort_by_key(|edit| edit.range.start);
            let alone = |edit: &Edit| {
                let edited = apply(&example.text, std::slice::from_ref(edit)).unwrap();
                let place = edited.places.first().unwrap();
                // That an expectation shows nothing, only a whole agreement tells: it depends on the other places.
                let own = |it: &&Diagnostic| it.code() != Code::EmptyExpectation;
                let (found, _) = told(example, &edited.text).unwrap();
                found.iter().filter(own).any(|it| lies(it, &place.lines))
            };
            if edits.len() == 3 && edits.iter().all(alone) {
                return (example, edits);
            }
        }
    }
}

fn fate(example: &Example, text: &str, place: &Place, found: &[Diagnostic]) -> Fate {
    match found.first() {
        Some(first) => {
            Fate::Told { on_line: lies(first, &place.lines), on_token: lies(first, &place.around) }
        }
        None if example.meaning_of(text) == example.meaning => Fate::Same,
        None => Fate::Other { scenario_fails: !example.scenarios_pass(text) },
    }
}

fn show(example: &Example, edit: &Edit, found: &[Diagnostic], sources: &Sources) {
    let options = render::HumanOptions { color: false, width: 120 };
    let before = example.text.get(edit.range.clone()).unwrap_or("");
    let line = example.text.get(..edit.range.start).unwrap_or("").lines().count();
    eprintln!("==== {}:{line}: `{before}` → `{}`", example.name, edit.text);
    eprintln!("{}", render::human(&found[..found.len().min(2)], sources, &options));
}

#[test]
fn the_first_finding_lies_where_the_edit_is() {
    let examples = examples::all();
    assert!(examples.len() > 40, "{}", examples.len());
    let drawer = Drawer::new(&examples);
    let shown = std::env::var("SERVANDA_MUTATIONS_SHOW").ok();
    let mut tally = Tally::default();
    for seed in SEEDS {
        let mut chance = Chance::new(seed);
        for _ in 0..asked().unwrap_or(ORDINARY) {
            let (example, edit) = drawer.draw(&mut chance);
            let edited = apply(&example.text, std::slice::from_ref(&edit)).unwrap();
            let place = edited.places.first().unwrap();
            let (found, sources) = match told(example, &edited.text) {
                Ok(told) => told,
                Err(fault) => panic!("{}, seed {seed}, {edit:?}: {fault}", example.name),
            };
            let fate = fate(example, &edited.text, place, &found);
            let missed = match fate {
                Fate::Told { on_line, on_token } => {
                    let kind = shown.as_deref().is_some_and(|kind| edit.kind.name().contains(kind));
                    !on_token && kind || !on_line && shown.as_deref() == Some("lines")
                }
                Fate::Same | Fate::Other { .. } => false,
            };
            if missed {
                show(example, &edit, &found, &sources);
            }
            tally.add(edit.kind, fate);
        }
    }
    if asked().is_some() {
        eprintln!("{}", tally.table());
    }
    let all = &tally.all;
    assert!(per_mille(all.on_line, all.told) >= ON_LINE, "{}", tally.table());
    assert!(per_mille(all.on_token, all.told) >= ON_TOKEN, "{}", tally.table());
    assert!(per_mille(all.unnoticed, all.edits) <= UNNOTICED, "{}", tally.table());
    let worst = tally.kinds.values().map(|it| per_mille(it.on_token, it.told)).min();
    assert!(worst >= Some(ON_TOKEN_OF_KIND), "{}", tally.table());
    assert_eq!(tally.kinds.len(), Kind::ALL.len());
}

#[test]
fn three_edits_at_distant_places_are_all_told() {
    let examples = examples::all();
    let drawer = Drawer::new(&examples);
    let (mut all, mut cases) = (0, 0);
    let shown = std::env::var("SERVANDA_MUTATIONS_SHOW").is_ok_and(|kind| kind == "three");
    for seed in SEEDS {
        let mut chance = Chance::new(seed);
        for _ in 0..asked().unwrap_or(ORDINARY) / 10 {
            let (example, edits) = drawer.draw_three(&mut chance);
            let edited = apply(&example.text, &edits).unwrap();
            let (found, sources) = told(example, &edited.text).unwrap();
            cases += 1;
            let missed = edits
                .iter()
                .zip(&edited.places)
                .find(|(_, place)| !found.iter().any(|it| lies(it, &place.lines)));
            if let (true, Some((edit, _))) = (shown, missed) {
                eprintln!("######## of {edits:?}");
                show(example, edit, &found, &sources);
            }
            all += usize::from(missed.is_none());
        }
    }
    assert!(per_mille(all, cases) >= ALL_THREE, "{all} of {cases}");
    if asked().is_some() {
        eprintln!("three edits at once: {cases}, all three told: {all} ({} ‰)", per_mille(all, cases));
    }
}
