//! The JSON Schemas of what Servanda writes; tests validate real outputs against them.

/// The schema of the JSON outcome.
pub const OUTCOME_SCHEMA: &str = include_str!("../schema/outcome.json");

/// The schema of JSON diagnostics.
pub const DIAGNOSTICS_SCHEMA: &str = include_str!("../schema/diagnostics.json");

/// The schema of a line of a stream; what it says of bodies it has from the schema of the outcome.
pub const STREAM_SCHEMA: &str = include_str!("../schema/stream.json");

/// The schema of what changed in meaning.
pub const DIFF_SCHEMA: &str = include_str!("../schema/diff.json");

/// The schema of an explanation; what it says of places it has from the schema of the outcome.
pub const EXPLANATION_SCHEMA: &str = include_str!("../schema/explanation.json");

/// The schema of what is owed; what it says of places it has from the schema of the outcome.
pub const OWED_SCHEMA: &str = include_str!("../schema/owed.json");

/// The schema of a forecast; what it says of places it has from the schema of the outcome.
pub const FORECAST_SCHEMA: &str = include_str!("../schema/forecast.json");

/// The schema of a timeline; what it says of places it has from the schema of the outcome.
pub const TIMELINE_SCHEMA: &str = include_str!("../schema/timeline.json");

/// The schema of an answer about time.
pub const TIME_SCHEMA: &str = include_str!("../schema/time.json");
