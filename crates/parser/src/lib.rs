//! The language as text: a policy file to its syntax tree, and the tree back to text.
//!
//! [`parse`] is total: whatever it is given, it answers with a tree and a list of diagnostics. It knows no
//! meaning: names are not looked up, literals stay text.

pub mod ast;

mod build;
mod cursor;
mod diagnostics;
mod format;
mod grammar;
mod recover;
mod scan;
mod words;

use pest::Parser;
use servanda_diagnostics::{Diagnostic, SourceId, Span};

pub use format::{FormatError, WIDTH, canonical_words, format};
pub use scan::{Comment, NESTING_MAX};

use build::Builder;
use cursor::Children;
use grammar::{Grammar, Rule};

/// What was read of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The tree; parts that could not be read are `Broken` in it.
    pub document: ast::Document,
    /// The comments in the order of the text.
    pub comments: Vec<Comment>,
    /// What is wrong with the text, in its order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a policy. Never panics; always gives a tree.
///
/// ```
/// use servanda_diagnostics::SourceId;
/// let parsed = servanda_parser::parse(SourceId(0), "language 1. agreement \"Works\" { party client. }");
/// assert!(parsed.diagnostics.is_empty());
/// assert_eq!(parsed.document.items.len(), 1);
/// ```
pub fn parse(source: SourceId, text: &str) -> Parsed {
    let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let mut document = ast::Document { language: None, items: Vec::new(), span: whole };
    let scan = scan::scan(source, text);
    let mut build = Builder::new(source, text);
    build.diagnostics = scan.diagnostics;
    if scan.readable {
        let rest = text.get(scan.start as usize..).unwrap_or("");
        match Grammar::parse(Rule::document, rest) {
            Ok(pairs) => {
                let mut roots = Children::roots(pairs, source, scan.start, whole.end);
                if let Some(node) = roots.accept(Rule::document) {
                    document = build::document(&mut build, node);
                }
            }
            Err(_) => build.mismatch(whole),
        }
    } else {
        document.items.push(ast::Item::Broken(whole));
    }
    let mut diagnostics = build.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary().span.start);
    Parsed { document, comments: scan.comments, diagnostics }
}
