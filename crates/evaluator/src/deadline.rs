//! The deadlines of duties on items: set when they begin, stopped and moved by pauses.

use crate::behind::Behind;
use crate::clock::{late_from_resumed, part_of, start_of};
use crate::environment::Things;
use crate::expression::evaluate;
use crate::outcome::{Cause, Quantity, Sink};
use crate::play::Play;
use crate::state::{BoundKind, Clock, Item, ItemDuty, Start};
use servanda_parser::ast::{Reopening, Roll};
use servanda_policy::Since;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    CalendarId, CaseId, Counting, Deadline, Form, From, Length, LengthKind, PausesCount, Value,
    Verdict as Kind,
};
use servanda_policy::time::Instant;

/// A clock that runs, or stands still.
struct Running {
    /// The kind of time that it uses.
    kind: LengthKind,
    /// From when it runs.
    since: Instant,
    /// Whether pauses move its deadline by elapsed time.
    elapsed: bool,
    /// A deadline in days, also of a share of such a length, which pauses move by days.
    days: Option<Days>,
}

/// A deadline in days.
struct Days {
    kind: LengthKind,
    count: i64,
    since: Since,
    counting: Counting,
    roll: Option<(Roll, CalendarId)>,
}

impl Days {
    /// The first late instant, so many days later than without pauses.
    fn late_from(&self, agreement: &Agreement, moved: i64) -> Option<Instant> {
        let late = agreement.days_counted(self.kind, self.since, self.count, moved, self.counting)?;
        match self.roll {
            Some((roll, calendar)) => agreement.rolled(late, roll, calendar),
            None => Some(late),
        }
    }

    /// By how many days a pause moves it that pauses have moved by some already: by as many as end in it. Days that
    /// are closed can make that too few: what is not late when a pause begins is not late when it ends. What lies
    /// beyond the time that can be told is never late.
    fn paused(&self, agreement: &Agreement, moved: i64, from: Instant, to: Instant) -> i64 {
        let is_late = |days: i64, at: Instant| {
            self.late_from(agreement, moved.saturating_add(days)).is_some_and(|late| late <= at)
        };
        if is_late(0, from) {
            return 0;
        }
        let mut days = agreement.days_paused(self.kind, (self.since, self.counting), from, to);
        while is_late(days, to) {
            days = days.saturating_add(1);
        }
        days
    }
}

impl<S: Sink> Play<'_, S> {
    /// Sets or moves the deadline of a pending duty, from its start, its pauses and its clock.
    pub(crate) fn set_deadline(&mut self, case: CaseId, slot: u32, item: &mut Item, number: usize) {
        let plan = self.plan;
        let Some(id) = plan.cases[case].duties.get(number).copied() else { return };
        let Form::Do { deadline: Some(deadline), .. } = &self.policy.duties[id].form else { return };
        // What is done, and may be undone, has no deadline ahead.
        let is_done = |duty: &ItemDuty| duty.done_at.is_some() && duty.verdict == Some(Kind::Pending);
        if self.is_taken_back(case, number) && item.duties.get(number).is_some_and(is_done) {
            return self.tell_clock(case, item, number, None);
        }
        let result = self.deadline(case, item, number, deadline);
        let birth = item.birth;
        let Some(duty) = item.duties.get_mut(number) else { return };
        if let Some(old) = duty.late_from.take() {
            self.state.agenda.remove(&crate::state::Bound {
                at: old,
                kind: BoundKind::ItemLate { case, slot, birth, duty: number as u32 },
            });
        }
        match result {
            Ok(None) => self.tell_clock(case, item, number, None),
            Ok(Some(late_from)) => {
                duty.late_from = Some(late_from);
                self.arm(late_from, BoundKind::ItemLate { case, slot, birth, duty: number as u32 });
                self.tell_clock(case, item, number, Some(late_from));
            }
            Err(causes) => {
                duty.because = causes;
                self.decide(case, slot, item, number, Kind::Indeterminate);
            }
        }
    }

    /// The deadline of a pending duty is no longer waited for, and stays known.
    pub(crate) fn unset_deadline(&mut self, case: CaseId, slot: u32, item: &Item, number: usize) {
        let late_from = item.duties.get(number).and_then(|duty| duty.late_from);
        if let Some(at) = late_from {
            let kind = BoundKind::ItemLate { case, slot, birth: item.birth, duty: number as u32 };
            self.state.agenda.remove(&crate::state::Bound { at, kind });
        }
    }

    /// How the clock of a pending duty runs.
    fn tell_clock(&mut self, case: CaseId, item: &Item, number: usize, late_from: Option<Instant>) {
        if !self.sink.wants_behind() {
            return;
        }
        let Some(duty) = self.plan.cases[case].duties.get(number).copied() else { return };
        let since = self.running(case, item, number).map(|clock| clock.since);
        let clock = item.duties.get(number).and_then(|duty| duty.clock.as_deref());
        let (used, moved) = clock.map_or((0, 0), |clock| (clock.used, clock.moved));
        let (subject, at) = (crate::duty::subject_of(case, item), self.now);
        self.sink.behind(Behind::Clock { duty, subject, at, since, used, moved, late_from });
    }

    /// Sets a deadline anew that a pause has stopped or moved.
    fn move_deadline(&mut self, case: CaseId, slot: u32, item: &mut Item, number: usize) {
        self.set_deadline(case, slot, item, number);
        let duty = self.plan.cases[case].duties.get(number).copied();
        if let Some(duty) = duty {
            self.join_deadline(case, item, duty);
        }
    }

    /// From when the clock of a duty counts; none while it has not begun. An error where that is unknown, and why.
    fn start(
        &self,
        item: &Item,
        number: usize,
        from: &From,
        env: &Things<'_>,
    ) -> Result<Option<Start>, Vec<Cause>> {
        Ok(match from {
            From::Beginning => Some(item.start),
            From::Field(field) => {
                use crate::expression::Environment;
                match env.field(*field) {
                    Quantity::Unknown { causes, .. } => return Err(causes),
                    other => Some(start_of(&other)),
                }
            }
            From::Again => {
                let last = item.duties.get(number).and_then(|duty| duty.done_at);
                Some(last.map_or(item.start, Start::Instant))
            }
            From::Done(act) => {
                let first = item.acts.get(*act as usize).and_then(|act| act.first);
                first.map(Start::Instant)
            }
        })
    }

    /// The first instant that is late; none while the clock has not begun or stands still.
    fn deadline(
        &self,
        case: CaseId,
        item: &Item,
        number: usize,
        deadline: &Deadline,
    ) -> Result<Option<Instant>, Vec<Cause>> {
        let Deadline::Within { length, from, ending, share, roll, counting, span } = deadline else {
            let Deadline::By(point) = deadline else { return Ok(None) };
            return Ok(crate::clock::point_late_from(self.agreement, point, None));
        };
        let (ending, span) = (*ending, *span);
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        let Some(start) = self.start(item, number, from, &env)? else { return Ok(None) };
        if start == Start::Bad {
            return Err(vec![Cause { message: "the start of this deadline is unknown".into(), span }]);
        }
        let length = match evaluate(length, &env) {
            Quantity::Known(Value::Length(length)) => length,
            Quantity::Unknown { causes, .. } => return Err(causes),
            _ => return Err(vec![Cause { message: "the length of this deadline is unknown".into(), span }]),
        };
        let counts_dates = !matches!(length.kind, LengthKind::Physical | LengthKind::Open(_));
        if counts_dates && !length.amount.is_integer() {
            let message = format!("{} days or months are no whole number of them", length.amount);
            return Err(vec![Cause { message, span }]);
        }
        let closed = self.closed_since(case, item).filter(|_| self.goes_on(case) == Some(Reopening::GoesOn));
        let stands = closed.or_else(|| self.paused_since(case, item, number));
        if stands.is_some() || self.is_held(case, item, number) {
            return Ok(None);
        }
        let clock = item.duties.get(number).and_then(|duty| duty.clock.as_deref());
        let length = match share {
            Some(share) => part_of(self.agreement, &length, start, (ending, *counting, *roll), share, clock),
            None => Some(length),
        };
        // A deadline beyond the time that can be told never comes.
        let Some(length) = length else { return Ok(None) };
        let late = late_from_resumed(self.agreement, &length, start, ending, *counting, clock);
        let by_date = !matches!(length.kind, LengthKind::Physical | LengthKind::Open(_));
        let late = match roll {
            Some((roll, calendar)) if by_date => {
                late.and_then(|late| self.agreement.rolled(late, *roll, *calendar))
            }
            _ => late,
        };
        // A deadline beyond the time that can be told never comes.
        Ok(late)
    }

    /// The clock of a pending duty: its kind of time, from when it runs, and what pauses do to it.
    fn running(&self, case: CaseId, item: &Item, number: usize) -> Option<Running> {
        let id = self.plan.cases[case].duties.get(number)?;
        let Form::Do { deadline: Some(Deadline::Within { length, from, share, counting, roll, .. }), .. } =
            &self.policy.duties[*id].form
        else {
            return None;
        };
        let duty = item.duties.get(number)?;
        if duty.verdict != Some(Kind::Pending) {
            return None;
        }
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        let Quantity::Known(Value::Length(Length { kind, amount })) = evaluate(length, &env) else {
            return None;
        };
        let clock = if share.is_some() { kind.clock() } else { kind };
        let start = self.start(item, number, from, &env).ok()??;
        let since = crate::clock::since(start)?;
        let moves = !matches!(kind, LengthKind::Physical | LengthKind::Open(_));
        let days = if moves {
            let count = i64::try_from(amount.to_i128()?).ok()?;
            Some(Days { kind, count, since, counting: *counting, roll: *roll })
        } else {
            None
        };
        Some(Running {
            kind: clock,
            since: match duty.clock.as_deref() {
                Some(clock) => clock.since,
                None => since.instant(&self.agreement.zone),
            },
            elapsed: counting.pauses == PausesCount::Elapsed && !moves,
            days,
        })
    }

    /// Whether the pauses of an item stop the clock of a duty on it.
    fn is_stopped_by_pauses(&self, case: CaseId, number: usize) -> bool {
        let duty = self.plan.cases[case].duties.get(number).map(|id| &self.policy.duties[*id].form);
        !matches!(
            duty,
            Some(Form::Do { deadline: Some(Deadline::Within { counting, .. }), .. })
                if counting.pauses == PausesCount::Ignored
        )
    }

    /// Since when an item is paused, where that stops the clock of a duty on it.
    pub(crate) fn paused_since(&self, case: CaseId, item: &Item, number: usize) -> Option<Instant> {
        let since = item.pauses.as_deref().and_then(|pauses| pauses.since)?;
        self.is_stopped_by_pauses(case, number).then_some(since)
    }

    /// The item's clocks stop: what they have used is kept.
    pub(crate) fn stop_clocks(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        for number in 0..item.duties.len() {
            if self.is_stopped_by_pauses(case, number) && !self.is_held(case, item, number) {
                let now = self.now;
                self.stop_clock(case, slot, item, number, now);
            }
        }
    }

    /// A clock stops at an instant.
    pub(crate) fn stop_clock(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        number: usize,
        at: Instant,
    ) {
        let Some(Running { kind, since, elapsed, .. }) = self.running(case, item, number) else { return };
        let used = match kind {
            LengthKind::Physical | LengthKind::Open(_) if elapsed => 0,
            LengthKind::Physical | LengthKind::Open(_) => self.agreement.used_between(kind, since, at),
            // A deadline in days is moved when the pause is over.
            LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => 0,
        };
        if let Some(duty) = item.duties.get_mut(number) {
            let clock = duty.clock.get_or_insert_with(|| Box::new(Clock { used: 0, since, moved: 0 }));
            clock.used = clock.used.saturating_add(used);
        }
        self.move_deadline(case, slot, item, number);
    }

    /// The item's clocks run again after a pause that began at an instant.
    pub(crate) fn start_clocks(&mut self, case: CaseId, slot: u32, item: &mut Item, paused: Instant) {
        for number in 0..item.duties.len() {
            if !self.is_stopped_by_pauses(case, number) || self.is_held(case, item, number) {
                continue;
            }
            // Where a delay before the pause went over into it, the clock has stood still since then.
            let held = (case, item.birth, number as u32);
            let since = self.state.seldom.more.holds.get_mut(&held).and_then(|hold| hold.since.take());
            self.start_clock(case, slot, item, number, since.map_or(paused, |since| since.min(paused)));
        }
    }

    /// A clock runs again that has stood still since an instant.
    pub(crate) fn start_clock(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        number: usize,
        paused: Instant,
    ) {
        let Some(Running { since, elapsed, days, .. }) = self.running(case, item, number) else { return };
        let moved = match days {
            None if elapsed => self.now.nanos_since(paused.max(since)).max(0),
            None => 0,
            Some(days) => {
                let clock = item.duties.get(number).and_then(|duty| duty.clock.as_deref());
                let so_far = clock.and_then(|clock| i64::try_from(clock.moved).ok()).unwrap_or(0);
                i128::from(days.paused(self.agreement, so_far, paused.max(since), self.now))
            }
        };
        let now = self.now;
        if let Some(clock) = item.duties.get_mut(number).and_then(|duty| duty.clock.as_deref_mut()) {
            clock.moved = clock.moved.saturating_add(moved);
            clock.since = now.max(clock.since);
        }
        self.move_deadline(case, slot, item, number);
    }

    /// What has to be done again and again has been done: its clock begins anew.
    pub(crate) fn done_again(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        number: usize,
        by: Option<crate::outcome::Evidence>,
    ) {
        let stands = self.paused_since(case, item, number).is_some();
        let now = self.now;
        if let Some(duty) = item.duties.get_mut(number) {
            (duty.done_at, duty.done_by) = (Some(now), by);
            duty.clock = stands.then(|| Box::new(Clock { used: 0, since: now, moved: 0 }));
        }
        self.set_deadline(case, slot, item, number);
        let id = self.plan.cases[case].duties.get(number).copied();
        if let Some(id) = id {
            self.join_deadline(case, item, id);
        }
    }

    /// Whether a duty has to be done again and again.
    pub(crate) fn is_again(&self, case: CaseId, number: usize) -> bool {
        let form = self.plan.cases[case].duties.get(number).map(|id| &self.policy.duties[*id].form);
        matches!(form, Some(Form::Do { deadline: Some(Deadline::Within { from: From::Again, .. }), .. }))
    }

    /// What a deadline is counted from has been done. Where the duty has been decided at the same instant, the deadline
    /// is told all the same: what happens at one instant has no order.
    pub(crate) fn begin_clock(&mut self, case: CaseId, slot: u32, item: &mut Item, number: usize) {
        let plan = self.plan;
        let Some(id) = plan.cases[case].duties.get(number).copied() else { return };
        match item.duties.get(number) {
            Some(duty) if duty.verdict == Some(Kind::Pending) => {
                let paused = self.paused_since(case, item, number).is_some();
                let stands = paused || self.is_held(case, item, number);
                if let Some(duty) = item.duties.get_mut(number).filter(|_| stands) {
                    // A clock that begins during a pause or a delay stands still from its first instant on.
                    duty.clock = Some(Box::new(Clock { used: 0, since: self.now, moved: 0 }));
                }
                self.set_deadline(case, slot, item, number);
                self.join_deadline(case, item, id);
            }
            Some(duty) if duty.at == Some(self.now) && duty.late_from.is_none() => {
                let Form::Do { deadline: Some(deadline), .. } = &self.policy.duties[id].form else { return };
                let late_from = self.deadline(case, item, number, deadline).ok().flatten();
                if let Some(duty) = item.duties.get_mut(number) {
                    duty.late_from = late_from;
                }
            }
            _ => {}
        }
    }
}
