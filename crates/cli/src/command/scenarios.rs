//! `servanda scenarios`: the scenarios that a policy lacks.

use crate::arguments::Scenarios;
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;

/// Proposes scenarios.
pub(super) fn run(arguments: &Scenarios, terminal: &Terminal) -> Result<Exit, Failure> {
    let compiled = log::compile(&arguments.policy, terminal)?;
    let proposals = servanda::propose(&compiled);
    terminal.result(&proposals.text())?;
    let (made, missing) = (proposals.scenarios.len(), proposals.missing.len());
    let word = if made == 1 { "scenario" } else { "scenarios" };
    let parts = if missing == 1 { "part" } else { "parts" };
    terminal.message(&format!("{made} {word} proposed, {missing} {parts} could not be shown"));
    Ok(Exit::Well)
}
