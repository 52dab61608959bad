//! A statement as text for a terminal: grouped by clause, broken and pending duties listed, the others counted.
//!
//! Instants are told in the agreement's zone, which stands in the head. What is left out here stands in the JSON.

mod balances;
mod claims;
mod figures;
mod undeclared;

pub use undeclared::undeclared_table;

use crate::statement::{Booking, DecisionLine, Nature, Statement, Total, VerdictLine};
use crate::text::read_instant;
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use figures::{write_free_measures, write_measures};
use servanda_policy::policy::Verdict;
use std::fmt::{self, Write};

/// How many lines of one duty are listed before the rest is counted.
const LISTED_MAX: usize = 20;

/// How much of a statement is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What is not as it should be, each; of the rest how much it is.
    Short,
    /// Every figure, breach and entry.
    All,
}

impl Detail {
    /// How many of these are listed.
    const fn listed(self, count: usize) -> usize {
        match self {
            Self::Short if count > LISTED_MAX => LISTED_MAX,
            Self::Short | Self::All => count,
        }
    }
}

/// The statement as text, each line ended by a line break.
pub fn table(statement: &Statement, detail: Detail) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    match write_table(&mut out, statement, detail) {
        Ok(()) | Err(fmt::Error) => out,
    }
}

fn write_table(out: &mut String, statement: &Statement, detail: Detail) -> fmt::Result {
    let name = if statement.agreement == statement.title {
        String::new()
    } else {
        format!(" ({})", statement.agreement)
    };
    writeln!(out, "{}{name}", statement.title)?;
    if let Some(period) = &statement.period {
        write!(out, "period {}, ", period.label)?;
    }
    write!(out, "as of {}", read_instant(&statement.as_of))?;
    if let Some(known_on) = &statement.known_on {
        write!(out, ", as known on {}", read_instant(known_on))?;
    }
    writeln!(out, ", times of {}", statement.zone)?;
    if let Some(closed) = &statement.closed {
        writeln!(out, "closed by {} on {}{}", closed.by, read_instant(&closed.at), because(closed))?;
    }
    write_versions(out, statement)?;
    for (number, title) in &statement.clauses {
        write_clause(out, statement, (number, title), detail)?;
    }
    write_free_measures(out, statement, detail)?;
    write_totals(out, statement)?;
    balances::write_balances(out, statement)?;
    write_problems(out, statement, detail)?;
    write_input(out, statement)
}

/// Which version governs from when on, where something amends the agreement, and what is not in force.
fn write_versions(out: &mut String, statement: &Statement) -> fmt::Result {
    for version in statement.versions.iter().skip(1) {
        writeln!(out, "amended by \"{}\" from {}", version.title, read_instant(&version.from))?;
    }
    for unsigned in &statement.unsigned {
        let missing = unsigned.missing.join(" and ");
        writeln!(out, "not in force: \"{}\" is not signed by {missing}", unsigned.title)?;
    }
    Ok(())
}

/// One clause: its duties, figures, entries and notices; nothing where it has none.
fn write_clause(
    out: &mut String,
    statement: &Statement,
    (number, title): (&str, &str),
    detail: Detail,
) -> fmt::Result {
    let verdicts: Vec<_> = statement.verdicts.iter().filter(|verdict| verdict.clause == number).collect();
    let measures: Vec<_> =
        statement.measures.iter().filter(|measure| measure.clause.as_deref() == Some(number)).collect();
    let entries: Vec<_> = statement.entries.iter().filter(|entry| entry.clause == number).collect();
    let notices: Vec<_> = statement.notices.iter().filter(|notice| notice.clause == number).collect();
    let claims: Vec<_> = statement.claims.iter().filter(|claim| claim.clause == number).collect();
    let empty = verdicts.is_empty() && measures.is_empty() && entries.is_empty();
    if empty && notices.is_empty() && claims.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{number}  {title}")?;
    // The window of a figure is told with the figure.
    let told = |line: &VerdictLine| {
        measures.iter().any(|it| it.duty.as_ref() == Some(&line.duty) && it.subject() == line.subject)
    };
    write_duties(out, &verdicts, told, detail)?;
    write_measures(out, &measures, detail)?;
    write_entries(out, &entries, detail)?;
    for notice in notices.iter().take(detail.listed(notices.len())) {
        let about = about(&notice.subject_kind, &notice.subject);
        let id = notice.id.as_deref().unwrap_or_default();
        let at = read_instant(&notice.at);
        let told = match &notice.right {
            Some(right) => {
                let ends = match (notice.ends.as_deref(), notice.ends_sooner.as_deref()) {
                    (None, _) => String::new(),
                    (Some(end), None) => format!(" at {}", read_instant(end)),
                    (Some(end), Some(sooner)) => {
                        format!(" at {}, but it ends sooner, at {}", read_instant(end), read_instant(sooner))
                    }
                };
                format!("    {} {right}{ends}, for {about}  {at}  {id}", notice.to)
            }
            None => {
                let arose = notice.arose.as_deref().map(|arose| format!(", since {}", read_instant(arose)));
                format!("    {} is told of {about}{}  {at}  {id}", notice.to, arose.unwrap_or_default())
            }
        };
        writeln!(out, "{}", told.trim_end())?;
    }
    write_rest(out, notices.len(), detail)?;
    claims::write(out, &claims, detail)
}

/// The duties of a clause: counts by verdict, then what is broken, pending or indeterminate and not told elsewhere.
fn write_duties(
    out: &mut String,
    verdicts: &[&VerdictLine],
    told: impl Fn(&VerdictLine) -> bool,
    detail: Detail,
) -> fmt::Result {
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
        let open = [Verdict::Broken, Verdict::Pending, Verdict::Indeterminate, Verdict::Excused];
        let listed: Vec<_> = of.iter().filter(|line| open.contains(&line.kind) && !told(line)).collect();
        let mut table = plain();
        for line in listed.iter().take(detail.listed(listed.len())) {
            table.add_row(verdict_row(line));
        }
        write_rows(out, &table)?;
        write_rest(out, listed.len(), detail)?;
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
        (Some(moment), _) => format!("due {}", read_instant(moment)),
        (None, Some(date)) => format!("due {date}"),
        (None, None) => String::new(),
    };
    let done = match &line.done_at {
        Some(at) => format!("done {}", read_instant(at)),
        None if line.kind == Verdict::Broken && !due.is_empty() => "not done".to_owned(),
        None => String::new(),
    };
    let because = line.because.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("; ");
    let id = line.id.clone().unwrap_or_default();
    vec![line.verdict.to_owned(), about(&line.subject_kind, &line.subject), due, done, id, because]
}

/// What something is about: `invoice I-1`; of a window its label alone.
fn about(kind: &str, subject: &str) -> String {
    match (kind, subject) {
        ("window", "term") => "the term".to_owned(),
        ("window", label) => label.to_owned(),
        (kind, subject) => format!("{kind} {subject}"),
    }
}

/// The entries of a clause; of those that come to nothing only how many they are, and by which cap.
fn write_entries(out: &mut String, entries: &[&Booking], detail: Detail) -> fmt::Result {
    let nothing = |entry: &&&Booking| detail == Detail::Short && entry.minor == Some(0);
    let mut table = plain();
    for entry in entries.iter().filter(|entry| !nothing(entry)) {
        let amount = match &entry.amount {
            Some(amount) => format!("{amount} {}", entry.currency),
            None => "undetermined".to_owned(),
        };
        table.add_row(vec![
            amount,
            format!("{} owes {}", entry.debtor, entry.creditor),
            entry.kind.clone(),
            read_instant(&entry.at),
            entry.id.clone(),
            note(entry),
        ]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    write_rows(out, &table)?;
    let mut counts: Vec<(&Booking, usize)> = Vec::new();
    for entry in entries.iter().filter(nothing) {
        let alike = |other: &Booking| {
            (&other.debtor, &other.capped_by, &other.kind) == (&entry.debtor, &entry.capped_by, &entry.kind)
        };
        match counts.iter_mut().find(|(other, _)| alike(other)) {
            Some((_, count)) => *count += 1,
            None => counts.push((entry, 1)),
        }
    }
    for (entry, count) in counts {
        let cap = entry.capped_by.as_ref().map(|cap| format!(": {cap}")).unwrap_or_default();
        let (amount, currency) = (entry.amount.as_deref().unwrap_or("0"), entry.currency);
        let times = if count == 1 { "once" } else { "times" };
        let count = if count == 1 { String::new() } else { format!("{count} ") };
        writeln!(out, "    and {count}{times} {amount} {currency}, {}{cap}", entry.kind)?;
    }
    Ok(())
}

/// What is said behind an entry.
fn note(entry: &Booking) -> String {
    [corrects(entry), decision(entry), amount_note(entry)]
        .into_iter()
        .filter(|note| !note.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// Who has decided something about an entry, when and why: `disputed by client on 2026-03-05: not ours`.
fn decision(entry: &Booking) -> String {
    let Some(decision) = &entry.decision else { return String::new() };
    let what = match (&entry.refers_to, entry.standing) {
        (Some(_), Some(standing)) => format!("{standing}, adjusted"),
        (Some(_), None) if entry.nature == Nature::Correction => "decided".to_owned(),
        (Some(_), None) => "adjusted".to_owned(),
        (None, standing) => standing.unwrap_or("due").to_owned(),
    };
    format!("{what} by {} on {}{}", decision.by, read_instant(&decision.at), because(decision))
}

/// Why somebody has decided something.
fn because(decision: &DecisionLine) -> String {
    decision.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// What a correction corrects.
fn corrects(entry: &Booking) -> String {
    match &entry.refers_to {
        Some(id) if entry.nature == Nature::Correction => format!("corrects {id}"),
        _ => String::new(),
    }
}

/// What a cap took of an entry, or why its amount is not known.
fn amount_note(entry: &Booking) -> String {
    match (&entry.capped_by, &entry.gross) {
        (Some(cap), Some(gross)) => format!("of {gross} {}: {cap}", entry.currency),
        (Some(cap), None) => cap.clone(),
        (None, _) => entry.because.iter().map(|why| why.message.as_str()).collect::<Vec<_>>().join("; "),
    }
}

fn write_totals(out: &mut String, statement: &Statement) -> fmt::Result {
    writeln!(out, "\nTotals")?;
    if statement.totals.parties.is_empty() {
        return match unknown(statement) {
            None => writeln!(out, "  nobody owes anything"),
            Some(unknown) => writeln!(out, "  nobody owes anything that is known; {unknown}"),
        };
    }
    let mut table = plain();
    for total in &statement.totals.parties {
        table.add_row(total_row(format!("{} owes {}", total.debtor, total.creditor), total));
        let clauses = statement.totals.clauses.iter();
        for part in clauses.filter(|part| part.debtor == total.debtor && part.creditor == total.creditor) {
            let number = part.clause.as_deref().unwrap_or("?");
            let title = statement.clauses.iter().find(|(known, _)| known == number);
            let title = title.map_or("", |(_, title)| title);
            table.add_row(total_row(format!("  under {number}  {title}"), part));
        }
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.lines().try_for_each(|line| writeln!(out, " {}", line.trim_end()))?;
    match unknown(statement) {
        None => Ok(()),
        Some(unknown) => writeln!(out, "  and what is not known; {unknown}"),
    }
}

/// What may still be owed, because it is not known.
fn unknown(statement: &Statement) -> Option<String> {
    let open = statement.verdicts.iter().filter(|verdict| verdict.verdict == "indeterminate").count();
    let unread = statement.input.problems;
    let mut unknown = Vec::new();
    match open {
        0 => {}
        1 => unknown.push("1 duty is indeterminate".to_owned()),
        more => unknown.push(format!("{more} duties are indeterminate")),
    }
    match unread {
        0 => {}
        1 => unknown.push("1 line has a problem".to_owned()),
        more => unknown.push(format!("{more} lines have problems")),
    }
    (!unknown.is_empty()).then(|| unknown.join(", "))
}

fn total_row(what: String, total: &Total) -> Vec<String> {
    let known = match &total.amount {
        Some(amount) => format!("{amount} {}", total.currency),
        None => "more than can be held".to_owned(),
    };
    let aside = |amount: &Option<String>, how: &str| {
        amount.as_ref().map(|amount| format!("{amount} {} {how}", total.currency))
    };
    let unknown = (total.undetermined > 0).then(|| format!("{} undetermined", total.undetermined));
    let further = [unknown, aside(&total.disputed, "disputed"), aside(&total.waived, "waived")];
    let further: Vec<String> = further.into_iter().flatten().collect();
    let and = if further.is_empty() { String::new() } else { format!("and {}", further.join(", ")) };
    vec![what, known, and]
}

fn write_problems(out: &mut String, statement: &Statement, detail: Detail) -> fmt::Result {
    let count = statement.problem_count();
    if count == 0 {
        return Ok(());
    }
    writeln!(out, "\nProblems: {count}")?;
    // Whoever looks for them goes through the file from its beginning; what has no line comes last.
    let mut problems: Vec<_> = statement.problems.iter().collect();
    problems.sort_by_key(|problem| (problem.line.is_none(), problem.line));
    for problem in problems.into_iter().take(detail.listed(statement.problems.len())) {
        let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        writeln!(out, "  {line}{} ({})", problem.message, problem.code)?;
    }
    let listed = detail.listed(statement.problems.len());
    match usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(listed) {
        0 => Ok(()),
        rest => writeln!(out, "    and {rest} more"),
    }
}

fn write_input(out: &mut String, statement: &Statement) -> fmt::Result {
    let input = &statement.input;
    let lines = if input.lines == 1 { "line" } else { "lines" };
    let duplicates = if input.duplicates == 1 { "duplicate" } else { "duplicates" };
    writeln!(
        out,
        "\nInput: {} {lines} = {} evaluated + {} {duplicates} + {} ignored + {} out of scope + {} not admitted",
        input.lines, input.evaluated, input.duplicates, input.ignored, input.out_of_scope, input.problems,
    )
}

/// A table without lines between cells.
pub(crate) fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table
}

/// The rows of a table, indented; empty columns leave no trace at the end of a line.
pub(crate) fn write_rows(out: &mut String, table: &Table) -> fmt::Result {
    if table.is_empty() {
        return Ok(());
    }
    for line in table.lines() {
        writeln!(out, "   {}", line.trim_end())?;
    }
    Ok(())
}

/// What is not listed is counted.
fn write_rest(out: &mut String, count: usize, detail: Detail) -> fmt::Result {
    match count.saturating_sub(detail.listed(count)) {
        0 => Ok(()),
        rest => writeln!(out, "    and {rest} more"),
    }
}
