//! When two events say the same, and which of two that do not stands.

use crate::fact::Fact;
use std::cmp::Ordering;

impl Fact {
    /// Whether the other says the same: the same instant, type and fields; ids and lines apart.
    pub fn same_content(&self, other: &Fact) -> bool {
        self.at == other.at && self.canonical_cmp(other) == Ordering::Equal
    }

    /// The order of what facts of one instant say: by type, in the order of the policy, then field by field.
    ///
    /// Instants, ids and lines are left out, so that neither the order of the input nor the names of ids decide
    /// anything.
    pub fn canonical_cmp(&self, other: &Fact) -> Ordering {
        self.event.cmp(&other.event).then_with(|| self.fields.cmp(&other.fields))
    }
}
