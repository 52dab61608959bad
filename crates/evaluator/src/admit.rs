//! Which of the events that have arrived are facts: retracted ones and repeated ones are not. A set to a set: the
//! order of arrival is not an input.

use crate::outcome::Sink;
use compact_str::CompactString;
use servanda_diagnostics::Code;
use servanda_events::{Fact, InputCounts, Place, Problem};
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// A retraction of an event by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Retraction {
    /// The id of the event that is taken back.
    pub id: CompactString,
    /// When it is taken back.
    pub at: Instant,
    /// The line of the input, 0 where unknown.
    pub line: u32,
}

/// Puts facts into the order of their instants. Of one instant they are a set; only their content orders them.
pub(crate) fn in_order(facts: &mut [Fact]) {
    if !facts.is_sorted_by_key(|fact| fact.at) {
        facts.sort_by_key(|fact| fact.at);
    }
}

/// A retraction that has arrived, and whether it has taken something back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Pending {
    pub(crate) retraction: Retraction,
    pub(crate) found: bool,
}

/// Takes out what is retracted, at every instant.
pub(crate) fn retract(
    facts: &mut Vec<Fact>,
    retractions: &mut [Pending],
    lateness: i64,
    counts: &mut InputCounts,
) {
    if retractions.is_empty() {
        return;
    }
    let mut by_id: BTreeMap<CompactString, Vec<&mut Pending>> = BTreeMap::new();
    for pending in retractions {
        by_id.entry(pending.retraction.id.clone()).or_default().push(pending);
    }
    facts.retain(|fact| {
        let Some(list) = fact.id.as_ref().and_then(|id| by_id.get_mut(id)) else { return true };
        let mut kept = true;
        for pending in list {
            if concerns(&pending.retraction, fact, lateness) {
                pending.found = true;
                kept = false;
            }
        }
        if !kept {
            counts.ignored += 1;
        }
        kept
    });
}

/// Counts a retraction that nothing can find any more, and tells of one that has found nothing.
pub(crate) fn count(
    pending: &Pending,
    start: Instant,
    until: Instant,
    sink: &mut impl Sink,
    counts: &mut InputCounts,
) {
    let retraction = &pending.retraction;
    if retraction.at >= until {
        counts.ignored += 1;
    } else if retraction.at < start {
        counts.out_of_scope += 1;
    } else if pending.found {
        counts.evaluated += 1;
    } else {
        counts.problems += 1;
        sink.problem(Problem {
            code: Code::NothingToRetract,
            message: format!("there is no event `{}` to retract", retraction.id),
            place: Place { line: retraction.line, column: u32::from(retraction.line > 0) },
            at: Some(retraction.at),
            event: Some(retraction.id.clone()),
            wanted_by: None,
        });
    }
}

/// Whether a retraction takes an event back: it lies at most the lateness before it.
pub(crate) fn concerns(retraction: &Retraction, fact: &Fact, lateness: i64) -> bool {
    let age = retraction.at.nanos_since(fact.at);
    fact.id.as_ref() == Some(&retraction.id) && (0..=lateness).contains(&age)
}

/// Keeps, of the events of one id that lie no further apart than the lateness, the first by instant and content.
pub(crate) fn unique(
    facts: &mut Vec<Fact>,
    recent: &[Fact],
    lateness: i64,
    sink: &mut impl Sink,
    counts: &mut InputCounts,
) {
    if facts.iter().all(|fact| fact.id.is_none()) {
        return;
    }
    // Among equal instants the smaller content comes first, so that the one that stands does not depend on arrival.
    let mut start = 0;
    while start < facts.len() {
        let Some(at) = facts.get(start).map(|fact| fact.at) else { break };
        let length = facts.iter().skip(start).take_while(|fact| fact.at == at).count();
        if let Some(group) = facts.get_mut(start..start + length) {
            group.sort_by(|left, right| left.canonical_cmp(right).then_with(|| left.id.cmp(&right.id)));
        }
        start += length;
    }
    let mut kept: BTreeMap<CompactString, Fact> = BTreeMap::new();
    for fact in recent {
        if let Some(id) = &fact.id {
            kept.insert(id.clone(), fact.clone());
        }
    }
    facts.retain(|fact| {
        let Some(id) = &fact.id else { return true };
        let earlier = kept.get(id.as_str()).filter(|earlier| fact.at.nanos_since(earlier.at) <= lateness);
        match earlier {
            None => {
                kept.insert(id.clone(), fact.clone());
                true
            }
            Some(earlier) if earlier.same_content(fact) => {
                counts.duplicates += 1;
                false
            }
            Some(_) => {
                counts.problems += 1;
                sink.problem(Problem {
                    code: Code::SameIdOtherContent,
                    message: format!("another event has the id `{id}`"),
                    place: Place { line: fact.line, column: u32::from(fact.line > 0) },
                    at: Some(fact.at),
                    event: Some(id.clone()),
                    wanted_by: None,
                });
                false
            }
        }
    });
}
