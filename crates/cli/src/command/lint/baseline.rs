//! Findings that are known: a repository begins with what it has, and only what is new is told.

use crate::exit::Failure;
use serde::{Deserialize, Serialize};
use servanda::{Diagnostic, Fingerprint, Severity, SourceId, Sources};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// What the file says it is.
const SCHEMA: &str = "servanda/baseline/1";

/// A file of known findings.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    findings: Vec<Known>,
}

/// A known finding. What it is known by are its file and its fingerprint; the rest is for whoever reads the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    file: String,
    code: String,
    name: String,
    path: String,
    message: String,
    fingerprint: String,
}

/// The findings that a file lists.
#[derive(Debug)]
pub(super) struct Baseline {
    folder: PathBuf,
    known: BTreeSet<(String, String)>,
    used: BTreeSet<(String, String)>,
}

impl Baseline {
    /// The file at a path.
    ///
    /// # Errors
    /// When it cannot be read, or is no such file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let file = read(path)?;
        let known = file.findings.into_iter().map(|known| (known.file, known.fingerprint)).collect();
        Ok(Self { folder: folder_of(path), known, used: BTreeSet::new() })
    }

    /// Whether a finding is known. Errors never are: a policy with one cannot be evaluated, and what the settings call one
    /// is to be mended.
    pub(super) fn knows(&mut self, finding: &Diagnostic, print: &Fingerprint, sources: &Sources) -> bool {
        let key = (name(finding, sources, &self.folder), print.hash.clone());
        let known = self.known.contains(&key);
        if known {
            self.used.insert(key);
        }
        known && finding.severity() < Severity::Error
    }

    /// How many of the known findings of these files are no longer there.
    pub(super) fn gone<'a>(&self, files: impl Iterator<Item = &'a str>) -> usize {
        let files: BTreeSet<String> = files.map(|file| beside(file, &self.folder)).collect();
        self.known.iter().filter(|key| files.contains(&key.0) && !self.used.contains(*key)).count()
    }
}

fn read(path: &Path) -> Result<File, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let wrong = |what: &dyn std::fmt::Display| {
        Failure::usage(format!(
            "`{}` is no baseline: {what}; `servanda lint … --write-baseline {0}` writes one",
            path.display()
        ))
    };
    let file: File = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    if file.schema != SCHEMA {
        return Err(wrong(&format!("its schema is `{}` and not `{SCHEMA}`", file.schema)));
    }
    Ok(file)
}

/// What has been written.
#[derive(Debug)]
pub(super) struct Written {
    /// How many findings the file lists now.
    pub(super) count: usize,
    /// How many of them are of files with an error, and have not been found now.
    pub(super) kept: usize,
}

/// Writes the findings that a baseline can hold. What it lists of files that have not been checked now and are still there
/// stays in it, and so does what it lists of files with an error, of which not every lint has been looked for.
///
/// # Errors
/// When there is a file that is no baseline, or it cannot be written.
pub(super) fn write(
    path: &Path,
    (findings, prints): (&[Diagnostic], &[Fingerprint]),
    (files, unsound): (&[SourceId], &[SourceId]),
    sources: &Sources,
) -> Result<Written, Failure> {
    let folder = folder_of(path);
    let names = |files: &[SourceId]| -> BTreeSet<String> {
        let sources = files.iter().filter_map(|id| sources.get(*id));
        sources.map(|source| beside(source.name(), &folder)).collect()
    };
    let (checked, unsound) = (names(files), names(unsound));
    let before = if path.exists() { read(path)?.findings } else { Vec::new() };
    let lints = findings.iter().zip(prints).filter(|(finding, _)| finding.severity() < Severity::Error);
    let known = lints.map(|(finding, print)| Known {
        file: name(finding, sources, &folder),
        code: finding.code().number().to_owned(),
        name: finding.code().name().to_owned(),
        path: print.path.clone(),
        message: finding.message().to_owned(),
        fingerprint: print.hash.clone(),
    });
    let mut known: BTreeSet<Known> = known.collect();
    let found: BTreeSet<(String, String)> =
        known.iter().map(|known| (known.file.clone(), known.fingerprint.clone())).collect();
    let mut kept = 0;
    for one in before {
        let again = found.contains(&(one.file.clone(), one.fingerprint.clone()));
        let stays = if checked.contains(&one.file) {
            unsound.contains(&one.file) && !again
        } else {
            folder.join(&one.file).exists()
        };
        if stays {
            kept += usize::from(unsound.contains(&one.file));
            known.insert(one);
        }
    }
    let findings: Vec<Known> = known.into_iter().collect();
    let count = findings.len();
    let file = File { schema: SCHEMA.to_owned(), findings };
    let text = serde_json::to_string_pretty(&file).map_err(Failure::usage)?;
    std::fs::write(path, text + "\n").map_err(|error| Failure::file(path, &error))?;
    Ok(Written { count, kept })
}

/// The folder of a file, from the root on.
fn folder_of(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    whole.parent().map(Path::to_path_buf).unwrap_or_default()
}

fn name(finding: &Diagnostic, sources: &Sources, folder: &Path) -> String {
    let source = sources.get(finding.primary().span.source);
    source.map_or(String::new(), |source| beside(source.name(), folder))
}

/// A path as it is seen from a folder, the same on every system and from every working folder.
fn beside(file: &str, folder: &Path) -> String {
    let whole = std::path::absolute(file).unwrap_or_else(|_| PathBuf::from(file));
    let (whole, folder) = (plain(&whole), plain(folder));
    let same = whole.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", folder.len() - same).map(str::to_owned);
    up.chain(whole.iter().skip(same).cloned()).collect::<Vec<_>>().join("/")
}

/// The parts of a path without those that lead back.
fn plain(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            Component::CurDir | Component::RootDir => {}
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::Prefix(part) => parts.push(part.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts
}
