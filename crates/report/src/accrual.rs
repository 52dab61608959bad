//! The figure of an accrual at any instant, after caps, so that a period can show the difference of two of them.
//!
//! How an accrual grows is the evaluator's; here it is only asked at two instants.

use crate::expression::{Scope, number};
use servanda_evaluator::outcome::Entry;
use servanda_evaluator::{gross, owed_periods};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Accrual, Effect, Policy};
use servanda_policy::time::Instant;

/// An accrual's figure, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Before caps.
    pub gross: i128,
    /// After caps.
    pub amount: i128,
}

/// The figure of an entry just before an instant no later than its outcome's `as_of`, in minor units after caps: of
/// a single amount, all of it once it is booked; of an accrual, what had accrued. None where it is undetermined.
pub fn accrued_at(entry: &Entry, policy: &Policy, agreement: &Agreement, instant: Instant) -> Option<i128> {
    amounts_at(entry, policy, agreement, instant).map(|amounts| amounts.amount)
}

/// The figure of an entry just before an instant, before and after caps. None where it is undetermined.
pub fn amounts_at(
    entry: &Entry,
    policy: &Policy,
    agreement: &Agreement,
    instant: Instant,
) -> Option<Amounts> {
    let (all, amount) = (entry.gross?, entry.amount?);
    let (Some(accrued), Some(rule)) = (&entry.accrual, accrual_of(policy, entry)) else {
        let booked = entry.at < instant;
        return Some(if booked { Amounts { gross: all, amount } } else { Amounts::default() });
    };
    let mut before = gross(agreement, rule, accrued, entry.at, instant)?;
    if let Some(least) = &rule.at_least
        && owed_periods(agreement, rule, accrued, entry.at, instant) > 0
    {
        let least = number(&Scope::of(agreement), least)?;
        before = before.max(least.to_minor(agreement.currency.digits(), rule.rounding)?);
    }
    let after = match accrued.postings.as_slice() {
        // A cap on this entry alone lets everything through until it is full.
        [] => before.min(amount),
        postings => {
            let at = postings.partition_point(|(at, _)| *at < instant);
            at.checked_sub(1).and_then(|last| postings.get(last)).map_or(0, |(_, figure)| *figure)
        }
    };
    Some(Amounts { gross: before, amount: after })
}

/// The rule by which an entry accrues, where it does.
pub(crate) fn accrual_of<'a>(policy: &'a Policy, entry: &Entry) -> Option<&'a Accrual> {
    match &policy.consequences.find(entry.consequence)?.effect {
        Effect::Accrue(accrual) => Some(accrual),
        Effect::Entry(_)
        | Effect::Tell(_)
        | Effect::Right(_)
        | Effect::End(_)
        | Effect::CountsAs(_)
        | Effect::Suspend(_) => None,
    }
}
