//! `servanda.toml`: how much each lint matters in a repository.

use crate::exit::Failure;
use serde::Deserialize;
use servanda::{Code, Diagnostic, Part, Severity, Wanted, spelling};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What the file is called.
const NAME: &str = "servanda.toml";

/// How much a lint matters: not at all, or so much.
type Level = Option<Severity>;

/// What a repository has settled.
#[derive(Debug, Default)]
pub(super) struct Settings {
    levels: BTreeMap<Code, Level>,
    /// The findings that are known.
    pub(super) baseline: Option<PathBuf>,
    /// How many warnings there may be.
    pub(super) max_warnings: Option<usize>,
    /// What every agreement must have.
    pub(super) wanted: Wanted,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    lint: Section,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Section {
    levels: BTreeMap<Spanned<String>, Spanned<String>>,
    baseline: Option<PathBuf>,
    max_warnings: Option<usize>,
    parts: Vec<Spanned<String>>,
    most_figures: Option<usize>,
    bounded_state: bool,
    both_sides: bool,
}

impl Settings {
    /// What the named file says, or the nearest one; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or says something that is not known here.
    pub(super) fn read(named: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = named.map(Path::to_path_buf).or_else(nearest) else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
        let wrong = |what: String| Failure::usage(format!("`{}`: {what}", path.display()));
        let file: File = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let mut levels = BTreeMap::new();
        let told = |span: std::ops::Range<usize>, what: String| {
            let before = text.get(..span.start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            wrong(format!("line {line}: {what}"))
        };
        let mut wanted = Wanted::default();
        for word in &file.lint.parts {
            let part = part(word.get_ref()).map_err(|what| told(word.span(), what))?;
            if !wanted.parts.contains(&part) {
                wanted.parts.push(part);
            }
        }
        wanted.most_figures = file.lint.most_figures.unwrap_or(wanted.most_figures);
        wanted.bounded_state = file.lint.bounded_state;
        wanted.both_sides = file.lint.both_sides;
        for (name, word) in &file.lint.levels {
            let code = lint(name.get_ref()).map_err(|what| told(name.span(), what))?;
            let level = level(word.get_ref()).map_err(|what| told(word.span(), what))?;
            if levels.insert(code, level).is_some() {
                let what = format!("`{}` has a level already, under its other name", name.get_ref());
                return Err(told(name.span(), what));
            }
        }
        // Like the levels, a baseline lies where the file says, wherever it is asked for.
        let baseline = file.lint.baseline.map(|baseline| match path.parent() {
            Some(folder) => folder.join(baseline),
            None => baseline,
        });
        Ok(Self { levels, baseline, max_warnings: file.lint.max_warnings, wanted })
    }

    /// Gives each finding the severity that is settled, and takes out what is allowed.
    pub(super) fn settle(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let settled = |finding: Diagnostic| match self.levels.get(&finding.code()) {
            None => Some(finding),
            Some(level) => level.map(|severity| finding.with_severity(severity)),
        };
        findings.into_iter().filter_map(settled).collect()
    }
}

/// The nearest file at or above the working folder; a repository's is its own.
fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    for (up, folder) in here.ancestors().enumerate() {
        if folder.join(NAME).is_file() {
            // As it is seen from here, for messages.
            let steps: PathBuf = std::iter::repeat_n("..", up).collect();
            return Some(steps.join(NAME));
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The lint with a name.
fn lint(name: &str) -> Result<Code, String> {
    match Code::find(name) {
        Some(code) if code.is_lint() => Ok(code),
        Some(code) => Err(format!(
            "`{name}` has no level: {}",
            match code.severity() {
                Severity::Error => "without mending it the policy cannot be evaluated",
                Severity::Warning | Severity::Advice => "it is told of events, not of policies",
            }
        )),
        None => {
            let known = Code::ALL.iter().filter(|code| code.is_lint()).map(|code| code.name());
            Err(match spelling::nearest(name, known) {
                Some(near) => format!("there is no lint `{name}`; did you mean `{near}`?"),
                None => format!("there is no lint `{name}`; `servanda explain` lists them"),
            })
        }
    }
}

/// The part of an agreement with a word.
fn part(word: &str) -> Result<Part, String> {
    Part::named(word).ok_or_else(|| {
        let known = Part::ALL.iter().map(|part| part.word());
        match spelling::nearest(word, known.clone()) {
            Some(near) => format!("there is no part `{word}`; did you mean `{near}`?"),
            None => {
                let all: Vec<String> = known.map(|known| format!("`{known}`")).collect();
                format!("there is no part `{word}`; there are {}", all.join(", "))
            }
        }
    })
}

fn level(word: &str) -> Result<Level, String> {
    match word {
        "allow" => Ok(None),
        "advice" => Ok(Some(Severity::Advice)),
        "warning" => Ok(Some(Severity::Warning)),
        "error" => Ok(Some(Severity::Error)),
        _ => Err(format!("`{word}` is no level; a lint has `allow`, `advice`, `warning` or `error`")),
    }
}
