//! What follows: entries, accruals and notices, and the caps that limit them.

use crate::policy::{
    CalendarId, CapId, CaseId, ClauseId, ConsequenceId, DutyId, Expr, ExprKind, KindId, PartyId, Pattern,
    WindowId,
};
use crate::time::WindowSpec;
use crate::value::Rounding;
use servanda_diagnostics::Span;
use std::borrow::Cow;

/// A consequence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Consequence {
    /// Its clause.
    pub clause: ClauseId,
    /// Its address: that of the duty, or of its own sentence.
    pub name: String,
    /// When it arises.
    pub on: Signal,
    /// Only if this holds then.
    pub only: Option<Expr>,
    /// What arises.
    pub effect: Effect,
    /// Where it says that nothing else of money follows from the same breach.
    pub sole: Option<Span>,
    /// The whole sentence.
    pub span: Span,
}

impl Consequence {
    /// The case of which it pays out what payments have left as credit, where it does.
    pub fn pays_out(&self) -> Option<CaseId> {
        match &self.effect {
            Effect::Entry(Entry { amount: Expr { kind: ExprKind::Rest(case), .. }, .. }) => Some(*case),
            _ => None,
        }
    }
}

/// When a consequence arises.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// Once for each breach of a duty, at its instant.
    Broken(DutyId),
    /// Once at the end of each window, when the figures that it reads are final.
    Each(WindowId),
    /// Once for each item of a case, at its beginning, where the condition holds.
    ForEach(CaseId, Option<Expr>),
    /// Once for each event.
    ForEvent(Pattern),
    /// Each time that a duty has come to be broken in so many windows.
    Running(Running),
    /// Once for each amount that has followed a breach and is earned back: the entry goes the other way, its amount is the
    /// share of what passed the caps, and its subject that of the breach.
    Kept(Kept),
    /// Once, at the first instant at which something holds, what happens at that instant included.
    Standing(Standing),
    /// At each instant at which what this credit has left pays a principal, or is paid out: the entry goes the other way,
    /// and its amount is what is paid so.
    Paid(ConsequenceId),
}

/// A duty is kept so many windows one behind the other, behind one in which it was broken: a window without data neither
/// counts nor interrupts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// The duty: one in each window, or one to keep a figure.
    pub duty: DutyId,
    /// What has followed its breach.
    pub of: ConsequenceId,
    /// In how many.
    pub count: u32,
}

/// What has to hold, all of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Standing {
    /// The agreement has ended: by its term, or sooner.
    pub ended: bool,
    /// Who owes whom nothing: of no open debt is principal unpaid, nor anything else that its payments settle; and where
    /// the text says so.
    pub settled: Vec<(PartyId, PartyId, Span)>,
}

/// A duty is broken in so many windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Running {
    /// The duty: one in each window, or one to keep a figure.
    pub duty: DutyId,
    /// Its windows.
    pub window: WindowId,
    /// In how many.
    pub count: u32,
    /// Of how many, counted back from the last that is decided; without it, one behind the other: a window without data
    /// neither counts nor interrupts.
    pub of: Option<u32>,
}

/// What somebody may do, or has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Right {
    /// Who may.
    pub holder: PartyId,
    /// What.
    pub what: RightKind,
}

/// What a right is to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RightKind {
    /// To end the agreement.
    End,
    /// Something that passes to its holder, as the text calls it.
    Title(String),
}

impl RightKind {
    /// What the holder may or has, as a sentence says it.
    pub fn words(&self) -> Cow<'static, str> {
        match self {
            RightKind::End => "may end this agreement".into(),
            RightKind::Title(title) => format!("has \"{title}\"").into(),
        }
    }
}

/// Somebody uses a right to end the agreement: by an event, in the moment after which its end is known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ending {
    /// Who may.
    pub holder: PartyId,
    /// The field of the event that says who uses it; none where only the holder can.
    pub giver: Option<u32>,
    /// How long the agreement goes on: months or calendar days, a constant or a parameter. Without it, until the end of
    /// the event's date.
    pub notice: Option<Expr>,
    /// What has to be over with the agreement: it ends with the one that holds the date on which the notice is over.
    pub to: Option<WindowSpec>,
    /// The right that must have arisen before; none where it is there from the beginning.
    pub right: Option<ConsequenceId>,
}

impl Ending {
    /// What the holder does, as a statement says it.
    pub const WORDS: &'static str = "ends this agreement";
}

/// Somebody suspends duties: by an event, while another duty is late on any item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Suspension {
    /// Who may.
    pub holder: PartyId,
    /// The field of the event that says who does it; none where only the holder can.
    pub giver: Option<u32>,
    /// The duties, each in the earliest version that has it.
    pub duties: Vec<DutyId>,
    /// The clauses and sentences that they are of, as written.
    pub written: Vec<String>,
    /// The duty that has to be late, in the earliest version that has it.
    pub during: DutyId,
    /// The event by which it is given up.
    pub until: Option<Pattern>,
}

impl Suspension {
    /// Whether it suspends a duty, of whichever version: one that it names, or one that binds nobody and sees to it that
    /// somebody is told of one that it names.
    pub fn suspends(&self, policy: &crate::policy::Policy, id: DutyId) -> bool {
        let duty = &policy.duties[id];
        let names = |duty: &crate::policy::Duty| self.duties.contains(&duty.first);
        let version = policy.version_of(duty.clause);
        let same = |other: &crate::policy::Duty| {
            !other.silent && other.name == duty.name && policy.version_of(other.clause) == version
        };
        match &duty.form {
            crate::policy::Form::MustNot { .. } => false,
            crate::policy::Form::Do { .. } if duty.silent => {
                policy.duties.values().any(|other| same(other) && names(other))
            }
            _ => !duty.silent && names(duty),
        }
    }

    /// What the holder does, as a statement says it.
    pub fn words(&self) -> String {
        match self.written.as_slice() {
            [] => String::new(),
            [one] => format!("suspends {one}"),
            [rest @ .., last] => format!("suspends {} and {last}", rest.join(", ")),
        }
    }
}

/// An act that counts as done on an item because somebody has not said otherwise in time: on the breach of a duty on it
/// that binds nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Silence {
    /// Whose silence it is.
    pub by: PartyId,
    /// The place of the act in the case's acts.
    pub act: u32,
}

/// Somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tell {
    /// Who.
    pub to: PartyId,
    /// In whose hours alone: what arises outside of them is told when it opens next.
    pub during: Option<CalendarId>,
    /// The duty that it warns of, where it does: once that is decided, nobody is told any more.
    pub warns_of: Option<DutyId>,
}

/// What arises.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// One amount.
    Entry(Entry),
    /// An amount for each period, until it is stopped.
    Accrue(Accrual),
    /// Somebody is told.
    Tell(Tell),
    /// Somebody may do something.
    Right(Right),
    /// Somebody ends the agreement.
    End(Ending),
    /// What somebody has not done in time counts as done.
    CountsAs(Silence),
    /// Somebody suspends what it has to do: by an event, while the other side is late.
    Suspend(Suspension),
}

/// One amount that a party owes another.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Who owes.
    pub debtor: PartyId,
    /// To whom.
    pub creditor: PartyId,
    /// `credits` rather than `owes`.
    pub credits: bool,
    /// The word after `as`; without one, `credit` or `fee` by the verb.
    pub kind: KindId,
    /// How much: money. Reads the measure of the broken duty, the item's fields, parameters.
    pub amount: Expr,
    /// Raised to at least this.
    pub at_least: Option<Expr>,
    /// Nothing is booked where it is less than this.
    pub nothing_below: Option<Expr>,
    /// The caps that it passes, in the order of the text.
    pub caps: Vec<CapId>,
    /// How it is rounded.
    pub rounding: Rounding,
    /// It is owed only if this claims it.
    pub claim: Option<Claimed>,
}

/// What claims an amount, and how long there is time for it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Claimed {
    /// The event, with the test that it is the creditor's where it names one party.
    pub by: Pattern,
    /// The field of the event that names the item that the amount is about.
    pub named: Option<u32>,
    /// A length of time, read when the amount arises.
    pub length: Expr,
    /// Where a budget that ends at a closing ends.
    pub ending: crate::time::Ending,
    /// From when on there is time.
    pub from: ClaimStart,
    /// Where it is written.
    pub span: Span,
}

/// From when on there is time for a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimStart {
    /// When the amount arises.
    Arising,
    /// The end of the window that the amount is about: days are counted from its last date, months from its end.
    EndOfPeriod,
    /// The deadline of the duty that is broken: its date, where days are counted.
    Deadline,
}

/// An amount per period on a case that is a debt.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Accrual {
    /// Who owes.
    pub debtor: PartyId,
    /// To whom.
    pub creditor: PartyId,
    /// The word after `as`; without one, `fee`.
    pub kind: KindId,
    /// How much each period adds, or, with a day count, a year: money. [`crate::policy::ExprKind::Unpaid`] in it is read just before the first
    /// instant of a begun period, just before the end of a completed one.
    pub amount: Expr,
    /// The length of a period.
    pub period: servanda_parser::ast::Unit,
    /// Begun or completed periods.
    pub counted: Counted,
    /// Which part of the amount each period adds, which is a date begun; without it, all of it.
    pub by: Option<crate::time::DayCount>,
    /// When what was added joins the amount on which further periods are computed; never without it.
    pub compounding: Option<Compounding>,
    /// How many calendar days behind the date of the deadline are free: the first period begins with the date behind
    /// them. A length, which reads parameters at most.
    pub delay: Option<Expr>,
    /// If it is paid within so many calendar days of the date of the deadline, nothing is owed; until they are over,
    /// nothing is. A length, which reads parameters at most.
    pub grace: Option<Expr>,
    /// Raised to at least this once it has begun.
    pub at_least: Option<Expr>,
    /// The caps that it passes, in the order of the text.
    pub caps: Vec<CapId>,
    /// How its figure is rounded.
    pub rounding: Rounding,
    /// Whether each period is rounded by itself.
    pub rounded_each: bool,
}

impl Accrual {
    /// The percentage and the amount that it is applied to, where the amount is written so. What compounds is.
    pub fn rate_of_base(&self) -> Option<(&Expr, &Expr)> {
        match &self.amount.kind {
            crate::policy::ExprKind::Binary(crate::policy::Operation::Multiply, rate, base) => {
                Some((rate, base))
            }
            _ => None,
        }
    }
}

/// When what has accrued joins the amount on which further periods are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compounding {
    /// After each period.
    EachPeriod,
    /// With the first date of each day, week, month, quarter or year of the calendar.
    Each(crate::time::WindowUnit),
}

/// Which periods count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Each that has begun.
    Begun,
    /// Each that is over.
    Completed,
}

/// A limit on what entries let through.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cap {
    /// The limit: money, read just before the entry.
    pub limit: Expr,
    /// Over what it counts.
    pub scope: CapScope,
    /// The cap at the same place in the earliest version that has one: what passes any of them is added up there.
    pub first: CapId,
    /// Where it is written.
    pub span: Span,
}

/// Over what a cap counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapScope {
    /// Each single entry; of an accrual, all of it.
    Entry,
    /// All entries about one item of the case.
    Case(CaseId),
    /// All entries of one window.
    Window(WindowId),
    /// All entries of the agreement; of an accrual, of one item.
    InAll,
    /// All that several sentences let through, over the whole agreement.
    Together,
    /// All entries about one group, of one window or of the whole agreement.
    Group(Option<WindowId>),
}
