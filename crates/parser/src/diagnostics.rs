//! Every message of this crate, one constructor each.

use servanda_diagnostics::{Code, Diagnostic, Span, spelling};

/// The grammar and the building functions disagree.
pub(crate) fn mismatch(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Internal, span, "this place was read but not understood")
        .label("here")
        .help("please report this with the policy that showed it")
}

/// A place where something else was expected.
pub(crate) fn syntax(span: Span, found: &str, expected: &[String]) -> Diagnostic {
    let message = match found {
        "" => "the text ends too early".to_owned(),
        found => format!("`{found}` is not expected here"),
    };
    Diagnostic::new(Code::Syntax, span, message).label(match expected {
        [] => "this cannot be read".to_owned(),
        [one] => format!("expected {one}"),
        [first @ .., last] => format!("expected {} or {last}", first.join(", ")),
    })
}

/// A statement without its full stop.
pub(crate) fn missing_stop(statement: Span) -> Diagnostic {
    let end = statement.after();
    Diagnostic::new(Code::FullStop, end, "this statement has no end")
        .label("a full stop belongs here")
        .also(statement, "the statement")
        .help("end the statement with `.`")
        .fix("Add the full stop", end, ".")
}

/// A full stop behind a closing brace.
pub(crate) fn stray_stop(span: Span) -> Diagnostic {
    Diagnostic::new(Code::StrayStop, span, "a full stop behind a closing brace")
        .label("nothing ends here")
        .help("remove it: the brace has already ended the declaration")
        .fix("Remove the full stop", span, "")
}

/// A brace that is never closed.
pub(crate) fn unclosed_brace(open: Span, here: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::UnclosedBrace, open, format!("the brace of this {what} is never closed"))
        .label("opened here")
        .also(here.after(), "`}` belongs here at the latest")
        .help("close it with `}`")
}

/// A closing brace that nothing opened.
pub(crate) fn stray_brace(span: Span) -> Diagnostic {
    Diagnostic::new(Code::StrayBrace, span, "this brace closes nothing")
        .label("nothing is open here")
        .help("remove it, or remove the brace above that closes the agreement too early")
}

/// `use "…".` behind something else.
pub(crate) fn use_behind(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "what a file uses stands before everything else")
        .label("belongs behind `language 1.`")
        .also(first, "this comes before it")
        .help("move the line to the top of the file")
}

/// `use "…".` between braces.
pub(crate) fn use_inside(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "what a file uses is said at the top of the file")
        .label("between the braces of an agreement")
        .help("move the line to the top of the file, behind `language 1.`")
}

/// `use holidays.`
pub(crate) fn use_unquoted(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "a file that is used is written in quotes")
        .label("not in quotes")
        .help(format!("`use \"{written}\".`"))
}

/// `use "a.sla", "b.sla".`
pub(crate) fn use_list(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "each file that is used has a line of its own")
        .label("a full stop belongs here")
        .help("`use \"a.sla\". use \"b.sla\".`")
}

/// A line at the top of the file.
pub(crate) fn outside_agreement(span: Span) -> Diagnostic {
    Diagnostic::new(Code::OutsideAgreement, span, "this line stands outside of an agreement")
        .label("belongs into the braces of an agreement")
        .help("write `agreement \"Title\" { … }` around it")
}

/// `removes 3.3.` in an agreement.
pub(crate) fn removes_of_agreement(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "an agreement removes nothing")
        .label("belongs into the braces of an amendment")
        .help("write `amendment \"Title\" { … }` around it, or leave the clause out of the agreement")
}

/// `removes 3 4`: the place between the two.
pub(crate) fn list_comma(span: Span, example: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "a comma stands between the parts of this line")
        .label("a comma belongs here")
        .help(format!("`{example}`"))
        .fix("Write the comma", span, ", ")
}

/// `removes 3 and 4`, `removes 3, and 4`; `joint` is the word with the blanks before it.
pub(crate) fn list_and(span: Span, joint: Span, replacement: &str, example: &str) -> Diagnostic {
    let comma = !replacement.is_empty();
    Diagnostic::new(Code::Syntax, span, "the parts of this line are joined by commas alone")
        .label(if comma { "a comma belongs here" } else { "leave it out" })
        .help(format!("`{example}`"))
        .fix(if comma { "Write a comma" } else { "Leave it out" }, joint, replacement)
}

/// A quantity with too many operators.
pub(crate) fn too_many_operators(span: Span, max: u32) -> Diagnostic {
    Diagnostic::new(Code::TooDeep, span, format!("more than {max} operators in one statement"))
        .label("one too many")
        .help("name parts of it with `let`")
}

/// Brackets in brackets in brackets.
pub(crate) fn too_deep(span: Span, max: u32) -> Diagnostic {
    Diagnostic::new(Code::TooDeep, span, format!("brackets are nested more than {max} deep"))
        .label("this one is too deep")
        .help("name parts of it with `let`")
}

/// A source that is too long.
pub(crate) fn too_long(span: Span, max: usize) -> Diagnostic {
    Diagnostic::new(Code::TooLong, span, format!("the file is longer than {} MiB", max >> 20))
        .label("nothing of it was read")
}

/// A byte order mark.
pub(crate) fn byte_order_mark(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ByteOrderMark, span, "the file begins with a byte order mark")
        .label("invisible, and of no use in UTF-8")
        .help("save the file as UTF-8 without it")
        .fix("Remove the byte order mark", span, "")
}

/// A string without its closing quote.
pub(crate) fn unclosed_string(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnclosedString, span, "this text has no closing quote")
        .label("opened here")
        .help("close it with `\"`; inside of a text write `\\\"`")
}

/// `\x`
pub(crate) fn unknown_escape(span: Span, c: char) -> Diagnostic {
    Diagnostic::new(Code::UnknownEscape, span, format!("`\\{}` means nothing", c.escape_debug()))
        .label("unknown escape")
        .help("`\\\"` is a quote, `\\n` a line end, `\\\\` a backslash")
}

/// `{ … }` that holds no name.
pub(crate) fn bad_hole(span: Span) -> Diagnostic {
    Diagnostic::new(Code::BadHole, span, "the braces of a text hold a name")
        .label("not a name")
        .help("`{name}`, `{table of row}`, or `{{` for a brace")
}

/// `{` without `}`.
pub(crate) fn open_hole(span: Span) -> Diagnostic {
    Diagnostic::new(Code::BadHole, span, "this brace in the text is never closed")
        .label("opened here")
        .help("`{name}`, or `{{` for a brace")
}

/// A type that does not exist.
pub(crate) fn unknown_type(span: Span, found: &str, known: impl Iterator<Item = &'static str>) -> Diagnostic {
    let known: Vec<&'static str> = known.collect();
    let finding = Diagnostic::new(Code::UnknownType, span, format!("`{found}` is not a type"));
    if let Some(near) = spelling::nearest(found, known.iter().copied()) {
        return finding.label(format!("did you mean `{near}`?")).guess(format!("Write `{near}`"), span, near);
    }
    let known: Vec<String> = known.into_iter().map(|word| format!("`{word}`")).collect();
    finding.label("unknown type").help(format!(
        "the types are {}, `yes or no`, `one of (…)` and lengths such as `minutes`",
        known.join(", ")
    ))
}

/// `the 0th day`
pub(crate) fn bad_ordinal(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, format!("there is no `{found}` day"))
        .label("expected `first`, `2nd`, `3rd` … or `last`")
}

/// `each party owes`
pub(crate) fn each_party_owes(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "`each party` cannot owe: it does not say who")
        .label("expected one party")
        .help("write one sentence for each party")
}

/// `or the previous business day of the month`
pub(crate) fn previous_of_month(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "`of the month` goes with the next day only")
        .label("the day before may lie in any month")
        .help("write `or the next … day of the month`, which goes back where the next lies in another month")
}

/// A condition in the parentheses of a quantity.
pub(crate) fn condition_for_quantity(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "a condition where a quantity is expected").label("a condition")
}

/// A quantity where a condition is expected.
pub(crate) fn quantity_for_condition(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "a quantity where a condition is expected")
        .label("a quantity")
        .help("compare it: `… is at least …`, `… is exactly …`; with one of several words: `… is one of (…)`")
}

/// `a and b or c`
pub(crate) fn and_or(span: Span, first: Span, words: (&str, &str), parts: &[&str]) -> Diagnostic {
    let (found, before) = words;
    let diagnostic =
        Diagnostic::new(Code::AndOr, span, format!("`{found}` beside `{before}` needs parentheses"))
            .label(format!("`{found}` here"))
            .also(first, format!("`{before}` here"));
    match parts {
        [a, b, c] if a.len() + b.len() + c.len() < 80 => {
            diagnostic.help(format!("`({a} {before} {b}) {found} {c}` or `{a} {before} ({b} {found} {c})`"))
        }
        _ => diagnostic.help("put what belongs together in parentheses"),
    }
}

/// `a and b or c` of stretches of time.
pub(crate) fn mixed_intervals(span: Span, found: &str, first: Span, before: &str) -> Diagnostic {
    Diagnostic::new(Code::AndOr, span, format!("`{found}` beside `{before}` needs parentheses"))
        .label(format!("`{found}` here"))
        .also(first, format!("`{before}` here"))
        .help("put what belongs together in parentheses")
}

/// A policy without `language 1.`
pub(crate) fn no_language(first: Span) -> Diagnostic {
    let start = Span::new(first.source, first.start, first.start);
    Diagnostic::new(
        Code::LanguageLine,
        first,
        "the policy does not say which version of the language it is written in",
    )
    .label("`language 1.` belongs before this")
    .help("begin the file with `language 1.`")
    .fix("Add the line", start, "language 1.\n")
}

/// `language 7.`
pub(crate) fn unknown_language(span: Span, found: &str, known: &str) -> Diagnostic {
    Diagnostic::new(Code::LanguageLine, span, format!("version `{found}` of the language is not known here"))
        .label(format!("known is version {known}"))
        .help(format!("take a newer release of the tool, or write the policy in `language {known}.`"))
}

/// A word that is nearly a word of the language.
pub(crate) fn misspelled(span: Span, found: &str, near: &str) -> Diagnostic {
    Diagnostic::new(Code::Misspelled, span, format!("`{found}` is not a word of the language here"))
        .label(format!("did you mean `{near}`?"))
        .guess(format!("Write `{near}`"), span, near)
}

/// `mon-fri`
pub(crate) fn range(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misspelled, span, "a dash makes no range")
        .label("two points belong here")
        .help("`mon..fri`, `09:00..17:00`")
        .fix("Write `..`", span, "..")
}

/// `the agency`
pub(crate) fn article(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misspelled, span, "a name has no article").label("leave it out").fix(
        "Leave it out",
        span,
        "",
    )
}

/// A consequence without `otherwise`.
pub(crate) fn consequence(span: Span, joint: Span) -> Diagnostic {
    let replacement = match joint {
        _ if joint == span => "otherwise",
        _ if joint.start == joint.end => "otherwise ",
        _ => " otherwise",
    };
    Diagnostic::new(Code::Consequence, span, "what follows from a breach is led in by `otherwise`")
        .label("the consequence begins here")
        .help("`… must … otherwise … credits … 5 EUR.`")
        .guess("Write `otherwise`", joint, replacement)
}

/// `between`
pub(crate) fn between(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Between, span, "`between` does not say whether its ends belong to it")
        .label("which ends?")
        .help("`from 95% to 99%` includes both ends, `from 95% to below 99%` only the lower one")
}

/// `x > 5`
pub(crate) fn symbol(span: Span, sign: &str, words: &str) -> Diagnostic {
    Diagnostic::new(Code::Symbol, span, format!("`{sign}` is said in words"))
        .label(format!("write `{words}`"))
        .help("the words are `at least`, `at most`, `above`, `below` and `exactly`")
}

/// `€1500`
pub(crate) fn figure(span: Span, found: &str, instead: &str) -> Diagnostic {
    Diagnostic::new(Code::Figure, span, format!("`{found}` is not how a figure is written"))
        .label(format!("write `{instead}`"))
        .fix(format!("Write `{instead}`"), span, instead)
}

/// `2,000 EUR`, `99,5%`
pub(crate) fn comma(span: Span, found: &str, ways: &[String]) -> Diagnostic {
    let finding = Diagnostic::new(Code::Figure, span, format!("`{found}` is not how a figure is written"))
        .label("no comma stands in a figure");
    match ways {
        [one] => finding.help(format!("the decimal sign is a point: `{one}`")).guess(
            format!("Write `{one}`"),
            span,
            one,
        ),
        ways => {
            let ways: Vec<String> = ways.iter().map(|way| format!("`{way}`")).collect();
            finding.help(format!(
                "{}, whichever is meant: thousands stand together, the decimal sign is a point",
                ways.join(" or ")
            ))
        }
    }
}

/// `8am`, `8:00`
pub(crate) fn time_of_day(span: Span, found: &str, instead: &str) -> Diagnostic {
    Diagnostic::new(Code::Figure, span, format!("`{found}` is not how a time of day is written"))
        .label(format!("write `{instead}`"))
        .help("a time of day has two digits for the hour and two for the minute: `08:00..17:30`")
}

/// `9..17`, `9:00-17:00`
pub(crate) fn hours(span: Span, found: &str, instead: &str) -> Diagnostic {
    Diagnostic::new(Code::Figure, span, format!("`{found}` is not how hours are written"))
        .label(format!("write `{instead}`"))
        .help(
            "two points stand between, and a time of day has two digits for the hour and two for the minute",
        )
        .fix(format!("Write `{instead}`"), span, instead)
}

/// `money in €`, `100 euro`
pub(crate) fn currency_code(span: Span, found: &str, code: &str) -> Diagnostic {
    Diagnostic::new(Code::Figure, span, format!("`{found}` is not how a currency is written"))
        .label(format!("write `{code}`"))
        .help("a currency is written by its three letters")
        .fix(format!("Write `{code}`"), span, code)
}

/// `holidays of Austria`, `law of Austria`
pub(crate) fn country(span: Span, found: &str, code: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, format!("`{found}` is not how a country is written"))
        .label(format!("write `{code}`"))
        .help("a country is written by the two capital letters of its code")
        .fix(format!("Write `{code}`"), span, code)
}

/// `holidays of Bavaria`, `holidays of DE, Bavaria`
pub(crate) fn subdivision(span: Span, found: &str, code: &str) -> Diagnostic {
    let called = spelling::subdivision_name(code).unwrap_or(code);
    Diagnostic::new(Code::Syntax, span, format!("`{found}` is not how a subdivision is written"))
        .label(format!("write `{code}`"))
        .help(format!("a part of a country is written by its code of ISO 3166-2; {called} is `{code}`"))
        .guess(format!("Write `{code}`"), span, code)
}

/// `holidays of Atlantis`; `words` stand before the country.
pub(crate) fn no_country(span: Span, found: &str, words: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, format!("`{found}` is not how a country is written"))
        .label("the code of a country belongs here")
        .help(format!("a country is written by the two capital letters of its code: `{words}DE.`"))
}

/// `holidays of DE, FR`
pub(crate) fn countries(span: Span, lines: &[String]) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "one line names the holidays of one country")
        .label("several countries")
        .help(format!("write a line for each: `{}`", lines.join(" ")))
}

/// `urgent or normal` where one of these words is meant.
pub(crate) fn choice(span: Span, words: &[&str]) -> Diagnostic {
    let instead = format!("one of ({})", words.join(", "));
    Diagnostic::new(Code::Syntax, span, "words to choose from stand in parentheses behind `one of`")
        .label(format!("write `{instead}`"))
        .fix(format!("Write `{instead}`"), span, instead)
}

/// `monthly fee`
pub(crate) fn two_words(span: Span, found: &str, name: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, format!("`{found}` is not a name: a name is one word"))
        .label(format!("write `{name}`"))
        .guess(format!("Write `{name}`"), span, name)
}

/// `desk must be at least 95%`, `desk must make 4 visits`: the form that is meant is in the help.
pub(crate) fn bounded_act(span: Span, found: &str, help: String) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, format!("`{found}` is not how a figure is promised"))
        .label("a party keeps a measure, or owes an amount")
        .help(help)
}

/// `allow SLA0618 because "…".`
pub(crate) fn lint_number(span: Span, found: &str, name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::Misspelled,
        span,
        format!("`{found}` is the number of a lint, and `allow` takes its name"),
    )
    .label(format!("did you mean `{name}`?"))
    .fix(format!("Write `{name}`"), span, name)
}

/// `within 10 office days or 240 hours`
pub(crate) fn second_length(span: Span, second: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "one length of time is expected here, not two")
        .label("which of them counts?")
        .help(format!("where the earlier of the two counts, write two duties, one with each length: the second one `within {second}`"))
        .help("where it depends on something which of them counts, say on what: `within depending on priority { urgent: 4 hours, normal: 10 office days }`")
}

/// `text "…".`
pub(crate) fn text_stop(span: Span) -> Diagnostic {
    Diagnostic::new(Code::StrayStop, span, "a text line has no full stop")
        .label("nothing ends here")
        .help("remove it: the quote has already ended the text")
        .fix("Remove the full stop", span, "")
}

/// `05/01/26`
pub(crate) fn date(span: Span, found: &str, instead: Option<&str>) -> Diagnostic {
    let finding = Diagnostic::new(Code::DateForm, span, format!("`{found}` is not how a date is written"));
    match instead {
        Some(instead) => {
            finding.label(format!("write `{instead}`")).fix(format!("Write `{instead}`"), span, instead)
        }
        None => finding.label("which is the month?").help("write year, month and day: `2026-01-05`"),
    }
}

/// A wording of what the language says otherwise.
pub(crate) fn detour(span: Span, message: &str, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, message).label(label).help(help)
}

/// `within at most 2 hours`, `within 2 hours or less`: the words, and with their blank.
pub(crate) fn is_within(span: Span, all: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "`within` says already that it may be less")
        .label("leave it out")
        .fix("Leave it out", all, "")
}

/// `…, unless paid within …`
pub(crate) fn no_comma(comma: Span, word: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, comma, format!("no comma stands before `{word}`"))
        .label("leave it out")
        .fix("Leave it out", comma, "")
}

/// `per begun calendar week`
pub(crate) fn reordered(span: Span, instead: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "whether a period counts that has begun stands behind it")
        .label(format!("write `{instead}`"))
        .fix(format!("Write `{instead}`"), span, instead)
}

/// `mon to fri`: the word, and with its blanks.
pub(crate) fn range_of_words(span: Span, all: Span) -> Diagnostic {
    Diagnostic::new(Code::Misspelled, span, "two points make a range of days or hours")
        .label("two points belong here")
        .help("`mon..fri`, `09:00..17:00`")
        .fix("Write `..`", all, "..")
}

/// `3 months' notice`
pub(crate) fn apostrophe(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnknownCharacter, span, "no word of the language has an apostrophe")
        .label("leave it out")
        .fix("Leave it out", span, "")
}

/// A character that the language does not use.
pub(crate) fn unknown_character(span: Span, c: char) -> Diagnostic {
    let help = match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' | '\'' | '\u{2018}' | '\u{2019}' | '`' => {
            Some("texts stand in straight double quotes: `\"…\"`")
        }
        '\u{2013}' | '\u{2014}' | '\u{2212}' => {
            Some("write `-` for minus and `..` for a range of days or hours")
        }
        ';' => Some("statements end with `.`, parts are separated by `,`"),
        '[' | ']' => Some("lists stand in parentheses: `(email, portal)`"),
        '#' => Some("comments begin with `//`"),
        '\u{a0}' => Some("this is a blank that does not break; write an ordinary one"),
        _ => None,
    };
    Diagnostic::new(
        Code::UnknownCharacter,
        span,
        format!("the character `{}` has no meaning here", c.escape_debug()),
    )
    .label("unknown character")
    .help_opt(help.map(str::to_owned))
}

/// A bracket inside of a statement.
/// A bracket of a statement, which ends at `end` at the latest.
pub(crate) fn unclosed_bracket(span: Span, end: Span, open: &str, close: &str) -> Diagnostic {
    Diagnostic::new(Code::UnclosedBrace, span, format!("this `{open}` is never closed"))
        .label("opened here")
        .also(end.after(), format!("`{close}` belongs here at the latest"))
        .help(format!("close it with `{close}` before the statement ends"))
}

/// `(a agency must …`, `1(a is broken`: a letter of a sentence without its second bracket.
pub(crate) fn unclosed_letter(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(Code::UnclosedBrace, span, "the `(` of this letter is never closed")
        .label(format!("write `{written})`"))
        .fix("Close it", span, format!("{written})"))
}

/// A reserved word as a name.
pub(crate) fn reserved(span: Span, found: &str, expected: &[String]) -> Diagnostic {
    syntax(span, found, expected)
        .help(format!("`{found}` joins the parts of sentences, so nothing can be called so"))
}

/// `Agency`
pub(crate) fn capital(span: Span, found: &str) -> Diagnostic {
    let instead = found.to_ascii_lowercase();
    Diagnostic::new(Code::Syntax, span, format!("`{found}` is not a name: names begin with a small letter"))
        .label("expected a name")
        .help(format!("write `{instead}`"))
}

/// A closing brace with lines of the agreement or the amendment behind it.
pub(crate) fn closed_early(brace: Span, line: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::StrayBrace, brace, format!("this brace closes the {what} too early"))
        .label(format!("closes the {what}"))
        .also(Span::new(line.source, line.start, line.start), "but this line belongs to it")
        .help("remove the brace, or put the line before it")
}

/// `where … where … where …`
pub(crate) fn too_many_conditions(span: Span, max: u32) -> Diagnostic {
    Diagnostic::new(Code::TooDeep, span, format!("more than {max} conditions in one statement"))
        .label("one too many")
        .help("name parts of it with `let` or `measure`")
}
