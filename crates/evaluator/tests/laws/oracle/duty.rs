//! Verdicts: what was decided on each subject of a duty, and when.

use super::calendar::{business_days_between, late_of_business_days, late_of_clock, late_of_days};
use super::expression::Scope;
use super::fold::asks_later;
use super::lives::Item;
use super::value::{Known, Maybe, integer, whole};
use super::{World, after, before, evidence, window_subject};
use servanda_evaluator::outcome::{Subject, Verdict};
use servanda_events::{Fact, FieldValue};
use servanda_parser::ast::Relation;
use servanda_policy::policy::{
    CaseId, CountedAt, Deadline, Duty, DutyId, Empty, Expr, ExprKind, FieldType, Fold, FoldKind, Form, From,
    ItemFold, LengthKind, Measure, MeasureId, Partial, Point, Source, ValueType, Verdict as Kind, WindowId,
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
struct Assigned {
    duty: DutyId,
    window: Window,
    done: Option<usize>,
}

/// A deadline as far as it is known.
enum Late {
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
            Form::DoEach { window, by, .. } => self.do_each(id, *window, by),
            Form::Keep { measure, targets } => self.keep(id, *measure, targets),
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

    fn on_item<'a>(&self, id: DutyId, item: &'a Item) -> Option<Judged<'a>> {
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
            if let Form::Do { act, .. } = &duty.form
                && let Some((done, fact)) = self.first_done(item, *act)
            {
                verdict.done_at = Some(done);
                verdict.evidence.extend(fact.map(|fact| evidence(&self.facts[fact])));
            }
            return Some(judged(verdict, true));
        }
        match &duty.form {
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
        let done = self.first_done(item, act);
        verdict.done_at = done.map(|it| it.0);
        if let Some((_, Some(fact))) = done {
            verdict.evidence.push(evidence(&self.facts[fact]));
        }
        let seen_before = done.map_or(self.as_of, |it| it.0);
        let late = self.late(deadline, item, seen_before);
        if let Late::At(late_from) = late {
            verdict.late_from = Some(late_from);
        }
        match (done, late) {
            (_, Late::Failed(why)) => {
                decide(verdict, Kind::Indeterminate, item.born);
                verdict.because = why.causes();
                true
            }
            (Some((done, _)), Late::At(late)) if late <= done => {
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
                let _ = id;
                true
            }
        }
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
        match self.late(deadline.as_ref(), item, seen_before) {
            Late::At(late) => Some(late),
            Late::Open | Late::Failed(_) => None,
        }
    }

    fn late(&self, deadline: Option<&Deadline>, item: &Item, seen_before: Instant) -> Late {
        let (length, from, ending) = match deadline {
            None => return Late::Open,
            Some(Deadline::By(point)) => return self.point(point, None).map_or(Late::Open, Late::At),
            Some(Deadline::Within { length, from, ending, .. }) => (length, from, ending),
        };
        let start = match from {
            From::Beginning => Some(item.begins),
            From::Field(place) => match self.item_field(item, *place) {
                Maybe::Unknown(..) => return Late::Failed(Maybe::failed(length.span)),
                field => self.start_of(&field),
            },
            // What happens at one instant has no order: what is done there has begun the clock of what is done there.
            From::Done(act) => self.first_done(item, *act).map(|it| it.0).filter(|at| *at <= seen_before),
        };
        let Some(start) = start else { return Late::Open };
        let length = self.value(length, Scope::item(item, item.born));
        let Maybe::Known(Known::Length(kind, amount)) = &length else { return Late::Failed(length) };
        let pauses = item.pauses(seen_before);
        let zone = self.zone();
        let days = || integer(amount) as i64;
        let dates = |from: Instant, to: Instant| zone.date_of(to).days_since(zone.date_of(from));
        let end_of = |date: Date| zone.start_of(Date(date.0 + 1));
        let late = match kind {
            LengthKind::Physical => late_of_clock(None, start, amount, *ending, &pauses),
            LengthKind::Open(calendar) => {
                late_of_clock(Some(&self.hours(*calendar)), start, amount, *ending, &pauses)
            }
            LengthKind::CalendarDays => {
                let late = |n| Some(end_of(zone.date_of(start).add_days(n)?));
                late_of_days(days(), start, &pauses, late, dates)
            }
            LengthKind::BusinessDays(calendar) => {
                let hours = self.hours(*calendar);
                // What starts with a date counts from that date, in whatever zone the calendar is.
                let first = match (from, self.dated_beginning(item)) {
                    (From::Field(place), _) => self.item_field(item, *place),
                    (From::Beginning, Some(field)) => field,
                    _ => Maybe::NoData,
                };
                let first = match first {
                    Maybe::Known(Known::Date(date)) => date,
                    _ => hours.zone.date_of(start),
                };
                let late = |n| late_of_business_days(&hours, first, n);
                late_of_days(days(), start, &pauses, late, |from, to| business_days_between(&hours, from, to))
            }
            LengthKind::Months => {
                let landed = zone.date_of(start).add_months(days());
                let late = |n| Some(end_of(landed?.add_days(n)?));
                late_of_days(0, start, &pauses, late, dates)
            }
        };
        late.map_or(Late::Open, Late::At)
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

    fn do_each(&self, id: DutyId, window: WindowId, by: &Point) -> Vec<Judged<'_>> {
        self.assigned(self.policy.duties[id].first)
            .into_iter()
            .filter(|assigned| assigned.duty == id)
            .map(|Assigned { window: window_of, done, .. }| {
                let mut verdict = pending(id, window_subject(window, &window_of));
                let late = self.point(by, Some(&window_of)).unwrap_or(window_of.end);
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
                Judged { verdict, item: None, window: Some(window_of), by_fact: false }
            })
            .collect()
    }

    /// The windows of a recurring duty in all its versions, each with the fact that settles it: an act settles the
    /// oldest that is open and that it is an act for.
    fn assigned(&self, first: DutyId) -> Vec<Assigned> {
        let mut all: Vec<Assigned> = Vec::new();
        for (id, duty) in self.policy.duties.iter().filter(|(_, duty)| duty.first == first) {
            if let Form::DoEach { window, .. } = &duty.form {
                let windows = self.windows(*window, self.as_of).into_iter();
                all.extend(windows.map(|window| Assigned { duty: id, window, done: None }));
            }
        }
        all.sort_by_key(|it| it.window.start);
        for (place, fact) in self.facts.iter().enumerate() {
            let oldest = all.iter_mut().find(|it| {
                it.done.is_none()
                    && it.window.start <= fact.at
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

    fn keep(&self, id: DutyId, measure: MeasureId, targets: &[(Relation, Expr)]) -> Vec<Judged<'_>> {
        let declared = &self.policy.measures[measure];
        let mut judged = Vec::new();
        for window in self.windows(declared.window, self.as_of) {
            let mut verdict = pending(id, window_subject(declared.window, &window));
            let by_fact = self.judge_keep(&mut verdict, measure, targets, &window);
            judged.push(Judged { verdict, item: None, window: Some(window), by_fact });
        }
        judged
    }

    fn judge_keep(
        &self,
        verdict: &mut Verdict,
        measure: MeasureId,
        targets: &[(Relation, Expr)],
        window: &Window,
    ) -> bool {
        let declared = &self.policy.measures[measure];
        let left_out = declared.partial == Partial::LeftOut && window.is_partial();
        if let (ExprKind::Fold(fold), false) = (&declared.value.kind, left_out)
            && let Some(direction) = self.direction(&self.policy.folds[*fold])
            && !targets.iter().any(|(_, target)| reads_figures(target))
        {
            for at in self.changes(&self.policy.folds[*fold], window) {
                let value = self.figure(measure, window, after(at)).value;
                if self.figure(measure, window, at).value == value {
                    continue;
                }
                if let Some(kind) = self.decided_for_good(&value, direction, declared, targets, window) {
                    decide(verdict, kind, at);
                    return true;
                }
            }
        }
        let figure = self.figure(measure, window, self.as_of);
        if figure.final_at >= self.as_of {
            return false;
        }
        let (kind, holds) = self.as_it_stands(measure, targets, window, &figure.value);
        verdict.because = holds.causes();
        decide(verdict, kind, figure.final_at);
        false
    }

    /// What a value of a measure comes to.
    pub(crate) fn as_it_stands(
        &self,
        measure: MeasureId,
        targets: &[(Relation, Expr)],
        window: &Window,
        value: &Maybe,
    ) -> (Kind, Maybe) {
        let declared = &self.policy.measures[measure];
        if declared.partial == Partial::LeftOut && window.is_partial() {
            return (Kind::NotApplicable, Maybe::NoData);
        }
        let mut holds = Maybe::bool(true);
        for (relation, target) in targets {
            let target = self.target(target, declared.partial, declared.unit, window, self.as_of);
            let one = self.compare(*relation, value, &target);
            holds = match (&holds, &one) {
                (known, _) if known.is_false() => holds,
                (_, one) if one.is_false() => one.clone(),
                (known, _) if !known.is_true() => holds,
                _ => one,
            };
        }
        let kind = match (&holds, declared.empty) {
            (Maybe::NoData, Empty::Kept) => Kind::Kept,
            (Maybe::NoData, Empty::Broken) => Kind::Broken,
            (Maybe::NoData, Empty::NoData) => Kind::NotApplicable,
            (holds, _) if holds.is_true() => Kind::Kept,
            (holds, _) if holds.is_false() => Kind::Broken,
            _ => Kind::Indeterminate,
        };
        (kind, holds)
    }

    /// A target, of a window that the term cuts shrunk where the measure says so.
    pub(crate) fn target(
        &self,
        target: &Expr,
        partial: Partial,
        unit: ValueType,
        window: &Window,
        seen_before: Instant,
    ) -> Maybe {
        let value = self.value(target, Scope::window(window, seen_before));
        let shrinks =
            matches!(unit, ValueType::Count | ValueType::Number | ValueType::Money | ValueType::Length(_));
        if partial != Partial::Prorated || !window.is_partial() || !shrinks {
            return value;
        }
        let dates = |from: Date, to: Date| whole(i128::from(to.days_since(from)) + 1);
        let share = dates(window.first_date, window.last_date) / dates(window.full_first, window.full_last);
        match value {
            Maybe::Known(Known::Number(it)) => Maybe::number(it * share),
            Maybe::Known(Known::Length(kind, it)) => Maybe::Known(Known::Length(kind, it * share)),
            other => other,
        }
    }

    /// The instants of a window at which something may join a fold.
    fn changes(&self, fold: &Fold, window: &Window) -> Vec<Instant> {
        let FoldKind::Items { source, .. } = &fold.kind else { return Vec::new() };
        let mut changes: Vec<Instant> = match source {
            Source::Breaches(duties) => duties
                .iter()
                .flat_map(|duty| self.verdicts(*duty))
                .filter(|judged| judged.verdict.verdict == Kind::Broken)
                .flat_map(|judged| [judged.verdict.at, judged.item.map(|item| item.born)])
                .flatten()
                .collect(),
            Source::Events(_) | Source::Cases(_) => self.facts.iter().map(|fact| fact.at).collect(),
        };
        changes.retain(|at| window.contains(*at));
        changes.sort();
        changes.dedup();
        changes
    }

    /// What targets come to whatever else happens: a figure that grows can only go on growing.
    fn decided_for_good(
        &self,
        value: &Maybe,
        direction: Direction,
        declared: &Measure,
        targets: &[(Relation, Expr)],
        window: &Window,
    ) -> Option<Kind> {
        let mut all_safe = true;
        for (relation, target) in targets {
            let target = self.target(target, declared.partial, declared.unit, window, self.as_of);
            let is = |relation| self.compare(relation, value, &target);
            let (upper, beyond) = match direction {
                Direction::Up => ([Relation::AtMost, Relation::Below], Relation::Above),
                Direction::Down => ([Relation::AtLeast, Relation::Above], Relation::Below),
            };
            if *relation == Relation::Exactly {
                if is(beyond).is_true() {
                    return Some(Kind::Broken);
                }
                all_safe = false;
            } else if upper.contains(relation) {
                if is(*relation).is_false() {
                    return Some(Kind::Broken);
                }
                all_safe = false;
            } else {
                all_safe &= is(*relation).is_true();
            }
        }
        all_safe.then_some(Kind::Kept)
    }

    /// Whether a figure can only grow, or only fall, while its window goes on.
    fn direction(&self, fold: &Fold) -> Option<Direction> {
        let FoldKind::Items { source, filter, counted_at, of, .. } = &fold.kind else { return None };
        let settled = filter.as_ref().is_none_or(|filter| !asks_later(filter));
        let counts = |place: u32| match source {
            Source::Events(event) => self.policy.events[*event].fields[place as usize].ty == FieldType::Count,
            Source::Cases(case) => self.policy.cases[*case].fields[place as usize].ty == ValueType::Count,
            Source::Breaches(_) => false,
        };
        let direction = match of {
            ItemFold::Count | ItemFold::Highest(_) => Direction::Up,
            ItemFold::Lowest(_) => Direction::Down,
            ItemFold::Sum(Expr { kind: ExprKind::Field(place) | ExprKind::FactField(place), .. })
                if counts(*place) =>
            {
                Direction::Up
            }
            _ => return None,
        };
        let at_once = match source {
            Source::Events(_) => true,
            Source::Cases(_) => *counted_at == CountedAt::Beginning,
            Source::Breaches(_) => *counted_at == CountedAt::Decision,
        };
        (settled && at_once).then_some(direction)
    }
}

/// Where a figure goes.
#[derive(Debug, Clone, Copy)]
enum Direction {
    Up,
    Down,
}

/// Whether an expression reads other figures, which are known only at the end.
fn reads_figures(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Measure(_) | ExprKind::Fold(_) => true,
        ExprKind::Binary(_, a, b) | ExprKind::Excess(a, b) | ExprKind::Growth(a, b) => {
            reads_figures(a) || reads_figures(b)
        }
        ExprKind::Table { on, rows } => reads_figures(on) || rows.iter().any(|row| reads_figures(&row.value)),
        _ => false,
    }
}

fn pending(duty: DutyId, subject: Subject) -> Verdict {
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

fn decide(verdict: &mut Verdict, kind: Kind, at: Instant) {
    verdict.verdict = kind;
    verdict.at = Some(at);
}
