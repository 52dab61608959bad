//! Look-up by key: the one map here that hashes. It cannot be iterated, so that no order of a hash is ever seen.

use compact_str::CompactString;
use foldhash::fast::RandomState;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
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

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sorted: BTreeMap<&CompactString, u32> =
            self.slots.iter().map(|(key, slot)| (key, *slot)).collect();
        sorted.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sorted = BTreeMap::<CompactString, u32>::deserialize(deserializer)?;
        Ok(Keys { slots: sorted.into_iter().collect() })
    }
}
