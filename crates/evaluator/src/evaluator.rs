//! The evaluator: instances, the events that have arrived for them, and their outcomes as of an instant.

use crate::admit::Retraction;
use crate::instance::{Instance, Reach};
use crate::kept::Keeping;
use crate::outcome::{Claim, Entry, Figure, Notice, Outcome, Sink, Verdict};
use crate::plan::Plan;
use crate::play::Telling;
use crate::revision::{OfInstance, StreamSink};
use crate::schedule::Schedule;
use servanda_diagnostics::Code;
use servanda_events::{Decision, Fact, InputCounts, Place, Problem};
use servanda_policy::Policy;
use servanda_policy::agreement::Agreement;
use servanda_policy::time::Instant;
use std::sync::Arc;

/// Evaluates a policy for its instances.
///
/// Events may be pushed in any order; an outcome is a function of the set of events and of `as_of`. Nothing here
/// reads a clock, a file or the environment, and bad data is an outcome, never an error.
///
/// A batch pushes everything and asks for [`Evaluator::outcomes`]. A stream lets time go on in between, in one of two
/// ways: [`Evaluator::advance_to`] tells what nothing can change any more, which is what lies before the lateness;
/// [`Evaluator::follow`] tells everything as it arises, and revises it when events come late.
#[derive(Debug, Clone)]
pub struct Evaluator {
    pub(crate) plan: Arc<Plan>,
    pub(crate) instances: Vec<Instance>,
    schedule: Schedule,
    pub(crate) now: Option<Instant>,
    /// Up to where outcomes have been told; and how.
    pub(crate) told_until: Instant,
    pub(crate) telling: Telling,
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
        let mut evaluator = Self {
            plan: Arc::new(Plan::new(policy)),
            instances: Vec::with_capacity(agreements.len()),
            schedule: Schedule::default(),
            now: None,
            told_until: Instant::MIN,
            telling: Telling::Complete,
        };
        for agreement in agreements {
            evaluator.add(agreement);
        }
        evaluator
    }

    /// Adds an instance, before any event of it, and numbers it: the first is 0.
    pub fn add(&mut self, agreement: Arc<Agreement>) -> u32 {
        self.adopt(Instance::new(&self.plan, agreement))
    }

    pub(crate) fn adopt(&mut self, instance: Instance) -> u32 {
        let number = u32::try_from(self.instances.len()).unwrap_or(u32::MAX);
        self.instances.push(instance);
        self.schedule.add();
        number
    }

    /// Names an instance, of which the name has become known.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn rename(&mut self, instance: u32, name: &str) -> Result<(), Misuse> {
        let of = self.instance_mut(instance)?;
        Arc::make_mut(&mut of.agreement).name = name.to_owned();
        of.kept.rename(name);
        Ok(())
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.plan.policy
    }

    /// The instances, by their number.
    pub fn agreements(&self) -> impl ExactSizeIterator<Item = &Arc<Agreement>> {
        self.instances.iter().map(|instance| &instance.agreement)
    }

    /// Up to where time has gone on; none before it has.
    pub const fn now(&self) -> Option<Instant> {
        self.now
    }

    /// The numbers of the instances that may have changed since this was last asked, in their order; at first all.
    pub fn take_changed(&mut self) -> impl ExactSizeIterator<Item = u32> + use<> {
        self.schedule.take_changed().into_iter()
    }

    /// How many items of all instances are open.
    pub fn open_items(&self) -> u64 {
        self.instances.iter().map(Instance::open_items).sum()
    }

    fn instance_mut(&mut self, number: u32) -> Result<&mut Instance, Misuse> {
        self.schedule.touch(number);
        self.instances.get_mut(number as usize).ok_or(Misuse::NoInstance(number))
    }

    /// An event has arrived for an instance. An event that is later than the lateness is a problem of the outcome.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn push(&mut self, instance: u32, fact: Fact) -> Result<(), Misuse> {
        let horizon = self.horizon();
        let of = self.instance_mut(instance)?;
        of.kept.input_mut().lines += 1;
        if horizon.is_some_and(|horizon| fact.at < horizon) {
            of.kept.input_mut().problems += 1;
            let problem = Problem {
                code: Code::TooLate,
                message: "the event is later than the agreement lets events be".into(),
                place: Place { line: fact.line, column: u32::from(fact.line > 0) },
                at: Some(fact.at),
                event: fact.id.clone(),
                wanted_by: None,
            };
            of.kept.problem(&of.agreement, problem);
            return Ok(());
        }
        of.push(fact);
        Ok(())
    }

    /// A retraction has arrived for an instance.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn retract(&mut self, instance: u32, retraction: Retraction) -> Result<(), Misuse> {
        let of = self.instance_mut(instance)?;
        of.kept.input_mut().lines += 1;
        of.retract(retraction);
        Ok(())
    }

    /// A party of an instance has decided something. Decisions are kept with the instance and change no outcome:
    /// statements apply them.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn decide(&mut self, instance: u32, decision: Decision) -> Result<(), Misuse> {
        self.instance_mut(instance)?.decided.decisions.push(decision);
        Ok(())
    }

    /// A decision of an instance is taken back.
    ///
    /// # Errors
    /// If there is no such instance.
    pub fn withdraw(&mut self, instance: u32, retraction: Retraction) -> Result<(), Misuse> {
        self.instance_mut(instance)?.decided.withdrawals.push(retraction);
        Ok(())
    }

    /// What the parties of an instance have decided, as it arrived, and what takes decisions back.
    pub fn decisions(&self, instance: u32) -> (&[Decision], &[Retraction]) {
        let of = self.instances.get(instance as usize);
        of.map_or((&[], &[]), |of| (&of.decided.decisions, &of.decided.withdrawals))
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
        let of = self.instance_mut(instance)?;
        of.kept.input_mut().add(counts);
        for problem in problems {
            of.kept.problem(&of.agreement, problem);
        }
        Ok(())
    }

    fn horizon(&self) -> Option<Instant> {
        self.now.map(|now| self.before_lateness(now))
    }

    fn before_lateness(&self, now: Instant) -> Instant {
        Instant(now.0.saturating_sub(self.plan.policy.lateness))
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
        let horizon = self.before_lateness(now);
        let reach = Reach { horizon, until: horizon, telling: Telling::Complete };
        self.go_on(now, reach, |number, instance, plan, room| match sinks.get_mut(number as usize) {
            Some(sink) => instance.advance(plan, reach, room, sink),
            None => {
                let mut kept = std::mem::take(&mut instance.kept);
                let agreement = Arc::clone(&instance.agreement);
                let mut keeping = Keeping { kept: &mut kept, agreement: &agreement };
                instance.advance(plan, reach, room, &mut keeping);
                kept.input_mut().add(instance.kept.input());
                instance.kept = kept;
            }
        })
    }

    /// Before this instant nothing more will come but what is late. Everything up to it is told as it arises; what
    /// comes late, within the lateness, revises what was told.
    ///
    /// Of an instance, problems come first, then revisions, then what arises, in the order of time. A verdict is told
    /// as soon as it is decided, and again when the act is done late; an accrual when it stops.
    ///
    /// # Errors
    /// If time has gone on beyond it already.
    pub fn follow(&mut self, now: Instant, sink: &mut impl StreamSink) -> Result<(), Misuse> {
        let reach = Reach { horizon: self.before_lateness(now), until: now, telling: Telling::Prompt };
        self.go_on(now, reach, |number, instance, plan, room| {
            instance.kept.hand_over(&mut OfInstance { instance: number, sink });
            instance.advance(plan, reach, room, &mut OfInstance { instance: number, sink });
        })
    }

    fn go_on(
        &mut self,
        now: Instant,
        reach: Reach,
        mut advance: impl FnMut(u32, &mut Instance, &Plan, &mut Vec<Fact>),
    ) -> Result<(), Misuse> {
        if self.now.is_some_and(|before| now < before) {
            return Err(Misuse::TimeGoesBack(now));
        }
        self.now = Some(now);
        self.told_until = self.told_until.max(reach.until);
        if self.telling != reach.telling {
            self.telling = reach.telling;
            (0..).zip(&self.instances).for_each(|(number, _)| self.schedule.touch(number));
        }
        let lateness = self.plan.policy.lateness;
        let delay = i64::try_from(now.nanos_since(reach.until)).unwrap_or(i64::MAX);
        // Room for the facts of one instance, used for one after the other.
        let mut room = Vec::new();
        for number in self.schedule.due(now) {
            let Some(instance) = self.instances.get_mut(number as usize) else { continue };
            advance(number, instance, &self.plan, &mut room);
            self.schedule.set(number, instance.wakes_at(lateness, delay));
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

    /// The outcome of one instance as of an instant, if nothing happens from an earlier one on: what time alone brings.
    ///
    /// # Errors
    /// If there is no such instance, or the state of the earlier instant is gone.
    pub fn in_silence(&self, instance: u32, from: Instant, as_of: Instant) -> Result<Outcome, Misuse> {
        self.check(from)?;
        let of = self.instances.get(instance as usize).ok_or(Misuse::NoInstance(instance))?;
        Ok(of.silent(&self.plan, from, as_of.max(from)))
    }

    /// Plays what an instance has not settled once more, up to an instant, and hands it over to a sink: what stands
    /// behind its outcome as of that instant, to a sink that wants it.
    ///
    /// # Errors
    /// If there is no such instance, or the state of that instant is gone.
    pub fn play_again(&self, instance: u32, as_of: Instant, sink: &mut impl Sink) -> Result<(), Misuse> {
        self.check(as_of)?;
        let of = self.instances.get(instance as usize).ok_or(Misuse::NoInstance(instance))?;
        of.clone().finish(&self.plan, as_of, sink);
        Ok(())
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
            instance.finish(plan, as_of, sink);
            // What a finished instance held is given back before the next one needs as much.
            *instance = Instance::new(plan, Arc::clone(&instance.agreement));
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
        if as_of < self.told_until { Err(Misuse::Settled(as_of)) } else { Ok(()) }
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

    fn claim(&mut self, claim: Claim) {
        self.claims.push(claim);
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
    /// Hands everything over to a sink and keeps nothing but the counts: of lines, and of problems that are not named.
    pub(crate) fn hand_over(&mut self, sink: &mut impl Sink) {
        self.cut_problems();
        self.verdicts.drain(..).for_each(|verdict| sink.verdict(verdict));
        self.figures.drain(..).for_each(|figure| sink.figure(figure));
        self.entries.drain(..).for_each(|entry| sink.entry(entry));
        self.notices.drain(..).for_each(|notice| sink.notice(notice));
        self.claims.drain(..).for_each(|claim| sink.claim(claim));
        for problem in self.problems.drain(..) {
            if let Some(count) = self.problem_counts.get_mut(&problem.code) {
                *count = count.saturating_sub(1);
            }
            sink.problem(problem);
        }
        self.problem_counts.retain(|_, count| *count > 0);
    }

    fn cut_problems(&mut self) {
        self.problems.sort_by(|left, right| problem_key(left).cmp(&problem_key(right)));
        self.problems.truncate(Outcome::PROBLEMS_MAX);
    }

    /// Puts everything into its defined order.
    pub(crate) fn sort(&mut self) {
        self.verdicts.sort_by(|left, right| (left.duty, &left.subject).cmp(&(right.duty, &right.subject)));
        self.figures.sort_by(|left, right| {
            (left.measure, left.window.index, &left.group).cmp(&(
                right.measure,
                right.window.index,
                &right.group,
            ))
        });
        self.entries.sort_by(|left, right| {
            (left.at, left.consequence, &left.subject).cmp(&(right.at, right.consequence, &right.subject))
        });
        self.notices.sort_by(|left, right| {
            (left.at, left.consequence, &left.subject, left.to, left.arose).cmp(&(
                right.at,
                right.consequence,
                &right.subject,
                right.to,
                right.arose,
            ))
        });
        self.claims.sort_by(|left, right| {
            (left.at, left.consequence, &left.subject, left.ordinal).cmp(&(
                right.at,
                right.consequence,
                &right.subject,
                right.ordinal,
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
