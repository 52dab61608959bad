//! Sums of entries: each total is the sum of the entries that the statement shows.

use super::Booking;
use serde::Serialize;
use servanda_policy::agreement::Agreement;
use servanda_policy::value::format_minor;
use std::collections::BTreeMap;

/// The sums of a statement's entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// For each debtor and creditor.
    pub parties: Vec<Total>,
    /// For each clause, debtor and creditor.
    pub clauses: Vec<Total>,
}

/// A sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    /// The number of the clause, in sums by clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// Who owes.
    pub debtor: String,
    /// To whom.
    pub creditor: String,
    /// The sum of the known amounts that are due, with the currency's digits; none where it is too large to be held.
    pub amount: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
    /// How many entries.
    pub entries: u64,
    /// How many of those that are due have no amount.
    pub undetermined: u64,
    /// The sum of the known amounts that are disputed, where any are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disputed: Option<String>,
    /// The sum of the known amounts that are waived, where any are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
    /// The sum of what is due in minor units.
    #[serde(skip)]
    pub minor: Option<i128>,
}

/// A sum under way.
struct Sum {
    minor: Option<i128>,
    /// What is not due, by how it stands; none where there is no such entry.
    disputed: Option<i128>,
    waived: Option<i128>,
    entries: u64,
    undetermined: u64,
}

impl Sum {
    const NOTHING: Self = Self { minor: Some(0), disputed: None, waived: None, entries: 0, undetermined: 0 };

    fn add(&mut self, entry: &Booking) {
        self.entries += 1;
        let aside = |sum: Option<i128>| sum.unwrap_or(0).checked_add(entry.minor.unwrap_or(0));
        match (entry.standing, entry.minor) {
            (Some("disputed"), _) => self.disputed = aside(self.disputed),
            (Some(_), _) => self.waived = aside(self.waived),
            (None, Some(minor)) => self.minor = self.minor.and_then(|total| total.checked_add(minor)),
            (None, None) => self.undetermined += 1,
        }
    }
}

impl Totals {
    /// The sums of these entries.
    pub(super) fn of(entries: &[Booking], agreement: &Agreement) -> Self {
        let parties = sums(entries, agreement, |_| None);
        // Clauses come in the order of their numbers: 2 before 10.
        let mut clauses = sums(entries, agreement, |entry| Some(entry.clause.clone()));
        clauses.sort_by_key(|total| total.clause.as_deref().map(clause_order));
        Self { parties, clauses }
    }
}

/// A clause's number as a key to sort by.
pub(crate) fn clause_order(number: &str) -> Vec<(u64, String)> {
    number.split('.').map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}

fn sums(
    entries: &[Booking],
    agreement: &Agreement,
    clause: impl Fn(&Booking) -> Option<String>,
) -> Vec<Total> {
    let mut sums = BTreeMap::new();
    for entry in entries {
        let key = (clause(entry), entry.debtor.clone(), entry.creditor.clone());
        sums.entry(key).or_insert(Sum::NOTHING).add(entry);
    }
    let total = |((clause, debtor, creditor), sum): ((Option<String>, String, String), Sum)| Total {
        clause,
        debtor,
        creditor,
        amount: sum.minor.map(|minor| format_minor(minor, agreement.currency)),
        currency: agreement.currency.code(),
        entries: sum.entries,
        undetermined: sum.undetermined,
        disputed: sum.disputed.map(|minor| format_minor(minor, agreement.currency)),
        waived: sum.waived.map(|minor| format_minor(minor, agreement.currency)),
        minor: sum.minor,
    };
    sums.into_iter().map(total).collect()
}
