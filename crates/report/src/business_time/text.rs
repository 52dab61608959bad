//! Answers about time for people, and as bare values for pipes.

use super::{Answer, Between, BetweenIn, Ends, Open, OpenIn, TimeAnswer, WindowsOf};
use crate::table::plain;
use crate::text::{read_instant, seconds_text};
use comfy_table::{CellAlignment, Table};
use servanda_policy::time::Date;
use servanda_policy::value::Exact;
use std::fmt::{self, Display, Write};

impl Display for TimeAnswer {
    /// For people: what is so, then what it is made of, then in which zone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Answer::Add(ends) => write_ends(f, ends)?,
            Answer::Between(between) => write_between(f, between)?,
            Answer::Open(open) => write_open(f, open)?,
            Answer::Windows(windows) => write_windows(f, windows)?,
        }
        write!(f, "times of {}", self.zone)?;
        match &self.version {
            Some(version) => writeln!(f, ", under \"{version}\""),
            None => writeln!(f),
        }
    }
}

impl TimeAnswer {
    /// For pipes: the bare answer, one line each: an instant, seconds, `open` or `closed`, a window. What there is of
    /// several calendars is told with their names.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        // Writing into a string cannot fail.
        let _ = match &self.answer {
            Answer::Add(Ends { deadline, deadline_date, .. }) => {
                writeln!(out, "{}", deadline.as_ref().or(deadline_date.as_ref()).map_or("", String::as_str))
            }
            Answer::Between(between) => match between.calendars.as_slice() {
                [] => writeln!(out, "{}", between.seconds),
                [only] => writeln!(out, "{}", only.seconds),
                several => each(&mut out, several, |of| (&of.calendar, &of.seconds)),
            },
            Answer::Open(open) => match open.calendars.as_slice() {
                [only] => writeln!(out, "{}", word(only)),
                several => each(&mut out, several, |of| (&of.calendar, word(of))),
            },
            Answer::Windows(WindowsOf { windows, .. }) => windows
                .iter()
                .try_for_each(|window| writeln!(out, "{}\t{}\t{}", window.label, window.from, window.until)),
        };
        out
    }
}

fn each<'a, T>(out: &mut String, list: &'a [T], told: impl Fn(&'a T) -> (&'a str, &'a str)) -> fmt::Result {
    list.iter().map(told).try_for_each(|(name, value)| writeln!(out, "{name}\t{value}"))
}

fn word(of: &OpenIn) -> &'static str {
    if of.open { "open" } else { "closed" }
}

fn write_ends(f: &mut fmt::Formatter<'_>, ends: &Ends) -> fmt::Result {
    let Ends { length, from, deadline, deadline_date, openings, further_openings, .. } = ends;
    let end = match (deadline, deadline_date) {
        (Some(moment), _) => day_and_time(moment),
        (None, Some(date)) => format!("{}, until the end of that day", day(date)),
        (None, None) => String::new(),
    };
    writeln!(f, "{end}")?;
    writeln!(f, "  {length}, from {}", day_and_time(from))?;
    if !openings.is_empty() {
        let mut table = plain();
        for stretch in openings {
            table.add_row([span(&stretch.from, &stretch.until), length_text(&stretch.seconds)]);
        }
        if *further_openings > 0 {
            table.add_row([format!("and {further_openings} more"), String::new()]);
        }
        write_table(f, &mut table, &[1])?;
    }
    Ok(())
}

fn write_between(f: &mut fmt::Formatter<'_>, between: &Between) -> fmt::Result {
    let Between { from, until, seconds, calendar_days, calendars } = between;
    writeln!(f, "from {} to {}", day_and_time(from), day_and_time(until))?;
    let mut table = plain();
    for BetweenIn { calendar, seconds, days } in calendars {
        table.add_row([calendar.clone(), format!("{} open", length_text(seconds)), counted(*days, calendar)]);
    }
    let days = counted(*calendar_days, "calendar");
    table.add_row(["by the clock".to_owned(), length_text(seconds), days]);
    write_table(f, &mut table, &[1])
}

fn write_open(f: &mut fmt::Formatter<'_>, open: &Open) -> fmt::Result {
    writeln!(f, "at {}", day_and_time(&open.at))?;
    let mut table = plain();
    for of in &open.calendars {
        let since = of.since.as_ref().map(|since| format!("since {}", day_and_time(since)));
        let until = of.until.as_ref().map(|until| format!("until {}", day_and_time(until)));
        let times: Vec<String> = since.into_iter().chain(until).collect();
        table.add_row([of.calendar.clone(), word(of).to_owned(), times.join(", ")]);
    }
    write_table(f, &mut table, &[])
}

fn write_windows(f: &mut fmt::Formatter<'_>, windows: &WindowsOf) -> fmt::Result {
    if windows.windows.is_empty() {
        return writeln!(f, "no window of {}", windows.of);
    }
    let mut table = plain();
    let calendars = windows.windows.first().map_or(&[][..], |window| &window.calendars);
    let head = ["window", "from", "until (not included)", "by the clock"].map(str::to_owned);
    let of_calendars = calendars.iter().flat_map(|of| [of.calendar.clone(), format!("{} days", of.calendar)]);
    table.add_row(head.into_iter().chain(of_calendars));
    for window in &windows.windows {
        let label = if window.partial { format!("{} (part)", window.label) } else { window.label.clone() };
        let row =
            [label, day_and_time(&window.from), day_and_time(&window.until), length_text(&window.seconds)];
        let of_calendars =
            window.calendars.iter().flat_map(|of| [length_text(&of.seconds), of.days.to_string()]);
        table.add_row(row.into_iter().chain(of_calendars));
    }
    let figures: Vec<usize> = (3..4 + 2 * calendars.len()).collect();
    write_table(f, &mut table, &figures)
}

/// The table, indented; these of its columns to the right.
fn write_table(f: &mut fmt::Formatter<'_>, table: &mut Table, figures: &[usize]) -> fmt::Result {
    for column in figures {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().try_for_each(|line| writeln!(f, " {}", line.trim_end()))
}

/// `3 office days`
fn counted(days: i64, kind: &str) -> String {
    format!("{days} {kind} {}", if days == 1 { "day" } else { "days" })
}

/// Seconds for reading: `1 h 30 min`.
fn length_text(seconds: &str) -> String {
    Exact::from_decimal_str(seconds).map_or_else(|_| seconds.to_owned(), |seconds| seconds_text(&seconds))
}

/// `Fri 2026-03-06 16:00`; of a date alone without the time.
fn day_and_time(at: &str) -> String {
    let read = read_instant(at);
    match read.split_once(' ') {
        Some((date, time)) => format!("{} {time}", day(date)),
        None => day(&read),
    }
}

/// `Fri 2026-03-06`
fn day(date: &str) -> String {
    let Ok(known) = date.parse::<Date>() else { return date.to_owned() };
    let name = known.weekday().name();
    format!("{} {date}", name.get(..3).unwrap_or(name))
}

/// Both ends of an opening, the date once where it is the same.
fn span(from: &str, until: &str) -> String {
    let (first, last) = (day_and_time(from), day_and_time(until));
    match (first.rsplit_once(' '), last.rsplit_once(' ')) {
        (Some((first_day, _)), Some((last_day, time))) if first_day == last_day => {
            format!("{first} to {time}")
        }
        _ => format!("{first} to {last}"),
    }
}
