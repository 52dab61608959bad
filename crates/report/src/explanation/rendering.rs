//! Explanations as text.

use super::{EvidenceLine, Explanation, Step};
use crate::text::read_instant;
use std::fmt;

/// How many things alike are told before the rest is counted.
const LISTED_MAX: usize = 10;

/// How many columns a line may have.
const WIDTH: usize = 100;

impl fmt::Display for Explanation {
    /// The clause with its line numbers, then each step under what it leads to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.id, self.value)?;
        write!(f, "as of {}, times of {}", read_instant(&self.as_of), self.zone)?;
        let version = &self.version;
        write!(f, "\nversion: {}, in force from {}", version.title, read_instant(&version.from))?;
        match &version.because {
            Some(because) => writeln!(f, "; {because}")?,
            None => writeln!(f)?,
        }
        write_quotation(f, self)?;
        writeln!(f)?;
        Tree { shown: self }.write(f, &self.step, 0)
    }
}

fn write_quotation(f: &mut fmt::Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let clause = &explanation.clause;
    let name = match clause.number.as_str() {
        "" => "in no clause".to_owned(),
        number => format!("clause {number} {}", clause.title),
    };
    let Some(place) = &clause.place else { return writeln!(f, "\n{name}") };
    writeln!(f, "\n{name}, {}:{}:{}", place.file, place.start.line, place.start.column)?;
    let last = place.start.line as usize + clause.lines.len();
    let width = last.to_string().len();
    for (at, line) in clause.lines.iter().enumerate() {
        writeln!(f, "  {:>width$} | {line}", place.start.line as usize + at)?;
    }
    Ok(())
}

/// Steps under what they lead to.
struct Tree<'a> {
    shown: &'a Explanation,
}

impl Tree<'_> {
    fn write(&self, f: &mut fmt::Formatter<'_>, step: &Step, depth: usize) -> fmt::Result {
        let place = self.elsewhere(step).map(|place| format!("  [{place}]")).unwrap_or_default();
        let (text, evidence) = match step.evidence.as_slice() {
            [event] if step.is_event => (event_text(event), &[][..]),
            evidence => (step.text.clone(), evidence),
        };
        match &step.value {
            Some(value) if *value != text => write_wrapped(f, &format!("{text}: {value}{place}"), depth)?,
            _ => write_wrapped(f, &format!("{text}{place}"), depth)?,
        }
        for event in evidence {
            write_wrapped(f, &format!("event {}", event_text(event)), depth + 1)?;
        }
        let listed = if step.lists { LISTED_MAX } else { usize::MAX };
        for part in step.steps.iter().take(listed) {
            self.write(f, part, depth + 1)?;
        }
        let rest = step.steps.len().saturating_sub(listed);
        if rest > 0 {
            write_wrapped(f, &format!("and {rest} more, which `--format json` lists"), depth + 1)?;
        }
        step.after.iter().try_for_each(|part| self.write(f, part, depth + 1))
    }

    /// Where a step stands in the text, apart from the lines that are quoted.
    fn elsewhere(&self, step: &Step) -> Option<String> {
        let place = step.place.as_ref()?;
        let quoted = self.shown.clause.place.as_ref().is_some_and(|quoted| {
            quoted.file == place.file
                && quoted.start.line <= place.start.line
                && place.start.line <= quoted.end.line
        });
        (!quoted).then(|| format!("{}:{}", place.file, place.start.line))
    }
}

/// An event with its place in the input.
fn event_text(event: &EvidenceLine) -> String {
    let line = event.line.map(|line| format!(", line {line}")).unwrap_or_default();
    if event.event.starts_with(&event.kind) {
        format!("{}{line}", event.event)
    } else {
        format!("{} {} at {}{line}", event.event, event.kind, read_instant(&event.at))
    }
}

/// A line, broken between words where it is too wide; what follows stands further in.
fn write_wrapped(f: &mut fmt::Formatter<'_>, text: &str, depth: usize) -> fmt::Result {
    let mut line = "  ".repeat(depth);
    let mut width = line.chars().count();
    let mut is_first = true;
    // Blanks that stand together stay together.
    for word in text.split(' ') {
        let more = word.chars().count() + usize::from(!is_first);
        if width + more > WIDTH && !is_first {
            writeln!(f, "{}", line.trim_end())?;
            line = format!("{}{word}", "  ".repeat(depth + 2));
            width = line.chars().count();
        } else {
            if !is_first {
                line.push(' ');
            }
            line.push_str(word);
            width += more;
        }
        is_first = false;
    }
    writeln!(f, "{}", line.trim_end())
}
