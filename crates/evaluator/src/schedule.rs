//! Which instances have something to do when time goes on: those that something has arrived for, and those in which
//! something happens without an event. The others are not looked at.

use servanda_policy::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// When each instance has something to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schedule {
    wakes: BTreeSet<(Instant, u32)>,
    of: BTreeMap<u32, Instant>,
    touched: Vec<u32>,
    /// Those that were touched or due since somebody asked last.
    changed: BTreeSet<u32>,
}

impl Schedule {
    /// Something has arrived for an instance.
    pub(crate) fn touch(&mut self, instance: u32) {
        // A run of events of one instance is one entry.
        if self.touched.last() != Some(&instance) {
            self.touched.push(instance);
            self.changed.insert(instance);
        }
    }

    /// The instances that may have changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> BTreeSet<u32> {
        std::mem::take(&mut self.changed)
    }

    /// An instance has nothing to do before an instant, or ever.
    pub(crate) fn set(&mut self, instance: u32, wakes_at: Option<Instant>) {
        let before = match wakes_at {
            Some(at) => self.of.insert(instance, at),
            None => self.of.remove(&instance),
        };
        if before == wakes_at {
            return;
        }
        if let Some(before) = before {
            self.wakes.remove(&(before, instance));
        }
        if let Some(at) = wakes_at {
            self.wakes.insert((at, instance));
        }
    }

    /// Takes out the instances that have something to do by now, in the order of their numbers.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<u32> {
        let mut due = std::mem::take(&mut self.touched);
        due.extend(self.wakes.range(..=(now, u32::MAX)).map(|(_, instance)| *instance));
        due.sort_unstable();
        due.dedup();
        self.changed.extend(&due);
        due
    }
}
