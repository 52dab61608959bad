//! From when to when a clock counted, met closed hours, stood still, or had run out.

use super::Drawn;
use crate::expression::{Scope, value};
use crate::statement::end_of_time;
use crate::text::exact_text;
use crate::trail::Clock;
use serde::Serialize;
use servanda_evaluator::outcome::Verdict;
use servanda_policy::Since;
use servanda_policy::policy::{CalendarId, Deadline, Duty, Form, From, LengthKind, Value};
use servanda_policy::time::{Date, Instant};
use servanda_policy::value::Exact;

/// A stretch of time in which a clock was in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineStretch {
    /// `counted`, `left` (it counts until the deadline, and was not needed, or lies ahead), `closed`, `stands still`,
    /// `not counted` (the date of the start, where days are counted) or `late`.
    pub kind: &'static str,
    /// From when, RFC 3339.
    pub from: String,
    /// The first instant behind it, RFC 3339.
    pub until: String,
    /// How much of the clock's own time it is: seconds, or days. Of what is closed nothing.
    pub length: String,
    #[serde(skip)]
    pub(crate) span: (Instant, Instant),
    #[serde(skip)]
    pub(crate) amount: Exact,
}

/// The stretches of one clock.
pub(super) struct Clocked {
    pub(super) clock: Option<String>,
    pub(super) stretches: Vec<TimelineStretch>,
    pub(super) counted: String,
}

/// From when to when a clock ran or stood still.
struct Ran {
    from: Instant,
    until: Instant,
    runs: bool,
}

impl Drawn<'_> {
    /// The stretches of the clock of a duty; none where it has none.
    pub(super) fn stretches(&self, verdict: &Verdict, duty: &Duty) -> Option<Clocked> {
        let Form::Do { deadline: Some(deadline), .. } = &duty.form else { return None };
        let clocks = self.material.trail.clocks(verdict.duty, self.subject);
        let as_of = self.material.outcome.as_of;
        let kind = self.kind(verdict, duty, deadline);
        let over = self.material.trail.over_at(self.subject).map(|(at, _)| at);
        // Until when the clock was of any meaning, and until when it is drawn: what is late goes on until it is done.
        let again = matches!(deadline, Deadline::Within { from: From::Again, .. });
        let done = verdict.done_at.filter(|_| !again);
        let stop = done.or(over).unwrap_or(as_of).min(as_of);
        let last = verdict.late_from.map(|late_from| match deadline {
            Deadline::Within { counting, .. } if counting.late_at_deadline => late_from,
            _ => end_of_time(&self.material.agreement.zone, late_from),
        });
        let last = last.filter(|last| *last < Instant::MAX);
        let ran = self.ran(clocks, last, stop);
        let mut stretches = Vec::new();
        let days =
            matches!(kind, Some(LengthKind::BusinessDays(_) | LengthKind::CalendarDays | LengthKind::Months));
        if days {
            self.days(&ran, deadline, (kind?, stop), &mut stretches);
        } else {
            for part in &ran {
                self.time(part, (kind, stop), &mut stretches);
            }
        }
        if let Some(last) = last.filter(|last| *last < stop) {
            let length = Exact::ratio(stop.nanos_since(last), 1_000_000_000)?;
            self.push(&mut stretches, "late", (last, stop), length);
        }
        let counts = |it: &&TimelineStretch| it.kind == "counted";
        let counted = stretches.iter().filter(counts).fold(Exact::ZERO, |sum, it| &sum + &it.amount);
        let name = |calendar: CalendarId| {
            self.material.policy.calendars.find(calendar).map_or("business", |it| it.name.as_str())
        };
        let clock = kind.map(|kind| match kind {
            LengthKind::Physical => "seconds".to_owned(),
            LengthKind::Open(calendar) => format!("{} hours", name(calendar)),
            LengthKind::BusinessDays(calendar) => format!("{} days", name(calendar)),
            LengthKind::CalendarDays => "calendar days".to_owned(),
            LengthKind::Months => "months".to_owned(),
        });
        Some(Clocked { clock, stretches, counted: exact_text(&counted) })
    }

    /// What the time until a deadline is counted in.
    fn kind(&self, verdict: &Verdict, duty: &Duty, deadline: &Deadline) -> Option<LengthKind> {
        let Deadline::Within { length, .. } = deadline else { return None };
        let version = self.material.policy.version_of(duty.clause);
        let scope = Scope::of(self.material.agreement).about(self.material.trail, &verdict.subject, version);
        match value(&scope, length)? {
            Value::Length(length) => Some(length.kind),
            _ => None,
        }
    }

    /// From when to when the clock ran and stood still, until its deadline, or until it stopped to matter.
    fn ran(&self, clocks: &[Clock], last: Option<Instant>, stop: Instant) -> Vec<Ran> {
        let mut ran: Vec<Ran> = Vec::new();
        let end = last.unwrap_or(stop);
        for (number, clock) in clocks.iter().enumerate() {
            // Of one that has to be done again and again, what was before the last time is over.
            let began_anew = number > 0 && clock.used == 0 && clock.since == Some(clock.at);
            let runs = clock.late_from.is_some();
            if began_anew && runs && ran.iter().all(|it| it.runs) {
                ran.clear();
            }
            let Some(since) = clock.since.or(if runs { Some(clock.at) } else { None }) else { continue };
            let from = if ran.is_empty() && runs { since } else { clock.at };
            let next = clocks.get(number.saturating_add(1)).map(|next| next.at);
            let until = next.unwrap_or(if runs { end } else { stop }).min(end.max(stop));
            if from < until {
                ran.push(Ran { from, until, runs });
            }
        }
        ran
    }

    /// Time that runs, by its calendar.
    fn time(
        &self,
        part: &Ran,
        (kind, stop): (Option<LengthKind>, Instant),
        stretches: &mut Vec<TimelineStretch>,
    ) {
        if !part.runs {
            let length =
                Exact::ratio(part.until.nanos_since(part.from), 1_000_000_000).unwrap_or(Exact::ZERO);
            return self.push(stretches, "stands still", (part.from, part.until), length);
        }
        let open: Vec<(Instant, Instant)> = match kind {
            Some(LengthKind::Open(calendar)) => {
                match self.material.agreement.calendars.get(calendar.0 as usize) {
                    Some(calendar) => calendar.openings(part.from, part.until).collect(),
                    None => Vec::new(),
                }
            }
            _ => vec![(part.from, part.until)],
        };
        let mut at = part.from;
        for (opens, closes) in open {
            self.push(stretches, "closed", (at, opens), Exact::ZERO);
            // What is done needs no more of its time.
            let until = closes.min(stop).max(opens);
            for (kind, from, to) in [("counted", opens, until), ("left", until, closes)] {
                let length = Exact::ratio(to.nanos_since(from), 1_000_000_000).unwrap_or(Exact::ZERO);
                self.push(stretches, kind, (from, to), length);
            }
            at = closes;
        }
        self.push(stretches, "closed", (at, part.until), Exact::ZERO);
    }

    /// Days that count, by the dates of their kind; those by which pauses move the deadline are told as such.
    fn days(
        &self,
        ran: &[Ran],
        deadline: &Deadline,
        (kind, stop): (LengthKind, Instant),
        stretches: &mut Vec<TimelineStretch>,
    ) {
        let zone = &self.material.agreement.zone;
        let (Some(first), Some(end)) = (ran.first().map(|it| it.from), ran.last().map(|it| it.until)) else {
            return;
        };
        let Deadline::Within { counting, .. } = deadline else { return };
        let calendar = match kind {
            LengthKind::BusinessDays(id) => self.material.agreement.calendars.get(id.0 as usize),
            _ => None,
        };
        // A pause moves the deadline by whole days: so many of those behind the date on which it began do not count.
        let moves = |it: &Ran| {
            let counted = (Since::Instant(first), *counting);
            (zone.date_of(it.from), self.material.agreement.days_paused(kind, counted, it.from, it.until))
        };
        let mut pauses: Vec<(Date, i64)> = ran.iter().filter(|it| !it.runs).map(moves).collect();
        let mut date = zone.date_of(first);
        let mut is_first = true;
        loop {
            let (begins, over) = (zone.start_of(date).max(first), zone.end_of(date).min(end));
            if begins >= end {
                return;
            }
            let is_open = calendar.is_none_or(|calendar| calendar.closing_of(date).is_some());
            let counts = is_open && (!is_first || counting.first_day);
            let stands = pauses.iter_mut().find(|(began, days)| counts && *began < date && *days > 0);
            let stands = stands.map(|(_, days)| *days -= 1).is_some();
            let day = |kind| (kind, Exact::ONE);
            let (kind, amount) = match () {
                () if is_first && !counting.first_day => ("not counted", Exact::ZERO),
                () if !is_open => ("closed", Exact::ZERO),
                () if stands => day("stands still"),
                () if begins < stop => day("counted"),
                () => day("left"),
            };
            self.push(stretches, kind, (begins, over), amount);
            is_first = false;
            let Some(next) = date.add_days(1) else { return };
            date = next;
        }
    }

    /// Adds a stretch behind the others; one that is alike is made longer.
    fn push(
        &self,
        stretches: &mut Vec<TimelineStretch>,
        kind: &'static str,
        (from, until): (Instant, Instant),
        amount: Exact,
    ) {
        if from >= until {
            return;
        }
        if let Some(last) = stretches.last_mut().filter(|last| last.kind == kind && last.span.1 == from) {
            last.span.1 = until;
            last.until = self.instant(until);
            last.amount = &last.amount + &amount;
            last.length = exact_text(&last.amount);
            return;
        }
        stretches.push(TimelineStretch {
            kind,
            from: self.instant(from),
            until: self.instant(until),
            length: exact_text(&amount),
            span: (from, until),
            amount,
        });
    }
}
