//! `servanda fmt`: the one layout of policies.

use crate::arguments::Fmt;
use crate::exit::{Exit, Failure};
use crate::input;
use crate::terminal::{Stream, Terminal};
use servanda::{SourceId, Sources};
use std::path::Path;

/// Lays policies out, or tells which would change.
pub(super) fn run(arguments: &Fmt, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut exit = Exit::Well;
    for path in input::policies(&arguments.paths)? {
        let mut sources = Sources::new();
        let id = input::add_file(&mut sources, &path)?;
        exit = exit.max(one(arguments, &path, &sources, id, terminal)?);
    }
    Ok(exit)
}

fn one(
    arguments: &Fmt,
    path: &Path,
    sources: &Sources,
    id: SourceId,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let before = sources.get(id).map_or("", |source| source.text());
    let after = match servanda::format(sources, id) {
        Ok(after) => after,
        Err(servanda::FormatError::Unreadable(diagnostics)) => {
            // What cannot be read is left as it is.
            terminal.message(&diagnostics.human(&terminal.findings(Stream::Message)));
            return Ok(Exit::Invalid);
        }
        Err(defect) => {
            terminal.message(&format!("error: `{}`: {defect}", path.display()));
            return Ok(Exit::Invalid);
        }
    };
    let changed = after != before;
    if arguments.check {
        if changed {
            terminal.result(&format!("{}\n", path.display()))?;
        }
        return Ok(if changed { Exit::Findings } else { Exit::Well });
    }
    if input::is_standard_input(path) {
        terminal.result(&after)?;
    } else if changed {
        std::fs::write(path, after).map_err(|error| Failure::file(path, &error))?;
    }
    Ok(Exit::Well)
}
