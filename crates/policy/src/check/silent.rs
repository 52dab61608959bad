//! Duties that bind nobody: their breach lets somebody be told at a point of an item's life, or another duty arise.
//!
//! So that there is one way only in which time decides something: a deadline that passes, or a figure that crosses
//! its bound.

use crate::arena::Id;
use crate::check::case::PAY;
use crate::check::draft::{Draft, id_at, index_of};
use crate::check::names::Thing;
use crate::check::outline::{DutySeed, SentenceSeed};
use crate::check::place::{Place, Scope};
use crate::diagnostics;
use crate::policy::{
    CaseId, Consequence, ConsequenceId, Deadline, Duty, DutyId, Effect, Ending, EventId, ExprKind, Field,
    FieldType, Form, PartyId, Right, RightKind, Running, Signal, Silence, Tell, WindowId,
};
use crate::time::WindowSpec;
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, CollectionKind, ModifierKind, Relation};

impl<'a> Draft<'a> {
    /// `telling lead at 80% of the time`: the same duty once more, with a part of its time.
    pub(in crate::check) fn check_warnings(&mut self, seed: &SentenceSeed<'a>, norm: &'a ast::Norm) {
        for modifier in &norm.modifiers {
            let ModifierKind::Telling { to, during, at } = &modifier.kind else { continue };
            let told = self.who_is_told(to, during.as_ref());
            let share = self.number(&at.value, at.span).and_then(|at| at.checked_div(&Exact::integer(100)));
            let (Some(told), Some(share)) = (told, share) else { continue };
            if share.is_zero() || share >= Exact::integer(1) {
                self.tell(diagnostics::warning_share(at.span));
                continue;
            }
            for warned in seed.duties.clone() {
                let Some(Some(duty)) = self.duties.get(warned.index()) else { continue };
                let mut form = duty.form.clone();
                if let Form::Do { deadline: Some(Deadline::Within { share: part, counting, .. }), .. } =
                    &mut form
                {
                    *part = Some(share.clone());
                    // A warning is no deadline: nothing is late at its moment, and its time is not rounded.
                    (counting.late_at_deadline, counting.rounded) = (false, None);
                    let (debtor, core_span) = (duty.debtor, duty.core_span);
                    let extended_by = duty.extended_by.clone();
                    let effect = Effect::Tell(Tell { warns_of: Some(warned), ..told });
                    let (id, _) = self.arises_silently(seed, debtor, form, core_span, effect, modifier.span);
                    if let Some(Some(silent)) = self.duties.get_mut(id.index()) {
                        silent.extended_by = extended_by;
                    }
                }
            }
        }
    }

    /// `tell lead about each crisis where severity is high at 15 minutes after its beginning unless taken`
    pub(in crate::check) fn check_tell(&mut self, seed: &SentenceSeed<'a>, tell: &'a ast::Tell) {
        let Some(ground) = &tell.when else {
            return self.tell(diagnostics::tell_alone(seed.sentence.span));
        };
        let Some(told) = self.who_is_told(&tell.to, tell.during.as_ref()) else { return };
        let _ = self.check_ground(seed, ground, &[(told.to, Effect::Tell(told))]);
    }

    /// `lead`, `lead during office`
    pub(in crate::check) fn who_is_told(
        &mut self,
        to: &ast::Name,
        during: Option<&'a ast::Name>,
    ) -> Option<Tell> {
        let to = self.party(to);
        let during = match during {
            None => Some(None),
            Some(calendar) => self.calendar(calendar).map(Some),
        };
        Some(Tell { to: to?, during: during?, warns_of: None })
    }

    /// `each draft counts as accepted by client at 5 business days after its beginning`
    pub(in crate::check) fn check_deemed(&mut self, seed: &SentenceSeed<'a>, deemed: &'a ast::Deemed) {
        let by = self.party(&deemed.by);
        let Some(mut form) = self.form_of_about(&deemed.about) else { return };
        let Form::Do { case, act, .. } = &mut form else { return };
        let of = &self.cases[*case];
        let Some(done) = of.acts.iter().position(|track| track.done == deemed.done.value) else {
            let name = of.name.clone();
            let acts: Vec<String> = of.acts.iter().map(|act| act.done.clone()).collect();
            return self.tell(diagnostics::counts_as_no_act(&deemed.done, &name, &acts));
        };
        if of.debt.is_some() && deemed.done.value == PAY.1 {
            return self.tell(diagnostics::counts_as_paid(deemed.done.span));
        }
        *act = index_of(done);
        let Some(by) = by else { return };
        let effect = Effect::CountsAs(Silence { by, act: *act });
        self.arises_silently(seed, by, form, deemed.about.span, effect, seed.sentence.span);
    }

    /// `client may end this agreement when 1 is broken 3 windows running`
    pub(in crate::check) fn check_right(&mut self, seed: &SentenceSeed<'a>, right: &'a ast::Right) {
        if let (Some(title), Some(ast::Ground::Standing(standing))) = (&right.title, &right.ground) {
            return self.check_title(seed, (&right.holder, title), standing);
        }
        let holders: Vec<PartyId> = match &right.holder {
            ast::Subject::Name(name) => {
                let Some(party) = self.party(name) else { return };
                vec![self.party_of(party)]
            }
            ast::Subject::EachParty(span) => return self.tell(diagnostics::each_party_may(*span)),
            ast::Subject::EitherParty(_) => {
                self.parties.iter().filter(|(_, party)| party.has_agreed()).map(|(id, _)| id).collect()
            }
        };
        let effects =
            |holder: &PartyId| (*holder, Effect::Right(Right { holder: *holder, what: RightKind::End }));
        let effects: Vec<_> = holders.iter().map(effects).collect();
        let rights = match &right.ground {
            Some(ground) => {
                let Some(rights) = self.check_ground(seed, ground, &effects) else { return };
                rights.into_iter().map(Some).collect()
            }
            None => vec![None; holders.len()],
        };
        if let Some(exercise) = &right.exercise {
            self.check_exercise(seed, exercise, &holders.into_iter().zip(rights).collect::<Vec<_>>());
        }
    }

    /// `with 1 month notice by notice.given`: by which event each of the holders uses its right.
    fn check_exercise(
        &mut self,
        seed: &SentenceSeed<'a>,
        exercise: &'a ast::Exercise,
        holders: &[(PartyId, Option<ConsequenceId>)],
    ) {
        let notice = match &exercise.notice {
            None => Some(None),
            Some(length) => {
                let typed = self.length_in_days(length);
                typed.and_then(|typed| self.given(typed, "how long a notice is")).map(Some)
            }
        };
        let to = match &exercise.to {
            None => Some(None),
            Some(window) => self.window(window).and_then(|spec| match spec {
                WindowSpec::Calendar(_) | WindowSpec::Contract(_) | WindowSpec::From(..) => Some(Some(spec)),
                WindowSpec::Term | WindowSpec::Clock(_) | WindowSpec::Rolling { .. } => {
                    self.fail(diagnostics::ends_with_no_window(window.span))
                }
            }),
        };
        let Some(pattern) = self.pattern(&exercise.by) else { return };
        let parties: Vec<PartyId> = holders.iter().map(|(holder, _)| *holder).collect();
        let giver = self.giver(&exercise.by, pattern.event, &parties, "ends the agreement");
        let (Some(notice), Some(to), Some(giver)) = (notice, to, giver) else { return };
        for (holder, right) in holders {
            let (holder, right) = (*holder, *right);
            self.consequences.push(Consequence {
                clause: seed.clause,
                name: seed.name.clone(),
                on: Signal::ForEvent(pattern.clone()),
                only: None,
                effect: Effect::End(Ending { holder, giver, notice: notice.clone(), to, right }),
                sole: None,
                span: seed.sentence.span,
            });
        }
    }

    /// The field of an event that says who uses a right by it; none where only one party can, and it has no such field.
    pub(in crate::check) fn giver(
        &mut self,
        by: &ast::Trigger,
        event: EventId,
        holders: &[PartyId],
        does: &str,
    ) -> Option<Option<u32>> {
        let fields = &self.events[event].fields;
        let is_party = |field: &Field| matches!(field.ty, FieldType::Party(_));
        let parties: Vec<usize> =
            (0..fields.len()).filter(|at| fields.get(*at).is_some_and(is_party)).collect();
        match (parties.as_slice(), holders) {
            ([], [_]) => Some(None),
            ([field], _) => Some(Some(index_of(*field))),
            (found, _) => {
                let (name, declared) = (self.events[event].name.clone(), self.events[event].span);
                self.fail(diagnostics::who_gives_notice(by.path.span, &name, does, found.len(), declared))
            }
        }
    }

    /// What arises at an instant of an item's life, or when a duty has been broken in several windows.
    fn check_ground(
        &mut self,
        seed: &SentenceSeed<'a>,
        ground: &'a ast::Ground,
        effects: &[(PartyId, Effect)],
    ) -> Option<Vec<ConsequenceId>> {
        let mut arising = Vec::with_capacity(effects.len());
        match ground {
            ast::Ground::About(about) => {
                let form = self.form_of_about(about)?;
                for (debtor, effect) in effects {
                    let (span, form) = (seed.sentence.span, form.clone());
                    let of = self.arises_silently(seed, *debtor, form, about.span, effect.clone(), span);
                    arising.push(of.1);
                }
            }
            // Only what somebody has arises from what holds.
            ast::Ground::Standing(_) => return None,
            ast::Ground::Running(running) => {
                let running = self.running(running)?;
                for (_, effect) in effects {
                    arising.push(self.consequences.push(Consequence {
                        clause: seed.clause,
                        name: seed.name.clone(),
                        on: Signal::Running(running),
                        only: None,
                        effect: effect.clone(),
                        sole: None,
                        span: seed.sentence.span,
                    }));
                }
            }
        }
        Some(arising)
    }

    /// `when 1 is broken 3 windows running`
    pub(in crate::check) fn running(&mut self, running: &'a ast::Running) -> Option<Running> {
        let (duty, window) = self.windowed_duty(&running.duty)?;
        let count = self.number_of_windows(&running.count)?;
        let of = match &running.of {
            None => None,
            Some(of) => Some(self.number_of_windows(of)?),
        };
        match (&running.of, of) {
            (Some(written), Some(of)) if of < count => {
                return self.fail(diagnostics::more_than_there_are(running.count.span, written.span));
            }
            _ => {}
        }
        Some(Running { duty, window, count, of })
    }

    /// How many windows.
    pub(in crate::check) fn number_of_windows(&mut self, digits: &ast::Digits) -> Option<u32> {
        match digits.value.parse::<u32>() {
            Ok(number @ 1..=1000) => Some(number),
            _ => self.fail(diagnostics::number_of_windows(digits.span)),
        }
    }

    fn form_of_about(&mut self, about: &'a ast::About) -> Option<Form> {
        let case = self.case(&about.case)?;
        if !self.outlines[case].begins {
            let declared = self.case_span(case);
            return self.fail(diagnostics::each_without_beginning(&about.case, declared));
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
        Some(Form::Do { case, act: act?, filter: filter?, deadline: Some(deadline?) })
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

    fn arises_silently(
        &mut self,
        seed: &SentenceSeed<'a>,
        debtor: PartyId,
        form: Form,
        core_span: Span,
        effect: Effect,
        span: Span,
    ) -> (DutyId, ConsequenceId) {
        let duty: DutyId = id_at(self.duties.len());
        let consequence = self.consequences.push(Consequence {
            clause: seed.clause,
            name: seed.name.clone(),
            on: Signal::Broken(duty),
            only: None,
            effect,
            sole: None,
            span,
        });
        self.duties.push(Some(Duty {
            clause: seed.clause,
            name: seed.name.clone(),
            debtor,
            creditor: None,
            form,
            first: duty,
            extended_by: Vec::new(),
            silent: true,
            otherwise: vec![consequence],
            span: seed.sentence.span,
            core_span,
        }));
        (duty, consequence)
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
        self.windowed_duty(reference)
    }

    /// A duty in each window, or one to keep a figure, and its window.
    pub(in crate::check) fn windowed_duty(&mut self, reference: &ast::DutyRef) -> Option<(DutyId, WindowId)> {
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
        self.refuse_groups(window, reference.span)?;
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
        let form = self.keep_figure(name, std::slice::from_ref(target), None, id)?;
        let Form::Keep { measure, targets, .. } = form else { return None };
        let window = self.measures[measure].window;
        self.refuse_groups(window, name.span)?;
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
            form: Form::Keep { measure, targets: opposite, during: None },
            first: id,
            extended_by: Vec::new(),
            silent: true,
            otherwise: Vec::new(),
            span: seed.sentence.span,
            core_span: name.span.join(target.value.span),
        }));
        Some((id, window))
    }
}
