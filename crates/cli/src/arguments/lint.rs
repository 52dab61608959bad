//! What can be said to `servanda lint`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `lint` does, at length.
pub(super) const LONG_ABOUT: &str = "\
Check policies and tell what is wrong and what their authors should look at.

Folders are walked for `.sla` files in the order of their names; what `.gitignore`, `.ignore` or `.servandaignore` \
leave out is left out, unless it is named itself. `servanda explain CODE` says what a finding means.

The nearest `servanda.toml` at or above the working folder, no further up than the repository, says how much each \
lint matters:

  [lint]
  max-warnings = 0
  baseline = \"servanda-baseline.json\"
  parts = [\"payment\", \"notice\"]   # what every agreement must have
  most-figures = 8                # how many figures one party has to keep at most
  bounded-state = true            # nothing that is kept may grow with the log
  both-sides = true               # breaches cost both sides something

  [lint.levels]
  unused = \"allow\"            # allow, advice, warning or error
  no-consequence = \"error\"

In a policy, `allow NAME because \"…\".` in an agreement or a clause does so for one place.";

/// Check policies.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  servanda lint .
  servanda lint agreement.sla --format json
  servanda lint agreements/ --deny warnings
  servanda lint . --format sarif > servanda.sarif
  servanda lint . --write-baseline servanda-baseline.json
  servanda lint . --baseline servanda-baseline.json --max-warnings 0
  servanda lint agreement.sla --state
  servanda lint agreement.sla --fix
  servanda lint - --stdin-name agreements/acme.sla < draft.sla")]
pub(crate) struct Lint {
    /// Policies, and folders that are walked for `.sla` files; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = FindingsFormat::Human)]
    pub(crate) format: FindingsFormat,
    /// Tell too what is kept of each agreement while it is evaluated: until when, and what grows with the log
    #[arg(long)]
    pub(crate) state: bool,
    /// Exit with 1 if there are findings of this severity or above; what keeps a policy from being evaluated exits with 2 in any case
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) deny: Option<Deny>,
    /// Exit with 1 if there are more warnings than this
    #[arg(long, value_name = "N")]
    pub(crate) max_warnings: Option<usize>,
    /// Leave out the findings of lints that this file lists; errors are always told, also lints that `servanda.toml` calls one
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings of lints into this file, to be left out from now on; those of files that are not checked now, or have an error, stay in it
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Make the edits that have one right answer, and tell them; then tell what is left
    #[arg(long)]
    pub(crate) fix: bool,
    /// Make the edits too that are likely and may say something else than what was meant
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Take the levels of lints from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The name of the policy on standard input: it is shown, and what the policy uses lies beside it
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_name: Option<String>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// With the places quoted.
    Human,
    /// For programs.
    Json,
    /// One line each.
    Short,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
    /// Annotations of a pull request on GitHub.
    Github,
    /// For build servers: JUnit XML, a suite for each file.
    Junit,
}

/// The least severity that makes `lint` exit with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings.
    Warnings,
    /// Advice and warnings.
    Advice,
}
