//! The words of an agreement by its tree, for a hash of what is said.
//!
//! The tree may hold lines of an amendment: nothing here takes for granted that neighbors in the tree are neighbors
//! in the text. How the words are laid out is not asked.

use servanda_diagnostics::{Sources, Span};

use super::order;
use super::prose_lines;
use super::tokens::{Reader, Token, spaced};
use crate::ast::{Agreement, Clause, ClausePart, Line, Sentence};

/// The words and marks of an agreement in their canonical order, one a line.
pub(super) fn words(agreement: &Agreement, sources: &Sources) -> String {
    let wording = Wording::new(&agreement.lines, sources);
    let mut canon = Canon { wording, words: String::new() };
    canon.agreement(agreement);
    // An empty word ends the text, as it ends every list of tokens.
    canon.words.push('\n');
    canon.words
}

/// A word or mark of a text, and the byte at which it begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// Where it is written.
    pub at: u32,
    /// As written; of a prose, without the indentation of its lines.
    pub text: String,
}

/// The words of parts of an agreement, each in its canonical order: without comments and needless commas.
pub struct Wording<'t> {
    reader: Reader,
    sources: &'t Sources,
}

impl<'t> Wording<'t> {
    /// The words of the texts that hold these lines.
    pub fn new(lines: &[Line], sources: &'t Sources) -> Self {
        Self { reader: Reader::new(|| lines.iter()), sources }
    }

    /// The words of a part.
    pub fn of(&self, span: Span) -> Vec<Word> {
        self.words(span, None)
    }

    /// The words of a sentence, its qualifiers in their canonical order.
    pub fn of_sentence(&self, sentence: &Sentence) -> Vec<Word> {
        self.words(sentence.span, Some(sentence))
    }

    fn words(&self, span: Span, sentence: Option<&Sentence>) -> Vec<Word> {
        let mut list = self.tokens(span);
        if let Some(sentence) = sentence {
            order::arrange(&mut list, sentence);
        }
        let text = |token: &Token<'_>| match token.prose {
            true => prose_lines(token.text).collect::<Vec<_>>().join(" "),
            false => token.text.to_owned(),
        };
        list.iter().map(|token| Word { at: token.start, text: text(token) }).collect()
    }

    /// The tokens of a part, without comments and needless commas.
    fn tokens(&self, span: Span) -> Vec<Token<'t>> {
        let text = self.sources.get(span.source).map_or("", |source| source.text());
        let mut list = self.reader.read((span.source, text), span.start as usize..span.end as usize, &[]);
        // The last token is the end of the part, and where nobody asks for comments they are tokens too.
        list.pop();
        list.retain(|token| !token.text.starts_with("//"));
        order::drop_commas(&mut list);
        list
    }
}

impl std::fmt::Debug for Wording<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Wording").finish_non_exhaustive()
    }
}

/// Words and marks in one line, with blanks where the canonical layout has them.
pub fn in_one_line<'w>(words: impl IntoIterator<Item = &'w Word>) -> String {
    let mut line = String::new();
    let mut before: Option<&str> = None;
    for word in words {
        if before.is_some_and(|before| spaced(before, &word.text)) {
            line.push(' ');
        }
        line.push_str(&word.text);
        before = Some(&word.text);
    }
    line
}

/// The words so far.
struct Canon<'t> {
    wording: Wording<'t>,
    words: String,
}

impl Canon<'_> {
    fn agreement(&mut self, agreement: &Agreement) {
        self.word("agreement");
        self.span(agreement.title.span);
        if !agreement.params.is_empty() {
            self.word("takes");
            self.word("{");
            agreement.params.iter().for_each(|param| self.span(param.span));
            self.word("}");
        }
        self.word("{");
        agreement.lines.iter().for_each(|line| self.line(line));
        self.word("}");
    }

    fn line(&mut self, line: &Line) {
        match line {
            Line::Clause(clause) => self.clause(clause),
            _ => self.span(line.span()),
        }
    }

    fn clause(&mut self, clause: &Clause) {
        self.word("clause");
        self.span(clause.number.span);
        self.span(clause.title.span);
        if clause.surviving.is_some() {
            self.word(",");
            self.word("surviving");
        }
        self.word("{");
        for part in &clause.parts {
            match part {
                ClausePart::Sentence(part) => self.read(part.span, Some(part)),
                ClausePart::Prose(part) => self.span(part.span),
                ClausePart::Allow(part) => self.span(part.span),
                ClausePart::Let(part) => self.span(part.span),
                ClausePart::Measure(part) => self.span(part.span),
                ClausePart::Case(part) => self.span(part.span),
                ClausePart::Broken(span) => self.span(*span),
            }
        }
        self.word("}");
    }

    /// What stands at a place of the text.
    fn span(&mut self, span: Span) {
        self.read(span, None);
    }

    fn read(&mut self, span: Span, sentence: Option<&Sentence>) {
        let mut list = self.wording.tokens(span);
        order::mark_tables(&mut list);
        if let Some(sentence) = sentence {
            order::arrange(&mut list, sentence);
        }
        for token in list {
            if token.prose {
                prose_lines(token.text).for_each(|line| self.words.extend([line, " "]));
                self.words.push('\n');
            } else {
                self.word(token.text);
            }
        }
    }

    fn word(&mut self, word: &str) {
        self.words.push_str(word);
        self.words.push('\n');
    }
}
