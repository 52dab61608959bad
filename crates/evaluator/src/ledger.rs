//! What a stream has told, kept as it stands now: what statements need.

use crate::evaluator::{Evaluator, Misuse};
use crate::outcome::{Outcome, Sink};
use crate::revision::{Record, Revision, StreamSink, Told};
use serde::{Deserialize, Serialize};
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// Keeps what a stream tells, each thing as it was told last, with its revisions applied.
///
/// It grows with what is told, and can be stored with the snapshot that it belongs to. A service that keeps outcomes elsewhere has a [`StreamSink`] of its own instead.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    records: BTreeMap<u32, Record>,
}

impl Ledger {
    /// Nothing has been told.
    pub fn new() -> Self {
        Self::default()
    }

    /// What has been told of an instance, in a defined order.
    pub fn told(&self, instance: u32) -> impl Iterator<Item = &Told> {
        self.records.get(&instance).into_iter().flat_map(Record::values)
    }

    /// The outcome of an instance as of an instant up to which the stream has been followed, or later: what has been
    /// told, and what is open.
    ///
    /// # Errors
    /// If there is no such instance, or the stream has been followed beyond that instant.
    pub fn outcome(&self, evaluator: &Evaluator, instance: u32, as_of: Instant) -> Result<Outcome, Misuse> {
        let rest = evaluator.outcome(instance, as_of)?;
        let mut outcome = Outcome {
            verdicts: Vec::new(),
            figures: Vec::new(),
            entries: Vec::new(),
            notices: Vec::new(),
            claims: Vec::new(),
            problems: Vec::new(),
            ..rest.clone()
        };
        // Problems that were only counted stay so.
        for problem in &rest.problems {
            if let Some(count) = outcome.problem_counts.get_mut(&problem.code) {
                *count = count.saturating_sub(1);
            }
        }
        outcome.problem_counts.retain(|_, count| *count > 0);
        let mut record = self.records.get(&instance).cloned().unwrap_or_default();
        rest.verdicts.into_iter().for_each(|it| record.add(Told::Verdict(it)));
        rest.figures.into_iter().for_each(|it| record.add(Told::Figure(it)));
        rest.entries.into_iter().for_each(|it| record.add(Told::Entry(it)));
        rest.notices.into_iter().for_each(|it| record.add(Told::Notice(it)));
        rest.claims.into_iter().for_each(|it| record.add(Told::Claim(it)));
        rest.problems.into_iter().for_each(|it| record.add(Told::Problem(it)));
        for told in record.into_values() {
            match told {
                Told::Verdict(it) => outcome.verdict(it),
                Told::Figure(it) => outcome.figure(it),
                Told::Entry(it) => outcome.entry(it),
                Told::Notice(it) => outcome.notice(it),
                Told::Problem(it) => outcome.problem(it),
                Told::Claim(it) => outcome.claim(it),
            }
        }
        outcome.sort();
        Ok(outcome)
    }
}

impl StreamSink for Ledger {
    fn told(&mut self, instance: u32, told: Told) {
        self.records.entry(instance).or_default().add(told);
    }

    fn revised(&mut self, instance: u32, revision: Revision) {
        self.records.entry(instance).or_default().revise(revision);
    }
}
