//! One year of a calendar in a zone: its openings with sums, and its business days.
//!
//! Openings are cut at the ends of the year; whoever lists them joins the pieces.

use super::super::calendar_spec::Hours;
use super::super::{Date, Instant, NANOS_PER_DAY, Side, Zone};
use super::Closing;

/// One opening, in nanoseconds, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Open nanoseconds of the year before it.
    before: i64,
}

impl Opening {
    fn length(&self) -> i64 {
        self.end.saturating_sub(self.start)
    }

    /// Open nanoseconds of the year up to its end.
    fn after(&self) -> i64 {
        self.before.saturating_add(self.length())
    }
}

/// A date with an opening of its own, and its last closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BusinessDay {
    pub(super) date: Date,
    pub(super) closing: Closing,
}

/// What a calendar knows about one year.
#[derive(Debug, Default)]
pub(super) struct Year {
    start: i64,
    /// Ascending, apart from each other.
    openings: Vec<Opening>,
    /// For each 24 hours since the start, how many openings are over when they begin.
    over: Vec<u16>,
    /// Ascending.
    pub(super) business: Vec<BusinessDay>,
}

impl Year {
    pub(super) fn compile(hours: &Hours, zone: &Zone, year: i32, limits: (Instant, Instant)) -> Self {
        let (start, end) = (limits.0.0, limits.1.0);
        let mut pieces: Vec<(i64, i64)> = Vec::new();
        let mut business = Vec::new();
        let new_year = Date::from_civil(year, 1, 1).unwrap_or(Date::MIN);
        // The last date of the year before may still be open. One date more on each side costs
        // little and covers clocks that go back over the midnight between the years.
        for offset in -2..=367 {
            let date = Date(new_year.0.saturating_add(offset));
            let mut last: Option<(u32, Instant)> = None;
            for (opens, closes) in hours.spans_of(date) {
                let opening = zone.at(date, opens, Side::Opening);
                let closing = zone.at(date, closes, Side::Closing);
                if opening < closing {
                    pieces.push((opening.0.max(start), closing.0.min(end)));
                    last = Some((closes, closing));
                }
            }
            if let Some((closes, closing)) = last
                && date.year() == year
                && date.in_range().is_some()
            {
                let closing = match closes {
                    86_400 => Closing::EndOfDate(closing),
                    _ => Closing::Moment(closing),
                };
                business.push(BusinessDay { date, closing });
            }
        }
        pieces.retain(|(from, to)| from < to);
        pieces.sort_unstable();
        Self::with_index(start, end, &pieces, business)
    }

    fn with_index(start: i64, end: i64, pieces: &[(i64, i64)], business: Vec<BusinessDay>) -> Self {
        let mut openings: Vec<Opening> = Vec::new();
        for &(from, to) in pieces {
            match openings.last_mut() {
                Some(last) if from <= last.end => last.end = last.end.max(to),
                Some(last) => {
                    let before = last.after();
                    openings.push(Opening { start: from, end: to, before });
                }
                None => openings.push(Opening { start: from, end: to, before: 0 }),
            }
        }
        let mut at = 0_usize;
        let mut over = Vec::new();
        let mut day = start;
        while day < end {
            while openings.get(at).is_some_and(|opening| opening.end <= day) {
                at = at.saturating_add(1);
            }
            over.push(u16::try_from(at).unwrap_or(u16::MAX));
            day = day.saturating_add(NANOS_PER_DAY);
        }
        Self { start, openings, over, business }
    }

    /// Open nanoseconds of the whole year.
    pub(super) fn total(&self) -> i64 {
        self.openings.last().map_or(0, Opening::after)
    }

    /// The number of openings that are over at an instant.
    fn over_at(&self, nanos: i64) -> usize {
        let day = nanos.saturating_sub(self.start).max(0).div_euclid(NANOS_PER_DAY);
        let known = usize::try_from(day).ok().and_then(|day| self.over.get(day));
        let mut at = known.or_else(|| self.over.last()).copied().map_or(0, usize::from);
        while self.openings.get(at).is_some_and(|opening| opening.end <= nanos) {
            at = at.saturating_add(1);
        }
        at
    }

    /// The opening that holds an instant.
    pub(super) fn opening_of(&self, nanos: i64) -> Option<&Opening> {
        self.opening_from(nanos).filter(|opening| opening.start <= nanos)
    }

    /// The first opening that ends after an instant.
    pub(super) fn opening_from(&self, nanos: i64) -> Option<&Opening> {
        self.openings.get(self.over_at(nanos))
    }

    /// The last opening that starts before an instant.
    pub(super) fn opening_until(&self, nanos: i64) -> Option<&Opening> {
        let started = self.openings.partition_point(|opening| opening.start < nanos);
        self.openings.get(started.checked_sub(1)?)
    }

    /// Open nanoseconds of the year before an instant of it.
    pub(super) fn open_before(&self, nanos: i64) -> i64 {
        match self.opening_from(nanos) {
            Some(opening) => opening.before.saturating_add(nanos.saturating_sub(opening.start).max(0)),
            None => self.total(),
        }
    }

    /// The least instant with this much (more than nothing) open time of the year behind it.
    ///
    /// `near` is an instant of the year that is not after it; most answers lie close to it.
    pub(super) fn reaching(&self, near: i64, wanted: i64) -> Option<i64> {
        self.landing(near, wanted, |opening| opening.after() < wanted)
    }

    /// The greatest instant with no more than this much open time of the year behind it.
    ///
    /// `near` is an instant of the year that is not after it.
    pub(super) fn passing(&self, near: i64, wanted: i64) -> Option<i64> {
        self.landing(near, wanted, |opening| opening.after() <= wanted)
    }

    fn landing(&self, near: i64, wanted: i64, too_early: impl Fn(&Opening) -> bool) -> Option<i64> {
        let ahead = self.openings.get(self.over_at(near)..)?;
        let opening = match ahead.first()? {
            first if !too_early(first) => first,
            _ => ahead.get(ahead.partition_point(too_early))?,
        };
        opening.start.checked_add(wanted.checked_sub(opening.before)?)
    }
}
