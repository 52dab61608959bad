//! Names that are looked for in every line, found by length and a few bytes.
//!
//! The names are the policy's own, so nobody who writes events can make them collide.

/// The number of a name.
pub(crate) type Key = u32;

/// A fixed set of names.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    names: Vec<Box<[u8]>>,
    /// The names of each length and ends, chained by [`slot`].
    buckets: Vec<Vec<Key>>,
}

const BUCKETS: usize = 256;

/// The bucket of a name: from its length and its first, middle and last byte.
fn slot(name: &[u8]) -> usize {
    let byte = |at: usize| usize::from(name.get(at).copied().unwrap_or(0));
    let length = name.len();
    let ends = byte(0).wrapping_mul(7).wrapping_add(byte(length / 2).wrapping_mul(31));
    ends.wrapping_add(byte(length.saturating_sub(1)).wrapping_mul(131)).wrapping_add(length) % BUCKETS
}

impl Default for Keys {
    fn default() -> Self {
        Self { names: Vec::new(), buckets: vec![Vec::new(); BUCKETS] }
    }
}

impl Keys {
    /// The number of this name, new where it is not there.
    pub(crate) fn intern(&mut self, name: &str) -> Key {
        if let Some(key) = self.find(name.as_bytes()) {
            return key;
        }
        let key = Key::try_from(self.names.len()).unwrap_or(Key::MAX);
        self.names.push(name.as_bytes().into());
        if let Some(bucket) = self.buckets.get_mut(slot(name.as_bytes())) {
            bucket.push(key);
        }
        key
    }

    /// The number of this name.
    pub(crate) fn find(&self, name: &[u8]) -> Option<Key> {
        self.buckets.get(slot(name))?.iter().copied().find(|key| self.is(*key, name))
    }

    /// Whether this name has this number.
    fn is(&self, key: Key, name: &[u8]) -> bool {
        self.names.get(key as usize).is_some_and(|known| **known == *name)
    }

    /// The number of names.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}
