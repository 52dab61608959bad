//! From texts to a checked policy.

use crate::Diagnostics;
use servanda_diagnostics::{Code, Diagnostic, Severity, SourceId, Sources, sort};
use servanda_policy::policy::Policy;
use std::sync::Arc;

/// A checked policy with its text and what its author should look at.
#[derive(Debug, Clone)]
pub struct Compiled {
    policy: Arc<Policy>,
    sources: Arc<Sources>,
    warnings: Vec<Diagnostic>,
}

impl Compiled {
    /// The policy.
    pub const fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The texts that its spans point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Warnings and advice, in the order of the text.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

/// What checking one text gives.
#[derive(Debug)]
pub struct Checked {
    /// The policy; none where there is an error.
    pub policy: Option<Policy>,
    /// Every finding, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses and checks one of the texts; nothing where the texts have no such one.
pub fn check(sources: &Sources, id: SourceId) -> Checked {
    let Some(source) = sources.get(id) else { return Checked { policy: None, diagnostics: Vec::new() } };
    let parsed = servanda_parser::parse(id, source.text());
    let checked = servanda_policy::check_among(&parsed.document, sources);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(checked.diagnostics);
    sort(&mut diagnostics);
    let sound = diagnostics.iter().all(|finding| finding.severity() < Severity::Error);
    // What nothing uses may be used where the text could not be understood.
    diagnostics.retain(|finding| sound || finding.code() != Code::Unused);
    Checked { policy: checked.policy.filter(|_| sound), diagnostics }
}

/// What is wrong with the scenarios of a policy as they are written: names that it does not have, units that do not
/// fit. They are no part of what is agreed, so that a policy can be evaluated all the same.
pub fn check_scenarios(policy: &Policy) -> Vec<Diagnostic> {
    crate::scenario::findings(policy)
}

/// Parses and checks a policy: the first of the texts.
///
/// # Errors
/// When the policy cannot be evaluated: every finding, warnings included.
pub fn compile(sources: &Sources) -> Result<Compiled, Diagnostics> {
    let Checked { policy, diagnostics } = check(sources, SourceId(0));
    match policy {
        Some(policy) => Ok(Compiled {
            policy: Arc::new(policy),
            sources: Arc::new(sources.clone()),
            warnings: diagnostics,
        }),
        None => Err(Diagnostics::new(diagnostics, sources.clone())),
    }
}

/// Why a text could not be laid out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// It cannot be read: what the parser found.
    #[error("{0}")]
    Unreadable(Diagnostics),
    /// A defect of the formatter, found before it did harm.
    #[error("{0}; this is a defect of the tool, please report it")]
    Defect(servanda_parser::FormatError),
}

/// One of the texts in the one layout, with its comments.
///
/// # Errors
/// When it cannot be read, or laying it out would have changed what it says.
pub fn format(sources: &Sources, id: SourceId) -> Result<String, FormatError> {
    let text = sources.get(id).map_or("", |source| source.text());
    let parsed = servanda_parser::parse(id, text);
    match servanda_parser::format(&parsed, text) {
        Ok(text) => Ok(text),
        Err(servanda_parser::FormatError::Unreadable) => {
            Err(FormatError::Unreadable(Diagnostics::new(parsed.diagnostics, sources.clone())))
        }
        Err(defect) => Err(FormatError::Defect(defect)),
    }
}
