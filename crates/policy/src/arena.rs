//! Typed tables: an id is made by the table that it indexes, so that looking it up cannot fail.

use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A dense index with the type of what it names.
pub trait Id: Copy + Eq + Ord {
    /// The id of the entry at this place.
    fn at(index: usize) -> Self;
    /// The place of the entry.
    fn index(self) -> usize;
}

/// A table whose entries are named by `I` and never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table<I, T> {
    entries: Vec<T>,
    id: PhantomData<fn() -> I>,
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self { entries: Vec::new(), id: PhantomData }
    }
}

impl<I: Id, T> Table<I, T> {
    /// A table with no entry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry and names it.
    pub fn push(&mut self, entry: T) -> I {
        self.entries.push(entry);
        I::at(self.entries.len() - 1)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries with their names, in the order of addition.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.entries.iter().enumerate().map(|(at, entry)| (I::at(at), entry))
    }

    /// The names, in the order of addition.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.entries.len()).map(I::at)
    }

    /// The entries in the order of addition.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }

    /// The entries in the order of addition, to be changed.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.entries.iter_mut()
    }

    /// The entry of this name, where it is from this table. (Not named `get`, which would make every index a lint.)
    pub fn find(&self, id: I) -> Option<&T> {
        self.entries.get(id.index())
    }

    /// The entry of this name, where it is from this table, to be changed.
    pub fn find_mut(&mut self, id: I) -> Option<&mut T> {
        self.entries.get_mut(id.index())
    }
}

impl<I: Id, T> FromIterator<T> for Table<I, T> {
    fn from_iter<A: IntoIterator<Item = T>>(entries: A) -> Self {
        Self { entries: entries.into_iter().collect(), id: PhantomData }
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    #[expect(
        clippy::indexing_slicing,
        reason = "ids come from `push` of the same table, which never shrinks"
    )]
    fn index(&self, id: I) -> &T {
        &self.entries[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    #[expect(
        clippy::indexing_slicing,
        reason = "ids come from `push` of the same table, which never shrinks"
    )]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.entries[id.index()]
    }
}

/// Declares ids: `ids! { /// doc  CaseId }`.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);

        impl $crate::arena::Id for $name {
            fn at(index: usize) -> Self {
                Self(index as u32)
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
pub(crate) use ids;
