//! Messages about types, units and values.

use super::listed;
use servanda_diagnostics::{Code, Diagnostic, Span};
use servanda_parser::ast::BinaryOp;

use crate::value::{Currency, Exact, Rounding};

/// A place and what its type is called.
type Place<'w> = (Span, &'w str);

pub(crate) fn wrong_type(span: Span, wanted: &str, found: &str) -> Diagnostic {
    let is = if wanted.ends_with('s') { "are" } else { "is" };
    let here = if found.ends_with('s') { "these are" } else { "this is" };
    Diagnostic::new(Code::WrongType, span, format!("{wanted} {is} due here, not {found}"))
        .label(format!("{here} {found}"))
}

pub(crate) fn percent_without_base(written: &str, span: Span, money: &[String]) -> Diagnostic {
    let finding = Diagnostic::new(Code::PercentWithoutBase, span, format!("`{written}` of what?"))
        .label("money is due here, this is only a percentage");
    if money.is_empty() {
        finding.help(format!("write what it is of: `{written} of AMOUNT`"))
    } else {
        let first = money.first().map_or("", String::as_str);
        finding.help(format!("for example `{written} of {first}`; in scope: {}", listed(money)))
    }
}

pub(crate) fn bare_days(
    whole: Span,
    digits: Option<&str>,
    unit: &str,
    calendars: &[(&str, Span)],
) -> Diagnostic {
    let number = digits.map(|digits| format!("{digits} ")).unwrap_or_default();
    let finding = Diagnostic::new(Code::BareDays, whole, format!("which {unit}?"))
        .label(format!("`{unit}` needs its kind"));
    let calendar = format!("`{number}calendar {unit}`");
    if unit.starts_with("week") {
        return finding.help(calendar);
    }
    let mut ways: Vec<String> =
        calendars.iter().map(|(name, _)| format!("`{number}{name} {unit}`")).collect();
    ways.push(calendar);
    let finding = finding.help(ways.join(" or "));
    match calendars.first() {
        Some((name, span)) => finding.also(*span, format!("calendar `{name}`")),
        None => finding,
    }
}

pub(crate) fn no_such_length(
    whole: Span,
    digits: Option<&str>,
    kind: &str,
    unit: &str,
    instead: Option<&str>,
) -> Diagnostic {
    let number = digits.map(|digits| format!("{digits} ")).unwrap_or_default();
    let finding = Diagnostic::new(Code::NoSuchLength, whole, format!("there are no {kind} {unit}"))
        .label(format!("`{kind}` and `{unit}` do not go together"));
    match (kind, instead) {
        ("calendar", _) => finding.help(format!("`{number}{unit}` counts time by the clock")),
        ("elapsed", Some(_)) => finding.help("write it in hours: a day may have 23 or 25 of them"),
        ("elapsed", None) => finding.help(format!("`{number}{unit}`")),
        (_, Some(instead)) => {
            finding.help(format!("count {kind} {instead}, or write `{number}calendar {unit}`"))
        }
        (_, None) => finding,
    }
}

pub(crate) fn part_of_a_day(span: Span, unit: &str) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, format!("{unit} are counted whole"))
        .label("not a whole number")
        .help("write hours for a part of a day")
}

/// `(5 calendar days / 2)`
pub(crate) fn computed_part_of_a_day(span: Span, unit: &str, amount: &Exact) -> Diagnostic {
    let whole = amount.round_to(0, Rounding::Up);
    let one = if whole == Exact::integer(1) { unit.trim_end_matches('s') } else { unit };
    Diagnostic::new(Code::ImpossibleValue, span, format!("{unit} are counted whole"))
        .label(format!("this is {amount} {unit}"))
        .help(format!("write a whole number, such as `{whole} {one}`, or hours for a part of a day"))
}

pub(crate) fn units_differ(op: BinaryOp, at: Span, left: Place<'_>, right: Place<'_>) -> Diagnostic {
    let word = match op {
        BinaryOp::Add => "added",
        BinaryOp::Subtract => "subtracted",
        BinaryOp::Multiply => "multiplied",
        BinaryOp::Divide => "divided",
    };
    let finding =
        Diagnostic::new(Code::UnitsDiffer, at, format!("{} and {} cannot be {word}", left.1, right.1))
            .label("of different kinds")
            .also(left.0, format!("this is {}", left.1))
            .also(right.0, format!("this is {}", right.1));
    match (left.1, right.1) {
        ("a percentage", "a percentage") => {
            finding.help("write the distance as percentage points: `8 percentage points`")
        }
        ("a percentage", "money") | ("money", "a percentage") => {
            finding.help("a percentage is applied by `of`: `10% of AMOUNT`")
        }
        _ => finding,
    }
}

pub(crate) fn not_applicable(left: Place<'_>, right: Place<'_>) -> Diagnostic {
    Diagnostic::new(Code::UnitsDiffer, left.0, format!("{} cannot be applied to {}", left.1, right.1))
        .label(format!("this is {}", left.1))
        .also(right.0, format!("this is {}", right.1))
        .help("before `of` stands a percentage, or a rate whose time is that of the length behind it")
}

pub(crate) fn compare_unlike(left: Place<'_>, right: Place<'_>) -> Diagnostic {
    Diagnostic::new(Code::CompareUnlike, right.0, format!("{} and {} cannot be compared", left.1, right.1))
        .label(format!("this is {}", right.1))
        .also(left.0, format!("this is {}", left.1))
}

pub(crate) fn target_unlike(target: (Span, &str, &str), measure: (&str, Span, &str)) -> Diagnostic {
    let (span, written, found) = target;
    let (name, declared, wanted) = measure;
    let finding = Diagnostic::new(
        Code::CompareUnlike,
        span,
        format!("`{name}` is measured in another unit: {wanted}, not {found}"),
    )
    .label(format!("this is {found}"))
    .also(declared, format!("this is {wanted}"));
    if wanted == "a percentage" && matches!(found, "a count" | "a number") {
        // `0.9` is meant as 90 %; whoever writes `95` has left out the sign.
        let share = crate::value::Exact::from_decimal_str(written)
            .ok()
            .filter(|share| *share <= crate::value::Exact::ONE);
        return match share {
            Some(share) => finding.help(format!("`{}%`", &share * &crate::value::Exact::integer(100))),
            None => finding.help(format!("`{written}%`")),
        };
    }
    if found == "a percentage" && matches!(wanted, "a count" | "a number") {
        return finding.help(format!("`{}`", written.trim_end_matches('%')));
    }
    finding
}

pub(crate) fn no_condition(written: &str, span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongType, span, format!("`{written}` is {found}, not yes or no"))
        .label("a condition is due here")
        .help(format!("compare it: `{written} is …`"))
}

pub(crate) fn no_words(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(Code::CompareUnlike, span, format!("{found} is never a word"))
        .label(format!("this is {found}"))
}

pub(crate) fn impossible_number(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "the number has too many digits")
        .label("too long")
        .help("a number has at most 18 digits before the point and 9 behind it")
}

pub(crate) fn impossible_rank(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, format!("there is no percentile {written}"))
        .label("not one of a hundred")
        .help("a percentile lies above 0 and is at most 100: `percentile 95` is the value that 95 of 100 are not above")
}

/// What is wrong with an amount as written, of a currency: more decimals than the currency has.
pub fn too_many_decimals(written: &str, currency: Currency, span: Span) -> Option<Diagnostic> {
    let (whole, places) = written.split_once('.')?;
    let own = usize::try_from(currency.digits()).unwrap_or(usize::MAX);
    if places.len() <= own {
        return None;
    }
    let code = currency.code();
    let count = |number: usize| match number {
        0 => "no decimals".to_owned(),
        1 => "one decimal".to_owned(),
        2 => "two decimals".to_owned(),
        3 => "three decimals".to_owned(),
        more => format!("{more} decimals"),
    };
    let message = format!("`{written} {code}` has {}, {code} has {}", count(places.len()), count(own));
    let rest = places.trim_end_matches('0');
    let short = match rest {
        "" => whole.to_owned(),
        rest => format!("{whole}.{rest:0<own$}"),
    };
    let finding = Diagnostic::new(Code::ImpossibleValue, span, message).label("more decimals than there are");
    Some(match (places.len(), rest.len() <= own) {
        (3, true) => finding.help(format!(
            "a point is never between thousands: `{whole}{places} {code}` or `{short} {code}`, whichever is meant"
        )),
        (3, false) => finding.help(format!(
            "a point is never between thousands: `{whole}{places} {code}`, if that is meant; only the price of a unit has parts of the smallest coin"
        )),
        (_, true) => finding.help(format!("write `{short} {code}`")),
        (_, false) => finding.help("an amount is of whole smallest coins; only the price of a unit has parts of them"),
    })
}

pub(crate) fn impossible_date(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, format!("there is no date `{written}`"))
        .label("not in the calendar")
        .help("dates are written `2026-01-31` and lie between 1900 and 2199")
}

pub(crate) fn impossible_time(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, format!("there is no time of day `{written}`"))
        .label("not a time of day")
        .help("times of day run from `00:00` to `24:00`")
}

pub(crate) fn other_currency(code: &str, span: Span, own: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::CurrencyMismatch, span, format!("`{code}` is not the currency of the agreement"))
        .label("nothing converts it")
        .also(declared, format!("money is in {own}"))
        .help(format!("an agreement has one currency: write the amount in {own}"))
}

pub(crate) fn currency_of_instance(code: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::CurrencyMismatch, span, format!("`{code}` may not be the currency of an instance"))
        .label("a fixed currency")
        .also(declared, "each instance gives its own")
        .help("make the amount a parameter of the agreement: `amount: money.`")
}

pub(crate) fn foreign_money(written: &str, span: Span, code: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::CurrencyMismatch,
        span,
        format!("`{written}` is in {code}, not in the agreement's currency"),
    )
    .label("nothing converts it")
    .also(declared, format!("declared in {code}"))
}

pub(crate) fn not_constant(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::NotConstant, span, format!("{what} must be known from the text alone"))
        .label("depends on something else")
}

pub(crate) fn ending_without_hours(span: Span, length: Span, found: &str) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "only time of a calendar ends at an opening")
        .label("has no meaning here")
        .also(length, format!("this is {found}"))
}

pub(crate) fn counts_otherwise(span: Span, length: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("only {what} can count so"))
        .label("has no meaning here")
        .also(length, "of this length of time")
}

pub(crate) fn no_pauses_here(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "pauses are an item's, and there is none here")
        .label("leave this out")
        .help("the time is counted without pauses")
}

pub(crate) fn counting_twice(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SaidTwice, span, "how this counts is said twice")
        .label("said before, or otherwise")
        .help("leave one of the two out")
}

pub(crate) fn rounded_to_no_time(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongType, span, "a length of time is rounded to a length of time by the clock")
        .label("no such length")
        .help("for example `rounded down to 1 minute`")
}

pub(crate) fn late_at_a_date(length: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, length, "a deadline that is a date ends with it, at no moment of it")
        .label("ends at the end of a date")
        .help("`late at the deadline` can be said of hours, of days of a calendar, and with `landing at the same time of day`")
}

pub(crate) fn moment_on_closed_day(length: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, length, "a date moves off closed days, a time of day does not")
        .label("cannot do both")
        .help("leave out `landing at the same time of day`, or where the date goes")
}

pub(crate) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(Code::TooComplex, span, "the values lie too deep in each other")
        .label("more than 300 deep")
        .help("a `let` or a measure that needs another counts as one step")
}

pub(crate) fn too_large(span: Span) -> Diagnostic {
    Diagnostic::new(Code::TooComplex, span, "the values have too many parts")
        .label("more than 200 000, each use of a `let` counted")
        .help("give the part that grows to a measure, which is computed once")
}
