//! Events, their fields and the types of fields and parameters.

use servanda_diagnostics::Span;

use super::document::{close, currency_or_name, open};
use super::tokens::{kind_and_unit, path, text, words};
use super::{Broken, Builder};
use crate::ast::{Event, Field, Mapping, Type, TypeKind};
use crate::cursor::Node;
use crate::diagnostics;
use crate::grammar::Rule;
use crate::recover;

/// The types that are one word.
const TYPES: [(&str, TypeKind); 11] = [
    ("id", TypeKind::Id),
    ("text", TypeKind::Text),
    ("count", TypeKind::Count),
    ("number", TypeKind::Number),
    ("money", TypeKind::Money { currency: None }),
    ("percent", TypeKind::Percent),
    ("date", TypeKind::Date),
    ("time", TypeKind::Instant),
    ("party", TypeKind::Party),
    ("currency", TypeKind::Currency),
    ("zone", TypeKind::Zone),
];

/// `mapping`
pub(super) fn mapping(build: &mut Builder<'_>, node: Node<'_>) -> Mapping {
    let mut children = node.children();
    let ours = children.name(build);
    children.pass(Rule::equals);
    Mapping { ours, theirs: text(build, &mut children) }
}

/// `event`
pub(super) fn event(build: &mut Builder<'_>, node: Node<'_>) -> Event {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_event);
    match children.accept(Rule::event_rest) {
        Some(node) => event_rest(build, node, span),
        None => {
            build.mismatch(span);
            Event { name: Broken::broken(span), fields: Vec::new(), log_type: None, names: Vec::new(), span }
        }
    }
}

/// `event_rest`
fn event_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Event {
    let mut children = node.children();
    let name = children.one(build, Rule::path, path);
    let brace = open(&mut children);
    let mut fields = Vec::new();
    while let Some(node) = children.take_unless_close() {
        match node.rule() {
            Rule::field => fields.push(field(build, node)),
            Rule::junk_field => fields.extend(broken_field(build, node)),
            _ => {}
        }
    }
    close(build, &mut children, brace, "event");
    let log_type = children.accept(Rule::log_type).map(|node| log_type(build, node));
    let names = children.accept(Rule::log_names).map(|node| log_names(build, node)).unwrap_or_default();
    Event { name, fields, log_type, names, span }
}

/// `junk_field`: its name is kept where there is one, so that its uses are known.
fn broken_field(build: &mut Builder<'_>, node: Node<'_>) -> Option<Field> {
    let span = node.span();
    let text = node.text();
    recover::junk(build, span, Rule::only_field);
    let (name, _) = text.split_once(':')?;
    let name = name.trim_end().trim_end_matches('?').trim_end();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.is_empty() || !plain {
        return None;
    }
    let here = Span::new(span.source, span.start, span.start + name.len() as u32);
    let rest = Span::new(span.source, here.end, span.end);
    Some(Field {
        name: servanda_diagnostics::Spanned::new(name.to_owned(), here),
        optional: None,
        ty: Type::broken(rest),
    })
}

/// `field`
fn field(build: &mut Builder<'_>, node: Node<'_>) -> Field {
    let mut children = node.children();
    let name = children.name(build);
    let optional = children.accept(Rule::optional).map(|node| node.span());
    children.pass(Rule::colon);
    Field { name, optional, ty: children.one(build, Rule::type_, event_type) }
}

/// `log_type`
fn log_type(build: &mut Builder<'_>, node: Node<'_>) -> crate::ast::Text {
    let mut children = node.children();
    children.pass(Rule::kw_from_log);
    text(build, &mut children)
}

/// `log_names`
fn log_names(build: &mut Builder<'_>, node: Node<'_>) -> Vec<Mapping> {
    node.children().filter(|child| child.rule() == Rule::mapping).map(|child| mapping(build, child)).collect()
}

/// `type_`
pub(super) fn event_type(build: &mut Builder<'_>, node: Node<'_>) -> Type {
    let span = node.span();
    let kind = match node.children().next() {
        None => TypeKind::Broken,
        Some(node) => match node.rule() {
            Rule::kw_yes_or_no => TypeKind::YesNo,
            Rule::type_words => type_words(build, node),
            Rule::money_type => money_type(build, node),
            Rule::type_length => type_length(build, node),
            _ => one_word(build, &node),
        },
    };
    Type { kind, span }
}

/// A type that is one word.
fn one_word(build: &mut Builder<'_>, node: &Node<'_>) -> TypeKind {
    if let Some((_, kind)) = TYPES.iter().find(|(word, _)| *word == node.text()) {
        return kind.clone();
    }
    let known = TYPES.iter().map(|(word, _)| *word);
    build.report(diagnostics::unknown_type(node.span(), node.text(), known));
    TypeKind::Broken
}

/// `type_words`
fn type_words(build: &mut Builder<'_>, node: Node<'_>) -> TypeKind {
    let mut children = node.children();
    children.pass(Rule::kw_one_of);
    TypeKind::OneOf(children.one(build, Rule::words, words).words)
}

/// `money_type`
fn money_type(build: &mut Builder<'_>, node: Node<'_>) -> TypeKind {
    let mut children = node.children();
    if children.pass(Rule::kw_money_in_minor_units) {
        return TypeKind::MinorMoney;
    }
    children.pass(Rule::kw_money_in);
    TypeKind::Money { currency: Some(currency_or_name(build, &mut children)) }
}

/// `type_length`
fn type_length(build: &mut Builder<'_>, node: Node<'_>) -> TypeKind {
    let (kind, unit) = kind_and_unit(build, &mut node.children());
    TypeKind::Length { kind, unit }
}
