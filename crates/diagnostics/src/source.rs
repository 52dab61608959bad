//! The texts that spans point into, and where in them an offset stands for people.
//!
//! No file is read here: whoever has a text adds it under a name.

use crate::{SourceId, Span};

/// The greatest length of one source in bytes: offsets are 32 bits wide, and a policy is read by people.
pub const SOURCE_BYTES_MAX: usize = 16 << 20;

/// Why a text is refused as a source, before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The text is longer than [`SOURCE_BYTES_MAX`].
    #[error("a source of {bytes} bytes is longer than the {SOURCE_BYTES_MAX} bytes allowed")]
    TooLarge {
        /// The length of the text in bytes.
        bytes: u64,
    },
}

/// One text with its name and the offsets at which its lines begin.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

impl Source {
    fn new(name: String, text: String) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = breaks.map_while(|(at, _)| u32::try_from(at + 1).ok());
        let line_starts = std::iter::once(0).chain(starts).collect();
        Self { name, text, line_starts }
    }

    /// The name under which the source is shown, usually a path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    ///
    /// Only a line feed ends a line; the carriage return before it is the last character of its line.
    /// An offset behind the end stands at the end, one inside a character at the beginning of that character;
    /// the `byte` of the answer is the offset where it then stands.
    pub fn position(&self, offset: u32) -> Position {
        let byte = floor(&self.text, offset as usize);
        let at = u32::try_from(byte).unwrap_or(u32::MAX);
        let line = self.line_starts.partition_point(|start| *start <= at).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count());
        Position { line: saturated(line), column: saturated(column + 1), byte: at }
    }

    /// The offsets at which the lines begin; never empty, for an empty text has one empty line.
    pub(crate) fn line_starts(&self) -> &[u32] {
        &self.line_starts
    }
}

/// The greatest offset not behind `offset` that is the beginning of a character or the end of the text.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The least offset not before `offset` that is the beginning of a character or the end of the text.
fn ceil(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// A count as a number of 32 bits; a text that is too long for them was refused by [`Sources::check_size`].
fn saturated(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A place in a source for people: line and column from 1, the column in characters, and the byte offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The offset in bytes, from 0.
    pub byte: u32,
}

/// The texts of one run: a policy and what it refers to.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    list: Vec<Source>,
    /// The names of texts that are not to be had, each with the reason.
    unreadable: Vec<(String, String)>,
}

impl Sources {
    /// No text yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under a name and returns the list, for building in one expression.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.add(name, text);
        self
    }

    /// Whether a text of so many bytes may be a source; to be asked before the text is read.
    ///
    /// # Errors
    ///
    /// [`SourceError::TooLarge`] for more than [`SOURCE_BYTES_MAX`] bytes.
    ///
    /// ```
    /// use servanda_diagnostics::{SourceError, Sources};
    /// assert_eq!(Sources::check_size(2_000), Ok(()));
    /// assert_eq!(Sources::check_size(1 << 40), Err(SourceError::TooLarge { bytes: 1 << 40 }));
    /// ```
    pub const fn check_size(bytes: u64) -> Result<(), SourceError> {
        if bytes > SOURCE_BYTES_MAX as u64 { Err(SourceError::TooLarge { bytes }) } else { Ok(()) }
    }

    /// Adds a text under a name.
    ///
    /// This never fails: a text longer than [`SOURCE_BYTES_MAX`] is kept, and what stands behind the reach of 32
    /// bits has no position. Ask [`Sources::check_size`] first.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(saturated(self.list.len()));
        self.list.push(Source::new(name.into(), text.into()));
        id
    }

    /// Puts another text under the name of one; spans into the text before it lose their meaning.
    pub fn replace(&mut self, id: SourceId, text: impl Into<String>) {
        if let Some(source) = self.list.get_mut(id.0 as usize) {
            *source = Source::new(std::mem::take(&mut source.name), text.into());
        }
    }

    /// Puts blanks in place of a part of a text; its lines, and all else, stay where they are.
    pub fn blank(&mut self, span: Span) {
        let Some(source) = self.list.get_mut(span.source.0 as usize) else { return };
        let range = span.start as usize..span.end as usize;
        if let (true, Some(part)) = (range.start <= range.end, source.text.get(range.clone())) {
            let blank = |byte: u8| if byte == b'\n' { '\n' } else { ' ' };
            let blanks: String = part.bytes().map(blank).collect();
            source.text.replace_range(range, &blanks);
        }
    }

    /// Notes why there is no text under a name, one clause, for those who look for it.
    pub fn add_unreadable(&mut self, name: impl Into<String>, why: impl Into<String>) {
        self.unreadable.push((name.into(), why.into()));
    }

    /// Why there is no text under a name, where that was noted.
    pub fn why_unreadable(&self, name: &str) -> Option<&str> {
        self.unreadable.iter().find(|(known, _)| known == name).map(|(_, why)| why.as_str())
    }

    /// The first source with this name.
    pub fn named(&self, name: &str) -> Option<SourceId> {
        self.iter().find(|(_, source)| source.name == name).map(|(id, _)| id)
    }

    /// The source with this id.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.0 as usize)
    }

    /// Every source with its id, in the order of addition.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.list.iter().enumerate().map(|(at, source)| (SourceId(saturated(at)), source))
    }

    /// The span as far as it lies in its source, widened to whole characters; nothing where the source is unknown.
    ///
    /// An empty span stays empty, at the beginning of the character that it stood in.
    pub fn clip(&self, span: Span) -> Option<Span> {
        let text = &self.get(span.source)?.text;
        let start = floor(text, span.start as usize);
        let end = if span.is_empty() { start } else { ceil(text, span.end as usize) };
        Some(Span::new(span.source, saturated(start), saturated(end)))
    }

    /// The text at a span; empty where the span does not lie in a source.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source)
            .and_then(|source| source.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }
}
