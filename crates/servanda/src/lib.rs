//! Servanda: a declarative language for service level agreements, and its evaluation over events.
//!
//! *Pacta sunt servanda*: agreements must be kept. A policy says who must what by when and what follows if it is
//! not so; events say what happened; the outcome says what was kept, what was broken, and what it costs, with the
//! reason for every figure.
//!
//! ```
//! use servanda::{Run, Sources, compile, moment};
//!
//! let sources = Sources::new().with("agreement.sla", r#"
//!     language 1.
//!     agreement "Works" {
//!       party agency. party client.
//!       in force from 2026-01-01.
//!       time zone Europe/Istanbul.
//!       money in EUR.
//!       event invoice.received { invoice: id, amount: money }
//!       event payment.received { invoice: id, amount: money }
//!       case invoice {
//!         begins when invoice.received.
//!         client owes agency amount.
//!         paid by payment.received, settling principal, oldest first, any rest as credit.
//!         ends when paid.
//!       }
//!       clause 1 "Payment" {
//!         client must pay each invoice within 30 calendar days of invoice.received
//!           otherwise client owes agency 1% of invoice.amount per calendar day begun
//!             from the deadline until paid, as late_fee.
//!       }
//!     }
//! "#);
//! let policy = compile(&sources)?;
//!
//! let mut run = Run::of_log(&policy)?;
//! run.read(br#"
//!     {"time": "2026-01-05T10:00:00+03:00", "type": "invoice.received", "invoice": "I-1", "amount": "1000.00"}
//!     {"time": "2026-02-14T12:00:00+03:00", "type": "payment.received", "invoice": "I-1", "amount": "1000.00"}
//! "#);
//! run.close();
//!
//! let agreement = &run.agreements()[0];
//! let decided = run.decided(0, moment("2026-03-01", &agreement.zone)?)?;
//! let statement = run.statement(0, &decided, None)?;
//! assert_eq!(statement.verdicts[0].verdict, "broken");
//! assert_eq!(statement.verdicts[0].deadline_date.as_deref(), Some("2026-02-04"));
//! assert_eq!(statement.entries[0].id, "1/I-1/late_fee/1");
//! assert_eq!(statement.entries[0].amount.as_deref(), Some("100.00"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate is a thin face over the crates that do the work; it reads no file and no clock, and it keeps no rule
//! of the language.

/// The programs of the book's page for embedders, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
struct Embedding;

mod attachment;
mod business_time;
mod civil;
mod compiled;
mod coverage;
mod diagnostics;
mod fingerprint;
mod gathering;
mod proposal;
mod run;
mod scenario;
mod standard;
mod stream;
pub mod testing;
mod versions;

pub use attachment::check_attachments;
pub use business_time::{BusinessTime, UnknownCalendar};
pub use civil::{MomentError, moment};
pub use compiled::{
    Checked, Compiled, FormatError, check, check_scenarios, check_wanted, compile, format, is_library,
};
pub use coverage::{Coverage, CoveredPart, PartKind, scenarios_with_coverage};
pub use diagnostics::Diagnostics;
pub use fingerprint::{Fingerprint, fingerprints};
pub use gathering::gather;
pub use proposal::{NotProposed, Proposal, Proposals, propose};
pub use run::{Answer, Loose, Run, RunError};
pub use scenario::{ExpectationResult, Fault, ScenarioResult, scenarios};
pub use servanda_diagnostics::{
    Code, Diagnostic, Fix, Label, Position, SOURCE_BYTES_MAX, Severity, SourceError, SourceId, Sources, Span,
    Summary, render, sort, spelling,
};
pub use servanda_evaluator::{
    self as evaluator, Evaluator, Ledger, Misuse, OtherData, Outcome, Revision, Snapshot, SnapshotError,
    StreamSink, Told,
};
pub use servanda_events as events;
pub use servanda_policy::{
    Agreement, BindProblem, Binder, Footprint, Growth, Held, HeldKind, Part, Policy, Since, TimeLimit, Wanted,
};
pub use servanda_policy::{policy, time, value};
pub use servanda_report as report;
pub use standard::standard_library;
pub use stream::{LineFate, LineRead, RestoreError};
pub use versions::{compare, compare_versions, versions};
