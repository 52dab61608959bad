//! The items of a case: in slots, under their keys. A case without items takes the room of a number and a pointer.

use crate::keys::Keys;
use crate::rarely::{Rarely, rare};
use crate::state::Item;
use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use servanda_policy::time::Instant;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The items of a case.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Items {
    /// How many items were ever put into a slot: tells a slot's items apart.
    pub(crate) births: u64,
    held: Rarely<Slots>,
}

/// What a case has while it has items.
#[derive(Debug, Clone, PartialEq, Default)]
struct Slots {
    /// Those that are not over, by their keys; not stored, because the items say it.
    keys: Keys,
    slots: Vec<Option<Box<Item>>>,
    free: Vec<u32>,
    /// Debts that a payment may settle without naming them, in the order of their due dates; not stored, because the
    /// items say it.
    payable: BTreeSet<Payable>,
}

/// A debt in its place among others: when it is due, when it began, its key and its slot.
pub(crate) type Payable = (Instant, Instant, CompactString, u32);

/// The items of a case as they are stored.
#[derive(Serialize, Deserialize)]
struct StoredItems<'i> {
    slots: Cow<'i, [Option<Box<Item>>]>,
    free: Cow<'i, [u32]>,
    births: u64,
}

impl Serialize for Items {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (slots, free) = (Cow::Borrowed(self.slots()), Cow::Borrowed(self.free()));
        StoredItems { slots, free, births: self.births }.serialize(serializer)
    }
}

impl<'d> Deserialize<'d> for Items {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        let StoredItems { slots, free, births } = StoredItems::deserialize(deserializer)?;
        let (slots, free) = (slots.into_owned(), free.into_owned());
        let mut keys = Keys::default();
        for (slot, item) in (0..).zip(&slots) {
            if let Some(item) = item.as_deref().filter(|item| !item.over) {
                keys.insert(item.key.clone(), slot);
            }
        }
        Ok(Items { births, held: Slots { keys, slots, free, payable: BTreeSet::new() }.into() })
    }
}

rare! { Slots }

impl Items {
    /// The items in their slots.
    pub(crate) fn slots(&self) -> &[Option<Box<Item>>] {
        &self.held.slots
    }

    /// The items, to be changed.
    pub(crate) fn items_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        let held = if self.held.slots.is_empty() { None } else { Some(&mut *self.held) };
        held.into_iter().flat_map(|held| held.slots.iter_mut().flatten()).map(|item| &mut **item)
    }

    /// The slots in which there is none.
    pub(crate) fn free(&self) -> &[u32] {
        &self.held.free
    }

    /// The debts that a payment may settle without naming them.
    pub(crate) fn payable(&self) -> &BTreeSet<Payable> {
        &self.held.payable
    }

    pub(crate) fn payable_mut(&mut self) -> &mut BTreeSet<Payable> {
        &mut self.held.payable
    }

    /// Gives back the room of items that are gone.
    pub(crate) fn let_go(&mut self) {
        self.held.let_go();
    }

    /// The slot of the item that lives under a key.
    pub(crate) fn slot_of(&self, key: &str) -> Option<u32> {
        self.held.keys.get(key)
    }

    pub(crate) fn get(&self, slot: u32) -> Option<&Item> {
        self.held.slots.get(slot as usize).and_then(Option::as_deref)
    }

    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut Item> {
        self.held.slots.get_mut(slot as usize).and_then(Option::as_deref_mut)
    }

    /// Takes an item out of its slot, to be changed and put back.
    pub(crate) fn take(&mut self, slot: u32) -> Option<Box<Item>> {
        self.held.slots.get_mut(slot as usize).and_then(Option::take)
    }

    /// Puts an item back into the slot from which it was taken.
    pub(crate) fn put(&mut self, slot: u32, item: Box<Item>) {
        if let Some(place) = self.held.slots.get_mut(slot as usize) {
            *place = Some(item);
        }
    }

    /// A slot for a new item under a key, and the number of its birth; the item is put there by [`Items::put`].
    pub(crate) fn reserve(&mut self, key: &CompactString) -> (u32, u64) {
        let held = &mut *self.held;
        let slot = held.free.pop().unwrap_or_else(|| {
            held.slots.push(None);
            (held.slots.len() - 1) as u32
        });
        self.births += 1;
        held.keys.insert(key.clone(), slot);
        (slot, self.births)
    }

    /// An item is reached under its key again.
    pub(crate) fn link(&mut self, key: &CompactString, slot: u32) {
        self.held.keys.insert(key.clone(), slot);
    }

    /// Nothing reaches the item under its key any more.
    pub(crate) fn unlink(&mut self, key: &str) {
        self.held.keys.remove(key);
    }

    /// The slot of an item that has been taken out for good. Where it was the last, all slots are new again.
    pub(crate) fn release(&mut self, slot: u32) {
        let held = &mut *self.held;
        held.free.push(slot);
        if held.free.len() == held.slots.len() {
            held.slots.clear();
            held.free.clear();
        }
    }
}
