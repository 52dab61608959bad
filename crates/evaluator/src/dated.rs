//! Things with an id and an instant, found by either.

use compact_str::CompactString;
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// What has an id and an instant.
pub(crate) trait Named {
    fn id(&self) -> &CompactString;
    fn at(&self) -> Instant;
}

/// Things in the order of their instants, those of one instant in the order in which they were added.
#[derive(Debug, Clone)]
pub(crate) struct Dated<T> {
    things: BTreeMap<Place, T>,
    by_id: BTreeMap<CompactString, Vec<Place>>,
    next: u64,
}

/// An instant, and a number that tells things of one instant apart.
type Place = (Instant, u64);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Dated { things: BTreeMap::new(), by_id: BTreeMap::new(), next: 0 }
    }
}

impl<T: Named> Dated<T> {
    pub(crate) fn add(&mut self, thing: T) {
        let place = (thing.at(), self.next);
        self.next += 1;
        self.by_id.entry(thing.id().clone()).or_default().push(place);
        self.things.insert(place, thing);
    }

    /// Does something to each thing.
    pub(crate) fn each(&mut self, act: impl FnMut(&mut T)) {
        self.things.values_mut().for_each(act);
    }

    /// Does something to each thing of an id.
    pub(crate) fn each_of(&mut self, id: &str, mut act: impl FnMut(&mut T)) {
        for place in self.by_id.get(id).into_iter().flatten() {
            if let Some(thing) = self.things.get_mut(place) {
                act(thing);
            }
        }
    }

    /// The things of an id.
    pub(crate) fn of(&self, id: &str) -> impl Iterator<Item = &T> {
        self.by_id.get(id).into_iter().flatten().filter_map(|place| self.things.get(place))
    }

    /// Takes out what lies before an instant, in its order.
    pub(crate) fn take_before(&mut self, at: Instant) -> Vec<T> {
        let mut taken = Vec::new();
        while let Some(first) = self.things.first_entry().filter(|first| first.key().0 < at) {
            let (place, thing) = first.remove_entry();
            if let Some(places) = self.by_id.get_mut(thing.id()) {
                places.retain(|other| *other != place);
                if places.is_empty() {
                    self.by_id.remove(thing.id());
                }
            }
            taken.push(thing);
        }
        taken
    }

    /// The instant of the first.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.things.first_key_value().map(|(place, _)| place.0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.things.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.things.len()
    }

    /// All of it, in its order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.things.values()
    }
}

impl<T: Named> Extend<T> for Dated<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, things: I) {
        things.into_iter().for_each(|thing| self.add(thing));
    }
}

impl<T: Named> FromIterator<T> for Dated<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        let mut dated = Self::default();
        dated.extend(things);
        dated
    }
}

impl<T> IntoIterator for Dated<T> {
    type Item = T;
    type IntoIter = std::collections::btree_map::IntoValues<Place, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.things.into_values()
    }
}
