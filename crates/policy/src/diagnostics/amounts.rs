//! Messages about amounts and measures.

use crate::time::DayCount;
use servanda_diagnostics::{Code, Diagnostic, Span, Spanned};
use servanda_parser::ast::{Name, Unit};

pub(crate) fn owes_itself(span: Span, debtor: &Name) -> Diagnostic {
    Diagnostic::new(Code::WrongParty, span, format!("`{}` would owe itself", debtor.value))
        .label("the same party")
        .also(debtor.span, "who owes")
}

pub(crate) fn amount_without_when(span: Span) -> Diagnostic {
    Diagnostic::new(Code::AmountWithoutWhen, span, "when does the amount arise?")
        .label("owed once, every month, for each thing?")
        .help("add `each calendar month` or `for each CASE`, or put it behind a duty's `otherwise`")
}

pub(crate) fn accrual_alone(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "an amount per period runs only after a duty to pay is broken")
        .label("of which debt?")
        .help("`PARTY must pay each CASE within … otherwise … from the deadline until paid.`")
}

pub(crate) fn accrual_without_debt(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "an amount per period runs only after a duty to pay is broken")
        .label("the duty before it is no duty to pay")
        .help("it stands behind `PARTY must pay each CASE within …`, of a case that is owed")
}

pub(crate) fn accrual_without_stretch(span: Span, part: Option<Span>) -> Diagnostic {
    let finding = Diagnostic::new(Code::AmountPerTime, span, "from when until when does the amount run?")
        .label("per period, without an end")
        .help("add `from the deadline until paid`");
    match part {
        Some(part) => finding.also(part, "only this is said"),
        None => finding,
    }
}

pub(crate) fn accrual_until_other(written: &str, span: Span, case: &str) -> Diagnostic {
    Diagnostic::new(
        Code::Misplaced,
        span,
        format!("what is owed for each `{case}` runs until it is paid, not until `{written}`"),
    )
    .label("does not end this amount")
    .help("`from the deadline until paid`")
}

pub(crate) fn cap_of_other_case(name: &Name, about: Option<&str>) -> Diagnostic {
    let word = &name.value;
    match about {
        Some(about) => Diagnostic::new(
            Code::Misplaced,
            name.span,
            format!("this amount is about each `{about}`, not about each `{word}`"),
        )
        .label("another case")
        .help(format!("`at most … for each {about}`, `at most … per calendar month` or `at most … in all`")),
        None => Diagnostic::new(Code::Misplaced, name.span, format!("this amount is not about one `{word}`"))
            .label("of which item?")
            .help("`at most … per calendar month` or `at most … in all`"),
    }
}

/// What follows `per` where periods are counted: days and weeks say that they are of the calendar.
fn whole_unit(unit: Unit, said: bool, written: &str) -> String {
    let of_calendar = matches!(unit, Unit::Day | Unit::Week) && !said;
    if of_calendar { format!("calendar {written}") } else { written.to_owned() }
}

/// `per begun week`
pub(crate) fn counted_before(word: &Name, unit: &Spanned<Unit>, written: &str) -> Diagnostic {
    let instead = format!("{} {}", whole_unit(unit.value, false, written), word.value);
    let span = word.span.join(unit.span);
    Diagnostic::new(Code::AmountPerTime, span, format!("`{}` stands behind the period", word.value))
        .label(format!("write `{instead}`"))
        .guess(format!("Write `{instead}`"), span, instead)
}

pub(crate) fn accrual_uncounted(unit: &Spanned<Unit>, said: bool, written: &str) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::AmountPerTime,
        unit.span,
        format!("does a {written} count when it has begun or when it is over?"),
    )
    .label("begun or completed?");
    let written = &whole_unit(unit.value, said, written);
    finding.help(match unit.value {
        Unit::Year => {
            format!("`{written} by actual/365` for its days, or `{written} begun`, `{written} completed`")
        }
        _ => format!("`{written} begun` or `{written} completed`"),
    })
}

pub(crate) fn unknown_day_count(by: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is no way to count the days of a year", by.value);
    let finding = Diagnostic::new(Code::AmountPerTime, by.span, message).label("unknown day count");
    let known = DayCount::ALL.map(|known| known.words());
    // The year is what matters: `act/365` and `365/365` both mean days of a year of 365.
    let year = by.value.rsplit('/').next().unwrap_or_default();
    let meant: Vec<&str> = known.into_iter().filter(|known| known.ends_with(year)).collect();
    finding.help(match meant.as_slice() {
        [one] => format!("`{one}`"),
        _ => "`actual/365`, `actual/360`, `actual/actual` or `30/360`".to_owned(),
    })
}

pub(crate) fn day_count_of_no_year(span: Span, unit: &str, by: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` counts the days of a year, not of a {unit}", by.value);
    Diagnostic::new(Code::AmountPerTime, span, message)
        .label("no year")
        .also(by.span, "this is said of a year")
        .help(format!("the percentage of a year, `per year by {}`", by.value))
}

pub(crate) fn free_days(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongType, span, format!("expected calendar days, found {found}"))
        .label("how many dates behind the deadline?")
        .help("days behind a deadline are dates: `5 calendar days`")
}

pub(crate) fn grace_until_other(written: &str, span: Span, case: &str) -> Diagnostic {
    let message = format!("what is owed for each `{case}` is forgiven if it is paid, not if `{written}`");
    Diagnostic::new(Code::Misplaced, span, message)
        .label("does not end this amount")
        .help("`unless paid within 5 calendar days of the deadline`")
}

pub(crate) fn grace_without_rate(span: Span, amount: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "only an amount per period waits whether it is paid")
        .label("has no meaning here")
        .also(amount, "this is owed at once")
        .help("write a duty of its own, to pay within the longer time")
}

pub(crate) fn day_out_of_place(span: Span, used: Option<(&str, Span)>) -> Diagnostic {
    let finding = Diagnostic::new(Code::Misplaced, span, "only an amount is computed for a day")
        .label("of which day?")
        .help("amounts that somebody owes can depend on it: those per period on the day of each, others on that on which they arise");
    match used {
        Some((name, used)) => finding.also(used, format!("`{name}` is used here")),
        None => finding,
    }
}

pub(crate) fn misses_out_of_place(span: Span, duty: &str, used: Option<(&str, Span)>) -> Diagnostic {
    let message = "misses running are counted only in an amount that follows the breach";
    let finding = Diagnostic::new(Code::Misplaced, span, message).label("up to which breach?").help(format!(
        "write it after the `otherwise` of {duty}: \
         `depending on misses running of {duty} {{ exactly 1: 10 EUR, from 2: 20 EUR }}`"
    ));
    match used {
        Some((name, used)) => finding.also(used, format!("`{name}` is used here")),
        None => finding,
    }
}

/// What is counted (misses or windows) is of another duty than the one that is broken.
pub(crate) fn counts_another(what: &str, span: Span, own: &str, declared: Span) -> Diagnostic {
    let message = format!("this follows a breach of `{own}`, and counts the {what} of no other duty");
    Diagnostic::new(Code::Misplaced, span, message)
        .label("another duty")
        .also(declared, "the duty that is broken here")
        .help(format!("write `{own}`"))
}

pub(crate) fn counts_things(what: &str, span: Span, declared: Span) -> Diagnostic {
    let message = format!("{what} running of a duty on each of many things are not supported");
    Diagnostic::new(Code::NotSupported, span, message)
        .label("a duty on each of many things")
        .also(declared, "this duty")
        .help("measure how many of them are late in each month, and write this after a duty to keep that figure")
}

pub(crate) fn counts_risen(what: &str, span: Span, declared: Span) -> Diagnostic {
    let message = format!("{what} running of a duty that arises from a breach are not supported");
    Diagnostic::new(Code::NotSupported, span, message)
        .label("arises from a breach")
        .also(declared, "this duty")
        .help("write this after the duty from whose breach it arises")
}

pub(crate) fn restored_share(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongType, span, "what is restored is more than nothing, and not more than all")
        .label("how much of it?")
        .help("`50%`, or `100%` for all of it")
}

pub(crate) fn restored_share_of_instance(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "a share that an instance gives is not supported here")
        .label("known only then")
        .help("write the percentage, or name it with `let`")
}

pub(crate) fn restored_claim(span: Span, claim: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "an amount that is claimed and earned back is not supported")
        .label("would go back")
        .also(claim, "is owed only when it is claimed")
        .help("leave one of them out: what nobody has claimed yet could not go back, and would be owed in full later")
}

pub(crate) fn compounds_once(span: Span, amount: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "only an amount per period compounds")
        .label("has no meaning here")
        .also(amount, "this is one amount")
        .help("write `AMOUNT per calendar day begun`")
}

pub(crate) fn compounds_no_percentage(amount: Span, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, amount, "only a percentage of an amount compounds")
        .label("what would the added amount join?")
        .also(span, "it would compound")
        .help("write it as `PERCENTAGE of AMOUNT`")
}

pub(crate) fn compounding_when(span: Span, by: DayCount) -> Diagnostic {
    let message = format!("when does what was added by `{}` join the amount?", by.words());
    Diagnostic::new(Code::AmountPerTime, span, message)
        .label("each day, each month, each year?")
        .help("`compounding each calendar month`")
}

pub(crate) fn compounding_window(span: Span) -> Diagnostic {
    Diagnostic::new(Code::AmountPerTime, span, "what was added joins the amount by the calendar")
        .label("no window of the calendar")
        .help("`compounding each calendar month`, or another of its windows")
}

pub(crate) fn compounding_periods(span: Span) -> Diagnostic {
    Diagnostic::new(Code::AmountPerTime, span, "what compounds here does so after each of its periods")
        .label("the period says when")
        .help("`compounding`")
}

pub(crate) fn accrual_out_of_place(span: Span) -> Diagnostic {
    Diagnostic::new(Code::AmountPerTime, span, "periods are counted only in an amount that runs")
        .label("has no meaning here")
        .help("a plain rate is written without it: `60 EUR per hour`")
}

pub(crate) fn stretch_without_rate(span: Span, amount: Span) -> Diagnostic {
    Diagnostic::new(Code::AmountPerTime, span, "only an amount per period runs from one point until another")
        .label("has no meaning here")
        .also(amount, "this is one amount")
        .help("write `AMOUNT per calendar day begun`")
}

pub(crate) fn claim_without_deadline(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "there is no deadline here")
        .label("of which deadline?")
        .help("leave `of …` out: there is time from when the amount arises; or `of the end of the period`")
}

pub(crate) fn claim_from_elsewhere(span: Span, words: &str) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("the time for a claim does not begin at `{words}`"))
        .label("no beginning of a claim's time")
        .help("`of the end of the period`, `of the deadline`, or nothing: from when the amount arises")
}

pub(crate) fn sole_remedy_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a remedy is of a breach, and this amount follows none")
        .label("the remedy of which breach?")
        .help("leave it out, or write the amount behind a duty's `otherwise`")
}

pub(crate) fn beside_sole_remedy(span: Span, sole: Span, duty: &str) -> Diagnostic {
    Diagnostic::new(Code::SoleRemedy, span, format!("money follows from a breach of {duty} here, too"))
        .label("a second remedy")
        .also(sole, "nothing else of money follows, it says here")
        .help("remove one of the two, or leave `as sole remedy` out")
}

pub(crate) fn windows_differ(name: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::WindowsDiffer, span, format!("`{name}` has another window"))
        .label("no figure of this window")
        .also(declared, "measured here")
        .help("give both the same window")
}

pub(crate) fn no_window(name: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::WindowsDiffer, span, format!("`{name}` has a value only in its window"))
        .label("in which window?")
        .also(declared, "measured here")
        .help("a sentence reads it `each calendar month`, or behind the duty to keep it")
}

pub(crate) fn aggregate_out_of_place(span: Span) -> Diagnostic {
    Diagnostic::new(Code::FigureOutsideMeasure, span, "a figure over many things stands in a measure")
        .label("gathered in which window?")
        .help("`measure NAME per calendar month = …`, and write the name here")
}

pub(crate) fn option_without_object(span: Span, wanted: &str, value: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("this speaks of {wanted}"))
        .label("has no meaning here")
        .also(value, "there is none in this")
}
