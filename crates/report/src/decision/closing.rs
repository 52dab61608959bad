//! Which periods are closed: one behind the other, each when it was over.
//!
//! What is known when a period is closed is final for it and for all that lies before it.

use super::admission::problem;
use super::{Decided, Decider, tell};
use crate::period::Period;
use crate::statement::Statement;
use servanda_diagnostics::Code;
use servanda_events::{Decision, Problem, Ruling};
use servanda_policy::agreement::Agreement;

/// A period that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The period.
    pub period: Period,
    /// Who has closed it, when and why.
    pub decider: Decider,
    /// The event itself.
    pub decision: Decision,
}

impl Closing {
    /// Whether it is this period that is closed, however it is written.
    pub fn covers(&self, period: &Period) -> bool {
        (self.period.first(), self.period.last()) == (period.first(), period.last())
    }

    /// Whether a period begins where this one ends.
    pub fn is_followed_by(&self, period: &Period) -> bool {
        self.period.last().add_days(1) == Some(period.first())
    }

    /// The hash of the statement that it was closed with, where it was told.
    pub fn hash(&self) -> Option<&str> {
        match &self.decision.what {
            Ruling::Closed { hash, .. } => hash.as_deref(),
            _ => None,
        }
    }

    /// The problem that it was closed with another statement than this one, as far as its hash tells.
    pub fn contradicted(&self, statement: &Statement) -> Option<Problem> {
        let told = self.hash()?;
        let computed = statement.hash.as_deref()?;
        (told != computed).then(|| {
            let period = &self.period;
            let message = format!(
                "`{period}` was closed with another statement: its hash was `{told}`, that of what was known then is `{computed}`"
            );
            problem(&self.decision, Code::StatementDiffers, message)
        })
    }
}

/// Closes periods in the order in which that became known.
pub(super) fn close(agreement: &Agreement, decided: &mut Decided, decisions: &[&Decision]) {
    let mut asked = Vec::new();
    for decision in decisions {
        let Ruling::Closed { period, .. } = &decision.what else { continue };
        match period.parse::<Period>() {
            Ok(period) => asked.push((period, *decision)),
            Err(error) => refuse(decided, decision, error.to_string()),
        }
    }
    asked.sort_by_key(|(period, decision)| (decision.known, period.first(), period.last()));
    for (period, decision) in asked {
        let wrong = match decided.closings.last() {
            _ if period.end(&agreement.zone) > decision.at => {
                Some(format!("`{period}` is not over when it is closed"))
            }
            Some(last) if period.first() <= last.period.last() => {
                let closed = decided.closings.iter().any(|closing| closing.covers(&period));
                let last = last.period.last();
                Some(match closed {
                    true => format!("`{period}` is closed already"),
                    false => format!("`{period}` begins before {last}, up to which all is closed"),
                })
            }
            Some(last) if !last.is_followed_by(&period) => {
                let next = last.period.last().add_days(1).unwrap_or(last.period.last());
                Some(format!("`{period}` leaves a gap: what is closed next begins on {next}"))
            }
            _ => None,
        };
        match wrong {
            Some(message) => refuse(decided, decision, message),
            None => {
                let decider = Decider::of(agreement, decision);
                decided.closings.push(Closing { period, decider, decision: decision.clone() });
            }
        }
    }
}

fn refuse(decided: &mut Decided, decision: &Decision, message: String) {
    tell(&mut decided.outcome, problem(decision, Code::NothingToDecide, message));
}
