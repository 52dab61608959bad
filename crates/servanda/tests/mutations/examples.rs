//! The agreements that are edited, and how they are checked: as `servanda lint` does, with the files that they use.

use crate::tokens::{self, Kind, Token};
use servanda::{
    Diagnostic, Policy, SourceId, Sources, check, check_attachments, check_scenarios, gather, sort,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// An agreement, or a file that others use.
#[derive(Debug)]
pub(crate) struct Example {
    /// The path from the root of the repository.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
    /// What the text declares: parties, cases, figures, fields.
    pub(crate) names: Vec<String>,
    /// What is found in it as it is.
    pub(crate) known: Vec<Diagnostic>,
    /// The file whose meaning it is part of, where it has none of its own.
    pub(crate) user: Option<(String, String)>,
    /// What it means as it is.
    pub(crate) meaning: Option<String>,
}

/// What checking a text gives.
pub(crate) struct Findings {
    pub(crate) sources: Sources,
    pub(crate) list: Vec<Diagnostic>,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "sla") {
            found.push(path);
        }
    }
}

/// Every agreement under `examples/`.
pub(crate) fn all() -> Vec<Example> {
    let root = root();
    let mut paths = Vec::new();
    walk(&root.join("examples"), &mut paths);
    paths.sort();
    let files: Vec<(String, String)> = paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.iter().map(|(name, text)| Example::new(name, text, &files)).collect()
}

/// What stands in front of a name where it is declared.
const DECLARING: [&str; 7] = ["party", "role", "case", "measure", "let", "calendar", "event"];

impl Example {
    fn new(name: &str, text: &str, files: &[(String, String)]) -> Self {
        let mut example = Self {
            name: name.to_owned(),
            text: text.to_owned(),
            tokens: tokens::tokens(text),
            names: Vec::new(),
            known: Vec::new(),
            user: None,
            meaning: None,
        };
        let names: BTreeSet<&str> = (0..example.tokens.len())
            .filter(|at| example.tokens.get(*at).is_some_and(|token| token.kind == Kind::Word))
            .filter(|at| {
                let before = at.checked_sub(1).map_or("", |before| example.token(before));
                DECLARING.contains(&before) || matches!(example.token(at + 1), ":" | "?")
            })
            .map(|at| example.token(at))
            .collect();
        example.names = names.into_iter().map(str::to_owned).collect();
        let (found, policy) = example.checked(text);
        example.known = found.list;
        if policy.is_none() {
            let uses = |(other, text): &&(String, String)| {
                let sources = gathered(other, text, |_| None);
                *other != name
                    && sources.named(name).is_some()
                    && check(&sources, SourceId(0)).policy.is_some()
            };
            example.user = files.iter().find(uses).cloned();
        }
        example.meaning = example.meaning_of(text);
        example
    }

    /// The text of a token; empty behind the last one.
    pub(crate) fn token(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|token| self.text.get(token.range.clone())).unwrap_or("")
    }

    fn checked(&self, text: &str) -> (Findings, Option<Policy>) {
        let sources = gathered(&self.name, text, |_| None);
        let checked = check(&sources, SourceId(0));
        let mut list = checked.diagnostics;
        list.extend(checked.policy.iter().flat_map(check_scenarios));
        let papers = |name: &str| Ok(fs::read(root().join(name)).ok());
        list.extend(checked.policy.iter().flat_map(|policy| check_attachments(policy, &sources, papers)));
        sort(&mut list);
        (Findings { sources, list }, checked.policy)
    }

    /// What is found in another text of this file.
    pub(crate) fn findings(&self, text: &str) -> Findings {
        self.checked(text).0
    }

    /// What is found in another text of this file and not in its own.
    pub(crate) fn new_findings(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut known: Vec<_> = self.known.iter().map(|it| (it.code(), it.message())).collect();
        let mut new = findings;
        new.retain(|it| match known.iter().position(|known| *known == (it.code(), it.message())) {
            Some(at) => {
                known.swap_remove(at);
                false
            }
            None => true,
        });
        new
    }

    fn policy(&self, text: &str) -> Option<servanda::Compiled> {
        let sources = match &self.user {
            None => gathered(&self.name, text, |_| None),
            Some((user, own)) => gathered(user, own, |name| (name == self.name).then(|| text.to_owned())),
        };
        servanda::compile(&sources).ok()
    }

    /// The hash of what another text of this file means.
    pub(crate) fn meaning_of(&self, text: &str) -> Option<String> {
        self.policy(text).map(|compiled| compiled.policy().hash.clone())
    }

    /// Whether all scenarios come out as they say.
    pub(crate) fn scenarios_pass(&self, text: &str) -> bool {
        self.policy(text)
            .is_some_and(|it| servanda::scenarios(&it).iter().all(servanda::ScenarioResult::passed))
    }
}

/// A text and what it uses; `other` may give another text than the file has.
fn gathered(name: &str, text: &str, other: impl Fn(&str) -> Option<String>) -> Sources {
    let mut sources = Sources::new();
    let id = sources.add(name, text);
    gather(&mut sources, id, |name| Ok(other(name).or_else(|| fs::read_to_string(root().join(name)).ok())));
    sources
}
