//! The booking journal: one line for each posting, so that its lines add up to what the statement says is owed.
//!
//! An id is made of the sentence, the subject, the kind, the number and, of what accrues, the month. It stays the same
//! from run to run, and when later events arrive.

use super::inert;
use crate::statement::{Booking, Month, Nature, Statement};
use servanda_policy::value::{Currency, format_minor};

/// The columns, in their order.
const COLUMNS: [&str; 20] = [
    "id",
    "agreement",
    "date",
    "due_on",
    "debtor",
    "creditor",
    "amount",
    "currency",
    "clause",
    "place",
    "kind",
    "subject_kind",
    "subject",
    "period",
    "entry",
    "corrects",
    "standing",
    "stated",
    "decided_by",
    "reason",
];

/// The kind of what was owed before a period.
const OPENING: &str = "opening";

/// The journal of these statements under one header. Of a statement of a period it begins with what was owed before it,
/// so that for each debtor and creditor the amounts add up to the balance after it; of any other, to the total that is
/// due. What is disputed or waived stands there with nothing, and what is undetermined with no amount.
///
/// # Errors
/// None that statements can cause; the error is that of the writer underneath.
pub fn journal_csv<'a>(
    statements: impl IntoIterator<Item = &'a Statement>,
) -> Result<String, std::io::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for statement in statements {
        for line in openings(statement) {
            writer.write_record(line)?;
        }
        let mut lines: Vec<_> =
            statement.entries.iter().flat_map(|entry| postings(statement, entry)).collect();
        lines.sort_by(|left, right| {
            let ([of, _, on, ..], [other, _, then, ..]) = (left, right);
            (on, of).cmp(&(then, other))
        });
        for line in lines {
            writer.write_record(line)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(std::io::Error::other)
}

/// What was owed before the period, of each debtor and creditor between whom something was.
fn openings(statement: &Statement) -> Vec<[String; 20]> {
    let Some(period) = &statement.period else { return Vec::new() };
    let date = date_of(&period.start);
    let owed = statement.balances.iter().filter(|balance| {
        balance
            .opening
            .as_ref()
            .is_none_or(|opening| opening.chars().any(|digit| ('1'..='9').contains(&digit)))
    });
    let line = |balance: &crate::statement::Balance| {
        let (debtor, creditor) = (&balance.debtor, &balance.creditor);
        let amount = balance.opening.clone().unwrap_or_default();
        [
            inert(&format!("{OPENING}/{debtor}/{creditor}/{date}")),
            inert(&statement.agreement),
            date.clone(),
            date.clone(),
            inert(debtor),
            inert(creditor),
            amount.clone(),
            balance.currency.to_owned(),
            String::new(),
            String::new(),
            OPENING.to_owned(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            "due".to_owned(),
            amount,
            String::new(),
            String::new(),
        ]
    };
    owed.map(line).collect()
}

/// The postings of an entry: of what accrues one for each month, of any other one.
fn postings(statement: &Statement, entry: &Booking) -> Vec<[String; 20]> {
    match entry.months.as_slice() {
        // Of what comes to nothing, a cap having taken all of it, nothing is posted.
        [] if entry.minor == Some(0) => Vec::new(),
        [] => vec![record(statement, entry, None)],
        months => months.iter().map(|month| record(statement, entry, Some(month))).collect(),
    }
}

fn record(statement: &Statement, entry: &Booking, month: Option<&Month>) -> [String; 20] {
    let minor = month.map_or(entry.minor, |month| Some(month.minor));
    let stated = minor.map(|minor| shown(minor, entry.currency)).unwrap_or_default();
    let amount = match (entry.standing, minor) {
        (Some(_), Some(_)) => shown(0, entry.currency),
        _ => stated.clone(),
    };
    let date = month.map_or_else(|| date_of(&entry.at), |month| month.date.clone());
    let decision = entry.decision.as_ref();
    [
        inert(&match (month, &statement.period) {
            (Some(month), _) => format!("{}/{}", entry.id, month.label),
            // Of what accrues and is undetermined, no month is known.
            (None, Some(period)) if entry.accrues => format!("{}/{}", entry.id, period.label),
            (None, _) => entry.id.clone(),
        }),
        inert(&statement.agreement),
        date.clone(),
        if month.is_some() { date } else { entry.due_on.clone() },
        inert(&entry.debtor),
        inert(&entry.creditor),
        amount,
        entry.currency.to_owned(),
        entry.clause.clone(),
        inert(&entry.span.as_ref().map_or_else(String::new, |at| format!("{}:{}", at.file, at.start.line))),
        inert(&entry.kind),
        entry.subject_kind.clone(),
        inert(&entry.subject),
        month.map(|month| month.label.clone()).or_else(|| entry.window.clone()).unwrap_or_default(),
        inert(match entry.nature {
            Nature::Entry => &entry.id,
            Nature::Adjustment | Nature::Correction => "",
        }),
        inert(entry.refers_to.as_deref().unwrap_or("")),
        entry.standing.unwrap_or("due").to_owned(),
        stated,
        inert(decision.map_or("", |decision| &decision.by)),
        inert(decision.and_then(|decision| decision.reason.as_deref()).unwrap_or("")),
    ]
}

/// An amount with its currency's digits.
fn shown(minor: i128, currency: &str) -> String {
    Currency::named(currency).map_or_else(|_| minor.to_string(), |currency| format_minor(minor, currency))
}

/// The date of an instant, RFC 3339.
fn date_of(at: &str) -> String {
    at.split('T').next().unwrap_or(at).to_owned()
}
