//! The versions of an agreement in a statement: which text governs from when on, and what is not in force.

use crate::statement::Material;
use serde::Serialize;
use servanda_policy::arena::Id;

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
    if policy.versions.len() < 2 {
        return Vec::new();
    }
    let lines = policy.versions.iter().zip(&agreement.versions).map(|((id, version), from)| VersionLine {
        title: if id.index() == 0 { ORIGINAL.to_owned() } else { version.title.clone() },
        from: material.instant(*from),
        hash: version.hash.clone(),
    });
    lines.collect()
}

/// The title of the version in force just before the instant of the outcome.
pub(super) fn in_force(material: &Material<'_>) -> String {
    let last = servanda_policy::time::Instant(material.outcome.as_of.0.saturating_sub(1));
    let version = material.agreement.version_at(last);
    match material.policy.versions.find(version) {
        Some(version_of) if version.index() > 0 => version_of.title.clone(),
        _ => ORIGINAL.to_owned(),
    }
}

/// What somebody has not signed.
pub(super) fn unsigned(material: &Material<'_>) -> Vec<UnsignedLine> {
    let policy = material.policy;
    let name =
        |id: &servanda_policy::policy::PartyId| policy.parties.find(*id).map(|party| party.name.clone());
    let lines = policy.unsigned.iter().map(|unsigned| UnsignedLine {
        title: unsigned.title.clone(),
        missing: unsigned.missing.iter().filter_map(name).collect(),
    });
    lines.collect()
}

/// The numbers and titles of the clauses in the order of the text, each once, with the title that it was given last.
pub(super) fn clauses(material: &Material<'_>) -> Vec<(String, String)> {
    let mut clauses: Vec<(String, String)> = Vec::new();
    for clause in material.policy.clauses.values() {
        match clauses.iter_mut().find(|(number, _)| *number == clause.number) {
            Some((_, title)) => title.clone_from(&clause.title),
            None => clauses.push((clause.number.clone(), clause.title.clone())),
        }
    }
    clauses
}
