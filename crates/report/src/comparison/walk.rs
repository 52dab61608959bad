//! From pairs of pieces to changes.

use super::pairing::{Pairs, pair};
use super::piece::{Identity, Names, Piece};
use super::{Change, ChangeKind, Quote, Side};

/// Two texts, taken apart, and what has another name in the new one.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    pub(super) names: Names,
    pub(super) changes: Vec<Change>,
}

/// Where in the two texts a piece stands.
#[derive(Debug, Clone, Default)]
struct Place {
    /// The clause's number and title.
    clause: Option<(String, String)>,
    /// The sentence or the definition: `1(a)`, `let reply_time`.
    thing: String,
    /// What of it, from the outside to the inside.
    aspect: Vec<String>,
}

impl Place {
    /// The place of a piece in this one.
    fn of(&self, piece: &Piece) -> Self {
        let mut place = self.clone();
        match piece.identity {
            Identity::Clause => {
                place.clause = Some((piece.name.clone(), piece.key.clone()));
                place.thing = thing(None, piece);
            }
            Identity::Definition => place.thing = thing(None, piece),
            Identity::Sentence if piece.what != "consequence" => {
                place.thing = thing(self.clause.as_ref().map(|(number, _)| number.as_str()), piece);
            }
            Identity::Sentence => place.aspect.push("consequence".to_owned()),
            Identity::Aspect if piece.what.is_empty() => {}
            Identity::Aspect if piece.name.is_empty() => place.aspect.push(piece.what.to_owned()),
            Identity::Aspect => place.aspect.push(format!("{} {}", piece.what, piece.name)),
        }
        place
    }
}

/// What people call a piece: a sentence by its address, a definition as it is written.
pub(super) fn thing(clause: Option<&str>, piece: &Piece) -> String {
    match piece.identity {
        Identity::Sentence => {
            let label = if piece.name.is_empty() { String::new() } else { format!("({})", piece.name) };
            format!("{}{label}", clause.unwrap_or(""))
        }
        _ if piece.name.is_empty() => piece.what.to_owned(),
        Identity::Definition if piece.what == "attachment" => format!("{} `{}`", piece.what, piece.name),
        _ => format!("{} {}", piece.what, piece.name),
    }
}

impl Walk<'_> {
    /// Compares the pieces of both texts.
    pub(super) fn run(&mut self, old: &[Piece], new: &[Piece]) {
        // What is renamed or renumbered may show that something else only is so too.
        for _ in 0..3 {
            let mut names = self.names.clone();
            note_names(&mut names, old, new, &self.names);
            if names == self.names {
                break;
            }
            self.names = names;
        }
        self.pieces(old, new, &Place::default());
    }

    fn pieces(&mut self, old: &[Piece], new: &[Piece], place: &Place) {
        let Pairs { both, removed, added } = pair(old, new, &self.names);
        for (old, new) in both {
            self.both(old, new, place);
        }
        for old in removed {
            self.alone(ChangeKind::Removed, old, &place.of(old));
        }
        for new in added {
            self.alone(ChangeKind::Added, new, &place.of(new));
        }
    }

    /// A piece of both texts.
    fn both(&mut self, old: &Piece, new: &Piece, place: &Place) {
        let place = place.of(new);
        if old.name != new.name && old.identity != Identity::Aspect {
            let (before, after) = (self.called(old, &place), self.called(new, &place));
            self.tell(ChangeKind::Renamed, (old, Some(before)), (new, Some(after)), &place);
        }
        let told = self.changes.len();
        // Also of what says the same, something in it may have another name.
        self.pieces(&old.parts, &new.parts, &place);
        if old.said(&self.names) == new.said(&Names::default()) {
            return;
        }
        let is_leaf = old.parts.is_empty() && new.parts.is_empty();
        let rest = old.rest(&self.names) != new.rest(&Names::default());
        let is_told = self.changes.len() > told;
        if is_leaf || rest || (!is_told && is_ordered(old)) {
            self.tell(ChangeKind::Changed, (old, None), (new, None), &place);
        }
    }

    /// What a piece is called, for a change of its name.
    fn called(&self, piece: &Piece, place: &Place) -> String {
        let clause = self.names.renumbered.iter().find_map(|(old, new)| {
            let number = place.clause.as_ref().map(|(number, _)| number);
            (Some(new) == number && !old.contains('(')).then_some(old.as_str())
        });
        match piece.identity {
            Identity::Sentence => {
                let new = place.clause.as_ref().map(|(number, _)| number.as_str());
                let is_old = clause.is_some() && thing(new, piece) != place.thing;
                thing(if is_old { clause } else { new }, piece)
            }
            _ => piece.name.clone(),
        }
    }

    /// A piece of one text; of a clause, also what stands in it.
    fn alone(&mut self, kind: ChangeKind, piece: &Piece, place: &Place) {
        let side = if kind == ChangeKind::Added { &self.new } else { &self.old };
        if piece.identity != Identity::Clause {
            let quote = side.quote(piece, piece.text());
            self.push(kind, piece, quote, place);
            return;
        }
        let quote = side.quote(piece, format!("clause {} \"{}\"", piece.name, piece.key));
        self.push(kind, piece, quote, place);
        for part in piece.parts.iter().filter(|part| part.identity != Identity::Aspect) {
            self.alone(kind, part, &place.of(part));
        }
    }

    fn push(&mut self, kind: ChangeKind, piece: &Piece, quote: Quote, place: &Place) {
        let (old, new) = match kind {
            ChangeKind::Added => (None, Some(quote)),
            _ => (Some(quote), None),
        };
        self.changes.push(change(kind, piece, place, old, new));
    }

    fn tell(
        &mut self,
        kind: ChangeKind,
        (old, before): (&Piece, Option<String>),
        (new, after): (&Piece, Option<String>),
        place: &Place,
    ) {
        let old_quote = self.old.quote(old, before.unwrap_or_else(|| old.text()));
        let new_quote = self.new.quote(new, after.unwrap_or_else(|| new.text()));
        self.changes.push(change(kind, new, place, Some(old_quote), Some(new_quote)));
    }
}

/// Whether the order of what stands in a piece says something. That of lines, clauses, sentences, qualifiers and
/// options does not.
fn is_ordered(piece: &Piece) -> bool {
    piece.parts.is_empty() || piece.parts.iter().any(|part| matches!(part.what, "row" | "key"))
}

fn change(kind: ChangeKind, piece: &Piece, place: &Place, old: Option<Quote>, new: Option<Quote>) -> Change {
    let (clause, clause_title) = place.clause.clone().unzip();
    Change {
        kind,
        what: match piece.what {
            "" => "value",
            what => what,
        },
        clause,
        clause_title,
        thing: place.thing.clone(),
        aspect: place.aspect.clone(),
        nature: piece.nature,
        old,
        new,
        used_by: Vec::new(),
        bears_on: Vec::new(),
        message: String::new(),
    }
}

/// Notes what has another name or number in the new text.
fn note_names(names: &mut Names, old: &[Piece], new: &[Piece], known: &Names) {
    names.events.extend(old.iter().filter(|piece| piece.what == "event").map(|piece| piece.name.clone()));
    let Pairs { both, removed, .. } = pair(old, new, known);
    let is_taken =
        |number: &str| new.iter().any(|new| new.identity == Identity::Clause && new.name == number);
    for gone in removed {
        // Its number is that of another clause now.
        if gone.identity == Identity::Clause && is_taken(&gone.name) {
            names.renumbered.insert(gone.name.clone(), format!("{} (old)", gone.name));
            let sentences = gone.parts.iter().filter(|part| part.identity == Identity::Sentence);
            names.renumbered.extend(sentences.map(|part| {
                let address = thing(Some(&gone.name), part);
                let of_old = format!("{address} (old)");
                (address, of_old)
            }));
        }
    }
    for (old, new) in both {
        match old.identity {
            Identity::Definition if old.name != new.name => {
                names.renamed.insert(old.name.clone(), new.name.clone());
            }
            Identity::Clause => {
                let mut note = |old: String, new: String| {
                    if old != new {
                        names.renumbered.insert(old, new);
                    }
                };
                note(old.name.clone(), new.name.clone());
                for (before, after) in pair(&old.parts, &new.parts, known).both {
                    if before.identity == Identity::Sentence {
                        note(thing(Some(&old.name), before), thing(Some(&new.name), after));
                    } else if before.identity == Identity::Definition && before.name != after.name {
                        names.renamed.insert(before.name.clone(), after.name.clone());
                    }
                }
            }
            _ => {}
        }
    }
}
