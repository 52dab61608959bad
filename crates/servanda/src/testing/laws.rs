//! The laws that an embedder can hold a policy and a log of its own to: that order does not matter, that what is
//! delivered again changes nothing, that a stream comes to what a batch comes to, that restoring changes nothing, and
//! that every line of a statement can be asked about.
//!
//! They hold for every policy and every log, so that one which is broken is a defect: of Servanda, or of what stands
//! between a log and the evaluator. What a policy means is for its scenarios.

mod account;

use super::Broken;
use crate::{Compiled, Ledger, OtherData, Run, Snapshot};
use account::{Account, Input, broken, same};
use servanda_evaluator::{Outcome, StreamSink};
use servanda_events::{Instances, LineKind, Reader, Schema};
use servanda_policy::time::{Instant, NANOS_PER_DAY};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long after the last event outcomes are compared a second time, so that silence is judged.
const SILENCE: i64 = 92 * NANOS_PER_DAY;
/// How many times a run is stored and restored on its way through a log.
const CUTS: usize = 4;

const ORDER: &str = "the order of the lines does not matter";
const AGAIN: &str = "what is delivered again changes nothing";
const STREAM: &str = "a stream comes to what a batch comes to";
const RESTORE: &str = "restoring changes nothing";

/// All laws, over a log that names its instances: one JSON object a line.
///
/// ```
/// # use servanda::{Run, Sources, compile};
/// use servanda::testing::{event, laws};
/// # let policy = compile(&Sources::new().with("desk.sla", r#"
/// #     language 1. agreement "Help desk" {
/// #       party desk. party client. in force from 2026-01-01.
/// #       time zone Europe/Berlin. money in EUR.
/// #       event question.asked { question: id } event question.answered { question: id }
/// #       case question {
/// #         begins when question.asked. answer (answered) when question.answered. ends when answered.
/// #       }
/// #       clause 1 "Answers" {
/// #         desk must answer each question within 8 hours otherwise desk credits client 5 EUR.
/// #       }
/// #     }"#))?;
/// let run = Run::of_log(&policy)?;
/// let log = [
///     event("question.asked").id("e-1").at("2026-03-02 09:00").field("question", "Q-1").line(&run)?,
///     event("question.answered").id("e-2").at("2026-03-02 18:00").field("question", "Q-1").line(&run)?,
/// ];
/// laws::hold(&policy, &log)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What broke which law, or that the policy takes parameters that nobody gives.
pub fn hold(compiled: &Compiled, lines: &[impl AsRef<[u8]>]) -> Result<(), Broken> {
    Log::new(compiled, None, lines)?.hold()
}

/// All laws, over the instances of a file.
///
/// # Errors
/// What broke which law, or that no instance is sound.
pub fn hold_over(compiled: &Compiled, instances: &[u8], lines: &[impl AsRef<[u8]>]) -> Result<(), Broken> {
    Log::new(compiled, Some(instances), lines)?.hold()
}

/// A line with what the laws need to know of it.
#[derive(Debug, Clone)]
struct Delivery {
    number: u32,
    line: Vec<u8>,
    /// When it happened; of a line of which nobody knows, that of the line before.
    at: Instant,
    /// Whether it is an event, which may come late; decisions and retractions come at their instant.
    may_be_late: bool,
    /// The name that it has alone, where it is sound.
    id: Option<(u32, String)>,
}

/// A log with its policy.
struct Log<'a> {
    compiled: &'a Compiled,
    instances: Option<&'a [u8]>,
    lines: Vec<Delivery>,
    /// The first instant after its last event.
    end: Instant,
}

impl<'a> Log<'a> {
    fn new(
        compiled: &'a Compiled,
        instances: Option<&'a [u8]>,
        lines: &[impl AsRef<[u8]>],
    ) -> Result<Self, Broken> {
        let mut log = Self { compiled, instances, lines: Vec::new(), end: Instant::MIN };
        let run = log.run()?;
        let policy = compiled.policy();
        let first = run.agreements().first().map(AsRef::as_ref).or(run.desk.template.as_ref());
        let Some(first) = first else { return Err("there is no agreement".to_owned()) };
        let named = run.agreements().iter().map(|agreement| (agreement.name.as_str(), agreement.currency));
        let names = match instances {
            Some(_) => Instances::given(named.collect::<Vec<_>>()),
            None => Instances::discovered(&policy.title, first.currency),
        };
        let mut reader = Reader::new(Arc::new(Schema::new(policy)), names);
        let mut last = first.start;
        for (number, line) in (1..).zip(lines) {
            let line = line.as_ref().trim_ascii().to_vec();
            let read = reader.read_line(number, &line);
            let (at, may_be_late) = match &read.kind {
                LineKind::Admitted { fact, .. } => (fact.at, true),
                LineKind::Retraction { at, .. } => (*at, false),
                LineKind::Decision { decision, .. } => (decision.at, false),
                _ => (last, false),
            };
            let id = match &read.kind {
                LineKind::Admitted { instance, fact } if read.problems.is_empty() => {
                    fact.id.as_ref().map(|id| (*instance, id.to_string()))
                }
                _ => None,
            };
            last = at;
            log.end = log.end.max(at.add_nanos(1).unwrap_or(Instant::MAX));
            log.lines.push(Delivery { number, line, at, may_be_late, id });
        }
        log.end = log.end.max(first.start);
        // Two lines of one id are a case of their own: what comes of them is told once more for each line.
        let mut count: BTreeMap<_, u32> = BTreeMap::new();
        for id in log.lines.iter().filter_map(|line| line.id.clone()) {
            *count.entry(id).or_default() += 1;
        }
        for line in &mut log.lines {
            line.id = line.id.take().filter(|id| count.get(id) == Some(&1));
        }
        Ok(log)
    }

    fn hold(&self) -> Result<(), Broken> {
        self.order_does_not_matter(|_| ())?;
        self.again_changes_nothing(|_| ())?;
        self.a_stream_is_a_batch::<Ledger>()?;
        self.restoring_changes_nothing(|bytes| bytes)?;
        self.every_line_is_explained()
    }

    /// What a statement says can be asked about, line by line.
    fn every_line_is_explained(&self) -> Result<(), Broken> {
        let mut run = self.run()?;
        for line in &self.lines {
            run.read(&line.line);
            run.read(b"\n");
        }
        run.close();
        for number in (0..).take(run.agreements().len()) {
            for as_of in self.instants() {
                let decided = run.decided(number, as_of).map_err(|error| error.to_string())?;
                super::every_line_is_explained(&run, number, &decided, None)?;
            }
        }
        Ok(())
    }

    fn run(&self) -> Result<Run, Broken> {
        match self.instances {
            None => Run::of_log(self.compiled).map_err(|error| error.to_string()),
            Some(file) => match Run::of_instances(self.compiled, file) {
                Ok((run, _)) => Ok(run),
                Err(error) => Err(error.to_string()),
            },
        }
    }

    /// The two instants at which outcomes are compared.
    fn instants(&self) -> [Instant; 2] {
        [self.end, self.end.add_nanos(i128::from(SILENCE)).unwrap_or(Instant::MAX)]
    }

    /// What these lines come to, in this order, all read at once.
    fn batch(&self, lines: &[Delivery]) -> Result<Vec<Account>, Broken> {
        let mut run = self.run()?;
        let log: Vec<u8> = lines.iter().flat_map(|line| line.line.iter().copied().chain([b'\n'])).collect();
        run.read(&log);
        run.close();
        let mut accounts = Vec::new();
        for as_of in self.instants() {
            accounts.extend(accounts_of(&run, |number| run.outcome(number, as_of))?);
        }
        Ok(accounts)
    }

    /// The lines in other orders come to the same. What is done to each order besides is for tests of the law.
    fn order_does_not_matter(&self, besides: impl Fn(&mut Vec<Delivery>)) -> Result<(), Broken> {
        let wanted = self.batch(&self.lines)?;
        let mut turned = self.lines.clone();
        turned.reverse();
        let mut shuffled = self.lines.clone();
        shuffled.sort_by_key(|line| scattered(line.number));
        for (how, mut lines) in [("in reverse", turned), ("shuffled", shuffled)] {
            besides(&mut lines);
            same(ORDER, how, self.batch(&lines)?, wanted.clone(), Input::Counts)?;
        }
        Ok(())
    }

    /// Events with an id, delivered once more, are duplicates.
    fn again_changes_nothing(&self, besides: impl Fn(&mut Delivery)) -> Result<(), Broken> {
        let wanted = self.batch(&self.lines)?;
        let again = self.lines.iter().filter(|line| line.id.is_some()).cloned().map(|mut line| {
            besides(&mut line);
            line
        });
        let found = self.batch(&self.lines.iter().cloned().chain(again).collect::<Vec<_>>())?;
        match found.iter().find(|account| !account.adds_up) {
            Some(account) => {
                Err(broken(AGAIN, "delivered twice", &[format!("lines are lost: {}", account.input)]))
            }
            None => same(AGAIN, "delivered twice", found, wanted, Input::Any),
        }
    }

    /// Followed as they come, the lines come to what they come to at once: in the order of time, and in a disorder
    /// that the policy allows.
    fn a_stream_is_a_batch<K: Keeping>(&self) -> Result<(), Broken> {
        let wanted = self.batch(&self.lines)?;
        let in_order = ("in the order of time", self.arrivals(0));
        let late = ("with events as late as may be", self.arrivals(self.compiled.policy().lateness));
        for (how, arrivals) in [in_order, late] {
            let (mut run, mut sink) = (self.run()?, K::default());
            for (arrival, line) in arrivals {
                run.read_line(line.number, &line.line);
                follow(&mut run, arrival, &mut sink)?;
            }
            run.close();
            let mut found = Vec::new();
            for as_of in self.instants() {
                follow(&mut run, as_of, &mut sink)?;
                let outcome = |number| run.decided_with(sink.ledger(), number, as_of).map(|it| it.outcome);
                found.extend(accounts_of(&run, outcome)?);
            }
            same(STREAM, how, found, wanted.clone(), Input::Counts)?;
        }
        Ok(())
    }

    /// Stored and restored on its way, a run that is followed comes to what it comes to undisturbed. What is done to
    /// a snapshot besides is for tests of the law.
    fn restoring_changes_nothing(&self, mut besides: impl FnMut(Vec<u8>) -> Vec<u8>) -> Result<(), Broken> {
        let arrivals = self.arrivals(self.compiled.policy().lateness);
        let step = arrivals.len().div_ceil(CUTS).max(1);
        let mut sides = Vec::new();
        for restores in [false, true] {
            let (mut run, mut ledger) = (self.run()?, Ledger::new());
            for (place, (arrival, line)) in (1..).zip(&arrivals) {
                run.read_line(line.number, &line.line);
                follow(&mut run, *arrival, &mut ledger)?;
                if restores && place % step == 0 {
                    let bytes = besides(run.snapshot().map_err(|error| error.to_string())?);
                    run = self.restored(&bytes)?;
                }
            }
            let as_of = self.instants()[1];
            follow(&mut run, as_of, &mut ledger)?;
            let outcome = |number| run.decided_with(&ledger, number, as_of).map(|it| it.outcome);
            sides.push(accounts_of(&run, outcome)?);
        }
        match (sides.pop(), sides.pop()) {
            (Some(found), Some(wanted)) => same(RESTORE, "restored on its way", found, wanted, Input::Counts),
            _ => Ok(()),
        }
    }

    fn restored(&self, bytes: &[u8]) -> Result<Run, Broken> {
        let snapshot = Snapshot::read(bytes).map_err(|error| error.to_string())?;
        let restored = Run::restore(self.compiled, self.instances, snapshot, OtherData::Refuse);
        restored.map_err(|error| broken(RESTORE, "restored on its way", &[error.to_string()]))
    }

    /// The lines in the order in which they arrive, with when they do: events up to so many nanoseconds late.
    fn arrivals(&self, lateness: i64) -> Vec<(Instant, &Delivery)> {
        let arrival = |line: &Delivery| {
            // Up to all of it, in eighths.
            let eighths = i64::from(scattered(line.number) % 9);
            let delay = if line.may_be_late { (lateness / 8).saturating_mul(eighths) } else { 0 };
            line.at.add_nanos(i128::from(delay)).unwrap_or(Instant::MAX).min(self.end)
        };
        let mut arrivals: Vec<_> = self.lines.iter().map(|line| (arrival(line), line)).collect();
        arrivals.sort_by_key(|(at, line)| (*at, line.number));
        arrivals
    }
}

/// A sink that keeps what it is told in a ledger.
trait Keeping: StreamSink + Default {
    fn ledger(&self) -> &Ledger;
}

impl Keeping for Ledger {
    fn ledger(&self) -> &Ledger {
        self
    }
}

/// The accounts of all instances.
fn accounts_of<E: ToString>(
    run: &Run,
    outcome: impl Fn(u32) -> Result<Outcome, E>,
) -> Result<Vec<Account>, Broken> {
    let policy = run.evaluator().policy();
    let numbered = (0..).zip(run.agreements());
    let accounts = numbered.map(|(number, agreement)| match outcome(number) {
        Ok(outcome) => Ok(Account::of(policy, agreement, &outcome)),
        Err(error) => Err(error.to_string()),
    });
    accounts.collect()
}

fn follow(run: &mut Run, now: Instant, sink: &mut impl StreamSink) -> Result<(), Broken> {
    run.follow(Some(now).max(run.now()).unwrap_or(now), sink).map_err(|error| error.to_string())
}

/// A number that has nothing to do with this one, always the same.
const fn scattered(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_761).rotate_left(13) ^ 0x9e37
}

#[cfg(test)]
mod tests;
