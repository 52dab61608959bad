//! Calendars: their lines become openings, and a calendar that contradicts itself is told.

use crate::check::draft::{Draft, id_at};
use crate::check::holiday_file;
use crate::diagnostics;
use crate::policy::Calendar;
use crate::time::{CalendarSpec, Date, DatedLine, DaySpans, holidays};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, CalendarLineKind};
use std::collections::BTreeMap;

/// The seconds of a day.
const DAY: u32 = 86_400;

impl<'a> Draft<'a> {
    pub(in crate::check) fn read_calendars(&mut self) {
        let declared = self.names.calendars.clone();
        for calendar in &declared {
            let entry = Calendar {
                name: calendar.name.value.clone(),
                spec: CalendarSpec::default(),
                zone: None,
                span: calendar.span,
            };
            self.calendars.push(entry);
        }
        for at in 0..declared.len() {
            let mut visited = Vec::new();
            if let Some((spec, zone)) = self.calendar_spec(&declared, at, &mut visited)
                && let Some(entry) = self.calendars.find_mut(id_at(at))
            {
                entry.spec = spec;
                entry.zone = zone;
            }
        }
    }

    /// The openings and the zone of a calendar, those of the one that it is the same as first.
    fn calendar_spec(
        &mut self,
        declared: &[&'a ast::Calendar],
        at: usize,
        visited: &mut Vec<usize>,
    ) -> Option<(CalendarSpec, Option<String>)> {
        let calendar = *declared.get(at)?;
        if visited.contains(&at) {
            return self.fail(diagnostics::calendar_of_itself(&calendar.name));
        }
        visited.push(at);
        let mut spec = CalendarSpec::default();
        let mut zone = None;
        let mut dates: BTreeMap<Date, Span> = BTreeMap::new();
        let mut sound = true;
        let mut lines: Vec<&ast::CalendarLine> = calendar.lines.iter().collect();
        // What closes is taken off what opens, whatever the order of the text.
        lines.sort_by_key(|line| rank(&line.kind));
        for line in lines {
            let done = match &line.kind {
                CalendarLineKind::Always => {
                    spec.always = true;
                    Some(())
                }
                CalendarLineKind::SameAs(name) => match self.calendar(name) {
                    Some(other) => {
                        use crate::arena::Id;
                        self.calendar_spec(declared, other.index(), visited).map(|(other, other_zone)| {
                            merge(&mut spec, other);
                            zone = zone.take().or(other_zone);
                        })
                    }
                    None => None,
                },
                CalendarLineKind::TimeZone(name) => self.zone_named(name).map(|name| zone = Some(name)),
                CalendarLineKind::Weekly { open, days, hours } => self.weekly(&mut spec, *open, days, hours),
                CalendarLineKind::Dated { open, dates: on, hours } => {
                    self.dated(&mut spec, &mut dates, *open, on, hours)
                }
                CalendarLineKind::Holidays(country) => self.country(&mut spec, country),
                CalendarLineKind::HolidayFile(file) => self.holiday_file(&mut spec, file),
                CalendarLineKind::Broken => self.unreadable(),
            };
            sound &= done.is_some();
        }
        visited.pop();
        if !sound {
            return None;
        }
        let never = !spec.always
            && spec.weekly.iter().all(Vec::is_empty)
            && spec.dated.iter().all(|line| line.spans.is_empty());
        if never {
            return self.fail(diagnostics::never_open(&calendar.name));
        }
        Some((spec, zone))
    }

    /// Spans of hours as seconds after midnight; one that ends before it starts goes past midnight.
    fn spans(&mut self, hours: &[ast::Hours]) -> Option<DaySpans> {
        let mut spans = DaySpans::new();
        for span in hours {
            let from = self.time_of_day(&span.from.value, span.from.span);
            let to = self.time_of_day(&span.to.value, span.to.span);
            let (from, mut to) = (from?, to?);
            if from == to || from == DAY {
                return self.fail(diagnostics::empty_hours(span.from.span.join(span.to.span)));
            }
            if to < from {
                to += DAY;
            }
            spans.push((from, to));
        }
        Some(spans)
    }

    fn weekly(
        &mut self,
        spec: &mut CalendarSpec,
        open: bool,
        days: &[ast::Weekdays],
        hours: &[ast::Hours],
    ) -> Option<()> {
        let spans = self.spans(hours)?;
        for range in days {
            let (first, last) = (usize::from(range.first), usize::from(range.last));
            if first > last {
                return self.fail(diagnostics::weekdays_backwards(range.span));
            }
            for day in spec.weekly.iter_mut().skip(first).take(last - first + 1) {
                match (open, hours.is_empty()) {
                    (true, true) => day.push((0, DAY)),
                    (true, false) => day.extend(spans.iter().copied()),
                    (false, true) => day.clear(),
                    (false, false) => *day = without(std::mem::take(day), &spans),
                }
            }
        }
        Some(())
    }

    fn dated(
        &mut self,
        spec: &mut CalendarSpec,
        known: &mut BTreeMap<Date, Span>,
        open: bool,
        dates: &[servanda_diagnostics::Spanned<String>],
        hours: &[ast::Hours],
    ) -> Option<()> {
        let spans = self.spans(hours)?;
        let mut sound = true;
        for text in dates {
            let Some(date) = self.date(&text.value, text.span) else {
                sound = false;
                continue;
            };
            if let Some(first) = known.insert(date, text.span) {
                self.tell(diagnostics::date_twice(text, first));
                sound = false;
                continue;
            }
            let spans = match (open, hours.is_empty()) {
                (true, true) => vec![(0, DAY)],
                (true, false) => spans.clone(),
                (false, true) => DaySpans::new(),
                (false, false) => {
                    let weekday = spec.weekly.get(date.weekday().index()).cloned().unwrap_or_default();
                    without(weekday, &spans)
                }
            };
            spec.dated.retain(|line| line.date != date);
            spec.dated.push(DatedLine { date, spans });
        }
        sound.then_some(())
    }

    fn country(&mut self, spec: &mut CalendarSpec, country: &ast::Name) -> Option<()> {
        if holidays(&country.value).is_none() {
            return self.fail(diagnostics::unknown_country(country));
        }
        spec.holidays.push(country.value.as_str().into());
        Some(())
    }

    /// The holidays of a file. Where there is none, the parser has told.
    fn holiday_file(&mut self, spec: &mut CalendarSpec, file: &ast::HolidayFile) -> Option<()> {
        let Some((id, source)) = file.source.and_then(|id| Some((id, self.sources.get(id)?))) else {
            return self.unreadable();
        };
        match holiday_file::read(id, source.name(), source.text()) {
            Ok(given) => spec.given.push(given),
            Err(findings) => {
                // A calendar that is the same as another one reads it once more.
                findings.into_iter().for_each(|finding| self.tell_once(finding));
                return None;
            }
        }
        Some(())
    }
}

/// In which order the lines are read.
fn rank(kind: &CalendarLineKind) -> u8 {
    match kind {
        CalendarLineKind::SameAs(_) | CalendarLineKind::Always | CalendarLineKind::TimeZone(_) => 0,
        CalendarLineKind::Weekly { open: true, .. } => 1,
        CalendarLineKind::Weekly { open: false, .. }
        | CalendarLineKind::Holidays(_)
        | CalendarLineKind::HolidayFile(_) => 2,
        CalendarLineKind::Dated { .. } | CalendarLineKind::Broken => 3,
    }
}

/// Adds the openings of another calendar.
fn merge(spec: &mut CalendarSpec, other: CalendarSpec) {
    for (day, spans) in spec.weekly.iter_mut().zip(other.weekly) {
        day.extend(spans);
    }
    for line in other.dated {
        if spec.dated.iter().all(|known| known.date != line.date) {
            spec.dated.push(line);
        }
    }
    spec.holidays.extend(other.holidays);
    spec.given.extend(other.given);
    spec.always |= other.always;
}

/// What is left of openings without closed spans.
fn without(mut openings: DaySpans, closed: &[(u32, u32)]) -> DaySpans {
    for (from, to) in closed {
        openings = openings
            .into_iter()
            .flat_map(|(start, end)| [(start, end.min(*from)), (start.max(*to), end)])
            .filter(|(start, end)| start < end)
            .collect();
    }
    openings
}
