//! Time goes on in one instance: the moments in order, and at each of them what ends, what begins, what happens.
//!
//! A moment's entries are asked for while it is played and booked when it is over, in their own order, so that
//! caps do not depend on the order in which breaches were found.

use crate::debt::Paid;
use crate::money::Asked;
use crate::outcome::Sink;
use crate::plan::Plan;
use crate::silence::Silent;
use crate::state::{Bound, BoundKind, Item, State};
use compact_str::CompactString;
use servanda_events::{Fact, InputCounts};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{CaseId, ConsequenceId, FoldId, Policy, WindowId};
use servanda_policy::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// When verdicts and accruals are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Once, when nothing can be added to them any more but by what comes late.
    Complete,
    /// As soon as they are decided, and again when more is known of them.
    Prompt,
}

/// What a moment is played with.
pub(crate) struct Play<'a, S: Sink> {
    pub(crate) plan: &'a Plan,
    pub(crate) policy: &'a Policy,
    pub(crate) agreement: &'a Agreement,
    pub(crate) state: &'a mut State,
    pub(crate) sink: &'a mut S,
    pub(crate) counts: &'a mut InputCounts,
    pub(crate) telling: Telling,
    /// The instant that is played.
    pub(crate) now: Instant,
    /// To which instant it is dated: what ends at an instant, to the one before.
    pub(crate) stamp: Instant,
    /// From when what is played is known: as it is dated, and of what was overdue when it began, its beginning.
    pub(crate) known: Instant,
    pub(crate) asked: Vec<Asked>,
    /// What may have been earned back at this instant.
    pub(crate) turned: Vec<ConsequenceId>,
    /// Folds that something has joined at this instant, and where.
    pub(crate) grown: Vec<(FoldId, Instant, Option<CompactString>)>,
    /// Debts that have been charged at this instant.
    pub(crate) charged: Vec<(CaseId, u32)>,
    /// Cases on whose debts something has come to be owed while something was left of payments or credits.
    pub(crate) owing: BTreeSet<CaseId>,
    /// What credits have paid at this instant of principals, or is paid out of them.
    pub(crate) paid: BTreeMap<ConsequenceId, Paid>,
    /// The window that has been taken out of the state to be settled.
    pub(crate) settling: Option<(WindowId, i32)>,
    /// The group alone that is concerned by what settles a window.
    pub(crate) concerned: Option<CompactString>,
    /// Windows that have ended at this instant and wait for the others that end with them.
    pub(crate) closing: Vec<(WindowId, i32)>,
    /// What counts as done at this instant, because somebody was silent.
    pub(crate) silent: Vec<Silent>,
    /// Items that have begun at this instant, where something is suspended.
    pub(crate) newborn: Vec<(CaseId, u32, u64)>,
    /// The first instant after the end, where somebody ends the agreement at this instant.
    pub(crate) nearer: Option<Instant>,
}

impl<'a, S: Sink> Play<'a, S> {
    pub(crate) fn new(
        plan: &'a Plan,
        agreement: &'a Agreement,
        state: &'a mut State,
        sink: &'a mut S,
        counts: &'a mut InputCounts,
        telling: Telling,
    ) -> Self {
        Play {
            plan,
            policy: &plan.policy,
            agreement,
            state,
            sink,
            counts,
            telling,
            now: Instant::MIN,
            stamp: Instant::MIN,
            known: Instant::MIN,
            asked: Vec::new(),
            turned: Vec::new(),
            grown: Vec::new(),
            charged: Vec::new(),
            owing: BTreeSet::new(),
            paid: BTreeMap::new(),
            settling: None,
            concerned: None,
            closing: Vec::new(),
            silent: Vec::new(),
            newborn: Vec::new(),
            nearer: None,
        }
    }

    /// Plays everything that is dated before `until`, or up to the instant at which somebody brings the end of the
    /// agreement nearer: then it hands back that end, and the facts that are left. The facts are admitted, in the order of
    /// their instants, and all of them lie before `until`.
    pub(crate) fn run<'f>(&mut self, facts: &'f [Fact], until: Instant) -> Option<(Instant, &'f [Fact])> {
        let mut rest = facts;
        while let Some(first) = rest.first() {
            let at = first.at;
            self.reach(at, true);
            let same = rest.iter().take_while(|fact| fact.at == at).count();
            let (group, later) = rest.split_at(same);
            self.moment(at, at);
            self.facts(group);
            self.book();
            self.pass();
            rest = later;
            if let Some(end) = self.nearer.take()
                && self.agreement.end.is_none_or(|own| end < own)
            {
                return Some((end, rest));
            }
        }
        self.reach(until, false);
        None
    }

    /// Fires the bounds before `until` and what ends there, which is dated to the instant before; what begins there
    /// only where facts of that instant follow.
    fn reach(&mut self, until: Instant, with_beginnings: bool) {
        while let Some(bound) = self.state.agenda.first() {
            let reached = bound.at < until || (bound.at == until && (bound.kind.ends() || with_beginnings));
            if !reached {
                break;
            }
            let Some(bound) = self.state.agenda.pop_first() else { break };
            let (at, ends) = (bound.at, bound.kind.ends());
            self.moment(at, if ends { before(at) } else { at });
            match bound.kind {
                kind @ BoundKind::ItemLate { .. } if self.plan.any_extends => self.deadlines(at, kind),
                kind @ (BoundKind::PeriodBegins { .. } | BoundKind::PeriodOver { .. }) => {
                    self.periods(at, kind);
                }
                kind => self.fire(kind),
            }
            // Bounds of one class at one instant are one moment.
            let next = self.state.agenda.first().filter(|next| next.at == at && next.kind.ends() == ends);
            if !next.is_some_and(|next| matches!(next.kind, BoundKind::ItemLate { .. })) {
                self.silence_at_deadlines();
                self.end_suspensions();
            }
            let goes_on =
                self.state.agenda.first().is_some_and(|next| next.at == at && next.kind.ends() == ends);
            if !goes_on {
                self.crossings();
                self.settle_closing();
                self.book();
                // Where events of this instant follow, they come first.
                if !ends && at < until {
                    self.pass();
                }
            }
        }
    }

    /// The deadlines of one instant: what delays others comes before what it extends, whose clock stands still then.
    fn deadlines(&mut self, at: Instant, first: BoundKind) {
        let mut late = vec![first];
        while let Some(next) = self.state.agenda.first()
            && next.at == at
            && matches!(next.kind, BoundKind::ItemLate { .. })
        {
            late.extend(self.state.agenda.pop_first().map(|bound| bound.kind));
        }
        late.sort_by_cached_key(|kind| match kind {
            BoundKind::ItemLate { case, duty, .. } => {
                let id = self.plan.cases[*case].duties.get(*duty as usize);
                id.map(|id| self.plan.delay_ranks[*id])
            }
            _ => None,
        });
        for kind in late {
            let BoundKind::ItemLate { case, slot, birth, duty } = kind else { continue };
            self.with_item(case, slot, birth, |play, item| {
                if item.duties.get(duty as usize).is_some_and(|it| it.late_from == Some(at)) {
                    play.item_late(case, slot, item, duty);
                }
            });
        }
    }

    /// The periods of one instant that share limits pass them in the order in which entries do: by clause, beginning, key.
    fn periods(&mut self, at: Instant, first: BoundKind) {
        let begins = |kind: &BoundKind| matches!(kind, BoundKind::PeriodBegins { .. });
        let is_alike = |kind: &BoundKind| match kind {
            BoundKind::PeriodBegins { .. } => begins(&first),
            BoundKind::PeriodOver { .. } => !begins(&first),
            _ => false,
        };
        let mut kinds = vec![first.clone()];
        while let Some(next) = self.state.agenda.first()
            && next.at == at
            && is_alike(&next.kind)
        {
            kinds.extend(self.state.agenda.pop_first().map(|bound| bound.kind));
        }
        if kinds.len() > 1 {
            kinds.sort_by_cached_key(|kind| match kind {
                BoundKind::PeriodBegins { case, slot, duty, accrual, .. }
                | BoundKind::PeriodOver { case, slot, duty, accrual, .. } => {
                    let item = self.state.cases[*case].get(*slot)?;
                    let id = item.duties.get(*duty as usize)?.accruals.get(*accrual as usize)?.consequence;
                    let clause = self.plan.clause_ranks[self.policy.consequences[id].clause];
                    Some((clause, item.born, item.key.clone(), id))
                }
                _ => None,
            });
        }
        for kind in kinds {
            self.fire(kind);
        }
    }

    pub(crate) fn moment(&mut self, now: Instant, stamp: Instant) {
        self.now = now;
        self.stamp = stamp;
        self.known = self.known.max(stamp);
    }

    pub(crate) fn fire(&mut self, bound: BoundKind) {
        match bound {
            BoundKind::ItemLate { case, slot, birth, duty } => {
                self.with_item(case, slot, birth, |play, item| play.item_late(case, slot, item, duty));
            }
            BoundKind::WindowLate { duty, index } => self.window_late(duty, index),
            BoundKind::WindowOver { window, index } => self.window_over(window, index),
            BoundKind::WindowBegins { window, index } => self.window_begins(window, index),
            BoundKind::TermBegins => self.term_begins(),
            BoundKind::TermOver => self.term_over(),
            BoundKind::PeriodOver { case, slot, birth, duty, accrual }
            | BoundKind::PeriodBegins { case, slot, birth, duty, accrual } => {
                self.with_item(case, slot, birth, |play, item| {
                    play.book_period(case, slot, item, duty, accrual)
                });
            }
            BoundKind::ClaimOver => self.claims_over(),
            // What holds is asked for when the instant is over.
            BoundKind::Standing => {}
            BoundKind::SetOff { case } => self.set_off(case),
            BoundKind::Told => self.hours_begin(),
            BoundKind::Final { case, slot, birth } => {
                self.with_item(case, slot, birth, |play, item| play.is_final(case, slot, item));
            }
            BoundKind::Alive { case, slot, birth } => {
                self.with_item(case, slot, birth, |play, item| play.comes_alive(case, item));
            }
            BoundKind::Forget { case, slot, birth } => {
                self.with_item(case, slot, birth, |play, item| play.forget(case, slot, item));
            }
        }
    }

    /// Does something to an item, if it is still the one of that birth, and lets it go if nothing holds it.
    pub(crate) fn with_item(
        &mut self,
        case: CaseId,
        slot: u32,
        birth: u64,
        act: impl FnOnce(&mut Self, &mut Item),
    ) {
        if self.state.cases[case].get(slot).is_none_or(|item| item.birth != birth) {
            return;
        }
        let Some(mut item) = self.state.cases[case].take(slot) else { return };
        act(self, &mut item);
        self.keep_or_let_go(case, slot, item);
    }

    /// Puts an item back, unless it is over and nothing can concern it any more.
    pub(crate) fn keep_or_let_go(&mut self, case: CaseId, slot: u32, mut item: Box<Item>) {
        if item.debt.is_some() {
            crate::debt::place(self.plan, &mut self.state.cases[case], case, slot, &mut item);
        }
        let held = !item.over
            || item.duties.iter().any(crate::duty::still_open)
            || self.closed_since(case, &item).is_some();
        if held {
            self.state.cases[case].put(slot, item);
        } else {
            self.tell_item(case, &mut item, None);
            self.state.cases[case].release(slot);
            if self.plan.any_extends {
                self.state.seldom.more.forget(case, item.birth);
            }
        }
    }

    pub(crate) fn arm(&mut self, at: Instant, kind: BoundKind) {
        self.state.agenda.insert(Bound { at, kind });
    }
}

/// The instant before.
pub(crate) fn before(at: Instant) -> Instant {
    at.previous()
}
