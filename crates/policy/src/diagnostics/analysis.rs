//! What an analysis finds, each with the value, the amount or the date at which it shows.

use crate::wanted::Part;
use servanda_diagnostics::{Code, Diagnostic, Span};

/// A figure and the amount that is owed at it, as the text would write them.
type At<'w> = (&'w str, &'w str);

pub(crate) fn better_costs_more(
    span: Span,
    worse: At<'_>,
    better: At<'_>,
    debtor: &str,
    duty: Span,
) -> Diagnostic {
    let message = format!(
        "at {} `{debtor}` owes {}, and at {}, which is better, {}",
        worse.0, worse.1, better.0, better.1
    );
    Diagnostic::new(Code::BetterCostsMore, span, message)
        .label(format!("owed at {}", better.0))
        .also(duty, "the target says which way is better")
        .help("let the amounts grow with the distance from the target, or turn the target round")
}

pub(crate) fn met_yet_owed(span: Span, at: At<'_>, debtor: &str, duty: Span) -> Diagnostic {
    let message = format!("at {} the target is met, and `{debtor}` owes {} all the same", at.0, at.1);
    Diagnostic::new(Code::MetYetOwed, span, message)
        .label(format!("owed at {}", at.0))
        .also(duty, "met there")
        .help("let both have one bound, or write the amount behind the `otherwise` of the duty")
}

pub(crate) fn missed_yet_free(duty: Span, at: &str, costs: Span) -> Diagnostic {
    Diagnostic::new(Code::MissedYetFree, duty, format!("at {at} the target is missed, and nothing is owed"))
        .label(format!("broken at {at}"))
        .also(costs, "this asks for more than a breach")
        .help(format!("let the amounts begin at the target; if nothing is meant at {at}, say so in a row of a table: `0 EUR`"))
}

pub(crate) fn only_at_one_value(span: Span, amount: &str, at: &str, next: &str) -> Diagnostic {
    Diagnostic::new(Code::OnlyAtOneValue, span, format!("{amount} arise at {at} and at no other figure"))
        .label(format!("at {next} nothing arises"))
        .help(format!("write from where on: `at least {at}`, `from {at}`, or `at most {at}`"))
}

pub(crate) fn target_never_met(
    span: Span,
    (least, greatest): (Option<String>, Option<String>),
    first: Option<Span>,
) -> Diagnostic {
    let finding = Diagnostic::new(Code::TargetNeverMet, span, "no figure meets this target");
    let finding = match (least, greatest) {
        (Some(least), Some(greatest)) => {
            finding.label(format!("the figure lies between {least} and {greatest}"))
        }
        (Some(least), None) => finding.label(format!("the figure is never below {least}")),
        _ => finding.label("excludes what the other one asks for"),
    };
    let finding = match first {
        Some(first) => finding.also(first, "the other one"),
        None => finding,
    };
    finding.help("write a target that can be met: as it stands, the duty is always broken")
}

pub(crate) fn target_always_met(span: Span, worst: &str, duty: Span) -> Diagnostic {
    Diagnostic::new(Code::TargetAlwaysMet, span, "every figure meets this target")
        .label(format!("even {worst} does, the worst that there can be"))
        .also(duty, "can never be broken by it")
        .help("write a target that can be missed, or leave it out")
}

pub(crate) fn worst_meets_target(
    span: Span,
    (worst, what): (&str, &str),
    best: &str,
    (written, instead): (&str, &str),
    measure: Span,
) -> Diagnostic {
    let message = format!("at {worst}, where {what}, the target is met, and at {best} it is missed");
    Diagnostic::new(Code::WorstMeetsTarget, span, message)
        .label(format!("asks for `{written}`"))
        .also(measure, "the figure")
        .help(format!("`{instead}`, or measure the opposite"))
}

pub(crate) fn cannot_both_be_kept(
    span: Span,
    (one, other): (&str, &str),
    why: &str,
    first: Span,
) -> Diagnostic {
    Diagnostic::new(Code::CannotBothBeKept, span, format!("{one} and {other} cannot both be kept: {why}"))
        .label("not beside the other one")
        .also(first, "the other one")
        .help("change one of them, or let each say in which windows it holds")
}

pub(crate) fn quota_never_binds(span: Span, other: &str, why: &str, first: Span) -> Diagnostic {
    Diagnostic::new(Code::QuotaNeverBinds, span, format!("{other} already sees to this: {why}"))
        .label("never missed while the other one is kept")
        .also(first, "the other one")
        .help("leave it out, or make it stricter than the other one")
}

pub(crate) fn share_above_whole(span: Span, percent: &str, base: &str, meant: Option<String>) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::ShareAboveWhole,
        span,
        format!("this is {percent}% of `{base}`, more than all of it"),
    )
    .label("more than 100%");
    match meant {
        Some(meant) => finding.help(format!("if a percentage was meant, `{meant}`")),
        None => finding,
    }
}

pub(crate) fn minimum_above_limit(minimum: Span, least: &str, limit: Span, most: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MinimumAboveLimit,
        minimum,
        format!("at least {least} are owed, and at most {most}"),
    )
    .label("above the limit")
    .also(limit, "the limit")
    .help("each amount comes to the limit: write one of the two, or a minimum below the limit")
}

pub(crate) fn never_booked(minimum: Span, from: &str, amount: Span, most: &str) -> Diagnostic {
    let message = format!("nothing below {from} is booked, and {most} is the most that there can be");
    Diagnostic::new(Code::NeverBooked, minimum, message)
        .label("so nothing ever is")
        .also(amount, format!("{most} at most"))
        .help("write a lower minimum, or a greater amount")
}

pub(crate) fn limit_below_least(
    limit: Span,
    most: &str,
    (amount, least): (Span, &str),
    many: bool,
) -> Diagnostic {
    let message = format!("the least amount is {least}, and {most} of it pass: the limit always binds");
    let finding = Diagnostic::new(Code::LimitBelowLeast, limit, message)
        .label("cuts each of them")
        .also(amount, format!("{least} at least"));
    if many {
        finding.help("all rows come to the limit; write greater limits, or smaller amounts")
    } else {
        finding.help("write a greater limit, or the amount that is meant")
    }
}

pub(crate) fn limit_never_binds(
    limit: Span,
    most: &str,
    (span, what): (Span, &str),
    all: &str,
) -> Diagnostic {
    Diagnostic::new(
        Code::LimitNeverBinds,
        limit,
        format!("{what}: {all} at most, so that {most} is never reached"),
    )
    .label("never binds")
    .also(span, format!("{what}: {all}"))
    .help(format!("leave the limit out, or write one below {all}"))
}

pub(crate) fn more_than_is_paid(
    span: Span,
    amount: &str,
    (price, paid): (Span, &str),
    window: &str,
) -> Diagnostic {
    let message = format!("{amount} are owed for a {window} in which {paid} are paid");
    Diagnostic::new(Code::MoreThanIsPaid, span, message)
        .label("more than all that is paid")
        .also(price, format!("{paid} for the {window}"))
        .help(format!("write a smaller amount, or say how much it may come to: `, at most {paid}`"))
}

pub(crate) fn breach_pays_breaker(span: Span, (debtor, creditor): (&str, &str), duty: Span) -> Diagnostic {
    let message = format!("`{creditor}` breaks the duty, and `{debtor}` owes `{creditor}` for it");
    Diagnostic::new(Code::BreachPaysBreaker, span, message)
        .label(format!("owed to `{creditor}`"))
        .also(duty, format!("what `{creditor}` must do"))
        .help(format!("turn it round, `{creditor}` before `{debtor}`: `{creditor} credits {debtor} …` or `{creditor} owes {debtor} …`"))
}

pub(crate) fn interest_on_more(
    (base, whole): (Span, &str),
    owed: &str,
    debt: Span,
    instead: &str,
) -> Diagnostic {
    Diagnostic::new(
        Code::InterestOnMore,
        base,
        format!("this grows on all of `{whole}`, and only a part of it is owed"),
    )
    .label(format!("for example, {owed}"))
    .also(debt, "what is owed")
    .help(format!("let it grow on what is still owed: `{instead}`"))
}

pub(crate) fn in_a_clock_change(
    span: Span,
    written: &str,
    zone: &str,
    twice: bool,
    instead: &str,
) -> Diagnostic {
    let message = match twice {
        true => format!("clocks show {written} twice in {zone}"),
        false => format!("clocks never show {written} in {zone}"),
    };
    let label = match twice {
        true => "the first of the two counts".to_owned(),
        false => format!("{instead} counts, to which they jump"),
    };
    Diagnostic::new(Code::InAClockChange, span, message)
        .label(label)
        .help("write another time of that night, or the date alone: it ends with its last instant")
}

pub(crate) fn due_before_the_term(span: Span, written: &str, first: &str, term: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DueBeforeTheTerm,
        span,
        format!("it is due at {written}, and the term begins on {first}"),
    )
    .label("late before it can begin")
    .also(term, "the term")
    .help("write a date of the term")
}

pub(crate) fn never_due(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::NeverDue, span, format!("this is never over: {why}"))
        .label("no deadline comes of it")
        .help("write a shorter time, or give the calendar hours on days of the week")
}

pub(crate) fn due_behind_the_term(
    span: Span,
    from: &str,
    due: &str,
    (term, last): (Span, &str),
) -> Diagnostic {
    let message =
        format!("what begins at {from}, with the term, is due on {due}, and the term ends on {last}");
    Diagnostic::new(Code::DueBehindTheTerm, span, message)
        .label("every deadline lies behind the term")
        .also(term, "the term")
        .help("write a shorter time; in a clause that is `surviving`, it is meant")
}

pub(crate) fn day_of_no_period(span: Span, why: &str, nth: u32) -> Diagnostic {
    Diagnostic::new(
        Code::NoSuchDay,
        span,
        format!("no period has {nth} of these days: {why}, the most there are"),
    )
    .label("due at the end of the last date instead")
    .help("write an earlier day, or the last one: `by the last … day of the period`")
}

pub(crate) fn never_arises(span: Span, needs: &str, there: u32, windows: &str, term: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NeverArises,
        span,
        format!("this takes {needs}, and the term has {there} {windows}"),
    )
    .label("never arises")
    .also(term, "the term")
    .help("ask for fewer, or for shorter windows")
}

pub(crate) fn holidays_run_out(
    span: Span,
    calendar: &str,
    (from, to): (&str, &str),
    term: Span,
) -> Diagnostic {
    let message = format!("the holidays of `{calendar}` are not known from {from} to {to}");
    Diagnostic::new(Code::HolidaysRunOut, span, message)
        .label("takes every one of them for a working day")
        .also(term, "the term goes on")
        .help(
            "write the holidays of those years as lines: `closed on 2041-01-01.`, or let the term end before",
        )
}

pub(crate) fn row_never_reached(row: Span, met: Option<&str>, target: Span) -> Diagnostic {
    let finding = Diagnostic::new(Code::RowNeverReached, row, "no figure reaches this row");
    match met {
        Some(met) => finding
            .label(format!("at {met}, for example, the target is met"))
            .also(target, "met there")
            .help("let the row begin where the target is missed; a row `0 EUR` may stand for completeness"),
        None => finding
            .label("no figure lies here")
            .also(target, "the figure")
            .help("write bounds that the figure can have"),
    }
}

pub(crate) fn rows_where_met(duty: Span, row: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RowNeverReached,
        duty,
        "no row that costs something is reached: each is for figures that meet the target",
    )
    .label("the sign of the target seems to be turned round")
    .also(row, "met here, and in each other row")
    .help("`at least` for a figure that is to be high, `at most` for one that is to be low; or write rows for the figures that miss the target")
}

pub(crate) fn mixed_rows(
    row: Span,
    written: &str,
    share: Span,
    (meant, comes): (&str, Option<&str>),
) -> Diagnostic {
    let finding = Diagnostic::new(Code::MixedRows, row, format!("{written} stand among percentages"))
        .label("a fixed amount")
        .also(share, "a percentage");
    match comes {
        Some(comes) => finding.help(format!("if a percentage was meant, `{meant}`: that is {comes}")),
        None => finding.help(format!("if a percentage was meant, `{meant}`")),
    }
}

pub(crate) fn missing_parts(title: Span, parts: &[Part]) -> Diagnostic {
    let words: Vec<&str> = parts.iter().map(|part| part.word()).collect();
    let message = format!("the agreement says nothing about {}", words.join(", "));
    let finding = Diagnostic::new(Code::MissingPart, title, message).label("wanted of every agreement");
    parts.iter().fold(finding, |finding, part| finding.help(format!("{}: {}", part.word(), part.said_by())))
}

pub(crate) fn too_many_figures(span: Span, party: &str, number: usize, most: usize) -> Diagnostic {
    let figures = if number == 1 { "figure" } else { "figures" };
    let why = match most {
        0 => "the settings want none".to_owned(),
        most => format!("more than {most} are hardly looked at"),
    };
    let message = format!("`{party}` has {number} {figures} to keep, and {why}");
    Diagnostic::new(Code::TooManyFigures, span, message)
        .label(format!("the one above {most}"))
        .help("let some be shown without a duty to keep them; `[lint] most-figures` in `servanda.toml` sets how many there may be")
}

pub(crate) fn figure_of_another(
    span: Span,
    (debtor, other): (&str, &str),
    why: &str,
    measure: Span,
) -> Diagnostic {
    let message = format!("`{debtor}` has to keep a figure that `{other}` alone decides");
    Diagnostic::new(Code::FigureOfAnother, span, message)
        .label(format!("breaks it without doing anything: `{other}` does"))
        .also(measure, format!("this is {why}"))
        .help(format!("let `{other}` keep it, or measure what `{debtor}` does"))
}

pub(crate) fn no_pauses(span: Span, case: &str) -> Diagnostic {
    Diagnostic::new(Code::NoPauses, span, format!("the clock of `{case}` never stands still"))
        .label("there are no pauses to count")
        .help("leave it out, or say what pauses it: `pauses from … to …` in the case")
}

pub(crate) fn amended_behind_the_term(span: Span, from: &str, end: &str, term: Span) -> Diagnostic {
    let message = format!("the amendment is in force from {from}, and the term is over before {end}");
    Diagnostic::new(Code::AmendedBehindTheTerm, span, message)
        .label("never in force")
        .also(term, "the term")
        .help("write a date of the term; the term itself is no matter of an amendment")
}

pub(crate) fn amount_without_data(span: Span, name: &str, window: Option<&str>, measure: Span) -> Diagnostic {
    let message = match window {
        Some(window) => {
            format!("if nothing happens in {window}, `{name}` has no data, and what is owed is undetermined")
        }
        None => format!(
            "in a window in which nothing happens `{name}` has no data, and what is owed is undetermined"
        ),
    };
    Diagnostic::new(Code::AmountWithoutData, span, message)
        .label("cannot be computed then")
        .also(measure, "of nothing there is no data")
        .help("ask for data: `if … is at least 1`, with a count; or let it follow the breach of a duty to keep the figure, which is not applicable without data")
}

pub(crate) fn ends_on_another_date(
    span: Span,
    (name, zone, date): (&str, &str, &str),
    (shown, own): (&str, &str),
    calendar: Span,
) -> Diagnostic {
    let message = format!("the `{name}` day {date} ends at {shown} in {own}, on another date");
    Diagnostic::new(Code::EndsOnAnotherDate, span, message)
        .label(format!("counts dates of {zone}"))
        .also(calendar, "this calendar")
        .help("let both have one zone, count hours, or say by the time of day when it is due")
}

pub(crate) fn no_time(span: Span, late_at_deadline: bool) -> Diagnostic {
    let message = match late_at_deadline {
        true => "this can never be kept: it is late at the instant at which it begins",
        false => "this leaves no time: what begins at 10:00:00 is late a nanosecond behind it",
    };
    Diagnostic::new(Code::NoTime, span, message)
        .label("over when it begins")
        .help("write how long there is time: `within 15 minutes`")
}

pub(crate) fn never_closes(
    case: Span,
    name: &str,
    (opened, then): (&str, &str),
    (place, why, help): (Span, &str, String),
) -> Diagnostic {
    let message = format!("{} that begins {opened} is still open {then}", super::one(name));
    let finding = Diagnostic::new(Code::NeverCloses, case, message).label("nothing ends it");
    finding.also(place, format!("this {why}")).help(help)
}

pub(crate) fn state_grows(span: Span, subject: &str, (opened, then): (&str, &str), help: &str) -> Diagnostic {
    let message = format!("{subject} is kept for good: what comes {opened} is still kept {then}");
    Diagnostic::new(Code::StateGrows, span, message).label("grows with the log").help(help)
}

pub(crate) fn one_sided(
    span: Span,
    (party, duties): (&str, &[&str]),
    (bearer, name, consequence): (&str, &str, Span),
) -> Diagnostic {
    let (all, them) = match duties {
        [one] => (format!("its duty {one}"), "it"),
        [first, last] => (format!("its duties {first} and {last}"), "them"),
        [first, .., last] => (format!("its {} duties, {first} to {last}", duties.len()), "them"),
        [] => ("its duties".to_owned(), "them"),
    };
    let message = format!(
        "if `{bearer}` breaks {name}, it bears the consequence; if `{party}` breaks {all}, nobody does"
    );
    Diagnostic::new(Code::OneSided, span, message)
        .label(format!("whatever `{party}` does, nothing follows"))
        .also(consequence, format!("this falls on `{bearer}`"))
        .help(format!("let something follow if `{party}` breaks {them}: `otherwise …`, or let it excuse `{bearer}`: `extended by any delay under {}`", duties.first().unwrap_or(&"…")))
}

pub(crate) fn opening_in_a_clock_change(
    span: Span,
    (name, shown, begins): (&str, &str, bool),
    (zone, date): (&str, &str),
    twice: bool,
    counts: &str,
) -> Diagnostic {
    let does = if begins { "opens" } else { "closes" };
    let message = match twice {
        true => format!("on {date} clocks in {zone} show {shown} twice, and `{name}` {does} at one of them"),
        false => format!("on {date} clocks in {zone} never show {shown}, at which `{name}` {does}"),
    };
    let label = match (twice, begins) {
        (true, true) => format!("{does} at the first of the two"),
        (true, false) => format!("{does} at the second of the two"),
        (false, _) => format!("{does} at {counts} on that date, to which they jump"),
    };
    Diagnostic::new(Code::OpeningInAClockChange, span, message)
        .label(label)
        .help("write a time that clocks show once on every date, or hours of its own for that date: `open 2026-03-29 …`".replace("2026-03-29", date))
}

pub(crate) fn closed_window(
    duty: Span,
    (measure, calendar): (&str, &str),
    window: &str,
    by_the_clock: bool,
    (target, counted): (Span, Span),
) -> Diagnostic {
    let message = format!(
        "`{calendar}` never opens in {window}: `{measure}` is nothing then, and the target is missed"
    );
    let help = match by_the_clock {
        true => {
            format!("judge the windows that begin while it is open: `… during {calendar}` behind the target")
        }
        false => {
            format!("take windows in each of which `{calendar}` opens, or leave out `during {calendar}`")
        }
    };
    Diagnostic::new(Code::ClosedWindow, duty, message)
        .label("missed there, whatever happens")
        .also(target, "more than nothing is wanted")
        .also(counted, format!("counts in the hours of `{calendar}` only"))
        .help(help)
}
