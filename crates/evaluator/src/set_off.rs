//! Credits that pay: where the text says so, what the creditor of a debt credits to its debtor pays debts as a payment does.
//!
//! It pays at the first instant behind the one to which it is dated: at an instant nothing depends on what is booked there.

use crate::debt::{By, Paid};
use crate::outcome::{Cause, Entry, Sink, Subject};
use crate::play::Play;
use crate::pot::rank;
use crate::state::BoundKind;
use serde::{Deserialize, Serialize};
use servanda_policy::policy::{CaseId, ConsequenceId};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;
use std::collections::BTreeMap;

/// What pays at an instant, by case.
pub(crate) type SetOffs = BTreeMap<(Instant, CaseId), Credited>;

/// What has been credited and has not paid yet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Credited {
    /// What has passed the limits, in minor units; since the thirteenth version of the format the sentence that credits it is
    /// known, and it waits in the pot.
    amount: i128,
    /// Why something beside it is undetermined; none where nothing is.
    unknown: Option<Vec<Cause>>,
}

impl<S: Sink> Play<'_, S> {
    /// An amount has been booked: where it is a credit that pays, it waits for the instant behind it.
    pub(crate) fn will_pay(&mut self, entry: &Entry) {
        let Some(case) = self.policy.sets_off(entry.consequence) else { return };
        if entry.amount == Some(0) {
            return;
        }
        // What was overdue when it began is known with its beginning.
        let known = match &entry.subject {
            Subject::Item { born, .. } => entry.at.max(*born),
            Subject::Agreement | Subject::Window(_) | Subject::Group(..) | Subject::Event(_) => entry.at,
        };
        let at = known.next();
        match entry.amount {
            Some(amount) => {
                let waiting = self.state.seldom.pot.waiting.entry((at, case, entry.consequence)).or_default();
                *waiting = waiting.saturating_add(amount);
            }
            None => {
                let why = || {
                    let span = self.policy.consequences[entry.consequence].span;
                    vec![Cause { message: "how much is credited is unknown".into(), span }]
                };
                let credited = self.state.seldom.set_off.entry((at, case)).or_default();
                let because = if entry.because.is_empty() { why() } else { entry.because.clone() };
                let before = credited.unknown.take().unwrap_or_default();
                credited.unknown = Some(crate::expression::unite(before, because));
            }
        }
        self.arm(at, BoundKind::SetOff { case });
    }

    /// What has been credited pays now: first what is known of it, sentence by sentence.
    pub(crate) fn set_off(&mut self, case: CaseId) {
        let Credited { amount, unknown } =
            self.state.seldom.set_off.remove(&(self.now, case)).unwrap_or_default();
        self.book_fees();
        self.use_rests();
        let minor = self.agreement.currency.minor_per_major();
        let mut amounts: Vec<(By<'_>, Paid)> = Vec::new();
        amounts.extend(Exact::ratio(amount, minor).map(|amount| (By::Rest, Ok(amount))));
        let first = (self.now, case, ConsequenceId(0));
        let last = (self.now, case, ConsequenceId(u32::MAX));
        let waiting = self.state.seldom.pot.waiting.range(first..=last).map(|(of, amount)| (*of, *amount));
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_by_key(|(of, _)| rank(self.plan, of.2));
        for (of, amount) in waiting {
            self.state.seldom.pot.waiting.remove(&of);
            amounts.extend(Exact::ratio(amount, minor).map(|amount| (By::Credit(of.2), Ok(amount))));
        }
        // Which credit it is does not matter for what is unknown: nothing of it is booked.
        amounts.extend(unknown.map(|why| (By::Rest, Err(why))));
        for (by, amount) in amounts {
            if amount != Ok(Exact::ZERO) {
                self.pay_by_credit(case, amount, by);
            }
        }
    }
}
