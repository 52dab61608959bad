//! What whoever evaluates a policy has to remember of one instance of it, and until when: it follows from the text alone.
//!
//! What is held is told by kind, each with what lets go of it. Where nothing does, it grows: with time, which the term
//! bounds, or with the log, which nothing does.

use crate::analysis::lasting;
use crate::arena::Id;
use crate::binder::Binder;
use crate::policy::{
    CapScope, Case, CaseId, Deadline, DutyId, Effect, ExprKind, FieldType, FoldKind, Form, ItemFold, Life,
    OpenItems, Policy, Signal, Source, WindowId,
};
use crate::time::{WindowSpec, WindowUnit};
use crate::value::Exact;
use serde::Serialize;
use servanda_diagnostics::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What has to be remembered of one instance of a policy.
///
/// ```
/// use servanda_diagnostics::SourceId;
/// use servanda_policy::{Footprint, check};
///
/// let text = r#"
///     language 1.
///     agreement "Visits" {
///       party desk. party client.
///       in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
///       event visit.made { visit: id }
///       event visit.ended { visit: id }
///       case visit { begins when visit.made. ends when visit.ended. }
///       clause 1 "Costs" { client owes desk 30 EUR for each visit. }
///     }
/// "#;
/// let parsed = servanda_parser::parse(SourceId(0), text);
/// let policy = check(&parsed.document, text).policy.ok_or("a finding says why there is none")?;
/// let footprint = Footprint::of(&policy);
/// assert_eq!(footprint.held[0].to_string(), "each visit: until `visit.ended`");
/// assert!(!footprint.grows());
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Footprint {
    /// What is held, each kind by itself.
    pub held: Vec<Held>,
    /// How long events are held, because they may be corrected: as `48 hours`. Their ids are held for as long again. None
    /// where nothing may come late.
    pub lateness: Option<String>,
}

/// One kind of thing that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// What kind of thing it is.
    pub kind: HeldKind,
    /// What there is one of for each of them: `request`, `calendar month`, `2(a)`.
    pub of: String,
    /// What is held of each, beside that it is there.
    pub holds: Vec<String>,
    /// What lets go of it, one of them; empty where nothing does.
    pub until: Vec<String>,
    /// What else has to be so before it is let go of, all of them.
    pub then: Vec<String>,
    /// How many there are at most, where that is known.
    pub most: Option<u64>,
    /// With what it grows where nothing lets go of it.
    pub grows: Option<Growth>,
    /// Where it is declared.
    pub span: Span,
}

/// What kind of thing is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HeldKind {
    /// An item of a case that begins.
    Case,
    /// A key of a case that has no beginning, of which something has been done.
    Key,
    /// A window in which something is gathered.
    Window,
    /// A duty in each window.
    Duty,
    /// What a limit has let through.
    Limit,
    /// A verdict that other cases ask for by its key.
    Verdict,
    /// An amount that waits for a claim.
    Claim,
    /// What somebody is told only in the hours of a calendar, and has not been told yet.
    Notice,
}

/// With what it grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Growth {
    /// With each window, whatever happens: the term bounds it, if it has an end.
    Time,
    /// With what happens: nothing bounds it.
    Log,
}

impl Footprint {
    /// What has to be remembered of an instance of a policy.
    pub fn of(policy: &Policy) -> Self {
        let proof = Proof { policy, placed: Binder::new(policy).bind("", Vec::new()).ok() };
        let mut held = proof.cases();
        held.extend(proof.verdicts());
        held.extend(proof.windows());
        held.extend(proof.duties());
        held.extend(proof.limits());
        held.extend(proof.claims());
        held.extend(proof.notices());
        // Versions may say the same.
        let mut seen = BTreeSet::new();
        held.retain(|held| seen.insert(held.to_string()));
        let lateness = (policy.lateness > 0).then(|| lasting_nanos(policy.lateness));
        Self { held, lateness }
    }

    /// Whether anything grows with the log.
    pub fn grows(&self) -> bool {
        self.growing().next().is_some()
    }

    /// What grows with the log.
    pub fn growing(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| held.grows == Some(Growth::Log))
    }
}

impl Held {
    /// What is held, as a line begins: `each request`.
    pub fn subject(&self) -> String {
        let of = &self.of;
        match self.kind {
            HeldKind::Window if of == "term" => "the term".to_owned(),
            HeldKind::Case | HeldKind::Key | HeldKind::Window => format!("each {of}"),
            HeldKind::Duty => format!("each window of {of}"),
            HeldKind::Limit => format!("what limits have let through for each {of}"),
            HeldKind::Verdict => format!("the verdict of {of}"),
            HeldKind::Claim => format!("each amount of {of} that can be claimed"),
            HeldKind::Notice => format!("each notice of {of} that arises outside of its hours"),
        }
    }
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.subject())?;
        match (self.until.is_empty(), self.most) {
            (true, Some(most)) => write!(f, ", at most {most}: for good")?,
            (true, None) => write!(f, ": for good")?,
            (false, _) => write!(f, ": until {}", self.until.join(" or "))?,
        }
        for then in &self.then {
            write!(f, ", and until {then}")?;
        }
        if !self.holds.is_empty() {
            write!(f, "; {}", self.holds.join(", "))?;
        }
        match self.grows {
            None => Ok(()),
            Some(Growth::Time) => write!(f, "; grows with time"),
            Some(Growth::Log) => write!(f, "; grows with the log"),
        }
    }
}

/// A policy, and where its term and its windows are.
struct Proof<'p> {
    policy: &'p Policy,
    placed: Option<crate::Agreement>,
}

impl<'p> Proof<'p> {
    fn cases(&self) -> Vec<Held> {
        let mut all = Vec::new();
        for (id, case) in self.policy.cases.iter() {
            match &case.life {
                Life::Begins(_) => all.push(self.item(id, case)),
                Life::Implicit if !case.acts.is_empty() => all.push(self.key(id, case)),
                Life::Implicit | Life::Windowed => {}
            }
        }
        all
    }

    /// Duties on a case, each once, whatever the versions say of it.
    fn duties_on(&self, id: CaseId) -> impl Iterator<Item = DutyId> + use<'p> {
        let duties = self.policy.duties.iter();
        duties.filter_map(move |(duty, of)| match &of.form {
            Form::Do { case, .. } | Form::MustNot { case, .. } => (*case == id).then_some(duty),
            Form::DoEach { .. } | Form::Keep { .. } => None,
        })
    }

    fn held_of(&self, id: CaseId, case: &Case) -> Vec<String> {
        let told = self.duties_on(id).filter(|duty| {
            let of = &self.policy.duties[*duty];
            of.first == *duty && !of.silent
        });
        let mut holds = Vec::new();
        holds.extend(counted(told.count(), "duty", "duties"));
        holds.extend(counted(case.fields.len(), "field", "fields"));
        if case.debt.is_some() {
            holds.push("what is owed".to_owned());
        }
        holds
    }

    fn item(&self, id: CaseId, case: &Case) -> Held {
        let until = self.policy.ended_by(id);
        let mut then = Vec::new();
        let mut never = until.is_empty();
        if !never {
            if case.reopens.is_some() {
                then.push("it can be reopened no more".to_owned());
            }
            let due = self.duties_on(id).any(|duty| {
                let deadline = match &self.policy.duties[duty].form {
                    Form::Do { deadline, .. } => deadline.as_ref(),
                    _ => None,
                };
                matches!(deadline, Some(Deadline::Within { .. } | Deadline::By(_)))
            });
            if due {
                then.push("its deadlines are over".to_owned());
            }
            let grows = |effect: &Effect| matches!(effect, Effect::Accrue(_));
            let accrues = self.policy.consequences.values().any(|of| {
                matches!(of.on, Signal::Broken(duty) if self.duties_on(id).any(|on| on == duty))
                    && grows(&of.effect)
            });
            if accrues {
                // What grows with time stops when the debt is paid, and not when its case ends.
                let paid = case.debt.as_ref().is_some_and(|debt| debt.payments.is_some());
                never = !paid;
                if until.iter().any(|ending| Some(ending) != paid_by(case).as_ref()) {
                    then.push("it is paid, once its fee has begun".to_owned());
                }
            }
        }
        Held {
            kind: HeldKind::Case,
            of: case.name.clone(),
            holds: self.held_of(id, case),
            grows: never.then_some(Growth::Log),
            until: if never { Vec::new() } else { until },
            then: if never { Vec::new() } else { then },
            most: None,
            span: case.span,
        }
    }

    fn key(&self, id: CaseId, case: &Case) -> Held {
        let mut until = self.policy.ended_by(id);
        until.extend(
            case.forget.map(|period| format!("nothing has happened to it for {}", lasting_nanos(period))),
        );
        let grows = until.is_empty().then_some(Growth::Log);
        let (of, holds) = (case.name.clone(), self.held_of(id, case));
        Held { kind: HeldKind::Key, of, holds, until, then: Vec::new(), most: None, grows, span: case.span }
    }

    /// What is remembered of verdicts that other cases ask for.
    fn verdicts(&self) -> Vec<Held> {
        let mut asked = BTreeSet::new();
        for of in self.policy.consequences.values() {
            let Signal::ForEach(_, Some(filter)) = &of.on else { continue };
            let found = std::cell::RefCell::new(Vec::new());
            filter.any(&|part| {
                if let ExprKind::VerdictOf(duty, ..) = part.kind {
                    found.borrow_mut().push(duty);
                }
                false
            });
            asked.extend(found.into_inner().into_iter().map(|duty| self.policy.duties[duty].first));
        }
        let all = asked.into_iter().filter_map(|id| {
            let duty = &self.policy.duties[id];
            let case = match &duty.form {
                Form::Do { case, .. } | Form::MustNot { case, .. } => &self.policy.cases[*case],
                Form::DoEach { .. } | Form::Keep { .. } => return None,
            };
            let known = |period| format!("it has been so for {}", lasting_nanos(period));
            let until: Vec<String> = case.forget.into_iter().map(known).collect();
            Some(Held {
                kind: HeldKind::Verdict,
                of: format!("{} on each {}", duty.name, case.name),
                holds: Vec::new(),
                grows: until.is_empty().then_some(Growth::Log),
                until,
                then: Vec::new(),
                most: None,
                span: duty.core_span,
            })
        });
        all.collect()
    }

    /// How many windows the term has at most, where the text tells: by their numbers, for by the clock there may be many.
    fn windows_in_term(&self, window: WindowId) -> Option<u64> {
        let placed = self.placed.as_ref()?;
        let (end, windows) = (placed.end?, placed.windows.get(window.index())?);
        let Some(first) = windows.first() else { return Some(0) };
        let last = windows.index_of(end.previous())?;
        u64::try_from(i64::from(last) - i64::from(first.index) + 1).ok()
    }

    /// Windows that are cut alike are told of once: what is gathered in them, and of what every value is needed.
    fn windows(&self) -> Vec<Held> {
        let mut found: Vec<(String, Gathered)> = Vec::new();
        for of in self.policy.measures.values() {
            let grouping = self.policy.groups.find(of.window).and_then(Option::as_ref);
            let spec = self.policy.windows[of.window];
            let mut name = words(spec);
            if let Some(grouping) = grouping {
                name += &format!(" and {}", grouping.field);
            }
            let place = found.iter().position(|(known, _)| *known == name).unwrap_or(found.len());
            if place == found.len() {
                found.push((name, Gathered::new(spec, of.window_span)));
            }
            let Some((_, gathered)) = found.get_mut(place) else { continue };
            gathered.names.insert(of.name.clone());
            gathered.open_groups |= grouping.is_some_and(|grouping| grouping.words.is_none());
            let folds = of.value.folds();
            for fold in folds.iter().map(|fold| &self.policy.folds[*fold]) {
                let FoldKind::Items { of: gathers, open, .. } = &fold.kind else { continue };
                gathered.waits |=
                    *open == OpenItems::Wait && matches!(gathers, ItemFold::Share(of) if waits(of));
                let values = match gathers {
                    ItemFold::Distinct(of) | ItemFold::Percentile { of, .. } => Some(of),
                    _ => None,
                };
                if let Some(quantity) = values {
                    gathered.values.insert(of.name.clone());
                    gathered.open_values |= !self.is_one_of_few(fold, quantity);
                }
            }
        }
        found.into_iter().map(|(name, gathered)| gathered.held(name)).collect()
    }

    /// Whether a quantity has but the values that the text lists.
    fn is_one_of_few(&self, fold: &crate::policy::Fold, quantity: &crate::policy::Expr) -> bool {
        let FoldKind::Items { source, .. } = &fold.kind else { return false };
        let lists =
            |ty: &FieldType| matches!(ty, FieldType::OneOf(_) | FieldType::YesNo | FieldType::Party(_));
        match (&quantity.kind, source) {
            (ExprKind::FactField(place), Source::Events(event)) => {
                let field = self.policy.events.find(*event).and_then(|of| of.fields.get(*place as usize));
                field.is_some_and(|field| lists(&field.ty))
            }
            (ExprKind::Field(place), Source::Cases(case)) => {
                let field = self.policy.cases[*case].fields.get(*place as usize);
                field.is_some_and(|field| {
                    let mut from = field.from.iter().map(|(event, place)| {
                        self.policy.events.find(*event).and_then(|of| of.fields.get(*place as usize))
                    });
                    from.all(|field| field.is_some_and(|field| lists(&field.ty)))
                })
            }
            (ExprKind::Value(_), _) => true,
            _ => false,
        }
    }

    /// Duties in each window: one that is broken waits for the act that settles it late.
    fn duties(&self) -> Vec<Held> {
        let each = self.policy.duties.iter().filter_map(|(id, of)| match &of.form {
            Form::DoEach { window, .. } if of.first == id && !of.silent => Some(Held {
                kind: HeldKind::Duty,
                of: of.name.clone(),
                holds: Vec::new(),
                until: vec!["it is done".to_owned()],
                then: Vec::new(),
                most: self.windows_in_term(*window),
                grows: None,
                span: of.core_span,
            }),
            _ => None,
        });
        each.collect()
    }

    /// What limits have let through: each of them is one sum for what it counts over.
    fn limits(&self) -> Vec<Held> {
        // By what they count over: the name, how many there can be, with what they grow, and where the first one is.
        let mut found: BTreeMap<String, (Option<u64>, Option<Growth>, Span)> = BTreeMap::new();
        for of in self.policy.consequences.values() {
            let (caps, accrues) = match &of.effect {
                Effect::Entry(entry) => (&entry.caps, false),
                Effect::Accrue(accrual) => (&accrual.caps, true),
                _ => continue,
            };
            // What accrues under limits of its own alone is one amount when it has stopped: nothing is added up meanwhile.
            let shared = |scope: CapScope| matches!(scope, CapScope::Window(_) | CapScope::Together);
            if accrues && !caps.iter().any(|cap| shared(self.policy.caps[*cap].scope)) {
                continue;
            }
            let case = match &of.on {
                Signal::Broken(duty) => match &self.policy.duties[*duty].form {
                    Form::Do { case, .. } | Form::MustNot { case, .. } => Some(*case),
                    Form::DoEach { .. } | Form::Keep { .. } => None,
                },
                Signal::ForEach(case, _) => Some(*case),
                _ => None,
            };
            let item = || case.map(|case| self.policy.cases[case].name.clone());
            for cap in caps.iter().map(|cap| &self.policy.caps[*cap]) {
                let (over, most, grows) = match cap.scope {
                    CapScope::Entry | CapScope::InAll if accrues => (item(), None, Some(Growth::Log)),
                    CapScope::Case(_) if case.is_some() => (item(), None, Some(Growth::Log)),
                    CapScope::Window(window) => {
                        let windows = Some(words(self.policy.windows[window]));
                        (windows, self.windows_in_term(window), Some(Growth::Time))
                    }
                    CapScope::Group(window) => {
                        let values = window.and_then(|id| Some(words(*self.policy.windows.find(id)?)));
                        let over = values.map_or("group".to_owned(), |window| format!("{window} and group"));
                        (Some(over), None, Some(Growth::Log))
                    }
                    CapScope::Entry | CapScope::InAll | CapScope::Case(_) | CapScope::Together => {
                        (None, Some(1), None)
                    }
                };
                if let Some(over) = over {
                    found.entry(over).or_insert((most, grows, cap.span));
                }
            }
        }
        let held = found.into_iter().map(|(of, (most, grows, span))| {
            let kind = HeldKind::Limit;
            let grows = grows.filter(|grows| *grows == Growth::Log || most.is_none());
            Held { kind, of, holds: Vec::new(), until: Vec::new(), then: Vec::new(), most, grows, span }
        });
        held.collect()
    }

    fn claims(&self) -> Vec<Held> {
        let claimed = self.policy.consequences.values().filter_map(|of| match &of.effect {
            Effect::Entry(entry) => Some((of, entry.claim.as_ref()?)),
            _ => None,
        });
        let each = claimed.map(|(of, claim)| Held {
            kind: HeldKind::Claim,
            of: of.name.clone(),
            holds: Vec::new(),
            until: vec!["it is claimed".to_owned(), "it is too late for that".to_owned()],
            then: Vec::new(),
            most: None,
            grows: None,
            span: claim.span,
        });
        each.collect()
    }

    fn notices(&self) -> Vec<Held> {
        let waiting = self.policy.consequences.values().filter_map(|of| match &of.effect {
            Effect::Tell(tell) => Some((of, tell.during?)),
            _ => None,
        });
        let each = waiting.map(|(of, calendar)| Held {
            kind: HeldKind::Notice,
            of: of.name.clone(),
            holds: Vec::new(),
            until: vec![format!("`{}` opens", self.policy.calendars[calendar].name)],
            then: Vec::new(),
            most: None,
            grows: None,
            span: of.span,
        });
        each.collect()
    }
}

/// What is gathered in windows that are cut alike.
struct Gathered {
    spec: WindowSpec,
    span: Span,
    names: BTreeSet<String>,
    /// The figures that need every value.
    values: BTreeSet<String>,
    /// Whether there can be any number of these values.
    open_values: bool,
    /// Whether there is a figure for each value of a field that can have any number of them.
    open_groups: bool,
    /// Whether figures wait for verdicts.
    waits: bool,
}

impl Gathered {
    fn new(spec: WindowSpec, span: Span) -> Self {
        let (names, values) = (BTreeSet::new(), BTreeSet::new());
        Self { spec, span, names, values, open_values: false, open_groups: false, waits: false }
    }

    fn held(self, of: String) -> Held {
        let mut holds: Vec<String> = counted(self.names.len(), "figure", "figures").into_iter().collect();
        if !self.values.is_empty() {
            let names: Vec<String> = self.values.iter().map(|name| format!("`{name}`")).collect();
            holds.push(format!("every different value of {}", names.join(" and ")));
        }
        let mut then = Vec::new();
        if self.waits {
            then.push("the verdicts on what counts in it are known".to_owned());
        }
        if self.spec.count() > 1 {
            then.push("no later one looks back at it".to_owned());
        }
        // A window that is as long as the term holds what comes for as long.
        let grows = self.spec == WindowSpec::Term && (self.open_values || self.open_groups);
        let (kind, until) = (HeldKind::Window, vec!["it is over".to_owned()]);
        let grows = grows.then_some(Growth::Log);
        Held { kind, of, holds, until, then, most: None, grows, span: self.span }
    }
}

/// Whether a condition is on a verdict, which may come later than its window is over.
fn waits(condition: &crate::policy::Expr) -> bool {
    condition.any(&|part| matches!(part.kind, ExprKind::Verdict(..) | ExprKind::VerdictOf(..)))
}

/// The act by which a debt is over.
fn paid_by(case: &Case) -> Option<String> {
    let paid = case.debt.as_ref()?.paid;
    case.acts.get(paid as usize).map(|track| track.done.clone())
}

/// So many nanoseconds in the largest unit in which they are whole.
fn lasting_nanos(nanos: i64) -> String {
    const DAY: i64 = 24 * 3_600_000_000_000;
    if nanos > 3 * DAY && nanos % DAY == 0 {
        return format!("{} days of 24 hours", nanos / DAY);
    }
    lasting(&Exact::ratio(i128::from(nanos), 1_000_000_000).unwrap_or(Exact::ZERO))
}

/// A number of things; nothing where there is none.
fn counted(number: usize, one: &str, many: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    }
}

/// How the text calls windows.
fn words(spec: WindowSpec) -> String {
    let unit = |unit: WindowUnit| match unit {
        WindowUnit::Day => "day",
        WindowUnit::Week => "week",
        WindowUnit::Month => "month",
        WindowUnit::Quarter => "quarter",
        WindowUnit::Year => "year",
    };
    match spec {
        WindowSpec::Calendar(of) => format!("calendar {}", unit(of)),
        WindowSpec::Contract(of) => format!("contract {}", unit(of)),
        WindowSpec::From(of, day) => format!("{} from day {day}", unit(of)),
        WindowSpec::Rolling { count, unit: of, .. } => format!("rolling {count} {}s", unit(of)),
        WindowSpec::Clock(seconds) => lasting(&Exact::integer(i128::from(seconds.get()))),
        WindowSpec::Term => "term".to_owned(),
    }
}
