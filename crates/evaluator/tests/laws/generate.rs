//! Generated agreements and logs.
//!
//! Everything is read from tapes of numbers: a tape of zeros is the simplest policy, and an event is one short
//! tape.

mod constructs;
mod log;
mod policy;
mod tape;

pub(crate) use constructs::CONSTRUCTS;
pub(crate) use log::{Log, forms, log};
pub(crate) use policy::policy;
pub(crate) use tape::Tape;
