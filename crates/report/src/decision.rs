//! What the parties have decided about an outcome: a layer over it, which changes no figure and no other duty.
//!
//! Decisions are events: those that are retracted, repeated or not before `as_of` decide nothing, and their order of
//! arrival is not an input. Nothing is evaluated again here.

mod admission;
mod closing;
mod register;
mod ruling;

pub use closing::Closing;
use servanda_evaluator::Retraction;
use servanda_evaluator::outcome::Outcome;
use servanda_events::{Decision, Problem};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{PartyId, Policy};
use servanda_policy::time::Instant;

/// An outcome with what the parties have decided about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The outcome: the verdicts of duties that are waived read excused, and the decisions are counted in its input.
    pub outcome: Outcome,
    /// How each entry of the outcome stands, in their order; empty where nothing is decided.
    standings: Vec<Standing>,
    /// What was added to entries or taken off, by instant.
    adjustments: Vec<Adjustment>,
    /// What each decision has done to an entry, in their order.
    turns: Vec<Turn>,
    /// The periods that are closed, one behind the other.
    closings: Vec<Closing>,
}

/// What a decision has done to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The place of the entry in the outcome.
    pub entry: usize,
    /// What became of it.
    pub to: TurnTo,
    /// The type of the decision: `entry.disputed`.
    pub kind: &'static str,
    /// The line of the input, 0 where unknown.
    pub line: u32,
    /// Who has decided it, when and why.
    pub decider: Decider,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnTo {
    /// Its debtor disputes it.
    Disputed,
    /// Its debtor has given the dispute up.
    Due,
    /// Its creditor has given it up.
    Lapsed,
    /// The duty whose breach it follows from is waived.
    Waived,
    /// So much was added to it in minor units; below zero, taken off.
    Adjusted(i128),
}

/// Whether an entry is due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// It is.
    #[default]
    Due,
    /// Not as long as the debtor disputes it.
    Disputed(Decider),
    /// Not any more: the creditor has given it up.
    Waived(Decider),
}

impl Standing {
    /// The word in statements.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Disputed(_) => "disputed",
            Self::Waived(_) => "waived",
        }
    }

    /// Who has decided so.
    pub const fn decider(&self) -> Option<&Decider> {
        match self {
            Self::Due => None,
            Self::Disputed(decider) | Self::Waived(decider) => Some(decider),
        }
    }
}

/// Who has decided something, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decider {
    /// Who.
    pub by: PartyId,
    /// When.
    pub at: Instant,
    /// Why, in words.
    pub reason: Option<String>,
    /// The event: its id, or its type and instant.
    pub event: String,
}

impl Decider {
    /// That of a decision.
    fn of(agreement: &Agreement, decision: &Decision) -> Self {
        let event = match &decision.id {
            Some(id) => id.to_string(),
            None => format!("{}@{}", decision.what.type_name(), decision.at.format_in(&agreement.zone)),
        };
        // Words from a log are shown on one line, and nothing in them steers a terminal.
        let shown = |reason: &str| {
            let words: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            words.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let reason = decision.reason.as_deref().map(shown);
        Decider { by: decision.by, at: decision.at, reason, event }
    }
}

/// What was added to an entry, or taken off: an entry of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Its id: that of the entry with the event behind it.
    pub id: String,
    /// The place of the entry in the outcome.
    pub entry: usize,
    /// In minor units; below zero what is taken off.
    pub amount: i128,
    /// Who has decided it, when and why.
    pub decider: Decider,
}

impl Decided {
    /// An outcome about which nothing is decided.
    pub const fn nothing(outcome: Outcome) -> Self {
        Self {
            outcome,
            standings: Vec::new(),
            adjustments: Vec::new(),
            turns: Vec::new(),
            closings: Vec::new(),
        }
    }

    /// What these decisions make of an outcome. Only those before its `as_of` count, and none that one of these
    /// retractions takes back.
    pub fn new(
        policy: &Policy,
        agreement: &Agreement,
        outcome: Outcome,
        decisions: &[Decision],
        retractions: &[Retraction],
    ) -> Self {
        let mut decided = Self::nothing(outcome);
        if decisions.is_empty() {
            return decided;
        }
        let standing = admission::admit(policy, agreement, &mut decided.outcome, decisions, retractions);
        ruling::apply(policy, agreement, &mut decided, &standing);
        closing::close(agreement, &mut decided, &standing);
        decided.sort();
        decided
    }

    /// Adds problems with decisions.
    pub fn tell_all(&mut self, problems: impl IntoIterator<Item = Problem>) {
        problems.into_iter().for_each(|problem| tell(&mut self.outcome, problem));
        self.sort();
    }

    fn sort(&mut self) {
        self.outcome.problems.sort_by(|left, right| {
            (left.at, left.code, &left.message).cmp(&(right.at, right.code, &right.message))
        });
        self.outcome.problems.truncate(Outcome::PROBLEMS_MAX);
    }

    /// The periods that are closed, one behind the other.
    pub fn closings(&self) -> &[Closing] {
        &self.closings
    }

    /// How the entry of this place stands.
    pub fn standing(&self, entry: usize) -> &Standing {
        self.standings.get(entry).unwrap_or(&Standing::Due)
    }

    /// What the decisions have done to entries, in their order.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// What was added to entries or taken off, by instant.
    pub fn adjustments(&self) -> &[Adjustment] {
        &self.adjustments
    }
}

/// A problem of an outcome.
fn tell(outcome: &mut Outcome, problem: Problem) {
    *outcome.problem_counts.entry(problem.code).or_insert(0) += 1;
    outcome.problems.push(problem);
}
