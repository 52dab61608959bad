//! The JSON Schemas of what Servanda writes; tests validate real outputs against them.

/// The schema of the JSON outcome.
pub const OUTCOME_SCHEMA: &str = include_str!("../schema/outcome.json");

/// The schema of JSON diagnostics.
pub const DIAGNOSTICS_SCHEMA: &str = include_str!("../schema/diagnostics.json");
