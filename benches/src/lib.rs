//! The settlement task: its log generator and the hand-written program that is the yardstick.
//!
//! `TASK.md` beside this package says what is computed.
//! Nothing here uses the language or its evaluator: the yardstick must not share a mistake with what it measures.
//! The code knows one task and one year, so that it can be as short and as fast as a program for that task gets.

pub mod by_policy;
pub mod calendar;
pub mod csv;
pub mod generation;
pub mod log;
pub mod settlement;
pub mod statement;
pub mod terms;
