//! `servanda lint`: what is wrong with policies, and what their authors should look at.

mod baseline;
mod checked;
mod fix;
mod junit;
mod kept;
mod settings;

use crate::arguments::{Deny, FindingsFormat, Lint};
use crate::exit::{Exit, Failure};
use crate::input;
use crate::terminal::{Stream, Terminal};
use baseline::Baseline;
use checked::{Checked, Kept};
use servanda::render::{self, Identity};
use servanda::{Diagnostic, Fingerprint, Severity, Sources, Summary};
use settings::Settings;

/// Checks policies and prints the findings.
pub(super) fn run(arguments: &Lint, terminal: &Terminal) -> Result<Exit, Failure> {
    let settings = Settings::read(arguments.config.as_deref())?;
    if arguments.stdin_name.is_some() && !arguments.paths.iter().any(|path| input::is_standard_input(path)) {
        let what = "`--stdin-name` names the policy on standard input, and `-` is not among the paths";
        return Err(Failure::usage(what));
    }
    if arguments.state && !matches!(arguments.format, FindingsFormat::Human | FindingsFormat::Json) {
        let what = "`--state` tells people and programs: it goes with `--format human` and `--format json`";
        return Err(Failure::usage(what));
    }
    let paths = input::policies(&arguments.paths)?;
    if arguments.fix || arguments.unsafe_fixes {
        fix::all(arguments, &paths, &settings.wanted, terminal)?;
    }
    let Checked { sources, files, findings, kept, unsound, unread } =
        checked::all(&paths, arguments.stdin_name.as_deref(), &settings.wanted, arguments.state)?;
    let mut findings = settings.settle(findings);
    let known = arguments.baseline.as_ref().or(settings.baseline.as_ref());
    let mut told = Vec::new();
    // What is equal is told apart by its number among all, also when some of it is known.
    let mut prints = servanda::fingerprints(&findings, &sources);
    if let Some(path) = &arguments.write_baseline {
        let written = baseline::write(path, (&findings, &prints), (&files, &unsound), &sources)?;
        let is_error = |finding: &Diagnostic| finding.severity() == Severity::Error;
        (findings, prints) =
            findings.into_iter().zip(prints).filter(|(finding, _)| is_error(finding)).unzip();
        let kept = match written.kept {
            0 => String::new(),
            kept => format!(
                ", {kept} of them kept of files with errors, in which not every lint can be looked for"
            ),
        };
        told.push(format!("{} in {}{kept}", written.count, path.display()));
    } else if let Some(path) = known {
        let mut baseline = Baseline::read(path)?;
        let before = findings.len();
        (findings, prints) = findings
            .into_iter()
            .zip(prints)
            .filter(|(finding, print)| !baseline.knows(finding, print, &sources))
            .unzip();
        told.extend(counted(before - findings.len(), "known from the baseline"));
        // Where something is wrong, not every lint has been looked for.
        let sound = files.iter().filter(|id| !unsound.contains(id));
        let names = sound.filter_map(|id| sources.get(*id)).map(|source| source.name());
        told.extend(counted(baseline.gone(names), "of the baseline no longer there"));
    }
    let judged = Judged { arguments, findings: &findings, prints: &prints, sources: &sources, kept: &kept };
    terminal.result(&judged.printed(&files, terminal)?)?;
    let summary = Summary::of(&findings);
    if arguments.format == FindingsFormat::Human {
        terminal.message(&judged.counts(summary, files.len(), &told));
    }
    for message in unread.iter().filter_map(Failure::message) {
        terminal.message(&format!("error: {message}"));
    }
    let worst = unread.iter().map(Failure::exit).max().unwrap_or(Exit::Well).max(judged.exit());
    let max_warnings = arguments.max_warnings.or(settings.max_warnings);
    if let Some(most) = max_warnings.filter(|most| summary.warnings > *most) {
        terminal.message(&format!("too many warnings: {} where {most} are allowed", summary.warnings));
        return Ok(worst.max(Exit::Findings));
    }
    Ok(worst)
}

fn counted(count: usize, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} {what}"))
}

/// The findings that are told, as they were asked for.
#[derive(Debug, Clone, Copy)]
struct Judged<'a> {
    arguments: &'a Lint,
    findings: &'a [Diagnostic],
    /// What each of them is known by.
    prints: &'a [Fingerprint],
    sources: &'a Sources,
    /// What is kept of the agreements, where that was asked for.
    kept: &'a [Kept],
}

impl Judged<'_> {
    fn printed(self, files: &[servanda::SourceId], terminal: &Terminal) -> Result<String, Failure> {
        let Self { arguments, findings, prints, sources, kept } = self;
        Ok(match arguments.format {
            FindingsFormat::Human => {
                let found = render::human(findings, sources, &terminal.findings(Stream::Result));
                let between = if found.is_empty() || kept.is_empty() { "" } else { "\n" };
                format!("{found}{between}{}", kept::human(kept, sources))
            }
            FindingsFormat::Short => render::short(findings, sources),
            FindingsFormat::Github => render::github(findings, sources),
            FindingsFormat::Json => json(findings, prints, sources, arguments.state.then_some(kept)),
            FindingsFormat::Sarif => {
                let identities: Vec<Identity<'_>> = prints
                    .iter()
                    .map(|print| Identity { path: &print.path, fingerprint: &print.hash })
                    .collect();
                let log = render::sarif(findings, &identities, sources);
                format!("{}\n", serde_json::to_string_pretty(&log).map_err(Failure::usage)?)
            }
            FindingsFormat::Junit => {
                let failed = |finding: &Diagnostic| self.fails(finding);
                junit::report(findings, sources, files, failed).map_err(Failure::usage)?
            }
        })
    }

    /// How many findings there are, in how many files, and what else was found out.
    fn counts(self, summary: Summary, files: usize, told: &[String]) -> String {
        let mut text = summary.to_string();
        if files > 1 {
            let mut with: Vec<_> = self.findings.iter().map(|one| one.primary().span.source).collect();
            with.sort_unstable();
            with.dedup();
            text += &match with.len() {
                0 => format!(" in {files} files"),
                some => format!(" in {some} of {files} files"),
            };
        }
        for one in told {
            text += &format!("; {one}");
        }
        text
    }

    /// Whether a finding makes the command fail.
    fn fails(self, finding: &Diagnostic) -> bool {
        let denied = match self.arguments.deny {
            None => Severity::Error,
            Some(Deny::Warnings) => Severity::Warning,
            Some(Deny::Advice) => Severity::Advice,
        };
        finding.severity() >= denied
    }

    /// A policy that cannot be evaluated is more than a lint that somebody has called an error.
    fn exit(self) -> Exit {
        if self.findings.iter().any(|finding| finding.code().severity() == Severity::Error) {
            Exit::Invalid
        } else if self.findings.iter().any(|finding| self.fails(finding)) {
            Exit::Findings
        } else {
            Exit::Well
        }
    }
}

/// The findings for programs, each with what it is known by.
fn json(findings: &[Diagnostic], prints: &[Fingerprint], sources: &Sources, kept: Option<&[Kept]>) -> String {
    let mut value = render::json(findings, sources);
    if let (Some(kept), Some(value)) = (kept, value.as_object_mut()) {
        value.insert("state".to_owned(), kept::json(kept, sources));
    }
    let listed = value.get_mut("diagnostics").and_then(serde_json::Value::as_array_mut);
    for (one, print) in listed.into_iter().flatten().zip(prints) {
        if let Some(one) = one.as_object_mut() {
            one.insert("path".to_owned(), print.path.clone().into());
            one.insert("fingerprint".to_owned(), print.hash.clone().into());
        }
    }
    format!("{value}\n")
}
