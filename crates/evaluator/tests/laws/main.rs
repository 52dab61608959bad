//! The laws of evaluation as properties over generated agreements and events.

mod oracle;

#[test]
fn compiles() {
    let _ = oracle::evaluate;
}
