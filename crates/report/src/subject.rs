//! What outcomes are about, as text, and the ids of entries.
//!
//! An id is the same in every run and at every later `as_of`: it is made of the address of the sentence, the
//! subject, the kind and a number, and of nothing that later events could move.

use crate::spelled::numbered_key;
use servanda_evaluator::outcome::{Entry, Evidence, Outcome, Subject};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{CaseId, Consequence, ConsequenceId, Effect, KindId, Policy};
use servanda_policy::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// The births of the items of each key that has had several, in the order in which the items are numbered: they tell
/// the second item of a key from the first.
#[derive(Debug, Clone, Default)]
pub struct Lives(BTreeMap<(CaseId, String), Vec<Instant>>);

impl Lives {
    /// Those that an outcome speaks of, the earliest first.
    pub fn of(outcome: &Outcome) -> Self {
        let verdicts = outcome.verdicts.iter().map(|verdict| &verdict.subject);
        let entries = outcome.entries.iter().map(|entry| &entry.subject);
        let notices = outcome.notices.iter().map(|notice| &notice.subject);
        let mut lives = BTreeMap::<_, BTreeSet<Instant>>::new();
        for subject in verdicts.chain(entries).chain(notices) {
            if let Subject::Item { case, born, key } = subject {
                lives.entry((*case, key.as_str())).or_default().insert(*born);
            }
        }
        // Hardly any key has several items, and the only one is the first.
        let several = lives.into_iter().filter(|(_, births)| births.len() > 1);
        let owned = several
            .map(|((case, key), births)| ((case, key.to_owned()), births.into_iter().collect::<Vec<_>>()));
        Self(owned.collect())
    }

    /// Those of one key, in the order that numbers them.
    pub(crate) fn of_key(case: CaseId, key: &str, births: Vec<Instant>) -> Self {
        Self(BTreeMap::from([((case, key.to_owned()), births)]))
    }

    /// Which item of its key this is, from 1; one that is not there would be the next.
    pub(crate) fn number(&self, case: CaseId, key: &str, born: Instant) -> usize {
        if self.0.is_empty() {
            return 1;
        }
        let births = self.0.get(&(case, key.to_owned())).map(Vec::as_slice).unwrap_or_default();
        births.iter().position(|birth| *birth == born).unwrap_or(births.len()) + 1
    }

    /// Whether an item is the one that is written so: its key, `Q-7`, which may be that of several, or its key and its
    /// number, `Q-7~2`.
    pub fn is_called(&self, (case, key, born): (CaseId, &str, Instant), written: &str) -> bool {
        if key == written {
            return true;
        }
        let (of, number) = numbered_key(written);
        of == key && number.is_none_or(|number| self.number(case, key, born) == number)
    }

    /// What an item is called where it stands beside others: its key, and its number if it is not the first.
    pub fn called(&self, (case, key, born): (CaseId, &str, Instant)) -> String {
        match self.number(case, key, born) {
            1 => key.to_owned(),
            number => format!("{key}~{number}"),
        }
    }
}

/// An event as evidence: its id, or its type and instant.
pub fn evidence_text(policy: &Policy, agreement: &Agreement, evidence: &Evidence) -> String {
    match &evidence.id {
        Some(id) => id.to_string(),
        None => {
            let event = policy.events.find(evidence.event).map_or("event", |event| &event.name);
            format!("{event}@{}", evidence.at.format_in(&agreement.zone))
        }
    }
}

/// The name of a subject: a case's key, a window's label, an event, or the agreement's name.
pub fn subject_text(policy: &Policy, agreement: &Agreement, subject: &Subject) -> String {
    match subject {
        Subject::Agreement => agreement.name.clone(),
        Subject::Item { key, .. } => key.to_string(),
        Subject::Event(evidence) => evidence_text(policy, agreement, evidence),
        Subject::Window(span) => agreement
            .windows
            .get(span.window.0 as usize)
            .and_then(|windows| windows.window(span.index))
            .map_or_else(|| span.start.format_in(&agreement.zone), |window| window.label(&agreement.zone)),
        Subject::Group(span, group) => {
            group_text(&subject_text(policy, agreement, &Subject::Window(*span)), group)
        }
    }
}

/// A window of one group; no label of a window has a blank.
pub(crate) fn group_text(window: &str, group: &str) -> String {
    format!("{window} {group}")
}

/// The same as a part of an id.
pub(crate) fn group_of_id(window: &str, group: &str) -> String {
    format!("{}:{}", part_of_id(window), part_of_id(group))
}

/// What kind of thing a subject is: the name of its case, `window`, `event` or `agreement`.
pub(crate) fn subject_kind<'a>(policy: &'a Policy, subject: &Subject) -> &'a str {
    match subject {
        Subject::Agreement => "agreement",
        Subject::Item { case, .. } => policy.cases.find(*case).map_or("case", |case| &case.name),
        Subject::Event(_) => "event",
        Subject::Window(_) => "window",
        Subject::Group(..) => "group",
    }
}

/// The kind of entry that a consequence makes; none of a notice.
pub(crate) fn consequence_kind(consequence: &Consequence) -> Option<KindId> {
    match &consequence.effect {
        Effect::Entry(entry) => Some(entry.kind),
        Effect::Accrue(accrual) => Some(accrual.kind),
        Effect::Tell(_) | Effect::Right(_) | Effect::End(_) | Effect::CountsAs(_) | Effect::Suspend(_) => {
            None
        }
    }
}

/// The stable id of an entry of an outcome: `clause/subject/kind/ordinal`, the clause with the letter of its
/// sentence. A second item of one key is `key~2`; `/`, `%` and `~` of a key are written `%2F`, `%25` and `%7E`.
pub fn entry_id(policy: &Policy, agreement: &Agreement, outcome: &Outcome, entry: &Entry) -> String {
    identify(policy, agreement, &Lives::of(outcome), entry)
}

/// The id of an entry, with the births at hand.
pub(crate) fn identify(policy: &Policy, agreement: &Agreement, lives: &Lives, entry: &Entry) -> String {
    let subject = subject_of_id(policy, agreement, lives, &entry.subject);
    let Some(consequence) = policy.consequences.find(entry.consequence) else {
        return format!("?/{subject}/?/{}", entry.ordinal);
    };
    let kind = consequence_kind(consequence);
    let kind_name = kind.and_then(|kind| policy.kinds.find(kind)).map_or("entry", String::as_str);
    let ordinal = spread(policy, entry.consequence, kind, &consequence.name, entry.ordinal);
    format!("{}/{subject}/{kind_name}/{ordinal}", consequence.name)
}

/// A subject as it stands in ids: `I-1`, the second item of that key `I-1~2`.
pub(crate) fn subject_of_id(
    policy: &Policy,
    agreement: &Agreement,
    lives: &Lives,
    subject: &Subject,
) -> String {
    match subject {
        Subject::Agreement => "agreement".to_owned(),
        Subject::Item { case, born, key } => match lives.number(*case, key, *born) {
            1 => part_of_id(key),
            number => format!("{}~{number}", part_of_id(key)),
        },
        Subject::Group(span, group) => {
            group_of_id(&subject_text(policy, agreement, &Subject::Window(*span)), group)
        }
        other => part_of_id(&subject_text(policy, agreement, other)),
    }
}

/// Numbers of consequences that share an address and a kind, spread so that none is used twice: with two of them,
/// the first has the odd numbers and the second the even ones.
fn spread(policy: &Policy, id: ConsequenceId, kind: Option<KindId>, name: &str, ordinal: u32) -> u64 {
    let version = |id| policy.consequences.find(id).map(|it| policy.version_of(it.clause));
    // What an entry is about is of one version.
    let alike = policy.consequences.iter().filter(|(other, it)| {
        it.name == name && consequence_kind(it) == kind && version(*other) == version(id)
    });
    let (mut count, mut rank) = (0_u64, 0_u64);
    for (other, _) in alike {
        rank += u64::from(other < id);
        count += 1;
    }
    u64::from(ordinal.max(1) - 1) * count.max(1) + rank + 1
}

/// A key as a part of an id.
pub(crate) fn part_of_id(key: &str) -> String {
    key.replace('%', "%25").replace('/', "%2F").replace('~', "%7E")
}
