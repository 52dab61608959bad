//! Why a line of a statement is what it is: the clause, the events, and the arithmetic between, as a tree.
//!
//! An explanation repeats what the evaluator decided, from what an outcome keeps and from what the evaluator has told
//! of what stands behind it; it decides nothing itself. A step that needs more than that says what it knows.

mod accrual;
mod amount;
mod cause;
mod claim;
mod decided;
mod ending;
mod figure;
mod payment;
mod question;
mod ranked;
mod rendering;
mod silence;
mod time;
mod verdict;

pub use decided::Correction;
pub use question::Question;

use crate::statement::PlaceRange;
use crate::subject::evidence_text;
use crate::trail::{Of, Trail};
use serde::Serialize;
use servanda_diagnostics::{Sources, Span};
use servanda_evaluator::outcome::{Evidence, Outcome, Subject};
use servanda_evaluator::{Elapsed, Member};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{ClauseId, Expr, ExprKind, FoldId, MeasureId, Policy, VersionId};
use servanda_policy::time::Window;

/// The name of the schema of an explanation as JSON.
pub const EXPLANATION: &str = "servanda/explanation/1";

/// Why a line of a statement is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The name of the schema.
    pub schema: &'static str,
    /// The id of the line.
    pub id: String,
    /// What the line is: `verdict`, `figure`, `entry`, `adjustment`, `correction`, `notice` or `claim`.
    pub of: &'static str,
    /// The instance's name.
    pub agreement: String,
    /// Exclusive, RFC 3339.
    pub as_of: String,
    /// The period that was asked about, where one was.
    pub period: Option<String>,
    /// What the line says: an amount with its currency, a figure, the word of a verdict, an instant.
    pub value: String,
    /// The version of the agreement that governs it.
    pub version: Governing,
    /// The sentence that it follows from.
    pub clause: Quotation,
    /// The line, with what led to it.
    pub step: Step,
    /// The name of the zone in which instants are told.
    pub zone: String,
}

/// A version of an agreement that governs something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Governing {
    /// `original`, or the title of the amendment that makes it.
    pub title: String,
    /// From when on it is in force, RFC 3339.
    pub from: String,
    /// The hash of its meaning.
    pub hash: String,
    /// Where there are several versions: why it is this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// A sentence of the text, word by word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quotation {
    /// The number of the clause.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Where the sentence stands.
    pub place: Option<PlaceRange>,
    /// Its lines, the first one with what stands before it in the text.
    pub lines: Vec<String>,
}

/// A step of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Step {
    /// What it says.
    pub text: String,
    /// The value that it gives.
    pub value: Option<String>,
    /// Where the text of the policy says so.
    pub place: Option<PlaceRange>,
    /// The events behind it.
    pub evidence: Vec<EvidenceLine>,
    /// What it follows from.
    pub steps: Vec<Step>,
    /// Whether its steps are a list of things alike, of which a text for people tells the first.
    #[serde(skip)]
    pub(crate) lists: bool,
    /// Whether it is its only event and nothing more.
    #[serde(skip)]
    pub(crate) is_event: bool,
    /// Steps that follow such a list, however long it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Step>,
}

/// An event behind a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceLine {
    /// Its id, or its type and instant.
    pub event: String,
    /// Its type.
    pub kind: String,
    /// When, RFC 3339.
    pub at: String,
    /// The line of the input, where known.
    pub line: Option<u32>,
}

impl Step {
    /// A step that says only this.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// With the value that it gives.
    #[must_use]
    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

/// What explanations are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) agreement: &'a Agreement,
    pub(crate) outcome: &'a Outcome,
    pub(crate) trail: &'a Trail,
    pub(crate) sources: &'a Sources,
    /// What the line is about, where that has fields.
    pub(crate) about: Option<&'a Subject>,
    /// The version that governs it.
    pub(crate) version: VersionId,
    /// The group of the figures that are told of, where there are any.
    pub(crate) group: Of<'a>,
    /// The measure whose figure is told already with what stands behind it.
    pub(crate) told: Option<MeasureId>,
}

impl<'a> Material<'a> {
    /// The same of a group.
    pub(crate) fn of_group<'g>(self, group: Of<'g>) -> Material<'g>
    where
        'a: 'g,
    {
        Material { group, ..self }
    }

    /// The text at a span as one line.
    pub(crate) fn quoted(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// How a named value is defined, where that is a calculation: `5% of monthly_fee`.
    fn definition(&self, expr: &Expr) -> Option<String> {
        let ExprKind::Binary(_, left, right) = &expr.kind else { return None };
        let (first, last) = (leftmost(left), rightmost(right));
        let span = Span::new(first.source, first.start, last.end);
        (first.source == last.source && first.end <= last.start).then(|| self.quoted(span))
    }

    /// A window from where on it counts: of one that looks back, from the first upon which it does.
    fn counted(&self, fold: FoldId, window: &Window) -> Window {
        let id = self.policy.folds.find(fold).map(|fold| fold.window);
        let windows = id.and_then(|id| self.agreement.windows.get(id.0 as usize));
        let start = windows.map_or(window.start, |windows| windows.counts_from(window));
        Window { start, ..*window }
    }

    /// The folds that are counted together with one.
    fn folds(&self, fold: FoldId) -> Vec<FoldId> {
        match self.policy.looked_back_upon(fold) {
            none if none.is_empty() => vec![fold],
            folds => folds,
        }
    }

    /// The members of a fold in a window, and of those upon which it looks back.
    fn members(&self, fold: FoldId, window: &Window) -> Vec<&Member> {
        let window = self.counted(fold, window);
        let mut members: Vec<&Member> = self
            .folds(fold)
            .into_iter()
            .flat_map(|fold| self.trail.members(fold, &window, self.group))
            .collect();
        members.sort_by_key(|member| member.at);
        members
    }

    /// How time went on in a fold within a window, which begins where it counts from.
    pub(crate) fn elapsed<'t>(&'t self, fold: FoldId, window: &'t Window) -> Vec<&'t Elapsed> {
        self.folds(fold).into_iter().flat_map(|fold| self.trail.elapsed(fold, window, self.group)).collect()
    }

    pub(crate) fn place(&self, span: Span) -> Option<PlaceRange> {
        PlaceRange::of(self.sources, span)
    }

    pub(crate) fn party(&self, party: servanda_policy::policy::PartyId) -> &str {
        self.policy.parties.find(party).map_or("?", |party| &party.name)
    }

    pub(crate) fn evidence(&self, events: &[Evidence]) -> Vec<EvidenceLine> {
        let line = |event: &Evidence| EvidenceLine {
            event: evidence_text(self.policy, self.agreement, event),
            kind: self.policy.events.find(event.event).map_or_else(String::new, |event| event.name.clone()),
            at: event.at.format_in(&self.agreement.zone),
            line: (event.line > 0).then_some(event.line),
        };
        events.iter().map(line).collect()
    }
}

/// Where an expression begins in the text.
fn leftmost(expr: &Expr) -> Span {
    match &expr.kind {
        ExprKind::Binary(_, left, _) if expr.name.is_none() => leftmost(left),
        _ => expr.span,
    }
}

/// Where an expression ends in the text.
fn rightmost(expr: &Expr) -> Span {
    match &expr.kind {
        ExprKind::Binary(_, _, right) if expr.name.is_none() => rightmost(right),
        _ => expr.span,
    }
}

/// A sentence of a clause, or of none.
fn quotation(material: &Material<'_>, clause: Option<ClauseId>, span: Span) -> Quotation {
    let clause = clause.and_then(|clause| material.policy.clauses.find(clause));
    Quotation {
        number: clause.map_or_else(String::new, |clause| clause.number.clone()),
        title: clause.map_or_else(String::new, |clause| clause.title.clone()),
        place: material.place(span),
        lines: quoted_lines(material.sources, span),
    }
}

/// The whole lines that a span touches.
fn quoted_lines(sources: &Sources, span: Span) -> Vec<String> {
    let Some(source) = sources.get(span.source) else { return Vec::new() };
    let text = source.text();
    let before = text.get(..span.start as usize).unwrap_or("");
    let after = text.get(span.end as usize..).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = span.end as usize + after.find('\n').unwrap_or(after.len());
    text.get(start..end).unwrap_or("").lines().map(|line| line.trim_end().to_owned()).collect()
}
