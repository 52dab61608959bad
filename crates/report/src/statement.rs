//! Everything that a statement says, as plain data: what JSON writes and what the table and the CSV print.
//!
//! Field names here are those of the JSON outcome and are stable. Amounts and instants are already text, so that
//! every face shows the same; what a face needs to sort or to add up stands beside them and is not written.

mod balance;
mod booking;
mod claim;
mod figure;
mod origin;
mod told;
mod total;
mod verdict;
mod version;

pub use balance::Balance;
use balance::Carried;
pub use booking::{Booking, DecisionLine, Nature};
pub(crate) use booking::{Month, known_amount};
pub use claim::ClaimLine;
pub(crate) use claim::standing_word;
pub use figure::MeasureLine;
pub(crate) use figure::{came_to, figure_text, targets_text};
pub use origin::{PlaceRange, ProducedBy};
pub(crate) use told::{booking_told, claim_told, figure_told, notice_told, problem_told, verdict_told};
pub(crate) use total::clause_order;
pub use total::{Total, Totals};
pub use verdict::{Reason, VerdictLine};
pub(crate) use verdict::{ShownDeadline, end_of_time};
pub use version::{UnsignedLine, VersionLine};

use crate::address::notice_ids;
use crate::decision::{Closing, Decided};
use crate::period::Period;
use crate::subject::{Lives, subject_kind, subject_text};
use serde::Serialize;
use servanda_diagnostics::Sources;
use servanda_evaluator::outcome::{Notice, Outcome};
use servanda_events::Problem;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::policy::{Effect, Ending};
use servanda_policy::time::{Instant, Zone};
use std::collections::BTreeMap;

/// The name of the JSON outcome's schema.
pub const SCHEMA: &str = "servanda/outcome/1";

/// A statement of one instance, as of an instant, of all time or of a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// The name of the schema.
    pub schema: &'static str,
    /// The instance's name.
    pub agreement: String,
    /// The agreement's title.
    pub title: String,
    /// Which version of the agreement is in force: `original`, or the title of an amendment.
    pub version: String,
    /// The versions of the agreement and from when on each governs, where something amends it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VersionLine>,
    /// What is not in force because somebody has not signed it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsigned: Vec<UnsignedLine>,
    /// Exclusive, RFC 3339.
    pub as_of: String,
    /// Exclusive, RFC 3339: only what was recorded before this counts. None where that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_on: Option<String>,
    /// The period, where the statement is of one.
    pub period: Option<PeriodRange>,
    /// The verdicts.
    pub verdicts: Vec<VerdictLine>,
    /// The figures of measures.
    pub measures: Vec<MeasureLine>,
    /// The entries.
    pub entries: Vec<Booking>,
    /// The notices.
    pub notices: Vec<NoticeLine>,
    /// What can be claimed, was claimed, or has lapsed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimLine>,
    /// Rights that have arisen.
    pub rights: Vec<Right>,
    /// The first problems.
    pub problems: Vec<ProblemLine>,
    /// How many problems of each code.
    pub problem_counts: BTreeMap<&'static str, u64>,
    /// The sums of the entries.
    pub totals: Totals,
    /// Of a period: what was owed before and after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub balances: Vec<Balance>,
    /// Of a period that is closed: by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<DecisionLine>,
    /// Of a period: the hash of what the statement says of money, to close it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// What became of the lines of the input.
    pub input: InputLines,
    /// By what this was computed.
    pub produced_by: ProducedBy,
    /// The clauses in the order of the text, for headings.
    #[serde(skip)]
    pub(crate) clauses: Vec<(String, String)>,
    /// The name of the zone in which instants are told.
    #[serde(skip)]
    pub(crate) zone: String,
}

/// A period as instants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodRange {
    /// As it was asked for.
    pub label: String,
    /// The first instant, RFC 3339.
    pub start: String,
    /// The first instant after it, RFC 3339.
    pub end: String,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeLine {
    /// `sentence/subject/tell/party`, by which it is asked about: the same in every run. None in a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The number of the clause.
    pub clause: String,
    /// The instance's name.
    pub instance: String,
    /// Who is told, or has the right.
    pub to: String,
    /// What they may do from now on, where it is a right, or do, where they use one; none: they are told.
    pub right: Option<std::borrow::Cow<'static, str>>,
    /// The first instant after the end of the agreement, where they end it, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// The same of what ends it sooner, where something does: then this changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_sooner: Option<String>,
    /// About what.
    pub subject: String,
    /// What kind of thing that is: the name of a case, `window`, `event` or `agreement`.
    pub subject_kind: String,
    /// When, RFC 3339.
    pub at: String,
    /// When it arose, where it had to wait for the hours in which it is told, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arose: Option<String>,
    /// The sentence.
    pub span: Option<PlaceRange>,
}

/// A right; no sentence of the language gives one yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Right {
    /// The number of the clause.
    pub clause: String,
}

/// A problem with an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemLine {
    /// Its code.
    pub code: &'static str,
    /// The code's name.
    pub name: &'static str,
    /// What is wrong.
    pub message: String,
    /// The line of the input, where known.
    pub line: Option<u32>,
    /// The column in characters, where known.
    pub column: Option<u32>,
    /// The id of the event, where it has one.
    pub event: Option<String>,
    /// The instant of the event, where it could be read.
    pub at: Option<String>,
    /// The declaration or clause that wanted what is wrong.
    pub wanted_by: Option<PlaceRange>,
}

/// What became of the lines of the input: the others add up to `lines`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InputLines {
    /// Lines read.
    pub lines: u64,
    /// Admitted and evaluated.
    pub evaluated: u64,
    /// The same event again.
    pub duplicates: u64,
    /// Of no meaning to the policy, or not before `as_of`.
    pub ignored: u64,
    /// Outside of the term, of another agreement, or of an item that the policy leaves out.
    pub out_of_scope: u64,
    /// Not admitted.
    pub problems: u64,
}

/// What a statement is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) agreement: &'a Agreement,
    pub(crate) outcome: &'a Outcome,
    /// What the parties have decided about the outcome.
    pub(crate) decided: Option<&'a Decided>,
    pub(crate) sources: &'a Sources,
    /// Of a period: its first instant and the first after it.
    pub(crate) period: Option<(Instant, Instant)>,
}

impl<'a> Material<'a> {
    /// An outcome with what the parties have decided about it.
    fn of(
        (policy, agreement): (&'a Policy, &'a Agreement),
        decided: &'a Decided,
        sources: &'a Sources,
        period: Option<&Period>,
    ) -> Self {
        let zone = &agreement.zone;
        let period = period.map(|period| (period.start(zone), period.end(zone)));
        Self { policy, agreement, outcome: &decided.outcome, decided: Some(decided), sources, period }
    }

    /// Whether an instant lies in the period.
    pub(crate) fn in_period(&self, instant: Instant) -> bool {
        self.period.is_none_or(|(start, end)| start <= instant && instant < end)
    }

    /// The date of an instant as text.
    pub(crate) fn date(&self, instant: Instant) -> String {
        self.agreement.zone.date_of(instant).to_string()
    }

    /// An instant as text.
    pub(crate) fn instant(&self, instant: Instant) -> String {
        instant.format_in(&self.agreement.zone)
    }
}

impl Statement {
    /// The same statement, which says that it was computed from what was known on an instant, exclusive.
    #[must_use]
    pub fn as_known_on(self, instant: Instant, agreement: &Agreement) -> Self {
        Self { known_on: Some(instant.format_in(&agreement.zone)), ..self }
    }

    /// The same statement, which says from which bytes it was computed: hashes of the log and of the instances' file.
    #[must_use]
    pub fn from_bytes(self, input_hash: Option<String>, instances_hash: Option<String>) -> Self {
        Self { produced_by: ProducedBy { input_hash, instances_hash, ..self.produced_by }, ..self }
    }

    /// The statement of an outcome. Of a period it holds the verdicts decided or pending in it, the figures whose
    /// windows overlap it, the entries booked in it and of each accrual the part that fell into it.
    pub fn new(
        policy: &Policy,
        agreement: &Agreement,
        outcome: &Outcome,
        sources: &Sources,
        period: Option<&Period>,
    ) -> Self {
        let range = period.map(|period| (period.start(&agreement.zone), period.end(&agreement.zone)));
        let material = Material { policy, agreement, outcome, decided: None, sources, period: range };
        Self::of(material, None, period)
    }

    /// [`Statement::new`] of an outcome with what the parties have decided about it: entries that are disputed or
    /// waived are shown and not added up as due, adjustments stand behind the other entries.
    pub fn decided(
        policy: &Policy,
        agreement: &Agreement,
        decided: &Decided,
        sources: &Sources,
        period: Option<&Period>,
    ) -> Self {
        Self::of(Material::of((policy, agreement), decided, sources, period), None, period)
    }

    /// The statement of a period, [`Statement::decided`]; with what was known when the period before it was closed,
    /// it begins with that, and books what became known since then as corrections.
    pub fn of_period(
        policy: &Policy,
        agreement: &Agreement,
        decided: &Decided,
        sources: &Sources,
        period: &Period,
        closed: Option<&Decided>,
    ) -> Self {
        let of = |decided| Material::of((policy, agreement), decided, sources, Some(period));
        Self::of(of(decided), closed.map(of), Some(period))
    }

    /// The same statement, which says that its period was closed with it.
    #[must_use]
    pub fn closed(self, policy: &Policy, agreement: &Agreement, closing: &Closing) -> Self {
        let closed = Some(DecisionLine::of(policy, agreement, &closing.decider));
        Self { closed, ..self.as_known_on(closing.decision.known, agreement) }
    }

    fn of(material: Material<'_>, closed: Option<Material<'_>>, period: Option<&Period>) -> Self {
        let Material { policy, agreement, outcome, sources, .. } = material;
        let lives = Lives::of(outcome);
        let mut entries = booking::all(&material, &lives);
        let mut balances = Vec::new();
        if let Some(period) = period {
            let (date, start) = (period.first().to_string(), period.start(&agreement.zone));
            let mut carried = Carried::before(&material, closed.as_ref(), (&date, start));
            entries.append(&mut carried.corrections);
            balances = carried.balances(&entries, agreement.currency);
        }
        let end = period.map_or(outcome.as_of, |period| period.end(&agreement.zone).min(outcome.as_of));
        let statement = Self {
            schema: SCHEMA,
            agreement: agreement.name.clone(),
            title: policy.title.clone(),
            version: version::in_force(&material, end),
            versions: version::versions(&material),
            unsigned: version::unsigned(&material),
            as_of: material.instant(outcome.as_of),
            known_on: None,
            period: period.map(|period| PeriodRange {
                label: period.label().to_owned(),
                start: material.instant(period.start(&agreement.zone)),
                end: material.instant(period.end(&agreement.zone)),
            }),
            verdicts: verdict::all(&material, &lives),
            measures: figure::all(&material),
            totals: Totals::of(&entries, agreement),
            balances,
            closed: None,
            hash: None,
            entries,
            notices: notices(&material, &lives),
            claims: claim::all(&material, &lives),
            rights: Vec::new(),
            problems: outcome.problems.iter().map(|found| problem(&agreement.zone, sources, found)).collect(),
            problem_counts: outcome
                .problem_counts
                .iter()
                .map(|(code, count)| (code.number(), *count))
                .collect(),
            input: InputLines {
                lines: outcome.input.lines,
                evaluated: outcome.input.evaluated,
                duplicates: outcome.input.duplicates,
                ignored: outcome.input.ignored,
                out_of_scope: outcome.input.out_of_scope,
                problems: outcome.input.problems,
            },
            produced_by: ProducedBy::of(policy, agreement),
            clauses: version::clauses(&material, end),
            zone: agreement.zone.name().to_owned(),
        };
        Self { hash: statement.money_hash(), ..statement }
    }

    /// How many problems there were, the ones that are only counted included.
    pub fn problem_count(&self) -> u64 {
        self.problem_counts.values().sum()
    }
}

fn notices(material: &Material<'_>, lives: &Lives) -> Vec<NoticeLine> {
    let shown = |(notice, _): &(&Notice, String)| material.in_period(notice.at);
    let ids = notice_ids(material.policy, material.agreement, lives, material.outcome);
    let lines = material.outcome.notices.iter().zip(ids).filter(shown);
    lines.map(|(notice, id)| NoticeLine { id: Some(id), ..notice_line(material, notice) }).collect()
}

fn notice_line(material: &Material<'_>, notice: &Notice) -> NoticeLine {
    let policy = material.policy;
    let consequence = policy.consequences.find(notice.consequence);
    let end = consequence.and_then(|consequence| match &consequence.effect {
        Effect::End(ending) => material.agreement.end_by(ending, notice.at),
        _ => None,
    });
    NoticeLine {
        id: None,
        clause: consequence
            .and_then(|consequence| policy.clauses.find(consequence.clause))
            .map_or_else(String::new, |clause| clause.number.clone()),
        instance: material.agreement.name.clone(),
        to: policy.parties.find(notice.to).map_or_else(String::new, |party| party.name.clone()),
        right: consequence.and_then(|consequence| match &consequence.effect {
            Effect::Right(right) => Some(right.what.words()),
            Effect::End(_) => Some(Ending::WORDS.into()),
            Effect::CountsAs(_) => policy.words_of_silence(consequence).map(Into::into),
            Effect::Suspend(of) => Some(of.words().into()),
            _ => None,
        }),
        ends: end.map(|end| material.instant(end)),
        ends_sooner: end
            .and_then(|end| crate::ending::sooner_than(end, policy, material.agreement, material.outcome))
            .map(|sooner| material.instant(sooner)),
        subject: subject_text(policy, material.agreement, &notice.subject),
        subject_kind: subject_kind(policy, &notice.subject).to_owned(),
        at: material.instant(notice.at),
        arose: notice.arose.map(|arose| material.instant(arose)),
        span: consequence.and_then(|consequence| PlaceRange::of(material.sources, consequence.span)),
    }
}

fn problem(zone: &Zone, sources: &Sources, found: &Problem) -> ProblemLine {
    let known = |number: u32| (number > 0).then_some(number);
    ProblemLine {
        code: found.code.number(),
        name: found.code.name(),
        message: found.message.clone(),
        line: known(found.place.line),
        column: known(found.place.column),
        event: found.event.as_ref().map(ToString::to_string),
        at: found.at.map(|at| at.format_in(zone)),
        wanted_by: found.wanted_by.and_then(|span| PlaceRange::of(sources, span)),
    }
}
