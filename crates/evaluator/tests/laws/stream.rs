//! Laws 3 and 4 as a machine: whatever is done to a followed stream, in whatever order, what it has told is what the
//! naive evaluator makes of the events that have arrived.

use crate::generate::Tape;
use crate::laws::{spread, touches};
use crate::meaning::{self, ALL};
use crate::oracle::{self, Line};
use crate::scene::{Scene, compile, hold, push, texts};
use proptest::test_runner::{TestCaseError, TestCaseResult};
use servanda_evaluator::{Evaluator, Ledger, OtherData, Snapshot, SnapshotError};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::Instant;
use std::sync::Arc;

/// How many events a scene has at most.
const EVENTS: usize = 24;

/// The agreement with one more amendment, and until when it can be taken up.
struct Amended {
    policy: Arc<Policy>,
    agreement: Arc<Agreement>,
    begins: Instant,
}

/// A stream that is followed, of one instance or more.
struct Stream {
    policy: Arc<Policy>,
    /// What the agreement will be, where an amendment is still to come.
    amended: Option<Amended>,
    evaluator: Evaluator,
    ledger: Ledger,
    agreements: Vec<Arc<Agreement>>,
    /// What has arrived for each instance.
    arrived: Vec<Vec<Line>>,
    now: Instant,
}

impl Stream {
    fn new(scene: &Scene, tape: &mut Tape<'_>) -> Self {
        let (policy, agreement, amended) = match withheld(scene).filter(|_| tape.chance(70)) {
            Some((policy, agreement, amended)) => (policy, agreement, Some(amended)),
            None => (Arc::clone(&scene.policy), Arc::clone(&scene.agreement), None),
        };
        Stream {
            evaluator: Evaluator::new(Arc::clone(&policy), vec![Arc::clone(&agreement)]),
            policy,
            amended,
            ledger: Ledger::new(),
            agreements: vec![agreement],
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
            let mut agreement = Agreement::clone(&self.agreements[0]);
            agreement.name = format!("one more, {}", self.agreements.len());
            self.agreements.push(Arc::new(agreement));
            self.arrived.push(Vec::new());
        }
        self.evaluator = Snapshot::read(&bytes)
            .and_then(|stored| {
                stored.restore(Arc::clone(&self.policy), self.agreements.clone(), OtherData::Refuse)
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

    /// Takes up the amendment that is still to come: stops, is stored, and goes on under the amended agreement. What
    /// cannot be taken up from what was stored is evaluated anew.
    fn amend(&mut self) -> TestCaseResult {
        let Some(Amended { policy, agreement, .. }) = self.amended.take() else { return Ok(()) };
        let bytes = self.evaluator.snapshot().map_err(|why| TestCaseError::fail(why.to_string()))?;
        for known in &mut self.agreements {
            let mut amended = Agreement::clone(&agreement);
            amended.name.clone_from(&known.name);
            *known = Arc::new(amended);
        }
        self.policy = policy;
        let restored = Snapshot::read(&bytes).and_then(|stored| {
            stored.restore(Arc::clone(&self.policy), self.agreements.clone(), OtherData::Refuse)
        });
        match restored {
            Ok(evaluator) => self.evaluator = evaluator,
            Err(SnapshotError::NotAmendable(_)) => {
                self.evaluator = Evaluator::new(Arc::clone(&self.policy), self.agreements.clone());
                self.ledger = Ledger::new();
                for (instance, lines) in self.arrived.iter().enumerate() {
                    lines.iter().for_each(|line| push(&mut self.evaluator, instance as u32, line));
                }
                self.follow(self.now);
            }
            Err(why) => return Err(TestCaseError::fail(why.to_string())),
        }
        Ok(())
    }

    /// Whether an amendment must be taken up before time goes on so far, or before a line arrives.
    fn must_amend(&self, scene: &Scene, now: Instant, line: &Line) -> bool {
        let known = |line: &Line| match line {
            Line::Fact(fact) => {
                let name = self.policy.events.find(fact.event).map(|event| &event.name);
                name == Some(&scene.policy.events[fact.event].name)
            }
            Line::Retraction { .. } => true,
        };
        self.amended.as_ref().is_some_and(|amended| now > amended.begins || !known(line))
    }

    /// What the stream has told, and what is open, is what the naive evaluator makes of what has arrived.
    fn compare(&mut self, as_of: Instant) -> TestCaseResult {
        self.follow(as_of);
        for (instance, lines) in self.arrived.iter().enumerate() {
            let outcome = self
                .ledger
                .outcome(&self.evaluator, instance as u32, as_of)
                .map_err(|why| TestCaseError::fail(why.to_string()))?;
            let naive = oracle::evaluate(&self.policy, &self.agreements[instance], lines, as_of);
            let meaning = |outcome| meaning::lines(&self.policy, outcome, ALL);
            let differences = meaning::differences(&meaning(&naive), &meaning(&outcome));
            if !differences.is_empty() {
                return Err(TestCaseError::fail(format!("the outcomes differ:\n{}", differences.join("\n"))));
            }
        }
        Ok(())
    }
}

/// The agreement of a scene without the amendment that is written last, where that is not in force from the
/// beginning, and then with it.
fn withheld(scene: &Scene) -> Option<(Arc<Policy>, Arc<Agreement>, Amended)> {
    let texts = texts(&scene.text);
    let (_, before) = texts.split_last().filter(|(_, before)| !before.is_empty())?;
    let (policy, agreement) = compile(&before.concat());
    let versions = policy.versions.values().zip(scene.policy.versions.values());
    let same = versions.take_while(|(was, is)| (&was.hash, was.from) == (&is.hash, is.from)).count();
    let from = [&agreement, &scene.agreement].into_iter().filter_map(|it| it.versions.get(same));
    let begins = from.min().copied().unwrap_or(Instant::MAX);
    let amended =
        Amended { policy: Arc::clone(&scene.policy), agreement: Arc::clone(&scene.agreement), begins };
    (begins > agreement.start).then_some((policy, agreement, amended))
}

/// Does things to a stream as the tape says: lines of the log arrive in order or late, once or twice, in one of
/// several instances; time goes on; the stream is stopped and restored; an amendment is taken up before it is in
/// force.
pub(crate) fn drive(scene: &Scene, lateness: i64, compared: usize) -> TestCaseResult {
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
    let mut stream = Stream::new(scene, &mut tape);
    for place in 0..arriving.len() {
        let rest = arriving[place..].iter().map(|it| touches(&it.1, &scene.log.lines)).min();
        let limit = Instant(rest.unwrap_or(scene.log.as_of).0.saturating_add(lateness)).min(scene.log.as_of);
        if tape.chance(60) && limit > stream.now {
            let now = match tape.below(3) {
                0 => limit,
                1 => Instant(limit.0 - 1).max(stream.now),
                _ => Instant(limit.0 - lateness / 2).max(stream.now),
            };
            if stream.must_amend(scene, now, &arriving[place].1) {
                stream.amend()?;
            }
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
        if tape.chance(15) || stream.must_amend(scene, stream.now, line) {
            stream.amend()?;
        }
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
    stream.amend()?;
    stream.compare(scene.log.as_of)
}

/// 3 and 4: a followed stream, late within the lateness, stopped and restored anywhere, tells what the set of its
/// events comes to.
#[test]
fn followed() {
    hold(EVENTS, |scene| drive(scene, scene.policy.lateness, 10));
}
