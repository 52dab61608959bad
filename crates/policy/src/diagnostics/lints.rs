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

pub(crate) fn unused(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Unused, span, format!("nothing uses the {what} `{name}`")).label("not used")
}
