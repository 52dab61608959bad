//! What can be said to `servanda verify`.

use clap::Args;
use std::path::PathBuf;

/// What the help says before the usage.
pub(super) const LONG_ABOUT: &str = "Compute a statement again and compare every figure\n\n\
    The statement is what `evaluate --format json` has printed; as of when, of which period and as known on when it \
    is, it says itself. Compared are the hashes of the policy, of the instances and of the events, the versions of \
    the zone and holiday data, and all that the statement says, without the places in the text and the version of \
    the tool.";

/// Verify statements.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 equal, 1 something differs, 2 the statement, the policy or the input is invalid, 3 wrong use.

Examples:
  servanda evaluate agreement.sla --events events.ndjson --format json > statement.json
  servanda verify statement.json agreement.sla --events events.ndjson")]
pub(crate) struct Verify {
    /// What `evaluate --format json` has printed, one statement or several; `-` is standard input
    #[arg(value_name = "STATEMENT")]
    pub(crate) statement: PathBuf,
    /// The policy
    pub(crate) policy: PathBuf,
    /// The events, one JSON object a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) events: PathBuf,
    /// The agreements with their parameters, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) instances: Option<PathBuf>,
    /// The key with which `evaluate --redact` has replaced the ids
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) redact: Option<PathBuf>,
}
