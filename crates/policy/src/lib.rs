//! The meaning of a policy: names, types, calendars, the checked program.

pub mod agreement;
pub mod arena;
mod binder;
pub mod check;
mod diagnostics;
pub mod policy;
pub mod time;
pub mod value;

pub use agreement::Agreement;
pub use binder::{BindProblem, Binder};
pub use check::{Checked, check};
pub use diagnostics::too_many_decimals;
pub use policy::Policy;
