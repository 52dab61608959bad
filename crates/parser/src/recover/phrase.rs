//! Short phrases of other texts: comparisons, figures with blanks, verbs of two words, what scenarios expect.

use super::explain::Failure;
use crate::grammar::Rule;
use crate::{diagnostics, words};
use servanda_diagnostics::{Diagnostic, Span};

/// What stands around the place where reading failed, if other texts say it so.
pub(super) fn phrase(failure: &Failure<'_>) -> Option<Diagnostic> {
    compared(failure)
        .or_else(|| thousands(failure))
        .or_else(|| verb_of_two_words(failure))
        .or_else(|| owes_nobody(failure))
        .or_else(|| is_told(failure))
}

/// From one piece of the slice to the end of a later one.
pub(super) fn through<'t>(failure: &Failure<'t>, from: &str, to: &str) -> Option<(&'t str, Span)> {
    let written = failure.slice.get(failure.end_of(from)?.checked_sub(from.len())?..failure.end_of(to)?)?;
    Some((written, failure.place(written)))
}

/// `is more than 10`, `is not less than 10`
fn compared(failure: &Failure<'_>) -> Option<Diagnostic> {
    let than = words::first(failure.rest());
    let before = failure.before().trim_end();
    let word = words::last(before);
    let more = match word {
        "more" | "greater" | "higher" | "longer" | "larger" => true,
        "less" | "fewer" | "lower" | "smaller" | "shorter" => false,
        _ => return None,
    };
    let earlier = words::last(before.strip_suffix(word)?);
    let not = matches!(earlier, "not" | "no");
    let behind = words::behind(failure.rest(), than).trim_start();
    let equal = behind.get(.."or equal to".len()).filter(|words| *words == "or equal to");
    let instead = match (more, not, equal.is_some()) {
        (true, false, false) | (false, true, true) => "above",
        (false, false, false) | (true, true, true) => "below",
        (true, true, false) | (false, false, true) => "at most",
        (false, true, false) | (true, false, true) => "at least",
    };
    let (written, span) = through(failure, if not { earlier } else { word }, equal.unwrap_or(than))?;
    (than == "than").then(|| diagnostics::misspelled(span, written, instead))
}

/// `2 000 EUR`: digits in threes with blanks between them.
fn thousands(failure: &Failure<'_>) -> Option<Diagnostic> {
    let three = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let first = words::last(failure.before());
    let is_head = !first.is_empty() && first.len() <= 3 && words::digits(first) == first;
    let mut rest = failure.rest();
    let mut last = "";
    while three(words::digits(rest)) {
        last = words::digits(rest);
        rest = words::behind(rest, last).trim_start_matches(' ');
    }
    let (written, span) = through(failure, first, last).filter(|_| is_head && !last.is_empty())?;
    Some(diagnostics::figure(span, written, &written.replace(' ', "")))
}

/// `desk must reply to each ticket`
fn verb_of_two_words(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    let before = failure.before().trim_end();
    let verb = words::last(before);
    let modal = words::last(before.strip_suffix(verb)?);
    let next = words::first(words::behind(failure.rest(), found).trim_start());
    let each = matches!(next, "each" | "any" | "a");
    let second = matches!(found, "to" | "on" | "for" | "with" | "about" | "up" | "out" | "off" | "in" | "at");
    let said = matches!(modal, "must" | "not") && words::is_name(verb) && second && each;
    said.then(|| {
        diagnostics::detour(
            failure.place(found),
            "an act is called by one word",
            "leave it out",
            &format!("`must {verb} {next} …`; a case may call its act by two words in one: `{verb}_{found}`"),
        )
    })
}

/// `expect desk owes nothing.`
fn owes_nobody(failure: &Failure<'_>) -> Option<Diagnostic> {
    let before = failure.before().trim_end();
    let nothing = words::last(before);
    let verb = words::last(before.strip_suffix(nothing)?);
    let party = words::last(before.strip_suffix(nothing)?.trim_end().strip_suffix(verb)?);
    let owes = matches!(verb, "owes" | "credits");
    (nothing == "nothing" && owes && failure.expects(Rule::kw_nothing)).then(|| {
        diagnostics::detour(
            failure.place(nothing),
            &format!("whom `{party}` owes is not said"),
            "the other party stands before it",
            &format!("`{party} {verb} CREDITOR nothing`"),
        )
    })
}

/// `expect lead is told at 2026-03-02 14:00.`
fn is_told(failure: &Failure<'_>) -> Option<Diagnostic> {
    let slice = failure.slice;
    let rest = words::behind(slice, "expect").trim_start();
    let who = words::first(rest);
    let behind = words::behind(rest, who).trim_start();
    let (not, told) = match behind.strip_prefix("is not ") {
        Some(told) => (true, told),
        None => (false, behind.strip_prefix("is ")?),
    };
    let told = words::first(told.trim_start());
    if words::first(slice) != "expect" || told != "told" {
        return None;
    }
    let (written, span) = through(failure, who, told)?;
    let no = if not { "no " } else { "" };
    Some(diagnostics::misspelled(span, written, &format!("{no}tell {who}")))
}
