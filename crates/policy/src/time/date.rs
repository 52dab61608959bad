//! Civil dates as day numbers, with checked arithmetic.
//!
//! A date has no zone and no time of day; a [`super::Zone`] turns it into instants.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Weekday;
use super::civil::{civil_of, day_number, days_in_month, weekday_of};

/// A date of the proleptic Gregorian calendar: days since 1970-01-01.
///
/// The constructors give only dates from [`Date::MIN`] to [`Date::MAX`], both included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// Why a text or three numbers are not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// The text is not `YYYY-MM-DD`.
    #[error("not a date of the form YYYY-MM-DD")]
    Shape,
    /// The calendar has no such day.
    #[error("no such day in the calendar")]
    NoSuchDay,
    /// Before 1900 or after 2199.
    #[error("outside the years 1900 to 2199")]
    Range,
}

impl Date {
    /// 1899-12-31, the local date of the first instant west of Greenwich.
    pub const MIN: Self = Self(-25_568);
    /// 2200-01-01, the local date of the last instant east of Greenwich.
    pub const MAX: Self = Self(84_006);

    /// The date of civil parts, if it exists and lies in the range.
    pub fn from_civil(year: i32, month: u8, day: u8) -> Option<Self> {
        Self::checked_civil(year, month, day).ok()
    }

    /// The date of civil parts.
    ///
    /// # Errors
    /// When there is no such day, or it lies outside the range.
    pub fn checked_civil(year: i32, month: u8, day: u8) -> Result<Self, DateError> {
        if day == 0 || day > days_in_month(year, month) {
            return Err(DateError::NoSuchDay);
        }
        i32::try_from(day_number(year, month, day))
            .ok()
            .and_then(|number| Self(number).in_range())
            .ok_or(DateError::Range)
    }

    /// The same date, if it lies in the range.
    pub fn in_range(self) -> Option<Self> {
        (Self::MIN <= self && self <= Self::MAX).then_some(self)
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    pub fn civil(self) -> (i32, u8, u8) {
        civil_of(self.0)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        weekday_of(self.0)
    }

    /// The date `days` later (earlier when negative); none outside the range.
    pub fn add_days(self, days: i64) -> Option<Self> {
        let number = i64::from(self.0).checked_add(days)?;
        Self(i32::try_from(number).ok()?).in_range()
    }

    /// The date `months` later, the day clamped to the length of that month.
    ///
    /// 31 January + 1 month = 28 (29) February, + 2 months = 31 March: always add to the original
    /// date, never to a result. None outside the range.
    pub fn add_months(self, months: i64) -> Option<Self> {
        let (year, month, day) = self.civil();
        let counted =
            i64::from(year).checked_mul(12)?.checked_add(i64::from(month) - 1)?.checked_add(months)?;
        let year = i32::try_from(counted.div_euclid(12)).ok()?;
        let month = u8::try_from(counted.rem_euclid(12) + 1).ok()?;
        Self::from_civil(year, month, day.min(days_in_month(year, month)))
    }

    /// Days from `earlier` to this date, negative when this one is earlier.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }

    /// The last day of this date's month.
    pub fn end_of_month(self) -> Self {
        let (year, month, day) = self.civil();
        let rest = i32::from(days_in_month(year, month)) - i32::from(day);
        Self(self.0.saturating_add(rest))
    }

    /// The year and number (1 to 53) of the ISO week.
    pub fn iso_week(self) -> (i32, u8) {
        // The week belongs to the year of its Thursday.
        let to_thursday = 3 - i32::try_from(self.weekday().index()).unwrap_or(0);
        let thursday = self.0.saturating_add(to_thursday);
        let (year, _, _) = civil_of(thursday);
        let week = (i64::from(thursday) - day_number(year, 1, 1)) / 7 + 1;
        (year, u8::try_from(week).unwrap_or(1))
    }

    /// The same date as chrono writes it.
    pub fn to_chrono(self) -> Option<chrono::NaiveDate> {
        let (year, month, day) = self.civil();
        chrono::NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(day))
    }

    /// From a date of chrono; none outside the range.
    pub fn from_chrono(date: chrono::NaiveDate) -> Option<Self> {
        use chrono::Datelike;
        let month = u8::try_from(date.month()).ok()?;
        Self::from_civil(date.year(), month, u8::try_from(date.day()).ok()?)
    }
}

/// The number that these ASCII digits write; none when one of them is not a digit.
pub(super) fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0_i64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| byte.wrapping_sub(b'0'))?;
        number.checked_mul(10)?.checked_add(i64::from(digit))
    })
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return Err(DateError::Shape);
        };
        let part = |bytes: &[u8]| digits(bytes).ok_or(DateError::Shape);
        let (year, month, day) = (part(&[y1, y2, y3, y4])?, part(&[m1, m2])?, part(&[d1, d2])?);
        let year = i32::try_from(year).map_err(|_| DateError::Shape)?;
        let month = u8::try_from(month).map_err(|_| DateError::Shape)?;
        let day = u8::try_from(day).map_err(|_| DateError::Shape)?;
        Self::checked_civil(year, month, day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
