//! Who must what by when.

use crate::policy::{
    CalendarId, CaseId, ClauseId, ConsequenceId, DutyId, Expr, ExprKind, MeasureId, PartyId, Pattern, Value,
    WindowId,
};
use crate::time::Ending;
use crate::value::Exact;
use serde::{Deserialize, Serialize};
use servanda_diagnostics::Span;
use servanda_parser::ast::{Relation, Roll};

/// A duty.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Duty {
    /// Its clause.
    pub clause: ClauseId,
    /// Its address: `7(b)`, or `7` where the clause has one sentence without a label.
    pub name: String,
    /// Who must; a party or a role.
    pub debtor: PartyId,
    /// To whom, where there are two parties.
    pub creditor: Option<PartyId>,
    /// What.
    pub form: Form,
    /// The duty at the same place in the earliest version that has one: itself, or one of an earlier version. What
    /// is said of one of them is said of all.
    pub first: DutyId,
    /// What moves its deadline: duties on other items that name this one, while they are late and not done.
    pub extended_by: Vec<Extension>,
    /// Whether it binds nobody and only sees to it that somebody is told, or that something begins, when it is broken:
    /// there is no verdict on it.
    pub silent: bool,
    /// What follows a breach.
    pub otherwise: Vec<ConsequenceId>,
    /// The whole sentence.
    pub span: Span,
    /// The subject, the verb and the object: what a message points at.
    pub core_span: Span,
}

/// What a duty demands.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// An act on each item of a case, by a deadline; without a deadline, before the item's end.
    Do {
        /// The case.
        case: CaseId,
        /// The act's place in the case's acts.
        act: u32,
        /// Which items; read at their beginning.
        filter: Option<Expr>,
        /// By when.
        deadline: Option<Deadline>,
    },
    /// An act in each window; an act settles the oldest window that has begun and is open.
    DoEach {
        /// The case, of [`crate::policy::Life::Windowed`].
        case: CaseId,
        /// The acts that count, with the debtor's own field already in the filter.
        acts: Vec<Pattern>,
        /// The window.
        window: WindowId,
        /// By which point of the window.
        by: Point,
        /// Not in each window, but in one in which another duty is broken, from that instant on.
        rise: Option<Rise>,
    },
    /// A figure within bounds.
    Keep {
        /// The measure.
        measure: MeasureId,
        /// Each must hold.
        targets: Vec<(Relation, Expr)>,
        /// Only windows that begin while this calendar is open are judged.
        during: Option<CalendarId>,
    },
    /// No such act. Each item of the case is one subject: broken at the act, kept at the item's end or the term's.
    MustNot {
        /// The case.
        case: CaseId,
        /// The act's place in the case's acts.
        act: u32,
        /// Which items; read at their beginning.
        filter: Option<Expr>,
        /// The act breaks the duty where this is true just before it: over the item and the act's own fields.
        when: Option<Expr>,
    },
}

impl Form {
    /// The place of an act that nothing does.
    pub const NO_ACT: u32 = u32::MAX;
}

/// A delay that extends a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension {
    /// The duty that is late.
    pub duty: DutyId,
    /// The place of the field of its items that holds the key of the item that is extended; without one it is the same
    /// item.
    pub field: Option<u32>,
}

/// A breach from which a duty arises.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rise {
    /// The duty whose breach it is: on a window of the same kind.
    pub cause: DutyId,
    /// How long there is time from the breach on; without it, until the point of the window.
    pub within: Option<(Expr, Ending)>,
}

impl Rise {
    /// Whether what arises may be late as soon as it arises: all of it but what has a time that is surely more than none.
    pub(crate) fn may_be_late_at_once(&self) -> bool {
        let length = self.within.as_ref().map(|(length, _)| &length.kind);
        !matches!(length, Some(ExprKind::Value(Value::Length(length))) if length.amount > Exact::ZERO)
    }
}

/// By when.
#[derive(Debug, Clone, PartialEq)]
pub enum Deadline {
    /// A length of time after a start.
    Within {
        /// A length ([`crate::policy::Value::Length`]), read at the item's beginning.
        length: Expr,
        /// The start.
        from: From,
        /// Where a budget that ends at a closing ends.
        ending: Ending,
        /// After this share of the time only: the time that passes, or in which the calendar of its days is open.
        share: Option<Exact>,
        /// Where a date goes that falls on a closed day of a calendar.
        roll: Option<(Roll, CalendarId)>,
        /// How it counts.
        counting: Counting,
        /// Where it is written.
        span: Span,
    },
    /// A fixed point.
    By(Point),
}

/// How a length of time counts: where nothing is said, as [`Counting::default`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counting {
    /// Whether what is done at the very moment of the deadline is late.
    pub late_at_deadline: bool,
    /// Where days land.
    pub landing: Landing,
    /// Whether the date of the start is day 1, and not day 0.
    pub first_day: bool,
    /// What pauses do to the clock.
    pub pauses: PausesCount,
    /// Only whole units count, of so many nanoseconds each: those that have begun, or those that are completed.
    pub rounded: Option<(Whole, i128)>,
}

/// At which moment of its date a length of days ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Landing {
    /// Business days at the closing of the date, others at its end.
    #[default]
    Closing,
    /// At the time of day of the start; where that is a date, at the end of the date.
    SameTimeOfDay,
    /// At the end of the date.
    EndOfDate,
}

/// What the pauses of an item do to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PausesCount {
    /// It stands still meanwhile.
    #[default]
    Stop,
    /// Nothing.
    Ignored,
    /// The deadline moves by as long as they take, closed hours too.
    Elapsed,
}

/// Which units of time count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// Those that have begun.
    Begun,
    /// Those that are completed.
    Completed,
}

/// The start of a length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// The item's beginning (its `begins at` field where it has one).
    Beginning,
    /// The field of this place in the case's fields.
    Field(u32),
    /// When the act of this place in the case's acts is done.
    Done(u32),
    /// When the act of the duty was done last, or the item's beginning: it has to be done again and again.
    Again,
}

/// A point in time, relative to a window where it says `the period`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    /// The end of the window.
    EndOfPeriod,
    /// The nth or last business or calendar day of the window: its closing, or the end of its date.
    DayOfPeriod {
        /// Which; none is the last.
        nth: Option<u32>,
        /// The calendar; none counts calendar days.
        calendar: Option<CalendarId>,
        /// The end of the date instead of the closing.
        end_of_date: bool,
    },
    /// A date: its end.
    Date(crate::time::Date),
    /// A civil time, as written, in the agreement's zone.
    Civil(crate::time::Date, i64),
}

/// What becomes of a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Done in time, or the figure within its bounds.
    Kept,
    /// Not done in time, or the figure outside.
    Broken,
    /// Not decided yet.
    Pending,
    /// Released by what the agreement excuses.
    Excused,
    /// Nothing to judge: no data.
    NotApplicable,
    /// Data or arithmetic failed; the cause is named.
    Indeterminate,
}

impl Verdict {
    /// The word in tables, JSON and messages.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Kept => "kept",
            Verdict::Broken => "broken",
            Verdict::Pending => "pending",
            Verdict::Excused => "excused",
            Verdict::NotApplicable => "not applicable",
            Verdict::Indeterminate => "indeterminate",
        }
    }
}

/// A set of verdicts, for conditions: `is kept`, `is not broken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts(u8);

impl Verdicts {
    /// Only this one.
    pub const fn only(verdict: Verdict) -> Self {
        Self(1 << verdict as u8)
    }

    /// Every other one.
    #[must_use]
    pub const fn inverted(self) -> Self {
        Self(!self.0 & 0b11_1111)
    }

    /// Whether it is in the set.
    pub const fn contains(self, verdict: Verdict) -> bool {
        self.0 & (1 << verdict as u8) != 0
    }
}
