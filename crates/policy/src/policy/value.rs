//! The values of expressions and their types.

use crate::policy::{CalendarId, PartyId};
use crate::time::{Date, Instant};
use crate::value::{Currency, Exact};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// A value. Numbers of every kind are exact fractions; their kind is known from the type, not from the value:
/// money in major units, shares as fractions (99.9 % is 0.999), counts as whole numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A word of a `one of` list, by its place there.
    Word(u32),
    /// A text or an id.
    Text(CompactString),
    /// A party or a role.
    Party(PartyId),
    /// A number, a count, a share, an amount of money.
    Number(Exact),
    /// A length of time.
    Length(Length),
    /// A date.
    Date(Date),
    /// An instant.
    Instant(Instant),
    /// A currency.
    Currency(Currency),
}

/// A length of time: of one kind of time, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Length {
    /// Which time is counted.
    pub kind: LengthKind,
    /// How much: seconds of physical and open time; a number of days or months otherwise.
    pub amount: Exact,
}

/// Which time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LengthKind {
    /// Seconds that pass.
    Physical,
    /// Seconds while a calendar is open.
    Open(CalendarId),
    /// Dates.
    CalendarDays,
    /// Dates on which a calendar opens.
    BusinessDays(CalendarId),
    /// Months.
    Months,
}

impl LengthKind {
    /// The clock by which a share of such a length is measured, in seconds: of days, the time that passes until their end,
    /// or in which their calendar is open.
    ///
    /// ```
    /// use servanda_policy::policy::{CalendarId, LengthKind};
    ///
    /// let office = CalendarId(0);
    /// assert_eq!(LengthKind::BusinessDays(office).clock(), LengthKind::Open(office));
    /// assert_eq!(LengthKind::Months.clock(), LengthKind::Physical);
    /// ```
    pub const fn clock(self) -> Self {
        match self {
            Self::BusinessDays(calendar) => Self::Open(calendar),
            Self::CalendarDays | Self::Months => Self::Physical,
            Self::Physical | Self::Open(_) => self,
        }
    }
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// Yes or no.
    Bool,
    /// A word of the list of this field, by its place there.
    Word,
    /// A text or an id.
    Text,
    /// A party or a role.
    Party,
    /// A whole number.
    Count,
    /// A number.
    Number,
    /// A share of something, or a percentage.
    Share,
    /// The difference of two shares.
    Points,
    /// Money of the agreement's currency.
    Money,
    /// A length of time of one kind.
    Length(LengthKind),
    /// A length of time whose kind differs from row to row of a table.
    AnyLength,
    /// Money for each second of a length of time of this kind (of days and months: for each of them).
    MoneyPer(LengthKind),
    /// A share for each second, day or month.
    SharePer(LengthKind),
    /// A date.
    Date,
    /// An instant.
    Instant,
    /// A currency.
    Currency,
    /// The name of a time zone.
    Zone,
}
