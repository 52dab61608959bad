//! A text taken apart: pieces with names, each with its words and the pieces in it.
//!
//! What a piece says beside its parts is its rest. Nothing of a text can be forgotten: what no part has is there.

use servanda_diagnostics::Span;
use servanda_parser::{Word, in_one_line};
use std::collections::BTreeMap;

/// By what a piece is known again in another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// By its name alone, or by what it says where it has another name.
    Definition,
    /// By its title and its number.
    Clause,
    /// By what it says, by its label, and by who does what to whom.
    Sentence,
    /// By its place in the sentence or the line.
    Aspect,
}

/// What a piece is when it has parts of no other kind: the understood kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// An amount of money.
    Amount,
    /// A length of time.
    Length,
    /// A percentage.
    Percentage,
    /// A number.
    Number,
    /// A date or an instant.
    Date,
    /// A name.
    Name,
    /// A calculation, a condition or anything else that has several words.
    Words,
}

/// A part of a text.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) identity: Identity,
    /// What it is, for people: `let`, `length`, `cap`; nothing for the main value of what is around it.
    pub(super) what: &'static str,
    /// What it is called: a name, a number, a letter; nothing where it has none.
    pub(super) name: String,
    /// A second way to know it again: a clause's title, who does what in a sentence.
    pub(super) key: String,
    pub(super) span: Span,
    /// All of its words.
    pub(super) words: Vec<Word>,
    /// Which of the words are its name.
    pub(super) named: Vec<Span>,
    pub(super) parts: Vec<Piece>,
    pub(super) nature: Nature,
}

/// Words that only join parts, and come and go with them.
const JOINTS: [&str; 16] = [
    ",",
    ".",
    "(",
    ")",
    "{",
    "}",
    ":",
    "=",
    "and",
    "otherwise",
    "where",
    "with",
    "from",
    "log",
    "takes",
    "of",
];

impl Piece {
    /// A piece without parts.
    pub(super) fn new(identity: Identity, what: &'static str, span: Span, words: Vec<Word>) -> Self {
        Self {
            identity,
            what,
            name: String::new(),
            key: String::new(),
            span,
            words,
            named: Vec::new(),
            parts: Vec::new(),
            nature: Nature::Words,
        }
    }

    /// The same piece with a name, which stands here.
    pub(super) fn called(self, name: &str, at: Span) -> Self {
        Self { name: name.to_owned(), named: vec![at], ..self }
    }

    /// The same piece with parts.
    pub(super) fn with(self, parts: Vec<Self>) -> Self {
        Self { parts, ..self }
    }

    /// The same piece, of this nature.
    pub(super) fn of_nature(self, nature: Nature) -> Self {
        Self { nature, ..self }
    }

    /// As it is written, in one line and without the full stop.
    pub(super) fn text(&self) -> String {
        let text = in_one_line(&self.words);
        text.strip_suffix('.').map_or_else(|| text.clone(), str::to_owned)
    }

    /// What it says, its name left out and what others are called now put in.
    pub(super) fn said(&self, names: &Names) -> Vec<String> {
        self.outside(&self.named, names)
    }

    /// What no part of it says, in no order.
    pub(super) fn rest(&self, names: &Names) -> Vec<String> {
        let spans: Vec<Span> =
            self.parts.iter().map(|part| part.span).chain(self.named.iter().copied()).collect();
        let mut rest = self.outside(&spans, names);
        rest.retain(|word| !JOINTS.contains(&word.as_str()));
        rest.sort();
        rest
    }

    fn outside(&self, spans: &[Span], names: &Names) -> Vec<String> {
        let inside = |word: &Word| spans.iter().any(|span| span.start <= word.at && word.at < span.end);
        let is_kept = |at: usize| self.words.get(at).is_some_and(|word| !inside(word));
        let said = names.renew(&self.words, self.what == "event");
        (0..).zip(said).filter(|(at, _)| is_kept(*at)).map(|(_, word)| word).collect()
    }
}

/// What names and numbers of the old text are in the new one, where they are others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// Of definitions.
    pub(super) renamed: BTreeMap<String, String>,
    /// Of clauses and sentences: `3(a)`, `4`.
    pub(super) renumbered: BTreeMap<String, String>,
    /// The types of events, which are called by the log.
    pub(super) events: std::collections::BTreeSet<String>,
}

impl Names {
    /// Words of the old text as the new one has them. A figure without the marks between its digits.
    fn renew(&self, words: &[Word], is_of_log: bool) -> Vec<String> {
        let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
        (0..words.len())
            .map(|at| {
                let word = text(at);
                if word.starts_with(|c: char| c.is_ascii_digit()) {
                    let is_address = word.ends_with(')') || is_clause_number(&text, at);
                    let known = self.renumbered.get(word).filter(|_| is_address);
                    return known.map_or_else(|| word.replace('_', ""), Clone::clone);
                }
                if is_of_log || self.renamed.is_empty() {
                    return word.to_owned();
                }
                if word.starts_with('"') {
                    return self.renew_holes(word);
                }
                self.renew_name(word)
            })
            .collect()
    }

    fn renew_name(&self, word: &str) -> String {
        if self.events.contains(word) {
            return word.to_owned();
        }
        let (first, rest) = word.split_once('.').map_or((word, None), |(first, rest)| (first, Some(rest)));
        match (self.renamed.get(word), self.renamed.get(first), rest) {
            (Some(name), _, _) => name.clone(),
            (None, Some(name), Some(rest)) => format!("{name}.{rest}"),
            _ => word.to_owned(),
        }
    }

    fn renew_holes(&self, text: &str) -> String {
        self.renamed.iter().fold(text.to_owned(), |text, (old, new)| {
            let hole = |end: &str| (format!("{{{old}{end}"), format!("{{{new}{end}"));
            ["}", " ", "."].iter().fold(text, |text, end| {
                let (from, to) = hole(end);
                text.replace(&from, &to)
            })
        })
    }
}

/// Whether a figure is the number of a clause: `breach of 7`, `7 is not broken`.
fn is_clause_number<'w>(text: &impl Fn(usize) -> &'w str, at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map_or("", text);
    let behind = if text(at + 1) == "is" && text(at + 2) == "not" { text(at + 3) } else { text(at + 2) };
    (before(1) == "of" && before(2) == "breach")
        || before(1) == "removes"
        || (text(at + 1) == "is" && matches!(behind, "kept" | "broken" | "pending"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word> {
        text.split(' ').map(|word| Word { at: 0, text: word.to_owned() }).collect()
    }

    #[test]
    fn only_what_names_a_clause_is_renumbered() {
        let names = Names {
            renumbered: [("7".to_owned(), "8".to_owned()), ("7(a)".to_owned(), "8(a)".to_owned())].into(),
            ..Names::default()
        };
        let renewed = |text: &str| names.renew(&words(text), false).join(" ");
        assert_eq!(renewed("count of breach of 7"), "count of breach of 8");
        assert_eq!(renewed("7 is not broken"), "8 is not broken");
        assert_eq!(renewed("7(a) is kept"), "8(a) is kept");
        assert_eq!(renewed("x is at least 7"), "x is at least 7");
        assert_eq!(renewed("7 EUR"), "7 EUR");
        assert_eq!(renewed("80_000 EUR"), "80000 EUR");
    }

    #[test]
    fn what_is_renamed_is_so_in_paths_and_in_the_holes_of_texts_but_not_in_types_of_events() {
        let names = Names {
            renamed: [("visit".to_owned(), "call".to_owned())].into(),
            events: ["visit.made".to_owned()].into(),
            ..Names::default()
        };
        let renewed = |text: &str| names.renew(&words(text), false).join(" ");
        assert_eq!(renewed("each visit visit.cost visit.made"), "each call call.cost visit.made");
        assert_eq!(renewed("\"{visit}\" \"visit\""), "\"{call}\" \"visit\"");
    }
}
