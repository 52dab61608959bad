//! Scenarios: what happens, and what is expected.

use servanda_diagnostics::{Span, Spanned};

use super::cond::relation;
use super::document::{close, open, stop, stray_stop};
use super::expr::{expr, figure};
use super::measure::let_line;
use super::tokens::{duty_ref, instant, path, text};
use super::{Broken, Builder};
use crate::ast::{
    DutyRef, Expect, ExpectKind, ExpectScope, ExpectVerdict, Expr, FieldValue, Happens, InputCount, Name,
    Scenario, Step, Text, Times, When,
};
use crate::cursor::{Children, Node};
use crate::grammar::Rule;
use crate::recover;

/// `scenario`
pub(crate) fn scenario(build: &mut Builder<'_>, node: Node<'_>) -> Scenario {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_scenario);
    match children.accept(Rule::scenario_rest) {
        Some(node) => scenario_rest(build, node, span),
        None => {
            build.mismatch(span);
            Scenario { title: Broken::broken(span), of: None, steps: Vec::new(), span }
        }
    }
}

/// `scenario_rest`
fn scenario_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Scenario {
    let mut children = node.children();
    let (title, of) = match children.accept(Rule::scenario_head) {
        Some(node) => scenario_head(build, node),
        None => (Broken::broken(span), None),
    };
    let brace = open(&mut children);
    let mut steps = Vec::new();
    while let Some(node) = children.take_unless_close() {
        if node.rule() == Rule::junk {
            recover::step(build, node.span(), &mut steps);
        } else {
            steps.extend(step(build, node));
        }
    }
    close(build, &mut children, brace, "scenario");
    Scenario { title, of, steps, span }
}

/// `scenario_head`
fn scenario_head(build: &mut Builder<'_>, node: Node<'_>) -> (Text, Option<Text>) {
    let span = node.span();
    let mut children = node.children();
    if let Some(junk) = children.accept(Rule::junk_head) {
        recover::head(build, junk.span(), Rule::only_scenario_head);
        return (Broken::broken(span), None);
    }
    let title = text(build, &mut children);
    let of = if children.pass(Rule::kw_of) { Some(text(build, &mut children)) } else { None };
    (title, of)
}

/// A step; nothing where there is nothing to keep.
pub(crate) fn step(build: &mut Builder<'_>, node: Node<'_>) -> Option<Step> {
    build.statement();
    let span = node.span();
    Some(match node.rule() {
        Rule::let_line => Step::Let(let_line(build, node)),
        Rule::happens => Step::Happens(happens(build, node)),
        Rule::as_of => as_of(build, node),
        Rule::expect => Step::Expect(expect(build, node)),
        Rule::stray_stop => {
            stray_stop(build, node);
            return None;
        }
        _ => {
            build.mismatch(span);
            Step::Broken(span)
        }
    })
}

/// `happens`
fn happens(build: &mut Builder<'_>, node: Node<'_>) -> Happens {
    let span = node.span();
    let mut children = node.children();
    let at = match children.accept(Rule::later) {
        Some(node) => When::Later(length(build, &mut node.children())),
        None => When::At(children.one(build, Rule::instant, instant)),
    };
    let event = children.one(build, Rule::path, path);
    let id = if children.pass(Rule::kw_as) { Some(text(build, &mut children)) } else { None };
    let (fields, braces) = match children.accept(Rule::record) {
        Some(node) => (record(build, node), true),
        None => (Vec::new(), false),
    };
    let times = children.accept(Rule::repeated).map(|node| repeated(build, node));
    let recorded = children.accept(Rule::recorded).map(|node| recorded(build, node));
    // What ends with its braces needs no full stop.
    if !braces || times.is_some() || recorded.is_some() {
        stop(build, &mut children);
    }
    Happens { at, event, id, times, recorded, fields, braces, span }
}

/// `repeated`
fn repeated(build: &mut Builder<'_>, node: Node<'_>) -> Times {
    let span = node.span();
    let mut children = node.children();
    let count = children.one(build, Rule::number, |_, node| node.spanned());
    children.pass(Rule::kw_times);
    let apart = if children.pass(Rule::comma) { Some(length(build, &mut children)) } else { None };
    Times { count, apart, span }
}

/// `length`
fn length(build: &mut Builder<'_>, children: &mut Children<'_>) -> Expr {
    children.one(build, Rule::length, |build, node| {
        let span = node.span();
        Expr { kind: figure(build, node), span }
    })
}

/// `recorded`
fn recorded(build: &mut Builder<'_>, node: Node<'_>) -> Spanned<String> {
    let mut children = node.children();
    children.pass(Rule::kw_recorded);
    children.one(build, Rule::instant, instant)
}

/// `record`
fn record(build: &mut Builder<'_>, node: Node<'_>) -> Vec<FieldValue> {
    node.children()
        .filter(|child| child.rule() == Rule::field_value)
        .map(|child| field_value(build, child))
        .collect()
}

/// `field_value`
fn field_value(build: &mut Builder<'_>, node: Node<'_>) -> FieldValue {
    let mut children = node.children();
    // The author of a decision is its `by`.
    let name = match children.accept(Rule::kw_by) {
        Some(node) => node.spanned(),
        None => children.name(build),
    };
    children.pass(Rule::colon);
    FieldValue { name, value: children.one(build, Rule::expr, expr) }
}

/// `as_of`
fn as_of(build: &mut Builder<'_>, node: Node<'_>) -> Step {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_as_of);
    let at = children.one(build, Rule::instant, instant);
    let known_on = if children.pass(Rule::kw_known_on) {
        Some(children.one(build, Rule::instant, instant))
    } else {
        None
    };
    stop(build, &mut children);
    Step::AsOf { at, known_on, span }
}

/// `expect`
fn expect(build: &mut Builder<'_>, node: Node<'_>) -> Expect {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_expect);
    let (kind, scope) = match children.next() {
        Some(node) => expectation(build, node),
        None => (ExpectKind::Broken, None),
    };
    stop(build, &mut children);
    Expect { kind, scope, span }
}

fn expectation(build: &mut Builder<'_>, node: Node<'_>) -> (ExpectKind, Option<ExpectScope>) {
    let span = node.span();
    let rule = node.rule();
    let mut children = node.children();
    let kind = match rule {
        Rule::expect_no_clock => {
            children.pass(Rule::kw_no_clock_under);
            ExpectKind::NoClock { duty: duty(build, &mut children) }
        }
        Rule::expect_no_problem => ExpectKind::NoProblem,
        Rule::expect_problem => {
            children.pass(Rule::kw_problem);
            ExpectKind::Problem(text(build, &mut children))
        }
        Rule::expect_count => expect_count(build, &mut children),
        Rule::expect_deadline => {
            children.pass(Rule::kw_deadline_of);
            let duty = duty(build, &mut children);
            children.pass(Rule::kw_is);
            ExpectKind::Deadline { duty, at: children.one(build, Rule::instant, instant) }
        }
        Rule::expect_tell => {
            children.pass(Rule::kw_tell);
            let (to, at) = told(build, &mut children);
            ExpectKind::Tell { to, at }
        }
        Rule::expect_may => {
            let holder = match children.accept(Rule::subject) {
                Some(node) => super::sentence::subject(build, node),
                None => crate::ast::Subject::Name(Broken::broken(children.here())),
            };
            let not = children.next().is_some_and(|word| word.rule() == Rule::kw_may_not_end_this_agreement);
            let at = if children.pass(Rule::kw_at) {
                Some(children.one(build, Rule::instant, instant))
            } else {
                None
            };
            ExpectKind::May { holder, not, at }
        }
        Rule::expect_title => {
            let holder = children.name(build);
            let no = children.next().is_some_and(|word| word.rule() != Rule::has_title);
            let title = text(build, &mut children);
            let at = if children.pass(Rule::kw_at) {
                Some(children.one(build, Rule::instant, instant))
            } else {
                None
            };
            ExpectKind::Has { holder, no, title, at }
        }
        Rule::expect_ends => {
            if children.pass(Rule::kw_this_agreement_ends_at) {
                ExpectKind::Ends { at: children.one(build, Rule::instant, instant) }
            } else {
                children.pass(Rule::kw_this_agreement_goes_on);
                ExpectKind::GoesOn
            }
        }
        Rule::expect_claim => {
            let holder = children.name(build);
            children.pass(Rule::kw_may_claim);
            let amount =
                if children.pass(Rule::kw_nothing) { None } else { children.opt(build, Rule::expr, expr) };
            let under = if children.pass(Rule::kw_under) { Some(duty(build, &mut children)) } else { None };
            ExpectKind::MayClaim { holder, amount, under }
        }
        Rule::expect_no_tell => {
            children.pass(Rule::kw_no_tell);
            let (to, at) = told(build, &mut children);
            ExpectKind::NoTell { to, at }
        }
        Rule::expect_has | Rule::expect_under => expect_verdict(build, &mut children),
        Rule::expect_owes => return expect_owes(build, children),
        Rule::expect_measure => return expect_measure(build, children),
        _ => {
            build.mismatch(span);
            ExpectKind::Broken
        }
    };
    (kind, children.opt(build, Rule::scope, scope))
}

/// Who is told, and when.
fn told(build: &mut Builder<'_>, children: &mut Children<'_>) -> (Name, Option<Spanned<String>>) {
    let to = children.name(build);
    children.pass(Rule::kw_at);
    (to, children.opt(build, Rule::instant, instant))
}

fn duty(build: &mut Builder<'_>, children: &mut Children<'_>) -> DutyRef {
    children.one(build, Rule::duty_ref, duty_ref)
}

/// `expect_count`
fn expect_count(build: &mut Builder<'_>, children: &mut Children<'_>) -> ExpectKind {
    let count = children.one(build, Rule::number, |_, node| node.spanned());
    match children.next() {
        Some(word) => {
            let what = word.with(match word.rule() {
                Rule::kw_lines => InputCount::Lines,
                Rule::kw_evaluated => InputCount::Evaluated,
                Rule::kw_duplicates => InputCount::Duplicates,
                Rule::kw_ignored => InputCount::Ignored,
                Rule::kw_out_of_scope => InputCount::OutOfScope,
                _ => InputCount::Problems,
            });
            ExpectKind::Count { count, what }
        }
        None => ExpectKind::Broken,
    }
}

/// `expect_has`, `expect_under`
fn expect_verdict(build: &mut Builder<'_>, children: &mut Children<'_>) -> ExpectKind {
    let party = children.name(build);
    let Some(word) = children.next() else { return ExpectKind::Broken };
    let verdict = word.with(match word.rule() {
        Rule::kw_has_broken => ExpectVerdict::Broken,
        Rule::kw_is_pending_under => ExpectVerdict::Pending,
        Rule::kw_is_excused_under => ExpectVerdict::Excused,
        Rule::kw_is_not_applicable_under => ExpectVerdict::NotApplicable,
        Rule::kw_is_indeterminate_under => ExpectVerdict::Indeterminate,
        _ => ExpectVerdict::Kept,
    });
    ExpectKind::Verdict { party, verdict, duty: duty(build, children) }
}

/// `expect_owes`
fn expect_owes(build: &mut Builder<'_>, mut children: Children<'_>) -> (ExpectKind, Option<ExpectScope>) {
    let debtor = children.name(build);
    let credits = children.next().is_some_and(|word| word.rule() == Rule::kw_credits);
    let creditor = children.name(build);
    let amount = if children.pass(Rule::kw_nothing) { None } else { children.opt(build, Rule::expr, expr) };
    let under = if children.pass(Rule::kw_under) { Some(duty(build, &mut children)) } else { None };
    let scope = children.opt(build, Rule::scope, scope);
    children.pass(Rule::comma);
    children.pass(Rule::kw_capped_by);
    let capped_by = children.opt(build, Rule::expr, expr);
    (ExpectKind::Owes { debtor, credits, creditor, amount, under, capped_by }, scope)
}

/// `expect_measure`
fn expect_measure(build: &mut Builder<'_>, mut children: Children<'_>) -> (ExpectKind, Option<ExpectScope>) {
    let measure = children.name(build);
    children.pass(Rule::kw_is);
    children.pass(Rule::kw_no_data);
    let relation = children.accept(Rule::relation).map(relation);
    let value = children.opt(build, Rule::expr, expr);
    let scope = children.opt(build, Rule::scope, scope);
    children.pass(Rule::comma);
    let provisional = children.pass(Rule::kw_provisional);
    (ExpectKind::Measure { measure, value, relation, provisional }, scope)
}

/// `window_label`: with one blank between a date and a time, however many are written.
fn window_label(node: Node<'_>) -> Spanned<String> {
    Spanned::new(node.text().split_whitespace().collect::<Vec<_>>().join(" "), node.span())
}

/// `scope`
fn scope(build: &mut Builder<'_>, node: Node<'_>) -> ExpectScope {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_for);
    if let Some(label) = children.accept(Rule::window_label) {
        return ExpectScope::Window(window_label(label));
    }
    match children.accept(Rule::name) {
        Some(case) => {
            let key = text(build, &mut children);
            let window = children.pass(Rule::kw_in).then(|| match children.accept(Rule::window_label) {
                Some(label) => window_label(label),
                None => text(build, &mut children),
            });
            let span = Span::new(span.source, case.span().start, span.end);
            ExpectScope::Case { case: case.spanned(), key, window, span }
        }
        None => ExpectScope::Window(text(build, &mut children)),
    }
}
