//! The meaning of a policy: names, types, calendars, the checked program.
//!
//! A text becomes a [`Policy`], and a policy with the figures of one instance an [`Agreement`].
//!
//! ```
//! use servanda_diagnostics::SourceId;
//! use servanda_policy::{Binder, check};
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
//! let checked = check(&parsed.document, text);
//! assert!(checked.diagnostics.is_empty());
//! let policy = checked.policy.ok_or("a finding says why there is none")?;
//! assert_eq!(policy.title, "Visits");
//!
//! let agreement = Binder::new(&policy).bind("acme", Vec::new()).map_err(|_| "a figure is missing")?;
//! assert_eq!(agreement.name, "acme");
//! # Ok::<(), &str>(())
//! ```

pub mod agreement;
mod analysis;
pub mod arena;
mod binder;
pub mod check;
mod diagnostics;
mod footprint;
mod limit;
pub mod policy;
pub mod time;
pub mod value;
mod wanted;

pub use agreement::Agreement;
pub use binder::{BindProblem, Binder};
pub use check::{Checked, amended, check, check_among, check_wanted, clause_in_place_of};
pub use diagnostics::too_many_decimals;
pub use footprint::{Footprint, Growth, Held, HeldKind};
pub use limit::{Since, TimeLimit, read_window};
pub use policy::Policy;
pub use wanted::{Part, Wanted};
