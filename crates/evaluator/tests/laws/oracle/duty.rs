//! Verdicts: what was decided on each subject of a duty, and when.

use super::expression::Scope;
use super::lives::Item;
use super::value::{Known, Maybe};
use super::{World, after, before, evidence, window_subject};
use servanda_evaluator::outcome::{Evidence, Subject, Verdict};
use servanda_events::{Fact, FieldValue};
use servanda_parser::ast::Roll;
use servanda_policy::policy::{
    CalendarId, CaseId, Deadline, Duty, DutyId, Expr, FieldType, Form, From, LengthKind, Point, Rise,
    Verdict as Kind, WindowId,
};
use servanda_policy::time::{Date, Instant, Window};

/// A verdict and what it is about.
#[derive(Debug, Clone)]
pub(crate) struct Judged<'a> {
    pub verdict: Verdict,
    pub item: Option<&'a Item>,
    pub window: Option<Window>,
    /// Whether a fact decided it: then what follows is computed with what was so just before.
    pub by_fact: bool,
}

/// A window of a recurring duty, and the fact that settled it.
#[derive(Clone)]
pub(super) struct Assigned {
    duty: DutyId,
    window: Window,
    /// The breach from which it has arisen, where it arises from one.
    since: Option<Instant>,
    done: Option<usize>,
}

/// A delay that holds a duty.
#[derive(Debug, Clone)]
pub(super) struct Delay {
    pub from: Instant,
    pub until: Option<Instant>,
    /// From when it is known: of what was late before it began, from its birth.
    pub known: Instant,
    pub events: Vec<Evidence>,
}

/// A deadline as far as it is known.
pub(super) enum Late {
    At(Instant),
    /// The clock stands still, or has not begun.
    Open,
    Failed(Maybe),
}

impl Judged<'_> {
    /// What a consequence of the verdict may see: everything before this.
    pub(crate) fn seen_before(&self) -> Instant {
        let at = self.verdict.at.expect("it is decided");
        if self.by_fact && self.item.is_some() { at } else { after(at) }
    }
}

impl<'p> World<'p> {
    pub(crate) fn verdicts(&self, id: DutyId) -> Vec<Judged<'_>> {
        let duty = &self.policy.duties[id];
        match &duty.form {
            Form::Do { case, .. } | Form::MustNot { case, .. } => {
                self.items(*case).into_iter().filter_map(|item| self.on_item(id, item)).collect()
            }
            Form::DoEach { window, by, rise, .. } => self.do_each(id, *window, by, rise.as_ref()),
            Form::Keep { measure, targets, .. } => self.keep(id, *measure, targets),
        }
    }

    /// The verdict on an item as it stood before an instant; without an instance, not applicable.
    pub(crate) fn verdict_on(&self, id: DutyId, item: &Item, seen_before: Instant) -> Kind {
        match self.in_its_version(id, item) {
            None => Kind::NotApplicable,
            Some(judged) if judged.verdict.at.is_some_and(|at| at < seen_before) => judged.verdict.verdict,
            Some(_) => Kind::Pending,
        }
    }

    /// What is decided on an item about a duty of whichever version: by the one that governs the item.
    pub(crate) fn in_its_version<'a>(&self, id: DutyId, item: &'a Item) -> Option<Judged<'a>> {
        let first = self.policy.duties[id].first;
        let same = self.policy.duties.iter().filter(|(_, duty)| duty.first == first);
        same.map(|(id, _)| id).find_map(|id| self.on_item(id, item))
    }

    pub(super) fn on_item<'a>(&self, id: DutyId, item: &'a Item) -> Option<Judged<'a>> {
        let duty = &self.policy.duties[id];
        let filter = match &duty.form {
            Form::Do { case, filter, .. } | Form::MustNot { case, filter, .. } if *case == item.case => {
                filter
            }
            _ => return None,
        };
        if !self.in_force(duty.clause, item.born) {
            return None;
        }
        let chosen = match filter {
            None => Maybe::bool(true),
            Some(filter) => self.value(filter, Scope::item(item, item.born)),
        };
        let judged = |verdict: Verdict, by_fact| Judged { verdict, item: Some(item), window: None, by_fact };
        let mut verdict = pending(id, item.subject());
        if chosen.is_false() {
            return None;
        }
        if let Some(opening) = item.opening {
            verdict.evidence.push(evidence(&self.facts[opening]));
        }
        if !chosen.is_true() {
            decide(&mut verdict, Kind::Indeterminate, item.born);
            verdict.because = chosen.causes();
            // Whatever it comes to, what was done was done.
            let once = |act: u32| item.moves.iter().find(|it| it.0 == act && it.2).map(|it| (it.1, it.3));
            if let Form::Do { act, .. } = &duty.form
                && let Some((done, fact)) =
                    if self.reopening(item).is_some() { once(*act) } else { self.first_done(item, *act) }
            {
                verdict.done_at = Some(done);
                verdict.evidence.extend(fact.map(|fact| evidence(&self.facts[fact])));
            }
            return Some(judged(verdict, true));
        }
        match &duty.form {
            Form::Do { act, deadline, .. } if self.reopening(item).is_some() => {
                let by_fact = self.judge_reopening(&mut verdict, item, *act, deadline.as_ref());
                Some(judged(verdict, by_fact))
            }
            Form::Do {
                act,
                deadline: Some(within @ Deadline::Within { from: From::Again, length, .. }),
                ..
            } => {
                let length = self.value(length, Scope::item(item, item.born));
                let by_fact = self.judge_again(&mut verdict, item, *act, within, &length);
                Some(judged(verdict, by_fact))
            }
            Form::Do { act, deadline, .. } => {
                let by_fact = self.judge_do(&mut verdict, id, item, *act, deadline.as_ref());
                Some(judged(verdict, by_fact))
            }
            Form::MustNot { act, when, .. } => {
                if item.opening.is_none() && self.first_done(item, *act).is_none() {
                    return None;
                }
                let by_fact = self.judge_must_not(&mut verdict, duty, item, *act, when.as_ref());
                Some(judged(verdict, by_fact))
            }
            _ => None,
        }
    }

    /// Whether a fact decided it.
    fn judge_do(
        &self,
        verdict: &mut Verdict,
        id: DutyId,
        item: &Item,
        act: u32,
        deadline: Option<&Deadline>,
    ) -> bool {
        let mut done = self.first_done(item, act);
        if let (true, Some(end)) = (self.policy.duties[id].silent, item.end) {
            // Of what is over nobody is told any more.
            done = Some(done.filter(|done| done.0 <= end).unwrap_or((end, None)));
        }
        verdict.done_at = done.map(|it| it.0);
        if let Some((_, Some(fact))) = done {
            verdict.evidence.push(evidence(&self.facts[fact]));
        }
        let seen_before = done.map_or(self.as_of, |it| it.0);
        let delays = self.delays(id, item);
        let late = self.late(deadline, item, seen_before, &delays);
        if let Late::At(late_from) = late {
            verdict.late_from = Some(late_from);
        }
        if let Some(at) = self.excused_at(item, deadline, &delays, done.map(|done| done.0)) {
            // Then its clock stood still, and it had no deadline.
            verdict.late_from = None;
            decide(verdict, Kind::Excused, at);
            self.add_delays(verdict, &delays);
            return true;
        }
        let by_fact = self.race(verdict, item, act, deadline, done, late);
        self.add_delays(verdict, &delays);
        by_fact
    }

    fn race(
        &self,
        verdict: &mut Verdict,
        item: &Item,
        act: u32,
        deadline: Option<&Deadline>,
        done: Option<(Instant, Option<usize>)>,
        late: Late,
    ) -> bool {
        match (done, late) {
            (_, Late::Failed(why)) => {
                decide(verdict, Kind::Indeterminate, self.known_from(item, deadline));
                verdict.because = why.causes();
                true
            }
            (Some((done, by)), Late::At(late))
                if late <= by.map_or_else(|| item.later_than(act, done), |_| done) =>
            {
                decide(verdict, Kind::Broken, before(late));
                false
            }
            (Some((done, _)), _) => {
                decide(verdict, Kind::Kept, done);
                true
            }
            (None, Late::At(late)) => {
                if late <= self.as_of {
                    let debt = self.policy.cases[item.case].debt.as_ref().filter(|debt| debt.paid == act);
                    let unpaid = debt.map_or(Maybe::NoData, |_| self.unpaid(item, late));
                    let known = !matches!(unpaid, Maybe::Unknown(..));
                    decide(verdict, if known { Kind::Broken } else { Kind::Indeterminate }, before(late));
                    verdict.because = unpaid.causes();
                }
                false
            }
            (None, Late::Open) => {
                match (item.end, deadline) {
                    (Some(end), None) => decide(verdict, Kind::Broken, end),
                    (Some(end), Some(Deadline::Within { from: From::Done(start), .. }))
                        if self.first_done(item, *start).is_none() =>
                    {
                        decide(verdict, Kind::NotApplicable, end);
                    }
                    _ => {}
                }
                true
            }
        }
    }

    /// From when it is known that nobody knows how long a duty takes: from when its clock should run.
    pub(super) fn known_from(&self, item: &Item, deadline: Option<&Deadline>) -> Instant {
        let begun = match deadline {
            Some(Deadline::Within { from: From::Done(start), .. }) => self.first_done(item, *start),
            _ => None,
        };
        begun.map_or(item.born, |it| it.0.max(item.born))
    }

    fn judge_must_not(
        &self,
        verdict: &mut Verdict,
        duty: &Duty,
        item: &Item,
        act: u32,
        when: Option<&Expr>,
    ) -> bool {
        let over = self.agreement.end.filter(|_| !self.policy.clauses[duty.clause].survives);
        for (_, fact) in item.acts.iter().filter(|it| it.0 == act) {
            let fact = &self.facts[*fact];
            if over.is_some_and(|over| fact.at >= over) {
                break;
            }
            let violates = match when {
                None => Maybe::bool(true),
                Some(when) => self.value(when, Scope { fact: Some(fact), ..Scope::item(item, fact.at) }),
            };
            if violates.is_false() {
                continue;
            }
            verdict.evidence.push(evidence(fact));
            if violates.is_true() {
                verdict.done_at = Some(fact.at);
                decide(verdict, Kind::Broken, fact.at);
            } else {
                decide(verdict, Kind::Indeterminate, fact.at);
                verdict.because = violates.causes();
            }
            return true;
        }
        match (item.end, over) {
            (Some(end), over) if over.is_none_or(|over| end < over) => decide(verdict, Kind::Kept, end),
            (_, Some(over)) if over <= self.as_of => decide(verdict, Kind::Kept, before(over)),
            _ => {}
        }
        false
    }

    /// The first late instant of a duty on an item, as it was known before an instant.
    pub(crate) fn late_from(&self, id: DutyId, item: &Item, seen_before: Instant) -> Option<Instant> {
        let Form::Do { deadline, .. } = &self.policy.duties[id].form else { return None };
        match self.late(deadline.as_ref(), item, seen_before, &self.delays(id, item)) {
            Late::At(late) => Some(late),
            Late::Open | Late::Failed(_) => None,
        }
    }

    pub(super) fn late(
        &self,
        deadline: Option<&Deadline>,
        item: &Item,
        seen_before: Instant,
        delays: &[Delay],
    ) -> Late {
        let (within, length, from) = match deadline {
            None => return Late::Open,
            Some(Deadline::By(point)) => return self.point(point, None).map_or(Late::Open, Late::At),
            Some(within @ Deadline::Within { length, from, .. }) => (within, length, from),
        };
        let start = match from {
            From::Beginning | From::Again => Some(item.restarted_before(seen_before)),
            From::Field(place) => match self.item_field(item, *place) {
                Maybe::Unknown(..) => return Late::Failed(Maybe::failed(length.span)),
                field => self.start_of(&field),
            },
            // What happens at one instant has no order: what is done there has begun the clock of what is done there.
            From::Done(act) => self.first_done(item, *act).map(|it| it.0).filter(|at| *at <= seen_before),
        };
        let Some(start) = start else { return Late::Open };
        let span = length.span;
        let length = self.value(length, Scope::item(item, item.born));
        let Maybe::Known(Known::Length(kind, amount)) = &length else { return Late::Failed(length) };
        if !matches!(kind, LengthKind::Physical | LengthKind::Open(_)) && !amount.is_integer() {
            return Late::Failed(Maybe::failed(span));
        }
        self.late_after(within, (*kind, amount), start, item, seen_before, delays)
            .map_or(Late::Open, Late::At)
    }

    /// Where a date goes that falls on a closed day.
    pub(super) fn moved(&self, date: Date, roll: Roll, calendar: CalendarId) -> Date {
        let hours = self.hours(calendar);
        let open = |days: &mut dyn Iterator<Item = i32>| {
            days.map(|day| Date(date.0 + day)).find(|date| hours.is_business_day(*date)).expect("it opens")
        };
        let (next, previous) = (open(&mut (0..)), open(&mut (-4_000..=0).rev()));
        let month = |date: Date| (date.civil().0, date.civil().1);
        match roll {
            Roll::Next => next,
            Roll::Previous => previous,
            Roll::NextOfMonth if month(next) == month(date) => next,
            Roll::NextOfMonth => previous,
        }
    }

    /// The bound of a point, in a window where it says `the period`.
    fn point(&self, point: &Point, window: Option<&Window>) -> Option<Instant> {
        let zone = self.zone();
        let end_of = |date: Date| zone.start_of(Date(date.0 + 1));
        match point {
            Point::EndOfPeriod => window.map(|window| window.end),
            Point::Date(date) => Some(end_of(*date)),
            Point::Civil(date, nanos) => Some(after(match zone.resolve_civil(*date, *nanos) {
                servanda_policy::time::Civil::One(at)
                | servanda_policy::time::Civil::Gap(at)
                | servanda_policy::time::Civil::Fold(at, _) => at,
            })),
            Point::DayOfPeriod { nth, calendar, end_of_date } => {
                let window = window?;
                // What goes on for ever has no last day.
                if nth.is_none() && window.end >= Instant::MAX {
                    return Some(window.end);
                }
                let hours = calendar.map(|calendar| self.hours(calendar));
                let mut days: Vec<Date> = (window.first_date.0..=window.last_date.0)
                    .map(Date)
                    .filter(|date| hours.as_ref().is_none_or(|hours| hours.is_business_day(*date)))
                    .collect();
                if nth.is_none() {
                    days.reverse();
                }
                let place = nth.map_or(0, |nth| nth as usize - 1);
                // A day that the window does not have is its end; days of the calendar are counted otherwise.
                let whole = hours.is_none().then(|| days.last()).flatten();
                let Some(date) = days.get(place).or(whole) else {
                    return Some(window.end);
                };
                match hours.filter(|_| !end_of_date) {
                    None => Some(end_of(*date)),
                    Some(hours) => hours.late_after_closing(*date),
                }
            }
        }
    }

    /// When what arises from a breach is late: not before it arises.
    fn late_of_risen(&self, rise: &Rise, by: &Point, window: &Window, since: Instant) -> Instant {
        let late = match &rise.within {
            None => self.point(by, Some(window)),
            Some((length, ending)) => match self.value(length, Scope::none(since)) {
                Maybe::Known(Known::Length(kind, amount)) => {
                    self.late_of_length(kind, &amount, since, *ending)
                }
                _ => None,
            },
        };
        late.unwrap_or(window.end).max(after(since))
    }

    fn do_each(&self, id: DutyId, window: WindowId, by: &Point, rise: Option<&Rise>) -> Vec<Judged<'_>> {
        self.assigned(self.policy.duties[id].first)
            .into_iter()
            .filter(|assigned| assigned.duty == id)
            .map(|Assigned { window: window_of, since, done, .. }| {
                // As it was known when it arose.
                let known = since.map_or(window_of.start, after);
                let mut window_of = self.window_known(window, &window_of, known);
                let mut late = match (rise, since) {
                    (Some(rise), Some(since)) => self.late_of_risen(rise, by, &window_of, since),
                    _ => self.point(by, Some(&window_of)).unwrap_or(window_of.end),
                };
                for (given, end) in self.ends.cuts.iter().filter(|cut| cut.0 >= known) {
                    let over = late <= *given || done.is_some_and(|done| self.facts[done].at <= *given);
                    if over || window_of.end <= *end {
                        continue;
                    }
                    window_of = self.window_known(window, &window_of, after(*given));
                    if rise.is_none_or(|rise| rise.within.is_none()) {
                        let anew = self.point(by, Some(&window_of)).filter(|late| *late > *given);
                        late = anew.unwrap_or(window_of.end);
                    }
                }
                let mut verdict = pending(id, window_subject(window, &window_of));
                verdict.late_from = Some(late);
                if let Some(fact) = done {
                    verdict.evidence.push(evidence(&self.facts[fact]));
                    verdict.done_at = Some(self.facts[fact].at);
                }
                match verdict.done_at {
                    Some(done) if done < late => decide(&mut verdict, Kind::Kept, done),
                    _ if late <= self.as_of => decide(&mut verdict, Kind::Broken, before(late)),
                    _ => {}
                }
                self.excuse(&mut verdict, &window_of);
                Judged { verdict, item: None, window: Some(window_of), by_fact: false }
            })
            .collect()
    }

    /// What would be broken in a window in which it was suspended is excused.
    pub(super) fn excuse(&self, verdict: &mut Verdict, window: &Window) {
        let Some(at) = verdict.at.filter(|_| verdict.verdict == Kind::Broken) else { return };
        let events = self.suspended_in(verdict.duty, window, at);
        if !events.is_empty() {
            verdict.verdict = Kind::Excused;
            verdict.evidence.splice(0..0, events);
        }
    }

    /// The windows of a recurring duty in all its versions, each with the fact that settles it: an act settles the
    /// oldest that is open and that it is an act for.
    fn assigned(&self, first: DutyId) -> Vec<Assigned> {
        if let Some(known) = self.asked.assigned.borrow().get(&first) {
            return known.clone();
        }
        let assigned = self.assign(first);
        self.asked.assigned.borrow_mut().insert(first, assigned.clone());
        assigned
    }

    fn assign(&self, first: DutyId) -> Vec<Assigned> {
        let mut all: Vec<Assigned> = Vec::new();
        for (id, duty) in self.policy.duties.iter().filter(|(_, duty)| duty.first == first) {
            match &duty.form {
                Form::DoEach { rise: Some(rise), .. } => {
                    for judged in self.verdicts(rise.cause) {
                        let broken = judged.verdict.verdict == Kind::Broken;
                        if let (true, Some(window), Some(at)) = (broken, judged.window, judged.verdict.at) {
                            all.push(Assigned { duty: id, window, since: Some(at), done: None });
                        }
                    }
                }
                Form::DoEach { window, .. } => {
                    let windows = self.windows(*window, self.as_of).into_iter();
                    all.extend(windows.map(|window| Assigned { duty: id, window, since: None, done: None }));
                }
                _ => {}
            }
        }
        // Of what is open the oldest window is settled, whenever a breach in it became known.
        all.sort_by_key(|it| it.window.start);
        for (place, fact) in self.facts.iter().enumerate() {
            let oldest = all.iter_mut().find(|it| {
                it.done.is_none()
                    && it.since.map_or(it.window.start <= fact.at, |since| since < fact.at)
                    && self.acts_on(&self.policy.duties[it.duty], fact)
            });
            if let Some(oldest) = oldest {
                oldest.done = Some(place);
            }
        }
        all
    }

    /// Whether a fact is an act of a recurring duty, one that has been agreed by then: by what the case says at its instant, in whichever version the
    /// duty is; where the event names a party, of that party's own duty.
    fn acts_on(&self, duty: &Duty, fact: &Fact) -> bool {
        let Form::DoEach { case, acts, .. } = &duty.form else { return false };
        let declared = &self.policy.events[fact.event].fields;
        let parties: Vec<usize> =
            (0..declared.len()).filter(|it| matches!(declared[*it].ty, FieldType::Party(_))).collect();
        let debtor = self.policy.parties[duty.debtor].of.unwrap_or(duty.debtor);
        let own = parties.len() != 1 || fact.fields[parties[0]] == FieldValue::Party(debtor);
        let when = self.policy.cases[*case].acts.iter().flat_map(|act| &act.when);
        let agreed = self.policy.clauses[duty.clause].version.0 as usize <= self.version_at(fact.at);
        agreed
            && own
            && acts.iter().any(|act| act.event == fact.event)
            && when.into_iter().any(|pattern| self.matches(pattern, fact))
    }

    /// Facts that act on something recurring, each with its case and whether it has settled anything.
    pub(crate) fn recurring(&self) -> Vec<(usize, CaseId, bool)> {
        let mut found = Vec::new();
        for duty in self.policy.duties.values() {
            let Form::DoEach { case, .. } = &duty.form else { continue };
            let assigned = self.assigned(duty.first);
            for (place, fact) in self.facts.iter().enumerate() {
                if self.acts_on(duty, fact) {
                    found.push((place, *case, assigned.iter().any(|it| it.done == Some(place))));
                }
            }
        }
        found
    }
}

pub(super) fn pending(duty: DutyId, subject: Subject) -> Verdict {
    Verdict {
        duty,
        subject,
        verdict: Kind::Pending,
        at: None,
        late_from: None,
        done_at: None,
        because: Vec::new(),
        evidence: Vec::new(),
    }
}

pub(super) fn decide(verdict: &mut Verdict, kind: Kind, at: Instant) {
    verdict.verdict = kind;
    verdict.at = Some(at);
}
