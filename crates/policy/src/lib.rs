//! The meaning of a policy: names, types, calendars, the checked program.

pub mod agreement;
pub mod arena;
mod binder;
pub mod policy;
pub mod time;
pub mod value;

pub use agreement::Agreement;
pub use binder::{BindProblem, Binder};
pub use policy::Policy;
