//! Holidays from an iCalendar file: whole-day events, once or each year.
//!
//! Whatever of a file could be a holiday and is not understood is told at its line: a holiday that is passed over would move
//! deadlines without a word.

mod lines;
mod yearly;

use crate::diagnostics;
use crate::time::{Date, GivenHolidays};
use lines::{ContentLine, lines_of};
use servanda_diagnostics::{Diagnostic, SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};
use yearly::Yearly;

/// An event takes at most so many dates.
const DATES_MAX: i64 = 366;
/// More holidays than any calendar has: about ten for each week of the three hundred years that there are.
const HOLIDAYS_MAX: usize = 200_000;

/// The holidays of a file, or what is wrong with it.
pub(in crate::check) fn read(
    source: SourceId,
    name: &str,
    text: &str,
) -> Result<GivenHolidays, Vec<Diagnostic>> {
    let mut reading =
        Reading { findings: Vec::new(), within: Vec::new(), event: None, found: Found::default() };
    for line in lines_of(source, text) {
        match line {
            Ok(line) => reading.line(line),
            Err(span) => reading.findings.push(diagnostics::no_calendar_line(span)),
        }
    }
    let letter = text.chars().next().map_or(0, char::len_utf8);
    let start = Span::new(source, 0, u32::try_from(letter).unwrap_or(0));
    for (name, span) in reading.within.drain(..) {
        reading.findings.push(diagnostics::calendar_part_unclosed(span, &name));
    }
    let Found { days, first, last } = reading.found;
    if reading.findings.is_empty() && days.is_empty() {
        reading.findings.push(diagnostics::no_holidays_in_file(start, name));
    }
    if !reading.findings.is_empty() {
        return Err(reading.findings);
    }
    // What is listed year by year ends with the last year that is listed; what comes back each year does not end.
    let known = |month, day, year: Option<i32>| year.and_then(|year| Date::from_civil(year, month, day));
    Ok(GivenHolidays {
        file: name.into(),
        first: known(1, 1, first).unwrap_or(Date::MIN),
        last: known(12, 31, last).unwrap_or(Date::MAX),
        days: days.into_iter().collect(),
    })
}

/// What has been found.
#[derive(Default)]
struct Found {
    days: BTreeMap<Date, Box<str>>,
    /// The year of the first of all dates.
    first: Option<i32>,
    /// The year of the last date that does not come back each year.
    last: Option<i32>,
}

/// What is read, line by line.
struct Reading {
    findings: Vec<Diagnostic>,
    /// The parts that have begun and not ended, the outermost first.
    within: Vec<(String, Span)>,
    event: Option<Event>,
    found: Found,
}

/// An event as far as it has been read.
#[derive(Default)]
struct Event {
    from: Option<(Date, Span)>,
    until: Option<(Date, Span)>,
    days: Option<(i64, Span)>,
    name: Option<Box<str>>,
    rule: Option<(String, Span)>,
    further: Vec<(Date, Span)>,
    not_on: Vec<(Date, Span)>,
    cancelled: bool,
    /// Whether something of it has been told already.
    broken: bool,
}

impl Reading {
    fn line(&mut self, line: ContentLine) {
        let ContentLine { name, value, span, .. } = &line;
        match name.as_str() {
            "BEGIN" => {
                let part = value.trim().to_ascii_uppercase();
                if self.within.is_empty() && part != "VCALENDAR" {
                    self.findings.push(diagnostics::no_calendar_line(*span));
                }
                if part == "VEVENT" {
                    // Of an event within another one, the outer one would be passed over.
                    let outer = self.within.iter().find(|(part, _)| part == "VEVENT");
                    self.findings
                        .extend(outer.map(|(_, at)| diagnostics::calendar_part_unclosed(*at, "VEVENT")));
                    self.event = Some(Event::default());
                }
                self.within.push((part, *span));
            }
            "END" => {
                let part = value.trim().to_ascii_uppercase();
                match self.within.pop() {
                    Some((begun, _)) if begun == part => {}
                    Some((begun, at)) => {
                        self.findings.push(diagnostics::calendar_part_unclosed(at, &begun));
                        self.within.retain(|(other, _)| *other != part);
                    }
                    None => self.findings.push(diagnostics::no_calendar_line(*span)),
                }
                if part == "VEVENT"
                    && let Some(event) = self.event.take()
                {
                    self.event_is_over(event, *span);
                }
            }
            _ if self.within.is_empty() => self.findings.push(diagnostics::no_calendar_line(*span)),
            _ => {
                if self.within.last().is_some_and(|(part, _)| part == "VEVENT") {
                    self.of_event(&line);
                }
            }
        }
    }

    /// A line of an event. What says nothing of its dates is left alone.
    fn of_event(&mut self, line: &ContentLine) {
        let Some(event) = &mut self.event else { return };
        let value = line.value.trim();
        let finding = match line.name.as_str() {
            "SUMMARY" => {
                event.name = Some(value.into());
                None
            }
            "STATUS" => {
                event.cancelled |= value.eq_ignore_ascii_case("CANCELLED");
                None
            }
            "DTSTART" => dates(line).and_then(|all| one(&mut event.from, all, line)).err(),
            "DTEND" => dates(line).and_then(|all| one(&mut event.until, all, line)).err(),
            "RDATE" => dates(line).map(|all| event.further.extend(all)).err(),
            "EXDATE" => dates(line).map(|all| event.not_on.extend(all)).err(),
            "DURATION" => match whole_days(value) {
                Some(days) => {
                    event.days = Some((days, line.span));
                    None
                }
                None => Some(diagnostics::not_a_whole_day(line.span, value)),
            },
            "RRULE" if event.rule.is_some() => {
                Some(diagnostics::repeats_otherwise(line.span, "a second `RRULE`"))
            }
            "RRULE" => {
                event.rule = Some((value.to_owned(), line.span));
                None
            }
            "EXRULE" => Some(diagnostics::repeats_otherwise(line.span, "`EXRULE`")),
            "RECURRENCE-ID" => {
                Some(diagnostics::repeats_otherwise(line.span, "a changed occurrence (`RECURRENCE-ID`)"))
            }
            _ => None,
        };
        event.broken |= finding.is_some();
        self.findings.extend(finding.map(|finding| *finding));
    }

    fn event_is_over(&mut self, event: Event, end: Span) {
        // What does not take place is no holiday; what is wrong with it has been told all the same.
        if event.broken || event.cancelled {
            return;
        }
        match event.dates(end) {
            Ok((starts, days, single)) => self.found.add(&starts, days, single, event.name),
            Err(finding) => self.findings.push(*finding),
        }
        if self.found.days.len() > HOLIDAYS_MAX {
            self.findings.push(diagnostics::too_many_holidays(end, HOLIDAYS_MAX));
            self.found.days.clear();
        }
    }
}

impl Event {
    /// The dates on which it begins, how many it takes, and the last of those that do not come back each year.
    fn dates(&self, end: Span) -> Result<(BTreeSet<Date>, i64, Option<Date>), Box<Diagnostic>> {
        let Some((from, at)) = self.from else { return Err(diagnostics::event_without_date(end)) };
        let days = match (self.until, self.days) {
            (Some((until, span)), _) => {
                let days = until.days_since(from);
                // Some programs end a day with itself.
                if days == 0 { 1 } else { in_bounds(days, span)? }
            }
            (None, Some((days, span))) => in_bounds(days, span)?,
            (None, None) => 1,
        };
        let mut starts: BTreeSet<Date> = self.further.iter().map(|(date, _)| *date).collect();
        let mut last = starts.last().copied();
        match &self.rule {
            None => {
                starts.insert(from);
                last = last.max(Some(from));
            }
            Some((rule, span)) => {
                let yearly =
                    Yearly::read(rule, from).map_err(|why| diagnostics::repeats_otherwise(*span, &why))?;
                let all = yearly.dates(from);
                if all.first() != Some(&from) {
                    return Err(diagnostics::not_of_its_rule(at, &from.to_string(), *span));
                }
                starts.extend(all);
            }
        }
        for (date, span) in &self.not_on {
            if !starts.remove(date) {
                return Err(diagnostics::nothing_to_leave_out(*span, &date.to_string()));
            }
        }
        Ok((starts, days, last))
    }
}

impl Found {
    fn add(&mut self, starts: &BTreeSet<Date>, days: i64, single: Option<Date>, name: Option<Box<str>>) {
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| "holiday".into());
        let first = starts.first().map(|date| date.year());
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.max(single.map(Date::year));
        for start in starts {
            for date in (0..days).filter_map(|day| start.add_days(day)).filter_map(Date::in_range) {
                self.days.entry(date).or_insert_with(|| name.clone());
            }
        }
    }
}

/// The only date of a line that an event has once.
fn one(
    slot: &mut Option<(Date, Span)>,
    all: Vec<(Date, Span)>,
    line: &ContentLine,
) -> Result<(), Box<Diagnostic>> {
    match (all.as_slice(), &slot) {
        ([only], None) => {
            *slot = Some(*only);
            Ok(())
        }
        _ => Err(diagnostics::not_a_whole_day(line.span, line.value.trim())),
    }
}

/// The dates of a line.
fn dates(line: &ContentLine) -> Result<Vec<(Date, Span)>, Box<Diagnostic>> {
    let wrong = |value: &str| diagnostics::not_a_whole_day(line.span, value);
    let is_date = line.param("VALUE").is_none_or(|value| value.eq_ignore_ascii_case("DATE"));
    let read = |value: &str| match basic_date(value.trim()) {
        Some(date) if is_date => Ok((date, line.span)),
        _ => Err(wrong(value.trim())),
    };
    line.value.split(',').map(read).collect()
}

/// `20261224`
fn basic_date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    Date::checked_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?.in_range()
}

/// `P1D`, `P2W`
fn whole_days(text: &str) -> Option<i64> {
    let text = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (number, each) = match text.strip_suffix('D') {
        Some(number) => (number, 1),
        None => (text.strip_suffix('W')?, 7),
    };
    number.parse::<i64>().ok()?.checked_mul(each)
}

fn in_bounds(days: i64, span: Span) -> Result<i64, Box<Diagnostic>> {
    if (1..=DATES_MAX).contains(&days) { Ok(days) } else { Err(diagnostics::days_of_an_event(span, days)) }
}

#[cfg(test)]
mod tests;
