//! What passes to somebody at the first instant at which something holds: all that happens at that instant comes first.

use crate::outcome::{Notice, Sink, Subject};
use crate::play::Play;
use servanda_policy::Policy;
use servanda_policy::policy::{CaseId, ConsequenceId, Effect, PartyId, Signal, Standing};

/// What arises from what holds.
pub(crate) fn standing(policy: &Policy) -> Vec<ConsequenceId> {
    let standing = |id: &ConsequenceId| matches!(policy.consequences[*id].on, Signal::Standing(_));
    policy.consequences.ids().filter(standing).collect()
}

/// Whether it is asked whether nothing is owed on a case.
pub(crate) fn is_asked(policy: &Policy, case: CaseId) -> bool {
    let Some(debt) = &policy.cases[case].debt else { return false };
    policy.consequences.values().any(|of| match &of.on {
        Signal::Standing(standing) => {
            standing.settled.iter().any(|it| (it.0, it.1) == (debt.debtor, debt.creditor))
        }
        _ => false,
    })
}

impl<S: Sink> Play<'_, S> {
    /// When an instant is over: what holds now for the first time lets its rights arise.
    pub(crate) fn pass(&mut self) {
        if self.plan.standing.is_empty() || !self.state.begun {
            return;
        }
        let version = self.agreement.version_at(self.now);
        for id in &self.plan.standing {
            let of = &self.policy.consequences[*id];
            let (Signal::Standing(standing), Effect::Right(right)) = (&of.on, &of.effect) else { continue };
            if self.policy.version_of(of.clause) != version || self.has_passed(&of.effect) {
                continue;
            }
            if self.holds(standing) {
                self.state.later.arisen.insert(*id, self.known);
                let (to, subject, at) = (right.holder, Subject::Agreement, self.stamp);
                self.sink.notice(Notice { consequence: *id, to, subject, at });
            }
        }
    }

    /// Whether a right has arisen, under whichever version: what somebody has, nobody gets again.
    fn has_passed(&self, effect: &Effect) -> bool {
        let arisen = self.state.later.arisen.keys();
        arisen.filter_map(|id| self.policy.consequences.find(*id)).any(|of| of.effect == *effect)
    }

    fn holds(&self, standing: &Standing) -> bool {
        (!standing.ended || self.state.ended)
            && standing.settled.iter().all(|(debtor, creditor, _)| self.owes_nothing(*debtor, *creditor))
    }

    fn owes_nothing(&self, debtor: PartyId, creditor: PartyId) -> bool {
        let between = |case: &CaseId| {
            let debt = self.policy.cases[*case].debt.as_ref();
            debt.is_some_and(|debt| (debt.debtor, debt.creditor) == (debtor, creditor))
        };
        self.policy.cases.ids().filter(between).all(|case| {
            // Unpaid debts have their place among those that can be paid.
            self.state.cases[case].payable().is_empty() && !self.owes_any_fee(case)
        })
    }
}
