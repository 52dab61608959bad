//! Verdicts as lines of a statement.

use super::{Material, PlaceRange};
use crate::address::verdict_ids;
use crate::subject::{Lives, evidence_text, subject_kind, subject_text};
use serde::Serialize;
use servanda_diagnostics::Sources;
use servanda_evaluator::outcome::{Cause, Subject, Verdict};
use servanda_policy::policy::Verdict as Kind;
use servanda_policy::time::{Instant, Zone};

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictLine {
    /// `duty/subject`, by which it is asked about: the same in every run and at every later `as_of`. None in a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The number of the clause.
    pub clause: String,
    /// The address of the duty: `7(b)`.
    pub duty: String,
    /// Who must.
    pub party: String,
    /// The instance's name.
    pub instance: String,
    /// A case's key, or a window's label.
    pub subject: String,
    /// What kind of thing that is: the name of a case, `window`, `event` or `agreement`.
    pub subject_kind: String,
    /// When an item began, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// `kept`, `broken`, `pending`, `excused`, `not applicable` or `indeterminate`.
    pub verdict: &'static str,
    /// When it was decided, RFC 3339; none while it is pending.
    pub decided_at: Option<String>,
    /// The last instant in time, where the deadline is a moment, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// The last date in time, where the deadline is a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_date: Option<String>,
    /// With a date: the first instant that is late, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_from: Option<String>,
    /// When the act was done, in time or late, RFC 3339.
    pub done_at: Option<String>,
    /// Why it is excused or indeterminate.
    pub because: Vec<Reason>,
    /// The events behind it.
    pub evidence: Vec<String>,
    /// The sentence.
    pub span: Option<PlaceRange>,
    /// What became of it, as data.
    #[serde(skip)]
    pub kind: Kind,
}

/// Why something is excused or indeterminate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// One clause.
    pub message: String,
    /// Where the text says so.
    pub span: Option<PlaceRange>,
}

impl Reason {
    /// The reasons of an outcome.
    pub(super) fn all(material: &Material<'_>, causes: &[Cause]) -> Vec<Self> {
        Self::of(material.sources, causes)
    }

    /// The same, with the texts at hand.
    pub(crate) fn of(sources: &Sources, causes: &[Cause]) -> Vec<Self> {
        let reason = |cause: &Cause| Self {
            message: cause.message.clone(),
            span: PlaceRange::of(sources, cause.span),
        };
        causes.iter().map(reason).collect()
    }
}

/// A deadline as it is shown: by date or by moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ShownDeadline {
    pub(crate) moment: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) late_from: Option<String>,
}

impl ShownDeadline {
    /// A deadline whose first late instant begins a date is that of the date before; any other is a moment.
    pub(crate) fn at(zone: &Zone, late_from: Instant) -> Self {
        let date = zone.date_of(late_from);
        match date.add_days(-1).filter(|_| zone.start_of(date) == late_from) {
            Some(last) => Self {
                moment: None,
                date: Some(last.to_string()),
                late_from: Some(late_from.format_in(zone)),
            },
            None => {
                let last = late_from.add_nanos(-1);
                Self { moment: last.map(|last| last.format_in(zone)), ..Self::default() }
            }
        }
    }
}

/// When the time until a deadline is over, as it is measured and drawn: of a moment the moment itself, which is the last one
/// in time; of a date its end, which is the first one that is late.
pub(crate) fn end_of_time(zone: &Zone, late_from: Instant) -> Instant {
    match ShownDeadline::at(zone, late_from).moment {
        Some(_) => late_from.previous(),
        None => late_from,
    }
}

/// The verdicts of a statement: of a period, those decided in it, and the pending ones that had begun by its end.
pub(super) fn all(material: &Material<'_>, lives: &Lives) -> Vec<VerdictLine> {
    let shown = |(verdict, _): &(&Verdict, String)| match (verdict.at, material.period) {
        (_, None) => true,
        (Some(at), Some(_)) => material.in_period(at),
        (None, Some((_, end))) => begun(&verdict.subject).is_none_or(|begun| begun < end),
    };
    let ids = verdict_ids(material.policy, material.agreement, lives, material.outcome);
    let lines = material.outcome.verdicts.iter().zip(ids).filter(shown);
    lines.map(|(verdict, id)| VerdictLine { id: Some(id), ..line(material, verdict) }).collect()
}

/// When a subject began.
fn begun(subject: &Subject) -> Option<Instant> {
    match subject {
        Subject::Agreement => None,
        Subject::Item { born, .. } => Some(*born),
        Subject::Event(evidence) => Some(evidence.at),
        Subject::Window(span) | Subject::Group(span, _) => Some(span.start),
    }
}

pub(super) fn line(material: &Material<'_>, verdict: &Verdict) -> VerdictLine {
    let (policy, agreement) = (material.policy, material.agreement);
    let duty = policy.duties.find(verdict.duty);
    let party = duty.and_then(|duty| policy.parties.find(duty.debtor));
    let clause = duty.and_then(|duty| policy.clauses.find(duty.clause));
    let deadline = verdict.late_from.map(|at| ShownDeadline::at(&agreement.zone, at)).unwrap_or_default();
    VerdictLine {
        id: None,
        clause: clause.map_or_else(String::new, |clause| clause.number.clone()),
        duty: duty.map_or_else(String::new, |duty| duty.name.clone()),
        party: party.map_or_else(String::new, |party| party.name.clone()),
        instance: agreement.name.clone(),
        subject: subject_text(policy, agreement, &verdict.subject),
        subject_kind: subject_kind(policy, &verdict.subject).to_owned(),
        since: match &verdict.subject {
            Subject::Item { born, .. } => Some(material.instant(*born)),
            _ => None,
        },
        verdict: verdict.verdict.word(),
        decided_at: verdict.at.map(|at| material.instant(at)),
        deadline: deadline.moment,
        deadline_date: deadline.date,
        late_from: deadline.late_from,
        done_at: verdict.done_at.map(|at| material.instant(at)),
        because: Reason::all(material, &verdict.because),
        evidence: verdict.evidence.iter().map(|event| evidence_text(policy, agreement, event)).collect(),
        span: duty.and_then(|duty| PlaceRange::of(material.sources, duty.span)),
        kind: verdict.verdict,
    }
}
