//! What a stream tells, as lines of its output.

use super::output::Output;
use super::position::Told as Counts;
use super::store::Store;
use crate::exit::Failure;
use servanda::events::Problem;
use servanda::report::{StreamLine, StreamOf, item_of, loose_problem, stream_json, subject_told};
use servanda::time::{Instant, Zone};
use servanda::{Agreement, Compiled, Revision, StreamSink, Told};
use std::sync::Arc;

/// Writes what is told, line by line and in order.
#[derive(Debug)]
pub(super) struct Outcomes<'c> {
    compiled: &'c Compiled,
    agreements: Vec<Arc<Agreement>>,
    pub(super) store: Store,
    pub(super) output: Output,
    /// The number of the line that was written last.
    pub(super) seq: u64,
    pub(super) counts: Counts,
    /// The last line of the input with a problem that was told since time went on last.
    pub(super) latest_problem: Option<u32>,
    now: Option<Instant>,
    /// What went wrong first. After it nothing is written.
    failure: Option<Failure>,
}

impl<'c> Outcomes<'c> {
    /// Outcomes from a line on.
    pub(super) const fn new(
        compiled: &'c Compiled,
        store: Store,
        output: Output,
        seq: u64,
        counts: Counts,
    ) -> Self {
        Self {
            compiled,
            agreements: Vec::new(),
            store,
            output,
            seq,
            counts,
            latest_problem: None,
            now: None,
            failure: None,
        }
    }

    /// What is told from here on is told of these instances, with time having gone on up to an instant.
    pub(super) fn tell_of(&mut self, agreements: &[Arc<Agreement>], now: Option<Instant>) {
        if self.agreements.len() != agreements.len() {
            let known = self.agreements.len();
            self.agreements.extend(agreements.iter().skip(known).cloned());
        }
        self.now = now;
        self.latest_problem = None;
    }

    /// Fails if anything that was told could not be written.
    ///
    /// # Errors
    /// What went wrong first.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Tells of a problem with a line of the input.
    pub(super) fn problem(&mut self, instance: Option<u32>, zone: &Zone, problem: &Problem) {
        match instance.filter(|instance| (*instance as usize) < self.agreements.len()) {
            Some(instance) => self.told(instance, Told::Problem(problem.clone())),
            None => {
                let line = loose_problem(self.seq + 1, self.now, zone, self.compiled.sources(), problem);
                self.write(&line);
            }
        }
    }

    fn write(&mut self, line: &StreamLine) {
        if self.failure.is_some() {
            return;
        }
        self.seq = line.seq;
        self.counts.tell(line.kind);
        // Numbers and texts are always JSON.
        let written = stream_json(line).map_err(Failure::usage).and_then(|json| self.output.line(&json));
        self.failure = written.err();
    }

    /// Notes that the item of something told has been told of.
    fn note_birth(&mut self, agreement: &Agreement, told: &Told) {
        let item = subject_told(told).and_then(|subject| item_of(self.compiled.policy(), subject));
        if let Some((case, key, born)) = item {
            let key = (agreement.name.clone(), case.to_owned(), key.to_owned());
            self.store.note_birth(key, born);
        }
    }

    fn make(
        &mut self,
        instance: u32,
        line: impl FnOnce(StreamOf<'_>, u64, &dyn Fn(&str, &str) -> Vec<Instant>) -> StreamLine,
        noted: &[&Told],
    ) {
        let Some(agreement) = self.agreements.get(instance as usize).cloned() else { return };
        for told in noted {
            self.note_birth(&agreement, told);
        }
        let of = StreamOf {
            policy: self.compiled.policy(),
            agreement: &agreement,
            sources: self.compiled.sources(),
            now: self.now,
        };
        let failure = std::cell::RefCell::new(None);
        let births = |case: &str, key: &str| {
            let key = (agreement.name.clone(), case.to_owned(), key.to_owned());
            self.store.births(&key).unwrap_or_else(|wrong| {
                *failure.borrow_mut() = Some(wrong);
                Vec::new()
            })
        };
        let line = line(of, self.seq + 1, &births);
        if self.failure.is_none() {
            self.failure = failure.into_inner();
        }
        self.write(&line);
    }
}

impl StreamSink for Outcomes<'_> {
    fn told(&mut self, instance: u32, told: Told) {
        if let Told::Problem(problem) = &told {
            self.latest_problem = self.latest_problem.max(Some(problem.place.line));
        }
        self.make(instance, |of, seq, births| of.told(seq, &told, births), &[&told]);
    }

    fn revised(&mut self, instance: u32, revision: Revision) {
        let noted: Vec<&Told> = revision.is.iter().collect();
        self.make(instance, |of, seq, births| of.revised(seq, &revision, births), &noted);
    }
}
