//! The command `servanda`: the only place that knows files, terminals, arguments and exit codes.
//!
//! It keeps no rule of the language. Standard output carries the result and nothing else; messages and progress go
//! to standard error. A reader that goes away early ends the program without a message.

mod arguments;
mod command;
mod exit;
mod input;
mod log;
mod terminal;

use arguments::Arguments;
use clap::Parser;
use exit::Exit;
use std::process::ExitCode;
use terminal::Terminal;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Well };
            // Help that nobody reads any more is no failure.
            return error.print().map_or(ExitCode::from(exit), |()| ExitCode::from(exit));
        }
    };
    let terminal = Terminal::new(arguments.color);
    let exit = match command::run(arguments.command, &terminal) {
        Ok(exit) => exit,
        Err(failure) => {
            if let Some(message) = failure.message() {
                terminal.message(&format!("error: {message}"));
            }
            failure.exit()
        }
    };
    ExitCode::from(exit)
}
