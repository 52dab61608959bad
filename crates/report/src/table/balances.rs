//! The balances of a period in the table: what was owed before it, what came, what is owed after it.

use super::plain;
use crate::statement::{Balance, Statement};
use comfy_table::CellAlignment;
use std::fmt::{self, Write};

/// The balances, and the hash of the statement that they are of.
pub(super) fn write_balances(out: &mut String, statement: &Statement) -> fmt::Result {
    let Some(hash) = statement.hash.as_ref() else { return Ok(()) };
    if !statement.balances.is_empty() {
        let mut table = plain();
        table.add_row(["Balances", "before", "entries", "corrections", "after", ""]);
        for balance in &statement.balances {
            table.add_row(row(balance));
        }
        for column in 1..=4 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        writeln!(out)?;
        // The table begins each line with a blank of its own.
        let flush = |line: &str| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned();
        table.lines().try_for_each(|line| writeln!(out, "{}", flush(&line)))?;
    }
    writeln!(out, "\nStatement {hash}")
}

fn row(balance: &Balance) -> Vec<String> {
    let amount = |amount: &Option<String>, undetermined: bool| {
        let known = amount.clone().unwrap_or_else(|| "more than can be held".to_owned());
        if undetermined { format!("{known} + undetermined") } else { known }
    };
    let [opening, entries, corrections] = balance.undetermined;
    vec![
        format!("  {} owes {}", balance.debtor, balance.creditor),
        amount(&balance.opening, opening),
        amount(&balance.entries, entries),
        amount(&balance.corrections, corrections),
        amount(&balance.closing, opening || entries || corrections),
        balance.currency.to_owned(),
    ]
}
