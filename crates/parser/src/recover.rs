//! What could not be read is read again alone, to find the exact place and what was expected there.
//!
//! Where the first word of a line is only misspelled, the line is read with the right word, so that the names it
//! declares are known and nothing else has to be reported about them.

mod detour;
mod explain;
mod length;
mod notation;
mod phrase;
mod wording;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use servanda_diagnostics::{Span, spelling};

use crate::ast::{ClausePart, Digits, Item, Line, Step};
use crate::build::{self, Builder};
use crate::cursor::{Children, Frame, Node};
use crate::diagnostics;
use crate::grammar::{Grammar, Rule};
use crate::words;

/// What a line of an agreement can begin with.
const LINE_WORDS: [&str; 18] = [
    "clause", "event", "case", "measure", "let", "calendar", "text", "public", "party", "role", "time",
    "money", "signed", "removes", "third", "law", "attached", "allow",
];
/// What a part of a clause can begin with, apart from a party.
const PART_WORDS: [&str; 7] = ["text", "public", "allow", "let", "measure", "case", "tell"];
/// What a name follows.
const NAMED: [&str; 6] = ["let", "measure", "party", "role", "case", "calendar"];
/// The most words that a name is looked for in.
const NAME_WORDS_MAX: usize = 3;
/// What a step of a scenario can begin with.
const STEP_WORDS: [&str; 3] = ["let", "as", "expect"];
/// What stands at the top of a file.
const TOP_WORDS: [&str; 6] = ["language", "use", "agreement", "amendment", "annex", "scenario"];
/// What authors call a thing that the language has another word for, whatever both look like.
const SYNONYMS: [(&str, &str); 15] = [
    ("amend", "amendment"),
    ("amends", "amendment"),
    ("addendum", "amendment"),
    ("contract", "agreement"),
    ("delete", "removes"),
    ("deletes", "removes"),
    ("drops", "removes"),
    ("attachment", "attached"),
    ("attaches", "attached"),
    ("annex", "attached"),
    ("annexed", "attached"),
    ("import", "use"),
    ("imports", "use"),
    ("include", "use"),
    ("uses", "use"),
];

/// Something at the top of a file; gives the number of the version where it is that line.
pub(crate) fn top(build: &mut Builder<'_>, span: Span, items: &mut Vec<Item>) -> Option<Digits> {
    let mut language = None;
    let read = respelled(build, span, Rule::only_item, &TOP_WORDS, |build, node| match node.rule() {
        Rule::agreement => items.push(Item::Agreement(build::agreement(build, node))),
        Rule::amendment => items.push(Item::Amendment(build::amendment(build, node))),
        Rule::annex => items.push(Item::Annex(build::annex(build, node))),
        Rule::scenario => items.push(Item::Scenario(build::scenario(build, node))),
        Rule::use_line => items.push(build::use_item(build, node, items)),
        Rule::version => language = build::version(build, node),
        _ => items.push(Item::Broken(span)),
    });
    if !read {
        junk(build, span, Rule::only_item);
        items.push(Item::Broken(span));
    }
    language
}

/// A line of an agreement.
pub(crate) fn line(build: &mut Builder<'_>, span: Span, lines: &mut Vec<Line>) {
    let mut keep = |build: &mut Builder<'_>, node: Node<'_>| lines.extend(build::line(build, node));
    let read = joined(build, span, Rule::only_line, &mut keep)
        || respelled(build, span, Rule::only_line, &LINE_WORDS, keep);
    if !read {
        junk(build, span, Rule::only_line);
        lines.push(Line::Broken(span));
    }
}

/// A part of a clause.
pub(crate) fn part(build: &mut Builder<'_>, span: Span, parts: &mut Vec<ClausePart>) {
    let mut keep = |build: &mut Builder<'_>, node: Node<'_>| parts.extend(build::clause_part(build, node));
    let read = joined(build, span, Rule::only_part, &mut keep)
        || respelled(build, span, Rule::only_part, &PART_WORDS, keep);
    if !read {
        junk(build, span, Rule::only_part);
        parts.push(ClausePart::Broken(span));
    }
}

/// A step of a scenario.
pub(crate) fn step(build: &mut Builder<'_>, span: Span, steps: &mut Vec<Step>) {
    let read = respelled(build, span, Rule::only_step, &STEP_WORDS, |build, node| {
        steps.extend(build::step(build, node));
    });
    if !read {
        junk(build, span, Rule::only_step);
        steps.push(Step::Broken(span));
    }
}

/// A step behind the brace that closes its scenario. False where it is none.
pub(crate) fn late_step(build: &mut Builder<'_>, span: Span, steps: &mut Vec<Step>) -> bool {
    let slice = build.at(span);
    let Ok(pairs) = Grammar::parse(Rule::only_step, slice) else { return false };
    for root in Children::roots(pairs, Frame::at(span.source, span.start), slice.len()) {
        for node in root.children().filter(|node| node.rule() != Rule::EOI) {
            steps.extend(build::step(build, node));
        }
    }
    true
}

/// Reads a line whose first word is nearly one of `known`, or a synonym of one. False where that does not make it readable.
fn respelled(
    build: &mut Builder<'_>,
    span: Span,
    wanted: Rule,
    known: &[&str],
    mut keep: impl FnMut(&mut Builder<'_>, Node<'_>),
) -> bool {
    let slice = build.at(span);
    let found = words::first(slice);
    let meant = SYNONYMS.into_iter().find(|(other, word)| *other == found && known.contains(word));
    let is_known = LINE_WORDS.contains(&found) || PART_WORDS.contains(&found) || TOP_WORDS.contains(&found);
    if is_known && meant.is_none() {
        return false;
    }
    let near = meant.map(|(_, word)| word).or_else(|| spelling::nearest(found, known.iter().copied()));
    let Some(word) = near else { return false };
    let rest = slice.get(found.len()..).unwrap_or("");
    let text = format!("{word}{rest}");
    let Ok(pairs) = Grammar::parse(wanted, &text) else { return false };
    let here = Span::new(span.source, span.start, span.start + found.len() as u32);
    build.report(diagnostics::misspelled(here, found, word));
    let frame =
        Frame { source: span.source, start: span.start, respelled: (word.len() as u32, found.len() as u32) };
    for root in Children::roots(pairs, frame, text.len()) {
        for node in root.children().filter(|node| node.rule() != Rule::EOI) {
            keep(build, node);
        }
    }
    true
}

/// Reads a declaration whose name is written as two or three words. False where that does not make it readable.
fn joined(
    build: &mut Builder<'_>,
    span: Span,
    wanted: Rule,
    keep: &mut impl FnMut(&mut Builder<'_>, Node<'_>),
) -> bool {
    let slice = build.at(span);
    let keyword = words::first(slice);
    if !NAMED.contains(&keyword) {
        return false;
    }
    let start = slice.len() - words::behind(slice, keyword).trim_start().len();
    let mut end = start;
    for _ in 0..NAME_WORDS_MAX {
        let rest = slice.get(end..).unwrap_or("");
        let word = words::first(rest);
        if !words::is_name(word) {
            return false;
        }
        end += word.len();
        // The text keeps its length, so that every place in it is right.
        let name = slice.get(start..end).unwrap_or("").replace(' ', "_");
        if name.len() > word.len() {
            let text =
                format!("{}{name}{}", slice.get(..start).unwrap_or(""), slice.get(end..).unwrap_or(""));
            if let Ok(pairs) = Grammar::parse(wanted, &text) {
                let here = Span::new(span.source, span.start + start as u32, span.start + end as u32);
                build.report(diagnostics::two_words(here, build.at(here), &name));
                let frame = Frame::at(span.source, span.start);
                for root in Children::roots(pairs, frame, text.len()) {
                    for node in root.children().filter(|node| node.rule() != Rule::EOI) {
                        keep(build, node);
                    }
                }
                return true;
            }
        }
        if !slice.get(end..).is_some_and(|rest| rest.starts_with(' ')) {
            return false;
        }
        end += 1;
    }
    false
}

/// The head of a declaration.
pub(crate) fn head(build: &mut Builder<'_>, span: Span, wanted: Rule) {
    junk(build, span, wanted);
}

/// Reads a slice with the rule that was wanted, and reports why it does not fit.
pub(crate) fn junk(build: &mut Builder<'_>, span: Span, wanted: Rule) {
    let slice = build.at(span);
    let (at, expected) = match Grammar::parse(wanted, slice) {
        Ok(_) => (0, Vec::new()),
        Err(error) => place(error),
    };
    let named = |name: &str| build.has_name(name);
    let finding = explain::explain(&explain::Failure { span, slice, at, expected: &expected, named: &named });
    build.report(finding);
}

/// The byte at which reading failed, and the rules that would have fitted there.
fn place(error: Error<Rule>) -> (usize, Vec<Rule>) {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    match error.variant {
        ErrorVariant::ParsingError { positives, .. } => (at, positives),
        ErrorVariant::CustomError { .. } => (at, Vec::new()),
    }
}
