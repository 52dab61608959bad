//! The versions of an agreement: which text governs from when on.
//!
//! A case is governed by the version in force at its birth, a window by the version at its start, and what follows
//! from a thing by the version of that thing.

use crate::policy::{CalendarId, Length};
use crate::time::{Civil, Date, Instant, Zone};
use serde::{Deserialize, Serialize};
use servanda_diagnostics::Span;

/// A civil date and time in the agreement's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CivilTime {
    /// The date.
    pub date: Date,
    /// Nanoseconds since the date began; 0: its first instant.
    pub nanos: i64,
}

impl CivilTime {
    /// This time of this date.
    pub const fn new(date: Date, nanos: i64) -> Self {
        Self { date, nanos }
    }

    /// The instant in a zone: of two the earlier, of a time that clocks skip the first instant after it.
    pub fn instant(self, zone: &Zone) -> Instant {
        if self.nanos == 0 {
            return zone.start_of(self.date);
        }
        match zone.resolve_civil(self.date, self.nanos) {
            Civil::One(instant) | Civil::Gap(instant) | Civil::Fold(instant, _) => instant,
        }
    }
}

/// `2026-04-01`, `2026-04-01 14:30`
impl std::fmt::Display for CivilTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.date)?;
        let seconds = self.nanos / 1_000_000_000;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match (self.nanos, seconds) {
            (0, _) => Ok(()),
            (_, 0) => write!(f, " {hours:02}:{minutes:02}"),
            _ => write!(f, " {hours:02}:{minutes:02}:{seconds:02}"),
        }
    }
}

/// A version of the agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Version {
    /// The title of the agreement, or of the amendment that makes this version of the one before.
    pub title: String,
    /// From when on it governs, until the next one does: the date from which it is in force or, if that is later, the
    /// last signature. The first one governs from the beginning of the term, but not before it is signed.
    pub from: Option<CivilTime>,
    /// The hash of its meaning, all of it and not only what it changes.
    pub hash: String,
    /// The calendars that it has, by whose names its sentences call them.
    pub calendars: Vec<CalendarId>,
    /// The lengths of time that it names, each with its name: `let reply_time = 4 office hours.`
    pub lengths: Vec<(String, Length)>,
    /// What of the policy's tables it fills, with the versions before it.
    pub extent: Extent,
    /// Where its title stands.
    pub span: Span,
}

/// How much of a policy's tables the versions up to one of them fill: what comes behind belongs to later versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Extent {
    /// Events.
    pub events: usize,
    /// Cases.
    pub cases: usize,
    /// The fields that are kept of the items of each case.
    pub fields: Vec<usize>,
    /// Windows.
    pub windows: usize,
    /// Folds.
    pub folds: usize,
    /// Duties.
    pub duties: usize,
    /// Caps.
    pub caps: usize,
}

/// What is not in force because somebody has not signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsigned {
    /// Its title.
    pub title: String,
    /// Who has not signed.
    pub missing: Vec<String>,
    /// Where its title stands.
    pub span: Span,
}
