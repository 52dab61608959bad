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
}

/// Looks at a whole text.
pub(crate) fn scan(source: SourceId, text: &str) -> Scan {
    let mut scan = Scan { comments: Vec::new(), diagnostics: Vec::new(), readable: true, start: 0 };
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
    let mut at = scan.start as usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' => own_line = true,
            b' ' | b'\t' | b'\r' => {}
            b'"' => {
                own_line = false;
                at = string_end(bytes, at);
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

/// The end of the line, without a carriage return.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
    if end > at && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}
