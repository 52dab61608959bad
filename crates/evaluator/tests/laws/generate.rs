//! Generated agreements and logs.
//!
//! Everything is read from tapes of numbers: a tape of zeros is the simplest policy, and an event is one short
//! tape, so that the shrinking of proptest drops events one by one and makes the policy simpler choice by choice.

mod constructs;
mod log;
mod policy;
mod tape;

pub(crate) use constructs::CONSTRUCTS;
pub(crate) use log::forms;
pub(crate) use log::{Log, log};
pub(crate) use policy::{Text, policy};
pub(crate) use tape::Tape;
