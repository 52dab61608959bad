//! One instance of a policy: the agreement with its parameters given, its calendars placed in its zone, its
//! windows cut to its term. Instances of which the parameters place them alike share one [`Placed`].

use crate::arena::Id;
use crate::policy::{Ending, LengthKind, Tell, Value, VersionId};
use crate::time::{
    Calendar, Date, Ending as AtEnd, Instant, Windows, Zone, after_calendar_days, after_months,
};
use crate::value::Currency;
use std::ops::Deref;
use std::sync::Arc;

/// A policy's agreement with its parameters given. What it is placed in reads as its own: `agreement.zone`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Agreement {
    /// The name that events call it by.
    pub name: String,
    /// The values of the parameters, by [`crate::policy::ParamId`]; instances that are given the same share them.
    pub params: Arc<[Value]>,
    /// Where in time and money it stands, shared with the instances that stand there, too.
    pub placed: Arc<Placed>,
}

/// Where an agreement stands: its zone, its currency, its term, and what is cut to them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Placed {
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

impl Deref for Agreement {
    type Target = Placed;

    fn deref(&self) -> &Placed {
        &self.placed
    }
}

impl Agreement {
    /// The version in force at an instant; before the first one that one.
    pub fn version_at(&self, at: Instant) -> VersionId {
        let begun = self.versions.partition_point(|from| *from <= at);
        VersionId::at(begun.saturating_sub(1))
    }

    /// The first instant after the end, when a right to end it is used at an instant: the end of the date on which the
    /// notice is over, or of the month, quarter or year that holds it, where it is given to the end of one. None where
    /// that cannot be told.
    pub fn end_by(&self, ending: &Ending, given: Instant) -> Option<Instant> {
        let over = self.notice_over(ending, given)?;
        match ending.to {
            None => Some(over),
            // Where the term ends first, it does so anyway. Windows count from the date that was agreed on, also where
            // signatures came later.
            Some(spec) => {
                let begins = self.zone.start_of(self.first_date);
                Windows::new(spec, self.zone.clone(), begins, None).end_around(over.previous())
            }
        }
    }

    /// When somebody is told of what arises at an instant: then, or when the calendar of a sentence that says so opens
    /// next. Where it opens no more, nothing is waited for.
    pub fn told_at(&self, tell: &Tell, arose: Instant) -> Instant {
        let calendar = tell.during.and_then(|id| self.calendar(id));
        let opening = calendar.and_then(|hours| hours.add_open_time(arose, 0, AtEnd::AtNextOpening));
        opening.unwrap_or(arose)
    }

    fn notice_over(&self, ending: &Ending, given: Instant) -> Option<Instant> {
        let date = self.zone.date_of(given);
        let Some(notice) = &ending.notice else { return after_calendar_days(&self.zone, date, 0) };
        let Value::Length(length) = crate::binder::constant(notice, &self.params)? else { return None };
        let amount = i64::try_from(length.amount.to_i128()?).ok()?;
        match length.kind {
            LengthKind::Months => after_months(&self.zone, date, amount),
            LengthKind::CalendarDays => after_calendar_days(&self.zone, date, amount),
            LengthKind::Physical | LengthKind::Open(_) | LengthKind::BusinessDays(_) => None,
        }
    }

    /// The same agreement with an earlier end: windows are cut there, as at the end of the term.
    #[must_use]
    pub fn ended_at(&self, end: Instant) -> Self {
        let windows = self.windows.iter().map(|windows| windows.clone().ended_at(end)).collect();
        let end = Some(self.end.map_or(end, |own| own.min(end)));
        let placed = Placed { end, windows, ..Placed::clone(self) };
        Self { name: self.name.clone(), params: Arc::clone(&self.params), placed: Arc::new(placed) }
    }
}
