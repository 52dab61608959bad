//! What is counted of windows one behind the other: misses, enough of them, and what is earned back.

use super::World;
use super::duty::Judged;
use super::expression::Scope;
use super::value::{Maybe, round, whole};
use servanda_evaluator::outcome::Entry;
use servanda_policy::policy::{DutyId, Effect, Form, Running, Signal, Verdict as Kind};
use servanda_policy::time::Instant;

impl World<'_> {
    /// What became of a duty in its windows, in every version with windows of the same cut, as it was decided.
    fn decided_in_windows(&self, duty: DutyId) -> Vec<Judged<'_>> {
        let window_of = |duty: DutyId| match &self.policy.duties[duty].form {
            Form::Keep { measure, .. } => Some(self.policy.windows[self.policy.measures[*measure].window]),
            Form::DoEach { window, .. } => Some(self.policy.windows[*window]),
            _ => None,
        };
        let mut decided: Vec<Judged<'_>> = Vec::new();
        for (id, other) in self.policy.duties.iter() {
            if other.first == self.policy.duties[duty].first && window_of(id) == window_of(duty) {
                decided.extend(self.verdicts(id).into_iter().filter(|it| it.verdict.at.is_some()));
            }
        }
        decided.sort_by_key(|it| (it.verdict.at, it.window.expect("it is about a window").index));
        decided
    }

    /// How many breaches in a row there are with the one in a window that is decided at an instant.
    pub(super) fn misses_running(&self, duty: DutyId, index: i32, at: Instant) -> i128 {
        let mut misses = 1;
        let known = self.decided_in_windows(duty);
        for before in (i32::MIN..index).rev() {
            let here = known.iter().find(|it| it.window.is_some_and(|window| window.index == before));
            match here.filter(|it| it.verdict.at <= Some(at)).map(|it| it.verdict.verdict) {
                Some(Kind::Broken) => misses += 1,
                Some(kind) if passes(kind) => {}
                _ => break,
            }
        }
        misses
    }

    /// The part that goes back of each amount that followed a breach, at the first instant at which there are as many
    /// windows kept one behind the other, all of them behind the one of the breach.
    pub(super) fn earned_back(&self, entries: &[Entry]) -> Vec<Entry> {
        let mut back = Vec::new();
        for (id, consequence) in self.policy.consequences.iter() {
            let (Signal::Kept(kept), Effect::Entry(rule)) = (&consequence.on, &consequence.effect) else {
                continue;
            };
            let decided = self.decided_in_windows(kept.duty);
            for entry in entries.iter().filter(|it| it.consequence == kept.of && it.amount != Some(0)) {
                let broken = entry.window.expect("it is about a window").index;
                let known_by = |at: Instant| {
                    let mut behind: Vec<(i32, Kind)> = decided
                        .iter()
                        .filter(|it| it.verdict.at <= Some(at))
                        .map(|it| (it.window.expect("it is about a window").index, it.verdict.verdict))
                        .filter(|it| it.0 > broken && !passes(it.1))
                        .collect();
                    behind.sort_by_key(|it| it.0);
                    behind
                };
                // Between two that are kept there may only be windows that do not apply.
                let gap = |from: i32, to: i32, at: Instant| {
                    (from + 1..to).any(|index| {
                        !decided.iter().any(|it| {
                            it.window.is_some_and(|window| window.index == index)
                                && passes(it.verdict.verdict)
                                && it.verdict.at <= Some(at)
                        })
                    })
                };
                let earned_at = |at: Instant| {
                    let behind = known_by(at);
                    behind.windows(kept.count as usize).any(|run| {
                        run.iter().all(|it| it.1 == Kind::Kept)
                            && run.windows(2).all(|pair| !gap(pair[0].0, pair[1].0, at))
                    })
                };
                let instants = decided.iter().filter_map(|it| it.verdict.at).map(|at| at.max(entry.at));
                let Some(at) = instants.filter(|at| earned_at(*at)).min() else { continue };
                let share = self.value(&rule.amount, Scope::none(at));
                let share = share.as_number().expect("a share").clone();
                let gross = entry.amount.map(|passed| round(&(share * whole(passed)), rule.rounding));
                let because =
                    if gross.is_none() { Maybe::failed(rule.amount.span).causes() } else { Vec::new() };
                back.push(Entry {
                    consequence: id,
                    debtor: entry.creditor,
                    creditor: entry.debtor,
                    at,
                    gross,
                    amount: gross,
                    capped_by: None,
                    because,
                    evidence: Vec::new(),
                    ..entry.clone()
                });
            }
        }
        back
    }

    /// The breaches with which there are as many as something arises from, in the order in which they were decided.
    pub(super) fn turning_true(&self, running: &Running) -> Vec<Judged<'_>> {
        let index = |it: &Judged<'_>| it.window.expect("it is about a window").index;
        let decided = self.decided_in_windows(running.duty);
        let mut known: Vec<(i32, Kind)> = Vec::new();
        let mut found = Vec::new();
        for judged in decided {
            let own = index(&judged);
            known.push((own, judged.verdict.verdict));
            if judged.verdict.verdict != Kind::Broken {
                continue;
            }
            let verdict_of = |index: i32| known.iter().find(|it| it.0 == index).map(|it| it.1);
            let enough = match running.of {
                None => {
                    let run = |step: i32| {
                        let mut count = 0;
                        let mut at = own + step;
                        while let Some(kind @ (Kind::Broken | Kind::NotApplicable | Kind::Excused)) =
                            verdict_of(at)
                        {
                            count += u32::from(kind == Kind::Broken);
                            at += step;
                        }
                        count
                    };
                    let (before, behind) = (run(-1), run(1));
                    before.max(behind) < running.count && before + behind + 1 >= running.count
                }
                Some(of) => {
                    let holds = |known: &[(i32, Kind)]| {
                        let last = known.iter().map(|it| it.0).max();
                        let among = |index: i32| last.is_some_and(|last| last - index < of as i32);
                        let broken = known.iter().filter(|it| it.1 == Kind::Broken && among(it.0)).count();
                        broken >= running.count as usize
                    };
                    holds(&known) && !holds(&known[..known.len() - 1])
                }
            };
            if enough {
                found.push(judged);
            }
        }
        found
    }
}

/// Whether a window neither counts nor interrupts.
const fn passes(verdict: Kind) -> bool {
    matches!(verdict, Kind::NotApplicable | Kind::Excused)
}
