//! A business calendar as it is written: weekly hours, dated lines, holiday sets.
//!
//! It knows no zone and no instants; [`super::Calendar`] gives it both.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Date, Holiday, HolidaySet, Weekday, holidays};

/// Openings of one date: pairs of seconds after midnight, the end not included.
///
/// A start lies before 24:00 (86 400); an end may pass it, up to 48:00.
pub type DaySpans = Vec<(u32, u32)>;

/// The hours of one date, in place of its weekday's and of any holiday.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DatedLine {
    /// The date.
    pub date: Date,
    /// Its openings; none when it is closed.
    pub spans: DaySpans,
}

/// Holidays that somebody gives: whole days.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GivenHolidays {
    /// The name of the file that they are from.
    pub file: Box<str>,
    /// The first date of which they say anything.
    pub first: Date,
    /// The last one.
    pub last: Date,
    /// The days, each with its name: ascending, one for each date.
    pub days: Vec<(Date, Box<str>)>,
}

impl GivenHolidays {
    /// The name of the holiday on a date.
    pub fn on(&self, date: Date) -> Option<&str> {
        let at = self.days.binary_search_by_key(&date, |(day, _)| *day).ok()?;
        self.days.get(at).map(|(_, name)| &**name)
    }
}

/// What the text of a calendar says. A dated line goes before holidays, these before weekdays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CalendarSpec {
    /// Openings of each weekday, Monday first.
    pub weekly: [DaySpans; 7],
    /// Dates with hours of their own.
    pub dated: Vec<DatedLine>,
    /// Codes of countries, and of subdivisions, whose public holidays are closed.
    pub holidays: Vec<Box<str>>,
    /// Holidays that are given, which are closed as well.
    #[serde(default)]
    pub given: Vec<GivenHolidays>,
    /// Open at every instant, unless a dated line or a holiday says otherwise.
    pub always: bool,
}

impl CalendarSpec {
    /// The same, and open on these weekdays from one second after midnight to another, which may lie past midnight.
    ///
    /// ```
    /// use servanda_policy::time::{CalendarSpec, Weekday};
    ///
    /// let spec = CalendarSpec::default()
    ///     .open(Weekday::MON_TO_FRI, 9 * 3600, 18 * 3600)
    ///     .open([Weekday::Saturday], 9 * 3600, 12 * 3600);
    /// assert_eq!(spec.weekly[5], [(32_400, 43_200)]);
    /// ```
    #[must_use]
    pub fn open(mut self, days: impl IntoIterator<Item = Weekday>, from: u32, to: u32) -> Self {
        for day in days {
            if let Some(spans) = self.weekly.get_mut(day.index()) {
                spans.push((from, to));
            }
        }
        self
    }

    /// The same, and closed on a date.
    #[must_use]
    pub fn closed_on(mut self, date: Date) -> Self {
        self.dated.push(DatedLine { date, spans: DaySpans::new() });
        self
    }
}

/// Why a calendar cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// No date has an opening.
    #[error("a calendar that is never open")]
    NeverOpen,
    /// An opening that ends before it starts, starts at 24:00 or later, or ends after 48:00.
    #[error("an opening from second {start} to second {end} of a day")]
    Span {
        /// Seconds after midnight.
        start: u32,
        /// Seconds after midnight.
        end: u32,
    },
    /// Two lines for one date.
    #[error("two lines for {0}")]
    TwoLines(Date),
    /// No holiday data for a country.
    #[error("no holidays are known for `{0}`")]
    NoHolidays(Box<str>),
}

/// A checked specification, with its look-ups ready.
#[derive(Debug)]
pub(super) struct Hours {
    weekly: [DaySpans; 7],
    dated: BTreeMap<Date, DaySpans>,
    holidays: Vec<&'static HolidaySet>,
    given: Vec<GivenHolidays>,
    pub(super) always: bool,
}

impl Hours {
    pub(super) fn check(spec: CalendarSpec) -> Result<Self, CalendarError> {
        let lines = spec.dated.iter().map(|line| &line.spans);
        for &(start, end) in spec.weekly.iter().chain(lines).flatten() {
            if start >= end || start >= 86_400 || end > 2 * 86_400 {
                return Err(CalendarError::Span { start, end });
            }
        }
        let mut weekly = spec.weekly;
        if spec.always {
            weekly = std::array::from_fn(|_| vec![(0, 86_400)]);
        }
        let mut sets = Vec::new();
        for country in spec.holidays {
            let set = holidays(&country).ok_or(CalendarError::NoHolidays(country))?;
            sets.push(set);
        }
        let mut dated = BTreeMap::new();
        for DatedLine { date, spans } in spec.dated {
            if dated.insert(date, unite(spans)).is_some() {
                return Err(CalendarError::TwoLines(date));
            }
        }
        let weekly = weekly.map(unite);
        if weekly.iter().chain(dated.values()).all(Vec::is_empty) {
            return Err(CalendarError::NeverOpen);
        }
        let given = spec.given;
        let always = spec.always && dated.is_empty() && sets.is_empty() && given.is_empty();
        Ok(Self { weekly, dated, holidays: sets, given, always })
    }

    /// The openings that start on a date, ascending and apart from each other.
    pub(super) fn spans_of(&self, date: Date) -> DaySpans {
        if let Some(spans) = self.dated.get(&date) {
            return spans.clone();
        }
        if self.given.iter().any(|given| given.on(date).is_some()) {
            return DaySpans::new();
        }
        let mut spans = self.weekly.get(date.weekday().index()).cloned().unwrap_or_default();
        for set in &self.holidays {
            match set.on(date) {
                None => {}
                Some(Holiday { closed: None, .. }) => return DaySpans::new(),
                Some(Holiday { closed: Some(part), .. }) => spans = without(spans, *part),
            }
        }
        spans
    }

    /// The years for which every holiday set has data, both included; none when no set is used.
    pub(super) fn covered(&self) -> Option<(Date, Date)> {
        let sets = self.holidays.iter().map(|set| (set.first(), set.last()));
        let given = self.given.iter().map(|given| (given.first, given.last));
        let (first, last) =
            sets.chain(given).reduce(|(first, last), of| (first.max(of.0), last.min(of.1)))?;
        Some((first, last))
    }
}

/// Sorted, with overlapping and touching openings joined.
fn unite(mut spans: DaySpans) -> DaySpans {
    spans.sort_unstable();
    let mut united = DaySpans::new();
    for (start, end) in spans {
        match united.last_mut() {
            Some((_, last)) if start <= *last => *last = (*last).max(end),
            _ => united.push((start, end)),
        }
    }
    united
}

/// What is left of openings without a closed part of the day.
fn without(spans: DaySpans, (from, to): (u32, u32)) -> DaySpans {
    spans
        .into_iter()
        .flat_map(|(start, end)| [(start, end.min(from)), (start.max(to), end)])
        .filter(|(start, end)| start < end)
        .collect()
}
