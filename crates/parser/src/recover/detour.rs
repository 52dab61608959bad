//! Natural wordings of what the language says otherwise or elsewhere: each is told with the way on.
//!
//! Whether the way is right for the policy is not asked here.

use super::explain::Failure;
use crate::grammar::Rule;
use crate::{diagnostics, words};
use servanda_diagnostics::{Diagnostic, Span};

/// What stands around the place where reading failed, if authors say so what the language says otherwise.
pub(super) fn detour(failure: &Failure<'_>) -> Option<Diagnostic> {
    pause(failure)
        .or_else(|| condition_first(failure))
        .or_else(|| counted_noun(failure))
        .or_else(|| overpaid(failure))
        .or_else(|| bands(failure))
        .or_else(|| comma_before_unless(failure))
        .or_else(|| filter_behind(failure))
        .or_else(|| passing(failure))
        .or_else(|| begun_before(failure))
        .or_else(|| money_for_time(failure))
        .or_else(|| range_words(failure))
        .or_else(|| run_together(failure))
        .or_else(|| roll_of_days(failure))
        .or_else(|| option_of_figure(failure))
        .or_else(|| half_of_time(failure))
        .or_else(|| capped_at(failure))
        .or_else(|| end_of_the(failure))
}

/// `waiting from client.asked until client.replied.`, `, not counting waiting`
fn pause(failure: &Failure<'_>) -> Option<Diagnostic> {
    const HELP: &str =
        "a case says when its clocks stand still: `pauses from client.asked to client.replied.`";
    let first = words::first(failure.slice);
    let second = words::first(words::behind(failure.slice, first).trim_start());
    if matches!(first, "waiting" | "waits" | "pause" | "pausing" | "stops") && second == "from" {
        return Some(diagnostics::detour(
            failure.place(first),
            "clocks stand still by another line",
            "write `pauses from … to …`",
            HELP,
        ));
    }
    let rest = failure.rest();
    let found = ["not counting", "excluding"].into_iter().find(|words| rest.starts_with(words))?;
    let modifier = failure.before().trim_end().ends_with(',');
    let written = rest.get(..found.len())?;
    modifier.then(|| {
        diagnostics::detour(
            failure.place(written),
            "what does not count is no modifier of a sentence",
            "not here",
            HELP,
        )
    })
}

/// `if agency breaks 1 at least 3 times, client …`
fn condition_first(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    let before = failure.before().trim_end();
    let begins = before.is_empty() || before.starts_with('(') && before.ends_with(')');
    (begins && matches!(found, "if" | "when" | "whenever" | "unless")).then(|| {
        diagnostics::detour(
            failure.place(found),
            "a sentence begins with who has to do, owes or may do something",
            "the condition stands behind that",
            "`client may end this agreement when 1 is broken 3 windows running.`; or count the breaches and keep the \
             count: `measure misses per calendar month = count of breach of 1.`, `agency must keep misses at most 2 …`",
        )
    })
}

/// `at most 2 visits otherwise …`: read as the name of a calendar, behind which a unit is missing.
fn counted_noun(failure: &Failure<'_>) -> Option<Diagnostic> {
    if !failure.expects(Rule::unit) {
        return None;
    }
    let mut before = failure.before().split_whitespace().rev();
    let (noun, figure, bound) = (before.next()?, before.next()?, before.next()?);
    let is_figure = words::digits(figure) == figure && !figure.is_empty();
    let bounded = matches!(bound, "most" | "least" | "above" | "below" | "exactly");
    (is_figure && bounded && words::is_name(noun)).then(|| {
        diagnostics::detour(
            failure.place(noun),
            "no noun stands behind a figure",
            "leave it out",
            "the measure says what is counted: `measure visits per calendar month = count of visit.made.`, \
             `agency must keep visits at most 2`",
        )
    })
}

/// `what the client has overpaid is paid out`
fn overpaid(failure: &Failure<'_>) -> Option<Diagnostic> {
    // A name may sound like it; what somebody *has* overpaid is no name.
    let words: Vec<&str> = failure.slice.split_whitespace().collect();
    let at = words.windows(2).position(|pair| {
        matches!(pair, ["has" | "have" | "was" | "is", word] if matches!(words::first(word), "overpaid"))
    })?;
    let word = words::first(words.get(at + 1)?);
    Some(diagnostics::detour(
        failure.place(word),
        "what was paid too much is called by its case",
        "the language has no such word",
        "`agency owes client any rest of bill when this agreement has ended.`: what payments of the case `bill` \
         have left",
    ))
}

/// `client owes agency worked in bands of worked { … }`
fn bands(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let written = rest.get(.."in bands of".len()).filter(|words| *words == "in bands of")?;
    Some(diagnostics::detour(
        failure.place(written),
        "what is divided into bands stands behind `in bands of`, once",
        "begins the amount",
        "`client owes agency in bands of worked { from 0 hours to 10 hours: 50 EUR per hour, above 10 hours: 40 EUR per hour } …`",
    ))
}

/// `…, unless paid within 3 calendar days of the deadline`
fn comma_before_unless(failure: &Failure<'_>) -> Option<Diagnostic> {
    let before = failure.before().trim_end();
    if words::first(failure.rest()) != "unless" || !before.ends_with(',') {
        return None;
    }
    let comma = before.get(before.len() - 1..)?;
    Some(diagnostics::no_comma(failure.place(comma), "unless"))
}

/// `must close each request within 5 calendar days where priority is urgent`
fn filter_behind(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    let before = failure.before();
    let of_items = ["each ", "any "].into_iter().any(|quantity| before.contains(quantity));
    (found == "where" && of_items && before.contains("must ") && before.contains(" within ")).then(|| {
        diagnostics::detour(
            failure.place(found),
            "`where` stands behind the items that it chooses",
            "too late in the sentence",
            "`agency must close each request where priority is urgent within 5 calendar days`",
        )
    })
}

/// `client has "works" when everything is paid`, `each work passes to client`, `client owns "works" …`
fn passing(failure: &Failure<'_>) -> Option<Diagnostic> {
    const HELP: &str =
        "`client has \"the works\" when this agreement has ended and client owes agency nothing.`";
    let rest = failure.rest();
    let found = words::first(rest);
    if matches!(found, "owns" | "gets" | "receives" | "acquires")
        && words::behind(rest, found).trim_start().starts_with('"')
    {
        return Some(diagnostics::misspelled(failure.place(found), found, "has"));
    }
    if found == "passes" && words::behind(rest, found).trim_start().starts_with("to ") {
        return Some(diagnostics::detour(
            failure.place(found),
            "what passes is named once, for all of it",
            "say who has it, and when",
            HELP,
        ));
    }
    let title = failure.slice.find(" has \"").filter(|at| *at < failure.at)?;
    let behind = failure.slice.get(title..failure.at)?;
    let late = behind.contains(" when ") && failure.slice.contains("paid");
    if late || found == "for" && behind.trim_end().ends_with('"') {
        let message = match late {
            true => "that all is paid is said by what is owed",
            false => "what passes is named once, for all of it",
        };
        return Some(diagnostics::detour(failure.place(found), message, "not here", HELP));
    }
    None
}

/// `per begun calendar week`
fn begun_before(failure: &Failure<'_>) -> Option<Diagnostic> {
    let counted = words::last(failure.before());
    let rest = failure.rest();
    let kind = words::first(rest);
    let unit = words::first(words::behind(rest, kind).trim_start());
    if !matches!(counted, "begun" | "completed" | "started") || kind != "calendar" || unit.is_empty() {
        return None;
    }
    let counted_word = if counted == "started" { "begun" } else { counted };
    let span = failure.place(counted).join(failure.place(unit));
    Some(diagnostics::reordered(span, &format!("{kind} {unit} {counted_word}")))
}

/// `within 14 EUR of bill.received`
fn money_for_time(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    let code = found.len() == 3 && found.bytes().all(|letter| letter.is_ascii_uppercase());
    let figure = failure.before().trim_end().ends_with(|c: char| c.is_ascii_digit());
    (code && figure && failure.expects(Rule::unit) && failure.before().contains("within ")).then(|| {
        diagnostics::detour(
            failure.place(found),
            "a length of time is no money",
            "a unit of time belongs here",
            "`within 14 calendar days of …`",
        )
    })
}

/// `mon to fri`, `09:00 to 17:00`
fn range_words(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    let joint = matches!(found, "to" | "until" | "till" | "through");
    if !joint || !failure.expects(Rule::range_dots) && !failure.expects(Rule::time) {
        return None;
    }
    let before = failure.before().trim_end();
    let day = before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let line = words::first(failure.slice);
    if !day || !matches!(line, "open" | "closed") {
        return None;
    }
    let rest = failure.rest();
    let tail = words::behind(rest, found);
    let blank = tail.len() - tail.trim_start().len();
    let here = failure.place(rest.get(..found.len())?);
    let all = Span::new(here.source, failure.span.start + before.len() as u32, here.end + blank as u32);
    Some(diagnostics::range_of_words(here, all))
}

/// `atmost 2`
fn run_together(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    let (_, apart) =
        [("atmost", "at most"), ("atleast", "at least")].into_iter().find(|(word, _)| *word == found)?;
    Some(diagnostics::misspelled(failure.place(found), found, apart))
}

/// `30 calendar days, or the last office day`
fn roll_of_days(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let modifier = failure.before().trim_end().ends_with(',');
    let written = rest.get(.."or the".len()).filter(|words| modifier && *words == "or the")?;
    let word = words::first(words::behind(rest, written).trim_start());
    let span = failure.place(written).join(failure.place(word));
    (!word.is_empty() && !matches!(word, "next" | "previous")).then(|| {
        diagnostics::detour(
            span,
            "a date that falls on a closed day goes to the next day or to the previous one",
            "neither of them",
            "`, or the next office day`, `, or the previous office day`, `, or the next office day of the month`",
        )
    })
}

/// `desk must keep in_time at least 90%, no data counts as kept`
fn option_of_figure(failure: &Failure<'_>) -> Option<Diagnostic> {
    const OPTIONS: [&str; 9] = [
        "no data counts as kept",
        "no data counts as broken",
        "partial windows prorated",
        "partial windows in full",
        "partial windows left out",
        "leaving out open ones",
        "counting open ones as kept",
        "counting open ones as broken",
        "needing at least",
    ];
    let (before, _) = failure.before().rsplit_once(',')?;
    let option = failure.slice.get(before.len()..)?.trim_start_matches(',').trim_start();
    let found = OPTIONS.into_iter().find(|words| option.starts_with(words))?;
    let written = option.get(..found.len())?;
    before.contains(" must keep ").then(|| {
        diagnostics::detour(
            failure.place(written),
            "this is said of the figure, and not of the duty to keep it",
            "belongs to the measure",
            "write it behind the figure: `measure in_time per calendar month = …, no data counts as kept.`",
        )
    })
}

/// `within half of 4 office hours`
fn half_of_time(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    let within = matches!(words::last(failure.before()), "within" | "every");
    (within && matches!(found, "half" | "twice")).then(|| {
        diagnostics::detour(
            failure.place(found),
            "a length of time that is computed stands in brackets",
            "computed",
            "`within (half of 4 office hours)`",
        )
    })
}

/// `expect client owes agency 30 EUR, capped at 20 EUR.`
fn capped_at(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let word = words::first(rest);
    let at = words::first(words::behind(rest, word).trim_start());
    let span = failure.place(word).join(failure.place(at));
    (word == "capped" && at == "at").then(|| {
        diagnostics::detour(
            span,
            "what limits have taken is said by how much it is",
            "write `capped by`",
            "`30 EUR, capped by 5 EUR`: 30 EUR are owed, and limits took 5 EUR of 35 EUR",
        )
    })
}

/// `notice to the end of the calendar quarter`
fn end_of_the(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest().strip_prefix("to the end of ")?);
    let each = matches!(found, "the" | "any" | "each" | "every");
    each.then(|| diagnostics::misspelled(failure.place(found), found, "a"))
}
