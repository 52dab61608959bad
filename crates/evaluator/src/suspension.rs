//! Duties that somebody suspends while the other side is late: their clocks stand still, and what would be broken in a
//! window is excused.
//!
//! At one instant, suspensions go on up to the last payment; then those are over for which nobody is late any more, or
//! which are given up; then others begin.

use crate::duty::evidence;
use crate::outcome::{Evidence, Notice, Sink, Subject};
use crate::plan::Plan;
use crate::play::Play;
use crate::state::{Item, Place};
use serde::{Deserialize, Serialize};
use servanda_diagnostics::Code;
use servanda_events::{Fact, FieldValue};
use servanda_policy::policy::{
    CaseId, Consequence, ConsequenceId, DutyId, Effect, Form, Signal, Suspension, Verdict as Kind,
};
use servanda_policy::time::{Instant, Window};
use std::collections::{BTreeMap, BTreeSet};

/// What an instance remembers of suspensions, by the sentence that allows them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Suspensions {
    /// Those that hold.
    pub(crate) hold: BTreeMap<ConsequenceId, Held>,
    /// Those that are over and can still excuse something, in their order.
    pub(crate) over: BTreeMap<ConsequenceId, Vec<Over>>,
}

/// A suspension that holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// From when on.
    pub(crate) since: Instant,
    /// The event by which somebody suspends.
    pub(crate) by: Evidence,
    /// What is late: where nothing is any more, the suspension is over.
    pub(crate) delays: BTreeSet<Place>,
    /// The duties on items that stand still.
    pub(crate) duties: Vec<Place>,
}

/// A suspension that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Over {
    pub(crate) since: Instant,
    /// Up to when, without it.
    pub(crate) until: Instant,
    pub(crate) by: Evidence,
}

impl Suspensions {
    /// The events by which a duty was suspended at some instant of a window, up to the one at which it is decided.
    pub(crate) fn excusing(
        &self,
        plan: &Plan,
        duty: DutyId,
        window: &Window,
        decided: Instant,
    ) -> Vec<Evidence> {
        let mut events: Vec<(Instant, &Evidence)> = Vec::new();
        for sentence in &plan.suspended[duty] {
            let held = self.hold.get(sentence).map(|held| (held.since, &held.by));
            let over = self.over.get(sentence).map_or(&[][..], Vec::as_slice);
            let first = over.partition_point(|over| over.until <= window.start);
            let over = over.iter().skip(first).map(|over| (over.since, &over.by));
            // One begins when the one before it is over.
            let begun = |(since, _): &(Instant, _)| *since < window.end && *since <= decided;
            events.extend(over.chain(held).take_while(begun));
        }
        events.sort_by_key(|(since, _)| *since);
        events.into_iter().map(|(_, by)| by.clone()).collect()
    }
}

impl<S: Sink> Play<'_, S> {
    /// The verdict on a duty in a window that would be broken, and the events that excuse it.
    pub(crate) fn unless_suspended(&self, duty: DutyId, window: &Window) -> (Kind, Vec<Evidence>) {
        let events = self.state.seldom.suspended.excusing(self.plan, duty, window, self.stamp);
        (if events.is_empty() { Kind::Broken } else { Kind::Excused }, events)
    }

    /// A duty on an item has become late: suspensions that hold while it is go on until it is done.
    pub(crate) fn prolongs(&mut self, case: CaseId, item: &Item, number: u32) {
        let plan = self.plan;
        if self.state.seldom.suspended.hold.is_empty() || !is_late(item, number as usize) {
            return;
        }
        let Some(duty) = plan.cases[case].duties.get(number as usize) else { return };
        let first = self.policy.duties[*duty].first;
        for (sentence, held) in &mut self.state.seldom.suspended.hold {
            if of(&self.policy.consequences[*sentence]).is_some_and(|of| of.during == first) {
                held.delays.insert((case, item.birth, number));
            }
        }
    }

    /// What was late is done, or over.
    pub(crate) fn prolongs_no_more(&mut self, case: CaseId, item: &Item, number: u32) {
        if self.state.seldom.suspended.hold.is_empty() {
            return;
        }
        for held in self.state.seldom.suspended.hold.values_mut() {
            held.delays.remove(&(case, item.birth, number));
        }
    }

    /// Suspensions for which nobody is late any more are over.
    pub(crate) fn end_suspensions(&mut self) {
        let idle = |held: &Held| held.delays.is_empty();
        let over: Vec<ConsequenceId> = self
            .state
            .seldom
            .suspended
            .hold
            .iter()
            .filter(|(_, held)| idle(held))
            .map(|(id, _)| *id)
            .collect();
        for sentence in over {
            self.resume(sentence, None);
        }
    }

    /// Events by which suspensions are given up, or begin; and items that have begun meanwhile stand still.
    pub(crate) fn suspensions(&mut self, facts: &[&Fact]) {
        let plan = self.plan;
        if plan.suspensions.is_empty() {
            return;
        }
        self.end_suspensions();
        for fact in facts {
            self.give_up(fact);
        }
        let held: Vec<ConsequenceId> = self.state.seldom.suspended.hold.keys().copied().collect();
        for (case, slot, birth) in std::mem::take(&mut self.newborn) {
            for sentence in &held {
                self.suspend_item(*sentence, case, slot, birth);
            }
        }
        for fact in facts {
            self.suspend(fact);
        }
    }

    /// Whether an event is by what duties are suspended: then they are, or it is told why not.
    fn suspend(&mut self, fact: &Fact) {
        let plan = self.plan;
        let version = self.agreement.version_at(fact.at);
        let (mut wanted, mut used) = (None, false);
        for id in &plan.suspensions {
            let rule = &self.policy.consequences[*id];
            let (Some(of), Signal::ForEvent(pattern)) = (of(rule), &rule.on) else { continue };
            let ended = self.state.ended && !self.policy.clauses[rule.clause].survives;
            let meant = pattern.event == fact.event;
            if !meant || ended || self.policy.version_of(rule.clause) != version || !self.fits(pattern, fact)
            {
                continue;
            }
            wanted = wanted.or(Some(rule.span));
            let giver = of.giver.map(|field| fact.field(field));
            // An unreadable field has been told of.
            used |= giver == Some(&FieldValue::Bad);
            if giver.is_some_and(|giver| *giver != FieldValue::Party(of.holder)) {
                continue;
            }
            if self.state.seldom.suspended.hold.contains_key(id) {
                used = true;
                continue;
            }
            let delays = self.delays_under(of.during);
            if delays.is_empty() {
                continue;
            }
            used = true;
            let (since, by) = (self.now, evidence(fact));
            let subject = Subject::Event(by.clone());
            let held = Held { since, by, delays, duties: Vec::new() };
            self.state.seldom.suspended.hold.insert(*id, held);
            self.sink.notice(Notice {
                consequence: *id,
                to: of.holder,
                subject,
                at: self.stamp,
                arose: None,
            });
            let cases: BTreeSet<CaseId> =
                plan.suspended_on.get(id).into_iter().flatten().map(|(case, _)| *case).collect();
            for case in cases {
                for slot in 0..self.state.cases[case].slots().len() as u32 {
                    let birth = self.state.cases[case].get(slot).filter(|item| !item.over).map(|it| it.birth);
                    if let Some(birth) = birth {
                        self.suspend_item(*id, case, slot, birth);
                    }
                }
            }
        }
        if let (Some(wanted), false) = (wanted, used) {
            let event = &self.policy.events[fact.event].name;
            let message =
                format!("`{event}` suspends what is not to be suspended now, or by somebody who may not");
            self.unwanted(Code::NoRight, message, fact, Some(wanted));
        }
    }

    /// Whether an event is by what suspensions are given up: then they are, or it is told that there is none.
    fn give_up(&mut self, fact: &Fact) {
        let plan = self.plan;
        let version = self.agreement.version_at(fact.at);
        let (mut wanted, mut used) = (None, false);
        for id in &plan.suspensions {
            let rule = &self.policy.consequences[*id];
            let Some(until) = of(rule).and_then(|of| of.until.as_ref()) else { continue };
            let holds = self.state.seldom.suspended.hold.contains_key(id);
            let here = holds || self.policy.version_of(rule.clause) == version;
            if !here || until.event != fact.event || !self.fits(until, fact) {
                continue;
            }
            wanted = wanted.or(Some(rule.span));
            used |= holds;
            self.resume(*id, Some(fact));
        }
        if let (Some(wanted), false) = (wanted, used) {
            let message =
                format!("`{}` finds nothing that is suspended", self.policy.events[fact.event].name);
            self.unwanted(Code::NothingToMove, message, fact, Some(wanted));
        }
    }

    /// What is late under a duty, in whichever version.
    fn delays_under(&self, first: DutyId) -> BTreeSet<Place> {
        let plan = self.plan;
        let mut delays = BTreeSet::new();
        for duty in &plan.same_duties[first] {
            let Form::Do { case, .. } = &self.policy.duties[*duty].form else { continue };
            let number = plan.duty_places[*duty];
            let late = self.state.cases[*case].slots().iter().flatten().filter(|item| is_late(item, number));
            delays.extend(late.map(|item| (*case, item.birth, number as u32)));
        }
        delays
    }

    /// The duties on an item that a sentence suspends stand still from now on.
    fn suspend_item(&mut self, sentence: ConsequenceId, case: CaseId, slot: u32, birth: u64) {
        let plan = self.plan;
        let Some(by) = self.state.seldom.suspended.hold.get(&sentence).map(|held| held.by.clone()) else {
            return;
        };
        for (of, number) in plan.suspended_on.get(&sentence).into_iter().flatten() {
            if *of != case {
                continue;
            }
            let mut stands = None;
            self.with_item(case, slot, birth, |play, item| {
                stands = play.hold(case, slot, item, *number, Some(by.clone()));
            });
            if let Some(held) = self.state.seldom.suspended.hold.get_mut(&sentence) {
                held.duties.extend(stands);
            }
        }
    }

    /// Suspensions that were over before every window in which they could still excuse anything are forgotten.
    fn forget_suspensions(&mut self, sentence: ConsequenceId) {
        // The window that is being settled is not among the others.
        if self.settling.is_some() {
            return;
        }
        let plan = self.plan;
        let all = plan.suspended.iter().filter(|(_, by)| by.contains(&sentence)).map(|(duty, _)| duty);
        let mut duties: BTreeSet<DutyId> = all.collect();
        // A duty that arises from the breach of another is one in its window, which may be open longer.
        loop {
            let raises = |duty: &DutyId| plan.raised_by[*duty].iter().any(|raised| duties.contains(raised));
            let further: Vec<DutyId> =
                self.policy.duties.ids().filter(|duty| !duties.contains(duty) && raises(duty)).collect();
            if further.is_empty() {
                break;
            }
            duties.extend(further);
        }
        let mut first = self.now;
        for duty in duties {
            let Some(window) = crate::plan::window_of(self.policy, duty) else { continue };
            let open = self.state.windows[window].front().map(|open| open.window.start);
            // What is excused can be done late, and is told again then.
            let due = self.state.windowed.get(&duty).into_iter().flatten();
            let mut due = due.filter(|of| matches!(of.verdict, Kind::Pending | Kind::Excused));
            first = open.into_iter().chain(due.next().map(|of| of.window.start)).fold(first, Instant::min);
        }
        if let Some(over) = self.state.seldom.suspended.over.get_mut(&sentence) {
            over.retain(|over| over.until > first);
        }
    }

    /// A suspension is over: what stood still goes on.
    fn resume(&mut self, sentence: ConsequenceId, by: Option<&Fact>) {
        let Some(Held { since, by: begun, duties, .. }) = self.state.seldom.suspended.hold.remove(&sentence)
        else {
            return;
        };
        if since < self.now {
            let over = Over { since, until: self.now, by: begun };
            let all = self.state.seldom.suspended.over.entry(sentence).or_default();
            all.push(over);
            // Not each time, because many may be over in one window.
            if all.len().is_power_of_two() {
                self.forget_suspensions(sentence);
            }
        }
        for place in duties {
            self.let_go_on(place, None, by);
        }
    }
}

/// What a sentence says of a suspension.
fn of(rule: &Consequence) -> Option<&Suspension> {
    match &rule.effect {
        Effect::Suspend(of) => Some(of),
        _ => None,
    }
}

/// Whether a duty on an item is late and not done, and the item is not over.
fn is_late(item: &Item, number: usize) -> bool {
    let late = |duty: &crate::state::ItemDuty| duty.verdict == Some(Kind::Broken) && duty.done_at.is_none();
    !item.over && item.duties.get(number).is_some_and(late)
}

/// Works out which duties on items each sentence suspends, and which sentences suspend each duty.
pub(crate) fn work_out(plan: &mut Plan) {
    let policy = std::sync::Arc::clone(&plan.policy);
    for sentence in plan.suspensions.clone() {
        let Some(rule) = of(&policy.consequences[sentence]) else { continue };
        for (id, duty) in policy.duties.iter().filter(|(id, _)| rule.suspends(&policy, *id)) {
            plan.suspended[id].push(sentence);
            if let Form::Do { case, .. } = &duty.form {
                let place = (*case, plan.duty_places[id]);
                plan.suspended_on.entry(sentence).or_default().push(place);
            }
        }
    }
}

/// Whether what is remembered of suspensions is of a policy.
pub(crate) fn fits(plan: &Plan, of: &Suspensions) -> bool {
    let known = |id: &ConsequenceId| plan.suspensions.contains(id);
    let event = |by: &Evidence| plan.policy.events.find(by.event).is_some();
    let place = |(case, _, number): &Place| {
        plan.cases.find(*case).is_some_and(|case| (*number as usize) < case.duties.len())
    };
    of.hold.iter().all(|(id, held)| {
        let Held { since: _, by, delays, duties } = held;
        known(id) && event(by) && delays.iter().all(place) && duties.iter().all(place)
    }) && of.over.iter().all(|(id, over)| known(id) && over.iter().all(|over| event(&over.by)))
}
