//! Typed expressions: what is computed, with the place where it is written.

use crate::policy::{CalendarId, CaseId, DutyId, FoldId, LengthKind, MeasureId, ParamId, Value, Verdicts};
use servanda_diagnostics::Span;
use servanda_parser::ast::Relation;

/// A typed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What is computed.
    pub kind: ExprKind,
    /// Where it is written.
    pub span: Span,
    /// The name by which the text calls it, where it stands for a `let`.
    pub name: Option<String>,
}

impl Expr {
    /// The folds that it reads, in the order of the text.
    pub fn folds(&self) -> Vec<crate::policy::FoldId> {
        let folds = std::cell::RefCell::new(Vec::new());
        self.any(&|part| {
            if let ExprKind::Fold(fold) = part.kind {
                folds.borrow_mut().push(fold);
            }
            false
        });
        folds.into_inner()
    }

    /// Whether any part of it, itself first, is like this.
    pub fn any(&self, like: &impl Fn(&Expr) -> bool) -> bool {
        let one = |part: &Expr| part.any(like);
        like(self)
            || match &self.kind {
                ExprKind::Value(_)
                | ExprKind::Param(_)
                | ExprKind::Field(_)
                | ExprKind::FactField(_)
                | ExprKind::Done(_)
                | ExprKind::Verdict(..)
                | ExprKind::VerdictOf(..)
                | ExprKind::Charge
                | ExprKind::Unpaid
                | ExprKind::Rest(_)
                | ExprKind::Day
                | ExprKind::Fold(_)
                | ExprKind::Measure(_)
                | ExprKind::During(_)
                | ExprKind::Misses(_)
                | ExprKind::Elapsed(..) => false,
                ExprKind::Previous(_, first) => one(first),
                ExprKind::Binary(_, left, right)
                | ExprKind::Excess(left, right)
                | ExprKind::Growth(left, right)
                | ExprKind::Is(_, left, right) => one(left) || one(right),
                ExprKind::Not(inner) => one(inner),
                ExprKind::And(parts)
                | ExprKind::Or(parts)
                | ExprKind::ByVersion(parts)
                | ExprKind::Least(parts) => parts.iter().any(one),
                ExprKind::Bands { on, rows } => {
                    let bounds = |row: &Band| row.from.iter().chain(&row.to).any(one);
                    one(on) || rows.iter().any(|row| one(&row.value) || bounds(row))
                }
                ExprKind::OneOf(left, list) => one(left) || list.iter().any(one),
                ExprKind::Table { on, rows } => {
                    one(on) || rows.iter().any(|row| one(&row.value) || row.key.exprs().any(one))
                }
            }
    }
}

/// What an expression computes. The checker has made sure that the types fit; what can fail at run time is data
/// that is missing, division by zero, and arithmetic on what is indeterminate.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Value(Value),
    /// What the instance gives.
    Param(ParamId),
    /// A field of the item, by its place in the case's fields.
    Field(u32),
    /// A field of the event at hand, by its place in the event type's fields.
    FactField(u32),
    /// Whether the act of this place in the case's acts is done.
    Done(u32),
    /// Whether the verdict of this duty on the item is in the set.
    Verdict(DutyId, Verdicts),
    /// Whether the verdict of this duty is in the set, on the item of another case that the field of this place names, as
    /// it was known just before the item at hand began.
    VerdictOf(DutyId, Verdicts, u32),
    /// The principal of the item, money.
    Charge,
    /// The principal of the item that is unpaid, money.
    Unpaid,
    /// What payments of the case have left as credit, the whole of it.
    Rest(CaseId),
    /// The date of what the amount is for: of an accrual, that of each period, which is the first date of a begun one
    /// and the last of a completed one; of any other amount, that on which it arises.
    Day,
    /// The figure of a fold in the window at hand.
    Fold(FoldId),
    /// The figure of a measure in the window at hand.
    Measure(MeasureId),
    /// The figure of a measure in the window before the one at hand; in the first window, the second part.
    Previous(MeasureId, Box<Expr>),
    /// How many breaches of this duty in a row there are, of those that are decided: the one at hand is the last of them,
    /// and counted.
    Misses(DutyId),
    /// Whether the event at hand happens while a calendar is open.
    During(CalendarId),
    /// How long it took from the item's beginning until the act of this place was done, in time of this kind: seconds,
    /// or days; no data where it is not done. What pauses take out is left out.
    Elapsed(LengthKind, u32),
    /// Arithmetic on two numbers, or a share or number applied to a quantity (`Multiply`).
    Binary(Operation, Box<Expr>, Box<Expr>),
    /// What the first is above the second, or zero.
    Excess(Box<Expr>, Box<Expr>),
    /// The least of several of one type.
    Least(Vec<Expr>),
    /// The sum of what each band gives for the part of the key that lies in it.
    Bands {
        /// The key.
        on: Box<Expr>,
        /// The bands: they are disjoint.
        rows: Vec<Band>,
    },
    /// `(a - b) / b`; no data where `b` is zero.
    Growth(Box<Expr>, Box<Expr>),
    /// The row that fits.
    Table {
        /// The key.
        on: Box<Expr>,
        /// The rows: for a key of numbers they are disjoint.
        rows: Vec<Row>,
    },
    /// What each version says, by [`crate::policy::VersionId`]: of an item the version at its birth, of an event the
    /// one at its instant.
    ByVersion(Vec<Expr>),
    /// Not.
    Not(Box<Expr>),
    /// All of them.
    And(Vec<Expr>),
    /// One of them.
    Or(Vec<Expr>),
    /// A comparison of two ordered values of one type; `Exactly` is equality of any.
    Is(Relation, Box<Expr>, Box<Expr>),
    /// Equal to one of these.
    OneOf(Box<Expr>, Vec<Expr>),
}

/// An operation on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`, `a of b`
    Multiply,
    /// `a / b`; no data where `b` is zero.
    Divide,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// When it applies.
    pub key: RowKey,
    /// What it gives.
    pub value: Expr,
    /// Where it is written.
    pub span: Span,
}

/// A band of a graduated table.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Where it begins; without it, the first band: all up to its end.
    pub from: Option<Expr>,
    /// Where it ends; without it, nowhere.
    pub to: Option<Expr>,
    /// What it gives: a share of its part of the key, or so much for each unit of it.
    pub value: Expr,
    /// Whether it is so much for each unit of a length of time.
    pub per_unit: bool,
    /// Where it is written.
    pub span: Span,
}

/// When a row of a table applies.
#[derive(Debug, Clone, PartialEq)]
pub enum RowKey {
    /// The key equals one of these.
    OneOf(Vec<Expr>),
    /// The key lies in the range; each bound with whether it belongs to it.
    Range(Option<(Expr, bool)>, Option<(Expr, bool)>),
    /// No other row applies.
    Otherwise,
}

impl RowKey {
    fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let (values, bounds) = match self {
            RowKey::OneOf(values) => (values.as_slice(), [None, None]),
            RowKey::Range(from, to) => (&[][..], [from.as_ref(), to.as_ref()]),
            RowKey::Otherwise => (&[][..], [None, None]),
        };
        values.iter().chain(bounds.into_iter().flatten().map(|(bound, _)| bound))
    }
}
