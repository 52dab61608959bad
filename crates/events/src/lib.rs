//! Bytes of a log to typed events, driven by the fields that a policy declares.

mod canonical;
mod fact;
mod problem;

pub use fact::{Fact, FieldValue, InputCounts};
pub use problem::{Place, Problem};
