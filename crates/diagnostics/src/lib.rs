//! Where a text stands, what is wrong with it, and how that is shown.
//!
//! A [`Diagnostic`] is data: a [`Code`] of the one registry, a message, places and help. It is collected by
//! whoever reads a text and rendered at the edge. This crate knows no grammar, asks no terminal, prints nothing.
//!
//! ```
//! use servanda_diagnostics::{Code, Diagnostic, Sources, Span, Summary, render, sort, spelling};
//!
//! let mut sources = Sources::new();
//! let text = "resolve within 5 business dasy";
//! let policy = sources.add("agreement.sla", text);
//!
//! // Whoever reads the text collects findings: what is wrong, where, and what to write instead.
//! let word = Span::new(policy, 26, 30);
//! let near = spelling::nearest(sources.text(word), ["hours", "days"]);
//! let mut findings = vec![
//!     Diagnostic::new(Code::Syntax, word, "unknown unit `dasy`")
//!         .label("not a unit of time")
//!         .help_opt(near.map(|unit| format!("a unit with a similar name exists: `{unit}`"))),
//! ];
//!
//! // At the edge they are put in order and shown, here as they look without color.
//! sort(&mut findings);
//! let options = render::HumanOptions { color: false, width: 80 };
//! assert_eq!(render::human(&findings, &sources, &options), "\
//! error[SLA0001] syntax: unknown unit `dasy`
//!    ╭─[agreement.sla:1:27]
//!  1 │ resolve within 5 business dasy
//!    ·                           ──┬─
//!    ·                             ╰── not a unit of time
//!    ╰────
//!   help: a unit with a similar name exists: `days`
//! ");
//! assert_eq!(Summary::of(&findings).to_string(), "1 error");
//! ```
//!
//! Invariants:
//!
//! - A place is never missing and may be wrong: every function here takes any span, also one behind the end of its
//!   source, inside a character, or in a source that is not there, and neither fails nor panics.
//! - Lines and columns count from 1, columns in characters, offsets in bytes from 0; ranges are half-open.
//! - A number or a name of a code keeps its meaning for ever; messages may change.
//! - The outcome of a function depends on its arguments alone.

mod code;
mod diagnostic;
pub mod render;
mod source;
mod span;
pub mod spelling;
mod summary;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Fix, Label};
pub use source::{Position, SOURCE_BYTES_MAX, Source, SourceError, Sources};
pub use span::{SourceId, Span, Spanned};
pub use summary::{Summary, sort};
