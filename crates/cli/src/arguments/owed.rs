//! What can be said to `servanda owed`.

use super::{ExplanationFormat, Log};
use clap::Args;
use std::path::PathBuf;

/// What the help says before the usage.
pub(super) const LONG_ABOUT: &str = "Tell what is still owed: by whom, to whom, until when\n\n\
    The agreement that is left as of an instant: duties that are open, late ones too; targets of windows that go on; \
    money that is open and by what it grows, what can be claimed and what payments have left; rights that stand, or \
    arise when a time is over; notices to come. By party, the nearest instant first, each with its clause, its place \
    in the text and its events. What is told agrees with the statement of the same instant.";

/// Tell what is owed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  servanda owed agreement.sla events.ndjson
  servanda owed agreement.sla events.ndjson --as-of 2026-04-01 --party client
  servanda owed agreement.sla --events events.ndjson --instances clients.ndjson --format json")]
pub(crate) struct Owed {
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
    /// Only what this party or role owes or may do
    #[arg(long, value_name = "NAME")]
    pub(crate) party: Option<String>,
    /// List everything, not only the first lines of each sentence
    #[arg(long)]
    pub(crate) all: bool,
    /// How to print it; JSON is one object a line for each agreement
    #[arg(long, value_enum, default_value_t = ExplanationFormat::Text)]
    pub(crate) format: ExplanationFormat,
}
