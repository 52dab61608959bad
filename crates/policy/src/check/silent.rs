//! Duties that bind nobody: their breach lets somebody be told at a point of an item's life, or another duty arise.
//!
//! So that there is one way only in which time decides something: a deadline that passes, or a figure that crosses
//! its bound.

use crate::arena::Id;
use crate::check::draft::{Draft, id_at};
use crate::check::names::Thing;
use crate::check::outline::{DutySeed, SentenceSeed};
use crate::check::place::{Place, Scope};
use crate::diagnostics;
use crate::policy::{
    CaseId, Consequence, Deadline, Duty, DutyId, Effect, ExprKind, Form, PartyId, Signal, WindowId,
};
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, CollectionKind, ModifierKind, Relation};

impl<'a> Draft<'a> {
    /// `telling lead at 80% of the time`: the same duty once more, with a part of its time.
    pub(in crate::check) fn check_warnings(&mut self, seed: &SentenceSeed<'a>, norm: &'a ast::Norm) {
        for modifier in &norm.modifiers {
            let ModifierKind::Telling { to, at } = &modifier.kind else { continue };
            let party = self.party(to);
            let share = self.number(&at.value, at.span).and_then(|at| at.checked_div(&Exact::integer(100)));
            let (Some(party), Some(share)) = (party, share) else { continue };
            if share.is_zero() || share >= Exact::integer(1) {
                self.tell(diagnostics::warning_share(at.span));
                continue;
            }
            for duty in seed.duties.clone() {
                let Some(Some(duty)) = self.duties.get(duty.index()) else { continue };
                let mut form = duty.form.clone();
                if let Form::Do { deadline: Some(Deadline::Within { share: part, .. }), .. } = &mut form {
                    *part = Some(share.clone());
                    let (debtor, core_span) = (duty.debtor, duty.core_span);
                    self.tells(seed, debtor, form, core_span, party, modifier.span);
                }
            }
        }
    }

    /// `tell lead about each crisis where severity is high at 15 minutes after its beginning unless taken`
    pub(in crate::check) fn check_about(&mut self, seed: &SentenceSeed<'a>, tell: &'a ast::Tell) {
        let Some(about) = &tell.about else {
            return self.tell(diagnostics::tell_alone(seed.sentence.span));
        };
        let party = self.party(&tell.to);
        let Some(case) = self.case(&about.case) else { return };
        if !self.outlines[case].begins {
            let declared = self.case_span(case);
            return self.tell(diagnostics::each_without_beginning(&about.case, declared));
        }
        let filter = match &about.filter {
            None => Some(None),
            Some(cond) => self.cond(cond, &Place::new(Scope::Case(case)).at_the_beginning()).map(Some),
        };
        let act = match &about.unless {
            None => Some(Form::NO_ACT),
            Some(cond) => self.act_that_is_done(case, cond),
        };
        let deadline = self.within(case, &about.length, None, None, about.length.span);
        let (Some(party), Some(filter), Some(act), Some(deadline)) = (party, filter, act, deadline) else {
            return;
        };
        let form = Form::Do { case, act, filter, deadline: Some(deadline) };
        self.tells(seed, party, form, about.span, party, seed.sentence.span);
    }

    /// `unless taken`: an act of the case.
    fn act_that_is_done(&mut self, case: CaseId, cond: &'a ast::Cond) -> Option<u32> {
        let place = Place::new(Scope::Case(case)).after_charge();
        match self.cond(cond, &place)?.kind {
            ExprKind::Done(act) => Some(act),
            _ => {
                let name = self.cases[case].name.clone();
                let acts = self.cases[case].acts.iter().map(|act| act.done.clone()).collect::<Vec<_>>();
                self.fail(diagnostics::unless_no_act(cond.span, &name, &acts))
            }
        }
    }

    fn tells(
        &mut self,
        seed: &SentenceSeed<'a>,
        debtor: PartyId,
        form: Form,
        core_span: Span,
        to: PartyId,
        span: Span,
    ) {
        let duty = id_at(self.duties.len());
        let consequence = self.consequences.push(Consequence {
            clause: seed.clause,
            name: seed.name.clone(),
            on: Signal::Broken(duty),
            only: None,
            effect: Effect::Tell(to),
            span,
        });
        self.duties.push(Some(Duty {
            clause: seed.clause,
            name: seed.name.clone(),
            debtor,
            creditor: None,
            form,
            first: duty,
            silent: true,
            otherwise: vec![consequence],
            span: seed.sentence.span,
            core_span,
        }));
    }

    /// `for each breach of 1`: the duty from whose breach another arises, and its window.
    pub(in crate::check) fn breach_cause(
        &mut self,
        collection: &'a ast::Collection,
    ) -> Option<(DutyId, WindowId)> {
        let CollectionKind::BreachOf(reference) = &collection.kind else {
            return self.fail(diagnostics::rises_for_each(collection.span));
        };
        if let Some(filter) = &collection.filter {
            let instead = "put the condition into the duty";
            return self.fail(diagnostics::not_supported(filter.span, "a condition on breaches", instead));
        }
        let duties = self.duties_named(reference)?;
        let [duty] = duties.as_slice() else {
            let instead = "write a sentence for each party, with a label of its own";
            let what = "a breach of a sentence that binds each party";
            return self.fail(diagnostics::not_supported(reference.span, what, instead));
        };
        let sentence = self.duty_seeds.get(duty.index())?;
        let declared = sentence.sentence.span;
        let window = match &sentence.norm.act {
            ast::Act::Keep { measure, .. } => {
                let Some((Thing::Measure(at), _)) = self.names.get(&measure.value) else { return None };
                self.measure(at)?.2
            }
            ast::Act::Do { quantity, .. } if quantity.value == ast::Quantity::A => {
                let each = sentence.norm.qualifiers.iter().find_map(|it| match &it.kind {
                    ast::QualifierKind::Each(window) => Some(window),
                    _ => None,
                });
                let Some(each) = each else {
                    return self.fail(diagnostics::rises_from_risen(reference.span, declared));
                };
                let spec = self.window(each)?;
                self.window_id(spec)
            }
            ast::Act::Do { .. } => {
                return self.fail(diagnostics::rises_from_item(reference.span, declared));
            }
        };
        Some((*duty, window))
    }

    /// `once sales is at least 50`: a duty to keep the figure from reaching it, whose breach lets another arise.
    pub(in crate::check) fn once(
        &mut self,
        seed: &DutySeed<'a>,
        name: &'a ast::Name,
        target: &'a ast::Target,
    ) -> Option<(DutyId, WindowId)> {
        let id: DutyId = id_at(self.duty_seeds.len() + self.silent.len());
        let form = self.keep_figure(name, std::slice::from_ref(target), id)?;
        let Form::Keep { measure, targets } = form else { return None };
        let window = self.measures[measure].window;
        let mut opposite = Vec::new();
        for (relation, bound) in targets {
            opposite.push((
                match relation {
                    Relation::AtLeast => Relation::Below,
                    Relation::Above => Relation::AtMost,
                    Relation::AtMost => Relation::Above,
                    Relation::Below => Relation::AtLeast,
                    Relation::Exactly => return self.fail(diagnostics::once_exactly(target.relation.span)),
                },
                bound,
            ));
        }
        self.silent.push(Some(Duty {
            clause: seed.clause,
            name: seed.name.clone(),
            debtor: seed.debtor?,
            creditor: None,
            form: Form::Keep { measure, targets: opposite },
            first: id,
            silent: true,
            otherwise: Vec::new(),
            span: seed.sentence.span,
            core_span: name.span.join(target.value.span),
        }));
        Some((id, window))
    }
}
