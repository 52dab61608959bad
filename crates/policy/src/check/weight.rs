//! Time that counts in part, by what an item is like: `weighted depending on severity { down: 100%, degraded: 30% }`.
//!
//! While several items hold, the greatest weight counts. That is a sum over the weights, from the greatest down: the time
//! of the items that weigh at least so much, times what it is more than the next.

use crate::check::draft::Draft;
use crate::check::measure::time_of;
use crate::check::place::{Gathering, Place, Scope};
use crate::check::types::{Ty, Typed};
use crate::diagnostics;
use crate::policy::{
    CalendarId, Expr, ExprKind, Fold, FoldId, LengthKind, Operation, Steps, Value, ValueType, WindowId,
};
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, IntervalsKind, Relation};

/// Time as it is written.
pub(in crate::check) struct Timed<'a> {
    pub(in crate::check) intervals: &'a ast::Intervals,
    pub(in crate::check) negated: bool,
    pub(in crate::check) during: Option<&'a ast::Name>,
    pub(in crate::check) share: bool,
}

impl<'a> Draft<'a> {
    /// A figure over weighted time.
    pub(in crate::check) fn weighted(
        &mut self,
        time: &Timed<'a>,
        table: &'a ast::Expr,
        gathering: &Gathering,
        window: WindowId,
        span: Span,
    ) -> Option<Typed> {
        let Steps::Alive { case, filter } = self.steps(inner(time.intervals))? else {
            return self.fail(diagnostics::weight_of_several(time.intervals.span));
        };
        let weight = self.expr(table, &Place::new(Scope::Case(case)).at_the_beginning())?;
        if weight.ty != Ty::SHARE {
            let found = self.type_word(&weight.ty);
            return self.fail(diagnostics::wrong_type(table.span, "a percentage in each row", &found));
        }
        let weights = self.weights(&weight.expr, table.span)?;
        let during = match time.during {
            None => None,
            Some(name) => Some(self.calendar(name)?),
        };
        let kind = during.map_or(LengthKind::Physical, LengthKind::Open);
        let ty = if time.share { Ty::SHARE } else { Ty::Plain(ValueType::Length(kind)) };
        let at_least = |least: &Exact| {
            let least = plain(least.clone(), table.span);
            let heavy = Expr {
                kind: ExprKind::Is(Relation::AtLeast, Box::new(weight.expr.clone()), Box::new(least)),
                span: table.span,
                name: None,
            };
            let filter = match &filter {
                None => heavy,
                Some(filter) => {
                    Expr { kind: ExprKind::And(vec![filter.clone(), heavy]), span: filter.span, name: None }
                }
            };
            Steps::Alive { case, filter: Some(filter) }
        };
        let made = Made { share: time.share, during, unit: ty.stored(), window, span };
        let mut sum: Option<Expr> = None;
        for (place, weight) in weights.iter().enumerate() {
            let next = weights.get(place + 1).cloned().unwrap_or(Exact::ZERO);
            let fold = self.time_part(&made, at_least(weight), time.negated, gathering);
            let part = product(fold, weight - &next);
            sum = Some(match sum {
                None => part,
                Some(sum) => binary(Operation::Add, sum, part),
            });
        }
        let mut sum = sum?;
        // What even the heaviest leaves of the time.
        let rest = &Exact::integer(1) - weights.first()?;
        if time.negated && rest > Exact::ZERO {
            let whole = if time.share {
                plain(Exact::integer(1), span)
            } else {
                // All the time that is there: in nothing, it never is.
                let plainly = Gathering { counting: Vec::new(), ..gathering.clone() };
                self.time_part(&made, Steps::Any(Vec::new()), true, &plainly)
            };
            sum = binary(Operation::Add, sum, product(whole, rest));
        }
        Some(Typed::new(sum.kind, ty, span))
    }

    /// The weights that a table can give, the greatest first; nothing is not among them.
    fn weights(&mut self, table: &Expr, span: Span) -> Option<Vec<Exact>> {
        let ExprKind::Table { rows, .. } = &table.kind else {
            return self.fail(diagnostics::weight_unknown(span));
        };
        let mut weights = Vec::new();
        for row in rows {
            let ExprKind::Value(Value::Number(weight)) = &row.value.kind else {
                return self.fail(diagnostics::weight_unknown(row.value.span));
            };
            if weight.is_negative() || *weight > Exact::integer(1) {
                return self.fail(diagnostics::weight_beyond(row.value.span));
            }
            weights.push(weight.clone());
        }
        weights.sort_by(|one, other| other.cmp(one));
        weights.dedup();
        weights.retain(|weight| *weight > Exact::ZERO);
        if weights.is_empty() {
            return self.fail(diagnostics::weight_of_nothing(span));
        }
        Some(weights)
    }

    fn time_part(&mut self, made: &Made, steps: Steps, negated: bool, gathering: &Gathering) -> Expr {
        let kind = time_of(steps, negated, made.during, made.share, gathering);
        let fold: FoldId =
            self.folds.push(Fold { window: made.window, kind, unit: made.unit, span: made.span });
        Expr { kind: ExprKind::Fold(fold), span: made.span, name: None }
    }
}

/// What all parts of a weighted figure have in common.
struct Made {
    share: bool,
    during: Option<CalendarId>,
    unit: ValueType,
    window: WindowId,
    span: Span,
}

/// Intervals without the parentheses around all of them.
fn inner(intervals: &ast::Intervals) -> &ast::Intervals {
    match &intervals.kind {
        IntervalsKind::Paren(within) => inner(within),
        _ => intervals,
    }
}

fn plain(number: Exact, span: Span) -> Expr {
    Expr { kind: ExprKind::Value(Value::Number(number)), span, name: None }
}

fn binary(operation: Operation, left: Expr, right: Expr) -> Expr {
    let span = left.span;
    Expr { kind: ExprKind::Binary(operation, Box::new(left), Box::new(right)), span, name: None }
}

/// A part of a figure; all of it is the figure itself.
fn product(of: Expr, part: Exact) -> Expr {
    if part == Exact::integer(1) {
        return of;
    }
    let part = plain(part, of.span);
    binary(Operation::Multiply, of, part)
}
