//! Which of the lines are facts: retractions, duplicates, the term.

use super::problem;
use compact_str::CompactString;
use servanda_diagnostics::Code;
use servanda_events::{Fact, InputCounts, Place, Problem};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::Instant;
use std::cmp::Ordering;

/// A line of the input that belongs to the instance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Line {
    Fact(Fact),
    Retraction { id: CompactString, at: Instant, line: u32 },
}

impl Line {
    pub(crate) fn at(&self) -> Instant {
        match self {
            Line::Fact(fact) => fact.at,
            Line::Retraction { at, .. } => *at,
        }
    }
}

pub(crate) struct Admitted {
    pub facts: Vec<Fact>,
    pub problems: Vec<Problem>,
    /// Everything but the facts.
    pub input: InputCounts,
}

/// The order of content, without id.
pub(crate) fn by_content(a: &Fact, b: &Fact) -> Ordering {
    (a.event, &a.fields).cmp(&(b.event, &b.fields))
}

fn by_instant(a: &Fact, b: &Fact) -> Ordering {
    a.at.cmp(&b.at).then_with(|| by_content(a, b)).then_with(|| (&a.id, a.line).cmp(&(&b.id, b.line)))
}

pub(crate) fn admit(policy: &Policy, agreement: &Agreement, lines: &[Line], as_of: Instant) -> Admitted {
    let mut input = InputCounts { lines: lines.len() as u64, ..InputCounts::default() };
    let mut problems = Vec::new();
    let mut retracted = vec![false; lines.len()];
    for line in lines {
        let Line::Retraction { id, at, line } = line else { continue };
        let mut found = false;
        for (place, other) in lines.iter().enumerate() {
            if let Line::Fact(fact) = other
                && fact.id.as_ref() == Some(id)
                && fact.at <= *at
                && at.0 - fact.at.0 <= policy.lateness
            {
                retracted[place] = true;
                found = true;
            }
        }
        if *at >= as_of {
            input.ignored += 1;
        } else if *at < agreement.start {
            input.out_of_scope += 1;
        } else if found {
            input.evaluated += 1;
        } else {
            input.problems += 1;
            problems.push(Problem {
                code: Code::NothingToRetract,
                message: String::new(),
                place: Place { line: *line, column: 0 },
                at: Some(*at),
                event: Some(id.clone()),
                wanted_by: None,
            });
        }
    }
    let mut facts: Vec<Fact> = Vec::new();
    for (line, retracted) in lines.iter().zip(retracted) {
        match line {
            Line::Fact(_) if retracted => input.ignored += 1,
            Line::Fact(fact) => facts.push(fact.clone()),
            Line::Retraction { .. } => {}
        }
    }
    facts.sort_by(by_instant);
    let mut kept: Vec<Fact> = Vec::new();
    for fact in facts {
        let same = kept.iter().rev().find(|other| {
            other.id.is_some() && other.id == fact.id && fact.at.0 - other.at.0 <= policy.lateness
        });
        match same {
            None => kept.push(fact),
            Some(_) if fact.at >= as_of => input.ignored += 1,
            Some(other) if other.at == fact.at && by_content(other, &fact) == Ordering::Equal => {
                input.duplicates += 1;
            }
            Some(_) => {
                input.problems += 1;
                problems.push(problem(Code::SameIdOtherContent, &fact));
            }
        }
    }
    let all = kept.len();
    kept.retain(|fact| fact.at < as_of);
    input.ignored += (all - kept.len()) as u64;
    let all = kept.len();
    kept.retain(|fact| fact.at >= agreement.start);
    input.out_of_scope += (all - kept.len()) as u64;
    Admitted { facts: kept, problems, input }
}
