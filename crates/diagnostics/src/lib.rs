//! Where a text stands, what is wrong with it, and how that is shown.
//!
//! A [`Diagnostic`] is data: a [`Code`] of the one registry, a message, places and help. It is collected by
//! whoever reads a text and rendered at the edge. This crate knows no grammar, asks no terminal, prints nothing.

mod code;
mod diagnostic;
mod source;
mod span;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Fix, Label};
pub use source::{Position, SOURCE_BYTES_MAX, Source, Sources};
pub use span::{SourceId, Span, Spanned};
