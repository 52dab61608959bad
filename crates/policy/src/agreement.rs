//! One instance of a policy: the agreement with its parameters given, its calendars placed in its zone, its
//! windows cut to its term. Many instances share calendars and windows that are alike.

use crate::arena::Id;
use crate::policy::{Value, VersionId};
use crate::time::{Calendar, Date, Instant, Windows, Zone};
use crate::value::Currency;

/// A policy's agreement with its parameters given.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Agreement {
    /// The name that events call it by.
    pub name: String,
    /// The values of the parameters, by [`crate::policy::ParamId`].
    pub params: Vec<Value>,
    /// Its zone.
    pub zone: Zone,
    /// Its currency.
    pub currency: Currency,
    /// The first date.
    pub first_date: Date,
    /// The first instant.
    pub start: Instant,
    /// The first instant after the end; none where it goes on.
    pub end: Option<Instant>,
    /// The calendars, by [`crate::policy::CalendarId`].
    pub calendars: Vec<Calendar>,
    /// The windows, by [`crate::policy::WindowId`].
    pub windows: Vec<Windows>,
    /// The first instant at which each version governs, by [`VersionId`], ascending.
    pub versions: Vec<Instant>,
}

impl Agreement {
    /// The version in force at an instant; before the first one that one.
    pub fn version_at(&self, at: Instant) -> VersionId {
        let begun = self.versions.partition_point(|from| *from <= at);
        VersionId::at(begun.saturating_sub(1))
    }
}
