//! Sentences: who must what, who owes whom, who is told, and what follows.

use servanda_diagnostics::{Span, Spanned};

use super::case::trigger;
use super::cond::{cond, during, filter, target};
use super::document::{rounding_of, stop};
use super::expr::{collection, expr, limit, operand};
use super::measure::{by_each, window};
use super::right::{deemed, right, running, suspension, tell};
use super::tokens::{duty_ref, instant, path};
use super::{Broken, Builder};
use crate::ast::{
    Act, CapScope, Core, Counting, Expr, ExprKind, Joint, Modifier, ModifierKind, Money, Name, Norm, Ordinal,
    Point, PointKind, Qualifier, QualifierKind, Quantity, Roll, Sentence, Subject, Tell, TimeLimit,
};
use crate::cursor::{Children, Node};
use crate::diagnostics;
use crate::grammar::Rule;
use crate::words;

/// `sentence`
pub(super) fn sentence(build: &mut Builder<'_>, node: Node<'_>) -> Sentence {
    let span = node.span();
    let mut children = node.children();
    let label = children.accept(Rule::label).map(label);
    let core = next_core(build, &mut children);
    children.pass(Rule::comma);
    let (mut otherwise, mut braces) = (Vec::new(), false);
    if children.pass(Rule::kw_otherwise) {
        match children.next() {
            Some(node) if node.rule() == Rule::sentences => {
                braces = true;
                otherwise = sentences(build, node);
            }
            Some(node) => otherwise.push(consequence(build, node)),
            None => build.mismatch(span),
        }
    } else {
        let statement = children.so_far();
        if children.pass(Rule::unled) {
            otherwise.extend(
                children.accept(Rule::consequence).and_then(|node| unled(build, statement, &core, node)),
            );
        } else {
            stop(build, &mut children);
        }
    }
    Sentence { label, core, otherwise, braces, span }
}

/// What follows from the breach of a duty, without `otherwise`; behind anything else only a full stop is missing.
fn unled(build: &mut Builder<'_>, statement: Span, core: &Core, node: Node<'_>) -> Option<Sentence> {
    let here = node.span();
    if !matches!(core, Core::Norm(_)) {
        build.report(diagnostics::missing_stop(statement));
        return None;
    }
    let word = Span::new(here.source, here.start, here.start + words::first(node.text()).len() as u32);
    build.report(diagnostics::consequence(word, Span::new(here.source, here.start, here.start)));
    Some(consequence(build, node))
}

/// `label`: the letter alone.
fn label(node: Node<'_>) -> Name {
    let span = node.span();
    let letter = node.text().trim_matches(['(', ')']);
    Spanned::new(letter.to_owned(), Span::new(span.source, span.start + 1, span.end.saturating_sub(1)))
}

/// `sentences`
fn sentences(build: &mut Builder<'_>, node: Node<'_>) -> Vec<Sentence> {
    node.children()
        .filter(|child| child.rule() == Rule::sentence)
        .map(|child| sentence(build, child))
        .collect()
}

/// `consequence`
fn consequence(build: &mut Builder<'_>, node: Node<'_>) -> Sentence {
    let span = node.span();
    let mut children = node.children();
    let core = next_core(build, &mut children);
    stop(build, &mut children);
    Sentence { label: None, core, otherwise: Vec::new(), braces: false, span }
}

fn next_core(build: &mut Builder<'_>, children: &mut Children<'_>) -> Core {
    match children.accept(Rule::core) {
        Some(node) => core(build, node),
        None => {
            build.mismatch(children.here());
            Core::Tell(Tell { to: Broken::broken(children.here()), during: None, when: None })
        }
    }
}

/// `core`
fn core(build: &mut Builder<'_>, node: Node<'_>) -> Core {
    let mut children = node.children();
    if let Some(node) = children.accept(Rule::tell) {
        return Core::Tell(tell(build, node));
    }
    if let Some(node) = children.accept(Rule::deemed) {
        return Core::Deemed(deemed(build, node));
    }
    let subject = match children.accept(Rule::subject) {
        Some(node) => subject(build, node),
        None => Subject::Name(Broken::broken(children.here())),
    };
    if let Some(node) = children.accept(Rule::norm) {
        return Core::Norm(norm(build, node, subject));
    }
    if let Some(node) = children.accept(Rule::right) {
        return right(build, node, subject);
    }
    if let Some(node) = children.accept(Rule::passing) {
        return super::passing::title(build, node, subject);
    }
    if let Some(node) = children.accept(Rule::suspension) {
        return Core::Suspension(suspension(build, node, subject));
    }
    if let Some(node) = children.accept(Rule::joint) {
        return Core::Joint(joint(build, node, subject));
    }
    match children.accept(Rule::money) {
        Some(node) => Core::Money(money(build, node, subject)),
        None => {
            build.mismatch(children.here());
            Core::Tell(Tell { to: Broken::broken(children.here()), during: None, when: None })
        }
    }
}

/// `subject`
pub(super) fn subject(build: &mut Builder<'_>, node: Node<'_>) -> Subject {
    let mut children = node.children();
    match children.accept(Rule::kw_each_party) {
        Some(node) => Subject::EachParty(node.span()),
        None => match children.accept(Rule::kw_either_party) {
            Some(node) => Subject::EitherParty(node.span()),
            None => Subject::Name(children.name(build)),
        },
    }
}

/// `norm`
fn norm(build: &mut Builder<'_>, node: Node<'_>, subject: Subject) -> Norm {
    let mut children = node.children();
    let (must_not, modal_span) = match children.next() {
        Some(word) => (word.rule() == Rule::kw_must_not, word.span()),
        None => (false, children.here()),
    };
    let act = match children.next() {
        Some(node) if node.rule() == Rule::keep => keep(build, node),
        Some(node) => do_(build, node),
        None => {
            let name: Name = Broken::broken(children.here());
            Act::Keep { measure: name, targets: Vec::new() }
        }
    };
    let (qualifiers, modifiers) = rest(build, children);
    Norm { subject, must_not, modal_span, act, qualifiers, modifiers }
}

/// The qualifiers and the modifiers behind them.
fn rest(build: &mut Builder<'_>, mut children: Children<'_>) -> (Vec<Qualifier>, Vec<Modifier>) {
    let mut qualifiers = Vec::new();
    while let Some(node) = children.accept(Rule::qualifier) {
        qualifiers.push(qualifier(build, node));
    }
    let modifiers =
        children.filter(|child| child.rule() == Rule::modifier).map(|child| modifier(build, child)).collect();
    (qualifiers, modifiers)
}

/// `keep`
fn keep(build: &mut Builder<'_>, node: Node<'_>) -> Act {
    let mut children = node.children();
    children.pass(Rule::kw_keep);
    let measure = children.name(build);
    let targets =
        children.filter(|child| child.rule() == Rule::target).map(|child| target(build, child)).collect();
    Act::Keep { measure, targets }
}

/// `do_`
fn do_(build: &mut Builder<'_>, node: Node<'_>) -> Act {
    let mut children = node.children();
    let verb = children.name(build);
    let quantity = match children.next() {
        Some(node) => quantity(node),
        None => Spanned::new(Quantity::Each, children.here()),
    };
    let case = children.name(build);
    Act::Do { verb, quantity, case, filter: children.opt(build, Rule::filter, filter) }
}

/// `quantity`
fn quantity(node: Node<'_>) -> Spanned<Quantity> {
    let span = node.span();
    let quantity = match node.children().next().map(|word| word.rule()) {
        Some(Rule::kw_each) => Quantity::Each,
        Some(Rule::kw_any) => Quantity::Any,
        _ => Quantity::A,
    };
    Spanned::new(quantity, span)
}

/// `money`
fn money(build: &mut Builder<'_>, node: Node<'_>, subject: Subject) -> Money {
    let mut children = node.children();
    let debtor = one_debtor(build, subject);
    let credits = children.next().is_some_and(|word| word.rule() == Rule::kw_credits);
    let creditor = children.name(build);
    let amount = match children.accept(Rule::any_rest) {
        Some(node) => any_rest(build, node),
        None => children.one(build, Rule::expr, expr),
    };
    let (qualifiers, modifiers) = rest(build, children);
    Money { debtor, credits, creditor, amount, qualifiers, modifiers }
}

/// `any_rest`
fn any_rest(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_any_rest_of);
    Expr { kind: ExprKind::AnyRest(children.name(build)), span }
}

fn one_debtor(build: &mut Builder<'_>, subject: Subject) -> Name {
    match subject {
        Subject::Name(name) => name,
        Subject::EachParty(span) | Subject::EitherParty(span) => {
            build.report(diagnostics::each_party_owes(span));
            Broken::broken(span)
        }
    }
}

/// `joint`
fn joint(build: &mut Builder<'_>, node: Node<'_>, subject: Subject) -> Joint {
    let span = node.span();
    let mut children = node.children();
    let debtor = one_debtor(build, subject);
    let credits = children.next().is_some_and(|word| word.rule() == Rule::kw_credits);
    let creditor = children.name(build);
    let (limit, scope) = match children.accept(Rule::cap) {
        Some(node) => limit_and_scope(build, node),
        None => (Expr::broken(children.here()), CapScope::Each),
    };
    let under = children.filter(|child| child.rule() == Rule::duty_ref);
    let under = under.map(|child| duty_ref(build, child)).collect();
    Joint { debtor, credits, creditor, limit, scope, under, span }
}

/// `qualifier`
fn qualifier(build: &mut Builder<'_>, node: Node<'_>) -> Qualifier {
    let span = node.span();
    let Some(node) = node.children().next() else {
        build.mismatch(span);
        return Qualifier { kind: QualifierKind::During(Broken::broken(span)), span };
    };
    let rule = node.rule();
    if rule == Rule::within {
        return Qualifier { kind: within(build, node), span };
    }
    if rule == Rule::running {
        return Qualifier { kind: QualifierKind::When(running(build, node)), span };
    }
    if rule == Rule::during {
        return Qualifier { kind: QualifierKind::During(during(build, node)), span };
    }
    let mut children = node.children();
    children.next();
    if rule == Rule::as_soon_as
        && let Some(node) = children.accept(Rule::standing)
    {
        return Qualifier { kind: QualifierKind::AsSoonAs(super::passing::standing(build, node)), span };
    }
    let kind = match rule {
        Rule::every => QualifierKind::Every(children.one(build, Rule::length_of, length_of)),
        Rule::by => QualifierKind::By(children.one(build, Rule::point, point)),
        Rule::from => QualifierKind::From(from(build, children)),
        Rule::until => QualifierKind::Until(children.one(build, Rule::point, point)),
        Rule::each_window => QualifierKind::Each(children.one(build, Rule::window, window)),
        Rule::for_each => QualifierKind::ForEach(children.one(build, Rule::collection, collection)),
        Rule::once => {
            let measure = children.name(build);
            children.pass(Rule::kw_is);
            QualifierKind::Once { measure, target: children.one(build, Rule::target, target) }
        }
        Rule::if_ => QualifierKind::If(children.one(build, Rule::cond, cond)),
        Rule::unless => match children.accept(Rule::in_grace) {
            Some(node) => in_grace(build, node),
            None => QualifierKind::Unless(children.one(build, Rule::cond, cond)),
        },
        _ => {
            build.mismatch(span);
            QualifierKind::During(Broken::broken(span))
        }
    };
    Qualifier { kind, span }
}

/// What stands behind `from`.
fn from(build: &mut Builder<'_>, mut children: Children<'_>) -> Point {
    let Some(length) = children.accept(Rule::length_of) else {
        return children.one(build, Rule::point, point);
    };
    let start = length.span();
    let kind = PointKind::AfterDeadline(Box::new(length_of(build, length)));
    children.pass(Rule::kw_after);
    let end = children.accept(Rule::kw_the_deadline).map_or(start, |deadline| deadline.span());
    Point { kind, span: start.join(end) }
}

/// `in_grace`
fn in_grace(build: &mut Builder<'_>, node: Node<'_>) -> QualifierKind {
    let mut children = node.children();
    let act = children.one(build, Rule::path, path);
    children.pass(Rule::kw_within);
    QualifierKind::UnlessWithin { act, length: children.one(build, Rule::length_of, length_of) }
}

/// `within`
fn within(build: &mut Builder<'_>, node: Node<'_>) -> QualifierKind {
    let mut children = node.children();
    children.pass(Rule::kw_within);
    let length = children.one(build, Rule::length_of, length_of);
    let of = if children.pass(Rule::kw_of) { Some(children.one(build, Rule::point, point)) } else { None };
    QualifierKind::Within { length, of }
}

/// `only_time_limit`
pub(crate) fn time_limit(build: &mut Builder<'_>, node: Node<'_>) -> TimeLimit {
    let span = node.span();
    let mut children = node.children();
    let length = operand(build, &mut children);
    let mut modifiers = Vec::new();
    for node in children {
        let span = node.span();
        let kind = match node.rule() {
            Rule::kw_ending_at_the_next_opening => ModifierKind::EndingAtNextOpening,
            Rule::roll => roll(build, node),
            Rule::counting => counting(build, node),
            // The commas, and the end.
            _ => continue,
        };
        modifiers.push(Modifier { kind, span });
    }
    TimeLimit { length, modifiers, span }
}

/// `length_of`
pub(super) fn length_of(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    operand(build, &mut node.children())
}

/// `modifier`
fn modifier(build: &mut Builder<'_>, node: Node<'_>) -> Modifier {
    let span = node.span();
    let kind = match node.children().next() {
        None => ModifierKind::Broken,
        Some(node) => match node.rule() {
            Rule::kw_without_consequence => ModifierKind::WithoutConsequence,
            Rule::kw_ending_at_the_next_opening => ModifierKind::EndingAtNextOpening,
            Rule::cap => cap(build, node),
            Rule::at_least => ModifierKind::AtLeast(at_least(build, node)),
            Rule::nothing_below => ModifierKind::NothingBelow(at_least(build, node)),
            Rule::claimed => claimed(build, node),
            Rule::kw_as_sole_remedy => ModifierKind::SoleRemedy,
            Rule::restored => restored(build, node),
            Rule::counting => counting(build, node),
            Rule::roll => roll(build, node),
            Rule::telling => telling(build, node),
            Rule::extended => extended(build, node),
            Rule::compounding => compounding(build, node),
            Rule::rounding => ModifierKind::Rounded(rounding_of(build, node).value),
            Rule::as_label => as_label(build, node),
            _ => {
                build.mismatch(span);
                ModifierKind::Broken
            }
        },
    };
    Modifier { kind, span }
}

/// `cap`
fn cap(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let (limit, scope) = limit_and_scope(build, node);
    ModifierKind::AtMost { limit, scope }
}

fn limit_and_scope(build: &mut Builder<'_>, node: Node<'_>) -> (Expr, CapScope) {
    let mut children = node.children();
    children.pass(Rule::kw_at_most);
    let limit = children.one(build, Rule::limit, limit);
    let scope = children.accept(Rule::cap_scope).map_or(CapScope::Each, |node| cap_scope(build, node));
    (limit, scope)
}

/// `cap_scope`
fn cap_scope(build: &mut Builder<'_>, node: Node<'_>) -> CapScope {
    let span = node.span();
    let mut children = node.children();
    match children.next().map(|word| word.rule()) {
        Some(Rule::kw_per) => {
            let window = children.one(build, Rule::window, window);
            CapScope::Window(window, children.opt(build, Rule::by_each, by_each))
        }
        Some(Rule::kw_for_each) => CapScope::Case(children.name(build)),
        _ => CapScope::InAll(span),
    }
}

/// `at_least`, `nothing_below`
fn at_least(build: &mut Builder<'_>, node: Node<'_>) -> Expr {
    let mut children = node.children();
    children.next();
    children.one(build, Rule::limit, limit)
}

/// `claimed`
fn claimed(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let mut children = node.children();
    children.pass(Rule::kw_claimed_by);
    let by = children.one(build, Rule::trigger, trigger);
    children.pass(Rule::kw_within);
    let length = children.one(build, Rule::length_of, length_of);
    let of = if children.pass(Rule::kw_of) { Some(children.one(build, Rule::point, point)) } else { None };
    ModifierKind::ClaimedBy { by, length, of }
}

/// `restored`
fn restored(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let mut children = node.children();
    children.pass(Rule::kw_restored);
    let share = operand(build, &mut children);
    children.pass(Rule::kw_when);
    let duty = children.one(build, Rule::duty_ref, duty_ref);
    children.pass(Rule::kw_is);
    children.pass(Rule::kw_kept);
    let count = children.one(build, Rule::number, |_, node| node.spanned());
    ModifierKind::Restored { share, duty, count }
}

/// `counting`
fn counting(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let mut children = node.children();
    let word = children.next().map(|word| word.rule());
    ModifierKind::Counting(match word {
        Some(Rule::kw_late_at_the_deadline) => Counting::LateAtDeadline,
        Some(Rule::kw_ignoring_pauses) => Counting::IgnoringPauses,
        Some(Rule::kw_counting_pauses_in_elapsed_time) => Counting::PausesInElapsedTime,
        Some(Rule::kw_counting_the_first_day) => Counting::FirstDay,
        Some(Rule::kw_landing_at_the_same_time_of_day) => Counting::SameTimeOfDay,
        Some(Rule::kw_landing_at_the_end_of_the_date) => Counting::EndOfDate,
        _ => {
            Counting::Rounded { up: word == Some(Rule::kw_rounded_up_to), to: operand(build, &mut children) }
        }
    })
}

/// `roll`
fn roll(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let mut children = node.children();
    let previous = children.next().is_some_and(|word| word.rule() == Rule::kw_or_the_previous);
    let calendar = children.name(build);
    children.pass(Rule::kw_day);
    let to = match (previous, children.next()) {
        (false, None) => Roll::Next,
        (false, Some(_)) => Roll::NextOfMonth,
        (true, None) => Roll::Previous,
        (true, Some(word)) => {
            build.report(diagnostics::previous_of_month(word.span()));
            return ModifierKind::Broken;
        }
    };
    ModifierKind::Roll { to, calendar }
}

/// `extended`
fn extended(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let under = node.children().filter(|child| child.rule() == Rule::duty_ref);
    ModifierKind::ExtendedBy(under.map(|child| duty_ref(build, child)).collect())
}

/// `compounding`
fn compounding(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let mut children = node.children();
    children.pass(Rule::kw_compounding);
    let each = children.pass(Rule::kw_each).then(|| children.one(build, Rule::window, window));
    ModifierKind::Compounding(each)
}

/// `telling`
fn telling(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let mut children = node.children();
    children.pass(Rule::kw_telling);
    let to = children.name(build);
    let during = children.opt(build, Rule::during, during);
    children.pass(Rule::kw_at);
    let at =
        children.one(build, Rule::percent, |_, node| node.with(node.text().trim_end_matches('%').to_owned()));
    ModifierKind::Telling { to, during, at }
}

/// `as_label`
fn as_label(build: &mut Builder<'_>, node: Node<'_>) -> ModifierKind {
    let mut children = node.children();
    children.pass(Rule::kw_as);
    ModifierKind::As(children.name(build))
}

/// `point`
fn point(build: &mut Builder<'_>, node: Node<'_>) -> Point {
    let span = node.span();
    let kind = match node.children().next() {
        None => PointKind::Broken,
        Some(node) => match node.rule() {
            Rule::kw_the_deadline => PointKind::Deadline,
            Rule::kw_its_beginning => PointKind::Beginning,
            Rule::kw_the_end_of_the_period => PointKind::EndOfPeriod,
            Rule::day_of_period => day_of_period(build, node),
            Rule::instant => PointKind::Instant(instant(build, node).value),
            Rule::path => PointKind::Path(path(build, node)),
            _ => {
                build.mismatch(span);
                PointKind::Broken
            }
        },
    };
    Point { kind, span }
}

/// `day_of_period`
fn day_of_period(build: &mut Builder<'_>, node: Node<'_>) -> PointKind {
    let mut children = node.children();
    let end_of = children.pass(Rule::kw_the_end_of);
    children.pass(Rule::kw_the);
    let ordinal = match children.accept(Rule::ordinal) {
        Some(node) => ordinal(build, node),
        None => None,
    };
    let kind = children.accept(Rule::name).map(|node| node.spanned());
    match ordinal {
        Some(ordinal) => PointKind::DayOfPeriod { ordinal, kind, end_of },
        None => PointKind::Broken,
    }
}

/// `ordinal`; nothing where the number is too large, which is reported.
pub(super) fn ordinal(build: &mut Builder<'_>, node: Node<'_>) -> Option<Ordinal> {
    let text = node.text();
    match text {
        "first" => return Some(Ordinal::Nth(1)),
        "last" => return Some(Ordinal::Last),
        _ => {}
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
    match digits.parse() {
        Ok(nth) if nth > 0 => Some(Ordinal::Nth(nth)),
        _ => {
            build.report(diagnostics::bad_ordinal(node.span(), text));
            None
        }
    }
}
