//! What grows while a debt is unpaid, one period after the other.

use super::expression::Scope;
use super::fees::Part;
use super::lives::Item;
use super::value::{Known, Maybe, Ratio, exact, integer, round, whole};
use super::{World, before};
use num_traits::Zero;
use servanda_evaluator::outcome::{Accrued, Stretch, Subject};
use servanda_parser::ast::Unit;
use servanda_policy::policy::{Accrual, Compounding, ConsequenceId, Counted, Expr, ExprKind};
use servanda_policy::time::{Date, DayCount, Instant, Weekday, WindowUnit};
use servanda_policy::value::Rounding;

impl World<'_> {
    /// How an accrual grew, and its figure at each of its periods.
    pub(super) fn accrue(
        &self,
        (id, accrual): (ConsequenceId, &Accrual),
        item: &Item,
        least: Option<i128>,
        late_from: Instant,
    ) -> (Accrued, Vec<(Instant, Option<i128>)>) {
        let paid_at = self.paid_at(item);
        // Until the grace is over it is not known whether anything will be owed, so that nothing is.
        let grace = accrual.grace.as_ref().map(|length| self.behind(length, late_from));
        let late_from = self.first_of(accrual, late_from);
        let mut accrued = Accrued { until: paid_at, ..Accrued::default() };
        let mut sums = Vec::new();
        if grace.is_some_and(|grace| paid_at.is_some_and(|paid| paid < grace)) {
            return (accrued, sums);
        }
        // What has joined the base, and what has been added since.
        let (mut joined, mut added) = (Ratio::zero(), Ratio::zero());
        for n in 1.. {
            let (start, end) = (
                self.period_start(late_from, accrual.period, n),
                self.period_start(late_from, accrual.period, n + 1),
            );
            // A begun period counts from its first instant on, a completed one from the first instant after it.
            let counts_from = if accrual.counted == Counted::Begun { start } else { end };
            let dated = if accrual.counted == Counted::Begun { start } else { before(end) };
            let owed = grace.map_or(dated, |grace| dated.max(grace));
            if owed >= self.as_of || paid_at.into_iter().chain(self.paying).any(|paid| counts_from > paid) {
                break;
            }
            let date = self.zone().date_of(start);
            if let Some(Compounding::Each(window)) = accrual.compounding
                && n > 1
                && begins(window, date)
            {
                joined = balance(&(joined + std::mem::take(&mut added)));
            }
            let scope = Scope::item(item, counts_from).on(self.zone().date_of(dated));
            // While it is not known whether it is paid, it is not known whether it accrues.
            let amount = match self.unpaid(item, counts_from) {
                unknown @ Maybe::Unknown(..) => unknown,
                _ => self.owed(&accrual.amount, scope),
            };
            let each = match (&accrual.amount.kind, accrual.compounding) {
                (ExprKind::Binary(_, rate, _), Some(_)) => self.value(rate, scope),
                _ => amount.clone(),
            };
            // What has been settled of it has left the base again.
            let settled = match accrual.compounding {
                Some(_) => self.settled(id, item, counts_from),
                None => Some(Ratio::zero()),
            };
            let known = amount.as_number().zip(settled);
            let sum = known.map(|(amount, settled)| {
                let joined_now = (&joined - settled).max(Ratio::zero());
                let grown = match each.as_number() {
                    Some(rate) if accrual.compounding.is_some() => amount + rate * joined_now,
                    _ => amount.clone(),
                };
                let of_it = accrual.by.map_or(whole(1), |by| part_of_year(by, date));
                let mut part = grown * of_it;
                if accrual.rounded_each {
                    let minor = whole(self.agreement.currency.minor_per_major());
                    part = whole(self.booked(&number(&part), accrual.rounding).expect("a number")) / minor;
                }
                added += part;
                let so_far = self.booked(&number(&(&joined + &added)), accrual.rounding);
                let sum = so_far.expect("a number");
                if accrual.compounding == Some(Compounding::EachPeriod) {
                    joined = balance(&(&joined + std::mem::take(&mut added)));
                }
                sum.max(least.unwrap_or(sum))
            });
            sums.push((owed, sum));
            let (Some(_), Some(each)) = (amount.as_number(), each.as_number()) else { continue };
            accrued.stretches.push(Stretch {
                from: if n == 1 { late_from } else { counts_from },
                until: None,
                periods: 1,
                each: exact(each),
                base: None,
                settled: servanda_policy::value::Exact::ZERO,
            });
        }
        (accrued, sums)
    }

    /// What payments before an instant have settled of an accrual on an item; none where it is not known how much.
    fn settled(&self, id: ConsequenceId, item: &Item, before: Instant) -> Option<Ratio> {
        let parts = self.lives.parts.get(&item.case).map_or(&[][..], Vec::as_slice);
        let its = |part: &&Part| match &part.subject {
            Subject::Item { case, born, key } => *case == item.case && *born == item.born && *key == item.key,
            _ => false,
        };
        let own = parts.iter().filter(its).filter(|part| part.consequence == id && part.at < before);
        own.map(|part| part.amount.clone()).sum()
    }

    /// The first instant of the first period.
    pub(super) fn first_of(&self, accrual: &Accrual, late_from: Instant) -> Instant {
        accrual.delay.as_ref().map_or(late_from, |length| self.behind(length, late_from))
    }

    /// The first instant behind so many dates after that of the deadline.
    fn behind(&self, length: &Expr, late_from: Instant) -> Instant {
        let length = self.value(length, Scope::none(late_from));
        let days = integer(length.as_number().expect("a constant or a parameter"));
        let deadline = self.zone().date_of(before(late_from));
        let next = deadline.add_days(days as i64 + 1);
        next.map_or(Instant::MAX, |next| self.zone().start_of(next))
    }

    /// The first instant of the nth period: the first begins where it is late, the others with their dates.
    fn period_start(&self, late_from: Instant, period: Unit, n: i64) -> Instant {
        let first = self.zone().date_of(late_from);
        let steps = n - 1;
        let date = match period {
            Unit::Day => first.add_days(steps),
            Unit::Week => first.add_days(7 * steps),
            Unit::Month => first.add_months(steps),
            Unit::Quarter => first.add_months(3 * steps),
            Unit::Year => first.add_months(12 * steps),
            Unit::Second | Unit::Minute | Unit::Hour => {
                let seconds = match period {
                    Unit::Second => 1,
                    Unit::Minute => 60,
                    _ => 3_600,
                };
                return Instant(late_from.0 + steps * seconds * 1_000_000_000);
            }
        };
        match n {
            1 => late_from,
            _ => date.map_or(Instant::MAX, |date| self.zone().start_of(date)),
        }
    }
}

fn number(amount: &Ratio) -> Maybe {
    Maybe::Known(Known::Number(amount.clone()))
}

/// What has joined a base: rounded half up to twelve places.
fn balance(amount: &Ratio) -> Ratio {
    let scale = whole(1_000_000_000_000);
    whole(round(&(amount * &scale), Rounding::HalfUp)) / scale
}

/// Whether a day, week, month, quarter or year of the calendar begins with a date.
fn begins(window: WindowUnit, date: Date) -> bool {
    let (_, month, day) = date.civil();
    match window {
        WindowUnit::Day => true,
        WindowUnit::Week => date.weekday() == Weekday::Monday,
        WindowUnit::Month => day == 1,
        WindowUnit::Quarter => day == 1 && matches!(month, 1 | 4 | 7 | 10),
        WindowUnit::Year => day == 1 && month == 1,
    }
}

/// Which part of a year a date is.
fn part_of_year(by: DayCount, date: Date) -> Ratio {
    let (year, month, day) = date.civil();
    let leap = Date::from_civil(year, 2, 29).is_some();
    let ends_with_31 = matches!(month, 1 | 3 | 5 | 7 | 8 | 10 | 12);
    let (days, of) = match by {
        DayCount::Actual365 => (1, 365),
        DayCount::Actual360 => (1, 360),
        DayCount::ActualActual => (1, if leap { 366 } else { 365 }),
        // From the 30th to the 31st no day passes, and February is as long as the others.
        DayCount::Thirty360 if day == 30 && ends_with_31 => (0, 360),
        DayCount::Thirty360 if month == 2 && day == 28 && !leap => (3, 360),
        DayCount::Thirty360 if month == 2 && day == 29 => (2, 360),
        DayCount::Thirty360 => (1, 360),
    };
    whole(days) / whole(of)
}
