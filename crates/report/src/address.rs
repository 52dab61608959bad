//! The ids by which the lines of a statement are asked about: of verdicts, figures and notices. Those of entries are
//! in `subject`.
//!
//! Like those they are the same in every run and at every later `as_of`: `2(a)/Q-1`, `in_time/2026-03`,
//! `2(b)/2026-03/tell/director`. Nothing else ends like an entry's id, in a number behind a kind.

use crate::subject::{Lives, group_of_id, part_of_id, subject_of_id};
use servanda_evaluator::outcome::{Claim, Figure, Notice, Outcome, Verdict};
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::Id;
use servanda_policy::policy::{Duty, DutyId, Policy};
use std::collections::BTreeMap;

/// The ids of the verdicts of an outcome, in their order.
pub(crate) fn verdict_ids(
    policy: &Policy,
    agreement: &Agreement,
    lives: &Lives,
    outcome: &Outcome,
) -> Vec<String> {
    let parties = parties_of(policy);
    let id = |verdict| verdict_id(policy, agreement, lives, &parties, verdict);
    numbered(outcome.verdicts.iter().map(id).collect())
}

/// The ids of the figures of an outcome, in their order.
pub(crate) fn figure_ids(policy: &Policy, agreement: &Agreement, outcome: &Outcome) -> Vec<String> {
    numbered(outcome.figures.iter().map(|figure| figure_id(policy, agreement, figure)).collect())
}

/// The ids of the notices of an outcome, in their order.
pub(crate) fn notice_ids(
    policy: &Policy,
    agreement: &Agreement,
    lives: &Lives,
    outcome: &Outcome,
) -> Vec<String> {
    numbered(outcome.notices.iter().map(|notice| notice_id(policy, agreement, lives, notice)).collect())
}

/// The ids of the claims of an outcome, in their order.
pub(crate) fn claim_ids(
    policy: &Policy,
    agreement: &Agreement,
    lives: &Lives,
    outcome: &Outcome,
) -> Vec<String> {
    let id = |claim: &Claim| {
        let subject = subject_of_id(policy, agreement, lives, &claim.subject);
        let sentence = policy.consequences.find(claim.consequence).map_or("?", |of| &of.name);
        format!("{sentence}/{subject}/claim")
    };
    numbered(outcome.claims.iter().map(id).collect())
}

/// The party of each duty, by its place, where several parties have the duty at one address.
fn parties_of(policy: &Policy) -> Vec<Option<&str>> {
    let shared = |id: DutyId, duty: &Duty| {
        let version = policy.version_of(duty.clause);
        policy.duties.iter().any(|(other_id, other)| {
            // What binds nobody is asked about by the notices that it makes.
            other_id != id
                && !other.silent
                && other.name == duty.name
                && policy.version_of(other.clause) == version
        })
    };
    let party = |(id, duty): (DutyId, &Duty)| {
        let party = policy.parties.find(duty.debtor).filter(|_| shared(id, duty));
        party.map(|party| party.name.as_str())
    };
    policy.duties.iter().map(|(id, duty)| party((id, duty))).collect()
}

/// The duty and the subject, and the party where that is needed.
fn verdict_id(
    policy: &Policy,
    agreement: &Agreement,
    lives: &Lives,
    parties: &[Option<&str>],
    verdict: &Verdict,
) -> String {
    let subject = subject_of_id(policy, agreement, lives, &verdict.subject);
    let duty = policy.duties.find(verdict.duty).map_or("?", |duty| &duty.name);
    match parties.get(verdict.duty.index()).copied().flatten() {
        Some(party) => format!("{duty}/{subject}/{party}"),
        None => format!("{duty}/{subject}"),
    }
}

/// The measure and its window.
fn figure_id(policy: &Policy, agreement: &Agreement, figure: &Figure) -> String {
    let name = policy.measures.find(figure.measure).map_or("?", |measure| &measure.name);
    let label = figure.window.label(&agreement.zone);
    match &figure.group {
        Some(group) => format!("{name}/{}", group_of_id(&label, group)),
        None => format!("{name}/{}", part_of_id(&label)),
    }
}

/// The sentence, what it is about, and who is told.
fn notice_id(policy: &Policy, agreement: &Agreement, lives: &Lives, notice: &Notice) -> String {
    let subject = subject_of_id(policy, agreement, lives, &notice.subject);
    let sentence = policy.consequences.find(notice.consequence).map_or("?", |of| &of.name);
    let to = policy.parties.find(notice.to).map_or("?", |party| &party.name);
    format!("{sentence}/{subject}/tell/{to}")
}

/// Of ids that are equal, all but the first with their number.
fn numbered(mut ids: Vec<String>) -> Vec<String> {
    let mut sorted: Vec<&str> = ids.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    // Hardly ever are two of them equal.
    if sorted.windows(2).all(|pair| pair.first() != pair.last()) {
        return ids;
    }
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for id in &mut ids {
        let count = counts.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            *id = format!("{id}~{count}");
        }
    }
    ids
}
