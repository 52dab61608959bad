//! From a key to a value: the one map of ours that hashes.
//!
//! Its hash is keyed, so that no input can choose keys that collide, and it cannot be iterated, so that no order
//! of an outcome can depend on it.

#![expect(clippy::disallowed_types, reason = "this is the map that hides the order of its hash")]

use foldhash::quality::RandomState;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;

/// A map that can be asked for one key at a time and for nothing else.
#[derive(Clone)]
pub struct Index<K, V>(HashMap<K, V, RandomState>);

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<K, V> fmt::Debug for Index<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index of {}", self.0.len())
    }
}

impl<K: Hash + Eq, V> Index<K, V> {
    /// A map with no entry.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the key stands for.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// What the key stands for, to be changed.
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key)
    }

    /// Lets the key stand for the value and gives what it stood for before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// What the key stands for; the value is made where it stood for nothing.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        match self.0.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(make()),
        }
    }

    /// Forgets the key and gives what it stood for.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.remove(key)
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
