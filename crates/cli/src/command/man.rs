//! `servanda man`: the manual pages, one for the command and one for each subcommand.

use crate::arguments::{Arguments, Man};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use clap::CommandFactory;

/// Writes the pages into a folder, which is made where there is none.
pub(super) fn run(arguments: &Man, terminal: &Terminal) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    let failed = |error: std::io::Error| Failure::file(folder, &error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    terminal.message(&format!("read them with `man -l {}/servanda.1`", folder.display()));
    Ok(Exit::Well)
}
