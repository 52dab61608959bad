//! What the parties of each instance have decided, and the retractions that may take a decision back.
//!
//! Which of them count as of an instant is not decided here.

use servanda_evaluator::{Outcome, Retraction};
use servanda_events::Decision;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_report::Decided;
use std::collections::BTreeMap;

/// The decisions of all instances.
#[derive(Debug, Default)]
pub(crate) struct Docket {
    cases: BTreeMap<u32, Case>,
    /// Retractions of which it is not known yet whether they take a decision back or another event.
    held: Vec<(u32, Retraction)>,
}

/// The decisions of one instance.
#[derive(Debug, Default)]
struct Case {
    decisions: Vec<Decision>,
    retractions: Vec<Retraction>,
}

impl Docket {
    pub(super) fn decide(&mut self, instance: u32, decision: Decision) {
        self.cases.entry(instance).or_default().decisions.push(decision);
    }

    /// A retraction has come: what it takes back may still come.
    pub(super) fn hold(&mut self, instance: u32, retraction: Retraction) {
        self.held.push((instance, retraction));
    }

    /// The retractions that take no decision back, when there is nothing more to read for now.
    pub(super) fn release(&mut self) -> Vec<(u32, Retraction)> {
        let mut others = Vec::new();
        for (instance, retraction) in self.held.drain(..) {
            let is_named = |decision: &Decision| decision.id.as_ref() == Some(&retraction.id);
            match self.cases.get_mut(&instance).filter(|case| case.decisions.iter().any(is_named)) {
                Some(case) => case.retractions.push(retraction),
                None => others.push((instance, retraction)),
            }
        }
        others
    }

    /// An outcome of an instance with what its parties have decided.
    pub(super) fn decided(
        &self,
        policy: &Policy,
        (instance, agreement): (u32, &Agreement),
        outcome: Outcome,
    ) -> Decided {
        match self.cases.get(&instance) {
            Some(case) => Decided::new(policy, agreement, outcome, &case.decisions, &case.retractions),
            None => Decided::nothing(outcome),
        }
    }
}
