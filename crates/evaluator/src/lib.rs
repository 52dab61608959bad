//! A checked policy and events to an outcome: verdicts, figures, entries, notices, problems.
//!
//! An outcome is a pure function of the agreement, the set of events and `as_of`: nothing here reads a clock, a
//! file or the environment; no float, no order of a hash is involved; bad data is told in the outcome.
//!
//! The way of an event: `admit` decides whether it is a fact; `play` lets time go on moment by moment; `facts` moves
//! items; `duty` decides what was demanded of them; `gather` counts them; `windows` closes figures; `money` and
//! `debt` book what follows; `read` tells what is open.

mod accrual;
mod admit;
mod clock;
mod deadline;
mod debt;
mod duty;
mod environment;
mod evaluator;
pub mod expression;
mod facts;
mod gather;
mod item;
mod keys;
mod money;
pub mod outcome;
mod plan;
mod play;
mod read;
mod state;
mod windows;

pub use accrual::{gross, periods};
pub use admit::Retraction;
pub use evaluator::{Evaluator, Misuse};
pub use outcome::{
    Accrued, Cause, Entry, Evidence, Figure, Judged, Notice, Outcome, Quantity, Sink, Span, Stretch, Subject,
    Verdict,
};
