//! Cases.

use servanda_diagnostics::Span;

use super::cond::{cond, filter};
use super::document::{close, open, stop, stray_stop};
use super::expr::{expr, operand};
use super::sentence::length_of;
use super::tokens::path;
use super::{Broken, Builder};
use crate::ast::{Case, CaseLine, CaseLineKind, Name, PaymentOrder, PaymentRest, Reopening, Trigger};
use crate::cursor::{Children, Node};
use crate::grammar::Rule;
use crate::recover;

/// `case`
pub(super) fn case(build: &mut Builder<'_>, node: Node<'_>) -> Case {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_case);
    match children.accept(Rule::case_rest) {
        Some(node) => case_rest(build, node, span),
        None => {
            build.mismatch(span);
            Case { name: Broken::broken(span), lines: Vec::new(), span }
        }
    }
}

/// `case_rest`
fn case_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Case {
    let mut children = node.children();
    let name = children.name(build);
    let brace = open(&mut children);
    let mut lines = Vec::new();
    while let Some(node) = children.take_unless_close() {
        let here = node.span();
        match node.rule() {
            Rule::case_line => lines.push(case_line(build, node)),
            Rule::stray_stop => stray_stop(build, node),
            _ => {
                recover::junk(build, here, Rule::only_case_line);
                lines.push(CaseLine { kind: CaseLineKind::Broken, span: here });
            }
        }
    }
    close(build, &mut children, brace, "case");
    Case { name, lines, span }
}

/// `case_line`
fn case_line(build: &mut Builder<'_>, node: Node<'_>) -> CaseLine {
    let span = node.span();
    build.statement();
    let mut children = node.children();
    let kind = match children.next() {
        None => CaseLineKind::Broken,
        Some(node) => match node.rule() {
            Rule::known_by => CaseLineKind::KnownBy(names(node)),
            Rule::begins_when => CaseLineKind::BeginsWhen(when(build, node)),
            Rule::begins_at => begins_at(build, node),
            Rule::ends_when => CaseLineKind::EndsWhen(when(build, node)),
            Rule::act_line => act_line(build, node),
            Rule::pauses => pauses(build, node),
            Rule::reopens => reopens(build, node),
            Rule::out_of_scope => out_of_scope(build, node),
            Rule::ignores => ignores(build, node),
            Rule::forget => forget(build, node),
            Rule::owes_line => owes_line(build, node),
            Rule::paid_by => paid_by(build, node),
            _ => {
                build.mismatch(span);
                CaseLineKind::Broken
            }
        },
    };
    stop(build, &mut children);
    CaseLine { kind, span }
}

/// Every name in a node.
fn names(node: Node<'_>) -> Vec<Name> {
    node.children().filter(|child| child.rule() == Rule::name).map(|child| child.spanned()).collect()
}

/// `begins_when`, `ends_when`
fn when(build: &mut Builder<'_>, node: Node<'_>) -> Vec<Trigger> {
    let mut children = node.children();
    children.next();
    children.one(build, Rule::triggers, triggers)
}

/// `begins_at`
fn begins_at(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    children.pass(Rule::kw_begins_at);
    CaseLineKind::BeginsAt(children.name(build))
}

/// `act_line`
fn act_line(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    let verb = children.name(build);
    children.pass(Rule::paren_open);
    let done = children.name(build);
    children.pass(Rule::paren_close);
    children.pass(Rule::kw_when);
    let when = children.one(build, Rule::triggers, triggers);
    children.pass(Rule::comma);
    let undone_by =
        if children.pass(Rule::kw_undone_by) { Some(children.one(build, Rule::path, path)) } else { None };
    CaseLineKind::Act { verb, done, when, undone_by }
}

/// `pauses`
fn pauses(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    children.pass(Rule::kw_pauses_from);
    let from = children.one(build, Rule::trigger, trigger);
    children.pass(Rule::kw_to);
    CaseLineKind::Pauses { from, to: children.one(build, Rule::trigger, trigger) }
}

/// `reopens`
fn reopens(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    children.pass(Rule::kw_reopens_when);
    let when = children.one(build, Rule::trigger, trigger);
    children.pass(Rule::kw_within);
    let within = children.one(build, Rule::length_of, length_of);
    let way = children.find(|child| child.rule() == Rule::reopening);
    CaseLineKind::Reopens { when, within, way: way.and_then(|way| first(way.children(), reopening)) }
}

/// `reopening`
fn reopening(word: Rule) -> Reopening {
    match word {
        Rule::kw_closed_time_counts => Reopening::ClosedTimeCounts,
        Rule::kw_the_clock_restarts => Reopening::Restarts,
        Rule::kw_as_a_new_case => Reopening::NewCase,
        _ => Reopening::GoesOn,
    }
}

/// `out_of_scope`
fn out_of_scope(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    children.pass(Rule::kw_out_of_scope_where);
    CaseLineKind::OutOfScope(children.one(build, Rule::cond, cond))
}

/// `ignores`
fn ignores(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    children.pass(Rule::kw_further);
    CaseLineKind::Ignores(children.one(build, Rule::path, path))
}

/// `forget`
fn forget(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    children.pass(Rule::kw_forget_after);
    CaseLineKind::Forget(operand(build, &mut children))
}

/// `owes_line`
fn owes_line(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    let debtor = children.name(build);
    children.pass(Rule::kw_owes);
    let creditor = children.name(build);
    CaseLineKind::Owes { debtor, creditor, amount: children.one(build, Rule::expr, expr) }
}

/// `paid_by`
fn paid_by(build: &mut Builder<'_>, node: Node<'_>) -> CaseLineKind {
    let mut children = node.children();
    children.pass(Rule::kw_paid_by);
    let event = children.one(build, Rule::path, path);
    let (mut set_off, mut settling, mut order, mut rest) = (None, Vec::new(), None, None);
    for node in children {
        match node.rule() {
            Rule::set_off => set_off = Some(node.span()),
            Rule::settling => settling = names(node),
            Rule::payment_order => order = first(node.children(), payment_order),
            Rule::payment_rest => rest = first(node.children(), payment_rest),
            _ => {}
        }
    }
    CaseLineKind::PaidBy { event, set_off, settling, order, rest }
}

fn first<T>(mut children: Children<'_>, f: fn(Rule) -> T) -> Option<servanda_diagnostics::Spanned<T>> {
    children.next().map(|word| word.with(f(word.rule())))
}

/// `payment_order`
fn payment_order(word: Rule) -> PaymentOrder {
    match word {
        Rule::kw_newest_first => PaymentOrder::NewestFirst,
        Rule::kw_the_named_one_only => PaymentOrder::NamedOnly,
        _ => PaymentOrder::OldestFirst,
    }
}

/// `payment_rest`
fn payment_rest(word: Rule) -> PaymentRest {
    if word == Rule::kw_any_rest_returned { PaymentRest::Returned } else { PaymentRest::Credit }
}

/// `triggers`
fn triggers(build: &mut Builder<'_>, node: Node<'_>) -> Vec<Trigger> {
    node.children().filter(|child| child.rule() == Rule::trigger).map(|child| trigger(build, child)).collect()
}

/// `trigger`
pub(super) fn trigger(build: &mut Builder<'_>, node: Node<'_>) -> Trigger {
    let span = node.span();
    let mut children = node.children();
    let path = children.one(build, Rule::path, path);
    Trigger { path, filter: children.opt(build, Rule::filter, filter), span }
}
