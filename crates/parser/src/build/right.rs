//! Who is told, who may do something, and what counts as done: sentences that bind nobody.

use super::Builder;
use super::case::trigger;
use super::cond::{cond, during, filter};
use super::expr::operand;
use super::tokens::duty_ref;
use crate::ast::{About, Core, Deemed, Exercise, Ground, Right, Running, Subject, Suspension, Tell};
use crate::build::measure::window;
use crate::cursor::{Children, Node};
use crate::grammar::Rule;
use servanda_diagnostics::Spanned;

/// `tell`
pub(super) fn tell(build: &mut Builder<'_>, node: Node<'_>) -> Tell {
    let mut children = node.children();
    children.pass(Rule::kw_tell);
    let to = children.name(build);
    let during = children.opt(build, Rule::during, during);
    Tell { to, during, when: ground(build, &mut children) }
}

/// `about`, `running`
fn ground(build: &mut Builder<'_>, children: &mut Children<'_>) -> Option<Ground> {
    let node = children.next()?;
    Some(match node.rule() {
        Rule::running => Ground::Running(running(build, node)),
        _ => Ground::About(about(build, node)),
    })
}

/// `running`
pub(super) fn running(build: &mut Builder<'_>, node: Node<'_>) -> Running {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_when);
    let duty = children.one(build, Rule::duty_ref, duty_ref);
    let numbers: Vec<_> =
        children.filter(|child| child.rule() == Rule::number).map(|child| child.spanned()).collect();
    let mut numbers = numbers.into_iter();
    let count = numbers.next().unwrap_or_else(|| Spanned::new(String::new(), span));
    Running { duty, count, of: numbers.next(), span }
}

/// `right`
pub(super) fn right(build: &mut Builder<'_>, node: Node<'_>, holder: Subject) -> Core {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_may_end_this_agreement);
    let mut ground = None;
    let mut used = None;
    for node in children {
        match node.rule() {
            Rule::running => ground = Some(Ground::Running(running(build, node))),
            Rule::for_an_item => ground = Some(Ground::About(about(build, node))),
            _ => used = Some(exercise(build, node)),
        }
    }
    Core::Right(Right { holder, title: None, ground, exercise: used, span })
}

/// `suspension`
pub(super) fn suspension(build: &mut Builder<'_>, node: Node<'_>, holder: Subject) -> Suspension {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_may_suspend);
    let mut duties = vec![children.one(build, Rule::duty_ref, duty_ref)];
    while children.pass(Rule::comma) || children.pass(Rule::kw_and) {
        duties.push(children.one(build, Rule::duty_ref, duty_ref));
    }
    children.pass(Rule::kw_by);
    let by = children.one(build, Rule::trigger, trigger);
    children.pass(Rule::kw_during_any_delay_under);
    let during = children.one(build, Rule::duty_ref, duty_ref);
    children.pass(Rule::comma);
    children.pass(Rule::kw_until);
    let until = children.opt(build, Rule::trigger, trigger);
    Suspension { holder, duties, by, during, until, span }
}

/// `exercise`
fn exercise(build: &mut Builder<'_>, node: Node<'_>) -> Exercise {
    let span = node.span();
    let mut children = node.children();
    let notice = children.pass(Rule::kw_with).then(|| operand(build, &mut children));
    children.pass(Rule::kw_notice);
    let to = children.pass(Rule::kw_to_the_end_of_a).then(|| children.one(build, Rule::window, window));
    children.pass(Rule::kw_by);
    Exercise { notice, to, by: children.one(build, Rule::trigger, trigger), span }
}

/// `about`
fn about(build: &mut Builder<'_>, node: Node<'_>) -> About {
    let span = node.span();
    let mut children = node.children();
    children.next();
    let case = children.name(build);
    let filter = children.opt(build, Rule::filter, filter);
    children.pass(Rule::kw_at);
    let length = operand(build, &mut children);
    children.pass(Rule::kw_after_its_beginning);
    let unless = children.accept(Rule::unless).map(|node| {
        let mut children = node.children();
        children.next();
        children.one(build, Rule::cond, cond)
    });
    About { case, filter, length, unless, span }
}

/// `deemed`
pub(super) fn deemed(build: &mut Builder<'_>, node: Node<'_>) -> Deemed {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_each);
    let case = children.name(build);
    let filter = children.opt(build, Rule::filter, filter);
    children.pass(Rule::kw_counts_as);
    let done = children.name(build);
    children.pass(Rule::kw_by);
    let by = children.name(build);
    children.pass(Rule::kw_at);
    let length = operand(build, &mut children);
    children.pass(Rule::kw_after_its_beginning);
    Deemed { about: About { case, filter, length, unless: None, span }, done, by }
}
