//! `lint --fix`: the edits that findings bring with them, made in the files that are named.
//!
//! An edit that has one right answer is made; one that is only likely is made when it is asked for. No edit changes
//! what a policy comes to without a word: where one could be evaluated before, its meaning is compared.

use super::checked;
use crate::arguments::Lint;
use crate::exit::Failure;
use crate::input;
use crate::terminal::Terminal;
use servanda::report::comparison_table;
use servanda::{Code, Diagnostic, Fix, Severity, SourceId, Sources, Wanted, compare, compile, render};
use std::path::{Path, PathBuf};

/// What is mended may let the next finding be seen; more often than this it would be seen again.
const ROUNDS_MAX: usize = 20;

/// Makes the edits in every file, and tells each.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn all(
    arguments: &Lint,
    paths: &[PathBuf],
    wanted: &Wanted,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if paths.iter().any(|path| input::is_standard_input(path)) {
        return Err(Failure::usage("edits are made in files: standard input has none"));
    }
    for path in paths {
        one(arguments, path, wanted, terminal)?;
    }
    Ok(())
}

fn one(arguments: &Lint, path: &Path, wanted: &Wanted, terminal: &Terminal) -> Result<(), Failure> {
    let mut sources = Sources::new();
    let id = input::add_policy(&mut sources, path)?;
    let original = text(&sources, id);
    let was = compile(&sources).ok();
    let mut told = Vec::new();
    let mut changed = original.clone();
    for _ in 0..ROUNDS_MAX {
        let findings = checked::one(&sources, id, wanted);
        let edits = edits(arguments, &findings, id);
        let (mended, made) = made(&changed, &edits);
        if made.is_empty() {
            break;
        }
        let mut next = sources.clone();
        next.replace(id, &mended);
        servanda::gather(&mut next, id, input::text_under);
        // What cannot be read may become less, never more.
        if unreadable(&checked::one(&next, id, wanted)) > unreadable(&findings) {
            break;
        }
        told.extend(made.iter().map(|(finding, fix)| line(finding, fix, &sources)));
        (sources, changed) = (next, mended);
    }
    if changed == original {
        return Ok(());
    }
    let meaning = was.as_ref().map(|was| match compile(&sources) {
        Ok(is) => {
            let comparison = compare(was, &is);
            (!comparison.same).then(|| comparison_table(&comparison))
        }
        Err(findings) => Some(findings.to_string()),
    });
    if let Some(Some(difference)) = &meaning {
        // An edit that has one right answer changes no policy that could be evaluated.
        if !arguments.unsafe_fixes {
            terminal.message(&format!("{}: left as it is, for it would say something else", path.display()));
            return Ok(());
        }
        told.push(format!("{}: it says something else now:\n{difference}", path.display()));
    }
    std::fs::write(path, changed).map_err(|error| Failure::file(path, &error))?;
    told.iter().for_each(|line| terminal.message(line));
    Ok(())
}

fn text(sources: &Sources, id: SourceId) -> String {
    sources.get(id).map_or(String::new(), |source| source.text().to_owned())
}

/// How many errors are about the text alone.
fn unreadable(findings: &[Diagnostic]) -> usize {
    let errors = findings.iter().filter(|finding| finding.severity() == Severity::Error);
    errors.filter(|finding| finding.code() < Code::UnknownParty).count()
}

/// The edits that may be made: one for each finding that has one alone, in the order of the text.
fn edits<'f>(arguments: &Lint, findings: &'f [Diagnostic], id: SourceId) -> Vec<(&'f Diagnostic, &'f Fix)> {
    let alone = findings.iter().filter_map(|finding| match finding.fixes() {
        [fix] => Some((finding, fix)),
        _ => None,
    });
    let wanted = |fix: &Fix| fix.span.source == id && (fix.safe || arguments.unsafe_fixes);
    let mut edits: Vec<_> = alone.filter(|(_, fix)| wanted(fix)).collect();
    edits.sort_by_key(|(_, fix)| (fix.span, &fix.replacement));
    edits
}

/// The text with the edits of which none touches the one before it, and which those are.
fn made<'f>(text: &str, edits: &[(&'f Diagnostic, &'f Fix)]) -> (String, Vec<(&'f Diagnostic, &'f Fix)>) {
    let mut out = String::new();
    let mut made = Vec::new();
    let mut at = 0;
    for (finding, fix) in edits {
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        let touches = !made.is_empty() && start <= at;
        let Some(before) = text.get(at..start).filter(|_| !touches && text.is_char_boundary(end)) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&fix.replacement);
        at = end;
        made.push((*finding, *fix));
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, made)
}

/// An edit as it is told: the finding on one line, and what was done.
fn line(finding: &Diagnostic, fix: &Fix, sources: &Sources) -> String {
    let found = render::short(std::slice::from_ref(finding), sources);
    let sure = if fix.safe { "" } else { ", perhaps not what was meant" };
    format!("{}; mended: {}{sure}", found.trim_end(), fix.title)
}
