//! Exact numbers as text: strict decimal reading, decimal writing, the form `n/d` for storage.
//!
//! It knows no separators for thousands and no locale.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Exact, Rounding};

/// Decimal places beyond which no rounding and no writing is done.
pub(super) const MOST_PLACES: u32 = 1_000;
/// Decimal places that a text may have.
const MOST_PLACES_READ: usize = 28;
/// Digits before the point that a text may have, so that hostile input costs little.
const MOST_DIGITS_READ: usize = 40;
/// Characters of a stored fraction; reading a longer one would take quadratic time.
const MOST_STORED: usize = 20_000;
/// Decimal places up to which `Display` writes a finite decimal as such.
const MOST_PLACES_SHOWN: u32 = 40;

/// Why a text is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// It is not an optional minus, digits, and an optional point with digits.
    #[error("`{0}` is not a number")]
    NotANumber(Box<str>),
    /// More decimal places than are kept.
    #[error("more than 28 decimal places")]
    TooManyPlaces,
    /// More digits before the point than any figure needs.
    #[error("more than 40 digits before the point")]
    TooManyDigits,
    /// A fraction over zero.
    #[error("a fraction over zero")]
    OverZero,
}

/// The parts of a strict decimal text: whether it is negative, digits before and after the point.
pub(super) fn split_decimal(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, places) = match rest.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (rest, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() && digits(whole) && digits(places)).then_some((negative, whole, places))
}

fn not_a_number(text: &str) -> NumberError {
    NumberError::NotANumber(text.chars().take(60).collect::<String>().into_boxed_str())
}

impl Exact {
    /// Reads `-12.50`: an optional minus, digits, and at most 28 decimal places.
    ///
    /// # Errors
    /// When the text has another shape or too many digits.
    pub fn from_decimal_str(text: &str) -> Result<Self, NumberError> {
        let (negative, whole, places) = split_decimal(text).ok_or_else(|| not_a_number(text))?;
        if places.len() > MOST_PLACES_READ {
            return Err(NumberError::TooManyPlaces);
        }
        if whole.trim_start_matches('0').len() > MOST_DIGITS_READ {
            return Err(NumberError::TooManyDigits);
        }
        let sign = if negative { "-" } else { "" };
        let scale = u32::try_from(places.len()).map_err(|_| NumberError::TooManyPlaces)?;
        let joined = format!("{sign}{whole}{places}");
        if let (Ok(num), Some(den)) = (joined.parse::<i128>(), 10_i128.checked_pow(scale)) {
            return Self::ratio(num, den).ok_or(NumberError::OverZero);
        }
        let num = BigInt::from_str(&joined).map_err(|_| not_a_number(text))?;
        Self::big_ratio(num, BigInt::from(10).pow(scale)).ok_or(NumberError::OverZero)
    }

    /// The number with exactly `digits` decimal places (at most 1 000), rounded as named.
    pub fn to_decimal_string(&self, digits: u32, rounding: Rounding) -> String {
        let digits = digits.min(MOST_PLACES);
        let minor = match self.to_minor(digits, rounding) {
            Some(minor) => BigInt::from(minor),
            None => self.scaled_big(&BigInt::from(10).pow(digits), rounding),
        };
        let width = usize::try_from(digits).unwrap_or(0);
        place_point(minor.is_negative(), &minor.abs().to_string(), width)
    }

    /// Reads the stored form: `n` or `n/d`.
    ///
    /// # Errors
    /// When the text is neither, or the denominator is zero.
    pub fn from_fraction_str(text: &str) -> Result<Self, NumberError> {
        let (num, den) = text.split_once('/').unwrap_or((text, "1"));
        let shape = |part: &str| {
            let digits = part.strip_prefix('-').unwrap_or(part);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if text.len() > MOST_STORED || !shape(num) || !shape(den) {
            return Err(not_a_number(text));
        }
        if let (Ok(num), Ok(den)) = (num.parse::<i128>(), den.parse::<i128>()) {
            return Self::ratio(num, den).ok_or(NumberError::OverZero);
        }
        let read = |part: &str| BigInt::from_str(part).map_err(|_| not_a_number(text));
        Self::big_ratio(read(num)?, read(den)?).ok_or(NumberError::OverZero)
    }

    /// The stored form: `n` for integers, otherwise `n/d`, reduced.
    pub fn to_fraction_string(&self) -> String {
        let (num, den) = self.parts();
        if self.is_integer() { num.to_string() } else { format!("{num}/{den}") }
    }

    /// The same number as a decimal; none when it has no exact one of 28 digits.
    pub fn to_decimal(&self) -> Option<Decimal> {
        let places = self.finite_places().filter(|places| *places <= 28)?;
        let minor = self.to_minor(places, Rounding::Down)?;
        let decimal = Decimal::try_from_i128_with_scale(minor, places).ok()?;
        // The constructor may have rounded a mantissa beyond 96 bits.
        (Self::from(decimal) == *self).then_some(decimal)
    }

    /// How many decimal places write this exactly; none for an infinite expansion or above 1 000.
    pub fn finite_places(&self) -> Option<u32> {
        let (_, mut den) = self.parts();
        let mut twos = 0_u32;
        let mut fives = 0_u32;
        for (prime, count) in [(2_u32, &mut twos), (5, &mut fives)] {
            while (&den % prime).is_zero() {
                if *count > MOST_PLACES {
                    return None;
                }
                den /= prime;
                *count = count.saturating_add(1);
            }
        }
        (den.to_u8() == Some(1)).then_some(twos.max(fives)).filter(|places| *places <= MOST_PLACES)
    }
}

/// Writes digits of a scaled integer with a point before the last `width`.
pub(super) fn place_point(negative: bool, digits: &str, width: usize) -> String {
    let sign = if negative { "-" } else { "" };
    if width == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>least$}", least = width.saturating_add(1));
    let cut = padded.len().saturating_sub(width);
    let (whole, places) = padded.split_at(cut);
    format!("{sign}{whole}.{places}")
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        // The scale is at most 28, so the power fits.
        let scale = 10_i128.checked_pow(value.scale()).unwrap_or(1);
        Self::ratio(value.mantissa(), scale).unwrap_or(Self::ZERO)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.finite_places().filter(|places| *places <= MOST_PLACES_SHOWN) {
            Some(places) => f.write_str(&self.to_decimal_string(places, Rounding::Down)),
            None => f.write_str(&self.to_fraction_string()),
        }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_fraction_string())
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_fraction_str(&text).map_err(serde::de::Error::custom)
    }
}
