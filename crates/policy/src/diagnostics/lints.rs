//! Warnings and advice.

use servanda_diagnostics::{Code, Diagnostic, Span};
use servanda_parser::ast::Name;

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

pub(crate) fn above_ceiling(rate: Span, yearly: &str, stated: Span, ceiling: &str) -> Diagnostic {
    let message = format!("this is {yearly}% a year, and the law allows {ceiling}%");
    Diagnostic::new(Code::RateAboveCeiling, rate, message)
        .label("of the base, for each period")
        .also(stated, "what the law allows")
        .help("write a lower rate, or one per year: `… per year by actual/365`")
}

pub(crate) fn public_too_long(text: Span, characters: usize, most: usize) -> Diagnostic {
    let message = format!("a short form has at most {most} characters, and this has {characters}");
    Diagnostic::new(Code::PublicTooLong, text, message)
        .label("too long for the profile of a channel")
        .help("say the rest in `text`, which may be of any length")
}

pub(crate) fn holds_from_the_start(span: Span, written: &str) -> Diagnostic {
    let message = "this holds from the first instant on, before anything was ever owed";
    let instead = format!("this agreement has ended and {written}");
    Diagnostic::new(Code::HoldsFromTheStart, span, message)
        .label("nothing is owed then")
        .help(format!("say when it is asked: `when {instead}`"))
        .guess(
            "Ask it at the end",
            Span::new(span.source, span.start, span.start),
            "this agreement has ended and ",
        )
}

pub(crate) fn unused(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Unused, span, format!("nothing uses the {what} `{name}`")).label("not used")
}

pub(crate) fn not_signed(title: Span, missing: &[String], amends: bool) -> Diagnostic {
    let have = if missing.len() == 1 { "has" } else { "have" };
    let message = format!("{} {have} not signed: it is not in force", missing.join(" and "));
    let label =
        if amends { "what was in force before stays in force" } else { "nothing is owed under it yet" };
    let finding = Diagnostic::new(Code::NotSigned, title, message).label(label);
    match missing.first() {
        Some(party) => finding.help(format!("`signed by {party} on 2026-01-05.`")),
        None => finding,
    }
}

pub(crate) fn signed_late(span: Span, signed: &str, from: &str) -> Diagnostic {
    Diagnostic::new(Code::SignedLate, span, format!("it is in force from {signed} only"))
        .label("the last signature is later than this")
        .help(format!("to bind from the date on: `signed by … on {signed} with effect from {from}.`"))
}

pub(crate) fn allows_nothing(lint: &Name, removal: Span) -> Diagnostic {
    let message = format!("`{}` is allowed here, and nothing here has it", lint.value);
    Diagnostic::new(Code::UnusedAllow, lint.span, message)
        .label("allows nothing")
        .help("remove it: what is allowed and not there would hide the next one")
        .fix("Remove it", removal, "")
}

pub(crate) fn unknown_lint(lint: &Name, other: bool, near: Option<&str>) -> Diagnostic {
    let name = &lint.value;
    let message =
        if other { format!("`{name}` cannot be allowed") } else { format!("there is no lint `{name}`") };
    let finding = Diagnostic::new(Code::UnknownLint, lint.span, message);
    match near.filter(|_| !other) {
        Some(near) => {
            finding.label(format!("did you mean `{near}`?")).guess(format!("Write `{near}`"), lint.span, near)
        }
        None if other => finding.label("no lint of a policy").help(
            "lints are SLA05xx and SLA06xx: `servanda explain` lists them; anything else has to be mended",
        ),
        None => finding.label("not known").help("`servanda explain` lists the lints, SLA05xx and SLA06xx"),
    }
}

pub(crate) fn no_reason(because: Span) -> Diagnostic {
    Diagnostic::new(Code::NoReason, because, "what is allowed has no reason")
        .label("empty")
        .help("say why it is meant, for whoever reads it next: `because \"The parties have agreed on it.\"`")
}
