//! Values that may not be there: known, no data, indeterminate, or waiting for a verdict.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use servanda_diagnostics::Span;
use servanda_evaluator::outcome::{Cause, Quantity};
use servanda_policy::policy::{Length, LengthKind, PartyId, Value};
use servanda_policy::time::{Date, Instant};
use servanda_policy::value::{Currency, Exact, Rounding};
use std::collections::BTreeSet;

pub(crate) type Ratio = BigRational;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Known {
    Bool(bool),
    Word(u32),
    Text(String),
    Party(PartyId),
    Number(Ratio),
    Length(LengthKind, Ratio),
    Date(Date),
    Instant(Instant),
    Currency(Currency),
}

/// A value that may not be there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Maybe {
    Known(Known),
    NoData,
    /// Where it failed, and between which numbers it lies where that is known.
    Unknown(BTreeSet<Span>, Option<(Ratio, Ratio)>),
    /// A verdict that it asks for is not decided.
    Pending,
}

impl Maybe {
    pub(crate) fn bool(value: bool) -> Self {
        Maybe::Known(Known::Bool(value))
    }

    pub(crate) fn number(value: Ratio) -> Self {
        Maybe::Known(Known::Number(value))
    }

    pub(crate) fn failed(span: Span) -> Self {
        Maybe::Unknown(BTreeSet::from([span]), None)
    }

    pub(crate) fn is_true(&self) -> bool {
        *self == Maybe::bool(true)
    }

    pub(crate) fn is_false(&self) -> bool {
        *self == Maybe::bool(false)
    }

    /// The number in it: of a length, its amount.
    pub(crate) fn as_number(&self) -> Option<&Ratio> {
        match self {
            Maybe::Known(Known::Number(number) | Known::Length(_, number)) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn causes(&self) -> Vec<Cause> {
        match self {
            Maybe::Unknown(spans, _) => {
                spans.iter().map(|span| Cause { message: String::new(), span: *span }).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What an outcome says.
    pub(crate) fn quantity(&self) -> Quantity {
        match self {
            Maybe::Known(known) => Quantity::Known(known.value()),
            Maybe::NoData => Quantity::NoData,
            Maybe::Unknown(_, between) => Quantity::Unknown {
                causes: self.causes(),
                between: between.as_ref().map(|(low, high)| (exact(low), exact(high))),
            },
            Maybe::Pending => Quantity::NoData,
        }
    }
}

/// Applies a function to what is known; indeterminate wins over no data, and causes are united.
pub(crate) fn strict(parts: &[&Maybe], then: impl FnOnce() -> Maybe) -> Maybe {
    let mut causes = BTreeSet::new();
    for part in parts {
        if let Maybe::Unknown(spans, _) = part {
            causes.extend(spans.iter().copied());
        }
    }
    if !causes.is_empty() {
        Maybe::Unknown(causes, None)
    } else if parts.iter().any(|part| matches!(part, Maybe::Pending)) {
        Maybe::Pending
    } else if parts.iter().any(|part| matches!(part, Maybe::NoData)) {
        Maybe::NoData
    } else {
        then()
    }
}

impl Known {
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Bool(it) => Known::Bool(*it),
            Value::Word(it) => Known::Word(*it),
            Value::Text(it) => Known::Text(it.to_string()),
            Value::Party(it) => Known::Party(*it),
            Value::Number(it) => Known::Number(ratio(it)),
            Value::Length(it) => Known::Length(it.kind, ratio(&it.amount)),
            Value::Date(it) => Known::Date(*it),
            Value::Instant(it) => Known::Instant(*it),
            Value::Currency(it) => Known::Currency(*it),
        }
    }

    pub(crate) fn value(&self) -> Value {
        match self {
            Known::Bool(it) => Value::Bool(*it),
            Known::Word(it) => Value::Word(*it),
            Known::Text(it) => Value::Text(it.as_str().into()),
            Known::Party(it) => Value::Party(*it),
            Known::Number(it) => Value::Number(exact(it)),
            Known::Length(kind, amount) => Value::Length(Length { kind: *kind, amount: exact(amount) }),
            Known::Date(it) => Value::Date(*it),
            Known::Instant(it) => Value::Instant(*it),
            Known::Currency(it) => Value::Currency(*it),
        }
    }
}

pub(crate) fn ratio(exact: &Exact) -> Ratio {
    let (numer, denom) = exact.parts();
    Ratio::new(numer, denom)
}

pub(crate) fn exact(ratio: &Ratio) -> Exact {
    Exact::big_ratio(ratio.numer().clone(), ratio.denom().clone()).expect("a denominator is not zero")
}

pub(crate) fn whole(value: i128) -> Ratio {
    Ratio::from_integer(BigInt::from(value))
}

pub(crate) fn seconds(nanos: i64) -> Ratio {
    Ratio::new(BigInt::from(nanos), BigInt::from(1_000_000_000))
}

pub(crate) fn integer(ratio: &Ratio) -> i128 {
    ratio.to_integer().try_into().expect("a small number")
}

/// The whole number to which a number is rounded.
pub(crate) fn round(value: &Ratio, rounding: Rounding) -> i128 {
    let magnitude = value.abs();
    let floor = magnitude.floor();
    let rest = &magnitude - &floor;
    let half = Ratio::new(BigInt::from(1), BigInt::from(2));
    let odd = (floor.to_integer() % BigInt::from(2)) != BigInt::zero();
    let away = match rounding {
        Rounding::Up => !rest.is_zero(),
        Rounding::Down => false,
        Rounding::HalfUp => rest >= half,
        Rounding::HalfEven => rest > half || (rest == half && odd),
    };
    let magnitude = integer(&floor) + i128::from(away);
    if value.is_negative() { -magnitude } else { magnitude }
}
