//! What is wrong with a window.

use crate::time::WindowUnit;
use servanda_diagnostics::{Code, Diagnostic, Span};

pub(crate) fn no_such_day(unit: WindowUnit, span: Span) -> Diagnostic {
    let finding = Diagnostic::new(Code::ImpossibleValue, span, "no window begins there");
    match unit {
        WindowUnit::Day | WindowUnit::Week => finding
            .label(format!("a {} has no day of the month", unit.word()))
            .help("`month from the 16th`, `quarter from the 16th` or `year from the 16th`"),
        WindowUnit::Month | WindowUnit::Quarter | WindowUnit::Year => {
            finding.label("no month has this day").help(
                "a day from the 1st to the 31st; in a month that is too short the last one takes its place",
            )
        }
    }
}

/// `month from the 1st`
pub(crate) fn from_the_first(unit: WindowUnit, span: Span) -> Diagnostic {
    let window = format!("calendar {}", unit.word());
    Diagnostic::new(
        Code::ImpossibleValue,
        span,
        format!("a {} from its first day is the one of the calendar", unit.word()),
    )
    .label(format!("write `{window}`"))
    .fix(format!("Write `{window}`"), span, window)
}

/// `month from the last`
pub(crate) fn from_the_last(unit: WindowUnit, span: Span) -> Diagnostic {
    let window = format!("{} from the 31st", unit.word());
    Diagnostic::new(Code::ImpossibleValue, span, "no window begins with the last day of each month")
        .label(format!("write `{window}`"))
        .help("in a month that is too short the last day takes the place of the 31st")
        .fix(format!("Write `{window}`"), span, window)
}

/// `rolling 12 calendar months`
pub(crate) fn rolling_calendar(count: &str, unit: WindowUnit, span: Span) -> Diagnostic {
    let window = format!("rolling {count} {}s", unit.word());
    Diagnostic::new(
        Code::ImpossibleValue,
        span,
        format!("rolling {}s are those of the calendar", unit.word()),
    )
    .label(format!("write `{window}`"))
    .fix(format!("Write `{window}`"), span, window)
}

pub(crate) fn rolling_days(count: &str, unit: WindowUnit, span: Span) -> Diagnostic {
    let unit = unit.word();
    Diagnostic::new(Code::BareDays, span, format!("which {unit}s?"))
        .label(format!("`{unit}s` needs its kind"))
        .help(format!("`rolling {count} calendar {unit}s`"))
}

pub(crate) fn rolling_count(span: Span, most: u16) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "so many windows cannot be counted together")
        .label("not a number of windows")
        .help(format!("a whole number from 2 to {most}; of one alone, leave `rolling` out: `calendar month`"))
}

pub(crate) fn hours_of_long_windows(span: Span, measure: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "only what is measured by the clock is kept during some hours")
        .label("in which windows?")
        .also(declared, "this lasts for whole days")
        .help(format!(
            "`measure {measure} per hour = …` is judged in each hour that begins in these openings; of a longer window, \
             say `during` in the measure: `count of … during …`, `share of time … during …`"
        ))
}

pub(crate) fn window_of_hours(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "such a window lasts a day at least")
        .label("shorter than a day")
        .help("write `calendar day`; a figure alone is cut by the clock, with `per hour`, `per 5 minutes`")
}

pub(crate) fn clock_window(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "no window by the clock is so long")
        .label("not from 1 second to 24 hours")
        .help("`per hour`, `per 5 minutes`; of days on: `per calendar day`, `per calendar month`")
}

pub(crate) fn rolling_each(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::Misplaced,
        span,
        "nothing begins with a rolling window: each lies over the one before it",
    )
    .label("does not cut the term")
    .help("`calendar month`, `contract month`, `month from the 16th` or `the term`")
}

/// `to the end of a the term`
pub(crate) fn ends_with_no_window(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::Misplaced,
        span,
        "notice is given to the end of a day, week, month, quarter or year",
    )
    .label("this has no end like that")
    .help("`to the end of a calendar quarter`, or of a `contract year`, or of a `month from the 16th`")
}
