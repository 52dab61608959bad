//! Figures over windows: folds gather while events go by, measures compute from folds.

use crate::policy::{CalendarId, CaseId, DutyId, EventId, Expr, FoldId, ValueType, WindowId};
use crate::value::{Exact, Rounding};
use servanda_diagnostics::Span;
use std::collections::BTreeMap;

/// A measure: an expression over folds and other measures of the same window.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Measure {
    /// Its name.
    pub name: String,
    /// Its window.
    pub window: WindowId,
    /// Its value.
    pub value: Expr,
    /// What it is measured in.
    pub unit: Unit,
    /// Of how much it must be made to be a figure at all.
    pub needing: Option<Needing>,
    /// How it is rounded, and to a multiple of how much of its unit.
    pub rounded: Option<(Rounding, Exact)>,
    /// What no data counts as when a duty judges it.
    pub empty: Empty,
    /// What happens to a window that the term cuts.
    pub partial: Partial,
    /// The whole declaration.
    pub span: Span,
    /// Its name's place.
    pub name_span: Span,
    /// Its window's place; its name's where none is written.
    pub window_span: Span,
}

/// Of how much a figure must be made: with less, there is no data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Needing {
    /// How much of it there must be: a number that a window cannot change.
    pub least: Expr,
    /// What is counted.
    pub sample: Sample,
}

/// What a figure is made of, as far as its number is concerned.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// The members of a fold over items.
    Members(FoldId),
    /// What it is divided by.
    Divisor(Expr),
}

/// What a figure is measured in; a share is between 0 and 1 and shown in percent.
pub type Unit = ValueType;

/// What no data counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// Neither met nor missed: the duty is not applicable.
    NoData,
    /// As met.
    Kept,
    /// As missed.
    Broken,
}

/// What happens to a window that the term cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// It counts like any other.
    InFull,
    /// Targets that are counts, money or lengths shrink with its share of the full window's dates.
    Prorated,
    /// It is not judged.
    LeftOut,
}

/// A figure of its own for each value of a field: of the things that are counted in windows for each of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grouping {
    /// The field.
    pub field: String,
    /// The values that the field can have, where its type lists them: each is there in every window. Else a value is there
    /// in a window as soon as something has it that counts in it.
    pub words: Option<Vec<String>>,
    /// The place of the field among those that are kept of each case that is counted.
    pub cases: BTreeMap<CaseId, u32>,
    /// The place of the field among those of each event type that is counted.
    pub events: BTreeMap<EventId, u32>,
}

/// What is gathered per window.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fold {
    /// The window.
    pub window: WindowId,
    /// What is gathered.
    pub kind: FoldKind,
    /// What its figure is measured in: the sum of nothing is zero of it.
    pub unit: Unit,
    /// Where it is written.
    pub span: Span,
}

/// What a fold gathers.
#[derive(Debug, Clone, PartialEq)]
pub enum FoldKind {
    /// Something over items: events, cases or breaches.
    Items {
        /// Which items.
        source: Source,
        /// Which of them: over a case's fields, an event's fields (`FactField`).
        filter: Option<Expr>,
        /// Only those whose instant lies in a calendar's openings, or outside of them.
        during: Option<Hours>,
        /// Which instant puts an item into a window.
        counted_at: CountedAt,
        /// What happens to items that are not decided.
        open: OpenItems,
        /// What is gathered.
        of: ItemFold,
    },
    /// A length of time in seconds.
    Time {
        /// While this is so.
        within: Steps,
        /// Or while it is not so.
        negated: bool,
        /// Only while this calendar is open.
        during: Option<CalendarId>,
        /// This time is not there at all.
        leaving_out: Option<Steps>,
        /// As a share of the time that is there; else the length itself.
        share: bool,
    },
}

/// The openings of a calendar, or the time outside of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hours {
    /// The calendar.
    pub calendar: CalendarId,
    /// The time in which it is closed.
    pub outside: bool,
}

impl Hours {
    /// The openings of a calendar, or the time outside of them.
    pub const fn new(calendar: CalendarId, outside: bool) -> Self {
        Self { calendar, outside }
    }
}

/// Where a fold's items come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Events of a type.
    Events(EventId),
    /// Items of a case.
    Cases(CaseId),
    /// Breaches of duties.
    Breaches(Vec<DutyId>),
}

/// Which instant of an item puts it into a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedAt {
    /// Its beginning, or the instant of an event.
    Beginning,
    /// Its end.
    End,
    /// The deadline of the duty that is asked for.
    Deadline,
    /// When the duty was decided.
    Decision,
}

/// What happens to items that are not decided when the window is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenItems {
    /// The figure stays provisional until they are.
    Wait,
    /// They do not count.
    LeaveOut,
    /// They count as fulfilling the condition, or as not.
    CountAs(bool),
}

/// What is gathered over items.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemFold {
    /// How many.
    Count,
    /// How many different values there are of something.
    Distinct(Expr),
    /// The share for which a condition holds. A condition on a verdict waits for it; any other is read at the
    /// end of the window.
    Share(Expr),
    /// The sum of a quantity.
    Sum(Expr),
    /// The mean of a quantity.
    Average(Expr),
    /// The greatest.
    Highest(Expr),
    /// The least.
    Lowest(Expr),
    /// That of the first item.
    First(Expr),
    /// That of the last item.
    Latest(Expr),
    /// The value at a rank.
    Percentile {
        /// Of what.
        of: Expr,
        /// Which: more than 0, at most 1.
        rank: Exact,
        /// Whether what lies between two values is interpolated; else the nearest rank: the least value that so many are not
        /// above.
        linear: bool,
    },
}

impl ItemFold {
    /// What of each member is gathered, where it is more than that there is one.
    pub const fn quantity(&self) -> Option<&Expr> {
        match self {
            ItemFold::Count | ItemFold::Share(_) => None,
            ItemFold::Distinct(of)
            | ItemFold::Sum(of)
            | ItemFold::Average(of)
            | ItemFold::Highest(of)
            | ItemFold::Lowest(of)
            | ItemFold::First(of)
            | ItemFold::Latest(of)
            | ItemFold::Percentile { of, .. } => Some(of),
        }
    }
}

/// A step function that is on or off: when items of cases are alive.
#[derive(Debug, Clone, PartialEq)]
pub enum Steps {
    /// While an item of the case is alive for which the condition held at its beginning.
    Alive {
        /// The case.
        case: CaseId,
        /// Which items.
        filter: Option<Expr>,
    },
    /// While all are on.
    All(Vec<Steps>),
    /// While any is on.
    Any(Vec<Steps>),
    /// While the first is on and the second is not.
    ButNot(Box<Steps>, Box<Steps>),
}
