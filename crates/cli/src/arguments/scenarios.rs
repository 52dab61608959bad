//! What can be said to `servanda scenarios`.

use clap::Args;
use std::path::PathBuf;

/// What the help says before the usage.
pub(super) const LONG_ABOUT: &str = "Propose the scenarios that a policy lacks\n\n\
    For each part of the policy that none of its scenarios shows, a scenario is proposed: an act one second or one \
    day before its deadline, at it and behind it; a figure just below, at and just above each bound; each limit \
    reached; each duty kept and broken. What is expected in them is what comes out when the policy is run, so that \
    they pass: a person has to confirm that it is what was agreed. What could not be proposed is listed with the \
    reason, in comments.";

/// Propose scenarios.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 whatever is proposed, 2 the policy is invalid, 3 wrong use.

Examples:
  servanda scenarios agreement.sla
  servanda scenarios agreement.sla > proposed.txt")]
pub(crate) struct Scenarios {
    /// The policy
    pub(crate) policy: PathBuf,
}
