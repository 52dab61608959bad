//! Debts: what is owed from an item's beginning, and how it is paid.

use crate::check::case::PAY;
use crate::check::draft::{Draft, index_of};
use crate::check::place::{Place, Scope};
use crate::diagnostics;
use crate::policy::{CaseId, Debt, Effect, FieldType, PartyId, Payments, Policy, Settled};
use servanda_diagnostics::{Diagnostic, Span, Spanned};
use servanda_parser::ast;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

impl<'a> Draft<'a> {
    pub(in crate::check) fn debt(
        &mut self,
        id: CaseId,
        debtor: &'a ast::Name,
        creditor: &'a ast::Name,
        amount: &'a ast::Expr,
    ) {
        let owes = self.party(debtor);
        let gains = self.party(creditor);
        let amount = self.money_at(amount, &Place::new(Scope::Case(id)));
        let (Some(owes), Some(gains)) = (owes, gains) else { return };
        if self.party_of(owes) == self.party_of(gains) {
            return self.tell(diagnostics::owes_itself(creditor.span, debtor));
        }
        let paid = self.cases[id].acts.iter().position(|act| act.done == PAY.1).map_or(0, index_of);
        let (debtor, creditor) = (self.party_of(owes), self.party_of(gains));
        if let (Some(amount), Some(case)) = (amount, self.cases.find_mut(id)) {
            let span = amount.span;
            case.debt = Some(Debt { debtor, creditor, amount, payments: None, paid, span });
        }
    }

    pub(in crate::check) fn payments(
        &mut self,
        id: CaseId,
        (path, set_off): (&'a ast::Path, Option<Span>),
        settling: &'a [ast::Name],
        order: Option<&Spanned<ast::PaymentOrder>>,
        rest: Option<&Spanned<ast::PaymentRest>>,
    ) {
        let Some(event) = self.event(path) else { return };
        if !self.outlines[id].debt {
            let name = self.cases[id].name.clone();
            return self.tell(diagnostics::paid_without_debt(path.span, &name));
        }
        let money = |ty: &FieldType| matches!(ty, FieldType::Money { .. } | FieldType::MinorMoney);
        let Some(amount) = self.only_field(event, money) else {
            let event = &self.events[event];
            let finding = diagnostics::payment_amount(path.span, &event.name, event.span);
            return self.tell(finding);
        };
        if self.readable_money(event, amount, path.span).is_none() {
            return;
        }
        let key = self.outlines[id].key.clone();
        let named = key.as_ref().and_then(|key| self.id_field(event, key));
        let order_word = order.map_or(ast::PaymentOrder::OldestFirst, |order| order.value);
        match (named, order) {
            (None, Some(order)) if order.value == ast::PaymentOrder::NamedOnly => {
                let event = &self.events[event];
                let key = key.as_deref().unwrap_or("id");
                let finding = diagnostics::payment_names_nothing(order.span, &event.name, key, event.span);
                return self.tell(finding);
            }
            (Some(at), _) => {
                let optional = self.events[event].fields.get(at as usize).is_some_and(|field| field.optional);
                if !optional {
                    self.mark_key(event, at);
                }
            }
            _ => {}
        }
        if let (Some(order), Some(set_off)) = (order, set_off)
            && order.value == ast::PaymentOrder::NamedOnly
        {
            return self.tell(diagnostics::credits_name_nothing(set_off, order.span));
        }
        let Some(settling) = self.settling(settling, path.span) else { return };
        let payments = Payments {
            event,
            amount,
            named,
            set_off,
            settling,
            order: order_word,
            rest: rest.map_or(ast::PaymentRest::Credit, |rest| rest.value),
            span: path.span,
        };
        if let Some(debt) = self.cases.find_mut(id).and_then(|case| case.debt.as_mut()) {
            debt.payments = Some(payments);
        }
    }

    /// `settling late_fee then principal`: without it, the principal.
    fn settling(&mut self, words: &'a [ast::Name], line: Span) -> Option<Vec<(Settled, Span)>> {
        let mut settling: Vec<(Settled, Span)> = Vec::new();
        for word in words {
            let settled = match word.value.as_str() {
                PRINCIPAL => Settled::Principal,
                kind => Settled::Kind(self.kind_id(kind)),
            };
            if let Some((_, first)) = settling.iter().find(|(other, _)| *other == settled) {
                let first = *first;
                return self.fail(diagnostics::settles_twice(word, first));
            }
            settling.push((settled, word.span));
        }
        match settling.last() {
            None => Some(vec![(Settled::Principal, line)]),
            Some((_, last)) if settling.iter().all(|(settled, _)| *settled != Settled::Principal) => {
                self.fail(diagnostics::settles_no_principal(*last))
            }
            Some(_) => Some(settling),
        }
    }

    /// Whether payments settle a kind that nothing on their debts is of, which is told. It is asked of the agreement as it
    /// was made: an amendment may take away what is settled.
    pub(in crate::check) fn settles_nothing(&mut self, policy: &Policy) -> bool {
        let mut findings = Vec::new();
        for (id, case) in policy.cases.iter() {
            let payments = case.debt.as_ref().and_then(|debt| debt.payments.as_ref());
            let Some(payments) = payments else { continue };
            for (settled, span) in &payments.settling {
                let Settled::Kind(kind) = settled else { continue };
                if policy.consequences.ids().any(|it| policy.settled_with(it) == Some((id, *kind))) {
                    continue;
                }
                let mut kinds: Vec<&str> = Vec::new();
                for (on, kind) in policy.consequences.ids().filter_map(|it| policy.owed_beside(it)) {
                    let name = policy.kinds[kind].as_str();
                    if on == id && !kinds.contains(&name) {
                        kinds.push(name);
                    }
                }
                findings.push(diagnostics::settles_nothing(self.words_at(*span), *span, &case.name, &kinds));
            }
        }
        findings.extend(nothing_to_set_off(policy));
        let any = !findings.is_empty();
        for finding in findings {
            self.tell(finding);
        }
        any
    }
}

/// Debts that say `and credits`, while nothing is credited to their debtors by their creditors.
fn nothing_to_set_off(policy: &Policy) -> impl Iterator<Item = Diagnostic> + '_ {
    policy.cases.values().filter_map(|case| {
        let debt = case.debt.as_ref()?;
        let span = debt.payments.as_ref()?.set_off?;
        let theirs = policy.consequences.values().filter_map(|of| match &of.effect {
            Effect::Entry(it) if (it.debtor, it.creditor) == (debt.creditor, debt.debtor) => {
                Some((it.credits, of.span))
            }
            _ => None,
        });
        let theirs: Vec<(bool, Span)> = theirs.collect();
        if theirs.iter().any(|(credits, _)| *credits) {
            return None;
        }
        let name = |party: PartyId| policy.parties[party].name.as_str();
        let owed = theirs.first().map(|(_, span)| *span);
        Some(diagnostics::nothing_to_set_off(span, name(debt.creditor), name(debt.debtor), owed))
    })
}

/// Two debts that the same credits would pay: of each the second, with the first.
pub(in crate::check) fn set_off_twice(policy: &Policy) -> Vec<Diagnostic> {
    let set_off = policy.cases.values().filter_map(|case| {
        let debt = case.debt.as_ref()?;
        Some(((debt.debtor, debt.creditor), debt.payments.as_ref()?.set_off?, case.name.as_str()))
    });
    let mut first: BTreeMap<(PartyId, PartyId), (Span, &str)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (parties, span, name) in set_off {
        match first.entry(parties) {
            Entry::Vacant(entry) => {
                entry.insert((span, name));
            }
            Entry::Occupied(entry) => {
                let (other, case) = *entry.get();
                findings.push(diagnostics::set_off_twice(span, name, other, case));
            }
        }
    }
    findings
}

/// What the principal of a debt is called after `settling`.
const PRINCIPAL: &str = "principal";
