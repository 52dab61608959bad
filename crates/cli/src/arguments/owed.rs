//! What can be said to `servanda owed`.

use super::each::OfEach;
use clap::Args;

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
    #[command(flatten)]
    pub(crate) each: OfEach,
}
