//! `allow …`: findings that their author has seen and wants to keep, each with a reason.
//!
//! One in a clause is about the clause, one in an agreement about the agreement, one in a file that others use about
//! that file. Only lints can be allowed: with an error there is nothing to evaluate.

use crate::diagnostics;
use servanda_diagnostics::{Code, Diagnostic, Severity, Sources, Span, spelling};
use servanda_parser::ast::{self, ClausePart, Item, Line};

/// A line with the text that it is about.
struct Scoped<'d> {
    allow: &'d ast::Allow,
    scope: Span,
}

/// Takes out what is allowed, and tells what allows nothing.
pub(in crate::check) fn settle(document: &ast::Document, findings: &mut Vec<Diagnostic>, sources: &Sources) {
    let sound = findings.iter().all(|finding| finding.severity() < Severity::Error);
    let mut told = Vec::new();
    for Scoped { allow, scope } in allows(document) {
        if allow.because.value.trim().is_empty() {
            told.push(diagnostics::no_reason(allow.because.span));
        }
        for (at, name) in allow.lints.iter().enumerate() {
            let Some(code) = lint(&name.value) else {
                told.push(unknown(name));
                continue;
            };
            let before = findings.len();
            findings.retain(|finding| finding.code() != code || !scope.contains(finding.primary().span));
            // Where something is wrong, not every lint has been looked for; and what is wanted stands elsewhere.
            let by_settings = matches!(code, Code::MissingPart | Code::TooManyFigures);
            if findings.len() == before && sound && !by_settings {
                told.push(diagnostics::allows_nothing(name, removal(allow, at, sources)));
            }
        }
    }
    findings.extend(told);
}

/// The lint of a name that can be allowed in a policy.
fn lint(name: &str) -> Option<Code> {
    Code::find(name).filter(|code| code.name() == name && code.can_be_allowed())
}

fn unknown(name: &ast::Name) -> Diagnostic {
    let lints = || Code::ALL.iter().filter(|code| lint(code.name()).is_some()).map(|code| code.name());
    let other = Code::find(&name.value).is_some();
    diagnostics::unknown_lint(name, other, spelling::nearest(&name.value, lints()))
}

/// Every line of the document that allows something. What is inside comes first, so that it is used first.
fn allows(document: &ast::Document) -> Vec<Scoped<'_>> {
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    for item in &document.items {
        let (lines, span) = match item {
            Item::Agreement(item) => (item.lines.as_slice(), Some(item.span)),
            Item::Amendment(item) => (item.lines.as_slice(), Some(item.span)),
            Item::Annex(item) => (item.lines.as_slice(), Some(item.span)),
            Item::Line(line) => (std::slice::from_ref(line), None),
            Item::Use(_) | Item::Scenario(_) | Item::Broken(_) => continue,
        };
        for line in lines {
            match line {
                Line::Allow(allow) => {
                    // A line of a file that is used stands among those of the agreement.
                    let file = Span::new(allow.span.source, 0, u32::MAX);
                    let scope = span.filter(|span| span.contains(allow.span)).unwrap_or(file);
                    outer.push(Scoped { allow, scope });
                }
                Line::Clause(clause) => inner.extend(clause.parts.iter().filter_map(|part| match part {
                    ClausePart::Allow(allow) => Some(Scoped { allow, scope: clause.span }),
                    _ => None,
                })),
                _ => {}
            }
        }
    }
    inner.append(&mut outer);
    inner
}

/// What to take out of the text so that one of the names is gone: the line with its blanks, or the name and a comma.
fn removal(allow: &ast::Allow, at: usize, sources: &Sources) -> Span {
    let source = allow.span.source;
    let end = |at: usize| allow.lints.get(at).map(|name| name.span);
    match (at.checked_sub(1).and_then(end), end(at), end(at + 1)) {
        (Some(before), Some(name), _) => Span::new(source, before.end, name.end),
        (None, Some(name), Some(behind)) => Span::new(source, name.start, behind.start),
        _ => {
            let before = sources.text(Span::new(source, 0, allow.span.start));
            let kept = before.trim_end_matches([' ', '\t']);
            let kept = kept.strip_suffix('\n').unwrap_or(before);
            Span::new(source, u32::try_from(kept.len()).unwrap_or(allow.span.start), allow.span.end)
        }
    }
}
