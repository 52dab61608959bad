//! One look at the bytes before the grammar reads them: comments, strings, brackets.
//!
//! It knows what a string and a comment is, and nothing else of the language. What it refuses would be dear to
//! find out later: text that is too long, and brackets that are too deep.

use servanda_diagnostics::{Diagnostic, SOURCE_BYTES_MAX, SourceId, Span};

use crate::diagnostics;

/// The greatest depth of brackets. A rule of the language, so that no stack has to say it.
pub const NESTING_MAX: u32 = 64;

/// A comment, from its slashes to the end of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From the slashes to the last byte before the line end.
    pub span: Span,
    /// As written, slashes included.
    pub text: String,
    /// Whether it stands alone on its line.
    pub own_line: bool,
}

/// What one look found.
pub(crate) struct Scan {
    /// The comments in the order of the text.
    pub(crate) comments: Vec<Comment>,
    /// What was found wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether the grammar may read the text.
    pub(crate) readable: bool,
    /// Where the text begins, behind a byte order mark.
    pub(crate) start: u32,
    /// Where a quote is put in the place of a character, so that a text without its closing quote swallows no more
    /// than it has to. The grammar reads the changed text, which is as long as the given one.
    quotes: Vec<usize>,
}

impl Scan {
    /// The text as the grammar is to read it, if it differs.
    pub(crate) fn quoted(&self, text: &str) -> Option<String> {
        if self.quotes.is_empty() {
            return None;
        }
        let mut quoted = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            if self.quotes.binary_search(&at).is_ok() {
                quoted.push('"');
            } else {
                quoted.push(c);
            }
        }
        Some(quoted)
    }
}

/// Looks at a whole text.
pub(crate) fn scan(source: SourceId, text: &str) -> Scan {
    let mut scan =
        Scan { comments: Vec::new(), diagnostics: Vec::new(), readable: true, start: 0, quotes: Vec::new() };
    if text.len() > SOURCE_BYTES_MAX {
        scan.diagnostics.push(diagnostics::too_long(Span::new(source, 0, 0), SOURCE_BYTES_MAX));
        scan.readable = false;
        return scan;
    }
    if text.starts_with('\u{feff}') {
        scan.start = 3;
        scan.diagnostics.push(diagnostics::byte_order_mark(Span::new(source, 0, 3)));
    }
    let bytes = text.as_bytes();
    let mut depth = 0_u32;
    let mut own_line = true;
    // Conditions in conditions need no brackets: `count of a where count of b where …`.
    let mut wheres = 0_u32;
    let mut at = scan.start as usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' => own_line = true,
            b' ' | b'\t' | b'\r' => {}
            b'"' => {
                own_line = false;
                let end = string_end(bytes, at);
                at = match unclosed(text, at, end) {
                    None => end,
                    Some(quote) => {
                        let here = Span::new(source, at as u32, at as u32 + 1);
                        scan.diagnostics.push(diagnostics::unclosed_string(here));
                        scan.quotes.extend(quote);
                        quote.map_or(end, |quote| quote + 1)
                    }
                };
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                let end = line_end(bytes, at);
                scan.comments.push(Comment {
                    span: Span::new(source, at as u32, end as u32),
                    text: text.get(at..end).unwrap_or("").to_owned(),
                    own_line,
                });
                at = end;
                continue;
            }
            b'(' | b'{' => {
                own_line = false;
                depth += 1;
                if depth == NESTING_MAX + 1 && scan.readable {
                    let here = Span::new(source, at as u32, at as u32 + 1);
                    scan.diagnostics.push(diagnostics::too_deep(here, NESTING_MAX));
                    scan.readable = false;
                }
            }
            b')' | b'}' => {
                own_line = false;
                depth = depth.saturating_sub(1);
            }
            b'.' => {
                own_line = false;
                if bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace) {
                    wheres = 0;
                }
            }
            b'w' => {
                own_line = false;
                let word = bytes.get(at..at + 5);
                if word == Some(b"where") || word == Some(b"which") {
                    wheres += 1;
                    if wheres == NESTING_MAX + 1 && scan.readable {
                        let here = Span::new(source, at as u32, at as u32 + 5);
                        scan.diagnostics.push(diagnostics::too_many_conditions(here, NESTING_MAX));
                        scan.readable = false;
                    }
                }
            }
            _ => own_line = false,
        }
        at += 1;
    }
    scan
}

/// Just behind the closing quote of the string that begins at `at`, or the end of the text.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where the closing quote of a string is missing: a string over several lines that ends right before a word has
/// swallowed the opening quote of the next one, and one without an end has lost its own. The place is that of the
/// last character of one byte before its line's full stop, or before the first line that begins like a statement;
/// none where there is no such character.
fn unclosed(text: &str, start: usize, end: usize) -> Option<Option<usize>> {
    let inside = text.get(start + 1..end)?;
    let behind = text.get(end..)?.chars().next();
    let closed = inside.ends_with('"');
    if closed && !(inside.contains('\n') && behind.is_some_and(|c| c.is_alphanumeric() || c == '_')) {
        return None;
    }
    let mut before = text.get(..start)?.split_ascii_whitespace();
    let prose = ["text", "public"];
    let (last, second) = (before.next_back().unwrap_or_default(), before.next_back().unwrap_or_default());
    let prose = prose.contains(&last) || (last.len() == 2 && prose.contains(&second));
    let mut lines = inside.split_inclusive('\n');
    let mut length = lines.next()?.len();
    if prose {
        length += lines.take_while(|line| !begins_statement(line)).map(str::len).sum::<usize>();
    }
    let kept = inside.get(..length)?.trim_end();
    let kept = if prose { kept } else { kept.trim_end_matches(['.', ',', '{', ' ', '"']) };
    Some(kept.rfind(|c: char| c.is_ascii()).map(|at| start + 1 + at))
}

/// Whether a line looks like the beginning of a statement or of a declaration.
fn begins_statement(line: &str) -> bool {
    let line = line.trim_start();
    let mut words = line.split_ascii_whitespace();
    match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
        (
            "}" | "let" | "measure" | "case" | "event" | "calendar" | "clause" | "party" | "role" | "expect",
            _,
        ) => true,
        ("text" | "public", next) => next.starts_with('"') || next.len() == 2,
        (_, "must" | "owes" | "credits") | ("signed", "by") | ("third", "party") => true,
        (first, _) => first.len() == 3 && first.starts_with('(') && first.ends_with(')'),
    }
}

/// The end of the line, without a carriage return.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
    if end > at && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}
