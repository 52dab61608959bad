//! What asks for verdicts, and who ends the agreement, among the things of all versions.

use super::Places;
use crate::arena::Id;
use crate::policy::{DutyId, Ending, Suspension};

impl Places {
    /// The earliest version of a duty: what asks for its verdict asks for that of whichever version.
    pub(super) fn first_duty(&self, duty: DutyId) -> DutyId {
        let first = self.first_duties.get(duty.index()).copied();
        first.unwrap_or_else(|| self.duty_id(duty))
    }

    pub(super) fn suspension(&self, suspension: Suspension) -> Suspension {
        let Suspension { holder, giver, duties, written, during, until } = suspension;
        Suspension {
            holder: self.party(holder),
            giver,
            duties: duties.into_iter().map(|duty| self.first_duty(duty)).collect(),
            written,
            during: self.first_duty(during),
            until: until.map(|until| self.pattern(until, None)),
        }
    }

    pub(super) fn ending(&self, ending: Ending) -> Ending {
        let Ending { holder, giver, notice, to, right } = ending;
        Ending {
            holder: self.party(holder),
            giver,
            notice: self.some(notice, None),
            to,
            right: right.map(|right| self.consequence_id(right)),
        }
    }
}
