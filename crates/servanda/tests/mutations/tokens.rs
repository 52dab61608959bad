//! The tokens that are edited: words, numbers, quoted texts and punctuation. What stands in a comment or inside of a
//! quoted text is none: there nothing is wrong, or only its reader can tell.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, a path such as `post.published`, a zone.
    Word,
    /// Whatever begins with a figure: a number, a share, a date, a time.
    Number,
    Quoted,
    Sign,
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// The tokens of a text, in its order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        let (kind, length) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if first == '"' {
            (Kind::Quoted, quoted(rest))
        } else if first.is_ascii_digit() {
            let figures = joined(rest, &['.', '-', ':']);
            let share = rest.get(figures..).is_some_and(|rest| rest.starts_with('%'));
            (Kind::Number, figures + usize::from(share))
        } else if is_of_word(first) {
            (Kind::Word, joined(rest, &['.', '/']))
        } else {
            (Kind::Sign, if rest.starts_with("..") { 2 } else { first.len_utf8() })
        };
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens
}

const fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of what begins `rest`, with the signs that stand inside of it.
fn joined(rest: &str, inside: &[char]) -> usize {
    let mut last = ' ';
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let goes_on = inside.contains(&c)
            && is_of_word(last)
            && chars.peek().is_some_and(|(_, next)| is_of_word(*next));
        if !is_of_word(c) && !goes_on {
            return at;
        }
        last = c;
    }
    rest.len()
}

/// The length of the quoted text that begins `rest`.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
