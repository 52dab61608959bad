//! What passes at the first instant at which something holds.

use super::ending::Ends;
use super::expression::Scope;
use super::lives::Moment;
use super::pot::number_on;
use super::value::{Maybe, Ratio, whole};
use super::{World, after};
use num_traits::Zero;
use servanda_evaluator::outcome::{Notice, Subject};
use servanda_policy::policy::{
    CaseId, Consequence, ConsequenceId, Effect, Entry, PartyId, Right, Signal, Standing,
};
use servanda_policy::time::Instant;

impl World<'_> {
    /// What has passed, each at the first instant at which its condition holds. It can begin to hold with something that
    /// happens, with a credit that pays, with the end and with a version.
    pub(super) fn titles(&self) -> Vec<Notice> {
        let mut passed: Vec<(Right, Notice)> = Vec::new();
        for at in self.instants() {
            for (id, consequence) in self.policy.consequences.iter() {
                let (Signal::Standing(standing), Effect::Right(right)) =
                    (&consequence.on, &consequence.effect)
                else {
                    continue;
                };
                let new = passed.iter().all(|it| it.0 != *right);
                if new && self.is_of_version(consequence.clause, at) && self.holds(standing, at) {
                    let notice = Notice {
                        consequence: id,
                        to: right.holder,
                        subject: Subject::Agreement,
                        at,
                        arose: None,
                    };
                    passed.push((right.clone(), notice));
                }
            }
        }
        passed.into_iter().map(|it| it.1).collect()
    }

    /// The instants at which something can begin to hold.
    fn instants(&self) -> Vec<Instant> {
        let mut instants: Vec<Instant> = self.facts.iter().map(|fact| fact.at).collect();
        instants.extend(self.credited.iter().map(|it| it.0));
        let items = self.lives.items.values().flatten();
        instants.extend(items.flat_map(|item| &item.silences).map(|it| it.late));
        instants.extend(self.agreement.end);
        instants.push(self.agreement.start);
        instants.extend(&self.agreement.versions);
        instants.retain(|at| *at >= self.agreement.start && *at < self.as_of);
        instants.sort();
        instants.dedup();
        instants
    }

    /// The instants at which something can be paid out although nothing happens: the end, and versions behind it.
    pub(super) fn turns(&self) -> Vec<Instant> {
        let pays_out = |it: &Consequence| it.pays_out().is_some();
        if !self.policy.consequences.values().any(pays_out) {
            return Vec::new();
        }
        let Some(end) = self.agreement.end else { return Vec::new() };
        let versions = self.agreement.versions.iter().copied().filter(|at| *at > end);
        let mut turns: Vec<Instant> =
            std::iter::once(end).chain(versions).filter(|at| *at < self.as_of).collect();
        turns.sort();
        turns.dedup();
        turns
    }

    /// The amount by which what payments of a case have left is paid out at an instant.
    pub(super) fn pays_out(&self, case: CaseId, at: Instant) -> Option<&Entry> {
        self.agreement.end.filter(|end| at >= *end)?;
        let in_force = |it: &&Consequence| self.is_of_version(it.clause, at) && it.pays_out() == Some(case);
        match &self.policy.consequences.values().find(in_force)?.effect {
            Effect::Entry(entry) => Some(entry),
            _ => None,
        }
    }

    /// How much of what payments of a case had left was paid out at an instant.
    pub(super) fn paid_out(&self, case: CaseId, at: Instant) -> Maybe {
        let paid = self.lives.paid_out.get(&case).into_iter().flatten().find(|it| it.0 == at);
        paid.map_or(Maybe::NoData, |it| match &it.1 {
            Some(amount) => Maybe::number(amount.clone()),
            None => Maybe::failed(self.policy.cases[case].span),
        })
    }

    /// When an amount is owed that arises as soon as something holds, each time with its number.
    pub(super) fn owed_at_once(&self, id: ConsequenceId) -> Vec<(Instant, u32)> {
        let of = &self.policy.consequences[id];
        let (Signal::Standing(standing), Effect::Entry(_)) = (&of.on, &of.effect) else { return Vec::new() };
        if let Some(case) = of.pays_out() {
            let paid = self.lives.paid_out.get(&case).into_iter().flatten().map(|it| it.0);
            let mut dates = Vec::new();
            let numbered = paid.map(|at| {
                dates.push(self.zone().date_of(at));
                (at, number_on(&dates))
            });
            return numbered.filter(|(at, _)| self.is_of_version(of.clause, *at)).collect();
        }
        // What is owed does not depend on what is owed so.
        if self.then && !standing.settled.is_empty() {
            return Vec::new();
        }
        let alike = |it: &(ConsequenceId, &Consequence)| it.0 == id || self.says_the_same(it.1, of);
        let all: Vec<_> = self.policy.consequences.iter().filter(alike).collect();
        for at in self.instants() {
            for (other, it) in &all {
                let Signal::Standing(standing) = &it.on else { continue };
                if self.is_of_version(it.clause, at) && self.holds(standing, at) {
                    return if *other == id { vec![(at, 1)] } else { Vec::new() };
                }
            }
        }
        Vec::new()
    }

    /// Whether two sentences of different versions let the same arise.
    fn says_the_same(&self, one: &Consequence, other: &Consequence) -> bool {
        let (Effect::Entry(left), Effect::Entry(right)) = (&one.effect, &other.effect) else { return false };
        let (Signal::Standing(before), Signal::Standing(after)) = (&one.on, &other.on) else { return false };
        let version = |it: &Consequence| self.policy.clauses[it.clause].version;
        let parties = |of: &Standing| of.settled.iter().map(|it| (it.0, it.1)).collect::<Vec<_>>();
        version(one) != version(other)
            && one.name == other.name
            && (left.debtor, left.creditor, left.kind) == (right.debtor, right.creditor, right.kind)
            && before.ended == after.ended
            && parties(before) == parties(after)
    }

    fn holds(&self, standing: &Standing, at: Instant) -> bool {
        if standing.ended && self.agreement.end.is_none_or(|end| at < end) {
            return false;
        }
        if standing.settled.is_empty() {
            return true;
        }
        let facts = self.facts.iter().filter(|fact| fact.at <= at).cloned().collect();
        let ends = Ends { cuts: self.ends.cuts.clone(), ..Ends::default() };
        let agreements = (self.agreed, self.agreement);
        let then = World::alive(self.policy, agreements, facts, after(at), ends, true);
        standing.settled.iter().all(|(debtor, creditor, _)| then.owes_nothing((*debtor, *creditor), at))
    }

    /// Whether nothing is owed, all of the last instant included.
    fn owes_nothing(&self, between: (PartyId, PartyId), at: Instant) -> bool {
        let cases = self.policy.cases.iter().filter(|(_, case)| {
            case.debt.as_ref().is_some_and(|debt| (debt.debtor, debt.creditor) == between)
        });
        let cases: Vec<CaseId> = cases.map(|it| it.0).collect();
        cases.into_iter().all(|id| {
            let debt = self.policy.cases[id].debt.as_ref().expect("it is one");
            let items = self.lives.items.get(&id);
            let mut open = items.into_iter().flatten().filter(|item| item.in_scope && item.end.is_none());
            let paid = open.all(|item| match self.unpaid(item, after(at)) {
                Maybe::Known(_) => self.paid_at(item).is_some(),
                _ => false,
            });
            let parts = self.lives.parts.get(&id).cloned().unwrap_or_default();
            let fees = self.fees_with_claims(id, debt, &self.facts, &self.lives, at);
            let settled = fees
                .iter()
                .flat_map(|it| &it.1)
                .all(|fee| self.outstanding(fee, &parts).is_some_and(|left| left.is_zero()));
            paid && settled
        })
    }
}

impl Moment<'_, '_> {
    /// Since the end, what payments have left is paid out, where the text says so.
    pub(super) fn pay_out(&mut self) {
        let Some(rest) = self.lives.rests.get(&self.id).filter(|rest| !rest.is_nothing()) else { return };
        let Some(entry) = self.world.pays_out(self.id, self.at) else { return };
        // What earlier pay-outs have left, or were too much.
        let carried = self.lives.carried.get(&self.id).cloned().unwrap_or_default();
        let known = (rest.known.values().sum::<Ratio>() + carried).max(Ratio::zero());
        let all = (!rest.unknown).then_some(known);
        let least = entry.nothing_below.as_ref().map(|it| self.world.value(it, Scope::none(self.at)));
        let least = least.as_ref().and_then(Maybe::as_number);
        let below = all.as_ref().zip(least).is_some_and(|(all, least)| all < least);
        let nothing = |all: &Ratio| self.world.booked(&Maybe::number(all.clone()), entry.rounding) == Some(0);
        if below || all.as_ref().is_some_and(nothing) {
            return;
        }
        let rest = self.lives.rests.remove(&self.id).unwrap_or_default();
        for (by, amount) in rest.known {
            self.lives.used.extend(by.map(|by| (self.at, by, Some(amount))));
        }
        let booked = |all: &Ratio| self.world.booked(&Maybe::number(all.clone()), entry.rounding);
        if let Some((all, booked)) = all.as_ref().and_then(|all| Some((all, booked(all)?))) {
            let minor = whole(self.world.agreement.currency.minor_per_major());
            self.lives.carried.insert(self.id, all - whole(booked) / minor);
        }
        self.lives.paid_out.entry(self.id).or_default().push((self.at, all));
    }
}
