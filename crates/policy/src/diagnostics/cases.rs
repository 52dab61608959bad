//! Messages about calendars and cases: openings, beginnings, keys, debts.

use super::one;
use servanda_diagnostics::{Code, Diagnostic, Span, Spanned};
use servanda_parser::ast::Name;

pub(crate) fn never_open(name: &Name) -> Diagnostic {
    Diagnostic::new(Code::BadCalendar, name.span, format!("calendar `{}` is never open", name.value))
        .label("no opening")
        .help("`open mon..fri 09:00..17:00.` or `open always.`")
}

pub(crate) fn calendar_of_itself(name: &Name) -> Diagnostic {
    Diagnostic::new(Code::Circular, name.span, format!("calendar `{}` is the same as itself", name.value))
        .label("needs its own openings")
}

pub(crate) fn date_twice(date: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::BadCalendar, date.span, format!("two lines for {}", date.value))
        .label("said again here")
        .also(first, "first said here")
}

pub(crate) fn empty_hours(span: Span) -> Diagnostic {
    Diagnostic::new(Code::BadCalendar, span, "the opening has no length")
        .label("begins when it ends")
        .help("the whole day is `00:00..24:00`")
}

pub(crate) fn weekdays_backwards(span: Span) -> Diagnostic {
    Diagnostic::new(Code::BadCalendar, span, "the range of weekdays runs backwards")
        .label("ends before it begins")
        .help("a week begins on `mon`; write two ranges: `fri..sun, mon`")
}

pub(crate) fn no_key(case: &Name) -> Diagnostic {
    Diagnostic::new(Code::NoKey, case.span, format!("nothing says which `{}` an event is about", case.value))
        .label("known by which field?")
        .help(format!(
            "give each of its events a field `{}: id`, or name the field: `known by FIELD.`",
            case.value
        ))
}

pub(crate) fn key_missing(span: Span, event: &str, key: &str, case: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::NoKey, span, format!("`{event}` does not say which `{case}` it is about"))
        .label(format!("has no field `{key}`"))
        .also(declared, "declared here")
        .help(format!("add the field `{key}: id`"))
}

pub(crate) fn optional_key(span: Span, key: &str, case: &str, used: Span) -> Diagnostic {
    Diagnostic::new(Code::NoKey, span, format!("`{key}` may be missing, but {} is known by it", one(case)))
        .label("may be missing")
        .also(used, "needed here")
        .help("leave the `?` out")
}

pub(crate) fn each_without_beginning(case: &Name, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::EachOrA, case.span, format!("{} has no beginning of its own", one(&case.value)))
        .label(format!("write `{} each calendar month`", one(&case.value).replace('`', "")))
        .also(declared, "or give this case a line `begins when …`")
}

pub(crate) fn a_with_beginning(span: Span, case: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::EachOrA, span, format!("{} has a beginning of its own", one(case)))
        .label(format!("write `each {case}`"))
        .also(declared, "this case begins by an event")
}

pub(crate) fn a_with_must_not(span: Span, case: &str) -> Diagnostic {
    Diagnostic::new(Code::EachOrA, span, "`must not` forbids the act on every item")
        .label(format!("write `any {case}`"))
}

pub(crate) fn any_with_must(span: Span, case: &str) -> Diagnostic {
    Diagnostic::new(Code::EachOrA, span, "`any` goes with `must not`").label(format!("write `each {case}`"))
}

pub(crate) fn both_uses(span: Span, case: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::EachOrA,
        span,
        format!("{} is begun by another sentence, in each window", one(case)),
    )
    .label("has no key of its own")
    .also(declared, "this case")
    .help("declare two cases, one for each use")
}

pub(crate) fn a_without_window(norm: &servanda_parser::ast::Norm, case: &str) -> Diagnostic {
    let span = match &norm.act {
        servanda_parser::ast::Act::Do { case, .. } => case.span,
        servanda_parser::ast::Act::Keep { measure, .. } => measure.span,
    };
    Diagnostic::new(Code::EachOrA, span, format!("how often is {} due?", one(case)))
        .label("no window")
        .help("add `each calendar month`, or another window")
}

pub(crate) fn each_window_with_each(span: Span, case: &str) -> Diagnostic {
    Diagnostic::new(Code::EachOrA, span, format!("each `{case}` is due once, not in each window"))
        .label("has no meaning here")
        .help(format!("a duty in each window is on {}, of a case without a beginning", one(case)))
}

pub(crate) fn items_without_beginning(case: &Name, declared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NoInterval,
        case.span,
        format!("{} has no beginning, so it cannot be counted", one(&case.value)),
    )
    .label("no beginning")
    .also(declared, "no line `begins when …`")
    .help("count the events instead: `count of EVENT`")
}

pub(crate) fn no_interval(case: &Name, missing: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::NoInterval, case.span, format!("{} is no stretch of time", one(&case.value)))
        .label(format!("has no `{missing}`"))
        .also(declared, format!("add a line `{missing} EVENT.`"))
}

pub(crate) fn debt_without_beginning(case: &Name) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, case.span, format!("from when is {} owed?", one(&case.value)))
        .label("has no beginning")
        .help("`begins when EVENT.`")
}

pub(crate) fn paid_without_debt(span: Span, case: &str) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, span, format!("`{case}` is no debt that could be paid"))
        .label("pays what?")
        .help("say what is owed: `PARTY owes PARTY AMOUNT.`")
}

pub(crate) fn payment_amount(span: Span, event: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, span, format!("`{event}` must have exactly one field of the type `money`"))
        .label("how much is paid?")
        .also(declared, "declared here")
}

pub(crate) fn payment_names_nothing(span: Span, event: &str, key: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, span, format!("`{event}` does not name what it pays"))
        .label("which one?")
        .also(declared, "declared here")
        .help(format!("add the field `{key}: id`"))
}

pub(crate) fn not_the_debtor(span: Span, case: &str, owes: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongParty, span, format!("{} is owed by `{owes}`", one(case)))
        .label("does not owe it")
        .also(declared, format!("`{owes}` owes it"))
}

pub(crate) fn reopens_what_never_closes(
    span: Span,
    case: &Name,
    closes: bool,
    acts: &[String],
) -> Diagnostic {
    let finding = Diagnostic::new(Code::NoInterval, span, format!("when is {} closed?", one(&case.value)))
        .label(if closes { "no act closes it" } else { "opens again what is never closed" })
        .also(case.span, "the case");
    match acts.first() {
        Some(act) => {
            finding.help(format!("`ends when {act}.`: what is done is undone when it is opened again"))
        }
        None => finding.help("a line `VERB (DONE) when EVENT.`, and `ends when DONE.`"),
    }
}
