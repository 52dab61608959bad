//! A policy, its instances and its events from files: what `evaluate` and `explain` share.

use crate::arguments::Log;
use crate::exit::Failure;
use crate::input;
use crate::terminal::{Stream, Terminal};
use servanda::report::{Period, Redaction};
use servanda::time::Instant;
use servanda::{Agreement, Compiled, Diagnostic, Run, Severity, Sources, moment, render};
use std::io::{self, BufReader};
use std::path::Path;

/// How many problems with instances are told before the rest is counted.
const TOLD_MAX: usize = 20;

/// Reads and checks a policy; its warnings are told.
///
/// # Errors
/// When it cannot be read, or cannot be evaluated: then its findings have been told.
pub(crate) fn compile(path: &Path, terminal: &Terminal) -> Result<Compiled, Failure> {
    let mut sources = Sources::new();
    input::add_policy(&mut sources, path)?;
    checked(&sources, terminal)
}

/// The same; nothing where the file only declares what others use.
///
/// # Errors
/// When it cannot be read, or cannot be evaluated: then its findings have been told.
pub(crate) fn compile_unless_library(path: &Path, terminal: &Terminal) -> Result<Option<Compiled>, Failure> {
    let mut sources = Sources::new();
    let id = input::add_policy(&mut sources, path)?;
    if servanda::is_library(&sources, id) {
        return Ok(None);
    }
    checked(&sources, terminal).map(Some)
}

/// What ids are replaced with, where a file has the key.
///
/// # Errors
/// When the file cannot be read, or is empty: with no key anybody could compute the hashes.
pub(crate) fn redaction(key: Option<&Path>, compiled: &Compiled) -> Result<Option<Redaction>, Failure> {
    let Some(path) = key else { return Ok(None) };
    if input::is_standard_input(path) {
        return Err(Failure::usage("the key is a file, and not standard input"));
    }
    let secret = input::read(path)?;
    if secret.is_empty() {
        return Err(Failure::usage(format!("the key in `{}` is empty", path.display())));
    }
    Ok(Some(Redaction::new(&secret, compiled.policy())))
}

fn checked(sources: &Sources, terminal: &Terminal) -> Result<Compiled, Failure> {
    let options = terminal.findings(Stream::Message);
    match servanda::compile(sources) {
        Ok(compiled) => {
            // Advice is for whoever writes the policy: `lint` tells it.
            let is_advice = |finding: &Diagnostic| finding.code().severity() == Severity::Advice;
            let told: Vec<Diagnostic> =
                compiled.warnings().iter().filter(|finding| !is_advice(finding)).cloned().collect();
            if !told.is_empty() {
                terminal.message(&render::human(&told, compiled.sources(), &options));
            }
            Ok(compiled)
        }
        Err(diagnostics) => {
            terminal.message(&diagnostics.human(&options));
            terminal.message(&diagnostics.summary().to_string());
            Err(Failure::Invalid(None))
        }
    }
}

/// What a run keeps beside what it computes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keeping {
    /// Its lines, for closed periods and corrections.
    pub(crate) lines: bool,
    /// Hashes of what it reads.
    pub(crate) hashes: bool,
}

/// A run over the events of the log; of a period and of corrections, one that keeps its lines, for what is known now
/// may not be what a period was closed with.
///
/// # Errors
/// When a file cannot be read, or nothing can be evaluated.
pub(crate) fn run(
    compiled: &Compiled,
    log: &Log,
    keeping: Keeping,
    terminal: &Terminal,
) -> Result<Run, Failure> {
    let Some(events) = &log.events else {
        return Err(Failure::usage(
            "no events are given: add `--events FILE`, or `--events -` for standard input",
        ));
    };
    if log.instances.as_deref().is_some_and(input::is_standard_input) && input::is_standard_input(events) {
        return Err(Failure::usage("only one of `--events` and `--instances` can be standard input"));
    }
    let mut run = match &log.instances {
        None => Run::of_log(compiled)
            .map_err(|error| Failure::invalid(format!("{error}: add `--instances FILE`")))?,
        Some(path) => instances(compiled, path, terminal)?,
    };
    if let Some(text) = &log.known_on {
        let known_on = match run.zone() {
            Some(zone) => moment(text, zone).map_err(Failure::usage)?,
            None => text.parse().map_err(|_| {
                let instants = "2026-03-01T10:00:00+03:00";
                Failure::usage(format!(
                    "the agreements have several time zones: write `--known-on` with its offset, `{instants}`"
                ))
            })?,
        };
        run = run.known_on(known_on);
    }
    if keeping.lines {
        run = run.keeping();
    }
    if keeping.hashes {
        run = run.hashing();
    }
    if input::is_standard_input(events) {
        run.read_from(&mut io::stdin().lock()).map_err(|error| Failure::file(events, &error))?;
    } else {
        let file = input::open(events)?;
        let bar = terminal.progress(file.metadata().map_or(0, |metadata| metadata.len()));
        let result = run.read_from(&mut bar.wrap_read(BufReader::with_capacity(1 << 16, file)));
        bar.finish_and_clear();
        result.map_err(|error| Failure::file(events, &error))?;
    }
    run.close();
    Ok(run)
}

/// A run over the instances of a file; what is wrong with some of them is told.
///
/// # Errors
/// When the file cannot be read, or no instance is sound.
pub(crate) fn instances(compiled: &Compiled, path: &Path, terminal: &Terminal) -> Result<Run, Failure> {
    let file = input::read(path)?;
    let (run, problems) = match Run::of_instances(compiled, &file) {
        Ok((run, problems)) => (Some(run), problems),
        Err(servanda::RunError::Instances(problems)) => (None, problems),
        Err(error) => return Err(Failure::invalid(error)),
    };
    for problem in problems.iter().take(TOLD_MAX) {
        let place = problem.problem.place;
        let code = problem.problem.code.number();
        let at = format!("{}:{}:{}", path.display(), place.line, place.column);
        let name = problem.instance.as_ref().map_or_else(String::new, |name| format!("`{name}`: "));
        let sources = compiled.sources();
        let said = problem.problem.wanted_by.and_then(|span| {
            let source = sources.get(span.source)?;
            let place = source.position(span.start);
            Some(format!(", by {}:{}:{}", source.name(), place.line, place.column))
        });
        let message = &problem.problem.message;
        terminal.message(&format!("{at}: {code} {name}{message}{}", said.unwrap_or_default()));
    }
    if problems.len() > TOLD_MAX {
        terminal.message(&format!("and {} more", problems.len() - TOLD_MAX));
    }
    run.ok_or_else(|| Failure::invalid(format!("`{}` has no sound instance", path.display())))
}

/// The instant up to which an instance is evaluated, and whether it was not asked for but chosen: the end of the
/// last date on which an event happened, or of the period if that is later.
///
/// # Errors
/// When what was asked for is no instant.
pub(crate) fn as_of(
    asked: Option<&str>,
    period: Option<&Period>,
    agreement: &Agreement,
    latest: Option<Instant>,
) -> Result<(Instant, bool), Failure> {
    let zone = &agreement.zone;
    if let Some(text) = asked {
        return moment(text, zone).map(|at| (at, false)).map_err(Failure::usage);
    }
    let events = latest.map(|at| zone.end_of(zone.date_of(at)));
    let period = period.map(|period| period.end(zone));
    Ok((events.max(period).unwrap_or(agreement.start), true))
}
