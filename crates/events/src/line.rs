//! What became of one line of an input.

use crate::decision::Decision;
use crate::fact::Fact;
use crate::problem::Problem;
use compact_str::CompactString;
use servanda_policy::policy::EventId;
use servanda_policy::time::Instant;

/// One line as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1; blank lines have numbers too.
    pub number: u32,
    /// What it is.
    pub kind: LineKind,
    /// When it became known, where the reader is asked to tell it: without a word about it, when it happened.
    pub recorded: Option<Instant>,
    /// What is wrong with it; of an admitted event, why fields of it are [`crate::FieldValue::Bad`].
    pub problems: Vec<Problem>,
}

/// What a line is: exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineKind {
    /// An event.
    Admitted {
        /// Its agreement, a number of [`crate::Instances`].
        instance: u32,
        /// What it says.
        fact: Fact,
    },
    /// The removal of an event.
    Retraction {
        /// The agreement, a number of [`crate::Instances`].
        instance: u32,
        /// The id of the event that is removed.
        id: CompactString,
        /// When it was removed.
        at: Instant,
    },
    /// A decision of a party.
    Decision {
        /// The agreement, a number of [`crate::Instances`].
        instance: u32,
        /// What is decided.
        decision: Box<Decision>,
    },
    /// Of a type that the policy does not declare.
    Ignored,
    /// Of an agreement that is not given.
    OutOfScope,
    /// Not known yet at the instant that [`crate::Reader::known_on`] asks for. Nothing else is asked of it.
    NotKnown,
    /// Not an event that anything can be said about: its problems say why. What could be read of it is here.
    NotAdmitted {
        /// The agreement, a number of [`crate::Instances`].
        instance: Option<u32>,
        /// The type.
        event: Option<EventId>,
        /// The instant.
        at: Option<Instant>,
    },
    /// Nothing but blanks: not counted.
    Blank,
}

impl LineKind {
    /// The agreement, where it is known.
    pub fn instance(&self) -> Option<u32> {
        match self {
            LineKind::Admitted { instance, .. }
            | LineKind::Retraction { instance, .. }
            | LineKind::Decision { instance, .. } => Some(*instance),
            LineKind::NotAdmitted { instance, .. } => *instance,
            LineKind::Ignored | LineKind::OutOfScope | LineKind::NotKnown | LineKind::Blank => None,
        }
    }
}
