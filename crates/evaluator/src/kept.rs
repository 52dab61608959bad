//! What an instance keeps of its outcome until it is handed over.

use crate::outcome::{Claim, Entry, Figure, Notice, Outcome, Sink, Verdict};
use servanda_events::{InputCounts, Problem};
use servanda_policy::agreement::Agreement;
use std::borrow::Cow;

/// Outcomes that have left the state and have not been handed over, and counts of lines: mostly these alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// What became of the lines, while there is nothing else; else the outcome has it.
    input: InputCounts,
    outcome: Option<Box<Outcome>>,
}

impl Kept {
    /// What was kept of an agreement.
    pub(crate) fn of(outcome: Outcome) -> Self {
        let mut kept = Self { input: InputCounts::default(), outcome: Some(Box::new(outcome)) };
        kept.let_go();
        kept
    }

    /// What became of the lines.
    pub(crate) fn input(&self) -> &InputCounts {
        self.outcome.as_deref().map_or(&self.input, |outcome| &outcome.input)
    }

    pub(crate) fn input_mut(&mut self) -> &mut InputCounts {
        self.outcome.as_deref_mut().map_or(&mut self.input, |outcome| &mut outcome.input)
    }

    /// The outcome, to add to it.
    fn outcome_mut(&mut self, agreement: &Agreement) -> &mut Outcome {
        let input = &mut self.input;
        self.outcome.get_or_insert_with(|| Box::new(counts_of(agreement, std::mem::take(input))))
    }

    pub(crate) fn problem(&mut self, agreement: &Agreement, problem: Problem) {
        self.outcome_mut(agreement).problem(problem);
    }

    /// Its agreement has got a name.
    pub(crate) fn rename(&mut self, name: &str) {
        if let Some(outcome) = self.outcome.as_deref_mut() {
            name.clone_into(&mut outcome.agreement);
        }
    }

    /// Hands everything over but the counts.
    pub(crate) fn hand_over(&mut self, sink: &mut impl Sink) {
        if let Some(outcome) = self.outcome.as_deref_mut() {
            outcome.hand_over(sink);
            self.let_go();
        }
    }

    /// Everything, as an outcome.
    pub(crate) fn outcome(&self, agreement: &Agreement) -> Cow<'_, Outcome> {
        match self.outcome.as_deref() {
            Some(outcome) => Cow::Borrowed(outcome),
            None => Cow::Owned(counts_of(agreement, self.input)),
        }
    }

    pub(crate) fn into_outcome(self, agreement: &Agreement) -> Outcome {
        match self.outcome {
            Some(outcome) => *outcome,
            None => counts_of(agreement, self.input),
        }
    }

    /// Gives back the room of an outcome in which there is nothing but counts of lines.
    fn let_go(&mut self) {
        let bare = self.outcome.as_deref().is_some_and(|outcome| {
            let Outcome { verdicts, figures, entries, notices, claims, problems, problem_counts, .. } =
                outcome;
            verdicts.is_empty()
                && figures.is_empty()
                && entries.is_empty()
                && notices.is_empty()
                && claims.is_empty()
                && problems.is_empty()
                && problem_counts.is_empty()
        });
        if bare {
            self.input = self.outcome.take().map(|outcome| outcome.input).unwrap_or_default();
        }
    }
}

/// An outcome with nothing but counts of lines.
fn counts_of(agreement: &Agreement, input: InputCounts) -> Outcome {
    Outcome { input, ..Outcome::new(agreement.name.clone(), agreement.start) }
}

/// Keeps what is told of an agreement.
pub(crate) struct Keeping<'k> {
    pub(crate) kept: &'k mut Kept,
    pub(crate) agreement: &'k Agreement,
}

impl Keeping<'_> {
    fn outcome(&mut self) -> &mut Outcome {
        self.kept.outcome_mut(self.agreement)
    }
}

impl Sink for Keeping<'_> {
    fn verdict(&mut self, verdict: Verdict) {
        self.outcome().verdict(verdict);
    }

    fn figure(&mut self, figure: Figure) {
        self.outcome().figure(figure);
    }

    fn entry(&mut self, entry: Entry) {
        self.outcome().entry(entry);
    }

    fn notice(&mut self, notice: Notice) {
        self.outcome().notice(notice);
    }

    fn claim(&mut self, claim: Claim) {
        self.outcome().claim(claim);
    }

    fn problem(&mut self, problem: Problem) {
        self.outcome().problem(problem);
    }
}
