//! Windows in a row: of how many, one behind the other, a duty has been broken in each, or kept.
//!
//! What is decided lies in stretches without a gap. Of each is known how far the rows reach in from its ends, because what
//! is decided later joins two of them or lies beside one. A gap is a window that is still open, so that there are few.

use serde::{Deserialize, Serialize};
use servanda_policy::policy::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// What a row is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// Windows in which the duty was broken.
    Misses,
    /// Windows in which it was kept.
    Kept,
}

impl Of {
    /// How much a window adds to a row; none where it interrupts. One without data, or excused, does neither.
    pub(crate) const fn step(self, verdict: Verdict) -> Option<u32> {
        match (self, verdict) {
            (Of::Misses, Verdict::Broken) | (Of::Kept, Verdict::Kept) => Some(1),
            (_, Verdict::NotApplicable | Verdict::Excused) => Some(0),
            _ => None,
        }
    }
}

/// How long rows are at the ends of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    /// The one with which it begins.
    head: u32,
    /// The one with which it ends; none where nothing interrupts the first one.
    tail: Option<u32>,
}

impl Row {
    const NONE: Row = Row { head: 0, tail: None };

    const fn one(step: Option<u32>) -> Row {
        match step {
            Some(step) => Row { head: step, tail: None },
            None => Row { head: 0, tail: Some(0) },
        }
    }

    /// The one with which it ends.
    fn end(self) -> u32 {
        self.tail.unwrap_or(self.head)
    }

    /// Of this stretch and of the one behind it.
    fn then(self, next: Row) -> Row {
        let end = self.end().saturating_add(next.head);
        match (self.tail, next.tail) {
            (None, None) => Row { head: end, tail: None },
            (None, tail) => Row { head: end, tail },
            (Some(_), None) => Row { head: self.head, tail: Some(end) },
            (Some(_), tail) => Row { head: self.head, tail },
        }
    }
}

/// Windows that are decided, without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    /// The number of the last one.
    last: i32,
    misses: Row,
    kept: Row,
}

/// How long the rows are around a window that is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Around {
    /// The misses right before it.
    pub(crate) misses_before: u32,
    /// Those right behind it, where windows behind it have been decided before it.
    pub(crate) misses_behind: u32,
    /// The windows kept in the row that it is part of.
    pub(crate) kept: u32,
}

/// What has become of a duty in its windows, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Rows {
    /// By the number of the first window.
    stretches: BTreeMap<i32, Stretch>,
    /// Windows in which it was broken, as far back from the last one as anything asks.
    broken: BTreeSet<i32>,
}

impl Rows {
    /// A duty is decided in a window, and the breaches in so many windows are asked for, counted back from the last.
    pub(crate) fn decide(&mut self, index: i32, verdict: Verdict, reach: u32) -> Around {
        let before = self.stretches.range(..=index).next_back().map(|(first, of)| (*first, *of));
        if before.is_some_and(|(_, of)| of.last >= index) {
            return Around::default();
        }
        let before = before.filter(|(_, of)| of.last.checked_add(1) == Some(index));
        let behind = index.checked_add(1).and_then(|next| self.stretches.remove(&next));
        let around = Around {
            misses_before: before.map_or(0, |(_, of)| of.misses.end()),
            misses_behind: behind.map_or(0, |of| of.misses.head),
            kept: Of::Kept.step(verdict).map_or(0, |step| {
                let behind = behind.map_or(0, |of| of.kept.head);
                before.map_or(0, |(_, of)| of.kept.end()).saturating_add(step).saturating_add(behind)
            }),
        };
        let row = |of: Of, row: fn(&Stretch) -> Row| {
            let before = before.map_or(Row::NONE, |(_, of)| row(&of));
            before.then(Row::one(of.step(verdict))).then(behind.as_ref().map_or(Row::NONE, row))
        };
        let whole = Stretch {
            last: behind.map_or(index, |of| of.last),
            misses: row(Of::Misses, |of| of.misses),
            kept: row(Of::Kept, |of| of.kept),
        };
        self.stretches.insert(before.map_or(index, |(first, _)| first), whole);
        if verdict == Verdict::Broken {
            self.broken.insert(index);
        }
        let first = self.first_of(reach);
        self.broken.retain(|index| *index >= first);
        around
    }

    /// The number of the last window that is decided.
    fn last(&self) -> Option<i32> {
        self.stretches.last_key_value().map(|(_, of)| of.last)
    }

    /// The first of so many windows, counted back from the last.
    fn first_of(&self, count: u32) -> i32 {
        let back = i32::try_from(count).unwrap_or(i32::MAX);
        self.last().map_or(i32::MIN, |last| last.saturating_sub(back).saturating_add(1))
    }

    /// In how many of so many windows up to the last that is decided it was broken.
    pub(crate) fn broken_in_last(&self, count: u32) -> usize {
        self.broken.range(self.first_of(count)..).count()
    }

    /// The misses right before a window.
    pub(crate) fn misses_before(&self, index: i32) -> u32 {
        let before = self.stretches.range(..index).next_back().map(|(_, of)| of);
        before.filter(|of| of.last.checked_add(1) == Some(index)).map_or(0, |of| of.misses.end())
    }

    /// How many windows can come to be kept in a row that is not over, where none lies open before the last that is
    /// decided and `last` is the last of all; none where some do.
    pub(crate) fn can_come_to(&self, last: i32) -> Option<u32> {
        let mut stretches = self.stretches.values();
        let (Some(of), None) = (stretches.next(), stretches.next()) else { return None };
        let ahead = u32::try_from(last.saturating_sub(of.last)).unwrap_or(0);
        Some(of.kept.end().saturating_add(ahead))
    }

    /// How many stretches there are.
    pub(crate) fn stretches(&self) -> usize {
        self.stretches.len()
    }

    /// Forgets what nothing can join any more, because every window before one of this number is decided, or never will be.
    pub(crate) fn forget_before(&mut self, index: i32) {
        let last = self.stretches.last_key_value().map(|(first, _)| *first);
        self.stretches.retain(|first, of| of.last >= index.saturating_sub(1) || Some(*first) == last);
    }

    /// Whether stretches are whole, apart from each other and no shorter than their rows: what is stored may be made by
    /// anybody.
    pub(crate) fn is_sound(&self) -> bool {
        let is_within = |first: i32, of: &Stretch| {
            let length = i64::from(of.last) - i64::from(first) + 1;
            let fits = |row: &Row| i64::from(row.head) + i64::from(row.tail.unwrap_or(0)) <= length;
            length > 0 && fits(&of.misses) && fits(&of.kept)
        };
        let next = self.stretches.keys().skip(1);
        let is_apart = |(of, next): (&Stretch, &i32)| i64::from(of.last) + 1 < i64::from(*next);
        self.stretches.iter().all(|(first, of)| is_within(*first, of))
            && self.stretches.values().zip(next).all(is_apart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is decided, and the rows by looking at all of it again.
    fn counted(known: &BTreeMap<i32, Verdict>, of: Of, windows: impl Iterator<Item = i32>) -> u32 {
        windows.map_while(|index| of.step(*known.get(&index)?)).sum()
    }

    fn verdict() -> impl Strategy<Value = Verdict> {
        use Verdict::{Broken, Excused, Indeterminate, Kept, NotApplicable};
        prop::sample::select(vec![Broken, Broken, Kept, Kept, Excused, NotApplicable, Indeterminate])
    }

    proptest! {
        /// In whichever order windows are decided, the rows are those that all of them make.
        #[test]
        fn rows_are_those_of_all_windows(
            decided in prop::collection::vec((0..30_i32, verdict()), 0..40),
            reach in 0..6_u32,
        ) {
            let (mut rows, mut known) = (Rows::default(), BTreeMap::new());
            for (index, verdict) in decided {
                if known.contains_key(&index) {
                    continue;
                }
                prop_assert_eq!(rows.misses_before(index), counted(&known, Of::Misses, (0..index).rev()));
                known.insert(index, verdict);
                let around = rows.decide(index, verdict, reach);
                let (before, behind) = ((0..index).rev(), index + 1..=30);
                prop_assert_eq!(around.misses_before, counted(&known, Of::Misses, before.clone()));
                prop_assert_eq!(around.misses_behind, counted(&known, Of::Misses, behind.clone()));
                let kept = counted(&known, Of::Kept, std::iter::once(index).chain(behind));
                let kept = Of::Kept.step(verdict).map_or(0, |_| kept + counted(&known, Of::Kept, before));
                prop_assert_eq!(around.kept, kept);
                let last = *known.keys().next_back().unwrap();
                let first = last - reach as i32 + 1;
                let broken = known.range(first..).filter(|(_, it)| **it == Verdict::Broken).count();
                prop_assert_eq!(rows.broken_in_last(reach), broken);
                prop_assert!(rows.is_sound());
                let gaps = known.keys().zip(known.keys().skip(1)).filter(|(a, b)| **a + 1 < **b).count();
                prop_assert_eq!(rows.stretches(), gaps + 1);
                prop_assert!(rows.broken.len() <= reach as usize);
            }
        }
    }
}
