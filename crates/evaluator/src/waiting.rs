//! Notices that are told in the hours of a calendar only: what arises outside of them waits for the next opening.
//!
//! A breach is told of then, whatever has happened meanwhile. A warning, and what is told unless something has been done,
//! is told only if it still has to be: what it warns of has not been decided, what was missing has not been done, and the
//! item is not over.

use crate::outcome::{Notice, Sink, Subject};
use crate::plan::Plan;
use crate::play::Play;
use crate::state::{Act, BoundKind, Item, Place, State};
use serde::{Deserialize, Serialize};
use servanda_policy::policy::{CaseId, ConsequenceId, Effect, Form, Policy, Signal, Tell, Verdict as Kind};
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// What waits to be told, by the instant at which it is, in the order in which it arose.
pub(crate) type Waiting = BTreeMap<Instant, Vec<Untold>>;

/// A notice that has arisen and has not been told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Untold {
    pub(crate) consequence: ConsequenceId,
    pub(crate) subject: Subject,
    pub(crate) arose: Instant,
    /// The slot of the item, and the place of the duty that it is about, where it can come to be needless.
    pub(crate) of: Option<(u32, Place)>,
}

/// The sentence by which somebody is told.
pub(crate) fn tell_of(policy: &Policy, consequence: ConsequenceId) -> Option<&Tell> {
    match &policy.consequences.find(consequence)?.effect {
        Effect::Tell(tell) => Some(tell),
        _ => None,
    }
}

impl Untold {
    /// Whether there is nothing left to warn of when it could be told.
    pub(crate) fn is_needless(&self, plan: &Plan, state: &State, told: Instant) -> bool {
        self.of.is_some_and(|(slot, (case, birth, _))| {
            let item = state.cases[case].get(slot).filter(|item| item.birth == birth);
            item.is_none_or(|item| is_needless(plan, self.consequence, (case, item), (self.arose, told)))
        })
    }
}

/// Whether a notice can come to be needless: one of a duty that binds nobody.
fn can_be_needless(policy: &Policy, consequence: ConsequenceId) -> bool {
    match policy.consequences[consequence].on {
        Signal::Broken(duty) => policy.duties[duty].silent,
        _ => false,
    }
}

/// Whether a notice that can come to be needless has come to be, when it could be told: there is nothing left to warn of.
fn is_needless(
    plan: &Plan,
    consequence: ConsequenceId,
    (case, item): (CaseId, &Item),
    (arose, told): (Instant, Instant),
) -> bool {
    let policy = &plan.policy;
    let Signal::Broken(broken) = policy.consequences[consequence].on else { return false };
    let Form::Do { act, .. } = &policy.duties[broken].form else { return false };
    let done_since = |act: &Act| act.done && act.changed.is_some_and(|at| at > arose);
    if item.over || item.acts.get(*act as usize).is_some_and(done_since) {
        return true;
    }
    let Some(warned) = tell_of(policy, consequence).and_then(|tell| tell.warns_of) else { return false };
    let number = plan.cases[case].duties.iter().position(|duty| *duty == warned);
    let of = number.and_then(|number| item.duties.get(number));
    of.is_none_or(|of| match of.verdict {
        None => true,
        // A deadline that has passed by then, of an item that begins only now, may not have been looked at yet; one that
        // has been looked at may have passed after that opening.
        Some(Kind::Pending) => of.late_from.is_some_and(|late| late <= told),
        Some(_) => of.at.is_none_or(|at| at < told),
    })
}

impl<S: Sink> Play<'_, S> {
    /// Somebody is told: now, or when the hours for it begin.
    pub(crate) fn is_told(
        &mut self,
        consequence: ConsequenceId,
        subject: Subject,
        of: Option<(u32, Place, &Item)>,
    ) {
        let Some(tell) = tell_of(self.policy, consequence) else { return };
        let (to, arose) = (tell.to, self.stamp);
        let at = self.agreement.told_at(tell, arose);
        if at == arose {
            self.sink.notice(Notice { consequence, to, subject, at, arose: None });
            return;
        }
        let of = of.filter(|_| can_be_needless(self.policy, consequence));
        if at > self.known {
            let of = of.map(|(slot, place, _)| (slot, place));
            self.state.seldom.waiting.entry(at).or_default().push(Untold { consequence, subject, arose, of });
            self.arm(at, BoundKind::Told);
            return;
        }
        // The hours had begun before it was known.
        let needless = of.is_some_and(|(_, (case, ..), item)| {
            is_needless(self.plan, consequence, (case, item), (arose, at))
        });
        if !needless {
            self.sink.notice(Notice { consequence, to, subject, at, arose: Some(arose) });
        }
    }

    /// The hours begin for which notices have waited.
    pub(crate) fn hours_begin(&mut self) {
        for untold in self.state.seldom.waiting.remove(&self.now).unwrap_or_default() {
            if untold.is_needless(self.plan, self.state, self.now) {
                continue;
            }
            let Untold { consequence, subject, arose, of: _ } = untold;
            let Some(tell) = tell_of(self.policy, consequence) else { continue };
            self.sink.notice(Notice { consequence, to: tell.to, subject, at: self.now, arose: Some(arose) });
        }
    }
}

/// Whether what is stored as waiting are notices of the policy's.
pub(crate) fn fits(policy: &Policy, state: &State) -> bool {
    state.seldom.waiting.iter().all(|(at, all)| {
        all.iter().all(|untold| {
            let of = untold.of.is_none_or(|(_, (case, ..))| policy.cases.find(case).is_some());
            of && untold.arose < *at
                && tell_of(policy, untold.consequence).is_some_and(|it| it.during.is_some())
        })
    })
}
