//! What an outcome looks like to people and programs: statements, their table, JSON and CSV, and explanations.
//!
//! Everything here is a function over a policy, an agreement and an outcome. Nothing reads a file or a clock, and
//! nothing decides a verdict or an amount: what is shown was computed by the evaluator, apart from the cut of an
//! accrual to a period, which is a function of how it grew.
//!
//! ```
//! use servanda_diagnostics::{SourceId, Sources};
//! use servanda_evaluator::Evaluator;
//! use servanda_policy::Binder;
//! use servanda_policy::time::Date;
//! use servanda_report::{Statement, outcome_value};
//! use std::sync::Arc;
//!
//! let text = r#"
//!     language 1.
//!     agreement "Visits" {
//!       party desk. party client.
//!       in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
//!       event visit.made { visit: id, cost: money }
//!       clause 1 "Costs" { client owes desk 30 EUR each calendar month. }
//!     }
//! "#;
//! let sources = Sources::new().with("visits.sla", text);
//! let parsed = servanda_parser::parse(SourceId(0), text);
//! let policy = Arc::new(servanda_policy::check(&parsed.document, text).policy.ok_or("a finding says why")?);
//! let agreement = Arc::new(Binder::new(&policy).bind("acme", Vec::new()).map_err(|_| "a figure is missing")?);
//! let evaluator = Evaluator::new(Arc::clone(&policy), vec![Arc::clone(&agreement)]);
//! let march = Date::from_civil(2026, 3, 1).ok_or("a date")?;
//! let outcome = evaluator.outcome(0, agreement.zone.start_of(march))?;
//!
//! let statement = Statement::new(&policy, &agreement, &outcome, &sources, None);
//! assert_eq!(statement.entries.len(), 2);
//! let value = outcome_value(&statement)?;
//! assert_eq!(value["entries"][0]["amount"], "30.00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod accrual;
mod address;
mod business_time;
mod comparison;
mod csv;
mod decision;
mod ending;
mod explanation;
mod expression;
mod forecast;
mod json;
mod owed;
mod period;
mod redaction;
mod schema;
mod spelled;
mod statement;
mod stream;
mod subject;
mod table;
mod text;
mod timeline;
mod trail;
mod verification;
mod wrapping;

pub use crate::csv::{entries_csv, journal_csv};
pub use business_time::{
    Answer, BUSINESS_TIME, Between, BetweenIn, Ends, Open, OpenIn, Stretch, TimeAnswer, TimeOf,
    UnknownHolidays, WindowLine, WindowsOf,
};
pub use comparison::{
    Change, ChangeKind, Compared, Comparison, FigureDifference, Nature as ValueNature, OutcomeDifference,
    Quote, Section, SectionOf, TotalDifference, VerdictDifference, comparison_table,
};
pub use decision::{Adjustment, Closing, Decided, Decider, Standing, Turn, TurnTo};
pub use explanation::{
    Correction, EXPLANATION, EvidenceLine, Explanation, Governing, Question, Quotation, Step,
};
pub use forecast::{
    FORECAST, Forecast, ForecastAmount, ForecastFollows, ForecastLength, ForecastLimit, ForecastLine,
    ForecastPay, ForecastStep, ForecastVerdict, forecast_text,
};
pub use json::{outcome_json, outcome_value};
pub use owed::{OWED, Owed, OwedBy, OwedLine, OwedSum, owed_text};
pub use period::{Period, PeriodError};
pub use redaction::Redaction;
pub use schema::{
    DIAGNOSTICS_SCHEMA, DIFF_SCHEMA, EXPLANATION_SCHEMA, FORECAST_SCHEMA, OUTCOME_SCHEMA, OWED_SCHEMA,
    STREAM_SCHEMA, TIME_SCHEMA, TIMELINE_SCHEMA,
};
pub use spelled::numbered_key;
pub use statement::{
    Balance, Booking, ClaimLine, DecisionLine, InputLines, MeasureLine, Nature, NoticeLine, PeriodRange,
    PlaceRange, ProblemLine, ProducedBy, Reason, Right, SCHEMA, Statement, Total, Totals, UnsignedLine,
    VerdictLine, VersionLine,
};
pub use stream::{
    Revised, StreamBody, StreamLine, StreamOf, item_of, loose_problem, stream_json, subject_told,
};
pub use subject::{Lives, entry_id, evidence_text, subject_text};
pub use table::{Detail, table, undeclared_table};
pub use text::{
    exact_text, length_text, money_text, number_text, read_instant, target_text, unit_text, value_text,
};
pub use timeline::{Drawing, TIMELINE, Timeline, TimelineLine, TimelineMark, TimelineStretch, timeline_text};
pub use trail::Trail;
pub use verification::{Disagreement, disagreements};
