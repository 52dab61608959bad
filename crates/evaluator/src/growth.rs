//! The figure of an accrual at an instant, as a function of how it grew.

use crate::environment::Given;
use crate::expression::evaluate;
use crate::outcome::{Accrued, Quantity, Stretch};
use servanda_parser::ast::Unit;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Accrual, Compounding, Counted, Expr, Value};
use servanda_policy::time::{Date, DayCount, Instant, WindowUnit};
use servanda_policy::value::{Exact, Rounding};

/// How many decimal places of the major unit a balance keeps when something has joined it.
const BALANCE_PLACES: u32 = 12;

/// Periods, one behind the other, that were computed on one amount.
#[derive(Debug, Clone, PartialEq)]
pub struct Grown {
    /// Which of the stretches they belong to.
    pub stretch: usize,
    /// The number of the first of them, from 0.
    pub first: i64,
    /// How many.
    pub periods: i64,
    /// How much of what one adds they are: their number; with a day count, their part of a year.
    pub part: Exact,
    /// What had joined the amount of the stretch before them and was not settled, in major units.
    pub joined: Exact,
    /// What they added, in major units.
    pub amount: Exact,
}

/// How an accrual has grown up to an instant, and to what it has come: exact, but for balances that something has
/// joined, and for periods that are rounded by themselves.
pub fn grown(
    agreement: &Agreement,
    rule: &Accrual,
    accrued: &Accrued,
    from: Instant,
    until: Instant,
) -> (Vec<Grown>, Exact) {
    let mut runs = Vec::new();
    let mut reckoning = Reckoning::default();
    if !is_forgiven(agreement, rule, accrued, from, until) {
        reckoning.advance((agreement, rule), accrued, from, until, |run| runs.push(run));
    }
    (runs, reckoning.sum())
}

/// How far an accrual has been added up. What has been is not added up again: an accrual is asked at each of its periods
/// where others share its limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reckoning {
    /// The number of the first period that has not been.
    next: i64,
    /// What has joined the amount.
    joined: Exact,
    /// What has been added since.
    since: Exact,
}

/// It follows from what else is known of an accrual.
impl PartialEq for Reckoning {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Reckoning {
    /// All that has been added.
    pub(crate) fn sum(&self) -> Exact {
        &self.joined + &self.since
    }

    /// Adds up what is dated before an instant.
    pub(crate) fn advance(
        &mut self,
        (agreement, rule): (&Agreement, &Accrual),
        accrued: &Accrued,
        from: Instant,
        until: Instant,
        mut tell: impl FnMut(Grown),
    ) {
        let digits = agreement.currency.digits();
        let dates = Dates(agreement.zone.date_of(from));
        for (place, stretch) in accrued.stretches.iter().enumerate() {
            let end = stretch.until.map_or(until, |end| end.min(until));
            let count = periods(agreement, rule, from, end);
            while self.next < count {
                let next = self.next;
                let date = dates.at(next);
                if let Some(Compounding::Each(unit)) = rule.compounding
                    && next > 0
                    && window_end(unit, dates.at(next.saturating_sub(1))) == date
                {
                    self.join();
                }
                let behind = match rule.compounding {
                    None => count,
                    Some(Compounding::EachPeriod) => next.saturating_add(1),
                    Some(Compounding::Each(unit)) => {
                        count.min(next.saturating_add(window_end(unit, date).days_since(date).max(1)))
                    }
                };
                let joined = &self.joined - &stretch.settled;
                let joined = if joined.is_negative() { Exact::ZERO } else { joined };
                let one = one_period(rule, stretch, &joined);
                let part = dates.part(rule.by, next, behind);
                let amount = if rule.rounded_each {
                    rounded(rule, &dates, &one, (next, behind), digits)
                } else {
                    &one * &part
                };
                self.since = &self.since + &amount;
                let periods = behind.saturating_sub(next);
                tell(Grown { stretch: place, first: next, periods, part, joined, amount });
                if rule.compounding == Some(Compounding::EachPeriod) {
                    self.join();
                }
                self.next = behind;
            }
        }
    }

    /// What was added joins the balance, which is rounded.
    fn join(&mut self) {
        self.joined = self.sum().round_to(BALANCE_PLACES, Rounding::HalfUp);
        self.since = Exact::ZERO;
    }
}

/// What one period adds; with a day count, what a year adds.
fn one_period(rule: &Accrual, stretch: &Stretch, joined: &Exact) -> Exact {
    match (&stretch.base, rule.compounding) {
        (Some(base), Some(_)) => &stretch.each * &(base + joined),
        _ => stretch.each.clone(),
    }
}

/// The sum of periods that are each rounded by themselves.
fn rounded(rule: &Accrual, dates: &Dates, one: &Exact, (from, to): (i64, i64), digits: u32) -> Exact {
    let Some(by) = rule.by else {
        let each = one.round_to(digits, rule.rounding);
        return &each * &Exact::integer(i128::from(to.saturating_sub(from)));
    };
    let day = |number: i64| dates.part(Some(by), number, number.saturating_add(1));
    (from..to).fold(Exact::ZERO, |sum, number| &sum + &(one * &day(number)).round_to(digits, rule.rounding))
}

/// The dates of periods of a day, by their numbers.
struct Dates(Date);

impl Dates {
    fn at(&self, number: i64) -> Date {
        self.0.add_days(number).unwrap_or(Date::MAX)
    }

    /// The number of periods, or the part of a year that their dates are.
    fn part(&self, by: Option<DayCount>, from: i64, to: i64) -> Exact {
        match by {
            None => Exact::integer(i128::from(to.saturating_sub(from))),
            Some(by) => by.part_of_year(self.at(from), self.at(to)),
        }
    }
}

/// The first date behind the day, week, month, quarter or year of the calendar that holds a date.
fn window_end(unit: WindowUnit, date: Date) -> Date {
    let (year, month, _) = date.civil();
    let first_of = |year, month| Date::from_civil(year, month, 1);
    let end = match unit {
        WindowUnit::Day => date.add_days(1),
        WindowUnit::Week => date.add_days(7_i64.saturating_sub_unsigned(date.weekday().index() as u64)),
        WindowUnit::Month => date.end_of_month().add_days(1),
        WindowUnit::Quarter => {
            let first = month.saturating_sub(1) / 3 * 3 + 1;
            first_of(year, first).and_then(|first| first.add_months(3))
        }
        WindowUnit::Year => first_of(year, 1).and_then(|first| first.add_months(12)),
    };
    end.unwrap_or(Date::MAX)
}

/// The gross figure of an accrual in minor units, of all that is dated before an instant.
///
/// It is the sum over its stretches, rounded once; or the sum of its periods, each rounded.
pub fn gross(
    agreement: &Agreement,
    rule: &Accrual,
    accrued: &Accrued,
    from: Instant,
    until: Instant,
) -> Option<i128> {
    let (_, sum) = grown(agreement, rule, accrued, from, until);
    sum.to_minor(agreement.currency.digits(), rule.rounding)
}

/// How many periods of an accrual that began at `from` are owed just before `until`.
pub fn owed_periods(
    agreement: &Agreement,
    rule: &Accrual,
    accrued: &Accrued,
    from: Instant,
    until: Instant,
) -> i64 {
    if is_forgiven(agreement, rule, accrued, from, until) { 0 } else { periods(agreement, rule, from, until) }
}

/// Whether nothing of an accrual is owed just before an instant: its grace is not over by then, or it was paid within.
pub fn is_forgiven(
    agreement: &Agreement,
    rule: &Accrual,
    accrued: &Accrued,
    from: Instant,
    until: Instant,
) -> bool {
    grace_over(agreement, rule, from)
        .is_some_and(|over| until <= over || accrued.until.is_some_and(|paid| paid < over))
}

/// The first instant behind the grace of an accrual that begins at `from`; nothing where it has none.
pub fn grace_over(agreement: &Agreement, rule: &Accrual, from: Instant) -> Option<Instant> {
    let grace = days(agreement, rule.grace.as_ref())?;
    let before = agreement.zone.date_of(from.previous());
    // The date of the deadline, from which both are counted.
    let deadline = match days(agreement, rule.delay.as_ref()) {
        None => before,
        Some(delay) => before.add_days(delay.saturating_neg()).unwrap_or(Date::MIN),
    };
    Some(behind(agreement, deadline, grace))
}

/// The first instant of the first period of an accrual whose deadline was missed at an instant.
pub(crate) fn begins(agreement: &Agreement, rule: &Accrual, late_from: Instant) -> Instant {
    match days(agreement, rule.delay.as_ref()) {
        None => late_from,
        Some(delay) => {
            let deadline = agreement.zone.date_of(late_from.previous());
            behind(agreement, deadline, delay)
        }
    }
}

/// The first instant behind so many dates after a date.
fn behind(agreement: &Agreement, date: Date, days: i64) -> Instant {
    let next = date.add_days(days.saturating_add(1));
    next.map_or(Instant::MAX, |next| agreement.zone.start_of(next))
}

/// A number of days that is a constant or a parameter.
fn days(agreement: &Agreement, length: Option<&Expr>) -> Option<i64> {
    match evaluate(length?, &Given(agreement)) {
        Quantity::Known(Value::Length(length)) => i64::try_from(length.amount.floor()?).ok(),
        _ => None,
    }
}

/// How many periods of an accrual that began at `from` are dated before `until`: begun ones by their first
/// instant, completed ones by their last.
pub fn periods(agreement: &Agreement, rule: &Accrual, from: Instant, until: Instant) -> i64 {
    match rule.counted {
        Counted::Begun => begun(agreement, rule.period, from, until),
        // A period is completed when the next one begins; dated to the instant before.
        Counted::Completed => {
            (begun(agreement, rule.period, from, Instant(until.0.saturating_add(1))) - 1).max(0)
        }
    }
}

/// How many periods begin before an instant.
fn begun(agreement: &Agreement, period: Unit, from: Instant, until: Instant) -> i64 {
    if until <= from {
        return 0;
    }
    let first = agreement.zone.date_of(from);
    let last = agreement.zone.date_of(until.previous());
    let days = last.days_since(first);
    match period {
        Unit::Week => days / 7 + 1,
        Unit::Month | Unit::Quarter | Unit::Year => {
            let (size, (from_year, from_month, _), (year, month, _)) =
                (months_of(period), first.civil(), last.civil());
            let months = i64::from(year - from_year) * 12 + i64::from(month) - i64::from(from_month);
            let whole = months / size;
            // Clamped starts may lie after the date in its month.
            let begins = first.add_months(whole * size).is_none_or(|start| start <= last);
            whole + i64::from(begins)
        }
        Unit::Day | Unit::Hour | Unit::Minute | Unit::Second => days + 1,
    }
}

/// The first instant of the period of this number, from 0, of an accrual whose first period begins at `from`.
pub fn period_start(agreement: &Agreement, period: Unit, from: Instant, number: i64) -> Option<Instant> {
    if number == 0 {
        return Some(from);
    }
    let first: Date = agreement.zone.date_of(from);
    let date = match period {
        Unit::Week => first.add_days(number.checked_mul(7)?),
        Unit::Month | Unit::Quarter | Unit::Year => first.add_months(number.checked_mul(months_of(period))?),
        Unit::Day | Unit::Hour | Unit::Minute | Unit::Second => first.add_days(number),
    }?;
    Some(agreement.zone.start_of(date))
}

const fn months_of(period: Unit) -> i64 {
    match period {
        Unit::Quarter => 3,
        Unit::Year => 12,
        _ => 1,
    }
}
