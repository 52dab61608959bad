//! Figures that depend on which values there are: percentiles, different ones, and whether there are enough of them.

use super::figure::{one, quantity};
use super::{Material, Step};
use crate::expression::Scope;
use crate::text::value_text;
use servanda_evaluator::expression::evaluate;
use servanda_evaluator::outcome::{Figure, Quantity};
use servanda_evaluator::{Counts, Member};
use servanda_policy::policy::{Expr, ExprKind, FieldType, Measure, Sample, Source, Value, ValueType};
use servanda_policy::value::Exact;
use std::collections::BTreeMap;

/// Of how much a figure is made, where it needs so much.
pub(super) fn sample(material: &Material<'_>, measure: &Measure, figure: &Figure) -> Option<Step> {
    let needing = measure.needing.as_ref()?;
    let least =
        quantity(material, &evaluate(&needing.least, &Scope::of(material.agreement)), ValueType::Count);
    let there = match &needing.sample {
        Sample::Members(fold) => {
            let members = material.members(*fold, &figure.window);
            members.iter().filter(|member| is_sure(member)).count().to_string()
        }
        Sample::Divisor(_) => figure.ratio.as_ref().map(|(_, below)| crate::text::number_text(below))?,
    };
    Some(Step::new(format!("it needs at least {least}, and there are {there}")))
}

fn is_sure(member: &Member) -> bool {
    !matches!(member.counts, Counts::Waits | Counts::Unknown)
}

/// Which place in ascending order the value at a rank has, and what stands there.
pub(super) fn at(
    material: &Material<'_>,
    (rank, linear): (&Exact, bool),
    members: &[&Member],
    unit: ValueType,
) -> Vec<Step> {
    let mut ordered: Vec<(&Value, &Member)> = members
        .iter()
        .filter_map(|member| match &member.counts {
            Counts::Amount(Quantity::Known(value)) => Some((value, *member)),
            _ => None,
        })
        .collect();
    ordered.sort_by(|one, other| one.0.cmp(other.0));
    let count = ordered.len();
    let whole = |number: usize| Exact::integer(i128::try_from(number).unwrap_or(i128::MAX));
    let place_of = |place: usize| {
        let (_, member) = place.checked_sub(1).and_then(|place| ordered.get(place))?;
        let mut step = one(material, member, None, unit);
        step.text = format!("place {place} of {count} in ascending order: {}", step.text);
        Some(step)
    };
    let number = |place: Option<i128>| place.and_then(|place| usize::try_from(place).ok());
    if !linear {
        let place = number((rank * &whole(count)).ceil()).map(|place| place.max(1));
        return place.and_then(place_of).into_iter().collect();
    }
    let Some(last) = count.checked_sub(1) else { return Vec::new() };
    let place = rank * &whole(last);
    let (Some(below), Some(above)) = (number(place.floor()), number(place.ceil())) else { return Vec::new() };
    let mut steps: Vec<Step> = place_of(below.saturating_add(1)).into_iter().collect();
    if above > below {
        steps.extend(place_of(above.saturating_add(1)));
        let part = &place - &whole(below);
        let part = crate::text::share_text(&part);
        steps.push(Step::new(format!("and {part} of the way from the one to the other")));
    }
    steps
}

/// The different values, each with the members that it comes from.
pub(super) fn different(
    material: &Material<'_>,
    source: &Source,
    of: &Expr,
    members: &[&Member],
) -> Option<Step> {
    let mut values: BTreeMap<&Value, Vec<&Member>> = BTreeMap::new();
    for member in members {
        if let Counts::Amount(Quantity::Known(value)) = &member.counts {
            values.entry(value).or_default().push(member);
        }
    }
    if values.is_empty() {
        return None;
    }
    let mut step = Step::new(format!("different {}", material.quoted(of.span)));
    step = step.value(values.len().to_string());
    step.lists = true;
    step.steps = values
        .into_iter()
        .map(|(value, members)| {
            let text = word(material, source, of, value)
                .unwrap_or_else(|| value_text(material.policy, material.agreement, value, ValueType::Number));
            let mut step = Step::new(text).value(members.len().to_string());
            step.lists = true;
            step.steps = members
                .into_iter()
                .map(|member| Step { value: None, ..one(material, member, None, ValueType::Count) })
                .collect();
            step
        })
        .collect();
    Some(step)
}

/// A word of a list, as the text writes it.
fn word(material: &Material<'_>, source: &Source, of: &Expr, value: &Value) -> Option<String> {
    let Value::Word(place) = value else { return None };
    let (event, field) = match (source, &of.kind) {
        (Source::Events(event), ExprKind::FactField(field)) => (*event, *field),
        (Source::Cases(case), ExprKind::Field(field)) => {
            *material.policy.cases.find(*case)?.fields.get(*field as usize)?.from.first()?
        }
        _ => return None,
    };
    match &material.policy.events.find(event)?.fields.get(field as usize)?.ty {
        FieldType::OneOf(words) => words.get(*place as usize).cloned(),
        _ => None,
    }
}
