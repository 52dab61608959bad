//! Expressions: three-valued logic, exact arithmetic.

use super::World;
use super::lives::Item;
use super::value::{Known, Maybe, Ratio, strict, whole};
use num_traits::Zero;
use servanda_events::{Fact, FieldValue};
use servanda_parser::ast::Relation;
use servanda_policy::policy::{
    Band, DutyId, Expr, ExprKind, FieldType, Operation, Row, RowKey, Unit, Verdict,
};
use servanda_policy::time::{Date, Instant, Window};
use std::cmp::Ordering;

/// What an expression is about, and before which instant it looks.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub item: Option<&'a Item>,
    pub fact: Option<&'a Fact>,
    pub window: Option<&'a Window>,
    pub before: Instant,
    /// The date for which an amount is computed.
    pub day: Option<Date>,
    /// The duty that is broken where an amount follows it, in the window of which number, and when that was decided.
    pub breach: Option<(DutyId, i32, Instant)>,
}

impl<'a> Scope<'a> {
    pub(crate) fn none(before: Instant) -> Self {
        Scope { item: None, fact: None, window: None, before, day: None, breach: None }
    }

    pub(crate) fn item(item: &'a Item, before: Instant) -> Self {
        Scope { item: Some(item), ..Scope::none(before) }
    }

    /// For a date.
    pub(crate) fn on(self, day: Date) -> Self {
        Scope { day: Some(day), ..self }
    }

    /// After a breach.
    pub(crate) fn after(self, breach: Option<(DutyId, i32, Instant)>) -> Self {
        Scope { breach, ..self }
    }

    pub(crate) fn fact(fact: &'a Fact) -> Self {
        Scope { fact: Some(fact), ..Scope::none(fact.at) }
    }

    pub(crate) fn window(window: &'a Window, before: Instant) -> Self {
        Scope { window: Some(window), ..Scope::none(before) }
    }
}

impl World<'_> {
    /// A field of an event as a value.
    pub(crate) fn field(&self, fact: &Fact, place: u32) -> Result<Known, Maybe> {
        let ty = &self.policy.events[fact.event].fields[place as usize].ty;
        let minor = whole(self.agreement.currency.minor_per_major());
        let number = |value: Ratio| match ty {
            FieldType::Percent => Known::Number(value / whole(100)),
            FieldType::Length { kind, unit } => Known::Length(*kind, value * whole(i128::from(*unit))),
            _ => Known::Number(value),
        };
        Ok(match fact.field(place) {
            FieldValue::Absent => return Err(Maybe::NoData),
            FieldValue::Bad => return Err(Maybe::Unknown(Default::default(), None)),
            FieldValue::Text(it) => Known::Text(it.to_string()),
            FieldValue::Word(it) => Known::Word(*it),
            FieldValue::Party(it) => Known::Party(*it),
            FieldValue::Bool(it) => Known::Bool(*it),
            FieldValue::Count(it) => number(whole(i128::from(*it))),
            FieldValue::Money(it) => Known::Number(whole(i128::from(*it)) / minor),
            FieldValue::Decimal { mantissa, scale } => {
                number(whole(i128::from(*mantissa)) / whole(10_i128.pow(u32::from(*scale))))
            }
            FieldValue::Date(it) => Known::Date(*it),
            FieldValue::Instant(it) => Known::Instant(*it),
        })
    }

    /// A field of an event, failing at a place of the policy.
    fn read(&self, fact: &Fact, place: u32, expr: &Expr) -> Maybe {
        match self.field(fact, place) {
            Ok(known) => Maybe::Known(known),
            Err(Maybe::NoData) => Maybe::NoData,
            Err(_) => Maybe::failed(expr.span),
        }
    }

    pub(crate) fn value(&self, expr: &Expr, scope: Scope<'_>) -> Maybe {
        let item = || scope.item.expect("the checker lets only items be asked for this");
        match &expr.kind {
            ExprKind::Value(value) => Maybe::Known(Known::of(value)),
            ExprKind::Param(param) => Maybe::Known(Known::of(&self.agreement.params[param.0 as usize])),
            ExprKind::Field(place) => match self.item_field(item(), *place) {
                Maybe::Unknown(..) => Maybe::failed(expr.span),
                value => value,
            },
            ExprKind::FactField(place) => {
                self.read(scope.fact.expect("the checker lets only events be asked for this"), *place, expr)
            }
            ExprKind::Done(act) => match self.done(item(), *act, scope.before) {
                Some(done) => Maybe::bool(done),
                None => Maybe::failed(expr.span),
            },
            ExprKind::ByVersion(parts) => {
                let at = scope.item.map(|item| item.born).or(scope.fact.map(|fact| fact.at));
                self.value(&parts[self.version_at(at.unwrap_or(scope.before))], scope)
            }
            ExprKind::Verdict(duty, verdicts) => match self.verdict_on(*duty, item(), scope.before) {
                Verdict::Pending => Maybe::Pending,
                Verdict::Indeterminate => Maybe::failed(expr.span),
                verdict => Maybe::bool(verdicts.contains(verdict)),
            },
            ExprKind::VerdictOf(duty, verdicts, field) => match self.item_field(item(), *field) {
                Maybe::Known(Known::Text(key)) => match self.verdict_on_named(*duty, &key, item().born) {
                    Verdict::Indeterminate => Maybe::failed(expr.span),
                    verdict => Maybe::bool(verdicts.contains(verdict)),
                },
                Maybe::NoData => Maybe::bool(verdicts.contains(Verdict::NotApplicable)),
                _ => Maybe::failed(expr.span),
            },
            ExprKind::Charge => self.charge(item()),
            // Paid out is asked of the lives.
            ExprKind::Rest(_) => Maybe::NoData,
            ExprKind::Unpaid => self.unpaid(item(), scope.before),
            ExprKind::Day => Maybe::Known(Known::Date(scope.day.expect("an amount is computed for a day"))),
            ExprKind::Fold(fold) => {
                self.fold(*fold, scope.window.expect("a figure is read in a window"), scope.before).value
            }
            ExprKind::Measure(measure) => {
                self.figure(*measure, scope.window.expect("a figure is read in a window"), scope.before).value
            }
            ExprKind::Previous(measure, first) => {
                let window = scope.window.expect("a figure is read in a window");
                match self.window_before(*measure, window) {
                    None => self.value(first, scope),
                    Some((earlier, before)) => {
                        let own = self.policy.measures[*measure].unit;
                        match (self.figure(earlier, &before, scope.before).value, own) {
                            (Maybe::Known(Known::Length(_, amount)), Unit::Length(kind)) => {
                                Maybe::Known(Known::Length(kind, amount))
                            }
                            (value, _) => value,
                        }
                    }
                }
            }
            ExprKind::Misses(duty) => {
                let (broken, index, at) = scope.breach.expect("it follows a breach");
                assert_eq!(broken, *duty, "it asks for the duty that is broken");
                Maybe::number(whole(self.misses_running(*duty, index, at)))
            }
            ExprKind::Elapsed(kind, act) => self.elapsed(item(), *kind, *act, expr),
            ExprKind::During(calendar) => {
                let at = scope.fact.map(|fact| fact.at).or(scope.item.map(|item| item.born));
                Maybe::bool(self.hours(*calendar).is_open(at.expect("something happens")))
            }
            ExprKind::Binary(operation, left, right) => {
                let (left, right) = (self.value(left, scope), self.value(right, scope));
                strict(&[&left, &right], || calculate(*operation, &left, &right))
            }
            ExprKind::Excess(left, right) => {
                let (left, right) = (self.value(left, scope), self.value(right, scope));
                strict(&[&left, &right], || {
                    like(&left, number_of(&left).max(number_of(&right)) - number_of(&right))
                })
            }
            ExprKind::Least(parts) => {
                let parts: Vec<Maybe> = parts.iter().map(|part| self.value(part, scope)).collect();
                strict(&parts.iter().collect::<Vec<_>>(), || {
                    let least = parts.iter().min_by(|a, b| number_of(a).cmp(&number_of(b)));
                    least.expect("there are some").clone()
                })
            }
            ExprKind::Bands { on, rows } => self.in_bands(&self.value(on, scope), rows, scope),
            ExprKind::Growth(left, right) => {
                let (left, right) = (self.value(left, scope), self.value(right, scope));
                strict(&[&left, &right], || {
                    let (a, b) = (left.as_number().expect("a number"), right.as_number().expect("a number"));
                    if b.is_zero() { Maybe::NoData } else { Maybe::number((a - b) / b) }
                })
            }
            ExprKind::Table { on, rows } => {
                let on = self.value(on, scope);
                let row = match &on {
                    Maybe::Unknown(_, Some((low, high))) => {
                        let row = |bound: &Ratio| self.row(&Maybe::number(bound.clone()), rows, scope);
                        row(low).filter(|low| row(high) == Some(*low))
                    }
                    Maybe::Known(_) => self.row(&on, rows, scope),
                    _ => None,
                };
                match (row, &on) {
                    (Some(row), _) => self.value(&rows[row].value, scope),
                    (None, Maybe::Unknown(spans, _)) => Maybe::Unknown(spans.clone(), None),
                    (None, Maybe::Known(_)) => Maybe::NoData,
                    (None, other) => other.clone(),
                }
            }
            ExprKind::Not(inner) => match self.value(inner, scope) {
                Maybe::Known(Known::Bool(it)) => Maybe::bool(!it),
                other => other,
            },
            ExprKind::And(parts) => self.all(parts, scope, false),
            ExprKind::Or(parts) => self.all(parts, scope, true),
            ExprKind::Is(relation, left, right) => {
                self.compare(*relation, &self.value(left, scope), &self.value(right, scope))
            }
            ExprKind::OneOf(left, list) => {
                let left = self.value(left, scope);
                strict(&[&left], || Maybe::bool(list.iter().any(|it| self.value(it, scope) == left)))
            }
        }
    }

    /// The sum over all bands: of each its share of what of the key lies in it, or so much for each unit of that.
    fn in_bands(&self, on: &Maybe, rows: &[Band], scope: Scope<'_>) -> Maybe {
        let mut read = vec![on.clone()];
        for row in rows {
            read.extend([&row.from, &row.to].into_iter().flatten().map(|bound| self.value(bound, scope)));
            read.push(self.value(&row.value, scope));
        }
        strict(&read.iter().collect::<Vec<_>>(), || {
            let key = number_of(on);
            let bound = |bound: &Option<Expr>| bound.as_ref().map(|it| number_of(&self.value(it, scope)));
            let bands = rows.iter().map(|row| {
                let upper = bound(&row.to).map_or(key.clone(), |to| to.min(key.clone()));
                let part = match bound(&row.from) {
                    Some(from) => (upper - from).max(Ratio::zero()),
                    None => upper,
                };
                (self.value(&row.value, scope), part, row.per_unit)
            });
            let given = bands.map(|(value, part, per_unit)| {
                let given = number_of(&value) * part;
                if per_unit || !matches!(on, Maybe::Known(Known::Length(..))) {
                    like(&value, given)
                } else {
                    like(on, given)
                }
            });
            given.reduce(|sum, band| calculate(Operation::Add, &sum, &band)).expect("there are some")
        })
    }

    /// `and` (ends at a false) and `or` (ends at a true).
    fn all(&self, parts: &[Expr], scope: Scope<'_>, end: bool) -> Maybe {
        let values: Vec<Maybe> = parts.iter().map(|part| self.value(part, scope)).collect();
        if values.contains(&Maybe::bool(end)) {
            return Maybe::bool(end);
        }
        strict(&values.iter().collect::<Vec<_>>(), || Maybe::bool(!end))
    }

    fn row(&self, on: &Maybe, rows: &[Row], scope: Scope<'_>) -> Option<usize> {
        let holds = |relation, bound: &Expr| self.compare(relation, on, &self.value(bound, scope)).is_true();
        for (place, row) in rows.iter().enumerate() {
            let fits = match &row.key {
                RowKey::OneOf(keys) => keys.iter().any(|key| self.value(key, scope) == *on),
                RowKey::Range(lower, upper) => {
                    lower.as_ref().is_none_or(|(bound, inclusive)| {
                        holds(if *inclusive { Relation::AtLeast } else { Relation::Above }, bound)
                    }) && upper.as_ref().is_none_or(|(bound, inclusive)| {
                        holds(if *inclusive { Relation::AtMost } else { Relation::Below }, bound)
                    })
                }
                RowKey::Otherwise => true,
            };
            if fits {
                return Some(place);
            }
        }
        None
    }

    /// Whether a relation holds; known too where both ends of what is between two numbers agree.
    pub(crate) fn compare(&self, relation: Relation, left: &Maybe, right: &Maybe) -> Maybe {
        if let (Maybe::Unknown(_, Some((low, high))), Some(right)) = (left, right.as_number()) {
            let inside = low <= right && right <= high;
            let (low, high) = (holds(relation, low.cmp(right)), holds(relation, high.cmp(right)));
            if low == high && !(relation == Relation::Exactly && inside) {
                return Maybe::bool(low);
            }
        }
        strict(&[left, right], || {
            let ordering = match (left, right) {
                (Maybe::Known(Known::Date(a)), Maybe::Known(Known::Date(b))) => a.cmp(b),
                (Maybe::Known(Known::Instant(a)), Maybe::Known(Known::Instant(b))) => a.cmp(b),
                _ => match (left.as_number(), right.as_number()) {
                    (Some(a), Some(b)) => a.cmp(b),
                    _ if left == right => Ordering::Equal,
                    _ => Ordering::Less,
                },
            };
            Maybe::bool(holds(relation, ordering))
        })
    }
}

fn holds(relation: Relation, ordering: Ordering) -> bool {
    match relation {
        Relation::AtLeast => ordering.is_ge(),
        Relation::AtMost => ordering.is_le(),
        Relation::Above => ordering.is_gt(),
        Relation::Below => ordering.is_lt(),
        Relation::Exactly => ordering.is_eq(),
    }
}

fn number_of(value: &Maybe) -> Ratio {
    value.as_number().expect("a number").clone()
}

/// A number, or a length like another.
fn like(other: &Maybe, number: Ratio) -> Maybe {
    Maybe::Known(match other {
        Maybe::Known(Known::Length(kind, _)) => Known::Length(*kind, number),
        _ => Known::Number(number),
    })
}

fn calculate(operation: Operation, left: &Maybe, right: &Maybe) -> Maybe {
    let (a, b) = (left.as_number().expect("a number"), right.as_number().expect("a number"));
    let result = match operation {
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => a * b,
        Operation::Divide if b.is_zero() => return Maybe::NoData,
        Operation::Divide => a / b,
    };
    // A share of a length is a length, a length divided by a length is a number.
    Maybe::Known(match (operation, left, right) {
        (Operation::Divide, Maybe::Known(Known::Length(..)), Maybe::Known(Known::Length(..))) => {
            Known::Number(result)
        }
        (_, Maybe::Known(Known::Length(kind, _)), _) | (_, _, Maybe::Known(Known::Length(kind, _))) => {
            Known::Length(*kind, result)
        }
        _ => Known::Number(result),
    })
}
