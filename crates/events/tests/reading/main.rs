//! What the reader makes of good and bad input.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail where it stands"
)]

mod bad_input;
mod both_ways;
mod canonical;
mod decisions;
mod instances;
mod known;
mod schema;
mod values;
mod whole_input;
