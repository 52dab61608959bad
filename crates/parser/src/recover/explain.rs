//! From the place where reading failed to the message that helps: the mistakes that authors really make first,
//! the words that were expected last.

use pest::Parser;
use servanda_diagnostics::{Diagnostic, Span, spelling};

use crate::diagnostics;
use crate::grammar::{Grammar, Rule};
use crate::words;

/// Where and why a slice could not be read.
pub(super) struct Failure<'t> {
    /// Where the slice stands.
    pub(super) span: Span,
    /// The slice.
    pub(super) slice: &'t str,
    /// The byte of the slice at which reading failed.
    pub(super) at: usize,
    /// What would have fitted there.
    pub(super) expected: &'t [Rule],
    /// Whether the source has a name of several parts that is written so, or such a party or case: `party desk`.
    pub(super) named: &'t dyn Fn(&str) -> bool,
}

impl<'t> Failure<'t> {
    pub(super) fn before(&self) -> &'t str {
        self.slice.get(..self.at).unwrap_or("")
    }

    pub(super) fn rest(&self) -> &'t str {
        self.slice.get(self.at..).unwrap_or("")
    }

    /// A part of the slice, which `part` must be.
    pub(super) fn place(&self, part: &str) -> Span {
        let offset =
            (part.as_ptr() as usize).saturating_sub(self.slice.as_ptr() as usize).min(self.slice.len());
        let start = self.span.start + offset as u32;
        Span::new(self.span.source, start, start + part.len() as u32)
    }

    /// Where a part of the slice ends in it.
    pub(super) fn end_of(&self, part: &str) -> Option<usize> {
        Some((part.as_ptr() as usize).checked_sub(self.slice.as_ptr() as usize)? + part.len())
    }

    pub(super) fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }
}

/// The finding for a slice that could not be read.
pub(super) fn explain(failure: &Failure<'_>) -> Diagnostic {
    consequence(failure)
        .or_else(|| use_line(failure))
        .or_else(|| between(failure))
        .or_else(|| super::notation::notation(failure))
        .or_else(|| super::phrase::phrase(failure))
        .or_else(|| super::length::length(failure))
        .or_else(|| super::detour::detour(failure))
        .or_else(|| super::wording::wording(failure))
        .or_else(|| figure(failure))
        .or_else(|| date(failure))
        .or_else(|| date_in_words(failure))
        .or_else(|| range(failure))
        .or_else(|| symbol(failure))
        .or_else(|| character(failure))
        .or_else(|| letter(failure))
        .or_else(|| bracket(failure))
        .or_else(|| second_word(failure))
        .or_else(|| habit(failure))
        .or_else(|| spelled(failure))
        .or_else(|| next_line(failure))
        .or_else(|| reserved(failure))
        .unwrap_or_else(|| expected(failure))
}

/// `…, agency credits client 5 EUR` and `… else …`: a consequence without `otherwise`.
fn consequence(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let before = failure.before().trim_end();
    let word = words::first(rest);
    // Behind a figure it is read as the name of a calendar.
    if let Some(word) = [word, words::last(before)].into_iter().find(|word| *word == "else") {
        return Some(diagnostics::consequence(failure.place(word), failure.place(word)));
    }
    let sentence = Grammar::parse(Rule::core, rest).is_ok();
    if !sentence || !before.ends_with(',') {
        return None;
    }
    let comma = before.get(before.len().checked_sub(1)?..)?;
    Some(diagnostics::consequence(failure.place(word), failure.place(comma)))
}

/// `use holidays.` and `use "a.sla", "b.sla".`
fn use_line(failure: &Failure<'_>) -> Option<Diagnostic> {
    if words::first(failure.slice) != "use" {
        return None;
    }
    if failure.expects(Rule::string) {
        let rest = failure.rest();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let path = rest.get(..end)?.trim_end_matches('.');
        let ending = if path.ends_with(".sla") || path.starts_with("standard/") { "" } else { ".sla" };
        return Some(diagnostics::use_unquoted(failure.place(path), &format!("{path}{ending}")));
    }
    let joint = [",", "and"].into_iter().find(|joint| failure.rest().starts_with(joint))?;
    Some(diagnostics::use_list(failure.place(failure.rest().get(..joint.len())?)))
}

/// `between 95% and 99%`
fn between(failure: &Failure<'_>) -> Option<Diagnostic> {
    let word = words::first(failure.rest());
    let last = words::last(failure.before());
    let word = [word, last].into_iter().find(|word| *word == "between")?;
    Some(diagnostics::between(failure.place(word)))
}

/// `€1500`, `EUR 1500`, `1500EUR`, `%5`
fn figure(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let first = rest.chars().next()?;
    let last = words::last(failure.before());
    if let Some(code) = currency(first) {
        let tail = rest.get(first.len_utf8()..)?.trim_start();
        let digits = words::digits(tail);
        if !digits.is_empty() {
            let part = through(rest, digits)?;
            return Some(diagnostics::figure(failure.place(part), part, &format!("{digits} {code}")));
        }
        if last.starts_with(|c: char| c.is_ascii_digit()) {
            let sign = rest.get(..first.len_utf8())?;
            let span = failure.place(last).join(failure.place(sign));
            return Some(diagnostics::figure(span, &format!("{last}{sign}"), &format!("{last} {code}")));
        }
    }
    if first == '%' {
        let digits = words::digits(rest.get(1..)?.trim_start());
        if digits.is_empty() {
            // `0.5 %`; of `95%` behind a word that takes no share nothing stands apart.
            if !failure.before().ends_with(char::is_whitespace) {
                return None;
            }
            let figure = failure.before().trim_end();
            let figure = figure.get(figure.rfind(char::is_whitespace).map_or(0, |at| at + 1)..)?;
            let apart = words::digits(figure) == figure && !figure.is_empty();
            let span = failure.place(figure).join(failure.place(rest.get(..1)?));
            return apart.then(|| diagnostics::figure(span, &format!("{figure} %"), &format!("{figure}%")));
        }
        let part = through(rest, digits)?;
        return Some(diagnostics::figure(failure.place(part), part, &format!("{digits}%")));
    }
    let code = words::first(rest);
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let digits = words::digits(rest.get(3..)?.trim_start());
        if !digits.is_empty() {
            let part = through(rest, digits)?;
            return Some(diagnostics::figure(failure.place(part), part, &format!("{digits} {code}")));
        }
    }
    let point = words::first(rest);
    if last == "percentage" && point.starts_with("point") {
        return Some(diagnostics::misspelled(failure.place(point), point, "points"));
    }
    let digits = words::digits(rest);
    let behind = rest.get(digits.len()..)?;
    // `at 80 % of the time`
    if !digits.is_empty() && behind.starts_with(' ') && behind.trim_start().starts_with('%') {
        let sign = behind.trim_start().get(..1)?;
        let part = through(rest, sign)?;
        return Some(diagnostics::figure(failure.place(part), part, &format!("{digits}%")));
    }
    let unit = words::first(behind);
    if !digits.is_empty() && unit.starts_with(|c: char| c.is_alphabetic()) {
        let part = through(rest, unit)?;
        let unit = match unit {
            "h" | "hr" | "hrs" => "hours",
            "m" | "min" | "mins" => "minutes",
            "s" | "sec" | "secs" => "seconds",
            "d" => "calendar days",
            "w" | "wk" | "wks" => "calendar weeks",
            "mo" => "months",
            "y" | "yr" | "yrs" => "years",
            other => other,
        };
        let unit = if digits == "1" { unit.trim_end_matches('s') } else { unit };
        return Some(diagnostics::figure(failure.place(part), part, &format!("{digits} {unit}")));
    }
    None
}

/// From the beginning of `rest` through `part`, which is a part of it.
fn through<'t>(rest: &'t str, part: &str) -> Option<&'t str> {
    rest.get(..(part.as_ptr() as usize).checked_sub(rest.as_ptr() as usize)? + part.len())
}

/// The code of a currency's sign, for the suggestion.
pub(super) fn currency(sign: char) -> Option<&'static str> {
    match sign {
        '€' => Some("EUR"),
        '$' => Some("USD"),
        '£' => Some("GBP"),
        '¥' => Some("JPY"),
        '₺' => Some("TRY"),
        _ => None,
    }
}

/// `05/01/26`, `5.1.2026`, `2026-1-5`
fn date(failure: &Failure<'_>) -> Option<Diagnostic> {
    let of_date = |c: char| c.is_ascii_digit() || matches!(c, '/' | '.' | '-');
    // The figures before the first sign may have been read as a number.
    let start = failure.before().rfind(|c: char| !of_date(c)).map_or(0, |at| at + 1);
    let rest = failure.slice.get(start..)?;
    let end = rest.find(|c: char| !of_date(c)).unwrap_or(rest.len());
    let written = rest.get(..end)?.trim_end_matches('.');
    let parts: Vec<&str> = written.split(['/', '.', '-']).collect();
    let figures = parts.iter().all(|part| !part.is_empty() && part.len() <= 4);
    let well = Grammar::parse(Rule::date, written).is_ok_and(|pairs| pairs.as_str() == written);
    if parts.len() != 3 || !figures || well {
        return None;
    }
    Some(diagnostics::date(
        failure.place(written),
        written,
        rewritten(&parts, written.contains('.')).as_deref(),
    ))
}

/// A date of three figures as the language writes it, where it is clear which of them is the month.
/// With points the day stands before the month.
fn rewritten(parts: &[&str], points: bool) -> Option<String> {
    let number = |part: &str| part.parse::<u32>().ok();
    let [first, second, third] = parts else { return None };
    let (year, month, day) = match (first.len(), third.len()) {
        (4, _) => (first, number(second)?, number(third)?),
        (_, 4) => match (number(first)?, number(second)?) {
            (day, month) if points || day > 12 || day == month => (third, month, day),
            (month, day) if day > 12 => (third, month, day),
            _ => return None,
        },
        _ => return None,
    };
    let date = format!("{year}-{month:02}-{day:02}");
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(date)
}

/// `1 January 2026`, `13. April 2026`, `January 1, 2026`
fn date_in_words(failure: &Failure<'_>) -> Option<Diagnostic> {
    let mut words: Vec<&str> = Vec::new();
    let line = failure.before().rfind('\n').map_or(0, |at| at + 1);
    words.extend(
        failure.slice.get(line..)?.split('\n').next()?.split([' ', '\t']).filter(|word| !word.is_empty()),
    );
    let bare = |word: &str| word.trim_end_matches(['.', ',', ';']).to_owned();
    let (place, month) =
        words.iter().enumerate().find_map(|(place, word)| Some((place, month(&bare(word))?)))?;
    let figure = |at: Option<usize>| at.and_then(|at| words.get(at)).map(|word| bare(word));
    let day_of = |text: String| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok()?;
        (1..=31).contains(&digits).then_some(digits)
    };
    let year_of =
        |text: String| (text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit())).then_some(text);
    let before = figure(place.checked_sub(1)).and_then(day_of);
    let behind = figure(place.checked_add(1));
    let (first, last, day, year) = match before {
        Some(day) => (place.checked_sub(1)?, place + 1, day, year_of(behind?)?),
        None => (place, place + 2, day_of(behind?)?, year_of(figure(Some(place + 2))?)?),
    };
    let (first, last) = (*words.get(first)?, *words.get(last)?);
    let last = last.trim_end_matches(['.', ',', ';']);
    let span = failure.place(first).join(failure.place(last));
    let here = failure.span.start + failure.at as u32;
    if here < span.start || span.end < here {
        return None;
    }
    let from = (span.start - failure.span.start) as usize;
    let written = failure.slice.get(from..(span.end - failure.span.start) as usize)?;
    Some(diagnostics::date(span, written, Some(&format!("{year}-{month:02}-{day:02}"))))
}

/// The number of a month by its name.
fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let fits = |month: &str| month == word || word.len() == 3 && month.starts_with(&word);
    let place = MONTHS.into_iter().position(fits)?;
    u32::try_from(place).ok()?.checked_add(1)
}

/// `mon-fri`, `9:00-17:00`
fn range(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let dash = ["-", "–", "—"].into_iter().find(|dash| rest.starts_with(dash))?;
    let from = words::last(failure.before());
    let to = words::first(rest.get(dash.len()..)?.trim_start());
    let part = through(rest, rest.get(..dash.len())?)?;
    let ends = failure.expects(Rule::range_dots) && !from.is_empty() && !to.is_empty();
    ends.then(|| diagnostics::range(failure.place(part)))
}

/// What authors write out of habit, and the words of the language for it.
fn habit(failure: &Failure<'_>) -> Option<Diagnostic> {
    const HABITS: [(&str, &str); 14] = [
        ("max", "at most"),
        ("maximum", "at most"),
        ("min", "at least"),
        ("minimum", "at least"),
        ("every", "each"),
        ("all", "each"),
        ("shall", "must"),
        ("will", "must"),
        ("should", "must"),
        ("has", "must"),
        ("pays", "owes"),
        ("gets", "owes"),
        ("which", "in which"),
        ("when", "where"),
    ];
    let found = words::first(failure.rest());
    let here = failure.place(found);
    if found == "in" && words::phrases(failure.expected).iter().any(|phrase| phrase == "within") {
        return Some(diagnostics::misspelled(here, found, "within"));
    }
    if found == "when" && failure.expects(Rule::paren_open) {
        let verb = words::last(failure.before());
        return Some(diagnostics::syntax(here, found, &["the participle in parentheses".to_owned()]).help(
            format!(
                "an act has its verb and its participle: `{verb} ({}) when …`",
                spelling::participle(verb)
            ),
        ));
    }
    let named = [
        Rule::name,
        Rule::path,
        Rule::subject,
        Rule::core,
        Rule::sentence,
        Rule::consequence,
        Rule::brace_open,
    ];
    if found == "the" && named.into_iter().any(|rule| failure.expects(rule)) {
        return Some(diagnostics::article(here));
    }
    let (_, instead) = HABITS.into_iter().find(|(word, _)| *word == found)?;
    let fits = words::expected(failure.expected).join(" ");
    let first = instead.split(' ').next().unwrap_or(instead);
    // Only where the words of the language would be understood.
    let modifier = first == "at" && failure.before().trim_end().ends_with(',');
    (modifier || fits.contains(instead)).then(|| diagnostics::misspelled(here, found, instead))
}

/// `x > 5`
fn symbol(failure: &Failure<'_>) -> Option<Diagnostic> {
    const SYMBOLS: [(&str, &str); 13] = [
        ("<=", "at most"),
        (">=", "at least"),
        ("==", "exactly"),
        ("!=", "not"),
        ("<>", "not"),
        ("&&", "and"),
        ("||", "or"),
        ("<", "below"),
        (">", "above"),
        ("≤", "at most"),
        ("≥", "at least"),
        ("=", "exactly"),
        ("!", "not"),
    ];
    let rest = failure.rest();
    let (sign, words) = SYMBOLS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    let here = failure.place(rest.get(..sign.len())?);
    let comparing = !matches!(words, "and" | "or") && sign != "!";
    let is = if comparing && words::last(failure.before()) != "is" { "is " } else { "" };
    Some(diagnostics::symbol(here, sign, &format!("{is}{words}")))
}

/// A character that the language does not use.
fn character(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let c = rest.chars().next()?;
    let used = c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_\"().,:{}?+-*/%=<>&|!".contains(c);
    let here = failure.place(rest.get(..c.len_utf8())?);
    if matches!(c, '\'' | '\u{2019}') && failure.before().ends_with(|c: char| c.is_ascii_alphabetic()) {
        let behind = rest.get(c.len_utf8()..)?;
        // `month's`
        let possessive = behind.starts_with("s ") && !failure.before().ends_with('s');
        let written = rest.get(..c.len_utf8() + usize::from(possessive))?;
        return Some(diagnostics::apostrophe(failure.place(written)));
    }
    (!used).then(|| diagnostics::unknown_character(here, c))
}

/// `(a agency must …`, `1(a is broken`
fn letter(failure: &Failure<'_>) -> Option<Diagnostic> {
    let inside = failure.rest().strip_prefix('(')?;
    let word = words::first(inside);
    let single = word.len() == 1 && word.bytes().all(|letter| letter.is_ascii_lowercase());
    let open = !words::behind(inside, word).trim_start().starts_with([')', ',']);
    // The letter of a duty stands right behind its number, that of a sentence begins it.
    let number = failure.before().ends_with(|c: char| c.is_ascii_digit());
    let written = failure.rest().get(..1 + word.len())?;
    (single && open && (number || failure.at == 0))
        .then(|| diagnostics::unclosed_letter(failure.place(written), written))
}

/// A bracket of the slice that is never closed, where the slice ends too early.
fn bracket(failure: &Failure<'_>) -> Option<Diagnostic> {
    let mut open: Vec<(&str, char)> = Vec::new();
    let mut rest = failure.slice;
    let mut before_failure = 0;
    while let Some(c) = rest.chars().next() {
        let step = if c == '"' {
            words::string(rest).len()
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        match c {
            '(' | '{' => open.push((rest.get(..1)?, c)),
            ')' if open.last().is_some_and(|(_, c)| *c == '(') => drop(open.pop()),
            '}' if open.iter().any(|(_, c)| *c == '{') => while open.pop().is_some_and(|(_, c)| c != '{') {},
            _ => {}
        }
        rest = rest.get(step..)?;
        before_failure += step;
        if before_failure == failure.at && c != '"' {
            // What is open at the failure decides about parentheses.
            if let Some((part, '(')) = open.last()
                && failure.expects(Rule::paren_close)
                && !failure.rest().contains(')')
            {
                let end = failure.place(failure.before().trim_end());
                return Some(diagnostics::unclosed_bracket(failure.place(part), end, "(", ")"));
            }
        }
    }
    let (part, _) = open.into_iter().find(|(_, c)| *c == '{')?;
    let end = failure.place(failure.before().trim_end());
    Some(diagnostics::unclosed_bracket(failure.place(part), end, "{", "}"))
}

/// `begins wen request.made`: the first word of a line begins a phrase, and the second one does not go on with it.
fn second_word(failure: &Failure<'_>) -> Option<Diagnostic> {
    let first = words::first(failure.slice);
    let rest = words::behind(failure.slice, first).trim_start();
    let second = words::first(rest);
    if failure.at > failure.slice.len() - rest.len() || second.is_empty() {
        return None;
    }
    let known: Vec<&str> = words::LINE_PHRASES
        .iter()
        .filter_map(|phrase| phrase.split_once(' '))
        .filter(|(word, _)| *word == first)
        .map(|(_, rest)| rest.split(' ').next().unwrap_or(rest))
        .collect();
    if known.is_empty() || known.contains(&second) {
        return None;
    }
    let here = failure.place(second);
    Some(match spelling::nearest(second, known.iter().copied()) {
        Some(near) => diagnostics::misspelled(here, second, near),
        None => {
            let expected: Vec<String> = known.iter().map(|word| format!("`{first} {word}`")).collect();
            diagnostics::syntax(here, second, &expected)
        }
    })
}

/// A word that is nearly what was expected, or a phrase that goes on otherwise.
fn spelled(failure: &Failure<'_>) -> Option<Diagnostic> {
    let rest = failure.rest();
    let found = words::first(rest);
    if !found.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let phrases = words::phrases(failure.expected);
    // The longest beginning of a phrase that stands here, with the word that does not go on with it and the one
    // that would, if they are alike; of two as long, one with such a word.
    let mut best: Option<(usize, bool, &str, &str, &str)> = None;
    for phrase in &phrases {
        let (mut tail, mut length) = (rest, 0);
        for word in phrase.split(' ') {
            let here = words::first(tail.trim_start());
            if here == word {
                length += 1;
                tail = words::behind(tail.trim_start(), here);
                continue;
            }
            let near = spelling::nearest(here, [word]).is_some();
            if length > 0 && best.is_none_or(|(longest, alike, ..)| (length, near) > (longest, alike)) {
                best = Some((length, near, phrase, here, word));
            }
            break;
        }
    }
    if let Some((_, near, phrase, here, word)) = best {
        return Some(if near {
            diagnostics::misspelled(failure.place(here), here, word)
        } else {
            diagnostics::syntax(failure.place(here), here, &[format!("`{phrase}`")])
        });
    }
    let near = spelling::nearest(found, phrases.iter().filter_map(|phrase| phrase.split(' ').next()))?;
    Some(diagnostics::misspelled(failure.place(found), found, near))
}

/// The statement could end here, and a next line follows.
fn next_line(failure: &Failure<'_>) -> Option<Diagnostic> {
    let before = failure.before();
    let end = before.trim_end();
    let breaks = before.get(end.len()..)?.contains('\n') || failure.rest().is_empty();
    (breaks && !end.is_empty() && failure.expects(Rule::full_stop))
        .then(|| diagnostics::missing_stop(failure.place(end)))
}

/// A word of the language, or a capital letter, where a name is expected.
fn reserved(failure: &Failure<'_>) -> Option<Diagnostic> {
    if !(failure.expects(Rule::name) || failure.expects(Rule::path)) {
        return None;
    }
    let found = words::first(failure.rest());
    let here = failure.place(found);
    let first = found.chars().next()?;
    if first.is_ascii_uppercase() && found.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Some(diagnostics::capital(here, found));
    }
    let reserved = first.is_ascii_lowercase() && Grammar::parse(Rule::name, found).is_err();
    reserved.then(|| diagnostics::reserved(here, found, &words::expected(failure.expected)))
}

/// What was expected.
fn expected(failure: &Failure<'_>) -> Diagnostic {
    let found = words::first(failure.rest());
    diagnostics::syntax(
        failure.place(failure.rest().get(..found.len()).unwrap_or("")),
        found,
        &words::expected(failure.expected),
    )
}
