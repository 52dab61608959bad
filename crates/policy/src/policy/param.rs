//! The parameters of an agreement, what their values are held to, and the instances that the text itself gives.

use crate::policy::{FieldType, Value, ValueType};
use servanda_diagnostics::Span;
use servanda_parser::ast::Relation;
use std::cmp::Ordering;

/// A parameter of the agreement.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ValueType,
    /// How an instance writes it.
    pub input: ParamInput,
    /// Its value where an instance gives none.
    pub default: Option<Value>,
    /// What its values are held to; all of it.
    pub bounds: Vec<Bound>,
    /// Where it is declared.
    pub span: Span,
}

impl Param {
    /// A parameter of these parts, without bounds.
    pub fn new(name: String, ty: ValueType, input: ParamInput, default: Option<Value>, span: Span) -> Self {
        Self { name, ty, input, default, bounds: Vec::new(), span }
    }

    /// The first bound that a value does not keep.
    pub fn broken_bound(&self, value: &Value) -> Option<&Bound> {
        self.bounds.iter().find(|bound| !bound.holds(value))
    }
}

/// What the values of a parameter are held to.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Which values fit.
    pub kind: BoundKind,
    /// As the policy writes it: `at most 60 support minutes`.
    pub written: String,
    /// Where it is written.
    pub span: Span,
}

/// Which values fit.
#[derive(Debug, Clone, PartialEq)]
pub enum BoundKind {
    /// Those on a side of a value, or the value itself.
    Is(Relation, Value),
    /// One of these.
    OneOf(Vec<Value>),
}

impl Bound {
    /// Whether a value of the parameter's type fits.
    pub fn holds(&self, value: &Value) -> bool {
        match &self.kind {
            BoundKind::Is(Relation::Exactly, wanted) => value == wanted,
            BoundKind::Is(relation, bound) => {
                let order = order(value, bound);
                match relation {
                    Relation::AtLeast => order.is_some_and(Ordering::is_ge),
                    Relation::AtMost => order.is_some_and(Ordering::is_le),
                    Relation::Above => order.is_some_and(Ordering::is_gt),
                    Relation::Below => order.is_some_and(Ordering::is_lt),
                    Relation::Exactly => order.is_some_and(Ordering::is_eq),
                }
            }
            BoundKind::OneOf(choices) => choices.contains(value),
        }
    }
}

/// Which of two values of one ordered type is the greater; nothing where they have no order.
pub(crate) fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => Some(one.cmp(other)),
        (Value::Length(one), Value::Length(other)) if one.kind == other.kind => {
            Some(one.amount.cmp(&other.amount))
        }
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        (Value::Instant(one), Value::Instant(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// How an instance writes a parameter: the type alone does not say which unit a length is counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamInput {
    /// As the field of an event is written.
    Field(FieldType),
    /// The code of a currency.
    Currency,
    /// The name of a zone.
    Zone,
}

/// An instance that the text itself gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Annex {
    /// The name that events call it by.
    pub name: String,
    /// What it gives, by the parameter's place; none where the default holds.
    pub values: Vec<Option<Value>>,
    /// Where it is named.
    pub span: Span,
}

impl Annex {
    /// An instance of these parts.
    pub(crate) fn new(name: String, values: Vec<Option<Value>>, span: Span) -> Self {
        Self { name, values, span }
    }
}
