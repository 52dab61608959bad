//! The lines of a stream: what is told as it arises, and how it is revised, in the form that statements have it.
//!
//! Each line is one JSON object. Its body is the very object of a statement, so that what reads the one reads the
//! other; nothing here numbers the lines or knows what was told before.

use crate::statement::{
    Booking, ClaimLine, MeasureLine, NoticeLine, ProblemLine, VerdictLine, booking_told, claim_told,
    figure_told, notice_told, problem_told, verdict_told,
};
use crate::subject::Lives;
use serde::Serialize;
use servanda_diagnostics::Sources;
use servanda_evaluator::outcome::{Entry, Subject};
use servanda_evaluator::{Revision, Told};
use servanda_events::Problem;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::{Instant, Zone};
use servanda_policy::value::format_minor;

/// The body of a line: an object of a statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum StreamBody {
    /// What a duty has come to.
    Verdict(Box<VerdictLine>),
    /// The final figure of a measure in a window.
    Figure(Box<MeasureLine>),
    /// An amount that a party owes another.
    Entry(Box<Booking>),
    /// Somebody is told something.
    Notice(Box<NoticeLine>),
    /// A problem with an event.
    Problem(Box<ProblemLine>),
    /// An amount that waits for a claim, was claimed or has lapsed.
    Claim(Box<ClaimLine>),
}

impl StreamBody {
    /// `verdict`, `figure`, `entry`, `notice`, `claim` or `problem`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Verdict(_) => "verdict",
            Self::Figure(_) => "figure",
            Self::Entry(_) => "entry",
            Self::Notice(_) => "notice",
            Self::Problem(_) => "problem",
            Self::Claim(_) => "claim",
        }
    }
}

/// One line of a stream.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreamLine {
    /// Its number, from 1 without a gap.
    pub seq: u64,
    /// What it tells: the kind of its body, or `revision`.
    pub kind: &'static str,
    /// The instance's name; none of a line of the input that belongs to no instance.
    pub agreement: Option<String>,
    /// Up to where time had gone on when it was told, exclusive, RFC 3339; none before it has.
    pub now: Option<String>,
    /// What is told; of a revision, what takes the place of what was told, none where that is withdrawn.
    pub is: Option<StreamBody>,
    /// Of a revision: what is revised.
    #[serde(flatten)]
    pub revises: Option<Revised>,
}

/// What a revision adds to a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revised {
    /// The kind of what is revised.
    pub of: &'static str,
    /// What was told; none where it had not been.
    pub was: Option<StreamBody>,
    /// By how much an entry changes, with its currency's digits; none of what is no entry, and where an amount is
    /// undetermined.
    pub difference: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
}

/// What lines of one instance are made with.
#[derive(Debug, Clone, Copy)]
pub struct StreamOf<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The instance.
    pub agreement: &'a Agreement,
    /// The texts that places lie in.
    pub sources: &'a Sources,
    /// Up to where time has gone on.
    pub now: Option<Instant>,
}

/// The item that a subject is: the name of its case, its key and when it began.
pub fn item_of<'a>(policy: &'a Policy, subject: &'a Subject) -> Option<(&'a str, &'a str, Instant)> {
    match subject {
        Subject::Item { case, born, key } => Some((&policy.cases.find(*case)?.name, key, *born)),
        Subject::Agreement | Subject::Event(_) | Subject::Window(_) | Subject::Group(..) => None,
    }
}

/// What something told is about; none of a figure and of a problem.
pub const fn subject_told(told: &Told) -> Option<&Subject> {
    match told {
        Told::Verdict(verdict) => Some(&verdict.subject),
        Told::Entry(entry) => Some(&entry.subject),
        Told::Notice(notice) => Some(&notice.subject),
        Told::Claim(claim) => Some(&claim.subject),
        _ => None,
    }
}

impl StreamOf<'_> {
    /// The line of something that is told.
    ///
    /// The ids of entries number the items of one key in the order in which they were told of first, so that a number
    /// never changes, whatever comes late: `births` are the instants at which those began, in that order, of a case
    /// and a key, with the item of what is told among them; it is asked for entries alone.
    pub fn told(&self, seq: u64, told: &Told, births: impl FnOnce(&str, &str) -> Vec<Instant>) -> StreamLine {
        let body = self.body(told, births);
        let kind = body.as_ref().map_or("problem", StreamBody::kind);
        StreamLine {
            seq,
            kind,
            agreement: Some(self.agreement.name.clone()),
            now: self.instant(),
            is: body,
            revises: None,
        }
    }

    /// The line of a revision; `births` as [`StreamOf::told`] has them.
    pub fn revised(
        &self,
        seq: u64,
        revision: &Revision,
        births: impl Fn(&str, &str) -> Vec<Instant>,
    ) -> StreamLine {
        let body = |told: &Option<Told>| told.as_ref().and_then(|told| self.body(told, &births));
        let (was, is) = (body(&revision.was), body(&revision.is));
        let of = is.as_ref().or(was.as_ref()).map_or("problem", StreamBody::kind);
        let currency = self.agreement.currency;
        let difference = (of == "entry").then(|| revision.difference()).flatten();
        let revises = Revised {
            of,
            was,
            difference: difference.map(|minor| format_minor(minor, currency)),
            currency: currency.code(),
        };
        StreamLine {
            seq,
            kind: "revision",
            agreement: Some(self.agreement.name.clone()),
            now: self.instant(),
            is,
            revises: Some(revises),
        }
    }

    fn instant(&self) -> Option<String> {
        self.now.map(|now| now.format_in(&self.agreement.zone))
    }

    fn body(&self, told: &Told, births: impl FnOnce(&str, &str) -> Vec<Instant>) -> Option<StreamBody> {
        let (policy, agreement, sources) = (self.policy, self.agreement, self.sources);
        Some(match told {
            Told::Verdict(it) => StreamBody::Verdict(Box::new(verdict_told(policy, agreement, sources, it))),
            Told::Figure(it) => StreamBody::Figure(Box::new(figure_told(policy, agreement, sources, it)?)),
            Told::Entry(it) => {
                let lives = lives_of(policy, it, births);
                StreamBody::Entry(Box::new(booking_told(policy, agreement, sources, &lives, it)?))
            }
            Told::Notice(it) => StreamBody::Notice(Box::new(notice_told(policy, agreement, sources, it))),
            Told::Problem(it) => StreamBody::Problem(Box::new(problem_told(&agreement.zone, sources, it))),
            Told::Claim(it) => StreamBody::Claim(Box::new(claim_told(policy, agreement, sources, it))),
            _ => return None,
        })
    }
}

fn lives_of(policy: &Policy, entry: &Entry, births: impl FnOnce(&str, &str) -> Vec<Instant>) -> Lives {
    match (&entry.subject, item_of(policy, &entry.subject)) {
        (Subject::Item { case, .. }, Some((name, key, _))) => Lives::of_key(*case, key, births(name, key)),
        _ => Lives::default(),
    }
}

/// The line of a problem with a line of the input that belongs to no instance; its instants are told in a zone.
pub fn loose_problem(
    seq: u64,
    now: Option<Instant>,
    zone: &Zone,
    sources: &Sources,
    problem: &Problem,
) -> StreamLine {
    StreamLine {
        seq,
        kind: "problem",
        agreement: None,
        now: now.map(|now| now.format_in(zone)),
        is: Some(StreamBody::Problem(Box::new(problem_told(zone, sources, problem)))),
        revises: None,
    }
}

/// A line as JSON, without a line feed inside or behind it.
///
/// # Errors
/// None that a line can cause; the error is that of the writer underneath.
pub fn stream_json(line: &StreamLine) -> Result<String, serde_json::Error> {
    serde_json::to_string(line)
}
