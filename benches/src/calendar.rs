//! The calendar of the settlement task: the year 2025 in Europe/Berlin, its months and its business time.
//!
//! The zone rule is written out as two instants, and no other year is known.
#![expect(
    clippy::indexing_slicing,
    reason = "days and months are indexes below the fixed length of their tables"
)]

use std::collections::BTreeSet;

/// The first instant of the settled year, 2024-12-31T23:00:00Z, in seconds since 1970.
pub const START: i64 = 1_735_686_000;
/// The end of the settled year and the horizon of the task, 2025-12-31T23:00:00Z; not part of the year.
pub const END: i64 = 1_767_222_000;
/// Local midnight of 2025-01-01, read as if local time were UTC.
pub const LOCAL_START: i64 = 1_735_689_600;
/// Days of the settled year; a day is its number from 2025-01-01, which is 0.
pub const DAYS: usize = 365;
/// Seconds of a civil day.
pub const DAY_SECONDS: i64 = 86_400;

const SUMMER_START: i64 = 1_743_296_400; // 2025-03-30T01:00:00Z
const SUMMER_END: i64 = 1_761_440_400; // 2025-10-26T01:00:00Z
const OPENING: i64 = 9 * 3600;
const OPEN_SECONDS: i64 = 9 * 3600;
const MONTH_DAYS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The holidays of the task as days of the year.
pub const HOLIDAYS: [usize; 9] = [0, 107, 110, 120, 148, 159, 275, 358, 359];

/// Months and business time of the settled year, as tables by day.
#[derive(Debug)]
pub struct Calendar {
    month_by_day: [u8; DAYS],
    opening_by_day: [i64; DAYS],
    open_seconds_by_day: [i64; DAYS],
    open_seconds_before_day: [i64; DAYS + 1],
    /// The first instant of each month, and at index 12 the end of the year.
    pub month_start: [i64; 13],
    /// The last day of each month.
    pub month_last_day: [i32; 12],
}

/// The local day of an instant of the settled year.
#[inline(always)]
pub fn day_of(instant: i64) -> i32 {
    let summer = (SUMMER_START..SUMMER_END).contains(&instant);
    let offset = if summer { 7200 } else { 3600 };
    ((instant + offset - LOCAL_START) as u64 / DAY_SECONDS as u64) as i32
}

/// The instant at which local clocks show the given second of a day.
pub fn instant_of(day: usize, second: i64) -> i64 {
    let local = LOCAL_START + day as i64 * DAY_SECONDS + second;
    let (winter, summer) = (local - 3600, local - 7200);
    if winter >= SUMMER_START + 3600 && summer < SUMMER_END { summer } else { winter }
}

impl Calendar {
    /// The tables of the year with these days as holidays.
    pub fn new(holidays: &BTreeSet<usize>) -> Calendar {
        let mut calendar = Calendar {
            month_by_day: [0; DAYS],
            opening_by_day: [0; DAYS],
            open_seconds_by_day: [0; DAYS],
            open_seconds_before_day: [0; DAYS + 1],
            month_start: [0; 13],
            month_last_day: [0; 12],
        };
        let mut day = 0;
        for (month, &days) in MONTH_DAYS.iter().enumerate() {
            calendar.month_start[month] = instant_of(day, 0);
            for _ in 0..days {
                // The year begins on a Wednesday, and 0 is Monday here.
                let closed = (day + 2) % 7 >= 5 || holidays.contains(&day);
                let open_seconds = if closed { 0 } else { OPEN_SECONDS };
                calendar.month_by_day[day] = month as u8;
                calendar.opening_by_day[day] = instant_of(day, OPENING);
                calendar.open_seconds_by_day[day] = open_seconds;
                calendar.open_seconds_before_day[day + 1] =
                    calendar.open_seconds_before_day[day] + open_seconds;
                day += 1;
            }
            calendar.month_last_day[month] = day as i32 - 1;
        }
        calendar.month_start[12] = END;
        calendar
    }

    /// Business seconds from the start of the year to an instant of it; all of them from its end on.
    #[inline(always)]
    pub fn business_seconds_until(&self, instant: i64) -> i64 {
        if instant >= END {
            return self.open_seconds_before_day[DAYS];
        }
        let day = day_of(instant) as usize;
        let today = (instant - self.opening_by_day[day]).clamp(0, self.open_seconds_by_day[day]);
        self.open_seconds_before_day[day] + today
    }

    /// The month, from 0, of an instant of the year.
    #[inline(always)]
    pub fn month_of(&self, instant: i64) -> usize {
        usize::from(self.month_by_day[day_of(instant) as usize])
    }

    /// Seconds of a month, which the change of the clocks makes longer or shorter.
    pub fn month_seconds(&self, month: usize) -> i64 {
        self.month_start[month + 1] - self.month_start[month]
    }

    /// The earliest instant with `seconds` > 0 of business time since `instant`; the end of the year if there is none.
    pub fn after_business_seconds(&self, instant: i64, seconds: i64) -> i64 {
        let wanted = self.business_seconds_until(instant) + seconds;
        let mut day = day_of(instant) as usize;
        while day < DAYS && self.open_seconds_before_day[day + 1] < wanted {
            day += 1;
        }
        if day == DAYS { END } else { self.opening_by_day[day] + wanted - self.open_seconds_before_day[day] }
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
pub fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a count of days since 1970-01-01.
pub fn date_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::new(&BTreeSet::from(HOLIDAYS))
    }

    #[test]
    fn dates_and_day_counts_are_inverse() {
        for days in -800_000..800_000 {
            let (year, month, day) = date_from_days(days);
            assert_eq!(days_from_date(year, month, day), days);
        }
        assert_eq!(days_from_date(2025, 1, 1) * DAY_SECONDS, LOCAL_START);
    }

    #[test]
    fn the_holidays_are_the_dates_of_the_task() {
        let first = LOCAL_START / DAY_SECONDS;
        let dates = HOLIDAYS.map(|day| date_from_days(first + day as i64));
        let listed = [(1, 1), (4, 18), (4, 21), (5, 1), (5, 29), (6, 9), (10, 3), (12, 25), (12, 26)];
        assert_eq!(dates, listed.map(|(month, day)| (2025, month, day)));
    }

    #[test]
    fn the_year_begins_and_ends_at_local_midnight() {
        assert_eq!(calendar().month_start[0], START);
        assert_eq!(instant_of(DAYS, 0), END);
    }

    #[test]
    fn the_months_in_which_the_clocks_change_are_an_hour_off() {
        assert_eq!(calendar().month_seconds(2), 31 * DAY_SECONDS - 3600);
        assert_eq!(calendar().month_seconds(9), 31 * DAY_SECONDS + 3600);
    }

    #[test]
    fn business_time_is_half_open_and_skips_nights() {
        let calendar = calendar();
        let (thursday, friday) = (instant_of(1, 18 * 3600 - 60), instant_of(2, 9 * 3600 + 60));
        let between = calendar.business_seconds_until(friday) - calendar.business_seconds_until(thursday);
        assert_eq!(between, 120);
        assert_eq!(calendar.after_business_seconds(thursday, 60), instant_of(1, 18 * 3600));
        assert_eq!(calendar.after_business_seconds(thursday, 120), friday);
    }
}
