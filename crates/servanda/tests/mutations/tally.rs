//! What came of the edits, by their kind.

use crate::edits::Kind;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What came of one edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing is found, and it means what it meant.
    Same,
    /// Nothing is found, though it means something else; a scenario of the file may fail.
    Other { scenario_fails: bool },
    /// Something is found.
    Told { on_line: bool, on_token: bool },
}

/// How many edits came to what.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) edits: usize,
    pub(crate) clean: usize,
    pub(crate) other: usize,
    pub(crate) unnoticed: usize,
    pub(crate) told: usize,
    pub(crate) on_line: usize,
    pub(crate) on_token: usize,
}

impl Count {
    fn add(&mut self, fate: Fate) {
        self.edits += 1;
        match fate {
            Fate::Same => self.clean += 1,
            Fate::Other { scenario_fails } => {
                self.clean += 1;
                self.other += 1;
                self.unnoticed += usize::from(!scenario_fails);
            }
            Fate::Told { on_line, on_token } => {
                self.told += 1;
                self.on_line += usize::from(on_line);
                self.on_token += usize::from(on_token);
            }
        }
    }
}

/// A share in tenths of a percent, rounded down; all of nothing.
pub(crate) const fn per_mille(part: usize, of: usize) -> usize {
    match (part * 1000).checked_div(of) {
        Some(share) => share,
        None => 1000,
    }
}

fn percent(part: usize, of: usize) -> String {
    let share = per_mille(part, of);
    format!("{}.{} %", share / 10, share % 10)
}

/// The counts of each kind and of all.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) kinds: BTreeMap<Kind, Count>,
    pub(crate) all: Count,
}

impl Tally {
    pub(crate) fn add(&mut self, kind: Kind, fate: Fate) {
        self.kinds.entry(kind).or_default().add(fate);
        self.all.add(fate);
    }

    /// The table of DESIGN.md.
    pub(crate) fn table(&self) -> String {
        let mut table = "| edit | edits | still clean | told | on the line | on the token or beside it | \
                         clean and another meaning | of these no scenario fails |\n"
            .to_owned();
        table += "| --- | --: | --: | --: | --: | --: | --: | --: |\n";
        let kinds = self.kinds.iter().map(|(kind, count)| (kind.name(), count));
        for (name, it) in kinds.chain([("all", &self.all)]) {
            let _ = writeln!(
                table,
                "| {name} | {} | {} | {} | {} | {} | {} | {} |",
                it.edits,
                it.clean,
                it.told,
                percent(it.on_line, it.told),
                percent(it.on_token, it.told),
                percent(it.other, it.edits),
                percent(it.unnoticed, it.edits),
            );
        }
        table
    }
}
