//! Numbers, amounts, dates and lengths of time as they are written.

use crate::check::draft::Draft;
use crate::check::names::Thing;
use crate::check::place::{Place, Scope};
use crate::check::types::{Ty, Typed, constant_number};
use crate::diagnostics;
use crate::policy::{CalendarId, Expr, ExprKind, Length, LengthKind, Operation, Value, ValueType};
use crate::time::Date;
use crate::value::{Currency, Exact};
use servanda_diagnostics::{Diagnostic, Span, Spanned, spelling};
use servanda_parser::ast::{self, Unit};
use std::cell::RefCell;

/// The word of a unit, in the plural.
pub(in crate::check) fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Second => "seconds",
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::Week => "weeks",
        Unit::Month => "months",
        Unit::Quarter => "quarters",
        Unit::Year => "years",
    }
}

/// The digits without the marks that group them.
fn plain_digits(digits: &str) -> String {
    digits.chars().filter(|digit| *digit != '_').collect()
}

/// The number that digits write.
pub(crate) fn number_of(digits: &str, span: Span) -> Result<Exact, Box<Diagnostic>> {
    let plain = plain_digits(digits);
    // Events and amounts stay below these bounds; a figure beyond them is a slip of the pen.
    let (whole, places) = plain.split_once('.').unwrap_or((&plain, ""));
    if whole.trim_start_matches('0').len() > 18 || places.len() > 9 {
        return Err(Box::new(diagnostics::impossible_number(span)));
    }
    Exact::from_decimal_str(&plain).map_err(|_| Box::new(diagnostics::impossible_number(span)))
}

/// The calendars whose hours and days can be counted.
pub(crate) trait Calendars {
    /// The calendar with this name.
    fn find(&mut self, name: &ast::Name) -> Result<CalendarId, Box<Diagnostic>>;
    /// All of them, with the places of their declarations.
    fn known(&self) -> Vec<(&str, Span)>;
}

impl Calendars for Draft<'_> {
    fn find(&mut self, name: &ast::Name) -> Result<CalendarId, Box<Diagnostic>> {
        match self.names.get(&name.value) {
            None if is_nearly_calendar(name) => Err(Box::new(diagnostics::nearly_calendar(name))),
            _ => self.find_calendar(name),
        }
    }

    fn known(&self) -> Vec<(&str, Span)> {
        self.names.of_kind(|thing| matches!(thing, Thing::Calendar(_)))
    }
}

/// Whether a word that names no calendar was meant to be `calendar`: `10 calender days`.
pub(in crate::check) fn is_nearly_calendar(name: &ast::Name) -> bool {
    spelling::nearest(&name.value, ["calendar"]).is_some()
}

/// The kind of time that a word and a unit mean, and how many seconds, days or months one unit is.
pub(crate) fn kind_of(
    calendars: &mut impl Calendars,
    kind: Option<&ast::Name>,
    unit: &Spanned<Unit>,
    whole: Span,
    digits: Option<&str>,
) -> Result<(LengthKind, i64), Box<Diagnostic>> {
    let word = kind.map(|kind| kind.value.as_str());
    let units = unit_word(unit.value);
    let no_such =
        |kind: &str, instead| Err(Box::new(diagnostics::no_such_length(whole, digits, kind, units, instead)));
    let seconds = match unit.value {
        Unit::Second => Some(1),
        Unit::Minute => Some(60),
        Unit::Hour => Some(3600),
        Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Year => None,
    };
    let months = match unit.value {
        Unit::Month => Some(1),
        Unit::Quarter => Some(3),
        Unit::Year => Some(12),
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day | Unit::Week => None,
    };
    match (word, seconds, months) {
        (None | Some("elapsed"), Some(seconds), _) => Ok((LengthKind::Physical, seconds)),
        (None | Some("calendar"), None, Some(months)) => Ok((LengthKind::Months, months)),
        (Some("calendar"), None, None) if unit.value == Unit::Day => Ok((LengthKind::CalendarDays, 1)),
        (Some("calendar"), None, None) => Ok((LengthKind::CalendarDays, 7)),
        (None, None, None) => Err(Box::new(diagnostics::bare_days(whole, digits, units, &calendars.known()))),
        (Some("calendar"), Some(_), _) => no_such("calendar", None),
        (Some("elapsed"), None, _) => match unit.value {
            Unit::Day | Unit::Week => no_such("elapsed", Some("hours")),
            _ => no_such("elapsed", None),
        },
        (Some(_), _, _) => {
            let Some(name) = kind else { return no_such("", None) };
            let calendar = calendars.find(name)?;
            match (seconds, unit.value) {
                (Some(seconds), _) => Ok((LengthKind::Open(calendar), seconds)),
                (None, Unit::Day) => Ok((LengthKind::BusinessDays(calendar), 1)),
                (None, _) => no_such(&name.value, Some("days")),
            }
        }
    }
}

/// `15 support minutes`, `30 calendar days`, `72 hours`, alone.
pub(crate) fn written_length(
    calendars: &mut impl Calendars,
    (amount, kind, unit): (&ast::Digits, Option<&ast::Name>, &Spanned<Unit>),
    span: Span,
) -> Result<Length, Box<Diagnostic>> {
    let number = number_of(&amount.value, amount.span)?;
    let kind = kind_of(calendars, kind, unit, span, Some(&amount.value))?;
    length_of(&number, kind, amount.span, unit.value)
}

/// Whether a length of this kind is over with a date.
const fn counts_dates(kind: LengthKind) -> bool {
    !matches!(kind, LengthKind::Physical | LengthKind::Open(_))
}

/// So many units of a kind of time: of days and months only a whole number.
pub(crate) fn length_of(
    number: &Exact,
    (kind, per_unit): (LengthKind, i64),
    amount: Span,
    unit: Unit,
) -> Result<Length, Box<Diagnostic>> {
    if counts_dates(kind) && !number.is_integer() {
        return Err(Box::new(diagnostics::part_of_a_day(amount, unit_word(unit))));
    }
    Ok(Length { kind, amount: number * &Exact::from(per_unit) })
}

impl<'a> Draft<'a> {
    /// `business days to delivered`: how long an item took.
    pub(in crate::check) fn elapsed(
        &mut self,
        kind: &'a ast::Name,
        unit: &Spanned<Unit>,
        to: &'a ast::Path,
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        let (length, _) = self.length_kind(Some(kind), unit, kind.span.join(unit.span), None)?;
        if length == LengthKind::Months {
            return self.fail(diagnostics::elapsed_months(span));
        }
        let Scope::Case(case) = place.scope else {
            return self.fail(diagnostics::elapsed_of_nothing(span));
        };
        let name = to.parts.last().map(|part| part.value.clone()).unwrap_or_default();
        let acts = &self.cases[case].acts;
        let Some(act) = acts.iter().position(|act| act.done == name) else {
            let known: Vec<String> = acts.iter().map(|act| act.done.clone()).collect();
            let case = self.cases[case].name.clone();
            return self.fail(diagnostics::elapsed_to_no_act(to.span, &name, &case, &known));
        };
        if !place.over {
            return self.fail(diagnostics::elapsed_while_open(span));
        }
        let kind = ExprKind::Elapsed(length, crate::check::draft::index_of(act));
        Some(Typed::new(kind, Ty::Plain(ValueType::Length(length)), span))
    }

    /// Makes sure that days and months are whole, as far as a length is known here: `(5 calendar days / 2)` is not.
    pub(in crate::check) fn whole_days(&mut self, length: &Expr) -> Option<()> {
        match &length.kind {
            ExprKind::Table { rows, .. } => rows.iter().try_for_each(|row| self.whole_days(&row.value)),
            ExprKind::Least(parts) | ExprKind::ByVersion(parts) => {
                parts.iter().try_for_each(|part| self.whole_days(part))
            }
            _ => {
                let dated = RefCell::new(None);
                length.any(&|part| match &part.kind {
                    ExprKind::Value(Value::Length(length)) if counts_dates(length.kind) => {
                        *dated.borrow_mut() = Some(length.kind);
                        true
                    }
                    _ => false,
                });
                let (Some(kind), Some(amount)) = (dated.into_inner(), constant_number(length)) else {
                    return Some(());
                };
                if amount.is_integer() {
                    return Some(());
                }
                let word = self.kind_word(kind);
                self.fail(diagnostics::computed_part_of_a_day(length.span, &word, &amount))
            }
        }
    }

    /// The number that digits write.
    pub(in crate::check) fn number(&mut self, digits: &str, span: Span) -> Option<Exact> {
        match number_of(digits, span) {
            Ok(number) => Some(number),
            Err(finding) => self.fail(*finding),
        }
    }

    /// A number without a unit.
    pub(in crate::check) fn plain_number(&mut self, digits: &str, span: Span) -> Option<Typed> {
        let number = self.number(digits, span)?;
        let ty = if number.is_integer() { ValueType::Count } else { ValueType::Number };
        Some(Typed::value(Value::Number(number), ty, span))
    }

    /// `99.9%`, `8 percentage points`.
    pub(in crate::check) fn share(&mut self, digits: &str, span: Span, ty: ValueType) -> Option<Typed> {
        let number = self.number(digits, span)?.checked_div(&Exact::integer(100))?;
        Some(Typed::value(Value::Number(number), ty, span))
    }

    /// `1500 EUR`.
    pub(in crate::check) fn money(
        &mut self,
        amount: &ast::Digits,
        currency: &ast::Name,
        span: Span,
    ) -> Option<Typed> {
        let number = self.number(&amount.value, amount.span);
        let code = self.currency_named(currency)?;
        self.agreement_currency(code, currency.span)?;
        if let Some(finding) = diagnostics::too_many_decimals(&amount.value, code, span) {
            return self.fail(finding);
        }
        Some(Typed::value(Value::Number(number?), ValueType::Money, span))
    }

    /// `0.125 EUR per hour`: the price of a unit may have parts of a cent, since only the product is rounded.
    pub(in crate::check) fn unit_price(&mut self, expr: &'a ast::Expr) -> Option<Option<Typed>> {
        let ast::ExprKind::Money { amount, currency } = &expr.kind else { return None };
        let places = amount.value.split_once('.').map_or("", |(_, places)| places);
        // `2.000 EUR per hour` has nothing to say behind its point: somebody means two thousand.
        if places.is_empty() || places.ends_with('0') {
            return None;
        }
        let number = self.number(&amount.value, amount.span);
        let code = self.currency_named(currency);
        let own = code.and_then(|code| self.agreement_currency(code, currency.span));
        Some(own.and(number).map(|number| Typed::value(Value::Number(number), ValueType::Money, expr.span)))
    }

    /// The currency with this code.
    pub(in crate::check) fn currency_named(&mut self, name: &ast::Name) -> Option<Currency> {
        match Currency::named(&name.value) {
            Ok(currency) => Some(currency),
            Err(_) => self.fail(diagnostics::unknown_currency(name)),
        }
    }

    /// Makes sure that a currency is the agreement's.
    pub(in crate::check) fn agreement_currency(&mut self, code: Currency, span: Span) -> Option<()> {
        let expr = self.header.currency.as_ref()?;
        match &expr.kind {
            ExprKind::Value(Value::Currency(own)) if *own == code => Some(()),
            ExprKind::Value(Value::Currency(own)) => {
                let finding = diagnostics::other_currency(code.code(), span, own.code(), expr.span);
                self.fail(finding)
            }
            _ => {
                let finding = diagnostics::currency_of_instance(code.code(), span, expr.span);
                self.fail(finding)
            }
        }
    }

    /// The kind of time that a word and a unit mean, and how many seconds, days or months one unit is.
    pub(in crate::check) fn length_kind(
        &mut self,
        kind: Option<&ast::Name>,
        unit: &Spanned<Unit>,
        whole: Span,
        digits: Option<&str>,
    ) -> Option<(LengthKind, i64)> {
        match kind_of(self, kind, unit, whole, digits) {
            Ok(known) => Some(known),
            Err(finding) => self.fail(*finding),
        }
    }

    /// `15 support minutes`, `30 calendar days`, `72 hours`.
    pub(in crate::check) fn length(
        &mut self,
        amount: &ast::Digits,
        kind: Option<&ast::Name>,
        unit: &Spanned<Unit>,
        span: Span,
    ) -> Option<Typed> {
        let number = self.number(&amount.value, amount.span);
        let (kind, per_unit) = self.length_kind(kind, unit, span, Some(&amount.value))?;
        match length_of(&number?, (kind, per_unit), amount.span, unit.value) {
            Ok(length) => Some(Typed::value(Value::Length(length), ValueType::Length(kind), span)),
            Err(finding) => self.fail(*finding),
        }
    }

    /// `60 EUR per hour`: what a second, day or month of the time costs.
    pub(in crate::check) fn per(
        &mut self,
        amount: Typed,
        kind: Option<&ast::Name>,
        unit: &Spanned<Unit>,
        span: Span,
    ) -> Option<Typed> {
        let (kind, per_unit) = self.length_kind(kind, unit, unit.span, None)?;
        let ty = match amount.ty {
            Ty::MONEY => ValueType::MoneyPer(kind),
            Ty::SHARE => ValueType::SharePer(kind),
            _ => {
                let word = self.type_word(&amount.ty);
                return self.fail(diagnostics::wrong_type(amount.expr.span, "money or a percentage", &word));
            }
        };
        let units = Typed::value(Value::Number(Exact::from(per_unit)), ValueType::Count, unit.span);
        let kind = ExprKind::Binary(Operation::Divide, Box::new(amount.expr), Box::new(units.expr));
        Some(Typed::plain(kind, ty, span))
    }

    /// The lengths of time that have a name, where they are written out; of what is wrong with the others is told.
    pub(in crate::check) fn named_lengths(&mut self) -> Vec<(String, Length)> {
        let mut named = Vec::new();
        for value in self.names.lets.clone() {
            let ast::LetValue::Expr(written) = &value.value else { continue };
            if let ast::ExprKind::Length { amount, kind, unit } = &written.kind
                && let Ok(length) = written_length(self, (amount, kind.as_ref(), unit), written.span)
            {
                named.push((value.name.value.clone(), length));
            }
        }
        named
    }

    /// A date as written.
    pub(in crate::check) fn date(&mut self, text: &str, span: Span) -> Option<Date> {
        match text.parse::<Date>() {
            Ok(date) => Some(date),
            Err(_) => self.fail(diagnostics::impossible_date(text, span)),
        }
    }

    /// `2026-01-05` or `2026-01-05 10:00`: only a date has a meaning apart from the agreement's zone.
    pub(in crate::check) fn date_value(&mut self, text: &str, span: Span) -> Option<Typed> {
        if text.trim().contains([' ', 'T']) {
            return self.fail(diagnostics::not_supported(
                span,
                "a point in time in a quantity",
                "write a date",
            ));
        }
        let date = self.date(text.trim(), span)?;
        Some(Typed::value(Value::Date(date), ValueType::Date, span))
    }

    /// A time of day as written, `09:00` to `24:00`, in seconds after midnight.
    pub(in crate::check) fn time_of_day(&mut self, text: &str, span: Span) -> Option<u32> {
        let mut seconds = 0;
        let mut parts = text.split(':');
        for (scale, limit) in [(3600, 24), (60, 59), (1, 59)] {
            let Some(part) = parts.next() else { continue };
            match part.parse::<u32>() {
                Ok(number) if number <= limit => seconds += number * scale,
                _ => return self.fail(diagnostics::impossible_time(text, span)),
            }
        }
        if seconds > 86_400 || parts.next().is_some() {
            return self.fail(diagnostics::impossible_time(text, span));
        }
        Some(seconds)
    }
}
