//! What can be said on the command line, with the help that says so.

mod diff;
mod each;
mod forecast;
mod lint;
mod owed;
mod scenarios;
mod time;
mod verify;
mod watch;

pub(crate) use diff::{Diff, DiffFormat};
pub(crate) use each::OfEach;
pub(crate) use forecast::Forecast;
pub(crate) use lint::{Deny, FindingsFormat, Lint};
pub(crate) use owed::Owed;
pub(crate) use scenarios::Scenarios;
pub(crate) use time::{Calendars, FailOnClosed, Question, Time, TimeFormat, Windows};
pub(crate) use verify::Verify;
pub(crate) use watch::{Clock, LogLevel, Watch};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Service level agreements as text that is evaluated: who owed what, by when, was it kept, and what does it cost.
#[derive(Debug, Parser)]
#[command(name = "servanda", version, propagate_version = true, max_term_width = 100, after_long_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to color what people read.
    #[arg(long, global = true, display_order = 100, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  findings: lint at or above the denied level, a failed scenario,
     a file that `fmt --check` would change, a difference that `diff` or `verify` finds,
     or what `evaluate --fail-on` asks for
  2  the policy or the input is invalid
  3  wrong use, or a file that cannot be read or written

Standard output carries the result and nothing else; messages and progress go to standard error.
`-` is standard input.

Examples:
  servanda lint agreement.sla
  servanda evaluate agreement.sla --events events.ndjson --period 2026-03
  servanda evaluate agreement.sla --events - --format json < events.ndjson
  servanda watch agreement.sla --events events.ndjson --follow --out outcomes.ndjson --state state
  servanda diff old.sla new.sla --events events.ndjson
  servanda explain agreement.sla events.ndjson '8/I-1/late_fee/1'
  servanda owed agreement.sla events.ndjson --as-of 2026-04-01
  servanda time agreement.sla add 4 office hours --from 2026-03-06 16:00
  servanda explain SLA0001";

/// A subcommand.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Evaluate a policy over events: verdicts, figures and amounts
    Evaluate(Evaluate),
    /// Tell what is still owed: by whom, to whom, until when
    #[command(long_about = owed::LONG_ABOUT)]
    Owed(Owed),
    /// Tell what is ahead: the last instants to act, how far figures may go, what debts will cost
    #[command(long_about = forecast::LONG_ABOUT)]
    Forecast(Forecast),
    /// Follow events and write outcomes as they arise; killed, it goes on where it was
    #[command(long_about = watch::LONG_ABOUT)]
    Watch(Watch),
    /// Check policies and tell what is wrong and what their authors should look at
    #[command(long_about = lint::LONG_ABOUT)]
    Lint(Lint),
    /// Tell what changed in meaning between two policies, or by the amendments of one
    #[command(long_about = diff::LONG_ABOUT)]
    Diff(Diff),
    /// Compute a statement again and compare every figure
    #[command(long_about = verify::LONG_ABOUT)]
    Verify(Verify),
    /// Lay policies out the one way; comments are kept
    Fmt(Fmt),
    /// Run the scenarios that policies hold
    Test(Test),
    /// Propose the scenarios that a policy lacks
    #[command(long_about = scenarios::LONG_ABOUT)]
    Scenarios(Scenarios),
    /// Tell what a code means, or why a line of a statement is what it is
    #[command(alias = "why")]
    Explain(Explain),
    /// Answer questions about business time from a policy's calendars
    #[command(long_about = time::LONG_ABOUT)]
    Time(Time),
    /// Print the JSON Schema of an output
    Schema(Schema),
    /// Print the completions of a shell
    Completions(Completions),
    /// Write the manual pages into a folder
    Man(Man),
}

/// When to color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A policy and its events.
#[derive(Debug, Clone, Args)]
pub(crate) struct Log {
    /// The events, one JSON object a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
    /// The agreements with their parameters: one JSON object a line, {"agreement": "acme", "monthly_fee": "1500.00"}, or a
    /// CSV table with a row of names
    #[arg(long, value_name = "FILE")]
    pub(crate) instances: Option<PathBuf>,
    /// Evaluate what is dated before this instant; without it, up to the end of the last date with an event
    #[arg(
        long,
        value_name = "T",
        long_help = "Evaluate what is dated before this instant: `2026-04-01` (its first instant in the \
            agreement's zone), `2026-04-01 10:00`, or RFC 3339 with an offset.\n\
            Without it, up to the end of the last date on which an event happened, or of the period if that is \
            later; standard error says which."
    )]
    pub(crate) as_of: Option<String>,
    /// Evaluate only what was recorded before this instant: what was known then
    #[arg(
        long,
        value_name = "T",
        long_help = "Evaluate only what was recorded before this instant, written as for `--as-of`: an event counts \
            from its `recorded` on, where it has one, else from its own instant. What became known later, also that \
            an event is retracted, is ignored and counted."
    )]
    pub(crate) known_on: Option<String>,
}

/// Evaluate a policy over events.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  servanda evaluate agreement.sla --events events.ndjson
  servanda evaluate agreement.sla --events events.ndjson --as-of 2026-04-01 --period 2026-03 --format csv
  servanda evaluate agreement.sla --events events.ndjson --period 2026-03 --format journal > 2026-03.csv
  servanda evaluate agreement.sla --events events.ndjson --instances clients.ndjson --format json
  servanda evaluate agreement.sla --events events.ndjson --fail-on broken,problem")]
pub(crate) struct Evaluate {
    /// The policy
    pub(crate) policy: PathBuf,
    /// The events, as `--events` takes them
    #[arg(value_name = "EVENTS", conflicts_with = "events")]
    pub(crate) log_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) log: Log,
    /// A statement of these dates only: 2026-03, 2026-Q1, 2026, 2026-03-05 or 2026-01-01..2026-03-31
    #[arg(long, value_name = "P")]
    pub(crate) period: Option<servanda::report::Period>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = StatementFormat::Table)]
    pub(crate) format: StatementFormat,
    /// List every figure, breach and entry in the table, not only what is not as it should be
    #[arg(long)]
    pub(crate) all: bool,
    /// Replace ids of things, events and people by keyed hashes, with the bytes of this file as the key
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) redact: Option<PathBuf>,
    /// Exit with 1 if there is any of these
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub(crate) fail_on: Vec<FailOn>,
    /// Exit with 1 if a line of the input is of a type that the policy does not declare, or of no agreement given
    #[arg(long)]
    pub(crate) strict: bool,
    /// Settle this many agreements at once; what is printed does not depend on it
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN)]
    pub(crate) threads: NonZeroUsize,
}

/// How a statement is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatementFormat {
    /// For people.
    Table,
    /// The outcome as JSON, one object a line for each agreement.
    Json,
    /// The entries, one line each, as CSV.
    Csv,
    /// The booking journal as CSV: one line for each posting, of what accrues one for each month.
    Journal,
}

/// What makes `evaluate` exit with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A broken duty.
    Broken,
    /// A problem in the input.
    Problem,
    /// An indeterminate verdict, figure or amount.
    Indeterminate,
}

/// Lay policies out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  servanda fmt agreement.sla
  servanda fmt agreements/ --check
  servanda fmt - < agreement.sla")]
pub(crate) struct Fmt {
    /// Policies, and folders that are walked for `.sla` files; `-` reads standard input and prints the result
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing; print the names of files that would change, and exit with 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
}

/// Run scenarios.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Policies, and folders that are walked for `.sla` files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to print the results
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub(crate) format: TestFormat,
    /// Tell too what the scenarios do not show: duties kept and broken, deadlines, tiers, limits
    #[arg(long)]
    pub(crate) coverage: bool,
}

/// How results of scenarios are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For build servers: JUnit XML, a suite for each policy.
    Junit,
}

/// Explain a code or a line of a statement.
#[derive(Debug, Args)]
#[command(after_help = "\
Ids, as `servanda evaluate` prints them:
  8/I-1/late_fee/1        an entry: sentence, subject, kind, number
  2(a)/Q-7                a verdict: duty, subject; where several parties have the duty, /PARTY
  availability/2026-06    a figure: measure, window
  2(b)/2026-03/tell/amy   a notice: sentence, subject, who is told

Examples:
  servanda explain                                   every code with its name
  servanda explain SLA0001                           what this code means
  servanda explain agreement.sla events.ndjson       every id that can be asked about
  servanda explain agreement.sla events.ndjson '8/I-1/late_fee/1'
  servanda explain agreement.sla events.ndjson '2(a)/Q-7' --as-of 2026-04-01 --format json
  servanda explain agreement.sla events.ndjson --timeline Q-7")]
pub(crate) struct Explain {
    /// A code by number or name; with events, a policy
    #[arg(value_name = "CODE|POLICY")]
    pub(crate) subject: Option<String>,
    /// The events of the policy, as `--events` takes them
    #[arg(value_name = "EVENTS")]
    pub(crate) log_file: Option<String>,
    /// The id of a line of the statement; without it, all ids are listed
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) log: Log,
    /// The same as ID, with `--events`
    #[arg(long, value_name = "ID", requires = "events", conflicts_with = "id")]
    pub(crate) entry: Option<String>,
    /// The line is one of the statement of these dates, as `evaluate --period` takes them
    #[arg(long, value_name = "P")]
    pub(crate) period: Option<servanda::report::Period>,
    /// The agreement, where there are several
    #[arg(long, value_name = "NAME")]
    pub(crate) agreement: Option<String>,
    /// Draw one case as a line: its key, `Q-7`, or with the name of the case, `question/Q-7`
    #[arg(
        long,
        value_name = "KEY",
        conflicts_with_all = ["id", "entry", "period"],
        long_help = "Draw one case as a line: when the clock of each duty on it counted, met closed hours, stood still and \
            had run out, with its deadline, warnings and what was done; every instant is listed beneath. The case is named by \
            its key, `Q-7`; where several cases have the key, `question/Q-7`; where several things have had it, `Q-7~2`."
    )]
    pub(crate) timeline: Option<String>,
    /// Draw in ASCII, also on a terminal
    #[arg(long, requires = "timeline")]
    pub(crate) ascii: bool,
    /// How many columns to draw in; without it those of the terminal, or 100
    #[arg(long, value_name = "COLUMNS", requires = "timeline")]
    pub(crate) width: Option<u16>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ExplanationFormat::Text)]
    pub(crate) format: ExplanationFormat,
}

/// How an explanation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplanationFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Print a schema.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Of which output
    #[arg(value_enum, default_value_t = SchemaOf::Outcome)]
    pub(crate) of: SchemaOf,
}

/// Which outputs have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// `evaluate --format json`
    Outcome,
    /// A line of `watch`
    Stream,
    /// `lint --format json`
    Diagnostics,
    /// `diff --format json`
    Diff,
    /// `explain POLICY EVENTS ID --format json`
    Explanation,
    /// `explain POLICY EVENTS --timeline KEY --format json`
    Timeline,
    /// `owed --format json`
    Owed,
    /// `forecast --format json`
    Forecast,
    /// `time POLICY … --format json`
    Time,
}

/// Print completions.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Write manual pages.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder: `share/man/man1` under a prefix, for example
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}
