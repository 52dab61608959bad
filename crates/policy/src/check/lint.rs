//! What is allowed and yet probably not what was meant: warnings and advice.

use crate::check::draft::Draft;
use crate::check::names::Thing;
use crate::check::place::Place;
use crate::check::types::{Ty, constant};
use crate::diagnostics;
use crate::policy::{
    CivilTime, Debt, Effect, ExprKind, Form, LengthKind, Signal, Term, TermEnd, Value, ValueType,
};
use crate::time::{Date, WindowSpec, WindowUnit};
use crate::value::{Exact, Rounding};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, MeasureOptionKind, ModifierKind, Unit};
use std::collections::BTreeSet;

impl<'a> Draft<'a> {
    /// Reads the values that nothing uses, so that a mistake in them is told all the same.
    pub(in crate::check) fn check_unused(&mut self) {
        for value in self.names.lets.clone() {
            if self.used.contains(&value.name.span) {
                continue;
            }
            match &value.value {
                ast::LetValue::Expr(expr) => {
                    let _ = self.expr(expr, &Place::agreement().lenient());
                }
                ast::LetValue::Window(window) => {
                    let _ = self.window(window);
                }
                ast::LetValue::Words(_) => {}
            }
        }
    }

    pub(in crate::check) fn lint(&mut self, agreement: &ast::Agreement) {
        self.lint_consequences();
        self.lint_partial_windows();
        self.lint_surviving(agreement);
        self.lint_rates(agreement);
        self.read_standings();
        self.lint_unused();
    }

    /// An amendment comes into force while there is something to amend.
    pub(in crate::check) fn lint_amended_behind(&mut self, term: &Term, from: CivilTime, span: Span) {
        let Some(end) = date_of(&term.from).and_then(|first| term_end(term, first)).flatten() else { return };
        if from.date >= end {
            let finding =
                diagnostics::amended_behind_the_term(span, &from.to_string(), &end.to_string(), term.span);
            self.tell(finding);
        }
    }

    /// What grows with time stays below the interest that the law allows, where the agreement states it.
    fn lint_rates(&mut self, agreement: &ast::Agreement) {
        let stated = agreement.lines.iter().find_map(|line| match line {
            ast::Line::Law(law) => law.ceiling.as_ref(),
            _ => None,
        });
        let Some(stated) = stated else { return };
        let hundred = Exact::integer(100);
        let Some(ceiling) = self.number(&stated.value, stated.span) else { return };
        let mut findings = Vec::new();
        for consequence in self.consequences.values() {
            let Effect::Accrue(accrual) = &consequence.effect else { continue };
            let Some((rate, _)) = accrual.rate_of_base() else { continue };
            let ExprKind::Value(Value::Number(share)) = &rate.kind else { continue };
            let periods =
                if accrual.by.is_some() { Some(Exact::integer(1)) } else { in_a_year(accrual.period) };
            let Some(yearly) = periods.map(|periods| &(share * &periods) * &hundred) else { continue };
            if yearly > ceiling {
                let percent = yearly.to_decimal_string(2, Rounding::HalfUp);
                findings.push(diagnostics::above_ceiling(rate.span, &percent, stated.span, &stated.value));
            }
        }
        findings.into_iter().for_each(|finding| self.tell(finding));
    }

    /// Whoever asks whether somebody owes nothing reads the debts between the two.
    fn read_standings(&mut self) {
        let asked = self.consequences.values().filter_map(|of| match &of.on {
            Signal::Standing(standing) => Some(standing.clone()),
            _ => None,
        });
        for standing in asked.collect::<Vec<_>>() {
            for (debtor, creditor, _) in &standing.settled {
                let between = |debt: &Debt| (debt.debtor, debt.creditor) == (*debtor, *creditor);
                let read = self.cases.iter().filter(|(_, case)| case.debt.as_ref().is_some_and(between));
                let read: Vec<Span> = read.map(|(case, _)| self.case_span(case)).collect();
                self.used.extend(read);
            }
        }
    }

    /// A duty without consequence says so, or was forgotten.
    fn lint_consequences(&mut self) {
        let mut findings = Vec::new();
        let mut seen: BTreeSet<Span> = BTreeSet::new();
        for seed in &self.duty_seeds {
            let silenced =
                seed.norm.modifiers.iter().any(|modifier| modifier.kind == ModifierKind::WithoutConsequence);
            if silenced || !seed.sentence.otherwise.is_empty() || !seen.insert(seed.sentence.span) {
                continue;
            }
            findings.push(diagnostics::no_consequence(&seed.name, seed.norm.modal_span));
        }
        for finding in findings {
            self.tell(finding);
        }
    }

    /// A quantity that a duty judges, in windows that the term can cut, says what that means for the target.
    fn lint_partial_windows(&mut self) {
        let mut findings = Vec::new();
        for seed in &self.measure_seeds {
            let said = seed
                .declared
                .options
                .iter()
                .any(|option| matches!(option.kind, MeasureOptionKind::Partial(_)));
            let Some(id) = seed.id() else { continue };
            let measure = &self.measures[id];
            let adds_up = matches!(
                measure.unit,
                ValueType::Count | ValueType::Money | ValueType::Length(_) | ValueType::Number
            );
            let spec = self.windows[measure.window];
            if said || !adds_up || !self.term_cuts(spec) {
                continue;
            }
            let judged = self
                .duties
                .iter()
                .flatten()
                .find(|duty| matches!(&duty.form, Form::Keep { measure, .. } if *measure == id));
            if let Some(duty) = judged {
                let window = seed.declared.window.as_ref().map_or(seed.declared.span, |window| window.span);
                findings.push(diagnostics::partial_window(&measure.name, window, duty.core_span));
            }
        }
        for finding in findings {
            self.tell(finding);
        }
    }

    /// A clause that is called surviving and speaks only of windows: they end with the term.
    fn lint_surviving(&mut self, agreement: &ast::Agreement) {
        for line in &agreement.lines {
            let ast::Line::Clause(clause) = line else { continue };
            let Some(surviving) = clause.surviving else { continue };
            let mut windowed = None;
            let mut survives = false;
            for part in &clause.parts {
                match part {
                    ast::ClausePart::Measure(measure) => windowed = windowed.or(Some(measure.span)),
                    ast::ClausePart::Sentence(sentence) if of_windows(sentence) => {
                        windowed = windowed.or(Some(sentence.span));
                    }
                    ast::ClausePart::Sentence(_) => survives = true,
                    ast::ClausePart::Prose(_)
                    | ast::ClausePart::Let(_)
                    | ast::ClausePart::Case(_)
                    | ast::ClausePart::Allow(_)
                    | ast::ClausePart::Broken(_) => {}
                }
            }
            if let (Some(windowed), false) = (windowed, survives) {
                self.tell(diagnostics::nothing_survives(surviving, windowed));
            }
        }
    }

    /// Whether the term can begin or end inside of a window.
    fn term_cuts(&self, spec: WindowSpec) -> bool {
        let (unit, day) = match spec {
            WindowSpec::Calendar(unit) => (unit, 1),
            WindowSpec::From(unit, day) => (unit, day),
            // The first ones would look back upon what lies before the term.
            WindowSpec::Rolling { .. } => return true,
            // Terms begin and end with dates, and clocks mostly change by whole hours.
            WindowSpec::Clock(seconds) => return 3600 % seconds.get() != 0,
            WindowSpec::Contract(_) | WindowSpec::Term => return false,
        };
        let starts = |date: Date| starts(unit, day, date);
        let Some(term) = &self.header.term else { return false };
        let Some(first) = date_of(&term.from) else { return unit != WindowUnit::Day };
        let end = match term_end(term, first) {
            Some(end) => end,
            None => return unit != WindowUnit::Day,
        };
        !starts(first) || end.is_some_and(|end| !starts(end))
    }

    /// What nothing uses was forgotten, or can go.
    fn lint_unused(&mut self) {
        let mut unused: Vec<(&'static str, String, Span)> = Vec::new();
        for (name, span) in self.names.event_names() {
            unused.push(("event", name.to_owned(), span));
        }
        for (word, name, span) in self.names.of_kind(|_| true).into_iter().filter_map(|(name, span)| {
            let word = match self.names.get(name)?.0 {
                Thing::Let(_) => "let",
                Thing::Calendar(_) => "calendar",
                Thing::Case(_) => "case",
                Thing::Param(_) => "parameter",
                // A party is bound by being one, and a measure is shown.
                Thing::Party(_) | Thing::Measure(_) => return None,
            };
            Some((word, name.to_owned(), span))
        }) {
            unused.push((word, name, span));
        }
        for (word, name, span) in unused {
            if !self.used.contains(&span) {
                self.tell(diagnostics::unused(word, &name, span));
            }
        }
    }
}

/// Whether all that a sentence says is said of windows, of which there are none after the term.
fn of_windows(sentence: &ast::Sentence) -> bool {
    match &sentence.core {
        ast::Core::Norm(norm) => match &norm.act {
            ast::Act::Keep { .. } => true,
            ast::Act::Do { quantity, .. } => quantity.value == ast::Quantity::A,
        },
        ast::Core::Money(money) => {
            money.qualifiers.iter().any(|qualifier| matches!(qualifier.kind, ast::QualifierKind::Each(_)))
        }
        ast::Core::Right(_)
        | ast::Core::Joint(_)
        | ast::Core::Tell(_)
        | ast::Core::Deemed(_)
        | ast::Core::Suspension(_) => false,
    }
}

/// The date that an expression always is.
fn date_of(expr: &crate::policy::Expr) -> Option<Date> {
    match constant(expr, &Ty::Plain(ValueType::Date)) {
        Some(Value::Date(date)) => Some(date),
        _ => None,
    }
}

/// The first date after the term; the outer nothing: not known before an instance gives it; the inner: it goes on.
#[expect(clippy::option_option, reason = "the outer nothing: not a constant; the inner one: without end")]
fn term_end(term: &Term, first: Date) -> Option<Option<Date>> {
    if term.renewing {
        return Some(None);
    }
    match &term.end {
        None => Some(None),
        Some(TermEnd::Until(last)) => Some(date_of(last)?.add_days(1)),
        Some(TermEnd::For(length)) => {
            let Some(Value::Length(length)) = constant(length, &Ty::BOOL) else { return None };
            let number = i64::try_from(length.amount.floor()?).ok()?;
            match length.kind {
                LengthKind::Months => Some(first.add_months(number)),
                _ => Some(first.add_days(number)),
            }
        }
    }
}

/// How many periods a year of 365 days has; what is shorter than a day is no interest.
fn in_a_year(period: Unit) -> Option<Exact> {
    match period {
        Unit::Second | Unit::Minute | Unit::Hour => None,
        Unit::Day => Some(Exact::integer(365)),
        Unit::Week => Exact::integer(365).checked_div(&Exact::integer(7)),
        Unit::Month => Some(Exact::integer(12)),
        Unit::Quarter => Some(Exact::integer(4)),
        Unit::Year => Some(Exact::integer(1)),
    }
}

/// Whether a date begins a window of the civil calendar.
fn starts(unit: WindowUnit, from: u8, date: Date) -> bool {
    let (_, month, day) = date.civil();
    // In a month that is too short its last day takes the place.
    let last = date.add_days(1).is_none_or(|next| next.civil().1 != month);
    let first = day == from || (last && day < from);
    match unit {
        WindowUnit::Day => true,
        WindowUnit::Week => date.weekday().index() == 0,
        WindowUnit::Month => first,
        WindowUnit::Quarter => first && month % 3 == 1,
        WindowUnit::Year => first && month == 1,
    }
}
