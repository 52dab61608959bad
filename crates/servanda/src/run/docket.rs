//! Which retractions take a decision of a party back, and which take back another event; and an outcome with what the
//! parties have decided. Which decisions count as of an instant is not decided here.

use servanda_evaluator::{Evaluator, Outcome, Retraction};
use servanda_events::Decision;
use servanda_policy::agreement::Agreement;
use servanda_report::Decided;

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

    /// There is nothing more to read for now: retractions that take no decision back take back other events.
    pub(super) fn release(&mut self, evaluator: &mut Evaluator) {
        for (instance, retraction) in self.held.drain(..) {
            let is_named = |decision: &Decision| decision.id.as_ref() == Some(&retraction.id);
            let of_decision = evaluator.decisions(instance).0.iter().any(is_named);
            // It is of an instance that was met.
            let _ = match of_decision {
                true => evaluator.withdraw(instance, retraction),
                false => evaluator.retract(instance, retraction),
            };
        }
    }
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
