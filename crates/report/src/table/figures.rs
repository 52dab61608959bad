//! Figures in the table: with a target, those that miss it, each; without one, side by side.
//!
//! Many windows of a measure are told in one line, by their lowest and their highest figure.

use super::{Detail, plain, write_rows};
use crate::statement::{MeasureLine, Statement};
use comfy_table::{CellAlignment, Table};
use servanda_policy::policy::Verdict;
use std::fmt::{self, Write};

/// How many windows of a measure are told one by one.
const WINDOWS_MAX: usize = 6;

/// The figures of a clause, with their targets.
pub(super) fn write_measures(out: &mut String, measures: &[&MeasureLine], detail: Detail) -> fmt::Result {
    let mut table = plain();
    for of in by_name(measures) {
        let few = detail == Detail::All || of.len() <= WINDOWS_MAX;
        let (listed, rest): (Vec<&MeasureLine>, Vec<&MeasureLine>) =
            of.iter().partition(|line| few || missed(line));
        for alike in by_verdict(&rest) {
            table.add_row(together(&alike));
        }
        for line in listed {
            table.add_row(row(line));
        }
    }
    align_right(&mut table, 2);
    write_rows(out, &table)
}

/// Figures that no duty judges.
pub(super) fn write_free_measures(out: &mut String, statement: &Statement, detail: Detail) -> fmt::Result {
    let free: Vec<_> = statement.measures.iter().filter(|measure| measure.clause.is_none()).collect();
    if free.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nFurther figures")?;
    // Measures over the same few windows stand in one table, a column for each window.
    let mut groups: Vec<(Vec<String>, Vec<Vec<&MeasureLine>>)> = Vec::new();
    let mut others = plain();
    for of in by_name(&free) {
        let windows: Vec<String> = of.iter().map(|line| line.place()).collect();
        if windows.len() <= WINDOWS_MAX {
            match groups.iter_mut().find(|(known, _)| *known == windows) {
                Some((_, measures)) => measures.push(of),
                None => groups.push((windows, vec![of])),
            }
        } else if detail == Detail::All {
            for line in of {
                others.add_row(row(line));
            }
        } else {
            others.add_row(together(&of));
        }
    }
    for (windows, measures) in groups {
        write_group(out, &windows, &measures)?;
    }
    align_right(&mut others, 2);
    write_rows(out, &others)
}

/// Measures over the same windows.
fn write_group(out: &mut String, windows: &[String], measures: &[Vec<&MeasureLine>]) -> fmt::Result {
    let mut table = plain();
    table.add_row(std::iter::once("").chain(windows.iter().map(String::as_str)));
    for of in measures {
        let name = of.first().map(|line| line.name.clone()).unwrap_or_default();
        let figures = of.iter().map(|line| match line.provisional {
            true => format!("{} (provisional)", line.text),
            false => line.text.clone(),
        });
        table.add_row(std::iter::once(name).chain(figures));
    }
    (1..=windows.len()).for_each(|column| align_right(&mut table, column));
    write_rows(out, &table)
}

/// The figures of each measure, in the order in which the measures appear.
fn by_name<'a>(measures: &[&'a MeasureLine]) -> Vec<Vec<&'a MeasureLine>> {
    together_by(measures, |one, other| one.name == other.name)
}

/// The figures of each verdict, in the order in which the verdicts appear.
fn by_verdict<'a>(of: &[&'a MeasureLine]) -> Vec<Vec<&'a MeasureLine>> {
    together_by(of, |one, other| one.verdict == other.verdict)
}

/// Those that are alike, in the order in which the first of them appear.
fn together_by<'a>(
    lines: &[&'a MeasureLine],
    alike: impl Fn(&MeasureLine, &MeasureLine) -> bool,
) -> Vec<Vec<&'a MeasureLine>> {
    let mut all: Vec<Vec<&MeasureLine>> = Vec::new();
    for line in lines {
        match all.iter_mut().find(|of| of.first().is_some_and(|other| alike(line, other))) {
            Some(of) => of.push(line),
            None => all.push(vec![line]),
        }
    }
    all
}

/// Whether a figure misses its target, or is not known.
fn missed(line: &MeasureLine) -> bool {
    let failed = [Verdict::Broken, Verdict::Indeterminate].map(Verdict::word);
    line.verdict.is_some_and(|verdict| failed.contains(&verdict)) || !line.because.is_empty()
}

fn row(line: &MeasureLine) -> Vec<String> {
    vec![
        line.name.clone(),
        line.place(),
        line.text.clone(),
        line.target.clone().unwrap_or_default(),
        line.verdict.unwrap_or_default().to_owned(),
        if line.provisional { "provisional".to_owned() } else { String::new() },
    ]
}

/// Several windows of a measure in one line.
fn together(of: &[&MeasureLine]) -> Vec<String> {
    let mut known: Vec<&MeasureLine> = of.iter().filter(|line| line.number.is_some()).copied().collect();
    known.sort_by(|left, right| left.number.cmp(&right.number));
    let figures = match (known.first(), known.last()) {
        (Some(lowest), Some(highest)) if lowest.number != highest.number => {
            format!("{} to {}", lowest.text, highest.text)
        }
        (Some(only), _) => only.text.clone(),
        (None, _) => "no data".to_owned(),
    };
    let mut targets: Vec<&str> = of.iter().filter_map(|line| line.target.as_deref()).collect();
    targets.dedup();
    let mut notes = Vec::new();
    match of.len() - known.len() {
        0 => {}
        _ if known.is_empty() => {}
        count => notes.push(format!("{count} without data")),
    }
    match of.iter().filter(|line| line.provisional).count() {
        0 => {}
        count => notes.push(format!("{count} provisional")),
    }
    vec![
        of.first().map(|line| line.name.clone()).unwrap_or_default(),
        format!("{} {}", of.len(), of.first().map_or("windows", |line| line.windows)),
        figures,
        targets.join(", "),
        of.iter().find_map(|line| line.verdict).unwrap_or_default().to_owned(),
        notes.join(", "),
    ]
}

fn align_right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
