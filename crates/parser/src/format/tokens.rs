//! The words and marks of a text, each with the comments that stay with it.
//!
//! Two things are done to them before they are laid out: commas that say nothing go, and qualifiers come into their
//! order. Nothing here knows about lines and blanks of the output.

use std::collections::BTreeMap;
use std::ops::Range;

use super::lexer;
use super::order;
use crate::ast::{Agreement, Item};
use crate::{Comment, Parsed};

/// A comment before a token, alone on its line.
#[derive(Debug, Clone)]
pub(super) struct Note<'t> {
    /// As written, without blanks at its end.
    pub(super) text: &'t str,
    /// Whether an empty line stands before it.
    pub(super) blank: bool,
}

/// A word, a figure, a quoted text or a mark.
#[derive(Debug, Clone)]
pub(super) struct Token<'t> {
    /// Where it is written; that of its neighbor, where the formatter wrote it.
    pub(super) start: u32,
    /// As written.
    pub(super) text: &'t str,
    /// The comments before it.
    pub(super) before: Vec<Note<'t>>,
    /// Whether an empty line stands before it, behind its comments.
    pub(super) blank: bool,
    /// The comment behind it, on its line.
    pub(super) after: Option<&'t str>,
    /// Of a brace: the other one.
    pub(super) partner: Option<usize>,
    /// Of an opening brace: whether it holds a table of two rows or more.
    pub(super) table: bool,
    /// Whether it is a text for people, whose indentation says nothing.
    pub(super) prose: bool,
}

impl Token<'_> {
    fn has_comment(&self) -> bool {
        !self.before.is_empty() || self.after.is_some()
    }
}

/// The tokens of a text. The last one is empty and holds the comments at the end.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    list: Vec<Token<'t>>,
    places: BTreeMap<u32, usize>,
}

impl<'t> Tokens<'t> {
    /// Reads the tokens of a file with their comments and brings them into their canonical order.
    pub(super) fn of_file(parsed: &Parsed, text: &'t str) -> Self {
        let agreements: Vec<&Agreement> = parsed
            .document
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Agreement(agreement) => Some(agreement),
                _ => None,
            })
            .collect();
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Tokens::of(read(&agreements, &parsed.comments, text, start), &agreements)
    }

    /// Reads the tokens of an agreement without its comments and brings them into their canonical order.
    pub(super) fn of_agreement(agreement: &Agreement, text: &'t str) -> Self {
        let text = text.get(..agreement.span.end as usize).unwrap_or(text);
        let mut list = read(&[agreement], &[], text, agreement.span.start as usize);
        list.retain(|token| !token.text.starts_with("//"));
        Tokens::of(list, &[agreement])
    }

    fn of(mut list: Vec<Token<'t>>, agreements: &[&Agreement]) -> Self {
        order::drop_commas(&mut list);
        order::mark_tables(&mut list);
        agreements.iter().for_each(|agreement| order::arrange(&mut list, agreement));
        let mut places = BTreeMap::new();
        let mut open = Vec::new();
        let mut pairs = Vec::new();
        for (at, token) in list.iter().enumerate() {
            places.entry(token.start).or_insert(at);
            match token.text {
                "{" => open.push(at),
                "}" => pairs.extend(open.pop().map(|open| (open, at))),
                _ => {}
            }
        }
        for (open, close) in pairs {
            if let Some(token) = list.get_mut(open) {
                token.partner = Some(close);
            }
            if let Some(token) = list.get_mut(close) {
                token.partner = Some(open);
            }
        }
        Tokens { list, places }
    }

    /// The token at an index.
    pub(super) fn get(&self, at: usize) -> Option<&Token<'t>> {
        self.list.get(at)
    }

    /// The text of the token at an index, or nothing.
    pub(super) fn text(&self, at: usize) -> &'t str {
        self.list.get(at).map_or("", |token| token.text)
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Token<'t>] {
        &self.list
    }

    /// The index of the token at the end, which holds the last comments.
    pub(super) fn end(&self) -> usize {
        self.list.len().saturating_sub(1)
    }

    /// The index of the first token that begins at a place of the text or behind it.
    pub(super) fn at(&self, place: u32) -> usize {
        self.places.range(place..).next().map_or(self.end(), |(_, at)| *at)
    }

    /// The first token with this text in a range.
    pub(super) fn find(&self, range: Range<usize>, text: &str) -> Option<usize> {
        range.into_iter().find(|at| self.text(*at) == text)
    }

    /// Whether a comment stands within a range: behind its first token and before its last one.
    pub(super) fn comment_within(&self, range: Range<usize>) -> bool {
        let last = range.end.saturating_sub(1);
        range.clone().any(|at| {
            self.get(at).is_some_and(|token| {
                (at != range.start && !token.before.is_empty()) || (at != last && token.after.is_some())
            })
        })
    }

    /// How wide a range is on one line.
    pub(super) fn width(&self, range: Range<usize>) -> usize {
        let mut width = 0;
        let mut previous = None;
        for at in range {
            if previous.is_some_and(|previous| spaced(previous, self.text(at))) {
                width += 1;
            }
            width += self.text(at).chars().count();
            previous = Some(self.text(at));
        }
        width
    }
}

/// Whether a blank stands between two tokens.
pub(super) fn spaced(previous: &str, next: &str) -> bool {
    !(matches!(next, "," | "." | ":" | "?" | ")" | "..")
        || matches!(previous, "(" | "..")
        || (previous == "{" && next == "}"))
}

/// Whether a run of tokens holds a comment.
pub(super) fn any_comment(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(Token::has_comment)
}

/// Reads the tokens from a place to the end, as they stand.
fn read<'t>(agreements: &[&Agreement], comments: &[Comment], text: &'t str, start: usize) -> Vec<Token<'t>> {
    let atoms = lexer::atoms(agreements);
    let proses = order::prose_places(agreements);
    let mut list: Vec<Token<'t>> = Vec::new();
    let mut before = Vec::new();
    let mut comments = comments.iter().peekable();
    let mut feeds = 0;
    let mut at = start;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(comment) = comments.next_if(|comment| comment.span.start as usize == at) {
            let end = comment.span.end as usize;
            let written = text.get(at..end).unwrap_or("").trim_end();
            at = end.max(at + 1);
            match list.last_mut() {
                Some(token) if !comment.own_line && before.is_empty() => token.after = Some(written),
                _ => before.push(Note { text: written, blank: feeds > 1 }),
            }
            feeds = 0;
            continue;
        }
        if let Some(blank) = rest.chars().next().filter(|c| matches!(c, ' ' | '\t' | '\r' | '\n')) {
            feeds += usize::from(blank == '\n');
            at += 1;
            continue;
        }
        let length = atoms.get(&(at as u32)).map_or_else(|| lexer::length(rest), |end| *end as usize - at);
        let end = at + length.max(1);
        let written = text.get(at..end).unwrap_or(rest);
        let mut token = token(at as u32, written, std::mem::take(&mut before), feeds > 1);
        token.prose = proses.contains(&token.start);
        list.push(token);
        feeds = 0;
        at += written.len();
    }
    list.push(token(text.len() as u32, "", before, false));
    list
}

fn token<'t>(start: u32, text: &'t str, before: Vec<Note<'t>>, blank: bool) -> Token<'t> {
    Token { start, text, before, blank, after: None, partner: None, table: false, prose: false }
}
