//! What is open: what the machine tells of it is what the naive evaluator leaves undecided, each once, with its deadline.

use crate::scene::{Scene, hold, push};
use proptest::test_runner::{TestCaseError, TestCaseResult};
use servanda_evaluator::outcome::{Entry, Figure, Notice, Sink, Subject, Verdict};
use servanda_evaluator::{Behind, Open};
use servanda_events::Problem;
use servanda_policy::policy::{DutyId, Verdict as Kind};
use servanda_policy::time::Instant;

/// How many events a scene has at most.
const EVENTS: usize = 24;

/// Keeps what is open, and nothing else.
#[derive(Default)]
struct Kept(Vec<Open>);

impl Sink for Kept {
    fn verdict(&mut self, _: Verdict) {}
    fn figure(&mut self, _: Figure) {}
    fn entry(&mut self, _: Entry) {}
    fn notice(&mut self, _: Notice) {}
    fn problem(&mut self, _: Problem) {}

    fn wants_behind(&self) -> bool {
        true
    }

    fn behind(&mut self, behind: Behind) {
        if let Behind::Open(open) = behind {
            self.0.push(open);
        }
    }
}

type Waits = (DutyId, Subject, Option<Instant>);

fn open_in(scene: &Scene) -> Vec<Open> {
    let mut evaluator = scene.evaluator();
    for line in &scene.log.lines {
        push(&mut evaluator, 0, line);
    }
    let mut kept = Kept::default();
    evaluator.play_again(0, scene.log.as_of, &mut kept).expect("nothing is settled");
    kept.0
}

/// 14: a duty on an item is told as open if and only if the naive evaluator leaves it pending, with the same deadline.
#[test]
fn open() {
    hold(EVENTS, |scene| -> TestCaseResult {
        let silent = |duty: DutyId| scene.policy.duties[duty].silent;
        let mut told: Vec<Waits> = open_in(scene)
            .into_iter()
            .filter_map(|open| match open {
                Open::Pending { duty, subject, late_from, .. } if !silent(duty) => {
                    Some((duty, subject, late_from))
                }
                _ => None,
            })
            .collect();
        let mut pending: Vec<Waits> = scene
            .oracle()
            .verdicts
            .into_iter()
            .filter(|it| it.verdict == Kind::Pending && matches!(it.subject, Subject::Item { .. }))
            .map(|it| (it.duty, it.subject, it.late_from))
            .collect();
        told.sort();
        pending.sort();
        if told == pending {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("told as open {told:#?}\nleft pending {pending:#?}")))
    });
}
