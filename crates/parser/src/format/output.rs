//! The lines that come out: their words, their comments, and the columns in which comments stand.

use pretty::{Render, RenderAnnotated};

use super::tokens::Tokens;

/// A line: its words with their indentation, and the comment behind them.
#[derive(Debug, Default)]
struct Line<'t> {
    words: String,
    comment: Option<&'t str>,
}

/// What has been written.
#[derive(Debug)]
pub(super) struct Output<'t> {
    /// Where the comments come from.
    tokens: &'t Tokens<'t>,
    lines: Vec<Line<'t>>,
    /// Blanks that are written when a word follows them.
    blanks: usize,
}

impl<'t> Output<'t> {
    /// Nothing yet.
    pub(super) fn new(tokens: &'t Tokens<'t>) -> Self {
        Output { tokens, lines: Vec::new(), blanks: 0 }
    }

    /// Begins a line.
    pub(super) fn begin(&mut self, indent: usize) {
        self.lines.push(Line::default());
        self.blanks = indent;
    }

    /// Writes an empty line, unless nothing stands before it or one is there.
    pub(super) fn empty_line(&mut self) {
        if self.lines.last().is_some_and(|line| !line.words.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// Writes words.
    pub(super) fn words(&mut self, words: &str) {
        if self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        if let Some(line) = self.lines.last_mut() {
            line.words.extend(std::iter::repeat_n(' ', self.blanks));
            line.words.push_str(words);
        }
        self.blanks = 0;
    }

    /// All of it. Comments behind lines that follow each other at the same indentation stand in one column.
    pub(super) fn finish(self) -> String {
        let mut text = String::new();
        let mut rest = self.lines.as_slice();
        while let Some(first) = rest.first() {
            let belongs = |line: &&Line<'_>| {
                line.comment.is_some()
                    && first.comment.is_some()
                    && indent(&line.words) == indent(&first.words)
            };
            let count = rest.iter().take_while(belongs).count().max(1);
            let (run, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            let column = run.iter().map(|line| width(&line.words)).max().unwrap_or(0) + 2;
            for line in run {
                text.push_str(&line.words);
                if let Some(comment) = line.comment {
                    text.extend(std::iter::repeat_n(' ', column.saturating_sub(width(&line.words))));
                    text.push_str(comment);
                }
                text.push('\n');
            }
            rest = behind;
        }
        text
    }
}

fn indent(words: &str) -> usize {
    words.len() - words.trim_start_matches(' ').len()
}

/// How wide the last line of the words is: a quoted text may hold line ends.
fn width(words: &str) -> usize {
    words.rsplit('\n').next().unwrap_or("").chars().count()
}

impl Render for Output<'_> {
    type Error = ();

    fn write_str(&mut self, text: &str) -> Result<usize, ()> {
        if text == "\n" {
            self.begin(0);
        } else if text.bytes().all(|byte| byte == b' ') {
            self.blanks += text.len();
        } else {
            self.words(text);
        }
        Ok(text.len())
    }

    fn fail_doc(&self) {}
}

/// An annotation is the token whose comment stands here. It takes no room, so that its length breaks no line.
impl<'d> RenderAnnotated<'d, usize> for Output<'_> {
    fn push_annotation(&mut self, token: &'d usize) -> Result<(), ()> {
        if let Some(line) = self.lines.last_mut() {
            line.comment = self.tokens.get(*token).and_then(|token| token.after);
        }
        Ok(())
    }

    fn pop_annotation(&mut self) -> Result<(), ()> {
        Ok(())
    }
}
