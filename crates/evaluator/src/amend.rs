//! What was stored before an amendment, as the amended policy holds it: the things of later versions are taken out
//! and those of the new ones put in, none of which has begun.
//!
//! What cannot be known from a state is refused and not guessed.

use crate::instance::{Played, Stored};
use crate::items::Items;
use crate::plan::Plan;
use crate::play::{Play, Telling};
use crate::pot::Pot;
use crate::read::Nowhere;
use crate::snapshot::SnapshotError;
use crate::state::{Bound, BoundKind, LeafCount, OpenWindow, State};
use servanda_events::InputCounts;
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::{Id, Table};
use servanda_policy::policy::{
    CaseId, CountedAt, DutyId, Extent, FoldId, FoldKind, Life, Policy, Source, WindowId,
};
use servanda_policy::time::Instant;
use std::borrow::Cow;

impl Stored<'_> {
    /// The same under a policy of which only so many versions are those that it was stored with.
    ///
    /// # Errors
    /// When something of the amendment cannot be known from what is stored, or the state is none of the policy.
    pub(crate) fn amended(
        mut self,
        plan: &Plan,
        agreement: &Agreement,
        same: usize,
    ) -> Result<Self, SnapshotError> {
        let Some(common) = same.checked_sub(1).and_then(|last| plan.policy.versions.values().nth(last))
        else {
            return Ok(self);
        };
        let extent = &common.extent;
        looks_back(&plan.policy, extent)?;
        if self.facts().any(|fact| fact.event.index() >= extent.events) {
            return not_amendable("an event has arrived that only a version behind it knows");
        }
        if !reaches(&self.state.state, extent) {
            return Err(SnapshotError::Damaged("it does not fit its policy"));
        }
        let played = self.state.into_owned();
        if played.state.begun {
            remembers(plan, extent, same)?;
        }
        let common = take_out(played.state, plan, extent, same)?;
        let agreement = crate::ending::as_ended(agreement, &common);
        let state = put_in(common, plan, &agreement, extent, played.at)?;
        self.state = Cow::Owned(Played { state, ..played });
        Ok(self)
    }
}

/// What of the amendment cannot be known from what is stored.
fn not_amendable<T>(why: impl Into<String>) -> Result<T, SnapshotError> {
    Err(SnapshotError::NotAmendable(why.into()))
}

/// Refuses figures of new versions that count cases from before them by an instant that lies ahead of their beginning:
/// of those that are over nothing is kept.
fn looks_back(policy: &Policy, extent: &Extent) -> Result<(), SnapshotError> {
    for (_, fold) in policy.folds.iter().skip(extent.folds) {
        let FoldKind::Items { source: Source::Cases(case), counted_at, .. } = &fold.kind else { continue };
        let ahead = match (counted_at, &policy.cases[*case].life) {
            (CountedAt::Deadline, _) => true,
            (CountedAt::Beginning, Life::Begins(begin)) => begin.at.is_some(),
            _ => false,
        };
        if ahead {
            let name = &policy.cases[*case].name;
            return not_amendable(format!(
                "a figure counts each `{name}` at an instant that may lie after its end"
            ));
        }
    }
    Ok(())
}

/// Refuses what new versions read of the time before them that nothing has read so far.
fn remembers(plan: &Plan, extent: &Extent, same: usize) -> Result<(), SnapshotError> {
    let policy = &plan.policy;
    let before = crate::plan::remembered(policy, same);
    let forgotten = policy.measures.iter().find(|(id, measure)| {
        measure.window.index() < extent.windows && plan.remembered[*id] && !before[*id]
    });
    if let Some((_, measure)) = forgotten {
        let name = &measure.name;
        return not_amendable(format!("what `{name}` was in the windows before has not been kept"));
    }
    let before = crate::plan::runs(policy, same);
    let mut counted = policy.duties.ids().take(extent.duties);
    if let Some(duty) = counted.find(|duty| plan.runs[*duty].is_some() && before[*duty].is_none()) {
        let name = &policy.duties[duty].name;
        return not_amendable(format!("in which windows {name} was broken has not been kept"));
    }
    let before = crate::plan::reach(policy, &plan.runs, same);
    let further = |key: &DutyId| plan.reach.get(key) > before.get(key);
    let mut counted = policy.duties.ids().take(extent.duties);
    if let Some(duty) = counted.find(further) {
        let name = &policy.duties[duty].name;
        return not_amendable(format!("in which windows {name} was broken so long ago has not been kept"));
    }
    let (before, asked) =
        (crate::named::asked(policy, same), crate::named::asked(policy, policy.versions.len()));
    let mut judged = policy.duties.ids().take(extent.duties);
    if let Some(duty) = judged.find(|duty| asked[*duty] && !before[*duty]) {
        let name = &policy.duties[duty].name;
        return not_amendable(format!("what became of {name} on items that are over has not been kept"));
    }
    let before = crate::plan::timed(policy, same);
    let mut cases = policy.cases.ids().take(extent.cases);
    if let Some(case) = cases.find(|case| plan.timed[*case] && !before[*case]) {
        let name = &policy.cases[case].name;
        return not_amendable(format!("when each `{name}` was paused has not been kept"));
    }
    Ok(())
}

/// Whether the tables of a state are as long as the policy that it was stored with made them, or longer: a snapshot may
/// have been made by anybody. What else must fit is looked at when the state is whole again.
fn reaches(state: &State, extent: &Extent) -> bool {
    state.cases.len() >= extent.cases
        && state.windows.len() >= extent.windows
        && state.leaves.len() >= extent.folds
        && state.caps.len() >= extent.caps
}

/// A state without what belongs to versions behind an extent.
fn take_out(mut state: State, plan: &Plan, extent: &Extent, versions: usize) -> Result<State, SnapshotError> {
    let policy = &plan.policy;
    let lives =
        state.cases.values().skip(extent.cases).any(|items| items.slots().iter().any(Option::is_some));
    let opened = state.windows.values().skip(extent.windows).any(|open| !open.is_empty());
    let settled = state
        .seldom
        .fees
        .keys()
        .map(|(case, _)| case)
        .chain(state.seldom.set_off.keys().map(|(_, case)| case));
    let Pot { credits, unknown, waiting, told } = &*state.seldom.pot;
    let rest = credits.keys().map(|of| &of.0).chain(unknown.keys()).chain(waiting.keys().map(|of| &of.1));
    let by = credits.keys().map(|of| of.1).chain(waiting.keys().map(|of| of.2)).chain(told.keys().copied());
    let mut by = by.filter_map(|id| policy.consequences.find(id)).map(|of| of.clause);
    let by = by.any(|clause| policy.version_of(clause).index() >= versions);
    let mut paid = state.credit.keys().chain(settled).chain(rest);
    let paid = by || paid.any(|case| case.index() >= extent.cases);
    if lives || opened || paid {
        return not_amendable("something is open that only a version behind it knows");
    }
    state.cases = state.cases.values().take(extent.cases).cloned().collect();
    state.windows = state.windows.values().take(extent.windows).cloned().collect();
    state.leaves = state.leaves.values().take(extent.folds).cloned().collect();
    state.caps = state.caps.values().take(extent.caps).cloned().collect();
    state.windowed.retain(|duty, _| duty.index() < extent.duties);
    state.seldom.group_leaves.retain(|(fold, _), _| fold.index() < extent.folds);
    state.credit.retain(|case, _| case.index() < extent.cases);
    let known = |bound: &Bound| match &bound.kind {
        BoundKind::WindowOver { window, .. } | BoundKind::WindowBegins { window, .. } => {
            window.index() < extent.windows
        }
        BoundKind::WindowLate { duty, .. } => duty.index() < extent.duties,
        BoundKind::ItemLate { .. }
        | BoundKind::PeriodOver { .. }
        | BoundKind::PeriodBegins { .. }
        | BoundKind::TermOver
        | BoundKind::TermBegins
        | BoundKind::Alive { .. }
        | BoundKind::Forget { .. }
        | BoundKind::ClaimOver
        | BoundKind::Standing
        | BoundKind::Told
        | BoundKind::SetOff { .. }
        | BoundKind::Final { .. } => true,
    };
    state.agenda.retain(known);
    state.seldom.more.earned.retain(|id, _| {
        let clause = policy.consequences.find(*id).map(|of| of.clause);
        clause.is_some_and(|clause| policy.version_of(clause).index() < versions)
    });
    for (id, items) in state.cases.ids().collect::<Vec<_>>().into_iter().zip(state.cases.values_mut()) {
        let Some(of) = plan.cases.find(id) else { continue };
        let duties = of.duties.iter().filter(|duty| duty.index() < extent.duties).count();
        let folds = of.folds.iter().filter(|fold| fold.index() < extent.folds).count();
        let fields = extent.fields.get(id.index()).copied().unwrap_or(0);
        if policy.cases[id].fields.len() > fields && items.slots().iter().flatten().next().is_some() {
            let name = &policy.cases[id].name;
            return not_amendable(format!(
                "it reads a field that was not kept of each `{name}` that is open"
            ));
        }
        for item in items.items_mut() {
            item.duties.truncate(duties);
            item.fields.truncate(fields);
            item.marks.retain(|mark| (mark.fold as usize) < folds);
            item.alive.retain(|leaf| leaf.fold.index() < extent.folds);
        }
    }
    Ok(state)
}

/// A state with what belongs to the versions behind an extent, as it is before they begin.
fn put_in(
    mut state: State,
    plan: &Plan,
    agreement: &Agreement,
    extent: &Extent,
    at: Instant,
) -> Result<State, SnapshotError> {
    let policy = &plan.policy;
    for _ in extent.cases..policy.cases.len() {
        state.cases.push(Items::default());
    }
    for id in policy.windows.ids().skip(extent.windows) {
        state.windows.push(std::collections::VecDeque::new());
        let first = agreement.windows.get(id.index()).and_then(|windows| windows.first());
        if let (Some(first), true) = (first, state.begun) {
            let kind = BoundKind::WindowBegins { window: id, index: first.index };
            state.agenda.insert(Bound { at: first.start, kind });
        }
    }
    for _ in extent.caps..policy.caps.len() {
        state.caps.push(std::collections::BTreeMap::new());
    }
    for leaves in plan.leaves.values().skip(extent.folds) {
        state.leaves.push(vec![LeafCount::default(); leaves.len()].into());
    }
    if state.begun && !plan.standing.is_empty() {
        let starts = agreement.versions.iter().filter(|start| **start >= at);
        state.agenda.extend(starts.map(|start| Bound { at: *start, kind: BoundKind::Standing }));
    }
    governed(&state.windows, agreement)?;
    let duties: Vec<usize> = plan.cases.values().map(|case| case.duties.len()).collect();
    for (items, duties) in state.cases.values_mut().zip(duties) {
        for item in items.items_mut() {
            item.duties.resize_with(duties, crate::duty::unconcerned);
        }
    }
    hold_on(&mut state, plan, agreement, FoldId::at(extent.folds), at);
    Ok(state)
}

/// Refuses windows that have been opened ahead and are now another version's: what counts in them counts elsewhere.
fn governed(
    windows: &Table<WindowId, std::collections::VecDeque<OpenWindow>>,
    agreement: &Agreement,
) -> Result<(), SnapshotError> {
    for (id, open) in windows.iter() {
        let of = agreement.windows.get(id.index());
        let gone = open.iter().find(|open| {
            let is = of.and_then(|of| of.window(open.window.index));
            is != Some(open.window)
        });
        if let Some(gone) = gone {
            let label = gone.window.label(&agreement.zone);
            return not_amendable(format!("something has been counted ahead in {label}"));
        }
    }
    Ok(())
}

/// Items that are alive hold on the leaves of new figures over time.
fn hold_on(state: &mut State, plan: &Plan, agreement: &Agreement, from: FoldId, at: Instant) {
    let mut counts = InputCounts::default();
    let mut nowhere = Nowhere;
    let cases: Vec<CaseId> = state.cases.ids().collect();
    let mut play = Play::new(plan, agreement, state, &mut nowhere, &mut counts, Telling::Complete);
    play.moment(at, at);
    for case in cases {
        for slot in 0..play.state.cases[case].slots().len() as u32 {
            let Some(birth) = play.state.cases[case].get(slot).map(|item| item.birth) else { continue };
            play.with_item(case, slot, birth, |play, item| {
                // What is not yet alive will hold on all of them.
                let since = crate::clock::instant_of(agreement, item.start).unwrap_or(item.born);
                if since < at {
                    play.holds_on(case, item, from);
                }
            });
        }
    }
}
