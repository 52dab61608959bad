//! The figure that a fold makes of what it has gathered in a window.

use super::lengthen;
use crate::environment::{InWindow, seconds};
use crate::outcome::Quantity;
use crate::state::{Gathered, Lengths};
use crate::tally::Tally;
use servanda_policy::policy::{
    CalendarId, FoldId, FoldKind, ItemFold, Length, LengthKind, OpenItems, Value, ValueType,
};
use servanda_policy::value::Exact;

/// The figure of a fold, and what is divided by what where it is a share or an average.
pub(crate) fn figure(window: &InWindow<'_>, fold: FoldId) -> (Quantity, Option<(Exact, Exact)>) {
    let place = window.plan.fold_places[fold];
    let rule = &window.plan.policy.folds[fold];
    match (window.open.folds.get(place), &rule.kind) {
        (Some(Gathered::Items(tally)), FoldKind::Items { of, open, .. }) => {
            items_figure(tally, of, *open, rule.unit)
        }
        (Some(Gathered::Time(lengths)), FoldKind::Time { negated, during, share, .. }) => {
            let mut lengths = lengths.clone();
            let until = window.at.min(window.open.window.end);
            if !window.open.over {
                lengthen(window.plan, window.agreement, &window.state.leaves, fold, &mut lengths, until);
            }
            time_figure(&lengths, *negated, *during, *share)
        }
        _ => (Quantity::NoData, None),
    }
}

/// Nothing of what a figure is measured in.
fn zero_of(unit: ValueType) -> Value {
    let amount = Exact::integer(0);
    match unit {
        ValueType::Length(kind) => Value::Length(Length { kind, amount }),
        _ => Value::Number(amount),
    }
}

fn items_figure(
    tally: &Tally,
    of: &ItemFold,
    open: OpenItems,
    unit: ValueType,
) -> (Quantity, Option<(Exact, Exact)>) {
    let count = |n: u64| Exact::integer(i128::from(n));
    let unsure = |low: Exact, high: Exact| Quantity::Unknown {
        causes: tally.unsure.causes.clone(),
        between: Some((low, high)),
    };
    match of {
        ItemFold::Count => {
            if tally.unsure.unplaced == 0 {
                (Quantity::Known(Value::Number(count(tally.count))), None)
            } else {
                (unsure(count(tally.count), count(tally.count + tally.unsure.unplaced)), None)
            }
        }
        ItemFold::Share(_) => {
            let (mut fulfilling, mut all) = (tally.fulfilling, tally.count);
            let mut unplaced = tally.unsure.unplaced;
            let (mut would, mut would_not) =
                (tally.unsure.unplaced_fulfilling, tally.unsure.unplaced_failing);
            if let OpenItems::CountAs(good) = open {
                let placed = tally.waiting - tally.unsure.waiting_unplaced;
                all += placed;
                unplaced += tally.unsure.waiting_unplaced;
                if good {
                    fulfilling += placed;
                    would += tally.unsure.waiting_unplaced;
                } else {
                    would_not += tally.unsure.waiting_unplaced;
                }
            }
            let ratio = Some((count(fulfilling), count(all)));
            if tally.unsure.unknown == 0 && unplaced == 0 {
                let share = count(fulfilling).checked_div(&count(all));
                return (
                    share.map_or(Quantity::NoData, |share| Quantity::Known(Value::Number(share))),
                    ratio,
                );
            }
            // At worst, those that would not fulfill it are members; at best, those that would.
            let of = |part: u64, all: u64| count(part).checked_div(&count(all));
            let more = unplaced - would_not;
            let low = of(fulfilling, all + unplaced - would);
            let high = of(fulfilling + tally.unsure.unknown + more, all + more);
            let between = low.zip(high);
            (Quantity::Unknown { causes: tally.unsure.causes.clone(), between }, None)
        }
        ItemFold::Sum(_)
        | ItemFold::Average(_)
        | ItemFold::Highest(_)
        | ItemFold::Lowest(_)
        | ItemFold::First(_)
        | ItemFold::Latest(_) => {
            if tally.unsure.unknown > 0 || tally.unsure.unplaced > 0 {
                return (Quantity::Unknown { causes: tally.unsure.causes.clone(), between: None }, None);
            }
            let Some(gathering) = tally.value.as_deref() else {
                // The sum of nothing is zero; the mean, the greatest and the last of nothing are not there.
                let nothing = matches!(of, ItemFold::Sum(_));
                return (if nothing { Quantity::Known(zero_of(unit)) } else { Quantity::NoData }, None);
            };
            if matches!(of, ItemFold::Average(_)) {
                let members = count(gathering.of);
                let (mean, ratio) = match &gathering.amount {
                    Value::Number(sum) => {
                        (sum.checked_div(&members).map(Value::Number), Some((sum.clone(), members)))
                    }
                    Value::Length(sum) => (
                        sum.amount
                            .checked_div(&members)
                            .map(|amount| Value::Length(Length { kind: sum.kind, amount })),
                        Some((sum.amount.clone(), members)),
                    ),
                    _ => (None, None),
                };
                return (mean.map_or(Quantity::NoData, Quantity::Known), ratio);
            }
            (Quantity::Known(gathering.amount.clone()), None)
        }
    }
}

fn time_figure(
    lengths: &Lengths,
    negated: bool,
    during: Option<CalendarId>,
    share: bool,
) -> (Quantity, Option<(Exact, Exact)>) {
    if !lengths.causes.is_empty() {
        return (Quantity::Unknown { causes: lengths.causes.clone(), between: None }, None);
    }
    let part = if negated { lengths.all.saturating_sub(lengths.within) } else { lengths.within };
    if !share {
        let kind = during.map_or(LengthKind::Physical, LengthKind::Open);
        return (Quantity::Known(Value::Length(Length { kind, amount: seconds(part) })), None);
    }
    let ratio = (seconds(part), seconds(lengths.all));
    let value = ratio.0.checked_div(&ratio.1);
    (value.map_or(Quantity::NoData, |share| Quantity::Known(Value::Number(share))), Some(ratio))
}
