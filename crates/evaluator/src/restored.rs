//! What is earned back: of an amount that has followed a breach a part goes the other way, when the duty has been kept
//! so many windows running behind it.

use crate::outcome::{Cause, Entry, Sink, Subject};
use crate::play::Play;
use serde::{Deserialize, Serialize};
use servanda_policy::arena::Id;
use servanda_policy::policy::{Consequence, ConsequenceId, DutyId, Effect, Kept, Signal};
use servanda_policy::time::Window;
use servanda_policy::value::{Exact, Rounding};
use std::collections::BTreeMap;

/// An amount that has been booked, and of which a part can still be earned back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Restorable {
    /// What goes back.
    pub(crate) consequence: ConsequenceId,
    /// That of the breach.
    pub(crate) subject: Subject,
    pub(crate) window: Window,
    /// What passed its caps; none where that is unknown.
    pub(crate) amount: Option<i128>,
}

/// What has to be kept for something to go back; none of anything else.
pub(crate) fn kept(consequence: &Consequence) -> Option<Kept> {
    match &consequence.on {
        Signal::Kept(kept) => Some(*kept),
        _ => None,
    }
}

/// What has been booked and can still be earned back, by what goes back, in the order in which it was booked.
pub(crate) type Restorables = BTreeMap<ConsequenceId, Vec<Restorable>>;

impl<S: Sink> Play<'_, S> {
    /// Remembers what was booked for a breach, where a part of it can be earned back.
    pub(crate) fn can_be_restored(&mut self, entry: &Entry) {
        let Some(consequence) = self.plan.restored_by.get(&entry.consequence).copied() else { return };
        let (Some(window), true) = (entry.window, entry.amount != Some(0)) else { return };
        // Where windows behind it have been decided before it, they may have earned it back.
        if self.state.seldom.more.earned.get(&consequence).is_some_and(|index| window.index < *index) {
            self.turned.push(consequence);
        } else if self.is_too_late(consequence) {
            return;
        }
        let restorable =
            Restorable { consequence, subject: entry.subject.clone(), window, amount: entry.amount };
        self.state.seldom.more.restorable.entry(consequence).or_default().push(restorable);
    }

    /// A duty has been decided in a window, in a row of so many in which it was kept: what followed a breach before them may
    /// have been earned back, or can be no more.
    pub(crate) fn earns_back(&mut self, key: DutyId, index: i32, row: u32) {
        let plan = self.plan;
        for (consequence, count) in plan.earned_by.get(&key).into_iter().flatten() {
            if row >= *count {
                let earned = self.state.seldom.more.earned.entry(*consequence).or_insert(index);
                *earned = index.max(*earned);
                self.turned.push(*consequence);
            } else if self.state.seldom.more.restorable.contains_key(consequence)
                && self.is_too_late(*consequence)
            {
                self.state.seldom.more.restorable.remove(consequence);
            }
        }
    }

    /// Whether too few windows are left for anything to be earned back that has not been.
    fn is_too_late(&self, consequence: ConsequenceId) -> bool {
        let Some(kept) = kept(&self.policy.consequences[consequence]) else { return false };
        let (Some(end), Some(key)) = (self.agreement.end, self.plan.runs[kept.duty]) else { return false };
        let last = || {
            let window = crate::plan::window_of(self.policy, key)?;
            self.agreement.windows.get(window.index())?.index_of(crate::play::before(end))
        };
        let rows = self.state.seldom.more.rows.get(&key);
        rows.zip(last()).and_then(|(rows, last)| rows.can_come_to(last)).is_some_and(|most| most < kept.count)
    }

    /// Books what has been earned back in this moment: all that followed a breach before the row, which no window in it has.
    pub(crate) fn restore(&mut self) {
        let mut turned = std::mem::take(&mut self.turned);
        turned.sort_unstable();
        turned.dedup();
        for consequence in turned {
            let Some(index) = self.state.seldom.more.earned.get(&consequence).copied() else { continue };
            let Some(open) = self.state.seldom.more.restorable.remove(&consequence) else { continue };
            let (earned, open): (Vec<Restorable>, Vec<Restorable>) =
                open.into_iter().partition(|it| it.window.index < index);
            if !open.is_empty() {
                self.state.seldom.more.restorable.insert(consequence, open);
            }
            for restorable in earned {
                self.gives_back(restorable);
            }
        }
    }

    fn gives_back(&mut self, restorable: Restorable) {
        let Restorable { consequence, subject, window, amount } = restorable;
        let Effect::Entry(rule) = &self.policy.consequences[consequence].effect else { return };
        let gross = amount.and_then(|amount| part_of(amount, &rule.amount, rule.rounding));
        let because = match gross {
            Some(_) => Vec::new(),
            None => {
                let message = "how much there was of what goes back is unknown".into();
                vec![Cause { message, span: rule.amount.span }]
            }
        };
        self.sink.entry(Entry {
            consequence,
            subject,
            ordinal: 1,
            debtor: rule.debtor,
            creditor: rule.creditor,
            at: self.stamp,
            gross,
            amount: gross,
            capped_by: None,
            window: Some(window),
            accrual: None,
            because,
            evidence: Vec::new(),
        });
    }
}

/// A share of an amount in minor units, rounded once.
fn part_of(minor: i128, share: &servanda_policy::policy::Expr, rounding: Rounding) -> Option<i128> {
    use servanda_policy::policy::{ExprKind, Value};
    let ExprKind::Value(Value::Number(share)) = &share.kind else { return None };
    (&Exact::integer(minor) * share).to_minor(0, rounding)
}
