//! Warnings and advice.

use servanda_diagnostics::{Code, Diagnostic, Span};

pub(crate) fn no_consequence(duty: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::NoConsequence, span, format!("nothing follows if {duty} is broken"))
        .label("no `otherwise`")
        .help("add `otherwise …`, or say that nothing follows: `, without consequence`")
}

pub(crate) fn partial_window(measure: &str, window: Span, duty: Span) -> Diagnostic {
    Diagnostic::new(Code::PartialWindow, window, format!("the term can cut a window of `{measure}`"))
        .label("counts in full, however short it is")
        .also(duty, "judged here")
        .help("say which is meant: `partial windows prorated`, `partial windows in full` or `partial windows left out`")
}

pub(crate) fn nothing_survives(span: Span, windowed: Span) -> Diagnostic {
    Diagnostic::new(Code::NothingSurvives, span, "nothing in this clause goes on after the term")
        .label("survives the term, and windows end with it")
        .also(windowed, "this is said of a window")
        .help(
            "leave `surviving` out, or say it of items or events: `each CASE`, `any CASE`, `for each EVENT`",
        )
}

pub(crate) fn unused(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Unused, span, format!("nothing uses the {what} `{name}`")).label("not used")
}
