//! Windows, found by walking date by date from the start of the term.

use servanda_policy::agreement::Agreement;
use servanda_policy::time::{Date, Instant, Window, WindowSpec, WindowUnit};

/// The windows of the term that begin before an instant; the term is a part of one that was agreed on to end later.
pub(crate) fn walk(
    spec: WindowSpec,
    agreement: &Agreement,
    agreed_end: Option<Instant>,
    before: Instant,
) -> Vec<Window> {
    let zone = &agreement.zone;
    let term_end = agreement.end.unwrap_or(Instant::MAX);
    let last_of_term = date_before(agreement, term_end);
    let whole_term = agreed_end.unwrap_or(term_end);
    let mut windows = Vec::new();
    let (mut first, mut index) = (first_of_first_cell(spec, agreement.first_date), 0);
    loop {
        let next = next_cell(spec, agreement.first_date, first, index);
        let full_last = next.map_or_else(|| date_before(agreement, whole_term), |next| Date(next.0 - 1));
        let (full_start, full_end) = match spec {
            WindowSpec::Term => (agreement.start, whole_term),
            _ => (zone.start_of(first), zone.start_of(Date(full_last.0 + 1))),
        };
        let (start, end) = (full_start.max(agreement.start), full_end.min(term_end));
        if start >= before || start >= term_end {
            return windows;
        }
        if start < end {
            windows.push(Window {
                index,
                start,
                end,
                full_start,
                full_end,
                first_date: if start == full_start { first } else { date_at(agreement, start) },
                last_date: full_last.min(last_of_term),
                full_first: first,
                full_last,
                spec,
            });
        }
        let Some(next) = next else { return windows };
        first = next;
        index += 1;
    }
}

fn date_before(agreement: &Agreement, end: Instant) -> Date {
    let mut date = agreement.zone.date_of(Instant(end.0 - 1));
    while agreement.zone.start_of(date) >= end {
        date = Date(date.0 - 1);
    }
    date
}

/// The date that has begun at an instant.
fn date_at(agreement: &Agreement, at: Instant) -> Date {
    date_before(agreement, Instant(at.0 + 1))
}

/// Whether a new window of the civil calendar begins with this date.
fn begins(unit: WindowUnit, date: Date) -> bool {
    let (_, month, day) = date.civil();
    match unit {
        WindowUnit::Day => true,
        WindowUnit::Week => date.weekday().index() == 0,
        WindowUnit::Month => day == 1,
        WindowUnit::Quarter => day == 1 && [1, 4, 7, 10].contains(&month),
        WindowUnit::Year => day == 1 && month == 1,
    }
}

fn first_of_first_cell(spec: WindowSpec, mut date: Date) -> Date {
    if let WindowSpec::Calendar(unit) = spec {
        while !begins(unit, date) {
            date = Date(date.0 - 1);
        }
    }
    date
}

fn next_cell(spec: WindowSpec, anchor: Date, first: Date, index: i32) -> Option<Date> {
    let count = i64::from(index) + 1;
    match spec {
        WindowSpec::Term => None,
        WindowSpec::Calendar(unit) => {
            let mut date = Date(first.0 + 1);
            while !begins(unit, date) {
                date = Date(date.0 + 1);
            }
            Some(date)
        }
        WindowSpec::Contract(WindowUnit::Day) => anchor.add_days(count),
        WindowSpec::Contract(WindowUnit::Week) => anchor.add_days(7 * count),
        WindowSpec::Contract(WindowUnit::Month) => anchor.add_months(count),
        WindowSpec::Contract(WindowUnit::Quarter) => anchor.add_months(3 * count),
        WindowSpec::Contract(WindowUnit::Year) => anchor.add_months(12 * count),
    }
}
