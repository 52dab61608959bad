//! Items that are closed and may be opened again: until it is too late for that, what was done in time is not decided.
//!
//! While it is closed, nothing but what opens it reaches an item. What happens at its end happens when it can no longer be
//! opened again; of a case that begins anew, when it is closed.

use crate::behind::Behind;
use crate::clock::late_from;
use crate::duty::{evidence, subject_of};
use crate::environment::Things;
use crate::expression::evaluate;
use crate::items::Items;
use crate::outcome::{Quantity, Sink};
use crate::plan::Plan;
use crate::play::Play;
use crate::state::{Bound, BoundKind, Item, Start};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_events::Fact;
use servanda_parser::ast::Reopening;
use servanda_policy::arena::Table;
use servanda_policy::policy::{CaseId, CountedAt, Form, Life, Value, Verdict as Kind};
use servanda_policy::time::{Ending, Instant};
use std::collections::BTreeMap;

/// What is closed and may be opened again, by its case and key.
pub(crate) type ClosedItems = BTreeMap<(CaseId, CompactString), Closed>;

/// An item that is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub(crate) slot: u32,
    pub(crate) birth: u64,
    /// When it was closed.
    pub(crate) at: Instant,
    /// The first instant at which it is too late; none where that lies beyond all time.
    pub(crate) until: Option<Instant>,
}

impl<S: Sink> Play<'_, S> {
    /// How the items of a case reopen, where the same item goes on.
    pub(crate) fn goes_on(&self, case: CaseId) -> Option<Reopening> {
        let reopens = self.policy.cases[case].reopens.as_ref().filter(|it| it.goes_on());
        reopens.map(|reopens| reopens.way)
    }

    /// Since when an item is closed that may be opened again.
    pub(crate) fn closed_since(&self, case: CaseId, item: &Item) -> Option<Instant> {
        if !item.over || self.state.seldom.closed.is_empty() {
            return None;
        }
        let closed = self.state.seldom.closed.get(&(case, item.key.clone()));
        closed.filter(|closed| closed.birth == item.birth).map(|closed| closed.at)
    }

    /// Whether what is done by an act is not decided yet, because it may be undone.
    pub(crate) fn may_be_undone(&self, case: CaseId, act: u32) -> bool {
        self.policy.cases[case].is_taken_back(act)
    }

    /// An item is over; where it may be opened again, it is closed.
    pub(crate) fn end_or_close(&mut self, case: CaseId, slot: u32, item: &mut Item, by: Option<&Fact>) {
        match self.policy.cases[case].reopens {
            Some(_) => self.close_item(case, slot, item, by),
            None => self.end_item(case, slot, item, by),
        }
    }

    /// An item is closed, and may be opened again for some time. What else there is to its end comes when that is over.
    #[inline(never)]
    pub(crate) fn close_item(&mut self, case: CaseId, slot: u32, item: &mut Item, by: Option<&Fact>) {
        let Some(way) = self.policy.cases[case].reopens.as_ref().map(|it| it.way) else { return };
        if item.over {
            return;
        }
        let within = self.policy.cases[case].reopens.as_ref().map(|it| &it.within);
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        let until = match within.map(|within| evaluate(within, &env)) {
            Some(Quantity::Known(Value::Length(length))) => {
                late_from(self.agreement, &length, Start::Instant(self.now), Ending::AtClosing)
            }
            _ => Some(self.now),
        };
        let closed = Closed { slot, birth: item.birth, at: self.now, until };
        if way == Reopening::NewCase {
            self.end_item(case, slot, item, by);
        } else {
            self.pauses_end(case, slot, item);
            item.over = true;
            if self.sink.wants_behind() {
                let (subject, at) = (subject_of(case, item), self.now);
                self.sink.behind(Behind::Over { subject, at, by: by.map(evidence) });
            }
            self.state.cases[case].unlink(&item.key);
            self.goes_out(case, item);
        }
        self.state.seldom.closed.insert((case, item.key.clone()), closed);
        if let Some(until) = until {
            self.arm(until, BoundKind::Final { case, slot, birth: item.birth });
        }
        if way == Reopening::NewCase {
            return;
        }
        for number in 0..item.duties.len() {
            let Some(id) = self.plan.cases[case].duties.get(number).copied() else { continue };
            let pending =
                |item: &Item| item.duties.get(number).is_some_and(|it| it.verdict == Some(Kind::Pending));
            if !pending(item) {
                self.delay_is_over(case, slot, item, number as u32, None);
                continue;
            }
            let undone = item.duties.get(number).is_some_and(|it| it.done_at.is_none());
            // Of what is closed nobody is told, unless it is opened again before.
            if undone && self.policy.duties[id].silent && !self.is_taken_back(case, number) {
                self.decide(case, slot, item, number, Kind::Kept);
            } else if way == Reopening::GoesOn {
                let now = self.now;
                self.stop_clock(case, slot, item, number, now);
            }
        }
    }

    /// Whether the act of a duty is undone when its item is opened again.
    pub(crate) fn is_taken_back(&self, case: CaseId, number: usize) -> bool {
        let form = self.plan.cases[case].duties.get(number).map(|id| &self.policy.duties[*id].form);
        matches!(form, Some(Form::Do { act, .. }) if self.may_be_undone(case, *act))
    }

    /// Whether something under a key is closed and can be opened again.
    pub(crate) fn is_closed(&self, case: CaseId, key: &str) -> bool {
        !self.state.seldom.closed.is_empty()
            && self.state.seldom.closed.contains_key(&(case, CompactString::from(key)))
    }

    /// What is closed under a key is opened again, by an event: the slot of what lives there now.
    #[inline(never)]
    pub(crate) fn reopen(&mut self, case: CaseId, key: &str, fact: &Fact) -> Option<u32> {
        let way = self.policy.cases[case].reopens.as_ref()?.way;
        if self.state.seldom.closed.is_empty() {
            return None;
        }
        let closed = self.state.seldom.closed.remove(&(case, CompactString::from(key)))?;
        let Closed { slot, birth, at, until } = closed;
        self.disarm(case, closed, until);
        if way == Reopening::NewCase {
            let fields = self.state.cases[case].get(slot).map(|item| item.fields.clone())?;
            self.with_item(case, slot, birth, |_, _| {});
            return Some(self.begin_anew(case, key, fact, fields));
        }
        let mut item = self.state.cases[case].take(slot)?;
        item.over = false;
        item.touched = self.now;
        self.state.cases[case].link(&item.key, slot);
        if way == Reopening::GoesOn && self.plan.timed[case] {
            item.pauses.get_or_insert_default().over.push((at, self.now));
        }
        let from = crate::clock::instant_of(self.agreement, item.start);
        // What has not begun has nothing to begin anew.
        if way == Reopening::Restarts && from.is_none_or(|from| from <= self.now) {
            item.start = Start::Instant(self.now);
        }
        for act in self.plan.cases[case].ending_acts.clone() {
            if let Some(track) = item.acts.get_mut(act as usize).filter(|track| track.done) {
                track.set(false, self.now);
                track.first = None;
            }
        }
        for number in 0..item.duties.len() {
            let Some(duty) = item.duties.get_mut(number) else { continue };
            if duty.verdict != Some(Kind::Pending) {
                continue;
            }
            (duty.done_at, duty.done_by) = (None, None);
            match way {
                Reopening::GoesOn => self.start_clock(case, slot, &mut item, number, at),
                Reopening::Restarts => duty.clock = None,
                Reopening::ClosedTimeCounts | Reopening::NewCase => {}
            }
            self.set_deadline(case, slot, &mut item, number);
            self.late_at_once(case, slot, &mut item, number);
            let id = self.plan.cases[case].duties.get(number).copied();
            if let Some(id) = id {
                self.join_deadline(case, &mut item, id);
            }
        }
        if self.sink.wants_behind() {
            let (subject, by) = (subject_of(case, &item), Some(evidence(fact)));
            self.sink.behind(Behind::Reopened { subject, at: self.now, by });
        }
        if !item.excluded {
            let from = crate::clock::instant_of(self.agreement, item.start).unwrap_or(item.born);
            if from <= self.now {
                self.comes_alive(case, &mut item);
            }
            self.settle_marks(case, &mut item);
        }
        self.keep_or_let_go(case, slot, item);
        Some(slot)
    }

    /// What would have been late while it was closed is late as soon as it is opened again.
    fn late_at_once(&mut self, case: CaseId, slot: u32, item: &mut Item, number: usize) {
        let at_once = self.now.next();
        let birth = item.birth;
        let Some(duty) = item.duties.get_mut(number) else { return };
        let Some(late) = duty.late_from.filter(|late| *late <= self.now) else { return };
        let kind = BoundKind::ItemLate { case, slot, birth, duty: number as u32 };
        duty.late_from = Some(at_once);
        self.state.agenda.remove(&Bound { at: late, kind: kind.clone() });
        self.arm(at_once, kind);
    }

    fn disarm(&mut self, case: CaseId, closed: Closed, until: Option<Instant>) {
        if let Some(at) = until {
            let kind = BoundKind::Final { case, slot: closed.slot, birth: closed.birth };
            self.state.agenda.remove(&Bound { at, kind });
        }
    }

    /// A new item begins under a key for which another is closed: that one can no longer be opened again.
    pub(crate) fn replace_closed(&mut self, case: CaseId, key: &str) {
        if self.state.seldom.closed.is_empty() {
            return;
        }
        let Some(closed) = self.state.seldom.closed.get(&(case, CompactString::from(key))).copied() else {
            return;
        };
        self.disarm(case, closed, closed.until);
        self.with_item(case, closed.slot, closed.birth, |play, item| {
            play.is_final(case, closed.slot, item);
        });
    }

    /// It is too late to open an item again: it is over for good.
    #[inline(never)]
    pub(crate) fn is_final(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let place = (case, item.key.clone());
        let Some(closed) = self.state.seldom.closed.remove(&place).filter(|it| it.birth == item.birth) else {
            return;
        };
        let Some(way) = self.goes_on(case) else { return };
        for number in 0..item.duties.len() {
            let Some(duty) = item.duties.get(number).filter(|it| it.verdict == Some(Kind::Pending)) else {
                continue;
            };
            if duty.done_at.is_some() {
                self.decide(case, slot, item, number, Kind::Kept);
            } else if way == Reopening::GoesOn {
                // It stands still no longer than until its item is over for good.
                self.start_clock(case, slot, item, number, closed.at);
            }
        }
        self.join_late(case, item, CountedAt::End, None);
        self.end_duties(case, slot, item);
    }
}

/// Whether what is stored as closed is an item of the policy's that is over.
pub(crate) fn fits(plan: &Plan, cases: &Table<CaseId, Items>, closed: &ClosedItems) -> bool {
    closed.iter().all(|((case, key), closed)| {
        let reopens = plan
            .policy
            .cases
            .find(*case)
            .is_some_and(|case| case.reopens.is_some() && matches!(case.life, Life::Begins(_)));
        let item = cases.find(*case).and_then(|items| items.get(closed.slot));
        reopens
            && item.is_some_and(|item| item.over && item.birth == closed.birth && item.key == *key)
            && cases.find(*case).is_some_and(|items| items.slot_of(key).is_none())
    })
}
