//! The language as text: a policy file to its syntax tree, and the tree back to text.
//!
//! [`parse`] is total: whatever it is given, it answers with a tree and a list of diagnostics. It knows no
//! meaning: names are not looked up, literals stay text.
//!
//! ```
//! use servanda_diagnostics::SourceId;
//! use servanda_parser::ast::Item;
//!
//! let text = "language 1.\nagreement \"Works\" { party  desk. party client. }\n";
//! let parsed = servanda_parser::parse(SourceId(0), text);
//! assert!(parsed.diagnostics.is_empty());
//! let [Item::Agreement(agreement)] = parsed.document.items.as_slice() else { panic!("one agreement") };
//! assert_eq!(agreement.title.value, "Works");
//! assert_eq!(agreement.lines.len(), 2);
//! ```

pub mod ast;

mod alone;
mod build;
mod cursor;
mod diagnostics;
mod format;
mod grammar;
mod recover;
mod scan;
mod used;
mod words;

use pest::Parser;
use servanda_diagnostics::{Diagnostic, SourceId, Span};

pub use alone::{read_time_limit, read_window};
pub use format::{FormatError, WIDTH, Word, Wording, canonical_words, format, in_one_line};
pub use scan::{Comment, NESTING_MAX};
pub use used::{is_library, name_beside, read, used_names};

use build::Builder;
use cursor::{Children, Frame};
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
    if !scan.readable {
        document.items.push(ast::Item::Broken(whole));
        return Parsed { document, comments: scan.comments, diagnostics: scan.diagnostics };
    }
    let quoted = scan.quoted(text);
    let read = quoted.as_deref().unwrap_or(text);
    let mut build = Builder::new(source, read);
    build.diagnostics = scan.diagnostics;
    let rest = read.get(scan.start as usize..).unwrap_or("");
    match Grammar::parse(Rule::document, rest) {
        Ok(pairs) => {
            let mut roots = Children::roots(pairs, Frame::at(source, scan.start), rest.len());
            if let Some(node) = roots.accept(Rule::document) {
                document = build::document(&mut build, node);
            }
        }
        Err(_) => build.mismatch(whole),
    }
    let mut diagnostics = build.diagnostics;
    servanda_diagnostics::sort(&mut diagnostics);
    Parsed { document, comments: scan.comments, diagnostics }
}
