//! Papers that belong to an agreement and stand in files of their own.

use servanda_diagnostics::Span;

/// A paper that an agreement, or an amendment of it, says is part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// What it is called.
    pub title: String,
    /// Its file: a path that begins at the folder of the text that names it.
    pub file: String,
    /// Where the file is named.
    pub file_span: Span,
    /// What the contents of the file are known by, as written, and where: `sha256:` and 64 hexadecimal digits.
    pub hash: Option<(String, Span)>,
    /// The whole line.
    pub span: Span,
}
