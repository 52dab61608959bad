//! The subcommands, one file each.

mod completions;
mod diff;
mod each;
mod evaluate;
mod explain;
mod fmt;
mod forecast;
mod lint;
mod man;
mod owed;
mod scenarios;
mod schema;
mod test;
mod time;
mod verify;
mod watch;

use crate::arguments::Command;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Runs a subcommand.
///
/// # Errors
/// When it had to end early.
pub(crate) fn run(command: Command, terminal: &Terminal) -> Result<Exit, Failure> {
    match command {
        Command::Evaluate(arguments) => evaluate::run(&arguments, terminal),
        Command::Verify(arguments) => verify::run(&arguments, terminal),
        Command::Owed(arguments) => owed::run(&arguments, terminal),
        Command::Forecast(arguments) => forecast::run(&arguments, terminal),
        Command::Watch(arguments) => watch::run(&arguments, terminal),
        Command::Diff(arguments) => diff::run(&arguments, terminal),
        Command::Lint(arguments) => lint::run(&arguments, terminal),
        Command::Fmt(arguments) => fmt::run(&arguments, terminal),
        Command::Test(arguments) => test::run(&arguments, terminal),
        Command::Scenarios(arguments) => scenarios::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        Command::Time(arguments) => time::run(&arguments, terminal),
        Command::Schema(arguments) => schema::run(&arguments, terminal),
        Command::Completions(arguments) => completions::run(&arguments, terminal),
        Command::Man(arguments) => man::run(&arguments, terminal),
    }
}
