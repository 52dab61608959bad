//! What arises from several breaches: so many windows one behind the other, or so many of the last ones.

use crate::environment::Things;
use crate::expression::Truth;
use crate::money::About;
use crate::outcome::Sink;
use crate::plan::Plan;
use crate::play::Play;
use crate::row::{Around, Rows};
use crate::state::{OpenWindow, State};
use servanda_policy::policy::{ConsequenceId, DutyId, Running, Signal, Verdict};
use servanda_policy::time::Window;

/// From how many stretches on, with open windows between them, it is asked whether some of these are none of the duty: a
/// duty that arises from the breach of another is there in few of its windows.
const STRETCHES_MANY: usize = 4;

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
        let listed = || plan.running.get(&key).into_iter().flatten();
        let rows = self.state.seldom.more.rows.entry(key).or_default();
        let running = |consequence: &ConsequenceId| match &self.policy.consequences[*consequence].on {
            Signal::Running(running) => Some(running),
            _ => None,
        };
        // What holds already does not turn true once more.
        let held: Vec<bool> = listed().map(|it| running(it).is_some_and(|it| holds(rows, it))).collect();
        let around = rows.decide(window.index, verdict, plan.reach.get(&key).copied().unwrap_or(0));
        let stretches = rows.stretches();
        if stretches >= STRETCHES_MANY && stretches.is_power_of_two() {
            self.forget_rows(key, window.index);
        }
        self.earns_back(key, window.index, around.kept);
        if verdict != Verdict::Broken {
            return;
        }
        let version = self.agreement.version_at(window.start);
        let Some(rows) = self.state.seldom.more.rows.get(&key) else { return };
        let enough: Vec<_> = listed()
            .zip(held)
            .filter_map(|(consequence, held)| {
                let of = &self.policy.consequences[*consequence];
                let running = running(consequence)?;
                let turns = match running.of {
                    None => makes_a_row(around, running.count),
                    Some(_) => !held && holds(rows, running),
                };
                (turns && self.policy.version_of(of.clause) == version).then_some((consequence, of, running))
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
        let before = self.state.seldom.more.rows.get(&key).map_or(0, |rows| rows.misses_before(window.index));
        before.checked_add(1)
    }

    /// Windows before every one that is open are forgotten: what is decided later lies beside none of them.
    fn forget_rows(&mut self, key: DutyId, decided: i32) {
        let cut = |duty: DutyId| crate::plan::window_of(self.policy, duty).map(|id| self.policy.windows[id]);
        let own = cut(key);
        let is_cut = |id| Some(self.policy.windows[id]) == own && self.plan.grouping(id).is_none();
        let windows = self.state.windows.iter().filter(|(id, _)| is_cut(*id));
        let open = windows.filter_map(|(_, open)| open.front().map(|open| open.window.index));
        let pending =
            self.state.windowed.iter().filter(|(duty, _)| cut(**duty) == own).filter_map(|(_, of)| {
                of.iter().find(|of| of.verdict == Verdict::Pending).map(|of| of.window.index)
            });
        // Windows that end at this instant, or are being settled, are decided together.
        let ending = self.closing.iter().chain(&self.settling).map(|(_, index)| *index);
        let first = open.chain(pending).chain(ending).fold(decided, i32::min);
        if let Some(rows) = self.state.seldom.more.rows.get_mut(&key) {
            rows.forget_before(first);
        }
    }
}

/// Rows from windows, each by itself, as versions of the format before the eleventh stored them.
pub(crate) fn from_windows(plan: &Plan, state: &mut State) {
    if state.seldom.more.runs.is_empty() {
        return;
    }
    for (key, windows) in std::mem::take(&mut state.seldom.more.runs) {
        let mut rows = Rows::default();
        for (index, verdict) in windows {
            let around = rows.decide(index, verdict, plan.reach.get(&key).copied().unwrap_or(0));
            let earned = plan.earned_by.get(&key).into_iter().flatten();
            for (consequence, _) in earned.filter(|(_, count)| around.kept >= *count) {
                state.seldom.more.earned.insert(*consequence, index);
            }
        }
        state.seldom.more.rows.insert(key, rows);
    }
}

/// Whether a breach is the one with which so many lie one behind the other.
fn makes_a_row(around: Around, count: u32) -> bool {
    let Around { misses_before: before, misses_behind: behind, .. } = around;
    let all = before.saturating_add(1).saturating_add(behind);
    all >= count && before < count && behind < count
}

/// Whether enough of the last windows are broken, where they are counted.
fn holds(rows: &Rows, running: &Running) -> bool {
    running.of.is_some_and(|of| rows.broken_in_last(of) >= running.count as usize)
}
