//! A checked policy and events to an outcome: verdicts, figures, entries, notices, problems.
//!
//! An outcome is a pure function of the agreement, the set of events and `as_of`: nothing here reads a clock, a
//! file or the environment; no float, no order of a hash is involved; bad data is told in the outcome.
//!
//! The way of an event: `admit` decides whether it is a fact; `play` lets time go on moment by moment; `facts` moves
//! items; `duty` decides what was demanded of them; `gather` counts them; `windows` closes figures; `money` and
//! `debt` book what follows; `read` tells what is open.
//!
//! ```
//! use servanda_diagnostics::SourceId;
//! use servanda_evaluator::Evaluator;
//! use servanda_events::{Fact, FieldValue};
//! use servanda_policy::policy::Verdict;
//! use servanda_policy::time::Instant;
//! use servanda_policy::{Binder, check};
//! use std::sync::Arc;
//!
//! let text = r#"
//!     language 1.
//!     agreement "Help desk" {
//!       party desk. party client.
//!       in force from 2026-01-01.
//!       time zone UTC.
//!       money in EUR.
//!       event question.asked { question: id }
//!       event question.answered { question: id }
//!       case question {
//!         begins when question.asked.
//!         answer (answered) when question.answered.
//!         ends when answered.
//!       }
//!       clause 1 "Answers" {
//!         desk must answer each question within 8 hours
//!           otherwise desk credits client 5 EUR.
//!       }
//!     }
//! "#;
//! let parsed = servanda_parser::parse(SourceId(0), text);
//! let policy = Arc::new(check::check(&parsed.document, text).policy.ok_or("a policy with errors")?);
//! let agreement = Binder::new(&policy).bind("acme", Vec::new()).map_err(|_| "no such agreement")?;
//! let asked = policy.events.ids().next().ok_or("no event")?;
//! let hours = |count: i64| Instant(agreement.start.0 + count * 3_600_000_000_000);
//!
//! let mut evaluator = Evaluator::new(Arc::clone(&policy), vec![Arc::new(agreement.clone())]);
//! let fields = [FieldValue::Text("Q-1".into())].into_iter().collect();
//! evaluator.push(0, Fact { at: hours(10), event: asked, line: 0, id: None, fields })?;
//!
//! // What is not late yet is pending; eight hours later it is broken, and what follows is an entry in minor units.
//! assert_eq!(evaluator.outcome(0, hours(18))?.verdicts[0].verdict, Verdict::Pending);
//! let outcome = evaluator.outcome(0, hours(24))?;
//! assert_eq!(outcome.verdicts[0].verdict, Verdict::Broken);
//! assert_eq!(outcome.verdicts[0].late_from, hours(18).add_nanos(1));
//! assert_eq!(outcome.entries[0].amount, Some(500));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accrual;
mod admit;
mod agenda;
mod amend;
mod behind;
mod claim;
mod claims;
mod clock;
mod dated;
mod deadline;
mod debt;
mod duty;
mod ending;
mod environment;
mod evaluator;
pub mod expression;
mod extension;
mod facts;
mod fees;
mod fits;
mod gather;
mod group;
mod growth;
mod instance;
mod item;
mod items;
mod kept;
mod keys;
mod ledger;
mod looking_back;
mod money;
mod named;
mod open;
pub mod outcome;
mod plan;
mod play;
mod pot;
mod rarely;
mod read;
mod reopening;
mod restored;
mod revision;
mod row;
mod run;
mod schedule;
mod set_off;
mod settled;
mod shape;
mod silence;
mod snapshot;
mod standing;
mod state;
mod suspension;
mod tally;
mod touch;
mod values;
mod waiting;
mod windows;

pub use admit::Retraction;
pub use behind::{Behind, Counts, Elapsed, Member, MemberOf, PaidBy};
pub use evaluator::{Evaluator, Misuse};
pub use growth::{Grown, grace_over, gross, grown, is_forgiven, owed_periods, period_start, periods};
pub use ledger::Ledger;
pub use open::{Open, Stands};
pub use outcome::{
    Accrued, Cause, Claim, ClaimStanding, Entry, Evidence, Figure, Judged, Notice, Outcome, Quantity, Sink,
    Span, Stretch, Subject, Verdict,
};
pub use revision::{Revision, StreamSink, Told};
pub use snapshot::{OtherData, Snapshot, SnapshotError, VERSION as SNAPSHOT_VERSION};
