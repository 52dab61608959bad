//! Where a token ends. The grammar has read the text before: only texts that it accepts come here.

use std::collections::BTreeMap;

use servanda_diagnostics::{SourceId, Span};

use crate::ast::{CalendarLineKind, ClausePart, Line};

/// The tokens that only the tree can tell from a calculation, as `Europe/Berlin`, `DE-BY` and `no-consequence`: from where to where.
pub(super) fn atoms<'d>(lines: impl Iterator<Item = &'d Line>) -> BTreeMap<(SourceId, u32), u32> {
    let mut atoms = BTreeMap::new();
    let mut add = |span: Span| atoms.insert((span.source, span.start), span.end);
    for line in lines {
        match line {
            Line::TimeZone(line) => {
                add(line.zone.span);
            }
            Line::Law(law) => {
                add(law.of.span);
            }
            Line::Calendar(calendar) => {
                for line in &calendar.lines {
                    if let CalendarLineKind::TimeZone(name) | CalendarLineKind::Holidays(name) = &line.kind {
                        add(name.span);
                    }
                }
            }
            Line::Allow(allow) => allow.lints.iter().for_each(|lint| {
                add(lint.span);
            }),
            Line::Clause(clause) => {
                let allowed = clause.parts.iter().filter_map(|part| match part {
                    ClausePart::Allow(allow) => Some(&allow.lints),
                    _ => None,
                });
                allowed.flatten().for_each(|lint| {
                    add(lint.span);
                });
            }
            _ => {}
        }
    }
    atoms
}

/// How many bytes the token has that a text begins with.
pub(super) fn length(text: &str) -> usize {
    match text.chars().next() {
        None => 0,
        Some('"') => quoted(text),
        // A comment is none, but where nobody asks for comments it is stepped over like one.
        Some('/') if text.starts_with("//") => text.find('\n').unwrap_or(text.len()),
        Some(c) if c.is_ascii_digit() => figure(text),
        Some(c) if is_word(c) => word(text),
        Some('.') if text.starts_with("..") => 2,
        Some(c) => c.len_utf8(),
    }
}

/// The length of a day count, `actual/365`, where a text begins with one. Only what stands behind `by` can be one.
pub(super) fn day_count(text: &str) -> Option<usize> {
    let days = run(text, is_word);
    let year = text.get(days..)?.strip_prefix('/').map(|rest| run(rest, is_word))?;
    (days > 0 && year > 0).then_some(days + 1 + year)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `"…"`
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Names joined by points. The point at the end of a sentence has a blank behind it.
fn word(text: &str) -> usize {
    let mut end = run(text, is_word);
    while let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix('.'))
        && rest.starts_with(|c: char| c.is_ascii_lowercase())
    {
        end += 1 + run(rest, is_word);
    }
    end
}

/// A date, a month, a time, the number of a sentence, or any other figure with the sign behind it.
fn figure(text: &str) -> usize {
    if let Some(end) = shape(text, "0000-00-00").or_else(|| shape(text, "0000-00")) {
        return end;
    }
    if let Some(end) = shape(text, "00:00") {
        return end + clock(text.get(end..).unwrap_or(""));
    }
    let mut end = run(text, is_word);
    while let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix('.'))
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        end += 1 + run(rest, is_word);
    }
    let rest = text.get(end..).unwrap_or("").as_bytes();
    match rest {
        [b'%', ..] => end + 1,
        [b'(', letter, b')', ..] if letter.is_ascii_lowercase() => end + 3,
        _ => end,
    }
}

/// What may stand behind the minutes: seconds, and the distance from universal time.
fn clock(text: &str) -> usize {
    let mut end = shape(text, ":00").unwrap_or(0);
    let rest = text.get(end..).unwrap_or("");
    if let Some(digits) = rest.strip_prefix('.').map(|rest| run(rest, |c| c.is_ascii_digit()))
        && end > 0
        && digits > 0
    {
        end += 1 + digits;
    }
    let rest = text.get(end..).unwrap_or("");
    end + shape(rest, "+00:00").or_else(|| shape(rest, "-00:00")).or_else(|| shape(rest, "Z")).unwrap_or(0)
}

/// The length of a form in which `0` stands for any digit, where the text begins with it and no word goes on.
fn shape(text: &str, form: &str) -> Option<usize> {
    let mut rest = text.chars();
    for expected in form.chars() {
        let c = rest.next()?;
        if (expected == '0' && !c.is_ascii_digit()) || (expected != '0' && c != expected) {
            return None;
        }
    }
    // Behind the digits of a time the `Z` of its zone may stand.
    let goes_on = rest.next().is_some_and(|c| is_word(c) && c != 'Z');
    (!goes_on).then_some(form.len())
}

/// How many bytes belong to a run of such characters.
fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{day_count, length};

    #[test]
    fn tokens_end_where_the_grammar_ends_them() {
        let cases = [
            ("payment.received. ", "payment.received"),
            ("mon..fri", "mon"),
            ("..fri", ".."),
            ("99.95%, ", "99.95%"),
            ("12. ", "12"),
            ("3.1(a) is", "3.1(a)"),
            ("80_000 EUR", "80_000"),
            ("5th business", "5th"),
            ("2026-01-05 10:00", "2026-01-05"),
            ("2026-03. ", "2026-03"),
            ("10:00+03:00 a", "10:00+03:00"),
            ("10:00:01.5Z a", "10:00:01.5Z"),
            ("09:00..18:00", "09:00"),
            (r#""a \" b" c"#, r#""a \" b""#),
            (r#""a \\" c"#, r#""a \\""#),
        ];
        for (text, token) in cases {
            assert_eq!(text.get(..length(text)), Some(token), "{text}");
        }
    }

    #[test]
    fn a_day_count_is_one_token() {
        assert_eq!(day_count("actual/365 from the deadline"), Some(10));
        assert_eq!(day_count("30/360."), Some(6));
        assert_eq!(day_count("the end of the period"), None);
        assert_eq!(day_count("days // a comment"), None);
    }
}
