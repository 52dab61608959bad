//! The laws of evaluation as properties over generated agreements and events.
//!
//! Each law is a function of its own name in `laws`. An ordinary run tries each on 256 scenes, always the same;
//! `SERVANDA_LAW_CASES=100000` tries others, as many.

mod generate;
mod laws;
mod meaning;
mod oracle;
mod scene;
