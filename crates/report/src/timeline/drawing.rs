//! A timeline drawn for a terminal, with a legend and every instant beneath.

use super::{Timeline, TimelineLine, TimelineMark, TimelineStretch};
use crate::text::{read_instant, seconds_text};
use crate::wrapping::wrapped;
use servanda_policy::time::Instant;
use std::fmt::{self, Write};

/// How a timeline is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawing {
    /// How many columns there are.
    pub width: usize,
    /// Whether only ASCII may be used.
    pub ascii: bool,
}

/// The fewest columns that a line is drawn with.
const LEAST: usize = 20;

/// What stretches are drawn with: their kind, the sign, the sign in ASCII, and what the legend says.
const SIGNS: [(&str, char, char, &str); 6] = [
    ("counted", '█', '=', "counted"),
    ("left", '▒', '-', "left until the deadline"),
    ("closed", '·', '.', "closed"),
    ("stands still", '░', '~', "stands still"),
    ("not counted", '─', '_', "not counted"),
    ("late", '▚', '#', "late"),
];

/// What instants are marked with: their kind, the sign, and what the legend says.
const MARKS: [(&str, char, &str); 7] = [
    ("begun", 'B', "begins"),
    ("told", 'w', "told"),
    ("reopened", 'R', "opened again"),
    ("deadline", 'D', "deadline"),
    ("done", 'x', "done"),
    ("over", 'E', "over"),
    ("as of", '|', "as of"),
];

/// A timeline as text, each line ended by a line break.
pub fn timeline_text(timeline: &Timeline, drawing: Drawing) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    match write(&mut out, timeline, drawing) {
        Ok(()) | Err(fmt::Error) => out,
    }
}

/// Time on columns.
struct Axis {
    from: Instant,
    nanos: i128,
    columns: usize,
}

impl Axis {
    /// The first instant of a column.
    fn start_of(&self, column: usize) -> Instant {
        let columns = i128::try_from(self.columns.max(1)).unwrap_or(1);
        let part = self.nanos * i128::try_from(column).unwrap_or(0) / columns;
        Instant(self.from.0.saturating_add(i64::try_from(part).unwrap_or(i64::MAX)))
    }

    /// The column in which an instant lies.
    fn column_of(&self, at: Instant) -> usize {
        let columns = i128::try_from(self.columns).unwrap_or(1);
        let column = at.nanos_since(self.from).max(0) * columns / self.nanos.max(1);
        usize::try_from(column).unwrap_or(0).min(self.columns.saturating_sub(1))
    }

    /// The sign of each column: that of the stretch that takes the most of it.
    fn drawn(&self, stretches: &[TimelineStretch], ascii: bool) -> String {
        let sign = |kind: &str| {
            let of = SIGNS.iter().find(|(of, ..)| *of == kind);
            of.map_or(' ', |(_, sign, plain, _)| if ascii { *plain } else { *sign })
        };
        let column = |column: usize| {
            let (from, until) = (self.start_of(column), self.start_of(column + 1));
            let within = |it: &TimelineStretch| it.span.1.min(until).nanos_since(it.span.0.max(from));
            let most = stretches.iter().filter(|it| within(it) > 0).max_by_key(|it| within(it));
            most.map_or(' ', |it| sign(it.kind))
        };
        (0..self.columns).map(column).collect()
    }

    /// Marks in their columns; of several in one column, the earlier ones stand before it.
    fn marked<'m>(&self, marks: impl Iterator<Item = &'m TimelineMark>) -> String {
        let mut row = vec![' '; self.columns];
        let mut marks: Vec<&TimelineMark> = marks.collect();
        marks.sort_by_key(|mark| mark.instant);
        let mut free = self.columns;
        for mark in marks.into_iter().rev() {
            let sign = MARKS.iter().find(|(kind, ..)| *kind == mark.kind).map_or('?', |(_, sign, _)| *sign);
            let column = self.column_of(mark.instant).min(free.saturating_sub(1));
            if let Some(place) = row.get_mut(column) {
                *place = sign;
            }
            free = column;
        }
        row.into_iter().collect()
    }
}

fn write(out: &mut String, timeline: &Timeline, drawing: Drawing) -> fmt::Result {
    let Timeline { case, key, zone, .. } = timeline;
    writeln!(out, "{case} {key}, as of {}, times of {zone}", read_instant(&timeline.as_of))?;
    if timeline.lines.is_empty() {
        writeln!(out, "no duty on it has a clock")?;
    }
    let widths = timeline.lines.iter().map(|line| line.duty.chars().count());
    let width = widths.max().unwrap_or(0).max(case.chars().count());
    let columns = drawing.width.saturating_sub(width + 4).max(LEAST);
    let (from, until) = timeline.span;
    let axis = Axis { from, nanos: until.nanos_since(from).max(1), columns };
    writeln!(out)?;
    let mut row = |label: &str, drawn: &str| {
        let row = format!("  {label:<width$}  {drawn}");
        writeln!(out, "{}", row.trim_end())
    };
    for line in &timeline.lines {
        row(&line.duty, &axis.drawn(&line.stretches, drawing.ascii))?;
        if !line.marks.is_empty() {
            row("", &axis.marked(line.marks.iter()))?;
        }
    }
    row(case, &axis.marked(timeline.marks.iter()))?;
    row("", &axis_line(timeline, columns))?;
    write_legend(out, timeline, drawing)?;
    for line in &timeline.lines {
        write_line(out, line)?;
    }
    writeln!(out, "\n{case} {key}")?;
    timeline.marks.iter().try_for_each(|mark| write_mark(out, mark))
}

/// The first and the last instant beneath the line.
fn axis_line(timeline: &Timeline, columns: usize) -> String {
    let (from, until) = (read_instant(&timeline.from), read_instant(&timeline.until));
    let between = columns.saturating_sub(from.chars().count() + until.chars().count());
    if between < 2 { format!("{from} to {until}") } else { format!("{from}{}{until}", " ".repeat(between)) }
}

/// What the signs that are there mean.
fn write_legend(out: &mut String, timeline: &Timeline, drawing: Drawing) -> fmt::Result {
    let kinds = |kind: &str| timeline.lines.iter().flat_map(|line| &line.stretches).any(|it| it.kind == kind);
    let marks = |kind: &str| {
        let of_lines = timeline.lines.iter().flat_map(|line| &line.marks);
        of_lines.chain(&timeline.marks).any(|mark| mark.kind == kind)
    };
    let mut parts = Vec::new();
    for (kind, sign, plain, words) in SIGNS {
        if kinds(kind) {
            parts.push(format!("{} {words}", if drawing.ascii { plain } else { sign }));
        }
    }
    for (kind, sign, words) in MARKS {
        if marks(kind) {
            parts.push(format!("{sign} {words}"));
        }
    }
    writeln!(out)?;
    wrapped(out, &format!("  {}", parts.join(", ")), 2)
}

fn write_line(out: &mut String, line: &TimelineLine) -> fmt::Result {
    let place = line.span.as_ref().map(|at| format!(", {}:{}:{}", at.file, at.start.line, at.start.column));
    let head = format!("{} {}: {}{}", line.duty, line.what, line.verdict, place.unwrap_or_default());
    writeln!(out)?;
    wrapped(out, &format!("{head}  [{}]", line.id), 2)?;
    if line.stretches.is_empty() {
        writeln!(out, "  no time has counted")?;
    }
    // The instants in their order; a mark comes before the stretch that begins with it.
    let mut rows: Vec<(Instant, bool, String)> = Vec::new();
    for it in &line.stretches {
        let text = format!(
            "{} to {}  {}{}",
            read_instant(&it.from),
            read_instant(&it.until),
            it.kind,
            length(line, it).map(|length| format!(", {length}")).unwrap_or_default()
        );
        rows.push((it.span.0, true, text));
    }
    for mark in &line.marks {
        rows.push((mark.instant, false, mark_text(mark)));
    }
    rows.sort_by_key(|row| (row.0, row.1));
    for (_, _, text) in &rows {
        wrapped(out, &format!("  {text}"), 4)?;
    }
    Ok(())
}

/// How long a stretch is, in the time of its clock; what is closed or not counted is nothing of it.
fn length(line: &TimelineLine, of: &TimelineStretch) -> Option<String> {
    match of.kind {
        "closed" | "not counted" => None,
        "late" => Some(seconds_text(&of.amount)),
        _ if line.clock.as_deref().is_some_and(|clock| clock.ends_with("days") || clock == "months") => {
            let days = if of.length == "1" { "day" } else { "days" };
            Some(format!("{} {days}", of.length))
        }
        _ => Some(seconds_text(&of.amount)),
    }
}

fn mark_text(mark: &TimelineMark) -> String {
    let by: Vec<&str> = mark.evidence.iter().map(|event| event.event.as_str()).collect();
    let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(", ")) };
    format!("{}  {}{by}", read_instant(&mark.at), mark.text)
}

fn write_mark(out: &mut String, mark: &TimelineMark) -> fmt::Result {
    wrapped(out, &format!("  {}", mark_text(mark)), 4)
}
