//! An event as the evaluator reads it: typed, with its names resolved.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_policy::policy::{EventId, PartyId};
use servanda_policy::time::{Date, Instant};
use smallvec::SmallVec;

/// An admitted event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// When it happened.
    pub at: Instant,
    /// Its type.
    pub event: EventId,
    /// The line of the input that it was read from, from 1; 0 where it was not read from an input.
    pub line: u32,
    /// Its id, where it has one.
    pub id: Option<CompactString>,
    /// Its fields, in the order of the type's declaration.
    pub fields: SmallVec<[FieldValue; 1]>,
}

/// The value of a field. Numbers are bounded when read, so that arithmetic on them cannot overflow unnoticed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FieldValue {
    /// An optional field that the event does not have.
    Absent,
    /// Missing or unreadable: indeterminate; the problem has been told.
    Bad,
    /// An id or a text.
    Text(CompactString),
    /// A word of a `one of` list, by its place there.
    Word(u32),
    /// A party.
    Party(PartyId),
    /// Yes or no.
    Bool(bool),
    /// A count.
    Count(i64),
    /// Money in minor units of the agreement's currency.
    Money(i64),
    /// A decimal number: `mantissa / 10^scale`; of a percentage, the percent.
    Decimal {
        /// The digits.
        mantissa: i64,
        /// The number of decimal places, at most nine, without trailing zeros.
        scale: u8,
    },
    /// A date.
    Date(Date),
    /// An instant.
    Instant(Instant),
}

impl Fact {
    /// The field of this place; absent where the type has no such field.
    pub fn field(&self, place: u32) -> &FieldValue {
        self.fields.get(place as usize).unwrap_or(&FieldValue::Absent)
    }
}

/// What of the input a line is, for the sums that must add up: every line is exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InputCounts {
    /// Lines read, blank ones left out.
    pub lines: u64,
    /// Admitted and evaluated.
    pub evaluated: u64,
    /// The same event again.
    pub duplicates: u64,
    /// Of a type that the policy does not declare, with nothing to do where the policy says so, or not before as_of.
    pub ignored: u64,
    /// Of an agreement that is not given, outside of the term, or of an item that the policy leaves out.
    pub out_of_scope: u64,
    /// Not admitted.
    pub problems: u64,
}

impl InputCounts {
    /// Whether every line is accounted for.
    pub fn add_up(&self) -> bool {
        self.lines == self.evaluated + self.duplicates + self.ignored + self.out_of_scope + self.problems
    }

    /// Adds another input's counts.
    pub fn add(&mut self, other: &InputCounts) {
        self.lines += other.lines;
        self.evaluated += other.evaluated;
        self.duplicates += other.duplicates;
        self.ignored += other.ignored;
        self.out_of_scope += other.out_of_scope;
        self.problems += other.problems;
    }
}
