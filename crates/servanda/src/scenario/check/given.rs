//! What is wrong with the parameters that a scenario gives.

use super::{Check, found, meant};
use crate::scenario::Fault;
use crate::scenario::literal::{NumberUnit, number};
use servanda_diagnostics::Code;
use servanda_parser::ast::{Expr, ExprKind, Let, LetValue, Scenario, Unit};
use servanda_policy::policy::{FieldType, LengthKind, ParamInput};
use servanda_policy::value::Currency;

impl Check<'_> {
    /// Whose values hold: those of the agreement, or of one of its annexes.
    pub(super) fn of(&mut self, scenario: &Scenario) {
        let Some(of) = &scenario.of else { return };
        let known = &self.names.instances;
        if !known.contains(&of.value) {
            let help = meant(&of.value, known.iter().map(String::as_str), "there is");
            let fault = Fault::new(format!("there is no agreement or annex `{}`", of.value), of.span);
            self.faults.push(fault.code(Code::UnknownName).help_opt(help));
        }
    }

    pub(super) fn given(&mut self, given: &Let) {
        let name = &given.name;
        let Some(params) = &self.names.params else { return };
        let Some((param, input)) = params.iter().find(|(param, _)| *param == name.value) else {
            let known = params.iter().map(|(param, _)| param.as_str());
            let help = meant(&name.value, known, "it takes");
            let fault = Fault::new(format!("the agreement takes no `{}`", name.value), name.span);
            self.faults.push(fault.code(Code::UnknownName).help_opt(help));
            return;
        };
        let LetValue::Expr(expr) = &given.value else {
            let fault = Fault::new("one value is given here", given.span);
            self.faults.push(fault.code(Code::WrongType));
            return;
        };
        match input {
            Some(ParamInput::Field(ty)) => self.value(param, ty, expr),
            Some(ParamInput::Currency) => self.text(param, "a currency", "JPY", expr),
            Some(ParamInput::Zone) => self.text(param, "a time zone", "Europe/Berlin", expr),
            None => {}
        }
    }

    fn text(&mut self, name: &str, due: &str, example: &str, expr: &Expr) {
        if !matches!(expr.kind, ExprKind::Text(_)) {
            let fault = Fault::new(format!("`{name}` is {due}"), expr.span).code(Code::WrongType);
            self.faults.push(fault.help(format!("write it in quotes, such as `\"{example}\"`")));
        }
    }

    /// A value of a type; `Text`, `Date` and the like are told apart by how they are written.
    fn value(&mut self, name: &str, ty: &FieldType, expr: &Expr) {
        if let ExprKind::Paren(inner) = &expr.kind {
            return self.value(name, ty, inner);
        }
        let own = self.names.currency.map_or("EUR", Currency::code);
        let unit = number(expr).ok().map(|number| number.unit);
        let digits = number(expr).ok().map(|number| servanda_report::exact_text(&number.exact));
        let written = |suffix: &str| digits.as_ref().map(|digits| format!("write `{digits}{suffix}`"));
        let word = matches!(expr.kind, ExprKind::Path(_) | ExprKind::Text(_));
        let (fits, due, help) = match ty {
            FieldType::Money { .. } | FieldType::MinorMoney => {
                let fits = matches!(unit, Some(NumberUnit::Money(_)));
                if fits {
                    self.amount(expr, false);
                }
                (fits, "money".to_owned(), written(&format!(" {own}")))
            }
            FieldType::Percent => {
                (unit == Some(NumberUnit::Percent), "a percentage".to_owned(), written("%"))
            }
            FieldType::Count | FieldType::Number => {
                let due = if *ty == FieldType::Count { "a whole number" } else { "a number" };
                (unit == Some(NumberUnit::Plain), due.to_owned(), written(""))
            }
            FieldType::Length { kind, unit: each } => {
                let fits = matches!(unit, Some(NumberUnit::Length(_, unit)) if is_of(*kind, unit));
                let due = match kind {
                    LengthKind::Physical | LengthKind::Open(_) => "a length in hours or minutes",
                    LengthKind::CalendarDays | LengthKind::BusinessDays(_) => "a number of days",
                    LengthKind::Months => "a number of months",
                };
                let help = match (kind, each) {
                    (LengthKind::Physical | LengthKind::Open(_), 60) => written(" minutes"),
                    (LengthKind::Physical | LengthKind::Open(_), 3600) => written(" hours"),
                    _ => None,
                };
                (fits, due.to_owned(), help)
            }
            FieldType::Date => {
                (matches!(expr.kind, ExprKind::Instant(_)), "a date such as `2026-01-05`".to_owned(), None)
            }
            FieldType::Instant => (matches!(expr.kind, ExprKind::Instant(_)), "an instant".to_owned(), None),
            FieldType::YesNo => (matches!(expr.kind, ExprKind::YesNo(_)), "`yes` or `no`".to_owned(), None),
            FieldType::OneOf(words) => {
                let is_word = word && is_one_of(expr, words.iter().map(String::as_str));
                (is_word, format!("one of {}", super::listed(words.iter().map(String::as_str))), None)
            }
            FieldType::Party(parties) => {
                let names = parties.iter().map(|(name, _)| name.as_str());
                let is_party = word && is_one_of(expr, names.clone());
                (is_party, format!("one of {}", super::listed(names)), None)
            }
            FieldType::Id | FieldType::Text => (word, "a text".to_owned(), None),
        };
        if !fits {
            let found = unit.as_ref().map(|unit| format!(", not {}", found(unit))).unwrap_or_default();
            let fault = Fault::new(format!("`{name}` is {due}{found}"), expr.span).code(Code::WrongType);
            self.faults.push(fault.help_opt(help));
        }
    }
}

/// Whether a unit is one of a kind of time.
const fn is_of(kind: LengthKind, unit: Unit) -> bool {
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour => {
            matches!(kind, LengthKind::Physical | LengthKind::Open(_))
        }
        Unit::Day | Unit::Week => matches!(kind, LengthKind::CalendarDays | LengthKind::BusinessDays(_)),
        Unit::Month | Unit::Quarter | Unit::Year => matches!(kind, LengthKind::Months),
    }
}

/// Whether a word or a text is one of these.
fn is_one_of<'w>(expr: &Expr, mut words: impl Iterator<Item = &'w str>) -> bool {
    let written = match &expr.kind {
        ExprKind::Path(path) => crate::scenario::event::path_text(&path.parts),
        ExprKind::Text(text) => text.clone(),
        _ => return false,
    };
    words.any(|word| word == written)
}
