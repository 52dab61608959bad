//! Business days of a calendar: dates on which an opening starts.
//!
//! It counts dates; which of them is a deadline is said by the callers.

use super::year::BusinessDay;
use super::{Calendar, Closing, FIRST_YEAR, YEARS};
use crate::time::{Date, Instant, after_business_days};

impl Calendar {
    /// Whether an opening starts on a date.
    pub fn is_business_day(&self, date: Date) -> bool {
        self.business_day(date).is_some()
    }

    /// The last closing of a date's own openings; none when the date is closed.
    pub fn closing_of(&self, date: Date) -> Option<Closing> {
        Some(self.business_day(date)?.closing)
    }

    /// The nth business day after a date, which is not counted; the date itself for `n` = 0.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// assert_eq!(office.nth_business_day("2026-03-06".parse()?, 5), Some("2026-03-13".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nth_business_day(&self, from: Date, n: u32) -> Option<Date> {
        if n == 0 {
            return Some(from);
        }
        Some(self.nth(from, n)?.date)
    }

    /// The closing of the nth business day after a date, which is not counted; `n` from 1 on.
    pub fn business_day_closing(&self, from: Date, n: u32) -> Option<Closing> {
        Some(self.nth(from, n)?.closing)
    }

    /// The first business day that is not before a date.
    pub fn business_day_from(&self, date: Date) -> Option<Date> {
        self.nth_business_day(Date(date.0.checked_sub(1)?), 1)
    }

    /// The last business day that is not after a date.
    pub fn business_day_until(&self, date: Date) -> Option<Date> {
        self.last_business_day(Date::MIN, date)
    }

    /// The last business day from `from` to `to`, both included.
    pub fn last_business_day(&self, from: Date, to: Date) -> Option<Date> {
        let found = (0..=year_number(to)?).rev().find_map(|at| {
            let days = &self.year(at).business;
            let until = days.partition_point(|day| day.date <= to);
            days.get(until.checked_sub(1)?)
        })?;
        (from <= found.date).then_some(found.date)
    }

    /// Business days from `from` to `to`, both included.
    pub fn count_business_days(&self, from: Date, to: Date) -> u32 {
        let (Some(first), Some(last)) = (year_number(from), year_number(to)) else { return 0 };
        if to < from {
            return 0;
        }
        let count: usize = (first..=last)
            .map(|at| {
                let days = &self.year(at).business;
                let until = days.partition_point(|day| day.date <= to);
                until.saturating_sub(days.partition_point(|day| day.date < from))
            })
            .sum();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The least `n` such that `to` is on time for `n` business days after `from`.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// let friday = "2026-03-06T10:00:00+01:00".parse()?;
    /// // At the closing on Monday one day has passed, a nanosecond later the second has begun.
    /// assert_eq!(office.business_days_between(friday, "2026-03-09T18:00:00+01:00".parse()?), Some(1));
    /// assert_eq!(office.business_days_between(friday, "2026-03-09T18:00:00.000000001+01:00".parse()?), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Zero when `to` lies on the date of `from`, or before. None when the range ends first.
    pub fn business_days_between(&self, from: Instant, to: Instant) -> Option<u32> {
        let start = self.zone().date_of(from);
        let next = start.add_days(1)?;
        // An opening ends within 48 hours of its date's midnight, so whatever began three dates
        // before `to` has closed, and the count can start there.
        let closed = Date(self.zone().date_of(to).0.saturating_sub(3));
        let mut n = if next <= closed { self.count_business_days(next, closed) } else { 0 };
        while to >= after_business_days(self, start, n)? {
            n = n.checked_add(1)?;
        }
        Some(n)
    }

    fn business_day(&self, date: Date) -> Option<&BusinessDay> {
        let days = &self.year(year_number(date)?).business;
        let at = days.binary_search_by_key(&date, |day| day.date).ok()?;
        days.get(at)
    }

    fn nth(&self, from: Date, n: u32) -> Option<&BusinessDay> {
        let mut left = usize::try_from(n).ok()?.checked_sub(1)?;
        for at in year_number(from)?..YEARS {
            let days = &self.year(at).business;
            let passed = days.partition_point(|day| day.date <= from);
            let ahead = days.len().saturating_sub(passed);
            if left < ahead {
                return days.get(passed.checked_add(left)?);
            }
            left = left.checked_sub(ahead)?;
        }
        None
    }
}

fn year_number(date: Date) -> Option<usize> {
    let date = date.in_range().unwrap_or(if date < Date::MIN { Date::MIN } else { Date::MAX });
    usize::try_from(date.year().checked_sub(FIRST_YEAR)?).ok().filter(|at| *at < YEARS)
}
