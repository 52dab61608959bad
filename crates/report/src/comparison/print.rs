//! A comparison as text for a terminal: by clause, each change with what was and what is said, and both places.

use super::outcomes::{FigureDifference, OutcomeDifference, TotalDifference, VerdictDifference};
use super::{Change, ChangeKind, Comparison, Quote, Section, SectionOf};
use crate::statement::PlaceRange;
use crate::table::{plain, write_rows};
use crate::text::read_instant;
use comfy_table::{CellAlignment, Table};
use std::fmt::{self, Write};

/// How wide a line is.
const WIDTH: usize = 100;

/// How far what is said of a change stands from the margin.
const INDENT: usize = 11;

/// How many verdicts and figures of an agreement are listed before the rest is counted.
const LISTED_MAX: usize = 20;

/// The comparison as text, each line ended by a line break.
pub fn comparison_table(comparison: &Comparison) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    match write_comparison(&mut out, comparison) {
        Ok(()) | Err(fmt::Error) => out,
    }
}

fn write_comparison(out: &mut String, comparison: &Comparison) -> fmt::Result {
    let files = if comparison.old == comparison.new {
        comparison.new.clone()
    } else {
        format!("{} → {}", comparison.old, comparison.new)
    };
    match comparison.count() {
        _ if comparison.same => writeln!(out, "{files}: no change in meaning")?,
        1 => writeln!(out, "{files}: 1 change in meaning")?,
        count => writeln!(out, "{files}: {count} changes in meaning")?,
    }
    for section in &comparison.sections {
        write_section(out, section)?;
    }
    comparison.outcomes.iter().try_for_each(|outcome| write_outcome(out, outcome))
}

fn write_section(out: &mut String, section: &Section) -> fmt::Result {
    let title = &section.title;
    let heading = match section.of {
        SectionOf::Agreement => String::new(),
        SectionOf::Amendment => format!("amendment \"{title}\""),
        SectionOf::AmendmentAdded => format!("amendment \"{title}\" is new"),
        SectionOf::AmendmentRemoved => format!("amendment \"{title}\" is gone"),
        SectionOf::Version => format!("amendment \"{title}\""),
    };
    if !heading.is_empty() {
        let from = match &section.in_force_from {
            Some(from) => format!(", in force from {from}"),
            None => ", not in force: not all have signed it".to_owned(),
        };
        writeln!(out, "\n{heading}{from}")?;
        if let Some(place) = &section.place {
            writeln!(out, "{}", at(place))?;
        }
        if section.place.is_some() && section.changes.is_empty() {
            writeln!(out, "  no change in meaning")?;
        }
    }
    let mut clause = None;
    for change in &section.changes {
        // A clause that is gone may have had the number of another one.
        let of = Some((&change.clause, &change.clause_title));
        if clause != of {
            clause = of;
            match (&change.clause, &change.clause_title) {
                (Some(number), Some(title)) => writeln!(out, "\nclause {number} \"{title}\"")?,
                _ => writeln!(out, "\noutside of the clauses")?,
            }
        }
        write_change(out, change)?;
    }
    Ok(())
}

fn at(place: &PlaceRange) -> String {
    format!("{}:{}:{}", place.file, place.start.line, place.start.column)
}

/// What a change is of: `1(a), consequence, cap`.
fn subject(change: &Change) -> String {
    let whole = change.aspect.is_empty() && change.thing.starts_with(|c: char| c.is_ascii_digit());
    let thing = if whole { format!("{} {}", change.what, change.thing) } else { change.thing.clone() };
    std::iter::once(thing).chain(change.aspect.iter().cloned()).collect::<Vec<_>>().join(", ")
}

/// A change in one clause.
pub(super) fn message(change: &Change) -> String {
    let subject = subject(change);
    let text = |quote: &Option<Quote>| quote.as_ref().map_or("", |quote| quote.text.as_str()).to_owned();
    let (old, new) = (text(&change.old), text(&change.new));
    match change.kind {
        ChangeKind::Added if change.what == "clause" => format!("{subject} is new"),
        ChangeKind::Removed if change.what == "clause" => format!("{subject} is gone"),
        ChangeKind::Added => format!("{subject} is new: `{new}`"),
        ChangeKind::Removed => format!("{subject} is gone: `{old}`"),
        ChangeKind::Changed => format!("{subject} was `{old}`, is `{new}`"),
        ChangeKind::Renamed => format!("{subject} was called `{old}`, is called `{new}`"),
    }
}

fn write_change(out: &mut String, change: &Change) -> fmt::Result {
    let (kind, was, is) = match change.kind {
        ChangeKind::Added => ("added", "", ""),
        ChangeKind::Removed => ("removed", "", ""),
        ChangeKind::Changed => ("changed", "was ", "is  "),
        ChangeKind::Renamed => ("renamed", "was ", "is  "),
    };
    let head = format!("  {kind:<9}{}", subject(change));
    let quotes: Vec<(&str, &Quote)> =
        change.old.iter().map(|old| (was, old)).chain(change.new.iter().map(|new| (is, new))).collect();
    let short = quotes.iter().map(|(_, quote)| format!("`{}`", quote.text)).collect::<Vec<_>>().join(" → ");
    if let (true, [(_, quote)]) = (change.what == "clause", quotes.as_slice()) {
        writeln!(out, "  {kind:<9}{}", quote.text)?;
    } else if head.chars().count() + short.chars().count() + 2 <= WIDTH {
        writeln!(out, "{head}: {short}")?;
    } else {
        writeln!(out, "{head}:")?;
        for (word, quote) in &quotes {
            write_wrapped(out, &format!("{word}`{}`", quote.text), word.len())?;
        }
    }
    if !change.used_by.is_empty() {
        let through = match change.bears_on.as_slice() {
            [] => String::new(),
            through => format!("; bears on {}", through.join(", ")),
        };
        write_wrapped(out, &format!("used by {}{through}", change.used_by.join(", ")), 0)?;
    }
    let places: Vec<String> = quotes.iter().filter_map(|(_, quote)| quote.place.as_ref()).map(at).collect();
    writeln!(out, "{:INDENT$}{}", "", places.join(" → "))
}

/// Writes words in lines that are not too wide; those behind the first stand further in.
fn write_wrapped(out: &mut String, text: &str, further: usize) -> fmt::Result {
    let mut line = format!("{:INDENT$}", "");
    let mut is_blank = true;
    for word in text.split(' ') {
        if !is_blank && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{line}")?;
            line = " ".repeat(INDENT + further);
            is_blank = true;
        }
        if !is_blank {
            line.push(' ');
        }
        line.push_str(word);
        is_blank = false;
    }
    writeln!(out, "{line}")
}

fn write_outcome(out: &mut String, outcome: &OutcomeDifference) -> fmt::Result {
    let of =
        outcome.amendment.as_ref().map_or_else(String::new, |title| format!(", by amendment \"{title}\""));
    writeln!(out, "\n{}, as of {}{of}", outcome.agreement, read_instant(&outcome.as_of))?;
    write_totals(out, &outcome.totals)?;
    write_clauses(out, &outcome.clauses)?;
    let verdict = |line: &VerdictDifference| {
        let subject = if line.subject_kind == "window" {
            line.subject.clone()
        } else {
            format!("{} {}", line.subject_kind, line.subject)
        };
        vec![line.duty.clone(), line.party.clone(), subject, became(line.old.as_deref(), line.new.as_deref())]
    };
    write_list(out, "verdict", outcome.verdicts.iter().map(verdict).collect())?;
    let figure = |line: &FigureDifference| {
        vec![line.name.clone(), line.window.clone(), became(line.old.as_deref(), line.new.as_deref())]
    };
    write_list(out, "figure", outcome.figures.iter().map(figure).collect())
}

fn became(old: Option<&str>, new: Option<&str>) -> String {
    format!("{} → {}", old.unwrap_or("none"), new.unwrap_or("none"))
}

fn sums(line: &TotalDifference) -> [String; 3] {
    let money = |amount: &Option<String>| match amount {
        Some(amount) => format!("{amount} {}", line.currency),
        None => "too large".to_owned(),
    };
    let difference = match &line.difference {
        Some(amount) if amount.starts_with('-') => format!("{amount} {}", line.currency),
        Some(amount) => format!("+{amount} {}", line.currency),
        None => "too large".to_owned(),
    };
    [money(&line.before), money(&line.after), difference]
}

fn write_totals(out: &mut String, totals: &[TotalDifference]) -> fmt::Result {
    if totals.is_empty() {
        return writeln!(out, "  nobody owes anything, before and after");
    }
    let mut table = plain();
    table.add_row(["debtor", "creditor", "before", "after", "difference"]);
    for line in totals {
        let [before, after, difference] = sums(line);
        table.add_row([line.debtor.clone(), line.creditor.clone(), before, after, difference]);
    }
    align(&mut table, 2..5);
    write_rows(out, &table)
}

fn write_clauses(out: &mut String, clauses: &[TotalDifference]) -> fmt::Result {
    if clauses.is_empty() {
        return Ok(());
    }
    let mut table = plain();
    table.add_row(["clause", "debtor", "creditor", "before", "after", "difference"]);
    for line in clauses {
        let [before, after, difference] = sums(line);
        let clause = line.clause.clone().unwrap_or_default();
        table.add_row([clause, line.debtor.clone(), line.creditor.clone(), before, after, difference]);
    }
    align(&mut table, 3..6);
    writeln!(out)?;
    write_rows(out, &table)
}

fn align(table: &mut Table, columns: std::ops::Range<usize>) {
    for column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn write_list(out: &mut String, what: &str, lines: Vec<Vec<String>>) -> fmt::Result {
    let count = lines.len();
    match count {
        0 => return Ok(()),
        1 => writeln!(out, "\n  1 {what} differs")?,
        count => writeln!(out, "\n  {count} {what}s differ")?,
    }
    let mut table = plain();
    for line in lines.into_iter().take(LISTED_MAX) {
        table.add_row(line);
    }
    write_rows(out, &table)?;
    if count > LISTED_MAX {
        writeln!(out, "  and {} more; `--format json` lists them", count - LISTED_MAX)?;
    }
    Ok(())
}
