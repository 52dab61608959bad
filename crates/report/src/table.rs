//! A statement as text for a terminal: grouped by clause, broken and pending duties listed, the others counted.

use crate::statement::{Booking, MeasureLine, Statement, Total, VerdictLine};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use servanda_policy::policy::Verdict;
use std::fmt::{self, Write};

/// How many lines of one duty are listed before the rest is counted.
const LISTED_MAX: usize = 20;

/// The statement as text, each line ended by a line break.
pub fn table(statement: &Statement) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    match write_table(&mut out, statement) {
        Ok(()) | Err(fmt::Error) => out,
    }
}

fn write_table(out: &mut String, statement: &Statement) -> fmt::Result {
    let name = if statement.agreement == statement.title {
        String::new()
    } else {
        format!(" ({})", statement.agreement)
    };
    writeln!(out, "{}{name}", statement.title)?;
    write!(out, "as of {}", statement.as_of)?;
    if let Some(period) = &statement.period {
        write!(out, ", period {}", period.label)?;
    }
    writeln!(out)?;
    for (number, title) in &statement.clauses {
        write_clause(out, statement, number, title)?;
    }
    write_free_measures(out, statement)?;
    write_totals(out, statement)?;
    write_problems(out, statement)?;
    write_input(out, statement)
}

/// One clause: its duties, figures, entries and notices; nothing where it has none.
fn write_clause(out: &mut String, statement: &Statement, number: &str, title: &str) -> fmt::Result {
    let verdicts: Vec<_> = statement.verdicts.iter().filter(|verdict| verdict.clause == number).collect();
    let measures: Vec<_> =
        statement.measures.iter().filter(|measure| measure.clause.as_deref() == Some(number)).collect();
    let entries: Vec<_> = statement.entries.iter().filter(|entry| entry.clause == number).collect();
    let notices: Vec<_> = statement.notices.iter().filter(|notice| notice.clause == number).collect();
    if verdicts.is_empty() && measures.is_empty() && entries.is_empty() && notices.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{number}  {title}")?;
    write_duties(out, &verdicts)?;
    write_measures(out, &measures)?;
    write_entries(out, &entries)?;
    for notice in notices.iter().take(LISTED_MAX) {
        writeln!(
            out,
            "  told {}: {} {} at {}",
            notice.to,
            notice.subject_kind,
            notice.subject,
            shown(&notice.at)
        )?;
    }
    write_rest(out, notices.len())
}

/// The duties of a clause: counts by verdict, then what is broken, pending or indeterminate.
fn write_duties(out: &mut String, verdicts: &[&VerdictLine]) -> fmt::Result {
    let mut duties: Vec<(&str, &str)> = Vec::new();
    for verdict in verdicts {
        let duty = (verdict.duty.as_str(), verdict.party.as_str());
        if !duties.contains(&duty) {
            duties.push(duty);
        }
    }
    for (duty, party) in duties {
        let of: Vec<_> =
            verdicts.iter().filter(|line| line.duty == duty && line.party == party).copied().collect();
        writeln!(out, "  {duty} {party}: {}", counts(&of))?;
        let listed: Vec<_> = of
            .iter()
            .filter(|line| matches!(line.kind, Verdict::Broken | Verdict::Pending | Verdict::Indeterminate))
            .collect();
        let mut table = plain();
        for line in listed.iter().take(LISTED_MAX) {
            table.add_row(verdict_row(line));
        }
        write_rows(out, &table)?;
        write_rest(out, listed.len())?;
    }
    Ok(())
}

/// `3 kept, 1 broken`, in the order of the verdicts.
fn counts(verdicts: &[&VerdictLine]) -> String {
    let all = [
        Verdict::Kept,
        Verdict::Broken,
        Verdict::Pending,
        Verdict::Excused,
        Verdict::NotApplicable,
        Verdict::Indeterminate,
    ];
    let count = |kind: Verdict| verdicts.iter().filter(|line| line.kind == kind).count();
    let parts = all.into_iter().map(|kind| (count(kind), kind.word())).filter(|(count, _)| *count > 0);
    parts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

fn verdict_row(line: &VerdictLine) -> Vec<String> {
    let due = match (&line.deadline, &line.deadline_date) {
        (Some(moment), _) => format!("due {moment}"),
        (None, Some(date)) => format!("due {date}"),
        (None, None) => String::new(),
    };
    let done = match &line.done_at {
        Some(at) => format!("done {at}"),
        None => String::new(),
    };
    let because = line.because.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("; ");
    vec![line.verdict.to_owned(), format!("{} {}", line.subject_kind, line.subject), due, done, because]
}

/// The figures of a clause; of a measure with many windows only those that are not as they should be.
fn write_measures(out: &mut String, measures: &[&MeasureLine]) -> fmt::Result {
    let windows = |name: &str| measures.iter().filter(|measure| measure.name == name).count();
    let many = |measure: &MeasureLine| windows(&measure.name) > LISTED_MAX;
    let mut table = plain();
    for measure in measures {
        if !many(measure) || measure.verdict.is_some_and(|verdict| verdict != Verdict::Kept.word()) {
            table.add_row(measure_row(measure));
        }
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    write_rows(out, &table)?;
    let mut counted: Vec<&str> = Vec::new();
    for measure in measures {
        if many(measure) && !counted.contains(&measure.name.as_str()) {
            counted.push(&measure.name);
            let listed = measures
                .iter()
                .filter(|other| other.name == measure.name)
                .filter(|other| other.verdict.is_some_and(|verdict| verdict != Verdict::Kept.word()))
                .count();
            let rest = windows(&measure.name) - listed;
            writeln!(out, "    {}: {rest} windows not listed", measure.name)?;
        }
    }
    Ok(())
}

fn measure_row(measure: &MeasureLine) -> Vec<String> {
    let provisional = if measure.provisional { "provisional" } else { "" };
    vec![
        measure.name.clone(),
        measure.window.clone(),
        measure.text.clone(),
        measure.target.clone().unwrap_or_default(),
        measure.verdict.unwrap_or_default().to_owned(),
        provisional.to_owned(),
    ]
}

/// Figures that no duty judges.
fn write_free_measures(out: &mut String, statement: &Statement) -> fmt::Result {
    let free: Vec<_> = statement.measures.iter().filter(|measure| measure.clause.is_none()).collect();
    if free.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nFurther figures")?;
    write_measures(out, &free)
}

fn write_entries(out: &mut String, entries: &[&Booking]) -> fmt::Result {
    let mut table = plain();
    for entry in entries {
        let amount = match &entry.amount {
            Some(amount) => format!("{amount} {}", entry.currency),
            None => "undetermined".to_owned(),
        };
        let cap = match (&entry.capped_by, &entry.gross) {
            (Some(cap), Some(gross)) => format!("of {gross}, {cap}"),
            (Some(cap), None) => cap.clone(),
            (None, _) => String::new(),
        };
        table.add_row(vec![
            amount,
            format!("{} owes {}", entry.debtor, entry.creditor),
            entry.kind.clone(),
            shown(&entry.at),
            entry.id.clone(),
            cap,
        ]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    write_rows(out, &table)
}

fn write_totals(out: &mut String, statement: &Statement) -> fmt::Result {
    writeln!(out, "\nTotals")?;
    if statement.totals.parties.is_empty() {
        return writeln!(out, "  nobody owes anything");
    }
    for total in &statement.totals.parties {
        writeln!(out, "  {} owes {} {}", total.debtor, total.creditor, total_text(total))?;
        let clauses = statement.totals.clauses.iter();
        for part in clauses.filter(|part| part.debtor == total.debtor && part.creditor == total.creditor) {
            writeln!(out, "    under {} {}", part.clause.as_deref().unwrap_or("?"), total_text(part))?;
        }
    }
    Ok(())
}

/// `150.00 EUR and 2 undetermined`
fn total_text(total: &Total) -> String {
    let known = match &total.amount {
        Some(amount) => format!("{amount} {}", total.currency),
        None => "more than can be held".to_owned(),
    };
    match total.undetermined {
        0 => known,
        count => format!("{known} and {count} undetermined"),
    }
}

fn write_problems(out: &mut String, statement: &Statement) -> fmt::Result {
    let count = statement.problem_count();
    if count == 0 {
        return Ok(());
    }
    writeln!(out, "\nProblems: {count}")?;
    for problem in statement.problems.iter().take(LISTED_MAX) {
        let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        writeln!(out, "  {line}{} ({})", problem.message, problem.code)?;
    }
    write_rest(out, usize::try_from(count).unwrap_or(usize::MAX).max(statement.problems.len()))
}

fn write_input(out: &mut String, statement: &Statement) -> fmt::Result {
    let input = &statement.input;
    let lines = if input.lines == 1 { "line" } else { "lines" };
    let duplicates = if input.duplicates == 1 { "duplicate" } else { "duplicates" };
    let problems = if input.problems == 1 { "problem" } else { "problems" };
    writeln!(
        out,
        "\nInput: {} {lines} = {} evaluated + {} {duplicates} + {} ignored + {} out of scope + {} {problems}",
        input.lines, input.evaluated, input.duplicates, input.ignored, input.out_of_scope, input.problems,
    )
}

/// An instant for reading: what the end of a date decides is dated to its last instant, which is written 24:00.
fn shown(at: &str) -> String {
    match at.split_once("T23:59:59.999999999") {
        Some((date, _)) => format!("{date} 24:00"),
        None => at.to_owned(),
    }
}

/// A table without lines between cells.
fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table
}

/// The rows of a table, indented; empty columns leave no trace at the end of a line.
fn write_rows(out: &mut String, table: &Table) -> fmt::Result {
    if table.is_empty() {
        return Ok(());
    }
    for line in table.lines() {
        writeln!(out, "   {}", line.trim_end())?;
    }
    Ok(())
}

/// What is not listed is counted.
fn write_rest(out: &mut String, count: usize) -> fmt::Result {
    match count.checked_sub(LISTED_MAX) {
        Some(rest @ 1..) => writeln!(out, "    and {rest} more"),
        _ => Ok(()),
    }
}
