//! The term and its days: deadlines that lie before it, behind it or on no day at all, what can never arise in it, and
//! holidays that run out.

use crate::agreement::Agreement;
use crate::analysis::Analysis;
use crate::analysis::targets::plural;
use crate::diagnostics;
use crate::limit::Since;
use crate::policy::{
    Consequence, Deadline, Duty, Effect, Expr, ExprKind, Form, From, LengthKind, PausesCount, Point, Row,
    RowKey, Signal, Value, WindowId,
};
use crate::time::{Civil, Date};
use crate::value::Exact;
use servanda_diagnostics::Span;

/// So many windows of a term without an end are looked at: more than any calendar needs to come round.
const WINDOWS: usize = 400;

impl<'p> Analysis<'p> {
    /// A clock that is over when it begins.
    fn no_time(&mut self) {
        for duty in self.policy.duties.values().filter(|duty| !duty.silent) {
            let Form::Do { deadline: Some(Deadline::Within { length, counting, span, .. }), .. } = &duty.form
            else {
                continue;
            };
            let ExprKind::Value(Value::Length(of)) = &length.kind else { continue };
            let hours = matches!(of.kind, LengthKind::Physical | LengthKind::Open(_));
            if hours && of.amount.is_zero() {
                self.tell(diagnostics::no_time(*span, counting.late_at_deadline));
            }
        }
    }

    /// What is said of pauses where there are none.
    fn no_pauses(&mut self) {
        for duty in self.policy.duties.values().filter(|duty| !duty.silent) {
            let Form::Do { case, deadline: Some(Deadline::Within { counting, span, .. }), .. } = &duty.form
            else {
                continue;
            };
            let of = &self.policy.cases[*case];
            // What comes back was closed meanwhile, and an extension holds a clock, too.
            let stands = !of.pauses.is_empty() || of.reopens.is_some();
            let words = match counting.pauses {
                PausesCount::Stop => continue,
                PausesCount::Ignored => "ignoring pauses",
                PausesCount::Elapsed => "counting pauses in elapsed time",
            };
            if !stands {
                let text = self.sources.text(duty.span);
                let place =
                    |offset: usize| duty.span.start.saturating_add(u32::try_from(offset).unwrap_or(0));
                let at = text
                    .find(words)
                    .map(|at| Span::new(duty.span.source, place(at), place(at + words.len())));
                self.tell(diagnostics::no_pauses(at.unwrap_or(*span), &of.name));
            }
        }
    }

    pub(in crate::analysis) fn term(&mut self) {
        self.no_pauses();
        self.no_time();
        let Some(placed) = self.placed.clone() else { return };
        for duty in self.policy.duties.values().filter(|duty| !duty.silent) {
            match &duty.form {
                Form::Do { deadline: Some(Deadline::By(point)), .. } => self.due_before(&placed, duty, point),
                Form::Do { deadline: Some(deadline), .. } => self.due_behind(&placed, duty, deadline),
                Form::DoEach { window, by, .. } => self.no_such_day(&placed, duty, *window, by),
                Form::Do { .. } | Form::Keep { .. } | Form::MustNot { .. } => {}
            }
        }
        for of in self.policy.consequences.values() {
            self.never_arises(&placed, of);
        }
        self.closed_windows(&placed);
        self.holidays(&placed);
        self.ends_on_another_date(&placed);
        self.openings_in_changes(&placed);
    }

    /// A fixed point that is over when the term begins, or that clocks do not show once.
    fn due_before(&mut self, placed: &Agreement, duty: &Duty, point: &Point) {
        let (at, written) = match point {
            Point::Date(date) => (placed.zone.end_of(*date), date.to_string()),
            Point::Civil(date, nanos) => {
                let civil = placed.zone.resolve_civil(*date, *nanos);
                let shown = clock(*nanos);
                match civil {
                    Civil::One(at) => (at, format!("{date} {shown}")),
                    Civil::Gap(at) | Civil::Fold(at, _) => {
                        let twice = matches!(civil, Civil::Fold(..));
                        let finding = diagnostics::in_a_clock_change(
                            self.deadline_span(duty),
                            &format!("{date} {shown}"),
                            placed.zone.name(),
                            twice,
                            &clock(placed.zone.local_time_of(at)),
                        );
                        return self.tell(finding);
                    }
                }
            }
            Point::EndOfPeriod | Point::DayOfPeriod { .. } => return,
        };
        if at <= placed.start {
            let span = self.deadline_span(duty);
            let first = placed.first_date.to_string();
            self.tell(diagnostics::due_before_the_term(span, &written, &first, self.policy.term.span));
        }
    }

    /// Where the deadline of a duty is written: after `by`, or the whole of the duty.
    fn deadline_span(&self, duty: &Duty) -> Span {
        let text = self.sources.text(duty.span);
        let core = duty.core_span.end.saturating_sub(duty.span.start);
        let rest = usize::try_from(core).ok().and_then(|from| text.get(from..)).unwrap_or("");
        match rest.find(" by ").and_then(|at| u32::try_from(at).ok()) {
            Some(at) => {
                let behind = rest.get(at as usize + 4..).unwrap_or("");
                let length = behind.find([',', '.', '\n']).unwrap_or(behind.len());
                let length = behind
                    .get(..length)
                    .map_or(length, |part| part.find(" otherwise").unwrap_or(part.trim_end().len()));
                let start = duty.core_span.end.saturating_add(at).saturating_add(4);
                Span::new(duty.span.source, start, start.saturating_add(u32::try_from(length).unwrap_or(0)))
            }
            None => duty.core_span,
        }
    }

    /// A length of time that is not over within the term wherever it begins, or never at all.
    fn due_behind(&mut self, placed: &Agreement, duty: &Duty, deadline: &Deadline) {
        let Deadline::Within { length, from: From::Beginning, ending, counting, span, .. } = deadline else {
            return;
        };
        let ExprKind::Value(Value::Length(of)) = &length.kind else { return };
        let start = placed.start;
        let shown = start.format_in(&placed.zone);
        let Some(late) = placed.counted_from(of, Since::Instant(start), *ending, *counting) else {
            let why = match of.kind {
                LengthKind::Open(calendar) | LengthKind::BusinessDays(calendar) => {
                    format!("`{}` has not so many openings", self.policy.calendars[calendar].name)
                }
                _ => "it lies beyond all dates".to_owned(),
            };
            return self.tell(diagnostics::never_due(*span, &why));
        };
        let Some(end) = placed.end else { return };
        if late > end && !self.policy.clauses[duty.clause].survives {
            let due = placed.zone.date_of(late.previous()).to_string();
            let last = placed.zone.date_of(end.previous()).to_string();
            self.tell(diagnostics::due_behind_the_term(*span, &shown, &due, (self.policy.term.span, &last)));
        }
    }

    /// A day of a window that no window has.
    fn no_such_day(&mut self, placed: &Agreement, duty: &Duty, window: WindowId, by: &Point) {
        let Point::DayOfPeriod { nth: Some(nth), calendar, .. } = by else { return };
        let Some(windows) = placed.windows.get(crate::arena::Id::index(window)) else { return };
        let days = |first: Date, last: Date| match calendar {
            Some(id) => placed.calendar(*id).map(|calendar| calendar.count_business_days(first, last)),
            None => u32::try_from(last.days_since(first) + 1).ok(),
        };
        let counted = windows.all().take(WINDOWS).filter_map(|window| {
            Some((days(window.first_date, window.last_date)?, window.label(&placed.zone)))
        });
        let most = counted.max_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
        let Some((most, label)) = most.filter(|(most, _)| most < nth) else { return };
        let kind = match calendar {
            Some(id) => format!("{} days", self.policy.calendars[*id].name),
            None => "calendar days".to_owned(),
        };
        let span = self.deadline_span(duty);
        self.tell(diagnostics::day_of_no_period(span, &format!("{label} has {most} {kind}"), *nth));
    }

    /// What asks for more windows than the term has.
    fn never_arises(&mut self, placed: &Agreement, of: &Consequence) {
        let amount = match &of.effect {
            Effect::Entry(entry) => Some(&entry.amount),
            _ => None,
        };
        let (window, asked) = match &of.on {
            Signal::Running(running) => (running.window, Some(running.count)),
            Signal::Broken(duty) => match &self.policy.duties[*duty].form {
                Form::Keep { measure, .. } => (self.policy.measures[*measure].window, None),
                Form::DoEach { window, .. } => (*window, None),
                Form::Do { .. } | Form::MustNot { .. } => return,
            },
            Signal::Kept(kept) => match self.once_in_duty(kept.duty) {
                // The windows behind the one that is broken.
                Some(window) => (window, Some(kept.count.saturating_add(1))),
                None => return,
            },
            _ => return,
        };
        let Some(there) = self.windows_of_term(placed, window) else { return };
        let windows = plural(self.policy.windows[window]);
        if let Some(asked) = asked.filter(|asked| *asked > there) {
            let needs = if matches!(of.on, Signal::Kept(_)) {
                format!("a breach and {} {windows} behind it", asked.saturating_sub(1))
            } else {
                format!("{asked} {windows}")
            };
            return self.tell(diagnostics::never_arises(
                of.span,
                &needs,
                there,
                windows,
                self.policy.term.span,
            ));
        }
        if let Some(Row { span, .. }) = amount.and_then(|amount| self.beyond(amount, there)) {
            let needs = format!("more than {there} breaches running");
            self.tell(diagnostics::never_arises(*span, &needs, there, windows, self.policy.term.span));
        }
    }

    fn once_in_duty(&self, duty: crate::policy::DutyId) -> Option<WindowId> {
        match &self.policy.duties[duty].form {
            Form::Keep { measure, .. } => Some(self.policy.measures[*measure].window),
            Form::DoEach { window, .. } => Some(*window),
            Form::Do { .. } | Form::MustNot { .. } => None,
        }
    }

    /// How many windows the term has; nothing where it goes on, or has more than can matter.
    pub(in crate::analysis) fn windows_of_term(&self, placed: &Agreement, window: WindowId) -> Option<u32> {
        placed.end?;
        let windows = placed.windows.get(crate::arena::Id::index(window))?;
        let counted = windows.all().take(WINDOWS + 1).count();
        u32::try_from(counted).ok().filter(|counted| *counted <= 400)
    }

    /// The row of a table of misses that asks for more of them than there are windows.
    fn beyond<'e>(&self, amount: &'e Expr, there: u32) -> Option<&'e Row> {
        let ExprKind::Table { on, rows } = &amount.kind else { return None };
        if !matches!(on.kind, ExprKind::Misses(_)) {
            return None;
        }
        rows.iter().find(|row| match &row.key {
            RowKey::Range(Some((from, inclusive)), _) => self.number(from).is_some_and(|from| {
                let there = Exact::integer(i128::from(there));
                if *inclusive { from > there } else { from >= there }
            }),
            _ => false,
        })
    }

    /// A calendar of another zone whose days end, as the agreement tells dates, on the date after.
    fn ends_on_another_date(&mut self, placed: &Agreement) {
        let lengths = self.policy.duties.values().filter_map(|duty| match &duty.form {
            Form::Do { deadline: Some(Deadline::Within { length, span, .. }), .. } => match &length.kind {
                ExprKind::Value(Value::Length(of)) => match of.kind {
                    LengthKind::BusinessDays(calendar) => Some((calendar, *span)),
                    _ => None,
                },
                _ => None,
            },
            Form::DoEach {
                by: Point::DayOfPeriod { calendar: Some(calendar), end_of_date: false, .. },
                ..
            } => Some((*calendar, self.deadline_span(duty))),
            _ => None,
        });
        let counted: Vec<_> = lengths.collect();
        for (id, span) in counted {
            let Some(calendar) = placed.calendar(id) else { continue };
            if calendar.zone().name() == placed.zone.name() {
                continue;
            }
            let Some(date) = calendar.nth_business_day(placed.first_date, 1) else { continue };
            let Some(closing) = calendar.closing_of(date) else { continue };
            let at = closing.late_from().unwrap_or_else(|| closing.instant()).previous();
            if placed.zone.date_of(at) == date {
                continue;
            }
            let of = &self.policy.calendars[id];
            let shown = format!("{} {}", placed.zone.date_of(at), clock(placed.zone.local_time_of(at)));
            let finding = diagnostics::ends_on_another_date(
                span,
                (&of.name, calendar.zone().name(), &date.to_string()),
                (&shown, placed.zone.name()),
                of.span,
            );
            self.tell(finding);
        }
    }

    /// Calendars of which the holidays are known for a part of the term only.
    fn holidays(&mut self, placed: &Agreement) {
        let Some(end) = placed.end else { return };
        let last = placed.zone.date_of(end.previous());
        for (id, calendar) in self.policy.calendars.iter() {
            let Some(known) = placed.calendar(id) else { continue };
            if known.covers(placed.first_date, last) {
                continue;
            }
            let Some((first_known, last_known)) = known.covered() else { continue };
            let lacking = match placed.first_date < first_known {
                true => (placed.first_date, first_known.add_days(-1).unwrap_or(first_known)),
                false => (last_known.add_days(1).unwrap_or(last_known), last),
            };
            let (from, to) = (lacking.0.to_string(), lacking.1.to_string());
            let finding = diagnostics::holidays_run_out(
                calendar.span,
                &calendar.name,
                (&from, &to),
                self.policy.term.span,
            );
            self.tell(finding);
        }
    }
}

/// A time of day.
pub(in crate::analysis) fn clock(nanos: i64) -> String {
    let minutes = nanos / 60_000_000_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
