//! What could not be read is read again alone, to find the exact place and what was expected there.

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use servanda_diagnostics::Span;

use crate::ast::{ClausePart, Item, Line, Step};
use crate::build::Builder;
use crate::diagnostics;
use crate::grammar::{Grammar, Rule};
use crate::words;

/// Something at the top of a file.
pub(crate) fn top(build: &mut Builder<'_>, span: Span, items: &mut Vec<Item>) {
    junk(build, span, Rule::only_item);
    items.push(Item::Broken(span));
}

/// A line of an agreement.
pub(crate) fn line(build: &mut Builder<'_>, span: Span, lines: &mut Vec<Line>) {
    junk(build, span, Rule::only_line);
    lines.push(Line::Broken(span));
}

/// A part of a clause.
pub(crate) fn part(build: &mut Builder<'_>, span: Span, parts: &mut Vec<ClausePart>) {
    junk(build, span, Rule::only_part);
    parts.push(ClausePart::Broken(span));
}

/// A step of a scenario.
pub(crate) fn step(build: &mut Builder<'_>, span: Span, steps: &mut Vec<Step>) {
    junk(build, span, Rule::only_step);
    steps.push(Step::Broken(span));
}

/// The head of a declaration.
pub(crate) fn head(build: &mut Builder<'_>, span: Span, wanted: Rule) {
    junk(build, span, wanted);
}

/// Reads a slice with the rule that was wanted, and reports why it does not fit.
pub(crate) fn junk(build: &mut Builder<'_>, span: Span, wanted: Rule) {
    let slice = build.at(span);
    let (at, expected) = match Grammar::parse(wanted, slice) {
        Ok(_) => (0, Vec::new()),
        Err(error) => place(*Box::new(error)),
    };
    let rest = slice.get(at..).unwrap_or("");
    let found = words::first(rest);
    let start = span.start + at as u32;
    let here = Span::new(span.source, start, start + found.len() as u32);
    let expected = words::expected(&expected);
    build.report(diagnostics::syntax(here, found, &expected));
}

/// The byte at which reading failed, and the rules that would have fitted there.
fn place(error: Error<Rule>) -> (usize, Vec<Rule>) {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    match error.variant {
        ErrorVariant::ParsingError { positives, .. } => (at, positives),
        ErrorVariant::CustomError { .. } => (at, Vec::new()),
    }
}
