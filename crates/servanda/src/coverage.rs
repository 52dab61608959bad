//! Which parts of a policy its scenarios show: each duty kept and broken and what follows, each deadline met, met at
//! the last instant and missed, each limit reached and not, each row of a table and each bound of a figure.
//!
//! A part is shown where it happens in the outcome of a scenario, whether or not the scenario expects it.

mod part;
mod shown;

pub(crate) use part::{Moment, Part, Parts, Side, parts};
pub(crate) use shown::{caps, happens, moment, row, side_of};

use crate::Compiled;
use crate::scenario::{ScenarioResult, run};
use serde::Serialize;
use servanda_diagnostics::Span;
use std::collections::BTreeSet;

/// What the scenarios of a policy show of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Every part that can be shown, in the order of the text.
    pub parts: Vec<CoveredPart>,
}

/// A part of a policy, and how often it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoveredPart {
    /// Of what kind it is.
    pub kind: PartKind,
    /// The address of the sentence: `3.1(a)`.
    pub address: String,
    /// What of it: `kept`, `broken`, `at the last instant`, `late_fee`, `tell lead`, `at most 10 EUR per calendar month, reached`,
    /// `from 95% to below 99%`, `solved at 95%`.
    pub part: String,
    /// In how many scenarios it happens.
    pub scenarios: usize,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// The kinds of parts that scenarios can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PartKind {
    /// A duty kept or broken, or something that follows.
    Clause,
    /// A deadline: the act in time, at its last instant or second, or too late.
    Deadline,
    /// A figure below, at or above a bound, or a row of a table that a figure chooses.
    Tier,
    /// A limit that takes something, or takes nothing.
    Cap,
}

impl PartKind {
    /// All of them, in the order in which they are told.
    pub const ALL: [PartKind; 4] = [PartKind::Clause, PartKind::Deadline, PartKind::Tier, PartKind::Cap];

    /// The word for several of them.
    pub const fn word(self) -> &'static str {
        match self {
            PartKind::Clause => "clauses",
            PartKind::Deadline => "deadlines",
            PartKind::Tier => "tiers",
            PartKind::Cap => "caps",
        }
    }
}

impl Coverage {
    /// How many parts are shown by one scenario or more.
    pub fn shown(&self) -> usize {
        self.parts.iter().filter(|part| part.scenarios > 0).count()
    }

    /// How many parts of a kind are shown, and how many there are.
    pub fn of(&self, kind: PartKind) -> (usize, usize) {
        let of_kind = || self.parts.iter().filter(|part| part.kind == kind);
        (of_kind().filter(|part| part.scenarios > 0).count(), of_kind().count())
    }
}

/// Runs every scenario of a policy, in the order of the text, and tells what they show of it.
pub fn scenarios_with_coverage(compiled: &Compiled) -> (Vec<ScenarioResult>, Coverage) {
    let mut parts = parts(compiled);
    let results = covered(compiled, &mut parts);
    let mut list = parts.list;
    list.sort_by_key(|part| part.span);
    (results, Coverage { parts: list })
}

/// Runs every scenario and counts what each shows.
pub(crate) fn covered(compiled: &Compiled, parts: &mut Parts) -> Vec<ScenarioResult> {
    let policy = compiled.policy();
    let results = policy.scenarios.iter().map(|scenario| {
        let mut shown = BTreeSet::new();
        let result = run(compiled, scenario, &mut |params, outcome| {
            let happens = happens(policy, parts, params, outcome).into_iter();
            shown.extend(happens.filter_map(|part| parts.places.get(&part).copied()));
        });
        for place in shown {
            if let Some(part) = parts.list.get_mut(place) {
                part.scenarios += 1;
            }
        }
        result
    });
    results.collect()
}
