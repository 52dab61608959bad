//! Cases: how their items begin and end, what is done to them, by which field they are known, and what is owed.

use crate::check::draft::{Draft, id_at, index_of};
use crate::check::names::joined;
use crate::check::place::{Place, Scope};
use crate::check::types::{Ty, constant_number};
use crate::diagnostics;
use crate::policy::{
    ActTrack, Begin, Case, CaseField, CaseId, EventId, FieldType, LengthKind, Life, Pattern, Trigger,
    ValueType,
};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, CaseLineKind};

/// What is known of a case before its conditions are read.
pub(in crate::check) struct CaseOutline<'a> {
    pub(in crate::check) declared: &'a ast::Case,
    /// The events that open it.
    pub(in crate::check) opening: Vec<EventId>,
    /// Whether the text says what opens it.
    pub(in crate::check) begins: bool,
    /// Whether what opens it is wrong, so that nothing is known of its fields.
    pub(in crate::check) unsound: bool,
    /// Whether a duty begins its items.
    pub(in crate::check) windowed: bool,
    /// Whether something ends its items.
    pub(in crate::check) ends: bool,
    /// The name of the field by which an item is known.
    pub(in crate::check) key: Option<String>,
    /// The field of the opening event that is the principal, where it is that and nothing else.
    pub(in crate::check) principal: Option<String>,
    /// Whether the case is a debt.
    pub(in crate::check) debt: bool,
}

/// The words of the built-in act of a debt.
pub(in crate::check) const PAY: (&str, &str) = ("pay", "paid");

impl<'a> Draft<'a> {
    /// Finds out which events touch each case, what its acts are called and how its items are known.
    pub(in crate::check) fn outline_cases(&mut self, windowed: &[&str]) {
        for declared in self.names.cases.clone() {
            let mut outline = CaseOutline {
                declared,
                opening: Vec::new(),
                begins: declared
                    .lines
                    .iter()
                    .any(|line| matches!(line.kind, CaseLineKind::BeginsWhen(_) | CaseLineKind::BeginsAt(_))),
                unsound: declared.lines.iter().any(|line| line.kind == CaseLineKind::Broken),
                windowed: false,
                ends: false,
                key: None,
                principal: None,
                debt: false,
            };
            let mut case = Case {
                name: declared.name.value.clone(),
                life: Life::Implicit,
                keys: Vec::new(),
                fields: Vec::new(),
                acts: Vec::new(),
                ends: Vec::new(),
                pauses: Vec::new(),
                reopens: None,
                out_of_scope: None,
                ignores: Vec::new(),
                forget: None,
                debt: None,
                span: declared.span,
            };
            let touching = self.outline_case(declared, &mut outline, &mut case);
            outline.windowed = !outline.begins && windowed.contains(&case.name.as_str());
            if outline.windowed {
                case.life = Life::Windowed;
            }
            self.find_keys(declared, &mut outline, &mut case, &touching);
            self.cases.push(case);
            self.outlines.push(outline);
        }
    }

    /// Goes through the lines for events and acts; gives every event that touches an item.
    fn outline_case(
        &mut self,
        declared: &'a ast::Case,
        outline: &mut CaseOutline<'a>,
        case: &mut Case,
    ) -> Vec<(EventId, Span)> {
        let mut touching = Vec::new();
        let mut by_event = false;
        let dones: Vec<&str> = declared.lines.iter().filter_map(|line| participle(&line.kind)).collect();
        for line in &declared.lines {
            match &line.kind {
                CaseLineKind::BeginsWhen(triggers) => {
                    by_event = true;
                    for trigger in triggers {
                        match self.event(&trigger.path) {
                            Some(event) => {
                                outline.opening.push(event);
                                touching.push((event, trigger.path.span));
                            }
                            None => outline.unsound = true,
                        }
                    }
                }
                CaseLineKind::EndsWhen(triggers) => {
                    outline.ends = true;
                    for trigger in triggers.iter().filter(|trigger| !is_participle(&trigger.path, &dones)) {
                        touching.extend(self.event(&trigger.path).map(|event| (event, trigger.path.span)));
                    }
                }
                CaseLineKind::Act { verb, done, when, undone_by } => {
                    self.outline_act(case, verb, done, line.span);
                    for trigger in when {
                        touching.extend(self.event(&trigger.path).map(|event| (event, trigger.path.span)));
                    }
                    if let Some(path) = undone_by {
                        touching.extend(self.event(path).map(|event| (event, path.span)));
                    }
                }
                CaseLineKind::Pauses { from, to } => {
                    for trigger in [from, to] {
                        touching.extend(self.event(&trigger.path).map(|event| (event, trigger.path.span)));
                    }
                }
                CaseLineKind::Reopens { when, .. } => {
                    touching.extend(self.event(&when.path).map(|event| (event, when.path.span)));
                }
                CaseLineKind::Owes { amount, .. } => {
                    outline.debt = true;
                    if let ast::ExprKind::Path(path) = &amount.kind
                        && let [name] = path.parts.as_slice()
                    {
                        outline.principal = Some(name.value.clone());
                    }
                }
                CaseLineKind::Broken => self.broken = true,
                _ => {}
            }
        }
        if !by_event {
            for line in &declared.lines {
                let CaseLineKind::BeginsAt(field) = &line.kind else { continue };
                let having: Vec<EventId> =
                    self.events.ids().filter(|event| self.field_at(*event, &field.value).is_some()).collect();
                if having.is_empty() {
                    outline.unsound = true;
                    self.tell(diagnostics::no_event_has(field));
                }
                self.used.extend(having.iter().map(|event| self.events[*event].span));
                touching.extend(having.iter().map(|event| (*event, field.span)));
                outline.opening = having;
            }
        }
        if outline.debt {
            let name = |word: &str| ast::Name::new(word.to_owned(), declared.name.span);
            self.outline_act(case, &name(PAY.0), &name(PAY.1), declared.name.span);
            if !outline.begins {
                self.tell(diagnostics::debt_without_beginning(&declared.name));
            }
        }
        if outline.begins {
            case.life = Life::Begins(Begin { when: Vec::new(), at: None });
        }
        touching.sort_by_key(|(event, span)| (*event, span.start));
        touching.dedup_by_key(|(event, _)| *event);
        touching
    }

    fn outline_act(&mut self, case: &mut Case, verb: &ast::Name, done: &ast::Name, span: Span) {
        for word in [verb, done] {
            let known = case.acts.iter().find(|act| act.verb == word.value || act.done == word.value);
            if let Some(known) = known {
                let first = known.span;
                self.tell(diagnostics::name_twice(&word.value, word.span, first));
            }
        }
        case.acts.push(ActTrack {
            verb: verb.value.clone(),
            done: done.value.clone(),
            when: Vec::new(),
            undone_by: None,
            span,
        });
    }

    /// Finds the field by which an item is known in every event that touches it.
    fn find_keys(
        &mut self,
        declared: &'a ast::Case,
        outline: &mut CaseOutline<'a>,
        case: &mut Case,
        touching: &[(EventId, Span)],
    ) {
        let mut known_by = declared.lines.iter().filter_map(|line| match &line.kind {
            CaseLineKind::KnownBy(names) => Some(names),
            _ => None,
        });
        let named = match known_by.next().map(Vec::as_slice) {
            Some([name]) => Some(name.value.clone()),
            Some([_, second, ..]) => {
                let what = "a case that is known by several fields";
                return self.tell(diagnostics::not_supported(second.span, what, "write one field"));
            }
            _ => {
                let own = touching.iter().any(|(event, _)| self.id_field(*event, &case.name).is_some());
                own.then(|| case.name.clone()).or_else(|| self.only_id(touching))
            }
        };
        let Some(name) = named else {
            if !outline.windowed && !outline.unsound && !touching.is_empty() {
                self.tell(diagnostics::no_key(&declared.name));
            }
            return;
        };
        for (event, span) in touching {
            match self.id_field(*event, &name) {
                Some(at) => {
                    let field = self.events[*event].fields.get(at as usize);
                    if let Some(field) = field
                        && field.optional
                    {
                        let declared_at = field.span;
                        self.tell(diagnostics::optional_key(declared_at, &name, &case.name, *span));
                    }
                    self.mark_key(*event, at);
                    case.keys.push((*event, at));
                }
                None if outline.windowed => {}
                None => {
                    let event = &self.events[*event];
                    let finding = diagnostics::key_missing(*span, &event.name, &name, &case.name, event.span);
                    self.tell(finding);
                }
            }
        }
        outline.key = Some(name);
    }

    /// The field of this name, where it can name an item.
    pub(in crate::check) fn id_field(&self, event: EventId, name: &str) -> Option<u32> {
        let at = self.field_at(event, name)?;
        let field = self.events[event].fields.get(at as usize)?;
        matches!(field.ty, FieldType::Id | FieldType::Text).then_some(at)
    }

    /// The name of the only id field, where it is the same in every event.
    fn only_id(&self, touching: &[(EventId, Span)]) -> Option<String> {
        let mut found: Option<String> = None;
        for (event, _) in touching {
            let at = self.only_field(*event, |ty| matches!(ty, FieldType::Id))?;
            let name = self.events[*event].fields.get(at as usize)?.name.clone();
            match &found {
                Some(known) if *known != name => return None,
                _ => found = Some(name),
            }
        }
        found
    }

    /// Keeps a field of the opening event: its place and type. The outer nothing: the opening event has no such
    /// field; the inner nothing: something is wrong with it, of which a finding tells.
    pub(in crate::check) fn case_field(
        &mut self,
        id: CaseId,
        name: &str,
        span: Span,
    ) -> Option<Option<(u32, Ty)>> {
        let opening = self.outlines.find(id)?.opening.clone();
        let places: Vec<Option<u32>> = opening.iter().map(|event| self.field_at(*event, name)).collect();
        if places.iter().all(Option::is_none) {
            return None;
        }
        Some(self.keep_field(id, name, span, &opening, &places))
    }

    fn keep_field(
        &mut self,
        id: CaseId,
        name: &str,
        span: Span,
        opening: &[EventId],
        places: &[Option<u32>],
    ) -> Option<(u32, Ty)> {
        let mut from = Vec::new();
        let mut found: Option<Ty> = None;
        for (event, at) in opening.iter().zip(places) {
            let Some(at) = at else {
                let event = &self.events[*event];
                let finding = diagnostics::field_missing_in(name, span, &event.name, event.span);
                return self.fail(finding);
            };
            self.readable_money(*event, *at, span)?;
            let ty = self.type_of_field(*event, *at)?;
            if found.as_ref().is_some_and(|known| *known != ty) {
                let event = &self.events[*event];
                let finding = diagnostics::field_differs(name, span, &event.name, event.span);
                return self.fail(finding);
            }
            found = Some(ty);
            from.push((*event, *at));
        }
        let ty = found?;
        let case = self.cases.find_mut(id)?;
        let known = case.fields.iter().position(|field| field.name == name);
        let at = known.unwrap_or_else(|| {
            case.fields.push(CaseField { name: name.to_owned(), ty: ty.stored(), from });
            case.fields.len() - 1
        });
        Some((index_of(at), ty))
    }

    /// Reads the conditions and amounts of the cases, now that every name is known.
    pub(in crate::check) fn complete_cases(&mut self) {
        for at in 0..self.names.cases.len() {
            let id: CaseId = id_at(at);
            let declared = self.outlines[id].declared;
            let mut acts = 0_usize;
            let mut begins: Option<Begin> = None;
            // What is owed comes before how it is paid, whatever the order of the text.
            let pays = |line: &&ast::CaseLine| matches!(line.kind, CaseLineKind::PaidBy { .. });
            for line in declared.lines.iter().filter(|line| !pays(line)) {
                self.complete_line(id, &line.kind, &mut acts, &mut begins);
            }
            for line in declared.lines.iter().filter(pays) {
                self.complete_line(id, &line.kind, &mut acts, &mut begins);
            }
            if let Some(begin) = begins
                && let Some(case) = self.cases.find_mut(id)
            {
                case.life = Life::Begins(begin);
            }
        }
    }

    fn complete_line(
        &mut self,
        id: CaseId,
        line: &'a CaseLineKind,
        acts: &mut usize,
        begins: &mut Option<Begin>,
    ) {
        match line {
            CaseLineKind::BeginsWhen(triggers) => {
                let patterns = self.patterns(triggers);
                begins.get_or_insert(Begin { when: Vec::new(), at: None }).when = patterns;
            }
            CaseLineKind::BeginsAt(field) => self.begins_at(id, field, begins),
            CaseLineKind::EndsWhen(triggers) => {
                for trigger in triggers {
                    let done = self.done_of(id, &trigger.path);
                    let end = match done {
                        Some(done) => Some(Trigger::Done(done)),
                        None => self.pattern(trigger).map(Trigger::Event),
                    };
                    if let (Some(end), Some(case)) = (end, self.cases.find_mut(id)) {
                        case.ends.push(end);
                    }
                }
            }
            CaseLineKind::Act { when, undone_by, .. } => {
                let patterns = self.patterns(when);
                let undone = undone_by.as_ref().and_then(|path| self.event(path));
                let act = self.cases.find_mut(id).and_then(|case| case.acts.get_mut(*acts));
                if let Some(act) = act {
                    act.when = patterns;
                    act.undone_by = undone;
                }
                *acts += 1;
            }
            CaseLineKind::Pauses { from, to } => {
                let (from, to) = (self.pattern(from), self.pattern(to));
                if let (Some(from), Some(to), Some(case)) = (from, to, self.cases.find_mut(id)) {
                    case.pauses.push((from, to));
                }
            }
            CaseLineKind::Reopens { when, within, way } => self.reopens(id, when, within, way.as_ref()),
            CaseLineKind::OutOfScope(cond) => {
                let cond = self.cond(cond, &Place::new(Scope::Case(id)).at_the_beginning());
                if let Some(case) = self.cases.find_mut(id) {
                    case.out_of_scope = cond;
                }
            }
            CaseLineKind::Ignores(path) => {
                if let (Some(event), Some(case)) = (self.event(path), self.cases.find_mut(id)) {
                    case.ignores.push(event);
                }
            }
            CaseLineKind::Forget(length) => {
                let nanos = self.forget_after(length);
                if let Some(case) = self.cases.find_mut(id) {
                    case.forget = nanos;
                }
            }
            CaseLineKind::Owes { debtor, creditor, amount } => self.debt(id, debtor, creditor, amount),
            CaseLineKind::PaidBy { event, set_off, settling, order, rest } => {
                self.payments(id, (event, *set_off), settling, order.as_ref(), rest.as_ref());
            }
            CaseLineKind::KnownBy(_) | CaseLineKind::Broken => {}
        }
    }

    fn begins_at(&mut self, id: CaseId, field: &ast::Name, begins: &mut Option<Begin>) {
        let opening = self.outlines[id].opening.clone();
        let kept = self.case_field(id, &field.value, field.span);
        let begin = begins.get_or_insert(Begin { when: Vec::new(), at: None });
        if begin.when.is_empty() {
            begin.when = opening
                .iter()
                .map(|event| Pattern { event: *event, filter: None, span: field.span })
                .collect();
        }
        match kept {
            Some(Some((at, Ty::Plain(ValueType::Date | ValueType::Instant)))) => begin.at = Some(at),
            Some(Some((_, ty))) => {
                let found = self.type_word(&ty);
                self.tell(diagnostics::wrong_type(field.span, "a date or a time", &found));
            }
            Some(None) => {}
            None => {
                if !opening.is_empty() {
                    let event = &self.events[opening.first().copied().unwrap_or(id_at(0))];
                    let finding = diagnostics::unknown_field(&field.value, field.span, &event.name, None);
                    self.tell(finding);
                }
            }
        }
    }

    /// The events of some triggers with their conditions.
    pub(in crate::check) fn patterns(&mut self, triggers: &'a [ast::Trigger]) -> Vec<Pattern> {
        triggers.iter().filter_map(|trigger| self.pattern(trigger)).collect()
    }

    /// An event with its condition.
    pub(in crate::check) fn pattern(&mut self, trigger: &'a ast::Trigger) -> Option<Pattern> {
        let event = self.event(&trigger.path)?;
        let filter = match &trigger.filter {
            None => None,
            Some(cond) => Some(self.cond(cond, &Place::new(Scope::Fact(event)))?),
        };
        Some(Pattern { event, filter, span: trigger.span })
    }

    /// The act of a case that a participle means.
    fn done_of(&self, id: CaseId, path: &ast::Path) -> Option<u32> {
        let [name] = path.parts.as_slice() else { return None };
        self.cases[id].acts.iter().position(|act| act.done == name.value).map(index_of)
    }

    /// How long an item is remembered, in nanoseconds: a month counts as its longest.
    fn forget_after(&mut self, length: &'a ast::Expr) -> Option<i64> {
        let typed = self.expr(length, &Place::agreement())?;
        let seconds = match typed.ty {
            Ty::Plain(ValueType::Length(LengthKind::Physical)) => 1,
            Ty::Plain(ValueType::Length(LengthKind::CalendarDays)) => 86_400,
            Ty::Plain(ValueType::Length(LengthKind::Months)) => 31 * 86_400,
            _ => {
                let found = self.type_word(&typed.ty);
                return self.fail(diagnostics::wrong_type(
                    length.span,
                    "hours, calendar days or months",
                    &found,
                ));
            }
        };
        let number = constant_number(&typed.expr).and_then(|number| number.ceil());
        let nanos = number
            .and_then(|number| i64::try_from(number).ok())
            .and_then(|number| number.checked_mul(seconds))
            .and_then(|number| number.checked_mul(1_000_000_000));
        if nanos.is_none() {
            self.tell(diagnostics::not_constant(length.span, "how long a case is remembered"));
        }
        nanos
    }
}

/// The participle that a line defines.
fn participle(line: &CaseLineKind) -> Option<&str> {
    match line {
        CaseLineKind::Act { done, .. } => Some(&done.value),
        CaseLineKind::Owes { .. } => Some(PAY.1),
        _ => None,
    }
}

/// Whether a trigger is one of these participles.
fn is_participle(path: &ast::Path, dones: &[&str]) -> bool {
    dones.contains(&joined(path).as_str())
}
