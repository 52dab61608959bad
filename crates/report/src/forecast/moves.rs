//! How a figure may go on: by what, in which steps, and what it is then.

use super::Ahead;
use crate::expression::Scope;
use crate::text::steps_text;
use servanda_evaluator::Elapsed;
use servanda_evaluator::outcome::{Figure, Quantity};
use servanda_policy::policy::{
    ExprKind, Fold, FoldKind, ItemFold, Length, LengthKind, Measure, Source, Value, ValueType,
};
use servanda_policy::value::Exact;

/// A way in which a figure may go on: it is a function of how many further units there are.
#[derive(Debug, Clone)]
pub(super) struct Move {
    /// What there is more of: `time in outage`, `question.asked that fail`.
    pub(super) of: String,
    /// What a unit is.
    pub(super) unit: MoveUnit,
    /// How many units there can be at most, where that is known.
    pub(super) most: Option<i128>,
    how: How,
}

/// In what further units are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MoveUnit {
    /// Nanoseconds of a kind of time.
    Time(LengthKind),
    /// One each.
    One,
    /// The smallest coin.
    Coin,
}

/// The figure as a function of the units.
#[derive(Debug, Clone)]
enum How {
    /// So many, and each further one.
    Count(i128),
    /// A sum of money in major units, and how many coins make one.
    Sum(Exact, i128),
    /// So many that fulfill it, of so many; whether each further one does.
    Share(i128, i128, bool),
    /// Nanoseconds that count, of so many at the end; whether it is the time in which they do not; as a share or as a length.
    Time { within: i128, all: i128, negated: bool, share: Option<LengthKind> },
}

impl Move {
    /// The figure with so many further units.
    pub(super) fn figure(&self, further: i128) -> Quantity {
        let known = |number: Option<Exact>| {
            number.map_or(Quantity::NoData, |number| Quantity::Known(Value::Number(number)))
        };
        match &self.how {
            How::Count(count) => known(Some(Exact::integer(count.saturating_add(further)))),
            How::Sum(sum, coins) => known(Exact::ratio(further, *coins).map(|more| sum + &more)),
            How::Share(part, all, fulfills) => {
                let part = part.saturating_add(if *fulfills { further } else { 0 });
                known(Exact::ratio(part, all.saturating_add(further)))
            }
            How::Time { within, all, negated, share } => {
                let within = within.saturating_add(further);
                let part = if *negated { all.saturating_sub(within) } else { within };
                match share {
                    None => known(Exact::ratio(part, *all)),
                    Some(kind) => {
                        let amount = Exact::ratio(part, 1_000_000_000).unwrap_or(Exact::ZERO);
                        Quantity::Known(Value::Length(Length { kind: *kind, amount }))
                    }
                }
            }
        }
    }
}

impl Ahead<'_> {
    /// The ways in which a figure may go on, or why nothing is claimed of it.
    pub(super) fn moves(&self, measure: &Measure, figure: &Figure) -> Result<Vec<Move>, &'static str> {
        let ExprKind::Fold(id) = measure.value.kind else {
            return Err("the figure is computed from several ones");
        };
        let policy = self.material.policy;
        let Some(fold) = policy.folds.find(id) else { return Err("the figure is not gathered") };
        if measure.rounded.is_some() {
            return Err("the figure is rounded");
        }
        if measure.needing.is_some() && figure.value == Quantity::NoData {
            return Err("there is not enough of it to be a figure");
        }
        if let Quantity::Unknown { .. } = figure.value {
            return Err("the figure is not known");
        }
        let rolls = policy.windows.find(fold.window).is_some_and(|spec| spec.count() > 1);
        match &fold.kind {
            FoldKind::Time { .. } if rolls => Err("the figure looks back over windows before"),
            FoldKind::Time { .. } if measure.needing.is_some() => Err("the figure needs enough time"),
            FoldKind::Time { .. } => self.of_time(
                fold,
                &self.material.of_group(figure.group.as_ref()).elapsed(id, &figure.window),
                figure,
            ),
            FoldKind::Items { source, of, .. } => self.of_items(source, of, fold, figure),
        }
    }

    fn of_time(&self, fold: &Fold, elapsed: &[&Elapsed], figure: &Figure) -> Result<Vec<Move>, &'static str> {
        let FoldKind::Time { within, negated, during, share, .. } = &fold.kind else { return Ok(Vec::new()) };
        let Some(last) = elapsed.last() else { return Err("no time of it has passed") };
        if elapsed.iter().any(|time| time.on.is_none() || time.left_out.is_none()) {
            return Err("the figure is not known");
        }
        if last.left_out == Some(true) {
            return Err("time is being left out, and nobody knows until when");
        }
        let as_of = self.material.outcome.as_of;
        let kind = during.map_or(LengthKind::Physical, LengthKind::Open);
        let there = |time: &&&Elapsed| time.left_out == Some(false);
        let all: i128 = elapsed.iter().filter(there).map(|time| time.length).sum();
        let on: i128 =
            elapsed.iter().filter(there).filter(|it| it.on == Some(true)).map(|it| it.length).sum();
        let left = match figure.window.end > as_of {
            true => self.material.agreement.used_between(kind, as_of, figure.window.end),
            false => return Err("the window is over"),
        };
        let all = all.checked_add(left).ok_or("the window is too long")?;
        let so_on = if last.on == Some(true) { ", which goes on" } else { "" };
        let how = How::Time { within: on, all, negated: *negated, share: (!share).then_some(kind) };
        let of = format!("time in {}{so_on}", steps_text(self.material.policy, within));
        Ok(vec![Move { of, unit: MoveUnit::Time(kind), most: Some(left), how }])
    }

    fn of_items(
        &self,
        source: &Source,
        of: &ItemFold,
        fold: &Fold,
        figure: &Figure,
    ) -> Result<Vec<Move>, &'static str> {
        let policy = self.material.policy;
        let written = match &fold.kind {
            FoldKind::Items { filter: None, during: None, .. } => String::new(),
            _ => format!(" that count in \"{}\"", self.material.quoted(fold.span)),
        };
        let name = match source {
            Source::Events(event) => policy.events.find(*event).map_or("event", |event| &event.name),
            Source::Cases(case) => policy.cases.find(*case).map_or("item", |case| &case.name),
            Source::Breaches(_) => "breach",
        };
        let one = |of: String, how: How| Move { of, unit: MoveUnit::One, most: None, how };
        match (of, &figure.value) {
            (ItemFold::Count, Quantity::Known(Value::Number(count))) => {
                let count = count.to_i128().ok_or("the figure is no whole number")?;
                Ok(vec![one(format!("more {name}{written}"), How::Count(count))])
            }
            (ItemFold::Sum(_), Quantity::Known(Value::Number(sum))) if fold.unit == ValueType::Money => {
                let coins = self.material.agreement.currency.minor_per_major();
                let how = How::Sum(sum.clone(), coins);
                Ok(vec![Move {
                    of: format!("more in {name}{written}"),
                    unit: MoveUnit::Coin,
                    most: None,
                    how,
                }])
            }
            (ItemFold::Share(_), _) => {
                let whole = |number: &Exact| number.to_i128();
                let ratio = figure.ratio.as_ref();
                let (part, all) = ratio
                    .and_then(|(part, all)| whole(part).zip(whole(all)))
                    .ok_or("the figure is not known")?;
                let way = |text: &str, fulfills| {
                    one(format!("more {name}{written} {text}"), How::Share(part, all, fulfills))
                };
                Ok(vec![way("of which each fails", false), way("of which none fails", true)])
            }
            _ => Err("the figure does not change by the same with each further one"),
        }
    }

    /// What amounts and conditions about a window can read, with a figure that it does not have yet.
    pub(super) fn scope<'s>(&'s self, figure: &'s Figure, given: &'s Quantity) -> Scope<'s> {
        let of = &self.material;
        Scope::of(of.agreement)
            .in_window(of.policy, of.outcome, of.trail, &figure.window)
            .of_group(figure.group.as_ref())
            .with_given(figure.measure, given)
    }
}
