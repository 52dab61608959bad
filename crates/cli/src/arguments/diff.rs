//! What can be said to `servanda diff`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What the help says before the usage.
pub(super) const LONG_ABOUT: &str = "Tell what changed in meaning between two policies, or by the amendments of one\n\n\
    The texts are compared by what they say: layout, comments and the order of clauses count for nothing, and \
    scenarios are no part of what is agreed. Each change is told with both places. With one policy, each of its \
    amendments is compared with the version before it.\n\n\
    With `--events`, both are evaluated over the log and what differs is told: sums, verdicts and figures.";

/// Compare policies.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 no change in meaning, 1 something changed, 2 a policy or the input is invalid, 3 wrong use.

Examples:
  servanda diff old.sla new.sla
  servanda diff agreement.sla
  servanda diff old.sla new.sla --format json
  servanda diff old.sla new.sla --events events.ndjson --as-of 2026-04-01")]
pub(crate) struct Diff {
    /// The old policy; alone, the policy whose amendments are compared
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The new policy
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<PathBuf>,
    /// Also tell what the changes come to over these events; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
    /// The agreements with their parameters, one JSON object a line
    #[arg(long, value_name = "FILE", requires = "events")]
    pub(crate) instances: Option<PathBuf>,
    /// Evaluate what is dated before this instant; without it, up to the end of the last date with an event
    #[arg(long, value_name = "T", requires = "events")]
    pub(crate) as_of: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = DiffFormat::Table)]
    pub(crate) format: DiffFormat,
}

/// How a comparison is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
}
