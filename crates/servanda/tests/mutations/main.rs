//! What the messages are worth, by mutation: one edit at a random place of an agreement that is right, and the first
//! finding has to lie there.
//!
//! What is in a comment or inside of a quoted text is not edited. An edit after which nothing is found that was not
//! found before is clean; whether it changes the meaning, the hash of the policy tells.
//!
//! `SERVANDA_MUTATIONS` says how many edits are tried of each seed, and prints the tables that stand in DESIGN.md:
//! `SERVANDA_MUTATIONS=1000 cargo test --workspace --test mutations -- --nocapture`. `SERVANDA_MUTATIONS_SHOW` names
//! a kind of edit whose misses are printed with their text, or `lines`, or `three`.

#[cfg(test)]
mod chance;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tally;
#[cfg(test)]
mod tokens;
