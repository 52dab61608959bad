//! Business calendars in a zone: open time measured and landed, business days counted.
//!
//! Years are worked out when they are first asked for and kept. No pauses here: they belong to the
//! clock of a case.

mod business;
mod year;

use std::sync::{Arc, OnceLock};

use super::calendar_spec::Hours;
use super::{CalendarError, CalendarSpec, Date, Instant, Zone};
use year::{Opening, Year};

/// The years from 1899, which local dates west of Greenwich reach, to 2200.
const FIRST_YEAR: i32 = 1899;
const YEARS: usize = 302;

/// Opening hours in a zone: business time as a library. Cloning is cheap.
///
/// Time is half open throughout: an opening holds its first instant and not its last, and an interval from one
/// instant to another does not hold the other. All arithmetic is checked: what would lie beyond the instants that
/// there are (1900 to 2199) is none, or is cut off there.
///
/// Dates and hours are those that clocks show in the zone, and open time is the time that passes: an hour that clocks
/// skip is not there, one that they show twice counts twice. An opening that the clocks skip begins with the first
/// instant after it; of one that they show twice the earlier one opens, and the later one closes. An opening belongs
/// to the date on which it begins, past midnight too. 24:00 is the end of the date.
///
/// ```
/// use servanda_policy::time::{Calendar, CalendarSpec, Closing, Ending, Instant, Weekday, Zone};
///
/// const HOUR: i128 = 3_600_000_000_000;
/// let spec = CalendarSpec::default()
///     .open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600)
///     .closed_on("2026-03-09".parse()?);
/// let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
/// let friday: Instant = "2026-03-06T16:00:00+01:00".parse()?;
///
/// assert!(office.is_open(friday));
/// // Four hours from Friday afternoon end on Tuesday: Monday is closed.
/// let end = office.add_open_time(friday, 4 * HOUR, Ending::AtClosing).ok_or("beyond all time")?;
/// assert_eq!(end, "2026-03-10T11:00:00+01:00".parse()?);
/// assert_eq!(office.open_time(friday, end), 4 * HOUR);
/// // Two business days from Friday end with the closing on Wednesday.
/// let closing = office.business_day_closing("2026-03-06".parse()?, 2);
/// assert_eq!(closing, Some(Closing::Moment("2026-03-11T18:00:00+01:00".parse()?)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The openings of a year are worked out when it is first asked for, with the sum of open time before each; from then
/// on open time between two instants takes a look at both, wherever they lie. Calendars of an agreement come from its
/// policy: [`Agreement::calendar`](crate::Agreement::calendar).
#[derive(Clone)]
pub struct Calendar(Arc<Inner>);

struct Inner {
    hours: Hours,
    zone: Zone,
    /// Start of each year, ascending; the last is the end of the range.
    starts: Vec<Instant>,
    /// Boxed, as most years are never asked for.
    years: Vec<OnceLock<Box<Year>>>,
}

/// When open time that is used up exactly at a closing ends.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// At that closing.
    #[default]
    AtClosing,
    /// At the next opening.
    AtNextOpening,
}

/// The closing of a business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Closing {
    /// At a moment, which is still on time.
    Moment(Instant),
    /// At 24:00: with the date, before the start of the next one, which is given.
    EndOfDate(Instant),
}

impl Closing {
    /// The first instant that is late.
    pub fn late_from(self) -> Option<Instant> {
        match self {
            Self::Moment(instant) => super::moment(instant),
            Self::EndOfDate(instant) => Some(instant),
        }
    }

    /// The instant at which it closes.
    pub fn instant(self) -> Instant {
        match self {
            Self::Moment(instant) | Self::EndOfDate(instant) => instant,
        }
    }
}

impl Calendar {
    /// A calendar in a zone.
    ///
    /// # Errors
    /// When the calendar is never open, an opening is malformed, a date has two lines, or a country
    /// has no holiday data.
    pub fn new(spec: CalendarSpec, zone: Zone) -> Result<Self, CalendarError> {
        let hours = Hours::check(spec)?;
        let mut starts: Vec<Instant> = (FIRST_YEAR..)
            .take(YEARS)
            .map(|year| Date::from_civil(year, 1, 1).map_or(Instant::MIN, |date| zone.start_of(date)))
            .collect();
        starts.push(Instant::MAX);
        let years = std::iter::repeat_with(OnceLock::new).take(YEARS).collect();
        Ok(Self(Arc::new(Inner { hours, zone, starts, years })))
    }

    /// The zone of its dates and hours.
    pub fn zone(&self) -> &Zone {
        &self.0.zone
    }

    /// The dates for which its holiday data say anything, both included; none: it uses no holidays.
    ///
    /// Outside of them the calendar answers as if there were no holidays, which a caller must not
    /// take for an answer.
    pub fn covered(&self) -> Option<(Date, Date)> {
        self.0.hours.covered()
    }

    /// Whether its holiday data cover all dates from `from` to `to`, both included.
    pub fn covers(&self, from: Date, to: Date) -> bool {
        self.covered().is_none_or(|(first, last)| first <= from && to <= last)
    }

    /// The openings that begin on a date, as clocks show them: in seconds after its midnight. One that lasts over the next
    /// midnight ends behind 86 400.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// assert_eq!(office.hours_of("2026-03-06".parse()?), [(9 * 3600, 18 * 3600)]);
    /// assert_eq!(office.hours_of("2026-03-07".parse()?), []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hours_of(&self, date: Date) -> Vec<(u32, u32)> {
        self.0.hours.spans_of(date)
    }

    /// Whether an instant lies in open time. A closing does not.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// assert!(office.is_open("2026-03-06T09:00:00+01:00".parse()?));
    /// assert!(!office.is_open("2026-03-06T18:00:00+01:00".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_open(&self, instant: Instant) -> bool {
        if !in_range(instant) {
            return false;
        }
        self.0.hours.always || self.year_of(instant).1.opening_of(instant.0).is_some()
    }

    /// Open nanoseconds from `from` to `to` (not included); zero when `to` is not later.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// let open = office.open_time("2026-03-06T17:50:00+01:00".parse()?, "2026-03-09T09:04:00+01:00".parse()?);
    /// assert_eq!(open, 14 * 60_000_000_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_time(&self, from: Instant, to: Instant) -> i128 {
        let (from, to) = (from.max(Instant::MIN), to.min(Instant::MAX));
        if to <= from {
            return 0;
        }
        if self.0.hours.always {
            return to.nanos_since(from);
        }
        let (first, first_year) = self.year_of(from);
        let (last, last_year) = self.year_of(to);
        let (before, until) = (first_year.open_before(from.0), last_year.open_before(to.0));
        if first == last {
            return i128::from(until.saturating_sub(before));
        }
        let years: i128 = (first..last).map(|at| i128::from(self.year(at).total())).sum();
        years + i128::from(until) - i128::from(before)
    }

    /// The instant at which `nanos` of open time after `start` are used up.
    ///
    /// With [`Ending::AtClosing`] the least instant, from `start` on, with at least so much open
    /// time behind it; with [`Ending::AtNextOpening`] the greatest with at most so much. None for a
    /// negative length, or when the range of instants ends first.
    ///
    /// What is done at that instant is on time: the first instant that is late is the one behind it
    /// ([`within_open`](super::within_open)).
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Ending, Instant, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// let friday: Instant = "2026-03-06T17:00:00+01:00".parse()?;
    /// let hour = 3_600_000_000_000;
    /// let closing = office.add_open_time(friday, hour, Ending::AtClosing);
    /// assert_eq!(closing, Some("2026-03-06T18:00:00+01:00".parse()?));
    /// let opening = office.add_open_time(friday, hour, Ending::AtNextOpening);
    /// assert_eq!(opening, Some("2026-03-09T09:00:00+01:00".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_open_time(&self, start: Instant, nanos: i128, ending: Ending) -> Option<Instant> {
        if nanos < 0 || !in_range(start) {
            return None;
        }
        if self.0.hours.always {
            return start.add_nanos(nanos);
        }
        if nanos == 0 && ending == Ending::AtClosing {
            return Some(start);
        }
        let (first, year) = self.year_of(start);
        let mut wanted = nanos.checked_add(i128::from(year.open_before(start.0)))?;
        for at in first..YEARS {
            let year = self.year(at);
            // What is more than a number of 64 bits lies behind every year.
            let here = i64::try_from(wanted).unwrap_or(i64::MAX);
            let found = match ending {
                Ending::AtClosing => year.reaching(start.0, here),
                Ending::AtNextOpening => year.passing(start.0, here),
            };
            if let Some(instant) = found {
                return Instant(instant).in_range();
            }
            wanted -= i128::from(year.total());
        }
        None
    }

    /// The first open instant that is not before `instant`: itself in open time.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// let saturday = "2026-03-07T12:00:00+01:00".parse()?;
    /// assert_eq!(office.next_opening(saturday), Some("2026-03-09T09:00:00+01:00".parse()?));
    /// assert_eq!(office.previous_closing(saturday), Some("2026-03-06T18:00:00+01:00".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_opening(&self, instant: Instant) -> Option<Instant> {
        let instant = instant.max(Instant::MIN);
        if !in_range(instant) {
            return None;
        }
        let (first, _) = self.year_of(instant);
        (first..YEARS)
            .find_map(|at| self.year(at).opening_from(instant.0))
            .map(|opening| Instant(opening.start.max(instant.0)))
    }

    /// The last instant, not after `instant`, with open time right before it: itself while open.
    pub fn previous_closing(&self, instant: Instant) -> Option<Instant> {
        let instant = instant.min(Instant::MAX);
        if instant <= Instant::MIN {
            return None;
        }
        let (last, _) = self.year_of(instant.previous());
        (0..=last)
            .rev()
            .find_map(|at| self.year(at).opening_until(instant.0))
            .map(|opening| Instant(opening.end.min(instant.0)))
    }

    /// The whole opening that holds an instant, half open; none in closed time.
    ///
    /// It may begin or end with the range of instants, where the calendar is never closed.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open([Weekday::Friday], 22 * 3600, 30 * 3600);
    /// # let night = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// // Friday 22:00 to Saturday 06:00.
    /// let saturday = "2026-03-07T01:00:00+01:00".parse()?;
    /// let shift = ("2026-03-06T22:00:00+01:00".parse()?, "2026-03-07T06:00:00+01:00".parse()?);
    /// assert_eq!(night.opening_around(saturday), Some(shift));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn opening_around(&self, instant: Instant) -> Option<(Instant, Instant)> {
        if !in_range(instant) {
            return None;
        }
        if self.0.hours.always {
            return Some((Instant::MIN, Instant::MAX));
        }
        let piece = |at: Instant| self.year_of(at).1.opening_of(at.0);
        let &Opening { mut start, mut end, .. } = piece(instant)?;
        // An opening that lasts over the end of a year is kept in two pieces.
        while start > Instant::MIN.0
            && let Some(before) = piece(Instant(start.saturating_sub(1)))
        {
            start = before.start;
        }
        while end < Instant::MAX.0
            && let Some(behind) = piece(Instant(end))
        {
            end = behind.end;
        }
        Some((Instant(start), Instant(end)))
    }

    /// The open time from `from` to `to` (not included) as separate half-open intervals, ascending.
    ///
    /// ```
    /// # use servanda_policy::time::{Calendar, CalendarSpec, Weekday, Zone};
    /// # let spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600);
    /// # let office = Calendar::new(spec, Zone::named("Europe/Berlin")?)?;
    /// let mut openings = office.openings("2026-03-06T16:00:00+01:00".parse()?, "2026-03-09T11:00:00+01:00".parse()?);
    /// let friday = ("2026-03-06T16:00:00+01:00".parse()?, "2026-03-06T18:00:00+01:00".parse()?);
    /// let monday = ("2026-03-09T09:00:00+01:00".parse()?, "2026-03-09T11:00:00+01:00".parse()?);
    /// assert_eq!((openings.next(), openings.next(), openings.next()), (Some(friday), Some(monday), None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn openings(&self, from: Instant, to: Instant) -> Openings<'_> {
        Openings { calendar: self, at: from.max(Instant::MIN), to: to.min(Instant::MAX) }
    }

    /// The number of the year that holds an instant, and the year.
    fn year_of(&self, instant: Instant) -> (usize, &Year) {
        let at = self.year_index(instant);
        (at, self.year(at))
    }

    fn year_index(&self, instant: Instant) -> usize {
        // 365.2425 days on average; an estimate that is at most one year off.
        const AVERAGE: i64 = 31_556_952_000_000_000;
        let guess = instant.0.saturating_sub(Instant::MIN.0).div_euclid(AVERAGE).saturating_add(1);
        let mut at = usize::try_from(guess).unwrap_or(0).min(YEARS.saturating_sub(1));
        while at > 0 && self.0.starts.get(at).is_some_and(|start| *start > instant) {
            at = at.saturating_sub(1);
        }
        while self.0.starts.get(at.saturating_add(1)).is_some_and(|start| *start <= instant)
            && at.saturating_add(1) < YEARS
        {
            at = at.saturating_add(1);
        }
        at
    }

    /// A year by number, worked out if it was not yet. `at` is below [`YEARS`].
    fn year(&self, at: usize) -> &Year {
        static NONE: OnceLock<Year> = OnceLock::new();
        let inner = &self.0;
        let Some(slot) = inner.years.get(at) else {
            return NONE.get_or_init(Year::default);
        };
        slot.get_or_init(|| {
            let number = i32::try_from(at).unwrap_or(0).saturating_add(FIRST_YEAR);
            let bound = |at: usize| inner.starts.get(at).copied().unwrap_or(Instant::MAX);
            let limits = (bound(at), bound(at.saturating_add(1)));
            Box::new(Year::compile(&inner.hours, &inner.zone, number, limits))
        })
    }
}

fn in_range(instant: Instant) -> bool {
    Instant::MIN <= instant && instant < Instant::MAX
}

/// The separate openings of an interval; see [`Calendar::openings`].
#[derive(Debug)]
pub struct Openings<'a> {
    calendar: &'a Calendar,
    at: Instant,
    to: Instant,
}

impl Iterator for Openings<'_> {
    type Item = (Instant, Instant);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.calendar.next_opening(self.at).filter(|start| *start < self.to)?;
        let mut end = start;
        // An opening that lasts over the end of a year is kept in two pieces.
        while end < self.to {
            let (_, year) = self.calendar.year_of(end);
            let Some(&Opening { end: piece, .. }) = year.opening_of(end.0) else { break };
            end = Instant(piece).min(self.to);
        }
        self.at = end;
        Some((start, end))
    }
}

impl std::fmt::Debug for Calendar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calendar").field("zone", &self.0.zone).field("hours", &self.0.hours).finish()
    }
}
