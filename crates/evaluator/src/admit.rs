//! Which of the events that have arrived are facts: retracted ones and repeated ones are not. A set to a set: the
//! order of arrival is not an input.

use crate::dated::{Dated, Named};
use crate::keys::Keys;
use crate::outcome::Sink;
use compact_str::CompactString;
use servanda_diagnostics::Code;
use servanda_events::{Fact, InputCounts, Place, Problem};
use servanda_policy::time::Instant;
use std::collections::VecDeque;

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

/// An event that has been taken back, which further retractions may find.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct TakenBack {
    pub(crate) id: CompactString,
    pub(crate) at: Instant,
}

impl Named for Pending {
    fn id(&self) -> &CompactString {
        &self.retraction.id
    }

    fn at(&self) -> Instant {
        self.retraction.at
    }
}

impl Named for TakenBack {
    fn id(&self) -> &CompactString {
        &self.id
    }

    fn at(&self) -> Instant {
        self.at
    }
}

/// Takes out what is retracted of the facts from a place on, at every instant.
pub(crate) fn retract(
    facts: &mut Vec<Fact>,
    from: usize,
    retractions: &mut Dated<Pending>,
    lateness: i64,
    taken_back: &mut Dated<TakenBack>,
) {
    if retractions.is_empty() {
        return;
    }
    let mut place = 0;
    facts.retain(|fact| {
        place += 1;
        let Some(id) = fact.id.as_ref().filter(|_| place > from) else { return true };
        let mut kept = true;
        retractions.each_of(id, |pending| {
            if concerns(&pending.retraction, id, fact.at, lateness) {
                pending.found = true;
                kept = false;
            }
        });
        if !kept {
            taken_back.add(TakenBack { id: id.clone(), at: fact.at });
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
pub(crate) fn concerns(retraction: &Retraction, id: &str, at: Instant, lateness: i64) -> bool {
    let age = retraction.at.nanos_since(at);
    retraction.id == id && (0..=i128::from(lateness)).contains(&age)
}

/// The events with an id that stand, as far back as later ones may repeat them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Standing {
    /// In the order of their instants.
    facts: VecDeque<Fact>,
    /// For each id the latest of its events: its number, of which `first` is that of the first that is held.
    by_id: Keys,
    first: u32,
}

impl Standing {
    /// Keeps, of the events of one id that lie no further apart than the lateness, the first by instant and content.
    ///
    /// The facts come in the order of their instants, none before those of an earlier call. What lies further than
    /// the lateness before `floor`, or before the fact at hand, is forgotten.
    pub(crate) fn admit(
        &mut self,
        facts: &mut Vec<Fact>,
        lateness: i64,
        floor: Instant,
        sink: &mut impl Sink,
        counts: &mut InputCounts,
    ) {
        if facts.iter().all(|fact| fact.id.is_none()) {
            return;
        }
        // Among equal instants the smaller content comes first, so that the one that stands does not depend on arrival.
        for group in facts.chunk_by_mut(|left, right| left.at == right.at) {
            group.sort_by(|left, right| left.canonical_cmp(right).then_with(|| left.id.cmp(&right.id)));
        }
        facts.retain(|fact| {
            let Some(id) = &fact.id else { return true };
            self.forget_before(Instant(fact.at.min(floor).0.saturating_sub(lateness)));
            let earlier =
                self.of_id(id).filter(|earlier| fact.at.nanos_since(earlier.at) <= i128::from(lateness));
            match earlier {
                None => {
                    self.stand(fact.clone());
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

    fn of_id(&self, id: &str) -> Option<&Fact> {
        let number = self.by_id.get(id)?;
        self.facts.get(number.wrapping_sub(self.first) as usize)
    }

    fn stand(&mut self, fact: Fact) {
        let Some(id) = fact.id.clone() else { return };
        self.by_id.insert(id, self.first.wrapping_add(self.facts.len() as u32));
        self.facts.push_back(fact);
    }

    /// Forgets what later events may no longer repeat.
    pub(crate) fn forget_before(&mut self, at: Instant) {
        while self.facts.front().is_some_and(|fact| fact.at < at) {
            if let Some(id) = self.facts.pop_front().and_then(|fact| fact.id)
                && self.by_id.get(&id) == Some(self.first)
            {
                self.by_id.remove(&id);
            }
            self.first = self.first.wrapping_add(1);
        }
    }

    /// Takes back what stands from an instant on, which is then admitted anew.
    pub(crate) fn back_to(&mut self, at: Instant) {
        if self.facts.back().is_none_or(|fact| fact.at < at) {
            return;
        }
        let kept = self.facts.partition_point(|fact| fact.at < at);
        // An id may have been taken over by a later event, so that all ids are found anew.
        *self = Self::of(self.facts.drain(..kept).collect());
    }

    /// These events stand.
    pub(crate) fn of(facts: Vec<Fact>) -> Self {
        let mut standing = Self::default();
        facts.into_iter().for_each(|fact| standing.stand(fact));
        standing
    }

    /// Whether an event of this id stands.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.by_id.get(id).is_some()
    }

    /// The events that stand, in the order of their instants.
    pub(crate) fn facts(&self) -> &VecDeque<Fact> {
        &self.facts
    }
}
