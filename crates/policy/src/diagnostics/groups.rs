//! What is wrong with a figure for each value of a field.

use super::names::{Near, meant};
use super::{listed, there_is};
use servanda_diagnostics::{Code, Diagnostic, Span};
use servanda_parser::ast::Name;

/// What is counted does not have the field.
pub(crate) fn group_without_field(
    field: &Name,
    (over, thing): (Span, &str),
    near: Near<'_>,
    fields: &[String],
) -> Diagnostic {
    let name = &field.value;
    let text = format!("`{thing}` has no field `{name}`");
    let finding = Diagnostic::new(Code::UnknownField, field.span, text)
        .label("for each of what?")
        .also(over, format!("`{thing}` is counted here"));
    meant(finding, near, there_is("its fields", fields))
}

/// The field is of a type that has no groups.
pub(crate) fn group_of_type(field: &Name, found: &str, over: Span) -> Diagnostic {
    let name = &field.value;
    Diagnostic::new(Code::WrongType, field.span, "a text, an id or one of several words is due here")
        .label(format!("`{name}` is {found}"))
        .also(over, "this is counted")
        .help(format!("`{name}: one of (eu, us)` has a figure for each of them in every window, `{name}: text` one for each text that comes"))
}

/// Two things that are counted have the field with other words.
pub(crate) fn groups_unlike(field: &Name, over: Span) -> Diagnostic {
    let name = &field.value;
    Diagnostic::new(
        Code::WrongType,
        field.span,
        format!("`{name}` does not mean the same in all that is counted"),
    )
    .label("two types")
    .also(over, "here it has another type than in what is counted before it")
    .help(format!("give `{name}` the same type in each of these events"))
}

/// Nothing is counted.
pub(crate) fn group_of_nothing(field: &Name, value: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, field.span, "nothing is counted here that could be told apart")
        .label("for each of what?")
        .also(value, "this counts nothing")
        .help(format!("leave `for each {}` out", field.value))
}

/// A figure of groups is read where there is no such group, or none at all.
pub(crate) fn groups_differ(name: &str, (span, declared): (Span, Span), of: [Option<&str>; 2]) -> Diagnostic {
    let (text, label) = match of {
        [Some(field), _] => (format!("`{name}` has a figure for each {field}"), format!("of which {field}?")),
        _ => (format!("`{name}` is no figure of one group"), "the same for all of them".to_owned()),
    };
    let finding =
        Diagnostic::new(Code::WindowsDiffer, span, text).label(label).also(declared, "declared here");
    match of {
        [Some(field), _] => finding.help(format!(
            "it is read by a measure `for each {field}` with the same window, or kept by a duty: \
             `must keep {name} at least …` is judged for each {field}"
        )),
        [None, Some(field)] => {
            finding.help(format!("write `for each {field}` behind the window of `{name}`, too"))
        }
        [None, None] => finding,
    }
}

/// Something is asked of windows one behind the other, of which each group would have its own.
pub(crate) fn runs_of_group(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotSupported,
        span,
        format!("windows of a figure for each {field} are not followed"),
    )
    .label(format!("broken for which {field}?"))
    .help(
        format!("count the breaches: `count of breach of {{…}}` in a measure without `for each {field}`")
            .replace("{…}", "1(a)"),
    )
}

/// The window before is read.
pub(crate) fn previous_of_group(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotSupported,
        span,
        format!("the window before of a figure for each {field} is not kept"),
    )
    .label("not yet")
    .help(format!("measure it without `for each {field}`, with a measure for each that is needed"))
}

/// A window that looks back.
pub(crate) fn rolling_group(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotSupported,
        span,
        format!("a rolling window of a figure for each {field} is not supported"),
    )
    .label("not yet")
    .help("`calendar month`, `contract month`, `month from the 16th` or `the term`")
}

/// A limit for each group of another kind than what it limits.
pub(crate) fn cap_of_other_group(name: &Name, field: Option<&str>) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::OtherThing,
        name.span,
        format!("what follows here is not for each `{}`", name.value),
    )
    .label("a limit for each of what?");
    match field {
        Some(field) => finding
            .help(format!("what is limited is of one {field}: {}", listed([format!("for each {field}")]))),
        None => finding.help(format!(
            "leave `for each {}` out, or measure what is kept `for each {}`",
            name.value, name.value
        )),
    }
}
