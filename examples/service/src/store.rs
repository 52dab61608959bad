//! The durable state: a log of what came in, a log of what was told, and now and then a snapshot.
//!
//! What came in is the truth. A request is a batch of lines with a mark behind it, `#` and the instant at which it
//! came; a batch without its mark was never acknowledged, and is cut off. What was told follows from that, so that it
//! needs no room of its own in the order of writing: behind a snapshot it is told again, with the same numbers.

use serde::{Deserialize, Serialize};
use servanda::time::Instant;
use servanda::{Compiled, Ledger, Misuse, OtherData, RestoreError, Revision, Run, RunError, Snapshot};
use servanda::{SnapshotError, StreamSink, Told};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const LOG: &str = "input.jsonl";
const TOLD: &str = "told.jsonl";
const STATE: &str = "state";

/// Why there is no store to go on with.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
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
    /// The run was used as it cannot be.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// What is told cannot be written or read.
    #[error(transparent)]
    Told(#[from] serde_json::Error),
    /// A file is not as it was left.
    #[error("{0}")]
    Damaged(&'static str),
}

/// Up to where a snapshot goes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Mark {
    /// Lines that have been read.
    lines: u32,
    /// Bytes of the log of what came in.
    log: u64,
    /// Outcomes that have been told.
    told: u64,
    /// Bytes of the log of what was told.
    told_bytes: u64,
}

/// An outcome that was told, or the change of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// Its number, from 1, without gaps.
    pub(crate) seq: u64,
    pub(crate) agreement: String,
    pub(crate) revision: Revision,
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
    /// What has been told, as it stands now.
    pub(crate) ledger: Ledger,
    directory: PathBuf,
    log: File,
    told: File,
    mark: Mark,
    /// A snapshot is made when so many lines have come since the last one.
    every: u32,
    since: u32,
}

impl Store {
    /// Opens the store of a directory, or makes it: the snapshot is restored and the log behind it played again.
    ///
    /// # Errors
    /// When a file cannot be read or written, or is of another policy.
    pub fn open(compiled: &Compiled, directory: &Path, every: u32) -> Result<Self, StoreError> {
        fs::create_dir_all(directory)?;
        let open = |name| {
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(directory.join(name))
        };
        let (log, told) = (open(LOG)?, open(TOLD)?);
        File::open(directory)?.sync_all()?;
        let (mark, run) = match fs::read(directory.join(STATE)) {
            Ok(state) => restored(compiled, &state)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (Mark::default(), Run::of_log(compiled)?)
            }
            Err(error) => return Err(error.into()),
        };
        let (compiled, directory) = (compiled.clone(), directory.to_owned());
        let ledger = Ledger::new();
        let mut store = Self { compiled, run, ledger, directory, log, told, mark, every, since: 0 };
        store.listen_again()?;
        store.play_again()?;
        Ok(store)
    }

    /// Takes up what had been told when the snapshot was made, and forgets what was told behind it.
    fn listen_again(&mut self) -> Result<(), StoreError> {
        if self.told.metadata()?.len() < self.mark.told_bytes {
            return Err(StoreError::Damaged("the log of what was told is shorter than it was"));
        }
        self.told.set_len(self.mark.told_bytes)?;
        let numbers: BTreeMap<&str, u32> =
            self.run.agreements().iter().map(|agreement| agreement.name.as_str()).zip(0..).collect();
        self.told.rewind()?;
        for line in BufReader::new(&self.told).lines() {
            let heard: Heard = serde_json::from_str(&line?)?;
            if let Some(number) = numbers.get(heard.agreement.as_str()) {
                self.ledger.revised(*number, heard.revision);
            }
        }
        Ok(())
    }

    /// Applies the batches behind the snapshot, and cuts off one that was not written to its end.
    fn play_again(&mut self) -> Result<(), StoreError> {
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
                now.ok_or(StoreError::Damaged("the log of what came in has a mark without an instant"))?;
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
    pub fn take(&mut self, batches: &[Vec<u8>], now: Instant) -> Result<Vec<Receipt>, StoreError> {
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
        let receipts: Result<Vec<Receipt>, StoreError> =
            batches.iter().map(|batch| self.apply(&lines_of(batch).collect::<Vec<_>>(), now)).collect();
        let receipts = receipts?;
        if self.since >= self.every {
            self.snapshot()?;
        }
        Ok(receipts)
    }

    /// Reads lines, lets time go on to an instant, and writes down what is told.
    fn apply(&mut self, lines: &[&[u8]], now: Instant) -> Result<Receipt, StoreError> {
        for line in lines {
            self.mark.lines = self.mark.lines.checked_add(1).ok_or(StoreError::Damaged("the log is full"))?;
            self.run.read_line(self.mark.lines, line);
        }
        let mut told = Telling(Vec::new());
        self.run.follow(now, &mut told)?;
        let mut written = Vec::new();
        for (instance, revision) in told.0 {
            let Some(agreement) = self.run.agreement(instance) else { continue };
            self.mark.told += 1;
            let heard = Heard { seq: self.mark.told, agreement: agreement.name.clone(), revision };
            serde_json::to_writer(&mut written, &heard)?;
            written.push(b'\n');
            self.ledger.revised(instance, heard.revision);
        }
        self.told.seek(SeekFrom::End(0))?;
        self.told.write_all(&written)?;
        self.mark.told_bytes += written.len() as u64;
        let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        self.since = self.since.saturating_add(count);
        let problems = self.run.take_loose_problems();
        let problems = problems.into_iter().map(|it| format!("line {}: {}", it.place.line, it.message));
        Ok(Receipt { lines: count, told: self.mark.told, problems: problems.collect() })
    }

    /// Stores the run, so that the log up to here need not be played again. It takes the place of the last one whole
    /// or not at all.
    ///
    /// # Errors
    /// When it cannot be written; the last one still holds then.
    pub fn snapshot(&mut self) -> Result<(), StoreError> {
        // What was told must not be behind the snapshot that says it was.
        self.told.sync_data()?;
        let mut state = serde_json::to_vec(&self.mark)?;
        state.push(b'\n');
        state.extend(self.run.snapshot()?);
        let new = self.directory.join("state.new");
        let mut file = File::create(&new)?;
        file.write_all(&state)?;
        file.sync_all()?;
        fs::rename(new, self.directory.join(STATE))?;
        File::open(&self.directory)?.sync_all()?;
        self.since = 0;
        Ok(())
    }

    /// Outcomes behind the one of a number, in their order.
    ///
    /// It reads the log from its beginning; a service with many of them keeps an index.
    pub(crate) fn told_after(&mut self, after: u64, most: usize) -> Result<Vec<Heard>, StoreError> {
        self.told.rewind()?;
        let lines = BufReader::new(&self.told).lines().skip(usize::try_from(after).unwrap_or(usize::MAX));
        lines.take(most).map(|line| Ok(serde_json::from_str(&line?)?)).collect()
    }
}

/// What a file of the state holds.
fn restored(compiled: &Compiled, state: &[u8]) -> Result<(Mark, Run), StoreError> {
    let end = state.iter().position(|byte| *byte == b'\n');
    let (mark, snapshot) = end
        .and_then(|end| Some((state.get(..end)?, state.get(end + 1..)?)))
        .ok_or(StoreError::Damaged("the state is cut off"))?;
    let snapshot = Snapshot::read(snapshot)?;
    Ok((serde_json::from_slice(mark)?, Run::restore(compiled, None, snapshot, OtherData::Refuse)?))
}

/// The lines of a batch that are not blank.
fn lines_of(batch: &[u8]) -> impl Iterator<Item = &[u8]> {
    batch.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// Whether a batch has a line that the log would take for a mark.
pub(crate) fn has_mark(batch: &[u8]) -> bool {
    lines_of(batch).any(|line| line.starts_with(b"#"))
}

/// A sink that only collects: the store writes down what it holds.
struct Telling(Vec<(u32, Revision)>);

impl StreamSink for Telling {
    fn told(&mut self, instance: u32, told: Told) {
        self.0.push((instance, Revision { was: None, is: Some(told) }));
    }

    fn revised(&mut self, instance: u32, revision: Revision) {
        self.0.push((instance, revision));
    }
}
