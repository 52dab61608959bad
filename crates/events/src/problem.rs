//! What is wrong with an event: where it stands in the input, and which clause wanted it.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_diagnostics::{Code, Span};
use servanda_policy::time::Instant;

/// A problem with an event or with an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of problem.
    pub code: Code,
    /// What is wrong, one clause.
    pub message: String,
    /// Where in the input.
    pub place: Place,
    /// The instant of the event, where it could be read.
    pub at: Option<Instant>,
    /// The id of the event, where it has one.
    pub event: Option<CompactString>,
    /// The declaration or clause that wanted what is wrong.
    pub wanted_by: Option<Span>,
}

/// A place in an input: line and column from 1, the column in characters; 0 where unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}
