//! Every page of a code about meaning shows the finding that it describes, and a mended text without it.

use servanda_diagnostics::render::{HumanOptions, human};
use servanda_diagnostics::{Code, Diagnostic, Severity, SourceId, Sources};

/// The agreement in which the pages' lines stand.
const FRAME: &str = include_str!("policies/frame.sla");

/// A whole text as it is; lines of an agreement in the frame.
fn framed(lines: &str) -> String {
    if lines.starts_with("language") { lines.to_owned() } else { FRAME.replace("  // the lines\n", lines) }
}

/// The text with the files that pages use.
fn sources(text: &str) -> Sources {
    Sources::new()
        .with("agreement.sla", text)
        .with("calendars.sla", "language 1.\ncalendar night { open mon..fri 20:00..24:00. }\n")
        .with("other-agreement.sla", "language 1.\nagreement \"Other\" { party client. }\n")
}

fn findings(text: &str) -> Vec<Diagnostic> {
    let sources = sources(text);
    let parsed = servanda_parser::read(&sources, SourceId(0));
    let checked = servanda_policy::check_among(&parsed.document, &sources);
    parsed.diagnostics.into_iter().chain(checked.diagnostics).collect()
}

/// What matters beside the advice that the frame's own names are not used.
fn relevant(code: Code, text: &str) -> Vec<Diagnostic> {
    let all = findings(text).into_iter();
    all.filter(|finding| finding.severity() > Severity::Advice || code == Code::Unused).collect()
}

fn meaning() -> impl Iterator<Item = Code> {
    let sections = ["SLA01", "SLA02", "SLA03", "SLA04", "SLA05"];
    let known = Code::ALL.iter().copied();
    let written = |code: &Code| !code.example().starts_with('(');
    known.filter(move |code| {
        sections.iter().any(|section| code.number().starts_with(section)) && written(code)
    })
}

fn shown(text: &str, findings: &[Diagnostic]) -> String {
    let sources = sources(text);
    human(findings, &sources, &HumanOptions::default())
}

#[test]
fn each_example_has_its_finding_and_no_other() {
    let mut wrong = String::new();
    for code in meaning() {
        let text = framed(code.example());
        let found = relevant(code, &text);
        let codes: Vec<Code> = found.iter().map(Diagnostic::code).collect();
        let as_said = match code {
            Code::Unused => codes.contains(&code),
            _ => codes == [code],
        };
        if !as_said {
            wrong.push_str(&format!("{code} {}: {codes:?}\n{}\n", code.name(), shown(&text, &found)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_mended_text_is_sound() {
    let mut wrong = String::new();
    for code in meaning().filter(|code| *code != Code::Unused) {
        let text = framed(code.instead());
        let found = relevant(code, &text);
        if !found.is_empty() {
            wrong.push_str(&format!("{code} {}\n{}\n", code.name(), shown(&text, &found)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_each_example_prints() {
    let mut all = String::new();
    for code in meaning() {
        let text = framed(code.example());
        let of_code: Vec<Diagnostic> =
            relevant(code, &text).into_iter().filter(|one| one.code() == code).take(1).collect();
        all.push_str(&shown(&text, &of_code));
        all.push('\n');
    }
    insta::assert_snapshot!(all);
}
