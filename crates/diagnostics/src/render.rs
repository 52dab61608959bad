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
