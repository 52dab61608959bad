//! Values for the fields of events, so that conditions hold or do not.

use super::bench::Bench;
use super::draft::Happens;
use servanda_evaluator::expression::{Environment, Truth, evaluate, holds};
use servanda_evaluator::outcome::Quantity;
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    Case, CaseId, EventId, Expr, ExprKind, Field, FieldType, Length, MeasureId, ParamId, Policy, Value,
    VersionId,
};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How many values are tried for one field.
const VALUES_MAX: usize = 24;
/// How many combinations of values are tried for one event.
const COMBINATIONS_MAX: usize = 4096;

/// A condition that is to hold, or not to hold, of an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Want<'p> {
    pub(super) expr: &'p Expr,
    pub(super) holds: bool,
    /// Whether acts of the item are done by then.
    pub(super) done: bool,
}

impl<'p> Want<'p> {
    pub(super) const fn of(expr: &'p Expr, holds: bool) -> Self {
        Self { expr, holds, done: false }
    }
}

/// The constants of a policy, which decide on which side of its conditions an event is.
pub(super) fn constants(policy: &Policy) -> Vec<Value> {
    let found = RefCell::new(Vec::new());
    let keep = |part: &Expr| {
        if let ExprKind::Value(value) = &part.kind {
            let mut found = found.borrow_mut();
            if !found.contains(value) {
                found.push(value.clone());
            }
        }
        false
    };
    for expr in conditions(policy) {
        expr.any(&keep);
    }
    found.into_inner()
}

/// Every expression that can read the fields of an event.
fn conditions(policy: &Policy) -> Vec<&Expr> {
    use servanda_policy::policy::{Deadline, Effect, FoldKind, Form, ItemFold, Steps, Trigger};
    fn steps<'p>(of: &'p Steps, found: &mut Vec<&'p Expr>) {
        match of {
            Steps::Alive { filter, .. } => found.extend(filter),
            Steps::All(parts) | Steps::Any(parts) => parts.iter().for_each(|part| steps(part, found)),
            Steps::ButNot(one, other) => [one, other].into_iter().for_each(|part| steps(part, found)),
        }
    }
    let mut found = Vec::new();
    for case in policy.cases.values() {
        found.extend(&case.out_of_scope);
        if let servanda_policy::policy::Life::Begins(begin) = &case.life {
            found.extend(begin.when.iter().filter_map(|pattern| pattern.filter.as_ref()));
        }
        let acts = case.acts.iter().flat_map(|act| &act.when);
        found.extend(acts.filter_map(|pattern| pattern.filter.as_ref()));
        found.extend(case.ends.iter().filter_map(|trigger| match trigger {
            Trigger::Event(pattern) => pattern.filter.as_ref(),
            Trigger::Done(_) => None,
        }));
        found.extend(case.debt.as_ref().map(|debt| &debt.amount));
    }
    for duty in policy.duties.values() {
        match &duty.form {
            Form::Do { filter, deadline, .. } => {
                found.extend(filter);
                if let Some(Deadline::Within { length, .. }) = deadline {
                    found.push(length);
                }
            }
            Form::DoEach { acts, .. } => found.extend(acts.iter().filter_map(|act| act.filter.as_ref())),
            Form::MustNot { filter, when, .. } => found.extend(filter.iter().chain(when)),
            Form::Keep { .. } => {}
        }
    }
    for fold in policy.folds.values() {
        match &fold.kind {
            FoldKind::Items { filter, of, .. } => {
                found.extend(filter);
                if let ItemFold::Share(of) | ItemFold::Sum(of) = of {
                    found.push(of);
                }
            }
            FoldKind::Time { within, leaving_out, .. } => {
                steps(within, &mut found);
                leaving_out.iter().for_each(|of| steps(of, &mut found));
            }
        }
    }
    for consequence in policy.consequences.values() {
        found.extend(&consequence.only);
        match &consequence.effect {
            Effect::Entry(entry) => found.push(&entry.amount),
            Effect::Accrue(accrual) => found.push(&accrual.amount),
            Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => {}
        }
    }
    found
}

impl<'p> Bench<'p> {
    /// Events of a type, each with values of its fields for which the conditions are as they are wanted; at most so
    /// many. The key is the text of the item that it belongs to.
    pub(super) fn events(
        &self,
        event: EventId,
        case: Option<(CaseId, &str)>,
        wants: &[Want<'p>],
        at: Instant,
        most: usize,
    ) -> Vec<Happens> {
        let ty = &self.policy.events[event];
        let of = case.map(|(id, _)| &self.policy.cases[id]);
        let mut fixed = BTreeMap::new();
        let mut open: Vec<(u32, Vec<Value>)> = Vec::new();
        for (place, field) in (0..).zip(&ty.fields) {
            let is_key = of.is_some_and(|of| of.keys.contains(&(event, place)));
            let mentioned = wants.iter().any(|want| mentions(want.expr, of, event, place));
            let values = match case {
                Some((_, key)) if is_key => vec![Value::Text(key.into())],
                _ => self.values(field, at),
            };
            if mentioned && values.len() > 1 {
                open.push((place, values));
            } else if let Some(first) = values.into_iter().next()
                && (is_key || mentioned || !field.optional)
            {
                fixed.insert(place, first);
            }
        }
        let combinations: usize = open.iter().map(|(_, values)| values.len()).product();
        let mut found = Vec::new();
        for number in 0..combinations.min(COMBINATIONS_MAX) {
            let mut fields = fixed.clone();
            let mut rest = number;
            for (place, values) in open.iter().rev() {
                fields.extend(values.get(rest % values.len().max(1)).map(|value| (*place, value.clone())));
                rest /= values.len().max(1);
            }
            let version = self.agreement.version_at(at);
            let wanted = wants.iter().all(|want| {
                let env = Fields { bench: self, of, event, fields: &fields, version, done: want.done };
                holds(want.expr, &env) == if want.holds { Truth::Yes } else { Truth::No }
            });
            if wanted {
                found.push(Happens { at, event, fields, times: None });
                if found.len() >= most {
                    break;
                }
            }
        }
        found
    }

    /// The value of an expression over the fields of an event that opens an item.
    pub(super) fn of_opening(&self, expr: &Expr, case: CaseId, opening: &Happens) -> Option<Value> {
        let env = Fields {
            bench: self,
            of: Some(&self.policy.cases[case]),
            event: opening.event,
            fields: &opening.fields,
            version: self.agreement.version_at(opening.at),
            done: false,
        };
        match evaluate(expr, &env) {
            Quantity::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Values of a field, the plainest first.
    fn values(&self, field: &Field, at: Instant) -> Vec<Value> {
        let known = || self.constants.iter();
        let numbers = |plain: i128, step: Exact| {
            let mut values = vec![Exact::integer(plain)];
            let around = known().filter_map(|value| match value {
                Value::Number(number) => Some(number),
                _ => None,
            });
            values.extend(around.flat_map(|number| [number.clone(), number - &step, number + &step]));
            values.retain(|value| !value.is_negative());
            values
        };
        let mut values: Vec<Value> = match &field.ty {
            FieldType::Id => vec![Value::Text(format!("{}-1", letter(&field.name)).into())],
            FieldType::Text => {
                let texts = known().filter(|value| matches!(value, Value::Text(_))).cloned();
                std::iter::once(Value::Text("any".into())).chain(texts).collect()
            }
            FieldType::Count => numbers(1, Exact::integer(1))
                .into_iter()
                .filter(Exact::is_integer)
                .map(Value::Number)
                .collect(),
            FieldType::Number | FieldType::Percent => {
                let plain = if field.ty == FieldType::Percent { 0 } else { 1 };
                numbers(plain, Exact::integer(1)).into_iter().map(Value::Number).collect()
            }
            FieldType::Money { .. } | FieldType::MinorMoney => {
                let digits = self.agreement.currency.digits();
                let whole = |value: &Exact| value.to_minor(digits, servanda_policy::value::Rounding::Down);
                let sound = |value: &Exact| {
                    whole(value).is_some_and(|minor| self.major(minor).as_ref() == Some(value))
                };
                numbers(100, Exact::integer(1)).into_iter().filter(sound).map(Value::Number).collect()
            }
            FieldType::Date => vec![Value::Date(self.agreement.zone.date_of(at))],
            FieldType::Instant => vec![Value::Instant(at)],
            FieldType::Party(parties) => parties.iter().map(|(_, party)| Value::Party(*party)).collect(),
            FieldType::YesNo => vec![Value::Bool(false), Value::Bool(true)],
            FieldType::OneOf(words) => (0..).zip(words).map(|(place, _)| Value::Word(place)).collect(),
            FieldType::Length { kind, unit } => {
                let plain = Length { kind: *kind, amount: Exact::integer(i128::from(*unit)) };
                let lengths = known().filter_map(|value| match value {
                    Value::Length(length) if length.kind == *kind => Some(length.amount.clone()),
                    _ => None,
                });
                let step = &Exact::integer(i128::from(*unit));
                let around = lengths.flat_map(|amount| [amount.clone(), &amount - step, &amount + step]);
                let around = around.filter(|amount| !amount.is_negative());
                let around = around.map(|amount| Length { kind: *kind, amount });
                std::iter::once(plain).chain(around).map(Value::Length).collect()
            }
        };
        values.truncate(VALUES_MAX);
        values
    }

    /// An amount of minor units in major ones.
    pub(super) fn major(&self, minor: i128) -> Option<Exact> {
        let scale = 10_i128.checked_pow(self.agreement.currency.digits())?;
        Exact::ratio(minor, scale)
    }
}

/// The letter that ids of a thing begin with.
pub(super) fn letter(name: &str) -> String {
    name.chars().next().map(|first| first.to_ascii_uppercase()).unwrap_or('X').to_string()
}

/// Whether a condition reads a field of an event, by itself or as a field of the item that the event opens.
fn mentions(expr: &Expr, of: Option<&Case>, event: EventId, place: u32) -> bool {
    expr.any(&|part| match part.kind {
        ExprKind::FactField(field) => field == place,
        ExprKind::Field(field) => kept_from(of, field, event) == Some(place),
        _ => false,
    })
}

/// The field of an opening event that an item keeps at a place.
fn kept_from(of: Option<&Case>, field: u32, event: EventId) -> Option<u32> {
    let kept = of?.fields.get(field as usize)?;
    kept.from.iter().find(|(from, _)| *from == event).map(|(_, place)| *place)
}

/// What conditions read of an event.
struct Fields<'f> {
    bench: &'f Bench<'f>,
    of: Option<&'f Case>,
    event: EventId,
    fields: &'f BTreeMap<u32, Value>,
    version: VersionId,
    done: bool,
}

impl Environment for Fields<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        let value = self.bench.agreement.params.get(param.index());
        value.map_or(Quantity::NoData, |value| Quantity::Known(value.clone()))
    }

    fn version(&self) -> VersionId {
        self.version
    }

    fn field(&self, field: u32) -> Quantity {
        let place = kept_from(self.of, field, self.event);
        place.map_or(Quantity::NoData, |place| self.fact_field(place))
    }

    fn fact_field(&self, place: u32) -> Quantity {
        self.fields.get(&place).map_or(Quantity::NoData, |value| Quantity::Known(value.clone()))
    }

    /// An event has no window.
    fn previous(&self, _measure: MeasureId) -> Option<Quantity> {
        None
    }

    fn done(&self, _act: u32) -> Option<bool> {
        Some(self.done)
    }
}
