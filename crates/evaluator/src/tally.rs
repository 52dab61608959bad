//! Items counted so far in a window. That something is unknown is rare, and then a part of its own.

use crate::expression::{Truth, unite};
use crate::outcome::Cause;
use crate::rarely::{Rarely, rare};
use crate::state::{Counted, Gathering};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// Items counted so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Tally {
    /// Members.
    pub(crate) count: u64,
    /// Members that fulfill the condition of a share.
    pub(crate) fulfilling: u64,
    /// Members or items that wait for a verdict.
    pub(crate) waiting: u64,
    /// Sum, greatest, least, first or last of a quantity.
    pub(crate) value: Option<Box<Gathering>>,
    pub(crate) unsure: Rarely<Unsure>,
}

/// What of a tally is unknown.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Unsure {
    /// Members of which it is unknown whether they fulfill the condition of a share.
    pub(crate) unknown: u64,
    /// Items of which it is unknown whether they are members.
    pub(crate) unplaced: u64,
    /// Of these, those that would fulfill the condition of a share, and those that would not.
    pub(crate) unplaced_fulfilling: u64,
    pub(crate) unplaced_failing: u64,
    /// Of those that wait, those of which it is unknown whether they are members.
    pub(crate) waiting_unplaced: u64,
    /// Why something is unknown.
    pub(crate) causes: Vec<Cause>,
}

rare! { Unsure }

impl Tally {
    /// What is unknown, to which something is added, and why.
    pub(crate) fn doubt(&mut self, causes: Vec<Cause>) -> &mut Unsure {
        let unsure = &mut *self.unsure;
        unsure.causes = unite(std::mem::take(&mut unsure.causes), causes);
        unsure
    }

    /// What counted otherwise so far counts as its condition is now; how it counts from now on.
    pub(crate) fn counts_now(&mut self, before: Counted, truth: Truth) -> Counted {
        let less = |number: &mut u64| *number = number.saturating_sub(1);
        match (before, truth.known()) {
            (Counted::Unplaced(before), now) => {
                // Where the condition is unknown, too, it is one of those that may be anything.
                let unsure = &mut *self.unsure;
                match before {
                    Some(true) => less(&mut unsure.unplaced_fulfilling),
                    Some(false) => less(&mut unsure.unplaced_failing),
                    None => {}
                }
                match now {
                    Some(true) => unsure.unplaced_fulfilling += 1,
                    Some(false) => unsure.unplaced_failing += 1,
                    None => {}
                }
                return Counted::Unplaced(now);
            }
            (Counted::Member(true), _) => less(&mut self.fulfilling),
            (Counted::Unknown, _) => less(&mut self.unsure.unknown),
            _ => {}
        }
        match truth {
            Truth::Yes => self.fulfilling += 1,
            Truth::No => return Counted::Member(false),
            Truth::Unknown(causes) => {
                self.doubt(causes).unknown += 1;
                return Counted::Unknown;
            }
        }
        Counted::Member(true)
    }

    /// An item no longer waits; whether it was unknown that it is a member.
    pub(crate) fn leaves(&mut self, unplaced: bool) {
        self.waiting = self.waiting.saturating_sub(1);
        if unplaced {
            self.unsure.waiting_unplaced = self.unsure.waiting_unplaced.saturating_sub(1);
        }
    }
}

/// A tally as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored<'t> {
    count: u64,
    fulfilling: u64,
    unknown: u64,
    unplaced: u64,
    unplaced_fulfilling: u64,
    unplaced_failing: u64,
    waiting: u64,
    waiting_unplaced: u64,
    value: Cow<'t, Option<Box<Gathering>>>,
    causes: Cow<'t, [Cause]>,
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Tally { count, fulfilling, waiting, value, unsure } = self;
        let Unsure { unknown, unplaced, unplaced_fulfilling, unplaced_failing, waiting_unplaced, causes } =
            &**unsure;
        let stored = Stored {
            count: *count,
            fulfilling: *fulfilling,
            unknown: *unknown,
            unplaced: *unplaced,
            unplaced_fulfilling: *unplaced_fulfilling,
            unplaced_failing: *unplaced_failing,
            waiting: *waiting,
            waiting_unplaced: *waiting_unplaced,
            value: Cow::Borrowed(value),
            causes: Cow::Borrowed(causes),
        };
        stored.serialize(serializer)
    }
}

impl<'d> Deserialize<'d> for Tally {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let unsure = Unsure {
            unknown: stored.unknown,
            unplaced: stored.unplaced,
            unplaced_fulfilling: stored.unplaced_fulfilling,
            unplaced_failing: stored.unplaced_failing,
            waiting_unplaced: stored.waiting_unplaced,
            causes: stored.causes.into_owned(),
        };
        let Stored { count, fulfilling, waiting, value, .. } = stored;
        Ok(Tally { count, fulfilling, waiting, value: value.into_owned(), unsure: unsure.into() })
    }
}
