//! Clauses and prose.

use servanda_diagnostics::{Span, Spanned};

use super::case::case;
use super::document::{close, open, stop, stray_stop};
use super::measure::{let_line, measure};
use super::sentence::sentence;
use super::tokens::{holes, text};
use super::{Broken, Builder};
use crate::ast::{Allow, Clause, ClausePart, Prose};
use crate::cursor::Node;
use crate::grammar::Rule;
use crate::recover;

/// `text`
pub(super) fn prose(build: &mut Builder<'_>, node: Node<'_>) -> Prose {
    let span = node.span();
    let mut children = node.children();
    let public = children.next().is_some_and(|word| word.rule() == Rule::kw_public);
    let language = children.accept(Rule::language).map(|node| node.spanned());
    let text = text(build, &mut children);
    let holes = holes(build, text.span);
    Prose { public, language, text, holes, span }
}

/// `allow`
pub(super) fn allow(build: &mut Builder<'_>, node: Node<'_>) -> Allow {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_allow);
    let mut lints = Vec::new();
    while let Some(node) = children.accept(Rule::lint) {
        lints.push(node.spanned());
        children.pass(Rule::comma);
    }
    children.pass(Rule::kw_because);
    let because = text(build, &mut children);
    stop(build, &mut children);
    Allow { lints, because, span }
}

/// `clause`
pub(super) fn clause(build: &mut Builder<'_>, node: Node<'_>) -> Clause {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_clause);
    match children.accept(Rule::clause_rest) {
        Some(node) => clause_rest(build, node, span),
        None => {
            build.mismatch(span);
            let (number, title) = (Broken::broken(span), Broken::broken(span));
            Clause { number, title, surviving: None, parts: Vec::new(), span }
        }
    }
}

/// `clause_rest`
fn clause_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Clause {
    let mut children = node.children();
    let (number, title, surviving) = match children.accept(Rule::clause_head) {
        Some(node) => clause_head(build, node),
        None => (Broken::broken(span), Broken::broken(span), None),
    };
    let brace = open(&mut children);
    let mut parts = Vec::new();
    while let Some(node) = children.take_unless_close() {
        if node.rule() == Rule::junk {
            recover::part(build, node.span(), &mut parts);
        } else {
            parts.extend(clause_part(build, node));
        }
    }
    close(build, &mut children, brace, "clause");
    Clause { number, title, surviving, parts, span }
}

/// `clause_head`
fn clause_head(build: &mut Builder<'_>, node: Node<'_>) -> (Spanned<String>, Spanned<String>, Option<Span>) {
    let span = node.span();
    let mut children = node.children();
    if let Some(junk) = children.accept(Rule::junk_head) {
        recover::head(build, junk.span(), Rule::only_clause_head);
        // The number is kept where it is one, so that references to the clause are known.
        let number = junk.text().split_ascii_whitespace().next().unwrap_or_default();
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = if plain { number } else { "" };
        let here = Span::new(span.source, span.start, span.start + number.len() as u32);
        return (Spanned::new(number.to_owned(), here), Broken::broken(here.after()), None);
    }
    let number = children.one(build, Rule::section, |_, node| node.spanned());
    let title = text(build, &mut children);
    (number, title, children.accept(Rule::surviving).map(|node| surviving(node)))
}

/// `surviving`
fn surviving(node: Node<'_>) -> Span {
    let span = node.span();
    node.children().find(|child| child.rule() == Rule::kw_surviving).map_or(span, |word| word.span())
}

/// `clause_part`; nothing where there is nothing to keep.
pub(crate) fn clause_part(build: &mut Builder<'_>, node: Node<'_>) -> Option<ClausePart> {
    build.statement();
    let span = node.span();
    Some(match node.rule() {
        Rule::text => ClausePart::Prose(prose(build, node)),
        Rule::allow => ClausePart::Allow(allow(build, node)),
        Rule::let_line => ClausePart::Let(let_line(build, node)),
        Rule::measure => ClausePart::Measure(measure(build, node)),
        Rule::case => ClausePart::Case(case(build, node)),
        Rule::sentence => ClausePart::Sentence(sentence(build, node)),
        Rule::stray_stop => {
            stray_stop(build, node);
            return None;
        }
        _ => {
            build.mismatch(span);
            ClausePart::Broken(span)
        }
    })
}
