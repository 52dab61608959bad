//! The small parts: paths, texts, references, units, words, instants.

use servanda_diagnostics::{Span, Spanned};

use super::{Broken, Builder};
use crate::ast::{DutyRef, Hole, Name, Path, Text, Unit, Words};
use crate::cursor::{Children, Node};
use crate::diagnostics;
use crate::grammar::Rule;

/// `path`
pub(super) fn path(_: &mut Builder<'_>, node: Node<'_>) -> Path {
    let span = node.span();
    Path { parts: parts(node.text(), span), span }
}

/// The names of a path that begins where `span` does.
fn parts(text: &str, span: Span) -> Vec<Name> {
    let mut start = span.start;
    text.split('.')
        .map(|part| {
            let here = Span::new(span.source, start, start + part.len() as u32);
            start = here.end + 1;
            Spanned::new(part.to_owned(), here)
        })
        .collect()
}

/// `string`
pub(super) fn string(_: &mut Builder<'_>, node: Node<'_>) -> Text {
    let text = node.text();
    let inner = text.strip_prefix('"').unwrap_or(text);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    node.with(unescaped(inner))
}

/// `\"`, `\\` and `\n` are resolved; line ends are `\n`, whatever the file has.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n') => out.push('\n'),
                Some(other @ ('"' | '\\')) => out.push(other),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '\r' if rest.peek() == Some(&'\n') => {}
            other => out.push(other),
        }
    }
    out
}

/// Reports escapes that mean nothing.
fn unknown_escapes(build: &mut Builder<'_>, span: Span, text: &str) {
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        if c != '\\' {
            continue;
        }
        let Some((_, next)) = rest.next() else { return };
        if !matches!(next, '"' | '\\' | 'n') {
            let start = span.start + at as u32;
            let here = Span::new(span.source, start, start + 1 + next.len_utf8() as u32);
            build.report(diagnostics::unknown_escape(here, next));
        }
    }
}

/// The next child, which must be a string.
pub(super) fn text(build: &mut Builder<'_>, children: &mut Children<'_>) -> Text {
    children.one(build, Rule::string, |build, node| {
        if node.text().contains('\\') {
            unknown_escapes(build, node.span(), node.text());
        }
        string(build, node)
    })
}

/// The `{holes}` of a prose: `{{` is a brace. The spans are exact in the source.
pub(super) fn holes(build: &mut Builder<'_>, span: Span) -> Vec<Hole> {
    let text = build.at(span);
    let mut holes = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if c == '\\' {
            rest.next();
            continue;
        }
        if c != '{' {
            continue;
        }
        if rest.next_if(|(_, next)| *next == '{').is_some() {
            continue;
        }
        let tail = text.get(at..).unwrap_or("");
        let start = span.start + at as u32;
        match tail.find(['}', '{', '"']).filter(|end| *end > 0) {
            _ if tail.len() < 2 => {}
            _ => match tail.get(1..).and_then(|inner| inner.find(['}', '{', '"'])) {
                Some(end) if tail.get(1 + end..2 + end) == Some("}") => {
                    let inner = tail.get(1..1 + end).unwrap_or("");
                    let here = Span::new(span.source, start, start + end as u32 + 2);
                    match hole(inner, here) {
                        Some(hole) => holes.push(hole),
                        None => build.report(diagnostics::bad_hole(here)),
                    }
                }
                _ => build.report(diagnostics::open_hole(Span::new(span.source, start, start + 1))),
            },
        }
    }
    holes
}

/// `reply_time`, `first_reply of urgent`, between the braces of `span`.
fn hole(inner: &str, span: Span) -> Option<Hole> {
    let mut words = inner.split_ascii_whitespace();
    let place = |word: &str| {
        let at = word.as_ptr() as usize - inner.as_ptr() as usize;
        let start = span.start + 1 + at as u32;
        Span::new(span.source, start, start + word.len() as u32)
    };
    let path = words.next()?;
    let of = match words.next() {
        None => None,
        Some("of") => Some(words.next()?),
        Some(_) => return None,
    };
    if words.next().is_some() || !path.split('.').all(is_word) || of.is_some_and(|word| !is_word(word)) {
        return None;
    }
    let here = place(path);
    Some(Hole {
        path: Path { parts: parts(path, here), span: here },
        of: of.map(|word| Spanned::new(word.to_owned(), place(word))),
        span,
    })
}

/// Whether a text is a name, reserved words included.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `duty_ref`
pub(super) fn duty_ref(_: &mut Builder<'_>, node: Node<'_>) -> DutyRef {
    let text = node.text();
    let (clause, label) = match text.split_once('(') {
        Some((clause, label)) => (clause, Some(label.trim_end_matches(')').to_owned())),
        None => (text, None),
    };
    DutyRef { clause: clause.to_owned(), label, span: node.span() }
}

/// `unit`, or a unit inside of a phrase.
pub(super) fn unit(build: &mut Builder<'_>, node: Node<'_>) -> Spanned<Unit> {
    let text = node.text();
    let unit = match text.strip_suffix('s').unwrap_or(text) {
        "second" => Unit::Second,
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        _ => {
            build.mismatch(node.span());
            return Spanned::broken(node.span());
        }
    };
    node.with(unit)
}

/// The next children `kind? unit`.
pub(super) fn kind_and_unit(
    build: &mut Builder<'_>,
    children: &mut Children<'_>,
) -> (Option<Name>, Spanned<Unit>) {
    let kind = children.accept(Rule::name).map(|node| node.spanned());
    (kind, children.one(build, Rule::unit, unit))
}

/// `words`
pub(super) fn words(_: &mut Builder<'_>, node: Node<'_>) -> Words {
    let span = node.span();
    let words =
        node.children().filter(|child| child.rule() == Rule::name).map(|child| child.spanned()).collect();
    Words { words, span }
}

/// `instant`: the date and the time with one blank between them.
pub(super) fn instant(_: &mut Builder<'_>, node: Node<'_>) -> Spanned<String> {
    let mut words = node.text().split(' ').filter(|word| !word.is_empty());
    let date = words.next().unwrap_or_default();
    node.with(words.next().map_or_else(|| date.to_owned(), |time| format!("{date} {time}")))
}
