//! Parts of the language that are read alone, outside of any policy: what is asked about time.

use pest::Parser;
use servanda_diagnostics::{Diagnostic, SourceId, Span};

use crate::ast::{TimeLimit, Window};
use crate::build::{self, Builder};
use crate::cursor::{Children, Frame, Node};
use crate::grammar::{Grammar, Rule};
use crate::{recover, scan};

/// Reads a length of time as it is written behind `within`, with what can follow it: where a clock ends that is over
/// at a closing, and where a date goes that falls on a closed day.
///
/// ```
/// use servanda_diagnostics::SourceId;
/// use servanda_parser::{ast::ExprKind, read_time_limit};
///
/// let limit = read_time_limit(SourceId(0), "30 calendar days, or the next office day").map_err(|_| "unreadable")?;
/// assert!(matches!(limit.length.kind, ExprKind::Length { .. }));
/// assert_eq!(limit.modifiers.len(), 1);
///
/// let findings = read_time_limit(SourceId(0), "four hours").err().ok_or("a number is written in figures")?;
/// assert_eq!(findings[0].code().name(), "figure");
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// What is wrong with the text.
pub fn read_time_limit(source: SourceId, text: &str) -> Result<TimeLimit, Vec<Diagnostic>> {
    read(source, text, Rule::only_time_limit, build::time_limit)
}

/// Reads how a term is cut: `calendar month`, `contract week`, `the term`.
///
/// ```
/// use servanda_diagnostics::SourceId;
/// use servanda_parser::{ast::WindowKind, read_window};
///
/// let window = read_window(SourceId(0), "contract week").map_err(|_| "unreadable")?;
/// assert!(matches!(window.kind, WindowKind::Contract(_)));
/// assert!(read_window(SourceId(0), "fortnight").is_err());
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// What is wrong with the text.
pub fn read_window(source: SourceId, text: &str) -> Result<Window, Vec<Diagnostic>> {
    read(source, text, Rule::only_window, |build, node| {
        node.children().one(build, Rule::window_literal, build::window_literal)
    })
}

/// Reads a text that is to be of one rule.
fn read<T>(
    source: SourceId,
    text: &str,
    rule: Rule,
    built: fn(&mut Builder<'_>, Node<'_>) -> T,
) -> Result<T, Vec<Diagnostic>> {
    let scan = scan::scan(source, text);
    let mut build = Builder::new(source, text);
    build.diagnostics = scan.diagnostics;
    if !build.diagnostics.is_empty() {
        return Err(build.diagnostics);
    }
    let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let Ok(pairs) = Grammar::parse(rule, text) else {
        recover::junk(&mut build, whole, rule);
        return Err(build.diagnostics);
    };
    let Some(node) = Children::roots(pairs, Frame::at(source, 0), text.len()).accept(rule) else {
        build.mismatch(whole);
        return Err(build.diagnostics);
    };
    let value = built(&mut build, node);
    if build.diagnostics.is_empty() { Ok(value) } else { Err(build.diagnostics) }
}
