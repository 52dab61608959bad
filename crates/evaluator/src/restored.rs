//! What is earned back: of an amount that has followed a breach a part goes the other way, when the duty has been kept
//! so many windows running behind it.

use crate::outcome::{Cause, Entry, Sink, Subject};
use crate::play::Play;
use serde::{Deserialize, Serialize};
use servanda_policy::policy::{Consequence, ConsequenceId, Effect, Kept, Signal, Verdict};
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

impl<S: Sink> Play<'_, S> {
    /// Remembers what was booked for a breach, where a part of it can be earned back.
    pub(crate) fn can_be_restored(&mut self, entry: &Entry) {
        let Some(consequence) = self.plan.restored_by.get(&entry.consequence) else { return };
        let (Some(window), true) = (entry.window, entry.amount != Some(0)) else { return };
        let restorable = Restorable {
            consequence: *consequence,
            subject: entry.subject.clone(),
            window,
            amount: entry.amount,
        };
        // Where windows behind it are decided already, they may have earned it back.
        let behind = window.index.saturating_add(1)..;
        self.turned |= self.run_of(&restorable).is_some_and(|run| run.range(behind).next().is_some());
        self.state.more.restorable.push(restorable);
    }

    /// What is known of the duty behind something.
    fn run_of(&self, restorable: &Restorable) -> Option<&BTreeMap<i32, Verdict>> {
        let kept = kept(&self.policy.consequences[restorable.consequence])?;
        self.state.more.runs.get(&self.plan.runs[kept.duty]?)
    }

    /// Books what has been earned back in this moment.
    pub(crate) fn restore(&mut self) {
        let all = std::mem::take(&mut self.state.more.restorable);
        let (earned, open): (Vec<Restorable>, Vec<Restorable>) = all.into_iter().partition(|it| {
            match (kept(&self.policy.consequences[it.consequence]), self.run_of(it)) {
                (Some(kept), Some(run)) => is_earned(run, it.window.index, kept.count),
                _ => false,
            }
        });
        self.state.more.restorable = open;
        for restorable in earned {
            self.gives_back(restorable);
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

/// Whether a duty has been kept in so many windows one behind the other, somewhere behind one.
fn is_earned(run: &BTreeMap<i32, Verdict>, index: i32, count: u32) -> bool {
    let mut kept = 0;
    let mut next = index.saturating_add(1);
    for (at, verdict) in run.range(next..) {
        // A window that is not decided interrupts, until it is.
        kept = match verdict {
            Verdict::Kept if *at == next => kept + 1,
            Verdict::Kept => 1,
            Verdict::NotApplicable | Verdict::Excused if *at == next => kept,
            _ => 0,
        };
        if kept >= count {
            return true;
        }
        next = at.saturating_add(1);
    }
    false
}
