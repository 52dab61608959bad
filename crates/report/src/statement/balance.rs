//! What was booked before a period: its opening balance, the corrections of what is closed, its closing balance.
//!
//! A balance is the sum of what is due; what is paid on it is not of this agreement.

use super::booking::{self, Booking, Nature};
use super::{Material, Statement};
use crate::subject::Lives;
use serde::Serialize;
use servanda_policy::time::Instant;
use servanda_policy::value::{Currency, format_minor};
use std::collections::BTreeMap;

/// What one party owes another before and after a period, as far as it is known and due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Who owes.
    pub debtor: String,
    /// To whom.
    pub creditor: String,
    /// What was booked before the period, with the currency's digits; none where it is too large to be held.
    pub opening: Option<String>,
    /// What is booked in it.
    pub entries: Option<String>,
    /// What is corrected in it of what was closed before.
    pub corrections: Option<String>,
    /// The sum of these.
    pub closing: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
    /// Beside which of the opening balance, the entries and the corrections something is undetermined. Its lines say so
    /// themselves, so that it is no part of the JSON.
    #[serde(skip)]
    pub undetermined: [bool; 3],
}

/// What was booked before an instant.
pub(super) struct Carried {
    /// As it was closed, where it was; else as it is known now.
    opening: Vec<Booking>,
    /// What differs now, one for each entry.
    pub(super) corrections: Vec<Booking>,
}

/// The kind of a correction.
const CORRECTION: &str = "correction";

impl Carried {
    /// What was booked before a period: as known now, or as known when the period before it was closed.
    pub(super) fn before(
        now: &Material<'_>,
        closed: Option<&Material<'_>>,
        (date, start): (&str, Instant),
    ) -> Self {
        let until = |material: &Material<'_>| {
            let material = Material { period: Some((Instant::MIN, start)), ..*material };
            booking::all(&material, &Lives::of(material.outcome))
        };
        let known = until(now);
        let Some(closed) = closed else { return Self { opening: known, corrections: Vec::new() } };
        let opening = until(closed);
        let mut both: BTreeMap<Named<'_>, ThenNow<'_>> = BTreeMap::new();
        opening.iter().for_each(|line| both.entry(named(line)).or_default().then.push(line));
        known.iter().for_each(|line| both.entry(named(line)).or_default().now.push(line));
        let at = now.instant(start);
        // In the order of what is known now; what is gone comes last. What shares a name is corrected together.
        let lines = known.iter().chain(&opening);
        let corrections = lines
            .filter_map(|line| {
                let both = both.remove(&named(line))?;
                correction(line, &both, now.agreement.currency, (date, &at))
            })
            .collect();
        Self { opening, corrections }
    }

    /// The balances of a period with these entries, corrections among them.
    pub(super) fn balances(&self, entries: &[Booking], currency: Currency) -> Vec<Balance> {
        let mut sums: BTreeMap<(&str, &str), [Option<i128>; 3]> = BTreeMap::new();
        let mut unknown: BTreeMap<(&str, &str), [bool; 3]> = BTreeMap::new();
        let opening = self.opening.iter().map(|line| (line, 0));
        let of_period = entries.iter().map(|line| (line, usize::from(line.nature == Nature::Correction) + 1));
        for (line, column) in opening.chain(of_period) {
            let sums = sums.entry((&line.debtor, &line.creditor)).or_insert([Some(0); 3]);
            let unknown = unknown.entry((&line.debtor, &line.creditor)).or_default();
            if let (Some(unknown), None) = (unknown.get_mut(column), due(line)) {
                *unknown = true;
            }
            let (Some(sum), Some(amount)) = (sums.get_mut(column), due(line)) else { continue };
            *sum = sum.and_then(|sum| sum.checked_add(amount));
        }
        let text = |minor: Option<i128>| minor.map(|minor| format_minor(minor, currency));
        let balance = |((debtor, creditor), parts): ((&str, &str), [Option<i128>; 3])| {
            let [opening, entries, corrections] = parts;
            let closing = parts.iter().try_fold(0_i128, |sum, part| sum.checked_add((*part)?));
            Balance {
                debtor: debtor.to_owned(),
                creditor: creditor.to_owned(),
                opening: text(opening),
                entries: text(entries),
                corrections: text(corrections),
                closing: text(closing),
                currency: currency.code(),
                undetermined: unknown.get(&(debtor, creditor)).copied().unwrap_or_default(),
            }
        };
        sums.into_iter().map(balance).collect()
    }
}

/// By what the lines of an entry are found again: its id, its debtor and its creditor.
type Named<'a> = (&'a str, &'a str, &'a str);

fn named(line: &Booking) -> Named<'_> {
    (&line.id, &line.debtor, &line.creditor)
}

/// The lines of an entry when it was closed, and now.
#[derive(Debug, Default)]
struct ThenNow<'a> {
    then: Vec<&'a Booking>,
    now: Vec<&'a Booking>,
}

/// What of a line is due, in minor units; none where that is undetermined.
fn due(line: &Booking) -> Option<i128> {
    if line.standing.is_some() { Some(0) } else { line.minor }
}

/// What of lines is known to be due, which is what balances hold; none where it is too large to be held.
fn known_due(lines: &[&Booking]) -> Option<i128> {
    lines.iter().try_fold(0_i128, |sum, line| sum.checked_add(due(line).unwrap_or(0)))
}

/// The difference of what is known of an entry to what was known when it was closed; none where there is none. What
/// becomes undetermined is taken out of the balance again, as it is in no other one.
fn correction(
    line: &Booking,
    both: &ThenNow<'_>,
    currency: Currency,
    (date, at): (&str, &str),
) -> Option<Booking> {
    let (before, after) = (known_due(&both.then), known_due(&both.now));
    if before == after {
        return None;
    }
    let difference = after.zip(before).and_then(|(after, before)| after.checked_sub(before));
    let text = difference.map(|minor| format_minor(minor, currency));
    Some(Booking {
        id: format!("{}/{CORRECTION}/{date}", line.id),
        kind: CORRECTION.to_owned(),
        gross: text.clone(),
        amount: text,
        at: at.to_owned(),
        due_on: date.to_owned(),
        months: Vec::new(),
        capped_by: None,
        accrues: false,
        standing: None,
        refers_to: Some(line.id.clone()),
        nature: Nature::Correction,
        minor: difference,
        gross_minor: difference,
        ..line.clone()
    })
}

fn text(amount: &Option<String>) -> &str {
    amount.as_deref().unwrap_or("undetermined")
}

impl Statement {
    /// The hash of what the statement of a period says of money: of its dates, balances and entries. It does not
    /// depend on how the log is ordered, where the policy stands or what computed it.
    pub(super) fn money_hash(&self) -> Option<String> {
        let period = self.period.as_ref()?;
        let mut lines = vec![vec!["statement", "1", &self.agreement, &period.start, &period.end]];
        for balance in &self.balances {
            lines.push(vec![
                "balance",
                &balance.debtor,
                &balance.creditor,
                text(&balance.opening),
                text(&balance.closing),
                balance.currency,
            ]);
        }
        for entry in &self.entries {
            lines.push(vec![
                "entry",
                &entry.id,
                &entry.debtor,
                &entry.creditor,
                text(&entry.gross),
                text(&entry.amount),
                entry.currency,
                &entry.at,
                entry.standing.unwrap_or("due"),
            ]);
        }
        // As JSON, so that no name can be taken for two.
        let text = serde_json::to_string(&lines).ok()?;
        Some(format!("blake3:{}", blake3::hash(text.as_bytes()).to_hex()))
    }
}
