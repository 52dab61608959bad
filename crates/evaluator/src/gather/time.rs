//! Time gathered in a window: how long steps are on that hold while items of a case are alive.

use crate::behind::{Behind, Elapsed};
use crate::environment::Things;
use crate::expression::{Truth, holds, unite};
use crate::outcome::{Cause, Sink};
use crate::play::Play;
use crate::state::{Gathered, Item, Leaf, LeafCount, Lengths};
use servanda_policy::arena::Table;
use servanda_policy::policy::{CaseId, FoldId, FoldKind, Steps};
use servanda_policy::time::Instant;

/// Gathers time up to an instant, with the leaves as they have been since the last time: the time that was gathered.
pub(crate) fn lengthen(
    plan: &crate::plan::Plan,
    agreement: &servanda_policy::agreement::Agreement,
    leaves: &Table<FoldId, Box<[LeafCount]>>,
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
    let counts = &leaves[fold];
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
            let unknown = match filter.as_ref().map_or(Truth::Yes, |filter| holds(filter, &env)) {
                Truth::Yes => false,
                Truth::No => continue,
                Truth::Unknown(_) => true,
            };
            item.alive.push(Leaf { fold: *fold, leaf: *leaf, unknown });
            self.tell_leaf(case, item, Leaf { fold: *fold, leaf: *leaf, unknown }, true);
            self.turn_leaf(*fold, *leaf, unknown, true);
        }
    }

    /// An item no longer holds on any leaf.
    pub(crate) fn goes_out(&mut self, case: CaseId, item: &mut Item) {
        for leaf in std::mem::take(&mut item.alive) {
            self.tell_leaf(case, item, leaf, false);
            self.turn_leaf(leaf.fold, leaf.leaf, leaf.unknown, false);
        }
    }

    fn tell_leaf(&mut self, case: CaseId, item: &Item, of: Leaf, begins: bool) {
        if self.sink.wants_behind() {
            let Leaf { fold, leaf, unknown } = of;
            let (subject, at) = (crate::duty::subject_of(case, item), self.now);
            self.sink.behind(Behind::Holds { fold, leaf, subject, at, begins, unknown });
        }
    }

    fn turn_leaf(&mut self, fold: FoldId, leaf: u32, unknown: bool, up: bool) {
        let (plan, agreement, now) = (self.plan, self.agreement, self.now);
        let place = plan.fold_places[fold];
        let window = plan.policy.folds[fold].window;
        let state = &mut *self.state;
        // Those that are over come first, and of windows that roll there are many.
        for open in state.windows[window].iter_mut().rev().take_while(|open| !open.over) {
            if let Some(Gathered::Time(lengths)) = open.folds.get_mut(place) {
                let until = now.min(open.window.end);
                let time = lengthen(plan, agreement, &state.leaves, fold, lengths, until);
                if let (Some(time), true) = (time, self.sink.wants_behind()) {
                    self.sink.behind(Behind::Elapsed { fold, window: open.window, time });
                }
            }
        }
        if let Some(count) = state.leaves[fold].get_mut(leaf as usize) {
            let number = if unknown { &mut count.unknown } else { &mut count.on };
            *number = if up { number.saturating_add(1) } else { number.saturating_sub(1) };
        }
    }
}
