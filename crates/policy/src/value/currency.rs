//! Currencies by code, and amounts of money as text and as whole minor units.
//!
//! It converts no currency into another.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::decimal::{place_point, split_decimal};

/// Amounts that are read lie strictly below this many minor units, in either direction.
pub const MINOR_LIMIT: i64 = 1_000_000_000_000_000;

/// An ISO 4217 currency with the number of decimal places of its minor unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    iso: iso_currency::Currency,
    digits: u8,
}

/// Why a code is no currency for amounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CurrencyError {
    /// No such ISO 4217 code.
    #[error("unknown currency `{0}`")]
    Unknown(Box<str>),
    /// A code without a minor unit, such as gold.
    #[error("`{0}` has no minor unit")]
    NoMinorUnit(Box<str>),
}

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// It is not an optional minus, digits, and an optional point with digits.
    #[error("not a number")]
    NotANumber,
    /// More decimal places than the currency has.
    #[error("more than {digits} decimal places for {currency}")]
    TooManyDigits {
        /// The currency.
        currency: Currency,
        /// Its decimal places.
        digits: u8,
    },
    /// 10^15 minor units or more.
    #[error("too large: 10^15 minor units or more")]
    TooLarge,
}

impl Currency {
    /// The currency with this code, in capitals.
    ///
    /// # Errors
    /// When there is none, or it has no minor unit.
    pub fn named(code: &str) -> Result<Self, CurrencyError> {
        let shown = || code.chars().take(12).collect::<String>().into_boxed_str();
        let iso = iso_currency::Currency::from_code(code).ok_or_else(|| CurrencyError::Unknown(shown()))?;
        let digits = iso
            .exponent()
            .and_then(|digits| u8::try_from(digits).ok())
            .ok_or_else(|| CurrencyError::NoMinorUnit(shown()))?;
        Ok(Self { iso, digits })
    }

    /// The three letters.
    pub fn code(self) -> &'static str {
        self.iso.code()
    }

    /// Decimal places of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn digits(self) -> u32 {
        u32::from(self.digits)
    }

    /// Minor units in one major unit: 100 for EUR.
    pub fn minor_per_major(self) -> i128 {
        10_i128.checked_pow(self.digits()).unwrap_or(1)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::named(&code).map_err(serde::de::Error::custom)
    }
}

/// Writes minor units with all decimal places of the currency and no code: `1000.00`.
pub fn format_minor(minor: i128, currency: Currency) -> String {
    place_point(minor < 0, &minor.unsigned_abs().to_string(), usize::from(currency.digits))
}

/// Reads `1000.00` as minor units of the currency.
///
/// # Errors
/// When it is not a number, has more places than the currency, or is 10^15 minor units or more.
pub fn parse_minor(text: &str, currency: Currency) -> Result<i64, AmountError> {
    let (negative, whole, places) = split_decimal(text).ok_or(AmountError::NotANumber)?;
    let digits = usize::from(currency.digits);
    if places.len() > digits {
        return Err(AmountError::TooManyDigits { currency, digits: currency.digits });
    }
    let zeros = std::iter::repeat_n(b'0', digits.saturating_sub(places.len()));
    let mut minor = 0_i64;
    for digit in whole.bytes().chain(places.bytes()).chain(zeros) {
        minor = minor
            .checked_mul(10)
            .and_then(|minor| minor.checked_add(i64::from(digit.wrapping_sub(b'0'))))
            .filter(|minor| *minor < MINOR_LIMIT)
            .ok_or(AmountError::TooLarge)?;
    }
    Ok(if negative { -minor } else { minor })
}
