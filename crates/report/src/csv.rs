//! The entries of statements and their booking journal in CSV, with ids that stay the same.

mod journal;

pub use journal::journal_csv;

use crate::statement::{Booking, Statement};

/// The columns, in their order.
const COLUMNS: [&str; 20] = [
    "id",
    "instance",
    "clause",
    "duty",
    "kind",
    "subject",
    "window",
    "debtor",
    "creditor",
    "gross",
    "amount",
    "currency",
    "at",
    "capped_by",
    "evidence",
    "standing",
    "decided_by",
    "reason",
    "refers_to",
    "due_on",
];

/// The entries of these statements, one line each under one header; events are joined by blanks. An amount that is
/// undetermined is empty.
///
/// # Errors
/// None that statements can cause; the error is that of the writer underneath.
pub fn entries_csv<'a>(
    statements: impl IntoIterator<Item = &'a Statement>,
) -> Result<String, std::io::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for entry in statements.into_iter().flat_map(|statement| &statement.entries) {
        writer.write_record(record(entry))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(std::io::Error::other)
}

/// One line.
fn record(entry: &Booking) -> [String; 20] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        inert(&entry.id),
        inert(&entry.instance),
        entry.clause.clone(),
        entry.duty.clone(),
        inert(&entry.kind),
        inert(&entry.subject),
        text(&entry.window),
        inert(&entry.debtor),
        inert(&entry.creditor),
        text(&entry.gross),
        text(&entry.amount),
        entry.currency.to_owned(),
        entry.at.clone(),
        inert(&text(&entry.capped_by)),
        inert(&entry.evidence.join(" ")),
        entry.standing.unwrap_or("due").to_owned(),
        inert(entry.decision.as_ref().map_or("", |decision| &decision.by)),
        inert(entry.decision.as_ref().and_then(|decision| decision.reason.as_deref()).unwrap_or("")),
        inert(entry.refers_to.as_deref().unwrap_or("")),
        entry.due_on.clone(),
    ]
}

/// A text that a spreadsheet does not take for a formula: keys and ids come from logs that others write.
fn inert(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(inert("=1+1"), "'=1+1");
        assert_eq!(inert("I-1"), "I-1");
        assert_eq!(inert(""), "");
    }
}
