//! The tree back to text, in the one canonical layout.
//!
//! The formatter lays the words of the text out anew; it invents none. The tree says what is a line, a block, a
//! qualifier; the words come from the text, each with its comments, so that none can be lost on the way. What
//! comes out is read again: a tree or a list of comments that differs is an error, never a result.
//!
//! The rules, in short: two blanks of indentation, 110 columns, a line for each declaration and sentence,
//! `otherwise` on a line of its own; what is too long is broken after the commas, then before the first qualifier
//! or behind `=`, then wherever a condition or a list goes on.

mod block;
mod canon;
mod layout;
mod lexer;
mod order;
mod output;
mod shape;
mod tokens;

use std::fmt;

use servanda_diagnostics::{Severity, SourceId, Sources};

pub use canon::{Word, Wording, in_one_line};

use crate::ast::Agreement;
use crate::{Comment, Parsed, parse};
use tokens::Tokens;

/// How many columns a line has.
pub const WIDTH: usize = 110;

/// Why a text was not formatted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// The text has errors; what could not be read cannot be laid out.
    Unreadable,
    /// The formatter has changed the tree: a mistake of the formatter.
    TreeChanged,
    /// The formatter has lost, moved or changed a comment: a mistake of the formatter.
    CommentsChanged,
}

impl fmt::Display for FormatError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            FormatError::Unreadable => "a file with errors cannot be formatted",
            FormatError::TreeChanged => "formatting would have changed what the file says",
            FormatError::CommentsChanged => "formatting would have changed a comment",
        })
    }
}

impl std::error::Error for FormatError {}

/// Lays a policy out. `text` is what `parsed` was read from.
///
/// # Errors
///
/// [`FormatError::Unreadable`] where the text has errors; the other two are mistakes of the formatter, found
/// before they do harm.
///
/// ```
/// use servanda_diagnostics::SourceId;
/// let text = "language 1. agreement \"Works\"{party client.}";
/// let parsed = servanda_parser::parse(SourceId(0), text);
/// let formatted = servanda_parser::format(&parsed, text).unwrap();
/// assert_eq!(formatted, "language 1.\n\nagreement \"Works\" {\n  party client.\n}\n");
/// ```
pub fn format(parsed: &Parsed, text: &str) -> Result<String, FormatError> {
    if parsed.diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error) {
        return Err(FormatError::Unreadable);
    }
    let tokens = Tokens::of_file(parsed, text);
    let formatted = block::print(&tokens, &parsed.document);
    let again = parse(SourceId(0), &formatted);
    let clean = again.diagnostics.iter().all(|diagnostic| diagnostic.severity() != Severity::Error);
    if !clean || shape::shape(&again.document) != shape::shape(&parsed.document) {
        return Err(FormatError::TreeChanged);
    }
    if !written(&again.comments).eq(written(&parsed.comments)) {
        return Err(FormatError::CommentsChanged);
    }
    Ok(formatted)
}

/// The words and marks of an agreement in their canonical order, one a line, without comments: two texts that
/// differ in their layout alone have the same. A hash over it is a hash of what is said.
///
/// `sources` are the texts that its spans point into. Lines, clauses and parts of clauses may have been replaced by
/// those of an amendment, and lines may stand in a file that is used: the words are those of the tree, in its order.
pub fn canonical_words(agreement: &Agreement, sources: &Sources) -> String {
    canon::words(agreement, sources)
}

/// The lines of a prose without the blanks around their ends.
fn prose_lines(text: &str) -> impl Iterator<Item = &str> {
    let last = text.matches('\n').count();
    text.split('\n').enumerate().map(move |(at, line)| {
        let line = if at == 0 { line } else { line.trim_start_matches([' ', '\t']) };
        if at == last { line } else { line.trim_end_matches([' ', '\t', '\r']) }
    })
}

fn written(comments: &[Comment]) -> impl Iterator<Item = &str> {
    comments.iter().map(|comment| comment.text.trim_end())
}
