//! What one member adds to a tally. Which members there are, and in which window, is decided above.

use crate::expression::{Environment, Truth, evaluate, holds};
use crate::outcome::Quantity;
use crate::state::{Gathering, Item, Values};
use crate::tally::Tally;
use compact_str::CompactString;
use servanda_policy::policy::{Expr, ItemFold, Value};
use servanda_policy::time::Instant;

/// What a member adds to a tally.
pub(crate) enum Addition {
    /// One more.
    One,
    /// One more, which fulfills the condition or not.
    Condition(Truth),
    /// One more, with an amount.
    Amount { quantity: Quantity, at: Instant, item: Option<(CompactString, Instant)>, keep: Keep },
}

/// What becomes of the amounts.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    Sum,
    Highest,
    Lowest,
    First,
    Latest,
    /// All of them.
    Values,
}

impl Addition {
    /// What an event or an item adds that counts at an instant.
    pub(super) fn of(of: &ItemFold, env: &impl Environment, at: Instant, item: Option<&Item>) -> Self {
        let amount = |expr: &Expr, keep| {
            let first_or_latest = matches!(keep, Keep::First | Keep::Latest);
            let item = item.filter(|_| first_or_latest).map(|item| (item.key.clone(), item.born));
            Addition::Amount { quantity: evaluate(expr, env), at, item, keep }
        };
        match of {
            ItemFold::Count => Addition::One,
            ItemFold::Share(condition) => Addition::Condition(holds(condition, env)),
            ItemFold::Sum(expr) | ItemFold::Average(expr) => amount(expr, Keep::Sum),
            ItemFold::Highest(expr) => amount(expr, Keep::Highest),
            ItemFold::Lowest(expr) => amount(expr, Keep::Lowest),
            ItemFold::First(expr) => amount(expr, Keep::First),
            ItemFold::Latest(expr) => amount(expr, Keep::Latest),
            ItemFold::Distinct(expr) | ItemFold::Percentile { of: expr, .. } => amount(expr, Keep::Values),
        }
    }

    pub(super) fn into(self, tally: &mut Tally) {
        match self {
            Addition::One => tally.count += 1,
            Addition::Condition(truth) => {
                tally.count += 1;
                match truth {
                    Truth::Yes => tally.fulfilling += 1,
                    Truth::No => {}
                    Truth::Unknown(causes) => {
                        tally.doubt(causes).unknown += 1;
                    }
                }
            }
            Addition::Amount { quantity, at, item, keep } => {
                let amount = match quantity {
                    Quantity::Known(amount) => amount,
                    // A member without the optional field adds nothing.
                    Quantity::NoData => return,
                    Quantity::Unknown { causes, .. } => {
                        tally.count += 1;
                        tally.doubt(causes).unknown += 1;
                        return;
                    }
                };
                tally.count += 1;
                match tally.value.as_deref_mut() {
                    None => {
                        let values = match keep {
                            Keep::Values => Values::from([(amount.clone(), 1)]),
                            _ => Values::new(),
                        };
                        tally.value = Some(Box::new(Gathering { amount, of: 1, at, item, values }));
                    }
                    Some(gathering) => gather(gathering, amount, at, item, keep),
                }
            }
        }
    }
}

fn gather(
    gathering: &mut Gathering,
    amount: Value,
    at: Instant,
    item: Option<(CompactString, Instant)>,
    keep: Keep,
) {
    gathering.of += 1;
    if matches!(keep, Keep::Sum) {
        match (&mut gathering.amount, &amount) {
            (Value::Number(sum), Value::Number(more)) => *sum = &*sum + more,
            (Value::Length(sum), Value::Length(more)) => sum.amount = &sum.amount + &more.amount,
            _ => {}
        }
        return;
    }
    if matches!(keep, Keep::Values) {
        *gathering.values.entry(amount).or_default() += 1;
        return;
    }
    if stands(gathering, (&amount, at, &item), keep) {
        gathering.amount = amount;
        gathering.at = at;
        gathering.item = item;
    }
}

/// Whether an amount takes the place of the one that has stood so far.
pub(super) fn stands(
    gathering: &Gathering,
    (amount, at, item): (&Value, Instant, &Option<(CompactString, Instant)>),
    keep: Keep,
) -> bool {
    use std::cmp::Ordering;
    let order = match (amount, &gathering.amount) {
        (Value::Number(new), Value::Number(old)) => new.cmp(old),
        (Value::Length(new), Value::Length(old)) => new.amount.cmp(&old.amount),
        (Value::Date(new), Value::Date(old)) => new.cmp(old),
        (Value::Instant(new), Value::Instant(old)) => new.cmp(old),
        _ => Ordering::Equal,
    };
    // Of two events of one instant, which come here in the order of their content, the one with the greater content
    // stands for `first` and `latest` alike; of two items, the one with the greater key.
    let tie = at == gathering.at && *item >= gathering.item;
    match keep {
        Keep::Sum | Keep::Values => false,
        Keep::Highest => order.is_gt(),
        Keep::Lowest => order.is_lt(),
        Keep::First => at < gathering.at || tie,
        Keep::Latest => at > gathering.at || tie,
    }
}
