//! Figures in the prose of a clause, as far as they can be read: numbers with a unit, and what is said of their bounds.

use servanda_diagnostics::Span;

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

/// To which side of a bound the bound itself belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis) enum Side {
    /// What is above, as in `at least`, `less than`.
    Above,
    /// What is below, as in `at most`, `more than`.
    Below,
}

/// A figure in prose.
#[derive(Debug, Clone)]
pub(in crate::analysis) struct Figure {
    /// As written: `99.9`.
    pub(in crate::analysis) number: String,
    pub(in crate::analysis) unit: Measured,
    /// With the unit.
    pub(in crate::analysis) span: Span,
    /// What is said of it as a bound, with the words.
    pub(in crate::analysis) bound: Option<(Side, Span)>,
}

/// A word of the prose with its place.
type Word<'t> = (&'t str, usize);

/// The figures of a text, which begins at a place; what stands in braces is no figure but a value.
pub(in crate::analysis) fn figures(text: &str, at: Span) -> Vec<Figure> {
    let words = words(text);
    let span = |from: usize, to: usize| {
        let place = |offset: usize| at.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        Span::new(at.source, place(from), place(to))
    };
    let end = |word: &Word<'_>| word.1 + word.0.len();
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let Some(number) = number(word.0) else { continue };
        let next = |by: usize| words.get(index + by);
        let rest = word.0.strip_prefix(number.as_str()).unwrap_or("");
        let (unit, last) = if rest == "%" {
            (Some(Measured::Percent), index)
        } else if !rest.is_empty() {
            (None, index)
        } else {
            match (next(1), next(2)) {
                (Some(("%" | "percent", _)), _) => (Some(Measured::Percent), index + 1),
                (Some(("per", _)), Some(("cent", _))) => (Some(Measured::Percent), index + 2),
                (Some((one, _)), two) => match (of_one(one), two.and_then(|(two, _)| of_two(one, two))) {
                    (Some(unit), _) => (Some(unit), index + 1),
                    (None, Some(unit)) => (Some(unit), index + 2),
                    (None, None) => (None, index),
                },
                (None, _) => (None, index),
            }
        };
        let (Some(unit), Some(last_word)) = (unit, words.get(last)) else { continue };
        found.push(Figure {
            number,
            unit,
            span: span(word.1, end(last_word)),
            bound: bound(&words, index, last).map(|(side, from, to)| (side, span(from, to))),
        });
    }
    found
}

/// The words of a text, without what stands in braces; marks behind a word are no part of it.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    let mut start: Option<usize> = None;
    let ends = text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]);
    for (at, c) in ends {
        let inside =
            depth == 0 && c.is_some_and(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | '"' | '(' | ')'));
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = text.get(from..at).unwrap_or("").trim_end_matches(['.', ',', ';', ':', '!', '?']);
                if !word.is_empty() {
                    found.push((word, from));
                }
                start = None;
            }
            _ => {}
        }
        match c {
            Some('{') => depth += 1,
            Some('}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
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
fn bound(words: &[Word<'_>], first: usize, last: usize) -> Option<(Side, usize, usize)> {
    let lower = |at: Option<usize>| at.and_then(|at| words.get(at)).map(|(word, _)| word.to_lowercase());
    let end = |at: usize| words.get(at).map_or(0, |(word, from)| from + word.len());
    let start = |at: usize| words.get(at).map_or(0, |(_, from)| *from);
    let (one, two) = (lower(first.checked_sub(1)), lower(first.checked_sub(2)));
    let before = match (two.as_deref(), one.as_deref()) {
        (Some("at"), Some("least")) => Some((Side::Above, 2)),
        (Some("at"), Some("most")) => Some((Side::Below, 2)),
        (Some("more" | "greater" | "higher"), Some("than")) => Some((Side::Below, 2)),
        (Some("less" | "fewer" | "lower"), Some("than")) => Some((Side::Above, 2)),
        (_, Some("above" | "over" | "exceeding")) => Some((Side::Below, 1)),
        (_, Some("below" | "under")) => Some((Side::Above, 1)),
        _ => None,
    };
    // "Not more than" has the bound on the same side as "more than".
    if let Some((side, by)) = before {
        return Some((side, start(first - by), end(last)));
    }
    match (lower(Some(last + 1)).as_deref(), lower(Some(last + 2)).as_deref()) {
        (Some("or"), Some("more" | "above" | "better" | "higher")) => {
            Some((Side::Above, start(first), end(last + 2)))
        }
        (Some("or"), Some("less" | "below" | "fewer" | "lower")) => {
            Some((Side::Below, start(first), end(last + 2)))
        }
        _ => None,
    }
}
