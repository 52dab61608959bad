//! Folds: what is gathered over items and over time in a window, and the figure that it makes.

mod addition;

use addition::Addition;

use crate::environment::{InWindow, Things, physical, seconds};
use crate::expression::{Environment, Truth, holds, unite};
use crate::outcome::{Cause, Quantity, Sink};
use crate::plan::duty_read;
use crate::play::Play;
use crate::state::{Counted, Gathered, Item, Leaf, LeafCount, Lengths, Mark, OpenWindow, Tally};
use servanda_events::Fact;
use servanda_policy::arena::Table;
use servanda_policy::policy::{
    CaseId, CountedAt, DutyId, Expr, FoldId, FoldKind, ItemFold, OpenItems, Steps, Value, ValueType, Verdict,
    WindowId,
};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;

/// The figure of a fold, and what is divided by what where it is a share or an average.
pub(crate) fn figure(window: &InWindow<'_>, fold: FoldId) -> (Quantity, Option<(Exact, Exact)>) {
    let place = window.plan.fold_places[fold];
    let rule = &window.plan.policy.folds[fold];
    match (window.open.folds.get(place), &rule.kind) {
        (Some(Gathered::Items(tally)), FoldKind::Items { of, open, .. }) => {
            items_figure(tally, of, *open, rule.unit)
        }
        (Some(Gathered::Time(lengths)), FoldKind::Time { negated, share, .. }) => {
            let mut lengths = lengths.clone();
            let until = window.at.min(window.open.window.end);
            if !window.open.over {
                lengthen(window.plan, window.agreement, window.leaves, fold, &mut lengths, until);
            }
            time_figure(&lengths, *negated, *share)
        }
        _ => (Quantity::NoData, None),
    }
}

/// Nothing of what a figure is measured in.
fn zero_of(unit: ValueType) -> Value {
    let amount = Exact::integer(0);
    match unit {
        ValueType::Length(kind) => Value::Length(servanda_policy::policy::Length { kind, amount }),
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
        causes: tally.causes.clone(),
        between: Some((low, high)),
    };
    match of {
        ItemFold::Count => {
            if tally.unplaced == 0 {
                (Quantity::Known(Value::Number(count(tally.count))), None)
            } else {
                (unsure(count(tally.count), count(tally.count + tally.unplaced)), None)
            }
        }
        ItemFold::Share(_) => {
            let (mut fulfilling, mut all) = (tally.fulfilling, tally.count);
            if let OpenItems::CountAs(good) = open {
                all += tally.waiting;
                fulfilling += if good { tally.waiting } else { 0 };
            }
            let ratio = Some((count(fulfilling), count(all)));
            if tally.unknown == 0 && tally.unplaced == 0 {
                let share = count(fulfilling).checked_div(&count(all));
                return (
                    share.map_or(Quantity::NoData, |share| Quantity::Known(Value::Number(share))),
                    ratio,
                );
            }
            let most = all + tally.unplaced;
            let low = count(fulfilling).checked_div(&count(most));
            let high = count(fulfilling + tally.unknown + tally.unplaced).checked_div(&count(most));
            match (low, high) {
                (Some(low), Some(high)) => (unsure(low, high), ratio),
                _ => (Quantity::NoData, ratio),
            }
        }
        ItemFold::Sum(_)
        | ItemFold::Average(_)
        | ItemFold::Highest(_)
        | ItemFold::Lowest(_)
        | ItemFold::First(_)
        | ItemFold::Latest(_) => {
            if tally.unknown > 0 || tally.unplaced > 0 {
                return (Quantity::Unknown { causes: tally.causes.clone(), between: None }, None);
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
                        sum.amount.checked_div(&members).map(|amount| {
                            Value::Length(servanda_policy::policy::Length { kind: sum.kind, amount })
                        }),
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

fn time_figure(lengths: &Lengths, negated: bool, share: bool) -> (Quantity, Option<(Exact, Exact)>) {
    if !lengths.causes.is_empty() {
        return (Quantity::Unknown { causes: lengths.causes.clone(), between: None }, None);
    }
    let part = if negated { lengths.all.saturating_sub(lengths.within) } else { lengths.within };
    if !share {
        return (Quantity::Known(physical(part)), None);
    }
    let ratio = (seconds(part), seconds(lengths.all));
    let value = ratio.0.checked_div(&ratio.1);
    (value.map_or(Quantity::NoData, |share| Quantity::Known(Value::Number(share))), Some(ratio))
}

/// Gathers time up to an instant, with the leaves as they have been since the last time.
pub(crate) fn lengthen(
    plan: &crate::plan::Plan,
    agreement: &servanda_policy::agreement::Agreement,
    leaves: &Table<FoldId, Vec<LeafCount>>,
    fold: FoldId,
    lengths: &mut Lengths,
    until: Instant,
) {
    let FoldKind::Time { within, during, leaving_out, .. } = &plan.policy.folds[fold].kind else { return };
    if until <= lengths.since {
        return;
    }
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
    /// The tally of a fold in the window that holds an instant; the window is opened ahead where it has to be.
    fn tally(&mut self, fold: FoldId, at: Instant) -> Option<&mut Tally> {
        let id = self.policy.folds[fold].window;
        let holds = |open: &OpenWindow| open.window.contains(at);
        let slot = match self.state.windows[id].iter().rposition(holds) {
            Some(slot) => slot,
            None => {
                self.open_at(id, at)?;
                self.state.windows[id].iter().rposition(holds)?
            }
        };
        let place = self.plan.fold_places[fold];
        match self.state.windows[id].get_mut(slot)?.folds.get_mut(place) {
            Some(Gathered::Items(tally)) => Some(tally),
            _ => None,
        }
    }

    /// The index of the window that holds an instant; it is opened ahead of time where items already belong to it.
    pub(crate) fn open_at(&mut self, id: WindowId, at: Instant) -> Option<i32> {
        if let Some(open) = self.state.windows[id].iter().rev().find(|open| open.window.contains(at)) {
            return Some(open.window.index);
        }
        let windows = self.agreement.windows.get(servanda_policy::arena::Id::index(id))?;
        let window = windows.window_of(at)?;
        if window.end <= self.now && self.state.begun {
            // The window is settled: what belongs there comes too late for its figures.
            return None;
        }
        let open = OpenWindow::new(self.plan, id, window);
        let list = &mut self.state.windows[id];
        let place = list.partition_point(|other| other.window.index < window.index);
        list.insert(place, open);
        Some(window.index)
    }

    pub(crate) fn open_window(&mut self, id: WindowId, index: i32) -> Option<&mut OpenWindow> {
        self.state.windows[id].iter_mut().find(|open| open.window.index == index)
    }

    /// An event counts in the folds over its type.
    pub(crate) fn gather_event(&mut self, fact: &Fact) {
        let plan = self.plan;
        for fold in &plan.events[fact.event].folds {
            let FoldKind::Items { filter, during, of, .. } = &self.policy.folds[*fold].kind else { continue };
            if !self.inside(*during, fact.at) {
                continue;
            }
            let env = Things::fact(self.agreement, self.plan, fact);
            let member = filter.as_ref().map_or(Truth::Yes, |filter| holds(filter, &env));
            let add = Addition::of(of, &env, fact.at);
            self.add(*fold, fact.at, member, add);
            self.crossing(*fold, fact.at);
        }
    }

    fn inside(&self, during: Option<servanda_policy::policy::CalendarId>, at: Instant) -> bool {
        during.is_none_or(|id| {
            crate::clock::calendar_of(self.agreement, id).is_some_and(|calendar| calendar.is_open(at))
        })
    }

    fn add(&mut self, fold: FoldId, at: Instant, member: Truth, add: Addition) {
        let Some(tally) = self.tally(fold, at) else { return };
        match member {
            Truth::No => {}
            Truth::Unknown(causes) => {
                tally.unplaced += 1;
                tally.causes = unite(std::mem::take(&mut tally.causes), causes);
            }
            Truth::Yes => add.into(tally),
        }
    }

    /// A breach counts in the folds over breaches of its duty, also in a window that is being settled.
    pub(crate) fn gather_breach(&mut self, duty: DutyId, mut settling: Option<&mut OpenWindow>) {
        let (plan, stamp) = (self.plan, self.stamp);
        for fold in &plan.breach_folds[duty] {
            let FoldKind::Items { during, .. } = &self.policy.folds[*fold].kind else { continue };
            if !self.inside(*during, stamp) {
                continue;
            }
            let place = plan.fold_places[*fold];
            let window = self.policy.folds[*fold].window;
            match settling.as_deref_mut() {
                Some(open)
                    if self.settling == Some((window, open.window.index)) && open.window.contains(stamp) =>
                {
                    if let Some(Gathered::Items(tally)) = open.folds.get_mut(place) {
                        Addition::One.into(tally);
                    }
                }
                _ => self.add(*fold, stamp, Truth::Yes, Addition::One),
            }
        }
    }

    /// A new item joins the folds over its case.
    pub(crate) fn join_folds(&mut self, case: CaseId, item: &mut Item) {
        let plan = self.plan;
        for (number, fold) in plan.cases[case].folds.iter().enumerate() {
            let FoldKind::Items { filter, during, counted_at, of, .. } = &self.policy.folds[*fold].kind
            else {
                continue;
            };
            let at = match counted_at {
                CountedAt::Beginning => {
                    crate::clock::instant_of(self.agreement, item.start).unwrap_or(item.born)
                }
                CountedAt::Deadline => {
                    let late_from = deadline_of(of, item, plan);
                    let Some(late_from) = late_from else { continue };
                    crate::play::before(late_from)
                }
                CountedAt::End | CountedAt::Decision => continue,
            };
            if self.inside(*during, at) {
                self.join(case, number as u32, *fold, filter.as_ref(), of, item, at);
            }
        }
    }

    /// An item that is over or decided joins the folds that count it then.
    pub(crate) fn join_late(
        &mut self,
        case: CaseId,
        item: &mut Item,
        wanted: CountedAt,
        duty: Option<DutyId>,
    ) {
        let (plan, stamp) = (self.plan, self.stamp);
        for (number, fold) in plan.cases[case].folds.iter().enumerate() {
            let FoldKind::Items { filter, during, counted_at, of, .. } = &self.policy.folds[*fold].kind
            else {
                continue;
            };
            let concerned = *counted_at == wanted
                && duty.is_none_or(|duty| condition(of).and_then(duty_read) == Some(duty));
            if concerned && self.inside(*during, stamp) {
                self.join(case, number as u32, *fold, filter.as_ref(), of, item, stamp);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what an item's membership depends on is this much")]
    fn join(
        &mut self,
        case: CaseId,
        number: u32,
        fold: FoldId,
        filter: Option<&Expr>,
        of: &ItemFold,
        item: &mut Item,
        at: Instant,
    ) {
        let window = self.policy.folds[fold].window;
        let Some(index) = self.open_at(window, at) else { return };
        if self.plan.waits[fold] {
            if let Some(tally) = self.tally(fold, at) {
                tally.waiting += 1;
            }
            item.marks.push(Mark { fold: number, window: index, counted: Counted::Waiting });
            self.settle_marks(case, item);
            return;
        }
        let of_case = &self.policy.cases[case];
        let env = Things::item(self.agreement, self.plan, of_case, item);
        let member = filter.map_or(Truth::Yes, |filter| holds(filter, &env));
        let is_member = member == Truth::Yes;
        let mut counted = Counted::Settled;
        let add = Addition::of(of, &env, at);
        if let (ItemFold::Share(_), true) = (of, is_member) {
            counted = match &add {
                Addition::Condition(Truth::Yes) => Counted::Member(true),
                Addition::Condition(Truth::No) => Counted::Member(false),
                _ => Counted::Unknown,
            };
        }
        self.add(fold, at, member, add);
        if counted != Counted::Settled {
            item.marks.push(Mark { fold: number, window: index, counted });
        }
        self.crossing(fold, at);
    }

    /// Counts an item again after its acts or verdicts have changed: conditions on acts follow while their window
    /// goes on, conditions on verdicts are decided once.
    pub(crate) fn settle_marks(&mut self, case: CaseId, item: &mut Item) {
        if item.marks.is_empty() {
            return;
        }
        let plan = self.plan;
        let mut marks = std::mem::take(&mut item.marks);
        for mark in &mut marks {
            let Some(fold) = plan.cases[case].folds.get(mark.fold as usize) else { continue };
            let FoldKind::Items { filter, of, .. } = &self.policy.folds[*fold].kind else { continue };
            let of_case = &self.policy.cases[case];
            let env = Things::item(self.agreement, plan, of_case, item);
            let window = self.policy.folds[*fold].window;
            match mark.counted {
                Counted::Settled => {}
                Counted::Waiting => {
                    let decided = [filter.as_ref(), condition(of)]
                        .into_iter()
                        .flatten()
                        .all(|condition| is_decided(condition, &env));
                    if !decided {
                        continue;
                    }
                    // An item that the duty does not concern is no member of a share of its verdicts.
                    let concerned =
                        condition(of).and_then(duty_read).is_none_or(|duty| env.verdict(duty).is_some());
                    let member = filter.as_ref().map_or(Truth::Yes, |filter| holds(filter, &env));
                    let add = Addition::of(of, &env, item.born);
                    mark.counted = Counted::Settled;
                    let index = mark.window;
                    let place = plan.fold_places[*fold];
                    let Some(open) = self.open_window(window, index) else { continue };
                    let (over, end) = (open.over, open.window.start);
                    if let Some(Gathered::Items(tally)) = open.folds.get_mut(place) {
                        tally.waiting = tally.waiting.saturating_sub(1);
                    }
                    if concerned {
                        self.add(*fold, end, member, add);
                    }
                    if over {
                        self.settle_window(window, index);
                    }
                }
                Counted::Member(_) | Counted::Unknown => {
                    let ItemFold::Share(condition) = of else { continue };
                    let truth = holds(condition, &env);
                    let index = mark.window;
                    let place = plan.fold_places[*fold];
                    let Some(open) = self.open_window(window, index) else {
                        mark.counted = Counted::Settled;
                        continue;
                    };
                    if open.over {
                        mark.counted = Counted::Settled;
                        continue;
                    }
                    let Some(Gathered::Items(tally)) = open.folds.get_mut(place) else { continue };
                    match mark.counted {
                        Counted::Member(true) => tally.fulfilling = tally.fulfilling.saturating_sub(1),
                        Counted::Unknown => tally.unknown = tally.unknown.saturating_sub(1),
                        _ => {}
                    }
                    mark.counted = match truth {
                        Truth::Yes => {
                            tally.fulfilling += 1;
                            Counted::Member(true)
                        }
                        Truth::No => Counted::Member(false),
                        Truth::Unknown(causes) => {
                            tally.unknown += 1;
                            tally.causes = unite(std::mem::take(&mut tally.causes), causes);
                            Counted::Unknown
                        }
                    };
                }
            }
        }
        marks.retain(|mark| mark.counted != Counted::Settled);
        item.marks = marks;
    }

    /// An item begins to hold on the leaves of time folds that ask for it.
    pub(crate) fn comes_alive(&mut self, case: CaseId, item: &mut Item) {
        if item.over || item.excluded {
            return;
        }
        let plan = self.plan;
        for (fold, leaf) in &plan.cases[case].leaves {
            let Some((_, filter)) = plan.leaves[*fold].get(*leaf as usize) else { continue };
            let of_case = &self.policy.cases[case];
            let env = Things::item(self.agreement, plan, of_case, item);
            let unknown = match filter.as_ref().map_or(Truth::Yes, |filter| holds(filter, &env)) {
                Truth::Yes => false,
                Truth::No => continue,
                Truth::Unknown(_) => true,
            };
            item.alive.push(Leaf { fold: *fold, leaf: *leaf, unknown });
            self.turn_leaf(*fold, *leaf, unknown, true);
        }
    }

    /// An item no longer holds on any leaf.
    pub(crate) fn goes_out(&mut self, item: &mut Item) {
        for leaf in std::mem::take(&mut item.alive) {
            self.turn_leaf(leaf.fold, leaf.leaf, leaf.unknown, false);
        }
    }

    fn turn_leaf(&mut self, fold: FoldId, leaf: u32, unknown: bool, up: bool) {
        let (plan, agreement, now) = (self.plan, self.agreement, self.now);
        let place = plan.fold_places[fold];
        let window = plan.policy.folds[fold].window;
        let state = &mut *self.state;
        for open in state.windows[window].iter_mut().filter(|open| !open.over) {
            if let Some(Gathered::Time(lengths)) = open.folds.get_mut(place) {
                lengthen(plan, agreement, &state.leaves, fold, lengths, now.min(open.window.end));
            }
        }
        if let Some(count) = state.leaves[fold].get_mut(leaf as usize) {
            let number = if unknown { &mut count.unknown } else { &mut count.on };
            *number = if up { number.saturating_add(1) } else { number.saturating_sub(1) };
        }
    }
}

/// The condition of a share.
pub(crate) fn condition(of: &ItemFold) -> Option<&Expr> {
    match of {
        ItemFold::Share(condition) => Some(condition),
        _ => None,
    }
}

fn deadline_of(of: &ItemFold, item: &Item, plan: &crate::plan::Plan) -> Option<Instant> {
    let duty = condition(of).and_then(duty_read)?;
    item.duties.get(plan.duty_places[duty]).and_then(|duty| duty.late_from)
}

/// Whether every verdict that a condition reads is decided.
fn is_decided(condition: &Expr, env: &Things<'_>) -> bool {
    !crate::plan::find(condition, &|kind| match kind {
        servanda_policy::policy::ExprKind::Verdict(duty, _) => env.verdict(*duty) == Some(Verdict::Pending),
        _ => false,
    })
}
