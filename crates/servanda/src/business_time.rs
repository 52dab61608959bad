//! Business time on its own: the calendars, lengths and windows of an agreement, without any event.

use crate::{Compiled, Diagnostics, RunError};
use servanda_diagnostics::spelling;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::CalendarId;
use servanda_policy::time::{Calendar, Instant, Windows};
use servanda_policy::{Binder, Since, TimeLimit};
use servanda_report::TimeOf;
use std::sync::Arc;

/// The time of an agreement: its calendars by their names, its lengths of time as its policy writes them, and its
/// term cut into windows.
///
/// What is asked by a name or a length is answered by the version of the agreement that is in force at the instant
/// from which it is asked, as for whatever begins then. Deadlines are those of duties: the same functions land both.
///
/// ```
/// use servanda::{BusinessTime, Since, Sources, compile, moment};
///
/// let sources = Sources::new().with("agreement.sla", r#"
///     language 1.
///     agreement "Support" {
///       party desk. party client.
///       in force from 2026-01-01 for 12 months.
///       time zone Europe/Berlin.
///       money in EUR.
///       calendar office { open mon..fri 09:00..18:00. closed on holidays of DE. }
///       event question.asked { question: id }
///       clause 1 "Fee" { client owes desk 100 EUR each calendar month. }
///     }
/// "#);
/// let time = BusinessTime::of(&compile(&sources)?)?;
/// let friday = moment("2026-03-06 16:00", &time.agreement().zone)?;
///
/// // When do four office hours from here end?
/// let limit = time.limit("4 office hours", friday)?;
/// let late_from = time.late_from(&limit, Since::Instant(friday)).ok_or("beyond all time")?;
/// assert_eq!(late_from.format_in(&time.agreement().zone), "2026-03-09T11:00:00.000000001+01:00");
///
/// // How much open time lies between? Is it open?
/// let office = time.calendar("office", friday)?;
/// assert_eq!(office.open_time(friday, late_from), 4 * 3_600_000_000_000 + 1);
/// assert!(office.is_open(friday));
///
/// // Which windows lie in the term?
/// let windows = time.windows("calendar quarter")?;
/// let first = windows.first().ok_or("the term is not empty")?;
/// let label = |window: servanda::time::Window| window.label(windows.zone());
/// assert_eq!((label(first).as_str(), windows.next(&first).map(label)), ("2026-Q1", Some("2026-Q2".to_owned())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BusinessTime {
    compiled: Compiled,
    agreement: Arc<Agreement>,
}

/// No calendar has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no calendar `{name}`{}", hint(.nearest.as_deref(), .known))]
pub struct UnknownCalendar {
    /// The name that was asked for.
    pub name: String,
    /// The calendar that was probably meant.
    pub nearest: Option<String>,
    /// The calendars that there are.
    pub known: Vec<String>,
}

fn hint(nearest: Option<&str>, known: &[String]) -> String {
    let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match (nearest, listed.as_slice()) {
        (Some(near), _) => format!("; did you mean `{near}`?"),
        (None, []) => "; the policy has none".to_owned(),
        (None, [only]) => format!("; there is {only}"),
        (None, several) => format!("; there are {}", several.join(", ")),
    }
}

impl BusinessTime {
    /// The time of a policy with the defaults of its parameters.
    ///
    /// # Errors
    /// When a parameter has no default, or the defaults make no agreement.
    pub fn of(compiled: &Compiled) -> Result<Self, RunError> {
        let policy = compiled.policy();
        let params = policy.params.values().filter(|param| param.default.is_none());
        let missing: Vec<String> = params.map(|param| param.name.clone()).collect();
        if !missing.is_empty() {
            return Err(RunError::Parameters(missing));
        }
        let agreement = Binder::new(policy).bind(&policy.title, Vec::new()).map_err(RunError::Bind)?;
        Ok(Self::of_agreement(compiled, &Arc::new(agreement)))
    }

    /// The time of an agreement of a policy, such as one of [`Run::agreements`](crate::Run::agreements).
    pub fn of_agreement(compiled: &Compiled, agreement: &Arc<Agreement>) -> Self {
        Self { compiled: compiled.clone(), agreement: Arc::clone(agreement) }
    }

    /// The agreement, with its zone and its term.
    pub const fn agreement(&self) -> &Arc<Agreement> {
        &self.agreement
    }

    /// The calendars in force at an instant with their names, in the order of the text.
    pub fn calendars(&self, at: Instant) -> impl Iterator<Item = (&str, CalendarId)> {
        let version = self.agreement.version_at(at);
        self.compiled.policy().calendars_of(version).map(|(id, calendar)| (calendar.name.as_str(), id))
    }

    /// The id of the calendar that has a name at an instant.
    ///
    /// # Errors
    /// When there is none.
    pub fn calendar_id(&self, name: &str, at: Instant) -> Result<CalendarId, UnknownCalendar> {
        let found = self.calendars(at).find(|(known, _)| *known == name);
        found.map(|(_, id)| id).ok_or_else(|| {
            let known: Vec<String> = self.calendars(at).map(|(name, _)| name.to_owned()).collect();
            let nearest = spelling::nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
            UnknownCalendar { name: name.to_owned(), nearest, known }
        })
    }

    /// The calendar that has a name at an instant, in its zone.
    ///
    /// # Errors
    /// When there is none.
    pub fn calendar(&self, name: &str, at: Instant) -> Result<&Calendar, UnknownCalendar> {
        let id = self.calendar_id(name, at)?;
        let missing = || UnknownCalendar { name: name.to_owned(), nearest: None, known: Vec::new() };
        self.agreement.calendar(id).ok_or_else(missing)
    }

    /// The length of time that a text says, as it is written behind `within`: `4 office hours`, `2 office days`,
    /// `30 calendar days, or the next office day`, `8 office hours, ending at the next opening`; or the name of a
    /// value or a parameter that is one.
    ///
    /// # Errors
    /// What is wrong with the text, with its places quoted.
    pub fn limit(&self, text: &str, at: Instant) -> Result<TimeLimit, Diagnostics> {
        let mut sources = self.compiled.sources().clone();
        let source = sources.add("<length>", text);
        let read = servanda_parser::read_time_limit(source, text).and_then(|written| {
            let (policy, agreement) = (self.compiled.policy(), &self.agreement);
            let limit = TimeLimit::read(&written, policy, agreement, agreement.version_at(at));
            limit.map_err(|finding| vec![*finding])
        });
        read.map_err(|findings| Diagnostics::new(findings, sources))
    }

    /// The first instant that is late, for a length of time counted from a start; none where that lies beyond all time
    /// that can be told. A moment is the instant before it, a date is the one that ends there.
    pub fn late_from(&self, limit: &TimeLimit, since: Since) -> Option<Instant> {
        self.agreement.limit_from(limit, since)
    }

    /// The term cut into windows, as a measure says it: `calendar month`, `contract week`, `the term`.
    ///
    /// # Errors
    /// What is wrong with the text, with its places quoted.
    pub fn windows(&self, text: &str) -> Result<Windows, Diagnostics> {
        let mut sources = self.compiled.sources().clone();
        let source = sources.add("<window>", text);
        let read = servanda_parser::read_window(source, text)
            .and_then(|written| servanda_policy::read_window(&written).map_err(|finding| vec![*finding]));
        match read {
            Ok(spec) => Ok(self.agreement.windows_of(spec)),
            Err(findings) => Err(Diagnostics::new(findings, sources)),
        }
    }

    /// Answers to be read: [`TimeOf`] makes them from what is asked for here.
    pub fn answers(&self) -> TimeOf<'_> {
        TimeOf { policy: self.compiled.policy(), agreement: &self.agreement }
    }
}
