//! The durable state: a log of what came in, a log of what was told, and now and then a snapshot.
//!
//! What came in is the truth. A request is a batch of lines with a mark behind it, `#` and the instant at which it
//! came; a batch without its mark was never acknowledged, and is cut off. What was told follows from that, so that it
//! needs no room of its own in the order of writing: behind a snapshot it is told again, with the same numbers.

use serde::{Deserialize, Serialize};
use servanda::time::Instant;
use servanda::{Compiled, Run};
use servanda_examples::state::{self, Claim, Heard, StateError, ToldLog, ToldMark};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const LOG: &str = "input.jsonl";
const TOLD: &str = "told.jsonl";
const STATE: &str = "state";
const LOCK: &str = "lock";

/// Up to where a snapshot goes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Mark {
    /// Lines that have been read.
    lines: u32,
    /// Bytes of the log of what came in.
    log: u64,
    /// What has been told.
    #[serde(flatten)]
    told: ToldMark,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// How many lines it had.
    pub lines: u32,
    /// The number of the last outcome that has been told.
    pub told: u64,
    /// What is wrong with lines that belong to no agreement. What is wrong with others is an outcome.
    pub problems: Vec<String>,
}

/// A run with its files.
#[derive(Debug)]
pub struct Store {
    pub(crate) compiled: Compiled,
    pub(crate) run: Run,
    pub(crate) told: ToldLog,
    directory: PathBuf,
    log: File,
    mark: Mark,
    /// A snapshot is made when so many lines have come since the last one.
    every: u32,
    since: u32,
    _claim: Claim,
}

impl Store {
    /// Opens the store of a directory, or makes it: the snapshot is restored and the log behind it played again.
    ///
    /// # Errors
    /// When another process has it, or a file cannot be read or written, or is of another policy.
    pub fn open(compiled: &Compiled, directory: &Path, every: u32) -> Result<Self, StateError> {
        fs::create_dir_all(directory)?;
        let claim = Claim::of(&directory.join(LOCK))?;
        let mut options = OpenOptions::new();
        let log = options.read(true).write(true).create(true).truncate(false).open(directory.join(LOG))?;
        let (mark, run) = match state::read::<Mark>(compiled, &directory.join(STATE))? {
            Some(stored) => stored,
            None => (Mark::default(), Run::of_log(compiled)?),
        };
        let told = ToldLog::open(&directory.join(TOLD), mark.told, &run)?;
        state::sync_folder(directory)?;
        let (compiled, directory) = (compiled.clone(), directory.to_owned());
        let mut store = Self { compiled, run, told, directory, log, mark, every, since: 0, _claim: claim };
        store.play_again()?;
        Ok(store)
    }

    /// Applies the batches behind the snapshot, and cuts off one that was not written to its end.
    fn play_again(&mut self) -> Result<(), StateError> {
        let mut tail = Vec::new();
        self.log.seek(SeekFrom::Start(self.mark.log))?;
        self.log.read_to_end(&mut tail)?;
        let (mut lines, mut bytes, mut whole): (Vec<&[u8]>, u64, u64) = (Vec::new(), 0, 0);
        for line in tail.split_inclusive(|byte| *byte == b'\n') {
            bytes += line.len() as u64;
            let Some(line) = line.strip_suffix(b"\n") else { break };
            let Some(mark) = line.strip_prefix(b"#") else {
                lines.push(line);
                continue;
            };
            let now = str::from_utf8(mark).ok().and_then(|mark| mark.parse().ok());
            let now =
                now.ok_or(StateError::Damaged("the log of what came in has a mark without an instant"))?;
            self.apply(&lines, now)?;
            lines.clear();
            whole = bytes;
        }
        self.mark.log += whole;
        self.log.set_len(self.mark.log)?;
        self.log.seek(SeekFrom::End(0))?;
        Ok(())
    }

    /// Makes batches durable, all of them at once, and applies them. An empty batch lets time go on.
    ///
    /// # Errors
    /// When a file cannot be written: nobody knows then what of it is on the disk, and the store is to be opened anew.
    pub fn take(&mut self, batches: &[Vec<u8>], now: Instant) -> Result<Vec<Receipt>, StateError> {
        let now = Some(now).max(self.run.now()).unwrap_or(now);
        let mut written = Vec::new();
        for batch in batches {
            for line in lines_of(batch) {
                written.extend_from_slice(line);
                written.push(b'\n');
            }
            writeln!(written, "#{now}")?;
        }
        self.log.write_all(&written)?;
        self.log.sync_data()?;
        self.mark.log += written.len() as u64;
        let receipts: Result<Vec<Receipt>, StateError> =
            batches.iter().map(|batch| self.apply(&lines_of(batch).collect::<Vec<_>>(), now)).collect();
        let receipts = receipts?;
        if self.since >= self.every {
            self.snapshot()?;
        }
        Ok(receipts)
    }

    /// Reads lines, lets time go on to an instant, and writes down what is told.
    fn apply(&mut self, lines: &[&[u8]], now: Instant) -> Result<Receipt, StateError> {
        for line in lines {
            self.mark.lines = self.mark.lines.checked_add(1).ok_or(StateError::Damaged("the log is full"))?;
            self.run.read_line(self.mark.lines, line);
        }
        self.told.follow(&mut self.run, now)?;
        let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        self.since = self.since.saturating_add(count);
        let problems = self.run.take_loose_problems();
        let problems = problems.into_iter().map(|it| format!("line {}: {}", it.place.line, it.message));
        Ok(Receipt { lines: count, told: self.told.count(), problems: problems.collect() })
    }

    /// Stores the run, so that the log up to here need not be played again. It takes the place of the last one whole
    /// or not at all.
    ///
    /// # Errors
    /// When it cannot be written; the last one still holds then.
    pub fn snapshot(&mut self) -> Result<(), StateError> {
        // What was told must not be behind the snapshot that says it was.
        self.mark.told = self.told.synced()?;
        state::write(&self.directory.join(STATE), &self.mark, &self.run)?;
        self.since = 0;
        Ok(())
    }

    /// Outcomes behind the one of a number, in their order.
    pub(crate) fn told_after(&mut self, after: u64, most: usize) -> Result<Vec<Heard>, StateError> {
        self.told.after(after, most)
    }
}

/// The lines of a batch that are not blank.
fn lines_of(batch: &[u8]) -> impl Iterator<Item = &[u8]> {
    batch.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// Whether a batch has a line that the log would take for a mark.
pub(crate) fn has_mark(batch: &[u8]) -> bool {
    lines_of(batch).any(|line| line.starts_with(b"#"))
}
