//! Why a figure is what it is: the clause, the events, and the arithmetic between, as a tree.
//!
//! An explanation repeats what the evaluator decided from what an outcome keeps; it decides nothing itself. A step
//! that needs more than that says what it knows.

mod amount;
mod behind;
mod cause;
mod decided;
mod rendering;

pub use decided::{Correction, explain_decided};

use crate::accrual::accrual_of;
use crate::statement::PlaceRange;
use crate::subject::{Lives, consequence_kind, evidence_text, identify};
use crate::text::money_text;
use serde::Serialize;
use servanda_diagnostics::{Sources, Span};
use servanda_evaluator::outcome::{Entry, Evidence, Outcome};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Expr, ExprKind, Form, MeasureId, Policy, Signal};

/// Why an entry is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The entry's id.
    pub entry: String,
    /// The sentence that it follows from.
    pub clause: Quotation,
    /// The entry, with what led to it.
    pub step: Step,
    /// The name of the zone in which instants are told.
    #[serde(skip)]
    pub(crate) zone: String,
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
    pub(crate) sources: &'a Sources,
    /// The measure whose figure is told already with what stands behind it.
    pub(crate) told: Option<MeasureId>,
}

impl Material<'_> {
    /// The text at a span as one line.
    fn quoted(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// How a named value is defined, where that is a calculation: `5% of monthly_fee`.
    fn definition(&self, expr: &Expr) -> Option<String> {
        let ExprKind::Binary(_, left, right) = &expr.kind else { return None };
        let (first, last) = (leftmost(left), rightmost(right));
        let span = Span::new(first.source, first.start, last.end);
        (first.source == last.source && first.end <= last.start).then(|| self.quoted(span))
    }

    fn place(&self, span: Span) -> Option<PlaceRange> {
        PlaceRange::of(self.sources, span)
    }

    fn party(&self, party: servanda_policy::policy::PartyId) -> &str {
        self.policy.parties.find(party).map_or("?", |party| &party.name)
    }

    fn evidence(&self, events: &[Evidence]) -> Vec<EvidenceLine> {
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

/// Why the entry with this id is what it is; none where the outcome has no such entry. What the parties have decided
/// about it is told by [`explain_decided`].
pub fn explain_entry(
    policy: &Policy,
    agreement: &Agreement,
    outcome: &Outcome,
    sources: &Sources,
    id: &str,
) -> Option<Explanation> {
    let lives = Lives::of(outcome);
    let at = outcome.entries.iter().position(|entry| identify(policy, agreement, &lives, entry) == id)?;
    explain_at(policy, agreement, outcome, sources, (at, id))
}

/// Why the entry at a place, which has this id, is what it is.
fn explain_at(
    policy: &Policy,
    agreement: &Agreement,
    outcome: &Outcome,
    sources: &Sources,
    (at, id): (usize, &str),
) -> Option<Explanation> {
    let entry = outcome.entries.get(at)?;
    let mut material = Material { policy, agreement, outcome, sources, told: None };
    let consequence = policy.consequences.find(entry.consequence)?;
    let clause = policy.clauses.find(consequence.clause)?;
    let kind = consequence_kind(consequence).and_then(|kind| policy.kinds.find(kind));
    let mut root = Step::new(format!(
        "{} owes {}, {} under {}",
        material.party(entry.debtor),
        material.party(entry.creditor),
        kind.map_or("entry", String::as_str),
        consequence.name,
    ));
    root.value = Some(shown_amount(&material, entry));
    root.place = material.place(consequence.span);
    root.steps.extend(cause::steps(&material, entry, consequence));
    if let Signal::Broken(duty) = &consequence.on
        && let Some(Form::Keep { measure, .. }) = policy.duties.find(*duty).map(|duty| &duty.form)
    {
        material.told = Some(*measure);
    }
    // The events of a breach are told with it.
    let told = root.steps.iter().flat_map(|step| &step.evidence).cloned().collect::<Vec<_>>();
    root.evidence = material.evidence(&entry.evidence);
    root.evidence.retain(|event| !told.contains(event));
    // Where something is not known, what is known of the rest is no amount.
    root.steps.extend(match accrual_of(policy, entry) {
        _ if entry.amount.is_none() => Vec::new(),
        Some(accrual) => amount::of_accrual(&material, entry, accrual),
        None => amount::of_entry(&material, entry, consequence),
    });
    Some(Explanation {
        entry: id.to_owned(),
        clause: Quotation {
            number: clause.number.clone(),
            title: clause.title.clone(),
            place: material.place(consequence.span),
            lines: quoted_lines(sources, consequence.span),
        },
        step: root,
        zone: agreement.zone.name().to_owned(),
    })
}

fn shown_amount(material: &Material<'_>, entry: &Entry) -> String {
    entry.amount.map_or_else(|| "undetermined".to_owned(), |amount| money_text(amount, material.agreement))
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
