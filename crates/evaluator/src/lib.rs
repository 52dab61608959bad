//! A checked policy and events to an outcome.

pub mod expression;
pub mod outcome;
