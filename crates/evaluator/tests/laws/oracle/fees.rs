//! What is owed on a debt beside its principal, and what payments settle of it.
//!
//! How much there is to settle at an instant is what the statement of that instant tells as owed: it is asked of the
//! lives as they are by then.

use super::lives::Lives;
use super::value::{Ratio, whole};
use super::{World, after};
use num_traits::Zero;
use servanda_evaluator::outcome::{Entry, Subject};
use servanda_events::Fact;
use servanda_parser::ast::PaymentOrder;
use servanda_policy::policy::{CaseId, ConsequenceId, Debt, Effect, Form, KindId, Settled, Signal};
use servanda_policy::time::Instant;

/// A part of a payment that has settled something of a fee; none where it is not known how much.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(super) consequence: ConsequenceId,
    pub(super) subject: Subject,
    pub(super) ordinal: u32,
    pub(super) amount: Option<Ratio>,
    pub(super) at: Instant,
}

impl World<'_> {
    /// Whether something follows from a breach of a duty on the items of a case, for the creditor of its debt.
    fn is_beside(&self, case: CaseId, id: ConsequenceId) -> Option<KindId> {
        let consequence = &self.policy.consequences[id];
        let Signal::Broken(duty) = consequence.on else { return None };
        let (Form::Do { case: on, .. } | Form::MustNot { case: on, .. }) = &self.policy.duties[duty].form
        else {
            return None;
        };
        let debt = self.policy.cases[case].debt.as_ref()?;
        let (debtor, creditor, kind) = match &consequence.effect {
            Effect::Entry(it) => (it.debtor, it.creditor, it.kind),
            Effect::Accrue(it) => (it.debtor, it.creditor, it.kind),
            _ => return None,
        };
        (*on == case && debtor == debt.debtor && creditor == debt.creditor).then_some(kind)
    }

    /// What payments of an instant find owed beside the principal: claims of the instant come behind them.
    pub(super) fn fees(
        &self,
        case: CaseId,
        debt: &Debt,
        facts: &[Fact],
        lives: &Lives,
        at: Instant,
    ) -> Vec<(Settled, Vec<Entry>)> {
        let claimed = |entry: &Entry| match &self.policy.consequences[entry.consequence].effect {
            Effect::Entry(it) => it.claim.is_some() && entry.at == at,
            _ => false,
        };
        let mut fees = self.fees_with_claims(case, debt, facts, lives, at);
        for (_, fees) in &mut fees {
            fees.retain(|entry| !claimed(entry));
        }
        fees
    }

    /// What is owed beside the principal of the debts of a case at an instant, for each thing that payments settle: the
    /// oldest first. What begins to be owed at the instant is owed, and so is a period that begins then.
    pub(super) fn fees_with_claims(
        &self,
        case: CaseId,
        debt: &Debt,
        facts: &[Fact],
        lives: &Lives,
        at: Instant,
    ) -> Vec<(Settled, Vec<Entry>)> {
        let Some(terms) = &debt.payments else { return Vec::new() };
        if terms.settling.iter().all(|(settled, _)| *settled == Settled::Principal) {
            return vec![(Settled::Principal, Vec::new())];
        }
        let then = World {
            policy: self.policy,
            agreement: self.agreement,
            agreed: self.agreed,
            ends: self.ends.clone(),
            as_of: after(at),
            // What is owed beside a debt does not follow from what holds.
            then: true,
            paying: Some(at),
            facts: facts.to_vec(),
            lives: lives.clone(),
            credited: self.credited.clone(),
            asked: super::Asked::default(),
        };
        let mut entries = then
            .consequences_of(|id, arising| {
                self.is_beside(case, id).is_some() && arising.comes_before_payments_at(at)
            })
            .entries;
        entries.sort_by_key(|entry| {
            let (key, born) = debt_of(entry);
            (entry.at, born, key, entry.consequence, entry.ordinal)
        });
        if terms.order == PaymentOrder::NewestFirst {
            entries.reverse();
        }
        let of = |settled: Settled| {
            let owed = entries.iter().filter(|entry| match settled {
                Settled::Principal => false,
                Settled::Kind(kind) => self.is_beside(case, entry.consequence) == Some(kind),
            });
            (settled, owed.cloned().collect())
        };
        terms.settling.iter().map(|(settled, _)| of(*settled)).collect()
    }

    /// What of a fee is not settled; none where that is not known.
    pub(super) fn outstanding(&self, fee: &Entry, parts: &[Part]) -> Option<Ratio> {
        let minor = whole(self.agreement.currency.minor_per_major());
        let charged = whole(fee.amount?) / minor;
        let own = parts.iter().filter(|it| {
            it.consequence == fee.consequence && it.subject == fee.subject && it.ordinal == fee.ordinal
        });
        let settled: Option<Ratio> = own.map(|it| it.amount.clone()).sum();
        Some((charged - settled?).max(Ratio::zero()))
    }

    /// Settles fees with an amount, in their order, and says of what it has settled how much.
    pub(super) fn settle_fees(
        &self,
        fees: &[Entry],
        named: Option<&str>,
        amount: &mut Option<Ratio>,
        (parts, at): (&mut Vec<Part>, Instant),
    ) {
        for fee in fees.iter().filter(|fee| named.is_none_or(|named| debt_of(fee).0 == named)) {
            if amount.as_ref().is_some_and(Zero::is_zero) {
                return;
            }
            let outstanding = self.outstanding(fee, parts);
            if outstanding.as_ref().is_some_and(Zero::is_zero) {
                continue;
            }
            // What is unknown of the one or of the other makes both unknown.
            let part = outstanding.zip(amount.clone()).map(|(left, amount)| left.min(amount));
            *amount = amount.clone().zip(part.clone()).map(|(amount, part)| amount - part);
            parts.push(Part {
                consequence: fee.consequence,
                subject: fee.subject.clone(),
                ordinal: fee.ordinal,
                amount: part,
                at,
            });
        }
    }
}

/// The key and the beginning of the debt that something is owed on.
pub(super) fn debt_of(entry: &Entry) -> (String, Instant) {
    match &entry.subject {
        Subject::Item { key, born, .. } => (key.to_string(), *born),
        _ => (String::new(), entry.at),
    }
}
