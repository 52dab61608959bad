//! Consequences: what follows a breach, and amounts that stand by themselves.

use crate::arena::Id;
use crate::check::cond::all_of;
use crate::check::draft::{Draft, id_at};
use crate::check::header::rounding;
use crate::check::names::Thing;
use crate::check::outline::SentenceSeed;
use crate::check::place::{Place, Scope};
use crate::check::tiers::Missed;
use crate::check::types::constant_number;
use crate::diagnostics;
use crate::policy::{
    Cap, CapId, CapScope, Consequence, DutyId, Effect, Entry, Expr, ExprKind, Form, KindId, PartyId, Pattern,
    Signal,
};
use crate::value::Rounding;
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, Core, ModifierKind, QualifierKind};

/// What the modifiers of an amount say.
#[derive(Default)]
pub(in crate::check) struct Limits<'a> {
    pub(in crate::check) at_least: Option<Expr>,
    pub(in crate::check) nothing_below: Option<Expr>,
    pub(in crate::check) caps: Vec<CapId>,
    pub(in crate::check) kind: Option<KindId>,
    pub(in crate::check) rounding: Option<Rounding>,
    pub(in crate::check) rounded_each: bool,
    /// `compounding`, with the windows that it names.
    pub(in crate::check) compounding: Option<(Option<&'a ast::Window>, Span)>,
}

/// `from the deadline until paid`.
#[derive(Default)]
pub(in crate::check) struct Stretch<'a> {
    pub(in crate::check) from: Option<&'a ast::Point>,
    pub(in crate::check) until: Option<&'a ast::Point>,
    pub(in crate::check) grace: Option<Grace<'a>>,
}

/// `unless paid within 5 calendar days of the deadline`
pub(in crate::check) struct Grace<'a> {
    pub(in crate::check) act: &'a ast::Path,
    pub(in crate::check) length: &'a ast::Expr,
    pub(in crate::check) span: Span,
}

impl<'a> Draft<'a> {
    /// What follows a sentence's breach, or the amount that it is.
    pub(in crate::check) fn check_consequences(&mut self, seed: &SentenceSeed<'a>) {
        match &seed.sentence.core {
            Core::Norm(norm) => {
                self.check_warnings(seed, norm);
                for duty in seed.duties.clone() {
                    for sentence in &seed.sentence.otherwise {
                        self.follows_breach(seed, duty, sentence);
                    }
                }
            }
            Core::Money(money) => {
                self.refuse_otherwise(&seed.sentence.otherwise);
                self.stands_alone(seed, money);
            }
            Core::Tell(tell) => {
                self.refuse_otherwise(&seed.sentence.otherwise);
                self.check_tell(seed, tell);
            }
            Core::Deemed(deemed) => {
                self.refuse_otherwise(&seed.sentence.otherwise);
                self.check_deemed(seed, deemed);
            }
            Core::Right(right) => {
                self.refuse_otherwise(&seed.sentence.otherwise);
                self.check_right(seed, right);
            }
            // Read when all that it can limit, or suspend, is known.
            Core::Joint(_) | Core::Suspension(_) => self.refuse_otherwise(&seed.sentence.otherwise),
        }
    }

    fn refuse_otherwise(&mut self, otherwise: &[ast::Sentence]) {
        if let Some(first) = otherwise.first() {
            self.tell(diagnostics::not_supported(
                first.span,
                "a consequence of a consequence",
                "write a duty of its own with its own `otherwise`",
            ));
        }
    }

    fn follows_breach(&mut self, seed: &SentenceSeed<'a>, duty: DutyId, sentence: &'a ast::Sentence) {
        self.refuse_otherwise(&sentence.otherwise);
        let (effect, only) = match &sentence.core {
            Core::Norm(_) => {
                self.tell(diagnostics::not_supported(
                    sentence.span,
                    "a duty that follows a breach",
                    "write an amount or `tell ROLE`",
                ));
                return;
            }
            Core::Joint(joint) => return self.tell(diagnostics::joint_after_breach(joint.span)),
            Core::Tell(ast::Tell { when: Some(_), .. })
            | Core::Right(_)
            | Core::Deemed(_)
            | Core::Suspension(_) => {
                let (wanted, here) = ("a sentence of its own", "what follows a breach");
                return self.tell(diagnostics::misplaced(sentence.span, wanted, here));
            }
            Core::Tell(tell) => {
                let Some(tell) = self.who_is_told(&tell.to, tell.during.as_ref()) else { return };
                (Effect::Tell(tell), None)
            }
            Core::Money(money) => {
                let Some(place) = self.place_of_breach(duty) else {
                    return self.amount_beside(seed, duty, money);
                };
                let mut stretch = Stretch::default();
                let only = self.breach_qualifiers(money, &place, &mut stretch);
                let effect = self.amount(money, &place, &stretch, Some(duty));
                let (Some(effect), Some(only)) = (effect, only) else { return };
                (effect, only)
            }
        };
        let id = self.consequences.push(Consequence {
            clause: seed.clause,
            name: seed.name.clone(),
            on: Signal::Broken(duty),
            only,
            effect,
            sole: match &sentence.core {
                Core::Money(money) => Self::sole(money),
                _ => None,
            },
            span: sentence.span,
        });
        if let Some(Some(duty)) = self.duties.get_mut(duty.index()) {
            duty.otherwise.push(id);
        }
        if let Core::Money(money) = &sentence.core {
            self.restored(money, duty, id);
        }
    }

    /// What can be read where a duty is broken.
    fn place_of_breach(&self, duty: DutyId) -> Option<Place> {
        match &self.duties.get(duty.index())?.as_ref()?.form {
            Form::Do { case, .. } | Form::MustNot { case, .. } => {
                Some(Place::new(Scope::Case(*case)).after_charge())
            }
            Form::DoEach { window, .. } => Some(Place::agreement().in_window(Some(*window))),
            Form::Keep { measure, targets, .. } => {
                let mut place = Place::agreement().in_window(Some(self.measures[*measure].window));
                if let ([(relation, bound)], Some(relation_span)) =
                    (targets.as_slice(), self.relation_of(duty))
                    && let Some(number) = constant_number(bound)
                {
                    place.missed = Some(Missed {
                        measure: *measure,
                        relation: *relation,
                        bound: number,
                        span: bound.span,
                        relation_span,
                    });
                }
                Some(place)
            }
        }
    }

    /// Where the relation of the only target of a duty is written.
    fn relation_of(&self, duty: DutyId) -> Option<Span> {
        match &self.duty_seeds.get(duty.index())?.norm.act {
            ast::Act::Keep { targets, .. } => targets.first().map(|target| target.relation.span),
            ast::Act::Do { .. } => None,
        }
    }

    /// The qualifiers of an amount that follows a breach. The outer nothing: a finding tells.
    #[expect(
        clippy::option_option,
        reason = "the outer nothing: a finding tells; the inner one: no condition"
    )]
    pub(in crate::check) fn breach_qualifiers(
        &mut self,
        money: &'a ast::Money,
        place: &Place,
        stretch: &mut Stretch<'a>,
    ) -> Option<Option<Expr>> {
        let mut only = Vec::new();
        let mut sound = true;
        for qualifier in &money.qualifiers {
            match &qualifier.kind {
                QualifierKind::From(point) => stretch.from = Some(point),
                QualifierKind::Until(point) => stretch.until = Some(point),
                QualifierKind::UnlessWithin { act, length } => {
                    stretch.grace = Some(Grace { act, length, span: qualifier.span });
                }
                QualifierKind::If(cond) => match self.cond(cond, place) {
                    Some(cond) => only.push(cond),
                    None => sound = false,
                },
                QualifierKind::Unless(cond) => match self.cond(cond, place) {
                    Some(cond) => only.push(crate::check::cond::negated_if(true, cond)),
                    None => sound = false,
                },
                _ => {
                    let place = "an amount that follows a breach";
                    self.tell(diagnostics::misplaced(qualifier.span, "a sentence of its own", place));
                    sound = false;
                }
            }
        }
        sound.then(|| all_of(only))
    }

    /// An amount that stands by itself: in each window or for each thing.
    fn stands_alone(&mut self, seed: &SentenceSeed<'a>, money: &'a ast::Money) {
        let mut signal: Option<(Option<(Signal, Place)>, Span)> = None;
        let mut conditions: Vec<(&'a ast::Cond, bool)> = Vec::new();
        let mut stretch = Stretch::default();
        for qualifier in &money.qualifiers {
            let next = match &qualifier.kind {
                QualifierKind::Each(window) => self.window(window).map(|spec| {
                    let window = self.window_id(spec);
                    (Signal::Each(window), Place::agreement().in_window(Some(window)))
                }),
                QualifierKind::ForEach(collection) => self.for_each(collection),
                QualifierKind::When(running) => self.running(running).map(|running| {
                    let place = Place::agreement().in_window(Some(running.window));
                    (Signal::Running(running), place)
                }),
                QualifierKind::AsSoonAs(standing) => self.standing(standing).map(|standing| {
                    let place = Place { rest: true, ..Place::agreement() };
                    (Signal::Standing(standing), place)
                }),
                QualifierKind::If(cond) => {
                    conditions.push((cond, false));
                    continue;
                }
                QualifierKind::Unless(cond) => {
                    conditions.push((cond, true));
                    continue;
                }
                QualifierKind::From(point) => {
                    stretch.from = Some(point);
                    continue;
                }
                QualifierKind::Until(point) => {
                    stretch.until = Some(point);
                    continue;
                }
                QualifierKind::Within { .. }
                | QualifierKind::Every(_)
                | QualifierKind::By(_)
                | QualifierKind::Once { .. }
                | QualifierKind::During(_) => {
                    self.tell(diagnostics::misplaced(qualifier.span, "a duty", "an amount"));
                    return;
                }
                QualifierKind::UnlessWithin { .. } => {
                    let wanted = "what follows the breach of a duty to pay";
                    self.tell(diagnostics::misplaced(qualifier.span, wanted, "an amount that stands alone"));
                    return;
                }
            };
            if let Some((_, first)) = &signal {
                let first = *first;
                self.tell(diagnostics::said_twice(qualifier.span, first));
                return;
            }
            signal = Some((next, qualifier.span));
        }
        let Some((signal, _)) = signal else {
            if let ast::ExprKind::AnyRest(_) = money.amount.kind {
                let span = money.amount.span;
                let finding = diagnostics::rest_out_of_place(span, self.words_at(span));
                return self.tell(finding);
            }
            let finding = match self.find_per(&money.amount) {
                Some(per) => diagnostics::accrual_alone(per.span),
                None => diagnostics::amount_without_when(money.amount.span),
            };
            return self.tell(finding);
        };
        let Some((on, place)) = signal else { return self.amount_anywhere(money) };
        if let (Signal::Standing(_), Some((cond, _))) = (&on, conditions.first()) {
            return self.tell(diagnostics::joins_what_holds(cond.span));
        }
        let mut only = Vec::new();
        let mut sound = true;
        for (cond, unless) in conditions {
            match self.cond(cond, &place) {
                Some(cond) => only.push(crate::check::cond::negated_if(unless, cond)),
                None => sound = false,
            }
        }
        if let Some(sole) = Self::sole(money) {
            return self.tell(diagnostics::sole_remedy_of_nothing(sole));
        }
        if let Some(restored) = Self::restoring(money) {
            let here = "an amount that stands alone";
            return self.tell(diagnostics::misplaced(restored.span, "an amount that follows a breach", here));
        }
        let Some(effect) = self.amount(money, &place, &stretch, None).filter(|_| sound) else { return };
        if let Signal::Standing(standing) = &on
            && !self.pays_out(money, &effect, standing)
        {
            return;
        }
        self.consequences.push(Consequence {
            clause: seed.clause,
            name: seed.name.clone(),
            on,
            only: all_of(only),
            effect,
            sole: None,
            span: seed.sentence.span,
        });
    }

    /// `for each request where rush`
    fn for_each(&mut self, collection: &'a ast::Collection) -> Option<(Signal, Place)> {
        let hours = match &collection.during {
            None => None,
            Some(during) => Some(self.hours(during)?),
        };
        match &collection.kind {
            ast::CollectionKind::BreachOf(reference) => {
                let instead = "write the amount after that duty's `otherwise`";
                self.fail(diagnostics::not_supported(reference.span, "an amount for each breach", instead))
            }
            ast::CollectionKind::Path(path) => match path.parts.as_slice() {
                [name] if matches!(self.names.get(&name.value), Some((Thing::Case(_), _))) => {
                    let case = self.case_of_items(name)?;
                    let place = Place::new(Scope::Case(case)).at_the_beginning();
                    let reading = place.clone().with_verdicts_on_named();
                    let filter = match &collection.filter {
                        None => None,
                        Some(cond) => Some(self.cond(cond, &reading)?),
                    };
                    Some((
                        Signal::ForEach(case, all_of(filter.into_iter().chain(hours))),
                        place.after_charge(),
                    ))
                }
                _ => {
                    let event = self.event(path)?;
                    let place = Place::new(Scope::Fact(event));
                    let filter = match &collection.filter {
                        None => None,
                        Some(cond) => Some(self.cond(cond, &place)?),
                    };
                    let filter = all_of(filter.into_iter().chain(hours));
                    Some((Signal::ForEvent(Pattern { event, filter, span: collection.span }), place))
                }
            },
        }
    }

    /// That something happens while a calendar is open, or closed.
    fn hours(&mut self, during: &ast::During) -> Option<Expr> {
        let calendar = self.calendar(&during.calendar)?;
        let open = Expr { kind: ExprKind::During(calendar), span: during.span, name: None };
        Some(crate::check::cond::negated_if(during.outside, open))
    }

    /// An amount with its parties and limits: one entry, or one for each period.
    pub(in crate::check) fn amount(
        &mut self,
        money: &'a ast::Money,
        place: &Place,
        stretch: &Stretch<'a>,
        duty: Option<DutyId>,
    ) -> Option<Effect> {
        let parties = self.debtor_and_creditor(&money.debtor, &money.creditor);
        let limits = self.limits(money, place);
        let claim = self.claim(money, parties.map(|(_, creditor)| creditor), place, duty);
        if let Some(per) = self.find_per(&money.amount) {
            let accrual = self.accrual(per, place, stretch, duty);
            let (parties, limits, accrual) = (parties?, limits?, accrual?);
            if let Some(claim) = claim? {
                let instead = "leave it out: what accrues is owed from day to day";
                return self.fail(diagnostics::not_supported(claim.span, "a claim of what accrues", instead));
            }
            return self.accrues(money, parties, limits, accrual, place).map(Effect::Accrue);
        }
        if let Some(point) = stretch.from.or(stretch.until) {
            return self.fail(diagnostics::stretch_without_rate(point.span, money.amount.span));
        }
        let amount = self.money_at(&money.amount, &place.for_a_day().after_breach(duty));
        if let Some(grace) = &stretch.grace {
            return self.fail(diagnostics::grace_without_rate(grace.span, money.amount.span));
        }
        let ((debtor, creditor), limits, amount, claim) = (parties?, limits?, amount?, claim?);
        if let Some((_, span)) = limits.compounding {
            return self.fail(diagnostics::compounds_once(span, money.amount.span));
        }
        let kind = limits.kind.unwrap_or_else(|| self.kind_id(default_kind(money.credits)));
        Some(Effect::Entry(Entry {
            debtor,
            creditor,
            credits: money.credits,
            kind,
            amount,
            at_least: limits.at_least,
            nothing_below: limits.nothing_below,
            caps: limits.caps,
            rounding: limits.rounding.unwrap_or(self.header.rounding),
            claim,
        }))
    }

    pub(in crate::check) fn debtor_and_creditor(
        &mut self,
        debtor: &ast::Name,
        creditor: &ast::Name,
    ) -> Option<(PartyId, PartyId)> {
        let (owes, gains) = (self.party(debtor), self.party(creditor));
        let (owes, gains) = (self.party_of(owes?), self.party_of(gains?));
        if owes == gains {
            return self.fail(diagnostics::owes_itself(creditor.span, debtor));
        }
        Some((owes, gains))
    }

    fn limits(&mut self, money: &'a ast::Money, place: &Place) -> Option<Limits<'a>> {
        let mut limits = Limits::default();
        let mut sound = true;
        for modifier in &money.modifiers {
            match &modifier.kind {
                ModifierKind::AtMost { limit, scope } => match self.cap(limit, scope, modifier.span, place) {
                    Some(cap) => limits.caps.push(cap),
                    None => sound = false,
                },
                ModifierKind::AtLeast(least) => {
                    limits.at_least = self.money_at(least, place);
                    sound &= limits.at_least.is_some();
                }
                ModifierKind::NothingBelow(least) => {
                    limits.nothing_below = self.money_at(least, place);
                    sound &= limits.nothing_below.is_some();
                }
                ModifierKind::As(name) => limits.kind = Some(self.kind_id(&name.value)),
                ModifierKind::Rounded(word) => match rounding(*word) {
                    Some(rounding) => limits.rounding = Some(rounding),
                    None => limits.rounded_each = true,
                },
                ModifierKind::Compounding(each) => {
                    limits.compounding = Some((each.as_ref(), modifier.span));
                }
                // These are read where the whole sentence is.
                ModifierKind::ClaimedBy { .. } | ModifierKind::SoleRemedy | ModifierKind::Restored { .. } => {
                }
                ModifierKind::WithoutConsequence
                | ModifierKind::EndingAtNextOpening
                | ModifierKind::Roll { .. }
                | ModifierKind::Telling { .. }
                | ModifierKind::ExtendedBy(_)
                | ModifierKind::Counting(_) => {
                    self.tell(diagnostics::misplaced(modifier.span, "a duty", "an amount"));
                    sound = false;
                }
                ModifierKind::Broken => {
                    self.broken = true;
                    sound = false;
                }
            }
        }
        sound.then_some(limits)
    }

    fn cap(
        &mut self,
        limit: &'a ast::Expr,
        scope: &'a ast::CapScope,
        span: Span,
        place: &Place,
    ) -> Option<CapId> {
        let limit = self.money_at(limit, place);
        let scope = match scope {
            ast::CapScope::InAll(_) => Some(CapScope::InAll),
            ast::CapScope::Each => Some(CapScope::Entry),
            ast::CapScope::Window(window, each) => {
                let id = self.window(window).map(|spec| self.window_id(spec));
                match each {
                    None => id.map(CapScope::Window),
                    Some(each) => self.capped_group(each, place).and(id.map(|id| CapScope::Group(Some(id)))),
                }
            }
            ast::CapScope::Case(name) if self.is_group_of(name, place) => Some(CapScope::Group(None)),
            ast::CapScope::Case(name) => self.capped_case(name, place),
        };
        let first = id_at(self.caps.len());
        Some(self.caps.push(Cap { limit: limit?, scope: scope?, first, span }))
    }

    /// The case of a limit for each item: the one whose item the amount is about.
    fn capped_case(&mut self, name: &'a ast::Name, place: &Place) -> Option<CapScope> {
        let case = self.case(name)?;
        let about = match place.scope {
            Scope::Case(about) | Scope::Act(about, _) => Some(about),
            Scope::Agreement | Scope::Fact(_) => None,
        };
        if about == Some(case) {
            return Some(CapScope::Case(case));
        }
        let about = about.map(|about| self.cases[about].name.as_str());
        let finding = diagnostics::cap_of_other_case(name, about);
        self.fail(finding)
    }
}

/// The kind of an entry that does not say it.
pub(in crate::check) fn default_kind(credits: bool) -> &'static str {
    if credits { "credit" } else { "fee" }
}
