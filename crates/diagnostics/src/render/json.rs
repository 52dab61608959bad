//! Findings as JSON, for programs.
//!
//! The shape is stable. Every character of a text is kept; making it safe for the eye is up to who shows it.

use serde_json::{Value, json};

use super::place_of;
use crate::{Diagnostic, Fix, Label, Position, Sources, Span, Summary};

/// An object with `diagnostics`, in the order given, and `summary` with the counts `errors`, `warnings`, `advice`.
///
/// A diagnostic has `code`, `name`, `severity` (`error`, `warning` or `advice`), `url` (of the code's page), `message`, `help` (a text, one
/// sentence a line, or null), `primary`, `labels` and `fixes`. A label has `file`, `text`, `start` and `end`; a fix
/// has `title`, `file`, `start`, `end`, `replacement` and `safe`. `start` and `end` have a `line` and a `column` from 1, the
/// column in characters, and the offset `byte` from 0; the end is the place just behind. Where a source is unknown,
/// `file`, `start` and `end` are null.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, Sources, Span, render};
/// let mut sources = Sources::new();
/// let policy = sources.add("agreement.sla", "within 5 days");
/// let finding = Diagnostic::new(Code::Syntax, Span::new(policy, 9, 13), "`days` without its kind");
/// let value = render::json(&[finding], &sources);
/// assert_eq!(value["diagnostics"][0]["primary"]["start"]["column"], 10);
/// assert_eq!(value["summary"]["errors"], 1);
/// ```
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let summary = Summary::of(diagnostics);
    json!({
        "diagnostics": diagnostics.iter().map(|d| diagnostic(d, sources)).collect::<Vec<_>>(),
        "summary": { "errors": summary.errors, "warnings": summary.warnings, "advice": summary.advice },
    })
}

fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let help = (!diagnostic.helps().is_empty()).then(|| diagnostic.helps().join("\n"));
    json!({
        "code": diagnostic.code().number(),
        "name": diagnostic.code().name(),
        "severity": diagnostic.severity().word(),
        "url": diagnostic.code().url(),
        "message": diagnostic.message(),
        "help": help,
        "primary": label(diagnostic.primary(), sources),
        "labels": diagnostic.labels().iter().map(|l| label(l, sources)).collect::<Vec<_>>(),
        "fixes": diagnostic.fixes().iter().map(|f| fix(f, sources)).collect::<Vec<_>>(),
    })
}

fn label(label: &Label, sources: &Sources) -> Value {
    let (file, start, end) = place(label.span, sources);
    json!({ "file": file, "text": label.text, "start": start, "end": end })
}

fn fix(fix: &Fix, sources: &Sources) -> Value {
    let (file, start, end) = place(fix.span, sources);
    json!({ "title": fix.title, "file": file, "start": start, "end": end, "replacement": fix.replacement, "safe": fix.safe })
}

fn place(span: Span, sources: &Sources) -> (Value, Value, Value) {
    let Some((source, start, end)) = place_of(span, sources) else {
        return (Value::Null, Value::Null, Value::Null);
    };
    let position = |position: Position| json!({ "line": position.line, "column": position.column, "byte": position.byte });
    (source.name().into(), position(start), position(end))
}
