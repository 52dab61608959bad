//! The meaning of a policy: names, types, calendars, the checked program.

pub mod time;
pub mod value;
