//! What is wrong with a file of holidays.

use servanda_diagnostics::{Code, Diagnostic, Span};

fn told(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::HolidayFile, span, message)
}

pub(crate) fn no_calendar_line(span: Span) -> Diagnostic {
    told(span, "this is no line of an iCalendar file")
        .label("cannot be read")
        .help("a line has a name, a colon and a value, as in `DTSTART;VALUE=DATE:20261224`; a file begins with `BEGIN:VCALENDAR`")
}

pub(crate) fn calendar_part_unclosed(span: Span, part: &str) -> Diagnostic {
    told(span, format!("`{part}` begins here and does not end"))
        .label("begins here")
        .help(format!("the file is cut off, or `END:{part}` is missing"))
}

pub(crate) fn event_without_date(end: Span) -> Box<Diagnostic> {
    Box::new(
        told(end, "an event without a date")
            .label("it ends here")
            .help("a holiday has a line such as `DTSTART;VALUE=DATE:20261224`"),
    )
}

pub(crate) fn not_a_whole_day(span: Span, value: &str) -> Box<Diagnostic> {
    let finding = told(span, format!("`{value}` is no whole day")).label("not one date, or whole days");
    if value.contains(['T', 't']) {
        return Box::new(finding.help(
            "holidays are whole days: `DTSTART;VALUE=DATE:20261224`; what is closed for a part of a day is a line about the date: `open 2026-12-24 09:00..12:00.`",
        ));
    }
    Box::new(finding.help("a date is written as `20261224`, and each event has one of its own"))
}

pub(crate) fn days_of_an_event(span: Span, days: i64) -> Box<Diagnostic> {
    Box::new(told(span, format!("an event of {days} days")).label("not from 1 to 366"))
}

pub(crate) fn repeats_otherwise(span: Span, what: &str) -> Box<Diagnostic> {
    Box::new(told(span, format!("{what} is not understood: holidays come back each year")).label("comes back otherwise").help(
        "understood are `FREQ=YEARLY` with `INTERVAL`, `COUNT`, `UNTIL`, and `BYMONTH` with one `BYMONTHDAY` or one `BYDAY` such as `4TH` or `-1MO`; list the dates of anything else, each as an event or as `RDATE`",
    ))
}

pub(crate) fn not_of_its_rule(span: Span, date: &str, rule: Span) -> Box<Diagnostic> {
    Box::new(
        told(span, format!("the rule does not give {date}")).label("the first date").also(rule, "the rule"),
    )
}

pub(crate) fn nothing_to_leave_out(span: Span, date: &str) -> Box<Diagnostic> {
    Box::new(told(span, format!("the event is not on {date}")).label("nothing to leave out"))
}

pub(crate) fn too_many_holidays(span: Span, most: usize) -> Diagnostic {
    told(span, format!("more than {most} holidays")).label("one too many")
}

pub(crate) fn no_holidays_in_file(span: Span, file: &str) -> Diagnostic {
    told(span, format!("there is no holiday in `{file}`"))
        .label("no event of whole days")
        .help("a holiday is a `VEVENT` with a line such as `DTSTART;VALUE=DATE:20261224`")
}
