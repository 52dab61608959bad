//! The lines of a log that may go on growing: a file, which has a place to go back to, or a pipe, which has none.
//!
//! Memory is bounded by the longest line that is read; of a pipe a few pieces wait, and then its writer does.

use super::position::{Place, Position};
use crate::exit::Failure;
use crate::input::is_standard_input;
use serde::de::IgnoredAny;
use servanda::events::LONGEST_LINE;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

/// How much is read at once.
const PIECE: usize = 64 * 1024;
/// How many pieces of a pipe wait at most.
const PIECES: usize = 4;
/// What a text may begin with that is no part of it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A log.
#[derive(Debug)]
pub(super) struct Input {
    path: PathBuf,
    source: Source,
    follow: bool,
    /// What has been read and is no line yet, from `start` on.
    held: Vec<u8>,
    start: usize,
    /// How much of it is known to hold no line feed.
    searched: usize,
    /// How many bytes of a line that is too long have been let go of.
    dropped: u64,
    /// Where the next line begins.
    pub(super) offset: u64,
    /// Whether the last line has had no line feed yet.
    pub(super) unended: bool,
}

#[derive(Debug)]
enum Source {
    File(File),
    Pipe { pieces: Receiver<io::Result<Vec<u8>>>, waiting: Option<Vec<u8>>, ended: bool },
}

/// What there is to read.
#[derive(Debug)]
pub(super) enum Next<'i> {
    /// A line without its line feed.
    Line(&'i [u8]),
    /// Nothing now, and something maybe later.
    Nothing,
    /// Nothing any more; some bytes may be left that are no line yet.
    End {
        /// How many.
        left: u64,
    },
}

impl Input {
    /// Opens a log where the position says.
    ///
    /// # Errors
    /// When it cannot be read, or is not the log that it was.
    pub(super) fn open(path: &Path, follow: bool, position: &Position) -> Result<Self, Failure> {
        let offset = position.input.offset;
        let source = if is_standard_input(path) {
            pipe(io::stdin())
        } else {
            let mut file = crate::input::open(path)?;
            let metadata = file.metadata().map_err(|error| Failure::file(path, &error))?;
            if metadata.is_file() {
                at_its_place(path, &mut file, metadata.len(), &position.input)?;
                Source::File(file)
            } else {
                pipe(file)
            }
        };
        Ok(Self {
            path: path.to_owned(),
            source,
            follow,
            held: Vec::new(),
            start: 0,
            searched: 0,
            dropped: 0,
            offset,
            unended: position.unended,
        })
    }

    /// Whether there is no place to go back to.
    pub(super) const fn is_pipe(&self) -> bool {
        matches!(self.source, Source::Pipe { .. })
    }

    /// The next line, where there is one.
    ///
    /// # Errors
    /// When it cannot be read, or is not the log that it was.
    pub(super) fn next(&mut self) -> Result<Next<'_>, Failure> {
        loop {
            self.leave_out_line_feed();
            let unsearched = self.held.get(self.start + self.searched..).unwrap_or_default();
            if let Some(at) = unsearched.iter().position(|byte| *byte == b'\n') {
                return Ok(Next::Line(self.take(self.searched + at, true)));
            }
            self.searched = self.held.len() - self.start;
            if self.searched > LONGEST_LINE + 1 {
                self.dropped += (self.searched - LONGEST_LINE - 1) as u64;
                self.searched = LONGEST_LINE + 1;
                self.held.truncate(self.start + self.searched);
            }
            match self.fill()? {
                Filled::More => {}
                Filled::Nothing => return Ok(Next::Nothing),
                Filled::End => return Ok(self.end()),
            }
        }
    }

    /// The line feed of a line that has been taken without one.
    fn leave_out_line_feed(&mut self) {
        let rest = self.held.get(self.start..).unwrap_or_default();
        if !self.unended || rest.is_empty() {
            return;
        }
        self.unended = false;
        if rest.first() == Some(&b'\n') {
            self.start += 1;
            self.offset += 1;
        }
    }

    /// What is left at the end is a line where nothing can come that belongs to it.
    fn end(&mut self) -> Next<'_> {
        let rest = self.held.get(self.start..).unwrap_or_default();
        let left = rest.len() as u64 + self.dropped;
        let whole = serde_json::from_slice::<IgnoredAny>(rest).is_ok() && rest.trim_ascii().ends_with(b"}");
        if left == 0 || !(self.is_pipe() || whole) {
            return Next::End { left };
        }
        self.unended = true;
        Next::Line(self.take(rest.len(), false))
    }

    fn take(&mut self, length: usize, ended: bool) -> &[u8] {
        let first = self.offset == 0;
        let (from, to) = (self.start, self.start + length);
        self.offset += length as u64 + self.dropped + u64::from(ended);
        self.start = to + usize::from(ended);
        (self.searched, self.dropped) = (0, 0);
        let line = self.held.get(from..to).unwrap_or_default();
        if first { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line }
    }

    fn fill(&mut self) -> Result<Filled, Failure> {
        self.held.drain(..self.start);
        self.start = 0;
        match &mut self.source {
            Source::File(file) => {
                let before = self.held.len();
                let read = file.by_ref().take(PIECE as u64).read_to_end(&mut self.held);
                read.map_err(|error| Failure::file(&self.path, &error))?;
                if self.held.len() > before {
                    return Ok(Filled::More);
                }
                let read_up_to = self.offset + before as u64 + self.dropped;
                if self.follow {
                    still_there(&self.path, file, read_up_to)?;
                }
                Ok(if self.follow { Filled::Nothing } else { Filled::End })
            }
            Source::Pipe { pieces, waiting, ended } => {
                let piece = match waiting.take() {
                    Some(piece) => piece,
                    None => match pieces.try_recv() {
                        Ok(piece) => piece.map_err(|error| Failure::file(&self.path, &error))?,
                        Err(TryRecvError::Empty) if !*ended => return Ok(Filled::Nothing),
                        Err(_) => return Ok(Filled::End),
                    },
                };
                self.held.extend(piece);
                Ok(Filled::More)
            }
        }
    }

    /// Waits until there may be something to read, and not for longer than this.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn wait(&mut self, time: Duration) -> Result<(), Failure> {
        match &mut self.source {
            Source::File(_) => thread::sleep(time),
            Source::Pipe { pieces, waiting, ended } => match pieces.recv_timeout(time) {
                Ok(piece) => *waiting = Some(piece.map_err(|error| Failure::file(&self.path, &error))?),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => *ended = true,
            },
        }
        Ok(())
    }

    /// Where the next line begins, so that another start finds it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn place(&mut self) -> Result<Place, Failure> {
        match &mut self.source {
            Source::Pipe { .. } => Ok(Place { offset: self.offset, mark: None }),
            Source::File(file) => {
                let read_up_to = self.offset + (self.held.len() - self.start) as u64 + self.dropped;
                let place = Place::of(file, self.offset).and_then(|place| {
                    io::Seek::seek(file, io::SeekFrom::Start(read_up_to))?;
                    Ok(place)
                });
                place.map_err(|error| Failure::file(&self.path, &error))
            }
        }
    }

    /// How many bytes there are that have not been read; none of a pipe.
    pub(super) fn unread(&self) -> Option<u64> {
        let Source::File(file) = &self.source else { return None };
        Some(file.metadata().ok()?.len().saturating_sub(self.offset))
    }
}

#[derive(Debug, Clone, Copy)]
enum Filled {
    More,
    Nothing,
    End,
}

/// Reads a pipe beside everything else, so that time can go on while nothing comes.
fn pipe(mut from: impl Read + Send + 'static) -> Source {
    let (sender, pieces) = sync_channel(PIECES);
    thread::spawn(move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = match from.read(&mut piece) {
                Ok(0) => return,
                Ok(length) => {
                    piece.truncate(length);
                    Ok(piece)
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => Err(error),
            };
            let failed = read.is_err();
            if sender.send(read).is_err() || failed {
                return;
            }
        }
    });
    Source::Pipe { pieces, waiting: None, ended: false }
}

/// Brings a file to its place.
fn at_its_place(path: &Path, file: &mut File, length: u64, place: &Place) -> Result<(), Failure> {
    if place.mark.is_none() && place.offset > 0 {
        return Err(Failure::usage(format!(
            "the events came from a pipe, so that it is not known where to begin in `{}`",
            path.display()
        )));
    }
    if length < place.offset {
        return Err(shorter(path, length, place.offset));
    }
    if !place.is_in(file).map_err(|error| Failure::file(path, &error))? {
        return Err(Failure::usage(format!(
            "`{}` is not the file that was read: what stands before byte {} is different",
            path.display(),
            place.offset
        )));
    }
    Ok(())
}

fn shorter(path: &Path, length: u64, read: u64) -> Failure {
    Failure::usage(format!(
        "`{}` has become shorter: {read} bytes have been read, and it has {length}",
        path.display()
    ))
}

/// Whether the path still names the file that is being read.
fn still_there(path: &Path, file: &File, read_up_to: u64) -> Result<(), Failure> {
    let failed = |error: &io::Error| Failure::file(path, error);
    let ours = file.metadata().map_err(|error| failed(&error))?;
    if ours.len() < read_up_to {
        return Err(shorter(path, ours.len(), read_up_to));
    }
    match fs::metadata(path) {
        Ok(theirs) if same_file(&ours, &theirs) => Ok(()),
        Ok(_) => Err(Failure::usage(format!(
            "`{}` has been replaced by another file: one file is read from its beginning on, and never rotated",
            path.display()
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::usage(format!("`{}` has vanished", path.display())))
        }
        Err(error) => Err(failed(&error)),
    }
}

/// Whether both are of one file; where that cannot be told, they are.
pub(super) fn same_file(left: &fs::Metadata, right: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (left.dev(), left.ino()) == (right.dev(), right.ino())
    }
    #[cfg(not(unix))]
    {
        left.is_file() == right.is_file()
    }
}
