//! What can be said to `servanda forecast`.

use super::each::OfEach;
use clap::Args;

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
    #[command(flatten)]
    pub(crate) each: OfEach,
}
