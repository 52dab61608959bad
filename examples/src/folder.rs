//! The folders of examples, as the tests walk them: a policy, its log and, of some, its instances.

use servanda::{Compiled, Run, Sources, compile, gather};
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Every folder of this package that holds an agreement and a log, by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn folders() -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(env!("CARGO_MANIFEST_DIR"))?;
    let mut folders = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    folders.retain(|folder| folder.join("agreement.sla").is_file() && folder.join("events.jsonl").is_file());
    folders.sort();
    Ok(folders)
}

/// Every policy under a folder, by its path.
///
/// # Errors
/// When a folder cannot be read.
pub fn policies(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(policies(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "sla") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The agreement of a folder, with what it uses.
///
/// # Errors
/// When it cannot be read or is wrong.
pub fn compiled(folder: &Path) -> Result<Compiled, Box<dyn Error>> {
    let path = folder.join("agreement.sla");
    let mut sources = Sources::new();
    let policy = sources.add(path.display().to_string(), fs::read_to_string(&path)?);
    gather(&mut sources, policy, |used| Ok(fs::read_to_string(used).ok()));
    Ok(compile(&sources)?)
}

/// A run over nothing yet: of the instances of the folder, where it has some.
///
/// # Errors
/// When the agreement needs instances and there are none, or they do not fit.
pub fn begun(compiled: &Compiled, instances: Option<&[u8]>) -> Result<Run, Box<dyn Error>> {
    Ok(match instances {
        Some(file) => Run::of_instances(compiled, file)?.0,
        None => Run::of_log(compiled)?,
    })
}

/// The agreement of a folder and a run over all of its log.
///
/// # Errors
/// When something of it cannot be read or is wrong.
pub fn run_of(folder: &Path) -> Result<(Compiled, Run), Box<dyn Error>> {
    let compiled = compiled(folder)?;
    let mut run = begun(&compiled, fs::read(folder.join("instances.jsonl")).ok().as_deref())?;
    run.read(&fs::read(folder.join("events.jsonl"))?);
    run.close();
    Ok((compiled, run))
}
