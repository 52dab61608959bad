//! When a deadline falls: from a length of time and a start, and from what pauses have taken out.

use crate::outcome::Quantity;
use crate::state::{Clock, Start};
use servanda_parser::ast::Roll;
use servanda_policy::Since;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{CalendarId, Counting, Length, LengthKind, PausesCount, Point, Value};
use servanda_policy::time::{Calendar, Date, Ending, Instant, Window, end_of_date, moment};
use servanda_policy::value::Exact;

/// The first instant that is late, for a length of time after a start.
///
/// None where the result lies outside of the time that can be told, or the length is not a whole number of days.
pub(crate) fn late_from(
    agreement: &Agreement,
    length: &Length,
    start: Start,
    ending: Ending,
) -> Option<Instant> {
    agreement.late_from(length, since(start)?, ending)
}

/// From when a length counts; nothing where the start is not known.
pub(crate) fn since(start: Start) -> Option<Since> {
    match start {
        Start::Instant(instant) => Some(Since::Instant(instant)),
        Start::Date(date) => Some(Since::Date(date)),
        Start::Bad => None,
    }
}

/// The first instant that is late, of a clock that counts in its own way and may have been stopped.
pub(crate) fn late_from_resumed(
    agreement: &Agreement,
    length: &Length,
    start: Start,
    ending: Ending,
    counting: Counting,
    clock: Option<&Clock>,
) -> Option<Instant> {
    let Some(clock) = clock else { return agreement.counted_from(length, since(start)?, ending, counting) };
    match length.kind {
        LengthKind::Physical | LengthKind::Open(_) if counting.pauses == PausesCount::Elapsed => {
            let late = agreement.counted_from(length, since(start)?, ending, counting)?;
            late.add_nanos(clock.moved)
        }
        LengthKind::Physical | LengthKind::Open(_) => {
            let used = Since::Instant(clock.since);
            agreement.counted_with(length, used, ending, counting, clock.used)
        }
        LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => {
            let days = i64::try_from(length.amount.to_i128()?).ok()?;
            let moved = i64::try_from(clock.moved).ok()?;
            agreement.days_counted(length.kind, since(start)?, days, moved, counting)
        }
    }
}

/// How long it took from one instant to another, without pauses that lie apart and in order: seconds of the kind of time,
/// or days that a deadline would have needed.
pub(crate) fn elapsed(
    agreement: &Agreement,
    kind: LengthKind,
    from: Instant,
    to: Instant,
    pauses: &[(Instant, Instant)],
) -> Option<Exact> {
    let all = agreement.used_between(kind, from, to);
    let paused = pauses.iter().try_fold(0_i128, |sum, (start, end)| {
        let (start, end) = ((*start).max(from), (*end).min(to));
        sum.checked_add(match kind {
            _ if end <= start => 0,
            LengthKind::Physical | LengthKind::Open(_) => agreement.used_between(kind, start, end),
            LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => {
                let as_usual = (Since::Instant(from), Counting::default());
                i128::from(agreement.days_paused(kind, as_usual, start, end))
            }
        })
    })?;
    let taken = all.checked_sub(paused)?.max(0);
    Some(match kind {
        LengthKind::Physical | LengthKind::Open(_) => nanos_to_seconds(taken),
        LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => Exact::integer(taken),
    })
}

/// The first instant that is late, for a point of a window.
pub(crate) fn point_late_from(
    agreement: &Agreement,
    point: &Point,
    window: Option<&Window>,
) -> Option<Instant> {
    match point {
        Point::EndOfPeriod => window.map(|window| window.end),
        Point::Date(date) => end_of_date(&agreement.zone, *date),
        Point::Civil(date, nanos_of_day) => civil(agreement, *date, *nanos_of_day).and_then(moment),
        Point::DayOfPeriod { nth, calendar, end_of_date: to_the_end } => {
            let window = window?;
            // What goes on for ever has no last day.
            if nth.is_none() && window.end >= Instant::MAX {
                return Some(window.end);
            }
            match calendar {
                None => {
                    let date = match nth {
                        None => window.last_date,
                        Some(nth) => window.first_date.add_days(i64::from(*nth) - 1)?.min(window.last_date),
                    };
                    end_of_date(&agreement.zone, date)
                }
                Some(id) => {
                    let calendar = calendar_of(agreement, *id)?;
                    let date = match nth {
                        None => calendar.last_business_day(window.first_date, window.last_date),
                        Some(nth) => window
                            .first_date
                            .add_days(-1)
                            .and_then(|eve| calendar.nth_business_day(eve, *nth))
                            .filter(|date| *date <= window.last_date),
                    };
                    // A window without such a day is due at its end.
                    let Some(date) = date else { return Some(window.end) };
                    if *to_the_end {
                        end_of_date(&agreement.zone, date)
                    } else {
                        match calendar.closing_of(date) {
                            Some(closing) => closing.late_from(),
                            None => end_of_date(&agreement.zone, date),
                        }
                    }
                }
            }
        }
    }
}

/// An instant from a civil time; in a gap the first instant after it, repeated the earlier one.
fn civil(agreement: &Agreement, date: Date, nanos_of_day: i64) -> Option<Instant> {
    use servanda_policy::time::Civil;
    match agreement.zone.resolve_civil(date, nanos_of_day) {
        Civil::One(instant) => Some(instant),
        Civil::Gap(after) => Some(after),
        Civil::Fold(earlier, _) => Some(earlier),
    }
}

/// A share of the time until a deadline, as a length of its own: of a length in days, of the time that passes until their
/// end, or in which the calendar of the days is open. Pauses stop it like any clock.
pub(crate) fn part_of(
    agreement: &Agreement,
    length: &Length,
    start: Start,
    (ending, counting, roll): (Ending, Counting, Option<(Roll, CalendarId)>),
    share: &Exact,
    clock: Option<&Clock>,
) -> Option<Length> {
    let kind = length.kind.clock();
    if kind == length.kind {
        return Some(Length { kind, amount: &length.amount * share });
    }
    let late = late_from_resumed(agreement, length, start, ending, counting, clock)?;
    let late = match roll {
        Some((roll, calendar)) => agreement.rolled(late, roll, calendar)?,
        None => late,
    };
    let start = instant_of(agreement, start)?;
    let all = agreement.used_between(kind, start, late);
    // The time of pauses is no part of it: what of the time until the clock ran again it has not used.
    let stood = clock.map_or(0, |clock| {
        agreement.used_between(kind, start, clock.since).saturating_sub(clock.used).max(0)
    });
    Some(Length { kind, amount: &nanos_to_seconds(all.saturating_sub(stood).max(0)) * share })
}

/// The instant from which a clock runs.
pub(crate) fn instant_of(agreement: &Agreement, start: Start) -> Option<Instant> {
    Some(since(start)?.instant(&agreement.zone))
}

/// The start that a field's value gives.
pub(crate) fn start_of(quantity: &Quantity) -> Start {
    match quantity {
        Quantity::Known(Value::Instant(instant)) => Start::Instant(*instant),
        Quantity::Known(Value::Date(date)) => Start::Date(*date),
        Quantity::Known(_) | Quantity::NoData | Quantity::Unknown { .. } => Start::Bad,
    }
}

pub(crate) fn calendar_of(agreement: &Agreement, id: CalendarId) -> Option<&Calendar> {
    agreement.calendar(id)
}

fn nanos_to_seconds(nanos: i128) -> Exact {
    crate::environment::seconds(nanos)
}
