//! The law that every line of a statement can be asked about, and that the answer says what the line says.

use super::Broken;
use crate::{Compiled, Run};
use servanda_report::{Decided, Nature, Period, Question, Statement};
use std::collections::BTreeMap;

/// Every verdict, figure, entry and notice of a statement is explained, with the value that it has there.
///
/// # Errors
/// Which line is not, or with which other value.
pub fn every_line_is_explained(
    run: &Run,
    instance: u32,
    decided: &Decided,
    period: Option<&Period>,
) -> Result<(), Broken> {
    let failed = |error: servanda_evaluator::Misuse| error.to_string();
    let statement = run.statement(instance, decided, period).map_err(failed)?;
    let lines = lines(&statement);
    let mut count: BTreeMap<&str, u32> = BTreeMap::new();
    lines.iter().for_each(|(id, _, _)| *count.entry(id.as_str()).or_default() += 1);
    let all_hold = |question: &Question<'_>| {
        // A log that uses an event's id again makes entries of which nobody knows which is meant.
        let alone = lines.iter().filter(|(id, of, _)| *of != "entry" || count.get(id.as_str()) == Some(&1));
        alone.into_iter().try_for_each(|(id, of, value)| explained(question, id, of, value))
    };
    run.ask(instance, decided, period, all_hold).map_err(failed)?
}

/// The same of each outcome that a scenario of a policy looks at. How many outcomes that are.
///
/// # Errors
/// Of which scenario a line is not explained, or with which other value.
pub fn every_line_of_scenarios_is_explained(compiled: &Compiled) -> Result<usize, Broken> {
    let mut count = 0;
    for scenario in &compiled.policy().scenarios {
        let Some((run, instants)) = crate::scenario::looked_at(compiled, scenario) else { continue };
        for as_of in instants {
            let of = |error: String| format!("{}: {error}", scenario.title.value);
            let decided = run.decided(0, as_of).map_err(|error| of(error.to_string()))?;
            every_line_is_explained(&run, 0, &decided, None).map_err(of)?;
            count += 1;
        }
    }
    Ok(count)
}

fn explained(question: &Question<'_>, id: &str, of: &str, value: &str) -> Result<(), Broken> {
    let Some(explanation) = question.explain(id) else {
        return Err(format!("the {of} `{id}` is not explained"));
    };
    if explanation.of != of {
        return Err(format!("the {of} `{id}` is explained as a {}", explanation.of));
    }
    if explanation.value != value {
        return Err(format!("the {of} `{id}` is `{value}`, and explained as `{}`", explanation.value));
    }
    if explanation.version.from.is_empty() || explanation.step.text.is_empty() {
        return Err(format!("the explanation of the {of} `{id}` says nothing"));
    }
    Ok(())
}

/// The lines of a statement: the id, what it is, and what it says.
fn lines(statement: &Statement) -> Vec<(String, &'static str, String)> {
    let mut lines = Vec::new();
    for verdict in &statement.verdicts {
        lines.push((verdict.id.clone().unwrap_or_default(), "verdict", verdict.verdict.to_owned()));
    }
    for figure in &statement.measures {
        lines.push((figure.id.clone().unwrap_or_default(), "figure", figure.text.clone()));
    }
    for entry in &statement.entries {
        let of = match entry.nature {
            Nature::Entry => "entry",
            Nature::Adjustment => "adjustment",
            Nature::Correction => "correction",
        };
        let amount = entry.amount.as_ref().map(|amount| format!("{amount} {}", entry.currency));
        lines.push((entry.id.clone(), of, amount.unwrap_or_else(|| "undetermined".to_owned())));
    }
    for notice in &statement.notices {
        lines.push((notice.id.clone().unwrap_or_default(), "notice", told(&notice.at)));
    }
    for claim in &statement.claims {
        let amount = claim.amount.as_ref().map(|amount| format!("{amount} {}", claim.currency));
        let amount = amount.unwrap_or_else(|| "undetermined".to_owned());
        let value = format!("{amount}, {}", claim.standing);
        lines.push((claim.id.clone().unwrap_or_default(), "claim", value));
    }
    lines
}

/// An instant as explanations tell it.
fn told(at: &str) -> String {
    servanda_report::read_instant(at)
}
