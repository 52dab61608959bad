//! The outcome of one instance as of an instant: what has not left yet, as it stands.

use crate::environment::{InWindow, Standing};
use crate::expression::Environment;
use crate::outcome::{ClaimStanding, Sink, Verdict};
use crate::plan::Plan;
use crate::play::{Play, Telling};
use crate::state::{OpenWindow, State};
use crate::windows::{figure_of, subject_in};
use servanda_events::InputCounts;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Form, Life, MeasureId, Verdict as Kind};
use servanda_policy::time::Instant;
use std::borrow::Cow;

/// Hands over what is open in a state that has been played up to `as_of`: verdicts that are pending or wait for a
/// late act, figures of windows that go on or wait for items, accruals that run. The state stays as it is.
pub(crate) fn read(
    plan: &Plan,
    agreement: &Agreement,
    state: &mut State,
    as_of: Instant,
    sink: &mut impl Sink,
) {
    let policy = &plan.policy;
    let standing = standing(plan, agreement, state, as_of);
    let all = policy.windows.ids().flat_map(|id| state.windows[id].iter().map(move |open| (id, open)));
    let views = all.flat_map(|(id, open)| {
        let whole = plan.grouping(id).is_none().then_some(Cow::Borrowed(open));
        let groups = if whole.is_none() { open.views() } else { Vec::new() };
        whole.into_iter().chain(groups.into_iter().map(Cow::Owned)).map(move |open| (id, open))
    });
    for (id, open) in views {
        let open = &*open;
        if open.window.start >= as_of {
            continue;
        }
        let env = InWindow { agreement, plan, open, state, at: as_of, standing: &standing };
        if sink.wants_behind() {
            let of = &plan.windows[id];
            let measures = of.measures.iter().zip(&open.figures).filter(|(_, figure)| figure.is_none());
            let measures: Vec<_> = measures.map(|(measure, _)| *measure).collect();
            crate::behind::tell_open(&env, &of.folds, &measures, sink);
        }
        for (place, measure) in plan.windows[id].measures.iter().enumerate() {
            if open.figures.get(place).is_some_and(Option::is_none) {
                sink.figure(figure_of(&env, *measure, true));
            }
        }
        for (place, duty) in plan.windows[id].keeps.iter().enumerate() {
            if open.keeps.get(place).is_none_or(Option::is_some) || policy.duties[*duty].silent {
                continue;
            }
            sink.verdict(Verdict {
                duty: *duty,
                subject: subject_in(id, open),
                verdict: Kind::Pending,
                at: None,
                late_from: None,
                done_at: None,
                because: Vec::new(),
                evidence: Vec::new(),
            });
        }
    }
    for (duty, list) in &*state.windowed {
        let Form::DoEach { window, .. } = &policy.duties[*duty].form else { continue };
        for instance in list.iter().filter(|instance| instance.window.start < as_of) {
            let excusing = state.excusing(plan, *duty, instance);
            sink.verdict(crate::duty::windowed_verdict(*duty, *window, instance, excusing));
        }
    }
    for case in policy.cases.ids() {
        for slot in 0..state.cases[case].slots().len() as u32 {
            let Some(item) = state.cases[case].get(slot) else { continue };
            let implicit = matches!(policy.cases[case].life, Life::Implicit);
            for (number, id) in plan.cases[case].duties.iter().enumerate() {
                let Some(duty) = item.duties.get(number) else { continue };
                if duty.told || (implicit && item.over) {
                    continue;
                }
                if let Some(mut verdict) = crate::duty::verdict_of(plan, *id, case, item, duty) {
                    let place = (case, item.birth, number as u32);
                    state.seldom.more.extend_evidence(place, verdict.at, &mut verdict.evidence);
                    sink.verdict(verdict);
                }
            }
        }
    }
    for claim in state.seldom.more.claims.iter() {
        if let Some(claim) = crate::claim::told(policy, claim, ClaimStanding::Open) {
            sink.claim(claim);
        }
    }
    let accruals = open_accruals(plan, agreement, state, as_of);
    for entry in accruals {
        sink.entry(entry);
    }
    if sink.wants_behind() {
        crate::open::tell(plan, agreement, state, as_of, sink);
    }
}

/// The figures that are not final and that windows behind them read.
fn standing(plan: &Plan, agreement: &Agreement, state: &State, at: Instant) -> Standing {
    let mut standing = Standing::new();
    let read = plan.remembered.iter().filter(|(_, remembered)| **remembered);
    let mut waiting: Vec<(i32, MeasureId, &OpenWindow)> = Vec::new();
    for (measure, _) in read {
        let list = &state.windows[plan.policy.measures[measure].window];
        waiting.extend(list.iter().map(|open| (open.window.index, measure, open)));
    }
    // What a figure reads of the window before is there when its own window comes.
    waiting.sort_by_key(|(index, measure, _)| (*index, *measure));
    for (index, measure, open) in waiting {
        let figure = InWindow { agreement, plan, open, state, at, standing: &standing }.measure(measure);
        standing.insert((measure, index), figure);
    }
    standing
}

/// The entries of accruals that run, as of an instant.
fn open_accruals(
    plan: &Plan,
    agreement: &Agreement,
    state: &mut State,
    as_of: Instant,
) -> Vec<crate::outcome::Entry> {
    let mut counts = InputCounts::default();
    let mut nowhere = Nowhere;
    let play = Play::new(plan, agreement, state, &mut nowhere, &mut counts, Telling::Complete);
    let mut entries = Vec::new();
    for case in plan.policy.cases.ids() {
        for item in play.state.cases[case].slots().iter().flatten() {
            for (number, duty) in item.duties.iter().enumerate() {
                for accrual in duty.accruals.iter().filter(|accrual| !accrual.told) {
                    entries.extend(play.accrual_entry(case, item, number, accrual, as_of));
                }
            }
        }
    }
    entries
}

/// Takes nothing.
pub(crate) struct Nowhere;

impl Sink for Nowhere {
    fn verdict(&mut self, _: Verdict) {}
    fn figure(&mut self, _: crate::outcome::Figure) {}
    fn entry(&mut self, _: crate::outcome::Entry) {}
    fn notice(&mut self, _: crate::outcome::Notice) {}
    fn problem(&mut self, _: servanda_events::Problem) {}
}
