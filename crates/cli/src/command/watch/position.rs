//! Where a stream is in its input and in its output, what time it is there, and what it has counted: as it is kept.

use super::clock::Hands;
use serde::{Deserialize, Serialize};
use servanda::LineFate;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The version of the format that is written.
pub(super) const FORMAT: u32 = 1;

/// How many bytes before a place tell a file from another.
const MARK_BYTES: u64 = 4096;

/// Where a stream is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The version of the format.
    pub(super) format: u32,
    /// The policy as it was named.
    pub(super) policy: String,
    /// Lines of the input that have been read.
    pub(super) lines: u64,
    /// Where the next line begins; of standard input, how many bytes have been read of all that there were.
    pub(super) input: Place,
    /// Whether the last line has had no line feed yet.
    pub(super) unended: bool,
    /// Where the output ends.
    pub(super) output: Place,
    /// The number of the line of output that was written last.
    pub(super) seq: u64,
    /// What time it is.
    pub(super) hands: Hands,
    /// The latest of all events, in nanoseconds.
    pub(super) latest: Option<i64>,
    /// What has been counted.
    pub(super) counts: Counts,
}

/// A place in a file, with what stands before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// From the start, in bytes.
    pub(super) offset: u64,
    /// A hash of the last bytes before it; none of what is no file.
    pub(super) mark: Option<String>,
}

/// What has been counted since the stream began.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) events: u64,
    pub(super) retractions: u64,
    pub(super) decisions: u64,
    pub(super) ignored: u64,
    pub(super) out_of_scope: u64,
    pub(super) problems: u64,
    pub(super) blank: u64,
    /// Lines of output by what they tell.
    pub(super) told: Told,
    pub(super) commits: u64,
}

/// Lines of output by what they tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) verdicts: u64,
    pub(super) figures: u64,
    pub(super) entries: u64,
    pub(super) notices: u64,
    pub(super) problems: u64,
    pub(super) revisions: u64,
    /// Positions that were kept before there were claims have none.
    #[serde(default)]
    pub(super) claims: u64,
}

impl Counts {
    /// Counts a line of the input.
    pub(super) const fn read(&mut self, fate: LineFate) {
        let count = match fate {
            LineFate::Event => &mut self.events,
            LineFate::Retraction => &mut self.retractions,
            LineFate::Decision => &mut self.decisions,
            LineFate::Ignored => &mut self.ignored,
            LineFate::OutOfScope => &mut self.out_of_scope,
            LineFate::Problem => &mut self.problems,
            LineFate::Blank => &mut self.blank,
        };
        *count += 1;
    }
}

impl Told {
    /// Counts a line of the output.
    pub(super) fn tell(&mut self, kind: &str) {
        *match kind {
            "verdict" => &mut self.verdicts,
            "figure" => &mut self.figures,
            "entry" => &mut self.entries,
            "notice" => &mut self.notices,
            "revision" => &mut self.revisions,
            "claim" => &mut self.claims,
            _ => &mut self.problems,
        } += 1;
    }
}

impl Position {
    /// As it is kept: a hash, then JSON.
    pub(super) fn sealed(&self) -> Vec<u8> {
        // Numbers and texts are always JSON.
        let json = serde_json::to_vec(self).unwrap_or_default();
        [blake3::hash(&json).as_bytes().as_slice(), &json].concat()
    }

    /// A position as it was kept, or the later version of the format that it has.
    ///
    /// # Errors
    /// When the bytes are not what was kept.
    pub(super) fn opened(bytes: &[u8]) -> Result<Result<Self, u64>, &'static str> {
        let (hash, json) = bytes.split_first_chunk::<32>().ok_or("its position is cut off")?;
        if blake3::hash(json) != *hash {
            return Err("the checksum of its position is wrong");
        }
        let value: serde_json::Value =
            serde_json::from_slice(json).map_err(|_| "its position cannot be read")?;
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format > u64::from(FORMAT) => Ok(Err(format)),
            Some(1..) => serde_json::from_value(value).map(Ok).map_err(|_| "its position cannot be read"),
            _ => Err("its position has no version"),
        }
    }
}

impl Place {
    /// A place in a file that can be read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn of(file: &mut File, offset: u64) -> io::Result<Self> {
        Ok(Self { offset, mark: Some(mark(file, offset)?) })
    }

    /// Whether a file is, up to this place, the one that the place was of.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn is_in(&self, file: &mut File) -> io::Result<bool> {
        match &self.mark {
            None => Ok(true),
            Some(before) => Ok(mark(file, self.offset)? == *before),
        }
    }
}

/// A hash of the last bytes before a place. The file stands there afterwards.
fn mark(file: &mut File, offset: u64) -> io::Result<String> {
    let from = offset.saturating_sub(MARK_BYTES);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.by_ref().take(offset - from).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(blake3::hash(&bytes).to_hex().to_string())
}
