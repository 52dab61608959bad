//! Look-up by key: the one map here that hashes. It cannot be iterated, so that no order of a hash is ever seen.

use compact_str::CompactString;
use foldhash::fast::RandomState;
#[expect(clippy::disallowed_types, reason = "this is the one place, and it offers no iteration")]
use std::collections::HashMap;

/// Keys and the slots of the items that live under them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Keys {
    #[expect(clippy::disallowed_types, reason = "this is the one place, and it offers no iteration")]
    slots: HashMap<CompactString, u32, RandomState>,
}

impl Keys {
    pub(crate) fn get(&self, key: &str) -> Option<u32> {
        self.slots.get(key).copied()
    }

    pub(crate) fn insert(&mut self, key: CompactString, slot: u32) {
        self.slots.insert(key, slot);
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.slots.remove(key);
    }
}
