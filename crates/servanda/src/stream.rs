//! A run that never stops: lines as they come, outcomes as they arise, stored and restored anywhere.

use crate::{Compiled, Run, RunError};
use servanda_evaluator::{Misuse, OtherData, Snapshot, SnapshotError, StreamSink};
use servanda_events::{Line, LineKind, Problem};
use servanda_policy::time::Instant;
use std::sync::Arc;

/// What became of a line when it was read. Whether an admitted event is a duplicate or too late shows later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRead {
    /// What it is.
    pub fate: LineFate,
    /// Its instance, where it has one.
    pub instance: Option<u32>,
    /// Its instant, where it is an event of an instance.
    pub at: Option<Instant>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFate {
    /// An event.
    Event,
    /// The removal of an event.
    Retraction,
    /// A decision of a party.
    Decision,
    /// Of a type that the policy does not declare, or not known yet.
    Ignored,
    /// Of an agreement that is not given.
    OutOfScope,
    /// Not admitted, for a problem that is told.
    Problem,
    /// Blank.
    Blank,
}

impl LineRead {
    fn of(line: &Line) -> Self {
        let (fate, at) = match &line.kind {
            LineKind::Admitted { fact, .. } => (LineFate::Event, Some(fact.at)),
            LineKind::Retraction { at, .. } => (LineFate::Retraction, Some(*at)),
            LineKind::Decision { decision, .. } => (LineFate::Decision, Some(decision.at)),
            LineKind::Ignored | LineKind::NotKnown => (LineFate::Ignored, None),
            LineKind::OutOfScope => (LineFate::OutOfScope, None),
            LineKind::NotAdmitted { .. } => (LineFate::Problem, None),
            LineKind::Blank => (LineFate::Blank, None),
        };
        Self { fate, instance: line.kind.instance(), at }
    }
}

/// Why a stored run cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The policy, or its instances, cannot be run at all.
    #[error(transparent)]
    Run(#[from] RunError),
    /// What was stored is not of this run.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl Run {
    /// Reads one event, given without its line ending, as the line of this number.
    pub fn read_line(&mut self, number: u32, line: &[u8]) -> LineRead {
        let line = self.reader.read_line(number, line);
        let read = LineRead::of(&line);
        self.desk.take(line);
        // A stream ends nowhere: a retraction takes back what has come before it.
        self.desk.release();
        self.name_agreements();
        read
    }

    /// Nothing that happened before this instant will come any more but what is late: everything up to it is told as
    /// it arises, and revised where something comes late.
    ///
    /// # Errors
    /// When time has gone on beyond it already.
    pub fn follow(&mut self, now: Instant, sink: &mut impl StreamSink) -> Result<(), Misuse> {
        self.desk.evaluator.follow(now, sink)
    }

    /// Up to where the run has been followed; none before it has been.
    pub fn now(&self) -> Option<Instant> {
        self.desk.evaluator.now()
    }

    /// The instant of the latest event of all instances that has been read since the run was made or restored.
    pub fn latest_of_all(&self) -> Option<Instant> {
        self.desk.latest.iter().copied().flatten().max()
    }

    /// How many items are open in all instances.
    pub fn open_items(&self) -> u64 {
        self.desk.evaluator.open_items()
    }

    /// What is wrong with lines that belong to no instance, since this was last asked; they go on being counted.
    pub fn take_loose_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.desk.loose.problems)
    }

    /// The run as bytes: everything but the counts of lines that belong to no instance.
    ///
    /// # Errors
    /// When two agreements have one name.
    pub fn snapshot(&self) -> Result<Vec<u8>, SnapshotError> {
        self.desk.evaluator.snapshot()
    }

    /// The part of a snapshot that is of no instance: for a store that holds the instances one by one.
    ///
    /// # Errors
    /// None that is known.
    pub fn snapshot_head(&self) -> Result<Vec<u8>, SnapshotError> {
        self.desk.evaluator.snapshot_head()
    }

    /// The name and the part of a snapshot of each instance that may have changed since this was last asked; at first
    /// of all.
    ///
    /// # Errors
    /// None that is known.
    pub fn take_changed(&mut self) -> Result<Vec<(String, Vec<u8>)>, SnapshotError> {
        let mut changed = Vec::new();
        for number in self.desk.evaluator.take_changed() {
            let Some(agreement) = self.desk.agreements.get(number as usize) else { continue };
            if let Some(part) = self.desk.evaluator.snapshot_of(number)? {
                changed.push((agreement.name.clone(), part));
            }
        }
        Ok(changed)
    }

    /// Goes on with a run that was stored, over the instances of a file, or over those that the log names. There may
    /// be more of them than there were.
    ///
    /// # Errors
    /// When the instances cannot be run, or the snapshot is of another policy, of other instances, or made with other
    /// data.
    pub fn restore(
        compiled: &Compiled,
        instances: Option<&[u8]>,
        snapshot: Snapshot<'_>,
        other_data: OtherData,
    ) -> Result<Self, RestoreError> {
        let mut run = match instances {
            Some(file) => Self::of_instances(compiled, file)?.0,
            None => Self::of_log(compiled)?,
        };
        if let Some(template) = run.desk.template.clone() {
            for name in snapshot.agreements() {
                // The reader numbers what it finds in this order.
                run.reader.find_instance(name);
                let mut agreement = template.clone();
                name.clone_into(&mut agreement.name);
                run.desk.add(agreement);
            }
        }
        let policy = Arc::clone(compiled.policy());
        run.desk.evaluator = snapshot.restore(policy, run.desk.agreements.clone(), other_data)?;
        Ok(run)
    }
}
