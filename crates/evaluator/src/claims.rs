//! What can be claimed, in the order in which it arose: found by what is claimed, by its name and by when it lapses, at a
//! cost that hardly grows with how much there is.

use crate::claim::Claimable;
use crate::outcome::Subject;
use compact_str::CompactString;
use serde::{Deserialize, Serialize, Serializer};
use servanda_policy::policy::ConsequenceId;
use servanda_policy::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Which one it is of all that arose.
type Number = u64;

/// Amounts that wait for a claim.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<Claimable>")]
pub(crate) struct Claims {
    open: BTreeMap<Number, Claimable>,
    by_consequence: BTreeSet<(ConsequenceId, Number)>,
    by_name: BTreeSet<(ConsequenceId, CompactString, Number)>,
    by_lapse: BTreeSet<(Instant, Number)>,
}

impl Claims {
    /// In the order in which they arose.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Claimable> {
        self.open.values()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The last that arose.
    pub(crate) fn push(&mut self, claim: Claimable) {
        let number = self.open.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
        if let Some(name) = name_of(&claim.subject) {
            self.by_name.insert((claim.consequence, name.clone(), number));
        }
        self.by_consequence.insert((claim.consequence, number));
        self.by_lapse.extend(claim.until.map(|until| (until, number)));
        self.open.insert(number, claim);
    }

    /// The oldest of a consequence: of that name, where one is given.
    pub(crate) fn oldest(&self, consequence: ConsequenceId, name: Option<&CompactString>) -> Option<Number> {
        match name {
            Some(name) => self.named(consequence, name).next(),
            None => {
                let mut all = self.by_consequence.range((consequence, 0)..=(consequence, Number::MAX));
                all.next().map(|(_, number)| *number)
            }
        }
    }

    fn named(&self, consequence: ConsequenceId, name: &CompactString) -> impl Iterator<Item = Number> {
        let all = (consequence, name.clone(), 0)..=(consequence, name.clone(), Number::MAX);
        self.by_name.range(all).map(|(.., number)| *number)
    }

    /// The one that is about the same, with its number among those that are.
    pub(crate) fn find(
        &self,
        consequence: ConsequenceId,
        subject: &Subject,
        ordinal: u32,
    ) -> Option<&Claimable> {
        let is_it = |claim: &&Claimable| claim.ordinal == ordinal && claim.subject.is_same(subject);
        match name_of(subject) {
            Some(name) => {
                self.named(consequence, name).filter_map(|number| self.open.get(&number)).find(is_it)
            }
            None => {
                let all = self.by_consequence.range((consequence, 0)..=(consequence, Number::MAX));
                all.filter_map(|(_, number)| self.open.get(number)).find(is_it)
            }
        }
    }

    pub(crate) fn remove(&mut self, number: Number) -> Option<Claimable> {
        let claim = self.open.remove(&number)?;
        self.by_consequence.remove(&(claim.consequence, number));
        if let Some(name) = name_of(&claim.subject) {
            self.by_name.remove(&(claim.consequence, name.clone(), number));
        }
        if let Some(until) = claim.until {
            self.by_lapse.remove(&(until, number));
        }
        Some(claim)
    }

    /// Takes those that nobody can claim any more at an instant, in the order in which they arose.
    pub(crate) fn take_lapsed(&mut self, now: Instant) -> Vec<Claimable> {
        let lapsed = self.by_lapse.range(..=(now, Number::MAX)).map(|(_, number)| *number);
        let lapsed: BTreeSet<Number> = lapsed.collect();
        lapsed.into_iter().filter_map(|number| self.remove(number)).collect()
    }
}

/// What an event names, to claim what is about an item.
fn name_of(subject: &Subject) -> Option<&CompactString> {
    match subject {
        Subject::Item { key, .. } => Some(key),
        Subject::Agreement | Subject::Event(_) | Subject::Window(_) | Subject::Group(..) => None,
    }
}

impl From<Vec<Claimable>> for Claims {
    fn from(open: Vec<Claimable>) -> Self {
        let mut claims = Claims::default();
        open.into_iter().for_each(|claim| claims.push(claim));
        claims
    }
}

/// Stored are the claims alone: what finds them is made of them.
impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Those that have been claimed leave gaps in the numbers, which mean nothing.
impl PartialEq for Claims {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
