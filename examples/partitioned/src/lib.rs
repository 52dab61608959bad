//! A consumer of a partitioned log: one evaluator for each partition, on a thread of its own, with its own snapshot
//! and its own place in the log.
//!
//! What belongs to one agreement has to be in one partition; then nothing is shared, and what the partitions come to,
//! put together, is what one evaluator would have come to. Here partitions are files; a broker's are read the same way.

use serde::{Deserialize, Serialize};
use servanda::report::{Statement, outcome_json};
use servanda::time::{Instant, NANOS_PER_DAY};
use servanda::{Compiled, Misuse, MomentError, Run, moment};
use servanda_examples::state::{self, Claim, StateError, ToldLog, ToldMark};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;

/// After how many lines the state of a partition is stored.
const EVERY: u32 = 10_000;
/// How far ahead of all others an event may lie and move time: less than a wrong year, more than most silences.
const AHEAD: i128 = 180 * NANOS_PER_DAY as i128;

/// Why a partition cannot be consumed.
#[derive(Debug, thiserror::Error)]
pub enum PartitionError {
    /// A file cannot be read or written, or is of another policy, or of another process.
    #[error(transparent)]
    State(#[from] StateError),
    /// It is asked for what has been settled already.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// There is no such instant.
    #[error(transparent)]
    Moment(#[from] MomentError),
    /// A statement cannot be written.
    #[error(transparent)]
    Written(#[from] serde_json::Error),
    /// A thread has ended in a way that it should not.
    #[error("a partition was not consumed")]
    Lost,
}

impl From<std::io::Error> for PartitionError {
    fn from(error: std::io::Error) -> Self {
        Self::State(error.into())
    }
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
    told: ToldMark,
    /// Up to where time has gone on.
    now: Option<Instant>,
    /// An event so far ahead of the others that time waits for another one to confirm it.
    waits: Option<Instant>,
}

impl Mark {
    /// Time goes on with the latest event of this partition; others may be ahead or behind. One from the far future,
    /// which may be a wrong year, does not drag it along, and neither does the first: when a second one lies there too,
    /// time goes on to the earlier of the two, and to the later if it is near it.
    fn see(&mut self, at: Instant) {
        if let Some(now) = self.now.filter(|now| at.nanos_since(*now) <= AHEAD) {
            self.waits = None;
            self.now = Some(now.max(at));
            return;
        }
        let Some(first) = self.waits.replace(at) else { return };
        let (earlier, later) = (first.min(at), first.max(at));
        let is_near = later.nanos_since(earlier) <= AHEAD;
        self.now = Some(if is_near { later } else { earlier });
        self.waits = Some(later).filter(|_| !is_near);
    }
}

/// One partition with its run.
#[derive(Debug)]
pub struct Partition {
    log: PathBuf,
    state: PathBuf,
    run: Run,
    told: ToldLog,
    mark: Mark,
    _claim: Claim,
}

impl Partition {
    /// Goes on where the partition was stored last, or begins.
    ///
    /// # Errors
    /// When another process has it, or the state cannot be read, or is of another policy.
    pub fn open(
        compiled: &Compiled,
        logs: &Path,
        states: &Path,
        number: u32,
    ) -> Result<Self, PartitionError> {
        let state = states.join(format!("partition-{number}.state"));
        let claim = Claim::of(&states.join(format!("partition-{number}.lock")))?;
        let (mark, run) = match state::read::<Mark>(compiled, &state)? {
            Some(stored) => stored,
            None => (Mark::default(), Run::of_log(compiled).map_err(StateError::from)?),
        };
        let told = ToldLog::open(&states.join(format!("partition-{number}.told.jsonl")), mark.told, &run)?;
        Ok(Self { log: logs.join(file_of(number)), state, run, told, mark, _claim: claim })
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
            if let Some(at) = self.run.read_line(self.mark.lines, text).at {
                self.mark.see(at);
            }
            if let Some(now) = self.mark.now {
                self.told.follow(&mut self.run, now)?;
            }
            if self.mark.lines.is_multiple_of(EVERY) {
                self.store()?;
            }
        }
        Ok(())
    }

    /// Stores the run with its place in the log, whole or not at all. What was told is in a log of its own, and is not
    /// written again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn store(&mut self) -> Result<(), PartitionError> {
        self.mark.told = self.told.synced()?;
        Ok(state::write(&self.state, &self.mark, &self.run)?)
    }

    /// The statements of the agreements of this partition.
    ///
    /// # Errors
    /// When time has gone on beyond that instant, or it is none.
    pub fn statements(&self, as_of: &str) -> Result<Vec<Statement>, PartitionError> {
        let one = |(number, zone)| {
            let decided = self.run.decided_with(self.told.ledger(), number, moment(as_of, zone)?)?;
            Ok(self.run.statement(number, &decided, None)?)
        };
        let zones = self.run.agreements().iter().map(|agreement| &agreement.zone);
        (0..).zip(zones).map(one).collect()
    }
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
