//! `measure availability per calendar month for each region = …`: a figure of its own for each value of a field.
//!
//! The windows of such a figure are windows of their own, with the field by which what is counted in them is told apart;
//! all measures of one window and one field share them, so that they can read each other.

use crate::check::draft::Draft;
use crate::check::names::nearest;
use crate::check::place::Place;
use crate::check::types::Ty;
use crate::diagnostics;
use crate::policy::{
    CaseId, EventId, Expr, ExprKind, FoldKind, Grouping, Source, Steps, ValueType, WindowId,
};
use crate::time::WindowSpec;
use servanda_diagnostics::Span;
use servanda_parser::ast;
use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Copy)]
enum Counted {
    Case(CaseId),
    Event(EventId),
}

impl Draft<'_> {
    /// The windows of figures for each value of a field, one for all that use it.
    pub(in crate::check) fn window_of_groups(
        &mut self,
        spec: WindowSpec,
        field: &ast::Name,
        declared: &ast::Measure,
    ) -> Option<WindowId> {
        if spec.count() > 1 {
            let span = declared.window.as_ref().map_or(field.span, |window| window.span);
            return self.fail(diagnostics::rolling_group(span, &field.value));
        }
        let is_it = |of: &Option<Grouping>| of.as_ref().is_some_and(|of| of.field == field.value);
        let mut alike = self.windows.iter().filter(|(_, known)| **known == spec).map(|(id, _)| id);
        let known = alike.find(|id| is_it(&self.groups[*id]));
        drop(alike);
        Some(known.unwrap_or_else(|| {
            self.groups.push(Some(Grouping {
                field: field.value.clone(),
                words: None,
                cases: BTreeMap::new(),
                events: BTreeMap::new(),
            }));
            self.windows.push(spec)
        }))
    }

    /// Reads of all that the folds of a measure count by what it is told apart.
    pub(in crate::check) fn group_by(
        &mut self,
        field: &ast::Name,
        window: WindowId,
        first_fold: usize,
        value: &Expr,
    ) -> Option<()> {
        let mut counted: Vec<(Counted, Span)> = Vec::new();
        let mut breaches = None;
        for fold in self.folds.values().skip(first_fold).filter(|fold| fold.window == window) {
            match &fold.kind {
                FoldKind::Items { source: Source::Cases(case), .. } => {
                    counted.push((Counted::Case(*case), fold.span));
                }
                FoldKind::Items { source: Source::Events(event), .. } => {
                    counted.push((Counted::Event(*event), fold.span));
                }
                FoldKind::Items { source: Source::Breaches(_), .. } => breaches = Some(fold.span),
                FoldKind::Time { within, leaving_out, .. } => {
                    let mut cases = Vec::new();
                    [Some(within), leaving_out.as_ref()]
                        .into_iter()
                        .flatten()
                        .for_each(|it| alive(it, &mut cases));
                    counted.extend(cases.into_iter().map(|case| (Counted::Case(case), fold.span)));
                }
            }
        }
        if let Some(span) = breaches {
            let what = format!("a figure over breaches for each {}", field.value);
            let instead = "write `share of CASE in which 1(a) is broken`, or leave `for each` out";
            return self.fail(diagnostics::not_supported(span, &what, instead));
        }
        if counted.is_empty() && !value.any(&|part| matches!(part.kind, ExprKind::Measure(_))) {
            return self.fail(diagnostics::group_of_nothing(field, value.span));
        }
        for (counted, span) in counted {
            self.group_of(field, window, counted, span)?;
        }
        Some(())
    }

    fn group_of(&mut self, field: &ast::Name, window: WindowId, counted: Counted, span: Span) -> Option<()> {
        let (thing, found) = match counted {
            Counted::Case(case) => {
                (self.cases[case].name.clone(), self.case_field(case, &field.value, field.span))
            }
            Counted::Event(event) => {
                let at = self.field_at(event, &field.value);
                let typed = at.map(|at| self.type_of_field(event, at).map(|ty| (at, ty)));
                (self.events[event].name.clone(), typed)
            }
        };
        let Some(found) = found else {
            let fields = self.fields_of(counted);
            let known: Vec<_> = fields.iter().map(|name| (name.as_str(), Span::default())).collect();
            let near = nearest(&field.value, &known);
            return self.fail(diagnostics::group_without_field(field, (span, &thing), near, &fields));
        };
        let (place, ty) = found?;
        let words = match ty {
            Ty::Word(words) => Some(words),
            Ty::Plain(ValueType::Text) => None,
            Ty::Plain(_) => {
                let found = self.type_word(&ty);
                return self.fail(diagnostics::group_of_type(field, &found, span));
            }
        };
        let grouping = self.groups.find_mut(window)?.as_mut()?;
        let first = grouping.cases.is_empty() && grouping.events.is_empty();
        if first {
            grouping.words = words;
        } else if grouping.words != words {
            return self.fail(diagnostics::groups_unlike(field, span));
        }
        match counted {
            Counted::Case(case) => grouping.cases.insert(case, place),
            Counted::Event(event) => grouping.events.insert(event, place),
        };
        Some(())
    }

    fn fields_of(&self, counted: Counted) -> Vec<String> {
        let events = match counted {
            Counted::Case(case) => self.outlines[case].opening.clone(),
            Counted::Event(event) => vec![event],
        };
        let fields = events.iter().flat_map(|event| &self.events[*event].fields);
        let mut names: Vec<String> = fields.map(|field| field.name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Tells that a figure is not of the windows at hand, or not of the group.
    pub(in crate::check) fn other_windows<T>(
        &mut self,
        name: &str,
        places: (Span, Span),
        (own, here): (WindowId, WindowId),
    ) -> Option<T> {
        let field = |window| self.groups.find(window).and_then(|of| of.as_ref()).map(|of| of.field.clone());
        let (own, here) = (field(own), field(here));
        if own == here {
            return self.fail(diagnostics::windows_differ(name, places.0, places.1));
        }
        self.fail(diagnostics::groups_differ(name, places, [own.as_deref(), here.as_deref()]))
    }

    /// The field of the windows at hand, where each group has its own.
    fn group_at(&self, place: &Place) -> Option<&str> {
        let grouping = self.groups.find(place.window?)?.as_ref()?;
        Some(grouping.field.as_str())
    }

    /// Whether a limit is for each group of what it limits.
    pub(in crate::check) fn is_group_of(&self, name: &ast::Name, place: &Place) -> bool {
        self.group_at(place) == Some(name.value.as_str())
    }

    /// The group of a limit per window and group.
    pub(in crate::check) fn capped_group(&mut self, name: &ast::Name, place: &Place) -> Option<()> {
        if self.is_group_of(name, place) {
            return Some(());
        }
        let field = self.group_at(place).map(str::to_owned);
        self.fail(diagnostics::cap_of_other_group(name, field.as_deref()))
    }

    /// Makes sure that what is asked of windows one behind the other is of windows without groups.
    pub(in crate::check) fn refuse_groups(&mut self, window: WindowId, span: Span) -> Option<()> {
        let field = self.groups.find(window).and_then(|of| of.as_ref()).map(|of| of.field.clone());
        match field {
            None => Some(()),
            Some(field) => self.fail(diagnostics::runs_of_group(span, &field)),
        }
    }
}

fn alive(steps: &Steps, cases: &mut Vec<CaseId>) {
    match steps {
        Steps::Alive { case, .. } => cases.push(*case),
        Steps::All(parts) | Steps::Any(parts) => parts.iter().for_each(|part| alive(part, cases)),
        Steps::ButNot(one, other) => {
            alive(one, cases);
            alive(other, cases);
        }
    }
}
