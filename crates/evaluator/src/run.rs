//! What arises from several breaches: so many windows one behind the other, or so many of the last ones.

use crate::environment::Things;
use crate::expression::Truth;
use crate::money::About;
use crate::outcome::Sink;
use crate::play::Play;
use crate::state::OpenWindow;
use servanda_policy::policy::{DutyId, Running, Signal, Verdict};
use servanda_policy::time::Window;
use std::collections::BTreeMap;

impl<S: Sink> Play<'_, S> {
    /// What became of a duty in a window is counted, where something arises from so many breaches.
    pub(crate) fn counts_window(
        &mut self,
        duty: DutyId,
        window: &Window,
        verdict: Verdict,
        open: Option<&OpenWindow>,
    ) {
        let plan = self.plan;
        let Some(key) = plan.runs[duty] else { return };
        let run = self.state.more.runs.entry(key).or_default();
        run.insert(window.index, verdict);
        self.turned |= matches!(verdict, Verdict::Kept | Verdict::NotApplicable | Verdict::Excused);
        if verdict != Verdict::Broken {
            return;
        }
        let version = self.agreement.version_at(window.start);
        let listed = plan.running.get(&key).into_iter().flatten();
        let enough: Vec<_> = listed
            .filter_map(|consequence| {
                let of = &self.policy.consequences[*consequence];
                let Signal::Running(running) = &of.on else { return None };
                let turns =
                    self.policy.version_of(of.clause) == version && turns_true(run, window.index, running);
                turns.then_some((consequence, of, running))
            })
            .collect();
        for (consequence, of, running) in enough {
            let subject = crate::windows::subject_of(running.window, window);
            match open {
                Some(open) => {
                    let holds = {
                        let env = self.in_window(open);
                        of.only.as_ref().map_or(Truth::Yes, |only| crate::expression::holds(only, &env))
                    };
                    self.arises_in_window(*consequence, holds, subject, open);
                }
                None => {
                    let asked = {
                        let env = Things::none(self.agreement, plan);
                        let about = About {
                            subject: subject.clone(),
                            born: window.start,
                            window: Some(*window),
                            late_from: None,
                            evidence: Vec::new(),
                            env: &env,
                        };
                        self.ask(*consequence, &about)
                    };
                    self.arises_for(*consequence, Truth::Yes, asked, subject);
                }
            }
        }
    }

    /// How many breaches in a row there are with the one of a duty in a window; none where nothing asks for it.
    pub(crate) fn misses_running(&self, duty: DutyId, window: &Window) -> Option<u32> {
        let key = self.plan.runs[duty]?;
        let before = self.state.more.runs.get(&key);
        let before = before.map_or(0, |run| broken_in(run, (i32::MIN..window.index).rev()));
        u32::try_from(before).ok()?.checked_add(1)
    }
}

/// Whether the breach in a window is the one with which there are enough.
fn turns_true(run: &BTreeMap<i32, Verdict>, index: i32, running: &Running) -> bool {
    let count = running.count as usize;
    match running.of {
        None => {
            let before = broken_in(run, (i32::MIN..index).rev());
            let behind = broken_in(run, index.saturating_add(1)..=i32::MAX);
            before + 1 + behind >= count && before < count && behind < count
        }
        Some(of) => {
            let last = run.keys().next_back().copied().unwrap_or(index);
            let first = last.saturating_sub(i32::try_from(of).unwrap_or(i32::MAX).saturating_sub(1));
            if index < first {
                return false;
            }
            let broken = run.range(first..=last).filter(|(_, it)| **it == Verdict::Broken).count();
            broken == count
        }
    }
}

/// How many breaches there are in these windows, up to the first that interrupts: what is not decided does, until it is.
fn broken_in(run: &BTreeMap<i32, Verdict>, windows: impl Iterator<Item = i32>) -> usize {
    windows
        .map(|index| run.get(&index).copied())
        .take_while(|it| matches!(it, Some(Verdict::Broken | Verdict::NotApplicable | Verdict::Excused)))
        .filter(|it| *it == Some(Verdict::Broken))
        .count()
}
