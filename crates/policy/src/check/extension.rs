//! `extended by any delay under 6(b)`: the deadline moves while somebody else is late.

use crate::check::draft::Draft;
use crate::diagnostics;
use crate::policy::{CaseId, Deadline, DutyId, Effect, Extension, Form};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, ModifierKind};
use std::collections::BTreeSet;

impl<'a> Draft<'a> {
    /// Reads what extends each duty, when all duties are known.
    pub(in crate::check) fn check_extensions(&mut self) {
        for at in 0..self.duty_seeds.len() {
            let Some(seed) = self.duty_seeds.get(at).cloned() else { continue };
            let mut extensions = Vec::new();
            for modifier in &seed.norm.modifiers {
                let ModifierKind::ExtendedBy(under) = &modifier.kind else { continue };
                for reference in under {
                    let found = self.extension(at, reference);
                    extensions.extend(found.into_iter().flatten());
                }
            }
            if let Some(Some(duty)) = self.duties.get_mut(at) {
                duty.extended_by = extensions;
            }
        }
    }

    fn extension(&mut self, at: usize, reference: &'a ast::DutyRef) -> Option<Vec<Extension>> {
        let Some(Some(duty)) = self.duties.get(at) else { return None };
        let Form::Do { case, deadline: Some(Deadline::Within { .. }), .. } = &duty.form else {
            return self.fail(diagnostics::extends_no_length(reference.span));
        };
        let case = *case;
        let mut found = Vec::new();
        for id in self.duties_named(reference)? {
            let Some(Some(other)) = self.duties.get(crate::arena::Id::index(id)) else { return None };
            let declared = other.core_span;
            let Form::Do { case: late, deadline: Some(_), .. } = &other.form else {
                return self.fail(diagnostics::extended_by_no_deadline(reference.span, declared));
            };
            let (late, same) = (*late, *late == case);
            let field = if same { None } else { Some(self.meets(late, case, reference)?) };
            found.push(Extension { duty: id, field });
        }
        Some(found)
    }

    /// The field of a case's items that holds the key of another case.
    fn meets(&mut self, late: CaseId, extended: CaseId, reference: &ast::DutyRef) -> Option<u32> {
        self.names(late, extended, reference.span, "is extended")
    }

    /// The field of a case's items that names the item of another case on which a verdict is asked for.
    pub(in crate::check) fn names_item(&mut self, of: CaseId, other: CaseId, span: Span) -> Option<u32> {
        self.names(of, other, span, "is meant")
    }

    fn names(&mut self, of: CaseId, other: CaseId, span: Span, what: &str) -> Option<u32> {
        let wanted = self.cases[other].name.clone();
        match self.case_field(of, &wanted, span) {
            Some(field) => field.map(|(at, _)| at),
            None => {
                let (name, declared) = (self.cases[of].name.clone(), self.case_span(of));
                self.fail(diagnostics::cases_do_not_meet(span, &name, &wanted, what, declared))
            }
        }
    }

    /// A delay that extends itself, or during which it is suspended, through whatever others, would have no end.
    pub(in crate::check) fn refuse_circles(&mut self) {
        let suspends = |id: DutyId| {
            self.consequences.values().filter_map(move |rule| match &rule.effect {
                Effect::Suspend(of) if of.duties.contains(&id) => Some(of.during),
                _ => None,
            })
        };
        let extends = |id: DutyId| -> Vec<DutyId> {
            let duty = self.duties.get(crate::arena::Id::index(id)).and_then(Option::as_ref);
            let by = duty.into_iter().flat_map(|duty| duty.extended_by.iter().map(|by| by.duty));
            by.chain(suspends(id)).collect()
        };
        let mut circles = Vec::new();
        for at in 0..self.duties.len() {
            let own: DutyId = crate::check::draft::id_at(at);
            let mut seen = BTreeSet::new();
            let mut open = extends(own);
            while let Some(next) = open.pop() {
                if next == own {
                    circles.push(own);
                    break;
                }
                if seen.insert(next) {
                    open.extend(extends(next));
                }
            }
        }
        for own in circles {
            if let Some(Some(duty)) = self.duties.get(crate::arena::Id::index(own)) {
                let finding = diagnostics::extends_itself(duty.core_span, &duty.name);
                self.tell(finding);
            }
        }
    }
}
