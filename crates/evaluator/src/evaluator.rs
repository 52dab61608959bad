//! The evaluator: instances, the events that have arrived for them, and their outcomes as of an instant.

use crate::admit::{Pending, Retraction, count, in_order, retract, unique};
use crate::outcome::{Entry, Figure, Notice, Outcome, Sink, Verdict};
use crate::plan::Plan;
use crate::play::Play;
use crate::read::read;
use crate::state::State;
use servanda_diagnostics::Code;
use servanda_events::{Fact, InputCounts, Place, Problem};
use servanda_policy::Policy;
use servanda_policy::agreement::Agreement;
use servanda_policy::time::Instant;
use std::sync::Arc;

/// Evaluates a policy for its instances.
///
/// Events may be pushed in any order; an outcome is a function of the set of events and of `as_of`. Nothing here
/// reads a clock, a file or the environment, and bad data is an outcome, never an error.
#[derive(Debug, Clone)]
pub struct Evaluator {
    plan: Arc<Plan>,
    instances: Vec<Instance>,
    now: Option<Instant>,
}

/// One instance: what is settled, and what may still be reordered.
#[derive(Debug, Clone)]
struct Instance {
    open: Open,
    /// Outcomes that have left the state.
    settled: Outcome,
}

/// What of an instance goes on.
#[derive(Debug, Clone)]
struct Open {
    agreement: Arc<Agreement>,
    state: State,
    tail: Vec<Fact>,
    /// Retractions that may still concern the tail.
    retractions: Vec<Pending>,
}

/// Misuse of an evaluator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// There is no instance of this number.
    #[error("there is no instance number {0}")]
    NoInstance(u32),
    /// Time has gone on beyond this instant already.
    #[error("time has gone on beyond {0} already")]
    TimeGoesBack(Instant),
    /// The outcome as of this instant cannot be told any more: what was open then has been settled.
    #[error("what was open before {0} is settled, and its state is gone")]
    Settled(Instant),
}

impl Evaluator {
    /// An evaluator for these instances, before any event.
    pub fn new(policy: Arc<Policy>, agreements: Vec<Arc<Agreement>>) -> Self {
        let mut evaluator = Self { plan: Arc::new(Plan::new(policy)), instances: Vec::new(), now: None };
        for agreement in agreements {
            evaluator.add(agreement);
        }
        evaluator
    }

    /// Adds an instance, before any event of it, and numbers it: the first is 0.
    pub fn add(&mut self, agreement: Arc<Agreement>) -> u32 {
        let number = u32::try_from(self.instances.len()).unwrap_or(u32::MAX);
        self.instances.push(Instance {
            settled: Outcome::new(agreement.name.clone(), agreement.start),
            open: Open {
                state: State::new(&self.plan, &agreement),
                agreement,
                tail: Vec::new(),
                retractions: Vec::new(),
            },
        });
        number
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.plan.policy
    }

    /// The instances, by their number.
    pub fn agreements(&self) -> impl ExactSizeIterator<Item = &Arc<Agreement>> {
        self.instances.iter().map(|instance| &instance.open.agreement)
    }

    /// An event has arrived for an instance. An event that is later than the lateness is a problem of the outcome.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn push(&mut self, instance: u32, fact: Fact) -> Result<(), Misuse> {
        let horizon = self.horizon();
        let of = self.instances.get_mut(instance as usize).ok_or(Misuse::NoInstance(instance))?;
        of.settled.input.lines += 1;
        if horizon.is_some_and(|horizon| fact.at < horizon) {
            of.settled.input.problems += 1;
            of.settled.problem(Problem {
                code: Code::TooLate,
                message: "the event is later than the agreement lets events be".into(),
                place: Place { line: fact.line, column: u32::from(fact.line > 0) },
                at: Some(fact.at),
                event: fact.id.clone(),
                wanted_by: None,
            });
            return Ok(());
        }
        of.open.tail.push(fact);
        Ok(())
    }

    /// A retraction has arrived for an instance.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn retract(&mut self, instance: u32, retraction: Retraction) -> Result<(), Misuse> {
        let of = self.instances.get_mut(instance as usize).ok_or(Misuse::NoInstance(instance))?;
        of.settled.input.lines += 1;
        of.open.retractions.push(Pending { retraction, found: false });
        Ok(())
    }

    /// A line of the input that was read for an instance and not admitted: its problems, and how it counts.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn note(
        &mut self,
        instance: u32,
        problems: Vec<Problem>,
        counts: &InputCounts,
    ) -> Result<(), Misuse> {
        let of = self.instances.get_mut(instance as usize).ok_or(Misuse::NoInstance(instance))?;
        of.settled.input.add(counts);
        for problem in problems {
            of.settled.problem(problem);
        }
        Ok(())
    }

    fn horizon(&self) -> Option<Instant> {
        self.now.map(|now| Instant(now.0.saturating_sub(self.plan.policy.lateness)))
    }

    /// Before this instant nothing more will come but what is late. What lies before the lateness is settled.
    ///
    /// # Errors
    /// If time has gone on beyond it already.
    pub fn advance_to(&mut self, now: Instant) -> Result<(), Misuse> {
        self.advance_into::<Outcome>(now, &mut [])
    }

    /// [`Evaluator::advance_to`], handing over what is settled instead of keeping it: the sinks are those of the
    /// instances by their number. An instance without one keeps its outcomes.
    ///
    /// # Errors
    /// If time has gone on beyond it already.
    pub fn advance_into<S: Sink>(&mut self, now: Instant, sinks: &mut [S]) -> Result<(), Misuse> {
        if self.now.is_some_and(|before| now < before) {
            return Err(Misuse::TimeGoesBack(now));
        }
        self.now = Some(now);
        let Some(horizon) = self.horizon() else { return Ok(()) };
        let mut sinks = sinks.iter_mut();
        // Room for the facts of one instance, used for one after the other.
        let mut facts = Vec::new();
        for Instance { open, settled } in &mut self.instances {
            let mut counts = InputCounts::default();
            match sinks.next() {
                Some(sink) => open.settle(&self.plan, horizon, &mut facts, sink, &mut counts),
                None => open.settle(&self.plan, horizon, &mut facts, settled, &mut counts),
            }
            settled.input.add(&counts);
        }
        Ok(())
    }

    /// The outcomes of all instances as of an instant, which is exclusive, in the order of the instances.
    ///
    /// # Errors
    /// If the state of that instant is gone.
    pub fn outcomes(&self, as_of: Instant) -> Result<Vec<Outcome>, Misuse> {
        self.check(as_of)?;
        Ok(self.instances.iter().map(|instance| instance.outcome(&self.plan, as_of)).collect())
    }

    /// The outcome of one instance as of an instant, which is exclusive.
    ///
    /// # Errors
    /// If there is no such instance, or the state of that instant is gone.
    pub fn outcome(&self, instance: u32, as_of: Instant) -> Result<Outcome, Misuse> {
        self.check(as_of)?;
        let of = self.instances.get(instance as usize).ok_or(Misuse::NoInstance(instance))?;
        Ok(of.outcome(&self.plan, as_of))
    }

    /// Plays everything up to an instant into sinks, one for each instance, and ends the evaluator: a batch, without
    /// a copy of its state and without an order among outcomes other than that in which they arise.
    ///
    /// Of the problems of what was settled before, the first [`Outcome::PROBLEMS_MAX`] are told; counts of lines are
    /// told by [`Evaluator::outcome`] alone.
    ///
    /// # Errors
    /// If the state of that instant is gone.
    pub fn finish<S: Sink + Send>(
        self,
        as_of: Instant,
        sink: impl Fn(u32, &Agreement) -> S,
    ) -> Result<Vec<S>, Misuse> {
        self.finish_on(1, as_of, sink)
    }

    /// [`Evaluator::finish`] on a number of threads: instances are independent, so that the result is the same.
    ///
    /// # Errors
    /// If the state of that instant is gone.
    pub fn finish_on<S: Sink + Send>(
        self,
        threads: usize,
        as_of: Instant,
        sink: impl Fn(u32, &Agreement) -> S,
    ) -> Result<Vec<S>, Misuse> {
        let mut sinks: Vec<S> =
            (0..).zip(self.agreements()).map(|(number, agreement)| sink(number, agreement)).collect();
        self.finish_into(threads, as_of, &mut sinks)?;
        Ok(sinks)
    }

    /// [`Evaluator::finish_on`] into sinks that are there already: those of the instances by their number, as
    /// [`Evaluator::advance_into`] has them. Of an instance without one, nothing is told.
    ///
    /// # Errors
    /// If the state of that instant is gone.
    pub fn finish_into<S: Sink + Send>(
        mut self,
        threads: usize,
        as_of: Instant,
        sinks: &mut [S],
    ) -> Result<(), Misuse> {
        self.check(as_of)?;
        let plan = &*self.plan;
        let finish = |(instance, sink): (&mut Instance, &mut S)| {
            instance.settled.hand_over(sink);
            let open = &mut instance.open;
            open.play(plan, as_of, sink, &mut InputCounts::default());
            read(plan, &open.agreement, &mut open.state, as_of, sink);
            // What a finished instance held is given back before the next one needs as much.
            open.state = State::new(plan, &open.agreement);
        };
        let shard = self.instances.len().div_ceil(threads.max(1)).max(1);
        if shard >= self.instances.len() {
            self.instances.iter_mut().zip(sinks).for_each(finish);
            return Ok(());
        }
        let finish = &finish;
        // A defect of a sink or of the evaluator is not hidden by the thread that it struck: the scope panics, too.
        std::thread::scope(|scope| {
            for (instances, sinks) in self.instances.chunks_mut(shard).zip(sinks.chunks_mut(shard)) {
                scope.spawn(move || instances.iter_mut().zip(sinks).for_each(finish));
            }
        });
        Ok(())
    }

    fn check(&self, as_of: Instant) -> Result<(), Misuse> {
        match self.horizon() {
            Some(horizon) if as_of < horizon => Err(Misuse::Settled(as_of)),
            _ => Ok(()),
        }
    }
}

impl Open {
    /// Admits the tail and plays it up to an instant; what lies behind it is ignored.
    fn play(&mut self, plan: &Plan, until: Instant, sink: &mut impl Sink, counts: &mut InputCounts) {
        let mut facts = std::mem::take(&mut self.tail);
        in_order(&mut facts);
        let lateness = plan.policy.lateness;
        retract(&mut facts, &mut self.retractions, lateness, counts);
        for pending in &self.retractions {
            count(pending, self.agreement.start, until, sink, counts);
        }
        // What is not before `until` is not looked at, also not whether it repeats another.
        let before = facts.partition_point(|fact| fact.at < until);
        counts.ignored += (facts.len() - before) as u64;
        facts.truncate(before);
        unique(&mut facts, &self.state.recent, lateness, sink, counts);
        Play::new(plan, &self.agreement, &mut self.state, sink, counts).run(&facts, until);
    }

    /// Moves what lies before the horizon from the tail into the state.
    fn settle(
        &mut self,
        plan: &Plan,
        horizon: Instant,
        facts: &mut Vec<Fact>,
        sink: &mut impl Sink,
        counts: &mut InputCounts,
    ) {
        in_order(&mut self.tail);
        let before = self.tail.partition_point(|fact| fact.at < horizon);
        facts.clear();
        facts.extend(self.tail.drain(..before));
        let lateness = plan.policy.lateness;
        let recent = std::mem::take(&mut self.state.recent);
        retract(facts, &mut self.retractions, lateness, counts);
        unique(facts, &recent, lateness, sink, counts);
        // A retraction takes back what lies before it: one before the horizon finds nothing in the tail.
        if !self.retractions.is_empty() {
            let (over, open): (Vec<_>, _) =
                self.retractions.drain(..).partition(|pending| pending.retraction.at < horizon);
            self.retractions = open;
            for pending in over {
                count(&pending, self.agreement.start, horizon, sink, counts);
            }
        }
        Play::new(plan, &self.agreement, &mut self.state, sink, counts).run(facts, horizon);
        self.state.recent = recent;
        self.state.recent.extend(facts.drain(..).filter(|fact| fact.id.is_some()));
        self.state.recent.retain(|fact| horizon.nanos_since(fact.at) <= lateness);
    }
}

impl Instance {
    fn outcome(&self, plan: &Plan, as_of: Instant) -> Outcome {
        let mut copy = self.clone();
        let mut outcome = std::mem::replace(&mut copy.settled, Outcome::new(String::new(), as_of));
        outcome.as_of = as_of;
        let mut counts = InputCounts::default();
        copy.open.play(plan, as_of, &mut outcome, &mut counts);
        read(plan, &copy.open.agreement, &mut copy.open.state, as_of, &mut outcome);
        outcome.input.add(&counts);
        outcome.sort();
        outcome
    }
}

impl Sink for Outcome {
    fn verdict(&mut self, verdict: Verdict) {
        self.verdicts.push(verdict);
    }

    fn figure(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    fn entry(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    fn problem(&mut self, problem: Problem) {
        *self.problem_counts.entry(problem.code).or_insert(0) += 1;
        self.problems.push(problem);
        // The list is cut to the first ones by instant, not by arrival; sorting now and then bounds it.
        if self.problems.len() >= Outcome::PROBLEMS_MAX * 4 {
            self.cut_problems();
        }
    }
}

impl Outcome {
    /// Hands everything over to a sink and keeps nothing but the counts.
    fn hand_over(&mut self, sink: &mut impl Sink) {
        self.cut_problems();
        self.verdicts.drain(..).for_each(|verdict| sink.verdict(verdict));
        self.figures.drain(..).for_each(|figure| sink.figure(figure));
        self.entries.drain(..).for_each(|entry| sink.entry(entry));
        self.notices.drain(..).for_each(|notice| sink.notice(notice));
        self.problems.drain(..).for_each(|problem| sink.problem(problem));
    }

    fn cut_problems(&mut self) {
        self.problems.sort_by(|left, right| problem_key(left).cmp(&problem_key(right)));
        self.problems.truncate(Outcome::PROBLEMS_MAX);
    }

    /// Puts everything into its defined order.
    pub(crate) fn sort(&mut self) {
        self.verdicts.sort_by(|left, right| (left.duty, &left.subject).cmp(&(right.duty, &right.subject)));
        self.figures.sort_by(|left, right| {
            (left.measure, left.window.index).cmp(&(right.measure, right.window.index))
        });
        self.entries.sort_by(|left, right| {
            (left.at, left.consequence, &left.subject).cmp(&(right.at, right.consequence, &right.subject))
        });
        self.notices.sort_by(|left, right| {
            (left.at, left.consequence, &left.subject, left.to).cmp(&(
                right.at,
                right.consequence,
                &right.subject,
                right.to,
            ))
        });
        self.cut_problems();
    }
}

fn problem_key(problem: &Problem) -> (Option<Instant>, Code, &str, Option<&str>, u32, u32) {
    (
        problem.at,
        problem.code,
        problem.message.as_str(),
        problem.event.as_deref(),
        problem.place.line,
        problem.place.column,
    )
}
