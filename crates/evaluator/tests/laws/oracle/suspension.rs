//! Suspensions: from the event by which somebody suspends until nothing is late any more, or it is given up.

use super::admission::by_content;
use super::duty::Delay;
use super::lives::Item;
use super::{World, evidence, problem};
use servanda_diagnostics::Code;
use servanda_evaluator::outcome::{Evidence, Notice, Subject};
use servanda_events::{Fact, FieldValue, Problem};
use servanda_policy::policy::{ConsequenceId, DutyId, Effect, Form, Signal, Suspension, Verdict as Kind};
use servanda_policy::time::{Instant, Window};

/// A time for which a sentence suspends what it names.
#[derive(Debug, Clone)]
pub(crate) struct Suspended {
    pub sentence: ConsequenceId,
    pub since: Instant,
    pub until: Option<Instant>,
    /// The event that begins it, and the one by which it is given up.
    pub by: Evidence,
    pub given_up: Option<Evidence>,
}

/// What suspensions have come to.
#[derive(Debug, Clone, Default)]
pub(crate) struct AllSuspended {
    pub times: Vec<Suspended>,
    pub notices: Vec<Notice>,
    pub problems: Vec<Problem>,
}

impl World<'_> {
    /// All suspensions, and what became of the events that were meant to suspend, or to give up.
    pub(super) fn suspensions(&self) -> AllSuspended {
        if let Some(known) = self.asked.suspended.borrow().as_ref() {
            return known.clone();
        }
        let mut all = AllSuspended::default();
        let sentences: Vec<(ConsequenceId, &Suspension)> = self
            .policy
            .consequences
            .iter()
            .filter_map(|(id, it)| match &it.effect {
                Effect::Suspend(of) => Some((id, of)),
                _ => None,
            })
            .collect();
        let mut instants: Vec<Instant> = self.facts.iter().map(|fact| fact.at).collect();
        instants.dedup();
        for at in instants.into_iter().filter(|_| !sentences.is_empty()) {
            let mut here: Vec<&Fact> = self.facts.iter().filter(|fact| fact.at == at).collect();
            here.sort_by(|a, b| by_content(a, b).then_with(|| a.id.cmp(&b.id)));
            for fact in &here {
                self.give_up(&sentences, fact, &mut all);
            }
            for fact in &here {
                self.suspend(&sentences, fact, &mut all);
            }
        }
        *self.asked.suspended.borrow_mut() = Some(all.clone());
        all
    }

    fn give_up(&self, sentences: &[(ConsequenceId, &Suspension)], fact: &Fact, all: &mut AllSuspended) {
        let (mut meant, mut used) = (false, false);
        for (id, of) in sentences {
            let Some(until) = &of.until else { continue };
            if !self.matches(until, fact) {
                continue;
            }
            let holds = all.times.iter_mut().find(|it| it.sentence == *id && it.holds(fact.at));
            let in_force = self.is_of_version(self.policy.consequences[*id].clause, fact.at);
            meant |= in_force || holds.is_some();
            if let Some(held) = holds {
                held.until = Some(fact.at);
                held.given_up = Some(evidence(fact));
                used = true;
            }
        }
        if meant && !used {
            all.problems.push(problem(Code::NothingToMove, fact));
        }
    }

    fn suspend(&self, sentences: &[(ConsequenceId, &Suspension)], fact: &Fact, all: &mut AllSuspended) {
        let at = fact.at;
        let (mut meant, mut used) = (false, false);
        for (id, of) in sentences {
            let rule = &self.policy.consequences[*id];
            let Signal::ForEvent(by) = &rule.on else { continue };
            if !self.in_force(rule.clause, at) || !self.matches(by, fact) {
                continue;
            }
            meant = true;
            if of.giver.is_some_and(|giver| *fact.field(giver) == FieldValue::Bad) {
                used = true;
                continue;
            }
            let theirs = of.giver.is_none_or(|giver| *fact.field(giver) == FieldValue::Party(of.holder));
            if !theirs {
                continue;
            }
            if all.times.iter().any(|it| it.sentence == *id && it.holds(at)) {
                used = true;
                continue;
            }
            let late = self.late_under(of.during);
            if !covers(&late, at) {
                continue;
            }
            used = true;
            let by = evidence(fact);
            let subject = Subject::Event(by.clone());
            all.notices.push(Notice { consequence: *id, to: of.holder, subject, at, arose: None });
            let until = end_of(&late, at);
            all.times.push(Suspended { sentence: *id, since: at, until, by, given_up: None });
        }
        if meant && !used {
            all.problems.push(problem(Code::NoRight, fact));
        }
    }

    /// When anything was late under a duty of whichever version: from its breach until it was done, or over.
    fn late_under(&self, first: DutyId) -> Vec<(Instant, Option<Instant>)> {
        let mut late = Vec::new();
        for (id, duty) in self.policy.duties.iter().filter(|(_, duty)| duty.first == first) {
            let Form::Do { case, act, .. } = &duty.form else { continue };
            for item in self.items(*case) {
                let Some(judged) = self.on_item(id, item) else { continue };
                if judged.verdict.verdict != Kind::Broken {
                    continue;
                }
                let from = judged.verdict.at.expect("it is decided");
                let done = self.first_done(item, *act).map(|done| done.0);
                let until = [done, item.end].into_iter().flatten().min();
                if until.is_none_or(|until| until > from) {
                    late.push((from, until));
                }
            }
        }
        late
    }

    /// The times for which a duty is suspended.
    fn suspended(&self, id: DutyId) -> Vec<Suspended> {
        let mut times = self.suspensions().times;
        times.retain(|it| match &self.policy.consequences[it.sentence].effect {
            Effect::Suspend(of) => of.suspends(self.policy, id),
            _ => false,
        });
        times
    }

    /// Whether anything could suspend a duty at all.
    fn can_be_suspended(&self, id: DutyId) -> bool {
        self.policy.consequences.values().any(|it| match &it.effect {
            Effect::Suspend(of) => of.suspends(self.policy, id),
            _ => false,
        })
    }

    /// Suspensions that hold a duty on an item, as delays do.
    pub(super) fn suspended_on(&self, id: DutyId, item: &Item) -> Vec<Delay> {
        if !self.can_be_suspended(id) {
            return Vec::new();
        }
        let mut delays = Vec::new();
        for it in self.suspended(id) {
            let from = it.since.max(item.born);
            let alive = item.end.is_none_or(|end| end > from);
            if !alive || it.until.is_some_and(|until| until <= from) {
                continue;
            }
            let events = [Some(it.by), it.given_up].into_iter().flatten().collect();
            delays.push(Delay { from, until: it.until, known: from, events });
        }
        delays
    }

    /// The events by which a duty was suspended in a window, up to the instant at which it is decided.
    pub(super) fn suspended_in(&self, id: DutyId, window: &Window, decided: Instant) -> Vec<Evidence> {
        if !self.can_be_suspended(id) {
            return Vec::new();
        }
        let mut times = self.suspended(id);
        times.retain(|it| {
            it.since < window.end
                && it.since <= decided
                && it.until.is_none_or(|until| until > window.start && until > it.since)
        });
        times.sort_by_key(|it| it.since);
        times.into_iter().map(|it| it.by).collect()
    }
}

impl Suspended {
    fn holds(&self, at: Instant) -> bool {
        self.since <= at && self.until.is_none_or(|until| until > at)
    }
}

/// Whether something was late before an instant, and is at it.
fn covers(late: &[(Instant, Option<Instant>)], at: Instant) -> bool {
    late.iter().any(|(from, until)| *from < at && until.is_none_or(|until| until > at))
}

/// The first instant from one on at which nothing is late.
fn end_of(late: &[(Instant, Option<Instant>)], mut at: Instant) -> Option<Instant> {
    while covers(late, at) {
        let here = late.iter().filter(|(from, until)| *from < at && until.is_none_or(|until| until > at));
        at = here.map(|(_, until)| *until).min_by_key(|until| until.is_some())??;
    }
    Some(at)
}
