//! What payments and credits have left, what it is used for, and what is told of what credits have paid.

use super::World;
use super::consequence::clause_number;
use super::fees::Part;
use super::lives::{Item, Moment};
use super::value::{Maybe, Ratio, round, whole};
use num_traits::Zero;
use servanda_evaluator::outcome::{Entry, Subject};
use servanda_parser::ast::{PaymentOrder, PaymentRest};
use servanda_policy::policy::{ConsequenceId, Debt, Effect, Settled, Signal, Trigger};
use servanda_policy::time::{Date, Instant};
use std::collections::BTreeMap;

/// By whom something is left: by payments, or by what a sentence credits.
pub(crate) type Source = Option<ConsequenceId>;

/// What is left of the debts of one case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rest {
    pub known: BTreeMap<Source, Ratio>,
    /// Whether something is left beside of which nobody knows how much.
    pub unknown: bool,
}

/// What a credit has paid of a principal, or is paid out of it: when, which one, how much.
pub(crate) type Used = (Instant, ConsequenceId, Option<Ratio>);

impl Rest {
    pub(super) fn is_nothing(&self) -> bool {
        self.known.is_empty() && !self.unknown
    }

    /// All of it, as it is used: what was paid, credits by their clauses, and what is unknown last.
    pub(super) fn take(&mut self, world: &World<'_>) -> Vec<(Source, Option<Ratio>)> {
        let mut all: Vec<_> =
            std::mem::take(&mut self.known).into_iter().map(|(by, rest)| (by, Some(rest))).collect();
        all.sort_by_key(|(by, _)| by.map(|by| world.clause_of(by)));
        if std::mem::take(&mut self.unknown) {
            all.push((None, None));
        }
        all
    }

    pub(super) fn keep(&mut self, debt: &Debt, by: Source, left: Option<Ratio>) {
        if debt.payments.as_ref().is_none_or(|terms| terms.rest != PaymentRest::Credit) {
            return;
        }
        match left {
            Some(left) if left.is_zero() => {}
            Some(left) => *self.known.entry(by).or_default() += left,
            None => self.unknown = true,
        }
    }
}

/// When an amount beside a debt arises: of what was overdue when it began, with its beginning.
fn arises_at(entry: &Entry) -> Instant {
    entry.at.max(super::fees::debt_of(entry).1)
}

/// The debts of a case while something is paid.
pub(super) struct Account<'a> {
    pub items: &'a mut [Item],
    pub parts: &'a mut Vec<Part>,
    pub rest: &'a mut Rest,
    pub used: &'a mut Vec<Used>,
}

impl World<'_> {
    /// The number of the clause of a sentence, and its place among those of the policy.
    pub(super) fn clause_of(&self, id: ConsequenceId) -> (Vec<u32>, ConsequenceId) {
        (clause_number(&self.policy.clauses[self.policy.consequences[id].clause].number), id)
    }

    /// What is left goes to amounts beside the principal that arose before, each time as soon as it could; then to what is
    /// charged now, in the order of the list.
    pub(super) fn use_rest(
        &self,
        debt: &Debt,
        account: &mut Account<'_>,
        fees: &[(Settled, Vec<Entry>)],
        at: Instant,
    ) {
        let charges =
            |entry: &&Entry| matches!(self.policy.consequences[entry.consequence].effect, Effect::Entry(_));
        let mut instants: Vec<Instant> =
            fees.iter().flat_map(|it| &it.1).filter(charges).map(arises_at).collect();
        instants.retain(|arisen| *arisen < at);
        instants.push(at);
        instants.sort();
        instants.dedup();
        let terms = debt.payments.as_ref();
        let named_only = terms.is_some_and(|it| it.order == PaymentOrder::NamedOnly && it.named.is_some());
        for instant in instants {
            for (by, mut amount) in account.rest.take(self) {
                for (settled, fees) in fees {
                    match settled {
                        Settled::Principal if instant == at => {
                            self.pay(debt, account, (&mut amount, by), None, (true, None), at);
                        }
                        Settled::Principal => {}
                        // What names one debt is not for what others owe beside their principal.
                        Settled::Kind(_) if named_only => {}
                        Settled::Kind(_) => {
                            let here =
                                fees.iter().filter(charges).filter(|it| arises_at(it) <= instant).cloned();
                            let here: Vec<Entry> = here.collect();
                            self.settle_fees(&here, None, &mut amount, (account.parts, at));
                        }
                    }
                }
                account.rest.keep(debt, by, amount);
            }
        }
    }

    /// What is told of what credits have paid: with each instant all that a sentence has paid there.
    pub(super) fn entries_of_what_is_paid(&self) -> Vec<Entry> {
        let mut told = Vec::new();
        let minor = whole(self.agreement.currency.minor_per_major());
        for (id, consequence) in self.policy.consequences.iter() {
            let (Signal::Paid(of), Effect::Entry(rule)) = (&consequence.on, &consequence.effect) else {
                continue;
            };
            let own: Vec<&Used> = self.lives.used.iter().filter(|it| it.1 == *of).collect();
            let mut instants: Vec<Instant> = own.iter().map(|it| it.0).collect();
            instants.sort();
            instants.dedup();
            let (mut carried, mut dates): (Ratio, Vec<Date>) = (Ratio::zero(), Vec::new());
            for at in instants {
                let paid: Option<Ratio> = own.iter().filter(|it| it.0 == at).map(|it| it.2.clone()).sum();
                let amount = paid.map(|paid| {
                    let all = (paid + &carried) * &minor;
                    let booked = round(&all, rule.rounding);
                    // An entry is never less than nothing: the next ones make up for it.
                    let booked = booked.max(0);
                    carried = (all - whole(booked)) / &minor;
                    booked
                });
                if amount == Some(0) {
                    continue;
                }
                let date = self.zone().date_of(at);
                dates.push(date);
                let because =
                    if amount.is_none() { Maybe::failed(rule.amount.span).causes() } else { Vec::new() };
                told.push(Entry {
                    consequence: id,
                    subject: Subject::Agreement,
                    ordinal: number_on(&dates),
                    debtor: rule.debtor,
                    creditor: rule.creditor,
                    at,
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
        told
    }
}

impl Moment<'_, '_> {
    /// A credit pays, before the facts from one on.
    pub(super) fn set_off(&mut self, facts: usize, amount: Option<Ratio>, by: ConsequenceId) {
        let Some(debt) = &self.case.debt else { return };
        self.silent_until(self.at);
        let fees = self.world.fees(self.id, debt, &self.world.facts[..facts], self.lives, self.at);
        // Nothing is booked of what is unknown, and so it does not matter which credit it is.
        let by = amount.is_some().then_some(by);
        let (world, at) = (self.world, self.at);
        self.on_account(debt, |account| world.set_off(debt, account, &fees, (by, amount, at)));
    }

    /// Does something to the debts of the case, and ends those that are paid then.
    pub(super) fn on_account<T>(&mut self, debt: &Debt, act: impl FnOnce(&mut Account<'_>) -> T) -> T {
        let mut parts = self.lives.parts.remove(&self.id).unwrap_or_default();
        let mut rest = self.lives.rests.remove(&self.id).unwrap_or_default();
        let mut used = std::mem::take(&mut self.lives.used);
        let mut items = std::mem::take(self.items());
        let result =
            act(&mut Account { items: &mut items, parts: &mut parts, rest: &mut rest, used: &mut used });
        self.end_paid(debt, &mut items);
        *self.items() = items;
        self.lives.parts.insert(self.id, parts);
        self.lives.rests.insert(self.id, rest);
        self.lives.used = used;
        result
    }

    /// What is paid by now is over, where it ends when it is paid.
    fn end_paid(&self, debt: &Debt, items: &mut [Item]) {
        let ends = self.case.ends.iter().any(|end| matches!(end, Trigger::Done(act) if *act == debt.paid));
        for item in items {
            if item.end.is_none() && ends && self.world.paid_at(item).is_some_and(|paid| paid <= self.at) {
                item.end = Some(self.at);
                item.ended_by = item.paid.last().and_then(|it| it.2);
            }
        }
    }
}

/// The number of the last of several, by their dates: how many there are of its date, behind the date itself.
pub(super) fn number_on(dates: &[Date]) -> u32 {
    let last = dates.last().expect("there is one");
    let (year, month, day) = last.civil();
    let same = dates.iter().filter(|date| *date == last).count() as u32;
    (year as u32 * 10_000 + u32::from(month) * 100 + u32::from(day)) * 100 + same
}
