//! Where a line of a statement comes from: places in the text, and what computed it.

use serde::Serialize;
use servanda_diagnostics::{Position, Sources, Span};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::{holidays, tzdb_version};
use std::collections::BTreeMap;

/// A place in a text: half open, with lines and columns from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceRange {
    /// The name of the source.
    pub file: String,
    /// The first character.
    pub start: Position,
    /// The first character after it.
    pub end: Position,
}

impl PlaceRange {
    /// The place of a span; none where the source is not given.
    pub fn of(sources: &Sources, span: Span) -> Option<Self> {
        let source = sources.get(span.source)?;
        Some(Self {
            file: source.name().to_owned(),
            start: source.position(span.start),
            end: source.position(span.end),
        })
    }
}

/// By what a statement was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProducedBy {
    /// The tool and its version.
    pub tool: String,
    /// The version of the language.
    pub language: u32,
    /// A hash of the policy's meaning.
    pub policy_hash: String,
    /// The BLAKE3 hash of the bytes of the log that was read, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_hash: Option<String>,
    /// The same of the file of the instances, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances_hash: Option<String>,
    /// The version of the zone data.
    pub zone_data: String,
    /// The version of the holiday data of each country and subdivision that the calendars name.
    pub holiday_data: BTreeMap<String, String>,
}

impl ProducedBy {
    /// What computed a statement of this policy.
    pub(super) fn of(policy: &Policy, _agreement: &Agreement) -> Self {
        let named = policy.calendars.values().flat_map(|calendar| calendar.spec.holidays.iter());
        let holiday_data = named
            .filter_map(|country| Some((country.to_string(), holidays(country)?.version().to_owned())))
            .collect();
        Self {
            tool: format!("servanda {}", env!("CARGO_PKG_VERSION")),
            language: policy.language,
            policy_hash: policy.hash.clone(),
            input_hash: None,
            instances_hash: None,
            zone_data: tzdb_version().to_owned(),
            holiday_data,
        }
    }
}
