//! The literals of scenarios: what is written in events and expectations.

use super::Fault;
use crate::moment;
use servanda_parser::ast::{Expr, ExprKind, Unit};
use servanda_policy::time::{Instant, Zone};
use servanda_policy::value::{Exact, Rounding};

/// A number as written, with how many decimal places it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    pub(super) exact: Exact,
    pub(super) places: u32,
    pub(super) unit: NumberUnit,
}

/// What a written number is of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NumberUnit {
    Plain,
    Percent,
    Points,
    Money(String),
    /// How many seconds, days or months one unit is, and which of these it counts.
    Length(i128, Unit),
}

impl Number {
    /// What it stands for: a share for a percentage, seconds for hours.
    pub(super) fn value(&self) -> Exact {
        match &self.unit {
            NumberUnit::Plain | NumberUnit::Money(_) => self.exact.clone(),
            NumberUnit::Percent | NumberUnit::Points => {
                Exact::ratio(1, 100).map_or(Exact::ZERO, |hundredth| &self.exact * &hundredth)
            }
            NumberUnit::Length(each, _) => &self.exact * &Exact::integer(*each),
        }
    }

    /// Whether a figure is this number as far as it is written: `99.88%` is every share that rounds to it.
    pub(super) fn matches(&self, figure: &Exact) -> bool {
        let as_written = match &self.unit {
            NumberUnit::Plain | NumberUnit::Money(_) => figure.clone(),
            NumberUnit::Percent | NumberUnit::Points => figure * &Exact::integer(100),
            NumberUnit::Length(each, _) => match figure.checked_div(&Exact::integer(*each)) {
                Some(figure) => figure,
                None => return false,
            },
        };
        as_written.round_to(self.places, Rounding::HalfUp) == self.exact
    }
}

/// The number that is written here.
pub(super) fn number(expr: &Expr) -> Result<Number, Fault> {
    let wrong = || Fault::new("a number, a percentage, an amount or a length is written here", expr.span);
    let read = |digits: &str, unit: NumberUnit| {
        let digits = digits.replace('_', "");
        let exact = Exact::from_decimal_str(&digits).map_err(|_| wrong())?;
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        Ok(Number { exact, places: u32::try_from(places).unwrap_or(0), unit })
    };
    match &expr.kind {
        ExprKind::Number(digits) => read(digits, NumberUnit::Plain),
        ExprKind::Percent(digits) => read(digits, NumberUnit::Percent),
        ExprKind::Points(digits) => read(digits, NumberUnit::Points),
        ExprKind::Money { amount, currency } => {
            read(&amount.value, NumberUnit::Money(currency.value.clone()))
        }
        ExprKind::Length { amount, unit, .. } => {
            let each = match unit.value {
                Unit::Second | Unit::Day | Unit::Month => 1,
                Unit::Minute => 60,
                Unit::Hour => 3600,
                Unit::Week => 7,
                Unit::Quarter => 3,
                Unit::Year => 12,
            };
            read(&amount.value, NumberUnit::Length(each, unit.value))
        }
        ExprKind::Paren(inner) => number(inner),
        _ => Err(wrong()),
    }
}

/// The instant that is written here.
pub(super) fn instant(text: &str, zone: &Zone, span: servanda_diagnostics::Span) -> Result<Instant, Fault> {
    moment(text, zone).map_err(|error| Fault::new(error.to_string(), span))
}
