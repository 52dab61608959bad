//! What an outcome says, as sentences that can be compared and read: everything but the lines of the input.

use crate::testing::Broken;
use crate::testing::transcript::told_text;
use servanda_evaluator::{Outcome, Told};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use std::collections::BTreeMap;

/// How many of the differences are named.
const NAMED: usize = 4;

/// Whether the counts of lines are part of what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// They are.
    Counts,
    /// They are not.
    Any,
}

/// The outcome of one agreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account {
    agreement: String,
    as_of: String,
    pub(super) input: String,
    pub(super) adds_up: bool,
    told: Vec<String>,
}

impl Account {
    pub(super) fn of(policy: &Policy, agreement: &Agreement, outcome: &Outcome) -> Self {
        let in_zone = |at: Option<_>| match at {
            Some(at) => servanda_policy::time::Instant::format_in(at, &agreement.zone),
            None => "never".to_owned(),
        };
        let text = |told: Told| told_text(policy, agreement, &told);
        let mut told: Vec<String> = Vec::new();
        told.extend(outcome.verdicts.iter().map(|it| {
            let (at, late, done) = (in_zone(it.at), in_zone(it.late_from), in_zone(it.done_at));
            let is = text(Told::Verdict(it.clone()));
            format!("{is} (decided {at}, late from {late}, done {done}, because {:?})", it.because)
        }));
        told.extend(outcome.figures.iter().map(|it| {
            let state = if it.provisional { "provisional" } else { "final" };
            format!("{} ({state}, {:?}, {:?})", text(Told::Figure(it.clone())), it.value, it.judged)
        }));
        told.extend(outcome.entries.iter().map(|it| {
            let is = text(Told::Entry(it.clone()));
            let arisen = in_zone(Some(it.at));
            format!("{is} (number {}, {arisen}, {:?} before caps, {:?})", it.ordinal, it.gross, it.capped_by)
        }));
        told.extend(outcome.notices.iter().map(|it| {
            let at = in_zone(Some(it.at));
            format!("{} ({at})", text(Told::Notice(it.clone())))
        }));
        told.extend(outcome.claims.iter().map(|it| {
            let at = in_zone(Some(it.at));
            format!("{} ({at})", text(Told::Claim(it.clone())))
        }));
        told.extend(outcome.problems.iter().map(|it| text(Told::Problem(it.clone()))));
        told.extend(
            outcome.problem_counts.iter().map(|(code, count)| format!("{count} × {}", code.number())),
        );
        told.sort();
        Self {
            agreement: outcome.agreement.clone(),
            as_of: in_zone(Some(outcome.as_of)),
            input: format!("input {:?}", outcome.input),
            adds_up: outcome.input.add_up(),
            told,
        }
    }
}

/// Accounts of the same agreements and instants say the same.
pub(super) fn same(
    law: &str,
    how: &str,
    mut found: Vec<Account>,
    mut wanted: Vec<Account>,
    input: Input,
) -> Result<(), Broken> {
    found.sort();
    wanted.sort();
    let names = |accounts: &[Account]| -> Vec<_> {
        accounts.iter().map(|account| (account.agreement.clone(), account.as_of.clone())).collect()
    };
    if names(&found) != names(&wanted) {
        let sides = [format!("agreements {:?}", names(&found)), format!("and not {:?}", names(&wanted))];
        return Err(broken(law, how, &sides));
    }
    for (found, wanted) in found.iter().zip(&wanted) {
        let mut differences = differences(&found.told, &wanted.told);
        if input == Input::Counts && found.input != wanted.input {
            differences.push(format!("{} and not {}", found.input, wanted.input));
        }
        if !differences.is_empty() {
            let of = format!("{how}, `{}` as of {}", found.agreement, found.as_of);
            return Err(broken(law, &of, &differences));
        }
    }
    Ok(())
}

/// What only one of two accounts says.
fn differences(found: &[String], wanted: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    found.iter().for_each(|told| *counts.entry(told).or_default() += 1);
    wanted.iter().for_each(|told| *counts.entry(told).or_default() -= 1);
    let only = counts.into_iter().filter(|(_, count)| *count != 0);
    only.map(|(told, count)| format!("{}: {told}", if count > 0 { "there is" } else { "there is not" }))
        .collect()
}

/// The words for a law that does not hold.
pub(super) fn broken(law: &str, how: &str, differences: &[String]) -> Broken {
    let mut text = format!("the law that {law} is broken; {how}:");
    for difference in differences.iter().take(NAMED) {
        text.push_str("\n  ");
        text.push_str(difference);
    }
    match differences.len().checked_sub(NAMED) {
        None | Some(0) => text,
        Some(more) => format!("{text}\n  and {more} more"),
    }
}
