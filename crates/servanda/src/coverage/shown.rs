//! Which parts of a policy happen in an outcome.

use super::part::{Moment, Part, Parts, Side, rows};
use servanda_evaluator::expression::{Environment, evaluate, row_of};
use servanda_evaluator::outcome::{Entry, Figure, Outcome, Quantity, Verdict as Decision};
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    DutyId, Expr, ExprKind, MeasureId, ParamId, Policy, Value, ValueType, Verdict,
};
use servanda_policy::time::{Instant, NANOS_PER_SECOND};
use servanda_policy::value::Exact;
use std::cmp::Ordering;

/// What happens in an outcome.
pub(crate) fn happens(policy: &Policy, all: &Parts, params: &[Value], outcome: &Outcome) -> Vec<Part> {
    let mut parts = Vec::new();
    for verdict in &outcome.verdicts {
        match verdict.verdict {
            Verdict::Kept => parts.push(Part::Duty(verdict.duty, true)),
            Verdict::Broken => parts.push(Part::Duty(verdict.duty, false)),
            Verdict::Pending | Verdict::Excused | Verdict::NotApplicable | Verdict::Indeterminate => {}
        }
        parts.extend(moment(verdict).map(|moment| Part::Deadline(verdict.duty, moment)));
    }
    for entry in &outcome.entries {
        if entry.gross != Some(0) {
            parts.push(Part::Consequence(entry.consequence));
        }
        parts.extend(caps(policy, entry));
        parts.extend(row(policy, params, outcome, entry).map(|at| Part::Row(entry.consequence, at)));
    }
    parts.extend(outcome.notices.iter().map(|notice| Part::Consequence(notice.consequence)));
    for figure in outcome.figures.iter().filter(|figure| !figure.provisional) {
        for (at, bound) in all.bounds.iter().enumerate().filter(|(_, bound)| bound.measure == figure.measure)
        {
            let figures = Figures::of(policy, figure, params, outcome);
            let bound = evaluate(&bound.value, &figures);
            let side =
                side(figure, &bound).filter(|side| !all.near || is_near(policy, figure, &bound, *side));
            parts.extend(side.map(|side| Part::Bound(at, side)));
        }
    }
    parts
}

/// When an act was done, seen from its deadline. The last second that is in time is the last instant: a moment is
/// met at that moment, and a date in its last second.
pub(crate) fn moment(verdict: &Decision) -> Option<Moment> {
    let (late_from, done) = (verdict.late_from?, verdict.done_at?);
    Some(match late_from.nanos_since(done) {
        ..=0 => Moment::After,
        nanos if nanos <= i128::from(NANOS_PER_SECOND) => Moment::Last,
        _ => Moment::Before,
    })
}

/// The limit that took something of an entry, and those that an entry passed whole.
pub(crate) fn caps(policy: &Policy, entry: &Entry) -> Vec<Part> {
    use servanda_policy::policy::Effect;
    let caps = match &policy.consequences[entry.consequence].effect {
        Effect::Entry(of) => of.caps.as_slice(),
        Effect::Accrue(of) => of.caps.as_slice(),
        Effect::Tell(_) | Effect::Right(_) | Effect::End(_) | Effect::CountsAs(_) | Effect::Suspend(_) => &[],
    };
    match entry.capped_by {
        Some(cap) => vec![Part::Cap(cap, true)],
        None if entry.amount.is_some_and(|amount| amount != 0) => {
            caps.iter().map(|cap| Part::Cap(*cap, false)).collect()
        }
        None => Vec::new(),
    }
}

/// On which side of a bound a figure is, of those of an outcome; where it has to be near, of a bound that it is beside.
pub(crate) fn side_of(
    policy: &Policy,
    (figure, near): (&Figure, bool),
    bound: &Expr,
    params: &[Value],
    outcome: &Outcome,
) -> Option<Side> {
    let bound = evaluate(bound, &Figures::of(policy, figure, params, outcome));
    side(figure, &bound).filter(|side| !near || is_near(policy, figure, &bound, *side))
}

/// Whether one unit more or less brings a figure to a bound that it is beside: one of what is counted, one thing or one
/// second of a share, the smallest coin of a sum. What a figure of another kind lacks of its bound is no number of units.
fn is_near(policy: &Policy, figure: &Figure, bound: &Quantity, side: Side) -> bool {
    let (Quantity::Known(Value::Number(value)), Quantity::Known(Value::Number(bound))) =
        (&figure.value, bound)
    else {
        return true;
    };
    let Some(measure) = policy.measures.find(figure.measure) else { return true };
    let direct = matches!(measure.value.kind, ExprKind::Fold(_));
    let one = Exact::integer(1);
    let reaches = |value: &Exact, unit: &Exact| match side {
        Side::Below => value + unit >= *bound,
        Side::At => true,
        Side::Above => value - unit <= *bound,
    };
    match (measure.unit, &figure.ratio) {
        (ValueType::Count, _) => reaches(value, &one),
        (ValueType::Share, Some((_, all))) => one.checked_div(all).is_none_or(|unit| reaches(value, &unit)),
        (ValueType::Money, _) if direct => match &policy.currency.kind {
            ExprKind::Value(Value::Currency(currency)) => {
                Exact::ratio(1, currency.minor_per_major()).is_none_or(|unit| reaches(value, &unit))
            }
            _ => true,
        },
        _ => true,
    }
}

fn side(figure: &Figure, bound: &Quantity) -> Option<Side> {
    let (Quantity::Known(value), Quantity::Known(bound)) = (&figure.value, bound) else { return None };
    let order = match (value, bound) {
        (Value::Number(value), Value::Number(bound)) => value.cmp(bound),
        (Value::Length(value), Value::Length(bound)) if value.kind == bound.kind => {
            value.amount.cmp(&bound.amount)
        }
        _ => return None,
    };
    Some(match order {
        Ordering::Less => Side::Below,
        Ordering::Equal => Side::At,
        Ordering::Greater => Side::Above,
    })
}

/// The row that an entry's amount was taken from.
pub(crate) fn row(policy: &Policy, params: &[Value], outcome: &Outcome, entry: &Entry) -> Option<usize> {
    let (on, rows) = rows(policy, entry.consequence)?;
    let window = entry.subject.window()?;
    let group = entry.subject.group().map(|group| group.as_str());
    let figures = Figures { policy, params, outcome, start: window.start, index: window.index, group };
    let Quantity::Known(key) = evaluate(on, &figures) else { return None };
    let row = row_of(&key, rows, &figures)?;
    rows.iter().position(|other| std::ptr::eq(other, row))
}

/// The figures of the windows that begin at an instant, and the breaches up to the one of this number.
struct Figures<'o> {
    policy: &'o Policy,
    params: &'o [Value],
    outcome: &'o Outcome,
    start: Instant,
    index: i32,
    /// The group whose figures they are, where there are any.
    group: Option<&'o str>,
}

impl<'o> Figures<'o> {
    /// Those beside a figure.
    fn of(policy: &'o Policy, figure: &'o Figure, params: &'o [Value], outcome: &'o Outcome) -> Self {
        let (start, index, group) = (figure.window.start, figure.window.index, figure.group.as_deref());
        Self { policy, params, outcome, start, index, group }
    }
}

impl Environment for Figures<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        self.params.get(param.index()).map_or(Quantity::NoData, |value| Quantity::Known(value.clone()))
    }

    fn measure(&self, measure: MeasureId) -> Quantity {
        let mut figures = self.outcome.figures.iter();
        let figure = figures.find(|it| {
            it.measure == measure && it.window.start == self.start && it.group.as_deref() == self.group
        });
        figure.map_or(Quantity::NoData, |figure| figure.value.clone())
    }

    fn misses(&self, duty: DutyId) -> Quantity {
        let misses = self.outcome.misses_running(self.policy, duty, self.index);
        Quantity::Known(Value::Number(Exact::integer(misses.len() as i128)))
    }

    fn previous(&self, measure: MeasureId) -> Option<Quantity> {
        let before = self.outcome.figure_before(self.policy, measure, self.start);
        before.map(|figure| figure.value.clone())
    }
}
