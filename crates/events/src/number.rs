//! Decimal text to bounded whole numbers: counts, minor units, and decimals of at most nine places.
//!
//! There are no floats here: digits are read as they are written.

use crate::fact::FieldValue;
use crate::fault::Fault;
use servanda_diagnostics::Code;
use servanda_policy::value::{AmountError, Currency, MINOR_LIMIT, parse_minor};

/// Counts, and the whole part of a decimal, lie below this.
const MOST_COUNT: i64 = 1 << 53;
/// The digits of a decimal make a number below this.
const MOST_MANTISSA: i64 = 1_000_000_000_000_000_000;
/// Decimal places that a number may have.
const MOST_PLACES: usize = 9;

/// A decimal number: `mantissa / 10^scale`, without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) mantissa: i64,
    pub(crate) scale: u8,
}

impl From<Decimal> for FieldValue {
    fn from(value: Decimal) -> Self {
        FieldValue::Decimal { mantissa: value.mantissa, scale: value.scale }
    }
}

/// Digits as a number below the bound; none where it is not.
fn bounded(digits: impl Iterator<Item = u8>, bound: i64) -> Option<i64> {
    let mut number = 0_i64;
    for digit in digits {
        number = number
            .checked_mul(10)
            .and_then(|number| number.checked_add(i64::from(digit.wrapping_sub(b'0'))))
            .filter(|number| *number < bound)?;
    }
    Some(number)
}

/// The sign, the digits before and the digits after the point.
fn parts(text: &str) -> Result<(bool, &str, &str), Fault> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, places) = match rest.split_once('.') {
        Some((_, "")) => ("", ""),
        Some(parts) => parts,
        None => (rest, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !whole.is_empty() && digits(whole) && digits(places) {
        return Ok((negative, whole, places));
    }
    if has_exponent(rest) {
        return Err(Fault::new(Code::ExponentNumber, text, "is written with an exponent"));
    }
    Err(Fault::new(Code::NotANumber, text, "is not a decimal number"))
}

/// Whether a text is a number of JSON with an exponent, as far as its letters tell.
fn has_exponent(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.contains(['e', 'E'])
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
}

fn too_large(text: &str) -> Fault {
    Fault::new(Code::NumberTooLarge, text, "is too large")
}

fn negative_number(text: &str) -> Fault {
    Fault::new(Code::NegativeNumber, text, "is negative")
}

/// A whole number from 0 to below 2^53.
pub(crate) fn count(text: &str) -> Result<i64, Fault> {
    let (negative, whole, places) = parts(text)?;
    if !places.is_empty() {
        return Err(Fault::new(Code::NotWhole, text, "is not a whole number"));
    }
    let number = bounded(whole.bytes(), MOST_COUNT).ok_or_else(|| too_large(text))?;
    if negative && number != 0 { Err(negative_number(text)) } else { Ok(number) }
}

/// A whole number of minor units, below 10^15 in either direction.
pub(crate) fn minor_units(text: &str) -> Result<i64, Fault> {
    let (negative, whole, places) = parts(text)?;
    if !places.is_empty() {
        return Err(Fault::new(Code::NotWhole, text, "is not a whole number of minor units"));
    }
    let number = bounded(whole.bytes(), MINOR_LIMIT).ok_or_else(|| too_large(text))?;
    Ok(if negative { -number } else { number })
}

/// An amount in major units of the currency, as minor units.
pub(crate) fn amount(text: &str, currency: Currency) -> Result<i64, Fault> {
    parse_minor(text, currency).map_err(|error| match error {
        AmountError::TooManyDigits { .. } => {
            let digits = currency.digits();
            Fault::new(
                Code::TooManyPlaces,
                text,
                &format!("has more decimal places than {currency}, {digits}"),
            )
        }
        AmountError::TooLarge => too_large(text),
        _ => parts(text).err().unwrap_or_else(|| Fault::new(Code::NotANumber, text, "is not an amount")),
    })
}

/// A decimal number of at most nine places and 18 digits, its whole part below 2^53.
pub(crate) fn decimal(text: &str) -> Result<Decimal, Fault> {
    let (negative, whole, places) = parts(text)?;
    if places.len() > MOST_PLACES {
        return Err(Fault::new(Code::TooManyPlaces, text, "has more than nine decimal places"));
    }
    let places = places.trim_end_matches('0');
    let fits = bounded(whole.bytes(), MOST_COUNT);
    let mantissa = fits.and_then(|_| bounded(whole.bytes().chain(places.bytes()), MOST_MANTISSA));
    let mantissa = mantissa.ok_or_else(|| too_large(text))?;
    let scale = u8::try_from(places.len()).unwrap_or(u8::MAX);
    Ok(Decimal { mantissa: if negative { -mantissa } else { mantissa }, scale })
}

/// A number of units of so many seconds, days or months each; whole where only whole days or months can be.
pub(crate) fn length(text: &str, unit: i64, whole: bool) -> Result<Decimal, Fault> {
    let units = decimal(text)?;
    if units.mantissa < 0 {
        return Err(negative_number(text));
    }
    let scaled = units.mantissa.checked_mul(unit).filter(|mantissa| *mantissa < MOST_MANTISSA);
    let mut length = Decimal { mantissa: scaled.ok_or_else(|| too_large(text))?, scale: units.scale };
    while length.scale > 0 && length.mantissa % 10 == 0 {
        length = Decimal { mantissa: length.mantissa / 10, scale: length.scale - 1 };
    }
    if whole && length.scale > 0 {
        return Err(Fault::new(Code::NotWhole, text, "is not a whole number of days or months"));
    }
    Ok(length)
}
