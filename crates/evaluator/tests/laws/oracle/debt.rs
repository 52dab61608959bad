//! What is owed and paid: principal only.

use super::World;
use super::lives::Item;
use super::value::{Known, Maybe, Ratio};
use num_traits::Zero;
use servanda_diagnostics::Code;
use servanda_events::FieldValue;
use servanda_parser::ast::{PaymentOrder, PaymentRest};
use servanda_policy::policy::{Case, Debt, Form, Trigger};
use servanda_policy::time::Instant;

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

    /// Charges the items born now, from what was paid in advance; then splits the payments of now. Gives those that
    /// settled nothing and are returned.
    pub(crate) fn settle_debts(
        &self,
        debt: &Debt,
        items: &mut [Item],
        credit: &mut Ratio,
        payments: &[usize],
        at: Instant,
        told: &mut Vec<(Code, usize)>,
    ) -> Vec<usize> {
        let Some(terms) = &debt.payments else { return Vec::new() };
        let mut idle = Vec::new();
        let mut advance = Some(credit.clone());
        self.pay(debt, items, &mut advance, None, None, at);
        *credit = advance.unwrap_or_default();
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
            let ends = items.first().is_some_and(|item| ends_when_paid(&self.policy.cases[item.case]));
            let open = |item: &Item| {
                let over = ends && self.paid_at(item).is_some();
                Some(&item.key) == named.as_ref() && item.end.is_none() && !over
            };
            if named.is_some() && !items.iter().any(open) {
                told.push((Code::NothingToMove, fact));
            }
            let whole = amount.clone();
            self.pay(debt, items, &mut amount, named.as_deref(), Some(fact), at);
            match amount {
                Some(amount) if terms.rest == PaymentRest::Credit => *credit += amount,
                Some(_) if amount == whole => idle.push(fact),
                _ => {}
            }
        }
        idle
    }

    /// Settles what is open with an amount: the named item first, then in the order that is said.
    fn pay(
        &self,
        debt: &Debt,
        items: &mut [Item],
        amount: &mut Option<Ratio>,
        named: Option<&str>,
        fact: Option<usize>,
        at: Instant,
    ) {
        let order = debt.payments.as_ref().map_or(PaymentOrder::OldestFirst, |terms| terms.order);
        // What was paid in advance goes to what is charged now.
        let mut open: Vec<usize> = (0..items.len())
            .filter(|it| items[*it].in_scope && (fact.is_some() || items[*it].born == at))
            .collect();
        open.sort_by_key(|it| {
            let due = self.due(&items[*it], debt, at).unwrap_or(items[*it].born);
            (due, items[*it].born, items[*it].key.clone())
        });
        if order == PaymentOrder::NewestFirst {
            open.reverse();
        }
        if let Some(named) = named {
            open.sort_by_key(|it| items[*it].key != named);
        }
        for place in open {
            let item = &mut items[place];
            let is_named = named.is_some_and(|named| item.key == named);
            if order == PaymentOrder::NamedOnly && fact.is_some() && !is_named {
                continue;
            }
            if item.end.is_some_and(|end| end < at) || amount.as_ref().is_some_and(Zero::is_zero) {
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
            }
            *amount = amount.clone().zip(part).map(|(amount, part)| amount - part);
        }
    }

    /// When it is due, where a duty says a time (what none says is due at once): the bound of the first duty to pay it, of the version that governs it.
    fn due(&self, item: &Item, debt: &Debt, seen_before: Instant) -> Option<Instant> {
        let mut duties =
            self.policy.duties.iter().filter(|(_, duty)| self.is_of_version(duty.clause, item.born));
        duties.find_map(|(id, duty)| match &duty.form {
            Form::Do { case, act, .. } if *case == item.case && *act == debt.paid => {
                self.late_from(id, item, seen_before)
            }
            _ => None,
        })
    }
}
