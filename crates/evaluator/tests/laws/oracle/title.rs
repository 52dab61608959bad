//! What passes at the first instant at which something holds.

use super::ending::Ends;
use super::value::Maybe;
use super::{World, after};
use num_traits::Zero;
use servanda_evaluator::outcome::{Notice, Subject};
use servanda_policy::policy::{CaseId, Effect, PartyId, Right, Signal, Standing};
use servanda_policy::time::Instant;

impl World<'_> {
    /// What has passed, each at the first instant at which its condition holds. It can begin to hold with something that
    /// happens, with a credit that pays, with the end and with a version.
    pub(super) fn titles(&self) -> Vec<Notice> {
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
        let mut passed: Vec<(Right, Notice)> = Vec::new();
        for at in instants {
            for (id, consequence) in self.policy.consequences.iter() {
                let (Signal::Standing(standing), Effect::Right(right)) =
                    (&consequence.on, &consequence.effect)
                else {
                    continue;
                };
                let new = passed.iter().all(|it| it.0 != *right);
                if new && self.is_of_version(consequence.clause, at) && self.holds(standing, at) {
                    let notice =
                        Notice { consequence: id, to: right.holder, subject: Subject::Agreement, at };
                    passed.push((right.clone(), notice));
                }
            }
        }
        passed.into_iter().map(|it| it.1).collect()
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
        let then = World::of(self.policy, self.agreed, self.agreement, facts, after(at), ends);
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
