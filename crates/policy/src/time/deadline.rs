//! Deadlines as one instant: the first that is late.
//!
//! A moment includes itself, so the instant after it is the first late one; a date includes all of
//! itself, so the start of the next date is. On time is what lies before that instant.

use super::{Calendar, Date, Ending, Instant, Zone};

/// The bound of a moment: the instant after it.
pub fn moment(deadline: Instant) -> Option<Instant> {
    deadline.add_nanos(1)
}

/// The bound of a date: the start of the next one.
pub fn end_of_date(zone: &Zone, date: Date) -> Option<Instant> {
    let end = zone.end_of(date);
    // At the end of the range there is no next date.
    (date < Date::MAX && end < Instant::MAX).then_some(end)
}

/// The bound of `n` calendar days after a date, which is day 0.
pub fn after_calendar_days(zone: &Zone, from: Date, n: i64) -> Option<Instant> {
    end_of_date(zone, from.add_days(n)?)
}

/// The bound of `n` months after a date, clamped from that date.
pub fn after_months(zone: &Zone, from: Date, n: i64) -> Option<Instant> {
    end_of_date(zone, from.add_months(n)?)
}

/// The bound of `n` business days after a date, which is not counted.
///
/// The deadline is the closing of the nth; for none it is the end of the date itself.
pub fn after_business_days(calendar: &Calendar, from: Date, n: u32) -> Option<Instant> {
    if n == 0 {
        return end_of_date(calendar.zone(), from);
    }
    calendar.business_day_closing(from, n)?.late_from()
}

/// The bound of `nanos` of physical time after an instant.
pub fn within_physical(start: Instant, nanos: i128) -> Option<Instant> {
    moment(start.add_nanos(nanos)?)
}

/// The bound of `nanos` of open time after an instant.
pub fn within_open(calendar: &Calendar, start: Instant, nanos: i128, ending: Ending) -> Option<Instant> {
    moment(calendar.add_open_time(start, nanos, ending)?)
}
