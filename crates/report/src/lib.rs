//! What an outcome looks like to people and programs: statements, their table, JSON and CSV, and explanations.
//!
//! Everything here is a function over a policy, an agreement and an outcome. Nothing reads a file or a clock, and
//! nothing decides a verdict or an amount: what is shown was computed by the evaluator, apart from the cut of an
//! accrual to a period, which is a function of how it grew.

pub mod accrual;
mod csv;
mod explanation;
mod expression;
mod json;
mod period;
mod schema;
mod statement;
mod subject;
mod table;
mod text;

pub use crate::csv::entries_csv;
pub use explanation::{EvidenceLine, Explanation, Quotation, Step, explain_entry};
pub use json::{outcome_json, outcome_value};
pub use period::{Period, PeriodError};
pub use schema::{DIAGNOSTICS_SCHEMA, OUTCOME_SCHEMA};
pub use statement::{
    Booking, InputLines, MeasureLine, NoticeLine, PeriodRange, PlaceRange, ProblemLine, ProducedBy, Reason,
    Right, SCHEMA, Statement, Total, Totals, VerdictLine,
};
pub use subject::{entry_id, evidence_text, subject_text};
pub use table::{Detail, table};
pub use text::{exact_text, length_text, money_text, number_text, target_text, unit_text, value_text};
