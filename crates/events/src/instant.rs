//! Instants and dates as events write them, with the problem that each bad one is.
//!
//! What is common is read here; everything else, and every error, is left to the policy's own reading of time.

use crate::fault::Fault;
use servanda_diagnostics::Code;
use servanda_policy::time::{Date, DateError, Instant, InstantError, NANOS_PER_DAY, NANOS_PER_SECOND};

/// Reads instants; logs are nearly in order, so it remembers the last date.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    text: [u8; 10],
    /// The first nanosecond of that date in UTC.
    start: Option<i64>,
}

impl Clock {
    /// The instant of a text of RFC 3339.
    pub(crate) fn instant(&mut self, text: &str) -> Result<Instant, Fault> {
        if let Some(instant) = self.common(text.as_bytes()) {
            return Ok(instant);
        }
        text.parse::<Instant>().map_err(|error| {
            let code = match error {
                InstantError::NoOffset => Code::NoOffset,
                InstantError::LeapSecond => Code::LeapSecond,
                InstantError::TooPrecise => Code::TooPrecise,
                InstantError::Range => Code::InstantOutOfRange,
                _ => Code::NotAnInstant,
            };
            Fault::new(code, text, &format!("cannot be read as an instant: {error}"))
        })
    }

    /// `YYYY-MM-DDTHH:MM:SS` with `Z` or an offset, where all is well.
    pub(crate) fn common(&mut self, text: &[u8]) -> Option<Instant> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        let (time, offset) = rest.split_first_chunk::<9>()?;
        let &[b'T', h1, h2, b':', m1, m2, b':', s1, s2] = time else { return None };
        let seconds = clock_time(h1, h2, m1, m2)?.checked_mul(60)?.checked_add(below(s1, s2, 60)?)?;
        let east = match *offset {
            [b'Z'] => 0,
            [b'+', h1, h2, b':', m1, m2] => clock_time(h1, h2, m1, m2)?.checked_mul(60)?,
            [b'-', h1, h2, b':', m1, m2] => clock_time(h1, h2, m1, m2)?.checked_mul(-60)?,
            _ => return None,
        };
        let start = match self.start {
            Some(start) if self.text == *date => start,
            _ => {
                let start = std::str::from_utf8(date).ok()?.parse::<Date>().ok()?;
                let start = i64::from(start.0).checked_mul(NANOS_PER_DAY)?;
                self.text = *date;
                *self.start.insert(start)
            }
        };
        let nanos = seconds.checked_sub(east)?.checked_mul(NANOS_PER_SECOND)?;
        let instant = Instant(start.checked_add(nanos)?);
        (Instant::MIN <= instant && instant < Instant::MAX).then_some(instant)
    }
}

/// Two digits that make a number below the bound.
fn below(tens: u8, ones: u8, bound: i64) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte.wrapping_sub(b'0')));
    let number = digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?)?;
    (number < bound).then_some(number)
}

/// The minutes of an hour and a minute.
fn clock_time(h1: u8, h2: u8, m1: u8, m2: u8) -> Option<i64> {
    below(h1, h2, 24)?.checked_mul(60)?.checked_add(below(m1, m2, 60)?)
}

/// The date of a text `YYYY-MM-DD`, of the years 1900 to 2199.
pub(crate) fn date(text: &str) -> Result<Date, Fault> {
    // The type of dates has room for one day more at either end, the local dates of the first and last instants.
    let read = text.parse::<Date>().and_then(|date| match date == Date::MIN || date == Date::MAX {
        true => Err(DateError::Range),
        false => Ok(date),
    });
    read.map_err(|error| {
        let code = if error == DateError::Range { Code::DateOutOfRange } else { Code::NotADate };
        Fault::new(code, text, &format!("cannot be read as a date: {error}"))
    })
}
