//! What is ahead: the last instant to act and what follows if it passes, how far a figure may still go, what a debt costs
//! from when on.
//!
//! What follows from silence is no guess: the evaluator plays the same events up to later instants, as if nothing more
//! happened. How far a figure may go is found by trying it: the figure is a function of how much more there is, and each
//! claim is the first whole unit at which a target or a row of a table says something else. Where a figure is no such
//! function, nothing is claimed.

mod amounts;
mod limits;
mod margins;
mod moves;
mod pays;
mod rendering;
mod silence;

pub use amounts::ForecastAmount;
pub use limits::ForecastLimit;
pub use margins::{ForecastStep, ForecastVerdict};
pub use pays::ForecastPay;
pub use rendering::forecast_text;
pub use silence::ForecastFollows;

use crate::explanation::{Material, Question};
use crate::owed::{Owed, OwedLine};
use crate::statement::end_of_time;
use crate::statement::{PlaceRange, ProducedBy};
use serde::Serialize;
use servanda_evaluator::outcome::Outcome;
use servanda_policy::policy::VersionId;
use servanda_policy::time::Instant;
use silence::Later;

/// The name of the schema of a forecast as JSON.
pub const FORECAST: &str = "servanda/forecast/1";

/// How long behind the last deadline the evaluator plays on, in nanoseconds: so that what accrues has grown a few times.
const BEYOND: i64 = 100 * 24 * 3600 * 1_000_000_000;

/// What is ahead under an agreement as of an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
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
    /// What is ahead, by the last instant; what has none comes last.
    pub lines: Vec<ForecastLine>,
    /// What is left of limits that several amounts share.
    pub limits: Vec<ForecastLimit>,
    /// The name of the zone in which instants are told.
    pub zone: String,
    /// By what this was computed.
    pub produced_by: ProducedBy,
}

/// What is ahead for one thing that is open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ForecastLine {
    /// What is open: as in what is owed, or `figure`, a figure that amounts depend on and no open duty keeps.
    pub kind: &'static str,
    /// Whose line it is.
    pub party: String,
    /// The id by which it is asked about, where it stands in the statement.
    pub id: Option<String>,
    /// The number of the clause.
    pub clause: String,
    /// The address of the sentence: `7(b)`.
    pub sentence: String,
    /// What, as the text says it, without the party.
    pub what: String,
    /// About what.
    pub subject: String,
    /// What kind of thing that is: the name of a case, `window`, `event` or `agreement`.
    pub subject_kind: String,
    /// How it stands, as in what is owed.
    pub standing: &'static str,
    /// The last date, or the last instant, in time.
    pub until: Option<String>,
    /// The first instant that is too late, or at which it happens, RFC 3339.
    pub late_from: Option<String>,
    /// How long that is from `as_of` on.
    pub left: Option<ForecastLength>,
    /// How much of it is time of the clock, where that is open time of a calendar; of a clock that stands still, what is left
    /// of it when it runs again.
    pub open_left: Option<ForecastLength>,
    /// Of a figure: how it stands.
    pub figure: Option<String>,
    /// Of a figure: the bounds that a duty sets.
    pub target: Option<String>,
    /// Of a figure: the verdict of it as it stands.
    pub verdict: Option<&'static str>,
    /// Of a figure: how much further it may go until something else is said of it, each way.
    pub steps: Vec<ForecastStep>,
    /// Of a debt: what it costs, beside the principal, to pay from which instant on, if nothing is paid before.
    pub pays: Vec<ForecastPay>,
    /// What becomes of the duty if nothing happens until its time is over.
    pub in_silence: Option<&'static str>,
    /// What follows then.
    pub follows: Vec<ForecastFollows>,
    /// About what nothing is claimed, and why.
    pub unclaimed: Vec<String>,
    /// Where the text says so.
    pub span: Option<PlaceRange>,
    /// By what it is ordered.
    #[serde(skip)]
    pub(crate) last: Option<Instant>,
}

/// A length of time that is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastLength {
    /// In seconds, exactly.
    pub seconds: String,
    /// For people.
    pub text: String,
}

/// What a forecast is made from.
pub(crate) struct Ahead<'a> {
    pub(crate) material: Material<'a>,
    /// The outcome at a later instant, if nothing happens until then.
    pub(crate) silent: &'a Outcome,
    /// What it tells, by what it is about.
    pub(crate) later: Later<'a>,
}

impl Question<'_> {
    /// Up to when the evaluator has to play on in silence for a forecast.
    pub fn horizon(&self, owed: &Owed) -> Instant {
        let as_of = self.decided.outcome.as_of;
        let last = owed.lines().filter_map(|(_, line)| line.last).max().unwrap_or(as_of).max(as_of);
        Instant(last.0.saturating_add(BEYOND)).min(Instant::MAX)
    }

    /// What is ahead, from what is owed and the outcome at a later instant before which nothing more happens.
    pub fn forecast(&self, owed: &Owed, silent: &Outcome) -> Forecast {
        let material = self.material(None, VersionId(0));
        let ahead = Ahead { material, silent, later: Later::of(&material, silent) };
        let mut lines: Vec<ForecastLine> = owed
            .lines()
            .filter(|(_, line)| {
                let acts =
                    matches!(line.kind, "duty" | "target" | "prohibition" | "right" | "notice" | "silence");
                acts && (line.last.is_some() || line.standing == "stands still")
            })
            .map(|(party, line)| ahead.line(party, line))
            .collect();
        ahead.acts(&mut lines);
        ahead.figures(&mut lines);
        // What is late, and costs nothing more by it, is told by what is owed.
        lines.retain(|line| {
            let stands = matches!(line.standing, "closed" | "done" | "stands still");
            let runs = line.left.is_some() || line.open_left.is_some() || stands;
            runs || !line.pays.is_empty() || line.kind == "figure"
        });
        lines.sort_by_key(|line| (line.last.is_none(), line.last));
        Forecast {
            schema: FORECAST,
            agreement: owed.agreement.clone(),
            title: owed.title.clone(),
            version: owed.version.clone(),
            as_of: owed.as_of.clone(),
            lines,
            limits: ahead.limits(),
            zone: owed.zone.clone(),
            produced_by: owed.produced_by.clone(),
        }
    }
}

impl Ahead<'_> {
    fn line(&self, party: &str, of: &OwedLine) -> ForecastLine {
        let as_of = self.material.outcome.as_of;
        // A window is over with its end.
        let zone = &self.material.agreement.zone;
        let end = of.last.map(|last| if of.kind == "target" { last } else { end_of_time(zone, last) });
        // What is closed has nobody to act on it: its instant is the last at which it may come back.
        let acts = !matches!(of.standing, "late" | "closed" | "done");
        let ahead = end.filter(|end| *end >= as_of && acts);
        ForecastLine {
            kind: of.kind,
            party: party.to_owned(),
            id: of.id.clone(),
            clause: of.clause.clone(),
            sentence: of.sentence.clone(),
            what: of.what.clone(),
            subject: of.subject.clone(),
            subject_kind: of.subject_kind.clone(),
            standing: of.standing,
            until: of.until.clone(),
            late_from: of.late_from.clone(),
            left: ahead.map(|end| self.length(end.nanos_since(as_of), None)),
            open_left: None,
            figure: of.figure.clone(),
            target: of.target.clone(),
            verdict: of.verdict,
            steps: Vec::new(),
            pays: Vec::new(),
            in_silence: None,
            follows: Vec::new(),
            unclaimed: Vec::new(),
            span: of.span.clone(),
            last: of.last,
        }
    }
}
