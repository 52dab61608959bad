//! Amounts that are owed only when they are claimed, and those beside which nothing else is owed for the same breach.

use crate::arena::Id;
use crate::check::cond::all_of;
use crate::check::draft::Draft;
use crate::check::place::{Place, Scope};
use crate::diagnostics;
use crate::policy::{
    CaseId, ClaimStart, Claimed, Consequence, ConsequenceId, Deadline, DutyId, Effect, Form, PartyId,
    Pattern, Signal,
};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, ModifierKind, PointKind};

impl<'a> Draft<'a> {
    /// `claimed by credit.claimed within 2 months of the end of the period`. The outer nothing: a finding tells.
    #[expect(
        clippy::option_option,
        reason = "the outer nothing: a finding tells; the inner one: it is owed without a claim"
    )]
    pub(in crate::check) fn claim(
        &mut self,
        money: &'a ast::Money,
        creditor: Option<PartyId>,
        place: &Place,
        duty: Option<DutyId>,
    ) -> Option<Option<Claimed>> {
        let mut claims =
            money.modifiers.iter().filter(|it| matches!(it.kind, ModifierKind::ClaimedBy { .. }));
        let Some(modifier) = claims.next() else { return Some(None) };
        if let Some(second) = claims.next() {
            return self.fail(diagnostics::said_twice(second.span, modifier.span));
        }
        let ModifierKind::ClaimedBy { by, length, of } = &modifier.kind else { return Some(None) };
        let pattern = self.pattern(by);
        let timed = self.length_at(length, None, place);
        let from = match of {
            None => Some(ClaimStart::Arising),
            Some(point) => self.claim_start(point, place, duty),
        };
        let (pattern, (length, ending), from) = (pattern?, timed?, from?);
        // Who owes does not claim: where the event names one party, it is the one that is owed.
        let own = self.party_test(pattern.event, creditor?, pattern.span);
        let by = Pattern { filter: all_of(pattern.filter.clone().into_iter().chain(own)), ..pattern };
        let named = about(place).and_then(|case| {
            let key = self.outlines[case].key.clone()?;
            self.id_field(by.event, &key)
        });
        if let Some(at) = named {
            let optional = self.events[by.event].fields.get(at as usize).is_some_and(|field| field.optional);
            if !optional {
                self.mark_key(by.event, at);
            }
        }
        Some(Some(Claimed { by, named, length, ending, from, span: modifier.span }))
    }

    /// From when on there is time for a claim.
    fn claim_start(
        &mut self,
        point: &'a ast::Point,
        place: &Place,
        duty: Option<DutyId>,
    ) -> Option<ClaimStart> {
        let has_deadline = |form: &Form| {
            matches!(form, Form::Do { deadline: Some(Deadline::Within { .. } | Deadline::By(_)), .. })
        };
        match point.kind {
            PointKind::EndOfPeriod if place.window.is_some() => Some(ClaimStart::EndOfPeriod),
            PointKind::EndOfPeriod => self.fail(diagnostics::no_period(point.span)),
            PointKind::Deadline => {
                let form = duty.and_then(|duty| self.duties.get(duty.index())?.as_ref());
                if form.is_some_and(|duty| has_deadline(&duty.form)) {
                    Some(ClaimStart::Deadline)
                } else {
                    self.fail(diagnostics::claim_without_deadline(point.span))
                }
            }
            PointKind::Broken => self.unreadable(),
            _ => self.fail(diagnostics::claim_from_elsewhere(point.span, self.words_at(point.span))),
        }
    }

    /// `as sole remedy`, where it is said.
    pub(in crate::check) fn sole(money: &ast::Money) -> Option<Span> {
        let sole = money.modifiers.iter().find(|it| it.kind == ModifierKind::SoleRemedy);
        sole.map(|modifier| modifier.span)
    }

    /// Tells where money follows from a breach beside what is said to be all that does.
    pub(in crate::check) fn check_sole_remedies(&mut self) {
        let mut findings = Vec::new();
        let mut told: Vec<(Span, Span)> = Vec::new();
        for (id, of) in self.consequences.iter() {
            let (Some(sole), Signal::Broken(duty)) = (of.sole, &of.on) else { continue };
            let beside = self.consequences.iter().filter(|(other, it)| is_beside(id, *duty, *other, it));
            for (_, other) in beside {
                // Of two that are both said to be the only one, the second is one too many.
                let pair = (of.span.min(other.span), of.span.max(other.span));
                if !told.contains(&pair) {
                    told.push(pair);
                    findings.push(diagnostics::beside_sole_remedy(other.span, sole, &of.name));
                }
            }
        }
        for finding in findings {
            self.tell(finding);
        }
    }
}

/// The case whose items an amount is about.
fn about(place: &Place) -> Option<CaseId> {
    match place.scope {
        Scope::Case(case) | Scope::Act(case, _) => Some(case),
        Scope::Agreement | Scope::Fact(_) => None,
    }
}

/// Whether money follows from the breaches of a duty by another sentence than the one at hand.
fn is_beside(id: ConsequenceId, duty: DutyId, other: ConsequenceId, of: &Consequence) -> bool {
    let same = match &of.on {
        Signal::Broken(by) => *by == duty,
        Signal::Running(running) => running.duty == duty,
        Signal::Each(_)
        | Signal::ForEach(..)
        | Signal::ForEvent(_)
        | Signal::Kept(_)
        | Signal::Standing(_)
        | Signal::Paid(_) => false,
    };
    same && other != id && matches!(of.effect, Effect::Entry(_) | Effect::Accrue(_))
}
