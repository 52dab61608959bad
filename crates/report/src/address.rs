//! The ids by which the lines of a statement are asked about: of verdicts, figures and notices. Those of entries are
//! in `subject`.
//!
//! Like those they are the same in every run and at every later `as_of`: `2(a)/Q-1`, `in_time/2026-03`,
//! `2(b)/2026-03/tell/director`. Nothing else ends like an entry's id, in a number behind a kind.

use crate::subject::{Lives, part_of_id, subject_of_id};
use servanda_evaluator::outcome::{Figure, Notice, Outcome, Verdict};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use std::collections::BTreeMap;

/// The ids of the verdicts of an outcome, in their order.
pub(crate) fn verdict_ids(
    policy: &Policy,
    agreement: &Agreement,
    lives: &Lives,
    outcome: &Outcome,
) -> Vec<String> {
    numbered(outcome.verdicts.iter().map(|verdict| verdict_id(policy, agreement, lives, verdict)))
}

/// The ids of the figures of an outcome, in their order.
pub(crate) fn figure_ids(policy: &Policy, outcome: &Outcome) -> Vec<String> {
    numbered(outcome.figures.iter().map(|figure| figure_id(policy, figure)))
}

/// The ids of the notices of an outcome, in their order.
pub(crate) fn notice_ids(
    policy: &Policy,
    agreement: &Agreement,
    lives: &Lives,
    outcome: &Outcome,
) -> Vec<String> {
    numbered(outcome.notices.iter().map(|notice| notice_id(policy, agreement, lives, notice)))
}

/// The duty and the subject; where several parties have the duty at one address, the party, too.
fn verdict_id(policy: &Policy, agreement: &Agreement, lives: &Lives, verdict: &Verdict) -> String {
    let subject = subject_of_id(policy, agreement, lives, &verdict.subject);
    let Some(duty) = policy.duties.find(verdict.duty) else { return format!("?/{subject}") };
    let version = policy.version_of(duty.clause);
    let shared = policy.duties.iter().any(|(id, other)| {
        id != verdict.duty && other.name == duty.name && policy.version_of(other.clause) == version
    });
    match policy.parties.find(duty.debtor).filter(|_| shared) {
        Some(party) => format!("{}/{subject}/{}", duty.name, party.name),
        None => format!("{}/{subject}", duty.name),
    }
}

/// The measure and its window.
fn figure_id(policy: &Policy, figure: &Figure) -> String {
    let name = policy.measures.find(figure.measure).map_or("?", |measure| &measure.name);
    format!("{name}/{}", part_of_id(&figure.window.label()))
}

/// The sentence, what it is about, and who is told.
fn notice_id(policy: &Policy, agreement: &Agreement, lives: &Lives, notice: &Notice) -> String {
    let subject = subject_of_id(policy, agreement, lives, &notice.subject);
    let sentence = policy.consequences.find(notice.consequence).map_or("?", |of| &of.name);
    let to = policy.parties.find(notice.to).map_or("?", |party| &party.name);
    format!("{sentence}/{subject}/tell/{to}")
}

/// Of ids that are equal, all but the first with their number.
fn numbered(ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let number = |id: String| {
        let count = counts.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 { id } else { format!("{id}~{count}") }
    };
    ids.map(number).collect()
}
