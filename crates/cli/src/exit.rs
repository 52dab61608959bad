//! Exit codes, and what ends a command early.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All is well.
    Well,
    /// There are findings: of a lint at or above the denied level, a failed scenario, a file that would change.
    Findings,
    /// The policy or the input is invalid.
    Invalid,
    /// Wrong use of the command, or a file that cannot be read or written.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Well => 0,
            Exit::Findings => 1,
            Exit::Invalid => 2,
            Exit::Usage => 3,
        })
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The policy or the input is invalid; without a message, it has been told already.
    Invalid(Option<String>),
    /// Wrong use, or a file that cannot be read or written.
    Usage(String),
    /// Nobody reads the result any more.
    NobodyReads,
}

impl Failure {
    /// Wrong use.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::Usage(message.to_string())
    }

    /// Invalid content.
    pub(crate) fn invalid(message: impl Display) -> Self {
        Self::Invalid(Some(message.to_string()))
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::Usage(format!("`{}`: {}", path.display(), reason(error)))
    }

    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_) => Exit::Invalid,
            Self::Usage(_) => Exit::Usage,
            Self::NobodyReads => Exit::Well,
        }
    }

    /// What to tell.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Self::Invalid(message) => message.as_deref(),
            Self::Usage(message) => Some(message),
            Self::NobodyReads => None,
        }
    }
}

/// An error of the system in plain words.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::NotADirectory => "it is no folder".to_owned(),
        io::ErrorKind::FileTooLarge => "no file may be that large here".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        _ => error.to_string(),
    }
}

impl From<io::Error> for Failure {
    /// Writing to standard output is the only thing that fails without a path.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::Usage(format!("standard output: {error}")),
        }
    }
}
