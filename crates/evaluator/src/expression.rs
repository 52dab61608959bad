//! The value of an expression, given what it reads. Known, no data, or indeterminate with its causes: arithmetic
//! never fails otherwise, because numbers are exact fractions of any size.

use crate::outcome::{Cause, Quantity};
use servanda_diagnostics::Span;
use servanda_parser::ast::Relation;
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    Band, CalendarId, CaseId, DutyId, Expr, ExprKind, FoldId, LengthKind, MeasureId, Operation, ParamId,
    RowKey, Value, Verdict, Verdicts, VersionId,
};
use servanda_policy::value::Exact;
use std::cmp::Ordering;

/// How many causes an indeterminate value names.
const CAUSES_MAX: usize = 8;

/// What expressions can read. Whatever an environment does not have is no data: the checker lets an expression
/// read only what its place has.
pub trait Environment {
    /// What the instance gives for a parameter.
    fn param(&self, _param: ParamId) -> Quantity {
        Quantity::NoData
    }
    /// The version that governs what is looked at.
    fn version(&self) -> VersionId {
        VersionId(0)
    }
    /// A field of the item.
    fn field(&self, _place: u32) -> Quantity {
        Quantity::NoData
    }
    /// A field of the event at hand.
    fn fact_field(&self, _place: u32) -> Quantity {
        Quantity::NoData
    }
    /// Whether an act of the item is done; none where that is unknown.
    fn done(&self, _act: u32) -> Option<bool> {
        Some(false)
    }
    /// The verdict of a duty on the item; none where the item is not its subject.
    fn verdict(&self, _duty: DutyId) -> Option<Verdict> {
        None
    }
    /// The verdict of a duty on the item under a key, as it was known just before the item at hand began; none where
    /// there is none.
    fn verdict_of(&self, _duty: DutyId, _key: &str) -> Option<Verdict> {
        None
    }
    /// The principal of the item, in major units.
    fn charge(&self) -> Quantity {
        Quantity::NoData
    }
    /// What payments of a case have left as credit, in major units.
    fn rest(&self, _case: CaseId) -> Quantity {
        Quantity::NoData
    }
    /// What of the principal is unpaid, in major units.
    fn unpaid(&self) -> Quantity {
        Quantity::NoData
    }
    /// The figure of a fold in the window at hand.
    fn fold(&self, _fold: FoldId) -> Quantity {
        Quantity::NoData
    }
    /// The figure of a measure in the window at hand.
    fn measure(&self, _measure: MeasureId) -> Quantity {
        Quantity::NoData
    }
    /// The figure of a measure in the window before the one at hand; none in the first window.
    fn previous(&self, measure: MeasureId) -> Option<Quantity>;
    /// How long it took from the item's beginning until an act was done.
    fn elapsed(&self, _kind: LengthKind, _act: u32) -> Quantity {
        Quantity::NoData
    }
    /// The date of what the amount is for.
    fn day(&self) -> Quantity {
        Quantity::NoData
    }
    /// How many breaches of a duty in a row there are, the one at hand the last of them.
    fn misses(&self, _duty: DutyId) -> Quantity {
        Quantity::NoData
    }
    /// Whether the event at hand happens while a calendar is open.
    fn during(&self, _calendar: CalendarId) -> bool {
        false
    }
}

/// Whether a condition holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// It does.
    Yes,
    /// It does not, or there is nothing to compare.
    No,
    /// It cannot be known.
    Unknown(Vec<Cause>),
}

impl Truth {
    /// The truth of a comparison that is known.
    pub const fn of(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }

    /// Whether it holds; none where that cannot be known.
    pub(crate) const fn known(&self) -> Option<bool> {
        match self {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unknown(_) => None,
        }
    }

    fn not(self) -> Self {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            unknown @ Truth::Unknown(_) => unknown,
        }
    }
}

/// A value that failed here.
#[cold]
pub fn unknown(message: impl Into<String>, span: Span) -> Quantity {
    Quantity::Unknown { causes: vec![Cause { message: message.into(), span }], between: None }
}

/// The causes of two failures, each once, in order, no more than eight.
#[cold]
pub fn unite(mut left: Vec<Cause>, right: Vec<Cause>) -> Vec<Cause> {
    left.extend(right);
    left.sort();
    left.dedup();
    left.truncate(CAUSES_MAX);
    left
}

/// The value of an expression.
pub fn evaluate(expr: &Expr, env: &impl Environment) -> Quantity {
    match &expr.kind {
        ExprKind::Value(value) => Quantity::Known(value.clone()),
        ExprKind::Param(param) => env.param(*param),
        ExprKind::Field(place) => env.field(*place),
        ExprKind::FactField(place) => env.fact_field(*place),
        ExprKind::Charge => env.charge(),
        ExprKind::Unpaid => env.unpaid(),
        ExprKind::Rest(case) => env.rest(*case),
        ExprKind::Day => env.day(),
        ExprKind::Misses(duty) => env.misses(*duty),
        ExprKind::Fold(fold) => env.fold(*fold),
        ExprKind::Measure(measure) => env.measure(*measure),
        ExprKind::Elapsed(kind, act) => env.elapsed(*kind, *act),
        ExprKind::Previous(measure, first) => env.previous(*measure).unwrap_or_else(|| evaluate(first, env)),
        ExprKind::Binary(operation, left, right) => {
            combine(evaluate(left, env), evaluate(right, env), |left, right| {
                operate(*operation, left, right, expr.span)
            })
        }
        ExprKind::Excess(left, right) => {
            combine(evaluate(left, env), evaluate(right, env), |left, right| excess(left, right, expr.span))
        }
        ExprKind::Least(parts) => {
            let mut parts = parts.iter().map(|part| evaluate(part, env));
            let first = parts.next().unwrap_or(Quantity::NoData);
            parts.fold(first, |least, part| {
                combine(least, part, |least, part| match order(least, part) {
                    Some(Ordering::Greater) => Quantity::Known(part.clone()),
                    Some(Ordering::Less | Ordering::Equal) => Quantity::Known(least.clone()),
                    None => unknown("these values cannot be compared", expr.span),
                })
            })
        }
        ExprKind::Bands { on, rows } => match evaluate(on, env) {
            Quantity::Known(key) => in_bands(&key, rows, env, expr.span),
            Quantity::Unknown { causes, .. } => Quantity::Unknown { causes, between: None },
            Quantity::NoData => Quantity::NoData,
        },
        ExprKind::Growth(left, right) => combine(evaluate(left, env), evaluate(right, env), |left, right| {
            match operate(Operation::Subtract, left, right, expr.span) {
                Quantity::Known(difference) => operate(Operation::Divide, &difference, right, expr.span),
                other => other,
            }
        }),
        ExprKind::Table { on, rows } => {
            let row = match evaluate(on, env) {
                Quantity::Known(key) => row_of(&key, rows, env),
                Quantity::Unknown { causes, between } => {
                    // Known all the same where it lies in one row, whatever it is.
                    let row = |bound: Exact| row_of(&Value::Number(bound), rows, env);
                    match between.map(|(low, high)| (row(low), row(high))) {
                        Some((Some(low), Some(high))) if std::ptr::eq(low, high) => Some(low),
                        _ => return Quantity::Unknown { causes, between: None },
                    }
                }
                Quantity::NoData => return Quantity::NoData,
            };
            row.map_or(Quantity::NoData, |row| evaluate(&row.value, env))
        }
        ExprKind::ByVersion(parts) => {
            parts.get(env.version().index()).map_or(Quantity::NoData, |part| evaluate(part, env))
        }
        ExprKind::Done(_)
        | ExprKind::During(_)
        | ExprKind::Verdict(..)
        | ExprKind::VerdictOf(..)
        | ExprKind::Not(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Is(..)
        | ExprKind::OneOf(..) => match holds(expr, env) {
            Truth::Yes => Quantity::Known(Value::Bool(true)),
            Truth::No => Quantity::Known(Value::Bool(false)),
            Truth::Unknown(causes) => Quantity::Unknown { causes, between: None },
        },
    }
}

/// Whether a verdict is one of those that are asked for; none is one that does not apply.
fn is_one_of(verdict: Option<Verdict>, wanted: Verdicts, expr: &Expr) -> Truth {
    match verdict {
        Some(Verdict::Indeterminate) => Truth::Unknown(vec![Cause {
            message: "the verdict that is asked for is indeterminate".into(),
            span: expr.span,
        }]),
        Some(verdict) => Truth::of(wanted.contains(verdict)),
        None => Truth::of(wanted.contains(Verdict::NotApplicable)),
    }
}

/// Whether a condition holds; with unknown parts, only if it is the same whatever they are.
pub fn holds(expr: &Expr, env: &impl Environment) -> Truth {
    match &expr.kind {
        ExprKind::ByVersion(parts) => {
            parts.get(env.version().index()).map_or(Truth::No, |part| holds(part, env))
        }
        ExprKind::Done(act) => match env.done(*act) {
            Some(done) => Truth::of(done),
            None => Truth::Unknown(vec![Cause {
                message: "whether this is done is unknown".into(),
                span: expr.span,
            }]),
        },
        ExprKind::During(calendar) => Truth::of(env.during(*calendar)),
        ExprKind::Verdict(duty, wanted) => is_one_of(env.verdict(*duty), *wanted, expr),
        ExprKind::VerdictOf(duty, wanted, field) => match env.field(*field) {
            Quantity::Known(Value::Text(key)) => is_one_of(env.verdict_of(*duty, &key), *wanted, expr),
            Quantity::Unknown { causes, .. } => Truth::Unknown(causes),
            Quantity::Known(_) | Quantity::NoData => is_one_of(None, *wanted, expr),
        },
        ExprKind::Not(inner) => holds(inner, env).not(),
        ExprKind::And(parts) => {
            let mut unknown = None;
            for part in parts {
                match holds(part, env) {
                    Truth::No => return Truth::No,
                    Truth::Yes => {}
                    Truth::Unknown(more) => unknown = Some(unite(unknown.unwrap_or_default(), more)),
                }
            }
            unknown.map_or(Truth::Yes, Truth::Unknown)
        }
        ExprKind::Or(parts) => {
            let mut unknown = None;
            for part in parts {
                match holds(part, env) {
                    Truth::Yes => return Truth::Yes,
                    Truth::No => {}
                    Truth::Unknown(more) => unknown = Some(unite(unknown.unwrap_or_default(), more)),
                }
            }
            unknown.map_or(Truth::No, Truth::Unknown)
        }
        ExprKind::Is(relation, left, right) => {
            compare(*relation, &evaluate(left, env), &evaluate(right, env))
        }
        ExprKind::OneOf(left, list) => {
            let left = evaluate(left, env);
            let mut unknown = None;
            for right in list {
                match compare(Relation::Exactly, &left, &evaluate(right, env)) {
                    Truth::Yes => return Truth::Yes,
                    Truth::No => {}
                    Truth::Unknown(more) => unknown = Some(unite(unknown.unwrap_or_default(), more)),
                }
            }
            unknown.map_or(Truth::No, Truth::Unknown)
        }
        _ => match evaluate(expr, env) {
            Quantity::Known(Value::Bool(yes)) => Truth::of(yes),
            Quantity::Known(_) | Quantity::NoData => Truth::No,
            Quantity::Unknown { causes, .. } => Truth::Unknown(causes),
        },
    }
}

/// Compares two quantities. What is not there fulfills no comparison; an interval that lies wholly on one side
/// decides it.
pub fn compare(relation: Relation, left: &Quantity, right: &Quantity) -> Truth {
    match (left, right) {
        (Quantity::Known(left), Quantity::Known(right)) => {
            order(left, right).map_or(Truth::No, |order| Truth::of(fulfills(relation, order)))
        }
        (Quantity::Unknown { causes, between: Some((low, high)) }, Quantity::Known(Value::Number(right))) => {
            let at_low = fulfills(relation, low.cmp(right));
            let at_high = fulfills(relation, high.cmp(right));
            // Only `exactly` can be false at both ends and true between them.
            let within = low < right && right < high;
            if at_low == at_high && !(relation == Relation::Exactly && within) {
                Truth::of(at_low)
            } else {
                Truth::Unknown(causes.clone())
            }
        }
        (Quantity::Unknown { causes, .. }, Quantity::Unknown { causes: more, .. }) => {
            Truth::Unknown(unite(causes.clone(), more.clone()))
        }
        (Quantity::Unknown { causes, .. }, _) | (_, Quantity::Unknown { causes, .. }) => {
            Truth::Unknown(causes.clone())
        }
        (Quantity::NoData, _) | (_, Quantity::NoData) => Truth::No,
    }
}

/// Whether two values in this order fulfill a relation.
pub const fn fulfills(relation: Relation, order: Ordering) -> bool {
    match relation {
        Relation::AtLeast => order.is_ge(),
        Relation::AtMost => order.is_le(),
        Relation::Above => order.is_gt(),
        Relation::Below => order.is_lt(),
        Relation::Exactly => order.is_eq(),
    }
}

/// The row of a table that fits a key; none where no row does.
pub fn row_of<'r>(
    key: &Value,
    rows: &'r [servanda_policy::policy::Row],
    env: &impl Environment,
) -> Option<&'r servanda_policy::policy::Row> {
    let known = Quantity::Known(key.clone());
    let fits = |relation, bound: &Expr| compare(relation, &known, &evaluate(bound, env)) == Truth::Yes;
    let fitting = rows.iter().find(|row| match &row.key {
        RowKey::OneOf(values) => values.iter().any(|value| fits(Relation::Exactly, value)),
        RowKey::Range(lower, upper) => {
            lower.as_ref().is_none_or(|(bound, inclusive)| {
                fits(if *inclusive { Relation::AtLeast } else { Relation::Above }, bound)
            }) && upper.as_ref().is_none_or(|(bound, inclusive)| {
                fits(if *inclusive { Relation::AtMost } else { Relation::Below }, bound)
            })
        }
        RowKey::Otherwise => false,
    });
    fitting.or_else(|| rows.iter().find(|row| matches!(row.key, RowKey::Otherwise)))
}

/// What the bands of a graduated table give for a key: the sum over all of them.
fn in_bands(key: &Value, rows: &[Band], env: &impl Environment, span: Span) -> Quantity {
    let mut sum: Option<Quantity> = None;
    for row in rows {
        let given = combine(part_in(key, row, env), evaluate(&row.value, env), |part, value| {
            match (part, row.per_unit) {
                // So much for each unit: the number of them.
                (Value::Length(length), true) => {
                    operate(Operation::Multiply, value, &Value::Number(length.amount.clone()), row.span)
                }
                _ => operate(Operation::Multiply, value, part, row.span),
            }
        });
        sum = Some(match sum {
            None => given,
            Some(sum) => combine(sum, given, |sum, given| operate(Operation::Add, sum, given, span)),
        });
    }
    sum.unwrap_or(Quantity::NoData)
}

/// The part of a key that lies in a band.
pub fn part_in(key: &Value, row: &Band, env: &impl Environment) -> Quantity {
    let above = |bound: &Option<Expr>| {
        bound.as_ref().map(|bound| {
            combine(Quantity::Known(key.clone()), evaluate(bound, env), |key, bound| {
                excess(key, bound, row.span)
            })
        })
    };
    let from = above(&row.from).unwrap_or_else(|| Quantity::Known(key.clone()));
    match above(&row.to) {
        None => from,
        Some(beyond) => {
            combine(from, beyond, |from, beyond| operate(Operation::Subtract, from, beyond, row.span))
        }
    }
}

/// What one value is above another, or zero.
fn excess(left: &Value, right: &Value, span: Span) -> Quantity {
    match operate(Operation::Subtract, left, right, span) {
        Quantity::Known(value) if is_negative(&value) => Quantity::Known(zero_like(&value)),
        other => other,
    }
}

/// The order of two values of one type; none where they have none.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Word(left), Value::Word(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Party(left), Value::Party(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::Length(left), Value::Length(right)) if left.kind == right.kind => {
            Some(left.amount.cmp(&right.amount))
        }
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Instant(left), Value::Instant(right)) => Some(left.cmp(right)),
        (Value::Currency(left), Value::Currency(right)) if left == right => Some(Ordering::Equal),
        _ => None,
    }
}

fn combine(left: Quantity, right: Quantity, both: impl FnOnce(&Value, &Value) -> Quantity) -> Quantity {
    match (left, right) {
        (Quantity::Known(left), Quantity::Known(right)) => both(&left, &right),
        (Quantity::Unknown { causes, .. }, Quantity::Unknown { causes: more, .. }) => {
            Quantity::Unknown { causes: unite(causes, more), between: None }
        }
        (Quantity::Unknown { causes, .. }, _) | (_, Quantity::Unknown { causes, .. }) => {
            Quantity::Unknown { causes, between: None }
        }
        (Quantity::NoData, _) | (_, Quantity::NoData) => Quantity::NoData,
    }
}

fn operate(operation: Operation, left: &Value, right: &Value, span: Span) -> Quantity {
    use servanda_policy::policy::Length;
    let result = match (left, right) {
        (Value::Number(left), Value::Number(right)) => number(operation, left, right).map(Value::Number),
        (Value::Length(left), Value::Length(right)) if left.kind == right.kind => {
            let amount = number(operation, &left.amount, &right.amount);
            amount.map(|amount| match operation {
                Operation::Divide => Value::Number(amount),
                _ => Value::Length(Length { kind: left.kind, amount }),
            })
        }
        (Value::Length(length), Value::Number(factor)) if operation != Operation::Add => {
            number(operation, &length.amount, factor)
                .map(|amount| Value::Length(Length { kind: length.kind, amount }))
        }
        // A rate per second applied to a length is a number; a share of a length is a length: the checker
        // writes the first with the rate on the left and the length as its amount on the right.
        (Value::Number(factor), Value::Length(length)) if operation == Operation::Multiply => {
            number(operation, factor, &length.amount)
                .map(|amount| Value::Length(Length { kind: length.kind, amount }))
        }
        _ => return unknown("these values cannot be computed with", span),
    };
    result.map_or(Quantity::NoData, Quantity::Known)
}

fn number(operation: Operation, left: &Exact, right: &Exact) -> Option<Exact> {
    match operation {
        Operation::Add => Some(left + right),
        Operation::Subtract => Some(left - right),
        Operation::Multiply => Some(left * right),
        Operation::Divide => left.checked_div(right),
    }
}

fn is_negative(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_negative(),
        Value::Length(length) => length.amount.is_negative(),
        _ => false,
    }
}

fn zero_like(value: &Value) -> Value {
    match value {
        Value::Length(length) => {
            Value::Length(servanda_policy::policy::Length { kind: length.kind, amount: Exact::integer(0) })
        }
        _ => Value::Number(Exact::integer(0)),
    }
}
