//! What can be said to `servanda time`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What the help says before the usage.
pub(super) const LONG_ABOUT: &str = "Answer questions about business time from a policy's calendars\n\n\
    When does a length of time from here end, how much open time lies between two instants, is it open, which windows \
    lie in the term. No events are read. Lengths and windows are written as in the policy, instants as `2026-03-06` \
    (its first instant), `2026-03-06 16:00` (in the agreement's zone), RFC 3339 with an offset, or `now`. Answers are \
    those by which duties are judged: what begins at an instant is governed by the version in force then.";

/// Ask about time.
#[derive(Debug, Args)]
#[command(
    subcommand_value_name = "QUESTION",
    subcommand_help_heading = "Questions",
    disable_help_subcommand = true,
    after_help = "\
Exit codes: 0 whatever the answer, 1 closed with `open --fail-on closed`,
2 the policy or a length is invalid, 3 wrong use, such as a calendar that there is not.

Examples:
  servanda time agreement.sla add 4 office hours --from 2026-03-06 16:00
  servanda time agreement.sla add 30 calendar days, or the next office day --from 2026-01-16
  servanda time agreement.sla between 2026-03-06 16:00 and 2026-03-09 10:00 --in office
  servanda time agreement.sla open --at now --in office
  servanda time agreement.sla windows --of calendar month --in office"
)]
pub(crate) struct Time {
    /// The policy; `-` is standard input
    pub(crate) policy: PathBuf,
    /// The question
    #[command(subcommand)]
    pub(crate) question: Question,
    /// The agreements with their parameters, one JSON object a line or a CSV table
    #[arg(long, global = true, value_name = "FILE", display_order = 90)]
    pub(crate) instances: Option<PathBuf>,
    /// The agreement, where there are several
    #[arg(long, global = true, value_name = "NAME", display_order = 91)]
    pub(crate) agreement: Option<String>,
    /// How to print the answer
    #[arg(long, global = true, value_enum, default_value_t = TimeFormat::Text, display_order = 92)]
    pub(crate) format: TimeFormat,
}

/// A question about time.
#[derive(Debug, Subcommand)]
pub(crate) enum Question {
    /// When does so much time from here end?
    Add(Add),
    /// How much time lies between two instants?
    Between(Between),
    /// Is it open?
    Open(Open),
    /// Which windows lie in the term?
    Windows(Windows),
    /// Something else.
    #[command(external_subcommand)]
    Other(Vec<String>),
}

/// When a length of time ends.
#[derive(Debug, Args)]
#[command(after_help = "\
What is told is the last moment that is on time, or the last date, with the end of its day.
Days of a calendar end with the closing of the last one. Behind the length may stand, as in a
policy, where a clock ends that is over at a closing, and where a date goes that falls on a
closed day.

Examples:
  servanda time agreement.sla add 4 office hours --from 2026-03-06 16:00
  servanda time agreement.sla add 8 office hours, ending at the next opening --from 2026-03-06 09:00
  servanda time agreement.sla add 2 office days --from 2026-03-06
  servanda time agreement.sla add 30 calendar days, or the next office day --from 2026-01-16
  servanda time agreement.sla add reply_time --from now --format plain")]
pub(crate) struct Add {
    /// The length, as the policy would write it, or by the name that it has there: 4 office hours, 2 office days, 30
    /// calendar days, 3 months, reply_time
    #[arg(required = true, value_name = "LENGTH")]
    pub(crate) length: Vec<String>,
    /// From when on it counts; a date stands for all of itself where days are counted
    #[arg(long, required = true, num_args = 1..=2, value_name = "T")]
    pub(crate) from: Vec<String>,
}

/// How much time lies between two instants.
#[derive(Debug, Args)]
#[command(after_help = "\
Days are those that a deadline would have needed: of a calendar, the least number of its days
within which the second instant is on time.

Examples:
  servanda time agreement.sla between 2026-03-06 16:00 and 2026-03-09 10:00
  servanda time agreement.sla between 2026-03-06 and now --in office --format plain")]
pub(crate) struct Between {
    /// The two instants with `and` between them; the second one is not included
    #[arg(required = true, num_args = 2.., value_name = "T")]
    pub(crate) instants: Vec<String>,
    #[command(flatten)]
    pub(crate) calendars: Calendars,
}

/// Whether a calendar is open.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  servanda time agreement.sla open --at 2026-03-06 18:00
  if servanda time agreement.sla open --at now --in office --fail-on closed; then …")]
pub(crate) struct Open {
    /// When
    #[arg(long, required = true, num_args = 1..=2, value_name = "T")]
    pub(crate) at: Vec<String>,
    #[command(flatten)]
    pub(crate) calendars: Calendars,
    /// Exit with 1 if a calendar that is asked about is closed
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) fail_on: Option<FailOnClosed>,
}

/// What makes `open` exit with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOnClosed {
    /// A calendar that is closed.
    Closed,
}

/// Which windows lie in the term.
#[derive(Debug, Args)]
#[command(after_help = "\
Windows are cut to the term. A term without an end has windows up to `--until`.

Examples:
  servanda time agreement.sla windows --of calendar month
  servanda time agreement.sla windows --of contract month --from 2026-06-01 --until 2027-01-01 --in office")]
pub(crate) struct Windows {
    /// How the term is cut: calendar or contract day, week, month, quarter, year; the term
    #[arg(long, required = true, num_args = 1..=2, value_name = "WINDOW")]
    pub(crate) of: Vec<String>,
    /// Only those that end after this instant
    #[arg(long, num_args = 1..=2, value_name = "T")]
    pub(crate) from: Option<Vec<String>>,
    /// Only those that begin before this instant
    #[arg(long, num_args = 1..=2, value_name = "T")]
    pub(crate) until: Option<Vec<String>>,
    /// Also tell the open time in each, in this calendar; may be given several times
    #[arg(long = "in", value_name = "CALENDAR")]
    pub(crate) calendars: Vec<String>,
}

/// Which calendars.
#[derive(Debug, Args)]
pub(crate) struct Calendars {
    /// In this calendar; may be given several times. Without it, in each
    #[arg(long = "in", value_name = "CALENDAR")]
    pub(crate) calendars: Vec<String>,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimeFormat {
    /// For people.
    Text,
    /// The bare answer: an instant or a date, seconds, `open` or `closed`, a window a line.
    Plain,
    /// For programs.
    Json,
}
