//! A statement as JSON: the documented outcome.

use crate::statement::Statement;

/// The JSON outcome, without a line break inside: as a line, one of these is NDJSON.
///
/// # Errors
/// None that a statement can cause; the error is that of the writer underneath.
pub fn outcome_json(statement: &Statement) -> Result<String, serde_json::Error> {
    serde_json::to_string(statement)
}

/// The JSON outcome as a value.
///
/// # Errors
/// None that a statement can cause; the error is that of the writer underneath.
pub fn outcome_value(statement: &Statement) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(statement)
}
