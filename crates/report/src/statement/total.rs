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
    /// The sum of the known amounts, with the currency's digits; none where it is too large to be held.
    pub amount: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
    /// How many entries.
    pub entries: u64,
    /// How many of them have no amount.
    pub undetermined: u64,
    /// The sum in minor units.
    #[serde(skip)]
    pub minor: Option<i128>,
}

/// A sum under way.
struct Sum {
    minor: Option<i128>,
    entries: u64,
    undetermined: u64,
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
        let sum = sums.entry(key).or_insert(Sum { minor: Some(0), entries: 0, undetermined: 0 });
        sum.entries += 1;
        match entry.minor {
            Some(minor) => sum.minor = sum.minor.and_then(|total: i128| total.checked_add(minor)),
            None => sum.undetermined += 1,
        }
    }
    let total = |((clause, debtor, creditor), sum): ((Option<String>, String, String), Sum)| Total {
        clause,
        debtor,
        creditor,
        amount: sum.minor.map(|minor| format_minor(minor, agreement.currency)),
        currency: agreement.currency.code(),
        entries: sum.entries,
        undetermined: sum.undetermined,
        minor: sum.minor,
    };
    sums.into_iter().map(total).collect()
}
