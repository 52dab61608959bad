//! What the formatter changes of the words themselves: commas that say nothing, and the order of qualifiers.

use std::collections::BTreeSet;

use servanda_diagnostics::{SourceId, Span};

use super::tokens::{Note, Token, any_comment};
use crate::ast::{ClausePart, Core, Line, Prose, Qualifier, QualifierKind, Sentence};

/// The place of a qualifier among those of its sentence; `where` belongs to the act and stands first anyway.
///
/// `each` comes before the times: in `each calendar month by the last business day of the period` it says which
/// period is meant.
fn rank(kind: &QualifierKind) -> u8 {
    match kind {
        QualifierKind::Each(_)
        | QualifierKind::ForEach(_)
        | QualifierKind::Once { .. }
        | QualifierKind::When(_)
        | QualifierKind::AsSoonAs(_) => 0,
        QualifierKind::Within { .. }
        | QualifierKind::Every(_)
        | QualifierKind::By(_)
        | QualifierKind::From(_)
        | QualifierKind::Until(_) => 1,
        QualifierKind::During(_) => 2,
        QualifierKind::If(_) | QualifierKind::Unless(_) | QualifierKind::UnlessWithin { .. } => 3,
    }
}

/// Brings qualifiers into their order; those of one rank keep the author's.
pub(super) fn sort(qualifiers: &mut [Qualifier]) {
    qualifiers.sort_by_key(|qualifier| rank(&qualifier.kind));
}

/// The sentences of an agreement or an amendment, without those behind `otherwise`.
pub(super) fn sentences<'d>(lines: impl Iterator<Item = &'d Line>) -> impl Iterator<Item = &'d Sentence> {
    let parts = lines.flat_map(|line| match line {
        Line::Clause(clause) => clause.parts.as_slice(),
        _ => &[],
    });
    parts.filter_map(|part| match part {
        ClausePart::Sentence(sentence) => Some(sentence),
        _ => None,
    })
}

/// Where the quotes of every prose begin.
pub(super) fn prose_places<'d>(lines: impl Iterator<Item = &'d Line>) -> BTreeSet<(SourceId, u32)> {
    let mut places = BTreeSet::new();
    let place = |prose: &Prose| (prose.text.span.source, prose.text.span.start);
    for line in lines {
        match line {
            Line::Prose(prose) => {
                places.insert(place(prose));
            }
            Line::Clause(clause) => places.extend(clause.parts.iter().filter_map(|part| match part {
                ClausePart::Prose(prose) => Some(place(prose)),
                _ => None,
            })),
            _ => {}
        }
    }
    places
}

/// The qualifiers of a sentence.
pub(super) fn qualifiers(core: &Core) -> &[Qualifier] {
    match core {
        Core::Norm(norm) => &norm.qualifiers,
        Core::Money(money) => &money.qualifiers,
        Core::Right(_) | Core::Joint(_) | Core::Tell(_) | Core::Suspension(_) | Core::Deemed(_) => &[],
    }
}

/// Takes away the comma before `otherwise` and the one before a closing brace. Their comments stay.
pub(super) fn drop_commas(list: &mut Vec<Token<'_>>) {
    let needless: Vec<bool> = (0..list.len()).map(|at| is_needless(list, at)).collect();
    let mut kept: Vec<Token<'_>> = Vec::with_capacity(list.len());
    let mut orphans: Vec<Note<'_>> = Vec::new();
    for (mut token, needless) in std::mem::take(list).into_iter().zip(needless) {
        if needless {
            orphans.append(&mut token.before);
            if let Some(text) = token.after {
                match kept.last_mut() {
                    Some(previous) if previous.after.is_none() && orphans.is_empty() => {
                        previous.after = Some(text);
                    }
                    _ => orphans.push(Note { text, blank: false }),
                }
            }
            continue;
        }
        if !orphans.is_empty() {
            orphans.append(&mut token.before);
            token.before = std::mem::take(&mut orphans);
        }
        kept.push(token);
    }
    *list = kept;
}

/// A table has rows that begin with `otherwise`, and needs the comma before them: there a colon follows.
fn is_needless(list: &[Token<'_>], at: usize) -> bool {
    let text = |at: usize| list.get(at).map_or("", |token| token.text);
    text(at) == "," && (text(at + 1) == "}" || (text(at + 1) == "otherwise" && text(at + 2) != ":"))
}

/// Marks the braces of the tables that have two rows or more, and ends their last row with a comma.
pub(super) fn mark_tables(list: &mut Vec<Token<'_>>) {
    let mut out: Vec<Token<'_>> = Vec::with_capacity(list.len());
    // The braces that are open: where they stand in `out`, whether they hold a table, and its commas.
    let mut open: Vec<(usize, bool, usize)> = Vec::new();
    let mut parens = 0_usize;
    let mut announced = 0_usize;
    let mut depths: Vec<usize> = Vec::new();
    for mut token in std::mem::take(list) {
        match token.text {
            "on" if out.last().is_some_and(|previous| previous.text == "depending") => announced += 1,
            "(" => parens += 1,
            ")" => parens = parens.saturating_sub(1),
            "{" => {
                open.push((out.len(), announced > 0, 0));
                announced = announced.saturating_sub(1);
                depths.push(std::mem::take(&mut parens));
            }
            "," if parens == 0 => {
                if let Some((_, _, commas)) = open.last_mut() {
                    *commas += 1;
                }
            }
            "}" => {
                parens = depths.pop().unwrap_or(0);
                if let Some((brace, true, 1..)) = open.pop() {
                    if let Some(brace) = out.get_mut(brace) {
                        brace.table = true;
                    }
                    if let Some(last) = out.last_mut() {
                        let comma = Token {
                            start: last.start,
                            text: ",",
                            before: Vec::new(),
                            blank: false,
                            after: last.after.take(),
                            partner: None,
                            table: false,
                            prose: false,
                        };
                        out.push(comma);
                    }
                }
            }
            _ => {}
        }
        token.partner = None;
        out.push(token);
    }
    *list = out;
}

/// Brings the qualifiers of a sentence and of what follows from it into their order, where that changes nothing
/// else. The tokens must be in the order of the text.
pub(super) fn arrange(list: &mut Vec<Token<'_>>, sentence: &Sentence) {
    let written = qualifiers(&sentence.core);
    let mut sorted = written.to_vec();
    sort(&mut sorted);
    if sorted != written && !swallows(written, &sorted) {
        rearrange(list, written, &sorted);
    }
    for consequence in &sentence.otherwise {
        arrange(list, consequence);
    }
}

/// Whether `during` would come right behind a collection or an amount that takes it for its own.
fn swallows(written: &[Qualifier], sorted: &[Qualifier]) -> bool {
    let is_during = |qualifier: &Qualifier| matches!(qualifier.kind, QualifierKind::During(_));
    let Some(place) = sorted.iter().position(is_during) else { return false };
    let Some(before) = place.checked_sub(1).and_then(|before| sorted.get(before)) else {
        return !written.first().is_some_and(is_during);
    };
    matches!(before.kind, QualifierKind::ForEach(_))
}

/// Moves the tokens of qualifiers. A comment among them keeps everything where it is: it would be torn away. One
/// before or behind all of them stays there.
fn rearrange(list: &mut Vec<Token<'_>>, written: &[Qualifier], sorted: &[Qualifier]) {
    let (Some(first), Some(last)) = (written.first(), written.last()) else { return };
    let within = |token: &Token<'_>, span: Span| (span.start..span.end).contains(&token.start);
    let all = first.span.join(last.span);
    let start = list.partition_point(|token| token.start < first.span.start);
    let mut tokens: Vec<Token<'_>> =
        list.iter().skip(start).take_while(|token| within(token, all)).cloned().collect();
    let end = start + tokens.len();
    let before = tokens.first_mut().map(|token| std::mem::take(&mut token.before)).unwrap_or_default();
    let after = tokens.last_mut().and_then(|token| token.after.take());
    if any_comment(&tokens) {
        return;
    }
    let mut moved: Vec<Token<'_>> = sorted
        .iter()
        .flat_map(|qualifier| tokens.iter().filter(|token| within(token, qualifier.span)).cloned())
        .collect();
    if moved.len() != tokens.len() {
        return;
    }
    if let Some(token) = moved.first_mut() {
        token.before = before;
    }
    if let Some(token) = moved.last_mut() {
        token.after = after;
    }
    list.splice(start..end, moved);
}
