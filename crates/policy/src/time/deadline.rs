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

/// How many days end between two instants: the dates of a zone or, of a calendar, those on which it opens, each by the
/// first instant that is late for it. What is late from `from` on has ended before; what is late from `to` on has ended.
///
/// A date ends at the end of its midnight or, on which a calendar opens, within 48 hours of its beginning.
pub fn days_ended(
    zone: &Zone,
    calendar: Option<&Calendar>,
    from: Instant,
    to: Instant,
    late_from: impl Fn(Date) -> Option<Instant>,
) -> i64 {
    if to <= from {
        return 0;
    }
    let counts = |date: Date| calendar.is_none_or(|calendar| calendar.is_business_day(date));
    let ends = |date: &Date| {
        counts(*date) && late_from(*date).is_some_and(|late_from| from < late_from && late_from <= to)
    };
    // What is further off than an opening can last has ended in between.
    let (first, last) = (zone.date_of(from).0, zone.date_of(to).0);
    let behind = first.saturating_add(1);
    let at_first = first.saturating_sub(2)..=first;
    let at_last = behind.max(last.saturating_sub(2))..=last;
    let about = at_first.chain(at_last).map(Date).filter(ends).count();
    let (behind, before) = (Date(behind), Date(last.saturating_sub(3)));
    let between = match calendar {
        _ if before < behind => 0,
        Some(calendar) => i64::from(calendar.count_business_days(behind, before)),
        None => before.days_since(behind).saturating_add(1),
    };
    between.saturating_add(i64::try_from(about).unwrap_or(i64::MAX))
}

/// The bound of `nanos` of physical time after an instant.
pub fn within_physical(start: Instant, nanos: i128) -> Option<Instant> {
    moment(start.add_nanos(nanos)?)
}

/// The bound of `nanos` of open time after an instant.
pub fn within_open(calendar: &Calendar, start: Instant, nanos: i128, ending: Ending) -> Option<Instant> {
    moment(calendar.add_open_time(start, nanos, ending)?)
}
