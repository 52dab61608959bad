//! Instants as people write them: a date, a date with a time of day in the agreement's zone, or with an offset.

use servanda_policy::time::{Civil, Date, Instant, NANOS_PER_DAY, NANOS_PER_SECOND, Zone};

/// Why a text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an instant: write `2026-03-01`, `2026-03-01 10:00` or `2026-03-01T10:00:00+03:00`")]
pub struct MomentError(pub String);

/// The instant that a text names: `2026-03-01` is the first instant of that date, `2026-03-01 10:00` is civil time
/// in the zone (24:00 is the end of the date), and with an offset it is that instant wherever one is. A civil time
/// that clocks jump over is the first instant after the jump; of one that comes twice, it is the earlier.
///
/// # Errors
/// When the text has none of these forms.
pub fn moment(text: &str, zone: &Zone) -> Result<Instant, MomentError> {
    let wrong = || MomentError(text.to_owned());
    let text = text.trim();
    if let Ok(instant) = text.parse::<Instant>() {
        return Ok(instant);
    }
    let (date, rest) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let date: Date = date.parse().map_err(|_| wrong())?;
    let rest = rest.trim();
    if rest.is_empty() {
        return Ok(zone.start_of(date));
    }
    let (clock, offset) = match rest.find(['+', '-', 'Z']) {
        Some(at) => rest.split_at_checked(at).ok_or_else(wrong)?,
        None => (rest, ""),
    };
    let nanos = nanos_of_day(clock.trim()).ok_or_else(wrong)?;
    if offset.is_empty() {
        return Ok(civil(zone, date, nanos));
    }
    if nanos == NANOS_PER_DAY {
        return Err(wrong());
    }
    // The reader of log instants wants seconds; people leave them out.
    let seconds = if clock.trim().len() == "10:00".len() { ":00" } else { "" };
    format!("{date}T{}{seconds}{offset}", clock.trim()).parse().map_err(|_| wrong())
}

/// The instant of a time of day on a date.
pub(crate) fn civil(zone: &Zone, date: Date, nanos: i64) -> Instant {
    if nanos == NANOS_PER_DAY {
        return zone.end_of(date);
    }
    match zone.resolve_civil(date, nanos) {
        Civil::One(instant) | Civil::Gap(instant) | Civil::Fold(instant, _) => instant,
    }
}

/// `10:00`, `10:00:30`, `10:00:30.5` or `24:00`, as nanoseconds.
fn nanos_of_day(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=9).contains(&fraction.len()) || !digits(fraction) {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<9}").parse().ok()?;
    let mut parts =
        clock.split(':').map(|part| (part.len() == 2 && digits(part)).then(|| part.parse::<i64>().ok())?);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().map_or(Some(0), |second| second)?;
    let nanos = (hour * 3600 + minute * 60 + second) * NANOS_PER_SECOND + fraction;
    (minute < 60 && second < 60 && nanos <= NANOS_PER_DAY && parts.next().is_none()).then_some(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let zone = Zone::named("Europe/Istanbul").unwrap();
        moment(text, &zone).map_or_else(|error| error.to_string(), |at| at.format_in(&zone))
    }

    #[test]
    fn dates_and_civil_times_are_of_the_zone() {
        assert_eq!(shown("2026-03-01"), "2026-03-01T00:00:00+03:00");
        assert_eq!(shown("2026-03-01 10:00"), "2026-03-01T10:00:00+03:00");
        assert_eq!(shown("2026-03-01T10:00:30"), "2026-03-01T10:00:30+03:00");
        assert_eq!(shown("2026-03-01 10:00:00.000000001"), "2026-03-01T10:00:00.000000001+03:00");
        assert_eq!(shown("2026-02-28 24:00"), "2026-03-01T00:00:00+03:00");
        assert_eq!(shown("2026-03-01 10:00+01:00"), "2026-03-01T12:00:00+03:00");
        assert_eq!(shown("2026-03-01T10:00:00.5Z"), "2026-03-01T13:00:00.500+03:00");
    }

    #[test]
    fn anything_else_says_what_to_write() {
        for text in
            ["", "today", "2026-3-1", "2026-02-30", "2026-03-01 25:00", "2026-03-01 10", "2026-03-01 24:00Z"]
        {
            assert!(shown(text).contains("is not an instant"), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn a_time_that_clocks_skip_is_the_first_after() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let at = moment("2026-03-29 02:30", &zone).unwrap();
        assert_eq!(at.format_in(&zone), "2026-03-29T03:00:00+02:00");
    }
}
