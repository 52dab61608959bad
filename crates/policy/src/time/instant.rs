//! Instants as whole nanoseconds, with checked arithmetic.
//!
//! An instant has no zone; a [`super::Zone`] gives its local date and time.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Zone;

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// Nanoseconds in 24 hours.
pub const NANOS_PER_DAY: i64 = 86_400 * NANOS_PER_SECOND;

/// An instant: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// The constructors give only instants from [`Instant::MIN`] to [`Instant::MAX`]; that of an event
/// lies before `MAX`, while a bound may be `MAX` itself. Stored as the bare number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// 1900-01-01T00:00:00Z, the first instant.
    pub const MIN: Self = Self(-2_208_988_800 * NANOS_PER_SECOND);
    /// 2200-01-01T00:00:00Z, the first instant that is out of range.
    pub const MAX: Self = Self(7_258_118_400 * NANOS_PER_SECOND);

    /// The instant this many nanoseconds after the epoch; none outside the range.
    pub fn from_nanos(nanos: i64) -> Option<Self> {
        Self(nanos).in_range()
    }

    /// The instant this many seconds after the epoch; none outside the range.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Self(seconds.checked_mul(NANOS_PER_SECOND)?).in_range()
    }

    /// The same instant, if it lies in the range.
    pub fn in_range(self) -> Option<Self> {
        (Self::MIN <= self && self <= Self::MAX).then_some(self)
    }

    /// The instant `nanos` later (earlier when negative); none outside the range.
    pub fn add_nanos(self, nanos: i128) -> Option<Self> {
        let at = i128::from(self.0).checked_add(nanos)?;
        Self(i64::try_from(at).ok()?).in_range()
    }

    /// Nanoseconds from `earlier` to this instant. The whole range has more of them than 64 bits with a sign can tell.
    ///
    /// ```
    /// # use servanda_policy::time::{Instant, NANOS_PER_DAY};
    /// // 300 years, of which 73 are leap years.
    /// let days = Instant::MAX.nanos_since(Instant::MIN) / i128::from(NANOS_PER_DAY);
    /// assert_eq!(days, 300 * 365 + 73);
    /// ```
    pub fn nanos_since(self, earlier: Self) -> i128 {
        i128::from(self.0) - i128::from(earlier.0)
    }

    /// The instant one nanosecond later: of a moment that is on time, the first one that is late.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The instant one nanosecond earlier: of the first one that is late, the last one that is on time.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// From an instant of chrono; none outside the range.
    pub fn from_chrono(instant: chrono::DateTime<chrono::Utc>) -> Option<Self> {
        Self(instant.timestamp_nanos_opt()?).in_range()
    }

    /// The same instant as chrono writes it.
    pub fn to_chrono(self) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::from_timestamp_nanos(self.0)
    }

    /// RFC 3339 with the zone's offset: `2026-03-09T09:05:00+03:00`.
    ///
    /// Fractions are written with three, six or nine digits and only when they are not zero.
    pub fn format_in(self, zone: &Zone) -> String {
        super::rfc3339::format(self, zone.offset_at(self))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, with `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::rfc3339::format_utc(*self))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
