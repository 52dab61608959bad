//! What can be said to `servanda watch`.

use clap::{Args, ValueEnum};
use servanda::time::NANOS_PER_SECOND;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::PathBuf;

/// What `watch` does, at length.
pub(super) const LONG_ABOUT: &str = "\
Follow events and write outcomes as they arise, one JSON object a line.

Verdicts, figures, entries, notices and problems are told at their instant; what comes late, is corrected or is taken \
back within the lateness of the agreement revises what was told. `servanda schema stream` prints the schema of a line.

Killed anywhere, and started again with the same arguments, it goes on where it was: nothing is lost, nothing is told \
twice, and the output is the same to the byte. That holds from file to file. To standard output a line may come again \
after a kill, with the number that it had; from standard input, what was read and not kept is lost unless it is sent \
again.";

/// Follow events.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  servanda watch agreement.sla --events events.ndjson --out outcomes.ndjson --state state
  servanda watch agreement.sla --events events.ndjson --follow --out outcomes.ndjson --state state
  servanda watch agreement.sla --events events.ndjson --out - --state state --until 2026-04-01
  servanda watch agreement.sla --events - --follow --out - --state state --metrics 127.0.0.1:9464")]
pub(crate) struct Watch {
    /// The policy
    pub(crate) policy: PathBuf,
    /// The events, one JSON object a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) events: PathBuf,
    /// The agreements with their parameters, one JSON object a line; more may be added between two starts
    #[arg(long, value_name = "FILE")]
    pub(crate) instances: Option<PathBuf>,
    /// At the end of the events, wait for more
    #[arg(long)]
    pub(crate) follow: bool,
    /// Where outcomes are written, one JSON object a line; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// A folder of its own, in which it keeps where it is; it is made where there is none
    #[arg(long, value_name = "DIR")]
    pub(crate) state: PathBuf,
    /// What time goes by
    #[arg(
        long,
        value_enum,
        value_name = "CLOCK",
        long_help = "What time goes by: `events`, so that the latest event says what time it is and the output depends \
            on the input alone (the default without `--follow`); or `system`, so that once everything is read the \
            clock of this computer says it, and silence breaks a duty at its instant (the default with `--follow`)."
    )]
    pub(crate) clock: Option<Clock>,
    /// How far ahead of all others, or of the clock, an event may lie and move time
    #[arg(
        long,
        value_name = "TIME",
        value_parser = length,
        long_help = "How far ahead an event may lie: 90s, 30m, 48h or 31d. One that lies further ahead is told as a \
            problem and waits for its time. By the events' clock it is counted from the latest event (180d unless \
            told otherwise), and a second event as far ahead confirms the first, for there may have been a silence; by \
            the system's it is counted from the time of day (1d)."
    )]
    pub(crate) ahead: Option<i64>,
    /// At the end of the events, let time go on to this instant
    #[arg(
        long,
        value_name = "T",
        conflicts_with = "follow",
        long_help = "At the end of the events, let time go on to this instant, exclusive, written as for `evaluate \
            --as-of`. What comes later and is dated before it is late."
    )]
    pub(crate) until: Option<String>,
    /// Keep where it is after this many lines, and when nothing has come for a second, and at the end
    #[arg(long, value_name = "N", default_value = "10000")]
    pub(crate) commit_every: NonZeroU64,
    /// Go on although zone or holiday data are not those that the state was made with
    #[arg(long)]
    pub(crate) accept_other_data: bool,
    /// Serve counters as Prometheus text on `http://ADDR/metrics`
    #[arg(long, value_name = "ADDR")]
    pub(crate) metrics: Option<SocketAddr>,
    /// Tell on standard error what is being done
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = LogLevel::Off)]
    pub(crate) log: LogLevel,
}

/// What time goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Clock {
    /// The latest event.
    Events,
    /// The clock of this computer, once everything is read.
    System,
}

/// How much is told of what is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// What ends it.
    Error,
    /// What is odd, too.
    Warn,
    /// Its beginning and its end, too.
    Info,
    /// Whatever is kept, too.
    Debug,
}

/// A length of time in nanoseconds.
fn length(text: &str) -> Result<i64, String> {
    let wrong = || "write it as 90s, 30m, 48h or 31d".to_owned();
    let (number, unit) =
        text.char_indices().next_back().map(|(at, _)| text.split_at(at)).ok_or_else(wrong)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: i64 = number.parse::<u32>().map_err(|_| wrong())?.into();
    number.checked_mul(seconds).and_then(|it| it.checked_mul(NANOS_PER_SECOND)).ok_or_else(wrong)
}
