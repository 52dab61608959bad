//! Reading and writing instants as RFC 3339 text.
//!
//! Reading is strict: an offset must be there, and what cannot be kept exactly is refused.

use std::str::FromStr;

use super::civil::{day_number, days_in_month};
use super::date::digits;
use super::{Date, Instant, NANOS_PER_DAY, NANOS_PER_SECOND};

/// Why a text is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstantError {
    /// The text is not `YYYY-MM-DDTHH:MM:SS`, a fraction and an offset.
    #[error("not an instant of the form YYYY-MM-DDTHH:MM:SS and an offset")]
    Shape,
    /// The calendar has no such day.
    #[error("no such day in the calendar")]
    NoSuchDay,
    /// An hour above 23 or a minute or second above 59 (a leap second apart).
    #[error("no such time of day")]
    NoSuchTime,
    /// Second 60.
    #[error("leap seconds are not kept")]
    LeapSecond,
    /// More than nine digits after the second.
    #[error("more than nine fraction digits")]
    TooPrecise,
    /// Neither `Z` nor `+HH:MM`.
    #[error("no offset from UTC")]
    NoOffset,
    /// An offset of 24 hours or more, or with minutes above 59.
    #[error("no such offset from UTC")]
    NoSuchOffset,
    /// Before 1900 or after 2199.
    #[error("outside the years 1900 to 2199")]
    Range,
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        parse(text.as_bytes())
    }
}

fn parse(text: &[u8]) -> Result<Instant, InstantError> {
    use InstantError::{LeapSecond, NoSuchDay, NoSuchTime, Range, Shape};
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T' | b't',
        h1,
        h2,
        b':',
        i1,
        i2,
        b':',
        s1,
        s2,
        ref rest @ ..,
    ] = text
    else {
        return Err(Shape);
    };
    let part = |bytes: &[u8]| digits(bytes).ok_or(Shape);
    let year = i32::try_from(part(&[y1, y2, y3, y4])?).map_err(|_| Shape)?;
    let month = u8::try_from(part(&[m1, m2])?).map_err(|_| Shape)?;
    let day = u8::try_from(part(&[d1, d2])?).map_err(|_| Shape)?;
    let (hour, minute, second) = (part(&[h1, h2])?, part(&[i1, i2])?, part(&[s1, s2])?);
    let (fraction, rest) = parse_fraction(rest)?;
    let offset = parse_offset(rest)?;
    if day == 0 || day > days_in_month(year, month) {
        return Err(NoSuchDay);
    }
    if hour > 23 || minute > 59 || second > 60 {
        return Err(NoSuchTime);
    }
    if second == 60 {
        return Err(LeapSecond);
    }
    let local = day_number(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    (local - offset)
        .checked_mul(NANOS_PER_SECOND)
        .and_then(|nanos| nanos.checked_add(fraction))
        .map(Instant)
        .filter(|instant| Instant::MIN <= *instant && *instant < Instant::MAX)
        .ok_or(Range)
}

/// The nanoseconds of an optional fraction, and what follows it.
fn parse_fraction(text: &[u8]) -> Result<(i64, &[u8]), InstantError> {
    let Some(after_point) = text.strip_prefix(b".") else {
        return Ok((0, text));
    };
    let count = after_point.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count > 9 {
        return Err(InstantError::TooPrecise);
    }
    let (number, rest) = after_point.split_at_checked(count).ok_or(InstantError::Shape)?;
    let missing = 9_u32.saturating_sub(u32::try_from(count).unwrap_or(9));
    let scale = 10_i64.checked_pow(missing).ok_or(InstantError::Shape)?;
    let nanos = digits(number).filter(|_| count > 0).and_then(|part| part.checked_mul(scale));
    Ok((nanos.ok_or(InstantError::Shape)?, rest))
}

/// The seconds east of UTC.
fn parse_offset(text: &[u8]) -> Result<i64, InstantError> {
    let (sign, &[h1, h2, b':', m1, m2]) = (match text {
        [b'Z' | b'z'] => return Ok(0),
        [] => return Err(InstantError::NoOffset),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return Err(InstantError::Shape),
    }) else {
        return Err(InstantError::NoOffset);
    };
    let hours = digits(&[h1, h2]).ok_or(InstantError::NoOffset)?;
    let minutes = digits(&[m1, m2]).ok_or(InstantError::NoOffset)?;
    if hours > 23 || minutes > 59 {
        return Err(InstantError::NoSuchOffset);
    }
    Ok(sign * (hours * 3_600 + minutes * 60))
}

/// RFC 3339 in UTC, with `Z`.
pub(super) fn format_utc(instant: Instant) -> String {
    let mut text = format_local(instant, 0);
    text.push('Z');
    text
}

/// RFC 3339 with an offset of seconds east of UTC.
///
/// The format has no seconds in offsets, and some zones had them before 1972; the offset is then
/// cut to the minute and the local time with it, so that the text still names the same instant.
pub(super) fn format(instant: Instant, offset: i32) -> String {
    let offset = offset - offset % 60;
    let mut text = format_local(instant, offset);
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs() / 60;
    text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
    text
}

fn format_local(instant: Instant, offset: i32) -> String {
    let local = i128::from(instant.0) + i128::from(offset) * i128::from(NANOS_PER_SECOND);
    let day = i32::try_from(local.div_euclid(i128::from(NANOS_PER_DAY))).unwrap_or(i32::MAX);
    let nanos = local.rem_euclid(i128::from(NANOS_PER_DAY));
    let seconds = nanos / i128::from(NANOS_PER_SECOND);
    let fraction = nanos % i128::from(NANOS_PER_SECOND);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{}T{hour:02}:{minute:02}:{second:02}", Date(day));
    match fraction {
        0 => {}
        f if f % 1_000_000 == 0 => text.push_str(&format!(".{:03}", f / 1_000_000)),
        f if f % 1_000 == 0 => text.push_str(&format!(".{:06}", f / 1_000)),
        f => text.push_str(&format!(".{f:09}")),
    }
    text
}
