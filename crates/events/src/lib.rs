//! Bytes of a log to typed events, driven by the fields that a policy declares.
//!
//! Whatever a line is, it is told: a [`Reader`] never fails.
//!
//! ```
//! use servanda_diagnostics::{Code, SourceId};
//! use servanda_events::{FieldValue, Instances, LineKind, Reader, Schema};
//! use std::sync::Arc;
//!
//! let text = r#"
//!     language 1.
//!     agreement "Visits" {
//!       party desk. party client.
//!       in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
//!       event visit.made { visit: id, cost: money }
//!       clause 1 "Costs" { client owes desk visit.made.cost for each visit.made. }
//!     }
//! "#;
//! let parsed = servanda_parser::parse(SourceId(0), text);
//! let policy = servanda_policy::check(&parsed.document, text).policy.ok_or("a finding says why")?;
//! let currency = servanda_policy::value::Currency::named("EUR").map_err(|_| "a currency")?;
//! let instances = Instances::discovered(&policy.title, currency);
//! let mut reader = Reader::new(Arc::new(Schema::new(&policy)), instances);
//!
//! let line = reader.read_line(
//!     1,
//!     br#"{"time": "2026-03-02T10:00:00+01:00", "type": "visit.made", "visit": "V-1", "cost": "12.50"}"#,
//! );
//! let LineKind::Admitted { fact, .. } = line.kind else { return Err("an event") };
//! assert_eq!(fact.field(1), &FieldValue::Money(1250));
//!
//! let line = reader.read_line(2, br#"{"time": "2026-03-02", "type": "visit.made", "visit": "V-2", "cost": "9.00"}"#);
//! assert_eq!(line.problems[0].code, Code::NotAnInstant);
//! # Ok::<(), &str>(())
//! ```

mod admission;
mod canonical;
mod decision;
mod decode;
mod entry;
mod fact;
mod fault;
mod index;
mod input;
mod instances;
mod instant;
mod keys;
mod line;
mod number;
mod problem;
mod reader;
mod scan;
mod schema;
mod undeclared;
mod value;

pub use decision::{Decision, Ruling, built_in_fields};
pub use fact::{Fact, FieldValue, InputCounts};
pub use index::Index;
pub use instances::{Given, InstanceProblem, Instances, Parameters, read_instances};
pub use line::{Line, LineKind};
pub use problem::{Place, Problem};
pub use reader::{LONGEST_LINE, Reader};
pub use schema::Schema;
pub use undeclared::Undeclared;
