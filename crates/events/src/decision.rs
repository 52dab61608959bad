//! Decisions of the parties: events of built-in types, which say what is waived, disputed, adjusted or closed.
//!
//! They are told like any other event and change no other one. What comes of them is not decided here.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_policy::policy::PartyId;
use servanda_policy::time::Instant;

/// What somebody has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// When.
    pub at: Instant,
    /// When it became known, where the reader is asked to look for it; else when it was decided.
    pub known: Instant,
    /// What.
    pub what: Ruling,
    /// Who: a party or a role.
    pub by: PartyId,
    /// Why, in words.
    pub reason: Option<CompactString>,
    /// The id of the event, where it has one.
    pub id: Option<CompactString>,
    /// The line of the input that it was read from, from 1; 0 where it was not read from an input.
    pub line: u32,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ruling {
    /// `duty.waived`: the creditor does not insist on a duty.
    Waived {
        /// The address of the duty: `7(b)`.
        duty: CompactString,
        /// The key of the item or the label of the window; none where the duty has one subject only.
        subject: Option<CompactString>,
    },
    /// `entry.disputed`: the debtor does not accept an entry.
    Disputed {
        /// Its id, as statements print it.
        entry: CompactString,
    },
    /// `entry.resumed`: the debtor gives a dispute up.
    Resumed {
        /// The id of the entry.
        entry: CompactString,
    },
    /// `entry.lapsed`: the creditor gives an entry up.
    Lapsed {
        /// The id of the entry.
        entry: CompactString,
    },
    /// `entry.adjusted`: more is owed, as the debtor says, or less, as the creditor says.
    Adjusted {
        /// The id of the entry.
        entry: CompactString,
        /// What is added to it in minor units; below zero what is taken off.
        by: i64,
    },
    /// `period.closed`: what is known of a period is final.
    Closed {
        /// The period as statements write it: `2026-03`.
        period: CompactString,
        /// The hash of its statement.
        hash: Option<CompactString>,
    },
}

impl Ruling {
    /// The type of its event: `duty.waived`.
    pub const fn type_name(&self) -> &'static str {
        let of = match self {
            Self::Waived { .. } => DecisionType::Waived,
            Self::Disputed { .. } => DecisionType::Disputed,
            Self::Resumed { .. } => DecisionType::Resumed,
            Self::Lapsed { .. } => DecisionType::Lapsed,
            Self::Adjusted { .. } => DecisionType::Adjusted,
            Self::Closed { .. } => DecisionType::Closed,
        };
        of.name()
    }
}

/// The types of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecisionType {
    Waived,
    Disputed,
    Resumed,
    Lapsed,
    Adjusted,
    Closed,
}

impl DecisionType {
    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Waived, Self::Disputed, Self::Resumed, Self::Lapsed, Self::Adjusted, Self::Closed];

    /// Its name in logs and scenarios.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Waived => "duty.waived",
            Self::Disputed => "entry.disputed",
            Self::Resumed => "entry.resumed",
            Self::Lapsed => "entry.lapsed",
            Self::Adjusted => "entry.adjusted",
            Self::Closed => "period.closed",
        }
    }

    /// Its fields.
    pub(crate) const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Waived => &["duty", "subject", "by", "reason"],
            Self::Disputed | Self::Resumed | Self::Lapsed => &["entry", "by", "reason"],
            Self::Adjusted => &["entry", "less", "more", "by", "reason"],
            Self::Closed => &["period", "hash", "by", "reason"],
        }
    }
}

/// The fields of an event of a built-in type: of a decision, and of a retraction. None of any other type.
///
/// ```
/// use servanda_events::built_in_fields;
/// assert_eq!(built_in_fields("entry.disputed"), Some(&["entry", "by", "reason"][..]));
/// assert_eq!(built_in_fields("weather.changed"), None);
/// ```
pub fn built_in_fields(name: &str) -> Option<&'static [&'static str]> {
    if name == crate::schema::RETRACTION {
        return Some(&[crate::schema::RETRACTS]);
    }
    DecisionType::ALL.into_iter().find(|of| of.name() == name).map(DecisionType::fields)
}
