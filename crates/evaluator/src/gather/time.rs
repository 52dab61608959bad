//! Time gathered in a window: how long steps are on that hold while items of a case are alive.

use crate::behind::{Behind, Elapsed};
use crate::environment::Things;
use crate::expression::{Truth, holds, unite};
use crate::group::Group;
use crate::outcome::{Cause, Sink};
use crate::play::Play;
use crate::state::{Gathered, Item, Leaf, LeafCount, Lengths, State};
use compact_str::CompactString;
use servanda_policy::policy::{CaseId, FoldId, FoldKind, Steps, WindowId};
use servanda_policy::time::Instant;

/// Gathers time up to an instant, with the leaves as they have been since the last time: the time that was gathered.
pub(crate) fn lengthen(
    plan: &crate::plan::Plan,
    agreement: &servanda_policy::agreement::Agreement,
    counts: &[LeafCount],
    fold: FoldId,
    lengths: &mut Lengths,
    until: Instant,
) -> Option<Elapsed> {
    let FoldKind::Time { within, during, leaving_out, .. } = &plan.policy.folds[fold].kind else {
        return None;
    };
    if until <= lengths.since {
        return None;
    }
    let from = lengths.since;
    let mut next = 0;
    let within = on(within, counts, &mut next);
    let out = leaving_out.as_ref().map_or(Some(false), |steps| on(steps, counts, &mut next));
    let length = match during {
        None => until.nanos_since(lengths.since),
        Some(calendar) => crate::clock::calendar_of(agreement, *calendar)
            .map_or(0, |calendar| calendar.open_time(lengths.since, until)),
    };
    lengths.since = until;
    match (within, out) {
        (_, Some(true)) => {}
        (Some(within), Some(false)) => {
            lengths.all = lengths.all.saturating_add(length);
            lengths.within = lengths.within.saturating_add(if within { length } else { 0 });
        }
        _ if length == 0 => {}
        _ => {
            let cause = Cause {
                message: "whether an item counts here is unknown".into(),
                span: plan.policy.folds[fold].span,
            };
            lengths.causes = unite(std::mem::take(&mut lengths.causes), vec![cause]);
        }
    }
    Some(Elapsed { from, until, length, on: within, left_out: out })
}

/// Whether steps are on; none where it depends on an item of which it is unknown whether it counts.
fn on(steps: &Steps, counts: &[LeafCount], next: &mut usize) -> Option<bool> {
    match steps {
        Steps::Alive { .. } => {
            let count = counts.get(*next);
            *next += 1;
            match count {
                Some(count) if count.on > 0 => Some(true),
                Some(count) if count.unknown > 0 => None,
                _ => Some(false),
            }
        }
        Steps::All(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| on(part, counts, next)).collect();
            if parts.contains(&Some(false)) {
                Some(false)
            } else if parts.contains(&None) {
                None
            } else {
                Some(true)
            }
        }
        Steps::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| on(part, counts, next)).collect();
            if parts.contains(&Some(true)) {
                Some(true)
            } else if parts.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        Steps::ButNot(left, right) => {
            let (left, right) = (on(left, counts, next), on(right, counts, next));
            match (left, right) {
                (Some(false), _) | (_, Some(true)) => Some(false),
                (Some(true), Some(false)) => Some(true),
                _ => None,
            }
        }
    }
}

impl<S: Sink> Play<'_, S> {
    /// An item begins to hold on the leaves of time folds that ask for it.
    pub(crate) fn comes_alive(&mut self, case: CaseId, item: &mut Item) {
        self.holds_on(case, item, FoldId(0));
    }

    /// An item that is alive holds on its leaves in the folds from one on.
    pub(crate) fn holds_on(&mut self, case: CaseId, item: &mut Item, from: FoldId) {
        if item.over || item.excluded {
            return;
        }
        let plan = self.plan;
        for (fold, leaf) in plan.cases[case].leaves.iter().filter(|(fold, _)| *fold >= from) {
            let Some((_, filter)) = plan.leaves[*fold].get(*leaf as usize) else { continue };
            let of_case = &self.policy.cases[case];
            let env = Things::item(self.agreement, plan, of_case, item);
            let group = plan.group_of_item(*fold, case, item);
            let truth = filter.as_ref().map_or(Truth::Yes, |filter| holds(filter, &env));
            let unknown = match group.member(truth) {
                Truth::Yes => false,
                Truth::No => continue,
                Truth::Unknown(_) => true,
            };
            let leaf = Leaf { fold: *fold, leaf: *leaf, unknown };
            item.alive.push(leaf);
            self.tell_leaf(case, item, leaf, &group, true);
            self.turn_leaf(leaf, &group, true);
        }
    }

    /// An item no longer holds on any leaf.
    pub(crate) fn goes_out(&mut self, case: CaseId, item: &mut Item) {
        for leaf in std::mem::take(&mut item.alive) {
            let group = self.plan.group_of_item(leaf.fold, case, item);
            self.tell_leaf(case, item, leaf, &group, false);
            self.turn_leaf(leaf, &group, false);
        }
    }

    fn tell_leaf(&mut self, case: CaseId, item: &Item, of: Leaf, group: &Group, begins: bool) {
        if self.sink.wants_behind() {
            let Leaf { fold, leaf, unknown } = of;
            let (subject, at) = (crate::duty::subject_of(case, item), self.now);
            let group = group.name().cloned();
            self.sink.behind(Behind::Holds { fold, leaf, subject, group, at, begins, unknown });
        }
    }

    fn turn_leaf(&mut self, of: Leaf, group: &Group, up: bool) {
        let Leaf { fold, leaf, unknown } = of;
        let (plan, agreement, now) = (self.plan, self.agreement, self.now);
        let place = plan.fold_places[fold];
        let window = plan.policy.folds[fold].window;
        let state = &mut *self.state;
        let (leaves, of_groups, windows) = (&state.leaves, &*state.seldom.group_leaves, &mut state.windows);
        // Those that are over come first, and of windows that roll there are many.
        for open in windows[window].iter_mut().rev().take_while(|open| !open.over) {
            let of = open.window;
            let until = now.min(of.end);
            let mut go_on = |gathered: Option<&mut Gathered>, group: Option<&CompactString>| {
                let Some(Gathered::Time(lengths)) = gathered else { return };
                let counts = crate::group::leaves(leaves, of_groups, fold, group);
                let time = lengthen(plan, agreement, &counts, fold, lengths, until);
                if let (Some(time), true) = (time, self.sink.wants_behind()) {
                    let group = group.cloned();
                    self.sink.behind(Behind::Elapsed { fold, window: of, group, time });
                }
            };
            match group {
                Group::None => {}
                Group::All => go_on(open.folds.get_mut(place), None),
                // Of a window ahead it is seen when it begins.
                Group::Of(_) if of.start > now => {}
                Group::Of(name) => {
                    let cells = open.cells(plan, window, name);
                    cells.stays = true;
                    go_on(cells.folds.get_mut(place), Some(name));
                }
                // Nobody knows in which of them it counts.
                Group::Unread(_) if open.groups.is_empty() => {}
                Group::Unread(_) => {
                    for (name, cells) in open.groups.iter_mut() {
                        go_on(cells.folds.get_mut(place), Some(name));
                    }
                }
            }
        }
        let count = match group {
            Group::Of(name) => {
                let none = || vec![LeafCount::default(); plan.leaves[fold].len()].into();
                let of_group = state.seldom.group_leaves.entry((fold, name.clone())).or_insert_with(none);
                of_group.get_mut(leaf as usize)
            }
            Group::All | Group::None | Group::Unread(_) => state.leaves[fold].get_mut(leaf as usize),
        };
        if let Some(count) = count {
            let number = if unknown { &mut count.unknown } else { &mut count.on };
            *number = if up { number.saturating_add(1) } else { number.saturating_sub(1) };
        }
        if let (Group::Of(name), false) = (group, up) {
            let key = (fold, name.clone());
            let of_group = state.seldom.group_leaves.get(&key);
            if of_group.is_some_and(|counts| counts.iter().all(|count| *count == LeafCount::default())) {
                state.seldom.group_leaves.remove(&key);
            }
        }
    }

    /// The groups of which items are alive when a window begins are there in it.
    pub(crate) fn groups_alive(&mut self, id: WindowId, index: i32) {
        let plan = self.plan;
        if plan.grouping(id).is_none() || self.state.seldom.group_leaves.is_empty() {
            return;
        }
        let State { windows, seldom, .. } = &mut *self.state;
        let Some(open) = windows[id].iter_mut().find(|open| open.window.index == index) else { return };
        for fold in &plan.windows[id].folds {
            let of_fold = seldom.group_leaves.range((*fold, CompactString::default())..);
            for ((_, name), _) in of_fold.take_while(|((of, _), _)| of == fold) {
                open.cells(plan, id, name).stays = true;
            }
        }
    }
}
