//! Conditions, and the words that lead them in.

use servanda_diagnostics::Span;

use super::expr::expr;
use super::tokens::{duty_ref, path, words};
use super::{Broken, Builder};
use crate::ast::{Cond, CondKind, Expr, ExprKind, Name, Relation, Status, Target, Test};
use crate::cursor::Node;
use crate::diagnostics;
use crate::grammar::Rule;
use servanda_diagnostics::Spanned;

/// What stands in parentheses before it is known which of the two is wanted.
pub(super) enum Either {
    /// Something with `is`, `not`, `and` or `or`.
    Condition(Cond),
    /// Anything else; a path can also be a condition.
    Quantity(Expr),
}

/// `filter`
pub(super) fn filter(build: &mut Builder<'_>, node: Node<'_>) -> Cond {
    let mut children = node.children();
    children.pass(Rule::kw_where);
    children.one(build, Rule::cond, cond)
}

/// `during`
pub(super) fn during(build: &mut Builder<'_>, node: Node<'_>) -> Name {
    let mut children = node.children();
    children.pass(Rule::kw_during);
    children.name(build)
}

/// `cond`
pub(super) fn cond(build: &mut Builder<'_>, node: Node<'_>) -> Cond {
    let either = either(build, node);
    condition(build, either)
}

/// A condition of what may be a quantity.
fn condition(build: &mut Builder<'_>, either: Either) -> Cond {
    let expr = match either {
        Either::Condition(cond) => return cond,
        Either::Quantity(expr) => expr,
    };
    let span = expr.span;
    let kind = match expr.kind {
        ExprKind::Path(path) => CondKind::Holds(path),
        ExprKind::Paren(inner) => CondKind::Paren(Box::new(condition(build, Either::Quantity(*inner)))),
        ExprKind::Broken => CondKind::Broken,
        _ => {
            build.report(diagnostics::quantity_for_condition(span));
            CondKind::Broken
        }
    };
    Cond { kind, span }
}

/// `cond` where a quantity may stand as well.
pub(super) fn either(build: &mut Builder<'_>, node: Node<'_>) -> Either {
    let span = node.span();
    let mut children = node.children();
    let Some(first) = children.accept(Rule::one_cond) else {
        build.mismatch(span);
        return Either::Quantity(Expr::broken(span));
    };
    let first = one_cond(build, first);
    let Some(word) = children.next() else { return first };
    let mut list = vec![condition(build, first)];
    let mut other: Option<Span> = None;
    let mut joint = Some(word.clone());
    while let Some(next) = joint {
        if next.rule() != word.rule() {
            other = other.or(Some(next.span()));
        }
        if let Some(node) = children.accept(Rule::one_cond) {
            let either = one_cond(build, node);
            list.push(condition(build, either));
        }
        joint = children.next();
    }
    let kind = match other {
        Some(other) => {
            let words = (build.at(other), word.text());
            let parts: Vec<&str> = list.iter().map(|cond| build.at(cond.span)).collect();
            let diagnostic = diagnostics::and_or(other, word.span(), words, &parts);
            build.report(diagnostic);
            CondKind::Broken
        }
        None if word.rule() == Rule::kw_and => CondKind::And(list),
        None => CondKind::Or(list),
    };
    Either::Condition(Cond { kind, span })
}

/// `one_cond`
fn one_cond(build: &mut Builder<'_>, node: Node<'_>) -> Either {
    let span = node.span();
    let mut children = node.children();
    match children.next() {
        Some(node) if node.rule() == Rule::kw_not => {
            let inner = match children.accept(Rule::paren) {
                Some(node) => paren(build, node),
                None => {
                    let path = children.one(build, Rule::path, path);
                    Cond { span: path.span, kind: CondKind::Holds(path) }
                }
            };
            Either::Condition(Cond { kind: CondKind::Not(Box::new(inner)), span })
        }
        Some(node) if node.rule() == Rule::verdict => Either::Condition(verdict(build, node)),
        Some(node) => comparison(build, node),
        None => Either::Quantity(Expr::broken(span)),
    }
}

/// `paren` where a condition stands.
fn paren(build: &mut Builder<'_>, node: Node<'_>) -> Cond {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::paren_open);
    let inner = children.one(build, Rule::cond, cond);
    Cond { kind: CondKind::Paren(Box::new(inner)), span }
}

/// `verdict`
fn verdict(build: &mut Builder<'_>, node: Node<'_>) -> Cond {
    let span = node.span();
    let mut children = node.children();
    let duty = children.one(build, Rule::duty_ref, duty_ref);
    children.pass(Rule::kw_is);
    let negated = children.pass(Rule::kw_not);
    match children.accept(Rule::status) {
        Some(node) => Cond { kind: CondKind::Verdict { duty, negated, status: status(node) }, span },
        None => Cond::broken(span),
    }
}

/// `status`
fn status(node: Node<'_>) -> Spanned<Status> {
    node.with(match node.text() {
        "kept" => Status::Kept,
        "broken" => Status::Broken,
        _ => Status::Pending,
    })
}

/// `comparison`
fn comparison(build: &mut Builder<'_>, node: Node<'_>) -> Either {
    let span = node.span();
    let mut children = node.children();
    let Some(left) = children.accept(Rule::expr) else {
        build.mismatch(span);
        return Either::Quantity(Expr::broken(span));
    };
    if !children.pass(Rule::kw_is) {
        return alone(build, left);
    }
    let left = Box::new(expr(build, left));
    let negated = children.pass(Rule::kw_not);
    let kind = match children.accept(Rule::test) {
        Some(node) => CondKind::Is { left, negated, test: Box::new(test(build, node)) },
        None => CondKind::Broken,
    };
    Either::Condition(Cond { kind, span })
}

/// An expression without `is`: where it is only a parenthesis, what is in it decides.
fn alone(build: &mut Builder<'_>, node: Node<'_>) -> Either {
    let span = node.span();
    let Some(inside) = only_paren(node.clone()) else { return Either::Quantity(expr(build, node)) };
    match either(build, inside) {
        Either::Condition(inner) => Either::Condition(Cond { kind: CondKind::Paren(Box::new(inner)), span }),
        Either::Quantity(inner) => Either::Quantity(Expr { kind: ExprKind::Paren(Box::new(inner)), span }),
    }
}

/// The `cond` in an `expr` that is one parenthesis and nothing else.
fn only_paren(node: Node<'_>) -> Option<Node<'_>> {
    let mut factors = node.children();
    let mut operands = factors.next()?.children();
    let paren = operands.accept(Rule::paren)?;
    if factors.peek().is_some() || operands.peek().is_some() {
        return None;
    }
    paren.children().find(|child| child.rule() == Rule::cond)
}

/// `test`
fn test(build: &mut Builder<'_>, node: Node<'_>) -> Test {
    let mut children = node.children();
    if children.pass(Rule::kw_one_of) {
        return match children.accept(Rule::words) {
            Some(node) => Test::OneOf(words(build, node)),
            None => Test::OneOfNamed(children.name(build)),
        };
    }
    match children.accept(Rule::target) {
        Some(node) => Test::Relation(target(build, node)),
        None => Test::Equals(children.one(build, Rule::expr, expr)),
    }
}

/// `target`
pub(super) fn target(build: &mut Builder<'_>, node: Node<'_>) -> Target {
    let mut children = node.children();
    let relation = match children.next() {
        Some(node) => relation(node),
        None => Spanned::new(Relation::Exactly, children.here()),
    };
    Target { relation, value: children.one(build, Rule::expr, expr) }
}

/// `relation`
pub(super) fn relation(node: Node<'_>) -> Spanned<Relation> {
    let span = node.span();
    let word = node.children().next().map(|word| word.rule());
    let relation = match word {
        Some(Rule::kw_at_least) => Relation::AtLeast,
        Some(Rule::kw_at_most) => Relation::AtMost,
        Some(Rule::kw_above) => Relation::Above,
        Some(Rule::kw_below) => Relation::Below,
        _ => Relation::Exactly,
    };
    Spanned::new(relation, span)
}
