//! The types of events that a log has and the policy does not declare, and how many lines each has.
//!
//! They mean nothing for any agreement; they are kept because a type is more often misspelt than of no concern.

use compact_str::CompactString;
use std::collections::BTreeMap;

/// The most names that are kept.
const NAMES_MAX: usize = 64;
/// A name of more bytes is not kept.
const NAME_BYTES_MAX: usize = 256;

/// How many lines there are of each type that the policy does not declare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undeclared {
    lines: BTreeMap<CompactString, u64>,
    further: u64,
}

impl Undeclared {
    /// Counts a line of a type of this name.
    pub(crate) fn add(&mut self, name: &str) {
        if let Some(lines) = self.lines.get_mut(name) {
            *lines += 1;
        } else if self.lines.len() < NAMES_MAX && name.len() <= NAME_BYTES_MAX {
            self.lines.insert(name.into(), 1);
        } else {
            self.further += 1;
        }
    }

    /// The types by name with their lines: the first 64 that the log had.
    pub fn types(&self) -> impl ExactSizeIterator<Item = (&str, u64)> {
        self.lines.iter().map(|(name, lines)| (name.as_str(), *lines))
    }

    /// How many lines there are of further types.
    pub const fn further(&self) -> u64 {
        self.further
    }
}

#[cfg(test)]
mod tests {
    use super::{NAME_BYTES_MAX, NAMES_MAX, Undeclared};

    #[test]
    fn only_so_many_names_are_kept() {
        let mut undeclared = Undeclared::default();
        for _ in 0..2 {
            for number in 0..NAMES_MAX + 3 {
                undeclared.add(&format!("type.{number}"));
            }
        }
        undeclared.add(&"x".repeat(NAME_BYTES_MAX + 1));
        assert_eq!(undeclared.types().len(), NAMES_MAX);
        assert!(undeclared.types().all(|(_, lines)| lines == 2));
        assert_eq!(undeclared.further(), 7);
    }
}
