//! Random edits of a text, one kind at a time.

use crate::chance::Chance;
use crate::examples::Example;
use crate::tokens::Kind as Of;
use std::ops::Range;

/// What an edit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Delete,
    Duplicate,
    Swap,
    Replace,
    Misspell,
    Unit,
    Name,
    Number,
    Currency,
    Bound,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Delete,
        Self::Duplicate,
        Self::Swap,
        Self::Replace,
        Self::Misspell,
        Self::Unit,
        Self::Name,
        Self::Number,
        Self::Currency,
        Self::Bound,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete a token",
            Self::Duplicate => "write a token twice",
            Self::Swap => "swap two tokens",
            Self::Replace => "put another token of the file",
            Self::Misspell => "misspell a word",
            Self::Unit => "another unit",
            Self::Name => "another name of the file",
            Self::Number => "another number",
            Self::Currency => "another currency",
            Self::Bound => "another bound",
        }
    }

    /// Whether it can be done to a token.
    pub(crate) fn fits(self, example: &Example, at: usize) -> bool {
        let Some(token) = example.tokens.get(at) else { return false };
        let text = example.token(at);
        match self {
            Self::Delete | Self::Duplicate | Self::Replace => true,
            Self::Swap => example.token(at + 1) != text && at + 1 < example.tokens.len(),
            Self::Misspell => token.kind == Of::Word && text.len() > 2,
            Self::Unit => UNITS.contains(&text.trim_end_matches('s')),
            Self::Name => token.kind == Of::Word && example.names.iter().any(|name| name == text),
            Self::Number => token.kind == Of::Number,
            Self::Currency => CURRENCIES.contains(&text),
            Self::Bound => BOUNDS.contains(&text) || text == "at" && is_bound(example.token(at + 1)),
        }
    }
}

const UNITS: [&str; 8] = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
const CURRENCIES: [&str; 6] = ["EUR", "USD", "GBP", "TRY", "JPY", "KWD"];
const BOUNDS: [&str; 5] = ["above", "below", "over", "under", "exactly"];

fn is_bound(word: &str) -> bool {
    word == "least" || word == "most"
}

/// A part of a text and what is put there.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) kind: Kind,
    /// The part that is replaced.
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
    /// From the beginning of the token before it to the end of the one behind it.
    pub(crate) around: Range<usize>,
}

/// An edit of a kind at a token that it fits; none where it would change nothing.
pub(crate) fn edit(kind: Kind, example: &Example, at: usize, chance: &mut Chance) -> Option<Edit> {
    let text = example.token(at);
    let mut last = at;
    let written = match kind {
        Kind::Delete => String::new(),
        Kind::Duplicate => format!("{text} {text}"),
        Kind::Swap => {
            last = at + 1;
            let gap = example.tokens.get(at)?.range.end..example.tokens.get(last)?.range.start;
            let gap = example.text.get(gap)?;
            format!("{}{gap}{text}", example.token(last))
        }
        Kind::Replace => example.token(chance.below(example.tokens.len())).to_owned(),
        Kind::Misspell => misspelled(text, chance)?,
        Kind::Unit => {
            let plural = if text.ends_with('s') { "s" } else { "" };
            format!("{}{plural}", chance.one(&UNITS)?)
        }
        Kind::Name => example.names.get(chance.below(example.names.len()))?.clone(),
        Kind::Number => renumbered(text, chance)?,
        Kind::Currency => chance.one(&CURRENCIES)?.to_owned(),
        Kind::Bound => {
            last = if text == "at" { at + 1 } else { at };
            chance.one(&["at least", "at most", "above", "below", "exactly"])?.to_owned()
        }
    };
    let range = example.tokens.get(at)?.range.start..example.tokens.get(last)?.range.end;
    let start = match at.checked_sub(1) {
        Some(before) => example.tokens.get(before)?.range.start,
        None => 0,
    };
    let end = example.tokens.get(last + 1).map_or(example.text.len(), |token| token.range.end);
    let changes = example.text.get(range.clone())? != written;
    changes.then_some(Edit { kind, range, text: written, around: start..end })
}

/// A word with two letters the other way round, one left out, twice, or another one.
fn misspelled(word: &str, chance: &mut Chance) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let at = chance.below(letters.len());
    let letter = *letters.get(at)?;
    if !letter.is_ascii_alphabetic() {
        return None;
    }
    match chance.below(4) {
        0 if at + 1 < letters.len() => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letter),
        _ => {
            let new = chance.one(b"abcdefghijklmnopqrstuvwxyz")? as char;
            *letters.get_mut(at)? = if letter.is_ascii_uppercase() { new.to_ascii_uppercase() } else { new };
        }
    }
    Some(letters.into_iter().collect())
}

/// A number with another figure, one more or one less.
fn renumbered(number: &str, chance: &mut Chance) -> Option<String> {
    let mut figures: Vec<char> = number.chars().collect();
    let at = chance.below(figures.len());
    if !figures.get(at)?.is_ascii_digit() {
        return None;
    }
    let new = chance.one(b"0123456789")? as char;
    match chance.below(4) {
        0 if figures.len() > 1 => drop(figures.remove(at)),
        1 => figures.insert(at, new),
        _ => *figures.get_mut(at)? = new,
    }
    Some(figures.into_iter().collect())
}

/// A text with edits, which do not touch each other, and where in it each of them and its surroundings stand.
#[derive(Debug)]
pub(crate) struct Edited {
    pub(crate) text: String,
    pub(crate) places: Vec<Place>,
}

/// Where an edit stands in the edited text.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The lines that it is on; where that is left empty, from the line of the token before it.
    pub(crate) lines: Range<usize>,
    /// It and the tokens beside it.
    pub(crate) around: Range<usize>,
}

/// The text with these edits, which are in its order.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> Option<Edited> {
    let mut edited = String::new();
    let mut at = 0;
    let mut own = Vec::new();
    for edit in edits {
        edited += text.get(at..edit.range.start)?;
        let start = edited.len();
        edited += &edit.text;
        let end = edited.len();
        own.push((
            start..end,
            start - (edit.range.start - edit.around.start),
            end + edit.around.end - edit.range.end,
        ));
        at = edit.range.end;
    }
    edited += text.get(at..)?;
    let place = |(range, start, end): (Range<usize>, usize, usize)| {
        let first = edited.get(..range.start)?.rfind('\n').map_or(0, |at| at + 1);
        let last = edited.get(range.end..)?.find('\n').map_or(edited.len(), |at| range.end + at);
        // Nobody can point into an empty line.
        let empty = edited.get(first..last)?.trim().is_empty();
        let first = if empty { edited.get(..start)?.rfind('\n').map_or(0, |at| at + 1) } else { first };
        Some(Place { lines: first..last, around: start..end })
    };
    let places = own.into_iter().map(place).collect::<Option<Vec<_>>>()?;
    Some(Edited { text: edited, places })
}
