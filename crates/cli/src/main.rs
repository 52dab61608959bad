//! The command `servanda`.
fn main() {}
