//! The holidays of an iCalendar file as pieces: each event with what it says of its dates.

use super::piece::{Identity, Piece};
use servanda_diagnostics::{SourceId, Span};
use servanda_parser::Word;

/// The names of the lines that say when a holiday is, and what it is called.
const LINES: [&str; 8] = ["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS", "SUMMARY"];

/// The events of a file.
pub(super) fn pieces(source: SourceId, text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut event: Option<Vec<(Word, Span)>> = None;
    let mut start = 0usize;
    for line in text.split_inclusive('\n') {
        let written = line.trim_end();
        let place = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let (at, span) = (place(start), Span::new(source, place(start), place(start + written.len())));
        start += line.len();
        if written.eq_ignore_ascii_case("BEGIN:VEVENT") {
            event = Some(Vec::new());
        } else if written.eq_ignore_ascii_case("END:VEVENT") {
            pieces.extend(event.take().and_then(piece));
        } else if let Some(lines) = &mut event {
            match written.strip_prefix([' ', '\t']) {
                // What stands behind a line that is not told belongs to none that is.
                Some(rest) => {
                    if let Some((word, _)) = lines.last_mut().filter(|(_, span)| span.end < at) {
                        word.text.push_str(rest);
                    }
                }
                None => {
                    let name = written.split([':', ';']).next().unwrap_or("").to_ascii_uppercase();
                    if LINES.contains(&name.as_str()) {
                        lines.push((Word { at, text: written.to_owned() }, span));
                    }
                }
            }
        }
    }
    pieces
}

/// An event under its name, or, without one, under its first line.
fn piece(lines: Vec<(Word, Span)>) -> Option<Piece> {
    let (_, first) = lines.first()?;
    let (_, last) = lines.last()?;
    let whole = first.join(*last);
    let summary = lines.iter().find(|(word, _)| word.text.to_ascii_uppercase().starts_with("SUMMARY"));
    let (named, span) = summary.or(lines.first())?;
    let name = named.text.split_once(':').map_or("", |(_, name)| name).to_owned();
    let span = *span;
    let words: Vec<Word> = lines.into_iter().map(|(word, _)| word).collect();
    Some(Piece::new(Identity::Definition, "holiday", whole, words).called(&name, span))
}
