//! Quantities: operators, rates, figures, tables, and figures over many things.

use servanda_diagnostics::{Span, Spanned};

use super::cond::{Either, cond, during, either, filter};
use super::tokens::{duty_ref, instant, kind_and_unit, path, string};
use super::{Broken, Builder};
use crate::ast::{
    Aggregate, BinaryOp, Bound, Collection, CollectionKind, CondKind, Counted, During, Expr, ExprKind,
    FoldOp, Intervals, IntervalsKind, Range, Row, RowKey,
};
use crate::cursor::{Children, Node};
use crate::diagnostics;
use crate::grammar::Rule;

/// `expr`: products before sums, each from left to right.
pub(super) fn expr(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    let mut children = node.children();
    // The sum so far with the operator behind it, and the product so far.
    let mut sum: Option<(Expr, Spanned<BinaryOp>)> = None;
    let mut product = children.one(build, Rule::factor, factor);
    while let Some(sign) = children.accept(Rule::operator) {
        let op = sign.with(match sign.text() {
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Subtract,
            "*" => BinaryOp::Multiply,
            _ => BinaryOp::Divide,
        });
        let right = children.one(build, Rule::factor, factor);
        if matches!(op.value, BinaryOp::Multiply | BinaryOp::Divide) {
            product = binary(build, product, op, right);
        } else {
            let left = match sum.take() {
                Some((left, before)) => binary(build, left, before, product),
                None => product,
            };
            sum = Some((left, op));
            product = right;
        }
    }
    match sum {
        Some((left, op)) => binary(build, left, op, product),
        None => product,
    }
}

fn binary(build: &mut Builder<'_>, left: Expr, op: Spanned<BinaryOp>, right: Expr) -> Expr {
    let span = left.span.join(right.span);
    if !build.operator(op.span) {
        return Expr::broken(span);
    }
    Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, span }
}

/// `factor`: rates and what they are applied to, from left to right.
fn factor(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    let mut children = node.children();
    let mut left = operand(build, &mut children);
    while let Some(word) = children.next() {
        let kind = if word.rule() == Rule::kw_of {
            let right = operand(build, &mut children);
            ExprKind::Of { left: Box::new(left), right: Box::new(right) }
        } else {
            rate(build, &mut children, left)
        };
        let span = children.so_far();
        if !build.operator(word.span()) {
            return Expr::broken(span);
        }
        left = Expr { kind, span };
    }
    left
}

/// What stands behind `per`.
fn rate(build: &mut Builder<'_>, children: &mut Children<'_>, amount: Expr) -> ExprKind {
    let (kind, unit) = kind_and_unit(build, children);
    let counted = children
        .accept(Rule::kw_begun)
        .map(|word| word.with(Counted::Begun))
        .or_else(|| children.accept(Rule::kw_completed).map(|word| word.with(Counted::Completed)));
    let by = if children.pass(Rule::kw_by) {
        children.accept(Rule::day_count).map(|node| node.spanned())
    } else {
        None
    };
    ExprKind::Per { amount: Box::new(amount), kind, unit, counted, by }
}

/// `limit`
pub(super) fn limit(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    let mut children = node.children();
    let mut left = operand(build, &mut children);
    while let Some(word) = children.accept(Rule::kw_of) {
        let right = operand(build, &mut children);
        let span = left.span.join(right.span);
        if !build.operator(word.span()) {
            return Expr::broken(span);
        }
        left = Expr { kind: ExprKind::Of { left: Box::new(left), right: Box::new(right) }, span };
    }
    left
}

/// The next child, which must be one of the rules of `operand`.
pub(super) fn operand(build: &mut Builder<'_>, children: &mut Children<'_>) -> Expr {
    let Some(node) = children.next() else {
        build.mismatch(children.here());
        return Expr::broken(children.here());
    };
    let span = node.span();
    let kind = match node.rule() {
        Rule::percent => ExprKind::Percent(node.text().trim_end_matches('%').to_owned()),
        Rule::instant => ExprKind::Instant(instant(build, node).value),
        Rule::figure | Rule::length => figure(build, node),
        Rule::string => ExprKind::Text(string(build, node).value),
        Rule::paren => return paren(build, node),
        Rule::table => table(build, node),
        Rule::aggregate => ExprKind::Aggregate(Box::new(aggregate(build, node))),
        Rule::kw_the_day => ExprKind::Day,
        Rule::kw_yes => ExprKind::YesNo(true),
        Rule::kw_no => ExprKind::YesNo(false),
        Rule::path => ExprKind::Path(path(build, node)),
        Rule::elapsed => elapsed(build, node),
        Rule::misses => misses(build, node),
        _ => {
            build.mismatch(span);
            ExprKind::Broken
        }
    };
    Expr { kind, span }
}

/// `misses`
fn misses(build: &mut Builder<'_>, node: Node<'_>) -> ExprKind {
    let mut children = node.children();
    children.pass(Rule::kw_misses_running_of);
    ExprKind::Misses(children.one(build, Rule::duty_ref, duty_ref))
}

/// `elapsed`
fn elapsed(build: &mut Builder<'_>, node: Node<'_>) -> ExprKind {
    let span = node.span();
    let mut children = node.children();
    let (kind, unit) = kind_and_unit(build, &mut children);
    children.pass(Rule::kw_to);
    let kind = kind.unwrap_or_else(|| Spanned::new(String::new(), span));
    ExprKind::Elapsed { kind, unit, to: children.one(build, Rule::path, path) }
}

/// `figure`, `length`
pub(super) fn figure(build: &mut Builder<'_>, node: Node<'_>) -> ExprKind {
    let mut children = node.children();
    let amount = children.one(build, Rule::number, |_, node| node.spanned());
    match children.peek() {
        None => ExprKind::Number(amount.value),
        Some(Rule::kw_percentage_points) => {
            children.next();
            ExprKind::Points(amount.value)
        }
        Some(Rule::currency) => {
            let currency = children.one(build, Rule::currency, |_, node| node.spanned());
            ExprKind::Money { amount, currency }
        }
        Some(_) => {
            let (kind, unit) = kind_and_unit(build, &mut children);
            ExprKind::Length { amount, kind, unit }
        }
    }
}

/// `paren` where a quantity stands.
fn paren(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::paren_open);
    let Some(inside) = children.accept(Rule::cond) else { return Expr::broken(span) };
    match either(build, inside) {
        Either::Quantity(inner) => Expr { kind: ExprKind::Paren(Box::new(inner)), span },
        Either::Condition(inner) => {
            if inner.kind != CondKind::Broken {
                build.report(diagnostics::condition_for_quantity(inner.span));
            }
            Expr::broken(span)
        }
    }
}

/// `table`
fn table(build: &mut Builder<'_>, node: Node<'_>) -> ExprKind {
    let mut children = node.children();
    let bands = children.pass(Rule::kw_in_bands_of);
    children.pass(Rule::kw_depending_on);
    let on = Box::new(children.one(build, Rule::key, key));
    let rows = children.filter(|child| child.rule() == Rule::row).map(|child| row(build, child)).collect();
    ExprKind::Table { bands, on, rows }
}

/// `key`
fn key(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    operand(build, &mut node.children())
}

/// `row`
fn row(build: &mut Builder<'_>, node: Node<'_>) -> Row {
    let span = node.span();
    let mut children = node.children();
    let key = match children.next() {
        Some(key) if key.rule() == Rule::kw_otherwise => RowKey::Otherwise(key.span()),
        Some(key) if key.rule() == Rule::row_words => RowKey::Words(row_words(key)),
        Some(key) => RowKey::Range(range(build, key)),
        None => RowKey::Otherwise(span),
    };
    children.pass(Rule::colon);
    Row { key, value: children.one(build, Rule::expr, expr), span }
}

/// `row_words`
fn row_words(node: Node<'_>) -> Vec<crate::ast::Name> {
    let is_word = |child: &Node<'_>| matches!(child.rule(), Rule::name | Rule::kw_yes | Rule::kw_no);
    node.children().filter(is_word).map(|child| child.spanned()).collect()
}

/// `range`
fn range(build: &mut Builder<'_>, node: Node<'_>) -> Range {
    let span = node.span();
    let mut children = node.children();
    let word = children.next().map(|word| word.rule());
    let value = children.one(build, Rule::expr, expr);
    let (lower, upper) = match word {
        Some(Rule::kw_from) => {
            (Some(Bound { value, inclusive: true }), children.opt(build, Rule::upper, upper))
        }
        Some(Rule::kw_above) => {
            (Some(Bound { value, inclusive: false }), children.opt(build, Rule::upper, upper))
        }
        Some(Rule::kw_below) => (None, Some(Bound { value, inclusive: false })),
        Some(Rule::kw_at_most) => (None, Some(Bound { value, inclusive: true })),
        // `exactly` is both bounds at once; they share one place.
        _ => (Some(Bound { value: value.clone(), inclusive: true }), Some(Bound { value, inclusive: true })),
    };
    Range { lower, upper, span }
}

/// `upper`
fn upper(build: &mut Builder<'_>, node: Node<'_>) -> Bound {
    let mut children = node.children();
    children.pass(Rule::kw_to);
    let inclusive = !children.pass(Rule::kw_below);
    Bound { value: children.one(build, Rule::expr, expr), inclusive }
}

/// `aggregate`
fn aggregate(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let here = node.span();
    let Some(node) = node.children().next() else {
        build.mismatch(here);
        return Aggregate::Count(Collection::broken(here));
    };
    match node.rule() {
        Rule::count => count(build, node),
        Rule::distinct => distinct(build, node),
        Rule::fold => fold(build, node),
        Rule::share => share(build, node),
        Rule::time_share => time_share(build, node),
        Rule::time_in => time_in(build, node),
        Rule::growth => growth(build, node),
        Rule::excess => excess(build, node),
        Rule::least => least(build, node),
        Rule::previous => previous(build, node),
        _ => {
            build.mismatch(here);
            Aggregate::Count(Collection::broken(here))
        }
    }
}

/// `count`
fn count(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let mut children = node.children();
    children.pass(Rule::kw_count_of);
    Aggregate::Count(children.one(build, Rule::collection, collection))
}

/// `distinct`
fn distinct(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let mut children = node.children();
    children.pass(Rule::kw_count_of_distinct);
    let of = operand(build, &mut children);
    children.pass(Rule::kw_over);
    Aggregate::Distinct { of, over: children.one(build, Rule::collection, collection) }
}

/// `ranked`
fn ranked(build: &mut Builder<'_>, node: Node<'_>) -> FoldOp {
    let mut children = node.children();
    let linear = children.next().is_some_and(|word| word.rule() == Rule::kw_linear_percentile);
    FoldOp::Percentile { rank: children.one(build, Rule::number, |_, node| node.spanned()), linear }
}

/// `fold`
fn fold(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let span = node.span();
    let mut children = node.children();
    let op = match children.next() {
        Some(word) if word.rule() == Rule::ranked => {
            let here = word.span();
            Spanned::new(ranked(build, word), here)
        }
        Some(word) => word.with(match word.rule() {
            Rule::kw_average_of => FoldOp::Average,
            Rule::kw_highest_of => FoldOp::Highest,
            Rule::kw_lowest_of => FoldOp::Lowest,
            Rule::kw_first_of => FoldOp::First,
            Rule::kw_latest_of => FoldOp::Latest,
            _ => FoldOp::Sum,
        }),
        None => Spanned::new(FoldOp::Sum, span),
    };
    let of = operand(build, &mut children);
    children.pass(Rule::kw_over);
    Aggregate::Fold { op, of, over: children.one(build, Rule::collection, collection) }
}

/// `share`
fn share(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let mut children = node.children();
    children.pass(Rule::kw_share_of);
    let of = children.one(build, Rule::collection, collection);
    children.pass(Rule::kw_in_which);
    Aggregate::Share { of, which: children.one(build, Rule::cond, cond) }
}

/// `weighted`
fn weighted(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    let mut children = node.children();
    children.pass(Rule::kw_weighted);
    operand(build, &mut children)
}

/// `time_share`
fn time_share(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let mut children = node.children();
    let negated = children.next().is_some_and(|word| word.rule() == Rule::kw_share_of_time_not_in);
    let intervals = children.one(build, Rule::intervals, intervals);
    let weighted = children.opt(build, Rule::weighted, weighted);
    Aggregate::TimeShare { negated, intervals, weighted, during: children.opt(build, Rule::during, during) }
}

/// `time_in`
fn time_in(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let mut children = node.children();
    let negated = children.next().is_some_and(|word| word.rule() == Rule::kw_time_not_in);
    let intervals = children.one(build, Rule::intervals, intervals);
    let weighted = children.opt(build, Rule::weighted, weighted);
    Aggregate::TimeIn { negated, intervals, weighted, during: children.opt(build, Rule::during, during) }
}

/// `growth`
fn growth(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let (of, over) = of_and_over(build, node, Rule::kw_growth_of);
    Aggregate::Growth { of, over }
}

/// `excess`
fn excess(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let (of, over) = of_and_over(build, node, Rule::kw_excess_of);
    Aggregate::Excess { of, over }
}

/// `least`
fn least(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let parts = node.children().filter(|child| child.rule() == Rule::expr);
    Aggregate::Least(parts.map(|child| expr(build, child)).collect())
}

/// `previous`
fn previous(build: &mut Builder<'_>, node: Node<'_>) -> Aggregate {
    let mut children = node.children();
    children.pass(Rule::kw_previous);
    let measure = children.name(build);
    children.pass(Rule::kw_or);
    Aggregate::Previous { measure, or: operand(build, &mut children) }
}

fn of_and_over(build: &mut Builder<'_>, node: Node<'_>, word: Rule) -> (Expr, Expr) {
    let mut children = node.children();
    children.pass(word);
    let of = operand(build, &mut children);
    children.pass(Rule::kw_over);
    (of, operand(build, &mut children))
}

/// `collection`
pub(super) fn collection(build: &mut Builder<'_>, node: Node<'_>) -> Collection {
    let span = node.span();
    let mut children = node.children();
    let kind = match children.accept(Rule::breach) {
        Some(node) => CollectionKind::BreachOf(breach(build, node)),
        None => CollectionKind::Path(children.one(build, Rule::path, path)),
    };
    let filter = children.opt(build, Rule::filter, filter);
    let during = match children.next() {
        Some(node) if matches!(node.rule(), Rule::during | Rule::outside) => Some(hours(build, node)),
        _ => None,
    };
    Collection { kind, filter, during, span }
}

/// `during`, `outside`
fn hours(build: &mut Builder<'_>, node: Node<'_>) -> During {
    let span = node.span();
    let mut children = node.children();
    let outside = children.next().is_some_and(|word| word.rule() == Rule::kw_outside);
    During { outside, calendar: children.name(build), span }
}

/// `breach`
fn breach(build: &mut Builder<'_>, node: Node<'_>) -> crate::ast::DutyRef {
    let mut children = node.children();
    children.pass(Rule::kw_breach_of);
    children.one(build, Rule::duty_ref, duty_ref)
}

/// `intervals`
pub(super) fn intervals(build: &mut Builder<'_>, node: Node<'_>) -> Intervals {
    let span = node.span();
    let mut children = node.children();
    let first = children.one(build, Rule::interval, interval);
    let Some(word) = children.next() else { return first };
    let mut list = vec![first, children.one(build, Rule::interval, interval)];
    while let Some(next) = children.next() {
        list.push(children.one(build, Rule::interval, interval));
        if next.rule() != word.rule() || word.rule() == Rule::kw_but_not {
            report_mixed(build, word.span(), next.span());
            break;
        }
    }
    let kind = match word.rule() {
        Rule::kw_and => IntervalsKind::Both(list),
        Rule::kw_or => IntervalsKind::Any(list),
        _ => {
            let mut list = list.into_iter();
            let (first, second) = (list.next(), list.next());
            match (first, second) {
                (Some(first), Some(second)) => IntervalsKind::ButNot(Box::new(first), Box::new(second)),
                _ => return Intervals::broken(span),
            }
        }
    };
    Intervals { kind, span }
}

fn report_mixed(build: &mut Builder<'_>, first: Span, next: Span) {
    build.report(diagnostics::mixed_intervals(next, build.at(next), first, build.at(first)));
}

/// `interval`
fn interval(build: &mut Builder<'_>, node: Node<'_>) -> Intervals {
    let span = node.span();
    let mut children = node.children();
    let kind = if children.pass(Rule::paren_open) {
        IntervalsKind::Paren(Box::new(children.one(build, Rule::intervals, intervals)))
    } else {
        let case = children.name(build);
        IntervalsKind::Case { case, filter: children.opt(build, Rule::filter, filter) }
    };
    Intervals { kind, span }
}
