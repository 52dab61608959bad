//! What payments and credits of a case have left: it is used for what comes to be owed, what was paid before what was
//! credited, and paid out at the end, where a sentence says so.
//!
//! A principal stands in no statement. So what of a credit pays one, or is paid out, is booked the other way, and the two
//! entries together are what is still owed of the credit.

use crate::debt::{By, Paid};
use crate::outcome::{Cause, Entry, Sink, Subject};
use crate::plan::Plan;
use crate::play::Play;
use serde::{Deserialize, Serialize};
use servanda_parser::ast::{PaymentOrder, PaymentRest};
use servanda_policy::policy::{CaseId, ConsequenceId, Effect, Payments, Settled};
use servanda_policy::time::{Date, Instant};
use servanda_policy::value::Exact;
use std::collections::{BTreeMap, BTreeSet};

/// What is left beside the payments themselves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Pot {
    /// What credits have left, in major units.
    pub(crate) credits: BTreeMap<(CaseId, ConsequenceId), Exact>,
    /// Why it is unknown how much is left beside what is known.
    pub(crate) unknown: BTreeMap<CaseId, Vec<Cause>>,
    /// What has been credited and pays at an instant ahead, in minor units.
    pub(crate) waiting: BTreeMap<(Instant, CaseId, ConsequenceId), i128>,
    /// What has been told of what credits have paid, and of what is paid out, by the first sentence that says so.
    pub(crate) told: BTreeMap<ConsequenceId, Told>,
}

/// What has been told of what a credit has paid, or of what is paid out of a case.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    /// The number of the last entry.
    pub(crate) number: u32,
    /// What of it was less than the smallest coin, in major units; less than nothing where more was told.
    pub(crate) carried: Exact,
}

/// The number of an entry of which there can be several: the first of a date is `2026071001`. So what becomes known later
/// of another date does not move it.
pub(crate) fn number_on(date: Date, last: u32) -> u32 {
    let (year, month, day) = date.civil();
    let date = year.unsigned_abs() * 10_000 + u32::from(month) * 100 + u32::from(day);
    last.saturating_add(1).max(date.saturating_mul(100).saturating_add(1))
}

/// In which order credits are used: by the numbers of their clauses, wherever these stand in the text.
pub(crate) fn rank(plan: &Plan, id: ConsequenceId) -> (u32, ConsequenceId) {
    (plan.clause_ranks[plan.policy.consequences[id].clause], id)
}

/// Whether payments settle the one that they name, and no other.
pub(crate) fn only_named(payments: &Payments) -> bool {
    payments.order == PaymentOrder::NamedOnly && payments.named.is_some()
}

impl<S: Sink> Play<'_, S> {
    /// What is left goes to what has come to be owed: to what has been charged at this instant, in the order in which
    /// payments go, and to amounts of the kinds that they settle.
    pub(crate) fn use_rests(&mut self) {
        let charged = self.take_charged();
        let mut cases: BTreeSet<CaseId> = std::mem::take(&mut self.owing);
        cases.extend(charged.iter().map(|(case, _)| *case));
        for case in cases {
            let slots = charged.iter().filter(|it| it.0 == case).map(|(_, slot)| *slot);
            let mut slots: Vec<u32> = slots.collect();
            let payments = self.policy.cases[case].debt.as_ref().and_then(|debt| debt.payments.as_ref());
            if payments.is_some_and(|payments| payments.order == PaymentOrder::NewestFirst) {
                slots.reverse();
            }
            for (by, amount) in self.take_rests(case) {
                let settling = payments.map_or(&[][..], |payments| payments.settling.as_slice());
                let mut left = amount;
                for (settled, _) in settling {
                    left = match settled {
                        // What names one debt is not for what others owe beside their principal.
                        Settled::Kind(_) if payments.is_some_and(only_named) => left,
                        Settled::Principal => self.settle_debts(case, slots.iter().copied(), left, by),
                        Settled::Kind(kind) => self.settle_charges(case, *kind, left, by),
                    };
                }
                self.keep_rest(case, left, by);
            }
            // What owes nothing is paid without a payment.
            for slot in slots {
                let Some(mut item) = self.state.cases[case].take(slot) else { continue };
                self.settle_if_paid(case, slot, &mut item, None);
                self.keep_or_let_go(case, slot, item);
            }
        }
    }

    /// All that is left, in the order in which it is used: what is unknown comes last.
    pub(crate) fn take_rests(&mut self, case: CaseId) -> Vec<(By<'static>, Paid)> {
        let mut rests = Vec::new();
        if self.state.credit.contains_key(&case) {
            rests.extend(self.state.credit.remove(&case).map(|rest| (By::Rest, Ok(rest))));
        }
        if self.has_pot(case) {
            let pot = &mut *self.state.seldom.pot;
            let mut ids: Vec<(CaseId, ConsequenceId)> =
                pot.credits.keys().filter(|it| it.0 == case).copied().collect();
            ids.sort_by_key(|(_, id)| rank(self.plan, *id));
            rests.extend(
                ids.into_iter().filter_map(|of| Some((By::Left(of.1), Ok(pot.credits.remove(&of)?)))),
            );
            rests.extend(pot.unknown.remove(&case).map(|why| (By::Rest, Err(why))));
        }
        rests
    }

    fn has_pot(&self, case: CaseId) -> bool {
        let pot = &self.state.seldom.pot;
        pot.unknown.contains_key(&case) || pot.credits.keys().any(|it| it.0 == case)
    }

    /// Whether anything is left.
    pub(crate) fn has_rest(&self, case: CaseId) -> bool {
        self.state.credit.contains_key(&case) || self.has_pot(case)
    }

    /// What is left of a payment, of a credit or of what was left before is kept, where the text keeps it.
    pub(crate) fn keep_rest(&mut self, case: CaseId, left: Paid, by: By<'_>) {
        let payments = self.policy.cases[case].debt.as_ref().and_then(|debt| debt.payments.as_ref());
        if payments.is_none_or(|payments| payments.rest != PaymentRest::Credit) {
            return;
        }
        match (left, by) {
            (Ok(left), _) if left.is_zero() => {}
            (Ok(left), By::Credit(id) | By::Left(id)) => {
                let rest = self.state.seldom.pot.credits.entry((case, id)).or_default();
                *rest = &*rest + &left;
            }
            (Ok(left), By::Payment(_) | By::Rest) => {
                let rest = self.state.credit.entry(case).or_default();
                *rest = &*rest + &left;
            }
            (Err(causes), _) => {
                let known = self.state.seldom.pot.unknown.remove(&case).unwrap_or_default();
                self.state.seldom.pot.unknown.insert(case, crate::expression::unite(known, causes));
            }
        }
    }

    /// A credit has paid something of a principal, or is paid out.
    pub(crate) fn has_paid(&mut self, by: By<'_>, amount: Result<&Exact, &[Cause]>) {
        let (By::Credit(id) | By::Left(id)) = by else { return };
        let paid = self.paid.entry(id).or_insert_with(|| Ok(Exact::ZERO));
        *paid = match (&*paid, amount) {
            (Ok(paid), Ok(amount)) => Ok(paid + amount),
            (Ok(_), Err(causes)) => Err(causes.to_vec()),
            (Err(causes), Ok(_)) => Err(causes.clone()),
            (Err(causes), Err(more)) => Err(crate::expression::unite(causes.clone(), more.to_vec())),
        };
    }

    /// Books what credits have paid at this instant, all of it at once.
    pub(crate) fn book_paid(&mut self) {
        for (of, paid) in std::mem::take(&mut self.paid) {
            let Some(id) = self.plan.paid_by.get(&of).copied() else { continue };
            let Effect::Entry(rule) = &self.policy.consequences[id].effect else { continue };
            let told = self.state.seldom.pot.told.entry(id).or_default();
            let (amount, because) = match paid {
                Ok(paid) => {
                    let all = &paid + &told.carried;
                    let booked = all.to_minor(self.agreement.currency.digits(), rule.rounding);
                    let minor = self.agreement.currency.minor_per_major();
                    match booked.zip(booked.and_then(|booked| Exact::ratio(booked, minor))) {
                        // Where more was told than was paid, the next ones make up for it.
                        Some((booked, _)) if booked <= 0 => {
                            told.carried = all;
                            (Some(0), Vec::new())
                        }
                        Some((booked, major)) => {
                            told.carried = &all - &major;
                            (Some(booked), Vec::new())
                        }
                        None => {
                            let message = "the amount is too great to be booked".into();
                            (None, vec![Cause { message, span: rule.amount.span }])
                        }
                    }
                }
                Err(causes) => (None, causes),
            };
            if amount == Some(0) {
                continue;
            }
            told.number = number_on(self.agreement.zone.date_of(self.now), told.number);
            let ordinal = told.number;
            self.sink.entry(Entry {
                consequence: id,
                subject: Subject::Agreement,
                ordinal,
                debtor: rule.debtor,
                creditor: rule.creditor,
                at: self.now,
                gross: amount,
                amount,
                capped_by: None,
                window: None,
                accrual: None,
                because,
                evidence: Vec::new(),
            });
        }
    }
}
