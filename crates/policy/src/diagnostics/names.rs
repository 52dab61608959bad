//! Messages about names: what is not known, known twice, or known as something else.

use super::{listed, there_is};
use crate::time::{countries, subdivisions};
use servanda_diagnostics::{Code, Diagnostic, Span, spelling};
use servanda_parser::ast::{self, Name};

/// A name that is near, with the place of its definition.
pub(super) type Near<'n> = Option<(&'n str, Span)>;

/// Adds what was probably meant, else what there is.
pub(super) fn meant(finding: Diagnostic, near: Near<'_>, otherwise: Option<String>) -> Diagnostic {
    match near {
        Some((name, span)) if span.is_empty() => finding.label(format!("did you mean `{name}`?")),
        Some((name, span)) => {
            let at = finding.primary().span;
            finding
                .label(format!("did you mean `{name}`?"))
                .also(span, format!("`{name}` is defined here"))
                .guess(format!("Write `{name}`"), at, name)
        }
        None => finding.help_opt(otherwise),
    }
}

pub(crate) fn unknown_party(name: &Name, near: Near<'_>, known: &[(&str, Span)]) -> Diagnostic {
    let finding =
        Diagnostic::new(Code::UnknownParty, name.span, format!("no party or role `{}`", name.value))
            .label("not declared");
    meant(finding, near, there_is("the agreement has", known.iter().map(|(name, _)| *name)))
}

pub(crate) fn unknown_case(name: &Name, near: Near<'_>, known: &[(&str, Span)]) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownCase, name.span, format!("no case `{}`", name.value))
        .label("not declared");
    meant(finding, near, there_is("the agreement has", known.iter().map(|(name, _)| *name)))
}

pub(crate) fn unknown_calendar(name: &Name, near: Near<'_>, known: &[(&str, Span)]) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownCalendar, name.span, format!("no calendar `{}`", name.value))
        .label("not declared");
    let known = there_is(
        "a word before `hours` or `days` names a calendar; the calendars are",
        known.iter().map(|(name, _)| *name),
    );
    let help = known.unwrap_or_else(|| {
        format!("declare it: `calendar {} {{ open mon..fri 09:00..17:00. }}`", name.value)
    });
    let help = match name.value.as_str() {
        counted @ ("begun" | "completed") => format!(
            "`{counted}` stands behind the unit of a late fee, `per calendar week {counted}`; any other length has \
             none: `within 2 calendar weeks`"
        ),
        _ => help,
    };
    meant(finding, near, Some(help))
}

/// `10 calender days`, `per calender day begun`
pub(crate) fn nearly_calendar(kind: &Name) -> Diagnostic {
    Diagnostic::new(Code::UnknownCalendar, kind.span, format!("no calendar `{}`", kind.value))
        .label("did you mean `calendar`?")
        .guess("Write `calendar`", kind.span, "calendar")
}

pub(crate) fn no_length_named(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownName, span, format!("no length of time is called `{name}`"))
        .label("neither a value nor a parameter that is one");
    let near = spelling::nearest(name, known.iter().copied()).map(|near| (near, Span::default()));
    let write =
        "write it out, such as `4 hours` or `2 calendar days`; what depends on something is no single length";
    let help = match there_is("lengths of time with a name are", known.iter()) {
        Some(known) => format!("{known}; or {write}"),
        None => write.to_owned(),
    };
    meant(finding, near, Some(help))
}

pub(crate) fn unknown_event(name: &str, span: Span, near: Near<'_>) -> Diagnostic {
    let finding =
        Diagnostic::new(Code::UnknownEvent, span, format!("no event `{name}`")).label("not declared");
    let help = match name {
        "breaches" => "breaches of a duty are counted as `count of breach of 1`".to_owned(),
        "paid" => "a case can be paid that says what is owed: `client owes agency amount. paid by payment.received.`"
            .to_owned(),
        _ => format!("declare it: `event {name} {{ … }}`"),
    };
    meant(finding, near, Some(help))
}

/// `count of replied`
pub(crate) fn act_for_event(name: &str, span: Span, case: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownEvent, span, format!("`{name}` is an act of `{case}`, and an event or a case belongs here"))
        .label("of which things?")
        .help(format!("of the items of the case: `count of {case} where {name}, counted at its end`, `share of {case} in which {name}`; or name the event by which it is done"))
}

/// `claimed by client`
pub(crate) fn no_event(name: &str, span: Span, found: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::OtherThing, span, format!("`{name}` is {found}, and an event belongs here"))
        .label("by what does it happen?")
        .also(declared, format!("`{name}` is defined here"))
        .help("name the event by which it happens, such as `event credit.claimed {}`")
}

pub(crate) fn unknown_measure(name: &Name, near: Near<'_>, known: &[(&str, Span)]) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownMeasure, name.span, format!("no measure `{}`", name.value))
        .label("not declared");
    meant(finding, near, there_is("the measures are", known.iter().map(|(name, _)| *name)))
}

pub(crate) fn unknown_name(name: &str, span: Span, near: Near<'_>, readable: &[String]) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownName, span, format!("nothing here is called `{name}`"))
        .label("not known at this place");
    if let Some(number) = spelling::number(name) {
        return finding.help(format!("a number is written in figures: `{number}`")).guess(
            format!("Write `{number}`"),
            span,
            number.to_string(),
        );
    }
    meant(finding, near, there_is("besides the names of the agreement, there is", readable))
}

pub(crate) fn unknown_field(name: &str, span: Span, event: &str, near: Near<'_>) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownField, span, format!("`{event}` has no field `{name}`"))
        .label("not one of its fields");
    meant(finding, near, None)
}

pub(crate) fn no_event_has(field: &Name) -> Diagnostic {
    Diagnostic::new(Code::UnknownField, field.span, format!("no event has a field `{}`", field.value))
        .label("which event opens the case?")
        .help(format!(
            "declare it: `{}: time` or `{}: date` in the event that opens the case",
            field.value, field.value
        ))
}

pub(crate) fn field_missing_in(name: &str, span: Span, event: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownField,
        span,
        format!("`{event}` opens the case too and has no field `{name}`"),
    )
    .label("not known of every item")
    .also(declared, "declared without it")
}

pub(crate) fn field_differs(name: &str, span: Span, event: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongType, span, format!("`{name}` has another type in `{event}`"))
        .label("opened by events that differ")
        .also(declared, "another type here")
}

pub(crate) fn unknown_word(name: &Name, words: &[String]) -> Diagnostic {
    let near = servanda_diagnostics::spelling::nearest(&name.value, words.iter().map(String::as_str));
    let finding =
        Diagnostic::new(Code::NoSuchWord, name.span, format!("`{}` is not one of the words", name.value));
    match near {
        Some(near) => {
            finding.label(format!("did you mean `{near}`?")).guess(format!("Write `{near}`"), name.span, near)
        }
        None => finding.label("never the value here").help_opt(there_is("the words are", words)),
    }
}

pub(crate) fn unknown_zone(name: &Name, near: &[Box<str>]) -> Diagnostic {
    Diagnostic::new(Code::UnknownZone, name.span, format!("no time zone `{}`", name.value))
        .label("not in the zone database")
        .help_opt(there_is("near to it", near))
}

pub(crate) fn unknown_currency(name: &Name) -> Diagnostic {
    Diagnostic::new(Code::UnknownCurrency, name.span, format!("no currency `{}`", name.value))
        .label("not an ISO 4217 code")
        .help("a currency is written by its three letters: `EUR`, `USD`, `TRY`")
}

pub(crate) fn unknown_country(name: &Name) -> Diagnostic {
    let written = name.value.as_str();
    let finding =
        Diagnostic::new(Code::UnknownCountry, name.span, format!("no holidays are known for `{written}`"));
    let guess = |finding: Diagnostic, label: String, code: &str| {
        finding.label(label).guess(format!("Write `{code}`"), name.span, code)
    };
    if let Some(code) = spelling::country(written).filter(|code| countries().contains(code)) {
        return guess(finding, format!("did you mean `{code}`?"), code);
    }
    if let Some(code) = spelling::subdivision(written) {
        let called = spelling::subdivision_name(code).unwrap_or(code);
        return guess(finding, format!("did you mean `{code}`, {called}?"), code);
    }
    if let Some(country) = written.get(..2).filter(|code| written.len() > 2 && countries().contains(code)) {
        return unknown_subdivision(finding, name, country);
    }
    let of_a_country = |code: &&str| code.get(3..) == Some(written);
    let meant: Vec<&str> =
        countries().iter().flat_map(|country| subdivisions(country)).filter(of_a_country).collect();
    if !meant.is_empty() {
        let meant = meant.into_iter().map(called).collect::<Vec<_>>().join(", ");
        return finding
            .label("no data for this country")
            .help(format!("a subdivision is written behind its country: {meant}"));
    }
    finding.label("no data for this country").help(format!(
        "there are data for {}; else list the dates: `closed on 2026-01-01.`",
        listed(countries())
    ))
}

/// The holidays of `DE-XX`, of a country of which there are data.
fn unknown_subdivision(finding: Diagnostic, name: &Name, country: &str) -> Diagnostic {
    let known = subdivisions(country);
    let Some(first) = known.first() else {
        return finding
            .label(format!("`{country}` has no data of subdivisions"))
            .help(format!(
                "write `{country}`, and further days as lines about dates: `closed on 2026-01-01.`"
            ))
            .guess(format!("Write `{country}`"), name.span, country);
    };
    // Any two codes of two letters are near each other.
    let near = spelling::nearest(&name.value, known.iter().copied()).filter(|code| code.len() > 5);
    if let Some(code) = near {
        let label = format!("did you mean `{code}`?");
        return finding.label(label).guess(format!("Write `{code}`"), name.span, code);
    }
    let there = match known.len() {
        ..=30 => known.iter().map(|code| called(code)).collect::<Vec<_>>().join(", "),
        many => format!("{many} subdivisions by their codes of ISO 3166-2, such as {}", called(first)),
    };
    finding.label(format!("no such subdivision of `{country}`")).help(format!("there are data for {there}"))
}

/// The code of a subdivision with its name.
fn called(code: &str) -> String {
    match spelling::subdivision_name(code) {
        Some(name) => format!("`{code}` ({name})"),
        None => format!("`{code}`"),
    }
}

pub(crate) fn unknown_envelope(name: &Name) -> Diagnostic {
    Diagnostic::new(Code::UnknownField, name.span, format!("`{}` is no part of every event", name.value))
        .label("none of the five")
        .help("every event may have `time`, `type`, `id`, `agreement` and `recorded`; a field of one type is mapped where the type is declared")
}

pub(crate) fn unknown_window(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnknownName, span, format!("no window `{name}`"))
        .label("not declared")
        .help("`calendar month`, `contract year`, `month from the 16th`, `rolling 12 months`, `the term`, or a name given by `let`; of a figure also `hour`, `5 minutes`")
}

pub(crate) fn unknown_duty(written: &str, span: Span, clause: Option<Span>, known: &[String]) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownDuty, span, format!("no duty `{written}`"));
    match clause {
        None => finding.label("there is no such clause"),
        Some(clause) if known.is_empty() => {
            finding.label("the clause has no duty").also(clause, "this clause")
        }
        Some(_) => {
            finding.label("the clause has no such sentence").help_opt(there_is("its duties are", known))
        }
    }
}

pub(crate) fn several_duties(written: &str, span: Span, sentences: &[Span]) -> Diagnostic {
    let finding = Diagnostic::new(Code::UnknownDuty, span, format!("`{written}` has several duties"))
        .label("which of them?")
        .help(format!("give each a letter, `(a) …`, and write `{written}(a)`"));
    sentences.iter().fold(finding, |finding, sentence| finding.also(*sentence, "one of them"))
}

pub(crate) fn name_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::NameTwice, span, format!("`{name}` is defined twice"))
        .label("defined again here")
        .also(first, "first defined here")
        .help("a name has one meaning in the whole agreement")
}

pub(crate) fn word_twice(name: &Name) -> Diagnostic {
    Diagnostic::new(Code::NameTwice, name.span, format!("`{}` stands twice in the list", name.value))
        .label("here again")
}

pub(crate) fn clause_twice(number: &servanda_diagnostics::Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::NameTwice, number.span, format!("there are two clauses {}", number.value))
        .label("used again here")
        .also(first, "first used here")
}

pub(crate) fn label_twice(clause: &str, label: &Name, first: Span) -> Diagnostic {
    Diagnostic::new(Code::NameTwice, label.span, format!("there are two sentences {clause}({})", label.value))
        .label("used again here")
        .also(first, "first used here")
}

pub(crate) fn ambiguous(name: &str, span: Span, places: &[(Span, &str)], besides: &str) -> Diagnostic {
    let label = if besides.is_empty() { "which one?".to_owned() } else { format!("also {besides}") };
    let finding =
        Diagnostic::new(Code::Ambiguous, span, format!("`{name}` can be read in two ways")).label(label);
    places
        .iter()
        .fold(finding, |finding, (span, what)| finding.also(*span, (*what).to_owned()))
        .help("rename one of them, or write the case before the field: `case.field`")
}

pub(crate) fn other_thing(name: &Name, wanted: &str, found: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::OtherThing, name.span, format!("`{}` is {found}, not {wanted}", name.value))
        .label(format!("{wanted} is due here"))
        .also(declared, "declared here")
}

pub(crate) fn no_value(name: &str, span: Span, found: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::OtherThing, span, format!("`{name}` is {found}, not a quantity"))
        .label("a quantity is due here")
        .also(declared, "declared here")
}

pub(crate) fn no_window_named(name: &str, span: Span, found: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::OtherThing, span, format!("`{name}` is {found}, not a window"))
        .label("a window is due here")
        .also(declared, "declared here")
}

pub(crate) fn case_has_no_act(
    verb: &Name,
    case: &str,
    known: &[String],
    near: Option<&str>,
    declared: Span,
) -> Diagnostic {
    let finding =
        Diagnostic::new(Code::CaseHasNoAct, verb.span, format!("`{case}` has no act `{}`", verb.value))
            .also(declared, "this case");
    let finding = match near {
        Some(near) => {
            return finding.label(format!("did you mean `{near}`?")).guess(
                format!("Write `{near}`"),
                verb.span,
                near,
            );
        }
        None if known.is_empty() => finding.label("it has no acts"),
        None => finding.label(format!("its acts are: {}", known.join(", "))),
    };
    finding.help(format!(
        "add to case `{case}`: `{} ({}) when EVENT.`",
        verb.value,
        spelling::participle(&verb.value)
    ))
}

pub(crate) fn no_start(written: &str, span: Span, case: &str, starts: &[String]) -> Diagnostic {
    Diagnostic::new(Code::NoStart, span, format!("`{written}` is no start of a clock of `{case}`"))
        .label("from when?")
        .help_opt(there_is("it can run from", starts.iter().map(String::as_str).chain(["its beginning"])))
}

pub(crate) fn no_agreement(document: Span, other: Option<(Span, &str)>) -> Diagnostic {
    let start = Span::new(document.source, document.start, document.start);
    let span = other.map_or(start, |(span, _)| span);
    Diagnostic::new(Code::AgreementCount, span, "the file has no agreement")
        .label(match other {
            Some((_, what)) => format!("{what} of what?"),
            None => "nothing to check".to_owned(),
        })
        .help("`agreement \"Title\" { … }`")
}

pub(crate) fn second_agreement(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::AgreementCount, span, "the file has a second agreement")
        .label("a further one")
        .also(first, "the first one")
        .help("put each agreement into a file of its own")
}

/// What a name of a span of a tree is, for callers that have only the path.
pub(crate) fn role_of_role(of: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::OtherThing, of.span, format!("`{}` is a role itself", of.value))
        .label("a role belongs to a party")
}
