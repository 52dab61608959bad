//! Answers about time alone: when a length of time ends, how much lies between two instants, whether a calendar is
//! open, which windows lie in a term. For people, for pipes and as JSON.
//!
//! Nothing is computed here: what is shown comes from an agreement's calendars and windows.

mod text;

use crate::statement::ShownDeadline;
use crate::text::exact_text;
use serde::Serialize;
use servanda_policy::policy::{CalendarId, LengthKind, Policy};
use servanda_policy::time::{Calendar, Date, Instant, NANOS_PER_SECOND, Window, Windows};
use servanda_policy::value::Exact;
use servanda_policy::{Agreement, Since, TimeLimit};

/// The version of what is written.
pub const BUSINESS_TIME: &str = "servanda/time/1";

/// How many openings of a time are listed before the rest is left out.
const STRETCHES_MAX: usize = 10;

/// An answer about the time of an agreement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeAnswer {
    /// The version of what is written.
    pub schema: &'static str,
    /// The name of the agreement.
    pub agreement: String,
    /// The zone in which instants and dates are told.
    pub zone: String,
    /// The version that governs at the first instant that was asked about, where something amends the agreement.
    pub version: Option<String>,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
    /// What whoever reads it has to know: calendars whose holidays are not known for all dates that count.
    pub unknown_holidays: Vec<UnknownHolidays>,
}

/// What was asked, and what is so.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "question", rename_all = "snake_case")]
pub enum Answer {
    /// When does so much time from here end?
    Add(Ends),
    /// How much time lies between?
    Between(Between),
    /// Is it open?
    Open(Open),
    /// Which windows lie in the term?
    Windows(WindowsOf),
}

/// Where a length of time ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ends {
    /// The length as it was written.
    pub length: String,
    /// The instant or the date from which it counts.
    pub from: String,
    /// The last instant that is on time, of a deadline that is a moment.
    pub deadline: Option<String>,
    /// The last date that is on time, of a deadline that is a date.
    pub deadline_date: Option<String>,
    /// The first instant that is late.
    pub late_from: String,
    /// The openings that it uses up, the first ones, where it counts open time.
    pub openings: Vec<Stretch>,
    /// How many more there are.
    pub further_openings: usize,
}

/// A part of an opening.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stretch {
    /// Its first instant.
    pub from: String,
    /// The first instant behind it.
    pub until: String,
    /// How long it is.
    pub seconds: String,
}

/// The time between two instants, by each way to count it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Between {
    /// The first instant.
    pub from: String,
    /// The first instant that is not in it.
    pub until: String,
    /// The time by the clock.
    pub seconds: String,
    /// The dates that have begun after the first.
    pub calendar_days: i64,
    /// The open time of each calendar that was asked about.
    pub calendars: Vec<BetweenIn>,
}

/// Open time of a calendar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BetweenIn {
    /// Its name.
    pub calendar: String,
    /// The open time.
    pub seconds: String,
    /// Between two instants, the least number of its days within which the second one is on time; in a window, the dates
    /// on which it opens.
    pub days: i64,
}

/// Whether calendars are open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Open {
    /// The instant.
    pub at: String,
    /// Each calendar that was asked about.
    pub calendars: Vec<OpenIn>,
}

/// Whether a calendar is open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpenIn {
    /// Its name.
    pub calendar: String,
    /// Whether the instant lies in open time.
    pub open: bool,
    /// Since when it is so; none where it always was.
    pub since: Option<String>,
    /// Up to when it is so; none where it always will be.
    pub until: Option<String>,
}

/// The windows of a term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WindowsOf {
    /// How the term is cut, as it was written.
    pub of: String,
    /// The windows, in their order.
    pub windows: Vec<WindowLine>,
}

/// A window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WindowLine {
    /// What statements call it.
    pub label: String,
    /// Its first instant.
    pub from: String,
    /// The first instant behind it.
    pub until: String,
    /// Whether the term cuts off a part of it.
    pub partial: bool,
    /// Its time by the clock: a day on which clocks change has 23 or 25 hours.
    pub seconds: String,
    /// The open time of each calendar that was asked about, and the dates on which it opens.
    pub calendars: Vec<BetweenIn>,
}

/// A calendar that counts dates as open on which there may be a holiday.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnknownHolidays {
    /// Its name.
    pub calendar: String,
    /// The first date for which its holidays are known.
    pub known_from: String,
    /// The last one.
    pub known_until: String,
}

/// Whose time is asked about: an agreement, and the policy that it is of.
#[derive(Debug, Clone, Copy)]
pub struct TimeOf<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The agreement.
    pub agreement: &'a Agreement,
}

impl TimeOf<'_> {
    /// When a length of time from here ends; none where that lies beyond all time that can be told.
    pub fn add(self, written: &str, limit: &TimeLimit, since: Since) -> Option<TimeAnswer> {
        let zone = &self.agreement.zone;
        let late = self.agreement.limit_from(limit, since)?;
        let shown = ShownDeadline::at(zone, late);
        let start = since.instant(zone);
        let (mut openings, mut further_openings) = (Vec::new(), 0);
        let kind = limit.length.kind;
        if let LengthKind::Open(id) = kind {
            let calendar = self.agreement.calendar(id)?;
            // Behind a closing nothing is used up any more, wherever the clock ends.
            let last = if limit.counting.is_over_at_deadline() { late } else { late.add_nanos(-1)? };
            let mut stretches = calendar.openings(start, last);
            openings.extend(stretches.by_ref().take(STRETCHES_MAX).map(|(from, until)| Stretch {
                from: from.format_in(zone),
                until: until.format_in(zone),
                seconds: seconds(until.nanos_since(from)),
            }));
            further_openings = stretches.count();
        }
        let from = match since {
            Since::Instant(instant) => instant.format_in(zone),
            Since::Date(date) => date.to_string(),
        };
        let ends = Ends {
            length: written.to_owned(),
            from,
            deadline: shown.moment,
            deadline_date: shown.date,
            late_from: late.format_in(zone),
            openings,
            further_openings,
        };
        let counts = match kind {
            LengthKind::Open(id) | LengthKind::BusinessDays(id) => Some(id),
            LengthKind::Physical | LengthKind::CalendarDays | LengthKind::Months => None,
        };
        let moves = limit.roll.map(|(_, calendar)| calendar);
        let used: Vec<CalendarId> = counts.into_iter().chain(moves).collect();
        Some(self.answer(start, late, &used, Answer::Add(ends)))
    }

    /// How much time lies from one instant to another, by the clock and in these calendars.
    pub fn between(self, from: Instant, until: Instant, calendars: &[CalendarId]) -> TimeAnswer {
        let zone = &self.agreement.zone;
        let calendar_days = self.agreement.days_between(LengthKind::CalendarDays, from, until);
        let between = Between {
            from: from.format_in(zone),
            until: until.format_in(zone),
            seconds: seconds(until.nanos_since(from).max(0)),
            calendar_days,
            calendars: calendars.iter().map(|id| self.between_in(*id, from, until)).collect(),
        };
        self.answer(from, until, calendars, Answer::Between(between))
    }

    fn between_in(self, id: CalendarId, from: Instant, until: Instant) -> BetweenIn {
        BetweenIn {
            calendar: self.name(id),
            seconds: seconds(self.agreement.used_between(LengthKind::Open(id), from, until)),
            days: self.agreement.days_between(LengthKind::BusinessDays(id), from, until),
        }
    }

    /// Whether these calendars are open at an instant, since when and until when.
    pub fn open(self, at: Instant, calendars: &[CalendarId]) -> TimeAnswer {
        let zone = &self.agreement.zone;
        let known = calendars.iter().filter_map(|id| Some((id, self.agreement.calendar(*id)?)));
        let calendars_at = known.map(|(id, calendar)| {
            let around = calendar.opening_around(at);
            let (since, until) = match around {
                Some((since, until)) => (
                    Some(since).filter(|since| *since > Instant::MIN),
                    Some(until).filter(|it| *it < Instant::MAX),
                ),
                None => (calendar.previous_closing(at), calendar.next_opening(at)),
            };
            OpenIn {
                calendar: self.name(*id),
                open: around.is_some(),
                since: since.map(|since| since.format_in(zone)),
                until: until.map(|until| until.format_in(zone)),
            }
        });
        let open = Open { at: at.format_in(zone), calendars: calendars_at.collect() };
        self.answer(at, at.add_nanos(1).unwrap_or(at), calendars, Answer::Open(open))
    }

    /// The windows of a term that meet an interval, and the time in them.
    pub fn windows(
        self,
        written: &str,
        windows: &Windows,
        (from, until): (Instant, Instant),
        calendars: &[CalendarId],
    ) -> TimeAnswer {
        let lines: Vec<Window> = windows.between(from, until).collect();
        let start = lines.first().map_or(from, |window| window.start);
        let end = lines.last().map_or(until, |window| window.end);
        let lines = lines.iter().map(|window| self.window(window, calendars)).collect();
        let answer = Answer::Windows(WindowsOf { of: written.to_owned(), windows: lines });
        self.answer(start, end, calendars, answer)
    }

    fn window(self, window: &Window, calendars: &[CalendarId]) -> WindowLine {
        let zone = &self.agreement.zone;
        // A window is governed by the version at its start.
        let version = self.agreement.version_at(window.start);
        let own = |id: CalendarId| self.policy.calendar_named(&self.name(id), version).unwrap_or(id);
        let known = calendars.iter().filter_map(|id| Some((*id, self.agreement.calendar(own(*id))?)));
        let calendars = known.map(|(id, calendar)| BetweenIn {
            calendar: self.name(id),
            seconds: seconds(calendar.open_time(window.start, window.end)),
            days: i64::from(calendar.count_business_days(window.first_date, window.last_date)),
        });
        WindowLine {
            label: window.label(zone),
            from: window.start.format_in(zone),
            until: window.end.format_in(zone),
            partial: window.is_partial(),
            seconds: seconds(window.nanos()),
            calendars: calendars.collect(),
        }
    }

    fn answer(self, from: Instant, until: Instant, calendars: &[CalendarId], answer: Answer) -> TimeAnswer {
        let Self { policy, agreement } = self;
        let version = policy.versions.find(agreement.version_at(from));
        let unknown = calendars.iter().filter_map(|id| {
            let calendar = agreement.calendar(*id)?;
            let (first, last) = unknown_holidays(calendar, from, until)?;
            let (known_from, known_until) = (first.to_string(), last.to_string());
            Some(UnknownHolidays { calendar: self.name(*id), known_from, known_until })
        });
        TimeAnswer {
            schema: BUSINESS_TIME,
            agreement: agreement.name.clone(),
            zone: agreement.zone.name().to_owned(),
            version: version.filter(|_| policy.versions.len() > 1).map(|version| version.title.clone()),
            answer,
            unknown_holidays: unknown.collect(),
        }
    }

    fn name(self, id: CalendarId) -> String {
        self.policy.calendars.find(id).map_or_else(String::new, |calendar| calendar.name.clone())
    }
}

/// For which dates the holidays of a calendar are known, where these are not all of an interval.
fn unknown_holidays(calendar: &Calendar, from: Instant, until: Instant) -> Option<(Date, Date)> {
    let (first, last) = calendar.covered()?;
    let zone = calendar.zone();
    let dates = (zone.date_of(from), zone.date_of(until.previous()));
    (!calendar.covers(dates.0, dates.1)).then_some((first, last))
}

/// Nanoseconds as seconds: exact, a whole number wherever it is one.
fn seconds(nanos: i128) -> String {
    let second = Exact::integer(i128::from(NANOS_PER_SECOND));
    exact_text(&Exact::integer(nanos).checked_div(&second).unwrap_or(Exact::ZERO))
}
