//! Arithmetic on typed expressions: what can be added, applied and divided, and what that gives.

use crate::arena::Id;
use crate::check::draft::Draft;
use crate::check::names::Thing;
use crate::check::place::Place;
use crate::check::types::{Ty, Typed};
use crate::diagnostics;
use crate::policy::{ExprKind, Length, MeasureId, Operation, Value, ValueType};
use crate::value::Exact;
use servanda_diagnostics::{Span, Spanned};
use servanda_parser::ast::{self, BinaryOp};

/// A figure of the window before, to be compared with what it stands beside when all figures are known.
pub(in crate::check) struct Previous {
    at: usize,
    name: Span,
    window: crate::policy::WindowId,
    ty: Ty,
    or: Span,
}

impl<'a> Draft<'a> {
    /// `a + b`, `a - b`, `a * b`, `a / b`.
    pub(in crate::check) fn binary(
        &mut self,
        op: &Spanned<BinaryOp>,
        left: Typed,
        right: Typed,
        span: Span,
    ) -> Option<Typed> {
        let (operation, ty) = match op.value {
            BinaryOp::Add => (Operation::Add, sum(&left.ty, &right.ty)),
            BinaryOp::Subtract => (Operation::Subtract, difference(&left.ty, &right.ty)),
            BinaryOp::Multiply => (Operation::Multiply, product(&left.ty, &right.ty)),
            BinaryOp::Divide => (Operation::Divide, quotient(&left.ty, &right.ty)),
        };
        match ty {
            Some(ty) => {
                let kind = ExprKind::Binary(operation, Box::new(left.expr), Box::new(right.expr));
                Some(Typed::new(kind, ty, span))
            }
            None => {
                let (one, other) = (self.type_word(&left.ty), self.type_word(&right.ty));
                let places = (left.expr.span, right.expr.span);
                self.fail(diagnostics::units_differ(op.value, op.span, (places.0, &one), (places.1, &other)))
            }
        }
    }

    /// `10% of monthly_fee`, `hour_rate of overtime`.
    pub(in crate::check) fn of(&mut self, left: Typed, right: Typed, span: Span) -> Option<Typed> {
        let ty = match (&left.ty, &right.ty) {
            (Ty::Plain(ValueType::Share), Ty::Plain(ValueType::Count)) => Some(Ty::NUMBER),
            (Ty::Plain(ValueType::Share), linear) if linear.is_linear() => Some(linear.clone()),
            (Ty::Plain(ValueType::MoneyPer(rate)), Ty::Plain(ValueType::Length(length)))
                if rate == length =>
            {
                Some(Ty::MONEY)
            }
            (Ty::Plain(ValueType::SharePer(rate)), Ty::Plain(ValueType::Length(length)))
                if rate == length =>
            {
                Some(Ty::SHARE)
            }
            _ => None,
        };
        match ty {
            Some(ty) => {
                let rate = matches!(left.ty, Ty::Plain(ValueType::MoneyPer(_) | ValueType::SharePer(_)));
                let right = if rate { in_units(right) } else { right };
                let kind = ExprKind::Binary(Operation::Multiply, Box::new(left.expr), Box::new(right.expr));
                Some(Typed::new(kind, ty, span))
            }
            None => {
                let (one, other) = (self.type_word(&left.ty), self.type_word(&right.ty));
                self.fail(diagnostics::not_applicable((left.expr.span, &one), (right.expr.span, &other)))
            }
        }
    }

    /// `excess of a over b`.
    pub(in crate::check) fn excess(&mut self, of: Typed, over: Typed, span: Span) -> Option<Typed> {
        let ty = of.ty.join(&over.ty).filter(Ty::is_linear);
        match ty {
            Some(ty) => Some(Typed::new(ExprKind::Excess(Box::new(of.expr), Box::new(over.expr)), ty, span)),
            None => self.unlike(&of, &over),
        }
    }

    /// `least of (a, b)`
    pub(in crate::check) fn least(
        &mut self,
        parts: &'a [ast::Expr],
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        let parts: Vec<Option<Typed>> = parts.iter().map(|part| self.expr(part, place)).collect();
        let mut parts = parts.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
        let first = parts.next()?;
        let (mut ty, mut all) = (first.ty.clone(), vec![first.expr.clone()]);
        for part in parts {
            ty = match ty.join(&part.ty).filter(Ty::is_linear) {
                Some(ty) => ty,
                None => return self.unlike(&first, &part),
            };
            all.push(part.expr);
        }
        Some(Typed::new(ExprKind::Least(all), ty, span))
    }

    /// `previous carried_over or 0 hours`.
    pub(in crate::check) fn previous(
        &mut self,
        name: &'a ast::Name,
        or: &'a ast::Expr,
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        let first = self.expr(or, place);
        let at = self.measure_named(name)?;
        let Some(window) = place.window else {
            if place.lenient {
                return None;
            }
            let declared = self.measure_seeds.get(at)?.declared.name.span;
            return self.fail(diagnostics::no_window(&name.value, name.span, declared));
        };
        let first = first?;
        if let Some(Some(grouping)) = self.groups.find(window) {
            return self.fail(diagnostics::previous_of_group(span, &grouping.field));
        }
        self.previous.push(Previous { at, name: name.span, window, ty: first.ty.clone(), or: or.span });
        Some(Typed::new(ExprKind::Previous(MeasureId::at(at), Box::new(first.expr)), first.ty, span))
    }

    /// The place of the measure with this name.
    pub(in crate::check) fn measure_named(&mut self, name: &ast::Name) -> Option<usize> {
        match self.names.get(&name.value) {
            Some((Thing::Measure(at), declared)) => {
                self.used.insert(declared);
                Some(at)
            }
            Some((thing, declared)) => {
                self.fail(diagnostics::other_thing(name, "a measure", thing.word(), declared))
            }
            None => {
                let known = self.names.of_kind(|thing| matches!(thing, Thing::Measure(_)));
                let near = crate::check::names::nearest(&name.value, &known);
                self.fail(diagnostics::unknown_measure(name, near, &known))
            }
        }
    }

    /// That what was read of windows before is of the same window and the same type as what stands for the first.
    pub(in crate::check) fn check_previous(&mut self) {
        for Previous { at, name, window, ty, or } in std::mem::take(&mut self.previous) {
            let Some((id, known, of)) = self.measure(at) else { continue };
            let (written, declared) = (self.measures[id].name.clone(), self.measures[id].name_span);
            if of != window {
                let _: Option<()> = self.other_windows(&written, (name, declared), (of, window));
            } else if known.join(&ty).is_none() {
                let (one, other) = (self.type_word(&known), self.type_word(&ty));
                self.tell(diagnostics::compare_unlike((name, &one), (or, &other)));
            }
        }
    }

    /// `growth of a over b`.
    pub(in crate::check) fn growth(&mut self, of: Typed, over: Typed, span: Span) -> Option<Typed> {
        match of.ty.join(&over.ty).filter(Ty::is_linear) {
            Some(_) => {
                Some(Typed::new(ExprKind::Growth(Box::new(of.expr), Box::new(over.expr)), Ty::SHARE, span))
            }
            None => self.unlike(&of, &over),
        }
    }

    /// Tells that two values cannot be compared.
    pub(in crate::check) fn unlike<T>(&mut self, left: &Typed, right: &Typed) -> Option<T> {
        let (one, other) = (self.type_word(&left.ty), self.type_word(&right.ty));
        let written = self.words_at(right.expr.span).to_owned();
        let finding = diagnostics::compare_unlike((left.expr.span, &one), (right.expr.span, &other));
        let percent = left.ty == Ty::SHARE && right.ty.is_number();
        self.fail(finding.help_opt(percent.then(|| format!("`{written}%`"))))
    }
}

/// A length of time as the number of units to which a rate applies: a value alone does not say whether it is a
/// share of a length, which is a length, or a rate per unit of it.
fn in_units(length: Typed) -> Typed {
    let Ty::Plain(ValueType::Length(kind)) = length.ty else { return length };
    let span = length.expr.span;
    let unit = Value::Length(Length { kind, amount: Exact::integer(1) });
    let unit = Typed::value(unit, ValueType::Length(kind), span);
    Typed::new(
        ExprKind::Binary(Operation::Divide, Box::new(length.expr), Box::new(unit.expr)),
        Ty::NUMBER,
        span,
    )
}

fn sum(left: &Ty, right: &Ty) -> Option<Ty> {
    let (share, points) = (Ty::SHARE, Ty::Plain(ValueType::Points));
    if (*left == share && *right == points) || (*left == points && *right == share) {
        return Some(share);
    }
    // Two shares of something do not add up to a share of anything.
    left.join(right).filter(Ty::is_linear)
}

fn difference(left: &Ty, right: &Ty) -> Option<Ty> {
    let (share, points) = (Ty::SHARE, Ty::Plain(ValueType::Points));
    match (*left == share, *right == share) {
        (true, true) => Some(points),
        (true, false) if *right == points => Some(share),
        _ => left.join(right).filter(Ty::is_linear),
    }
}

fn product(left: &Ty, right: &Ty) -> Option<Ty> {
    match (left.is_number(), right.is_number()) {
        (true, true) => left.join(right),
        (true, false) => scaled(right),
        (false, true) => scaled(left),
        (false, false) => None,
    }
}

/// A quantity times or by a number.
fn scaled(ty: &Ty) -> Option<Ty> {
    let rate = matches!(ty, Ty::Plain(ValueType::MoneyPer(_) | ValueType::SharePer(_)));
    (rate || ty.is_linear()).then(|| ty.clone())
}

fn quotient(left: &Ty, right: &Ty) -> Option<Ty> {
    match (left, right) {
        (Ty::Plain(ValueType::Count), Ty::Plain(ValueType::Count)) => Some(Ty::SHARE),
        (Ty::Plain(ValueType::Length(one)), Ty::Plain(ValueType::Length(other))) if one == other => {
            Some(Ty::SHARE)
        }
        (Ty::Plain(ValueType::Money), Ty::Plain(ValueType::Money))
        | (Ty::Plain(ValueType::Share), Ty::Plain(ValueType::Share)) => Some(Ty::NUMBER),
        _ if left.is_number() && right.is_number() => Some(Ty::NUMBER),
        _ if right.is_number() => scaled(left),
        _ => None,
    }
}
