//! Amounts under other ids.

use super::Places;
use crate::policy::{Accrual, CaseId, Claimed, Entry};

impl Places {
    pub(super) fn entry(&self, entry: Entry, case: Option<CaseId>) -> Entry {
        let Entry { debtor, creditor, credits, kind, amount, at_least, nothing_below, caps, rounding, claim } =
            entry;
        Entry {
            debtor: self.party(debtor),
            creditor: self.party(creditor),
            credits,
            kind: self.kind(kind),
            amount: self.expr(amount, case),
            at_least: self.some(at_least, case),
            nothing_below: self.some(nothing_below, case),
            caps: caps.into_iter().map(|cap| self.cap_id(cap)).collect(),
            rounding,
            claim: claim.map(|claim| {
                let (by, length) = (self.pattern(claim.by, None), self.expr(claim.length, case));
                Claimed { by, length, ..claim }
            }),
        }
    }

    pub(super) fn accrual(&self, accrual: Accrual, case: Option<CaseId>) -> Accrual {
        let Accrual {
            debtor,
            creditor,
            kind,
            amount,
            period,
            counted,
            by,
            compounding,
            delay,
            grace,
            at_least,
            caps,
            rounding,
            rounded_each,
        } = accrual;
        Accrual {
            debtor: self.party(debtor),
            creditor: self.party(creditor),
            kind: self.kind(kind),
            amount: self.expr(amount, case),
            period,
            counted,
            by,
            compounding,
            delay: self.some(delay, case),
            grace: self.some(grace, case),
            at_least: self.some(at_least, case),
            caps: caps.into_iter().map(|cap| self.cap_id(cap)).collect(),
            rounding,
            rounded_each,
        }
    }
}
