//! From texts to a checked policy.

use crate::Diagnostics;
use servanda_diagnostics::{Code, Diagnostic, Severity, SourceId, Sources, Span, sort};
use servanda_parser::ast::{ClausePart, Document, Item, Line};
use servanda_policy::Wanted;
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

/// Parses and checks one of the texts with those that it uses, which [`gather`](crate::gather) adds; nothing where the
/// texts have no such one. A file that only declares what others use has no policy, and needs none.
pub fn check(sources: &Sources, id: SourceId) -> Checked {
    check_wanted(sources, id, &Wanted::default())
}

/// The same, with what is wanted of every agreement.
///
/// ```
/// use servanda::{Code, Part, SourceId, Sources, Wanted, check_wanted};
///
/// let text = "language 1. agreement \"Works\" { party agency. party client.
///   in force from 2026-01-01. time zone Etc/UTC. money in EUR. }";
/// let mut wanted = Wanted::default();
/// wanted.parts.push(Part::Liability);
/// let checked = check_wanted(&Sources::new().with("works.sla", text), SourceId(0), &wanted);
/// assert_eq!(checked.diagnostics[0].code(), Code::MissingPart);
/// ```
pub fn check_wanted(sources: &Sources, id: SourceId, wanted: &Wanted) -> Checked {
    if sources.get(id).is_none() {
        return Checked { policy: None, diagnostics: Vec::new() };
    }
    let parsed = servanda_parser::read(sources, id);
    let checked = servanda_policy::check_wanted(&parsed.document, sources, wanted);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(checked.diagnostics);
    sort(&mut diagnostics);
    let sound = diagnostics.iter().all(|finding| finding.severity() < Severity::Error);
    // What nothing uses may be used where the text could not be understood.
    diagnostics.retain(|finding| sound || !matches!(finding.code(), Code::Unused | Code::UnusedAllow));
    let unread = unread_clauses(&parsed.document);
    if !sound {
        // Else what is wrong with the scenarios would be told only once all the rest is right.
        let found = crate::scenario::findings_without_policy(&parsed.document, &diagnostics, sources);
        diagnostics.extend(found);
        sort(&mut diagnostics);
        // A duty that is missing in a clause may be the sentence that could not be read.
        let clause = |finding: &Diagnostic| {
            let written = sources.text(finding.primary().span);
            written.split('(').next().is_some_and(|number| unread.contains(&number))
        };
        diagnostics.retain(|finding| finding.code() != Code::UnknownDuty || !clause(finding));
    }
    Checked { policy: checked.policy.filter(|_| sound), diagnostics }
}

/// The numbers of the clauses of which a part could not be read.
fn unread_clauses(document: &Document) -> Vec<&str> {
    let lines = document.items.iter().flat_map(|item| match item {
        Item::Agreement(agreement) => agreement.lines.as_slice(),
        Item::Amendment(amendment) => amendment.lines.as_slice(),
        Item::Use(_) | Item::Line(_) | Item::Scenario(_) | Item::Annex(_) | Item::Broken(_) => &[],
    });
    let unread = lines.filter_map(|line| match line {
        Line::Clause(clause) if clause.parts.iter().any(|part| matches!(part, ClausePart::Broken(_))) => {
            Some(clause.number.value.as_str())
        }
        _ => None,
    });
    unread.collect()
}

/// What is wrong with the scenarios of a policy as they are written: names that it does not have, units that do not
/// fit. They are no part of what is agreed, so that a policy can be evaluated all the same.
pub fn check_scenarios(policy: &Policy) -> Vec<Diagnostic> {
    crate::scenario::findings(policy)
}

/// Whether one of the texts only declares what others use.
pub fn is_library(sources: &Sources, id: SourceId) -> bool {
    servanda_parser::is_library(&servanda_parser::read(sources, id))
}

/// Parses and checks a policy: the first of the texts, with those that it uses. They are among the texts, or in the
/// standard library.
///
/// # Errors
/// When the policy cannot be evaluated: every finding, warnings included.
pub fn compile(sources: &Sources) -> Result<Compiled, Diagnostics> {
    let mut sources = sources.clone();
    crate::gather(&mut sources, SourceId(0), |_| Ok(None));
    let Checked { policy, mut diagnostics } = check(&sources, SourceId(0));
    match policy {
        Some(policy) => {
            Ok(Compiled { policy: Arc::new(policy), sources: Arc::new(sources), warnings: diagnostics })
        }
        None => {
            if is_library(&sources, SourceId(0)) {
                let message = "the file has no agreement: it declares what others use";
                let finding = Diagnostic::new(Code::AgreementCount, Span::default(), message);
                diagnostics.push(finding.label("nothing to evaluate").help("name a file that uses it"));
            }
            Err(Diagnostics::new(diagnostics, sources))
        }
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
