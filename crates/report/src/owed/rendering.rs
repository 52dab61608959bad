//! What is owed as text: who owes, and within that one thing a paragraph, the nearest instant first.

use super::{Owed, OwedBy, OwedLine, OwedSum};
use crate::table::Detail;
use crate::text::read_instant;
use crate::wrapping::wrapped;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// How many lines of one sentence are told before the rest is counted.
const LISTED_MAX: usize = 5;

/// What is owed as text, each line ended by a line break. The short form tells the first lines of each sentence and
/// counts the others.
pub fn owed_text(owed: &Owed, detail: Detail) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    match write(&mut out, owed, detail) {
        Ok(()) | Err(fmt::Error) => out,
    }
}

fn write(out: &mut String, owed: &Owed, detail: Detail) -> fmt::Result {
    let name = match owed.agreement == owed.title {
        true => String::new(),
        false => format!(" ({})", owed.agreement),
    };
    writeln!(out, "{}{name}: what is still owed", owed.title)?;
    write!(out, "as of {}, times of {}", read_instant(&owed.as_of), owed.zone)?;
    match &owed.ends {
        // Both have the same zone, so that their texts stand in the order of the instants but for a change of clocks.
        Some(end) => writeln!(out, "; the agreement ends {}", read_instant(end))?,
        None => writeln!(out, "; the agreement has no end")?,
    }
    if owed.is_empty() {
        writeln!(out, "\nnothing is open")?;
        // What is owed to a party that has nothing to do is told all the same.
        return if owed.sums.is_empty() { Ok(()) } else { write_sums(out, &owed.sums) };
    }
    for party in &owed.parties {
        write_party(out, party, detail)?;
    }
    write_sums(out, &owed.sums)
}

fn write_party(out: &mut String, of: &OwedBy, detail: Detail) -> fmt::Result {
    writeln!(out, "\n{}", of.party)?;
    let widths = of.lines.iter().map(|line| until(line).chars().count());
    let width = widths.max().unwrap_or_default();
    let mut told: BTreeMap<_, (&OwedLine, usize)> = BTreeMap::new();
    for line in &of.lines {
        let alike = (line.kind, &line.sentence, &line.what, &line.to);
        let (_, count) = told.entry(alike).or_insert((line, 0));
        *count += 1;
        let count = *count;
        if detail == Detail::All || count <= LISTED_MAX {
            write_line(out, line, width)?;
        }
    }
    for (line, count) in told.values().filter(|(_, count)| detail == Detail::Short && *count > LISTED_MAX) {
        let more = count - LISTED_MAX;
        let blank = " ".repeat(width);
        writeln!(out, "  {blank}  and {more} more like {}: {}", address(line), line.what)?;
    }
    Ok(())
}

/// By when, or why there is no instant.
fn until(line: &OwedLine) -> String {
    match (&line.until, line.standing) {
        (Some(until), _) if until.contains('T') => read_instant(until),
        (Some(date), _) => format!("{date} 24:00"),
        (None, "stands still" | "not begun" | "growing" | "disputed") => line.standing.to_owned(),
        (None, _) if line.kind == "amount" => {
            let date = line.since.as_deref().and_then(|since| since.split('T').next());
            format!("due {}", date.unwrap_or_default())
        }
        (None, "standing") => "stands".to_owned(),
        (None, "done") => "done".to_owned(),
        (None, _) if line.kind == "prohibition" => "while open".to_owned(),
        (None, _) if matches!(line.kind, "duty" | "notice" | "silence") => "no deadline".to_owned(),
        (None, _) => "open".to_owned(),
    }
}

fn write_line(out: &mut String, line: &OwedLine, width: usize) -> fmt::Result {
    let mut text = String::new();
    if line.standing == "late" {
        text.push_str("LATE: ");
    }
    if line.standing == "counting" {
        text.push_str("then ");
    }
    text.push_str(&line.what);
    let about = about(line);
    if !about.is_empty() {
        write!(text, ": {about}")?;
    }
    if let Some(money) = money(line) {
        write!(text, ", {money}")?;
    }
    if let Some(figure) = &line.figure {
        write!(text, ", {figure} as it stands")?;
        if let (Some(target), Some(verdict)) = (&line.target, line.verdict) {
            write!(text, " ({target}: {verdict})")?;
        }
    }
    if let Some(id) = &line.id {
        write!(text, "  [{id}]")?;
    }
    let indent = width + 4;
    let until = until(line);
    wrapped(out, &format!("  {until:<width$}  {text}"), indent)?;
    wrapped(out, &format!("{}{}", " ".repeat(indent), details(line)), indent)
}

/// What a line is about; of the agreement itself nothing.
fn about(line: &OwedLine) -> String {
    match (line.subject_kind.as_str(), line.subject.as_str()) {
        ("agreement" | "case", _) => String::new(),
        ("window", "term") => "the term".to_owned(),
        ("window", label) => label.to_owned(),
        (kind, subject) => format!("{kind} {subject}"),
    }
}

/// What is open of money, and of how much.
fn money(line: &OwedLine) -> Option<String> {
    let currency = line.currency?;
    let Some(amount) = &line.amount else { return Some("undetermined".to_owned()) };
    Some(match &line.charged {
        Some(charged) if charged != amount => format!("{amount} {currency} left of {charged} {currency}"),
        _ => format!("{amount} {currency}"),
    })
}

/// Since when, to whom, why it stands still, by which events, and where the text says so.
fn details(line: &OwedLine) -> String {
    let mut parts = Vec::new();
    if let Some(to) = line.to.as_ref().filter(|_| matches!(line.kind, "duty" | "target" | "prohibition")) {
        parts.push(format!("to {to}"));
    }
    if let Some(since) = line.since.as_ref().filter(|_| line.kind != "amount" || line.grows.is_some()) {
        parts.push(format!("since {}", read_instant(since)));
    }
    if let Some(done) = &line.done_at {
        let until = if line.stands_since.is_some() { " until then" } else { "" };
        parts.push(format!("done {}, and may come back{until}", read_instant(done)));
    }
    if let Some(since) = &line.stands_since {
        let closed = line.done_at.is_some() || line.standing == "closed";
        let word = if closed { "closed" } else { "stands still" };
        parts.push(format!("{word} since {}", read_instant(since)));
    }
    if let Some(grows) = &line.grows {
        parts.push(format!("grows: {grows}"));
    }
    parts.extend(line.because.iter().map(|because| because.message.clone()));
    let events: Vec<&str> = line.evidence.iter().map(|event| event.event.as_str()).collect();
    if !events.is_empty() {
        parts.push(format!("by {}", events.join(", ")));
    }
    let place = line.span.as_ref().map(|at| format!("{}:{}:{}", at.file, at.start.line, at.start.column));
    parts.extend(place.map(|place| match line.sentence.as_str() {
        "" => place,
        sentence => format!("{sentence} at {place}"),
    }));
    parts.join("; ")
}

fn address(line: &OwedLine) -> &str {
    if line.sentence.is_empty() { &line.subject } else { &line.sentence }
}

fn write_sums(out: &mut String, sums: &[OwedSum]) -> fmt::Result {
    if sums.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nmoney that is open")?;
    for sum in sums {
        let is_nothing = |text: &str| text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let currency = sum.currency;
        let mut parts = Vec::new();
        if !is_nothing(&sum.principal) {
            parts.push(format!("{} {currency} of principals", sum.principal));
        }
        if !is_nothing(&sum.booked) {
            let settled = match is_nothing(&sum.settled) {
                true => String::new(),
                false => format!(" ({} booked, {} settled by payments)", sum.booked, sum.settled),
            };
            parts.push(format!("{} {currency} of entries{settled}", sum.open));
        }
        if !is_nothing(&sum.claimable) {
            parts.push(format!("{} {currency} if it is claimed", sum.claimable));
        }
        if !is_nothing(&sum.rest) {
            parts.push(format!("{} {currency} that payments have left", sum.rest));
        }
        if sum.undetermined > 0 {
            parts.push(format!("{} undetermined", sum.undetermined));
        }
        wrapped(out, &format!("  {} owes {}: {}", sum.debtor, sum.creditor, parts.join(", ")), 4)?;
    }
    Ok(())
}
