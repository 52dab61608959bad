//! What passes to somebody as soon as something holds: when the agreement has ended, and nothing is owed.

use crate::check::draft::Draft;
use crate::check::outline::SentenceSeed;
use crate::diagnostics;
use crate::policy::{Consequence, Effect, PartyId, Policy, Right, RightKind, Settled, Signal, Standing};
use servanda_diagnostics::{Diagnostic, Span};
use servanda_parser::ast::{self, Holding};

impl<'a> Draft<'a> {
    /// `client has "title to all works" when this agreement has ended and client owes agency nothing`
    pub(in crate::check) fn check_title(
        &mut self,
        seed: &SentenceSeed<'a>,
        (holder, title): (&'a ast::Subject, &'a ast::Text),
        standing: &'a ast::Standing,
    ) {
        let holder = match holder {
            ast::Subject::Name(name) => self.party(name).map(|party| self.party_of(party)),
            ast::Subject::EachParty(span) | ast::Subject::EitherParty(span) => {
                return self.tell(diagnostics::title_of_several(*span));
            }
        };
        let standing = self.standing(standing);
        let (Some(holder), Some(standing)) = (holder, standing) else { return };
        let what = RightKind::Title(title.value.clone());
        let effect = Effect::Right(Right { holder, what });
        if let Some(first) = self.consequences.values().find(|other| other.effect == effect) {
            let first = first.span;
            return self.tell(diagnostics::title_twice(title, first));
        }
        self.consequences.push(Consequence {
            clause: seed.clause,
            name: seed.name.clone(),
            on: Signal::Standing(standing),
            only: None,
            effect,
            sole: None,
            span: seed.sentence.span,
        });
    }

    pub(in crate::check) fn standing(&mut self, standing: &'a ast::Standing) -> Option<Standing> {
        let mut ended: Option<Span> = None;
        let mut settled: Vec<(PartyId, PartyId, Span)> = Vec::new();
        for holding in &standing.all {
            match holding {
                Holding::Ended(span) => {
                    if let Some(first) = ended.replace(*span) {
                        return self.fail(diagnostics::said_twice(*span, first));
                    }
                }
                Holding::OwesNothing { debtor, creditor, span } => {
                    let (owes, gains) = (self.party(debtor), self.party(creditor));
                    let (owes, gains) = (self.party_of(owes?), self.party_of(gains?));
                    if owes == gains {
                        return self.fail(diagnostics::owes_itself(creditor.span, debtor));
                    }
                    if let Some(first) = settled.iter().find(|it| (it.0, it.1) == (owes, gains)) {
                        let first = first.2;
                        return self.fail(diagnostics::said_twice(*span, first));
                    }
                    settled.push((owes, gains, *span));
                }
            }
        }
        Some(Standing { ended: ended.is_some(), settled })
    }

    /// Whether it is asked if nothing is owed where it could never be seen that something is paid, which is told.
    pub(in crate::check) fn never_nothing(&mut self, policy: &Policy) -> bool {
        // What is wrong with a debt has been told.
        if !self.is_sound() {
            return false;
        }
        let standings = policy.consequences.values().filter_map(|of| match &of.on {
            Signal::Standing(standing) => Some(standing),
            _ => None,
        });
        let asked = standings.flat_map(|standing| &standing.settled);
        let findings: Vec<Diagnostic> = asked.flat_map(|asked| unseen(policy, *asked)).collect();
        let any = !findings.is_empty();
        for finding in findings {
            self.tell(finding);
        }
        if !any {
            self.lint_standings(policy);
        }
        any
    }

    /// That nobody owes anything holds before anything was ever owed; with the end beside it, it does not.
    fn lint_standings(&mut self, policy: &Policy) {
        for of in policy.consequences.values() {
            if let Signal::Standing(Standing { ended: false, settled }) = &of.on
                && let Some((_, _, span)) = settled.first()
            {
                self.tell(diagnostics::holds_from_the_start(*span, self.words_at(*span)));
            }
        }
    }
}

/// What of a debt between two parties could never be seen paid.
fn unseen(policy: &Policy, (debtor, creditor, asked): (PartyId, PartyId, Span)) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut any = false;
    for (id, case) in policy.cases.iter() {
        let Some(debt) = &case.debt else { continue };
        if (debt.debtor, debt.creditor) != (debtor, creditor) {
            continue;
        }
        any = true;
        let Some(payments) = &debt.payments else {
            findings.push(diagnostics::nothing_pays(asked, &case.name, debt.span));
            continue;
        };
        let mut told = Vec::new();
        for (consequence, of) in policy.consequences.iter() {
            let Some((_, kind)) = policy.owed_beside(consequence).filter(|it| it.0 == id) else { continue };
            if policy.settled_with(consequence).is_none() && !told.contains(&kind) {
                told.push(kind);
                let mut kinds: Vec<&str> = vec![policy.kinds[kind].as_str()];
                kinds.extend(payments.settling.iter().map(|(settled, _)| match settled {
                    Settled::Principal => "principal",
                    Settled::Kind(kind) => policy.kinds[*kind].as_str(),
                }));
                findings.push(diagnostics::nothing_settles(asked, &case.name, &kinds, of.span));
            }
        }
    }
    if !any {
        let name = |party: PartyId| policy.parties[party].name.as_str();
        findings.push(diagnostics::no_debt_between(asked, name(debtor), name(creditor)));
    }
    findings
}
