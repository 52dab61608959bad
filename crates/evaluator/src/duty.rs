//! Duties on items and in windows: when they begin, when they are late, and what they come to.

use crate::environment::Things;
use crate::expression::{Truth, evaluate, holds};
use crate::outcome::{Evidence, Quantity, Sink, Subject, Verdict};
use crate::play::{Play, Telling};
use crate::state::{BoundKind, Item, ItemDuty, Start, WindowDuty};
use servanda_events::Fact;
use servanda_policy::policy::{
    CaseId, CountedAt, Deadline, DutyId, Form, From, Value, Verdict as Kind, WindowId,
};
use servanda_policy::time::Window;

/// Whether a duty may still change what is known of its item: it is pending, or an accrual goes on.
pub(crate) fn still_open(duty: &ItemDuty) -> bool {
    duty.verdict == Some(Kind::Pending) || duty.accruals.iter().any(|accrual| accrual.accrued.until.is_none())
}

/// A duty that does not concern an item.
pub(crate) const fn unconcerned() -> ItemDuty {
    ItemDuty {
        verdict: None,
        at: None,
        late_from: None,
        done_at: None,
        done_by: None,
        told: false,
        because: Vec::new(),
        clock: None,
        accruals: Vec::new(),
    }
}

/// The evidence that an event is.
pub(crate) fn evidence(fact: &Fact) -> Evidence {
    Evidence { id: fact.id.clone(), event: fact.event, at: fact.at, line: fact.line }
}

/// The subject that an item is.
pub(crate) fn subject_of(case: CaseId, item: &Item) -> Subject {
    Subject::Item { case, born: item.born, key: item.key.clone() }
}

impl<S: Sink> Play<'_, S> {
    /// The duties on a new item.
    pub(crate) fn begin_duties(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let plan = self.plan;
        let version = self.agreement.version_at(item.born);
        for (number, duty) in plan.cases[case].duties.iter().enumerate() {
            let mut of = unconcerned();
            let governs = self.policy.version_of(self.policy.duties[*duty].clause) == version;
            let arises = governs && (!self.state.ended || self.survives(*duty));
            let filter = match &self.policy.duties[*duty].form {
                Form::Do { filter, .. } | Form::MustNot { filter, .. } => filter.as_ref(),
                Form::DoEach { .. } | Form::Keep { .. } => None,
            };
            let concerned = if arises && !item.excluded {
                let env = Things::item(self.agreement, plan, &self.policy.cases[case], item);
                filter.map_or(Truth::Yes, |filter| holds(filter, &env))
            } else {
                Truth::No
            };
            of.verdict = (concerned != Truth::No).then_some(Kind::Pending);
            if let Truth::Unknown(causes) = &concerned {
                of.because.clone_from(causes);
            }
            item.duties.push(of);
            match concerned {
                Truth::No => {}
                Truth::Yes => self.set_deadline(case, slot, item, number),
                Truth::Unknown(_) => self.decide(case, slot, item, number, Kind::Indeterminate),
            }
        }
        if !plan.asked_on[case].is_empty() {
            self.remember_named(case, item);
        }
    }

    pub(crate) fn survives(&self, duty: DutyId) -> bool {
        self.policy.clauses[self.policy.duties[duty].clause].survives
    }

    /// Duties on a new item whose deadline had passed before it began: whatever happens now is late.
    pub(crate) fn overdue(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let (now, stamp) = (self.now, self.stamp);
        let is_over = |duty: &ItemDuty| duty.late_from.is_some_and(|late_from| late_from <= now);
        if !item.duties.iter().any(is_over) {
            return;
        }
        for number in 0..item.duties.len() {
            let late_from =
                item.duties.get(number).filter(|duty| is_over(duty)).and_then(|duty| duty.late_from);
            if let Some(late_from) = late_from {
                self.moment(late_from, crate::play::before(late_from));
                self.item_late(case, slot, item, number as u32);
            }
        }
        self.moment(now, stamp);
        self.book_past_periods(case, slot, item);
    }

    /// The deadline of a duty on an item has passed in silence.
    pub(crate) fn item_late(&mut self, case: CaseId, slot: u32, item: &mut Item, number: u32) {
        let pending =
            item.duties.get(number as usize).is_some_and(|duty| duty.verdict == Some(Kind::Pending));
        if !pending {
            return;
        }
        if self.is_again(case, number as usize)
            && let Some(duty) = item.duties.get_mut(number as usize)
        {
            // What was done before was in time; what is late is what comes now.
            (duty.done_at, duty.done_by) = (None, None);
        }
        // Whether a debt is paid is not known where its principal or a payment could not be read.
        let plan = self.plan;
        let pays = plan.cases[case]
            .duties
            .get(number as usize)
            .is_some_and(|duty| crate::debt::pays(self.policy, *duty));
        let unknown = item.debt.as_deref().filter(|debt| pays && debt.unpaid.is_none());
        match unknown.map(|debt| debt.causes.clone()) {
            Some(causes) => {
                if let Some(duty) = item.duties.get_mut(number as usize) {
                    duty.because = causes;
                }
                self.decide(case, slot, item, number as usize, Kind::Indeterminate);
            }
            None => self.decide(case, slot, item, number as usize, Kind::Broken),
        }
        self.delays(case, slot, item, number);
    }

    /// A pending duty on an item is decided.
    pub(crate) fn decide(&mut self, case: CaseId, slot: u32, item: &mut Item, number: usize, verdict: Kind) {
        let plan = self.plan;
        let Some(id) = plan.cases[case].duties.get(number).copied() else { return };
        let stamp = self.stamp;
        let birth = item.birth;
        if let Some(duty) = item.duties.get_mut(number) {
            duty.verdict = Some(verdict);
            duty.at = Some(stamp);
            if let Some(late_from) = duty.late_from {
                self.state.agenda.remove(&crate::state::Bound {
                    at: late_from,
                    kind: BoundKind::ItemLate { case, slot, birth, duty: number as u32 },
                });
            }
        }
        // While an item's duties begin, what is known of them is not whole.
        if !plan.asked_on[case].is_empty() && item.duties.len() == plan.cases[case].duties.len() {
            self.remember_named(case, item);
        }
        self.join_late(case, item, CountedAt::Decision, Some(id));
        self.settle_marks(case, item);
        if verdict == Kind::Broken {
            self.gather_breach(id, None);
            self.broken_item(id, case, slot, item, number);
        }
        if verdict == Kind::Kept || self.telling == Telling::Prompt {
            self.tell_item(case, item, Some(number));
        }
    }

    /// An act of an item has been done: duties that demand it are kept or, where they are broken, done late.
    pub(crate) fn done(&mut self, case: CaseId, slot: u32, item: &mut Item, act: u32, by: Option<&Fact>) {
        let plan = self.plan;
        for number in 0..plan.cases[case].duties.len() {
            let Some(id) = plan.cases[case].duties.get(number).copied() else { continue };
            match &self.policy.duties[id].form {
                Form::Do { act: wanted, .. } if *wanted == act => {}
                Form::Do { deadline: Some(Deadline::Within { from: From::Done(start), .. }), .. }
                    if *start == act =>
                {
                    self.begin_clock(case, slot, item, number);
                    continue;
                }
                _ => continue,
            }
            let now = self.now;
            let again = self.is_again(case, number);
            let Some(duty) = item.duties.get_mut(number) else { continue };
            if again && duty.verdict == Some(Kind::Pending) {
                self.done_again(case, slot, item, number, by.map(evidence));
                continue;
            }
            if duty.done_at.is_none() && duty.verdict.is_some() {
                duty.done_at = Some(now);
                duty.done_by = by.map(evidence);
                // What was told before the act did not have it.
                duty.told = false;
            }
            let verdict = duty.verdict;
            if verdict.is_some_and(|verdict| verdict != Kind::Pending) {
                self.delay_is_over(case, slot, item, number as u32, by);
            }
            match verdict {
                // What may be undone is not decided before it is too late for that.
                Some(Kind::Pending) if self.may_be_undone(case, act) && !item.excluded => {
                    self.unset_deadline(case, slot, item, number);
                }
                Some(Kind::Pending) => self.decide(case, slot, item, number, Kind::Kept),
                Some(Kind::Broken) => self.tell_item(case, item, Some(number)),
                Some(_) if self.telling == Telling::Prompt => self.tell_item(case, item, Some(number)),
                _ => {}
            }
        }
    }

    /// An act has been taken back.
    pub(crate) fn undone(&mut self, case: CaseId, item: &mut Item) {
        self.settle_marks(case, item);
    }

    /// An act is done that duties may forbid: they are broken where what is forbidden holds just before it.
    pub(crate) fn forbidden(&mut self, case: CaseId, slot: u32, item: &mut Item, act: u32, fact: &Fact) {
        let plan = self.plan;
        for number in 0..plan.cases[case].duties.len() {
            let Some(id) = plan.cases[case].duties.get(number).copied() else { continue };
            let Form::MustNot { act: wanted, when, .. } = &self.policy.duties[id].form else { continue };
            let pending = item.duties.get(number).is_some_and(|duty| duty.verdict == Some(Kind::Pending));
            if *wanted != act || !pending {
                continue;
            }
            let truth = {
                let of_case = &self.policy.cases[case];
                let env = Things {
                    agreement: self.agreement,
                    plan,
                    item: Some((of_case, item)),
                    fact: Some((&self.policy.events[fact.event], fact)),
                    before: Some(fact.at),
                    others: None,
                };
                when.as_ref().map_or(Truth::Yes, |when| holds(when, &env))
            };
            match truth {
                Truth::No => {}
                Truth::Yes => {
                    if let Some(duty) = item.duties.get_mut(number) {
                        duty.done_at = Some(fact.at);
                        duty.done_by = Some(evidence(fact));
                    }
                    self.decide(case, slot, item, number, Kind::Broken);
                    self.tell_item(case, item, Some(number));
                }
                Truth::Unknown(causes) => {
                    if let Some(duty) = item.duties.get_mut(number) {
                        duty.done_by = Some(evidence(fact));
                        duty.because = causes;
                    }
                    self.decide(case, slot, item, number, Kind::Indeterminate);
                }
            }
        }
    }

    /// An item is over: prohibitions on it are kept, and what had no deadline can no longer be done.
    pub(crate) fn end_duties(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let plan = self.plan;
        for number in 0..plan.cases[case].duties.len() {
            let Some(id) = plan.cases[case].duties.get(number).copied() else { continue };
            if item.duties.get(number).is_none_or(|duty| duty.verdict != Some(Kind::Pending)) {
                continue;
            }
            if self.is_held(case, item, number) {
                self.decide(case, slot, item, number, Kind::Excused);
                continue;
            }
            match &self.policy.duties[id].form {
                Form::Do { deadline: Some(Deadline::Within { from: From::Again, .. }), .. } => {
                    self.decide(case, slot, item, number, Kind::Kept);
                }
                // Of what is over nobody is told any more.
                Form::Do { .. } if self.policy.duties[id].silent => {
                    self.decide(case, slot, item, number, Kind::Kept);
                }
                Form::MustNot { .. } => self.decide(case, slot, item, number, Kind::Kept),
                Form::Do { deadline: None, .. } => self.decide(case, slot, item, number, Kind::Broken),
                Form::Do { deadline: Some(Deadline::Within { from: From::Done(act), .. }), .. }
                    if item.acts.get(*act as usize).is_some_and(|act| act.first.is_none()) =>
                {
                    self.decide(case, slot, item, number, Kind::NotApplicable);
                }
                Form::Do { .. } | Form::DoEach { .. } | Form::Keep { .. } => {}
            }
        }
    }

    /// Hands the verdicts on an item over, one of them or all that are decided and have not been told.
    pub(crate) fn tell_item(&mut self, case: CaseId, item: &mut Item, only: Option<usize>) {
        let plan = self.plan;
        for (number, id) in plan.cases[case].duties.iter().enumerate() {
            if only.is_some_and(|only| only != number) {
                continue;
            }
            if !self.sink.wants_verdict(*id) {
                continue;
            }
            let mut record = item.duties.get(number).and_then(|duty| verdict_of(plan, *id, case, item, duty));
            if let Some(record) = &mut record {
                let place = (case, item.birth, number as u32);
                self.state.seldom.more.extend_evidence(place, record.at, &mut record.evidence);
            }
            let Some(duty) = item.duties.get_mut(number) else { continue };
            if let (Some(record), false) = (record, duty.told) {
                duty.told = duty.verdict != Some(Kind::Pending);
                if duty.told {
                    self.sink.verdict(record);
                }
            }
        }
        if only.is_none() {
            self.tell_accruals(case, item);
        }
    }

    /// The deadline of a duty in a window has passed in silence.
    pub(crate) fn window_late(&mut self, duty: DutyId, index: i32) {
        let stamp = self.stamp;
        let Some(list) = self.state.windowed.get(&duty) else { return };
        let Some(instance) = list.iter().find(|instance| instance.window.index == index) else { return };
        if instance.verdict != Kind::Pending {
            return;
        }
        let window = instance.window;
        let (verdict, excusing) = self.unless_suspended(duty, &window);
        let Some(list) = self.state.windowed.get_mut(&duty) else { return };
        let Some(instance) = list.iter_mut().find(|instance| instance.window.index == index) else { return };
        instance.verdict = verdict;
        instance.at = Some(stamp);
        let Form::DoEach { window: id, .. } = &self.policy.duties[duty].form else { return };
        if self.telling == Telling::Prompt {
            self.sink.verdict(windowed_verdict(duty, *id, instance, excusing));
        }
        if verdict == Kind::Excused {
            self.counts_window(duty, &window, verdict, None);
            return;
        }
        self.gather_breach(duty, None);
        self.broken_in_window(duty, crate::windows::subject_of(*id, &window), Some(window), None);
        self.raise(duty, window);
        self.counts_window(duty, &window, Kind::Broken, None);
    }

    /// The events that excuse a duty in a window.
    fn excusing(&self, duty: DutyId, of: &WindowDuty) -> Vec<Evidence> {
        self.state.excusing(self.plan, duty, of)
    }

    /// Duties that arise from the breach of another arise: in its window, from this instant on.
    pub(crate) fn raise(&mut self, cause: DutyId, window: Window) {
        let plan = self.plan;
        for duty in &plan.raised_by[cause] {
            let Form::DoEach { by, rise: Some(rise), .. } = &self.policy.duties[*duty].form else { continue };
            let late_from = match &rise.within {
                None => crate::clock::point_late_from(self.agreement, by, Some(&window)),
                Some((length, ending)) => match evaluate(length, &Things::none(self.agreement, plan)) {
                    Quantity::Known(Value::Length(length)) => {
                        let start = Start::Instant(self.stamp);
                        crate::clock::late_from(self.agreement, &length, start, *ending)
                    }
                    _ => None,
                },
            };
            // What was due before it arose is late at once.
            let at_once = self.stamp.next();
            let late_from = late_from.unwrap_or(window.end).max(at_once);
            let instance = WindowDuty { window, late_from, verdict: Kind::Pending, at: None };
            // What became known later about an older window is settled first all the same.
            let list = self.state.windowed.entry(*duty).or_default();
            let place = list.partition_point(|open| open.window.start < window.start);
            list.insert(place, instance);
            self.arm(late_from, BoundKind::WindowLate { duty: *duty, index: window.index });
        }
    }

    /// Whether the same duty of another version has an older window that is open: an act settles that one.
    pub(crate) fn older_is_open(&self, duty: DutyId) -> bool {
        let oldest = |duty: &DutyId| {
            let open = self.state.windowed.get(duty).and_then(std::collections::VecDeque::front);
            open.map(|open| open.window.start)
        };
        let same = &self.plan.same_duties[self.policy.duties[duty].first];
        if same.len() < 2 {
            return false;
        }
        let own = (oldest(&duty), duty);
        same.iter().filter(|other| **other != duty).any(|other| match (oldest(other), own.0) {
            (Some(_), None) => true,
            (Some(theirs), Some(start)) => (theirs, *other) < (start, duty),
            (None, _) => false,
        })
    }

    /// An act settles the oldest open window of a duty. Whether there is one.
    pub(crate) fn settle_windowed(&mut self, duty: DutyId, fact: &Fact) -> bool {
        let Form::DoEach { window, .. } = &self.policy.duties[duty].form else { return false };
        let Some(list) = self.state.windowed.get_mut(&duty) else { return false };
        let Some(instance) = list.pop_front() else { return false };
        let verdict = if instance.verdict == Kind::Pending { Kind::Kept } else { instance.verdict };
        if verdict == Kind::Kept {
            self.state.agenda.remove(&crate::state::Bound {
                at: instance.late_from,
                kind: BoundKind::WindowLate { duty, index: instance.window.index },
            });
        }
        let mut events = self.excusing(duty, &instance);
        events.push(evidence(fact));
        self.sink.verdict(Verdict {
            duty,
            subject: crate::windows::subject_of(*window, &instance.window),
            verdict,
            at: instance.at.or(Some(self.stamp)),
            late_from: Some(instance.late_from),
            done_at: Some(fact.at),
            because: Vec::new(),
            evidence: events,
        });
        if verdict == Kind::Kept {
            self.counts_window(duty, &instance.window, verdict, None);
        }
        true
    }

    /// The end of the agreement: prohibitions that do not survive it are kept.
    pub(crate) fn term_over(&mut self) {
        self.state.ended = true;
        if !self.plan.standing.is_empty() {
            self.arm(self.now, BoundKind::Standing);
        }
        let plan = self.plan;
        let holds = self.state.seldom.more.holds.iter().filter(|(_, hold)| hold.delays > 0);
        let held: Vec<_> = holds.map(|(place, hold)| (*place, hold.slot)).collect();
        for ((case, birth, number), slot) in held {
            self.with_item(case, slot, birth, |play, item| {
                let pending =
                    item.duties.get(number as usize).is_some_and(|it| it.verdict == Some(Kind::Pending));
                if pending {
                    play.decide(case, slot, item, number as usize, Kind::Excused);
                }
            });
        }
        for case in self.policy.cases.ids() {
            let forbids = plan.cases[case].duties.iter().any(|duty| {
                matches!(self.policy.duties[*duty].form, Form::MustNot { .. }) && !self.survives(*duty)
            });
            if !forbids {
                continue;
            }
            for slot in 0..self.state.cases[case].slots().len() as u32 {
                let Some(birth) = self.state.cases[case].get(slot).map(|item| item.birth) else { continue };
                self.with_item(case, slot, birth, |play, item| {
                    for number in 0..plan.cases[case].duties.len() {
                        let Some(id) = plan.cases[case].duties.get(number).copied() else { continue };
                        let forbids = matches!(play.policy.duties[id].form, Form::MustNot { .. });
                        let pending =
                            item.duties.get(number).is_some_and(|duty| duty.verdict == Some(Kind::Pending));
                        if forbids && pending && !play.survives(id) {
                            play.decide(case, slot, item, number, Kind::Kept);
                        }
                    }
                });
            }
        }
    }
}

/// The record of a duty in a window for which nothing has been done.
pub(crate) fn windowed_verdict(
    duty: DutyId,
    window: WindowId,
    of: &WindowDuty,
    excusing: Vec<Evidence>,
) -> Verdict {
    Verdict {
        duty,
        subject: crate::windows::subject_of(window, &of.window),
        verdict: of.verdict,
        at: of.at,
        late_from: Some(of.late_from),
        done_at: None,
        because: Vec::new(),
        evidence: excusing,
    }
}

/// The record of a duty on an item; none where the duty does not concern it. Of an item that exists without a
/// beginning, a prohibition concerns only what was done.
pub(crate) fn verdict_of(
    plan: &crate::plan::Plan,
    id: DutyId,
    case: CaseId,
    item: &Item,
    duty: &ItemDuty,
) -> Option<Verdict> {
    let verdict = duty.verdict?;
    let policy = &plan.policy;
    if policy.duties[id].silent {
        return None;
    }
    if let (servanda_policy::policy::Life::Implicit, Form::MustNot { act, .. }) =
        (&policy.cases[case].life, &policy.duties[id].form)
    {
        let done = item.acts.get(*act as usize).is_some_and(|act| act.first.is_some());
        if !done && duty.done_by.is_none() {
            return None;
        }
    }
    let mut evidence: Vec<Evidence> = item.opened_by.iter().chain(&duty.done_by).cloned().collect();
    if evidence.len() == 2 && evidence.first() == evidence.last() {
        evidence.truncate(1);
    }
    Some(Verdict {
        duty: id,
        subject: subject_of(case, item),
        verdict,
        at: duty.at,
        late_from: duty.late_from,
        done_at: duty.done_at,
        because: duty.because.clone(),
        evidence,
    })
}
