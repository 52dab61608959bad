//! From an input to its lines: line feeds, a byte order mark, lines without end.
//!
//! Memory is bounded by the longest line that is read, however long the input is.

use crate::line::{Line, LineKind};
use crate::reader::{LONGEST_LINE, Reader, too_long};
use crate::scan::is_plain;
use std::io::{self, Read};

/// How much is read and checked at once.
const BLOCK: usize = 64 * 1024;

/// How far an input is read.
#[derive(Debug, Default)]
struct Progress {
    /// The number of the last line.
    number: u32,
    /// Whether anything was read.
    begun: bool,
}

impl Progress {
    fn next(&mut self) -> u32 {
        self.number = self.number.saturating_add(1);
        self.number
    }
}

impl Reader {
    /// Reads a whole input; blank lines are left out.
    pub fn read(&mut self, bytes: &[u8], mut on_line: impl FnMut(Line)) {
        let mut progress = Progress::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let line_feed = rest.get(BLOCK..).and_then(|rest| memchr::memchr(b'\n', rest));
            let cut = line_feed.map_or(rest.len(), |at| at.saturating_add(BLOCK).saturating_add(1));
            let (block, after) = rest.split_at_checked(cut).unwrap_or((rest, &[]));
            self.block(&mut progress, block, &mut on_line);
            rest = after;
        }
    }

    /// Reads an input piece by piece; blank lines are left out.
    ///
    /// # Errors
    /// When the input cannot be read; lines read before are told.
    pub fn read_from(&mut self, input: &mut impl Read, mut on_line: impl FnMut(Line)) -> io::Result<()> {
        let mut progress = Progress::default();
        let mut held: Vec<u8> = Vec::with_capacity(BLOCK);
        // Whether the beginning of the line that is going on has been let go of, because it is too long.
        let mut skipping = false;
        loop {
            let before = held.len();
            if read_more(input, &mut held)? == 0 {
                break;
            }
            let new = held.get(before..).unwrap_or(&[]);
            if skipping {
                let end = memchr::memchr(b'\n', new).map_or(new.len(), |at| at.saturating_add(1));
                skipping = !new.get(..end).is_some_and(|skipped| skipped.ends_with(b"\n"));
                held.drain(..end);
            }
            // What was held before has no line feed, or it would not have been held.
            let whole = memchr::memrchr(b'\n', held.get(before.min(held.len())..).unwrap_or(&[]));
            if let Some(at) = whole {
                let end = before.min(held.len()).saturating_add(at).saturating_add(1);
                self.block(&mut progress, held.get(..end).unwrap_or(&[]), &mut on_line);
                held.drain(..end);
            }
            if held.len() > LONGEST_LINE {
                on_line(too_long(progress.next()));
                progress.begun = true;
                skipping = true;
                held.clear();
            }
        }
        self.block(&mut progress, &held, &mut on_line);
        Ok(())
    }

    /// Reads whole lines; the last may lack its line feed only where the input ends.
    fn block(&mut self, progress: &mut Progress, block: &[u8], on_line: &mut impl FnMut(Line)) {
        let mut block = block;
        if !progress.begun && !block.is_empty() {
            progress.begun = true;
            block = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
        }
        // Checking a block at once is much quicker than line by line; a bad block is gone through again.
        let text = std::str::from_utf8(block).ok();
        let plain = text.is_some_and(is_plain);
        let mut start = 0;
        while start < block.len() {
            let line_feed = block.get(start..).and_then(|rest| memchr::memchr(b'\n', rest));
            let end = line_feed.map_or(block.len(), |at| start.saturating_add(at));
            let ended = line_feed.is_some();
            let number = progress.next();
            let line = match text {
                Some(text) => self.text(number, text.get(start..end).unwrap_or(""), ended, plain),
                None => self.line(number, block.get(start..end).unwrap_or(&[]), ended),
            };
            if line.kind != LineKind::Blank {
                on_line(line);
            }
            start = end.saturating_add(1);
        }
    }
}

/// Reads what there is, at most a block, behind what is held: lines that come slowly are not waited for.
fn read_more(input: &mut impl Read, held: &mut Vec<u8>) -> io::Result<usize> {
    let before = held.len();
    held.resize(before.saturating_add(BLOCK), 0);
    let read = loop {
        match input.read(held.get_mut(before..).unwrap_or(&mut [])) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    let count = read.as_ref().map_or(0, |count| *count);
    held.truncate(before.saturating_add(count));
    read
}
