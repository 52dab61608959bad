//! What the expressions of targets and amounts read when a statement shows the arithmetic between.
//!
//! The arithmetic itself is the evaluator's; here are only the things that an outcome has kept: parameters, figures
//! and the amount of a debt. What is not at hand is no data and is not shown.

use servanda_evaluator::expression::{Environment, evaluate};
use servanda_evaluator::outcome::{Figure, Outcome, Quantity};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Expr, ExprKind, MeasureId, ParamId, Policy, Value, ValueType};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;

/// What expressions can read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    agreement: &'a Agreement,
    figures: Option<(&'a Outcome, Instant)>,
    base: Option<&'a Exact>,
}

impl<'a> Scope<'a> {
    /// Parameters and constants alone.
    pub(crate) const fn of(agreement: &'a Agreement) -> Self {
        Self { agreement, figures: None, base: None }
    }

    /// The figures of the windows that begin at this instant as well.
    #[must_use]
    pub(crate) const fn with_figures(mut self, outcome: &'a Outcome, start: Instant) -> Self {
        self.figures = Some((outcome, start));
        self
    }

    /// The amount of a debt as well, in major units.
    #[must_use]
    pub(crate) const fn with_base(mut self, base: Option<&'a Exact>) -> Self {
        self.base = base;
        self
    }

    /// The figure of a measure in the window at hand.
    pub(crate) fn figure(&self, measure: MeasureId) -> Option<&'a Figure> {
        let (outcome, start) = self.figures?;
        outcome.figures.iter().find(|figure| figure.measure == measure && figure.window.start == start)
    }
}

impl Environment for Scope<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        self.agreement.params.get(param.0 as usize).cloned().map_or(Quantity::NoData, Quantity::Known)
    }

    fn charge(&self) -> Quantity {
        self.base.cloned().map_or(Quantity::NoData, |base| Quantity::Known(Value::Number(base)))
    }

    fn unpaid(&self) -> Quantity {
        self.charge()
    }

    fn measure(&self, measure: MeasureId) -> Quantity {
        self.figure(measure).map_or(Quantity::NoData, |figure| figure.value.clone())
    }
}

/// The value of an expression, where everything that it reads is at hand.
pub(crate) fn value(scope: &Scope<'_>, expr: &Expr) -> Option<Value> {
    match evaluate(expr, scope) {
        Quantity::Known(value) => Some(value),
        Quantity::NoData | Quantity::Unknown { .. } => None,
    }
}

/// The number that an expression gives; of a length, how much of it.
pub(crate) fn number(scope: &Scope<'_>, expr: &Expr) -> Option<Exact> {
    match value(scope, expr)? {
        Value::Number(number) => Some(number),
        Value::Length(length) => Some(length.amount),
        _ => None,
    }
}

/// The type of an expression as far as it is plain from the expression; none of constants and arithmetic.
pub(crate) fn type_of(policy: &Policy, expr: &Expr) -> Option<ValueType> {
    match &expr.kind {
        ExprKind::Param(param) => policy.params.find(*param).map(|param| param.ty),
        ExprKind::Measure(measure) => policy.measures.find(*measure).map(|measure| measure.unit),
        ExprKind::Charge | ExprKind::Unpaid => Some(ValueType::Money),
        ExprKind::Growth(..) => Some(ValueType::Share),
        ExprKind::Table { rows, .. } => rows.iter().find_map(|row| type_of(policy, &row.value)),
        _ => None,
    }
}
