//! Messages about tables and tiers.

use super::listed;
use servanda_diagnostics::{Code, Diagnostic, Span};
use servanda_parser::ast::{Name, Relation};

/// A row and the bound of it that matters, as written.
type Edge<'w> = (Span, &'w str);

pub(crate) fn tier_gap(example: &str, below: Edge<'_>, above: Edge<'_>) -> Diagnostic {
    // The later row is the one that was probably written wrong.
    let (first, second) = if below.0.start < above.0.start { (below, above) } else { (above, below) };
    Diagnostic::new(Code::TierGap, second.0, format!("no row for {example}"))
        .label(second.1.to_owned())
        .also(first.0, first.1.to_owned())
        .help("let one row begin where the other ends, or add a row for what lies between")
}

pub(crate) fn tier_end(table: Span, row: Edge<'_>, side: &str) -> Diagnostic {
    let finding = Diagnostic::new(Code::TierGap, row.0, format!("no row for values {side} {}", row.1))
        .label(if side == "below" { "the lowest row" } else { "the highest row" });
    let finding = if table == row.0 { finding } else { finding.also(table, "in this table") };
    finding.help("add a row for them, or `otherwise: …`")
}

/// `relation`: where that of the target is written, and where its bound is.
pub(crate) fn sign_turned_round(
    relation: Relation,
    (written, bound): (Span, Span),
    target: &str,
    row: Span,
) -> Diagnostic {
    let (said, instead) = (relation.words(), relation.opposite().words());
    let message = format!("each row is for figures that meet the target, `{said} {target}`");
    Diagnostic::new(Code::TargetWithoutCredit, written.join(bound), message)
        .label("the sign seems to be turned round")
        .also(row, "the target is met here, and in each other row")
        .help(format!("`{instead} {target}`, if the rows are for figures that miss the target"))
        .guess(format!("Write `{instead}`"), written, instead)
}

pub(crate) fn tier_overlap(span: Span, what: &str, other: Span) -> Diagnostic {
    Diagnostic::new(Code::TierOverlap, span, format!("two rows for {what}"))
        .label("fits this row")
        .also(other, "and this one")
        .help("let one row end where the other begins: `from A to below B` leaves out B, and `from B` has it; or take one of them out")
}

/// `between`: what lacks a row lies between the target and the row, and not beyond it.
pub(crate) fn target_without_credit(
    target: Edge<'_>,
    row: Edge<'_>,
    (side, between): (&str, bool),
) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::TargetWithoutCredit,
        row.0,
        format!("the target is {}, but no row fits {side} {}", target.1, row.1),
    )
    .label(if side == "below" { "the lowest row" } else { "the highest row" })
    .also(target.0, "the target");
    let rest = match (side, between) {
        ("above", true) => format!("from {} to below {}: 0 EUR", row.1, target.1),
        (_, true) => format!("above {} to below {}: 0 EUR", target.1, row.1),
        (side, false) => format!("{side} {}: 0 EUR", row.1),
    };
    let place = if between { "between the two" } else { "there" };
    finding
        .help(format!("{place} the duty is broken and nothing follows; if that is meant, say so: `{rest}`"))
}

pub(crate) fn unreachable_row(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::UnreachableRow, span, "this row never applies").label(why.to_owned())
}

pub(crate) fn row_missing(table: Span, key: Span, words: &[String]) -> Diagnostic {
    let what = if words.iter().any(|word| word.contains(' ')) { words.join(", ") } else { listed(words) };
    Diagnostic::new(Code::TierGap, key, format!("no row for {what}"))
        .label("can have this value")
        .also(table, "in this table")
        .help("add the row, or `otherwise: …`")
}

pub(crate) fn rows_differ(span: Span, found: &str, first: Span, wanted: &str) -> Diagnostic {
    let finding = Diagnostic::new(Code::RowsUnlike, span, format!("the rows give {wanted} and {found}"))
        .label(format!("this is {found}"))
        .also(first, format!("this is {wanted}"));
    match (wanted, found) {
        ("money", "a percentage") | ("a percentage", "money") => {
            finding.help("a percentage becomes an amount by what it is of: `10% of AMOUNT`")
        }
        _ => finding.help("write the same kind of value in each row"),
    }
}

pub(crate) fn row_word(name: &Name, found: &str, key: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RowsUnlike,
        name.span,
        format!("a row for `{}`, but the key is {found}", name.value),
    )
    .label("a range is due here")
    .also(key, format!("this is {found}"))
    .help("`from A to below B`, `below A`, `from B`, `exactly C`")
}

pub(crate) fn row_range(span: Span, found: &str, key: Span) -> Diagnostic {
    Diagnostic::new(Code::RowsUnlike, span, format!("a range of {found}"))
        .label("a word is due here")
        .also(key, format!("this is {found}"))
}

pub(crate) fn empty_table(span: Span) -> Diagnostic {
    Diagnostic::new(Code::RowsUnlike, span, "the table has no rows").label("nothing in it")
}
