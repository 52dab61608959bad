//! What we are told: the types of events and where the log has their fields.

use crate::policy::{LengthKind, PartyId};
use crate::value::Currency;
use servanda_diagnostics::Span;

/// A type of event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EventType {
    /// Its name in the policy: `payment.received`.
    pub name: String,
    /// Its name in the log.
    pub log_name: String,
    /// Its fields, in the order of the declaration.
    pub fields: Vec<Field>,
    /// Where it is declared.
    pub span: Span,
}

impl EventType {
    /// A type of these parts.
    pub fn new(name: String, log_name: String, fields: Vec<Field>, span: Span) -> Self {
        Self { name, log_name, fields, span }
    }
}

/// A field of an event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Its name in the policy.
    pub name: String,
    /// Its key in the log.
    pub log_name: String,
    /// Its type.
    pub ty: FieldType,
    /// Whether it may be missing; a required field that is missing is indeterminate.
    pub optional: bool,
    /// Whether anything identifies a case by it: then an event without it is not admitted.
    pub key: bool,
    /// Where it is declared.
    pub span: Span,
}

impl Field {
    /// A required field of these parts that identifies nothing.
    pub fn new(name: String, log_name: String, ty: FieldType, span: Span) -> Self {
        Self { name, log_name, ty, optional: false, key: false, span }
    }
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// An opaque name.
    Id,
    /// Any text.
    Text,
    /// A whole number from 0 to below 2^53.
    Count,
    /// A decimal number of at most nine decimal places.
    Number,
    /// An amount as decimal text; its currency stands in the log's field `currency`, else it is the agreement's.
    Money {
        /// The currency where it is not the agreement's.
        currency: Option<Currency>,
    },
    /// An amount as a whole number of minor units.
    MinorMoney,
    /// A percentage as a decimal number: `12.5` is 12.5 %.
    Percent,
    /// A date `YYYY-MM-DD`.
    Date,
    /// An instant, RFC 3339 with offset.
    Instant,
    /// The name of a party.
    Party(Vec<(String, PartyId)>),
    /// `true` or `false`, `"yes"` or `"no"`.
    YesNo,
    /// One of these words.
    OneOf(Vec<String>),
    /// A number of units of time.
    Length {
        /// Which time.
        kind: LengthKind,
        /// How many seconds, days or months one unit is.
        unit: i64,
    },
}

/// Under which keys the log has what every event has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogNames {
    /// The instant.
    pub time: String,
    /// The type.
    pub kind: String,
    /// The id; none where the log has no ids.
    pub id: Option<String>,
    /// The agreement.
    pub agreement: String,
    /// The instant at which an event became known.
    pub recorded: String,
}

impl Default for LogNames {
    fn default() -> Self {
        Self {
            time: "time".into(),
            kind: "type".into(),
            id: Some("id".into()),
            agreement: "agreement".into(),
            recorded: "recorded".into(),
        }
    }
}
