//! Figures in the prose of a clause, as far as they can be read: numbers with a unit, and what is said of their bounds.

use crate::time::WindowUnit;
use servanda_diagnostics::{Span, spelling};
use servanda_parser::ast::Relation;

/// What a figure is measured in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis) enum Measured {
    Percent,
    /// In the currency that the word is.
    Money(String),
    /// Calendar days.
    CalendarDays,
    /// Days of a calendar, as the prose calls it.
    DaysOf(String),
    /// Seconds; of a calendar or by the clock, which prose does not always tell.
    Seconds(i128),
    Months(i128),
}

/// A figure in prose.
#[derive(Debug, Clone)]
pub(in crate::analysis) struct Figure {
    /// As written: `99.9`.
    pub(in crate::analysis) number: String,
    pub(in crate::analysis) unit: Measured,
    /// With the unit, without brackets: `10 business days`.
    pub(in crate::analysis) written: String,
    /// With the unit.
    pub(in crate::analysis) span: Span,
    /// What is said of it as a bound, with the words.
    pub(in crate::analysis) bound: Option<(Relation, Span)>,
    /// Of what windows it speaks: `of each month`.
    pub(in crate::analysis) windows: Option<WindowUnit>,
    /// In which sentence of the text it stands.
    pub(in crate::analysis) sentence: usize,
}

/// A text as it is read.
#[derive(Debug, Clone)]
pub(in crate::analysis) struct Reading {
    pub(in crate::analysis) figures: Vec<Figure>,
    /// The sentences in which a value is printed: what stands in braces is no figure.
    pub(in crate::analysis) printed: Vec<usize>,
    /// Every word in lower case with its sentence, where there are figures.
    pub(in crate::analysis) words: Vec<(String, usize)>,
    /// How many sentences there are.
    pub(in crate::analysis) sentences: usize,
}

/// A word of the prose.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    at: usize,
    /// In which sentence of the text it stands.
    sentence: usize,
    /// Whether it stands alone in brackets: `ten (10)`.
    bracketed: bool,
}

impl Word<'_> {
    const fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// What stands in a text, which begins at a place.
pub(in crate::analysis) fn read(text: &str, at: Span) -> Reading {
    let (words, printed) = words(text);
    let span = |from: usize, to: usize| {
        let place = |offset: usize| at.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        Span::new(at.source, place(from), place(to))
    };
    let mut figures = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let Some(number) = number(word.text) else { continue };
        let next = |by: usize| words.get(index + by).map(|word| word.text);
        let rest = word.text.strip_prefix(number.as_str()).unwrap_or("");
        let (unit, last) = if rest == "%" {
            (Some(Measured::Percent), index)
        } else if !rest.is_empty() {
            (None, index)
        } else {
            match (next(1), next(2)) {
                (Some("%" | "percent"), _) => (Some(Measured::Percent), index + 1),
                (Some("per"), Some("cent")) => (Some(Measured::Percent), index + 2),
                (Some(one), two) => match (of_one(one), two.and_then(|two| of_two(one, two))) {
                    (Some(unit), _) => (Some(unit), index + 1),
                    (None, Some(unit)) => (Some(unit), index + 2),
                    (None, None) => (None, index),
                },
                (None, _) => (None, index),
            }
        };
        let (Some(unit), Some(last_word)) = (unit, words.get(last)) else { continue };
        // `ten (10) business days`: the word says the same, and belongs to it.
        let spelled = index.checked_sub(1).filter(|_| word.bracketed).filter(|before| {
            let said = words.get(*before).and_then(|word| spelling::number(word.text));
            said.is_some_and(|said| said.to_string() == number)
        });
        let first = spelled.unwrap_or(index);
        let start = match words.get(first) {
            Some(first) => first.at - usize::from(first.bracketed),
            None => word.at,
        };
        let own: Vec<&str> = words.iter().take(last + 1).skip(index).map(|word| word.text).collect();
        figures.push(Figure {
            number,
            unit,
            written: own.join(" "),
            span: span(start, last_word.end()),
            bound: bound(&words, first, last).map(|(relation, from, to)| (relation, span(from, to))),
            windows: windows_of(&words, last),
            sentence: word.sentence,
        });
    }
    // Most prose has no figures, and its words are then not asked for.
    let last = words.last().map_or(0, |word| word.sentence);
    let lower = |word: &Word<'_>| (word.text.to_lowercase(), word.sentence);
    let words = if figures.is_empty() { Vec::new() } else { words.iter().map(lower).collect() };
    Reading { figures, printed, words, sentences: last + 1 }
}

/// The words of a text, without what stands in braces, and the sentences in which something does; marks behind a word are
/// no part of it.
fn words(text: &str) -> (Vec<Word<'_>>, Vec<usize>) {
    let mut found = Vec::new();
    let mut printed = Vec::new();
    let mut depth = 0_u32;
    let mut sentence = 0;
    let mut start: Option<usize> = None;
    let ends = text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]);
    for (at, c) in ends {
        let inside =
            depth == 0 && c.is_some_and(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | '"' | '(' | ')'));
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let whole = text.get(from..at).unwrap_or("");
                let word = whole.trim_end_matches(['.', ',', ';', ':', '!', '?']);
                if !word.is_empty() {
                    let bracketed = text.get(..from).is_some_and(|before| before.ends_with('('))
                        && text.get(at..).is_some_and(|behind| behind.starts_with(')'));
                    found.push(Word { text: word, at: from, sentence, bracketed });
                }
                sentence += usize::from(whole.ends_with(['.', ';', '!', '?']));
                start = None;
            }
            _ => {}
        }
        match c {
            Some('{') => {
                depth += 1;
                printed.push(sentence);
            }
            Some('}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (found, printed)
}

/// `of each month`, `of a calendar day`: of what windows a figure speaks that ends before these words.
fn windows_of(words: &[Word<'_>], last: usize) -> Option<WindowUnit> {
    let mut behind = words.iter().skip(last + 1).map(|word| word.text);
    if !matches!(behind.next()?, "of" | "in" | "per") {
        return None;
    }
    let rest = behind.take(3).skip_while(|word| {
        matches!(
            *word,
            "a" | "an" | "any" | "each" | "every" | "one" | "the" | "time" | "calendar" | "contract"
        )
    });
    let mut window = rest;
    match window.next()?.trim_end_matches('s') {
        "day" => Some(WindowUnit::Day),
        "week" => Some(WindowUnit::Week),
        "month" => Some(WindowUnit::Month),
        "quarter" => Some(WindowUnit::Quarter),
        "year" => Some(WindowUnit::Year),
        _ => None,
    }
}

/// The number at the beginning of a word: digits, and perhaps a point with digits. A comma could mean two things.
fn number(word: &str) -> Option<String> {
    let digits: String = word.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let rest = word.get(digits.len()..)?;
    let whole = digits.chars().next()?.is_ascii_digit() && digits.matches('.').count() <= 1;
    (whole && !digits.ends_with('.') && (rest.is_empty() || rest == "%")).then_some(digits)
}

/// `hours`, `EUR`
fn of_one(word: &str) -> Option<Measured> {
    let measured = match word {
        "second" | "seconds" => Measured::Seconds(1),
        "minute" | "minutes" => Measured::Seconds(60),
        "hour" | "hours" => Measured::Seconds(3600),
        "month" | "months" => Measured::Months(1),
        "year" | "years" => Measured::Months(12),
        _ if word.len() == 3 && word.chars().all(|c| c.is_ascii_uppercase()) => {
            Measured::Money(word.to_owned())
        }
        _ => return None,
    };
    Some(measured)
}

/// `business days`, `calendar days`, `office hours`
fn of_two(kind: &str, unit: &str) -> Option<Measured> {
    match (kind, unit) {
        ("calendar", "day" | "days") => Some(Measured::CalendarDays),
        (_, "day" | "days") => Some(Measured::DaysOf(kind.to_lowercase())),
        (_, "minute" | "minutes") => Some(Measured::Seconds(60)),
        (_, "hour" | "hours") => Some(Measured::Seconds(3600)),
        _ => None,
    }
}

/// What is said of a figure as a bound: before it, as in `less than 5 %`, or behind it, as in `5 % or less`.
fn bound(words: &[Word<'_>], first: usize, last: usize) -> Option<(Relation, usize, usize)> {
    let lower = |at: Option<usize>| at.and_then(|at| words.get(at)).map(|word| word.text.to_lowercase());
    let end = |at: usize| words.get(at).map_or(0, Word::end);
    let start = |at: usize| words.get(at).map_or(0, |word| word.at);
    let (one, two) = (lower(first.checked_sub(1)), lower(first.checked_sub(2)));
    let before = match (two.as_deref(), one.as_deref()) {
        (Some("at"), Some("least")) => Some((Relation::AtLeast, 2)),
        (Some("at"), Some("most")) => Some((Relation::AtMost, 2)),
        (Some("more" | "greater" | "higher"), Some("than")) => Some((Relation::Above, 2)),
        (Some("less" | "fewer" | "lower"), Some("than")) => Some((Relation::Below, 2)),
        (_, Some("above" | "over" | "exceeding" | "exceed")) => Some((Relation::Above, 1)),
        (_, Some("below" | "under")) => Some((Relation::Below, 1)),
        _ => None,
    };
    if let Some((relation, by)) = before {
        let from = first - by;
        // "Not more than" is "at most", and "may not be less than" is "at least".
        let not = |at: Option<usize>| {
            let word = lower(at);
            word.is_some_and(|word| matches!(word.as_str(), "no" | "not" | "never" | "cannot"))
        };
        let linked = matches!(
            lower(from.checked_sub(1)).as_deref(),
            Some("be" | "is" | "are" | "fall" | "go" | "drop" | "rise" | "sink" | "lie")
        );
        let negated = match (not(from.checked_sub(1)), linked && not(from.checked_sub(2))) {
            (true, _) => Some(from - 1),
            (_, true) => Some(from - 2),
            _ => None,
        };
        let Some(not_at) = negated else { return Some((relation, start(from), end(last))) };
        let turned = match relation {
            Relation::Above => Relation::AtMost,
            Relation::Below => Relation::AtLeast,
            Relation::AtLeast => Relation::Below,
            Relation::AtMost => Relation::Above,
            Relation::Exactly => Relation::Exactly,
        };
        return Some((turned, start(not_at), end(last)));
    }
    match (lower(Some(last + 1)).as_deref(), lower(Some(last + 2)).as_deref()) {
        (Some("or"), Some("more" | "above" | "better" | "higher")) => {
            Some((Relation::AtLeast, start(first), end(last + 2)))
        }
        (Some("or"), Some("less" | "below" | "fewer" | "lower")) => {
            Some((Relation::AtMost, start(first), end(last + 2)))
        }
        _ => None,
    }
}
