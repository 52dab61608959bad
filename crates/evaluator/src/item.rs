//! The life of one item: it begins, acts on it are done and undone, its clocks pause, it ends or is forgotten.
//! Which events do this is decided in `facts`.

use crate::behind::Behind;
use crate::clock::{instant_of, start_of};
use crate::duty::{evidence, subject_of};
use crate::environment::Things;
use crate::expression::{Truth, holds};
use crate::money::About;
use crate::outcome::Sink;
use crate::play::Play;
use crate::state::{Act, BoundKind, Item, Start};
use compact_str::CompactString;
use servanda_events::{Fact, FieldValue};
use servanda_policy::policy::{CaseId, CountedAt, Life, Signal, Verdict};
use servanda_policy::time::Instant;
use smallvec::SmallVec;

impl<S: Sink> Play<'_, S> {
    /// An act of an item is done or taken back.
    pub(crate) fn act(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        act: u32,
        done: bool,
        by: Option<&Fact>,
    ) {
        let now = self.now;
        let Some(track) = item.acts.get_mut(act as usize) else { return };
        track.set(done, now);
        if done && track.first.is_none() {
            track.first = Some(now);
        }
        if done {
            self.done(case, slot, item, act, by);
        } else {
            self.undone(case, item);
        }
        self.settle_marks(case, item);
    }

    /// Pauses of an item begin or end.
    #[inline(never)]
    pub(crate) fn pause(&mut self, case: CaseId, slot: u32, item: &mut Item, switches: &[(usize, bool)]) {
        let mut state = item.pauses.take().unwrap_or_default();
        state.holding.resize(self.policy.cases[case].pauses.len(), false);
        for (place, on) in switches {
            if let Some(holds) = state.holding.get_mut(*place) {
                *holds = *on;
            }
        }
        let holds = state.holding.contains(&true);
        let since = state.since;
        match (since, holds) {
            (None, true) => {
                state.since = Some(self.now);
                item.pauses = Some(state);
                self.stop_clocks(case, slot, item);
            }
            (Some(since), false) => {
                state.since = None;
                if self.plan.timed[case] {
                    state.over.push((since, self.now));
                }
                item.pauses = Some(state);
                self.start_clocks(case, slot, item, since);
            }
            _ => item.pauses = Some(state),
        }
    }

    /// A pause does not outlive its item.
    pub(crate) fn pauses_end(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let Some(pauses) = item.pauses.as_deref_mut() else { return };
        let Some(since) = pauses.since.take() else { return };
        pauses.holding.clear();
        if self.plan.timed[case] {
            pauses.over.push((since, self.now));
        }
        self.start_clocks(case, slot, item, since);
    }

    /// An item is over: nothing reaches it under its key any more.
    pub(crate) fn end_item(&mut self, case: CaseId, slot: u32, item: &mut Item, by: Option<&Fact>) {
        if item.over {
            return;
        }
        self.pauses_end(case, slot, item);
        item.over = true;
        if self.sink.wants_behind() {
            let (subject, at) = (subject_of(case, item), self.now);
            self.sink.behind(Behind::Over { subject, at, by: by.map(evidence) });
        }
        self.state.cases[case].unlink(&item.key);
        self.goes_out(case, item);
        self.join_late(case, item, CountedAt::End, None);
        self.end_duties(case, slot, item);
        for number in 0..item.duties.len() as u32 {
            self.delay_is_over(case, slot, item, number, None);
        }
    }

    /// A new item under a key, in its slot.
    pub(crate) fn begin_item(&mut self, case: CaseId, key: &str, fact: &Fact, at: Option<u32>) -> u32 {
        let fields = self.policy.cases[case].fields.iter().map(|field| {
            let from = field.from.iter().find(|(event, _)| *event == fact.event);
            from.map_or(FieldValue::Absent, |(_, place)| fact.field(*place).clone())
        });
        let fields = fields.collect();
        self.begin_with(case, key, fact, at, fields)
    }

    /// An item that was closed begins anew, with the fields that it had, and its time with the event.
    pub(crate) fn begin_anew(
        &mut self,
        case: CaseId,
        key: &str,
        fact: &Fact,
        fields: SmallVec<[FieldValue; 2]>,
    ) -> u32 {
        self.begin_with(case, key, fact, None, fields)
    }

    fn begin_with(
        &mut self,
        case: CaseId,
        key: &str,
        fact: &Fact,
        at: Option<u32>,
        fields: SmallVec<[FieldValue; 2]>,
    ) -> u32 {
        let of = &self.policy.cases[case];
        let implicit = matches!(of.life, Life::Implicit);
        let key = CompactString::from(key);
        let (slot, birth) = self.state.cases[case].reserve(&key);
        let mut item = Box::new(Item {
            key,
            birth,
            born: fact.at,
            start: Start::Instant(fact.at),
            excluded: false,
            over: false,
            acts: SmallVec::from_elem(Act::default(), of.acts.len()),
            fields,
            duties: SmallVec::new(),
            marks: SmallVec::new(),
            alive: SmallVec::new(),
            pauses: None,
            debt: None,
            opened_by: (!implicit).then(|| evidence(fact)),
            touched: fact.at,
        });
        if let Some(place) = at {
            use crate::expression::Environment;
            let env = Things::item(self.agreement, self.plan, of, &item);
            item.start = start_of(&env.field(place));
        }
        if let Some(out_of_scope) = &of.out_of_scope {
            let truth = holds(out_of_scope, &Things::item(self.agreement, self.plan, of, &item));
            item.excluded = truth == Truth::Yes;
        }
        item.excluded |= !implicit && self.is_over(case);
        if self.sink.wants_behind() {
            use crate::expression::Environment;
            let env = Things::item(self.agreement, self.plan, of, &item);
            let fields = (0..item.fields.len() as u32).map(|place| env.field(place)).collect();
            let (subject, by) = (subject_of(case, &item), item.opened_by.clone());
            self.sink.behind(Behind::Begun { subject, fields, by });
        }
        if of.debt.is_some() && !item.excluded {
            self.charge(case, slot, &mut item);
        }
        self.begin_duties(case, slot, &mut item);
        if !item.excluded {
            let alive_from = instant_of(self.agreement, item.start).unwrap_or(item.born);
            if alive_from <= self.now {
                self.comes_alive(case, &mut item);
            } else {
                self.arm(alive_from, BoundKind::Alive { case, slot, birth });
            }
            self.join_folds(case, &mut item);
            if !self.plan.cases[case].consequences.is_empty() {
                self.consequences_for(case, &item);
            }
        }
        self.overdue(case, slot, &mut item);
        if !self.state.seldom.suspended.hold.is_empty() {
            self.newborn.push((case, slot, birth));
        }
        if let (true, Some(period)) = (implicit, of.forget) {
            self.arm(Instant(fact.at.0.saturating_add(period)), BoundKind::Forget { case, slot, birth });
        }
        self.keep_or_let_go(case, slot, item);
        slot
    }

    #[inline(never)]
    pub(crate) fn consequences_for(&mut self, case: CaseId, item: &Item) {
        let plan = self.plan;
        let version = self.agreement.version_at(item.born);
        for consequence in &plan.cases[case].consequences {
            if self.policy.version_of(self.policy.consequences[*consequence].clause) != version {
                continue;
            }
            let Signal::ForEach(_, filter) = &self.policy.consequences[*consequence].on else { continue };
            let subject = subject_of(case, item);
            let (truth, asked) = {
                let others = Some(&*self.state.seldom.later);
                let env =
                    Things { others, ..Things::item(self.agreement, plan, &self.policy.cases[case], item) };
                let truth = filter.as_ref().map_or(Truth::Yes, |filter| holds(filter, &env));
                let about = About {
                    subject: subject.clone(),
                    born: item.born,
                    window: None,
                    late_from: None,
                    evidence: item.opened_by.iter().cloned().collect(),
                    env: &env,
                };
                (truth, self.ask(*consequence, &about))
            };
            self.arises_for(*consequence, truth, asked, subject);
        }
    }

    /// An item to which nothing has happened for as long as the policy says is forgotten.
    pub(crate) fn forget(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let Some(period) = self.policy.cases[case].forget else { return };
        let due = Instant(item.touched.0.saturating_add(period));
        if due > self.now {
            let birth = item.birth;
            self.arm(due, BoundKind::Forget { case, slot, birth });
        } else if !item.over {
            item.over = true;
            self.state.cases[case].unlink(&item.key);
            // What was never done is no subject of a prohibition.
            for duty in item.duties.iter_mut().filter(|duty| duty.verdict == Some(Verdict::Pending)) {
                duty.verdict = None;
            }
        }
    }
}
