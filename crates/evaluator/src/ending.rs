//! The end of an agreement that somebody brings nearer: who uses a right to end it, and what the nearer end cuts.

use crate::duty::evidence;
use crate::outcome::{Notice, Sink, Subject};
use crate::play::Play;
use crate::state::{Bound, BoundKind, Counted, Item, Mark, OpenWindow, State};
use servanda_diagnostics::Code;
use servanda_events::{Fact, FieldValue};
use servanda_policy::Policy;
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    CaseId, ConsequenceId, DutyId, Effect, Ending, Form, Signal, Verdict, WindowId,
};
use servanda_policy::time::{Instant, Window};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The agreement with the end that it has come to have.
pub(crate) fn as_ended<'a>(agreement: &'a Agreement, state: &State) -> Cow<'a, Agreement> {
    match state.seldom.later.end {
        Some(end) => Cow::Owned(agreement.ended_at(end)),
        None => Cow::Borrowed(agreement),
    }
}

/// The rights by whose use somebody ends the agreement.
pub(crate) fn used_rights(policy: &Policy) -> BTreeSet<ConsequenceId> {
    let used = policy.consequences.values().filter_map(|consequence| match &consequence.effect {
        Effect::End(ending) => ending.right,
        _ => None,
    });
    used.collect()
}

impl<S: Sink> Play<'_, S> {
    /// Whether an event is by what a right to end the agreement is used: then it is, or it is told why not.
    pub(crate) fn use_rights(&mut self, fact: &Fact) {
        let plan = self.plan;
        let version = self.agreement.version_at(fact.at);
        let (mut wanted, mut unreadable) = (None, false);
        for id in &plan.events[fact.event].consequences {
            let of = &self.policy.consequences[*id];
            let (Effect::End(ending), Signal::ForEvent(pattern)) = (&of.effect, &of.on) else { continue };
            // What has arisen under a version can be used later.
            let in_force = ending.right.is_some() || self.policy.version_of(of.clause) == version;
            if self.state.ended || !in_force || !self.fits(pattern, fact) {
                continue;
            }
            wanted = wanted.or(Some(of.span));
            let giver = ending.giver.map(|field| fact.field(field));
            unreadable |= giver == Some(&FieldValue::Bad);
            let theirs = giver.is_none_or(|giver| *giver == FieldValue::Party(ending.holder));
            if !theirs || !self.has_arisen(ending) {
                continue;
            }
            let Some(end) = self.agreement.end_by(ending, fact.at) else { continue };
            self.nearer = Some(self.nearer.map_or(end, |nearer| nearer.min(end)));
            let subject = Subject::Event(evidence(fact));
            self.sink.notice(Notice {
                consequence: *id,
                to: ending.holder,
                subject,
                at: self.stamp,
                arose: None,
            });
            (wanted, unreadable) = (None, true);
        }
        if let (Some(wanted), false) = (wanted, unreadable) {
            let event = &self.policy.events[fact.event].name;
            let message = format!("`{event}` is given by somebody who may not end this agreement");
            self.unwanted(Code::NoRight, message, fact, Some(wanted));
        }
    }

    /// Whether the right is there: it was known before this instant that it has arisen.
    fn has_arisen(&self, ending: &Ending) -> bool {
        ending
            .right
            .is_none_or(|right| self.state.seldom.later.arisen.get(&right).is_some_and(|at| *at < self.now))
    }

    /// The agreement has come to end earlier than it did: what the end cuts is cut. What counts in a window at an instant
    /// that will not come is no longer waited for; what has been counted there remains.
    pub(crate) fn cut(&mut self, was: Option<Instant>, now: Instant) {
        let Some(end) = self.agreement.end else { return };
        self.moment(now, now);
        for case in self.policy.cases.ids() {
            for slot in 0..self.state.cases[case].slots().len() as u32 {
                let Some(mut item) = self.state.cases[case].take(slot) else { continue };
                self.cut_marks(case, &mut item, end);
                self.state.cases[case].put(slot, item);
            }
        }
        if let Some(was) = was {
            self.state.agenda.remove(&Bound { at: was, kind: BoundKind::TermOver });
        }
        self.arm(end, BoundKind::TermOver);
        for id in self.policy.windows.ids() {
            self.cut_windows(id, end);
        }
        let duties: Vec<DutyId> = self.state.windowed.keys().copied().collect();
        for duty in duties {
            self.cut_duties(duty, end);
        }
    }

    fn cut_marks(&mut self, case: CaseId, item: &mut Item, end: Instant) {
        let plan = self.plan;
        if item.marks.iter().all(|mark| mark.at < end) {
            return;
        }
        let last = crate::play::before(end);
        let mut kept = smallvec::SmallVec::new();
        for mark in std::mem::take(&mut item.marks) {
            let fold = plan.cases[case].folds.get(mark.fold as usize).copied();
            let (true, Some(fold)) = (mark.at >= end, fold) else {
                kept.push(mark);
                continue;
            };
            let holds = |open: &&OpenWindow| open.window.contains(mark.at);
            let window = self.policy.folds[fold].window;
            let goes_on =
                self.state.windows[window].iter().find(holds).is_some_and(|it| it.window.start < end);
            match mark.counted {
                _ if !goes_on => {}
                Counted::Waiting => self.leave(case, item, fold, mark.at),
                Counted::Member(_) | Counted::Unknown | Counted::Unplaced(_) | Counted::Settled => {
                    kept.push(Mark { at: last, ..mark });
                }
            }
        }
        item.marks = kept;
    }

    fn cut_windows(&mut self, id: WindowId, end: Instant) {
        for mut open in std::mem::take(&mut self.state.windows[id]) {
            if !open.over && open.window.end > end {
                let kind = BoundKind::WindowOver { window: id, index: open.window.index };
                let armed = self.state.agenda.remove(&Bound { at: open.window.end, kind: kind.clone() });
                let Some(window) = self.window_as_cut(id, &open.window) else { continue };
                open.window = window;
                if armed {
                    self.arm(window.end, kind);
                }
            }
            self.state.windows[id].push_back(open);
        }
    }

    fn window_as_cut(&self, id: WindowId, window: &Window) -> Option<Window> {
        self.agreement.windows.get(id.index())?.window(window.index)
    }

    /// What is due in a window that is cut is due in what remains of it; where that would be over, at its end.
    fn cut_duties(&mut self, duty: DutyId, end: Instant) {
        let Form::DoEach { by, window: id, rise, .. } = &self.policy.duties[duty].form else { return };
        let keeps_its_time = rise.as_ref().is_some_and(|rise| rise.within.is_some());
        let Some(mut list) = self.state.windowed.remove(&duty) else { return };
        for instance in &mut list {
            if instance.verdict != Verdict::Pending || instance.window.end <= end {
                continue;
            }
            let Some(window) = self.window_as_cut(*id, &instance.window) else { continue };
            instance.window = window;
            if keeps_its_time {
                continue;
            }
            let kind = BoundKind::WindowLate { duty, index: window.index };
            self.state.agenda.remove(&Bound { at: instance.late_from, kind: kind.clone() });
            let late_from = crate::clock::point_late_from(self.agreement, by, Some(&window));
            instance.late_from = late_from.filter(|late| *late > self.now).unwrap_or(window.end);
            self.arm(instance.late_from, kind);
        }
        self.state.windowed.insert(duty, list);
    }
}
