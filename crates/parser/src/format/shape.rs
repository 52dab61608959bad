//! What two trees are compared by: everything that was written, but not where.

use super::order;
use crate::ast::{ClausePart, Core, Document, Item, Line, Prose, Sentence};

/// A tree as text, without its places, with qualifiers in their order and prose without its indentation.
///
/// It is made from what `derive(Debug)` writes, so that no part of a node can be forgotten.
pub(super) fn shape(document: &Document) -> String {
    let mut document = document.clone();
    for item in &mut document.items {
        let lines = match item {
            Item::Agreement(agreement) => agreement.lines.as_mut_slice(),
            Item::Amendment(amendment) => &mut amendment.lines,
            Item::Annex(annex) => &mut annex.lines,
            Item::Line(line) => std::slice::from_mut(line),
            Item::Use(_) | Item::Scenario(_) | Item::Broken(_) => continue,
        };
        for line in lines {
            match line {
                Line::Prose(prose) => settle_prose(prose),
                Line::Clause(clause) => clause.parts.iter_mut().for_each(settle_part),
                _ => {}
            }
        }
    }
    without_spans(&format!("{document:?}"))
}

fn settle_part(part: &mut ClausePart) {
    match part {
        ClausePart::Prose(prose) => settle_prose(prose),
        ClausePart::Sentence(sentence) => settle_sentence(sentence),
        _ => {}
    }
}

fn settle_prose(prose: &mut Prose) {
    prose.text.value = super::prose_lines(&prose.text.value).collect::<Vec<_>>().join("\n");
}

fn settle_sentence(sentence: &mut Sentence) {
    match &mut sentence.core {
        Core::Norm(norm) => order::sort(&mut norm.qualifiers),
        Core::Money(money) => order::sort(&mut money.qualifiers),
        Core::Right(_) | Core::Joint(_) | Core::Tell(_) | Core::Suspension(_) | Core::Deemed(_) => {}
    }
    sentence.otherwise.iter_mut().for_each(settle_sentence);
}

/// Leaves out every `Span { … }` outside of quotes.
fn without_spans(debug: &str) -> String {
    let mut out = String::with_capacity(debug.len() / 2);
    let mut quoted = false;
    let mut rest = debug;
    while let Some(c) = rest.chars().next() {
        if !quoted
            && let Some(span) = rest.strip_prefix("Span { ")
            && let Some((_, behind)) = span.split_once('}')
        {
            rest = behind;
            continue;
        }
        let length = match c {
            // Within quotes `Debug` writes a backslash before each quote that belongs to the text.
            '\\' if quoted => c.len_utf8() + rest.chars().nth(1).map_or(0, char::len_utf8),
            _ => c.len_utf8(),
        };
        quoted ^= c == '"';
        out.push_str(rest.get(..length).unwrap_or(""));
        rest = rest.get(length..).unwrap_or("");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_spans;

    #[test]
    fn spans_go_and_quoted_text_stays() {
        let debug = r#"Name { value: "Span { \" }", span: Span { source: SourceId(0), start: 1, end: 2 } }"#;
        assert_eq!(without_spans(debug), r#"Name { value: "Span { \" }", span:  }"#);
    }
}
