//! Which piece of the new text is which of the old one.

use super::piece::{Identity, Names, Piece};

/// Pieces of two texts, each at most once: of both, of the old one alone, of the new one alone.
#[derive(Debug, Default)]
pub(super) struct Pairs<'p> {
    /// In the order of the new text.
    pub(super) both: Vec<(&'p Piece, &'p Piece)>,
    pub(super) removed: Vec<&'p Piece>,
    pub(super) added: Vec<&'p Piece>,
}

/// What two pieces have in common.
type Likeness = fn(&Piece, &Piece, &Names) -> bool;

/// Finds the pieces of the old text in the new one.
pub(super) fn pair<'p>(old: &'p [Piece], new: &'p [Piece], names: &Names) -> Pairs<'p> {
    let mut removed: Vec<Option<&Piece>> = old.iter().map(Some).collect();
    let mut found: Vec<Option<&Piece>> = vec![None; new.len()];
    for identity in [Identity::Definition, Identity::Clause, Identity::Sentence, Identity::Aspect] {
        for likeness in likenesses(identity) {
            for (new, found) in new.iter().zip(&mut found) {
                if new.identity != identity || found.is_some() {
                    continue;
                }
                let alike = |old: &Piece| {
                    old.identity == identity && same_kind(old, new) && likeness(old, new, names)
                };
                let place = removed.iter_mut().find(|old| old.is_some_and(alike));
                *found = place.and_then(Option::take);
            }
        }
    }
    let mut pairs = Pairs { removed: removed.into_iter().flatten().collect(), ..Pairs::default() };
    for (new, old) in new.iter().zip(found) {
        match old {
            Some(old) => pairs.both.push((old, new)),
            None => pairs.added.push(new),
        }
    }
    pairs
}

/// In which order pieces of an identity are looked for: by what is surest first.
fn likenesses(identity: Identity) -> &'static [Likeness] {
    match identity {
        Identity::Definition => &[same_name_and_words, same_name, renamed],
        Identity::Clause => &[same_name_and_key, same_key, same_words, same_name],
        Identity::Sentence => &[same_name_and_words, same_words, same_name_and_key, same_key, same_place],
        Identity::Aspect => &[same_name_and_words, same_name],
    }
}

/// Whether a thing of this kind can become one of that kind. A duty may become a prohibition.
fn same_kind(old: &Piece, new: &Piece) -> bool {
    match old.identity {
        Identity::Definition | Identity::Aspect => old.what == new.what,
        Identity::Clause => true,
        Identity::Sentence => is_norm(old) == is_norm(new) && is_notice(old) == is_notice(new),
    }
}

fn is_norm(piece: &Piece) -> bool {
    piece.key.contains(" must ")
}

fn is_notice(piece: &Piece) -> bool {
    piece.key.starts_with("tell ")
}

fn same_name(old: &Piece, new: &Piece, _: &Names) -> bool {
    old.name == new.name
}

fn same_key(old: &Piece, new: &Piece, _: &Names) -> bool {
    !old.key.is_empty() && old.key == new.key
}

fn same_words(old: &Piece, new: &Piece, names: &Names) -> bool {
    let said = old.said(names);
    !said.is_empty() && said == new.said(&Names::default())
}

fn same_name_and_words(old: &Piece, new: &Piece, names: &Names) -> bool {
    same_name(old, new, names) && old.said(names) == new.said(&Names::default())
}

fn same_name_and_key(old: &Piece, new: &Piece, names: &Names) -> bool {
    same_name(old, new, names) && same_key(old, new, names)
}

/// A thing that has a name may have another one; a signature is that of its party.
fn renamed(old: &Piece, new: &Piece, names: &Names) -> bool {
    let is_named = !old.name.is_empty() && !new.name.is_empty();
    let is_fixed = matches!(old.what, "signature" | "removal" | "text" | "public text");
    is_named && !is_fixed && same_words(old, new, names)
}

/// The same label; without one, the next sentence of its kind.
fn same_place(old: &Piece, new: &Piece, names: &Names) -> bool {
    old.what == new.what && same_name(old, new, names)
}
