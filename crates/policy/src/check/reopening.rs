//! What is closed and may be opened again: what the case needs for it, and what does not go together with it.

use crate::check::draft::{Draft, id_at};
use crate::check::place::Place;
use crate::diagnostics;
use crate::policy::{CaseId, Deadline, DutyId, Effect, Form, From, Reopens, Trigger};
use servanda_diagnostics::{Span, Spanned};
use servanda_parser::ast::{self, CaseLineKind};

impl<'a> Draft<'a> {
    /// `reopens when ticket.reopened within 7 calendar days, the clock goes on`
    pub(in crate::check) fn reopens(
        &mut self,
        id: CaseId,
        when: &'a ast::Trigger,
        within: &'a ast::Expr,
        way: Option<&Spanned<ast::Reopening>>,
    ) {
        let pattern = self.pattern(when);
        let length = self.length_at(within, None, &Place::agreement());
        let (Some(when), Some((within, _))) = (pattern, length) else { return };
        let way = way.map_or(ast::Reopening::GoesOn, |way| way.value);
        let span = when.span.join(within.span);
        let outline = &self.outlines[id];
        let (name, debt, begins) = (outline.declared.name.clone(), outline.debt, outline.begins);
        let acts: Vec<String> = self.cases[id].acts.iter().map(|act| act.done.clone()).collect();
        let ends = outline.declared.lines.iter().filter_map(|line| match &line.kind {
            CaseLineKind::EndsWhen(triggers) => Some(triggers),
            _ => None,
        });
        let by_act = ends.clone().flatten().any(|trigger| match trigger.path.parts.as_slice() {
            [name] => acts.contains(&name.value),
            _ => false,
        });
        let closes = ends.count() > 0;
        if debt {
            let instead = "let what is owed anew be a case of its own";
            return self.tell(diagnostics::not_supported(span, "a debt that reopens", instead));
        }
        if !begins || !closes || (!by_act && way != ast::Reopening::NewCase) {
            return self.tell(diagnostics::reopens_what_never_closes(span, &name, begins && closes, &acts));
        }
        let Some(case) = self.cases.find_mut(id) else { return };
        if let Some(known) = &case.reopens {
            let first = known.span;
            return self.tell(diagnostics::said_twice(span, first));
        }
        case.reopens = Some(Reopens { when, within, way, span });
    }

    /// Refuses what would have to be undone when an item reopens, and is not.
    pub(in crate::check) fn refuse_around_reopening(&mut self) {
        let mut found: Vec<(Span, &str)> = Vec::new();
        let reopens = |case: CaseId| {
            let reopens = self.cases.find(case).and_then(|case| case.reopens.as_ref());
            reopens.is_some_and(Reopens::goes_on)
        };
        let on = |duty: DutyId| {
            let duty = self.duties.get(crate::arena::Id::index(duty)).and_then(Option::as_ref);
            match duty.map(|duty| &duty.form) {
                Some(Form::Do { case, .. } | Form::MustNot { case, .. }) => reopens(*case),
                _ => false,
            }
        };
        let again = |duty: DutyId| {
            let duty = self.duties.get(crate::arena::Id::index(duty)).and_then(Option::as_ref);
            matches!(
                duty.map(|duty| &duty.form),
                Some(Form::Do { deadline: Some(Deadline::Within { from: From::Again, .. }), .. })
            )
        };
        let mut found_with: Vec<(Span, &str, &str)> = Vec::new();
        for (at, duty) in self.duties.iter().enumerate() {
            let Some(duty) = duty else { continue };
            let Form::Do { case, act, deadline, .. } = &duty.form else { continue };
            if duty.extended_by.iter().any(|by| reopens(*case) || on(by.duty)) {
                found.push((duty.core_span, "a delay between duties on what may be opened again"));
            }
            if again(id_at(at)) {
                let of = self.cases.find(*case);
                if reopens(*case) {
                    found.push((duty.core_span, "what is done again and again on what may be opened again"));
                }
                if of.is_some_and(|case| case.ends.contains(&Trigger::Done(*act))) {
                    let instead = "it ends the item, and is done once: `within` the time";
                    found_with.push((duty.core_span, "doing again and again what ends the item", instead));
                }
            }
            if duty.extended_by.iter().any(|by| again(by.duty)) {
                let instead = "let it be extended by a duty `within` a time";
                found_with.push((duty.core_span, "a delay of what is done again and again", instead));
            }
            if let Some(Deadline::Within { from: From::Done(act), .. }) = deadline
                && self.cases.find(*case).is_some_and(|case| case.is_taken_back(*act))
            {
                found.push((
                    duty.core_span,
                    "time from an act that is taken back when the item is opened again",
                ));
            }
        }
        for rule in self.consequences.values() {
            match &rule.effect {
                Effect::Suspend(of) if of.duties.iter().any(|duty| on(*duty)) || on(of.during) => {
                    found.push((
                        rule.span,
                        "suspending a duty on what may be opened again, or during its delay",
                    ));
                }
                Effect::Suspend(of) if of.duties.iter().any(|duty| again(*duty)) || again(of.during) => {
                    let instead = "suspend a duty `within` a time";
                    found_with.push((rule.span, "suspending what is done again and again", instead));
                }
                Effect::CountsAs(_) => {
                    if let crate::policy::Signal::Broken(duty) = rule.on
                        && on(duty)
                    {
                        found.push((rule.span, "silence about what may be opened again"));
                    }
                }
                _ => {}
            }
        }
        for (span, what) in found {
            let instead = "say `as a new case` in the line `reopens when …`, or let it be a duty on a case of its own, \
                `known by` the same field, that does not reopen";
            found_with.push((span, what, instead));
        }
        for (span, what, instead) in found_with {
            self.tell(diagnostics::not_supported(span, what, instead));
        }
    }
}
