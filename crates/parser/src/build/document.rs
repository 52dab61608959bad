//! The file, the agreement with its head, and the lines that declare its frame.

use servanda_diagnostics::{Span, Spanned};

use super::calendar::calendar;
use super::case::case;
use super::clause::{allow, clause, prose};
use super::event::{event, event_type, mapping};
use super::expr::{expr, operand};
use super::measure::{let_line, measure};
use super::scenario::scenario;
use super::tokens::{duty_ref, path, text};
use super::top;
use super::{Broken, Builder};
use crate::ast::{
    Agreement, Amendment, Attached, Document, Expr, ExprKind, InForce, Item, Lateness, Law, Line, LogMapping,
    MoneyIn, Param, Party, Removes, Role, Rounding, Signature, Signed, TermEnd, TimeZone, Title,
};
use crate::cursor::{Children, Node};
use crate::diagnostics;
use crate::grammar::Rule;
use crate::recover;

/// The version of the language that is read here.
const LANGUAGE: &str = "1";

/// `document`
pub(crate) fn document(build: &mut Builder<'_>, node: Node<'_>) -> Document {
    let span = Span::new(build.source, 0, build.text.len() as u32);
    let first = build.first_word();
    let mut children = node.children();
    let mut language = children.accept(Rule::version).and_then(|node| version(build, node));
    let mut asked = language.is_some();
    let mut items: Vec<Item> = Vec::new();
    let mut closed_early = false;
    for node in children {
        let here = node.span();
        match node.rule() {
            Rule::EOI => {}
            Rule::use_line => items.push(top::use_item(build, node, &items)),
            Rule::agreement => items.push(Item::Agreement(agreement(build, node))),
            Rule::amendment => items.push(Item::Amendment(amendment(build, node))),
            Rule::annex => items.push(Item::Annex(top::annex(build, node))),
            Rule::scenario => {
                closed_early = false;
                items.push(Item::Scenario(scenario(build, node)));
            }
            Rule::junk_top if top::step(build, here, &mut items, &mut closed_early) => {}
            // The brace that a declaration still has where another one closed it too early.
            Rule::stray_brace if std::mem::take(&mut closed_early) => {}
            Rule::stray_brace => build.report(diagnostics::stray_brace(here)),
            Rule::junk_top => match recover::top(build, here, &mut items) {
                Some(number) => {
                    language = language.or(Some(number));
                    asked = true;
                }
                // A first line that cannot be read has its own finding.
                None => asked = asked || here.start == first.start,
            },
            _ => {
                let line = line(build, node);
                closed_early = top::line(build, here, line, &mut items, closed_early);
            }
        }
    }
    top::settle(build, &mut items);
    if !asked {
        build.report(diagnostics::no_language(first));
    }
    if let Some(number) = language.as_ref().filter(|number| number.value != LANGUAGE) {
        // Under another version the same words may mean something else: nothing that was read counts.
        build.diagnostics.clear();
        build.report(diagnostics::unknown_language(number.span, &number.value, LANGUAGE));
        items = vec![Item::Broken(Span::new(span.source, number.span.end, span.end))];
    }
    Document { language, items, span }
}

/// `version`: the number.
pub(crate) fn version(build: &mut Builder<'_>, node: Node<'_>) -> Option<Spanned<String>> {
    let mut children = node.children();
    children.pass(Rule::kw_language);
    let number = children.accept(Rule::number)?.spanned();
    stop(build, &mut children);
    Some(number)
}

/// The full stop of a statement; where it is missing, that is reported.
pub(super) fn stop(build: &mut Builder<'_>, children: &mut Children<'_>) {
    let statement = children.so_far();
    if !children.pass(Rule::full_stop) && children.pass(Rule::missing_stop) {
        build.report(diagnostics::missing_stop(statement));
    }
}

/// A full stop behind a closing brace.
pub(super) fn stray_stop(build: &mut Builder<'_>, node: Node<'_>) {
    let span = node.span();
    // What is before it may be a line without a brace: `text "…".`
    let before = build.at(Span::new(span.source, 0, span.start)).trim_end();
    let finding = match before.ends_with('"') {
        true => diagnostics::text_stop(span),
        false => diagnostics::stray_stop(span),
    };
    build.report(finding);
}

/// The closing brace of a declaration; where it is missing, that is reported at the opening one.
pub(super) fn close(build: &mut Builder<'_>, children: &mut Children<'_>, open: Span, what: &str) {
    let here = children.here();
    if !children.pass(Rule::brace_close) && children.pass(Rule::unclosed) {
        build.report(diagnostics::unclosed_brace(open, here, what));
    }
}

/// The opening brace.
pub(super) fn open(children: &mut Children<'_>) -> Span {
    children.accept(Rule::brace_open).map_or(children.here(), |node| node.span())
}

/// `agreement`
pub(crate) fn agreement(build: &mut Builder<'_>, node: Node<'_>) -> Agreement {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_agreement);
    match children.accept(Rule::agreement_rest) {
        Some(node) => agreement_rest(build, node, span),
        None => {
            build.mismatch(span);
            Agreement { title: Broken::broken(span), params: Vec::new(), lines: Vec::new(), span }
        }
    }
}

/// `agreement_rest`
fn agreement_rest(build: &mut Builder<'_>, node: Node<'_>, span: Span) -> Agreement {
    let mut children = node.children();
    let (title, params) = match children.accept(Rule::agreement_head) {
        Some(node) => agreement_head(build, node),
        None => (Broken::broken(span), Vec::new()),
    };
    let lines = body(build, &mut children, "agreement");
    for line in &lines {
        if let Line::Removes(line) = line {
            build.report(diagnostics::removes_of_agreement(line.span));
        }
    }
    Agreement { title, params, lines, span }
}

/// The braces of an agreement or an amendment, with the lines between them.
pub(super) fn body(build: &mut Builder<'_>, children: &mut Children<'_>, what: &str) -> Vec<Line> {
    let brace = open(children);
    let mut lines = Vec::new();
    while let Some(node) = children.take_unless_close() {
        if node.rule() == Rule::junk {
            recover::line(build, node.span(), &mut lines);
        } else {
            lines.extend(line(build, node));
        }
    }
    close(build, children, brace, what);
    lines
}

/// `amendment`
pub(crate) fn amendment(build: &mut Builder<'_>, node: Node<'_>) -> Amendment {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_amendment);
    match children.accept(Rule::amendment_rest) {
        Some(node) => {
            let mut children = node.children();
            let title = match children.accept(Rule::amendment_head) {
                Some(node) => amendment_head(build, node),
                None => Broken::broken(span),
            };
            let lines = body(build, &mut children, "amendment");
            Amendment { title, lines, span }
        }
        None => {
            build.mismatch(span);
            Amendment { title: Broken::broken(span), lines: Vec::new(), span }
        }
    }
}

/// `amendment_head`
fn amendment_head(build: &mut Builder<'_>, node: Node<'_>) -> crate::ast::Text {
    let span = node.span();
    let mut children = node.children();
    if let Some(junk) = children.accept(Rule::junk_head) {
        recover::head(build, junk.span(), Rule::only_amendment_head);
        return Broken::broken(span);
    }
    text(build, &mut children)
}

/// `agreement_head`
fn agreement_head(build: &mut Builder<'_>, node: Node<'_>) -> (crate::ast::Text, Vec<Param>) {
    let span = node.span();
    let mut children = node.children();
    if let Some(junk) = children.accept(Rule::junk_head) {
        recover::head(build, junk.span(), Rule::only_agreement_head);
        return (Broken::broken(span), Vec::new());
    }
    let title = text(build, &mut children);
    (title, children.opt(build, Rule::takes, takes).unwrap_or_default())
}

/// `takes`
fn takes(build: &mut Builder<'_>, node: Node<'_>) -> Vec<Param> {
    let mut children = node.children();
    children.pass(Rule::kw_takes);
    let brace = open(&mut children);
    let mut params = Vec::new();
    while let Some(node) = children.take_unless_close() {
        if node.rule() == Rule::param {
            params.push(param(build, node));
        } else {
            recover::junk(build, node.span(), Rule::only_param);
        }
    }
    close(build, &mut children, brace, "list of parameters");
    params
}

/// `param`
fn param(build: &mut Builder<'_>, node: Node<'_>) -> Param {
    let span = node.span();
    build.statement();
    let mut children = node.children();
    let name = children.name(build);
    children.pass(Rule::colon);
    let ty = children.one(build, Rule::type_, event_type);
    let default =
        if children.pass(Rule::equals) { Some(children.one(build, Rule::expr, expr)) } else { None };
    let mut bounds = Vec::new();
    while children.pass(Rule::comma) {
        bounds.extend(children.opt(build, Rule::bound, top::bound));
    }
    stop(build, &mut children);
    Param { name, ty, default, bounds, span }
}

/// `line`; nothing where there is nothing to keep.
pub(crate) fn line(build: &mut Builder<'_>, node: Node<'_>) -> Option<Line> {
    build.statement();
    let span = node.span();
    Some(match node.rule() {
        Rule::clause => Line::Clause(clause(build, node)),
        Rule::event => Line::Event(event(build, node)),
        Rule::case => Line::Case(case(build, node)),
        Rule::measure => Line::Measure(measure(build, node)),
        Rule::let_line => Line::Let(let_line(build, node)),
        Rule::calendar => Line::Calendar(calendar(build, node)),
        Rule::text => Line::Prose(prose(build, node)),
        Rule::in_force => Line::InForce(in_force(build, node)),
        Rule::time_zone => Line::TimeZone(time_zone(build, node)),
        Rule::money_in => Line::MoneyIn(money_in(build, node)),
        Rule::log_mapping => Line::Log(log_mapping(build, node)),
        Rule::lateness => Line::Lateness(lateness(build, node)),
        Rule::party => Line::Party(party(build, node)),
        Rule::role => Line::Role(role(build, node)),
        Rule::signed => Line::Signed(signed(build, node)),
        Rule::removes => Line::Removes(removes(build, node)),
        Rule::law => Line::Law(law(build, node)),
        Rule::attached => Line::Attached(attached(build, node)),
        Rule::allow => Line::Allow(allow(build, node)),
        Rule::stray_stop => {
            stray_stop(build, node);
            return None;
        }
        Rule::use_line => {
            build.report(diagnostics::use_inside(span));
            Line::Broken(span)
        }
        _ => {
            build.mismatch(span);
            Line::Broken(span)
        }
    })
}

/// The next child, a date or length, or the name of one.
fn value_or_name(build: &mut Builder<'_>, children: &mut Children<'_>) -> Expr {
    if let Some(node) = children.accept(Rule::path) {
        let path = path(build, node);
        return Expr { span: path.span, kind: ExprKind::Path(path) };
    }
    operand(build, children)
}

/// `in_force`
fn in_force(build: &mut Builder<'_>, node: Node<'_>) -> InForce {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_in_force_from);
    let from = value_or_name(build, &mut children);
    let end = children.accept(Rule::term_end).map(|node| term_end(build, node));
    children.pass(Rule::comma);
    let renewing = children.accept(Rule::kw_renewing).map(|node| node.span());
    stop(build, &mut children);
    InForce { from, end, renewing, span }
}

/// `term_end`
fn term_end(build: &mut Builder<'_>, node: Node<'_>) -> TermEnd {
    let mut children = node.children();
    if children.pass(Rule::kw_for) {
        return TermEnd::For(value_or_name(build, &mut children));
    }
    children.pass(Rule::kw_until);
    TermEnd::Until(value_or_name(build, &mut children))
}

/// `time_zone`
fn time_zone(build: &mut Builder<'_>, node: Node<'_>) -> TimeZone {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_time_zone);
    let zone = children.one(build, Rule::zone, |_, node| node.spanned());
    stop(build, &mut children);
    TimeZone { zone, span }
}

/// `money_in`
fn money_in(build: &mut Builder<'_>, node: Node<'_>) -> MoneyIn {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_money_in);
    let currency = currency_or_name(build, &mut children);
    children.pass(Rule::comma);
    let rounding = children.opt(build, Rule::rounding, rounding_of);
    stop(build, &mut children);
    MoneyIn { currency, rounding, span }
}

/// The next child, `currency` or `name`.
pub(super) fn currency_or_name(build: &mut Builder<'_>, children: &mut Children<'_>) -> crate::ast::Name {
    match children.accept(Rule::currency) {
        Some(node) => node.spanned(),
        None => children.name(build),
    }
}

/// `rounding`
pub(super) fn rounding_of(_: &mut Builder<'_>, node: Node<'_>) -> Spanned<Rounding> {
    let span = node.span();
    let word = node.children().next().map(|word| word.rule());
    let rounding = match word {
        Some(Rule::kw_rounded_half_even) => Rounding::HalfEven,
        Some(Rule::kw_rounded_up) => Rounding::Up,
        Some(Rule::kw_rounded_down) => Rounding::Down,
        Some(Rule::kw_rounded_daily) => Rounding::Daily,
        _ => Rounding::HalfUp,
    };
    Spanned::new(rounding, span)
}

/// `log_mapping`
fn log_mapping(build: &mut Builder<'_>, node: Node<'_>) -> LogMapping {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_events_from_log_with);
    let mut names = Vec::new();
    let mut without_id = None;
    loop {
        match children.peek() {
            Some(Rule::mapping) => names.extend(children.opt(build, Rule::mapping, mapping)),
            Some(Rule::kw_without_id) => without_id = children.next().map(|node| node.span()),
            Some(Rule::comma) => drop(children.next()),
            _ => break,
        }
    }
    stop(build, &mut children);
    LogMapping { names, without_id, span }
}

/// `lateness`
fn lateness(build: &mut Builder<'_>, node: Node<'_>) -> Lateness {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_events_arrive_at_most);
    let length = value_or_name(build, &mut children);
    children.pass(Rule::kw_late);
    stop(build, &mut children);
    Lateness { length, span }
}

/// `party`
fn party(build: &mut Builder<'_>, node: Node<'_>) -> Party {
    let span = node.span();
    let mut children = node.children();
    let third = children.accept(Rule::kw_third_party).map(|node| node.span());
    children.pass(Rule::kw_party);
    let name = children.name(build);
    let title = children.accept(Rule::title).map(|node| title_of(build, node));
    stop(build, &mut children);
    Party { third, name, title, span }
}

/// `role`
fn role(build: &mut Builder<'_>, node: Node<'_>) -> Role {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_role);
    let name = children.name(build);
    children.pass(Rule::kw_of);
    let of = children.name(build);
    let title = children.accept(Rule::title).map(|node| title_of(build, node));
    stop(build, &mut children);
    Role { name, of, title, span }
}

/// `signed`
fn signed(build: &mut Builder<'_>, node: Node<'_>) -> Signed {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_signed);
    let mut signatures = Vec::new();
    while let Some(node) = children.accept(Rule::signature) {
        signatures.push(signature(build, node));
        children.pass(Rule::comma);
    }
    stop(build, &mut children);
    Signed { signatures, span }
}

/// `signature`
fn signature(build: &mut Builder<'_>, node: Node<'_>) -> Signature {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_by);
    let by = children.name(build);
    children.pass(Rule::kw_on);
    let on = value_or_name(build, &mut children);
    let effect = children.accept(Rule::effect).map(|node| {
        let mut children = node.children();
        children.pass(Rule::kw_with_effect_from);
        value_or_name(build, &mut children)
    });
    Signature { by, on, effect, span }
}

/// `removes`
fn removes(build: &mut Builder<'_>, node: Node<'_>) -> Removes {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_removes);
    let mut what = Vec::new();
    while let Some(node) = children.accept(Rule::duty_ref) {
        what.push(duty_ref(build, node));
        children.pass(Rule::comma);
    }
    stop(build, &mut children);
    Removes { what, span }
}

/// `law`
fn law(build: &mut Builder<'_>, node: Node<'_>) -> Law {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_law_of);
    let of = children.one(build, Rule::country, |_, node| node.spanned());
    children.pass(Rule::comma);
    let ceiling = children.pass(Rule::kw_interest_at_most).then(|| {
        children.one(build, Rule::percent, |_, node| node.with(node.text().trim_end_matches('%').to_owned()))
    });
    children.pass(Rule::kw_per_year);
    stop(build, &mut children);
    Law { of, ceiling, span }
}

/// `attached`
fn attached(build: &mut Builder<'_>, node: Node<'_>) -> Attached {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_attached);
    let title = text(build, &mut children);
    children.pass(Rule::kw_in);
    let file = text(build, &mut children);
    let hash = if children.pass(Rule::kw_with_hash) { Some(text(build, &mut children)) } else { None };
    stop(build, &mut children);
    Attached { title, file, hash, span }
}

/// `title`
fn title_of(build: &mut Builder<'_>, node: Node<'_>) -> Title {
    let mut children = node.children();
    if children.pass(Rule::kw_named) {
        return Title::Param(children.name(build));
    }
    Title::Text(text(build, &mut children))
}
