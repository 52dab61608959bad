//! The words and marks of a text, each with the comments that stay with it.
//!
//! Two things are done to them before they are laid out: commas that say nothing go, and qualifiers come into their
//! order. Nothing here knows about lines and blanks of the output.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use servanda_diagnostics::SourceId;

use super::lexer;
use super::order;
use crate::ast::{Item, Line};
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
        let lines = || {
            parsed.document.items.iter().flat_map(|item| match item {
                Item::Agreement(agreement) => agreement.lines.as_slice(),
                Item::Amendment(amendment) => amendment.lines.as_slice(),
                Item::Annex(annex) => annex.lines.as_slice(),
                Item::Line(line) => std::slice::from_ref(line),
                Item::Use(_) | Item::Scenario(_) | Item::Broken(_) => &[],
            })
        };
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let source = parsed.document.span.source;
        let mut list = Reader::new(lines).read((source, text), start..text.len(), &parsed.comments);
        order::drop_commas(&mut list);
        order::mark_tables(&mut list);
        order::sentences(lines()).for_each(|sentence| order::arrange(&mut list, sentence));
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

/// What reads the tokens of texts, whose lines say what only the tree can tell.
pub(super) struct Reader {
    atoms: BTreeMap<(SourceId, u32), u32>,
    proses: BTreeSet<(SourceId, u32)>,
}

impl Reader {
    /// A reader of the texts that hold these lines.
    pub(super) fn new<'d, L: Iterator<Item = &'d Line>>(lines: impl Fn() -> L) -> Self {
        Reader { atoms: lexer::atoms(lines()), proses: order::prose_places(lines()) }
    }

    /// The tokens of a part of a text as they stand, and an empty one at the end that holds the last comments.
    pub(super) fn read<'t>(
        &self,
        (source, text): (SourceId, &'t str),
        range: Range<usize>,
        comments: &[Comment],
    ) -> Vec<Token<'t>> {
        let text = text.get(..range.end).unwrap_or(text);
        let mut list: Vec<Token<'t>> = Vec::new();
        let mut before = Vec::new();
        let mut comments = comments.iter().peekable();
        let mut feeds = 0;
        let mut at = range.start;
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
            let atom = self.atoms.get(&(source, at as u32)).map(|end| *end as usize - at);
            let day_count = || list.last().filter(|last| last.text == "by").and(lexer::day_count(rest));
            let atom = atom.or_else(day_count);
            let end = at + atom.unwrap_or_else(|| lexer::length(rest)).max(1);
            let written = text.get(at..end).unwrap_or(rest);
            let mut token = token(at as u32, written, std::mem::take(&mut before), feeds > 1);
            token.prose = self.proses.contains(&(source, token.start));
            list.push(token);
            feeds = 0;
            at += written.len();
        }
        list.push(token(text.len() as u32, "", before, false));
        list
    }
}

fn token<'t>(start: u32, text: &'t str, before: Vec<Note<'t>>, blank: bool) -> Token<'t> {
    Token { start, text, before, blank, after: None, partner: None, table: false, prose: false }
}
