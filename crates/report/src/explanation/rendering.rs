//! Explanations as text.

use super::{Explanation, Step};
use crate::text::read_instant;
use std::fmt;

impl fmt::Display for Explanation {
    /// The clause with its line numbers, then each step under what it leads to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, times of {}", self.entry, self.zone)?;
        write_quotation(f, self)?;
        writeln!(f)?;
        write_step(f, &self.step, 0)
    }
}

fn write_quotation(f: &mut fmt::Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let clause = &explanation.clause;
    let Some(place) = &clause.place else {
        return writeln!(f, "\nclause {} {}", clause.number, clause.title);
    };
    writeln!(
        f,
        "\nclause {} {}, {}:{}:{}",
        clause.number, clause.title, place.file, place.start.line, place.start.column
    )?;
    let last = place.start.line as usize + clause.lines.len();
    let width = last.to_string().len();
    for (at, line) in clause.lines.iter().enumerate() {
        writeln!(f, "  {:>width$} | {line}", place.start.line as usize + at)?;
    }
    Ok(())
}

fn write_step(f: &mut fmt::Formatter<'_>, step: &Step, depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    match &step.value {
        Some(value) if *value != step.text => writeln!(f, "{indent}{}: {value}", step.text)?,
        _ => writeln!(f, "{indent}{}", step.text)?,
    }
    for event in &step.evidence {
        let line = event.line.map(|line| format!(", line {line}")).unwrap_or_default();
        if event.event.starts_with(&event.kind) {
            writeln!(f, "{indent}  event {}{line}", event.event)?;
        } else {
            let at = read_instant(&event.at);
            writeln!(f, "{indent}  event {} {} at {at}{line}", event.event, event.kind)?;
        }
    }
    for step in &step.steps {
        write_step(f, step, depth + 1)?;
    }
    Ok(())
}
