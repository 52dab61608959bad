//! Servanda: a declarative language for service level agreements, and its evaluation over events.
//!
//! *Pacta sunt servanda*: agreements must be kept. A policy says who must what by when and what follows if it is
//! not so; events say what happened; the outcome says what was kept, what was broken, and what it costs, with the
//! reason for every figure.
//!
//! This crate is a thin face over the crates that do the work; it reads no file and no clock, and it keeps no rule
//! of the language.

mod civil;
mod compiled;
mod diagnostics;
mod run;
mod scenario;

pub use civil::{MomentError, moment};
pub use compiled::{Checked, Compiled, check, compile, format};
pub use diagnostics::Diagnostics;
pub use run::{Loose, Run, RunError};
pub use scenario::{ExpectationResult, Fault, ScenarioResult, scenarios};
pub use servanda_diagnostics::{
    Code, Diagnostic, Fix, Label, Position, SOURCE_BYTES_MAX, Severity, SourceError, SourceId, Sources, Span,
    Summary, render, spelling,
};
pub use servanda_evaluator::{self as evaluator, Evaluator, Misuse, Outcome};
pub use servanda_events as events;
pub use servanda_policy::{Agreement, BindProblem, Binder, Policy};
pub use servanda_policy::{policy, time, value};
pub use servanda_report as report;
