//! By when: lengths of time with their start, and points of a window.

use crate::check::draft::{Draft, index_of};
use crate::check::names::joined;
use crate::check::place::{Place, Scope};
use crate::check::types::Ty;
use crate::diagnostics;
use crate::policy::{CalendarId, CaseId, Counting, Deadline, Expr, From, LengthKind, Point, ValueType};
use crate::time::Ending;
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, ModifierKind, Ordinal, PointKind};

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

impl<'a> Draft<'a> {
    /// `within L of P`, on an item of a case.
    pub(in crate::check) fn within(
        &mut self,
        case: CaseId,
        length: &'a ast::Expr,
        of: Option<&'a ast::Point>,
        ending: Option<Span>,
        span: Span,
    ) -> Option<Deadline> {
        let from = match of {
            None => Some(From::Beginning),
            Some(point) => self.start(case, point),
        };
        let place = Place::new(Scope::Case(case)).after_charge();
        let (length, ending) = self.length_at(length, ending, &place)?;
        let counting = Counting::default();
        Some(Deadline::Within { length, from: from?, ending, share: None, roll: None, counting, span })
    }

    /// `every 4 hours`: again and again, while the item is open.
    pub(in crate::check) fn every(
        &mut self,
        norm: &'a ast::Norm,
        case: CaseId,
        (length, span): (&'a ast::Expr, Span),
        ending: Option<&ast::Modifier>,
        roll: Option<&(ast::Roll, CalendarId, Span)>,
    ) -> Option<Deadline> {
        let within = self.within(case, length, None, ending.map(|it| it.span), span)?;
        let mut deadline = self.rolled(within, roll)?;
        if let Deadline::Within { from, .. } = &mut deadline {
            *from = From::Again;
        }
        for modifier in &norm.modifiers {
            if matches!(modifier.kind, ModifierKind::Telling { .. } | ModifierKind::ExtendedBy(_)) {
                let instead = "write a duty `within` the time beside it";
                let what = "a warning before, or a delay of, what is done again and again";
                return self.fail(diagnostics::not_supported(modifier.span, what, instead));
            }
        }
        self.counted(deadline, norm)
    }

    /// A length of time after a breach, where no item is at hand.
    pub(in crate::check) fn length_within(
        &mut self,
        length: &'a ast::Expr,
        ending: Option<Span>,
    ) -> Option<(Expr, Ending)> {
        self.length_at(length, ending, &Place::agreement())
    }

    /// A length of time at its place, and where a budget that ends at a closing ends.
    pub(in crate::check) fn length_at(
        &mut self,
        length: &'a ast::Expr,
        ending: Option<Span>,
        place: &Place,
    ) -> Option<(Expr, Ending)> {
        let typed = self.expr(length, place)?;
        let open = match typed.ty {
            Ty::Plain(ValueType::Length(kind)) => matches!(kind, LengthKind::Open(_)),
            Ty::Plain(ValueType::AnyLength) => true,
            _ => {
                let finding = self.misfit(&typed, &Ty::Plain(ValueType::AnyLength), &Place::agreement());
                return self.fail(finding);
            }
        };
        if let (Some(ending), false) = (ending, open) {
            let found = self.type_word(&typed.ty);
            return self.fail(diagnostics::ending_without_hours(ending, length.span, &found));
        }
        let ending = if ending.is_some() { Ending::AtNextOpening } else { Ending::AtClosing };
        self.whole_days(&typed.expr)?;
        Some((typed.expr, ending))
    }

    /// Where a date goes that falls on a closed day: the modifier that says so, and its calendar.
    pub(in crate::check) fn roll(&mut self, norm: &'a ast::Norm) -> Option<(ast::Roll, CalendarId, Span)> {
        let modifiers = norm.modifiers.iter();
        let (to, calendar, span) = modifiers
            .filter_map(|modifier| match &modifier.kind {
                ModifierKind::Roll { to, calendar } => Some((*to, calendar, modifier.span)),
                _ => None,
            })
            .next()?;
        Some((to, self.calendar(calendar)?, span))
    }

    /// A deadline that moves off closed days; only one in days by date or in months can fall on one.
    pub(in crate::check) fn rolled(
        &mut self,
        deadline: Deadline,
        roll: Option<&(ast::Roll, CalendarId, Span)>,
    ) -> Option<Deadline> {
        let Some((to, calendar, at)) = roll else { return Some(deadline) };
        if let Deadline::Within { length, .. } = &deadline {
            let kind = match &length.kind {
                crate::policy::ExprKind::Value(crate::policy::Value::Length(length)) => Some(length.kind),
                _ => None,
            };
            if matches!(kind, Some(LengthKind::Physical | LengthKind::Open(_) | LengthKind::BusinessDays(_)))
            {
                return self.fail(diagnostics::roll_without_date(*at, length.span));
            }
        }
        let mut deadline = deadline;
        if let Deadline::Within { roll, .. } = &mut deadline {
            *roll = Some((*to, *calendar));
        }
        Some(deadline)
    }

    /// A deadline whose time counts as the modifiers of the duty say.
    pub(in crate::check) fn counted(&mut self, deadline: Deadline, norm: &'a ast::Norm) -> Option<Deadline> {
        let mut deadline = deadline;
        if let Deadline::Within { length, roll, counting, .. } = &mut deadline {
            *counting = self.counting(norm, length, roll.is_some())?;
        }
        Some(deadline)
    }

    /// Refuses what only a length of time on an item can have.
    pub(in crate::check) fn refuse_modifiers_of_deadlines(&mut self, norm: &ast::Norm) {
        for modifier in &norm.modifiers {
            if matches!(
                modifier.kind,
                ModifierKind::Roll { .. }
                    | ModifierKind::Telling { .. }
                    | ModifierKind::ExtendedBy(_)
                    | ModifierKind::Counting(_)
            ) {
                let (wanted, here) = ("`within` and a length of time", "this duty");
                self.tell(diagnostics::misplaced(modifier.span, wanted, here));
            }
        }
    }

    /// The start of a length of time.
    fn start(&mut self, case: CaseId, point: &'a ast::Point) -> Option<From> {
        let path = match &point.kind {
            PointKind::Beginning => return Some(From::Beginning),
            PointKind::Path(path) => path,
            PointKind::Broken => return self.unreadable(),
            _ => {
                let name = self.cases[case].name.clone();
                return self.fail(diagnostics::no_start(
                    self.words_at(point.span),
                    point.span,
                    &name,
                    &self.starts(case),
                ));
            }
        };
        let name = joined(path);
        let mut readings: Vec<(From, Span, &'static str)> = Vec::new();
        let opening = self.outlines[case].opening.clone();
        for event in opening {
            if self.events[event].name == name {
                readings.push((From::Beginning, self.events[event].span, "an event that opens the case"));
            }
        }
        let own = match path.parts.as_slice() {
            [last] => Some(last),
            [owner, last] if owner.value == self.cases[case].name => Some(last),
            _ => None,
        };
        if let Some(last) = own {
            let act = self.cases[case].acts.iter().enumerate().find(|(_, act)| act.done == last.value);
            if let Some((at, act)) = act {
                readings.push((From::Done(index_of(at)), act.span, "an act of the case"));
            }
            let declared = self.opening_field(case, &last.value);
            if let Some(declared) = declared {
                let (at, ty) = self.case_field(case, &last.value, path.span)??;
                if !matches!(ty, Ty::Plain(ValueType::Date | ValueType::Instant)) {
                    if readings.is_empty() {
                        let found = self.type_word(&ty);
                        return self.fail(diagnostics::wrong_type(path.span, "a date or a time", &found));
                    }
                } else {
                    readings.push((From::Field(at), declared, "a field of the case"));
                }
            }
        }
        match readings.len() {
            0 if self.outlines[case].unsound => None,
            0 => {
                let case_name = self.cases[case].name.clone();
                let starts = self.starts(case);
                self.fail(diagnostics::no_start(&name, path.span, &case_name, &starts))
            }
            1 => readings.pop().map(|(from, _, _)| from),
            _ => {
                let places: Vec<(Span, &str)> =
                    readings.iter().map(|(_, span, what)| (*span, *what)).collect();
                self.fail(diagnostics::ambiguous(&name, path.span, &places, ""))
            }
        }
    }

    /// Where a field of the opening event is declared.
    fn opening_field(&self, case: CaseId, name: &str) -> Option<Span> {
        let opening = &self.outlines[case].opening;
        opening.iter().find_map(|event| {
            self.events[*event].fields.iter().find(|field| field.name == name).map(|field| field.span)
        })
    }

    /// What a length of time on a case can start at.
    fn starts(&self, case: CaseId) -> Vec<String> {
        let own = &self.cases[case].name;
        let opening = &self.outlines[case].opening;
        let mut names: Vec<String> = opening.iter().map(|event| self.events[*event].name.clone()).collect();
        for event in opening {
            for (at, field) in self.events[*event].fields.iter().enumerate() {
                let ty = self.type_of_field(*event, index_of(at));
                if matches!(ty, Some(Ty::Plain(ValueType::Date | ValueType::Instant))) {
                    names.push(format!("{own}.{}", field.name));
                }
            }
        }
        names.extend(self.cases[case].acts.iter().map(|act| act.done.clone()));
        names
    }

    /// A point in time; one of the period only where there is a window.
    pub(in crate::check) fn point(&mut self, point: &'a ast::Point, windowed: bool) -> Option<Point> {
        let of_period = matches!(point.kind, PointKind::EndOfPeriod | PointKind::DayOfPeriod { .. });
        if of_period && !windowed {
            return self.fail(diagnostics::no_period(point.span));
        }
        match &point.kind {
            PointKind::EndOfPeriod => Some(Point::EndOfPeriod),
            PointKind::DayOfPeriod { ordinal, kind, end_of } => {
                let calendar = match kind {
                    None => return self.fail(diagnostics::bare_day_of_period(point.span)),
                    Some(name) if name.value == "calendar" => None,
                    Some(name) => Some(self.calendar(name)?),
                };
                let nth = match ordinal {
                    Ordinal::Last => None,
                    Ordinal::Nth(0) => return self.fail(diagnostics::zeroth_day(point.span)),
                    Ordinal::Nth(number) => Some(*number),
                };
                Some(Point::DayOfPeriod { nth, calendar, end_of_date: *end_of })
            }
            PointKind::Instant(text) => self.civil_point(text, point.span),
            PointKind::Broken => self.unreadable(),
            PointKind::Deadline | PointKind::AfterDeadline(_) | PointKind::Beginning | PointKind::Path(_) => {
                self.fail(diagnostics::no_point(self.words_at(point.span), point.span))
            }
        }
    }

    /// `2026-02-04`, `2026-02-04 18:00`.
    pub(in crate::check) fn civil_point(&mut self, text: &str, span: Span) -> Option<Point> {
        let mut parts = text.split_whitespace();
        let date = self.date(parts.next().unwrap_or(""), span)?;
        let Some(clock) = parts.next() else { return Some(Point::Date(date)) };
        if clock.chars().any(|letter| matches!(letter, 'Z' | '+' | '-')) {
            let instead = "leave the offset out: it is a time in the agreement's zone";
            return self.fail(diagnostics::not_supported(span, "an offset here", instead));
        }
        match self.time_of_day(clock, span)? {
            86_400 => Some(Point::Date(date)),
            seconds => Some(Point::Civil(date, i64::from(seconds) * SECOND)),
        }
    }
}
