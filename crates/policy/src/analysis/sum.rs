//! Amounts as far as the text tells them: so much, and so many times what each parameter gives.

use crate::policy::{Expr, ExprKind, MeasureId, Operation, ParamId, Policy, Row, RowKey, Value, ValueType};
use crate::value::Exact;
use servanda_parser::ast::Relation;
use std::collections::BTreeMap;

/// A number that may hold parameters of money, which are never negative.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::analysis) struct Sum {
    /// The number behind no parameter, and that behind each; none of them zero.
    terms: BTreeMap<Option<ParamId>, Exact>,
}

impl Sum {
    pub(in crate::analysis) fn number(number: Exact) -> Self {
        Self::default().plus(None, &number)
    }

    fn plus(mut self, of: Option<ParamId>, number: &Exact) -> Self {
        let term = self.terms.entry(of).or_default();
        *term = &*term + number;
        self.terms.retain(|_, number| !number.is_zero());
        self
    }

    pub(in crate::analysis) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number, where no parameter is in it.
    pub(in crate::analysis) fn as_number(&self) -> Option<Exact> {
        match self.terms.iter().next() {
            None => Some(Exact::ZERO),
            Some((None, number)) if self.terms.len() == 1 => Some(number.clone()),
            Some(_) => None,
        }
    }

    pub(in crate::analysis) fn terms(&self) -> impl Iterator<Item = (Option<ParamId>, &Exact)> {
        self.terms.iter().map(|(of, number)| (*of, number))
    }

    pub(in crate::analysis) fn add(&self, other: &Self) -> Self {
        other.terms.iter().fold(self.clone(), |sum, (of, number)| sum.plus(*of, number))
    }

    pub(in crate::analysis) fn less(&self, other: &Self) -> Self {
        self.add(&other.times(&Exact::integer(-1)))
    }

    pub(in crate::analysis) fn times(&self, factor: &Exact) -> Self {
        self.terms.iter().fold(Self::default(), |sum, (of, number)| sum.plus(*of, &(number * factor)))
    }

    /// Whether it is more, whatever the parameters give: they give more than nothing.
    pub(in crate::analysis) fn exceeds(&self, other: &Self) -> bool {
        let difference = self.less(other);
        !difference.is_zero() && difference.terms.values().all(|number| !number.is_negative())
    }

    /// The less of two, where that is certain.
    pub(in crate::analysis) fn least(self, other: Self) -> Option<Self> {
        match () {
            () if self == other || other.exceeds(&self) => Some(self),
            () if self.exceeds(&other) => Some(other),
            () => None,
        }
    }
}

/// Reads expressions with a figure at a value.
#[derive(Debug, Clone, Copy)]
pub(in crate::analysis) struct Reading<'r> {
    pub(in crate::analysis) policy: &'r Policy,
    /// The figure, and what it is taken to be.
    pub(in crate::analysis) at: Option<(MeasureId, &'r Exact)>,
}

impl<'r> Reading<'r> {
    /// What reads no figure.
    pub(in crate::analysis) const fn constant(policy: &'r Policy) -> Self {
        Self { policy, at: None }
    }

    /// What an expression comes to; nothing where the text alone does not tell.
    pub(in crate::analysis) fn sum(&self, expr: &Expr) -> Option<Sum> {
        match &expr.kind {
            ExprKind::Value(Value::Number(number)) => Some(Sum::number(number.clone())),
            ExprKind::Value(Value::Length(length)) => Some(Sum::number(length.amount.clone())),
            ExprKind::Param(id) if self.policy.params[*id].ty == ValueType::Money => {
                Some(Sum::default().plus(Some(*id), &Exact::ONE))
            }
            ExprKind::Measure(id) => match self.at {
                Some((known, figure)) if known == *id => Some(Sum::number(figure.clone())),
                _ => None,
            },
            ExprKind::Binary(operation, left, right) => {
                let (left, right) = (self.sum(left)?, self.sum(right)?);
                match operation {
                    Operation::Add => Some(left.add(&right)),
                    Operation::Subtract => Some(left.less(&right)),
                    Operation::Multiply => match (left.as_number(), right.as_number()) {
                        (Some(factor), _) => Some(right.times(&factor)),
                        (None, Some(factor)) => Some(left.times(&factor)),
                        (None, None) => None,
                    },
                    Operation::Divide => Some(left.times(&Exact::ONE.checked_div(&right.as_number()?)?)),
                }
            }
            ExprKind::Excess(left, right) => {
                let above = &self.number(left)? - &self.number(right)?;
                Some(Sum::number(above.max(Exact::ZERO)))
            }
            ExprKind::Least(parts) => {
                let mut parts = parts.iter().map(|part| self.sum(part));
                let first = parts.next()??;
                parts.try_fold(first, |least, part| least.least(part?))
            }
            ExprKind::Table { on, rows } => self.sum(&self.row(on, rows)?.value),
            _ => None,
        }
    }

    fn number(&self, expr: &Expr) -> Option<Exact> {
        self.sum(expr)?.as_number()
    }

    /// The row of a table that fits.
    pub(in crate::analysis) fn row<'e>(&self, on: &Expr, rows: &'e [Row]) -> Option<&'e Row> {
        let key = self.number(on)?;
        let mut otherwise = None;
        for row in rows {
            match &row.key {
                RowKey::Range(from, to) => {
                    let inside = |bound: &Option<(Expr, bool)>, on: Relation, off: Relation| match bound {
                        None => Some(true),
                        Some((bound, inclusive)) => {
                            let relation = if *inclusive { on } else { off };
                            Some(super::is(&key, relation, &self.number(bound)?))
                        }
                    };
                    if inside(from, Relation::AtLeast, Relation::Above)?
                        && inside(to, Relation::AtMost, Relation::Below)?
                    {
                        return Some(row);
                    }
                }
                RowKey::Otherwise => otherwise = Some(row),
                RowKey::OneOf(_) => return None,
            }
        }
        otherwise
    }

    /// Whether a condition holds.
    pub(in crate::analysis) fn holds(&self, cond: &Expr) -> Option<bool> {
        match &cond.kind {
            ExprKind::Value(Value::Bool(known)) => Some(*known),
            ExprKind::Is(relation, left, right) => {
                Some(super::is(&self.number(left)?, *relation, &self.number(right)?))
            }
            ExprKind::Not(inner) => Some(!self.holds(inner)?),
            ExprKind::And(parts) => parts.iter().try_fold(true, |all, part| Some(self.holds(part)? && all)),
            ExprKind::Or(parts) => parts.iter().try_fold(false, |any, part| Some(self.holds(part)? || any)),
            _ => None,
        }
    }
}

/// Whether an expression reads a figure.
pub(in crate::analysis) fn reads(expr: &Expr, measure: MeasureId) -> bool {
    expr.any(&|part| matches!(part.kind, ExprKind::Measure(id) if id == measure))
}
