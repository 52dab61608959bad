//! Which instances have something to do when time goes on: those that something has arrived for, and those in which
//! something happens without an event. The others are not looked at.

use servanda_policy::time::Instant;
use std::collections::BTreeSet;

/// When each instance has something to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schedule {
    wakes: BTreeSet<(Instant, u32)>,
    of: Vec<Entry>,
    touched: Vec<u32>,
    /// Those that were touched or due since somebody asked last.
    changed: Vec<u32>,
}

/// One instance.
#[derive(Debug, Clone, Copy)]
struct Entry {
    wakes_at: Instant,
    touched: bool,
    changed: bool,
}

/// When an instance wakes that has nothing to do: there is one of these for each instance, and it has no room to spare.
const NEVER: Instant = Instant(i64::MAX);

impl Schedule {
    /// One more instance.
    pub(crate) fn add(&mut self) {
        self.of.push(Entry { wakes_at: NEVER, touched: false, changed: false });
        self.touch(self.of.len() as u32 - 1);
    }

    /// Something has arrived for an instance.
    pub(crate) fn touch(&mut self, instance: u32) {
        let Some(entry) = self.of.get_mut(instance as usize) else { return };
        if !std::mem::replace(&mut entry.touched, true) {
            self.touched.push(instance);
        }
        if !std::mem::replace(&mut entry.changed, true) {
            self.changed.push(instance);
        }
    }

    /// The instances that may have changed since this was last asked, in the order of their numbers.
    pub(crate) fn take_changed(&mut self) -> Vec<u32> {
        let mut changed = std::mem::take(&mut self.changed);
        for instance in &changed {
            if let Some(entry) = self.of.get_mut(*instance as usize) {
                entry.changed = false;
            }
        }
        changed.sort_unstable();
        changed
    }

    /// An instance has nothing to do before an instant, or ever.
    pub(crate) fn set(&mut self, instance: u32, wakes_at: Option<Instant>) {
        let Some(entry) = self.of.get_mut(instance as usize) else { return };
        let at = wakes_at.unwrap_or(NEVER);
        let before = std::mem::replace(&mut entry.wakes_at, at);
        if before == at {
            return;
        }
        if before != NEVER {
            self.wakes.remove(&(before, instance));
        }
        if at != NEVER {
            self.wakes.insert((at, instance));
        }
    }

    /// Takes out the instances that have something to do by now, in the order of their numbers.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<u32> {
        while let Some((_, instance)) = self.wakes.first().filter(|(at, _)| *at <= now).copied() {
            self.set(instance, None);
            self.touch(instance);
        }
        let mut due = std::mem::take(&mut self.touched);
        for instance in &due {
            if let Some(entry) = self.of.get_mut(*instance as usize) {
                entry.touched = false;
            }
        }
        due.sort_unstable();
        due
    }
}
