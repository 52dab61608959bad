//! Findings as text and as JSON.
//!
//! Rendering reads findings and sources and returns a value. It prints nothing, asks no terminal and no
//! environment, and never fails: a span that lies outside of its source is shown as far as it lies inside.

mod human;
mod json;
mod short;
mod visible;

pub use human::{HumanOptions, human};
pub use json::json;
pub use short::short;

use crate::{Diagnostic, Sources};

/// Where a finding begins, as `file:line:column`; nothing where its source is unknown.
fn place(diagnostic: &Diagnostic, sources: &Sources) -> Option<String> {
    let span = diagnostic.primary().span;
    let source = sources.get(span.source)?;
    let position = source.position(span.start);
    Some(format!("{}:{}:{}", visible::line(source.name()), position.line, position.column))
}
