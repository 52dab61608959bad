//! Which sentences something bears on: those that name it, and those that name what it is used in.

use super::piece::{Identity, Piece};
use super::walk::thing;
use std::collections::{BTreeMap, BTreeSet};

/// What each definition is used by, in one text.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Definitions and sentences, with the names in them, in the order of the text.
    units: Vec<Unit>,
}

#[derive(Debug)]
struct Unit {
    /// What it is called: `1(a)`, `measure in_time`.
    label: String,
    /// The name by which others use it; sentences have none.
    name: Option<String>,
    names: BTreeSet<String>,
}

impl Uses {
    /// Of the pieces of a text.
    pub(super) fn of(pieces: &[Piece]) -> Self {
        let mut uses = Self::default();
        uses.gather(pieces, None);
        uses
    }

    fn gather(&mut self, pieces: &[Piece], clause: Option<&str>) {
        for piece in pieces {
            match piece.identity {
                Identity::Clause => self.gather(&piece.parts, Some(&piece.name)),
                Identity::Sentence => self.push(thing(clause, piece), None, piece),
                Identity::Definition if matches!(piece.what, "text" | "public text") => {
                    let of = clause.map_or_else(|| "the agreement".to_owned(), |number| number.to_owned());
                    self.push(format!("{} of {of}", piece.what), None, piece);
                }
                Identity::Definition if matches!(piece.what, "event" | "log" | "signature") => {}
                Identity::Definition => {
                    self.push(thing(None, piece), Some(piece.name.clone()), piece);
                }
                Identity::Aspect => {}
            }
        }
    }

    fn push(&mut self, label: String, name: Option<String>, piece: &Piece) {
        let mut names = BTreeSet::new();
        for word in &piece.words {
            if word.text.starts_with('"') {
                let holes = word.text.split('{').skip(1).filter_map(|hole| hole.split('}').next());
                names.extend(holes.flat_map(|hole| hole.split([' ', '.'])).map(str::to_owned));
                continue;
            }
            names.insert(word.text.clone());
            names.extend(word.text.split('.').next().map(str::to_owned));
        }
        names.retain(|known| Some(known) != name.as_ref());
        self.units.push(Unit { label, name, names });
    }

    /// What names a definition, and the sentences that it bears on through others.
    pub(super) fn of_name(&self, name: &str) -> (Vec<String>, Vec<String>) {
        let direct: Vec<&Unit> = self.units.iter().filter(|unit| unit.names.contains(name)).collect();
        let mut seen: BTreeMap<&str, bool> = BTreeMap::from([(name, true)]);
        let mut open: Vec<&str> = direct.iter().filter_map(|unit| unit.name.as_deref()).collect();
        while let Some(next) = open.pop() {
            if seen.insert(next, true).is_none() {
                let users = self.units.iter().filter(|unit| unit.names.contains(next));
                open.extend(users.filter_map(|unit| unit.name.as_deref()));
            }
        }
        seen.remove(name);
        let is_direct = |label: &str| direct.iter().any(|unit| unit.label == label);
        let through = self.units.iter().filter(|unit| {
            unit.name.is_none()
                && unit.label.starts_with(|c: char| c.is_ascii_digit())
                && !is_direct(&unit.label)
                && unit.names.iter().any(|used| seen.contains_key(used.as_str()))
        });
        let through = through.map(|unit| unit.label.clone()).collect();
        (direct.iter().map(|unit| unit.label.clone()).collect(), through)
    }
}
