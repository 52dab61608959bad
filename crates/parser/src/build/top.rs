//! What makes files and agreements share a text: what a file uses, the declarations of a file that is used, annexes,
//! and the bounds of parameters.

use servanda_diagnostics::Span;

use super::cond::target;
use super::document::{body, stop};
use super::expr::expr;
use super::tokens::text;
use super::{Broken, Builder};
use crate::ast::{Annex, Expr, ExprKind, Item, Line, ParamBound, ParamBoundKind, Path, Use};
use crate::cursor::Node;
use crate::diagnostics;
use crate::grammar::Rule;
use crate::recover;

/// `use_line`, behind these items.
pub(crate) fn use_item(build: &mut Builder<'_>, node: Node<'_>, before: &[Item]) -> Item {
    let span = node.span();
    build.statement();
    let mut children = node.children();
    children.pass(Rule::kw_use);
    let file = text(build, &mut children);
    stop(build, &mut children);
    let first = before.iter().find_map(|item| match item {
        Item::Agreement(agreement) => Some(agreement.title.span),
        Item::Amendment(amendment) => Some(amendment.title.span),
        Item::Scenario(scenario) => Some(scenario.title.span),
        Item::Annex(annex) => Some(annex.name.span),
        Item::Use(_) | Item::Line(_) | Item::Broken(_) => None,
    });
    if let Some(first) = first {
        build.report(diagnostics::use_behind(span, first));
    }
    Item::Use(Use { file, span })
}

/// A line outside of braces: it belongs to the agreement or the amendment right above, which was closed too early, or
/// to the file. Says whether the former is so.
pub(super) fn line(
    build: &mut Builder<'_>,
    here: Span,
    line: Option<Line>,
    items: &mut Vec<Item>,
    closed_early: bool,
) -> bool {
    let Some(line) = line else { return closed_early };
    let (what, lines, span) = match items.last_mut() {
        Some(Item::Agreement(agreement)) => ("agreement", &mut agreement.lines, &mut agreement.span),
        Some(Item::Amendment(amendment)) => ("amendment", &mut amendment.lines, &mut amendment.span),
        _ => {
            items.push(Item::Line(line));
            return false;
        }
    };
    if !closed_early {
        let brace = Span::new(here.source, span.end.saturating_sub(1), span.end);
        build.report(diagnostics::closed_early(brace, here, what));
    }
    *span = span.join(here);
    lines.push(line);
    true
}

/// A step outside of braces: it belongs to the scenario right above, which was closed too early. False where there is
/// none, or it is no step.
pub(super) fn step(build: &mut Builder<'_>, here: Span, items: &mut [Item], closed_early: &mut bool) -> bool {
    let Some(Item::Scenario(scenario)) = items.last_mut() else { return false };
    let brace = Span::new(here.source, scenario.span.end.saturating_sub(1), scenario.span.end);
    if !recover::late_step(build, here, &mut scenario.steps) {
        return false;
    }
    scenario.span = scenario.span.join(here);
    if !std::mem::replace(closed_early, true) {
        build.report(diagnostics::closed_early(brace, here, "scenario"));
    }
    true
}

/// Tells which lines stand outside of the braces in which they belong, the first of each group: in a file with an
/// agreement all of them, in one without those that say when an agreement binds.
pub(super) fn settle(build: &mut Builder<'_>, items: &mut [Item]) {
    let binds =
        items.iter().any(|item| matches!(item, Item::Agreement(_) | Item::Amendment(_) | Item::Annex(_)));
    let mut told = false;
    for item in items {
        let outside = match item {
            Item::Line(line @ (Line::InForce(_) | Line::Signed(_) | Line::Removes(_))) => Some(line.span()),
            Item::Line(line) if binds => Some(line.span()),
            Item::Broken(_) => {
                told = true;
                None
            }
            _ => {
                told = false;
                None
            }
        };
        let Some(span) = outside else { continue };
        if !std::mem::replace(&mut told, true) {
            build.report(diagnostics::outside_agreement(span));
        }
        *item = Item::Broken(span);
    }
}

/// `annex`
pub(crate) fn annex(build: &mut Builder<'_>, node: Node<'_>) -> Annex {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_annex);
    let Some(rest) = children.accept(Rule::annex_rest) else {
        build.mismatch(span);
        return Annex { name: Broken::broken(span), to: Broken::broken(span), lines: Vec::new(), span };
    };
    let mut children = rest.children();
    let (name, to) = match children.accept(Rule::annex_head) {
        Some(node) => annex_head(build, node),
        None => (Broken::broken(span), Broken::broken(span)),
    };
    let lines = body(build, &mut children, "annex");
    Annex { name, to, lines, span }
}

/// `annex_head`
fn annex_head(build: &mut Builder<'_>, node: Node<'_>) -> (crate::ast::Text, crate::ast::Text) {
    let span = node.span();
    let mut children = node.children();
    if let Some(junk) = children.accept(Rule::junk_head) {
        recover::head(build, junk.span(), Rule::only_annex_head);
        return (Broken::broken(span), Broken::broken(span));
    }
    let name = text(build, &mut children);
    children.pass(Rule::kw_to);
    (name, text(build, &mut children))
}

/// `bound`
pub(super) fn bound(build: &mut Builder<'_>, node: Node<'_>) -> ParamBound {
    let span = node.span();
    let mut children = node.children();
    if let Some(node) = children.accept(Rule::target) {
        return ParamBound { kind: ParamBoundKind::Is(target(build, node)), span };
    }
    children.pass(Rule::kw_one_of);
    let mut choices = Vec::new();
    if let Some(node) = children.accept(Rule::choices) {
        for node in node.children() {
            match node.rule() {
                Rule::currency => {
                    let code = node.spanned();
                    let path = Path { span: code.span, parts: vec![code] };
                    choices.push(Expr { span: path.span, kind: ExprKind::Path(path) });
                }
                Rule::expr => choices.push(expr(build, node)),
                _ => {}
            }
        }
    }
    ParamBound { kind: ParamBoundKind::OneOf(choices), span }
}
