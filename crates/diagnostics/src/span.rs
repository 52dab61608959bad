//! Where a piece of text stands: a source and a half-open range of bytes in it.
//!
//! A span knows no text: whether it lies inside its source is answered by [`crate::Sources`].

use serde::{Deserialize, Serialize};

/// Names one source of a [`crate::Sources`]; its index in the order of addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// A half-open range of bytes `[start, end)` in one source. Twelve bytes, never optional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// The source that the range is in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `[start, end)` of a source; an `end` before `start` is taken as an empty range.
    pub const fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end: if end < start { start } else { end } }
    }

    /// The smallest range that covers both; `other` of another source leaves this one as it is.
    #[must_use]
    pub fn join(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty range at the end of this one: where something is missing.
    #[must_use]
    pub const fn after(self) -> Span {
        Span { source: self.source, start: self.end, end: self.end }
    }

    /// Whether `other` lies wholly inside this range.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }

    /// The number of bytes; nothing where the end was set before the start.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// A value and the place where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}
