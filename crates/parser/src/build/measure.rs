//! Measures, windows and what `let` names.

use servanda_diagnostics::Span;

use super::document::{rounding_of, stop};
use super::expr::{expr, intervals, operand};
use super::sentence::ordinal;
use super::tokens::{self, unit, words};
use super::{Broken, Builder};
use crate::ast::{
    CountedAt, Expr, Let, LetValue, Measure, MeasureOption, MeasureOptionKind, Name, Partial, Window,
    WindowKind,
};
use crate::cursor::Node;
use crate::grammar::Rule;
use crate::recover;

/// `let_line`
pub(super) fn let_line(build: &mut Builder<'_>, node: Node<'_>) -> Let {
    let span = node.span();
    build.statement();
    let mut children = node.children();
    children.pass(Rule::kw_let);
    match children.accept(Rule::let_rest) {
        Some(node) => let_rest(build, node, span),
        None => {
            build.mismatch(span);
            Let { name: Broken::broken(span), value: LetValue::Expr(Expr::broken(span)), span }
        }
    }
}

/// `let_rest`
fn let_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Let {
    let mut children = node.children();
    let name = children.name(build);
    children.pass(Rule::equals);
    let value = match children.next() {
        Some(node) if node.rule() == Rule::value => value(build, node),
        Some(junk) => {
            recover::junk(build, junk.span(), Rule::only_value);
            LetValue::Expr(Expr::broken(junk.span()))
        }
        None => LetValue::Expr(Expr::broken(children.here())),
    };
    stop(build, &mut children);
    Let { name, value, span }
}

/// `value`
fn value(build: &mut Builder<'_>, node: Node<'_>) -> LetValue {
    let mut children = node.children();
    match children.peek() {
        Some(Rule::window_literal) => {
            LetValue::Window(children.one(build, Rule::window_literal, window_literal))
        }
        Some(Rule::words) => LetValue::Words(children.one(build, Rule::words, words)),
        _ => LetValue::Expr(children.one(build, Rule::expr, expr)),
    }
}

/// `measure`
pub(super) fn measure(build: &mut Builder<'_>, node: Node<'_>) -> Measure {
    let span = node.span();
    build.statement();
    let mut children = node.children();
    children.pass(Rule::kw_measure);
    match children.accept(Rule::measure_rest) {
        Some(node) => measure_rest(build, node, span),
        None => {
            build.mismatch(span);
            let (name, value) = (Broken::broken(span), Expr::broken(span));
            Measure { name, window: None, each: None, value, options: Vec::new(), span }
        }
    }
}

/// `measure_rest`
fn measure_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Measure {
    let mut children = node.children();
    let name = children.name(build);
    let window = children.pass(Rule::kw_per).then(|| match children.accept(Rule::clock_window) {
        Some(node) => clock_window(build, node),
        None => children.one(build, Rule::window, window),
    });
    let each = children.opt(build, Rule::by_each, by_each);
    children.pass(Rule::equals);
    let (value, options) = match children.next() {
        Some(node) if node.rule() == Rule::measured => measured(build, node),
        Some(junk) => {
            recover::junk(build, junk.span(), Rule::only_measured);
            (Expr::broken(junk.span()), Vec::new())
        }
        None => (Expr::broken(children.here()), Vec::new()),
    };
    stop(build, &mut children);
    Measure { name, window, each, value, options, span }
}

/// `by_each`
pub(super) fn by_each(build: &mut Builder<'_>, node: Node<'_>) -> Name {
    let mut children = node.children();
    children.pass(Rule::kw_for_each);
    children.name(build)
}

/// `measured`
fn measured(build: &mut Builder<'_>, node: Node<'_>) -> (Expr, Vec<MeasureOption>) {
    let mut children = node.children();
    let value = children.one(build, Rule::expr, expr);
    let options = children
        .filter(|child| child.rule() == Rule::measure_option)
        .map(|child| measure_option(build, child))
        .collect();
    (value, options)
}

/// `measure_option`
fn measure_option(build: &mut Builder<'_>, node: Node<'_>) -> MeasureOption {
    let span = node.span();
    let mut children = node.children();
    if let Some(word) = children.accept(Rule::rounding) {
        let rounding = rounding_of(build, word).value;
        children.pass(Rule::kw_to);
        let unit = operand(build, &mut children);
        return MeasureOption { kind: MeasureOptionKind::Rounded(rounding, unit), span };
    }
    let word = children.next().map(|word| word.rule());
    let kind = match word {
        Some(Rule::kw_leaving_out_open_ones) => MeasureOptionKind::LeavingOutOpen,
        Some(Rule::kw_counting_open_ones_as_kept) => MeasureOptionKind::CountingOpenAs(true),
        Some(Rule::kw_counting_open_ones_as_broken) => MeasureOptionKind::CountingOpenAs(false),
        Some(Rule::kw_counted_at_its_beginning) => MeasureOptionKind::CountedAt(CountedAt::Beginning),
        Some(Rule::kw_counted_at_its_end) => MeasureOptionKind::CountedAt(CountedAt::End),
        Some(Rule::kw_counted_at_the_deadline) => MeasureOptionKind::CountedAt(CountedAt::Deadline),
        Some(Rule::kw_counted_at_the_decision) => MeasureOptionKind::CountedAt(CountedAt::Decision),
        Some(Rule::kw_leaving_out) => {
            MeasureOptionKind::LeavingOut(children.one(build, Rule::intervals, intervals))
        }
        Some(Rule::kw_counting) => {
            let intervals = children.one(build, Rule::intervals, intervals);
            MeasureOptionKind::Counting(intervals, children.pass(Rule::kw_as_good))
        }
        Some(Rule::kw_needing_at_least) => MeasureOptionKind::Needing(operand(build, &mut children)),
        Some(Rule::kw_no_data_counts_as_kept) => MeasureOptionKind::NoDataAs(true),
        Some(Rule::kw_no_data_counts_as_broken) => MeasureOptionKind::NoDataAs(false),
        Some(Rule::kw_partial_windows_prorated) => MeasureOptionKind::Partial(Partial::Prorated),
        Some(Rule::kw_partial_windows_in_full) => MeasureOptionKind::Partial(Partial::InFull),
        Some(Rule::kw_partial_windows_left_out) => MeasureOptionKind::Partial(Partial::LeftOut),
        _ => {
            build.mismatch(span);
            MeasureOptionKind::Broken
        }
    };
    MeasureOption { kind, span }
}

/// `window`
pub(super) fn window(build: &mut Builder<'_>, node: Node<'_>) -> Window {
    let span = node.span();
    let mut children = node.children();
    match children.next() {
        Some(node) if node.rule() == Rule::window_literal => window_literal(build, node),
        Some(name) => Window { kind: WindowKind::Named(name.text().to_owned()), span },
        None => Window::broken(span),
    }
}

/// `clock_window`
fn clock_window(build: &mut Builder<'_>, node: Node<'_>) -> Window {
    let span = node.span();
    let mut children = node.children();
    let count = children.accept(Rule::number).map(|node| node.spanned());
    Window { kind: WindowKind::Clock { count, unit: children.one(build, Rule::unit, unit).value }, span }
}

/// `window_literal`
pub(crate) fn window_literal(build: &mut Builder<'_>, node: Node<'_>) -> Window {
    let span = node.span();
    let mut children = node.children();
    if let Some(unit) = children.accept(Rule::unit) {
        let unit = tokens::unit(build, unit).value;
        children.pass(Rule::kw_from_the);
        let day = children.accept(Rule::ordinal).and_then(|day| ordinal(build, day));
        return Window { kind: WindowKind::From { unit, day }, span };
    }
    let word = children.next().map(|word| word.rule());
    let kind = match word {
        Some(Rule::kw_calendar) => WindowKind::Calendar(children.one(build, Rule::unit, unit).value),
        Some(Rule::kw_contract) => WindowKind::Contract(children.one(build, Rule::unit, unit).value),
        Some(Rule::kw_rolling) => {
            let count = children.one(build, Rule::number, |_, node| node.spanned());
            let contract = match children.peek() {
                Some(Rule::kw_calendar) => Some(false),
                Some(Rule::kw_contract) => Some(true),
                _ => None,
            };
            if contract.is_some() {
                children.next();
            }
            WindowKind::Rolling { count, contract, unit: children.one(build, Rule::unit, unit).value }
        }
        _ => WindowKind::Term,
    };
    Window { kind, span }
}
