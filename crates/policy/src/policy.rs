//! The checked policy: what an agreement's text means, with every name resolved and every type known.
//!
//! The types here are plain data for whoever evaluates; only `check` builds them, so that only a checked policy
//! can be evaluated. Nothing here evaluates, and nothing knows how a policy was spelled, apart from the spans
//! that lead a figure back to its clause.

mod attachment;
mod case;
mod consequence;
mod duty;
mod event;
mod expr;
mod measure;
mod param;
mod value;
mod version;

pub use attachment::Attachment;
pub use case::{ActTrack, Begin, Case, CaseField, Debt, Life, Pattern, Payments, Reopens, Settled, Trigger};
pub use consequence::{
    Accrual, Cap, CapScope, ClaimStart, Claimed, Compounding, Consequence, Counted, Effect, Ending, Entry,
    Kept, Right, RightKind, Running, Signal, Silence, Standing, Suspension, Tell,
};
pub use duty::{
    Counting, Deadline, Duty, Extension, Form, From, Landing, PausesCount, Point, Rise, Verdict, Verdicts,
    Whole,
};
pub use event::{EventType, Field, FieldType, LogNames};
pub use expr::{Band, Expr, ExprKind, Operation, Row, RowKey};
pub use measure::{
    CountedAt, Empty, Fold, FoldKind, Grouping, Hours, ItemFold, Measure, Needing, OpenItems, Partial,
    Sample, Source, Steps, Unit,
};
pub(crate) use param::order;
pub use param::{Annex, Bound, BoundKind, Param, ParamInput};
pub use value::{Length, LengthKind, Value, ValueType};
pub use version::{CivilTime, Extent, Unsigned, Version};

use crate::arena::{Id, Table, ids};
use crate::time::{CalendarSpec, WindowSpec};
use crate::value::Rounding;
use servanda_diagnostics::Span;

ids! {
    /// Names a parameter.
    ParamId
    /// Names a party or a role.
    PartyId
    /// Names a calendar.
    CalendarId
    /// Names a window.
    WindowId
    /// Names an event type.
    EventId
    /// Names a case.
    CaseId
    /// Names a fold: a figure gathered per window while events go by.
    FoldId
    /// Names a measure.
    MeasureId
    /// Names a duty.
    DutyId
    /// Names a consequence: an entry, an accrual or a notice.
    ConsequenceId
    /// Names a cap.
    CapId
    /// Names a clause.
    ClauseId
    /// Names a kind of entry: the word after `as`.
    KindId
    /// Names a version of the agreement.
    VersionId
}

/// A checked policy, ready to be bound to instances and evaluated.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// The agreement's title.
    pub title: String,
    /// Where the title stands.
    pub span: Span,
    /// The version of the language that it is written in.
    pub language: u32,
    /// What an instance gives.
    pub params: Table<ParamId, Param>,
    /// Parties and roles.
    pub parties: Table<PartyId, Party>,
    /// From when until when.
    pub term: Term,
    /// The name of the zone, a text constant or a parameter.
    pub zone: Expr,
    /// The currency, a constant or a parameter.
    pub currency: Expr,
    /// How entries are rounded unless they say otherwise.
    pub rounding: Rounding,
    /// How late an event may arrive, and how far apart two events with one id are still one: in nanoseconds.
    pub lateness: i64,
    /// Under which names the log has the envelope.
    pub log: LogNames,
    /// The calendars.
    pub calendars: Table<CalendarId, Calendar>,
    /// The windows that measures, duties and caps use.
    pub windows: Table<WindowId, WindowSpec>,
    /// The version to which each window belongs: there are only those that start while it governs. None where there
    /// is one version only.
    pub window_versions: Table<WindowId, Option<VersionId>>,
    /// Of the windows in which something is counted for each value of a field: of which.
    pub groups: Table<WindowId, Option<Grouping>>,
    /// What we are told.
    pub events: Table<EventId, EventType>,
    /// What we follow.
    pub cases: Table<CaseId, Case>,
    /// What is gathered per window.
    pub folds: Table<FoldId, Fold>,
    /// The measures, each after those that it reads in the same window.
    pub measures: Table<MeasureId, Measure>,
    /// The duties, in the order of the text.
    pub duties: Table<DutyId, Duty>,
    /// What follows, in the order of the text.
    pub consequences: Table<ConsequenceId, Consequence>,
    /// The caps.
    pub caps: Table<CapId, Cap>,
    /// The clauses, in the order of the text.
    pub clauses: Table<ClauseId, Clause>,
    /// The prose that stands outside of the clauses.
    pub prose: Vec<Prose>,
    /// The papers that are part of it, in all its versions.
    pub attachments: Vec<Attachment>,
    /// The kinds of entry.
    pub kinds: Table<KindId, String>,
    /// Measures and the duties to keep them, in an order in which each comes after what it reads.
    pub order: Vec<Step>,
    /// The scenarios of the file, as written; whoever runs them resolves them.
    pub scenarios: Vec<servanda_parser::ast::Scenario>,
    /// The instances that the text itself gives.
    pub annexes: Vec<Annex>,
    /// The versions of the agreement, in the order in which they come into force: the text as it was first, and then
    /// with one amendment more each.
    pub versions: Table<VersionId, Version>,
    /// What somebody has not signed, and is therefore not in force: amendments, or the agreement itself.
    pub unsigned: Vec<Unsigned>,
    /// A hash of the meaning: blank space and comments do not change it.
    pub hash: String,
}

impl Policy {
    /// Whether the agreement is signed by all whose signatures it asks for; without that nothing is in force.
    pub fn is_signed(&self) -> bool {
        !self.unsigned.iter().any(|unsigned| unsigned.span == self.span)
    }

    /// How much its tables hold.
    pub(crate) fn extent(&self) -> Extent {
        Extent {
            events: self.events.len(),
            cases: self.cases.len(),
            fields: self.cases.values().map(|case| case.fields.len()).collect(),
            windows: self.windows.len(),
            folds: self.folds.len(),
            duties: self.duties.len(),
            caps: self.caps.len(),
        }
    }

    /// What counts as done on an item where a consequence lets something count as done, as a statement says it of who was
    /// silent.
    pub fn words_of_silence(&self, of: &Consequence) -> Option<String> {
        let (Effect::CountsAs(silence), Signal::Broken(duty)) = (&of.effect, &of.on) else { return None };
        let Form::Do { case, .. } = &self.duties.find(*duty)?.form else { return None };
        let act = self.cases.find(*case)?.acts.get(silence.act as usize)?;
        Some(format!("has {} by silence", act.done))
    }

    /// The version that has brought a case.
    pub fn brought_by(&self, case: CaseId) -> VersionId {
        let brought = self.versions.iter().find(|(_, version)| case.index() < version.extent.cases);
        brought.map_or(VersionId(0), |(id, _)| id)
    }

    /// The version that a duty, or what follows from it, is of.
    pub fn version_of(&self, clause: ClauseId) -> VersionId {
        self.clauses[clause].version
    }

    /// The same measure in every version: those with the name of one, measured in the same, in windows that are cut
    /// like its.
    pub fn same_measures(&self, id: MeasureId) -> impl Iterator<Item = MeasureId> {
        let own = &self.measures[id];
        let alike = self.measures.iter().filter(move |(_, other)| {
            other.name == own.name
                && self.same_unit(other.unit, own.unit)
                && self.windows[other.window] == self.windows[own.window]
                && self.grouped_by(other.window) == self.grouped_by(own.window)
        });
        alike.map(|(id, _)| id)
    }

    /// The field for each value of which there is a figure of its own in a window.
    pub fn grouped_by(&self, window: WindowId) -> Option<&str> {
        self.groups.find(window)?.as_ref().map(|grouping| grouping.field.as_str())
    }

    /// The folds upon what of which a fold looks back: itself, and the same of other versions. None where its windows do not
    /// roll.
    pub fn looked_back_upon(&self, id: FoldId) -> Vec<FoldId> {
        let mut found = Vec::new();
        if self.windows[self.folds[id].window].count() == 1 {
            return found;
        }
        for (measure, of) in self.measures.iter() {
            let own = of.value.folds();
            let Some(place) = own.iter().position(|fold| *fold == id) else { continue };
            for other in self.same_measures(measure) {
                let theirs = self.measures[other].value.folds();
                let alike = own.len() == theirs.len()
                    && own.iter().zip(&theirs).all(|(one, other)| self.gathers_alike(*one, *other));
                found.extend(theirs.get(place).filter(|_| alike));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether two folds gather the same over things of the same kind: what one has gathered can be added to what the other
    /// has.
    pub fn gathers_alike(&self, one: FoldId, other: FoldId) -> bool {
        let (one, other) = (&self.folds[one], &self.folds[other]);
        let same = match (&one.kind, &other.kind) {
            (FoldKind::Items { of: one, .. }, FoldKind::Items { of: other, .. }) => {
                std::mem::discriminant(one) == std::mem::discriminant(other)
            }
            (
                FoldKind::Time { negated: one, share, .. },
                FoldKind::Time { negated: other, share: as_share, .. },
            ) => one == other && share == as_share,
            _ => false,
        };
        same && self.same_unit(one.unit, other.unit) && self.windows[one.window] == self.windows[other.window]
    }

    /// Whether figures of two versions are measured in the same. The hours of a calendar may differ from version to
    /// version; what they are called does not.
    fn same_unit(&self, one: Unit, other: Unit) -> bool {
        let calendar = |kind: LengthKind| match kind {
            LengthKind::Open(calendar) | LengthKind::BusinessDays(calendar) => {
                Some(&self.calendars[calendar].name)
            }
            LengthKind::Physical | LengthKind::CalendarDays | LengthKind::Months => None,
        };
        match (one, other) {
            (Unit::Length(one), Unit::Length(other))
            | (Unit::MoneyPer(one), Unit::MoneyPer(other))
            | (Unit::SharePer(one), Unit::SharePer(other)) => {
                std::mem::discriminant(&one) == std::mem::discriminant(&other)
                    && calendar(one) == calendar(other)
            }
            (Unit::Count | Unit::Number, Unit::Count | Unit::Number) => true,
            _ => one == other,
        }
    }

    /// The calendars of a version with their names, in the order of its text.
    pub fn calendars_of(&self, version: VersionId) -> impl Iterator<Item = (CalendarId, &Calendar)> {
        let ids = self.versions.find(version).map_or(&[][..], |version| &version.calendars);
        ids.iter().filter_map(|id| Some((*id, self.calendars.find(*id)?)))
    }

    /// The calendar that the sentences of a version call by this name.
    pub fn calendar_named(&self, name: &str, version: VersionId) -> Option<CalendarId> {
        self.calendars_of(version).find(|(_, calendar)| calendar.name == name).map(|(id, _)| id)
    }

    /// The parameter with this name.
    pub fn param_named(&self, name: &str) -> Option<ParamId> {
        self.params.iter().find(|(_, param)| param.name == name).map(|(id, _)| id)
    }
}

/// One step in the order of evaluation at the end of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A measure becomes final.
    Measure(MeasureId),
    /// A duty to keep a measure is judged.
    Duty(DutyId),
}

/// A party or a role under a party.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Party {
    /// The name by which sentences call it.
    pub name: String,
    /// What it is called outside of the policy: a text constant or a parameter.
    pub title: Option<Expr>,
    /// The party of a role; none for a party.
    pub of: Option<PartyId>,
    /// Whether it is a third party: it has not agreed to anything, but may gain something.
    pub third: bool,
    /// Where it is declared.
    pub span: Span,
}

impl Party {
    /// Whether it is one of the parties that have agreed: no role, and no third party.
    pub fn has_agreed(&self) -> bool {
        self.of.is_none() && !self.third
    }
}

/// The time for which the agreement is in force.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Term {
    /// The first date: a date constant or a parameter.
    pub from: Expr,
    /// How it ends; without an end it goes on.
    pub end: Option<TermEnd>,
    /// Whether it begins again when it is over, each time for the same length.
    pub renewing: bool,
    /// Where it is written.
    pub span: Span,
}

/// The end of the term.
#[derive(Debug, Clone, PartialEq)]
pub enum TermEnd {
    /// After so many months or calendar days from the first date.
    For(Expr),
    /// After this date.
    Until(Expr),
}

/// A calendar as declared; binding gives it the agreement's zone where it has none.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Calendar {
    /// Its name, also the kind of its days and hours.
    pub name: String,
    /// Its openings.
    pub spec: CalendarSpec,
    /// Its own zone.
    pub zone: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A clause: the address of its sentences.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Clause {
    /// `3.1`
    pub number: String,
    /// The title.
    pub title: String,
    /// Whether it goes on after the end of the agreement.
    pub survives: bool,
    /// Its prose.
    pub prose: Vec<Prose>,
    /// The version that says so.
    pub version: VersionId,
    /// Where its number is.
    pub span: Span,
    /// What stands behind its title, to its closing brace.
    pub body: Span,
}

/// A text of a clause or of the agreement.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Prose {
    /// Whether it is the short form for the public.
    pub public: bool,
    /// The language, where not the agreement's main one.
    pub language: Option<String>,
    /// Text and values in turn.
    pub parts: Vec<ProsePart>,
    /// Where it is.
    pub span: Span,
}

/// A part of a prose.
#[derive(Debug, Clone, PartialEq)]
pub enum ProsePart {
    /// Text as written.
    Text(String),
    /// A value of the agreement.
    Value(Expr),
}
