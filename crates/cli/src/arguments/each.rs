//! What can be said where each agreement is looked at as of an instant.

use super::{ExplanationFormat, Log};
use clap::Args;
use std::path::PathBuf;

/// A policy, its events, and what of it is told.
#[derive(Debug, Args)]
pub(crate) struct OfEach {
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
    /// Only what this party or role owes, has to do or may do
    #[arg(long, value_name = "NAME")]
    pub(crate) party: Option<String>,
    /// List everything, not only the first lines of each sentence
    #[arg(long)]
    pub(crate) all: bool,
    /// How to print it; JSON is one object a line for each agreement
    #[arg(long, value_enum, default_value_t = ExplanationFormat::Text)]
    pub(crate) format: ExplanationFormat,
}
