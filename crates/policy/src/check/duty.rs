//! Duties: who must what by when.

use crate::arena::Id;
use crate::check::cond::{all_of, negated_if};
use crate::check::draft::{Draft, index_of};
use crate::check::order::Node;
use crate::check::outline::DutySeed;
use crate::check::place::{Place, Scope};
use crate::diagnostics;
use crate::policy::{
    ActTrack, CaseId, Deadline, Duty, DutyId, EventId, Expr, ExprKind, FieldType, Form, PartyId, Pattern,
    Point, Rise, WindowId,
};
use crate::time::WindowSpec;
use servanda_diagnostics::{Span, Spanned};
use servanda_parser::ast::{self, Act, Core, ModifierKind, QualifierKind, Quantity};

impl<'a> Draft<'a> {
    /// Reads every sentence, duties before what follows from them.
    pub(in crate::check) fn check_sentences(&mut self) {
        let mut duties: Vec<Option<Duty>> = Vec::new();
        for at in 0..self.duty_seeds.len() {
            let Some(seed) = self.duty_seeds.get(at).cloned() else { continue };
            let duty = self.duty(&seed, Id::at(at));
            duties.push(duty);
        }
        duties.append(&mut self.silent);
        self.duties = duties;
        self.check_extensions();
        for seed in self.sentences.clone() {
            self.check_consequences(&seed);
        }
        for seed in self.sentences.clone() {
            if let Core::Joint(joint) = &seed.sentence.core {
                self.check_joint(joint);
            }
        }
        for seed in self.sentences.clone() {
            if let Core::Suspension(suspension) = &seed.sentence.core {
                self.check_suspension(&seed, suspension);
            }
        }
        self.refuse_circles();
        self.refuse_around_reopening();
        self.check_sole_remedies();
    }

    fn duty(&mut self, seed: &DutySeed<'a>, id: DutyId) -> Option<Duty> {
        let norm = seed.norm;
        self.check_modifiers(norm);
        let form = match &norm.act {
            Act::Keep { measure, targets } => self.keep(norm, measure, targets, id),
            Act::Do { verb, quantity, case, filter } => {
                self.act_form(seed, verb, quantity, case, filter.as_ref())
            }
        };
        let debtor = seed.debtor?;
        let subject = match &norm.subject {
            ast::Subject::Name(name) => name.span,
            ast::Subject::EachParty(span) | ast::Subject::EitherParty(span) => *span,
        };
        let object = match &norm.act {
            Act::Keep { targets, measure } => targets.last().map_or(measure.span, |target| target.value.span),
            Act::Do { case, .. } => case.span,
        };
        Some(Duty {
            clause: seed.clause,
            name: seed.name.clone(),
            debtor,
            creditor: self.other_party(debtor),
            form: form?,
            first: id,
            extended_by: Vec::new(),
            silent: false,
            otherwise: Vec::new(),
            span: seed.sentence.span,
            core_span: subject.join(object),
        })
    }

    /// The other party, where two have agreed.
    fn other_party(&self, debtor: PartyId) -> Option<PartyId> {
        let own = self.party_of(debtor);
        let mut parties = self.parties.iter().filter(|(_, party)| party.has_agreed());
        let (first, second) = (parties.next()?.0, parties.next()?.0);
        if parties.next().is_some() {
            return None;
        }
        // A third party has no other one.
        [(first, second), (second, first)].into_iter().find(|(one, _)| *one == own).map(|(_, other)| other)
    }

    fn check_modifiers(&mut self, norm: &ast::Norm) {
        for modifier in &norm.modifiers {
            match &modifier.kind {
                ModifierKind::WithoutConsequence | ModifierKind::EndingAtNextOpening => {}
                // Read with the deadline.
                ModifierKind::Roll { .. }
                | ModifierKind::Telling { .. }
                | ModifierKind::ExtendedBy(_)
                | ModifierKind::Counting(_) => {}
                ModifierKind::Broken => self.broken = true,
                ModifierKind::AtMost { .. }
                | ModifierKind::AtLeast(_)
                | ModifierKind::NothingBelow(_)
                | ModifierKind::Compounding(_)
                | ModifierKind::ClaimedBy { .. }
                | ModifierKind::SoleRemedy
                | ModifierKind::Restored { .. }
                | ModifierKind::As(_)
                | ModifierKind::Rounded(_) => {
                    self.tell(diagnostics::misplaced(modifier.span, "an amount", "a duty"));
                }
            }
        }
    }

    fn keep(
        &mut self,
        norm: &'a ast::Norm,
        name: &'a ast::Name,
        targets: &'a [ast::Target],
        id: DutyId,
    ) -> Option<Form> {
        let mut during = None;
        for qualifier in &norm.qualifiers {
            let finding = match &qualifier.kind {
                QualifierKind::During(calendar) => {
                    during = Some((calendar, qualifier.span));
                    continue;
                }
                QualifierKind::Each(_) => diagnostics::window_of_figure(qualifier.span),
                _ => diagnostics::misplaced(qualifier.span, "an act", "a duty to keep a figure"),
            };
            self.tell(finding);
        }
        self.refuse_modifiers_of_deadlines(norm);
        if norm.must_not {
            return self.fail(diagnostics::must_not_keep(norm.modal_span));
        }
        self.keep_figure(name, targets, during, id)
    }

    /// A figure within bounds.
    pub(in crate::check) fn keep_figure(
        &mut self,
        name: &'a ast::Name,
        targets: &'a [ast::Target],
        during: Option<(&'a ast::Name, Span)>,
        id: DutyId,
    ) -> Option<Form> {
        let at = self.measure_named(name)?;
        let reader = Place::agreement().read_by(Node::Duty(id));
        let (measure, ty, window) = self.measure_read(at, name.span, &reader)?;
        let place = Place::agreement().in_window(Some(window)).read_by(Node::Duty(id));
        let mut bounds = Vec::new();
        let mut sound = true;
        for target in targets {
            let typed = self.expr(&target.value, &place);
            let Some(typed) = typed else {
                sound = false;
                continue;
            };
            if typed.expr.any(&|part| matches!(part.kind, ExprKind::Previous(..))) {
                self.tell(diagnostics::previous_in_target(typed.expr.span, &name.value));
                sound = false;
                continue;
            }
            if ty.join(&typed.ty).is_none() {
                let declared = self.measures[measure].name_span;
                let (wanted, found) = (self.type_word(&ty), self.type_word(&typed.ty));
                let written = self.words_at(target.value.span);
                let finding = diagnostics::target_unlike(
                    (target.value.span, written, &found),
                    (&name.value, declared, &wanted),
                );
                self.tell(finding);
                sound = false;
                continue;
            }
            bounds.push((target.relation.value, typed.expr));
        }
        let during = match during {
            None => None,
            Some((calendar, span)) => {
                let WindowSpec::Clock(_) = *self.windows.find(window)? else {
                    let declared = self.measures[measure].window_span;
                    return self.fail(diagnostics::hours_of_long_windows(span, &name.value, declared));
                };
                Some(self.calendar(calendar)?)
            }
        };
        sound.then_some(Form::Keep { measure, targets: bounds, during })
    }

    fn act_form(
        &mut self,
        seed: &DutySeed<'a>,
        verb: &'a ast::Name,
        quantity: &Spanned<Quantity>,
        name: &'a ast::Name,
        filter: Option<&'a ast::Cond>,
    ) -> Option<Form> {
        let Some(case) = self.case(name) else {
            self.lengths_beside(seed.norm);
            return None;
        };
        self.check_quantity(seed.norm, quantity, name, case)?;
        let act = self.act(case, verb, name);
        let filter = match filter {
            None => Some(None),
            Some(cond) if self.outlines[case].windowed => {
                return self.fail(diagnostics::misplaced(cond.span, "a case with a beginning", "this duty"));
            }
            Some(cond) => self.cond(cond, &Place::new(Scope::Case(case)).at_the_beginning()).map(Some),
        };
        if seed.norm.must_not {
            self.refuse_modifiers_of_deadlines(seed.norm);
            let act = act?;
            let when = self.prohibited_when(seed, case, act);
            return Some(Form::MustNot { case, act, filter: filter?, when: when? });
        }
        if quantity.value == Quantity::A {
            return self.do_each(seed, case, act);
        }
        let deadline = self.deadline(seed, case);
        let act = act?;
        if verb.value == "pay" && self.outlines[case].debt {
            self.check_payer(seed, case, name)?;
        }
        let act = self.own_act(case, act, seed.debtor?);
        Some(Form::Do { case, act, filter: filter?, deadline: deadline? })
    }

    /// `each` needs a beginning, `a` none, `any` goes with `must not`.
    fn check_quantity(
        &mut self,
        norm: &ast::Norm,
        quantity: &Spanned<Quantity>,
        name: &ast::Name,
        case: CaseId,
    ) -> Option<()> {
        let begins = self.outlines[case].begins;
        let windowed = self.outlines[case].windowed;
        let declared = self.case_span(case);
        match (quantity.value, norm.must_not) {
            (Quantity::A, true) => self.fail(diagnostics::a_with_must_not(quantity.span, &name.value)),
            (Quantity::Any, false) => self.fail(diagnostics::any_with_must(quantity.span, &name.value)),
            (Quantity::A, false) if begins => {
                self.fail(diagnostics::a_with_beginning(quantity.span, &name.value, declared))
            }
            (Quantity::Each, _) if !begins => self.fail(diagnostics::each_without_beginning(name, declared)),
            (Quantity::Any, true) if windowed => {
                self.fail(diagnostics::both_uses(quantity.span, &name.value, declared))
            }
            _ => Some(()),
        }
    }

    /// The act of a case by its infinitive.
    fn act(&mut self, case: CaseId, verb: &ast::Name, name: &ast::Name) -> Option<u32> {
        let acts = &self.cases[case].acts;
        if let Some(at) = acts.iter().position(|act| act.verb == verb.value) {
            return Some(index_of(at));
        }
        let known: Vec<String> = acts.iter().map(|act| format!("{} ({})", act.verb, act.done)).collect();
        let near = acts.iter().map(|act| (act.verb.as_str(), act.span)).collect::<Vec<_>>();
        let near = crate::check::names::nearest(&verb.value, &near).map(|(word, _)| word.to_owned());
        let finding =
            diagnostics::case_has_no_act(verb, &name.value, &known, near.as_deref(), self.case_span(case));
        self.fail(finding)
    }

    /// Makes sure that who must pay is who owes.
    fn check_payer(&mut self, seed: &DutySeed<'a>, case: CaseId, name: &ast::Name) -> Option<()> {
        let debt = self.cases[case].debt.as_ref()?;
        let (owes, declared) = (debt.debtor, debt.span);
        if self.party_of(seed.debtor?) == owes {
            return Some(());
        }
        let subject = match &seed.norm.subject {
            ast::Subject::Name(subject) => subject.span,
            ast::Subject::EachParty(span) | ast::Subject::EitherParty(span) => *span,
        };
        let owes = self.parties[owes].name.clone();
        self.fail(diagnostics::not_the_debtor(subject, &name.value, &owes, declared))
    }

    /// The act as a party's own, where its events name a party: a track of its own with that test.
    fn own_act(&mut self, case: CaseId, act: u32, debtor: PartyId) -> u32 {
        let Some(track) = self.cases[case].acts.get(act as usize).cloned() else { return act };
        let Some(own) = self.own_patterns(&track.when, debtor) else { return act };
        let Some(entry) = self.cases.find_mut(case) else { return act };
        entry.acts.push(ActTrack { when: own, ..track });
        index_of(entry.acts.len() - 1)
    }

    /// Patterns with the party's test; nothing where no event names exactly one party.
    fn own_patterns(&self, patterns: &[Pattern], debtor: PartyId) -> Option<Vec<Pattern>> {
        let tests: Vec<Option<Expr>> =
            patterns.iter().map(|pattern| self.party_test(pattern.event, debtor, pattern.span)).collect();
        if tests.iter().all(Option::is_none) {
            return None;
        }
        let own = patterns.iter().zip(tests).map(|(pattern, test)| Pattern {
            filter: all_of(pattern.filter.clone().into_iter().chain(test)),
            ..pattern.clone()
        });
        Some(own.collect())
    }

    fn do_each(&mut self, seed: &DutySeed<'a>, case: CaseId, act: Option<u32>) -> Option<Form> {
        let mut window: Option<(Option<crate::time::WindowSpec>, Span)> = None;
        let mut by: Option<Point> = None;
        let mut rise: Option<(Option<(DutyId, WindowId)>, Span)> = None;
        let mut within: Option<(&'a ast::Expr, Span)> = None;
        let mut sound = true;
        for qualifier in &seed.norm.qualifiers {
            let span = qualifier.span;
            match &qualifier.kind {
                QualifierKind::Each(each) => window = Some((self.window(each), span)),
                QualifierKind::By(point) => {
                    by = self.point(point, true);
                    sound &= by.is_some();
                }
                QualifierKind::ForEach(collection) => rise = Some((self.breach_cause(collection), span)),
                QualifierKind::Once { measure, target } => {
                    rise = Some((self.once(seed, measure, target), span));
                }
                QualifierKind::Within { length, of: None } => within = Some((length, span)),
                _ => {
                    let (wanted, here) = ("a case with a beginning", "a duty in each window");
                    self.tell(diagnostics::misplaced(span, wanted, here));
                    sound = false;
                }
            }
        }
        let ending = seed.norm.modifiers.iter().find(|it| it.kind == ModifierKind::EndingAtNextOpening);
        self.refuse_modifiers_of_deadlines(seed.norm);
        let within = match within {
            Some((_, span)) if rise.is_none() => {
                let (wanted, here) = ("a case with a beginning, or a breach", "a duty in each window");
                return self.fail(diagnostics::misplaced(span, wanted, here));
            }
            Some((length, _)) => Some(self.length_within(length, ending.map(|it| it.span))?),
            None => None,
        };
        let (window, rise) = match (window, rise) {
            (Some((_, first)), Some((_, second))) => {
                return self.fail(diagnostics::said_twice(second, first));
            }
            (Some((spec, span)), None) => {
                let spec = spec?;
                if spec.count() > 1 {
                    return self.fail(diagnostics::rolling_each(span));
                }
                (self.window_id(spec), None)
            }
            (None, Some((rise, _))) => {
                let (cause, window) = rise?;
                (window, Some(Rise { cause, within }))
            }
            (None, None) => {
                let name = self.cases[case].name.clone();
                return self.fail(diagnostics::a_without_window(seed.norm, &name));
            }
        };
        let acts = self.cases[case].acts.get(act? as usize)?.when.clone();
        let acts = self.own_patterns(&acts, seed.debtor?).unwrap_or(acts);
        sound.then_some(Form::DoEach { case, acts, window, by: by.unwrap_or(Point::EndOfPeriod), rise })
    }

    /// By when an act on an item is due. The outer nothing: a finding tells.
    #[expect(
        clippy::option_option,
        reason = "the outer nothing: a finding tells; the inner one: no deadline"
    )]
    fn deadline(&mut self, seed: &DutySeed<'a>, case: CaseId) -> Option<Option<Deadline>> {
        let ending =
            seed.norm.modifiers.iter().find(|modifier| modifier.kind == ModifierKind::EndingAtNextOpening);
        let roll = self.roll(seed.norm);
        let mut found: Option<(Option<Deadline>, Span)> = None;
        let mut sound = true;
        for qualifier in &seed.norm.qualifiers {
            let deadline = match &qualifier.kind {
                QualifierKind::Within { length, of } => {
                    let ending = ending.map(|ending| ending.span);
                    let within = self.within(case, length, of.as_ref(), ending, qualifier.span);
                    let within = within.and_then(|within| self.rolled(within, roll.as_ref()));
                    within.and_then(|within| self.counted(within, seed.norm))
                }
                QualifierKind::Every(length) => {
                    self.every(seed.norm, case, (length, qualifier.span), ending, roll.as_ref())
                }
                QualifierKind::By(point) => self.point(point, false).map(Deadline::By),
                QualifierKind::Each(_) => {
                    let name = self.cases[case].name.clone();
                    self.tell(diagnostics::each_window_with_each(qualifier.span, &name));
                    sound = false;
                    continue;
                }
                QualifierKind::If(_) | QualifierKind::Unless(_) => {
                    self.tell(diagnostics::condition_on_act(qualifier.span));
                    sound = false;
                    continue;
                }
                _ => {
                    self.tell(diagnostics::misplaced(qualifier.span, "an amount", "a duty"));
                    sound = false;
                    continue;
                }
            };
            if let Some((_, first)) = found {
                self.tell(diagnostics::said_twice(qualifier.span, first));
                sound = false;
            }
            sound &= deadline.is_some();
            found = Some((deadline, qualifier.span));
        }
        let of_lengths = |kind: &ModifierKind| {
            matches!(
                kind,
                ModifierKind::EndingAtNextOpening
                    | ModifierKind::Roll { .. }
                    | ModifierKind::Telling { .. }
                    | ModifierKind::ExtendedBy(_)
                    | ModifierKind::Counting(_)
            )
        };
        let has_length = matches!(&found, Some((Some(Deadline::Within { .. }) | None, _)));
        for modifier in seed.norm.modifiers.iter().filter(|it| of_lengths(&it.kind) && !has_length) {
            self.tell(diagnostics::misplaced(modifier.span, "`within` and a length of time", "this duty"));
            sound = false;
        }
        sound.then(|| found.and_then(|(deadline, _)| deadline))
    }

    /// When an act breaks a prohibition. The outer nothing: a finding tells.
    #[expect(clippy::option_option, reason = "the outer nothing: a finding tells; the inner one: always")]
    fn prohibited_when(&mut self, seed: &DutySeed<'a>, case: CaseId, act: u32) -> Option<Option<Expr>> {
        let patterns = self.cases[case].acts.get(act as usize)?.when.clone();
        let mut events: Vec<EventId> = patterns.iter().map(|pattern| pattern.event).collect();
        events.dedup();
        let event = match events.as_slice() {
            [event] => Some(*event),
            _ => None,
        };
        let place = Place::new(Scope::Act(case, event)).after_charge();
        let mut conditions = Vec::new();
        let mut sound = true;
        for qualifier in &seed.norm.qualifiers {
            let (cond, unless) = match &qualifier.kind {
                QualifierKind::If(cond) => (cond, false),
                QualifierKind::Unless(cond) => (cond, true),
                kind => {
                    self.tell(match kind {
                        QualifierKind::Each(_) => diagnostics::rhythm_of_prohibition(qualifier.span),
                        _ => diagnostics::misplaced(
                            qualifier.span,
                            "something that must be done",
                            "a prohibition",
                        ),
                    });
                    sound = false;
                    continue;
                }
            };
            match self.cond(cond, &place) {
                Some(cond) => conditions.push(negated_if(unless, cond)),
                None => sound = false,
            }
        }
        let debtor = seed.debtor?;
        let party = |ty: &FieldType| matches!(ty, FieldType::Party(_));
        let named: Vec<Option<u32>> = events.iter().map(|event| self.only_field(*event, party)).collect();
        match (event, named.first()) {
            (Some(event), Some(Some(_))) => {
                conditions.extend(self.party_test(event, debtor, seed.sentence.span))
            }
            (None, _) if named.iter().any(Option::is_some) => {
                let what = "a prohibition of an act that several events do, of which one names a party";
                return self.fail(diagnostics::not_supported(
                    seed.norm.modal_span,
                    what,
                    "declare an act for each",
                ));
            }
            _ => {}
        }
        sound.then(|| all_of(conditions))
    }

    /// Whether a duty is sound and keeps a measure.
    pub(in crate::check) fn kept_measure(&self, duty: DutyId) -> Option<crate::policy::MeasureId> {
        match self.duties.get(duty.index())?.as_ref()?.form {
            Form::Keep { measure, .. } => Some(measure),
            _ => None,
        }
    }
}
