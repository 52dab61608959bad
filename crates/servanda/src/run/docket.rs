//! Which retractions take a decision of a party back, and which take back another event; and an outcome with what the
//! parties have decided. Which decisions count as of an instant is not decided here.

use servanda_evaluator::{Evaluator, Outcome, Retraction};
use servanda_policy::agreement::Agreement;
use servanda_policy::time::Instant;
use servanda_report::Decided;
use std::collections::BTreeMap;

/// Retractions of which it is not known yet what they take back.
#[derive(Debug, Default)]
pub(crate) struct Docket {
    held: Vec<(u32, Retraction)>,
}

impl Docket {
    /// A retraction has come: what it takes back may still come.
    pub(super) fn hold(&mut self, instance: u32, retraction: Retraction) {
        self.held.push((instance, retraction));
    }

    /// There is nothing more to read for now: retractions that take no decision back take back other events. A
    /// decision that is too long ago for a retraction is none that it takes back.
    pub(super) fn release(&mut self, evaluator: &mut Evaluator) {
        let mut known: BTreeMap<u32, BTreeMap<String, Vec<Instant>>> = BTreeMap::new();
        for (instance, retraction) in self.held.drain(..) {
            let decided = known.entry(instance).or_insert_with(|| decided_at(evaluator, instance));
            let lateness = evaluator.policy().lateness;
            let is_in_reach =
                |at: &Instant| (0..=i128::from(lateness)).contains(&retraction.at.nanos_since(*at));
            let of_decision =
                decided.get(retraction.id.as_str()).is_some_and(|all| all.iter().any(is_in_reach));
            // It is of an instance that was met.
            let _ = match of_decision {
                true => evaluator.withdraw(instance, retraction),
                false => evaluator.retract(instance, retraction),
            };
        }
    }
}

/// When the decisions of an instance with an id were taken.
fn decided_at(evaluator: &Evaluator, instance: u32) -> BTreeMap<String, Vec<Instant>> {
    let mut known: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
    for decision in evaluator.decisions(instance).0 {
        if let Some(id) = &decision.id {
            known.entry(id.to_string()).or_default().push(decision.at);
        }
    }
    known
}

/// An outcome of an instance with what its parties have decided.
pub(super) fn decided(
    evaluator: &Evaluator,
    (instance, agreement): (u32, &Agreement),
    outcome: Outcome,
) -> Decided {
    match evaluator.decisions(instance) {
        ([], _) => Decided::nothing(outcome),
        (decisions, withdrawals) => {
            Decided::new(evaluator.policy(), agreement, outcome, decisions, withdrawals)
        }
    }
}
