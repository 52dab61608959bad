//! The figure that a fold makes of what it has gathered in a window.

use super::{lengthen, rolling};
use crate::environment::{InWindow, seconds};
use crate::outcome::Quantity;
use crate::state::{Gathered, Lengths, Values};
use crate::tally::Tally;
use servanda_policy::policy::{CalendarId, FoldId, FoldKind, ItemFold, Length, LengthKind, Value, ValueType};
use servanda_policy::value::Exact;

/// The figure of a fold, and what is divided by what where it is a share or an average.
pub(crate) fn figure(window: &InWindow<'_>, fold: FoldId) -> (Quantity, Option<(Exact, Exact)>) {
    let rule = &window.plan.policy.folds[fold];
    match &rule.kind {
        FoldKind::Items { of, .. } => match rolling::tally(window, fold) {
            Some(tally) => items_figure(&tally, of, rule.unit),
            None => (Quantity::NoData, None),
        },
        FoldKind::Time { negated, during, share, .. } => {
            let place = window.plan.fold_places[fold];
            let Some(Gathered::Time(lengths)) = window.open.folds.get(place) else {
                return (Quantity::NoData, None);
            };
            let mut lengths = lengths.clone();
            let until = window.at.min(window.open.window.end);
            if !window.open.over {
                let leaves = window.leaves(fold);
                lengthen(window.plan, window.agreement, &leaves, fold, &mut lengths, until);
            }
            time_figure(&rolling::lengths(window, fold, lengths), *negated, *during, *share)
        }
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

fn items_figure(tally: &Tally, of: &ItemFold, unit: ValueType) -> (Quantity, Option<(Exact, Exact)>) {
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
            let (fulfilling, all) = (tally.fulfilling, tally.count);
            let unplaced = tally.unsure.unplaced;
            let (would, would_not) = (tally.unsure.unplaced_fulfilling, tally.unsure.unplaced_failing);
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
        ItemFold::Distinct(_)
        | ItemFold::Sum(_)
        | ItemFold::Average(_)
        | ItemFold::Highest(_)
        | ItemFold::Lowest(_)
        | ItemFold::First(_)
        | ItemFold::Latest(_)
        | ItemFold::Percentile { .. } => {
            if tally.unsure.unknown > 0 || tally.unsure.unplaced > 0 {
                return (Quantity::Unknown { causes: tally.unsure.causes.clone(), between: None }, None);
            }
            let Some(gathering) = tally.value.as_deref() else {
                // The sum of nothing is zero; the mean, the greatest and the last of nothing are not there.
                let nothing = matches!(of, ItemFold::Sum(_) | ItemFold::Distinct(_));
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
            let value = match of {
                ItemFold::Distinct(_) => Some(Value::Number(Exact::integer(
                    i128::try_from(gathering.values.len()).unwrap_or(i128::MAX),
                ))),
                ItemFold::Percentile { rank, linear, .. } => at_rank(&gathering.values, rank, *linear),
                _ => Some(gathering.amount.clone()),
            };
            (value.map_or(Quantity::NoData, Quantity::Known), None)
        }
    }
}

/// The value at a rank: the nearest one, or a straight line between the two around it.
fn at_rank(values: &Values, rank: &Exact, linear: bool) -> Option<Value> {
    let count = values.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    if !linear {
        let place = (rank * &Exact::integer(i128::from(count))).ceil()?;
        return nth(values, u64::try_from(place).ok()?.max(1)).cloned();
    }
    // The first value lies at 0, the last one at 1.
    let place = rank * &Exact::integer(i128::from(count.checked_sub(1)?));
    let below = place.floor()?;
    let number = u64::try_from(below).ok()?.checked_add(1)?;
    let low = nth(values, number)?;
    let part = &place - &Exact::integer(below);
    if part == Exact::ZERO {
        return Some(low.clone());
    }
    let between = |low: &Exact, high: &Exact| low + &(&(high - low) * &part);
    match (low, nth(values, number.checked_add(1)?)?) {
        (Value::Number(low), Value::Number(high)) => Some(Value::Number(between(low, high))),
        (Value::Length(low), Value::Length(high)) => {
            let amount = between(&low.amount, &high.amount);
            Some(Value::Length(Length { kind: low.kind, amount }))
        }
        _ => None,
    }
}

/// The value of this number in their order, the least one being the first.
fn nth(values: &Values, number: u64) -> Option<&Value> {
    let mut seen = 0_u64;
    let reached = values.iter().find(|(_, count)| {
        seen = seen.saturating_add(**count);
        seen >= number
    });
    reached.map(|(value, _)| value)
}

/// Of how many members the figure of a fold is made, at least and at most.
pub(crate) fn members(window: &InWindow<'_>, fold: FoldId) -> (u64, u64) {
    let Some(tally) = rolling::tally(window, fold) else { return (0, 0) };
    (tally.count, tally.count.saturating_add(tally.unsure.unplaced))
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
