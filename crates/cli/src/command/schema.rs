//! `servanda schema`: the JSON Schemas of the outputs.

use crate::arguments::{Schema, SchemaOf};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use servanda::report::{
    DIAGNOSTICS_SCHEMA, DIFF_SCHEMA, EXPLANATION_SCHEMA, FORECAST_SCHEMA, OUTCOME_SCHEMA, OWED_SCHEMA,
    STREAM_SCHEMA, TIME_SCHEMA, TIMELINE_SCHEMA,
};

/// Prints a schema.
pub(super) fn run(arguments: &Schema, terminal: &Terminal) -> Result<Exit, Failure> {
    terminal.result(match arguments.of {
        SchemaOf::Outcome => OUTCOME_SCHEMA,
        SchemaOf::Stream => STREAM_SCHEMA,
        SchemaOf::Diagnostics => DIAGNOSTICS_SCHEMA,
        SchemaOf::Diff => DIFF_SCHEMA,
        SchemaOf::Explanation => EXPLANATION_SCHEMA,
        SchemaOf::Forecast => FORECAST_SCHEMA,
        SchemaOf::Owed => OWED_SCHEMA,
        SchemaOf::Timeline => TIMELINE_SCHEMA,
        SchemaOf::Time => TIME_SCHEMA,
    })?;
    Ok(Exit::Well)
}
