//! A consumer of a partitioned log: one evaluator for each partition, on a thread of its own, with its own snapshot
//! and its own place in the log.
//!
//! What belongs to one agreement has to be in one partition; then nothing is shared, and what the partitions come to,
//! put together, is what one evaluator would have come to. Here partitions are files; a broker's are read the same way.

use serde::{Deserialize, Serialize};
use servanda::report::{Statement, outcome_json};
use servanda::{Compiled, Ledger, Misuse, MomentError, OtherData, RestoreError, Run, RunError, Snapshot};
use servanda::{SnapshotError, moment};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;

/// After how many lines the state of a partition is stored.
const EVERY: u32 = 10_000;

/// Why a partition cannot be consumed.
#[derive(Debug, thiserror::Error)]
pub enum PartitionError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The policy cannot be run without instances.
    #[error(transparent)]
    Run(#[from] RunError),
    /// What is stored is not of this policy.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The state cannot be stored.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// It is asked for what has been settled already.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// What is told cannot be written or read.
    #[error(transparent)]
    Told(#[from] serde_json::Error),
    /// There is no such instant.
    #[error(transparent)]
    Moment(#[from] MomentError),
    /// The state is cut off.
    #[error("the state is cut off")]
    CutOff,
    /// A thread has ended in a way that it should not.
    #[error("a partition was not consumed")]
    Lost,
}

/// The partition that an agreement belongs to: the same on every machine, whatever comes later.
pub fn partition_of(agreement: &str, partitions: u32) -> u32 {
    let fnv = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    agreement.bytes().fold(0x811c_9dc5, fnv).checked_rem(partitions).unwrap_or(0)
}

/// The name of the file of a partition.
pub fn file_of(partition: u32) -> String {
    format!("partition-{partition}.jsonl")
}

/// What is stored of a partition before its snapshot.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Mark {
    /// The bytes and the lines that have been consumed.
    bytes: u64,
    lines: u32,
    /// What has been told of them.
    ledger: Ledger,
}

/// One partition with its run.
#[derive(Debug)]
pub struct Partition {
    log: PathBuf,
    state: PathBuf,
    run: Run,
    mark: Mark,
}

impl Partition {
    /// Goes on where the partition was stored last, or begins.
    ///
    /// # Errors
    /// When the state cannot be read, or is of another policy.
    pub fn open(
        compiled: &Compiled,
        logs: &Path,
        states: &Path,
        number: u32,
    ) -> Result<Self, PartitionError> {
        let state = states.join(format!("partition-{number}.state"));
        let (mark, run) = match fs::read(&state) {
            Ok(bytes) => restored(compiled, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (Mark::default(), Run::of_log(compiled)?)
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self { log: logs.join(file_of(number)), state, run, mark })
    }

    /// Reads up to so many lines that are there, and stores now and then where it is. A last line without its line
    /// ending is not there yet.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn consume(&mut self, most: u32) -> Result<(), PartitionError> {
        let mut log = BufReader::new(File::open(&self.log)?);
        log.seek(SeekFrom::Start(self.mark.bytes))?;
        let mut line = Vec::new();
        for _ in 0..most {
            line.clear();
            log.read_until(b'\n', &mut line)?;
            let Some(text) = line.strip_suffix(b"\n") else { break };
            self.mark.lines = self.mark.lines.saturating_add(1);
            self.mark.bytes += line.len() as u64;
            self.run.read_line(self.mark.lines, text);
            // Time goes on with the latest event of this partition; others may be ahead or behind.
            if let Some(now) = self.run.latest_of_all().max(self.run.now()) {
                self.run.follow(now, &mut self.mark.ledger)?;
            }
            if self.mark.lines.is_multiple_of(EVERY) {
                self.store()?;
            }
        }
        Ok(())
    }

    /// Stores the run with its place in the log, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn store(&self) -> Result<(), PartitionError> {
        let mut bytes = serde_json::to_vec(&self.mark)?;
        bytes.push(b'\n');
        bytes.extend(self.run.snapshot()?);
        let new = self.state.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        Ok(fs::rename(new, &self.state)?)
    }

    /// The statements of the agreements of this partition.
    ///
    /// # Errors
    /// When time has gone on beyond that instant, or it is none.
    pub fn statements(&self, as_of: &str) -> Result<Vec<Statement>, PartitionError> {
        let one = |(number, zone)| {
            let decided = self.run.decided_with(&self.mark.ledger, number, moment(as_of, zone)?)?;
            Ok(self.run.statement(number, &decided, None)?)
        };
        let zones = self.run.agreements().iter().map(|agreement| &agreement.zone);
        (0..).zip(zones).map(one).collect()
    }
}

/// What a file of the state holds.
fn restored(compiled: &Compiled, bytes: &[u8]) -> Result<(Mark, Run), PartitionError> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(PartitionError::CutOff)?;
    let (mark, snapshot) = bytes.split_at_checked(end).ok_or(PartitionError::CutOff)?;
    let snapshot = Snapshot::read(snapshot.trim_ascii_start())?;
    Ok((serde_json::from_slice(mark)?, Run::restore(compiled, None, snapshot, OtherData::Refuse)?))
}

/// Consumes all partitions, each on a thread of its own, stores them, and puts their statements together, by the names
/// of the agreements.
///
/// # Errors
/// What the first partition that failed says.
pub fn consume_all(
    compiled: &Compiled,
    (logs, states): (&Path, &Path),
    partitions: u32,
    as_of: &str,
) -> Result<Vec<Statement>, PartitionError> {
    fs::create_dir_all(states)?;
    let one = |number| {
        let mut partition = Partition::open(compiled, logs, states, number)?;
        partition.consume(u32::MAX)?;
        partition.store()?;
        partition.statements(as_of)
    };
    let one = &one;
    let results: Vec<Result<Vec<Statement>, PartitionError>> = thread::scope(|scope| {
        let works: Vec<_> = (0..partitions).map(|number| scope.spawn(move || one(number))).collect();
        works.into_iter().map(|work| work.join().unwrap_or(Err(PartitionError::Lost))).collect()
    });
    let mut merged: Vec<Statement> = Vec::new();
    for statements in results {
        merged.extend(statements?);
    }
    merged.sort_by(|one, other| one.agreement.cmp(&other.agreement));
    Ok(merged)
}

/// Statements as JSON, one after the other.
///
/// # Errors
/// None that is known.
pub fn written(statements: &[Statement]) -> Result<String, PartitionError> {
    let texts: Result<Vec<String>, _> = statements.iter().map(outcome_json).collect();
    Ok(texts?.join("\n"))
}
