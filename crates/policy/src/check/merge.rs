//! Several versions of one policy as one: events, cases and parties are the same in all of them, and each version has
//! clauses, duties, measures and windows of its own, behind those of the versions before it.
//!
//! Each version has been checked by itself. Ids of a version do not change when a later version is added, so that a
//! state that was kept before an amendment goes on after it.

mod order;
mod recurring;

use crate::arena::{Id, Table};
use crate::check::renumber::Places;
use crate::diagnostics;
use crate::policy::{
    CapId, CapScope, Case, CaseId, Consequence, DutyId, Effect, EventType, Expr, ExprKind, FieldType, Fold,
    FoldKind, Form, KindId, Length, Life, PartyId, Policy, Source, Step, Trigger, Value, Version, VersionId,
};
use crate::time::WindowSpec;
use servanda_diagnostics::{Diagnostic, Span};
use servanda_parser::ast::DutyRef;
use std::collections::{BTreeMap, BTreeSet};

/// What an amendment would change and cannot: the place of its declaration, and what it is.
pub(in crate::check) type Unmergeable = (Span, String);

/// The versions of a policy as one policy.
pub(in crate::check) struct Merge {
    all: Policy,
    /// The first duty and the first cap at each place of the text; another duty may have come to the place of one
    /// that was removed.
    duties: BTreeMap<(String, String, usize, Object), DutyId>,
    caps: BTreeMap<(Account, usize), CapId>,
}

/// What passes a cap is added up with what passes others of the same sentence, between the same parties, of the same
/// kind and over the same.
type Account = (String, (PartyId, PartyId, KindId), Scope);

/// Over what a cap counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    Entry,
    Case(CaseId),
    Window(WindowSpec),
    InAll,
    Together,
    Group(Option<WindowSpec>),
}

impl Merge {
    /// The first version, which is the policy itself where there is no other.
    pub(in crate::check) fn new(mut first: Policy) -> Self {
        let empty = Policy {
            title: first.title.clone(),
            span: first.span,
            language: first.language,
            params: std::mem::take(&mut first.params),
            parties: Table::new(),
            term: first.term.clone(),
            zone: first.zone.clone(),
            currency: first.currency.clone(),
            rounding: first.rounding,
            lateness: first.lateness,
            log: first.log.clone(),
            calendars: Table::new(),
            windows: Table::new(),
            window_versions: Table::new(),
            groups: Table::new(),
            events: Table::new(),
            cases: Table::new(),
            folds: Table::new(),
            measures: Table::new(),
            duties: Table::new(),
            consequences: Table::new(),
            caps: Table::new(),
            clauses: Table::new(),
            prose: Vec::new(),
            kinds: Table::new(),
            order: Vec::new(),
            scenarios: std::mem::take(&mut first.scenarios),
            attachments: Vec::new(),
            annexes: Vec::new(),
            versions: Table::new(),
            unsigned: std::mem::take(&mut first.unsigned),
            hash: String::new(),
        };
        let version = first.versions.values().next().cloned();
        let mut merge = Self { all: empty, duties: BTreeMap::new(), caps: BTreeMap::new() };
        if let Some(version) = version {
            // The first version is the first of everything.
            merge.add(first, version, &[]);
        }
        merge
    }

    /// The policy of all versions, and what of it needs each other at the same moment.
    pub(in crate::check) fn finish(mut self) -> (Policy, Option<Diagnostic>) {
        self.count_all_breaches();
        recurring::read_at_its_instant(&mut self.all);
        let circular = match order::order(&self.all) {
            Ok(order) => {
                self.all.order = order;
                None
            }
            Err(steps) => Some(circular(&self.all, &steps)),
        };
        let mut hasher = blake3::Hasher::new();
        for version in self.all.versions.values() {
            hasher.update(version.hash.as_bytes());
            hasher.update(format!("{:?}", version.from).as_bytes());
        }
        self.all.hash = hasher.finalize().to_hex().to_string();
        (self.all, circular)
    }

    /// Adds the next version, and gives what it would change and cannot.
    pub(in crate::check) fn add(
        &mut self,
        next: Policy,
        version: Version,
        removed: &[DutyRef],
    ) -> Vec<Unmergeable> {
        let mut unmergeable = self.other_head(&next);
        self.forget(removed);
        let number = self.all.versions.push(version);
        let places = self.places(&next, number, &mut unmergeable);
        let merged = &mut self.all.versions[number];
        merged.calendars = places.calendars.clone();
        let own = next.versions.values().flat_map(|own| &own.lengths);
        let named = own.map(|(name, Length { kind, amount })| {
            (name.clone(), Length { kind: places.length_kind(*kind), amount: amount.clone() })
        });
        merged.lengths = named.collect();
        let all = &mut self.all;
        all.folds = extended(&mut all.folds, next.folds, |fold| places.fold_of(fold));
        all.measures = extended(&mut all.measures, next.measures, |measure| places.measure(measure));
        all.duties = extended(&mut all.duties, next.duties, |duty| places.duty(duty));
        let caps: Vec<_> = next.caps.iter().map(|(id, cap)| places.cap(id, cap.clone())).collect();
        for cap in caps {
            all.caps.push(cap);
        }
        all.clauses = extended(&mut all.clauses, next.clauses, |clause| places.clause(clause));
        all.prose = next.prose.into_iter().map(|prose| places.prose(prose)).collect();
        let consequences: Vec<Consequence> =
            next.consequences.values().map(|it| places.consequence(it.clone())).collect();
        self.one_account(&consequences);
        for consequence in consequences {
            self.all.consequences.push(consequence);
        }
        let extent = self.all.extent();
        self.all.versions[number].extent = extent;
        unmergeable
    }

    /// What of the head is another in a version, because it reads a value that the version changes.
    fn other_head(&self, next: &Policy) -> Vec<Unmergeable> {
        let all = &self.all;
        let mut other = Vec::new();
        let mut hold = |same: bool, what: &str, span: Span| {
            if !same {
                other.push((span, what.to_owned()));
            }
        };
        hold(all.term == next.term, "the term", all.term.span);
        hold(all.zone == next.zone, "the time zone", all.zone.span);
        hold(all.currency == next.currency, "the currency", all.currency.span);
        hold(all.lateness == next.lateness, "how late events may arrive", all.span);
        other
    }

    /// Where the things of a version stand among all; what is the same in all versions is added where it is new.
    fn places(&mut self, next: &Policy, version: VersionId, unmergeable: &mut Vec<Unmergeable>) -> Places {
        let all = &mut self.all;
        let mut places = Places {
            version,
            folds: all.folds.len(),
            measures: all.measures.len(),
            duties: all.duties.len(),
            consequences: all.consequences.len(),
            caps: all.caps.len(),
            clauses: all.clauses.len(),
            parties: Vec::new(),
            kinds: Vec::new(),
            calendars: Vec::new(),
            windows: Vec::new(),
            events: Vec::new(),
            cases: Vec::new(),
            fields: Vec::new(),
            duty_cases: Vec::new(),
            cap_cases: Vec::new(),
            first_duties: Vec::new(),
        };
        for party in next.parties.values() {
            let known = all.parties.iter().find(|(_, known)| known.name == party.name).map(|(id, _)| id);
            let id = known.unwrap_or_else(|| {
                let mut party = party.clone();
                party.of = party.of.and_then(|of| places.parties.get(of.index()).copied());
                all.parties.push(party)
            });
            places.parties.push(id);
        }
        for kind in next.kinds.values() {
            let known = all.kinds.iter().find(|(_, known)| *known == kind).map(|(id, _)| id);
            places.kinds.push(known.unwrap_or_else(|| all.kinds.push(kind.clone())));
        }
        for calendar in next.calendars.values() {
            let known = all.calendars.iter().find(|(_, known)| *known == calendar).map(|(id, _)| id);
            places.calendars.push(known.unwrap_or_else(|| all.calendars.push(calendar.clone())));
        }
        for spec in next.windows.values() {
            all.window_versions.push(Some(version));
            places.windows.push(all.windows.push(*spec));
        }
        for event in next.events.values() {
            let event = places.event_type(event.clone());
            let known = all.events.iter().find(|(_, known)| known.name == event.name).map(|(id, _)| id);
            let id = match known {
                None => all.events.push(event),
                Some(id) => {
                    if !same_event(&mut all.events[id], event.clone()) {
                        unmergeable.push((event.span, format!("the event `{}`", event.name)));
                    }
                    id
                }
            };
            places.events.push(id);
        }
        self.case_places(next, &mut places, unmergeable);
        let groups = next.groups.values().map(|of| of.clone().map(|of| places.grouping(of)));
        groups.for_each(|of| {
            self.all.groups.push(of);
        });
        self.first_duties(next, &mut places);
        places
    }

    fn case_places(&mut self, next: &Policy, places: &mut Places, unmergeable: &mut Vec<Unmergeable>) {
        for (at, case) in next.cases.values().enumerate() {
            let known = self.all.cases.iter().find(|(_, known)| known.name == case.name).map(|(id, _)| id);
            places.cases.push(
                known.unwrap_or_else(|| CaseId::at(self.all.cases.len() + new_before(next, &self.all, at))),
            );
            let mut fields = Vec::new();
            for (at, field) in (0..).zip(&case.fields) {
                let Some(known) = known else {
                    fields.push(at);
                    continue;
                };
                let known = &mut self.all.cases[known].fields;
                let place = known.iter().position(|known| known.name == field.name).unwrap_or_else(|| {
                    known.push(places.case_field(field.clone()));
                    known.len() - 1
                });
                fields.push(place as u32);
            }
            places.fields.push(fields);
        }
        for duty in next.duties.values() {
            places.duty_cases.push(match &duty.form {
                Form::Do { case, .. } | Form::MustNot { case, .. } => Some(*case),
                Form::DoEach { .. } | Form::Keep { .. } => None,
            });
        }
        places.cap_cases = next.caps.values().map(|_| None).collect();
        for consequence in next.consequences.values() {
            let case = places.case_of(&consequence.on);
            for cap in caps_of(consequence) {
                if let Some(place) = places.cap_cases.get_mut(cap.index()) {
                    *place = case;
                }
            }
        }
        let version = places.version;
        let cases: Vec<(CaseId, Case)> =
            next.cases.iter().map(|(id, case)| (places.case_id(id), places.case(id, case.clone()))).collect();
        for (id, case) in cases {
            match self.all.cases.find_mut(id) {
                None => {
                    self.all.cases.push(case);
                }
                Some(known) => {
                    if !same_case(known, case, version) {
                        unmergeable.push((known.span, format!("the case `{}`", known.name)));
                    }
                }
            }
        }
    }

    /// Duties at the same place of the text are the same duty in another version.
    fn first_duties(&mut self, next: &Policy, places: &mut Places) {
        let mut alike: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (id, duty) in next.duties.iter() {
            let debtor = next.parties[duty.debtor].name.as_str();
            let nth = alike.entry((duty.name.as_str(), debtor)).or_default();
            let key = (duty.name.clone(), debtor.to_owned(), *nth, object(&duty.form, places));
            *nth += 1;
            let own = places.duty_id(id);
            places.first_duties.push(*self.duties.entry(key).or_insert(own));
        }
    }

    /// Caps of the same sentence, on the same entries and over the same, add up what passes in one account.
    fn one_account(&mut self, consequences: &[Consequence]) {
        let mut alike: BTreeMap<Account, usize> = BTreeMap::new();
        let mut seen: BTreeSet<CapId> = BTreeSet::new();
        for consequence in consequences {
            let (between, caps) = match &consequence.effect {
                Effect::Entry(entry) => ((entry.debtor, entry.creditor, entry.kind), &entry.caps),
                Effect::Accrue(accrual) => ((accrual.debtor, accrual.creditor, accrual.kind), &accrual.caps),
                Effect::Tell(_)
                | Effect::Right(_)
                | Effect::End(_)
                | Effect::CountsAs(_)
                | Effect::Suspend(_) => continue,
            };
            // A limit of several sentences is one, and stands with the first of them.
            for cap in caps.iter().filter(|cap| seen.insert(**cap)) {
                let account = (consequence.name.clone(), between, self.scope(*cap));
                let nth = alike.entry(account.clone()).or_default();
                self.all.caps[*cap].first = *self.caps.entry((account, *nth)).or_insert(*cap);
                *nth += 1;
            }
        }
    }

    /// What stands at the place of something that was removed is something else.
    fn forget(&mut self, removed: &[DutyRef]) {
        let is_removed = |name: &str| {
            removed.iter().any(|removed| match &removed.label {
                Some(label) => name == format!("{}({label})", removed.clause),
                None => name
                    .strip_prefix(removed.clause.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('(') || rest.starts_with('#')),
            })
        };
        self.duties.retain(|(name, ..), _| !is_removed(name));
        self.caps.retain(|((name, ..), _), _| !is_removed(name));
    }

    /// Over what a cap counts: windows that are cut alike are the same for it, in whichever versions they start.
    fn scope(&self, cap: CapId) -> Scope {
        match self.all.caps[cap].scope {
            CapScope::Entry => Scope::Entry,
            CapScope::Case(case) => Scope::Case(case),
            CapScope::Window(window) => Scope::Window(self.all.windows[window]),
            CapScope::InAll => Scope::InAll,
            CapScope::Together => Scope::Together,
            CapScope::Group(window) => Scope::Group(window.map(|window| self.all.windows[window])),
        }
    }

    /// A figure over breaches of a duty counts those of all its versions.
    fn count_all_breaches(&mut self) {
        let first: Vec<DutyId> = self.all.duties.values().map(|duty| duty.first).collect();
        for fold in self.all.folds.values_mut() {
            let FoldKind::Items { source: Source::Breaches(duties), .. } = &mut fold.kind else { continue };
            let wanted: BTreeSet<DutyId> =
                duties.iter().filter_map(|duty| first.get(duty.index()).copied()).collect();
            let same = first.iter().enumerate().filter(|(_, first)| wanted.contains(first));
            *duties = same.map(|(at, _)| DutyId::at(at)).collect();
        }
    }
}

/// What a duty is about: the items of a case, what a case does in each window, or a figure.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Object {
    Items(CaseId),
    Windows(CaseId),
    Figure,
}

fn object(form: &Form, places: &Places) -> Object {
    match form {
        Form::Do { case, .. } | Form::MustNot { case, .. } => Object::Items(places.case_id(*case)),
        Form::DoEach { case, .. } => Object::Windows(places.case_id(*case)),
        Form::Keep { .. } => Object::Figure,
    }
}

/// That figures of several versions need each other, told at each of them.
fn circular(all: &Policy, steps: &[Step]) -> Diagnostic {
    let references = steps.iter().map(|step| match step {
        Step::Measure(measure) => {
            let measure = &all.measures[*measure];
            (measure.name_span, format!("`{}` counts breaches, in whichever version", measure.name))
        }
        Step::Duty(id) => {
            let duty = &all.duties[*id];
            let counted = all.folds.values().any(|fold| counts(fold, *id));
            let what = if counted { "is counted" } else { "lets a duty arise whose breach is counted" };
            (duty.core_span, format!("{} {what}, in whichever version", duty.name))
        }
    });
    diagnostics::circular(&references.collect::<Vec<_>>())
}

/// Whether a fold counts breaches of a duty.
fn counts(fold: &Fold, duty: DutyId) -> bool {
    matches!(&fold.kind, FoldKind::Items { source: Source::Breaches(duties), .. } if duties.contains(&duty))
}

/// How many cases before this one are new.
fn new_before(next: &Policy, all: &Policy, at: usize) -> usize {
    let is_new = |case: &&Case| !all.cases.values().any(|known| known.name == case.name);
    next.cases.values().take(at).filter(is_new).count()
}

fn extended<I: Id, T>(all: &mut Table<I, T>, next: Table<I, T>, place: impl Fn(T) -> T) -> Table<I, T>
where
    T: Clone,
{
    let mut all = std::mem::take(all);
    for entry in next.values() {
        all.push(place(entry.clone()));
    }
    all
}

fn caps_of(consequence: &Consequence) -> &[CapId] {
    match &consequence.effect {
        Effect::Entry(entry) => &entry.caps,
        Effect::Accrue(accrual) => &accrual.caps,
        Effect::Tell(_) | Effect::Right(_) | Effect::End(_) | Effect::CountsAs(_) | Effect::Suspend(_) => &[],
    }
}

/// Whether an event is the same in a further version; parties may have come, and keys of new cases.
fn same_event(known: &mut EventType, mut event: EventType) -> bool {
    for (known, field) in known.fields.iter_mut().zip(&mut event.fields) {
        if let (FieldType::Party(known), FieldType::Party(more)) = (&mut known.ty, &mut field.ty) {
            for party in more.iter() {
                if !known.contains(party) {
                    known.push(party.clone());
                }
            }
            more.clone_from(known);
        }
        known.key |= field.key;
        field.key = known.key;
    }
    *known == event
}

/// Whether a case is the same in a further version, apart from its conditions and what is owed: they go by version.
fn same_case(known: &mut Case, mut case: Case, version: VersionId) -> bool {
    let (mut theirs, mut ours) = (conditions(&mut case), conditions(known));
    if theirs.len() != ours.len() {
        return false;
    }
    for (known, next) in ours.iter_mut().zip(&mut theirs) {
        by_version(known, next, version);
    }
    case.fields.clone_from(&known.fields);
    // Whether duties begin its items is for each version to say.
    match (&known.life, &case.life) {
        (Life::Implicit, Life::Windowed) => known.life = Life::Windowed,
        (Life::Windowed, Life::Implicit) => case.life = Life::Windowed,
        _ => {}
    }
    *known == case
}

/// The conditions of a case, and what is owed, in their order; each with what stands for none.
fn conditions(case: &mut Case) -> Vec<Slot<'_>> {
    let mut slots = vec![Slot::Condition(&mut case.out_of_scope, false)];
    let begins = match &mut case.life {
        Life::Begins(begin) => begin.when.as_mut_slice(),
        Life::Implicit | Life::Windowed => &mut [],
    };
    let acts = case.acts.iter_mut().flat_map(|act| &mut act.when);
    let ends = case.ends.iter_mut().filter_map(|end| match end {
        Trigger::Event(pattern) => Some(pattern),
        Trigger::Done(_) => None,
    });
    let pauses = case.pauses.iter_mut().flat_map(|(from, to)| [from, to]);
    for pattern in begins.iter_mut().chain(acts).chain(ends).chain(pauses) {
        slots.push(Slot::Condition(&mut pattern.filter, true));
    }
    if let Some(reopens) = &mut case.reopens {
        slots.push(Slot::Condition(&mut reopens.when.filter, true));
        slots.push(Slot::Amount(&mut reopens.within));
    }
    slots.extend(case.debt.as_mut().map(|debt| Slot::Amount(&mut debt.amount)));
    slots
}

/// What may differ from version to version.
enum Slot<'c> {
    /// A condition, and what holds where there is none.
    Condition(&'c mut Option<Expr>, bool),
    Amount(&'c mut Expr),
}

impl Slot<'_> {
    fn expr(&self, span: Span) -> Expr {
        match self {
            Slot::Condition(Some(expr), _) => expr.clone(),
            Slot::Amount(expr) => (**expr).clone(),
            Slot::Condition(None, holds) => {
                Expr { kind: ExprKind::Value(Value::Bool(*holds)), span, name: None }
            }
        }
    }

    fn set(&mut self, expr: Expr) {
        match self {
            Slot::Condition(place, _) => **place = Some(expr),
            Slot::Amount(place) => **place = expr,
        }
    }
}

/// Makes what is said here go by version where the next one says something else; then both are the same.
fn by_version(known: &mut Slot<'_>, next: &mut Slot<'_>, version: VersionId) {
    let before = match known {
        Slot::Condition(place, _) => place.is_none(),
        Slot::Amount(_) => false,
    };
    let after = match next {
        Slot::Condition(place, _) => place.is_none(),
        Slot::Amount(_) => false,
    };
    if before && after {
        return;
    }
    let span = if before { next.expr(Span::default()).span } else { known.expr(Span::default()).span };
    let (ours, theirs) = (known.expr(span), next.expr(span));
    let merged = match ours.kind {
        ExprKind::ByVersion(mut parts) => {
            parts.push(theirs);
            ExprKind::ByVersion(parts)
        }
        _ if ours == theirs => {
            return;
        }
        _ => {
            let mut parts = vec![ours; version.index()];
            parts.push(theirs);
            ExprKind::ByVersion(parts)
        }
    };
    let merged = Expr { kind: merged, span, name: None };
    known.set(merged.clone());
    next.set(merged);
}
