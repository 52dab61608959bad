//! The lines of an iCalendar file: unfolded, each with its place.

use icalendar::parser::Property;
use servanda_diagnostics::{SourceId, Span};

/// A line.
pub(super) struct ContentLine {
    /// Its name in capitals.
    pub(super) name: String,
    /// What stands behind the name, each with its value.
    params: Vec<(String, String)>,
    pub(super) value: String,
    /// The first of the lines of the file on which it stands.
    pub(super) span: Span,
}

impl ContentLine {
    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The lines of a file; of those that are none, their place.
pub(super) fn lines_of(source: SourceId, text: &str) -> Vec<Result<ContentLine, Span>> {
    let mut unfolded: Vec<(String, Span)> = Vec::new();
    let mut start = 0;
    // A mark of the order of bytes stands before the first line of some.
    for line in text.split_inclusive('\n') {
        let written = line.trim_end_matches(['\n', '\r']);
        let marked = if start == 0 { written.trim_start_matches('\u{feff}') } else { written };
        let from = start + (written.len() - marked.len());
        let place = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let span = Span::new(source, place(from), place(start + written.len()));
        match (marked.strip_prefix([' ', '\t']), unfolded.last_mut()) {
            (Some(rest), Some((before, _))) => before.push_str(rest),
            _ if marked.trim().is_empty() => {}
            _ => unfolded.push((marked.to_owned(), span)),
        }
        start += line.len();
    }
    unfolded.into_iter().map(|(line, span)| read(&line, span).ok_or(span)).collect()
}

fn read(line: &str, span: Span) -> Option<ContentLine> {
    // The reader takes these for marks of its own.
    for mark in ["BEGIN", "END"] {
        let is_mark = line.get(..mark.len()).is_some_and(|word| word.eq_ignore_ascii_case(mark));
        if let Some(value) =
            line.get(mark.len()..).and_then(|rest| rest.strip_prefix(':')).filter(|_| is_mark)
        {
            return Some(ContentLine {
                name: mark.to_owned(),
                params: Vec::new(),
                value: value.to_owned(),
                span,
            });
        }
    }
    let ended = format!("{line}\r\n");
    let Property { name, val, params } = Property::try_from(ended.as_str()).ok()?;
    // It passes over what it does not understand.
    let whole = line.contains(':') && (!val.as_str().is_empty() || line.ends_with(':'));
    if !whole || name.as_str().is_empty() {
        return None;
    }
    let params = params.iter().map(|param| {
        let value = param.val.as_ref().map_or("", |value| value.as_str());
        (param.key.as_str().to_owned(), value.trim_matches('"').to_owned())
    });
    Some(ContentLine {
        name: name.as_str().to_ascii_uppercase(),
        params: params.collect(),
        value: val.as_str().to_owned(),
        span,
    })
}
