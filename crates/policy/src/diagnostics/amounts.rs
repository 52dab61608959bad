//! Messages about amounts and measures.

use servanda_diagnostics::{Code, Diagnostic, Span};
use servanda_parser::ast::Name;

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

pub(crate) fn accrual_uncounted(span: Span, unit: &str) -> Diagnostic {
    Diagnostic::new(
        Code::AmountPerTime,
        span,
        format!("does a {unit} count when it has begun or when it is over?"),
    )
    .label("begun or completed?")
    .help(format!("`{unit} begun` or `{unit} completed`"))
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
