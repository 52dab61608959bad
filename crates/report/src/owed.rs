//! What is still owed: by whom, to whom, until when, and what may still be raised. The agreement that is left.
//!
//! Everything here is told by the statement of the same outcome or by what stands behind it: the verdicts that are open,
//! the entries that no payment has settled, the principals that are unpaid. Nothing is computed a second time.

mod duties;
mod money;
mod rendering;
mod rights;

pub use money::OwedSum;
pub use rendering::owed_text;

use crate::explanation::{EvidenceLine, Material, Question};
use crate::statement::{PlaceRange, ProducedBy, Reason, ShownDeadline, Statement};
use crate::subject::{subject_kind, subject_text};
use crate::trail::Trail;
use serde::Serialize;
use servanda_evaluator::outcome::{Evidence, Subject};
use servanda_evaluator::{Open, Stands};
use servanda_policy::policy::{ClauseId, ConsequenceId, DutyId, Effect, PartyId, VersionId};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the schema of what is owed as JSON.
pub const OWED: &str = "servanda/owed/1";

/// What is still owed under an agreement as of an instant, by party, and within a party by the last instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Owed {
    /// The name of the schema.
    pub schema: &'static str,
    /// The instance's name.
    pub agreement: String,
    /// The agreement's title.
    pub title: String,
    /// Which version of the agreement is in force: `original`, or the title of an amendment.
    pub version: String,
    /// Exclusive, RFC 3339.
    pub as_of: String,
    /// The first instant after the end of the agreement as it is known, RFC 3339; none where it has no end.
    pub ends: Option<String>,
    /// Who owes, or may do something, in the order of the text.
    pub parties: Vec<OwedBy>,
    /// What is open of money, for each debtor and creditor.
    pub sums: Vec<OwedSum>,
    /// The name of the zone in which instants are told.
    pub zone: String,
    /// By what this was computed.
    pub produced_by: ProducedBy,
}

/// What one party owes, or may do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwedBy {
    /// The party or role.
    pub party: String,
    /// Each thing, by its last instant; what has none comes last.
    pub lines: Vec<OwedLine>,
}

/// One thing that is open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwedLine {
    /// `duty`, `target`, `prohibition`, `principal`, `amount`, `rest`, `claim`, `right`, `notice`, `silence` or
    /// `suspension`.
    pub kind: &'static str,
    /// The id by which it is asked about, where it stands in the statement.
    pub id: Option<String>,
    /// The number of the clause.
    pub clause: String,
    /// The address of the sentence: `7(b)`.
    pub sentence: String,
    /// To whom it is owed, where that is one party.
    pub to: Option<String>,
    /// What, as the text says it, without the party.
    pub what: String,
    /// About what.
    pub subject: String,
    /// What kind of thing that is: the name of a case, `window`, `event` or `agreement`.
    pub subject_kind: String,
    /// `open`, `late`, `stands still`, `closed` and `done` (until `last` it may come back), `not begun`, `running`, `waiting`, `growing`, `disputed`, `counting` or
    /// `standing`.
    pub standing: &'static str,
    /// Since when it is so that something is owed, or may be done, RFC 3339.
    pub since: Option<String>,
    /// Since when its clock stands still, where it does, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_since: Option<String>,
    /// The last date, or the last instant, in time, and of what is counting the one behind which it happens; none where
    /// there is none yet.
    pub until: Option<String>,
    /// The first instant that is too late, or at which it happens, RFC 3339.
    pub late_from: Option<String>,
    /// When the act was done that may still be undone, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<String>,
    /// What is open of money, in major units; none where nothing is, or where it is undetermined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// How much it was before anything was paid of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charged: Option<String>,
    /// The currency's code, where it is money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'static str>,
    /// By what it grows, as the text says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grows: Option<String>,
    /// Of a target: the figure as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<String>,
    /// Of a target: its bounds in this window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Of a target: the verdict of the figure as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<&'static str>,
    /// Why something of it is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Reason>,
    /// The events behind it.
    pub evidence: Vec<EvidenceLine>,
    /// Where the text says so.
    pub span: Option<PlaceRange>,
    /// Whose line it is.
    #[serde(skip)]
    pub(crate) party: Option<PartyId>,
    /// By what it is ordered.
    #[serde(skip)]
    pub(crate) last: Option<Instant>,
}

impl Default for OwedLine {
    fn default() -> Self {
        Self {
            kind: "duty",
            id: None,
            clause: String::new(),
            sentence: String::new(),
            to: None,
            what: String::new(),
            subject: String::new(),
            subject_kind: String::new(),
            standing: "open",
            since: None,
            stands_since: None,
            until: None,
            late_from: None,
            done_at: None,
            amount: None,
            charged: None,
            currency: None,
            grows: None,
            figure: None,
            target: None,
            verdict: None,
            because: Vec::new(),
            evidence: Vec::new(),
            span: None,
            party: None,
            last: None,
        }
    }
}

impl Owed {
    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.parties.iter().map(|party| party.lines.len()).sum()
    }

    /// Whether nothing is open.
    pub fn is_empty(&self) -> bool {
        self.parties.is_empty()
    }

    /// Every line, with its party.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &OwedLine)> {
        self.parties.iter().flat_map(|of| of.lines.iter().map(|line| (of.party.as_str(), line)))
    }
}

/// What lines are made from.
pub(crate) struct Making<'a> {
    pub(crate) material: Material<'a>,
    /// The statement of the same outcome, line by line.
    pub(crate) statement: &'a Statement,
    pub(crate) found: Found<'a>,
    pub(crate) lines: Vec<OwedLine>,
}

/// What is open beside the outcome, by what it belongs to.
#[derive(Default)]
pub(crate) struct Found<'a> {
    /// Why clocks stand still.
    stands: BTreeMap<(DutyId, &'a Subject), &'a Stands>,
    /// What is charged and unpaid of debts.
    principals: BTreeMap<&'a Subject, (Option<&'a Exact>, Option<&'a Exact>)>,
    /// What is settled of amounts beside principals.
    beside: BTreeMap<(ConsequenceId, &'a Subject, u32), Option<&'a Exact>>,
    /// Debts that an open duty is to pay.
    payable: BTreeSet<&'a Subject>,
}

impl<'a> Found<'a> {
    fn of(trail: &'a Trail) -> Self {
        let mut found = Self::default();
        for open in trail.open() {
            match open {
                Open::Pending { duty, subject, stands: Some(stands), .. } => {
                    found.stands.insert((*duty, subject), stands);
                }
                Open::Principal { subject, charged, unpaid, .. } => {
                    found.principals.insert(subject, (charged.as_ref(), unpaid.as_ref()));
                }
                Open::Beside { consequence, subject, ordinal, settled } => {
                    found.beside.insert((*consequence, subject, *ordinal), settled.as_ref());
                }
                _ => {}
            }
        }
        found
    }
}

impl Question<'_> {
    /// What is still owed: every duty that is open, all money that is open, the rights that stand or come to stand and
    /// the notices to come, as of the instant of the outcome.
    pub fn owed(&self) -> Owed {
        let Question { policy, agreement, decided, sources, .. } = *self;
        let statement = Statement::decided(policy, agreement, decided, sources, None);
        let material = self.material(None, VersionId(0));
        let mut making =
            Making { material, statement: &statement, found: Found::of(self.trail), lines: Vec::new() };
        making.duties();
        let sums = making.money(decided);
        making.rights();
        let ends = making.ends().map(|end| end.format_in(&agreement.zone));
        let mut lines = making.lines;
        // What has no last instant comes behind what has one, in the order in which it was found.
        lines.sort_by_key(|line| (line.last.is_none(), line.last));
        let mut parties: Vec<OwedBy> = Vec::new();
        for (id, party) in policy.parties.iter() {
            let of: Vec<OwedLine> = lines.iter().filter(|line| line.party == Some(id)).cloned().collect();
            if !of.is_empty() {
                parties.push(OwedBy { party: party.name.clone(), lines: of });
            }
        }
        Owed {
            schema: OWED,
            agreement: statement.agreement,
            title: statement.title,
            version: statement.version,
            as_of: statement.as_of,
            ends,
            parties,
            sums,
            zone: agreement.zone.name().to_owned(),
            produced_by: statement.produced_by,
        }
    }
}

impl Making<'_> {
    /// A line about something, as far as sentence and subject say.
    fn line(&self, kind: &'static str, party: PartyId, clause: ClauseId, about: &Subject) -> OwedLine {
        let Material { policy, agreement, .. } = self.material;
        OwedLine {
            kind,
            clause: policy.clauses.find(clause).map_or_else(String::new, |clause| clause.number.clone()),
            subject: subject_text(policy, agreement, about),
            subject_kind: subject_kind(policy, about).to_owned(),
            party: Some(party),
            ..OwedLine::default()
        }
    }

    fn instant(&self, at: Instant) -> String {
        at.format_in(&self.material.agreement.zone)
    }

    fn evidence(&self, events: &[Evidence]) -> Vec<EvidenceLine> {
        self.material.evidence(events)
    }

    /// The end of the agreement as it is known.
    fn ends(&self) -> Option<Instant> {
        let Material { policy, agreement, outcome, .. } = self.material;
        let given = outcome.notices.iter().filter_map(|notice| {
            match &policy.consequences.find(notice.consequence)?.effect {
                Effect::End(ending) => agreement.end_by(ending, notice.at),
                _ => None,
            }
        });
        given.chain(agreement.end).min()
    }
}

impl OwedLine {
    /// With the first instant that is too late.
    fn late_from(self, making: &Making<'_>, late_from: Option<Instant>) -> Self {
        // What goes on for ever has no last instant.
        let Some(at) = late_from.filter(|at| *at < Instant::MAX) else { return self };
        let shown = ShownDeadline::at(&making.material.agreement.zone, at);
        let until = shown.date.or(shown.moment);
        Self { until, late_from: Some(making.instant(at)), last: Some(at), ..self }
    }
}
