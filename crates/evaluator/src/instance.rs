//! One instance in a stream: what has been played, what waits, and the earlier states from which it is played again
//! when something comes late.
//!
//! What lies before the horizon (the lateness before now) is settled: nothing that comes can change it.

use crate::admit::{Pending, Retraction, Standing, TakenBack, concerns, count, in_order, retract};
use crate::dated::Dated;
use crate::ending::as_ended;
use crate::kept::Kept;
use crate::outcome::{Outcome, Sink, Subject};
use crate::plan::Plan;
use crate::play::{Play, Telling};
use crate::rarely::{Rare, Rarely, rare};
use crate::read::read;
use crate::revision::{Record, Told};
use crate::settled::SettledAccruals;
use crate::state::{Item, State, WindowDuty};
use serde::{Deserialize, Serialize};
use servanda_events::{Decision, Fact, InputCounts};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Value, Verdict as Kind};
use servanda_policy::time::Instant;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

/// How many events are played at least between two states that are kept.
const EVENTS_BETWEEN_STATES: usize = 8;

/// One instance: what is settled, and what may still change.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) agreement: Arc<Agreement>,
    pub(crate) kept: Kept,
    live: Played,
    recent: Rarely<Recent>,
    pub(crate) decided: Rarely<Decided>,
}

/// What may still change, and what is held for that: an instance at rest has nothing of it.
#[derive(Debug, Clone, Default)]
struct Recent {
    /// States from which what comes late is played again, oldest first. There are some as soon as something is played
    /// beyond the horizon; the first of them lies before it.
    earlier: VecDeque<Played>,
    /// Events that stand before the first of the states, and since.
    standing: Standing,
    /// Events from the instant of the first of the states on, in the order of their instants.
    tail: Vec<Fact>,
    /// Events that have arrived since, in any order.
    arrived: Vec<Fact>,
    /// Retractions that may still concern the tail, and those that have arrived since.
    retractions: Dated<Pending>,
    retracting: Dated<Pending>,
    /// Events that were taken back, as far back as a retraction may still come.
    taken_back: Dated<TakenBack>,
}

impl Rare for Recent {
    fn nothing() -> &'static Self {
        static NOTHING: LazyLock<Recent> = LazyLock::new(Recent::default);
        &NOTHING
    }

    fn is_nothing(&self) -> bool {
        let Recent { earlier, standing, tail, arrived, retractions, retracting, taken_back } = self;
        earlier.is_empty()
            && standing.facts().is_empty()
            && tail.is_empty()
            && arrived.is_empty()
            && retractions.is_empty()
            && retracting.is_empty()
            && taken_back.is_empty()
    }
}

/// What its parties have decided, and what takes a decision back. No outcome here depends on it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Decided {
    pub(crate) decisions: Vec<Decision>,
    pub(crate) withdrawals: Vec<Retraction>,
}

rare! { Decided }

/// A state, and up to where it has been played.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Played {
    /// Everything before this instant has been played, and nothing of it.
    pub(crate) at: Instant,
    pub(crate) state: State,
    /// What became of the events that have been played.
    pub(crate) counts: InputCounts,
}

/// An instance as it is stored: from the first of its states the others are played again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored<'i> {
    pub(crate) name: Cow<'i, str>,
    pub(crate) params: Cow<'i, [Value]>,
    kept: Cow<'i, Outcome>,
    pub(crate) state: Cow<'i, Played>,
    /// Up to where it had been played.
    played: Instant,
    standing: Vec<Cow<'i, Fact>>,
    tail: Cow<'i, [Fact]>,
    arrived: Cow<'i, [Fact]>,
    retractions: Vec<Cow<'i, Pending>>,
    retracting: Vec<Cow<'i, Pending>>,
    taken_back: Vec<Cow<'i, TakenBack>>,
    decisions: Cow<'i, [Decision]>,
    withdrawals: Cow<'i, [Retraction]>,
}

impl Stored<'_> {
    /// What has been told of claims and has not been handed over: it stands beside the other outcomes.
    pub(crate) fn claims(&self) -> &[crate::outcome::Claim] {
        &self.kept.claims
    }

    pub(crate) fn put_claims(&mut self, claims: Vec<crate::outcome::Claim>) {
        if !claims.is_empty() {
            self.kept.to_mut().claims = claims;
        }
    }

    /// What payments had settled of what compounds.
    pub(crate) fn settled(&self) -> SettledAccruals {
        crate::settled::of(&self.state.state, &self.kept)
    }

    /// Puts it where it belongs; none where there is no such place.
    pub(crate) fn put_settled(&mut self, settled: SettledAccruals) -> Option<()> {
        if settled == SettledAccruals::default() {
            return Some(());
        }
        crate::settled::put(&mut self.state.to_mut().state, self.kept.to_mut(), settled)
    }

    /// The events that are kept.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &Fact> {
        let standing = self.standing.iter().map(|fact| &**fact);
        standing.chain(self.tail.iter()).chain(self.arrived.iter())
    }
}

/// How far an instance is played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Nothing before it will come any more.
    pub(crate) horizon: Instant,
    /// Up to where it is played: the horizon, or beyond.
    pub(crate) until: Instant,
    pub(crate) telling: Telling,
}

impl Instance {
    pub(crate) fn new(plan: &Plan, agreement: Arc<Agreement>) -> Self {
        let live =
            Played { at: Instant::MIN, state: State::new(plan, &agreement), counts: InputCounts::default() };
        let (kept, recent, decided) = (Kept::default(), Rarely::default(), Rarely::default());
        Instance { agreement, kept, live, recent, decided }
    }

    pub(crate) fn push(&mut self, fact: Fact) {
        self.recent.arrived.push(fact);
    }

    pub(crate) fn retract(&mut self, retraction: Retraction) {
        self.recent.retracting.add(Pending { retraction, found: false });
    }

    /// How many items are open.
    pub(crate) fn open_items(&self) -> u64 {
        self.live.state.cases.values().map(|items| items.slots().iter().flatten().count() as u64).sum()
    }

    /// Plays what has arrived and what the passing of time brings. What lies before the horizon is settled; what lies
    /// beyond is played on states that are kept, so that what comes late can be played in its place. `room` is for the
    /// facts of one instance after the other.
    pub(crate) fn advance(&mut self, plan: &Plan, reach: Reach, room: &mut Vec<Fact>, sink: &mut impl Sink) {
        let lateness = plan.policy.lateness;
        match self.changed_from(lateness) {
            Some(from) => self.play_again(plan, from, reach.telling, room, sink),
            None => self.take_in(lateness),
        }
        self.settle_retractions(reach.horizon, sink);
        if self.live.at < reach.horizon {
            // Nothing that can still come lies before the horizon, so that no state before it is needed.
            self.recent.earlier.clear();
            let facts = self.recent.tail.partition_point(|fact| fact.at < reach.horizon);
            let played = self.unplayed();
            room.clear();
            room.extend(self.recent.tail.drain(..facts).skip(played));
            self.play(plan, reach.horizon, reach.telling, reach.horizon, room, sink);
        }
        if reach.until > self.live.at && self.goes_on(reach.until) {
            self.keep_state(lateness);
            let floor = self.floor();
            self.between(self.live.at, reach.until, room);
            self.play(plan, reach.until, reach.telling, floor, room, sink);
        }
        self.forget(reach.horizon, lateness);
        self.let_go();
    }

    /// Gives back what an instance at rest has no use for.
    fn let_go(&mut self) {
        self.recent.let_go();
        if self.recent.is_nothing() {
            self.live.state.let_go();
        }
    }

    /// Whether anything happens before an instant, or ends there.
    fn goes_on(&self, until: Instant) -> bool {
        self.recent.tail.get(self.unplayed()).is_some_and(|fact| fact.at < until)
            || self.live.state.agenda.first().is_some_and(|bound| bound.at <= until)
    }

    /// The instant of the first of the states.
    fn floor(&self) -> Instant {
        self.recent.earlier.front().unwrap_or(&self.live).at
    }

    /// The events of the tail from an instant up to another.
    fn between(&self, from: Instant, until: Instant, room: &mut Vec<Fact>) {
        let place = |at| self.recent.tail.partition_point(|fact| fact.at < at);
        room.clear();
        room.extend(self.recent.tail.get(place(from)..place(until)).unwrap_or_default().iter().cloned());
    }

    fn play(
        &mut self,
        plan: &Plan,
        until: Instant,
        telling: Telling,
        floor: Instant,
        facts: &mut Vec<Fact>,
        sink: &mut impl Sink,
    ) {
        self.live.play(plan, &self.agreement, &mut self.recent.standing, until, telling, floor, facts, sink);
    }

    /// From which instant on what has arrived changes what has been played.
    fn changed_from(&self, lateness: i64) -> Option<Instant> {
        let late = self.recent.arrived.iter().map(|fact| fact.at).filter(|at| *at < self.live.at);
        let played = self.recent.tail.get(self.untouched()..self.unplayed()).unwrap_or_default();
        let taken_back = played.iter().filter(|fact| {
            let by = |pending: &Pending, id| concerns(&pending.retraction, id, fact.at, lateness);
            fact.id.as_ref().is_some_and(|id| self.recent.retracting.of(id).any(|pending| by(pending, id)))
        });
        late.chain(taken_back.map(|fact| fact.at)).min()
    }

    /// The place in the tail of the first event that has not been played.
    fn unplayed(&self) -> usize {
        self.recent.tail.partition_point(|fact| fact.at < self.live.at)
    }

    /// The place in the tail before which the retractions that have arrived take nothing back: where none of their
    /// ids stands, none of what has been played.
    fn untouched(&self) -> usize {
        let stands =
            self.recent.retracting.iter().any(|pending| self.recent.standing.has(&pending.retraction.id));
        if stands { 0 } else { self.unplayed() }
    }

    /// Puts what has arrived among the rest.
    fn take_in(&mut self, lateness: i64) {
        let untouched = self.untouched();
        let Recent { tail, arrived, retractions, retracting, taken_back, .. } = &mut *self.recent;
        let before = taken_back.len();
        if !retracting.is_empty() {
            let mut retracting = std::mem::take(retracting);
            // An event may be taken back by several.
            retracting.each(|pending| {
                let of = |event: &TakenBack| concerns(&pending.retraction, &event.id, event.at, lateness);
                pending.found = taken_back.of(&pending.retraction.id).any(of);
            });
            retract(tail, untouched, &mut retracting, lateness, taken_back);
            retractions.extend(retracting);
        }
        if !arrived.is_empty() {
            retract(arrived, 0, retractions, lateness, taken_back);
            if tail.is_empty() {
                std::mem::swap(tail, arrived);
                in_order(tail);
            } else {
                in_order(arrived);
                let follows = arrived.first().map(|fact| fact.at) >= tail.last().map(|fact| fact.at);
                tail.append(arrived);
                if !follows {
                    in_order(tail);
                }
            }
        }
        self.kept.input_mut().ignored += (taken_back.len() - before) as u64;
    }

    /// Takes in what has arrived, and plays again from before an instant on what has been played: what was told, and
    /// what is to be told instead, are compared.
    fn play_again(
        &mut self,
        plan: &Plan,
        from: Instant,
        telling: Telling,
        room: &mut Vec<Fact>,
        sink: &mut impl Sink,
    ) {
        let lateness = plan.policy.lateness;
        let until = self.live.at;
        while self.recent.earlier.len() > 1 && self.recent.earlier.back().is_some_and(|state| state.at > from)
        {
            self.recent.earlier.pop_back();
        }
        let Some(start) = self.recent.earlier.back().cloned() else {
            self.take_in(lateness);
            return;
        };
        let floor = self.floor();
        let again = |instance: &mut Self, room: &mut Vec<Fact>| {
            let mut record = Record::default();
            let mut played = start.clone();
            instance.recent.standing.back_to(start.at);
            instance.between(start.at, until, room);
            let agreement = &instance.agreement;
            played.play(
                plan,
                agreement,
                &mut instance.recent.standing,
                until,
                telling,
                floor,
                room,
                &mut record,
            );
            (played, record)
        };
        let (_, was) = again(self, room);
        self.take_in(lateness);
        let (live, is) = again(self, room);
        self.live = live;
        was.revisions(is, |told| told_before(plan, &start.state, told), sink);
    }

    /// Retractions that nothing can find any more are counted.
    fn settle_retractions(&mut self, horizon: Instant, sink: &mut impl Sink) {
        for pending in self.recent.retractions.take_before(horizon) {
            count(&pending, self.agreement.start, horizon, sink, self.kept.input_mut());
        }
    }

    /// Keeps the state from which what comes late can be played again: twice in a lateness, but not so often that
    /// copying states costs more than playing the events between them again.
    fn keep_state(&mut self, lateness: i64) {
        let since = self.recent.earlier.back().is_none_or(|last| {
            let events = self.recent.tail.partition_point(|fact| fact.at < self.live.at)
                - self.recent.tail.partition_point(|fact| fact.at < last.at);
            events >= EVENTS_BETWEEN_STATES && self.live.at.nanos_since(last.at) >= i128::from(lateness / 2)
        });
        if since {
            let earlier = &mut self.recent.earlier;
            if earlier.is_empty() {
                // There is often but one.
                earlier.reserve_exact(1);
            }
            earlier.push_back(self.live.clone());
        }
    }

    /// Lets go of what lies so far back that nothing can need it.
    fn forget(&mut self, horizon: Instant, lateness: i64) {
        while self.recent.earlier.get(1).unwrap_or(&self.live).at <= horizon
            && self.recent.earlier.pop_front().is_some()
        {}
        let floor = self.floor();
        let settled = self.recent.tail.partition_point(|fact| fact.at < floor);
        self.recent.tail.drain(..settled);
        self.recent.standing.forget_before(Instant(floor.0.saturating_sub(lateness)));
        self.recent.taken_back.take_before(horizon);
    }

    /// The next instant at which something happens without an event, or something can be let go of.
    ///
    /// It is played up to `delay` before the instant that time has gone on to.
    pub(crate) fn wakes_at(&self, lateness: i64, delay: i64) -> Option<Instant> {
        let delayed = |at: Instant| Instant(at.0.saturating_add(delay));
        let bound = self.live.state.agenda.first().map(|bound| match bound.kind.ends() {
            true => bound.at,
            false => bound.at.next(),
        });
        let waiting = self.recent.tail.get(self.unplayed()).map(|fact| fact.at.next());
        let lapses =
            |at: Instant, times: i64| Instant(at.0.saturating_add(lateness.saturating_mul(times))).next();
        // A state can go when the one after it lies before the horizon, and what has been played when all of it does.
        let states = self.recent.earlier.front().map(|_| {
            let next = self.recent.earlier.get(1).unwrap_or(&self.live);
            Instant(next.at.0.saturating_add(lateness))
        });
        let ids = self.recent.standing.facts().front().filter(|_| self.recent.earlier.is_empty());
        let ids = ids.map(|fact| lapses(fact.at, 2));
        let retractions = self.recent.retractions.first().map(|at| lapses(at, 1));
        let taken_back = self.recent.taken_back.first().map(|at| lapses(at, 1));
        let happens = bound.into_iter().chain(waiting).map(delayed);
        happens.chain(retractions).chain(taken_back).chain(states).chain(ids).min()
    }

    /// What is stored of it.
    pub(crate) fn stored(&self) -> Stored<'_> {
        let state = self.recent.earlier.front().unwrap_or(&self.live);
        let standing = self.recent.standing.facts().iter().take_while(|fact| fact.at < state.at);
        Stored {
            name: Cow::Borrowed(&self.agreement.name),
            params: Cow::Borrowed(&self.agreement.params),
            kept: self.kept.outcome(&self.agreement),
            state: Cow::Borrowed(state),
            played: self.live.at,
            standing: standing.map(Cow::Borrowed).collect(),
            tail: Cow::Borrowed(&self.recent.tail),
            arrived: Cow::Borrowed(&self.recent.arrived),
            retractions: self.recent.retractions.iter().map(Cow::Borrowed).collect(),
            retracting: self.recent.retracting.iter().map(Cow::Borrowed).collect(),
            taken_back: self.recent.taken_back.iter().map(Cow::Borrowed).collect(),
            decisions: Cow::Borrowed(&self.decided.decisions),
            withdrawals: Cow::Borrowed(&self.decided.withdrawals),
        }
    }

    /// The instance that was stored; none where what is stored does not fit the policy.
    pub(crate) fn restored(
        plan: &Plan,
        agreement: Arc<Agreement>,
        stored: Stored<'_>,
        telling: Telling,
    ) -> Option<Self> {
        let mut state = stored.state.into_owned();
        let standing: Vec<Fact> = stored.standing.into_iter().map(Cow::into_owned).collect();
        let (tail, arrived) = (stored.tail.into_owned(), stored.arrived.into_owned());
        let facts = || standing.iter().chain(&tail).chain(&arrived);
        let in_order = |facts: &[Fact]| facts.is_sorted_by_key(|fact| fact.at);
        let sound = stored.played >= state.at
            && in_order(&standing)
            && in_order(&tail)
            && standing.last().is_none_or(|fact| fact.at < state.at)
            && tail.first().is_none_or(|fact| fact.at >= state.at)
            && facts().all(|fact| crate::fits::fact(&plan.policy, fact))
            && crate::fits::state(plan, &as_ended(&agreement, &state.state), &state.state, state.at)
            && crate::fits::counts(&state.counts)
            && crate::fits::outcome(&plan.policy, &stored.kept)
            && stored.decisions.iter().all(|decision| crate::fits::party(&plan.policy, decision.by));
        if !sound {
            return None;
        }
        let beyond = stored.played > state.at;
        crate::debt::place_all(plan, &mut state.state);
        crate::run::from_windows(plan, &mut state.state);
        let recent = Recent {
            earlier: beyond.then(|| state.clone()).into_iter().collect(),
            standing: Standing::of(standing),
            tail,
            arrived,
            retractions: stored.retractions.into_iter().map(Cow::into_owned).collect(),
            retracting: stored.retracting.into_iter().map(Cow::into_owned).collect(),
            taken_back: stored.taken_back.into_iter().map(Cow::into_owned).collect(),
        };
        let (decisions, withdrawals) = (stored.decisions.into_owned(), stored.withdrawals.into_owned());
        let decided = Decided { decisions, withdrawals }.into();
        let kept = Kept::of(stored.kept.into_owned());
        let mut instance = Instance { agreement, kept, live: state, recent: recent.into(), decided };
        if beyond {
            // It was told before it was stored.
            let (mut facts, floor) = (Vec::new(), instance.floor());
            instance.between(floor, stored.played, &mut facts);
            instance.play(plan, stored.played, telling, floor, &mut facts, &mut Record::default());
        }
        Some(instance)
    }

    /// The outcome as of an instant up to which everything has arrived that will.
    pub(crate) fn outcome(&self, plan: &Plan, as_of: Instant) -> Outcome {
        let mut copy = self.clone();
        let mut outcome = std::mem::take(&mut copy.kept).into_outcome(&copy.agreement);
        outcome.as_of = as_of;
        let mut counts = copy.play_all(plan, as_of, &mut outcome);
        counts.add(&copy.live.counts);
        counts.add(copy.kept.input());
        outcome.input.add(&counts);
        let agreement = as_ended(&copy.agreement, &copy.live.state);
        read(plan, &agreement, &mut copy.live.state, as_of, &mut outcome);
        outcome.sort();
        outcome
    }

    /// The outcome as of an instant, if nothing happens from an earlier one on, up to which everything has arrived that will.
    pub(crate) fn silent(&self, plan: &Plan, from: Instant, as_of: Instant) -> Outcome {
        let mut copy = self.clone();
        copy.recent.tail.retain(|fact| fact.at < from);
        copy.recent.arrived.retain(|fact| fact.at < from);
        copy.outcome(plan, as_of)
    }

    /// Plays everything up to an instant, and tells what is open then.
    pub(crate) fn finish(&mut self, plan: &Plan, as_of: Instant, sink: &mut impl Sink) {
        self.kept.hand_over(sink);
        self.play_all(plan, as_of, sink);
        let agreement = as_ended(&self.agreement, &self.live.state);
        read(plan, &agreement, &mut self.live.state, as_of, sink);
    }

    /// Plays everything up to an instant, as if nothing before it could come any more; what has arrived and lies
    /// behind it is ignored.
    fn play_all(&mut self, plan: &Plan, as_of: Instant, sink: &mut impl Sink) -> InputCounts {
        let reach = Reach { horizon: as_of, until: as_of, telling: Telling::Complete };
        self.advance(plan, reach, &mut Vec::new(), sink);
        let mut counts = InputCounts::default();
        for pending in self.recent.retractions.iter() {
            count(pending, self.agreement.start, as_of, sink, &mut counts);
        }
        counts.ignored += self.recent.tail.iter().filter(|fact| fact.at >= as_of).count() as u64;
        counts
    }
}

/// The verdict on the same thing as it had been told when a state was reached: of what is done late, the breach.
fn told_before(plan: &Plan, state: &State, told: &Told) -> Option<Told> {
    if let Told::Claim(told) = told {
        let open = state.seldom.more.claims.find(told.consequence, &told.subject, told.ordinal)?;
        return crate::claim::told(&plan.policy, open, crate::outcome::ClaimStanding::Open).map(Told::Claim);
    }
    let Told::Verdict(told) = told else { return None };
    let verdict = match &told.subject {
        Subject::Item { case, born, key } => {
            let items = state.cases.find(*case)?;
            let is_it = |item: &&Item| item.key == *key && item.born == *born;
            let open = items.slot_of(key).and_then(|slot| items.get(slot)).filter(is_it);
            let item = open.or_else(|| items.slots().iter().flatten().map(|item| &**item).find(is_it))?;
            let duty = item.duties.get(*plan.duty_places.find(told.duty)?).filter(|duty| duty.told)?;
            let number = *plan.duty_places.find(told.duty)?;
            let mut verdict = crate::duty::verdict_of(plan, told.duty, *case, item, duty)?;
            let place = (*case, item.birth, number as u32);
            state.seldom.more.extend_evidence(place, verdict.at, &mut verdict.evidence);
            Some(verdict)
        }
        Subject::Window(span) => {
            let mut open = state.windowed.get(&told.duty)?.iter();
            let decided = |of: &&WindowDuty| matches!(of.verdict, Kind::Broken | Kind::Excused);
            let of = open.find(|of| of.window.index == span.index && decided(of))?;
            let excusing = state.excusing(plan, told.duty, of);
            Some(crate::duty::windowed_verdict(told.duty, span.window, of, excusing))
        }
        Subject::Agreement | Subject::Event(_) | Subject::Group(..) => None,
    };
    verdict.map(Told::Verdict)
}

impl Played {
    #[expect(clippy::too_many_arguments, reason = "an instance lends its parts")]
    fn play(
        &mut self,
        plan: &Plan,
        agreement: &Agreement,
        standing: &mut Standing,
        until: Instant,
        telling: Telling,
        floor: Instant,
        facts: &mut Vec<Fact>,
        sink: &mut impl Sink,
    ) {
        standing.admit(facts, plan.policy.lateness, floor, sink, &mut self.counts);
        let mut rest: &[Fact] = facts;
        loop {
            let agreement = as_ended(agreement, &self.state);
            let mut play = Play::new(plan, &agreement, &mut self.state, sink, &mut self.counts, telling);
            let Some((end, left)) = play.run(rest, until) else { break };
            let (now, was) = (play.now, agreement.end);
            self.state.seldom.later.end = Some(end);
            let agreement = agreement.ended_at(end);
            Play::new(plan, &agreement, &mut self.state, sink, &mut self.counts, telling).cut(was, now);
            rest = left;
        }
        self.at = until;
    }
}
