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

/// What the machine does not do yet as the reference says; it is not generated until it does.
pub(crate) const NOT_YET: &[&str] = &["start in the future"];

/// Whether a thing may be generated.
fn now(thing: &str) -> bool {
    !NOT_YET.contains(&thing)
}
