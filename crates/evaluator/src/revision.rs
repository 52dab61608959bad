//! What a stream tells, and how that changes when an event comes late, is corrected or is taken back.
//!
//! No construct takes part in this: what was told is played again with what has come, and the two are compared.

use crate::outcome::{Claim, Entry, Figure, Notice, Sink, Subject, Verdict};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_diagnostics::Code;
use servanda_events::Problem;
use servanda_policy::policy::{ConsequenceId, DutyId, MeasureId, PartyId};
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// Something that a stream tells of an instance.
///
/// A verdict on the same duty and subject, and an entry of the same consequence, subject and ordinal, take the place of
/// the one before: a duty that was broken in silence is told again when it is done late.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Told {
    /// What a duty has come to.
    Verdict(Verdict),
    /// The final figure of a measure in a window.
    Figure(Figure),
    /// An entry; of an accrual, when it has stopped.
    Entry(Entry),
    /// A notice.
    Notice(Notice),
    /// A problem with an event.
    Problem(Problem),
    /// An amount that waits for a claim; told again when it is claimed or lapses.
    Claim(Claim),
}

/// A change of what was told, because of an event that came late or was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// What was told; none where it is told for the first time.
    pub was: Option<Told>,
    /// What takes its place; none where it is withdrawn.
    pub is: Option<Told>,
}

impl Revision {
    /// By how much an entry changes, in minor units; none where it is no entry, or where an amount is undetermined.
    pub fn difference(&self) -> Option<i128> {
        let amount = |told: &Option<Told>| match told {
            None => Some(0),
            Some(Told::Entry(entry)) => entry.amount,
            Some(_) => None,
        };
        amount(&self.is)?.checked_sub(amount(&self.was)?)
    }
}

/// Receives what a stream tells, as it arises.
pub trait StreamSink {
    /// Whether the sink takes the verdicts of a duty; those that it does not take are not made.
    fn wants_verdict(&self, _duty: DutyId) -> bool {
        true
    }

    /// Something arises in an instance.
    fn told(&mut self, instance: u32, told: Told);
    /// What was told of an instance has changed.
    fn revised(&mut self, instance: u32, revision: Revision);
}

/// What is told of one instance, for a stream.
pub(crate) struct OfInstance<'s, S> {
    pub(crate) instance: u32,
    pub(crate) sink: &'s mut S,
}

impl<S: StreamSink> Sink for OfInstance<'_, S> {
    fn wants_verdict(&self, duty: DutyId) -> bool {
        self.sink.wants_verdict(duty)
    }

    fn verdict(&mut self, verdict: Verdict) {
        self.sink.told(self.instance, Told::Verdict(verdict));
    }

    fn figure(&mut self, figure: Figure) {
        self.sink.told(self.instance, Told::Figure(figure));
    }

    fn entry(&mut self, entry: Entry) {
        self.sink.told(self.instance, Told::Entry(entry));
    }

    fn notice(&mut self, notice: Notice) {
        self.sink.told(self.instance, Told::Notice(notice));
    }

    fn claim(&mut self, claim: Claim) {
        self.sink.told(self.instance, Told::Claim(claim));
    }

    fn problem(&mut self, problem: Problem) {
        self.sink.told(self.instance, Told::Problem(problem));
    }

    fn revised(&mut self, revision: Revision) {
        self.sink.revised(self.instance, revision);
    }
}

/// What makes something told the same thing, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Verdict(DutyId, Subject),
    Figure(MeasureId, i32, Option<CompactString>),
    Entry(ConsequenceId, Subject, u32),
    /// Notices and problems that are alike are numbered.
    Notice(ConsequenceId, Subject, PartyId, Instant, u32),
    Problem(Option<Instant>, Code, String, u32, u32, u32),
    Claim(ConsequenceId, Subject, u32),
}

/// What has been told of one instance, each thing as it was told last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Told>", into = "Vec<Told>")]
pub(crate) struct Record {
    told: BTreeMap<Key, Told>,
}

impl From<Vec<Told>> for Record {
    fn from(told: Vec<Told>) -> Self {
        let mut record = Self::default();
        told.into_iter().for_each(|told| record.add(told));
        record
    }
}

impl From<Record> for Vec<Told> {
    fn from(record: Record) -> Self {
        record.into_values().collect()
    }
}

impl Record {
    pub(crate) fn add(&mut self, told: Told) {
        let mut key = key_of(&told);
        if let Key::Notice(.., number) | Key::Problem(.., number) = &mut key {
            *number = self.alike(&told).map_or(0, |last| last.saturating_add(1));
        }
        self.told.insert(key, told);
    }

    /// The number of the last notice or problem like this one.
    fn alike(&self, told: &Told) -> Option<u32> {
        let first = key_of(told);
        let mut last = first.clone();
        let (Key::Notice(.., number) | Key::Problem(.., number)) = &mut last else { return None };
        *number = u32::MAX;
        match self.told.range(first..=last).next_back() {
            Some((Key::Notice(.., number) | Key::Problem(.., number), _)) => Some(*number),
            _ => None,
        }
    }

    /// Applies a change to what was told.
    pub(crate) fn revise(&mut self, revision: Revision) {
        if let Some(was) = revision.was {
            let mut key = key_of(&was);
            if let (Key::Notice(.., number) | Key::Problem(.., number), Some(last)) =
                (&mut key, self.alike(&was))
            {
                *number = last;
            }
            self.told.remove(&key);
        }
        if let Some(is) = revision.is {
            self.add(is);
        }
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = Told> {
        self.told.into_values()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Told> {
        self.told.values()
    }

    /// What changes between two records of the same stretch of time, in a defined order. What only one of them has
    /// stands, in the other, as it was told before that time.
    pub(crate) fn revisions(
        self,
        mut now: Record,
        before: impl Fn(&Told) -> Option<Told>,
        sink: &mut impl Sink,
    ) {
        for (key, was) in self.told {
            let is = now.told.remove(&key).or_else(|| before(&was));
            if is.as_ref() != Some(&was) {
                sink.revised(Revision { was: Some(was), is });
            }
        }
        for is in now.told.into_values() {
            let was = before(&is);
            if was.as_ref() != Some(&is) {
                sink.revised(Revision { was, is: Some(is) });
            }
        }
    }
}

/// What makes it the same thing; of a notice or a problem, the first of those that are alike.
fn key_of(told: &Told) -> Key {
    match told {
        Told::Verdict(it) => Key::Verdict(it.duty, it.subject.without_line()),
        Told::Figure(it) => Key::Figure(it.measure, it.window.index, it.group.clone()),
        Told::Entry(it) => Key::Entry(it.consequence, it.subject.without_line(), it.ordinal),
        Told::Notice(it) => Key::Notice(it.consequence, it.subject.without_line(), it.to, it.at, 0),
        Told::Problem(it) => {
            Key::Problem(it.at, it.code, it.message.clone(), it.place.line, it.place.column, 0)
        }
        Told::Claim(it) => Key::Claim(it.consequence, it.subject.without_line(), it.ordinal),
    }
}

impl Sink for Record {
    fn verdict(&mut self, verdict: Verdict) {
        self.add(Told::Verdict(verdict));
    }

    fn figure(&mut self, figure: Figure) {
        self.add(Told::Figure(figure));
    }

    fn entry(&mut self, entry: Entry) {
        self.add(Told::Entry(entry));
    }

    fn notice(&mut self, notice: Notice) {
        self.add(Told::Notice(notice));
    }

    fn claim(&mut self, claim: Claim) {
        self.add(Told::Claim(claim));
    }

    fn problem(&mut self, problem: Problem) {
        self.add(Told::Problem(problem));
    }
}
