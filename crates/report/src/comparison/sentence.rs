//! A sentence as pieces: who, what, when, how much, and what follows.

use super::piece::{Nature, Piece};
use super::split::{Splitter, behind, between};
use servanda_diagnostics::Span;
use servanda_parser::ast::{
    About, Act, CapScope, CollectionKind, Core, Expr, Ground, Joint, Modifier, ModifierKind, Money, Norm,
    Point, PointKind, Qualifier, QualifierKind, Sentence, Subject,
};

/// A sentence of a clause.
pub(super) fn piece(split: &Splitter<'_>, sentence: &Sentence) -> Piece {
    let what = match &sentence.core {
        Core::Norm(norm) if norm.must_not => "prohibition",
        Core::Norm(_) => "duty",
        Core::Money(_) => "amount",
        Core::Joint(_) => "limit",
        Core::Right(_) => "right",
        Core::Tell(_) => "notice",
        Core::Deemed(_) => "silence",
        Core::Suspension(_) => "suspension",
    };
    of_kind(split, sentence, what)
}

fn of_kind(split: &Splitter<'_>, sentence: &Sentence, what: &'static str) -> Piece {
    let (key, mut parts) = match &sentence.core {
        Core::Norm(norm) => (norm_key(norm), of_norm(split, norm)),
        Core::Money(money) => (money_key(money), of_money(split, money)),
        Core::Joint(joint) => {
            (format!("{} limits {}", joint.debtor.value, joint.creditor.value), of_joint(split, joint))
        }
        Core::Right(right) => {
            let holder = match &right.holder {
                Subject::Name(name) => name.span,
                Subject::EachParty(span) | Subject::EitherParty(span) => *span,
            };
            let mut parts = vec![split.name("holder", holder)];
            parts.extend(right.title.iter().map(|title| split.aspect("what", title.span)));
            parts.extend(right.ground.iter().flat_map(|ground| of_ground(split, ground)));
            if let Some(exercise) = &right.exercise {
                parts.extend(exercise.notice.iter().map(|notice| split.quantity("notice", notice)));
                parts.extend(exercise.to.iter().map(|to| split.aspect("to the end of", to.span)));
                parts.push(split.aspect("use", exercise.by.span));
            }
            let key = right.title.as_ref().map_or("may end the agreement", |_| "has");
            (key.to_owned(), parts)
        }
        Core::Suspension(of) => {
            let holder = match &of.holder {
                Subject::Name(name) => name.span,
                Subject::EachParty(span) | Subject::EitherParty(span) => *span,
            };
            let mut parts = vec![split.name("holder", holder), split.aspect("use", of.by.span)];
            parts.extend(of.duties.iter().map(|duty| split.aspect("suspended", duty.span)));
            parts.push(split.aspect("delay", of.during.span));
            parts.extend(
                of.until.iter().map(|until| split.aspect("until", behind(of.during.span, until.span))),
            );
            ("may suspend".to_owned(), parts)
        }
        Core::Deemed(deemed) => {
            let mut parts = vec![split.name("act", deemed.done.span), split.name("party", deemed.by.span)];
            parts.extend(of_about(split, &deemed.about));
            (format!("{} counts as {}", deemed.about.case.value, deemed.done.value), parts)
        }
        Core::Tell(tell) => {
            let mut parts = vec![split.name("recipient", tell.to.span)];
            parts.extend(tell.during.iter().map(|hours| split.name("hours", hours.span)));
            parts.extend(tell.when.iter().flat_map(|ground| of_ground(split, ground)));
            (format!("tell {}", tell.to.value), parts)
        }
    };
    parts.extend(sentence.otherwise.iter().map(|next| of_kind(split, next, "consequence")));
    let piece = split.sentence(what, sentence).with(parts);
    let piece = match &sentence.label {
        Some(label) => {
            // With its parentheses.
            let span = Span::new(label.span.source, sentence.span.start, label.span.end.saturating_add(1));
            piece.called(&label.value, span)
        }
        None => piece,
    };
    Piece { key, ..piece }
}

/// Who must do what.
fn norm_key(norm: &Norm) -> String {
    let subject = match &norm.subject {
        Subject::Name(name) => name.value.as_str(),
        Subject::EachParty(_) => "each party",
        Subject::EitherParty(_) => "either party",
    };
    let act = match &norm.act {
        Act::Keep { measure, .. } => format!("keep {}", measure.value),
        Act::Do { verb, case, .. } => format!("{} {}", verb.value, case.value),
    };
    let must = if norm.must_not { "must not" } else { "must" };
    format!("{subject} {must} {act}")
}

/// Who owes whom, and for what.
fn money_key(money: &Money) -> String {
    let kind = money.modifiers.iter().find_map(|modifier| match &modifier.kind {
        ModifierKind::As(name) => Some(name.value.as_str()),
        _ => None,
    });
    let each = money.qualifiers.iter().find_map(|qualifier| match &qualifier.kind {
        QualifierKind::ForEach(collection) => match &collection.kind {
            CollectionKind::Path(path) => path.parts.first().map(|part| part.value.as_str()),
            CollectionKind::BreachOf(_) => None,
        },
        _ => None,
    });
    let (debtor, creditor) = (&money.debtor.value, &money.creditor.value);
    format!("{debtor} owes {creditor} {} {}", kind.unwrap_or(""), each.unwrap_or(""))
}

fn of_norm(split: &Splitter<'_>, norm: &Norm) -> Vec<Piece> {
    let subject = match &norm.subject {
        Subject::Name(name) => name.span,
        Subject::EachParty(span) | Subject::EitherParty(span) => *span,
    };
    let mut parts = vec![split.name("party", subject), split.aspect("kind", norm.modal_span)];
    match &norm.act {
        Act::Keep { measure, targets } => {
            parts.push(split.name("measure", measure.span));
            parts.extend(targets.iter().map(|target| {
                let piece = split.aspect("target", target.relation.span.join(target.value.span));
                piece.of_nature(split.quantity("", &target.value).nature)
            }));
        }
        Act::Do { verb, quantity, case, filter } => {
            parts.push(split.aspect("act", verb.span.join(quantity.span).join(case.span)));
            parts.extend(filter.iter().map(|filter| split.aspect("condition on the case", filter.span)));
        }
    }
    parts.extend(norm.qualifiers.iter().map(|qualifier| of_qualifier(split, qualifier)));
    parts.extend(norm.modifiers.iter().map(|modifier| of_modifier(split, modifier)));
    parts
}

fn of_money(split: &Splitter<'_>, money: &Money) -> Vec<Piece> {
    let mut parts = vec![
        split.name("debtor", money.debtor.span),
        split.name("kind", between(money.debtor.span, money.creditor.span)),
        split.name("creditor", money.creditor.span),
        split.quantity("amount", &money.amount),
    ];
    parts.extend(money.qualifiers.iter().map(|qualifier| of_qualifier(split, qualifier)));
    parts.extend(money.modifiers.iter().map(|modifier| of_modifier(split, modifier)));
    parts
}

fn of_joint(split: &Splitter<'_>, joint: &Joint) -> Vec<Piece> {
    let mut parts = vec![
        split.name("debtor", joint.debtor.span),
        split.name("kind", between(joint.debtor.span, joint.creditor.span)),
        split.name("creditor", joint.creditor.span),
        split.quantity("cap", &joint.limit),
    ];
    parts.extend(scope_of(split, &joint.limit, &joint.scope));
    let under = joint.under.iter().map(|reference| reference.span).reduce(Span::join);
    parts.extend(under.map(|span| split.aspect("sentences", span)));
    parts
}

fn of_ground(split: &Splitter<'_>, ground: &Ground) -> Vec<Piece> {
    match ground {
        Ground::About(about) => of_about(split, about),
        Ground::Running(running) => vec![split.aspect("cause", running.span)],
        Ground::Standing(standing) => vec![split.aspect("condition", standing.span)],
    }
}

fn of_about(split: &Splitter<'_>, about: &About) -> Vec<Piece> {
    let mut parts = vec![split.name("case", about.case.span), split.quantity("length", &about.length)];
    parts.extend(about.filter.iter().map(|filter| split.aspect("condition on the case", filter.span)));
    parts.extend(about.unless.iter().map(|unless| split.aspect("exception", unless.span)));
    parts
}

fn scope_of(split: &Splitter<'_>, limit: &Expr, scope: &CapScope) -> Option<Piece> {
    let scope = match scope {
        CapScope::InAll(span) => Some(*span),
        CapScope::Window(window, None) => Some(window.span),
        CapScope::Window(window, Some(each)) => Some(window.span.join(each.span)),
        CapScope::Case(name) => Some(name.span),
        CapScope::Each => None,
    };
    scope.map(|span: Span| split.aspect("scope", behind(limit.span, span)))
}

fn of_qualifier(split: &Splitter<'_>, qualifier: &Qualifier) -> Piece {
    let (what, parts) = match &qualifier.kind {
        QualifierKind::Every(length) => ("rhythm", vec![split.quantity("", length)]),
        QualifierKind::Within { length, of } => {
            let mut parts = vec![split.quantity("", length)];
            parts.extend(of.iter().map(|point| split.aspect("start", behind(length.span, point.span))));
            ("length", parts)
        }
        QualifierKind::By(_) => ("deadline", Vec::new()),
        QualifierKind::From(Point { kind: PointKind::AfterDeadline(length), .. }) => {
            ("start", vec![split.quantity("", length)])
        }
        QualifierKind::From(_) => ("start", Vec::new()),
        QualifierKind::Until(_) => ("end", Vec::new()),
        QualifierKind::Each(window) => ("rhythm", vec![split.aspect("", window.span)]),
        QualifierKind::ForEach(_) => ("item", Vec::new()),
        QualifierKind::When(_) | QualifierKind::AsSoonAs(_) => ("cause", Vec::new()),
        QualifierKind::Once { measure, target } => {
            ("cause", vec![split.name("measure", measure.span), split.quantity("target", &target.value)])
        }
        QualifierKind::During(name) => ("calendar", vec![split.name("", name.span)]),
        QualifierKind::If(_) => ("condition", Vec::new()),
        QualifierKind::Unless(_) => ("exception", Vec::new()),
        QualifierKind::UnlessWithin { length, .. } => ("grace", vec![split.quantity("", length)]),
    };
    split.aspect(what, qualifier.span).with(parts)
}

fn of_modifier(split: &Splitter<'_>, modifier: &Modifier) -> Piece {
    let (what, parts) = match &modifier.kind {
        ModifierKind::WithoutConsequence => ("consequence", Vec::new()),
        ModifierKind::EndingAtNextOpening => ("end of the period", Vec::new()),
        ModifierKind::AtMost { limit, scope } => {
            let mut parts = vec![split.quantity("", limit)];
            parts.extend(scope_of(split, limit, scope));
            ("cap", parts)
        }
        ModifierKind::AtLeast(least) => ("minimum", vec![split.quantity("", least)]),
        ModifierKind::NothingBelow(least) => ("least that is booked", vec![split.quantity("", least)]),
        ModifierKind::Compounding(_) => ("compounding", Vec::new()),
        ModifierKind::ClaimedBy { by, length, of } => {
            let mut parts = vec![split.aspect("event", by.span), split.quantity("length", length)];
            parts.extend(of.iter().map(|point| split.aspect("start", behind(length.span, point.span))));
            ("claim", parts)
        }
        ModifierKind::SoleRemedy => ("other remedies", Vec::new()),
        ModifierKind::Restored { share, duty, .. } => {
            let until = Span::new(modifier.span.source, duty.span.start, modifier.span.end);
            ("restored", vec![split.quantity("", share), split.aspect("condition", until)])
        }
        ModifierKind::Roll { calendar, .. } => ("closed days", vec![split.name("", calendar.span)]),
        ModifierKind::ExtendedBy(_) => ("extension", Vec::new()),
        ModifierKind::Counting(_) => ("way of counting", Vec::new()),
        ModifierKind::Telling { to, during, at } => {
            let mut parts = vec![split.name("recipient", to.span)];
            parts.extend(during.iter().map(|hours| split.name("hours", hours.span)));
            parts.push(split.aspect("share of the time", at.span));
            ("warning", parts)
        }
        ModifierKind::As(name) => ("name of the entry", vec![split.name("", name.span)]),
        ModifierKind::Rounded(_) => ("rounding", Vec::new()),
        ModifierKind::Broken => ("unread text", Vec::new()),
    };
    let piece = split.aspect(what, modifier.span).with(parts);
    if piece.parts.is_empty() { piece.of_nature(Nature::Words) } else { piece }
}
