//! Words of a text, and the grammar's rules in the words of the language, for messages.

use crate::grammar::{Grammar, Rule};
use pest::Parser;
use std::collections::BTreeSet;

/// The most things that a message says were expected.
const SHOWN_MAX: usize = 6;

/// The phrases of several words that a line of an agreement, a calendar, a case or a scenario can begin with.
pub(crate) const LINE_PHRASES: [&str; 19] = [
    "in force from",
    "signed by",
    "third party",
    "law of",
    "time zone",
    "money in",
    "events from log with",
    "events arrive at most",
    "same as",
    "begins when",
    "begins at",
    "ends when",
    "known by",
    "paid by",
    "pauses from",
    "reopens when",
    "out of scope where",
    "forget after",
    "as of",
];

/// The first word or sign of a text.
pub(crate) fn first(text: &str) -> &str {
    let end = match text.chars().next() {
        None => 0,
        Some(c) if is_word(c) => text.find(|c: char| !is_word(c)).unwrap_or(text.len()),
        Some('"') => string(text).len().min(text.find('\n').unwrap_or(text.len())),
        Some(c) => c.len_utf8(),
    };
    text.get(..end).unwrap_or("")
}

/// The last word of a text, whatever blanks follow it.
pub(crate) fn last(text: &str) -> &str {
    let text = text.trim_end();
    let start = text.rfind(|c: char| !is_word(c)).map_or(0, |at| at + text.get(at..).map_or(0, char_len));
    text.get(start..).unwrap_or("")
}

fn char_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a word can be a name.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && Grammar::parse(Rule::name, word).is_ok_and(|pairs| pairs.as_str() == word)
}

/// The names of several parts that stand in a text, `monthly_fee` and `request.made`, and its parties and
/// cases, `party desk`.
pub(crate) fn parted(text: &str) -> BTreeSet<&str> {
    let part = |c: char| is_word(c) || c == '.';
    let names = text.split(|c: char| !part(c)).map(|word| word.trim_matches('.'));
    let declared = ["party ", "case "].into_iter().flat_map(|keyword| text.match_indices(keyword));
    let declared = declared.filter_map(|(at, keyword)| {
        let name = first(text.get(at + keyword.len()..)?);
        text.get(at..at + keyword.len() + name.len())
    });
    names.filter(|word| word.contains(['_', '.'])).chain(declared).collect()
}

/// The text behind a word that it begins with.
pub(crate) fn behind<'t>(text: &'t str, word: &str) -> &'t str {
    text.get(word.len()..).unwrap_or("")
}

/// The figure that a text begins with.
pub(crate) fn digits(text: &str) -> &str {
    let figure = |c: char| c.is_ascii_digit() || c == '_';
    let end = text.find(|c: char| !figure(c)).unwrap_or(text.len());
    let tail = text.get(end..).unwrap_or("");
    let decimals = match tail.strip_prefix('.') {
        Some(rest) if end > 0 && rest.starts_with(|c: char| c.is_ascii_digit()) => {
            1 + rest.find(|c: char| !figure(c)).unwrap_or(rest.len())
        }
        _ => 0,
    };
    text.get(..end + decimals).unwrap_or("")
}

/// The string that a text begins with, quotes included; all of it where the closing quote is missing.
pub(crate) fn string(text: &str) -> &str {
    let mut escaped = true;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return text.get(..=at).unwrap_or(""),
            '\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    text
}

/// What the rules stand for, each once; the rest of a long list is left out.
pub(crate) fn expected(rules: &[Rule]) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for rule in rules {
        let words = match composite(*rule) {
            Some((words, _)) => words.to_owned(),
            None => match phrase(*rule) {
                Some(words) => format!("`{words}`"),
                None => continue,
            },
        };
        if !words.is_empty() && !list.contains(&words) {
            list.push(words);
        }
    }
    // What ends a statement is the least surprising, so it comes last.
    list.sort_by_key(|words| words == FULL_STOP);
    if list.len() > SHOWN_MAX {
        let stop = list.pop();
        list.truncate(SHOWN_MAX - 1);
        list.extend(stop);
    }
    list
}

/// The fixed phrases that could stand where one of the rules is expected.
pub(crate) fn phrases(rules: &[Rule]) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for rule in rules {
        list.extend(phrase(*rule));
        if let Some((_, words)) = composite(*rule) {
            list.extend(words.iter().map(|word| (*word).to_owned()));
        }
    }
    list
}

/// The fixed phrase that a rule is.
fn phrase(rule: Rule) -> Option<String> {
    format!("{rule:?}").strip_prefix("kw_").map(|words| words.replace('_', " "))
}

const FULL_STOP: &str = "a full stop";

/// What a rule that is no fixed phrase stands for, and the phrases that it can begin with.
fn composite(rule: Rule) -> Option<(&'static str, &'static [&'static str])> {
    const RELATIONS: &[&str] = &["at least", "at most", "above", "below", "exactly"];
    const QUALIFIERS: &[&str] = &[
        "within", "every", "by", "for each", "each", "once", "when", "from", "until", "during", "if",
        "unless",
    ];
    const MODIFIERS: &[&str] = &[
        "without consequence",
        "ending at the next opening",
        "at most",
        "at least",
        "as",
        "rounded half up",
        "rounded half even",
        "rounded up",
        "rounded down",
        "rounded daily",
        "nothing below",
        "claimed by",
        "as sole remedy",
        "or the next",
        "or the previous",
        "telling",
        "extended by any delay under",
        "compounding",
        "restored",
        "late at the deadline",
        "ignoring pauses",
        "counting pauses in elapsed time",
        "counting the first day",
        "landing at the same time of day",
        "landing at the end of the date",
        "rounded up to",
        "rounded down to",
    ];
    const AGGREGATES: &[&str] = &[
        "count of",
        "share of",
        "sum of",
        "average of",
        "highest of",
        "lowest of",
        "first of",
        "latest of",
        "percentile",
        "linear percentile",
        "count of distinct",
        "growth of",
        "excess of",
        "least of",
        "previous",
    ];
    const LINES: &[&str] = &[
        "in force from",
        "time zone",
        "money in",
        "events from log with",
        "events arrive at most",
        "party",
        "role",
        "let",
        "calendar",
        "event",
        "case",
        "measure",
        "text",
        "public",
        "clause",
        "signed",
        "removes",
        "third party",
        "law of",
        "attached",
        "allow",
    ];
    let none: &[&str] = &[];
    Some(match rule {
        Rule::name | Rule::path | Rule::subject => ("a name", none),
        Rule::lint => ("the name of a lint such as `no-consequence`", none),
        Rule::string => ("a text in quotes", none),
        Rule::title => ("a name in quotes", &["named"]),
        Rule::number | Rule::figure => ("a number", none),
        Rule::currency => ("a currency such as `EUR`", none),
        Rule::country => ("a country such as `TR`", none),
        Rule::zone => ("a time zone such as `Europe/Istanbul`", none),
        Rule::date => ("a date such as `2026-01-05`", none),
        Rule::instant => ("a date such as `2026-01-05` or `2026-01-05 10:00`", none),
        Rule::time | Rule::hours => ("hours such as `09:00..18:00`", none),
        Rule::weekday | Rule::weekdays => ("a day such as `mon`", none),
        Rule::unit => ("a unit such as `hours` or `calendar days`", none),
        Rule::length | Rule::length_of => ("a length of time such as `2 hours`", none),
        Rule::day_count => ("a day count such as `actual/365`", none),
        Rule::duty_ref => ("a duty such as `3.1(a)`", none),
        Rule::section => ("a number such as `3.1`", none),
        Rule::ordinal => ("`first`, `last` or an ordinal such as `5th`", none),
        Rule::window_label | Rule::scope => ("a case or a window such as `for 2026-03`", none),
        Rule::full_stop => (FULL_STOP, none),
        Rule::brace_open => ("`{`", none),
        Rule::brace_close => ("`}`", none),
        Rule::paren_open => ("`(`", none),
        Rule::paren_close => ("`)`", none),
        Rule::comma => ("`,`", none),
        Rule::colon => ("`:`", none),
        Rule::equals => ("`=`", none),
        Rule::range_dots => ("`..`", none),
        Rule::type_ => ("a type", &["yes or no", "one of", "money in"]),
        Rule::expr | Rule::factor | Rule::value | Rule::limit | Rule::measured => ("a quantity", AGGREGATES),
        Rule::aggregate => ("", AGGREGATES),
        Rule::cond | Rule::one_cond | Rule::comparison => ("a condition", &["not"]),
        Rule::point => (
            "a point in time such as `the deadline`",
            &["the deadline", "its beginning", "the end of the period"],
        ),
        Rule::window | Rule::window_literal | Rule::clock_window => {
            ("a window such as `calendar month`", &["calendar", "contract", "the term"])
        }
        Rule::key => ("a name", &["the day", "misses running of"]),
        Rule::relation | Rule::target => ("`at least`, `at most`, `above`, `below` or `exactly`", RELATIONS),
        Rule::test => ("what it is compared with", RELATIONS),
        Rule::qualifier => ("a qualifier such as `within`", QUALIFIERS),
        Rule::modifier => ("a modifier such as `without consequence`", MODIFIERS),
        Rule::quantity => ("`each`, `any` or `a`", &["each", "any", "a", "an"]),
        Rule::norm => ("`must`", &["must", "must not"]),
        Rule::money => ("`owes`", &["owes", "credits"]),
        Rule::core | Rule::sentence => ("a sentence", &["tell"]),
        Rule::words => ("words in parentheses such as `(email, portal)`", none),
        Rule::filter => ("`where`", &["where"]),
        Rule::during => ("", &["during"]),
        Rule::outside => ("", &["outside"]),
        Rule::about => ("", &["about each"]),
        Rule::in_grace => ("", none),
        Rule::for_an_item => ("", &["for each"]),
        Rule::joint | Rule::elapsed => ("", none),
        Rule::misses => ("", &["misses running of"]),
        Rule::any_rest => ("", &["any rest of"]),
        Rule::right => ("", &["may end this agreement"]),
        Rule::passing => ("", &["has"]),
        Rule::standing | Rule::holding => {
            ("`this agreement has ended` or that somebody owes nothing", &["this agreement has ended"])
        }
        Rule::suspension => ("", &["may suspend"]),
        Rule::deemed => ("", &["each"]),
        Rule::exercise => ("", &["with", "to the end of a", "by"]),
        Rule::running | Rule::as_soon_as => ("", &["when"]),
        Rule::triggers | Rule::trigger => ("an event or what was done", none),
        Rule::collection => ("the things that count", &["breach of"]),
        Rule::intervals | Rule::interval => ("a case", none),
        Rule::status => ("`kept`, `broken` or `pending`", &["kept", "broken", "pending"]),
        Rule::row | Rule::range | Rule::row_words => (
            "a row such as `below 99%: 5 EUR`",
            &["from", "above", "below", "at most", "exactly", "otherwise"],
        ),
        Rule::upper => ("`to`", &["to"]),
        Rule::cap_scope => ("", &["per", "in all", "for each"]),
        Rule::by_each => ("", &["for each"]),
        Rule::measure_option => (
            "an option such as `no data counts as kept`",
            &[
                "leaving out",
                "no data counts as kept",
                "partial windows prorated",
                "partial windows in full",
                "counted at its beginning",
                "counting open ones as kept",
            ],
        ),
        Rule::calendar_line => {
            ("a line such as `open mon..fri 09:00..18:00.`", &["open", "closed", "same as", "time zone"])
        }
        Rule::case_line => (
            "a line such as `begins when`",
            &[
                "begins when",
                "begins at",
                "ends when",
                "known by",
                "paid by",
                "pauses from",
                "reopens when",
                "out of scope where",
                "forget after",
                "further",
            ],
        ),
        Rule::reopening => {
            ("", &["the clock goes on", "closed time counts", "the clock restarts", "as a new case"])
        }
        Rule::payment_order => ("", &["oldest first", "newest first", "the named one only"]),
        Rule::payment_rest => ("", &["any rest as credit", "any rest returned"]),
        Rule::clause_head | Rule::agreement_head | Rule::amendment_head | Rule::scenario_head => {
            ("a title in quotes", none)
        }
        Rule::takes => ("", &["takes"]),
        Rule::param => ("a parameter such as `fee: money.`", none),
        Rule::expect => ("`expect`", &["expect"]),
        Rule::only_line => ("a line of an agreement", LINES),
        Rule::EOI => ("the end of the line", none),
        _ => return None,
    })
}
