//! When somebody is told, where that is in the hours of a calendar only.

use super::World;
use super::consequence::Arising;
use servanda_evaluator::outcome::Notice;
use servanda_policy::policy::{Form, Signal, Tell, Verdict as Kind};
use servanda_policy::time::Instant;

impl World<'_> {
    /// What is told of what has arisen: nothing where the hours have not begun yet, or where it is needless by then.
    pub(super) fn told(&self, arising: &Arising<'_>, tell: &Tell) -> Option<Notice> {
        let arose = arising.at;
        let at = match tell.during {
            Some(calendar) => self.hours(calendar).opens_from(arose).unwrap_or(arose),
            None => arose,
        };
        if at >= self.as_of || (at > arose && self.is_needless(arising, tell, at)) {
            return None;
        }
        let (consequence, subject) = (arising.consequence, arising.subject.clone());
        Some(Notice { consequence, to: tell.to, subject, at, arose: (at > arose).then_some(arose) })
    }

    /// Whether what somebody was to be told before it is too late has come to nothing.
    fn is_needless(&self, arising: &Arising<'_>, tell: &Tell, at: Instant) -> bool {
        let Signal::Broken(duty) = self.policy.consequences[arising.consequence].on else { return false };
        let duty = &self.policy.duties[duty];
        let (true, Form::Do { act, .. }, Some(item)) = (duty.silent, &duty.form, arising.item) else {
            return false;
        };
        let closed =
            item.closings.iter().any(|(from, until)| *from < at && until.is_none_or(|until| until >= at));
        let over = closed || item.end.is_some_and(|end| end < at);
        let last = item.moves.iter().rev().find(|it| it.0 == *act && it.1 < at);
        let done = last.is_some_and(|it| it.2 && it.1 > arising.at);
        let paid = self.policy.cases[item.case].debt.as_ref().is_some_and(|debt| debt.paid == *act)
            && self.paid_at(item).is_some_and(|paid| paid > arising.at && paid < at);
        let decided = tell.warns_of.is_some_and(|duty| self.verdict_on(duty, item, at) != Kind::Pending);
        over || done || paid || decided
    }
}
