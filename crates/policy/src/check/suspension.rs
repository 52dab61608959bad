//! `agency may suspend 3.1 and 4 by work.suspended during any delay under 7(b).`: what somebody need not do while the other
//! side is late.

use crate::arena::Id;
use crate::check::draft::{Draft, id_at};
use crate::check::outline::SentenceSeed;
use crate::diagnostics;
use crate::policy::{Consequence, Deadline, DutyId, Effect, Form, PartyId, Signal, Suspension};
use servanda_parser::ast;

impl<'a> Draft<'a> {
    pub(in crate::check) fn check_suspension(
        &mut self,
        seed: &SentenceSeed<'a>,
        suspension: &'a ast::Suspension,
    ) {
        let holder = match &suspension.holder {
            ast::Subject::Name(name) => self.party(name).map(|party| self.party_of(party)),
            ast::Subject::EachParty(span) | ast::Subject::EitherParty(span) => {
                return self.tell(diagnostics::several_suspend(*span));
            }
        };
        let by = self.pattern(&suspension.by);
        let until = match &suspension.until {
            None => Some(None),
            Some(until) => self.pattern(until).map(Some),
        };
        let during = self.late_duty(&suspension.during);
        let (Some(holder), Some(by), Some(until), Some(during)) = (holder, by, until, during) else { return };
        if self.bound_by(during) == Some(holder) {
            let name = self.parties[holder].name.clone();
            return self.tell(diagnostics::own_delay(suspension.during.span, &name));
        }
        if let Some(until) = &until
            && until.event == by.event
            && until.filter.is_none()
            && by.filter.is_none()
        {
            return self.tell(diagnostics::suspends_and_resumes(until.span, by.span));
        }
        let (mut duties, mut written) = (Vec::new(), Vec::new());
        for reference in &suspension.duties {
            let of = self.suspended_by(holder, reference);
            let words = self.words_at(reference.span).to_owned();
            if of.is_empty() && self.is_unsound(reference) {
                // What is wrong there has been told.
            } else if of.is_empty() {
                let name = self.parties[holder].name.clone();
                self.tell(diagnostics::suspends_nothing(&words, reference.span, &name));
            } else if written.contains(&words) {
                self.tell(diagnostics::suspended_twice(reference.span, &words));
            } else {
                duties.extend(of);
                written.push(words);
            }
        }
        if written.len() < suspension.duties.len() || duties.is_empty() {
            return;
        }
        let Some(giver) = self.giver(&suspension.by, by.event, &[holder], "suspends anything") else {
            return;
        };
        self.consequences.push(Consequence {
            clause: seed.clause,
            name: seed.name.clone(),
            on: Signal::ForEvent(by),
            only: None,
            effect: Effect::Suspend(Suspension { holder, giver, duties, written, during, until }),
            sole: None,
            span: seed.sentence.span,
        });
    }

    /// The duty, on each item of a case and with a deadline, that can be late.
    fn late_duty(&mut self, reference: &ast::DutyRef) -> Option<DutyId> {
        let found = self.duties_named(reference)?;
        let [id] = found.as_slice() else {
            let instead = "write a sentence for each party, with a label of its own";
            let what = "a delay of a sentence that binds each party";
            return self.fail(diagnostics::not_supported(reference.span, what, instead));
        };
        let Some(Some(duty)) = self.duties.get(id.index()) else { return None };
        match &duty.form {
            Form::Do { deadline: Some(Deadline::Within { .. } | Deadline::By(_)), .. } => Some(*id),
            _ => {
                let declared = duty.core_span;
                self.fail(diagnostics::suspended_by_no_deadline(reference.span, declared))
            }
        }
    }

    /// The party that a duty binds.
    fn bound_by(&self, id: DutyId) -> Option<PartyId> {
        let duty = self.duties.get(id.index())?.as_ref()?;
        Some(self.party_of(duty.debtor))
    }

    /// Whether a sentence of a clause could not be read.
    fn is_unsound(&self, reference: &ast::DutyRef) -> bool {
        self.broken
            || self.duty_seeds.iter().enumerate().any(|(at, seed)| {
                seed.number == reference.clause && self.duties.get(at).is_none_or(Option::is_none)
            })
    }

    /// What a party has to do under a clause or one sentence.
    fn suspended_by(&self, holder: PartyId, reference: &ast::DutyRef) -> Vec<DutyId> {
        let wanted = reference.label.as_deref();
        let seeds = self.duty_seeds.iter().enumerate().filter(|(_, seed)| {
            seed.number == reference.clause && (wanted.is_none() || seed.label == wanted)
        });
        let ids = seeds.map(|(at, _)| id_at::<DutyId>(at));
        let theirs = ids.filter(|id| self.bound_by(*id) == Some(holder));
        let done = theirs.filter(|id| {
            let duty = self.duties.get(id.index()).and_then(Option::as_ref);
            duty.is_some_and(|duty| !matches!(duty.form, Form::MustNot { .. }))
        });
        done.collect()
    }
}
