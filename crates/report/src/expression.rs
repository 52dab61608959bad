//! What the expressions of targets and amounts read when a statement shows the arithmetic between.
//!
//! The arithmetic itself is the evaluator's; here are only the things that an outcome has kept or that the evaluator has
//! told: parameters, figures, fields and the amount of a debt. What is not at hand is no data and is not shown.

use crate::trail::{Of, Trail};
use servanda_evaluator::expression::{Environment, evaluate};
use servanda_evaluator::outcome::{Figure, Outcome, Quantity, Subject, Verdict};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    DutyId, Expr, ExprKind, FoldId, MeasureId, ParamId, Policy, Value, ValueType, VersionId,
};
use servanda_policy::time::{Date, Instant, Window};
use servanda_policy::value::Exact;

/// What expressions can read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    agreement: &'a Agreement,
    figures: Option<(&'a Policy, &'a Outcome, Instant)>,
    folds: Option<(&'a Trail, &'a Window)>,
    group: Of<'a>,
    fields: &'a [Quantity],
    version: VersionId,
    base: Option<&'a Exact>,
    day: Option<Date>,
    misses: &'a [&'a Verdict],
    given: Option<(MeasureId, &'a Quantity)>,
}

impl<'a> Scope<'a> {
    /// Parameters and constants alone.
    pub(crate) const fn of(agreement: &'a Agreement) -> Self {
        Self {
            agreement,
            figures: None,
            folds: None,
            group: None,
            fields: &[],
            version: VersionId(0),
            base: None,
            day: None,
            misses: &[],
            given: None,
        }
    }

    /// The figures of the windows that begin at this instant as well.
    #[must_use]
    pub(crate) const fn with_figures(
        mut self,
        policy: &'a Policy,
        outcome: &'a Outcome,
        start: Instant,
    ) -> Self {
        self.figures = Some((policy, outcome, start));
        self
    }

    /// The figures and folds of this window as well.
    #[must_use]
    pub(crate) const fn in_window(
        self,
        policy: &'a Policy,
        outcome: &'a Outcome,
        trail: &'a Trail,
        window: &'a Window,
    ) -> Self {
        let mut scope = self.with_figures(policy, outcome, window.start);
        scope.folds = Some((trail, window));
        scope
    }

    /// The figures of this group alone, where there are any.
    #[must_use]
    pub(crate) const fn of_group(mut self, group: Of<'a>) -> Self {
        self.group = group;
        self
    }

    /// The fields of an item or an event as well, which a version governs.
    #[must_use]
    pub(crate) fn about(mut self, trail: &'a Trail, subject: &Subject, version: VersionId) -> Self {
        self.fields = trail.begun(subject).map_or(&[], |begun| &begun.fields);
        self.version = version;
        self
    }

    /// The amount of a debt as well, in major units.
    #[must_use]
    pub(crate) const fn with_base(mut self, base: Option<&'a Exact>) -> Self {
        self.base = base;
        self
    }

    /// The date for which an amount is computed as well.
    #[must_use]
    pub(crate) const fn on(mut self, day: Date) -> Self {
        self.day = Some(day);
        self
    }

    /// The breaches in a row up to the one at hand as well.
    #[must_use]
    pub(crate) const fn after(mut self, misses: &'a [&'a Verdict]) -> Self {
        self.misses = misses;
        self
    }

    /// A figure that the window at hand does not have yet, in the place of the one that it has.
    #[must_use]
    pub(crate) const fn with_given(mut self, measure: MeasureId, value: &'a Quantity) -> Self {
        self.given = Some((measure, value));
        self
    }

    /// The breaches in a row up to the one at hand.
    pub(crate) const fn misses(&self) -> &'a [&'a Verdict] {
        self.misses
    }

    /// The figure of a measure in the window at hand.
    pub(crate) fn figure(&self, measure: MeasureId) -> Option<&'a Figure> {
        let (_, outcome, start) = self.figures?;
        let mut figures = outcome.figures.iter();
        figures.find(|figure| {
            let of_group = self.group.is_none() || figure.group.as_ref() == self.group;
            figure.measure == measure && figure.window.start == start && of_group
        })
    }

    /// The figure of a measure in the window before the one at hand; none in the first.
    pub(crate) fn figure_before(&self, measure: MeasureId) -> Option<&'a Figure> {
        let (policy, outcome, start) = self.figures?;
        outcome.figure_before(policy, measure, start)
    }

    /// The window at hand, where its folds can be read.
    pub(crate) fn window(&self) -> Option<&'a Window> {
        self.folds.map(|(_, window)| window)
    }
}

impl Environment for Scope<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        self.agreement.params.get(param.0 as usize).cloned().map_or(Quantity::NoData, Quantity::Known)
    }

    fn version(&self) -> VersionId {
        self.version
    }

    fn field(&self, place: u32) -> Quantity {
        self.fields.get(place as usize).cloned().unwrap_or(Quantity::NoData)
    }

    fn fact_field(&self, place: u32) -> Quantity {
        self.field(place)
    }

    fn charge(&self) -> Quantity {
        self.base.cloned().map_or(Quantity::NoData, |base| Quantity::Known(Value::Number(base)))
    }

    fn day(&self) -> Quantity {
        self.day.map_or(Quantity::NoData, |day| Quantity::Known(Value::Date(day)))
    }

    fn unpaid(&self) -> Quantity {
        self.charge()
    }

    fn misses(&self, _duty: DutyId) -> Quantity {
        match self.misses.len() {
            0 => Quantity::NoData,
            count => Quantity::Known(Value::Number(Exact::integer(count as i128))),
        }
    }

    fn fold(&self, fold: FoldId) -> Quantity {
        let figure = self.folds.and_then(|(trail, window)| trail.fold(fold, window, self.group));
        figure.map_or(Quantity::NoData, |(value, _)| value.clone())
    }

    fn measure(&self, measure: MeasureId) -> Quantity {
        if let Some((_, value)) = self.given.filter(|(given, _)| *given == measure) {
            return value.clone();
        }
        self.figure(measure).map_or(Quantity::NoData, |figure| figure.value.clone())
    }

    fn previous(&self, measure: MeasureId) -> Option<Quantity> {
        self.figure_before(measure).map(|figure| figure.value.clone())
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
        ExprKind::Fold(fold) => policy.folds.find(*fold).map(|fold| fold.unit),
        ExprKind::Charge | ExprKind::Unpaid | ExprKind::Rest(_) => Some(ValueType::Money),
        ExprKind::Day => Some(ValueType::Date),
        ExprKind::Misses(_) => Some(ValueType::Count),
        ExprKind::Growth(..) => Some(ValueType::Share),
        ExprKind::Table { rows, .. } => rows.iter().find_map(|row| type_of(policy, &row.value)),
        ExprKind::Previous(measure, _) => policy.measures.find(*measure).map(|measure| measure.unit),
        ExprKind::Least(parts) => parts.iter().find_map(|part| type_of(policy, part)),
        _ => None,
    }
}
