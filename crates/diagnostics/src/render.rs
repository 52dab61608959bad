//! Findings as text, as JSON, and as what other tools read.
//!
//! Rendering reads findings and sources and returns a value. It prints nothing, asks no terminal and no
//! environment, and never fails: a span that lies outside of its source is shown as far as it lies inside.

mod github;
mod human;
mod json;
mod sarif;
mod short;
mod visible;

pub use github::github;
pub use human::{HumanOptions, human};
pub use json::json;
pub use sarif::{Identity, sarif};
pub use short::short;

use crate::{Diagnostic, Position, Source, Sources, Span};

/// A finding in one line, for formats that draw no places: its message, and what the primary place suggests, if it
/// does: `did you mean …?` and `expected …` say what to write, other labels only what is seen there.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, Span, render};
/// let finding = Diagnostic::new(Code::UnknownCalendar, Span::default(), "no calendar `ofice`");
/// assert_eq!(render::one_line(&finding), "no calendar `ofice`");
/// let finding = finding.label("did you mean `office`?");
/// assert_eq!(render::one_line(&finding), "no calendar `ofice`: did you mean `office`?");
/// ```
pub fn one_line(diagnostic: &Diagnostic) -> String {
    let (message, label) = (diagnostic.message(), diagnostic.primary().text.as_str());
    let suggests = label.starts_with("did you mean") || label.starts_with("expected ");
    let joint = if message.ends_with('?') { "" } else { ":" };
    if suggests { format!("{message}{joint} {label}") } else { message.to_owned() }
}

/// Where a finding begins, as `file:line:column`; nothing where its source is unknown.
fn place(diagnostic: &Diagnostic, sources: &Sources) -> Option<String> {
    let span = diagnostic.primary().span;
    let source = sources.get(span.source)?;
    let position = source.position(span.start);
    Some(format!("{}:{}:{}", visible::line(source.name()), position.line, position.column))
}

/// The source of a span with the positions of its ends; nothing where the source is unknown.
fn place_of(span: Span, sources: &Sources) -> Option<(&Source, Position, Position)> {
    let (source, span) = sources.get(span.source).zip(sources.clip(span))?;
    Some((source, source.position(span.start), source.position(span.end)))
}
