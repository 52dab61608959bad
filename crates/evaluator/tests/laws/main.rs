//! The laws of evaluation as properties over generated agreements and events.
//!
//! Each law is a function of its own name in `laws`. An ordinary run tries each on 256 scenes, always the same;
//! `SERVANDA_LAW_CASES=100000` tries others, as many.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::result_large_err,
    clippy::string_slice,
    reason = "a law that does not hold stops where it stands"
)]

mod clocks;
mod coverage;
mod delays;
mod generate;
mod laws;
mod meaning;
mod open;
mod oracle;
mod powers;
mod scene;
mod setting_off;
mod settling;
mod stream;
