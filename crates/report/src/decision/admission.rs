//! Which decisions count: those before `as_of` that are neither taken back nor told twice. A set to a set.

use super::tell;
use servanda_diagnostics::Code;
use servanda_evaluator::Retraction;
use servanda_evaluator::outcome::Outcome;
use servanda_events::{Decision, Place, Problem};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// The decisions that count, in order of their instant and content; the others are counted in the outcome's input.
pub(super) fn admit<'d>(
    policy: &Policy,
    agreement: &Agreement,
    outcome: &mut Outcome,
    decisions: &'d [Decision],
    retractions: &[Retraction],
) -> Vec<&'d Decision> {
    outcome.input.lines += decisions.len() as u64;
    let mut in_order: Vec<&Decision> = decisions.iter().collect();
    in_order.sort_by(|left, right| content(left).cmp(&content(right)).then_with(|| left.id.cmp(&right.id)));
    // Each is looked for by its id alone, so that many retractions of many decisions take no longer than both.
    let mut decided: BTreeMap<&str, Vec<&Decision>> = BTreeMap::new();
    for decision in &in_order {
        if let Some(id) = decision.id.as_deref() {
            decided.entry(id).or_default().push(decision);
        }
    }
    let mut taken_back: BTreeMap<&str, Vec<&Retraction>> = BTreeMap::new();
    for retraction in retractions {
        let of_id = decided.get(retraction.id.as_str());
        let found =
            of_id.is_some_and(|all| all.iter().any(|decision| takes_back(policy, retraction, decision)));
        count(agreement, outcome, retraction, found);
        taken_back.entry(&retraction.id).or_default().push(retraction);
    }
    in_order.retain(|decision| {
        let of_id = decision.id.as_deref().and_then(|id| taken_back.get(id));
        let ignored = decision.at >= outcome.as_of
            || of_id.is_some_and(|all| all.iter().any(|retraction| takes_back(policy, retraction, decision)));
        let early = !ignored && decision.at < agreement.start;
        outcome.input.ignored += u64::from(ignored);
        outcome.input.out_of_scope += u64::from(early);
        !ignored && !early
    });
    let mut known: BTreeMap<&str, &Decision> = BTreeMap::new();
    in_order.retain(|decision| {
        let Some(id) = decision.id.as_deref() else { return true };
        let earlier = known
            .get(id)
            .filter(|earlier| decision.at.nanos_since(earlier.at) <= i128::from(policy.lateness));
        match earlier {
            None => {
                known.insert(id, decision);
                true
            }
            Some(earlier) if content(earlier) == content(decision) => {
                outcome.input.duplicates += 1;
                false
            }
            Some(_) => {
                outcome.input.problems += 1;
                let message = format!("another event has the id `{id}`");
                tell(outcome, problem(decision, Code::SameIdOtherContent, message));
                false
            }
        }
    });
    outcome.input.evaluated += in_order.len() as u64;
    in_order
}

/// What a decision says, ids and lines apart.
fn content(decision: &Decision) -> (Instant, &servanda_events::Ruling, u32, Option<&str>) {
    (decision.at, &decision.what, decision.by.0, decision.reason.as_deref())
}

/// Whether a retraction takes a decision back: it lies at most the lateness before it.
fn takes_back(policy: &Policy, retraction: &Retraction, decision: &Decision) -> bool {
    let age = retraction.at.nanos_since(decision.at);
    decision.id.as_ref() == Some(&retraction.id) && (0..=i128::from(policy.lateness)).contains(&age)
}

/// Counts a retraction as those of other events are counted.
fn count(agreement: &Agreement, outcome: &mut Outcome, retraction: &Retraction, found: bool) {
    outcome.input.lines += 1;
    if retraction.at >= outcome.as_of {
        outcome.input.ignored += 1;
    } else if retraction.at < agreement.start {
        outcome.input.out_of_scope += 1;
    } else if found {
        outcome.input.evaluated += 1;
    } else {
        outcome.input.problems += 1;
        tell(
            outcome,
            Problem {
                code: Code::NothingToRetract,
                message: format!("there is no event `{}` to retract", retraction.id),
                place: Place { line: retraction.line, column: u32::from(retraction.line > 0) },
                at: Some(retraction.at),
                event: Some(retraction.id.clone()),
                wanted_by: None,
            },
        );
    }
}

/// What is wrong with a decision.
pub(super) fn problem(decision: &Decision, code: Code, message: String) -> Problem {
    Problem {
        code,
        message,
        place: Place { line: decision.line, column: u32::from(decision.line > 0) },
        at: Some(decision.at),
        event: decision.id.clone(),
        wanted_by: None,
    }
}
