//! Day counts: which part of a year a date is.

use super::Date;
use super::civil::days_in_month;
use crate::value::Exact;

/// How the days of a year are counted for a rate per year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayCount {
    /// `actual/365`: each date is a 365th.
    Actual365,
    /// `actual/360`: each date is a 360th.
    Actual360,
    /// `actual/actual`: each date is a 365th, in a leap year a 366th.
    ActualActual,
    /// `30/360`: each month has 30 days: from the 30th to the 31st none passes, from the last of February to the first of
    /// March as many as are missing.
    Thirty360,
}

impl DayCount {
    /// Every day count.
    pub const ALL: [Self; 4] = [Self::Actual365, Self::Actual360, Self::ActualActual, Self::Thirty360];

    /// As a policy writes it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Actual365 => "actual/365",
            Self::Actual360 => "actual/360",
            Self::ActualActual => "actual/actual",
            Self::Thirty360 => "30/360",
        }
    }

    /// The part of a year from one date to another, without the second; nothing where it is not later.
    ///
    /// The parts of two stretches of dates, one behind the other, add up to that of both.
    pub fn part_of_year(self, from: Date, to: Date) -> Exact {
        if to <= from {
            return Exact::ZERO;
        }
        let days = |days: i64, year: i128| Exact::ratio(i128::from(days), year).unwrap_or(Exact::ZERO);
        match self {
            Self::Actual365 => days(to.days_since(from), 365),
            Self::Actual360 => days(to.days_since(from), 360),
            Self::Thirty360 => days(days_of_360(to) - days_of_360(from), 360),
            Self::ActualActual => {
                let mut sum = Exact::ZERO;
                for year in from.year()..=to.year() {
                    let first = Date::from_civil(year, 1, 1).unwrap_or(from).max(from);
                    let end = year.checked_add(1).and_then(|next| Date::from_civil(next, 1, 1));
                    let end = end.unwrap_or(to).min(to);
                    let length = if days_in_month(year, 2) == 29 { 366 } else { 365 };
                    sum = &sum + &days(end.days_since(first).max(0), length);
                }
                sum
            }
        }
    }
}

/// The number of a date in a calendar whose months have 30 days each; the 31st is the 30th once more.
fn days_of_360(date: Date) -> i64 {
    let (year, month, day) = date.civil();
    i64::from(year) * 360 + i64::from(month) * 30 + i64::from(day.min(30))
}

#[cfg(test)]
mod tests {
    use super::{Date, DayCount, Exact};

    fn part(by: DayCount, from: &str, to: &str) -> Exact {
        by.part_of_year(from.parse().unwrap(), to.parse().unwrap())
    }

    fn ratio(days: i128, year: i128) -> Exact {
        Exact::ratio(days, year).unwrap()
    }

    #[test]
    fn a_year_has_as_many_days_as_is_said() {
        assert_eq!(part(DayCount::Actual365, "2026-02-05", "2026-03-08"), ratio(31, 365));
        assert_eq!(part(DayCount::Actual360, "2026-02-05", "2026-03-08"), ratio(31, 360));
        assert_eq!(part(DayCount::Thirty360, "2026-02-05", "2026-03-08"), ratio(33, 360));
        let over_new_year = &ratio(1, 365) + &ratio(2, 366);
        assert_eq!(part(DayCount::ActualActual, "2027-12-31", "2028-01-03"), over_new_year);
        assert_eq!(part(DayCount::ActualActual, "2028-01-01", "2029-01-01"), Exact::ONE);
    }

    #[test]
    fn months_of_thirty_days_have_no_31st_and_a_long_last_of_february() {
        assert_eq!(part(DayCount::Thirty360, "2026-01-30", "2026-01-31"), Exact::ZERO);
        assert_eq!(part(DayCount::Thirty360, "2026-02-28", "2026-03-01"), ratio(3, 360));
        assert_eq!(part(DayCount::Thirty360, "2028-02-29", "2028-03-01"), ratio(2, 360));
        for month in ["01", "02", "03", "11"] {
            let from: Date = format!("2026-{month}-01").parse().unwrap();
            let to = from.add_months(1).unwrap();
            assert_eq!(DayCount::Thirty360.part_of_year(from, to), ratio(30, 360));
        }
    }

    #[test]
    fn parts_add_up_and_nothing_runs_backwards() {
        let (from, to): (Date, Date) = ("2027-11-29".parse().unwrap(), "2028-03-02".parse().unwrap());
        for by in DayCount::ALL {
            let mut sum = Exact::ZERO;
            let mut at = from;
            while at < to {
                let next = at.add_days(1).unwrap();
                sum = &sum + &by.part_of_year(at, next);
                at = next;
            }
            assert_eq!(sum, by.part_of_year(from, to), "{}", by.words());
            assert_eq!(by.part_of_year(to, from), Exact::ZERO);
        }
    }
}
