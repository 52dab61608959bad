//! Where outcomes are written: a file, which can be cut back to what is known to be in it, or a pipe, which cannot.
//!
//! A pipe gets only what is kept already, so that what it got can be told again as it was.

use super::folder;
use super::input::same_file;
use super::position::Place;
use crate::exit::Failure;
use crate::input::is_standard_input;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How much is written at once.
const PIECE: usize = 64 * 1024;

/// Where outcomes are written.
#[derive(Debug)]
pub(super) struct Output {
    target: Target,
    /// What has not been written yet; of a pipe, everything since it was delivered last.
    held: Vec<u8>,
    /// How much has been written of a file.
    length: u64,
}

#[derive(Debug)]
enum Target {
    File(PathBuf, File),
    /// A pipe or a device of this path.
    Pipe(PathBuf, File),
    StandardOutput,
}

impl Output {
    /// Opens the output, and cuts it back to where it is known to end.
    ///
    /// # Errors
    /// When it cannot be written, or is not the output that it was.
    pub(super) fn open(path: &Path, place: &Place) -> Result<Self, Failure> {
        let (target, length) = if is_standard_input(path) {
            (Target::StandardOutput, 0)
        } else {
            let failed = |error: io::Error| match error.kind() {
                io::ErrorKind::NotFound => {
                    Failure::usage(format!("the folder of the output `{}` is not there", path.display()))
                }
                _ => Failure::file(path, &error),
            };
            // A pipe cannot be opened for both, and has nothing to be read.
            let is_pipe = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
            let mut options = OpenOptions::new();
            let options =
                if is_pipe { options.write(true) } else { options.read(true).write(true).create(true) };
            let is_new = !path.exists();
            let mut file = options.truncate(false).open(path).map_err(failed)?;
            if is_new {
                folder::sync(&folder::above(path)).map_err(failed)?;
            }
            if is_pipe {
                (Target::Pipe(path.to_owned(), file), 0)
            } else {
                cut_back(path, &mut file, place)?;
                (Target::File(path.to_owned(), file), place.offset)
            }
        };
        Ok(Self { target, held: Vec::new(), length })
    }

    /// Writes a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.held.extend_from_slice(line.as_bytes());
        self.held.push(b'\n');
        if self.held.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    /// Takes up lines that were kept, and may not have been written.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn again(&mut self, lines: &[u8]) -> Result<(), Failure> {
        self.held.extend_from_slice(lines);
        self.deliver()
    }

    /// What a pipe gets once it is kept.
    pub(super) fn outbox(&self) -> &[u8] {
        if self.is_pipe() { &self.held } else { &[] }
    }

    /// Whether a pipe waits for as much as is written at once.
    pub(super) fn outbox_is_full(&self) -> bool {
        self.outbox().len() >= PIECE
    }

    const fn is_pipe(&self) -> bool {
        !matches!(self.target, Target::File(..))
    }

    /// Writes to a file what has not been written yet.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        if self.is_pipe() { Ok(()) } else { self.deliver() }
    }

    /// Writes what has not been written yet: what is kept, where it goes to a pipe.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn deliver(&mut self) -> Result<(), Failure> {
        if self.held.is_empty() {
            return Ok(());
        }
        match &mut self.target {
            Target::File(path, file) | Target::Pipe(path, file) => {
                file.write_all(&self.held).map_err(|error| written(path, error))?;
            }
            Target::StandardOutput => {
                let mut out = io::stdout().lock();
                out.write_all(&self.held)?;
                out.flush()?;
            }
        }
        self.length += self.held.len() as u64;
        self.held.clear();
        Ok(())
    }

    /// Writes everything to a file so that it stays, and says where it ends.
    ///
    /// # Errors
    /// When it cannot be written, or the file is gone.
    pub(super) fn sync(&mut self) -> Result<Place, Failure> {
        self.flush()?;
        let Target::File(path, file) = &mut self.target else { return Ok(Place::default()) };
        let failed = |error: io::Error| Failure::file(path, &error);
        file.sync_data().map_err(failed)?;
        let ours = file.metadata().map_err(failed)?;
        if !fs::metadata(&path).is_ok_and(|theirs| same_file(&ours, &theirs)) {
            return Err(Failure::usage(format!("the output `{}` has vanished", path.display())));
        }
        Place::of(file, self.length).map_err(failed)
    }
}

/// A reader of a pipe that goes away early is no failure.
fn written(path: &Path, error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::NobodyReads,
        _ => Failure::file(path, &error),
    }
}

fn cut_back(path: &Path, file: &mut File, place: &Place) -> Result<(), Failure> {
    let failed = |error| Failure::file(path, &error);
    let length = file.metadata().map_err(failed)?.len();
    let shown = path.display();
    if place.mark.is_none() && length > 0 {
        return Err(Failure::usage(format!(
            "the output `{shown}` is not empty, and the state knows nothing of it: say another one"
        )));
    }
    if length < place.offset {
        return Err(Failure::usage(format!(
            "the output `{shown}` has become shorter: {} bytes have been written, and it has {length}",
            place.offset
        )));
    }
    if !place.is_in(file).map_err(failed)? {
        return Err(Failure::usage(format!(
            "`{shown}` is not the output of this state: what stands before byte {} is different",
            place.offset
        )));
    }
    file.set_len(place.offset).map_err(failed)
}
