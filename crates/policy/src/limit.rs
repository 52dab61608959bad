//! Limits in time: a length with what can follow it, read alone and counted from a start as an agreement counts it.
//!
//! This is where every deadline in a length of time comes from, those of duties too; pauses are the evaluator's.

use crate::agreement::Agreement;
use crate::arena::Id;
use crate::check::counting;
use crate::check::length::{Calendars, written_length};
use crate::check::names::nearest;
use crate::diagnostics;
use crate::policy::{CalendarId, Counting, Landing, Length, LengthKind, Policy, Value, VersionId, Whole};
use crate::time::{
    Calendar, Civil, Closing, Date, Ending, Instant, WindowSpec, Windows, Zone, after_business_days,
    after_calendar_days, after_months, days_ended, end_of_date, within_open, within_physical,
};
use crate::value::Exact;
use servanda_diagnostics::{Diagnostic, Span};
use servanda_parser::ast::{self, ExprKind, ModifierKind, Roll};

/// A length of time, and where it ends: `30 calendar days, or the next office day`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TimeLimit {
    /// How long.
    pub length: Length,
    /// Where open time ends that is used up exactly at a closing.
    pub ending: Ending,
    /// Where a date goes that falls on a closed day of a calendar.
    pub roll: Option<(Roll, CalendarId)>,
    /// How it counts.
    pub counting: Counting,
}

/// From when a length of time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// From an instant. Days are counted from its date.
    Instant(Instant),
    /// From a date, whatever the zone; hours from its first instant.
    Date(Date),
}

impl Since {
    /// The instant: of a date its first one, in a zone.
    pub fn instant(self, zone: &Zone) -> Instant {
        match self {
            Since::Instant(instant) => instant,
            Since::Date(date) => zone.start_of(date),
        }
    }

    fn date(self, zone: &Zone) -> Date {
        match self {
            Since::Instant(instant) => zone.date_of(instant),
            Since::Date(date) => date,
        }
    }
}

impl From<Length> for TimeLimit {
    fn from(length: Length) -> Self {
        Self { length, ending: Ending::AtClosing, roll: None, counting: Counting::default() }
    }
}

impl TimeLimit {
    /// What a limit that was read alone means where a version of a policy governs. A name is that of a parameter,
    /// or of a value that is written out there: `let reply_time = 4 office hours.`
    ///
    /// # Errors
    /// What of it cannot be meant there: an unknown calendar, bare days, an ending that the length cannot have.
    pub fn read(
        written: &ast::TimeLimit,
        policy: &Policy,
        agreement: &Agreement,
        version: VersionId,
    ) -> Result<Self, Box<Diagnostic>> {
        let mut calendars = Versioned { policy, version };
        let length = length(&written.length, &mut calendars, agreement)?;
        let mut limit = Self::from(length);
        let (kind, counted) = (limit.length.kind, written.length.span);
        for modifier in &written.modifiers {
            let at = modifier.span;
            match (&modifier.kind, kind) {
                (ModifierKind::EndingAtNextOpening, LengthKind::Open(_)) => {
                    limit.ending = Ending::AtNextOpening
                }
                (ModifierKind::EndingAtNextOpening, _) => {
                    return Err(Box::new(diagnostics::ending_without_hours(
                        at,
                        counted,
                        "another length of time",
                    )));
                }
                (ModifierKind::Roll { to, calendar }, LengthKind::CalendarDays | LengthKind::Months) => {
                    limit.roll = Some((*to, calendars.find(calendar)?));
                }
                (
                    ModifierKind::Counting(
                        ast::Counting::IgnoringPauses | ast::Counting::PausesInElapsedTime,
                    ),
                    _,
                ) => {
                    return Err(Box::new(diagnostics::no_pauses_here(at)));
                }
                (ModifierKind::Counting(word), _) => {
                    counting::say(&mut limit.counting, &mut calendars, (word, at), (Some(kind), counted))?;
                }
                _ => return Err(Box::new(diagnostics::roll_without_date(at, counted))),
            }
        }
        counting::fits(limit.counting, (Some(kind), counted), limit.roll.is_some())?;
        Ok(limit)
    }
}

/// The length that is written here, or that the parameter or the value of this name is.
fn length(
    written: &ast::Expr,
    calendars: &mut Versioned<'_>,
    agreement: &Agreement,
) -> Result<Length, Box<Diagnostic>> {
    match &written.kind {
        ExprKind::Length { amount, kind, unit } => {
            written_length(calendars, (amount, kind.as_ref(), unit), written.span)
        }
        ExprKind::Path(path) => {
            let name = path.parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
            let params = calendars.policy.params.iter();
            let given = params.map(|(id, param)| (param, agreement.params.get(id.index())));
            let of_params = given.filter_map(|(param, value)| match value {
                Some(Value::Length(length)) => Some((param.name.as_str(), length)),
                _ => None,
            });
            let version = calendars.policy.versions.find(calendars.version);
            let named = version.into_iter().flat_map(|version| &version.lengths);
            let lengths: Vec<(&str, &Length)> =
                of_params.chain(named.map(|(name, length)| (name.as_str(), length))).collect();
            match lengths.iter().find(|(known, _)| *known == name) {
                Some((_, length)) => Ok((*length).clone()),
                None => {
                    let known: Vec<&str> = lengths.iter().map(|(known, _)| *known).collect();
                    Err(Box::new(diagnostics::no_length_named(&name, written.span, &known)))
                }
            }
        }
        _ => Err(Box::new(diagnostics::no_length_named("", written.span, &[]))),
    }
}

/// The calendars that the sentences of a version can name.
struct Versioned<'p> {
    policy: &'p Policy,
    version: VersionId,
}

impl Calendars for Versioned<'_> {
    fn find(&mut self, name: &ast::Name) -> Result<CalendarId, Box<Diagnostic>> {
        self.policy.calendar_named(&name.value, self.version).ok_or_else(|| {
            let known = self.known();
            Box::new(diagnostics::unknown_calendar(name, nearest(&name.value, &known), &known))
        })
    }

    fn known(&self) -> Vec<(&str, Span)> {
        let calendars = self.policy.calendars_of(self.version);
        calendars.map(|(_, calendar)| (calendar.name.as_str(), calendar.span)).collect()
    }
}

/// How a window that was read alone cuts a term.
///
/// # Errors
/// When there is no such window, or it is only a name.
pub fn read_window(written: &ast::Window) -> Result<WindowSpec, Box<Diagnostic>> {
    crate::check::window::read_window(written)
}

impl Counting {
    /// Whether a clock of hours is over at the very moment of its deadline, so that this one is late.
    pub const fn is_over_at_deadline(self) -> bool {
        self.late_at_deadline || matches!(self.rounded, Some((Whole::Completed, _)))
    }

    /// A length of hours where whole units count: as many of them as fit, and where a unit counts when it is completed, one
    /// more, at whose end it is late.
    fn whole(self, length: &Length) -> Option<Length> {
        let Some((which, unit)) = self.rounded else { return Some(length.clone()) };
        let unit = Exact::ratio(unit, 1_000_000_000)?;
        let units = length.amount.checked_div(&unit)?.floor()?;
        let units = Exact::integer(match which {
            Whole::Begun => units,
            Whole::Completed => units.checked_add(1)?,
        });
        Some(Length { kind: length.kind, amount: &units * &unit })
    }
}

impl Length {
    /// Its whole nanoseconds where it is counted in seconds; a fraction of one counts up, so that it does not shorten
    /// a deadline. None where it is counted in days or months, or is beyond all time.
    pub fn nanos(&self) -> Option<i128> {
        const NANOS: i128 = 1_000_000_000;
        match self.kind {
            LengthKind::Physical | LengthKind::Open(_) => {}
            LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => return None,
        }
        // Most lengths are whole seconds.
        if let Some(whole) = self.amount.to_i128() {
            return whole.checked_mul(NANOS);
        }
        (&self.amount * &Exact::integer(NANOS)).ceil()
    }
}

/// The first late instant of a deadline in days that lands on a date, of which the closing is given where it is one.
fn lands(
    zone: &Zone,
    date: Date,
    closing: Option<Closing>,
    since: Since,
    counting: Counting,
) -> Option<Instant> {
    match (counting.landing, since, closing) {
        (Landing::Closing, _, Some(closing)) if counting.late_at_deadline => Some(closing.instant()),
        (Landing::Closing, _, Some(closing)) => closing.late_from(),
        (Landing::SameTimeOfDay, Since::Instant(at), _) => {
            let landed = same_time(zone, at, date);
            if counting.late_at_deadline { Some(landed) } else { landed.add_nanos(1) }
        }
        (Landing::Closing | Landing::SameTimeOfDay | Landing::EndOfDate, _, _) => end_of_date(zone, date),
    }
}

/// When clocks show the same time of day on another date; skipped, the first instant after it, shown twice, the earlier one.
fn same_time(zone: &Zone, at: Instant, date: Date) -> Instant {
    match zone.resolve_civil(date, zone.local_time_of(at)) {
        Civil::One(instant) | Civil::Gap(instant) | Civil::Fold(instant, _) => instant,
    }
}

impl Agreement {
    /// A calendar of its policy, in its zone.
    pub fn calendar(&self, id: CalendarId) -> Option<&Calendar> {
        self.calendars.get(id.index())
    }

    /// Its term, cut in a way that its policy need not have.
    pub fn windows_of(&self, spec: WindowSpec) -> Windows {
        Windows::new(spec, self.zone.clone(), self.zone.start_of(self.first_date), self.end)
            .begun_at(self.start)
    }

    /// The first instant that is late, for a limit counted from a start.
    ///
    /// None where it lies outside of the time that can be told.
    pub fn limit_from(&self, limit: &TimeLimit, since: Since) -> Option<Instant> {
        let late = self.counted_from(&limit.length, since, limit.ending, limit.counting)?;
        match limit.roll {
            Some((roll, calendar)) => self.rolled(late, roll, calendar),
            None => Some(late),
        }
    }

    /// The first instant that is late, for a length of time counted from a start.
    ///
    /// None where it lies outside of the time that can be told, or the length is not a whole number of days.
    pub fn late_from(&self, length: &Length, since: Since, ending: Ending) -> Option<Instant> {
        match length.kind {
            LengthKind::Physical => within_physical(since.instant(&self.zone), length.nanos()?),
            LengthKind::Open(calendar) => {
                within_open(self.calendar(calendar)?, since.instant(&self.zone), length.nanos()?, ending)
            }
            LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => {
                self.after_days(length.kind, since, i64::try_from(length.amount.to_i128()?).ok()?)
            }
        }
    }

    /// The first instant that is late, for a length of time that counts in its own way from a start.
    ///
    /// None where it lies outside of the time that can be told.
    pub fn counted_from(
        &self,
        length: &Length,
        since: Since,
        ending: Ending,
        counting: Counting,
    ) -> Option<Instant> {
        match length.kind {
            LengthKind::Physical | LengthKind::Open(_) => {
                self.counted_with(length, since, ending, counting, 0)
            }
            LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => {
                let count = i64::try_from(length.amount.to_i128()?).ok()?;
                self.days_counted(length.kind, since, count, 0, counting)
            }
        }
    }

    /// The same, of a clock of hours that has used some nanoseconds already and runs on from an instant; none for days.
    pub fn counted_with(
        &self,
        length: &Length,
        since: Since,
        ending: Ending,
        counting: Counting,
        used: i128,
    ) -> Option<Instant> {
        let nanos = counting.whole(length)?.nanos()?.saturating_sub(used).max(0);
        let start = since.instant(&self.zone);
        let late = match length.kind {
            LengthKind::Physical => within_physical(start, nanos)?,
            LengthKind::Open(calendar) => within_open(self.calendar(calendar)?, start, nanos, ending)?,
            LengthKind::CalendarDays | LengthKind::BusinessDays(_) | LengthKind::Months => return None,
        };
        if counting.is_over_at_deadline() { late.add_nanos(-1) } else { Some(late) }
    }

    /// The first instant that is late, so many days or months of a kind after a start, and so many days more by which
    /// pauses have moved it; none for hours.
    pub fn days_counted(
        &self,
        kind: LengthKind,
        since: Since,
        count: i64,
        moved: i64,
        counting: Counting,
    ) -> Option<Instant> {
        let zone = match kind {
            LengthKind::BusinessDays(calendar) => self.calendar(calendar)?.zone(),
            _ => &self.zone,
        };
        let start = since.date(zone);
        let (date, closing) = match kind {
            LengthKind::CalendarDays => {
                let first = i64::from(counting.first_day && count > 0);
                (start.add_days(count.checked_sub(first)?.checked_add(moved)?)?, None)
            }
            LengthKind::Months => (start.add_months(count)?.add_days(moved)?, None),
            LengthKind::BusinessDays(calendar) => {
                let calendar = self.calendar(calendar)?;
                let days = u32::try_from(count.checked_add(moved)?).ok()?;
                // A date that is over, because it has closed, is no first day.
                let opens = |closing: Closing| match since {
                    Since::Instant(at) => at < closing.instant(),
                    Since::Date(_) => true,
                };
                let first = counting.first_day && count > 0 && calendar.closing_of(start).is_some_and(opens);
                let from = if first { start.add_days(-1)? } else { start };
                let closing = if days == 0 { None } else { Some(calendar.business_day_closing(from, days)?) };
                (calendar.nth_business_day(from, days)?, closing)
            }
            LengthKind::Physical | LengthKind::Open(_) => return None,
        };
        lands(zone, date, closing, since, counting)
    }

    /// By how many days a pause moves a deadline in days: by as many as end in it.
    ///
    /// Dates end at midnight and business days when they close; where days [land](Landing) at another time of their
    /// date, they end then. A pause ends before the instant `to`. None of a kind that counts no days.
    pub fn days_paused(
        &self,
        kind: LengthKind,
        (since, counting): (Since, Counting),
        from: Instant,
        to: Instant,
    ) -> i64 {
        let calendar = match kind {
            LengthKind::Physical | LengthKind::Open(_) => return 0,
            LengthKind::CalendarDays | LengthKind::Months => None,
            LengthKind::BusinessDays(calendar) => match self.calendar(calendar) {
                Some(calendar) => Some(calendar),
                None => return 0,
            },
        };
        let zone = calendar.map_or(&self.zone, Calendar::zone);
        days_ended(zone, calendar, from, to, |date| {
            let closing = calendar.and_then(|calendar| calendar.closing_of(date));
            lands(zone, date, closing, since, counting)
        })
    }

    /// The first instant that is late, so many days or months of a kind after a start; none for hours.
    pub fn after_days(&self, kind: LengthKind, since: Since, count: i64) -> Option<Instant> {
        match kind {
            LengthKind::CalendarDays => after_calendar_days(&self.zone, since.date(&self.zone), count),
            LengthKind::Months => after_months(&self.zone, since.date(&self.zone), count),
            LengthKind::BusinessDays(calendar) => {
                let calendar = self.calendar(calendar)?;
                after_business_days(calendar, since.date(calendar.zone()), u32::try_from(count).ok()?)
            }
            LengthKind::Physical | LengthKind::Open(_) => None,
        }
    }

    /// A date that falls on a closed day of a calendar, moved off it: the first instant that is late then.
    pub fn rolled(&self, late_from: Instant, roll: Roll, calendar: CalendarId) -> Option<Instant> {
        let calendar = self.calendar(calendar)?;
        let date = self.zone.date_of(late_from.previous());
        let next = || calendar.nth_business_day(date.add_days(-1)?, 1);
        // A calendar that is closed for a whole year is refused.
        let previous = || calendar.last_business_day(date.add_days(-400)?, date);
        let moved = match roll {
            Roll::Next => next()?,
            Roll::Previous => previous()?,
            Roll::NextOfMonth => {
                let next = next()?;
                let ((year, month, _), (own_year, own_month, _)) = (next.civil(), date.civil());
                if (year, month) == (own_year, own_month) { next } else { previous()? }
            }
        };
        end_of_date(&self.zone, moved)
    }

    /// How much time of a kind lies between two instants: nanoseconds, or days that a deadline would have needed.
    pub fn used_between(&self, kind: LengthKind, from: Instant, to: Instant) -> i128 {
        match kind {
            LengthKind::Physical => to.nanos_since(from).max(0),
            LengthKind::Open(calendar) => {
                self.calendar(calendar).map_or(0, |calendar| calendar.open_time(from, to))
            }
            LengthKind::CalendarDays | LengthKind::Months | LengthKind::BusinessDays(_) => {
                i128::from(self.days_between(kind, from, to))
            }
        }
    }

    /// How many days of a kind a deadline would have needed from one instant to another; none of a kind that counts no
    /// days.
    pub fn days_between(&self, kind: LengthKind, from: Instant, to: Instant) -> i64 {
        match kind {
            LengthKind::Physical | LengthKind::Open(_) => 0,
            LengthKind::CalendarDays | LengthKind::Months => {
                self.zone.date_of(to).days_since(self.zone.date_of(from)).max(0)
            }
            LengthKind::BusinessDays(calendar) => {
                let days =
                    self.calendar(calendar).and_then(|calendar| calendar.business_days_between(from, to));
                days.map_or(0, i64::from)
            }
        }
    }
}
