//! Debts: what is owed from an item's beginning, and how it is paid.

use crate::check::case::PAY;
use crate::check::draft::{Draft, index_of};
use crate::check::place::{Place, Scope};
use crate::diagnostics;
use crate::policy::{CaseId, Debt, FieldType, Payments};
use servanda_diagnostics::Spanned;
use servanda_parser::ast;

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
        path: &'a ast::Path,
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
        // The ledger knows what is unpaid of a debt, and not yet of what was booked on it.
        for word in settling.iter().filter(|word| word.value != "principal") {
            self.tell(diagnostics::settles_other(word));
        }
        let payments = Payments {
            event,
            amount,
            named,
            order: order_word,
            rest: rest.map_or(ast::PaymentRest::Credit, |rest| rest.value),
            span: path.span,
        };
        if let Some(debt) = self.cases.find_mut(id).and_then(|case| case.debt.as_mut()) {
            debt.payments = Some(payments);
        }
    }
}
