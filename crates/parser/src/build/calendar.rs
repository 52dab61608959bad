//! Calendars.

use servanda_diagnostics::Span;

use super::Builder;
use super::document::{close, open, stop, stray_stop};
use super::tokens::string;
use crate::ast::{Calendar, CalendarLine, CalendarLineKind, HolidayFile, Hours, Weekdays};
use crate::cursor::{Children, Node};
use crate::grammar::Rule;
use crate::recover;

/// `calendar`
pub(super) fn calendar(build: &mut Builder<'_>, node: Node<'_>) -> Calendar {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_calendar);
    match children.accept(Rule::calendar_rest) {
        Some(node) => calendar_rest(build, node, span),
        None => {
            build.mismatch(span);
            Calendar { name: super::Broken::broken(span), lines: Vec::new(), span }
        }
    }
}

/// `calendar_rest`
fn calendar_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Calendar {
    let mut children = node.children();
    let name = children.name(build);
    let brace = open(&mut children);
    let mut lines = Vec::new();
    while let Some(node) = children.take_unless_close() {
        let here = node.span();
        match node.rule() {
            Rule::calendar_line => lines.push(calendar_line(build, node)),
            Rule::stray_stop => stray_stop(build, node),
            _ => {
                recover::junk(build, here, Rule::only_calendar_line);
                lines.push(CalendarLine { kind: CalendarLineKind::Broken, span: here });
            }
        }
    }
    close(build, &mut children, brace, "calendar");
    Calendar { name, lines, span }
}

/// `calendar_line`
fn calendar_line(build: &mut Builder<'_>, node: Node<'_>) -> CalendarLine {
    let span = node.span();
    let mut children = node.children();
    let kind = match children.next() {
        Some(node) => calendar_line_kind(build, node),
        None => CalendarLineKind::Broken,
    };
    stop(build, &mut children);
    CalendarLine { kind, span }
}

/// `always`, `same_as`, `own_zone`, `holidays`, `weekly`, `dated`
fn calendar_line_kind(build: &mut Builder<'_>, node: Node<'_>) -> CalendarLineKind {
    let span = node.span();
    let rule = node.rule();
    let mut children = node.children();
    let first = children.next();
    match rule {
        Rule::always => CalendarLineKind::Always,
        Rule::same_as => CalendarLineKind::SameAs(children.name(build)),
        Rule::own_zone => {
            CalendarLineKind::TimeZone(children.one(build, Rule::zone, |_, node| node.spanned()))
        }
        Rule::holidays => match children.accept(Rule::string) {
            Some(node) => {
                let file = string(build, node);
                CalendarLineKind::HolidayFile(HolidayFile { file, source: None })
            }
            None => CalendarLineKind::Holidays(children.one(build, Rule::country, |_, node| node.spanned())),
        },
        Rule::weekly => {
            let open = first.is_some_and(|word| word.rule() == Rule::kw_open);
            let (mut days, mut hours_of) = (Vec::new(), Vec::new());
            for child in children {
                match child.rule() {
                    Rule::weekdays => days.push(weekdays(child)),
                    Rule::hours => hours_of.push(hours(build, child)),
                    _ => {}
                }
            }
            CalendarLineKind::Weekly { open, days, hours: hours_of }
        }
        Rule::dated => {
            let open = first.is_some_and(|word| word.rule() == Rule::kw_open);
            let (mut dates, mut hours_of) = (Vec::new(), Vec::new());
            for child in children {
                match child.rule() {
                    Rule::date => dates.push(child.spanned()),
                    Rule::hours => hours_of.push(hours(build, child)),
                    _ => {}
                }
            }
            CalendarLineKind::Dated { open, dates, hours: hours_of }
        }
        _ => {
            build.mismatch(span);
            CalendarLineKind::Broken
        }
    }
}

/// `weekdays`
fn weekdays(node: Node<'_>) -> Weekdays {
    let span = node.span();
    let mut days = node.children().filter(|child| child.rule() == Rule::weekday).map(|child| weekday(&child));
    let first = days.next().unwrap_or(0);
    Weekdays { first, last: days.next().unwrap_or(first), span }
}

/// `weekday`, from 0 for Monday.
fn weekday(node: &Node<'_>) -> u8 {
    match node.text() {
        "tue" => 1,
        "wed" => 2,
        "thu" => 3,
        "fri" => 4,
        "sat" => 5,
        "sun" => 6,
        _ => 0,
    }
}

/// `hours`
fn hours(build: &mut Builder<'_>, node: Node<'_>) -> Hours {
    let mut children = node.children();
    let from = time(build, &mut children);
    children.pass(Rule::range_dots);
    Hours { from, to: time(build, &mut children) }
}

fn time(build: &mut Builder<'_>, children: &mut Children<'_>) -> crate::ast::Name {
    children.one(build, Rule::time, |_, node| node.spanned())
}
