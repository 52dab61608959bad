//! Delays that extend: while a duty on one item is late and not done, the clocks of duties on the item that it names
//! stand still.

use crate::duty::evidence;
use crate::outcome::{Evidence, Sink};
use crate::play::Play;
use crate::state::{Hold, Item, More, Place};
use servanda_events::{Fact, FieldValue};
use servanda_policy::policy::{CaseId, Verdict as Kind};
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

impl<S: Sink> Play<'_, S> {
    /// A duty on an item has become late: what its delay extends stands still from its deadline on.
    pub(crate) fn delays(&mut self, case: CaseId, slot: u32, item: &mut Item, number: u32) {
        self.prolongs(case, item, number);
        let plan = self.plan;
        let Some(id) = plan.cases[case].duties.get(number as usize) else { return };
        let late = item.duties.get(number as usize).is_some_and(|duty| duty.verdict == Some(Kind::Broken));
        if plan.extends[*id].is_empty() || !late || item.over {
            return;
        }
        let own = (case, item.birth, number);
        for (extended, field) in &plan.extends[*id] {
            let place = plan.duty_places[*extended];
            let by = item.opened_by.clone();
            // One duty on the item delays another one.
            let Some(field) = field else {
                if let Some(held) = self.hold(case, slot, item, place, by) {
                    self.state.seldom.more.delays.entry(own).or_default().push(held);
                }
                continue;
            };
            let Some(FieldValue::Text(key)) = item.fields.get(*field as usize) else { continue };
            let Some(of) = case_of(self.policy, *extended) else { continue };
            let Some(other) = self.state.cases[of].slot_of(key) else { continue };
            let Some(birth) = self.state.cases[of].get(other).map(|item| item.birth) else { continue };
            self.with_item(of, other, birth, |play, item| {
                if let Some(held) = play.hold(of, other, item, place, by) {
                    play.state.seldom.more.delays.entry(own).or_default().push(held);
                }
            });
        }
    }

    /// What was late is done, or over: what its delay extended goes on.
    pub(crate) fn delay_is_over(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        number: u32,
        by: Option<&Fact>,
    ) {
        self.prolongs_no_more(case, item, number);
        let own = (case, item.birth, number);
        for held in self.state.seldom.more.delays.remove(&own).unwrap_or_default() {
            self.let_go_on(held, Some((case, slot, item)), by);
        }
    }

    /// The clock of a pending duty on an item stands still from now on.
    pub(crate) fn hold(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        number: usize,
        by: Option<Evidence>,
    ) -> Option<Place> {
        let pending = item.duties.get(number).is_some_and(|duty| duty.verdict == Some(Kind::Pending));
        // What was late before it began has not delayed it.
        if !pending || item.born > self.stamp {
            return None;
        }
        let held: Place = (case, item.birth, number as u32);
        let paused = self.paused_since(case, item, number);
        let stands = self.is_held(case, item, number);
        if !stands && paused.is_none() {
            let at = self.stamp;
            self.stop_clock(case, slot, item, number, at);
        }
        let since = paused.unwrap_or(self.stamp);
        let hold = self.state.seldom.more.holds.entry(held).or_insert(Hold {
            slot,
            delays: 0,
            since: None,
            by: Vec::new(),
        });
        hold.delays += 1;
        hold.since = hold.since.or(Some(since));
        hold.by.extend(by);
        self.set_deadline(case, slot, item, number);
        Some(held)
    }

    /// One thing less for which the clock of a duty on an item stands still: where it is the last, it goes on. The item
    /// can be the one at hand.
    pub(crate) fn let_go_on(
        &mut self,
        held: Place,
        at_hand: Option<(CaseId, u32, &mut Item)>,
        by: Option<&Fact>,
    ) {
        let Some(hold) = self.state.seldom.more.holds.get_mut(&held) else { return };
        hold.delays = hold.delays.saturating_sub(1);
        hold.by.extend(by.map(evidence));
        if hold.delays > 0 {
            return;
        }
        let ((of, birth, _), other) = (held, hold.slot);
        match at_hand {
            Some((case, slot, item)) if (case, item.birth) == (of, birth) => {
                self.held_no_more(held, slot, item);
            }
            _ => self.with_item(of, other, birth, |play, item| play.held_no_more(held, other, item)),
        }
    }

    fn held_no_more(&mut self, held: Place, slot: u32, item: &mut Item) {
        if self.paused_since(held.0, item, held.2 as usize).is_some() {
            return;
        }
        let since = self.state.seldom.more.holds.get_mut(&held).and_then(|hold| hold.since.take());
        if let Some(since) = since {
            self.start_clock(held.0, slot, item, held.2 as usize, since);
        }
    }

    /// Whether a delay holds a duty on an item.
    pub(crate) fn is_held(&self, case: CaseId, item: &Item, number: usize) -> bool {
        let held = (case, item.birth, number as u32);
        self.state.seldom.more.holds.get(&held).is_some_and(|hold| hold.delays > 0)
    }
}

impl More {
    /// What has extended a duty stands among what its verdict rests on, and what follows from it. What happened after
    /// it was decided has extended nothing.
    pub(crate) fn extend_evidence(
        &self,
        place: Place,
        decided: Option<Instant>,
        evidence: &mut Vec<Evidence>,
    ) {
        let Some(hold) = self.holds.get(&place) else { return };
        for by in hold.by.iter().filter(|by| decided.is_none_or(|at| by.at < at)) {
            if !evidence.contains(by) {
                evidence.push(by.clone());
            }
        }
    }

    /// An item is gone for good, and what was remembered of it.
    pub(crate) fn forget(&mut self, case: CaseId, birth: u64) {
        remove(&mut self.holds, case, birth);
        remove(&mut self.delays, case, birth);
    }
}

/// Removes what is kept for the duties on an item.
fn remove<T>(kept: &mut BTreeMap<Place, T>, case: CaseId, birth: u64) {
    let places = kept.range((case, birth, 0)..=(case, birth, u32::MAX));
    let places: Vec<Place> = places.map(|(place, _)| *place).collect();
    for place in places {
        kept.remove(&place);
    }
}

/// The case on whose items a duty is.
fn case_of(policy: &servanda_policy::Policy, duty: servanda_policy::policy::DutyId) -> Option<CaseId> {
    match &policy.duties[duty].form {
        servanda_policy::policy::Form::Do { case, .. } => Some(*case),
        _ => None,
    }
}
