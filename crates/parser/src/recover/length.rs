//! Lengths of time as other texts write them: `30 min`, `within at most 2 hours`, `no later than 2 hours`.

use super::explain::Failure;
use super::phrase::through;
use crate::grammar::Rule;
use crate::{diagnostics, words};
use servanda_diagnostics::{Diagnostic, Span};

/// What `within` says already, before a length. Not `less than`: what is done at the deadline is in time.
const AT_MOST: [&str; 10] = [
    "at most",
    "no more than",
    "not more than",
    "no longer than",
    "not longer than",
    "a maximum of",
    "a max of",
    "up to",
    "maximum",
    "max",
];
/// What `within` says already, behind a length.
const OR_LESS: [&str; 8] =
    ["or less", "or fewer", "or earlier", "or sooner", "or faster", "or shorter", "at the latest", "at most"];
/// What `within` is called elsewhere.
const LATER: [&str; 6] =
    ["no later than", "not later than", "no more than", "not more than", "in at most", "in no more than"];

/// What stands around the place where reading failed, if it is a length of time that other texts write so.
pub(super) fn length(failure: &Failure<'_>) -> Option<Diagnostic> {
    unit_in_short(failure)
        .or_else(|| two_units(failure))
        .or_else(|| at_most(failure))
        .or_else(|| or_less(failure))
        .or_else(|| later(failure))
        .or_else(|| before_the_deadline(failure))
}

/// The unit that a short one stands for, and how many seconds it has.
fn unit(word: &str) -> Option<(&'static str, u64)> {
    match word {
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(("hours", 3_600)),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(("minutes", 60)),
        "s" | "sec" | "secs" | "second" | "seconds" => Some(("seconds", 1)),
        _ => None,
    }
}

/// The one of several phrases with which a text begins, and nothing of a word behind it.
fn one_of<'t>(text: &'t str, phrases: &[&str]) -> Option<&'t str> {
    let fits = |phrase: &&&str| {
        let rest = text.strip_prefix(**phrase);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    text.get(..phrases.iter().find(fits)?.len())
}

/// The figure that ends a text.
fn figure_before(text: &str) -> Option<&str> {
    let figure = words::last(text);
    (!figure.is_empty() && words::digits(figure) == figure).then_some(figure)
}

/// `within 2 office hrs`, and `within 30 min`, which is read as the name of a calendar of which a unit is missing.
fn unit_in_short(failure: &Failure<'_>) -> Option<Diagnostic> {
    if !failure.expects(Rule::unit) {
        return None;
    }
    let before = failure.before().trim_end();
    let name = words::last(before);
    let behind_name = before.strip_suffix(name)?;
    let (short, figure) = match words::first(failure.rest()) {
        found if unit(found).is_some() => {
            (found, figure_before(before).or_else(|| figure_before(behind_name))?)
        }
        _ => (name, figure_before(behind_name)?),
    };
    let (many, _) = unit(short)?;
    let instead = if figure == "1" { many.trim_end_matches('s') } else { many };
    Some(diagnostics::misspelled(failure.place(short), short, instead))
}

/// `1 hour 30 minutes`
fn two_units(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let rest = rest.strip_prefix("and ").map_or(rest, str::trim_start);
    let number = words::digits(rest);
    let small = words::first(words::behind(rest, number).trim_start());
    let before = failure.before().trim_end();
    let large = words::last(before);
    let figure = figure_before(before.strip_suffix(large)?)?;
    let ((_, many), (unit_of_both, few)) = (unit(large)?, unit(small)?);
    let (figures, numbers) = (figure.parse::<u64>().ok()?, number.parse::<u64>().ok()?);
    let seconds = figures.checked_mul(many)?.checked_add(numbers.checked_mul(few)?)?;
    let (written, span) = through(failure, figure, small).filter(|_| few < many)?;
    Some(diagnostics::figure(span, written, &format!("{} {unit_of_both}", seconds / few)))
}

/// `within at most 2 hours`
fn at_most(failure: &Failure<'_>) -> Option<Diagnostic> {
    let before = failure.before().trim_end();
    // One word behind `within` is read as a name.
    let name = words::last(before);
    let (phrase, before) = match one_of(name, &AT_MOST) {
        Some(phrase) => (phrase, before.strip_suffix(name)?),
        None => (one_of(failure.rest(), &AT_MOST)?, before),
    };
    let behind = failure.slice.get(failure.end_of(phrase)?..)?;
    let blank = behind.len() - behind.trim_start().len();
    let figure = behind.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let span = failure.place(phrase);
    (words::last(before) == "within" && figure)
        .then(|| diagnostics::is_within(span, Span::new(span.source, span.start, span.end + blank as u32)))
}

/// `within 2 hours or less`
fn or_less(failure: &Failure<'_>) -> Option<Diagnostic> {
    let phrase = one_of(failure.rest(), &OR_LESS)?;
    let before = failure.before();
    let length = before.get(before.rfind("within ")? + "within ".len()..)?;
    let span = failure.place(phrase);
    let blank = before.len() - before.trim_end().len();
    let known = length.split_whitespace().count() <= 3 && !length.contains([',', ';', '{']);
    known.then(|| diagnostics::is_within(span, Span::new(span.source, span.start - blank as u32, span.end)))
}

/// `no later than 2 hours`, `no later than 2026-03-31`, `no later than the end of the period`
fn later(failure: &Failure<'_>) -> Option<Diagnostic> {
    let phrase = one_of(failure.rest(), &LATER)?;
    let rest = words::behind(failure.rest(), phrase).trim_start();
    let is_date = rest.starts_with("the ") || words::behind(rest, words::digits(rest)).starts_with('-');
    let within = words::phrases(failure.expected).iter().any(|phrase| phrase == "within");
    let instead = if is_date { "by" } else { "within" };
    within.then(|| diagnostics::misspelled(failure.place(phrase), phrase, instead))
}

/// `telling lead 30 minutes before the deadline`
fn before_the_deadline(failure: &Failure<'_>) -> Option<Diagnostic> {
    let before = failure.before().trim_end();
    let who = words::last(before);
    let telling = words::last(before.strip_suffix(who)?) == "telling";
    let number = words::digits(failure.rest());
    let end = failure.rest().find([',', '.', '\n']).unwrap_or(failure.rest().len());
    let at = failure.rest().get(..end)?.find(" before")?;
    let (_, span) = through(failure, number, failure.rest().get(at + 1..at + " before".len())?)?;
    (telling && !number.is_empty()).then(|| {
        diagnostics::detour(
            span,
            "a warning comes when a share of the time has passed",
            "so long before a deadline is not said",
            &format!("`, telling {who} at 80% of the time`"),
        )
    })
}
