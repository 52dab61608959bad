//! What can be said to `servanda forecast`.

use super::{ExplanationFormat, Log};
use clap::Args;
use std::path::PathBuf;

/// What the help says before the usage.
pub(super) const LONG_ABOUT: &str = "Tell what is ahead: the last instants to act, how far figures may go, what debts will cost\n\n\
    For each deadline how much time is left, and what follows if nothing happens until then; for each figure of a window \
    that goes on how much more there may be until a target is missed or met, or until another row of a table, and what is \
    owed then; for each debt what it costs to pay it from which instant on. All of it is exact: each figure is the last one \
    that changes nothing. Where a figure is no function of how much more there is, nothing is claimed, and why is said.";

/// Tell what is ahead.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  servanda forecast agreement.sla events.ndjson
  servanda forecast agreement.sla events.ndjson --as-of 2026-03-20 --party agency
  servanda forecast agreement.sla --events events.ndjson --instances clients.ndjson --format json")]
pub(crate) struct Forecast {
    /// The policy
    pub(crate) policy: PathBuf,
    /// The events, as `--events` takes them
    #[arg(value_name = "EVENTS", conflicts_with = "events")]
    pub(crate) log_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) log: Log,
    /// The agreement, where there are several
    #[arg(long, value_name = "NAME")]
    pub(crate) agreement: Option<String>,
    /// Only what this party or role has to do or may do
    #[arg(long, value_name = "NAME")]
    pub(crate) party: Option<String>,
    /// List everything, not only the first lines of each sentence
    #[arg(long)]
    pub(crate) all: bool,
    /// How to print it; JSON is one object a line for each agreement
    #[arg(long, value_enum, default_value_t = ExplanationFormat::Text)]
    pub(crate) format: ExplanationFormat,
}
