//! Folds: what is gathered over items and over time in a window, and the figure that it makes.

mod addition;
mod figure;
pub(crate) mod rolling;
mod time;

pub(crate) use figure::{figure, members};
pub(crate) use time::lengthen;

pub(crate) use addition::Addition;

use crate::behind::{Behind, Joins};
use crate::environment::Things;
use crate::expression::{Environment, Truth, holds};
use crate::group::Group;
use crate::outcome::Sink;
use crate::plan::{duty_read, reads_verdict};
use crate::play::Play;
use crate::state::{Counted, Gathered, Item, Mark, OpenWindow, put_window};
use crate::tally::Tally;
use servanda_events::Fact;
use servanda_policy::policy::{
    CaseId, CountedAt, DutyId, Expr, FoldId, FoldKind, Hours, ItemFold, OpenItems, Verdict, WindowId,
};
use servanda_policy::time::Instant;

impl<S: Sink> Play<'_, S> {
    /// The tally of a fold in the window that holds an instant; the window is opened ahead where it has to be.
    fn tally(&mut self, fold: FoldId, at: Instant, group: &Group) -> Option<&mut Tally> {
        let id = self.policy.folds[fold].window;
        let holds = |open: &OpenWindow| open.window.contains(at);
        let slot = match self.state.windows[id].iter().rposition(holds) {
            Some(slot) => slot,
            None => {
                self.open_ahead(id, at)?;
                self.state.windows[id].iter().rposition(holds)?
            }
        };
        let place = self.plan.fold_places[fold];
        let open = self.state.windows[id].get_mut(slot)?;
        if let Group::Of(name) = group {
            open.cells(self.plan, id, name);
        }
        match open.gathered(place, group) {
            Some(Gathered::Items(tally)) => Some(tally),
            _ => None,
        }
    }

    /// When something counts that is known from now on: what belongs to a window that was over before counts now.
    fn counts_at(&self, id: WindowId, at: Instant) -> Instant {
        let open = |open: &OpenWindow| open.window.contains(at) && open.window.end > self.known;
        if at >= self.known || self.state.windows[id].iter().rev().any(open) {
            return at;
        }
        let windows = self.agreement.windows.get(servanda_policy::arena::Id::index(id));
        let over = windows.and_then(|windows| windows.end_around(at)).is_some_and(|end| end <= self.known);
        if over { self.known } else { at }
    }

    /// Opens the window that holds an instant ahead of time, if it has not begun. None outside of the term.
    fn open_ahead(&mut self, id: WindowId, at: Instant) -> Option<()> {
        if self.state.windows[id].iter().rev().any(|open| open.window.contains(at)) {
            return Some(());
        }
        let windows = self.agreement.windows.get(servanda_policy::arena::Id::index(id))?;
        let window = windows.window_of(at).filter(|window| window.start > self.now || !self.state.begun)?;
        let open = OpenWindow::new(self.plan, id, window);
        put_window(&mut self.state.windows[id], open);
        Some(())
    }

    /// The open window that holds an instant.
    fn open_window(&mut self, id: WindowId, at: Instant) -> Option<&mut OpenWindow> {
        self.state.windows[id].iter_mut().rev().find(|open| open.window.contains(at))
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
            let add = Addition::of(of, &env, fact.at, None);
            let who = Joins::Event(fact);
            let group = plan.group_of(*fold, &who);
            self.add((*fold, fact.at, &group), who, member, add);
            self.grows(*fold, fact.at, &group);
        }
    }

    /// Remembers that something has joined a fold that a duty may be decided by.
    fn grows(&mut self, fold: FoldId, at: Instant, group: &Group) {
        let group = match group {
            Group::All => None,
            Group::Of(name) => Some(name.clone()),
            // What may be in each of them lets none grow for certain.
            Group::None | Group::Unread(_) => return,
        };
        if !self.plan.crossed[fold].is_empty() && at <= self.now {
            self.grown.push((fold, at, group));
        }
    }

    fn inside(&self, during: Option<Hours>, at: Instant) -> bool {
        during.is_none_or(|hours| {
            let calendar = crate::clock::calendar_of(self.agreement, hours.calendar);
            calendar.is_some_and(|calendar| calendar.is_open(at) != hours.outside)
        })
    }

    fn add(
        &mut self,
        (fold, at, group): (FoldId, Instant, &Group),
        who: Joins<'_>,
        member: Truth,
        add: Addition,
    ) {
        let member = group.member(member);
        // What does not count lets no group be there.
        if *group != Group::All && member == Truth::No {
            return;
        }
        let told = crate::behind::member(self.sink, (fold, at, group), who, &member, &add);
        if let Some(tally) = self.tally(fold, at, group) {
            count(tally, member, add);
            self.stays(fold, at, group);
            if let Some(told) = told {
                self.sink.behind(told);
            }
        }
    }

    /// A group is there for good: something counts in it that is not waited for.
    fn stays(&mut self, fold: FoldId, at: Instant, group: &Group) {
        let Group::Of(name) = group else { return };
        let id = self.policy.folds[fold].window;
        if let Some(cells) = self.open_window(id, at).and_then(|open| open.groups.get_mut(name)) {
            cells.stays = true;
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
                        let (who, one) = (Joins::Breach(duty, stamp), Addition::One);
                        let told = crate::behind::member(
                            self.sink,
                            (*fold, stamp, &Group::All),
                            who,
                            &Truth::Yes,
                            &one,
                        );
                        told.into_iter().for_each(|told| self.sink.behind(told));
                    }
                    // Where the window goes on, what this decides may decide the next.
                    self.grows(*fold, stamp, &Group::All);
                }
                _ => {
                    let at = self.counts_at(window, stamp);
                    let who = Joins::Breach(duty, stamp);
                    self.add((*fold, at, &Group::All), who, Truth::Yes, Addition::One);
                    self.grows(*fold, at, &Group::All);
                }
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

    /// The deadline of a duty on an item has become known, or has moved: where it is counted at its deadline, it counts
    /// there now.
    pub(crate) fn join_deadline(&mut self, case: CaseId, item: &mut Item, duty: DutyId) {
        let plan = self.plan;
        for (number, fold) in plan.cases[case].folds.iter().enumerate() {
            let FoldKind::Items { filter, during, counted_at: CountedAt::Deadline, of, .. } =
                &self.policy.folds[*fold].kind
            else {
                continue;
            };
            if condition(of).and_then(duty_read) != Some(self.policy.duties[duty].first) {
                continue;
            }
            let before = item
                .marks
                .iter()
                .position(|mark| mark.fold == number as u32 && mark.counted == Counted::Waiting);
            if let Some(mark) = before.map(|place| item.marks.remove(place)) {
                self.leave(case, item, *fold, mark.at);
            }
            let Some(late_from) = deadline_of(of, item, plan) else { continue };
            let at = crate::play::before(late_from);
            if self.inside(*during, at) {
                self.join(case, number as u32, *fold, filter.as_ref(), of, item, at);
            }
        }
    }

    /// A window no longer waits for an item.
    pub(crate) fn leave(&mut self, case: CaseId, item: &Item, fold: FoldId, at: Instant) {
        let FoldKind::Items { filter, .. } = &self.policy.folds[fold].kind else { return };
        let unplaced = {
            let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
            filter.as_ref().is_some_and(|filter| matches!(holds(filter, &env), Truth::Unknown(_)))
        };
        let group = self.plan.group_of_item(fold, case, item);
        let unplaced = unplaced || matches!(group, Group::Unread(_));
        let (window, place) = (self.policy.folds[fold].window, self.plan.fold_places[fold]);
        match (&group, self.open_window(window, at)) {
            (Group::None, _) => return,
            (Group::Of(_), Some(open)) => {
                if let Some(Gathered::Items(tally)) = open.gathered(place, &group) {
                    tally.leaves(unplaced);
                }
            }
            (Group::Of(_), None) => return,
            (Group::All | Group::Unread(_), _) => {
                let Some(tally) = self.tally(fold, at, &group) else { return };
                tally.leaves(unplaced);
            }
        }
        if self.sink.wants_behind() {
            self.sink.behind(Behind::Leaves { fold, subject: crate::duty::subject_of(case, item) });
        }
        let Some(open) = self.open_window(window, at) else { return };
        if let Group::Of(name) = &group {
            open.let_go_of(name);
        }
        let (over, index) = (open.over, open.window.index);
        if over {
            self.settle_window(window, index, &group);
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
                && duty.is_none_or(|duty| {
                    condition(of).and_then(duty_read) == Some(self.policy.duties[duty].first)
                });
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
        let at = self.counts_at(window, at);
        if self.open_ahead(window, at).is_none() {
            return;
        }
        let of_case = &self.policy.cases[case];
        let early = {
            let env = Things::item(self.agreement, self.plan, of_case, item);
            let filter = filter.filter(|filter| !reads_verdict(filter));
            filter.map_or(Truth::Yes, |filter| holds(filter, &env))
        };
        let group = self.plan.group_of_item(fold, case, item);
        let early = group.member(early);
        if early == Truth::No {
            return;
        }
        if self.plan.waits[fold] {
            if let Some(tally) = self.tally(fold, at, &group) {
                tally.waiting += 1;
                if let Truth::Unknown(causes) = early {
                    tally.doubt(causes).waiting_unplaced += 1;
                }
            }
            crate::behind::waits(self.sink, (fold, at, &group), Joins::Item(case, item));
            item.marks.push(Mark { fold: number, at, counted: Counted::Waiting });
            self.settle_marks(case, item);
            return;
        }
        let env = Things::item(self.agreement, self.plan, of_case, item);
        let member = group.member(filter.map_or(Truth::Yes, |filter| holds(filter, &env)));
        let add = Addition::of(of, &env, at, Some(item));
        let counted = match (&add, &member) {
            (_, Truth::No) => Counted::Settled,
            (Addition::Condition(truth), Truth::Yes) => counted_as(truth),
            (Addition::Condition(truth), Truth::Unknown(_)) => Counted::Unplaced(truth.known()),
            _ => Counted::Settled,
        };
        self.add((fold, at, &group), Joins::Item(case, item), member, add);
        if counted != Counted::Settled {
            item.marks.push(Mark { fold: number, at, counted });
        }
        self.grows(fold, at, &group);
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
            let FoldKind::Items { filter, of, open: undecided, .. } = &self.policy.folds[*fold].kind else {
                continue;
            };
            let of_case = &self.policy.cases[case];
            let env = Things::item(self.agreement, plan, of_case, item);
            let window = self.policy.folds[*fold].window;
            let group = plan.group_of_item(*fold, case, item);
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
                    let member = group.member(member);
                    let add = Addition::of(of, &env, mark.at, Some(item));
                    mark.counted = Counted::Settled;
                    let place = plan.fold_places[*fold];
                    let Some(open) = self.open_window(window, mark.at) else { continue };
                    let (over, index) = (open.over, open.window.index);
                    // What is not waited for counts for good as it was at the end of its window.
                    if over && *undecided != OpenItems::Wait {
                        continue;
                    }
                    if let Some(Gathered::Items(tally)) = open.gathered(place, &group) {
                        tally.leaves(matches!(member, Truth::Unknown(_)));
                    }
                    self.stays(*fold, mark.at, &group);
                    if self.sink.wants_behind() {
                        let subject = crate::duty::subject_of(case, item);
                        self.sink.behind(Behind::Leaves { fold: *fold, subject });
                    }
                    if concerned {
                        self.add((*fold, mark.at, &group), Joins::Item(case, item), member, add);
                    }
                    if over {
                        self.settle_window(window, index, &group);
                    }
                }
                Counted::Member(_) | Counted::Unknown | Counted::Unplaced(_) => {
                    let ItemFold::Share(condition) = of else { continue };
                    let truth = holds(condition, &env);
                    let who = Joins::Item(case, item);
                    let told = match mark.counted {
                        // That it is unknown whether it counts was told when it joined.
                        Counted::Unplaced(_) => None,
                        _ => crate::behind::counted(self.sink, (*fold, mark.at, &group), who, &truth),
                    };
                    let place = plan.fold_places[*fold];
                    let Some(open) = self.open_window(window, mark.at) else {
                        mark.counted = Counted::Settled;
                        continue;
                    };
                    if open.over {
                        mark.counted = Counted::Settled;
                        continue;
                    }
                    let Some(Gathered::Items(tally)) = open.gathered(place, &group) else { continue };
                    mark.counted = tally.counts_now(mark.counted, truth);
                    if let Some(told) = told {
                        self.sink.behind(told);
                    }
                }
            }
        }
        marks.retain(|mark| mark.counted != Counted::Settled);
        item.marks = marks;
    }
}

/// How a member of a share counts.
const fn counted_as(truth: &Truth) -> Counted {
    match truth.known() {
        Some(fulfills) => Counted::Member(fulfills),
        None => Counted::Unknown,
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
    plan.duties_on(item, duty).find_map(|duty| duty.late_from)
}

/// Whether every verdict that a condition reads is decided.
fn is_decided(condition: &Expr, env: &Things<'_>) -> bool {
    !crate::plan::find(condition, &|kind| match kind {
        servanda_policy::policy::ExprKind::Verdict(duty, _) => env.verdict(*duty) == Some(Verdict::Pending),
        _ => false,
    })
}

/// Counts what joins a fold.
fn count(tally: &mut Tally, member: Truth, add: Addition) {
    match member {
        Truth::No => {}
        Truth::Unknown(causes) => {
            let unsure = tally.doubt(causes);
            unsure.unplaced += 1;
            match add {
                Addition::Condition(Truth::Yes) => unsure.unplaced_fulfilling += 1,
                Addition::Condition(Truth::No) => unsure.unplaced_failing += 1,
                _ => {}
            }
        }
        Truth::Yes => add.into(tally),
    }
}
