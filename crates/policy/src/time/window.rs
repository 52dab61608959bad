//! Windows: the pieces into which a term is cut by days, weeks, months, quarters or years.
//!
//! A window belongs to a zone and a term; what is counted in it is no business of this module.

use serde::{Deserialize, Serialize};

use super::civil::day_number;
use super::{Date, Instant, Zone};
use crate::value::Exact;

/// The length of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowUnit {
    /// One date.
    Day,
    /// Seven dates; a calendar week starts on Monday.
    Week,
    /// A month.
    Month,
    /// Three months; a calendar quarter starts in January, April, July or October.
    Quarter,
    /// Twelve months; a calendar year starts in January.
    Year,
}

impl WindowUnit {
    /// As a policy writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// How a term is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowSpec {
    /// At the borders of the civil calendar.
    Calendar(WindowUnit),
    /// At the date on which the term starts, and from there by whole units.
    ///
    /// Months clamp from that date: 31 January, 28 February, 31 March.
    Contract(WindowUnit),
    /// Not at all: the whole term is one window.
    Term,
}

/// One window, cut to the term. All intervals are half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    /// 0 for the window that holds the first instant of the term, then counting up.
    pub index: i32,
    /// First instant inside.
    pub start: Instant,
    /// First instant after it.
    pub end: Instant,
    /// First instant, were the term longer.
    pub full_start: Instant,
    /// First instant after it, were the term longer.
    pub full_end: Instant,
    /// First date of which an instant is inside.
    pub first_date: Date,
    /// Last date of which an instant is inside.
    pub last_date: Date,
    /// First date, were the term longer.
    pub full_first: Date,
    /// Last date, were the term longer.
    pub full_last: Date,
    /// How the term was cut.
    pub spec: WindowSpec,
}

impl Window {
    /// Whether an instant is inside.
    pub fn contains(&self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Whether the term cuts off a part.
    pub fn is_partial(&self) -> bool {
        self.start != self.full_start || self.end != self.full_end
    }

    /// Dates inside over dates of the full window.
    pub fn share_of_full(&self) -> Exact {
        let days = |first: Date, last: Date| i128::from(last.days_since(first)) + 1;
        let inside = days(self.first_date, self.last_date);
        Exact::ratio(inside, days(self.full_first, self.full_last)).unwrap_or(Exact::ONE)
    }

    /// Physical nanoseconds inside: a day on which clocks change has 23 or 25 hours.
    pub fn nanos(&self) -> i128 {
        self.end.nanos_since(self.start)
    }

    /// The name for people and for JSON.
    ///
    /// `2026-03-05`, `2026-W10`, `2026-03`, `2026-Q1`, `2026`; `2026-01-31..` for windows counted
    /// from the start of the term; `term`.
    pub fn label(&self) -> String {
        let (year, month, _) = self.full_first.civil();
        match self.spec {
            WindowSpec::Term => "term".to_owned(),
            WindowSpec::Contract(_) => format!("{}..", self.full_first),
            WindowSpec::Calendar(WindowUnit::Day) => self.full_first.to_string(),
            WindowSpec::Calendar(WindowUnit::Week) => {
                let (year, week) = self.full_first.iso_week();
                format!("{year:04}-W{week:02}")
            }
            WindowSpec::Calendar(WindowUnit::Month) => format!("{year:04}-{month:02}"),
            WindowSpec::Calendar(WindowUnit::Quarter) => {
                format!("{year:04}-Q{}", month.div_ceil(3))
            }
            WindowSpec::Calendar(WindowUnit::Year) => format!("{year:04}"),
        }
    }
}

/// A term cut into windows: every instant of the term is in exactly one.
///
/// ```
/// use servanda_policy::time::{Instant, WindowSpec, WindowUnit, Windows, Zone};
///
/// let zone = Zone::named("Europe/Berlin")?;
/// let (start, end) = (zone.start_of("2026-01-31".parse()?), zone.start_of("2026-04-15".parse()?));
/// let labels = |spec| {
///     let windows = Windows::new(spec, zone.clone(), start, Some(end));
///     windows.all().map(|window| window.label()).collect::<Vec<_>>()
/// };
/// assert_eq!(labels(WindowSpec::Calendar(WindowUnit::Month)), ["2026-01", "2026-02", "2026-03", "2026-04"]);
/// // Months of the contract are counted from its first date, and end where a month is too short.
/// assert_eq!(labels(WindowSpec::Contract(WindowUnit::Month)), ["2026-01-31..", "2026-02-28..", "2026-03-31.."]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windows {
    spec: WindowSpec,
    zone: Zone,
    start: Instant,
    end: Instant,
    /// The end that was agreed on, where the term ends before it.
    agreed: Option<Instant>,
    /// The first date of the grid's cell 0.
    anchor: Date,
    /// The instants between which a window must start.
    starting: (Instant, Instant),
}

impl Windows {
    /// The windows of a term from `term_start` to `term_end` (not included; none: without end).
    ///
    /// Contract windows count from the local date of `term_start`.
    pub fn new(spec: WindowSpec, zone: Zone, term_start: Instant, term_end: Option<Instant>) -> Self {
        let end = term_end.unwrap_or(Instant::MAX).min(Instant::MAX);
        let first = started_date(&zone, term_start);
        let anchor = match spec {
            WindowSpec::Term | WindowSpec::Contract(_) => first,
            WindowSpec::Calendar(unit) => calendar_start(unit, first),
        };
        Self {
            spec,
            zone,
            start: term_start,
            end,
            agreed: None,
            anchor,
            starting: (Instant::MIN, Instant::MAX),
        }
    }

    /// The windows of the same term that start in the interval from `from` to `to` (not included), with the numbers
    /// that they have in the whole term.
    #[must_use]
    pub fn starting(self, from: Instant, to: Instant) -> Self {
        Self { starting: (from, to), ..self }
    }

    /// The windows of the same term as it is cut when it begins later: on the same grid.
    #[must_use]
    pub fn begun_at(self, start: Instant) -> Self {
        Self { start: start.max(self.start), ..self }
    }

    /// The windows of the same term as it is cut when it ends earlier: the window of the whole term is then a part of
    /// itself, unless nobody has agreed on an end.
    #[must_use]
    pub fn ended_at(self, end: Instant) -> Self {
        if end >= self.end {
            return self;
        }
        let agreed = self.agreed.or(Some(self.end)).filter(|agreed| *agreed < Instant::MAX);
        Self { end, agreed, ..self }
    }

    /// How the term is cut.
    pub fn spec(&self) -> WindowSpec {
        self.spec
    }

    /// The zone of its dates.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The first window; none when the term is empty.
    pub fn first(&self) -> Option<Window> {
        let (from, _) = self.starting;
        let around = self.cell(self.index_of(from.max(self.start))?)?;
        if around.start >= from { self.window(around.index) } else { self.next(&around) }
    }

    /// The window that holds an instant; none outside the term.
    pub fn window_of(&self, instant: Instant) -> Option<Window> {
        self.window(self.index_of(instant)?)
    }

    /// The end of the window that holds an instant, or would if windows could start at any time of the term.
    pub fn end_around(&self, instant: Instant) -> Option<Instant> {
        Some(self.cell(self.index_of(instant)?)?.end)
    }

    /// The same as [`Windows::window_of`], faster when the window is a known one or the next.
    pub fn window_near(&self, known: &Window, instant: Instant) -> Option<Window> {
        if known.contains(instant) {
            return Some(*known);
        }
        match self.next(known).filter(|next| next.contains(instant)) {
            Some(next) => Some(next),
            None => self.window_of(instant),
        }
    }

    /// The number of the window that holds an instant; none outside the term.
    pub fn index_of(&self, instant: Instant) -> Option<i32> {
        if instant >= self.end {
            return None;
        }
        self.number_at(instant)
    }

    /// The number of the window that would hold an instant if the term went on; none before the term. After the term
    /// the window of the whole term is still the same.
    pub fn number_at(&self, instant: Instant) -> Option<i32> {
        if instant < self.start {
            return None;
        }
        match self.unit() {
            None => Some(0),
            Some(unit) => {
                let date = started_date(&self.zone, instant);
                self.cell_of(unit, date)
            }
        }
    }

    /// The window after this one; none when the term is over. Dates that clocks skip have none.
    pub fn next(&self, window: &Window) -> Option<Window> {
        let mut index = window.index;
        loop {
            index = index.checked_add(1)?;
            let next = self.window(index)?;
            if next.start < next.end {
                return Some(next);
            }
        }
    }

    /// The window before this one; none before the first. Dates that clocks skip have none.
    pub fn previous(&self, window: &Window) -> Option<Window> {
        let mut index = window.index;
        loop {
            index = index.checked_sub(1)?;
            let previous = self.window(index)?;
            if previous.start < previous.end {
                return Some(previous);
            }
        }
    }

    /// All windows of the term, ascending; where it has no end, up to the last instant that can be told.
    pub fn all(&self) -> impl Iterator<Item = Window> + '_ {
        std::iter::successors(self.first(), |window| self.next(window))
    }

    /// All windows that meet the interval from `from` to `to` (not included), ascending.
    pub fn between(&self, from: Instant, to: Instant) -> impl Iterator<Item = Window> + '_ {
        let first = self.window_of(from.max(self.start));
        std::iter::successors(first, |window| self.next(window)).take_while(move |window| window.start < to)
    }

    /// The window with a number; none outside the term. Empty for a date that clocks skip.
    pub fn window(&self, index: i32) -> Option<Window> {
        let (from, to) = self.starting;
        self.cell(index).filter(|window| from <= window.start && window.start < to)
    }

    fn cell(&self, index: i32) -> Option<Window> {
        if self.start >= self.end || index < 0 {
            return None;
        }
        let (full_first, full_last, full_start, full_end) = match self.unit() {
            None if index > 0 => return None,
            None => {
                let end = self.agreed.unwrap_or(self.end);
                (self.anchor, self.last_date_before(end), self.start, end)
            }
            Some(unit) => {
                let first = self.cell_start(unit, index)?;
                // The last window of the range ends with the range.
                let next = index.checked_add(1).and_then(|next| self.cell_start(unit, next));
                let last = next.map_or(Date::MAX, |next| Date(next.0.saturating_sub(1)));
                (first, last, self.zone.start_of(first), self.zone.end_of(last))
            }
        };
        let (start, end) = (full_start.max(self.start), full_end.min(self.end));
        if start >= self.end {
            return None;
        }
        // An empty window keeps its own date: no instant says another.
        let (first_date, last_date) = if start < end {
            let first = if start == full_start { full_first } else { started_date(&self.zone, start) };
            let last = if end == full_end { full_last } else { self.last_date_before(end) };
            (first, last)
        } else {
            (full_first, full_last)
        };
        Some(Window {
            index,
            start,
            end,
            full_start,
            full_end,
            first_date,
            last_date,
            full_first,
            full_last,
            spec: self.spec,
        })
    }

    fn unit(&self) -> Option<WindowUnit> {
        match self.spec {
            WindowSpec::Term => None,
            WindowSpec::Calendar(unit) | WindowSpec::Contract(unit) => Some(unit),
        }
    }

    fn last_date_before(&self, end: Instant) -> Date {
        started_date(&self.zone, Instant(end.0.saturating_sub(1)))
    }

    /// The first date of a cell of the grid, always counted from the anchor.
    fn cell_start(&self, unit: WindowUnit, index: i32) -> Option<Date> {
        let index = i64::from(index);
        match unit {
            WindowUnit::Day => self.anchor.add_days(index),
            WindowUnit::Week => self.anchor.add_days(index.checked_mul(7)?),
            _ => self.anchor.add_months(index.checked_mul(months_in(unit))?),
        }
    }

    /// The number of the cell that holds a date not before the anchor.
    fn cell_of(&self, unit: WindowUnit, date: Date) -> Option<i32> {
        let days = date.days_since(self.anchor);
        let cell = match unit {
            WindowUnit::Day => days,
            WindowUnit::Week => days.div_euclid(7),
            _ => {
                let (year, month, _) = date.civil();
                let (anchor_year, anchor_month, _) = self.anchor.civil();
                let years = i64::from(year) - i64::from(anchor_year);
                let months = years * 12 + i64::from(month) - i64::from(anchor_month);
                let cell = months.div_euclid(months_in(unit));
                // The months say which cell, unless the date lies before the day of the anchor.
                let guess = i32::try_from(cell).ok()?;
                let starts_later = self.cell_start(unit, guess).is_some_and(|start| start > date);
                cell - i64::from(starts_later)
            }
        };
        i32::try_from(cell).ok()
    }
}

/// The greatest date that has started: where clocks fall back over midnight, the date shown is for a
/// while one that has not started for good.
fn started_date(zone: &Zone, instant: Instant) -> Date {
    let mut date = zone.date_of(instant);
    while zone.start_of(date) > instant && date > Date::MIN {
        date = Date(date.0.saturating_sub(1));
    }
    date
}

fn months_in(unit: WindowUnit) -> i64 {
    match unit {
        WindowUnit::Quarter => 3,
        WindowUnit::Year => 12,
        WindowUnit::Day | WindowUnit::Week | WindowUnit::Month => 1,
    }
}

/// The first date of the calendar's window that holds a date.
fn calendar_start(unit: WindowUnit, date: Date) -> Date {
    let (year, month, _) = date.civil();
    let first_of = |month: u8| i32::try_from(day_number(year, month, 1)).map_or(date, Date);
    match unit {
        WindowUnit::Day => date,
        WindowUnit::Week => Date(date.0.saturating_sub(i32::try_from(date.weekday().index()).unwrap_or(0))),
        WindowUnit::Month => first_of(month),
        WindowUnit::Quarter => first_of(month - (month - 1) % 3),
        WindowUnit::Year => first_of(1),
    }
}
