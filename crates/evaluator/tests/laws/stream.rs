//! Laws 3 and 4 as a machine: whatever is done to a followed stream, in whatever order, what it has told is what the
//! naive evaluator makes of the events that have arrived.

use crate::generate::Tape;
use crate::laws::{spread, touches};
use crate::meaning::ALL;
use crate::oracle::{self, Line};
use crate::scene::{Scene, hold, push};
use proptest::test_runner::{TestCaseError, TestCaseResult};
use servanda_evaluator::{Evaluator, Ledger, OtherData, Snapshot};
use servanda_policy::agreement::Agreement;
use servanda_policy::time::Instant;
use std::sync::Arc;

/// How many events a scene has at most.
const EVENTS: usize = 24;

/// A stream that is followed, of one instance or more.
struct Stream<'s> {
    scene: &'s Scene,
    evaluator: Evaluator,
    ledger: Ledger,
    agreements: Vec<Arc<Agreement>>,
    /// What has arrived for each instance.
    arrived: Vec<Vec<Line>>,
    now: Instant,
}

impl<'s> Stream<'s> {
    fn new(scene: &'s Scene) -> Self {
        Stream {
            scene,
            evaluator: scene.evaluator(),
            ledger: Ledger::new(),
            agreements: vec![Arc::clone(&scene.agreement)],
            arrived: vec![Vec::new()],
            now: Instant::MIN,
        }
    }

    fn arrive(&mut self, instance: usize, line: &Line) {
        push(&mut self.evaluator, instance as u32, line);
        self.arrived[instance].push(line.clone());
    }

    fn follow(&mut self, now: Instant) {
        self.evaluator.follow(now, &mut self.ledger).expect("time goes on");
        self.now = now;
    }

    /// Stops, is stored, and goes on from what was stored; with one more instance, where it says so.
    fn restart(&mut self, one_more: bool) -> TestCaseResult {
        let bytes = self.evaluator.snapshot().map_err(|why| TestCaseError::fail(why.to_string()))?;
        if one_more {
            let mut agreement = Agreement::clone(&self.scene.agreement);
            agreement.name = format!("one more, {}", self.agreements.len());
            self.agreements.push(Arc::new(agreement));
            self.arrived.push(Vec::new());
        }
        self.evaluator = Snapshot::read(&bytes)
            .and_then(|stored| {
                stored.restore(Arc::clone(&self.scene.policy), self.agreements.clone(), OtherData::Refuse)
            })
            .map_err(|why| TestCaseError::fail(why.to_string()))?;
        if !one_more {
            let again = self.evaluator.snapshot().map_err(|why| TestCaseError::fail(why.to_string()))?;
            if again != bytes {
                return Err(TestCaseError::fail("what is restored is not what was stored"));
            }
        }
        Ok(())
    }

    /// What the stream has told, and what is open, is what the naive evaluator makes of what has arrived.
    fn compare(&mut self, as_of: Instant) -> TestCaseResult {
        self.follow(as_of);
        for (instance, lines) in self.arrived.iter().enumerate() {
            let outcome = self
                .ledger
                .outcome(&self.evaluator, instance as u32, as_of)
                .map_err(|why| TestCaseError::fail(why.to_string()))?;
            let naive = oracle::evaluate(&self.scene.policy, &self.agreements[instance], lines, as_of);
            self.scene.same(&naive, &outcome, ALL)?;
        }
        Ok(())
    }
}

/// Does things to a stream as the tape says: lines of the log arrive in order or late, once or twice, in one of
/// several instances; time goes on; the stream is stopped and restored.
fn drive(scene: &Scene, lateness: i64, compared: usize) -> TestCaseResult {
    let numbers = spread(&scene.choices, 16 * EVENTS);
    let mut tape = Tape::new(&numbers);
    let mut arriving: Vec<(i64, Line)> = scene
        .log
        .lines
        .iter()
        .map(|line| {
            let late = *tape.pick(&[0, lateness, lateness / 2, 1.min(lateness)]);
            (touches(line, &scene.log.lines).0.saturating_add(late), line.clone())
        })
        .collect();
    arriving.sort_by_key(|it| it.0);
    let mut stream = Stream::new(scene);
    for place in 0..arriving.len() {
        let rest = arriving[place..].iter().map(|it| touches(&it.1, &scene.log.lines)).min();
        let limit = Instant(rest.unwrap_or(scene.log.as_of).0.saturating_add(lateness)).min(scene.log.as_of);
        if tape.chance(60) && limit > stream.now {
            let now = match tape.below(3) {
                0 => limit,
                1 => Instant(limit.0 - 1).max(stream.now),
                _ => Instant(limit.0 - lateness / 2).max(stream.now),
            };
            if tape.chance(compared) {
                stream.compare(now)?;
            } else {
                stream.follow(now);
            }
        }
        if tape.chance(20) {
            let one_more = tape.chance(30) && stream.agreements.len() < 3;
            stream.restart(one_more)?;
        }
        let instance = tape.below(stream.agreements.len());
        let line = &arriving[place].1;
        stream.arrive(instance, line);
        if tape.chance(15) {
            // Something that has arrived before arrives again; what is too late for it is told otherwise.
            let before = stream.arrived[instance].clone();
            let again = tape.pick(&before);
            if touches(again, &scene.log.lines).0 >= stream.now.0.saturating_sub(lateness) {
                stream.arrive(instance, again);
            }
        }
    }
    stream.compare(scene.log.as_of)
}

/// 3 and 4: a followed stream, late within the lateness, stopped and restored anywhere, tells what the set of its
/// events comes to.
#[test]
fn followed() {
    hold(EVENTS, |scene| drive(scene, scene.policy.lateness, 10));
}
