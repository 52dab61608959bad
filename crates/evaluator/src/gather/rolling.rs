//! Windows that look back: what is counted in one is what it has gathered itself, with what those before it have.
//!
//! An event joins its own window alone, so that it costs the same however far others look back.

use crate::environment::InWindow;
use crate::expression::unite;
use crate::plan::Plan;
use crate::state::{Gathered, Gathering, Lengths, OpenWindow, State};
use crate::tally::{Tally, Unsure};
use servanda_policy::policy::{FoldId, FoldKind, ItemFold, OpenItems, Value, WindowId};
use std::borrow::Cow;

use super::addition::{Keep, stands};

/// What a fold has gathered in the windows upon which one looks back, earliest first.
fn before<'s>(
    plan: &'s Plan,
    state: &'s State,
    fold: FoldId,
    open: &OpenWindow,
) -> impl Iterator<Item = (FoldId, &'s Gathered)> {
    let at = open.window.index;
    let count = i32::from(plan.policy.windows[plan.policy.folds[fold].window].count());
    let first = at.saturating_sub(count.saturating_sub(1));
    let alike = if count > 1 { plan.alike_folds[fold].as_slice() } else { &[] };
    let mut found: Vec<(i32, FoldId, &Gathered)> = Vec::new();
    for other in alike {
        let list = &state.windows[plan.policy.folds[*other].window];
        let in_reach = list.iter().filter(|open| (first..at).contains(&open.window.index));
        let place = plan.fold_places[*other];
        found.extend(in_reach.filter_map(|open| Some((open.window.index, *other, open.folds.get(place)?))));
    }
    found.sort_by_key(|(index, ..)| *index);
    found.into_iter().map(|(_, fold, gathered)| (fold, gathered))
}

/// What is counted over items in a window.
pub(crate) fn tally<'w>(window: &InWindow<'w>, fold: FoldId) -> Option<Cow<'w, Tally>> {
    let Some(Gathered::Items(own)) = window.open.folds.get(window.plan.fold_places[fold]) else {
        return None;
    };
    Some(counted(window.plan, window.state, fold, window.open, own))
}

/// A tally with those of the windows upon which its own looks back: in each what is not decided counts as the fold there
/// says, of whichever version that is, and what it waits for is waited for.
pub(crate) fn counted<'w>(
    plan: &Plan,
    state: &State,
    fold: FoldId,
    open: &OpenWindow,
    own: &'w Tally,
) -> Cow<'w, Tally> {
    let keep = match &plan.policy.folds[fold].kind {
        FoldKind::Items { of, .. } => keep(of),
        FoldKind::Time { .. } => None,
    };
    let mut all: Option<Tally> = None;
    for (other, gathered) in before(plan, state, fold, open) {
        if let Gathered::Items(more) = gathered {
            join(all.get_or_insert_with(Tally::default), &open_counted(plan, other, more), keep);
        }
    }
    let own = open_counted(plan, fold, own);
    match all {
        None => own,
        Some(mut all) => {
            join(&mut all, &own, keep);
            Cow::Owned(all)
        }
    }
}

/// A tally in which what is not decided counts where the fold says so, and is no more where it is left out.
fn open_counted<'t>(plan: &Plan, fold: FoldId, tally: &'t Tally) -> Cow<'t, Tally> {
    let FoldKind::Items { open, of, .. } = &plan.policy.folds[fold].kind else { return Cow::Borrowed(tally) };
    if *open == OpenItems::Wait || tally.waiting == 0 {
        return Cow::Borrowed(tally);
    }
    let mut counted = tally.clone();
    let unplaced = counted.unsure.waiting_unplaced;
    let placed = std::mem::take(&mut counted.waiting).saturating_sub(unplaced);
    if unplaced > 0 {
        counted.unsure.waiting_unplaced = 0;
    }
    if let (OpenItems::CountAs(good), ItemFold::Share(_)) = (open, of) {
        counted.count = counted.count.saturating_add(placed);
        if *good {
            counted.fulfilling = counted.fulfilling.saturating_add(placed);
        }
        if unplaced > 0 {
            let unsure = &mut counted.unsure;
            unsure.unplaced = unsure.unplaced.saturating_add(unplaced);
            let would = if *good { &mut unsure.unplaced_fulfilling } else { &mut unsure.unplaced_failing };
            *would = would.saturating_add(unplaced);
        }
    }
    Cow::Owned(counted)
}

/// The time of a window with that of those upon which it looks back.
pub(crate) fn lengths(window: &InWindow<'_>, fold: FoldId, own: Lengths) -> Lengths {
    let mut all = own;
    for (_, gathered) in before(window.plan, window.state, fold, window.open) {
        if let Gathered::Time(more) = gathered {
            all.within = all.within.saturating_add(more.within);
            all.all = all.all.saturating_add(more.all);
            all.causes = unite(std::mem::take(&mut all.causes), more.causes.clone());
        }
    }
    all
}

/// What becomes of the amounts of a fold; none where it has none.
pub(super) const fn keep(of: &ItemFold) -> Option<Keep> {
    Some(match of {
        ItemFold::Count | ItemFold::Share(_) => return None,
        ItemFold::Sum(_) | ItemFold::Average(_) => Keep::Sum,
        ItemFold::Highest(_) => Keep::Highest,
        ItemFold::Lowest(_) => Keep::Lowest,
        ItemFold::First(_) => Keep::First,
        ItemFold::Latest(_) => Keep::Latest,
        ItemFold::Distinct(_) | ItemFold::Percentile { .. } => Keep::Values,
    })
}

/// Adds what a later window has counted.
pub(crate) fn join(all: &mut Tally, more: &Tally, keep: Option<Keep>) {
    let Tally { count, fulfilling, waiting, value, unsure } = more;
    all.count = all.count.saturating_add(*count);
    all.fulfilling = all.fulfilling.saturating_add(*fulfilling);
    all.waiting = all.waiting.saturating_add(*waiting);
    let Unsure { unknown, unplaced, unplaced_fulfilling, unplaced_failing, waiting_unplaced, causes } =
        &**unsure;
    if unsure.unknown > 0 || unsure.unplaced > 0 || unsure.waiting_unplaced > 0 || !causes.is_empty() {
        let doubt = all.doubt(causes.clone());
        doubt.unknown = doubt.unknown.saturating_add(*unknown);
        doubt.unplaced = doubt.unplaced.saturating_add(*unplaced);
        doubt.unplaced_fulfilling = doubt.unplaced_fulfilling.saturating_add(*unplaced_fulfilling);
        doubt.unplaced_failing = doubt.unplaced_failing.saturating_add(*unplaced_failing);
        doubt.waiting_unplaced = doubt.waiting_unplaced.saturating_add(*waiting_unplaced);
    }
    let (Some(more), Some(keep)) = (value.as_deref(), keep) else { return };
    match all.value.as_deref_mut() {
        None => all.value = Some(Box::new(more.clone())),
        Some(sum) => add(sum, more, keep),
    }
}

fn add(sum: &mut Gathering, more: &Gathering, keep: Keep) {
    match keep {
        Keep::Sum => match (&mut sum.amount, &more.amount) {
            (Value::Number(sum), Value::Number(more)) => *sum = &*sum + more,
            (Value::Length(sum), Value::Length(more)) => sum.amount = &sum.amount + &more.amount,
            _ => {}
        },
        Keep::Values => {
            for (value, count) in &more.values {
                let all = sum.values.entry(value.clone()).or_default();
                *all = all.saturating_add(*count);
            }
        }
        Keep::Highest | Keep::Lowest | Keep::First | Keep::Latest => {
            if stands(sum, (&more.amount, more.at, &more.item), keep) {
                sum.amount = more.amount.clone();
                sum.at = more.at;
                sum.item = more.item.clone();
            }
        }
    }
    sum.of = sum.of.saturating_add(more.of);
}

/// The windows that count with another of their number: cut alike, of whichever version.
pub(crate) fn alike(plan: &Plan, id: WindowId) -> impl Iterator<Item = WindowId> {
    let spec = plan.policy.windows[id];
    plan.policy.windows.iter().filter(move |(_, other)| **other == spec).map(|(id, _)| id)
}
