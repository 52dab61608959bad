//! Ladders: what a breach costs where it is the second or the third in a row, and what goes back when the duty has been
//! kept again for so long.

use crate::arena::Id;
use crate::check::draft::Draft;
use crate::check::place::Place;
use crate::check::types::{Ty, Typed, constant_number};
use crate::diagnostics;
use crate::policy::{
    Consequence, ConsequenceId, DutyId, Effect, Entry, ExprKind, Form, Kept, Signal, ValueType,
};
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, ModifierKind};

/// The kind of what is earned back.
const RESTORED: &str = "restored";

impl<'a> Draft<'a> {
    /// `misses running of 1`: in the amount that follows the breach of that duty.
    pub(in crate::check) fn misses(
        &mut self,
        reference: &ast::DutyRef,
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        let Some(own) = place.breach else {
            if place.lenient {
                return None;
            }
            let used = self.inlining.last().map(|(name, used)| (*name, *used));
            return self.fail(diagnostics::misses_out_of_place(span, self.words_at(reference.span), used));
        };
        let duty = self.broken_duty(reference, own, "misses")?;
        Some(Typed::plain(ExprKind::Misses(duty), ValueType::Count, span))
    }

    /// The duty whose windows are counted, which has to be the one whose breach an amount follows.
    fn broken_duty(&mut self, reference: &ast::DutyRef, own: DutyId, what: &'static str) -> Option<DutyId> {
        let named = self.duties_named(reference)?;
        let sentence =
            self.duty_seeds.get(own.index()).map(|seed| (seed.name.clone(), seed.sentence.span))?;
        if !named.contains(&own) {
            let (name, declared) = sentence;
            return self.fail(diagnostics::counts_another(what, reference.span, &name, declared));
        }
        match &self.duties.get(own.index())?.as_ref()?.form {
            Form::Keep { .. } | Form::DoEach { rise: None, .. } => {}
            Form::DoEach { .. } => {
                return self.fail(diagnostics::counts_risen(what, reference.span, sentence.1));
            }
            Form::Do { .. } | Form::MustNot { .. } => {
                return self.fail(diagnostics::counts_things(what, reference.span, sentence.1));
            }
        }
        Some(self.windowed_duty(reference)?.0)
    }

    /// `restored 50% when 1 is kept 2 windows running`, where it is said.
    pub(in crate::check) fn restoring(money: &ast::Money) -> Option<&ast::Modifier> {
        money.modifiers.iter().find(|it| matches!(it.kind, ModifierKind::Restored { .. }))
    }

    /// What goes back of an amount that follows the breach of a duty.
    pub(in crate::check) fn restored(&mut self, money: &'a ast::Money, own: DutyId, of: ConsequenceId) {
        let Some(modifier) = Self::restoring(money) else { return };
        let ModifierKind::Restored { share, duty, count } = &modifier.kind else { return };
        let like = |it: &&ast::Modifier| matches!(it.kind, ModifierKind::Restored { .. });
        if let Some(second) = money.modifiers.iter().filter(like).nth(1) {
            return self.tell(diagnostics::said_twice(second.span, modifier.span));
        }
        let duty = self.broken_duty(duty, own, "windows");
        let number = self.number_of_windows(count);
        let share = self.restored_share(share);
        let (Some(duty), Some(count), Some(amount)) = (duty, number, share) else { return };
        let Effect::Entry(entry) = &self.consequences[of].effect else { return };
        if let Some(claim) = &entry.claim {
            let claim = claim.span;
            return self.tell(diagnostics::restored_claim(modifier.span, claim));
        }
        let (debtor, creditor, rounding) = (entry.creditor, entry.debtor, entry.rounding);
        let kind = self.kind_id(RESTORED);
        let Consequence { clause, name, .. } = &self.consequences[of];
        let (clause, name) = (*clause, name.clone());
        self.consequences.push(Consequence {
            clause,
            name,
            on: Signal::Kept(Kept { duty, of, count }),
            only: None,
            effect: Effect::Entry(Entry {
                debtor,
                creditor,
                credits: false,
                kind,
                amount,
                at_least: None,
                nothing_below: None,
                caps: Vec::new(),
                rounding,
                claim: None,
            }),
            sole: None,
            span: modifier.span,
        });
    }

    /// How much of it goes back: a share that the text says, above nothing and not above all.
    fn restored_share(&mut self, share: &'a ast::Expr) -> Option<crate::policy::Expr> {
        let typed = self.expr_wanted(share, &Place::agreement(), &Ty::SHARE)?;
        match constant_number(&typed.expr) {
            Some(number) if number > Exact::ZERO && number <= Exact::ONE => Some(typed.expr),
            Some(_) => self.fail(diagnostics::restored_share(share.span)),
            None => self.fail(diagnostics::restored_share_of_instance(share.span)),
        }
    }
}
