//! How the examples that embed a stream keep its state: a run with what its owner marks, whole or not at all; a log of
//! what was told, which only grows; and a claim, so that two processes do not write the same files.
//!
//! What comes in, and when it has to be on the disk, is for each of them to say.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use servanda::time::Instant;
use servanda::{Compiled, Ledger, Misuse, OtherData, RestoreError, Revision, Run, RunError, Snapshot};
use servanda::{SnapshotError, StreamSink, Told};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Why there is no state to go on with.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// Another process has claimed it.
    #[error("another process works with `{}`", .0.display())]
    Claimed(PathBuf),
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

/// The right to write something, until it is dropped or the process ends in whatever way.
#[derive(Debug)]
pub struct Claim(#[expect(dead_code, reason = "the lock goes with the file")] File);

impl Claim {
    /// Claims what a file stands for; the file is made, and left where it is.
    ///
    /// Outside of Unix nothing is kept apart.
    ///
    /// # Errors
    /// When another process, or another claim of this one, has it.
    pub fn of(path: &Path) -> Result<Self, StateError> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        #[cfg(unix)]
        {
            use rustix::fs::{FlockOperation, flock};
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(rustix::io::Errno::WOULDBLOCK) => return Err(StateError::Claimed(path.to_owned())),
                locked => locked.map_err(io::Error::from)?,
            }
        }
        Ok(Self(file))
    }
}

/// The run that is stored in a file, with its mark; none where there is no file yet.
///
/// # Errors
/// When the file cannot be read, or is of another policy.
pub fn read<M: DeserializeOwned>(compiled: &Compiled, path: &Path) -> Result<Option<(M, Run)>, StateError> {
    let state = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        state => state?,
    };
    let end = state.iter().position(|byte| *byte == b'\n');
    let (mark, snapshot) = end
        .and_then(|end| Some((state.get(..end)?, state.get(end + 1..)?)))
        .ok_or(StateError::Damaged("the state is cut off"))?;
    let snapshot = Snapshot::read(snapshot)?;
    Ok(Some((serde_json::from_slice(mark)?, Run::restore(compiled, None, snapshot, OtherData::Refuse)?)))
}

/// Stores a run with its mark. It takes the place of what is stored whole or not at all, and stays.
///
/// # Errors
/// When it cannot be written; what was stored still holds then.
pub fn write<M: Serialize>(path: &Path, mark: &M, run: &Run) -> Result<(), StateError> {
    let mut state = serde_json::to_vec(mark)?;
    state.push(b'\n');
    state.extend(run.snapshot()?);
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(&state)?;
    file.sync_all()?;
    fs::rename(new, path)?;
    sync_folder(path.parent().unwrap_or(path))
}

/// Makes the entries of a folder stay.
///
/// # Errors
/// When the disk fails.
pub fn sync_folder(folder: &Path) -> Result<(), StateError> {
    // Elsewhere a folder cannot be opened.
    if cfg!(unix) { Ok(File::open(folder)?.sync_all()?) } else { Ok(()) }
}

/// An outcome that was told, or the change of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Heard {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// The name of its agreement.
    pub agreement: String,
    /// What was told.
    pub revision: Revision,
}

/// Up to where a log of what was told goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldMark {
    /// Outcomes.
    pub told: u64,
    /// Bytes.
    pub told_bytes: u64,
}

/// What was told, one outcome a line, and as it stands now.
///
/// It follows from what came in, so that it is behind a state that is stored, and may be before it.
#[derive(Debug)]
pub struct ToldLog {
    file: File,
    mark: ToldMark,
    ledger: Ledger,
}

impl ToldLog {
    /// Opens the log of a run that was stored with a mark, and forgets what was told behind it.
    ///
    /// # Errors
    /// When it cannot be read, or is shorter than it was.
    pub fn open(path: &Path, mark: ToldMark, run: &Run) -> Result<Self, StateError> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        if file.metadata()?.len() < mark.told_bytes {
            return Err(StateError::Damaged("the log of what was told is shorter than it was"));
        }
        file.set_len(mark.told_bytes)?;
        let numbers: BTreeMap<&str, u32> =
            run.agreements().iter().map(|agreement| agreement.name.as_str()).zip(0..).collect();
        let mut ledger = Ledger::new();
        for line in BufReader::new(&file).lines() {
            let heard: Heard = serde_json::from_str(&line?)?;
            if let Some(number) = numbers.get(heard.agreement.as_str()) {
                ledger.revised(*number, heard.revision);
            }
        }
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, mark, ledger })
    }

    /// Lets time go on in a run, and writes down what is told.
    ///
    /// # Errors
    /// When time has gone on beyond that instant, or it cannot be written.
    pub fn follow(&mut self, run: &mut Run, now: Instant) -> Result<(), StateError> {
        let mut told = Telling(Vec::new());
        run.follow(now, &mut told)?;
        let mut written = Vec::new();
        for (instance, revision) in told.0 {
            let Some(agreement) = run.agreement(instance) else { continue };
            self.mark.told += 1;
            let heard = Heard { seq: self.mark.told, agreement: agreement.name.clone(), revision };
            serde_json::to_writer(&mut written, &heard)?;
            written.push(b'\n');
            self.ledger.revised(instance, heard.revision);
        }
        if !written.is_empty() {
            self.file.seek(SeekFrom::End(0))?;
            self.file.write_all(&written)?;
            self.mark.told_bytes += written.len() as u64;
        }
        Ok(())
    }

    /// Up to where it goes; what was told up to there is on the disk, so that a state may say that it was.
    ///
    /// # Errors
    /// When it cannot be written to the disk.
    pub fn synced(&self) -> Result<ToldMark, StateError> {
        self.file.sync_data()?;
        Ok(self.mark)
    }

    /// How many outcomes have been told.
    pub const fn count(&self) -> u64 {
        self.mark.told
    }

    /// What has been told, as it stands now.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Outcomes behind the one of a number, in their order.
    ///
    /// It reads the log from its beginning; a service with many of them keeps an index.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn after(&mut self, after: u64, most: usize) -> Result<Vec<Heard>, StateError> {
        self.file.rewind()?;
        let lines = BufReader::new(&self.file).lines().skip(usize::try_from(after).unwrap_or(usize::MAX));
        lines.take(most).map(|line| Ok(serde_json::from_str(&line?)?)).collect()
    }
}

/// A sink that only collects: the log writes down what it holds.
struct Telling(Vec<(u32, Revision)>);

impl StreamSink for Telling {
    fn told(&mut self, instance: u32, told: Told) {
        self.0.push((instance, Revision { was: None, is: Some(told) }));
    }

    fn revised(&mut self, instance: u32, revision: Revision) {
        self.0.push((instance, revision));
    }
}
