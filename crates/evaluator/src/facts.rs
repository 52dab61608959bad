//! What happens at one instant: events open items, move them, end them; a set, whatever the order of arrival.
//!
//! Events that move or end an item look first for one that was there just before; then items open; then the rest
//! looks for an item that was opened at this instant. Payments come last, so that charges come before them.

use crate::clock::{instant_of, start_of};
use crate::duty::{evidence, subject_of};
use crate::environment::Things;
use crate::expression::{Truth, holds};
use crate::money::About;
use crate::outcome::{Sink, Subject};
use crate::plan::Touch;
use crate::play::Play;
use crate::state::{Act, BoundKind, Item, Pauses, Start};
use compact_str::CompactString;
use servanda_diagnostics::Code;
use servanda_events::{Fact, FieldValue, Place, Problem};
use servanda_policy::policy::{CaseId, CountedAt, Life, Pattern, Signal, Verdict};
use servanda_policy::time::Instant;
use smallvec::SmallVec;

/// What has become of an event so far.
#[derive(Debug, Clone, Copy, Default)]
struct Fate {
    /// It did something, or could have: nothing has to be told.
    used: bool,
    /// It found nothing to do, which the policy says is well.
    ignored: bool,
    /// It concerns what is out of scope.
    out_of_scope: bool,
    /// It found nothing to do, where something was expected.
    lost: Option<CaseId>,
}

impl<S: Sink> Play<'_, S> {
    /// All events of one instant.
    pub(crate) fn facts(&mut self, group: &[Fact]) {
        if !self.state.begun {
            self.counts.out_of_scope += group.len() as u64;
            return;
        }
        if let [only] = group {
            let mut fate = Fate::default();
            self.meet(only, &mut fate);
            self.account(only, fate);
            return;
        }
        let mut sorted: SmallVec<[&Fact; 8]> = group.iter().collect();
        // Equal content orders by id, which only decides what is listed.
        sorted.sort_by(|left, right| left.canonical_cmp(right).then_with(|| left.id.cmp(&right.id)));
        let mut fates: SmallVec<[Fate; 8]> = SmallVec::from_elem(Fate::default(), sorted.len());
        let mut left: SmallVec<[(usize, usize); 8]> = SmallVec::new();
        let plan = self.plan;
        for (number, fact) in sorted.iter().enumerate() {
            for (place, touch) in plan.events[fact.event].touches.iter().enumerate() {
                if let Some(fate) = fates.get_mut(number)
                    && touch.moves()
                    && !self.move_item(fact, touch, fate, true)
                {
                    left.push((number, place));
                }
            }
        }
        for (number, fact) in sorted.iter().enumerate() {
            for touch in &plan.events[fact.event].touches {
                if let Some(fate) = fates.get_mut(number) {
                    self.open_item(fact, touch, fate);
                }
            }
        }
        for (number, place) in left {
            let Some(fact) = sorted.get(number) else { continue };
            let Some(touch) = plan.events[fact.event].touches.get(place) else { continue };
            if let Some(fate) = fates.get_mut(number) {
                self.move_item(fact, touch, fate, false);
            }
        }
        for (number, fact) in sorted.iter().enumerate() {
            if let Some(fate) = fates.get_mut(number) {
                self.pay_and_count(fact, fate);
            }
        }
        for (fact, fate) in sorted.iter().zip(fates) {
            self.account(fact, fate);
        }
    }

    /// An event that is alone at its instant.
    fn meet(&mut self, fact: &Fact, fate: &mut Fate) {
        let plan = self.plan;
        for touch in &plan.events[fact.event].touches {
            let moved = !touch.moves() || self.move_item(fact, touch, fate, true);
            self.open_item(fact, touch, fate);
            if !moved {
                self.move_item(fact, touch, fate, false);
            }
        }
        self.pay_and_count(fact, fate);
    }

    fn pay_and_count(&mut self, fact: &Fact, fate: &mut Fate) {
        let plan = self.plan;
        let of = &plan.events[fact.event];
        for touch in of.touches.iter().filter(|touch| touch.pays) {
            let debt = self.policy.cases[touch.case].debt.as_ref();
            let Some(payments) = debt.and_then(|debt| debt.payments.as_ref()) else { continue };
            if self.pay(touch.case, payments, fact) {
                fate.used = true;
            } else if touch.ignored {
                fate.ignored = true;
            } else {
                fate.lost = Some(touch.case);
            }
        }
        self.gather_event(fact);
        for (duty, place) in &of.windowed {
            let servanda_policy::policy::Form::DoEach { acts, .. } = &self.policy.duties[*duty].form else {
                continue;
            };
            let Some(pattern) = acts.get(*place) else { continue };
            if self.fits(pattern, fact) {
                self.settle_windowed(*duty, fact);
            }
        }
        for consequence in &of.consequences {
            let Signal::ForEvent(pattern) = &self.policy.consequences[*consequence].on else { continue };
            let truth = self.matches(pattern, fact);
            let subject = Subject::Event(evidence(fact));
            let asked = {
                let env = Things::fact(self.agreement, self.plan, fact);
                let about = About {
                    subject: subject.clone(),
                    born: fact.at,
                    window: None,
                    evidence: vec![evidence(fact)],
                    env: &env,
                };
                self.ask(*consequence, &about)
            };
            self.arises_for(*consequence, truth, asked, subject);
        }
    }

    /// Whether an event fulfills a pattern.
    fn matches(&self, pattern: &Pattern, fact: &Fact) -> Truth {
        match &pattern.filter {
            None => Truth::Yes,
            Some(filter) => holds(filter, &Things::fact(self.agreement, self.plan, fact)),
        }
    }

    /// Whether an event surely fulfills a pattern.
    fn fits(&self, pattern: &Pattern, fact: &Fact) -> bool {
        pattern.filter.is_none() || self.matches(pattern, fact) == Truth::Yes
    }

    /// Counts an event once, and tells where it found nothing to do.
    fn account(&mut self, fact: &Fact, fate: Fate) {
        if fate.out_of_scope && !fate.used {
            self.counts.out_of_scope += 1;
        } else if fate.ignored && !fate.used && fate.lost.is_none() {
            self.counts.ignored += 1;
        } else {
            self.counts.evaluated += 1;
        }
        if let (Some(case), false, false) = (fate.lost, fate.used, fate.out_of_scope) {
            let name = &self.policy.cases[case].name;
            let event = &self.policy.events[fact.event].name;
            self.tell(fact, Code::NothingToMove, format!("`{event}` finds no open `{name}`"), case);
        }
    }

    #[cold]
    fn tell(&mut self, fact: &Fact, code: Code, message: String, case: CaseId) {
        self.sink.problem(Problem {
            code,
            message,
            place: Place { line: fact.line, column: u32::from(fact.line > 0) },
            at: Some(fact.at),
            event: fact.id.clone(),
            wanted_by: Some(self.policy.cases[case].span),
        });
    }

    /// An event acts on, pauses or ends the item under its key. Whether nothing is left to do: on the first try, an
    /// item that was there before was looked for.
    fn move_item(&mut self, fact: &Fact, touch: &Touch, fate: &mut Fate, first: bool) -> bool {
        let case = touch.case;
        let of = &self.policy.cases[case];
        let Some(key) = key_of(touch, fact) else { return true };
        let mut acts: SmallVec<[(u32, bool); 2]> = SmallVec::new();
        for (act, place) in &touch.acts {
            let pattern = of.acts.get(*act as usize).and_then(|act| act.when.get(*place));
            if pattern.is_some_and(|pattern| self.fits(pattern, fact)) {
                acts.push((*act, true));
            }
        }
        for act in &touch.undoes {
            acts.push((*act, false));
        }
        let ends = touch.ends.iter().any(|place| match of.ends.get(*place) {
            Some(servanda_policy::policy::Trigger::Event(pattern)) => self.fits(pattern, fact),
            _ => false,
        });
        let pauses = matching(&touch.pauses, |place| {
            of.pauses.get(place).is_some_and(|(from, _)| self.fits(from, fact))
        });
        let resumes =
            matching(&touch.resumes, |place| of.pauses.get(place).is_some_and(|(_, to)| self.fits(to, fact)));
        if acts.is_empty() && !ends && pauses.is_empty() && resumes.is_empty() {
            return true;
        }
        let slot = match self.state.cases[case].slot_of(key) {
            Some(slot) => slot,
            None if matches!(of.life, Life::Implicit) => match self.begin_item(case, key, fact, None) {
                Some(slot) => slot,
                None => return true,
            },
            None => {
                if first {
                    return false;
                }
                if touch.ignored {
                    fate.ignored = true;
                } else {
                    fate.lost = Some(case);
                }
                return true;
            }
        };
        let Some(mut item) = self.state.cases[case].take(slot) else { return true };
        if item.excluded {
            fate.out_of_scope = true;
        } else {
            fate.used = true;
        }
        item.touched = fact.at;
        for (act, done) in acts {
            if done {
                self.forbidden(case, slot, &mut item, act, fact);
            }
            self.act(case, slot, &mut item, act, done, Some(fact));
        }
        if !pauses.is_empty() || !resumes.is_empty() {
            self.pause(case, slot, &mut item, &pauses, &resumes);
        }
        if ends {
            self.end_item(case, slot, &mut item);
        }
        self.keep_or_let_go(case, slot, item);
        true
    }

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
        let conflict = track.changed == Some(now) && track.done != done;
        track.set(done, now);
        if done && track.first.is_none() {
            track.first = Some(now);
        }
        if let (true, Some(fact)) = (conflict, by) {
            let name = &self.policy.cases[case].name;
            let message =
                format!("two events of one instant say different things of the `{name}` `{}`", item.key);
            self.tell(fact, Code::ConflictingFacts, message, case);
        }
        if done {
            self.done(case, slot, item, act, by);
        } else {
            self.undone(case, item);
        }
        self.settle_marks(case, item);
        let plan = self.plan;
        if done && plan.cases[case].ending_acts.contains(&act) {
            self.end_item(case, slot, item);
        }
    }

    #[inline(never)]
    fn pause(&mut self, case: CaseId, slot: u32, item: &mut Item, pauses: &[usize], resumes: &[usize]) {
        let mut state = item.pauses.take().unwrap_or_default();
        state.holding.resize(self.policy.cases[case].pauses.len(), false);
        for place in resumes {
            if let Some(holds) = state.holding.get_mut(*place) {
                *holds = false;
            }
        }
        for place in pauses {
            if let Some(holds) = state.holding.get_mut(*place) {
                *holds = true;
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
                item.pauses = Some(state);
                self.start_clocks(case, slot, item, since);
            }
            _ => item.pauses = Some(state),
        }
    }

    /// An item is over: nothing reaches it under its key any more.
    fn end_item(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        if item.over {
            return;
        }
        if let Some(since) = item.pauses.as_deref_mut().and_then(|pauses: &mut Pauses| pauses.since.take()) {
            // A pause does not outlive its item.
            self.start_clocks(case, slot, item, since);
        }
        item.over = true;
        self.state.cases[case].unlink(&item.key);
        self.goes_out(item);
        self.join_late(case, item, CountedAt::End, None);
        self.end_duties(case, slot, item);
    }

    /// An event opens an item under its key.
    fn open_item(&mut self, fact: &Fact, touch: &Touch, fate: &mut Fate) {
        let case = touch.case;
        let Life::Begins(begin) = &self.policy.cases[case].life else { return };
        let opens = touch.opens.iter().filter_map(|place| begin.when.get(*place)).any(|pattern| {
            // An opening of which it is unknown whether it counts opens nothing: its field has been told of.
            self.fits(pattern, fact)
        });
        if !opens {
            return;
        }
        let Some(key) = key_of(touch, fact) else { return };
        if self.state.ended && !self.plan.cases[case].survives {
            fate.out_of_scope = true;
            return;
        }
        if let Some(slot) = self.state.cases[case].slot_of(key) {
            if touch.ignored {
                fate.ignored = true;
                return;
            }
            if self.state.cases[case].get(slot).is_some_and(|item| item.excluded) {
                fate.out_of_scope = true;
                return;
            }
            fate.used = true;
            let name = &self.policy.cases[case].name;
            self.tell(fact, Code::AlreadyOpen, format!("the `{name}` `{key}` is open already"), case);
            return;
        }
        let Some(slot) = self.begin_item(case, key, fact, begin.at) else { return };
        let excluded = self.state.cases[case].get(slot).is_some_and(|item| item.excluded);
        if excluded {
            fate.out_of_scope = true;
        } else {
            fate.used = true;
        }
    }

    /// A new item under a key, in its slot.
    fn begin_item(&mut self, case: CaseId, key: &str, fact: &Fact, at: Option<u32>) -> Option<u32> {
        let of = &self.policy.cases[case];
        let implicit = matches!(of.life, Life::Implicit);
        let key = CompactString::from(key);
        let (slot, birth) = self.state.cases[case].reserve(&key);
        let fields: SmallVec<[FieldValue; 2]> = of
            .fields
            .iter()
            .map(|field| {
                let from = field.from.iter().find(|(event, _)| *event == fact.event);
                from.map_or(FieldValue::Absent, |(_, place)| fact.field(*place).clone())
            })
            .collect();
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
        if of.debt.is_some() {
            self.charge(case, slot, &mut item);
        }
        if let (true, Some(period)) = (implicit, of.forget) {
            self.arm(Instant(fact.at.0.saturating_add(period)), BoundKind::Forget { case, slot, birth });
        }
        self.keep_or_let_go(case, slot, item);
        Some(slot)
    }

    #[inline(never)]
    fn consequences_for(&mut self, case: CaseId, item: &Item) {
        let plan = self.plan;
        for consequence in &plan.cases[case].consequences {
            let Signal::ForEach(_, filter) = &self.policy.consequences[*consequence].on else { continue };
            let subject = subject_of(case, item);
            let (truth, asked) = {
                let env = Things::item(self.agreement, plan, &self.policy.cases[case], item);
                let truth = filter.as_ref().map_or(Truth::Yes, |filter| holds(filter, &env));
                let about = About {
                    subject: subject.clone(),
                    born: item.born,
                    window: None,
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

fn key_of<'f>(touch: &Touch, fact: &'f Fact) -> Option<&'f str> {
    match touch.key.map(|field| fact.field(field)) {
        Some(FieldValue::Text(key)) => Some(key),
        _ => None,
    }
}

fn matching(places: &[usize], wanted: impl Fn(usize) -> bool) -> SmallVec<[usize; 2]> {
    if places.is_empty() {
        return SmallVec::new();
    }
    places.iter().copied().filter(|place| wanted(*place)).collect()
}
