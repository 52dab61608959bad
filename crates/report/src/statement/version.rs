//! The versions of an agreement in a statement: which text governs from when on, and what is not in force.

use crate::statement::Material;
use serde::Serialize;
use servanda_policy::arena::Id;
use servanda_policy::time::Instant;

/// A version of the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionLine {
    /// The title of the amendment that makes it; `original` for the text as it was first.
    pub title: String,
    /// From when on it governs, RFC 3339.
    pub from: String,
    /// The hash of its meaning.
    pub hash: String,
}

/// What is not in force because somebody has not signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnsignedLine {
    /// The title of the agreement or of the amendment.
    pub title: String,
    /// The parties that have not signed.
    pub missing: Vec<String>,
}

/// What the text as it was first is called.
const ORIGINAL: &str = "original";

/// The versions, where something amends the agreement.
pub(super) fn versions(material: &Material<'_>) -> Vec<VersionLine> {
    let (policy, agreement) = (material.policy, material.agreement);
    if policy.versions.len() < 2 || !policy.is_signed() {
        return Vec::new();
    }
    let lines = policy.versions.iter().zip(&agreement.versions).map(|((id, version), from)| VersionLine {
        title: if id.index() == 0 { ORIGINAL.to_owned() } else { version.title.clone() },
        from: material.instant(*from),
        hash: version.hash.clone(),
    });
    lines.collect()
}

/// The title of the version in force just before an instant.
pub(super) fn in_force(material: &Material<'_>, end: Instant) -> String {
    let last = end.previous();
    let version = material.agreement.version_at(last);
    match material.policy.versions.find(version) {
        Some(version_of) if version.index() > 0 => version_of.title.clone(),
        _ => ORIGINAL.to_owned(),
    }
}

/// What somebody has not signed.
pub(super) fn unsigned(material: &Material<'_>) -> Vec<UnsignedLine> {
    let policy = material.policy;
    let lines = policy
        .unsigned
        .iter()
        .map(|unsigned| UnsignedLine { title: unsigned.title.clone(), missing: unsigned.missing.clone() });
    lines.collect()
}

/// The numbers and titles of the clauses in the order of the text, each once, with the title that it has just before an
/// instant, or the first one that it is given after it.
pub(super) fn clauses(material: &Material<'_>, end: Instant) -> Vec<(String, String)> {
    let in_force = material.agreement.version_at(end.previous());
    let mut clauses: Vec<(String, String)> = Vec::new();
    for clause in material.policy.clauses.values() {
        match clauses.iter_mut().find(|(number, _)| *number == clause.number) {
            Some((_, title)) if clause.version <= in_force => title.clone_from(&clause.title),
            Some(_) => {}
            None => clauses.push((clause.number.clone(), clause.title.clone())),
        }
    }
    clauses
}
