//! `servanda completions`: what a shell needs to complete this command.

use crate::arguments::{Arguments, Completions};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use clap::CommandFactory;

/// Prints the completions of a shell.
pub(super) fn run(arguments: &Completions, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "servanda", &mut bytes);
    terminal.result(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Well)
}
