//! What other texts say in words that the language says otherwise: numbers, amounts, countries, choices, names of
//! several words, figures that somebody promises, the dates and lists of an amendment.
//!
//! Whether what is proposed is right for the policy is not asked here.

use super::explain::Failure;
use super::notation::currency_word;
use crate::grammar::Rule;
use crate::{diagnostics, words};
use servanda_diagnostics::{Code, Diagnostic, Span, spelling};

/// What stands around the place where reading failed, if other texts write it so.
pub(super) fn wording(failure: &Failure<'_>) -> Option<Diagnostic> {
    in_force(failure)
        .or_else(|| lint_number(failure))
        .or_else(|| second_length(failure))
        .or_else(|| within_phrase(failure))
        .or_else(|| joined(failure))
        .or_else(|| attached(failure))
        .or_else(|| told_in_hours(failure))
        .or_else(|| country(failure))
        .or_else(|| choice(failure))
        .or_else(|| bounded_act(failure))
        .or_else(|| limit(failure))
        .or_else(|| amount(failure))
        .or_else(|| number(failure))
        .or_else(|| name(failure))
}

/// The words that end a text, the last one first, with what stands before each.
fn backwards(text: &str) -> impl Iterator<Item = &str> {
    let mut before = text;
    std::iter::from_fn(move || {
        before = before.trim_end();
        let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let word = before.get(start..)?;
        before = before.get(..start)?;
        (!word.is_empty()).then_some(word)
    })
}

/// `effective from 2026-04-01.`, of an amendment or of a signature.
fn in_force(failure: &Failure<'_>) -> Option<Diagnostic> {
    // Longer ones before their beginnings.
    const WORDS: [&str; 9] = [
        "effective as of",
        "effective from",
        "effective on",
        "effective",
        "with effect from",
        "takes effect from",
        "takes effect on",
        "valid from",
        "applies from",
    ];
    let rest = failure.rest();
    let found = WORDS.into_iter().find(|words| rest.starts_with(words))?;
    let written = rest.get(..found.len())?;
    let phrases = words::phrases(failure.expected);
    let wanted = ["in force from", "with effect from"].into_iter();
    let instead = wanted.filter(|phrase| failure.at == 0 || *phrase != "in force from");
    let instead = instead.into_iter().find(|phrase| phrases.iter().any(|wanted| wanted == phrase))?;
    Some(diagnostics::misspelled(failure.place(written), written, instead))
}

/// `allow SLA0618 because "…".`
fn lint_number(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    if words::first(failure.slice) != "allow" || !found.starts_with("SLA") {
        return None;
    }
    let code = Code::find(found).filter(|code| code.number() == found && code.can_be_allowed())?;
    Some(diagnostics::lint_number(failure.place(found), found, code.name()))
}

/// `within 10 office days or 240 hours`
fn second_length(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let found = words::first(rest);
    let mut before = backwards(failure.before());
    let unit = |word: &str| {
        matches!(
            word.trim_end_matches('s'),
            "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year"
        )
    };
    // A number with its unit, and perhaps the kind of it.
    let is_length = |words: &[&str]| match words {
        [number, last, ..] if unit(last) => !words::digits(number).is_empty(),
        [number, _, last, ..] if unit(last) => !words::digits(number).is_empty(),
        _ => false,
    };
    let behind: Vec<&str> = words::behind(rest, found).split_whitespace().take(3).collect();
    let behind: Vec<&str> = behind.iter().map(|word| word.trim_end_matches(['.', ','])).collect();
    if found != "or" || !unit(before.next()?) || !is_length(&behind) {
        return None;
    }
    let number = behind.first()?;
    let last = behind.iter().find(|word| unit(word))?;
    let start = (number.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)?;
    let end = (last.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)? + last.len();
    let second = failure.slice.get(start..end)?;
    Some(diagnostics::second_length(failure.place(found).join(failure.place(second)), second))
}

/// `each calender month`, `from the deadlin until paid`: a word inside of a phrase, where the one before it or the one
/// behind it could be read as something else.
fn within_phrase(failure: &Failure<'_>) -> Option<Diagnostic> {
    const UNITS: [&str; 5] = ["day", "week", "month", "quarter", "year"];
    const KINDS: [&str; 3] = ["calendar", "contract", "rolling"];
    const BEHIND: [(&str, &str); 4] =
        [("the", "deadline"), ("the", "period"), ("its", "beginning"), ("next", "opening")];
    let found = words::first(failure.rest());
    let last = words::last(failure.before());
    if UNITS.contains(&found.trim_end_matches('s'))
        && !KINDS.contains(&last)
        && let Some(kind) = spelling::nearest(last, KINDS)
    {
        return Some(diagnostics::misspelled(failure.place(last), last, kind));
    }
    // `from 90% up to 95%`
    let up_to = failure.rest().get(.."up to".len()).filter(|words| *words == "up to");
    if let Some(written) = up_to.filter(|_| failure.expects(Rule::kw_to)) {
        return Some(diagnostics::misspelled(failure.place(written), written, "to"));
    }
    if (last, found) == ("up", "to") {
        let start = failure.before().trim_end().len().checked_sub(last.len())?;
        let written = failure.slice.get(start..failure.at + found.len())?;
        return Some(diagnostics::misspelled(failure.place(written), written, "at most"));
    }
    let mut near = BEHIND.into_iter().filter(|(before, word)| *before == last && *word != found);
    let (_, word) = near.find(|(_, word)| spelling::nearest(found, [*word]).is_some())?;
    Some(diagnostics::misspelled(failure.place(found), found, word))
}

/// `signed by agency on 2026-03-20 and by client on …`, `removes 3.3 and 4(b).`, `removes clause 3.3.`
fn joined(failure: &Failure<'_>) -> Option<Diagnostic> {
    let line = words::first(failure.slice);
    let (signed, rest) = (line == "signed", failure.rest());
    let found = words::first(rest);
    let before = failure.before().trim_end();
    let here = failure.place(found);
    if !signed && line != "removes" {
        return None;
    }
    if !signed && failure.expects(Rule::duty_ref) && found != "and" {
        return Some(diagnostics::syntax(here, found, &["a number such as `3.3` or `4(b)`".to_owned()]));
    }
    let example = if signed {
        "signed by agency on 2026-03-20, by client on 2026-03-23."
    } else {
        "removes 3.3, 4(b)."
    };
    if signed && failure.expects(Rule::kw_on) && matches!(found, "and" | ",") {
        let finding = diagnostics::syntax(here, found, &["`on` and the date of this signature".to_owned()]);
        return Some(finding.help(format!("each signature has its own date: `{example}`")));
    }
    let joint = Span::new(here.source, failure.span.start + before.len() as u32, here.start);
    let follows = if signed { found == "by" } else { found.starts_with(|c: char| c.is_ascii_digit()) };
    match found {
        "and" if before.ends_with(',') => Some(diagnostics::list_and(here, joint.join(here), "", example)),
        "and" if failure.expects(Rule::comma) => {
            Some(diagnostics::list_and(here, joint.join(here), ",", example))
        }
        _ if follows && failure.expects(Rule::comma) => Some(diagnostics::list_comma(joint, example)),
        _ => None,
    }
}

/// `attached "Price list".`
fn attached(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    if words::first(failure.slice) != "attached" || !failure.expects(Rule::kw_in) {
        return None;
    }
    let finding =
        diagnostics::syntax(failure.place(found), found, &["`in` and the file it is in".to_owned()]);
    Some(finding.help("`attached \"Price list\" in \"prices.pdf\".`"))
}

/// `telling lead at 80% of the time during office`, `tell lead in office hours`
fn told_in_hours(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    if !matches!(found, "during" | "in" | "within" | "hours") {
        return None;
    }
    let said: Vec<&str> = failure.before().split_whitespace().collect();
    let tell = said.iter().rposition(|word| matches!(*word, "tell" | "telling"))?;
    let (tell, behind) = (said.get(tell)?, said.get(tell + 1..)?);
    let (who, rest) = behind.split_first()?;
    // What stands there is of another sentence, or something else that begins so.
    let over = behind.iter().any(|word| word.ends_with('.'));
    let other = found == "within" && !rest.is_empty() || found == "hours" && rest.first() != Some(&"during");
    if over || other || !who.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let here = failure.place(found);
    let finding = diagnostics::syntax(here, found, &[]);
    Some(finding.help(format!("the calendar stands behind who is told: `{tell} {who} during office`")))
}

/// `holidays of Austria`, `holidays of DE-Bavaria`, `law of Austria`
fn country(failure: &Failure<'_>) -> Option<Diagnostic> {
    let law = failure.slice.starts_with("law of ");
    let words = if law { "law of " } else { "holidays of " };
    let start = failure.slice.find(words).filter(|at| *at < failure.at)?;
    let rest = failure.slice.get(start + words.len()..)?;
    let written = rest.split(['.', '\n']).next()?.trim();
    let here = failure.place(written);
    let name = written.strip_prefix("the ").unwrap_or(written);
    let subdivision = |name: &str| spelling::subdivision(name).filter(|_| !law);
    if let Some(code) = subdivision(name) {
        return Some(diagnostics::subdivision(here, written, code));
    }
    let code = |name: &str| {
        let letters = name.len() == 2 && name.bytes().all(|letter| letter.is_ascii_alphabetic());
        let known = subdivision(name).or_else(|| spelling::country(name)).map(str::to_owned);
        known.or_else(|| letters.then(|| name.to_ascii_uppercase()))
    };
    let several: Vec<&str> = name.split([',', '/', '&']).flat_map(|part| part.split(" and ")).collect();
    let several: Option<Vec<String>> = several.into_iter().map(|name| code(name.trim())).collect();
    match several.as_deref() {
        Some([_, _, ..]) if !law => {
            let lines = several.iter().flatten().map(|code| format!("closed on holidays of {code}."));
            Some(diagnostics::countries(here, &lines.collect::<Vec<_>>()))
        }
        Some([code]) if code != written => Some(diagnostics::country(here, written, code)),
        // What stands behind a country that is written well is something else.
        _ if words::first(written).bytes().all(|letter| letter.is_ascii_uppercase()) => None,
        _ => Some(diagnostics::no_country(here, written, if law { words } else { "closed on holidays of " })),
    }
}

/// `priority: urgent or normal`, `one of urgent, normal`
fn choice(failure: &Failure<'_>) -> Option<Diagnostic> {
    let one_of = failure.before().rfind("one of ").map(|at| (at, at + "one of ".len()));
    let field = || {
        let found = words::first(failure.rest());
        let of_type = failure.expects(Rule::unit) && matches!(found, "or" | "|" | "/" | ",");
        let colon = failure.before().rfind(':').filter(|_| of_type)?;
        let start = failure.slice.len() - failure.slice.get(colon + 1..)?.trim_start().len();
        Some((start, start))
    };
    let (start, first) = one_of.or_else(field)?;
    let mut list = Vec::new();
    let mut end = first;
    let mut tail = failure.slice.get(first..)?.trim_start();
    loop {
        let word = words::first(tail);
        if !words::is_name(word) && !matches!(word, "yes" | "no") {
            break;
        }
        list.push(word);
        tail = words::behind(tail, word);
        end = failure.slice.len() - tail.len();
        let separators = [", or ", ",", "or ", "|", "/"];
        let next = tail.trim_start();
        let Some(rest) = separators.into_iter().find_map(|separator| next.strip_prefix(separator)) else {
            break;
        };
        tail = rest.trim_start();
    }
    let reached = end >= failure.before().trim_end().len() && list.len() > 1;
    let written = failure.slice.get(start..end)?;
    reached.then(|| diagnostics::choice(failure.place(written), &list))
}

/// `desk must be at least 95%`, `desk must make 4 visits`: an act is done to each of something, a figure is kept.
fn bounded_act(failure: &Failure<'_>) -> Option<Diagnostic> {
    const BOUNDS: [&str; 9] = ["at", "above", "below", "over", "under", "exactly", "more", "less", "fewer"];
    let mut before = backwards(failure.before());
    let verb = before.next()?;
    let modal = before.next()?;
    let not = modal == "not";
    let modal = if not { before.next()? } else { modal };
    let subject = before.next().filter(|word| words::is_name(word)).unwrap_or("MEASURE");
    if modal != "must" || !words::is_name(verb) {
        return None;
    }
    let rest = failure.rest();
    let found = words::first(rest);
    let figure = words::digits(rest);
    let bound = match BOUNDS.into_iter().find(|bound| *bound == found) {
        Some(_) => {
            let next = words::first(words::behind(rest, found).trim_start());
            match next {
                "least" | "most" | "than" | "to" | "more" | "less" | "fewer" => next,
                _ => found,
            }
        }
        None if !figure.is_empty() => figure,
        None => spelling::number(found).map(|_| found)?,
    };
    let start = (verb.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)?;
    let end = (bound.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)? + bound.len();
    let written = failure.slice.get(start..end)?;
    let next = words::first(words::behind(rest, figure).trim_start());
    let code = currency_word(next).unwrap_or(next);
    // `must not be more` and `must be less` bound from above.
    let above = verb == "exceed" || matches!(found, "more" | "above" | "over");
    let below = matches!(found, "less" | "fewer" | "below" | "under");
    let relation = if bound == "most" || above && not || below && !not { "at most" } else { "at least" };
    let help = if !figure.is_empty()
        && code.len() == 3
        && code.bytes().all(|letter| letter.is_ascii_uppercase())
    {
        format!("an amount is owed: `{subject} owes PARTY {figure} {code} each calendar month.`")
    } else if !matches!(verb, "be" | "stay" | "remain" | "keep") {
        format!(
            "count in a measure, and keep the measure: `measure visits per calendar month = count of visit.made.`, \
         then `desk must keep visits {relation} 4`"
        )
    } else if verb == "keep" || (failure.named)(&format!("party {subject}")) {
        format!("say which measure is kept: `{subject} must keep MEASURE {relation} …`")
    } else {
        format!("say who keeps it: `PARTY must keep {subject} {relation} …`")
    };
    Some(diagnostics::bounded_act(failure.place(written), written, help))
}

/// `, up to 50 EUR`, `, capped at 50 EUR`
fn limit(failure: &Failure<'_>) -> Option<Diagnostic> {
    const LIMITS: [&str; 6] =
        ["up to", "capped at", "limited to", "not more than", "no more than", "not exceeding"];
    let rest = failure.rest();
    let found = LIMITS.into_iter().find(|words| rest.starts_with(words))?;
    let written = rest.get(..found.len())?;
    let modifier = failure.before().trim_end().ends_with(',');
    modifier.then(|| diagnostics::misspelled(failure.place(written), written, "at most"))
}

/// `100 euro`, `95 per cent`: what stands behind a number is read as the name of a calendar.
fn amount(failure: &Failure<'_>) -> Option<Diagnostic> {
    // The word may stand before the failure or, behind a number that is a word, at it.
    let found = words::first(failure.rest());
    let end = match found {
        "percent" | "cent" => failure.at + found.len(),
        _ if currency_word(found).is_some() => failure.at + found.len(),
        _ => failure.before().trim_end().len(),
    };
    let text = failure.slice.get(..end)?;
    let mut before = backwards(text);
    let word = before.next()?;
    let percent = match word {
        "percent" => true,
        "cent" if before.next()? == "per" => true,
        "cent" => return None,
        _ => false,
    };
    let number = before.next()?;
    let figure = match words::digits(number) {
        digits if digits == number && !digits.is_empty() => digits.to_owned(),
        _ => spelling::number(number)?.to_string(),
    };
    let instead = match currency_word(word) {
        Some(code) => format!("{figure} {code}"),
        None if percent => format!("{figure}%"),
        None => return None,
    };
    let start = (number.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)?;
    let written = text.get(start..)?;
    Some(diagnostics::figure(failure.place(written), written, &instead))
}

/// `four office hours`, `thirty (30) days`, `a week`
fn number(failure: &Failure<'_>) -> Option<Diagnostic> {
    let found = words::first(failure.rest());
    if matches!(found, "a" | "an") && (failure.expects(Rule::length_of) || failure.expects(Rule::length)) {
        return Some(diagnostics::figure(failure.place(found), found, "1"));
    }
    let word = backwards(failure.before()).next()?;
    let figure = spelling::number(word)?.to_string();
    let rest = failure.rest();
    let repeated = format!("({figure})");
    let written = match rest.strip_prefix(repeated.as_str()) {
        Some(behind) => {
            let start = (word.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)?;
            failure.slice.get(start..failure.slice.len() - behind.len())?
        }
        None => word,
    };
    Some(diagnostics::figure(failure.place(written), written, &figure))
}

/// `monthly fee` where the source has a `monthly_fee`; `5% of visit price` where it has a case `visit`.
fn name(failure: &Failure<'_>) -> Option<Diagnostic> {
    let mut before = backwards(failure.before());
    let last = before.next().filter(|word| words::is_name(word))?;
    let earlier = before.next().filter(|word| words::is_name(word));
    let rest = failure.rest();
    let found = words::first(rest);
    if !words::is_name(found) {
        return None;
    }
    if words::last(failure.before()) == last && (failure.named)(&format!("case {last}")) {
        let start = (last.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)?;
        let written = failure.slice.get(start..failure.at + found.len())?;
        let of_quantity = failure.before().get(..start).is_some_and(|text| text.trim_end().ends_with(" of"));
        if of_quantity {
            return Some(diagnostics::two_words(failure.place(written), written, &format!("{last}.{found}")));
        }
    }
    let later = words::first(words::behind(rest, found).trim_start());
    for (from, to) in [(Some(last), later), (earlier, found), (Some(last), found)] {
        let Some(from) = from else { continue };
        let start = (from.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)?;
        let end = (to.as_ptr() as usize).checked_sub(failure.slice.as_ptr() as usize)? + to.len();
        let written = failure.slice.get(start..end)?;
        let parts: Vec<&str> = written.split_whitespace().collect();
        let known = ["_", "."].into_iter().map(|joint| parts.join(joint)).find(|name| (failure.named)(name));
        if let Some(known) = known {
            return Some(diagnostics::two_words(failure.place(written), written, &known));
        }
    }
    None
}
