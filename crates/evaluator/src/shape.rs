//! A figure as its measure tells it: of enough, and rounded.

use crate::environment::InWindow;
use crate::expression::{Truth, compare, evaluate};
use crate::outcome::Quantity;
use servanda_parser::ast::Relation;
use servanda_policy::policy::{Length, MeasureId, Needing, Sample, Value};
use servanda_policy::value::Exact;

/// The value of a figure as its measure tells it: of enough, and rounded.
pub(crate) fn shaped(env: &InWindow<'_>, measure: MeasureId, value: Quantity) -> Quantity {
    let value = needed(env, measure, value);
    let Some((rounding, unit)) = &env.plan.policy.measures[measure].rounded else { return value };
    match value {
        Quantity::Known(Value::Length(Length { kind, amount })) => {
            let whole = amount.checked_div(unit).map(|times| &times.round_to(0, *rounding) * unit);
            let amount = whole.unwrap_or(amount);
            Quantity::Known(Value::Length(Length { kind, amount }))
        }
        other => other,
    }
}

/// The value of a figure that is made of as much as it needs; with less, there is no data.
fn needed(env: &InWindow<'_>, measure: MeasureId, value: Quantity) -> Quantity {
    let Some(Needing { least, sample, .. }) = &env.plan.policy.measures[measure].needing else {
        return value;
    };
    let sample = match sample {
        Sample::Divisor(of) => evaluate(of, env),
        Sample::Members(fold) => {
            let (sure, most) = crate::gather::members(env, *fold);
            let number = |count: u64| Exact::integer(i128::from(count));
            if sure == most {
                Quantity::Known(Value::Number(number(sure)))
            } else {
                let causes = match &value {
                    Quantity::Unknown { causes, .. } => causes.clone(),
                    _ => Vec::new(),
                };
                Quantity::Unknown { causes, between: Some((number(sure), number(most))) }
            }
        }
    };
    match compare(Relation::AtLeast, &sample, &evaluate(least, env)) {
        Truth::Yes => value,
        Truth::No => Quantity::NoData,
        // Whether it is a figure at all is not known, so that its bounds say nothing.
        Truth::Unknown(causes) => Quantity::Unknown { causes, between: None },
    }
}

/// The number in a quantity: of a length, its amount.
pub(crate) fn number_of(quantity: &Quantity) -> Option<Exact> {
    match quantity {
        Quantity::Known(Value::Number(number)) => Some(number.clone()),
        Quantity::Known(Value::Length(length)) => Some(length.amount.clone()),
        _ => None,
    }
}
