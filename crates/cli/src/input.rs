//! Files and standard input.

use crate::exit::{Failure, reason};
use ignore::WalkBuilder;
use servanda::{SourceId, Sources};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How deep folders are walked.
const DEPTH_MAX: usize = 32;

/// Whether a path stands for standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Adds the policy at a path to the texts, where it is not among them, and the files that it uses.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8. What is wrong with a file that it uses is a finding.
pub(crate) fn add_policy(sources: &mut Sources, path: &Path) -> Result<SourceId, Failure> {
    add_policy_named(sources, path, None)
}

/// The same, with a name for standard input: what the policy there uses lies beside it.
///
/// # Errors
/// As for [`add_policy`].
pub(crate) fn add_policy_named(
    sources: &mut Sources,
    path: &Path,
    stdin_name: Option<&str>,
) -> Result<SourceId, Failure> {
    let id = match stdin_name.filter(|_| is_standard_input(path)) {
        Some(name) => add(sources, name.to_owned(), bytes(&mut io::stdin().lock(), path)?)?,
        None => add_file(sources, path)?,
    };
    servanda::gather(sources, id, text_under);
    Ok(id)
}

/// The text of the file under a name, where there is one.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8, in one clause.
pub(crate) fn text_under(name: &str) -> Result<Option<String>, String> {
    let path = Path::new(name);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(reason(&error)),
    };
    let mut bytes = Vec::new();
    let limit = servanda::SOURCE_BYTES_MAX as u64 + 1;
    file.by_ref().take(limit).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    text(bytes).map(Some).map_err(|why| format!("it {why}"))
}

/// Adds the file at a path to the texts, where it is not among them.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8.
pub(crate) fn add_file(sources: &mut Sources, path: &Path) -> Result<SourceId, Failure> {
    let (name, bytes) = if is_standard_input(path) {
        ("<stdin>".to_owned(), bytes(&mut io::stdin().lock(), path)?)
    } else {
        let name = path.display().to_string();
        if let Some(known) = sources.named(&name) {
            return Ok(known);
        }
        (name, bytes(&mut open(path)?, path)?)
    };
    add(sources, name, bytes)
}

fn add(sources: &mut Sources, name: String, bytes: Vec<u8>) -> Result<SourceId, Failure> {
    Sources::check_size(bytes.len() as u64)
        .map_err(|error| Failure::invalid(format!("`{name}`: {error}")))?;
    let text = text(bytes).map_err(|why| Failure::invalid(format!("`{name}` {why}")))?;
    Ok(sources.add(name, text))
}

/// Bytes as a text; what they are instead, one clause without its subject.
fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("is not UTF-8 text: the byte {valid}, in line {line}, begins no character")
    })
}

/// All bytes of a policy, one more than is allowed at most.
fn bytes(input: &mut impl Read, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = servanda::SOURCE_BYTES_MAX as u64 + 1;
    input.take(limit).read_to_end(&mut bytes).map_err(|error| Failure::file(path, &error))?;
    Ok(bytes)
}

/// Opens a file to be read.
///
/// # Errors
/// When it is not there, may not be read, or is a folder.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
    let folder = file.metadata().map_err(|error| Failure::file(path, &error))?.is_dir();
    if folder {
        return Err(Failure::file(path, &io::Error::from(io::ErrorKind::IsADirectory)));
    }
    Ok(file)
}

/// The whole of a file or of standard input.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let result = if is_standard_input(path) {
        io::stdin().lock().read_to_end(&mut bytes)
    } else {
        open(path)?.read_to_end(&mut bytes)
    };
    result.map(|_| bytes).map_err(|error| Failure::file(path, &error))
}

/// The contents of the file under a name, where there is one.
///
/// # Errors
/// When it cannot be read, in one clause.
pub(crate) fn contents(name: &str) -> Result<Option<Vec<u8>>, String> {
    match std::fs::read(name) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(reason(&error)),
    }
}

/// The policies at these paths: files as they are, folders walked for `.sla` files in the order of their names.
///
/// What a repository leaves out (`.gitignore`, `.ignore`, `.servandaignore`) is not walked, nor is what is hidden; what
/// the computer's owner leaves out everywhere is, so that the same files are found on every computer.
///
/// A file that is found several times, however its path is written, is there once, by its first path.
///
/// # Errors
/// When a path cannot be read, or a folder holds no policy.
pub(crate) fn policies(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if !is_standard_input(path) && path.is_dir() {
            let before = found.len();
            walk(path, &mut found)?;
            if found.len() == before {
                return Err(Failure::usage(format!("`{}` holds no `.sla` file", path.display())));
            }
        } else {
            found.push(path.clone());
        }
    }
    // One folder holds no file twice.
    if paths.len() > 1 {
        let mut known = BTreeSet::new();
        found.retain(|path| {
            is_standard_input(path) || path.canonicalize().map_or(true, |whole| known.insert(whole))
        });
    }
    Ok(found)
}

/// Links to folders are not followed: they may lead in circles.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let mut walk = WalkBuilder::new(folder);
    walk.max_depth(Some(DEPTH_MAX)).require_git(false).git_global(false).git_exclude(false);
    walk.add_custom_ignore_filename(".servandaignore").sort_by_file_name(Ord::cmp);
    for entry in walk.build() {
        let entry = entry.map_err(|error| match error.io_error() {
            Some(reason) => Failure::file(folder, reason),
            None => Failure::usage(format!("`{}`: {error}", folder.display())),
        })?;
        let path = entry.into_path();
        if path.extension().is_some_and(|extension| extension == "sla") && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}
