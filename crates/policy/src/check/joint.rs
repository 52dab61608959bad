//! `provider credits consumer at most 12% of fee per calendar month under 4.1, 4.2 and 4.3.`: one limit of what
//! several sentences let through together.

use crate::check::draft::{Draft, id_at};
use crate::check::place::Place;
use crate::diagnostics;
use crate::policy::{Cap, CapScope, ConsequenceId, Effect, Signal};
use servanda_diagnostics::Span;
use servanda_parser::ast;

impl<'a> Draft<'a> {
    pub(in crate::check) fn check_joint(&mut self, joint: &'a ast::Joint) {
        let parties = self.debtor_and_creditor(&joint.debtor, &joint.creditor);
        let limit = self.money_at(&joint.limit, &Place::agreement());
        let scope = match &joint.scope {
            ast::CapScope::Each => {
                return self.tell(diagnostics::joint_without_scope(joint.span));
            }
            ast::CapScope::Case(name) | ast::CapScope::Window(_, Some(name)) => {
                let (wanted, here) = ("`per` a window, or `in all`", "a limit of several sentences");
                return self.tell(diagnostics::misplaced(name.span, wanted, here));
            }
            ast::CapScope::InAll(_) => Some(CapScope::Together),
            ast::CapScope::Window(window, None) => {
                self.window(window).map(|spec| CapScope::Window(self.window_id(spec)))
            }
        };
        let (Some(parties), Some(limit), Some(scope)) = (parties, limit, scope) else { return };
        let mut limited: Vec<ConsequenceId> = Vec::new();
        for reference in &joint.under {
            let of = self.limited_by(joint, reference, parties);
            if of.is_empty() {
                // What it would limit is wrong itself, of which a finding tells.
                if self.is_wrong_under(reference) {
                    return;
                }
                let words = self.words_at(reference.span);
                return self.tell(diagnostics::joint_of_nothing(words, reference.span, &joint.debtor.value));
            }
            limited.extend(of);
        }
        let first = id_at(self.caps.len());
        // Who credits whom is no part of the limit.
        let whole = self.words_at(joint.span);
        let start = whole.find("at most").and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        let span = Span::new(joint.span.source, joint.span.start.saturating_add(start), joint.span.end);
        let cap = self.caps.push(Cap { limit, scope, first, span });
        for id in limited {
            match &mut self.consequences[id].effect {
                Effect::Entry(entry) if !entry.caps.contains(&cap) => entry.caps.push(cap),
                Effect::Accrue(accrual) if !accrual.caps.contains(&cap) => accrual.caps.push(cap),
                Effect::Entry(_)
                | Effect::Accrue(_)
                | Effect::Tell(_)
                | Effect::Right(_)
                | Effect::End(_)
                | Effect::CountsAs(_)
                | Effect::Suspend(_) => {}
            }
        }
    }

    /// Whether something is wrong in what a reference names.
    fn is_wrong_under(&self, reference: &ast::DutyRef) -> bool {
        let wanted = match &reference.label {
            Some(label) => format!("{}({label})", reference.clause),
            None => reference.clause.clone(),
        };
        let named = self.sentences.iter().filter(|seed| {
            let number = &self.clauses[seed.clause].number;
            seed.name == wanted || (reference.label.is_none() && *number == reference.clause)
        });
        named.into_iter().any(|seed| self.is_wrong_within(seed.sentence.span))
    }

    /// The amounts of a clause or of one sentence, from the one party to the other.
    fn limited_by(
        &self,
        joint: &ast::Joint,
        reference: &ast::DutyRef,
        parties: (crate::policy::PartyId, crate::policy::PartyId),
    ) -> Vec<ConsequenceId> {
        let wanted = match &reference.label {
            Some(label) => format!("{}({label})", reference.clause),
            None => reference.clause.clone(),
        };
        let all = self.consequences.iter().filter(|(_, consequence)| {
            let number = &self.clauses[consequence.clause].number;
            consequence.name == wanted || (reference.label.is_none() && *number == reference.clause)
        });
        // What is earned back frees no limit, and asks for none.
        let all = all.filter(|(_, consequence)| !matches!(consequence.on, Signal::Kept(_)));
        let between = all.filter(|(_, consequence)| match &consequence.effect {
            Effect::Entry(entry) => {
                (entry.debtor, entry.creditor) == parties && entry.credits == joint.credits
            }
            Effect::Accrue(accrual) => (accrual.debtor, accrual.creditor) == parties && !joint.credits,
            Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => false,
        });
        between.map(|(id, _)| id).collect()
    }
}
