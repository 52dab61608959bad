//! What an evaluation yields: verdicts, figures, entries, notices, problems.

mod stored;
mod told;

use crate::row::Of;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_events::{InputCounts, Problem};
use servanda_policy::policy::{
    CapId, ConsequenceId, DutyId, MeasureId, PartyId, Policy, Running, Value, Verdict as VerdictKind,
    WindowId,
};
use servanda_policy::time::{Instant, Window};
use servanda_policy::value::Exact;
use std::collections::BTreeMap;

/// Receives outcomes as they arise. Whatever is dated at or after `as_of` is not handed over.
pub trait Sink {
    /// Whether the sink takes the verdicts of a duty; those that it does not take are not made.
    fn wants_verdict(&self, _duty: DutyId) -> bool {
        true
    }

    /// The verdict of a duty on one subject; a pending one only when the outcome is read.
    fn verdict(&mut self, verdict: Verdict);
    /// The figure of a measure in one window; a provisional one only when the outcome is read.
    fn figure(&mut self, figure: Figure);
    /// An entry. Of an accrual, when it is settled or when the outcome is read.
    fn entry(&mut self, entry: Entry);
    /// A notice.
    fn notice(&mut self, notice: Notice);
    /// An amount that waits for a claim, has been claimed, or has lapsed.
    fn claim(&mut self, _claim: Claim) {}
    /// A problem with an event.
    fn problem(&mut self, problem: Problem);
    /// What was told has changed; only a stream that is followed tells this, through [`crate::StreamSink`].
    fn revised(&mut self, _revision: crate::Revision) {}

    /// Whether the sink takes what stands behind outcomes; it is made for no other.
    fn wants_behind(&self) -> bool {
        false
    }

    /// What stands behind an outcome, as it happens.
    fn behind(&mut self, _behind: crate::Behind) {}
}

/// What a verdict or an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Subject {
    /// The agreement itself.
    Agreement,
    /// An item of a case: its key, and when it began (an implicit one: when its first act was done), which tells
    /// items of one key apart without remembering those that are over.
    Item {
        /// The case.
        case: servanda_policy::policy::CaseId,
        /// When it began.
        born: Instant,
        /// The key.
        key: CompactString,
    },
    /// A single event, where the log has an id for it, else its type and instant.
    Event(Evidence),
    /// A window.
    Window(Span),
    /// A window of a figure that there is for each value of a field: the window, and the value.
    Group(Span, CompactString),
}

impl Subject {
    /// Whether two subjects are the same: in which line of the input an event stood is no part of that.
    pub fn is_same(&self, other: &Subject) -> bool {
        match (self, other) {
            (Subject::Event(left), Subject::Event(right)) => {
                (left.at, left.event, &left.id) == (right.at, right.event, &right.id)
            }
            (left, right) => left == right,
        }
    }

    /// The window, where it is one, or one group's.
    pub fn window(&self) -> Option<&Span> {
        match self {
            Subject::Window(span) | Subject::Group(span, _) => Some(span),
            Subject::Agreement | Subject::Item { .. } | Subject::Event(_) => None,
        }
    }

    /// The value of the field, where it is the window of one group.
    pub fn group(&self) -> Option<&CompactString> {
        match self {
            Subject::Group(_, group) => Some(group),
            _ => None,
        }
    }

    /// The subject without the line of the input.
    pub(crate) fn without_line(&self) -> Subject {
        match self {
            Subject::Event(event) => Subject::Event(Evidence { line: 0, ..event.clone() }),
            other => other.clone(),
        }
    }
}

/// A window as a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Its first instant.
    pub start: Instant,
    /// The first instant after it.
    pub end: Instant,
    /// Which windows it is one of.
    pub window: WindowId,
    /// Its index among them.
    pub index: i32,
}

/// An event that stands behind an outcome: its id, or its type and instant where the log has no ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// The id.
    pub id: Option<CompactString>,
    /// The type.
    pub event: servanda_policy::policy::EventId,
    /// When.
    pub at: Instant,
    /// The line of the input, 0 where unknown; not part of what an outcome means.
    pub line: u32,
}

/// The verdict of a duty on one subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Of which duty.
    pub duty: DutyId,
    /// On what.
    pub subject: Subject,
    /// What became of it.
    pub verdict: VerdictKind,
    /// When it was decided: a breach by silence, at the last instant before it is late. None while it is pending.
    pub at: Option<Instant>,
    /// The first instant that is late.
    pub late_from: Option<Instant>,
    /// When the act was done, in time or late.
    pub done_at: Option<Instant>,
    /// Why it is excused or indeterminate.
    pub because: Vec<Cause>,
    /// The events behind it.
    pub evidence: Vec<Evidence>,
}

/// Why something is indeterminate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    /// What failed, one clause.
    pub message: String,
    /// The expression or declaration at which it failed.
    pub span: servanda_diagnostics::Span,
}

/// The figure of a measure in one window.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Of which measure.
    pub measure: MeasureId,
    /// In which window.
    pub window: Window,
    /// Of which group, where there is a figure for each value of a field: the value.
    pub group: Option<CompactString>,
    /// Its value.
    pub value: Quantity,
    /// For a share, an average or a rate: what is divided, unreduced; times in seconds.
    pub ratio: Option<(Exact, Exact)>,
    /// Whether it may still change.
    pub provisional: bool,
    /// What the duties to keep it come to with the figure as it stands.
    pub judged: Vec<Judged>,
}

/// A duty to keep a measure, judged by the figure as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Which duty.
    pub duty: DutyId,
    /// What it comes to.
    pub verdict: VerdictKind,
    /// The targets as they apply to this window: of one that the term cuts, in proportion where the measure says so.
    pub targets: Vec<(servanda_parser::ast::Relation, Quantity)>,
}

/// A value that may not be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Quantity {
    /// It is this.
    Known(Value),
    /// There is nothing to compute it from.
    NoData,
    /// Data or arithmetic failed; for counts and shares, between these two if they are known.
    Unknown {
        /// Why.
        causes: Vec<Cause>,
        /// The lowest and the highest that it can be.
        between: Option<(Exact, Exact)>,
    },
}

/// One amount that a party owes another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The consequence that made it.
    pub consequence: ConsequenceId,
    /// What it is about.
    pub subject: Subject,
    /// Its number among the entries of this consequence and subject, from 1.
    pub ordinal: u32,
    /// Who owes.
    pub debtor: PartyId,
    /// To whom.
    pub creditor: PartyId,
    /// When it arose; of an accrual, the first instant of its first period.
    pub at: Instant,
    /// The amount before caps, in minor units; none where it is undetermined.
    pub gross: Option<i128>,
    /// The amount after caps, in minor units; none where it is undetermined.
    pub amount: Option<i128>,
    /// The cap that took the difference: of several the one that left the least, of equal ones the first of the text.
    pub capped_by: Option<CapId>,
    /// The window that it settles, where there is one.
    pub window: Option<Window>,
    /// Of an accrual: how its figure grew.
    pub accrual: Option<Accrued>,
    /// Why the amount is undetermined.
    pub because: Vec<Cause>,
    /// The events behind it.
    pub evidence: Vec<Evidence>,
}

/// How an accrual grew. Its figure at an instant is a function of these stretches, rounded once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Accrued {
    /// One after the other; each counts periods at one amount.
    pub stretches: Vec<Stretch>,
    /// The figure (after rounding and caps, in minor units) from each instant on at which it changed, where a cap
    /// over more than this entry limits it; empty where the stretches alone decide.
    pub postings: Vec<(Instant, i128)>,
    /// When it stopped; a period that begins at this instant counts.
    pub until: Option<Instant>,
}

/// Periods that each add the same amount.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The first instant of the first of these periods (of completed ones: the first instant after it).
    pub from: Instant,
    /// The first instant after the stretch; none while it goes on.
    pub until: Option<Instant>,
    /// How many periods, up to `as_of`.
    pub periods: u32,
    /// What each adds, in major units, exact; with a day count, what a year adds. Of what compounds, the part of `base`
    /// and of what has joined it.
    pub each: Exact,
    /// On which amount it is computed, where it is on one: the principal or what of it is unpaid, in major units. Of what
    /// compounds, the amount that is written behind the percentage.
    pub base: Option<Exact>,
    /// What payments had settled of the accrual before it, in major units: of what compounds, so much of what has joined
    /// `base` is there no more.
    pub settled: Exact,
}

/// Somebody is told something.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The consequence that made it.
    pub consequence: ConsequenceId,
    /// Who is told.
    pub to: PartyId,
    /// About what.
    pub subject: Subject,
    /// When.
    pub at: Instant,
    /// When it arose, where it had to wait for the hours in which it is told.
    pub arose: Option<Instant>,
}

/// An amount that is owed only if it is claimed in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The consequence that made it.
    pub consequence: ConsequenceId,
    /// What it is about.
    pub subject: Subject,
    /// Its number among those of this consequence and subject, from 1; the entry has the same.
    pub ordinal: u32,
    /// Who owes it, once it is claimed.
    pub debtor: PartyId,
    /// Who can claim it.
    pub creditor: PartyId,
    /// When it arose.
    pub at: Instant,
    /// The first instant that is too late; none where the time never runs out.
    pub until: Option<Instant>,
    /// The window that it settles, where there is one.
    pub window: Option<Window>,
    /// The amount before caps, in minor units; none where it is undetermined.
    pub amount: Option<i128>,
    /// What has become of it.
    pub standing: ClaimStanding,
    /// Why the amount is undetermined.
    pub because: Vec<Cause>,
    /// The events behind it, without the claim.
    pub evidence: Vec<Evidence>,
}

impl Claim {
    /// When it was claimed, or lapsed: the last instant before it was too late.
    pub fn closed_at(&self) -> Option<Instant> {
        match &self.standing {
            ClaimStanding::Open => None,
            ClaimStanding::Claimed(by) => Some(by.at),
            ClaimStanding::Lapsed => self.until.map(|until| until.previous().max(self.at)),
        }
    }
}

/// What has become of an amount that can be claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimStanding {
    /// It can be claimed.
    Open,
    /// This event has claimed it: an entry is booked at its instant.
    Claimed(Evidence),
    /// Nobody has claimed it in time.
    Lapsed,
}

/// The outcome of one instance, in defined orders: verdicts by duty, subject; figures by measure, window; entries
/// by instant, consequence, subject; notices and claims the same; problems by instant and code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The instance's name.
    pub agreement: String,
    /// Exclusive.
    pub as_of: Instant,
    /// The verdicts.
    pub verdicts: Vec<Verdict>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// The entries.
    pub entries: Vec<Entry>,
    /// The notices.
    pub notices: Vec<Notice>,
    /// What could be claimed, was claimed or has lapsed. It is stored beside the rest, not with it: what is stored of
    /// outcomes has the form that it always had.
    #[serde(skip)]
    pub claims: Vec<Claim>,
    /// The first problems, at most [`Outcome::PROBLEMS_MAX`].
    pub problems: Vec<Problem>,
    /// How many problems of each code.
    pub problem_counts: std::collections::BTreeMap<servanda_diagnostics::Code, u64>,
    /// What became of the lines of the input that belong to this instance.
    pub input: InputCounts,
}

impl Outcome {
    /// How many problems an outcome lists; further ones are only counted.
    pub const PROBLEMS_MAX: usize = 100;

    /// Nothing yet.
    pub fn new(agreement: impl Into<String>, as_of: Instant) -> Self {
        Self {
            agreement: agreement.into(),
            as_of,
            verdicts: Vec::new(),
            figures: Vec::new(),
            entries: Vec::new(),
            notices: Vec::new(),
            claims: Vec::new(),
            problems: Vec::new(),
            problem_counts: std::collections::BTreeMap::new(),
            input: InputCounts::default(),
        }
    }

    /// The figure of a measure, in whichever version, in the window that ends where another begins.
    pub fn figure_before(&self, policy: &Policy, measure: MeasureId, start: Instant) -> Option<&Figure> {
        policy.same_measures(measure).find_map(|measure| {
            self.figures.iter().find(|figure| figure.measure == measure && figure.window.end == start)
        })
    }

    /// What became of a duty in its windows that are alike, in whichever version, by their numbers.
    fn in_windows(&self, policy: &Policy, duty: DutyId) -> BTreeMap<i32, &Verdict> {
        let cut = |duty: DutyId| crate::plan::window_of(policy, duty).map(|window| policy.windows[window]);
        let (first, own) = (policy.duties[duty].first, cut(duty));
        let same = |other: DutyId| policy.duties[other].first == first && cut(other) == own;
        let of_it = self.verdicts.iter().filter(|verdict| same(verdict.duty));
        of_it
            .filter_map(|verdict| match &verdict.subject {
                Subject::Window(window) => Some((window.index, verdict)),
                _ => None,
            })
            .collect()
    }

    /// The windows one behind the other, so many of them, by which a duty had been kept behind the window of a number at
    /// an instant; none where it had not.
    pub fn kept_running(
        &self,
        policy: &Policy,
        duty: DutyId,
        index: i32,
        count: u32,
        at: Instant,
    ) -> Vec<&Verdict> {
        let mut run: Vec<&Verdict> = Vec::new();
        let mut next = index.saturating_add(1);
        let known = self.in_windows(policy, duty);
        let known = known.range(next..).filter(|(_, verdict)| verdict.at.is_some_and(|known| known <= at));
        for (number, verdict) in known {
            let step = Of::Kept.step(verdict.verdict);
            if *number != next || step.is_none() {
                run.clear();
            }
            if step == Some(1) {
                run.push(verdict);
            }
            if run.len() >= count as usize {
                return run;
            }
            next = number.saturating_add(1);
        }
        Vec::new()
    }

    /// The breaches with which a duty had come to be broken in so many windows, in whichever version, as they were known
    /// when the breach in the window of this number was, with which there were enough.
    pub fn broken_running(&self, policy: &Policy, running: &Running, index: i32) -> Vec<&Verdict> {
        let decided = self.in_windows(policy, running.duty);
        let at = decided.get(&index).and_then(|own| own.at);
        let known: BTreeMap<i32, &Verdict> =
            decided.into_iter().filter(|(_, it)| it.at.is_some() && it.at <= at).collect();
        let numbers: Vec<i32> = match running.of {
            Some(of) => {
                let last = known.keys().next_back().copied().unwrap_or(index);
                let first = last.saturating_sub(i32::try_from(of).unwrap_or(i32::MAX).saturating_sub(1));
                (first..=last).collect()
            }
            None => {
                let interrupts = |index: &i32| {
                    let of = known.get(index).map(|it| it.verdict);
                    !matches!(
                        of,
                        Some(VerdictKind::Broken | VerdictKind::NotApplicable | VerdictKind::Excused)
                    )
                };
                let before = (i32::MIN..index).rev().take_while(|index| !interrupts(index)).last();
                let behind =
                    (index.saturating_add(1)..=i32::MAX).take_while(|index| !interrupts(index)).last();
                (before.unwrap_or(index)..=behind.unwrap_or(index)).collect()
            }
        };
        // What is excused now was broken when this followed from it.
        let counts = |number: &i32, it: &Verdict| it.verdict == VerdictKind::Broken || *number == index;
        let found = numbers.iter().filter_map(|number| Some((number, *known.get(number)?)));
        found.filter(|(number, it)| counts(number, it)).map(|(_, it)| it).collect()
    }

    /// The breaches of a duty in a row, in whichever version, as they were known when it was broken in the window of this
    /// number, which is the last of them.
    pub fn misses_running(&self, policy: &Policy, duty: DutyId, index: i32) -> Vec<&Verdict> {
        let decided = self.in_windows(policy, duty);
        let at = decided.get(&index).and_then(|own| own.at);
        let known = (i32::MIN..=index).rev().map_while(|index| decided.get(&index).copied());
        let step = |it: &&Verdict| Of::Misses.step(it.verdict);
        let run = known.take_while(|it| it.at.is_some() && it.at <= at && step(it).is_some());
        let mut run: Vec<&Verdict> = run.filter(|it| step(it) == Some(1)).collect();
        run.reverse();
        run
    }
}
