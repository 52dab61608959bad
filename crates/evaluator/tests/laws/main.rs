//! The laws of evaluation as properties over generated agreements and events.
#![allow(clippy::all, missing_docs)]

mod oracle;

#[test]
fn compiles() {
    let _ = oracle::evaluate;
}
