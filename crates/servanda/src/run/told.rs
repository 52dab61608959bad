//! Outcomes and statements of a run that is followed: from what it has told and what is open.
//!
//! What was told is kept by a ledger, not by the run.

use super::Run;
use servanda_evaluator::{Evaluator, Ledger, Misuse};
use servanda_policy::time::Instant;
use servanda_report::Decided;

impl Run {
    /// What lies below the run.
    pub const fn evaluator(&self) -> &Evaluator {
        &self.desk.evaluator
    }

    /// The outcome of an instance as of an instant up to which the run has been followed, or later, with what its
    /// parties have decided about it: what the ledger has been told, and what is open.
    ///
    /// # Errors
    /// When there is no such instance, or the run has been followed beyond that instant.
    pub fn decided_with(&self, ledger: &Ledger, instance: u32, as_of: Instant) -> Result<Decided, Misuse> {
        let outcome = ledger.outcome(self.evaluator(), instance, as_of)?;
        let Some(agreement) = self.agreement(instance) else { return Err(Misuse::NoInstance(instance)) };
        Ok(super::docket::decided(self.evaluator(), (instance, agreement), outcome))
    }
}
