//! What decisions name, and where it stands in an outcome: entries by their ids, verdicts by their duty and subject.
//!
//! Each is listed once, however many decisions name it. Whether a decision may be taken is not decided here.

use crate::subject::{Lives, identify, subject_of_id, subject_text};
use servanda_diagnostics::spelling;
use servanda_evaluator::outcome::{Evidence, Outcome, Subject, Verdict};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{ConsequenceId, DutyId, EventId, Policy, Signal};
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// The entries and verdicts of an outcome under their names.
pub(super) struct Register<'a> {
    policy: &'a Policy,
    agreement: &'a Agreement,
    lives: Lives,
    /// The ids of the entries, in their order.
    ids: Vec<String>,
    by_id: BTreeMap<String, Vec<usize>>,
    /// How many entries a consequence has made about events without an id, of one type and instant.
    alike: BTreeMap<(ConsequenceId, EventId, Instant), usize>,
    /// The entries that follow from the breach of a duty on a subject.
    follow: BTreeMap<(DutyId, Subject), Vec<usize>>,
    /// The duties that have been asked for, by their address.
    duties: BTreeMap<String, OfDuty>,
    /// How many names may still be suggested: what is not shown needs none.
    suggestions: usize,
}

/// The verdicts of a duty.
#[derive(Default)]
pub(super) struct OfDuty {
    /// Their places, and their subjects as they stand in ids.
    pub(super) places: Vec<(usize, String)>,
    by_part: BTreeMap<String, Vec<usize>>,
    by_text: BTreeMap<String, Vec<usize>>,
}

impl OfDuty {
    /// The places of the verdicts on what has this name: in ids, else in statements.
    pub(super) fn named(&self, name: &str) -> &[usize] {
        self.by_part.get(name).or_else(|| self.by_text.get(name)).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Register<'a> {
    /// That of an outcome.
    pub(super) fn of(policy: &'a Policy, agreement: &'a Agreement, outcome: &Outcome) -> Self {
        let mut register = Self {
            policy,
            agreement,
            lives: Lives::of(outcome),
            ids: Vec::with_capacity(outcome.entries.len()),
            by_id: BTreeMap::new(),
            alike: BTreeMap::new(),
            follow: BTreeMap::new(),
            duties: BTreeMap::new(),
            suggestions: Outcome::PROBLEMS_MAX,
        };
        for (at, entry) in outcome.entries.iter().enumerate() {
            let id = identify(policy, agreement, &register.lives, entry);
            register.by_id.entry(id.clone()).or_default().push(at);
            register.ids.push(id);
            if let Subject::Event(Evidence { id: None, event, at, .. }) = &entry.subject {
                *register.alike.entry((entry.consequence, *event, *at)).or_insert(0) += 1;
            }
            let on = |id| policy.consequences.find(id).map(|of| &of.on);
            // What is earned back goes with the breach of what it restores.
            let cause = match on(entry.consequence) {
                Some(Signal::Kept(kept)) => on(kept.of),
                other => other,
            };
            if let Some(Signal::Broken(duty)) = cause {
                register.follow.entry((*duty, entry.subject.clone())).or_default().push(at);
            }
        }
        register
    }

    /// The id of the entry of this place.
    pub(super) fn id(&self, entry: usize) -> &str {
        self.ids.get(entry).map_or("", String::as_str)
    }

    /// The places of the entries that have an id; there are several where an event of an old id has it again.
    pub(super) fn entries(&self, id: &str) -> &[usize] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// How many entries only their order tells apart from one that a consequence has made, itself among them.
    pub(super) fn alike(&self, consequence: ConsequenceId, subject: &Subject) -> usize {
        match subject {
            Subject::Event(Evidence { id: None, event, at, .. }) => {
                self.alike.get(&(consequence, *event, *at)).copied().unwrap_or(1)
            }
            _ => 1,
        }
    }

    /// The places of the entries that follow from the breach of a duty on a subject.
    pub(super) fn follow(&self, verdict: &Verdict) -> Vec<usize> {
        self.follow.get(&(verdict.duty, verdict.subject.clone())).cloned().unwrap_or_default()
    }

    /// The verdicts of a duty by its address.
    pub(super) fn duty(&mut self, address: &str, verdicts: &[Verdict]) -> &OfDuty {
        let (policy, agreement, lives) = (self.policy, self.agreement, &self.lives);
        self.duties.entry(address.to_owned()).or_insert_with(|| {
            let mut found = OfDuty::default();
            for (at, verdict) in verdicts.iter().enumerate() {
                if policy.duties.find(verdict.duty).is_none_or(|duty| duty.name != address) {
                    continue;
                }
                let part = subject_of_id(policy, agreement, lives, &verdict.subject);
                let text = subject_text(policy, agreement, &verdict.subject);
                found.by_part.entry(part.clone()).or_default().push(at);
                found.by_text.entry(text).or_default().push(at);
                found.places.push((at, part));
            }
            found
        })
    }

    /// A subject as it stands in ids.
    pub(super) fn part(&self, subject: &Subject) -> String {
        subject_of_id(self.policy, self.agreement, &self.lives, subject)
    }

    /// Which entry was probably meant, else which there are.
    pub(super) fn near_entry(&mut self, wanted: &str) -> String {
        near(&mut self.suggestions, wanted, self.ids.iter().map(String::as_str))
    }

    /// Which subject of a duty was probably meant, else which there are.
    pub(super) fn near_subject(&mut self, address: &str, wanted: &str) -> String {
        let known = self.duties.get(address).into_iter().flat_map(|duty| &duty.places);
        near(&mut self.suggestions, wanted, known.map(|(_, part)| part.as_str()))
    }

    /// Why an address names no verdict.
    pub(super) fn no_duty(&mut self, address: &str) -> String {
        let names = || self.policy.duties.values().map(|duty| duty.name.as_str());
        if names().any(|known| known == address) {
            return format!("`{address}` has no verdict yet");
        }
        format!("there is no duty `{address}`{}", near(&mut self.suggestions, address, names()))
    }
}

/// What was probably meant, else what there is; nothing once enough was suggested.
fn near<'k>(left: &mut usize, wanted: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    const SHOWN_MAX: usize = 5;
    let Some(fewer) = left.checked_sub(1) else { return String::new() };
    *left = fewer;
    if let Some(near) = spelling::nearest(wanted, known.clone()) {
        return format!("; did you mean `{near}`?");
    }
    let mut names: Vec<String> = known.clone().take(SHOWN_MAX).map(|name| format!("`{name}`")).collect();
    names.dedup();
    match (names.as_slice(), known.count()) {
        ([], _) => String::new(),
        (names, count) if count > SHOWN_MAX => format!("; there is {} and more", names.join(", ")),
        (names, _) => format!("; there is {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn only_so_many_names_are_suggested() {
        let known = ["1/I-1/late_fee/1", "1/I-2/late_fee/1"];
        let looked = std::cell::Cell::new(0);
        let names = || known.into_iter().inspect(|_| looked.set(looked.get() + 1));
        let mut left = 2;
        let suggested: Vec<String> = (0..4).map(|_| near(&mut left, "1/I-1/late_fees/1", names())).collect();
        let meant = "; did you mean `1/I-1/late_fee/1`?";
        assert_eq!(suggested, [meant, meant, "", ""]);
        assert_eq!(looked.get(), 4, "what is not suggested is not looked for");
        assert_eq!(near(&mut 1, "fee", names()), "; there is `1/I-1/late_fee/1`, `1/I-2/late_fee/1`");
    }
}
