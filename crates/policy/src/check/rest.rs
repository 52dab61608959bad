//! What payments have left as credit, and is paid out when the agreement has ended.

use crate::check::draft::Draft;
use crate::check::place::Place;
use crate::check::types::{Ty, Typed};
use crate::diagnostics;
use crate::policy::{Consequence, Effect, Expr, ExprKind, Standing};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, ModifierKind, PaymentRest};

impl<'a> Draft<'a> {
    /// `any rest of c`: of a case whose payments leave a credit.
    pub(in crate::check) fn any_rest(
        &mut self,
        case: &'a ast::Name,
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        if !place.rest {
            let finding = diagnostics::rest_out_of_place(span, self.words_at(span));
            return self.fail(finding);
        }
        let id = self.case(case)?;
        let found = &self.cases[id];
        let kept = found.debt.as_ref().and_then(|debt| debt.payments.as_ref());
        if kept.is_none_or(|payments| payments.rest != PaymentRest::Credit) {
            let declared = kept.map(|payments| payments.span);
            return self.fail(diagnostics::no_rest(case, declared));
        }
        let expr = Expr { kind: ExprKind::Rest(id), span, name: None };
        Some(Typed { expr, ty: Ty::MONEY })
    }

    /// Whether an amount that arises as soon as something holds can be owed as it is said, which is told where not.
    pub(in crate::check) fn pays_out(
        &mut self,
        money: &'a ast::Money,
        effect: &Effect,
        standing: &Standing,
    ) -> bool {
        let Effect::Entry(entry) = effect else { return true };
        let ExprKind::Rest(case) = &entry.amount.kind else { return true };
        let Some(debt) = &self.cases[*case].debt else { return false };
        let (debtor, creditor) = (debt.debtor, debt.creditor);
        if (entry.debtor, entry.creditor) != (creditor, debtor) || entry.credits {
            let name = |party| self.parties[party].name.clone();
            let (owes, gains) = (name(creditor), name(debtor));
            let (words, span) = (self.words_at(money.amount.span).to_owned(), money.amount.span);
            let finding = match (entry.debtor, entry.creditor) == (creditor, debtor) {
                true => diagnostics::rest_is_owed(span, &owes, &gains, &words),
                false => diagnostics::rest_the_other_way(span, &owes, &gains, &words),
            };
            self.tell(finding);
            return false;
        }
        if let Some((.., span)) = standing.settled.first() {
            self.tell(diagnostics::rest_waits_for_nothing(*span));
            return false;
        }
        let pays_it = |other: &&Consequence| other.pays_out() == Some(*case);
        if let Some(first) = self.consequences.values().find(pays_it) {
            let first = first.span;
            self.tell(diagnostics::said_twice(money.amount.span, first));
            return false;
        }
        let claims = |modifier: &&ast::Modifier| matches!(modifier.kind, ModifierKind::ClaimedBy { .. });
        if let Some(claim) = money.modifiers.iter().find(claims) {
            let instead = "leave it out: what is left is owed without a claim";
            self.tell(diagnostics::not_supported(claim.span, "a claim of what is left", instead));
            return false;
        }
        let limits = |modifier: &&ast::Modifier| {
            matches!(modifier.kind, ModifierKind::AtMost { .. } | ModifierKind::AtLeast(_))
        };
        if let Some(limit) = money.modifiers.iter().find(limits) {
            self.tell(diagnostics::rest_is_all(limit.span));
            return false;
        }
        true
    }
}
