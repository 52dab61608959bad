//! What is owed and paid: the principal. What is owed beside it is in `fees`.

use super::fees::debt_of;
use super::lives::Item;
use super::pot::{Account, Source};
use super::value::{Known, Maybe, Ratio, whole};
use super::{World, after};
use num_traits::Zero;
use servanda_diagnostics::Code;
use servanda_evaluator::outcome::{Entry, Subject};
use servanda_events::FieldValue;
use servanda_parser::ast::{PaymentOrder, PaymentRest};
use servanda_policy::arena::Id;
use servanda_policy::policy::{Case, CaseId, ConsequenceId, Debt, Effect, Form, Settled, Signal, Trigger};
use servanda_policy::time::Instant;

/// What pays debts of a case at an instant: how much, and which sentence credits it.
pub(crate) type Credited = (Instant, CaseId, Option<Ratio>, ConsequenceId);

/// Whether an item of a case is over when its debt is paid.
fn ends_when_paid(case: &Case) -> bool {
    let paid = case.debt.as_ref().map(|debt| debt.paid);
    case.ends.iter().any(|end| matches!(end, Trigger::Done(act) if Some(*act) == paid))
}

impl World<'_> {
    pub(crate) fn charge(&self, item: &Item) -> Maybe {
        item.principal.clone().unwrap_or(Maybe::NoData)
    }

    /// The principal that is unpaid just before an instant.
    pub(crate) fn unpaid(&self, item: &Item, seen_before: Instant) -> Maybe {
        match self.charge(item) {
            Maybe::Known(Known::Number(charge)) => {
                let paid = item.paid.iter().filter(|it| it.0 < seen_before);
                match paid.map(|it| it.1.clone()).sum::<Option<Ratio>>() {
                    Some(paid) => Maybe::number(charge - paid),
                    None => Maybe::failed(self.policy.cases[item.case].span),
                }
            }
            other => other,
        }
    }

    /// When no principal was unpaid for the first time.
    pub(crate) fn paid_at(&self, item: &Item) -> Option<Instant> {
        let charge = item.principal.as_ref()?.as_number()?;
        if charge.is_zero() {
            return Some(item.born);
        }
        let mut sum = Ratio::zero();
        for (at, amount, _) in &item.paid {
            // After a payment of unknown amount it is not known any more.
            sum += amount.as_ref()?;
            if sum >= *charge {
                return Some(*at);
            }
        }
        None
    }

    /// Charges the items born now, from what was left before; then splits the payments of now. Gives those that settled
    /// nothing and are returned.
    pub(super) fn settle_debts(
        &self,
        debt: &Debt,
        account: &mut Account<'_>,
        fees: &[(Settled, Vec<Entry>)],
        (payments, at): (&[usize], Instant),
        told: &mut Vec<(Code, usize)>,
    ) -> Vec<usize> {
        let Some(terms) = &debt.payments else { return Vec::new() };
        let mut idle = Vec::new();
        self.use_rest(debt, account, fees, at);
        let mut payments: Vec<(Option<Ratio>, usize)> = payments
            .iter()
            .map(|fact| match self.field(&self.facts[*fact], terms.amount) {
                Ok(Known::Number(amount)) if amount < Ratio::zero() => {
                    told.push((Code::NegativeNumber, *fact));
                    (None, *fact)
                }
                Ok(Known::Number(amount)) => (Some(amount), *fact),
                _ => (None, *fact),
            })
            .collect();
        // The greatest first, unknown ones last.
        payments.sort_by(|a, b| b.0.cmp(&a.0));
        for (mut amount, fact) in payments {
            let named = terms.named.and_then(|place| match self.facts[fact].field(place) {
                FieldValue::Text(key) => Some(key.clone()),
                _ => None,
            });
            let ends =
                account.items.first().is_some_and(|item| ends_when_paid(&self.policy.cases[item.case]));
            let open = |item: &Item| {
                let over = ends && self.paid_at(item).is_some();
                Some(&item.key) == named.as_ref() && item.end.is_none() && !over
            };
            let owes = |key: &str| {
                fees.iter().flat_map(|it| &it.1).any(|fee| {
                    let left = self.outstanding(fee, account.parts);
                    debt_of(fee).0 == key && left.is_none_or(|left| !left.is_zero())
                })
            };
            if named.as_ref().is_some_and(|named| !owes(named)) && !account.items.iter().any(open) {
                told.push((Code::NothingToMove, fact));
            }
            let whole = amount.clone();
            // All of the one that is named, then all of the others.
            let others = (terms.order != PaymentOrder::NamedOnly).then_some(None);
            for only in named.as_deref().map(Some).into_iter().chain(others) {
                for (settled, fees) in fees {
                    match settled {
                        Settled::Principal => {
                            self.pay(debt, account, (&mut amount, None), only, (false, Some(fact)), at)
                        }
                        Settled::Kind(_) => self.settle_fees(fees, only, &mut amount, (account.parts, at)),
                    }
                }
            }
            if terms.rest == PaymentRest::Returned && amount.is_some() && amount == whole {
                idle.push(fact);
            }
            account.rest.keep(debt, None, amount);
        }
        idle
    }

    /// A credit pays like a payment that names none; none where it is not known how much it is.
    pub(super) fn set_off(
        &self,
        debt: &Debt,
        account: &mut Account<'_>,
        fees: &[(Settled, Vec<Entry>)],
        (by, mut amount, at): (Source, Option<Ratio>, Instant),
    ) {
        self.use_rest(debt, account, fees, at);
        for (settled, fees) in fees {
            match settled {
                Settled::Principal => {
                    self.pay(debt, account, (&mut amount, by), None, (false, None), at);
                }
                Settled::Kind(_) => self.settle_fees(fees, None, &mut amount, (account.parts, at)),
            }
        }
        account.rest.keep(debt, by, amount);
    }

    /// What credits pay which debts at which instants, as far as the lives that are replayed tell: each at the first instant
    /// behind the one to which it is dated.
    pub(super) fn credited(&self) -> Vec<Credited> {
        let set_off = |debt: &Debt| debt.payments.as_ref().is_some_and(|terms| terms.set_off.is_some());
        let debts: Vec<(CaseId, &Debt)> = self
            .policy
            .cases
            .iter()
            .filter_map(|(id, case)| Some((id, case.debt.as_ref().filter(|debt| set_off(debt))?)))
            .collect();
        if debts.is_empty() {
            return Vec::new();
        }
        let mut credited = Vec::new();
        for entry in self.consequences().entries {
            let of = &self.policy.consequences[entry.consequence];
            let Effect::Entry(said) = &of.effect else { continue };
            // What goes back is no payment.
            if !said.credits || matches!(of.on, Signal::Kept(_)) || entry.amount == Some(0) {
                continue;
            }
            let known = match &entry.subject {
                Subject::Item { born, .. } => entry.at.max(*born),
                _ => entry.at,
            };
            let at = after(known);
            for (case, debt) in &debts {
                let its = debt.debtor == entry.creditor && debt.creditor == entry.debtor;
                let version = self.policy.version_of(of.clause);
                let version = self.policy.versions.find(version);
                let there = version.is_some_and(|version| case.index() < version.extent.cases);
                if its && there && at < self.as_of {
                    let minor = whole(self.agreement.currency.minor_per_major());
                    credited.push((
                        at,
                        *case,
                        entry.amount.map(|amount| whole(amount) / minor),
                        entry.consequence,
                    ));
                }
            }
        }
        // Sentence by sentence, unknown ones last.
        credited.sort_by_key(|it| (it.0, it.1, it.2.is_none(), self.clause_of(it.3)));
        credited
    }

    /// Settles the principal that is open with an amount, in the order that is said: of the named item alone, where one is.
    pub(super) fn pay(
        &self,
        debt: &Debt,
        account: &mut Account<'_>,
        (amount, by): (&mut Option<Ratio>, Source),
        named: Option<&str>,
        (charged_now, fact): (bool, Option<usize>),
        at: Instant,
    ) {
        let order = debt.payments.as_ref().map_or(PaymentOrder::OldestFirst, |terms| terms.order);
        // What was paid in advance goes to what is charged now.
        let items = &mut *account.items;
        let mut open: Vec<usize> = (0..items.len())
            .filter(|it| items[*it].in_scope && (!charged_now || items[*it].born == at))
            .collect();
        open.sort_by_key(|it| {
            let due = self.due(&items[*it], debt, at).unwrap_or(items[*it].born);
            (due, items[*it].born, items[*it].key.clone())
        });
        if order == PaymentOrder::NewestFirst {
            open.reverse();
        }
        for place in open {
            let item = &mut items[place];
            if named.is_some_and(|named| item.key != named) {
                continue;
            }
            if item.end.is_some_and(|end| end <= at) || amount.as_ref().is_some_and(Zero::is_zero) {
                continue;
            }
            let paid: Option<Ratio> = item.paid.iter().map(|it| it.1.clone()).sum();
            let charge = item.principal.as_ref().and_then(Maybe::as_number);
            let unpaid = charge.zip(paid).map(|(charge, paid)| charge - paid);
            // A debt that is paid stays so, whatever comes.
            if unpaid.as_ref().is_some_and(Zero::is_zero) {
                continue;
            }
            // What is unknown of the one or of the other makes both unknown.
            let part = unpaid.zip(amount.clone()).map(|(unpaid, amount)| unpaid.min(amount));
            if part.as_ref().is_none_or(|part| !part.is_zero()) {
                item.paid.push((at, part.clone(), fact));
                account.used.extend(by.map(|by| (at, by, part.clone())));
            }
            *amount = amount.clone().zip(part).map(|(amount, part)| amount - part);
        }
    }

    /// When it is due, where a duty says a time (what none says is due at once): the bound of the first duty to pay it, of the version that governs it, that is in force when it begins.
    fn due(&self, item: &Item, debt: &Debt, seen_before: Instant) -> Option<Instant> {
        let mut duties = self.policy.duties.iter().filter(|(_, duty)| self.in_force(duty.clause, item.born));
        duties.find_map(|(id, duty)| match &duty.form {
            Form::Do { case, act, .. } if *case == item.case && *act == debt.paid => {
                self.late_from(id, item, seen_before)
            }
            _ => None,
        })
    }
}
