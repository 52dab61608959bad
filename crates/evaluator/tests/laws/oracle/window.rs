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
    if let WindowSpec::Clock(seconds) = spec {
        return walk_by_clock(spec, i64::from(seconds.get()), agreement, before.min(term_end));
    }
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
            let window = Window {
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
            };
            windows.push(reaching_back(agreement, window));
        }
        let Some(next) = next else { return windows };
        first = next;
        index += 1;
    }
}

/// So many seconds each, from the first instant of the first date; what the beginning or the end of the term cuts is
/// shorter.
fn walk_by_clock(spec: WindowSpec, seconds: i64, agreement: &Agreement, before: Instant) -> Vec<Window> {
    let term_end = agreement.end.unwrap_or(Instant::MAX);
    let mut windows = Vec::new();
    let (mut full_start, mut index) = (agreement.zone.start_of(agreement.first_date), 0);
    while full_start < before {
        let full_end = Instant(full_start.0 + seconds * 1_000_000_000);
        let (start, end) = (full_start.max(agreement.start), full_end.min(term_end));
        if start < end.min(before) {
            windows.push(Window {
                index,
                start,
                end,
                full_start,
                full_end,
                first_date: date_at(agreement, start),
                last_date: date_before(agreement, end),
                full_first: date_at(agreement, full_start),
                full_last: date_before(agreement, full_end),
                spec,
            });
        }
        (full_start, index) = (full_end, index + 1);
    }
    windows
}

/// A window with the dates of all that are counted with it.
fn reaching_back(agreement: &Agreement, window: Window) -> Window {
    let WindowSpec::Rolling { count, unit, contract } = window.spec else { return window };
    let mut first = window.full_first;
    if contract {
        let back = i64::from(window.index) - i64::from(count) + 1;
        first = moved(unit, agreement.first_date, back);
    } else {
        for _ in 1..count {
            first = Date(first.0 - 1);
            while !begins(unit, first) {
                first = Date(first.0 - 1);
            }
        }
    }
    let full_start = agreement.zone.start_of(first);
    if full_start < agreement.start {
        let first_date = date_at(agreement, agreement.start);
        return Window { full_start, first_date, full_first: first, ..window };
    }
    Window { full_start: window.start, first_date: first, full_first: first, ..window }
}

/// The windows that are counted together in one, itself the last of them.
pub(crate) fn together(window: &Window, agreement: &Agreement, agreed_end: Option<Instant>) -> Vec<Window> {
    let back = match window.spec {
        WindowSpec::Rolling { count, .. } => i32::from(count) - 1,
        _ => return vec![*window],
    };
    let mut all = walk(window.spec, agreement, agreed_end, Instant(window.start.0 + 1));
    all.retain(|it| it.index >= window.index - back && it.index < window.index);
    all.push(*window);
    all
}

fn date_before(agreement: &Agreement, end: Instant) -> Date {
    let mut date = agreement.zone.date_of(Instant(end.0 - 1));
    while agreement.zone.start_of(date) >= end {
        date = Date(date.0 - 1);
    }
    date
}

/// The date that has begun at an instant.
pub(crate) fn date_at(agreement: &Agreement, at: Instant) -> Date {
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
    match spec {
        WindowSpec::Calendar(unit) | WindowSpec::Rolling { unit, contract: false, .. } => {
            while !begins(unit, date) {
                date = Date(date.0 - 1);
            }
        }
        WindowSpec::From(unit, day) => {
            while !begins_at(unit, day, date) {
                date = Date(date.0 - 1);
            }
        }
        WindowSpec::Contract(_)
        | WindowSpec::Clock(_)
        | WindowSpec::Term
        | WindowSpec::Rolling { contract: true, .. } => {}
    }
    date
}

/// Whether a window begins with this date that begins at a day of the month: in a month without it, at the last.
fn begins_at(unit: WindowUnit, day: u8, date: Date) -> bool {
    let (_, month, own) = date.civil();
    let last_of_month = Date(date.0 + 1).civil().1 != month;
    let is_day = own == day || last_of_month && own < day;
    is_day
        && match unit {
            WindowUnit::Quarter => [1, 4, 7, 10].contains(&month),
            WindowUnit::Year => month == 1,
            _ => true,
        }
}

fn moved(unit: WindowUnit, anchor: Date, count: i64) -> Date {
    match unit {
        WindowUnit::Day => anchor.add_days(count),
        WindowUnit::Week => anchor.add_days(7 * count),
        WindowUnit::Month => anchor.add_months(count),
        WindowUnit::Quarter => anchor.add_months(3 * count),
        WindowUnit::Year => anchor.add_months(12 * count),
    }
    .expect("a date")
}

fn next_cell(spec: WindowSpec, anchor: Date, first: Date, index: i32) -> Option<Date> {
    let count = i64::from(index) + 1;
    match spec {
        WindowSpec::Term | WindowSpec::Clock(_) => None,
        WindowSpec::Calendar(unit) | WindowSpec::Rolling { unit, contract: false, .. } => {
            let mut date = Date(first.0 + 1);
            while !begins(unit, date) {
                date = Date(date.0 + 1);
            }
            Some(date)
        }
        WindowSpec::From(unit, day) => {
            let mut date = Date(first.0 + 1);
            while !begins_at(unit, day, date) {
                date = Date(date.0 + 1);
            }
            Some(date)
        }
        WindowSpec::Contract(unit) | WindowSpec::Rolling { unit, contract: true, .. } => {
            Some(moved(unit, anchor, count))
        }
    }
}
