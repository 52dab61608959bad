//! The files from which calendars take holidays: looked for where files that are used are.

use servanda_diagnostics::{Code, Diagnostic, SourceId, Sources, Span};

use super::name::{beside, folder};
use super::told;
use crate::Parsed;
use crate::ast::{CalendarLineKind, HolidayFile, Item, Line, Use};

/// The ending of an iCalendar file.
const ENDING: &str = ".ics";

/// Whether a name is that of an iCalendar file.
pub(super) fn is_calendar(name: &str) -> bool {
    let ending = name.len().checked_sub(ENDING.len()).and_then(|at| name.get(at..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING))
}

/// The name of the text that a path means; what has another ending is looked for nowhere.
pub(super) fn name_of(root: &str, from: &str, written: &str) -> Option<String> {
    beside(root, from, written).ok().filter(|name| is_calendar(name))
}

/// Does something for each file of holidays in a text.
pub(super) fn each(items: &mut [Item], mut with: impl FnMut(&mut HolidayFile, Span)) {
    for item in items {
        let lines: &mut [Line] = match item {
            Item::Agreement(agreement) => &mut agreement.lines,
            Item::Amendment(amendment) => &mut amendment.lines,
            Item::Annex(annex) => &mut annex.lines,
            Item::Line(line) => std::slice::from_mut(line),
            Item::Scenario(_) | Item::Use(_) | Item::Broken(_) => continue,
        };
        for line in lines {
            let Line::Calendar(calendar) = line else { continue };
            for line in &mut calendar.lines {
                if let CalendarLineKind::HolidayFile(file) = &mut line.kind {
                    with(file, line.span);
                }
            }
        }
    }
}

/// Finds the text of each file of holidays, and tells where there is none.
pub(super) fn find(sources: &Sources, main: SourceId, parsed: &mut Parsed) {
    let name = |id: SourceId| sources.get(id).map_or("", |source| source.name());
    let root = folder(name(main));
    let diagnostics = &mut parsed.diagnostics;
    each(&mut parsed.document.items, |holidays, span| {
        let written = &holidays.file;
        let line = Use { file: written.clone(), span };
        let finding = match beside(root, name(written.span.source), &written.value) {
            Err(fault) => told::outside(&line, fault),
            Ok(_) if !is_calendar(&written.value) => no_calendar(&line),
            Ok(name) => match sources.named(&name) {
                Some(source) => {
                    holidays.source = Some(source);
                    return;
                }
                None => told::unknown(&line, &name, sources.why_unreadable(&name)),
            },
        };
        diagnostics.push(finding);
    });
}

fn no_calendar(line: &Use) -> Diagnostic {
    let message = format!("`{}` is no iCalendar file", line.file.value);
    Diagnostic::new(Code::HolidayFile, line.file.span, message).label("does not end with `.ics`").help(
        "`closed on holidays of \"company.ics\".`, or the letters of a country: `closed on holidays of DE.`",
    )
}
