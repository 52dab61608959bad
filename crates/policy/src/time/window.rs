//! Windows: the pieces into which a term is cut by days, weeks, months, quarters or years.
//!
//! A window belongs to a zone and a term; what is counted in it is no business of this module.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::civil::day_number;
use super::instant::NANOS_PER_SECOND;
use super::zone::Civil;
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
    /// Months, quarters or years of the civil calendar that start at a day of their first month, of a month that is too
    /// short at its last one.
    From(WindowUnit, u8),
    /// As a calendar or a contract cuts, and each window looks back upon others before it, which are counted with it.
    Rolling {
        /// How many, with the window itself.
        count: u16,
        /// Of what.
        unit: WindowUnit,
        /// Counted from the date on which the term starts, and not of the civil calendar.
        contract: bool,
    },
    /// So many seconds of physical time each, from the first instant of the term: where clocks change, what is an hour
    /// remains one.
    Clock(NonZeroU32),
}

impl WindowSpec {
    /// The last date that is not counted any more, of a limit that counts so many days or months up to a date: none of a
    /// window that does not roll.
    pub fn beyond(self, date: Date) -> Option<Date> {
        let Self::Rolling { count, unit, .. } = self else { return None };
        let count = i64::from(count);
        let before = match unit {
            WindowUnit::Day => date.add_days(-count),
            WindowUnit::Week => date.add_days(-7 * count),
            _ => date.add_months(-(count * months_in(unit))),
        };
        Some(before.unwrap_or(Date::MIN))
    }

    /// How many windows are counted together: the window itself, and those before it upon which it looks back.
    pub const fn count(self) -> u16 {
        match self {
            Self::Rolling { count, .. } => count,
            Self::Calendar(_) | Self::Contract(_) | Self::Term | Self::From(..) | Self::Clock(_) => 1,
        }
    }
}

/// One window, cut to the term. All intervals are half open.
///
/// A rolling window is the last one of those that are counted together: this is what it starts and ends with, while its
/// dates are those of all of them, and it is partial where the term cuts any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    /// 0 for the window that holds the first instant of the term, then counting up.
    pub index: i32,
    /// First instant inside.
    pub start: Instant,
    /// First instant after it.
    pub end: Instant,
    /// First instant, were the term longer; of a rolling window that looks back beyond the term, that of all it would count.
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

    /// Dates inside over dates of the full window; of one by the clock, time over time.
    pub fn share_of_full(&self) -> Exact {
        if let WindowSpec::Clock(_) = self.spec {
            let full = self.full_end.nanos_since(self.full_start);
            return Exact::ratio(self.nanos(), full).unwrap_or(Exact::ONE);
        }
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
    /// from the start of the term or from a day of the month; `term`; `..2026-03-05` for what looks back from there;
    /// `2026-03-05 18:00` for what begins then by the clocks of the zone, with `+02:00` where they show that twice.
    pub fn label(&self, zone: &Zone) -> String {
        match self.spec {
            WindowSpec::Term => "term".to_owned(),
            WindowSpec::Clock(_) => clock_label(self.full_start, zone),
            WindowSpec::Contract(_) | WindowSpec::From(..) => format!("{}..", self.full_first),
            WindowSpec::Calendar(unit) => calendar_label(unit, self.full_first),
            // The last date says which of the calendar's windows it is.
            WindowSpec::Rolling { unit, contract: false, .. } => {
                format!("..{}", calendar_label(unit, self.full_last))
            }
            WindowSpec::Rolling { .. } => format!("..{}", self.full_last),
        }
    }
}

/// What clocks show at an instant, as a policy writes it.
fn clock_label(at: Instant, zone: &Zone) -> String {
    let (date, nanos) = zone.local(at);
    let seconds = nanos / NANOS_PER_SECOND;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut label = format!("{date} {hour:02}:{minute:02}");
    if second > 0 {
        label.push_str(&format!(":{second:02}"));
    }
    if let Civil::Fold(..) = zone.resolve_civil(date, nanos) {
        let shown = at.format_in(zone);
        label.push_str(shown.get("2026-03-05T18:00:00".len()..).unwrap_or_default());
    }
    label
}

/// What the calendar calls the window that holds a date.
fn calendar_label(unit: WindowUnit, date: Date) -> String {
    let (year, month, _) = date.civil();
    match unit {
        WindowUnit::Day => date.to_string(),
        WindowUnit::Week => {
            let (year, week) = date.iso_week();
            format!("{year:04}-W{week:02}")
        }
        WindowUnit::Month => format!("{year:04}-{month:02}"),
        WindowUnit::Quarter => format!("{year:04}-Q{}", month.div_ceil(3)),
        WindowUnit::Year => format!("{year:04}"),
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
///     windows.all().map(|window| window.label(windows.zone())).collect::<Vec<_>>()
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
    /// The first instant of the term, however it is cut later: from there windows by the clock count.
    origin: Instant,
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
            WindowSpec::Term
            | WindowSpec::Clock(_)
            | WindowSpec::Contract(_)
            | WindowSpec::Rolling { contract: true, .. } => first,
            WindowSpec::Calendar(unit) | WindowSpec::Rolling { unit, .. } => calendar_start(unit, first),
            // The first of its month: from there the days are counted anew in each month.
            WindowSpec::From(unit, day) => {
                let own = calendar_start(unit, first);
                if day_of_month(own, day) <= first {
                    own
                } else {
                    own.add_months(-months_in(unit)).unwrap_or(own)
                }
            }
        };
        Self {
            spec,
            zone,
            start: term_start,
            end,
            agreed: None,
            anchor,
            origin: term_start,
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

    /// The date that has begun for good at an instant, within the term or not.
    pub fn date_at(&self, instant: Instant) -> Date {
        started_date(&self.zone, instant)
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
        match (self.spec, self.unit()) {
            (WindowSpec::Clock(length), _) => {
                let passed = instant.nanos_since(self.origin);
                i32::try_from(passed.div_euclid(clock_nanos(length))).ok()
            }
            (_, None) => Some(0),
            (_, Some(unit)) => {
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

    /// From when on what happens counts in a window: of a rolling one, that is the start of the first upon which it looks
    /// back.
    pub fn counts_from(&self, window: &Window) -> Instant {
        match self.spec {
            WindowSpec::Rolling { .. } => self.zone.start_of(window.first_date).max(self.start),
            _ => window.start,
        }
    }

    fn cell(&self, index: i32) -> Option<Window> {
        if self.start >= self.end || index < 0 {
            return None;
        }
        let (full_first, full_last, full_start, full_end) = match (self.spec, self.unit()) {
            (WindowSpec::Clock(length), _) => {
                let (from, until) = self.clock_cell(length, index)?;
                (started_date(&self.zone, from), self.last_date_before(until), from, until)
            }
            (_, None) if index > 0 => return None,
            (_, None) => {
                let end = self.agreed.unwrap_or(self.end);
                (self.anchor, self.last_date_before(end), self.start, end)
            }
            (_, Some(unit)) => {
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
        let window = Window {
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
        };
        Some(self.looking_back(window))
    }

    /// From when to when a window by the clock reaches; the last one that can be told ends where time does.
    fn clock_cell(&self, length: NonZeroU32, index: i32) -> Option<(Instant, Instant)> {
        let from = self.origin.add_nanos(clock_nanos(length) * i128::from(index))?;
        Some((from, from.add_nanos(clock_nanos(length)).unwrap_or(Instant::MAX)))
    }

    /// A window with the dates of all that are counted with it.
    fn looking_back(&self, window: Window) -> Window {
        let WindowSpec::Rolling { count, unit, .. } = self.spec else { return window };
        let before = i32::from(count).saturating_sub(1);
        let first = window.index.checked_sub(before).and_then(|index| self.cell_start(unit, index));
        let full_first = first.unwrap_or(Date::MIN);
        let full_start = self.zone.start_of(full_first);
        if full_start >= self.start {
            return Window { full_start: window.start, first_date: full_first, full_first, ..window };
        }
        let first_date = started_date(&self.zone, self.start);
        Window { full_start, first_date, full_first, ..window }
    }

    fn unit(&self) -> Option<WindowUnit> {
        match self.spec {
            WindowSpec::Term | WindowSpec::Clock(_) => None,
            WindowSpec::Calendar(unit)
            | WindowSpec::Contract(unit)
            | WindowSpec::From(unit, _)
            | WindowSpec::Rolling { unit, .. } => Some(unit),
        }
    }

    fn last_date_before(&self, end: Instant) -> Date {
        started_date(&self.zone, end.previous())
    }

    /// The first date of a cell of the grid, always counted from the anchor.
    fn cell_start(&self, unit: WindowUnit, index: i32) -> Option<Date> {
        let index = i64::from(index);
        match unit {
            WindowUnit::Day => self.anchor.add_days(index),
            WindowUnit::Week => self.anchor.add_days(index.checked_mul(7)?),
            _ => {
                let first = self.anchor.add_months(index.checked_mul(months_in(unit))?)?;
                Some(match self.spec {
                    WindowSpec::From(_, day) => day_of_month(first, day),
                    _ => first,
                })
            }
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

/// How long a window by the clock is.
fn clock_nanos(length: NonZeroU32) -> i128 {
    i128::from(length.get()) * i128::from(NANOS_PER_SECOND)
}

/// The date of this number in the month that begins with a date; of a month that is too short its last one.
fn day_of_month(first: Date, day: u8) -> Date {
    let next = first.add_months(1).map_or(Date::MAX, |next| Date(next.0.saturating_sub(1)));
    Date(first.0.saturating_add(i32::from(day).saturating_sub(1))).min(next)
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
