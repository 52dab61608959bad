//! What a measure says of its figure as a whole: of how much it must be made, and how it is rounded.

use crate::check::draft::Draft;
use crate::check::header;
use crate::check::place::Place;
use crate::check::types::Ty;
use crate::diagnostics;
use crate::policy::{Expr, ExprKind, FoldKind, Length, Needing, Operation, Sample, Value, ValueType};
use crate::value::{Exact, Rounding};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, MeasureOptionKind};

impl<'a> Draft<'a> {
    /// `rounded down to 1 minute`
    pub(in crate::check) fn measure_rounding(
        &mut self,
        how: ast::Rounding,
        to: &'a ast::Expr,
        span: Span,
    ) -> Option<(Rounding, Length)> {
        let Some(rounding) = header::rounding(how) else {
            return self.fail(diagnostics::daily_measure(span));
        };
        let unit = self.expr(to, &Place::agreement())?;
        match unit.expr.kind {
            ExprKind::Value(Value::Length(length)) if length.amount > Exact::ZERO => Some((rounding, length)),
            _ => self.fail(diagnostics::rounded_to_nothing(to.span)),
        }
    }

    /// Of how much a figure must be made, where the text says so.
    #[expect(
        clippy::option_option,
        reason = "the outer nothing: a finding tells; the inner one: nothing is said"
    )]
    pub(in crate::check) fn needing(
        &mut self,
        declared: &'a ast::Measure,
        value: &Expr,
    ) -> Option<Option<Needing>> {
        let mut needing = None;
        for option in &declared.options {
            let MeasureOptionKind::Needing(least) = &option.kind else { continue };
            let Some(sample) = self.sample(value) else {
                let wanted = "a figure over things, or one that is divided by a count";
                return self.fail(diagnostics::option_without_object(
                    option.span,
                    wanted,
                    declared.value.span,
                ));
            };
            let typed = self.expr(least, &Place::agreement())?;
            if typed.ty != Ty::COUNT {
                let found = self.type_word(&typed.ty);
                return self.fail(diagnostics::wrong_type(least.span, "a whole number", &found));
            }
            needing = Some(Needing { least: typed.expr, sample });
        }
        Some(needing)
    }

    /// What a figure is made of; none where that is no number of things.
    fn sample(&self, value: &Expr) -> Option<Sample> {
        match &value.kind {
            ExprKind::Fold(fold) => {
                matches!(self.folds[*fold].kind, FoldKind::Items { .. }).then_some(Sample::Members(*fold))
            }
            ExprKind::Binary(Operation::Divide, _, divisor) => {
                let unit = match &divisor.kind {
                    ExprKind::Fold(fold) => self.folds[*fold].unit,
                    ExprKind::Measure(measure) => self.measures[*measure].unit,
                    _ => return None,
                };
                let number = matches!(unit, ValueType::Count | ValueType::Number);
                number.then(|| Sample::Divisor((**divisor).clone()))
            }
            _ => None,
        }
    }
}
