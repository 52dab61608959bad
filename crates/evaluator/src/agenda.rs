//! What is to happen in an instance without an event, in its order. Most instances have little ahead of them.

use crate::state::Bound;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;

/// Up to so many bounds stand in a list: it takes the room of what stands in it, where a tree takes that of eleven.
const FEW: usize = 16;

/// The bounds of an instance.
#[derive(Debug, Clone)]
pub(crate) enum Agenda {
    /// The first of them last.
    Few(Vec<Bound>),
    /// More than stand in a list.
    Many(BTreeSet<Bound>),
}

impl Default for Agenda {
    fn default() -> Self {
        Agenda::Few(Vec::new())
    }
}

/// The place of a bound in a list in which the first stands last.
fn place(list: &[Bound], bound: &Bound) -> Result<usize, usize> {
    list.binary_search_by(|other| bound.cmp(other))
}

impl Agenda {
    /// What happens next.
    pub(crate) fn first(&self) -> Option<&Bound> {
        match self {
            Agenda::Few(list) => list.last(),
            Agenda::Many(set) => set.first(),
        }
    }

    /// Takes out what happens next.
    pub(crate) fn pop_first(&mut self) -> Option<Bound> {
        let first = match self {
            Agenda::Few(list) => list.pop(),
            Agenda::Many(set) => set.pop_first(),
        };
        self.settle();
        first
    }

    pub(crate) fn insert(&mut self, bound: Bound) {
        match self {
            Agenda::Few(list) => {
                let Err(place) = place(list, &bound) else { return };
                if list.len() == list.capacity() {
                    list.reserve_exact(list.len().max(1));
                }
                list.insert(place, bound);
                if list.len() > FEW {
                    *self = Agenda::Many(std::mem::take(list).into_iter().collect());
                }
            }
            Agenda::Many(set) => {
                set.insert(bound);
            }
        }
    }

    /// Takes out a bound, and says whether it was there.
    pub(crate) fn remove(&mut self, bound: &Bound) -> bool {
        let was_there = match self {
            Agenda::Few(list) => place(list, bound).map(|place| list.remove(place)).is_ok(),
            Agenda::Many(set) => set.remove(bound),
        };
        self.settle();
        was_there
    }

    /// The bounds in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Bound> {
        let (list, set) = match self {
            Agenda::Few(list) => (Some(list.iter().rev()), None),
            Agenda::Many(set) => (None, Some(set.iter())),
        };
        list.into_iter().flatten().chain(set.into_iter().flatten())
    }

    /// Takes out what does not belong here.
    pub(crate) fn retain(&mut self, belongs: impl FnMut(&Bound) -> bool) {
        match self {
            Agenda::Few(list) => list.retain(belongs),
            Agenda::Many(set) => set.retain(belongs),
        }
        self.settle();
    }

    /// Goes back to a list well before the tree is as small as one, so that it does not go back and forth.
    fn settle(&mut self) {
        if let Agenda::Many(set) = self
            && set.len() <= FEW / 2
        {
            *self = Agenda::Few(std::mem::take(set).into_iter().rev().collect());
        }
    }

    /// Gives back the room that nothing stands in.
    pub(crate) fn let_go(&mut self) {
        if let Agenda::Few(list) = self {
            list.shrink_to_fit();
        }
    }
}

impl Extend<Bound> for Agenda {
    fn extend<I: IntoIterator<Item = Bound>>(&mut self, bounds: I) {
        bounds.into_iter().for_each(|bound| self.insert(bound));
    }
}

impl FromIterator<Bound> for Agenda {
    fn from_iter<I: IntoIterator<Item = Bound>>(bounds: I) -> Self {
        let mut agenda = Agenda::default();
        agenda.extend(bounds);
        agenda
    }
}

impl PartialEq for Agenda {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Serialize for Agenda {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Agenda::Few(list) => serializer.collect_seq(list.iter().rev()),
            Agenda::Many(set) => set.serialize(serializer),
        }
    }
}

impl<'d> Deserialize<'d> for Agenda {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeSet::<Bound>::deserialize(deserializer).map(|bounds| {
            let mut agenda = Agenda::Many(bounds);
            agenda.settle();
            agenda
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Agenda, FEW};
    use crate::state::{Bound, BoundKind};
    use proptest::prelude::*;
    use servanda_policy::policy::CaseId;
    use servanda_policy::time::Instant;
    use std::collections::BTreeSet;

    /// More bounds than stand in a list, so that it becomes a tree and a list again.
    fn bounds() -> impl Strategy<Value = Bound> {
        let at = (0..20i64).prop_map(Instant);
        let kind = prop_oneof![
            Just(BoundKind::TermOver),
            Just(BoundKind::Standing),
            (0..3u32).prop_map(|case| BoundKind::SetOff { case: CaseId(case) }),
        ];
        (at, kind).prop_map(|(at, kind)| Bound { at, kind })
    }

    proptest! {
        #[test]
        fn it_is_a_set_whatever_stands_in_it(
            steps in prop::collection::vec((0..4u32, bounds()), 0..8 * FEW),
        ) {
            let (mut agenda, mut set) = (Agenda::default(), BTreeSet::new());
            for (step, bound) in steps {
                match step {
                    0 => prop_assert_eq!(agenda.pop_first(), set.pop_first()),
                    1 => prop_assert_eq!(agenda.remove(&bound), set.remove(&bound)),
                    _ => {
                        agenda.insert(bound.clone());
                        set.insert(bound);
                    }
                }
                prop_assert_eq!(agenda.first(), set.first());
                prop_assert!(agenda.iter().eq(set.iter()));
                prop_assert_eq!(matches!(agenda, Agenda::Many(_)) && set.len() <= FEW / 2, false);
                let bytes = postcard::to_allocvec(&agenda).unwrap();
                prop_assert_eq!(&bytes, &postcard::to_allocvec(&set).unwrap());
                prop_assert_eq!(&postcard::from_bytes::<Agenda>(&bytes).unwrap(), &agenda);
            }
        }
    }
}
