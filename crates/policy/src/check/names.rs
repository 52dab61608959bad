//! Every name of an agreement: one meaning each, wherever it stands; the order of the text never matters.

use crate::check::draft::{Draft, id_at};
use crate::check::measure::MeasureSeed;
use crate::diagnostics;
use crate::policy::{CalendarId, CaseId, Clause, ClauseId, EventId, ParamId, Party, PartyId, VersionId};
use servanda_diagnostics::{Diagnostic, Span, spelling};
use servanda_parser::ast;
use std::collections::BTreeMap;

/// What a name stands for.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) enum Thing<'a> {
    Param(ParamId),
    /// A party or a role.
    Party(PartyId),
    Let(&'a ast::Let),
    Calendar(CalendarId),
    Case(CaseId),
    /// A measure, by its place in the text.
    Measure(usize),
}

impl Thing<'_> {
    /// What it is, for messages.
    pub(in crate::check) fn word(&self) -> &'static str {
        match self {
            Thing::Param(_) => "a parameter",
            Thing::Party(_) => "a party",
            Thing::Let(_) => "a value",
            Thing::Calendar(_) => "a calendar",
            Thing::Case(_) => "a case",
            Thing::Measure(_) => "a measure",
        }
    }
}

/// Every name with what it stands for and where it was defined.
#[derive(Debug, Default)]
pub(in crate::check) struct Names<'a> {
    things: BTreeMap<&'a str, (Thing<'a>, Span)>,
    events: BTreeMap<String, (EventId, Span)>,
    /// The declarations, by what they declare.
    pub(in crate::check) calendars: Vec<&'a ast::Calendar>,
    pub(in crate::check) events_declared: Vec<&'a ast::Event>,
    pub(in crate::check) cases: Vec<&'a ast::Case>,
    pub(in crate::check) params: Vec<&'a ast::Param>,
    pub(in crate::check) lets: Vec<&'a ast::Let>,
}

impl<'a> Names<'a> {
    pub(in crate::check) fn get(&self, name: &str) -> Option<(Thing<'a>, Span)> {
        self.things.get(name).copied()
    }

    /// The names of a kind with the places of their definitions.
    pub(in crate::check) fn of_kind(&self, wanted: impl Fn(&Thing<'a>) -> bool) -> Vec<(&'a str, Span)> {
        self.things
            .iter()
            .filter(|(_, (thing, _))| wanted(thing))
            .map(|(name, (_, span))| (*name, *span))
            .collect()
    }

    /// The events with the places of their definitions.
    pub(in crate::check) fn event_names(&self) -> Vec<(&str, Span)> {
        self.events.iter().map(|(name, (_, span))| (name.as_str(), *span)).collect()
    }
}

/// The name as its parts are joined.
pub(in crate::check) fn joined(path: &ast::Path) -> String {
    path.parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".")
}

/// The nearest of some names, where one is near enough to be what was meant.
pub(crate) fn nearest<'n>(wanted: &str, names: &[(&'n str, Span)]) -> Option<(&'n str, Span)> {
    let near = spelling::nearest(wanted, names.iter().map(|(name, _)| *name))?;
    names.iter().find(|(name, _)| *name == near).copied()
}

impl<'a> Draft<'a> {
    /// Gives every declaration its id, so that the text may use a name before it defines it.
    pub(in crate::check) fn declare(&mut self, agreement: &'a ast::Agreement) {
        for param in &agreement.params {
            self.declare_name(&param.name, Thing::Param(id_at(self.names.params.len())));
            self.names.params.push(param);
        }
        let mut roles = Vec::new();
        for line in &agreement.lines {
            match line {
                ast::Line::Party(party) => {
                    let (name, third) = (party.name.value.clone(), party.third.is_some());
                    let entry = Party { name, title: None, of: None, third, span: party.span };
                    let id = self.parties.push(entry);
                    self.declare_name(&party.name, Thing::Party(id));
                }
                ast::Line::Role(role) => roles.push(role),
                ast::Line::Let(value) => self.declare_let(value),
                ast::Line::Calendar(calendar) => {
                    let id = id_at(self.names.calendars.len());
                    self.declare_name(&calendar.name, Thing::Calendar(id));
                    self.names.calendars.push(calendar);
                }
                ast::Line::Event(event) => self.declare_event(event),
                ast::Line::Case(case) => self.declare_case(case),
                ast::Line::Measure(measure) => self.declare_measure(measure),
                ast::Line::Clause(clause) => self.declare_clause(clause),
                ast::Line::Broken(_) => self.broken = true,
                ast::Line::InForce(_)
                | ast::Line::TimeZone(_)
                | ast::Line::MoneyIn(_)
                | ast::Line::Log(_)
                | ast::Line::Lateness(_)
                | ast::Line::Signed(_)
                | ast::Line::Removes(_)
                | ast::Line::Law(_)
                | ast::Line::Attached(_)
                | ast::Line::Allow(_)
                | ast::Line::Prose(_) => {}
            }
        }
        // Roles come after every party, so that the parties' ids are the first ones.
        for role in roles {
            let name = role.name.value.clone();
            let entry = Party { name, title: None, of: None, third: false, span: role.span };
            let id = self.parties.push(entry);
            self.declare_name(&role.name, Thing::Party(id));
        }
    }

    fn declare_clause(&mut self, clause: &'a ast::Clause) {
        let number = &clause.number;
        let known = self.clauses.values().find(|known| known.number == number.value).map(|known| known.span);
        if let Some(first) = known {
            self.tell(diagnostics::clause_twice(number, first));
        }
        self.clauses.push(Clause {
            number: number.value.clone(),
            title: clause.title.value.clone(),
            survives: clause.surviving.is_some(),
            prose: Vec::new(),
            version: VersionId(0),
            span: clause.number.span,
            body: Span::new(
                clause.span.source,
                clause.title.span.end.max(clause.span.start),
                clause.span.end,
            ),
        });
        for part in &clause.parts {
            match part {
                ast::ClausePart::Let(value) => self.declare_let(value),
                ast::ClausePart::Measure(measure) => self.declare_measure(measure),
                ast::ClausePart::Case(case) => self.declare_case(case),
                ast::ClausePart::Broken(_) => self.broken = true,
                ast::ClausePart::Prose(_) | ast::ClausePart::Allow(_) | ast::ClausePart::Sentence(_) => {}
            }
        }
    }

    fn declare_name(&mut self, name: &'a ast::Name, thing: Thing<'a>) {
        if let Some((_, first)) = self.names.things.get(name.value.as_str()) {
            let first = *first;
            self.tell(diagnostics::name_twice(&name.value, name.span, first));
            return;
        }
        self.names.things.insert(&name.value, (thing, name.span));
    }

    fn declare_let(&mut self, value: &'a ast::Let) {
        self.declare_name(&value.name, Thing::Let(value));
        self.names.lets.push(value);
    }

    fn declare_case(&mut self, case: &'a ast::Case) {
        self.declare_name(&case.name, Thing::Case(id_at(self.names.cases.len())));
        self.names.cases.push(case);
    }

    fn declare_measure(&mut self, measure: &'a ast::Measure) {
        self.declare_name(&measure.name, Thing::Measure(self.measure_seeds.len()));
        self.measure_seeds.push(MeasureSeed::new(measure));
    }

    fn declare_event(&mut self, event: &'a ast::Event) {
        let name = joined(&event.name);
        let id = id_at(self.names.events_declared.len());
        self.names.events_declared.push(event);
        let first = self.names.events.get(&name).map(|(_, span)| *span);
        let first = first.or_else(|| self.names.things.get(name.as_str()).map(|(_, span)| *span));
        if let Some(first) = first {
            self.tell(diagnostics::name_twice(&name, event.name.span, first));
            return;
        }
        self.names.events.insert(name, (id, event.name.span));
    }

    /// The party or role with this name.
    pub(in crate::check) fn party(&mut self, name: &ast::Name) -> Option<PartyId> {
        match self.names.get(&name.value) {
            Some((Thing::Party(id), span)) => {
                self.used.insert(span);
                Some(id)
            }
            Some((thing, span)) => {
                self.fail(diagnostics::other_thing(name, "a party or role", thing.word(), span))
            }
            None => {
                let known = self.names.of_kind(|thing| matches!(thing, Thing::Party(_)));
                let finding = diagnostics::unknown_party(name, nearest(&name.value, &known), &known);
                self.fail(finding)
            }
        }
    }

    /// The party with this name, or the party of the role.
    pub(in crate::check) fn party_of(&self, id: PartyId) -> PartyId {
        self.parties[id].of.unwrap_or(id)
    }

    /// The case with this name.
    pub(in crate::check) fn case(&mut self, name: &ast::Name) -> Option<CaseId> {
        match self.names.get(&name.value) {
            Some((Thing::Case(id), span)) => {
                self.used.insert(span);
                Some(id)
            }
            Some((thing, span)) => self.fail(diagnostics::other_thing(name, "a case", thing.word(), span)),
            None => {
                let known = self.names.of_kind(|thing| matches!(thing, Thing::Case(_)));
                let finding = diagnostics::unknown_case(name, nearest(&name.value, &known), &known);
                self.fail(finding)
            }
        }
    }

    /// The case with this name, whose items are to be gone through: they must have a beginning.
    pub(in crate::check) fn case_of_items(&mut self, name: &ast::Name) -> Option<CaseId> {
        let case = self.case(name)?;
        if self.outlines[case].begins {
            return Some(case);
        }
        let declared = self.case_span(case);
        self.fail(diagnostics::items_without_beginning(name, declared))
    }

    /// The calendar with this name.
    pub(in crate::check) fn calendar(&mut self, name: &ast::Name) -> Option<CalendarId> {
        match self.find_calendar(name) {
            Ok(id) => Some(id),
            Err(finding) => self.fail(*finding),
        }
    }

    /// The same, with what is wrong not told yet.
    pub(in crate::check) fn find_calendar(
        &mut self,
        name: &ast::Name,
    ) -> Result<CalendarId, Box<Diagnostic>> {
        match self.names.get(&name.value) {
            Some((Thing::Calendar(id), span)) => {
                self.used.insert(span);
                Ok(id)
            }
            Some((thing, span)) => {
                Err(Box::new(diagnostics::other_thing(name, "a calendar", thing.word(), span)))
            }
            None => {
                let known = self.names.of_kind(|thing| matches!(thing, Thing::Calendar(_)));
                Err(Box::new(diagnostics::unknown_calendar(name, nearest(&name.value, &known), &known)))
            }
        }
    }

    /// The event type with this name.
    pub(in crate::check) fn event(&mut self, path: &ast::Path) -> Option<EventId> {
        let name = joined(path);
        if let Some((id, span)) = self.names.events.get(&name) {
            self.used.insert(*span);
            return Some(*id);
        }
        if let Some((thing, declared)) = self.names.get(&name) {
            return self.fail(diagnostics::no_event(&name, path.span, thing.word(), declared));
        }
        let of_act = self.cases.values().find(|case| case.acts.iter().any(|act| act.done == name));
        if let Some(case) = of_act {
            return self.fail(diagnostics::act_for_event(&name, path.span, &case.name));
        }
        let known = self.names.event_names();
        let finding = diagnostics::unknown_event(&name, path.span, nearest(&name, &known));
        self.fail(finding)
    }

    /// The clause that stands at this place in the order of the text.
    pub(in crate::check) fn clause_id(at: usize) -> ClauseId {
        id_at(at)
    }

    /// The place of a case's declaration.
    pub(in crate::check) fn case_span(&self, case: CaseId) -> Span {
        use crate::arena::Id;
        self.names.cases.get(case.index()).map_or_else(Span::default, |case| case.name.span)
    }
}
