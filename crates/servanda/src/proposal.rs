//! The scenarios that a policy lacks: at each deadline and around it, at each bound of a figure and around it, at each
//! limit, and each duty kept and broken.
//!
//! What happens in them is found by trying: events are made up from the types of their fields and the conditions of
//! the policy, and a draft is kept if the policy comes to what it is to show. What is expected in them is what comes
//! out, so that a person has to confirm that it is what was agreed.

mod act;
mod bench;
mod draft;
mod figure;
mod goal;
mod told;
mod values;

use crate::coverage::{Part, Parts, covered, parts};
use crate::{Compiled, SourceId, Sources, scenario};
use bench::{Bench, LANGUAGE, read};
use goal::Found;
use servanda_diagnostics::Span;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What every proposal says of itself.
const TO_CONFIRM: &str =
    "// What is expected here is what comes out: a person has to confirm that it was agreed.";

/// The scenarios that a policy lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposals {
    /// Those that could be made, in the order of the text of the policy.
    pub scenarios: Vec<Proposal>,
    /// What no scenario shows and none could be made for, in the order of the text.
    pub missing: Vec<NotProposed>,
}

/// A scenario that a policy lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its title: `7(b): one day after the deadline`.
    pub title: String,
    /// Its text in the one layout, with a comment that says that it has to be confirmed.
    pub text: String,
    /// Where the policy says what it shows.
    pub span: Span,
}

/// Something that no scenario shows, and for which none could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotProposed {
    /// The address of the sentence.
    pub address: String,
    /// What of it, as coverage calls it.
    pub part: String,
    /// Why not, one clause.
    pub reason: String,
    /// Where the policy says it.
    pub span: Span,
}

impl Proposals {
    /// All of them as text that can stand at the end of the policy; what could not be proposed stands in comments.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        for proposal in &self.scenarios {
            let _ = writeln!(text, "{}", proposal.text);
        }
        if self.scenarios.is_empty() && self.missing.is_empty() {
            text.push_str("// The scenarios of this policy show every part of it.\n");
        }
        if !self.missing.is_empty() {
            text.push_str("// Not shown, and not proposed either:\n");
        }
        for missing in &self.missing {
            let _ = writeln!(text, "// {}: {}: {}", missing.address, missing.part, missing.reason);
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

/// The scenarios that a policy lacks, each tried and passed.
pub fn propose(compiled: &Compiled) -> Proposals {
    let mut parts = parts(compiled);
    // A figure far below a bound says nothing of the bound.
    parts.near = true;
    covered(compiled, &mut parts);
    let mut shown: BTreeSet<usize> =
        (0..).zip(&parts.list).filter(|(_, part)| part.scenarios > 0).map(|(place, _)| place).collect();
    let mut proposals = Proposals { scenarios: Vec::new(), missing: Vec::new() };
    let bench = Bench::new(compiled, &parts);
    let mut titles: BTreeSet<String> =
        compiled.policy().scenarios.iter().map(|scenario| scenario.title.value.clone()).collect();
    for (place, variants) in goals(&parts) {
        if shown.contains(&place) {
            continue;
        }
        let Some(covered) = parts.list.get(place) else { continue };
        let attempt = match (&bench, compiled.policy().is_signed()) {
            (_, false) => Err("the agreement is not signed, so that nothing in it holds".to_owned()),
            (None, _) => Err("no parameters were found that make an agreement".to_owned()),
            (Some(bench), true) => first_of(bench, &variants).and_then(|found| {
                let said = found.title.as_ref().unwrap_or(&covered.part);
                let title = free_title(&titles, &format!("{}: {said}", covered.address));
                let (title, text) = written(bench, &found, &title)?;
                Ok((found, Proposal { title, text, span: covered.span }))
            }),
        };
        match attempt {
            Ok((found, proposal)) => {
                titles.insert(proposal.title.clone());
                shown.insert(place);
                shown.extend(found.tried.parts.iter().filter_map(|part| parts.places.get(part).copied()));
                proposals.scenarios.push(proposal);
            }
            Err(reason) => {
                let (address, part) = (covered.address.clone(), covered.part.clone());
                proposals.missing.push(NotProposed { address, part, reason, span: covered.span });
            }
        }
    }
    // What could not be shown for itself may have been shown by another proposal since, or far from the bound by a
    // scenario that there is.
    let mut far = crate::coverage::parts(compiled);
    covered(compiled, &mut far);
    let is_far = |place: usize| far.list.get(place).is_some_and(|part| part.scenarios > 0);
    let still = |missing: &NotProposed| {
        (0..).zip(&parts.list).any(|(place, part)| {
            !shown.contains(&place)
                && !is_far(place)
                && (part.span, &part.address, &part.part) == (missing.span, &missing.address, &missing.part)
        })
    };
    proposals.missing.retain(still);
    proposals.scenarios.sort_by_key(|proposal| proposal.span);
    proposals.missing.sort_by_key(|missing| missing.span);
    proposals
}

/// A title that no other scenario has: what two versions of a sentence show is told apart by a number.
fn free_title(taken: &BTreeSet<String>, wanted: &str) -> String {
    let numbered = (2..).map(|number| format!("{wanted} ({number})"));
    let mut titles = std::iter::once(wanted.to_owned()).chain(numbered);
    titles.find(|title| !taken.contains(title)).unwrap_or_default()
}

/// What can be shown, each with all that shows it, and what shows much besides itself first.
fn goals(parts: &Parts) -> Vec<(usize, Vec<Part>)> {
    let rank = |part: &Part| match part {
        Part::Deadline(..) => 0,
        Part::Bound(..) => 1,
        Part::Row(..) => 2,
        Part::Cap(_, true) => 3,
        Part::Duty(..) => 4,
        Part::Consequence(_) => 5,
        Part::Cap(_, false) => 6,
    };
    let mut goals: Vec<(usize, Vec<Part>)> = Vec::new();
    for (part, place) in &parts.places {
        match goals.iter_mut().find(|(known, _)| known == place) {
            Some((_, variants)) => variants.push(*part),
            None => goals.push((*place, vec![*part])),
        }
    }
    goals.sort_by_key(|(place, variants)| (variants.first().map(rank), *place));
    goals
}

/// The first of several versions of a part for which a draft is found.
fn first_of(bench: &Bench<'_>, variants: &[Part]) -> Result<Found, String> {
    let mut why = None;
    for part in variants {
        match bench.seek(*part) {
            Ok(found) => return Ok(found),
            Err(reason) => why = why.or(Some(reason)),
        }
    }
    Err(why.unwrap_or_else(|| "nothing shows it".to_owned()))
}

/// A proposal in the one layout; none that does not pass.
fn written(bench: &Bench<'_>, found: &Found, title: &str) -> Result<(String, String), String> {
    let told = bench.told(found.part, &found.tried);
    let comments = [TO_CONFIRM.to_owned()];
    let lines: [&[String]; 3] = [&comments, &bench.lets, &told];
    let text = found.draft.written(bench.policy, &bench.agreement, title, lines);
    let read = read(&text).ok_or("what was found cannot be written as a scenario")?;
    let result = scenario::run(bench.compiled, &read, &mut |_, _| {});
    if !result.passed() {
        return Err("what comes out cannot be written as expectations".to_owned());
    }
    let sources = Sources::new().with("proposal", format!("{LANGUAGE}{text}"));
    let laid_out = crate::format(&sources, SourceId(0)).map_err(|error| error.to_string())?;
    let text = laid_out.strip_prefix(LANGUAGE).unwrap_or(&laid_out).to_owned();
    Ok((read.title.value, text))
}
