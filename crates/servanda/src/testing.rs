//! For tests: events by their names, a sink that records, the [laws] that hold for a policy and its log, and laws that
//! hold for any bytes whatever, to be called by tests and by fuzzers.
//!
//! A law answers with what broke it, in words, and never panics by itself. What a policy means is not among them:
//! that is for scenarios and for the second evaluator.

mod event;
mod explained;
mod holidays;
pub mod laws;
mod transcript;

pub use event::{Event, event};
pub use explained::{every_line_is_explained, every_line_of_scenarios_is_explained};
pub use holidays::holidays_are_total;
pub use transcript::Transcript;

use crate::{Compiled, Run, SourceId, Sources, compile, render};
use servanda_diagnostics::{Diagnostic, Severity};
use servanda_evaluator::Outcome;
use servanda_events::{Instances, Line, Reader, Schema};
use servanda_parser::Parsed;
use servanda_parser::ast::Item;
use servanda_policy::Binder;
use servanda_policy::time::Instant;
use std::fmt::Debug;
use std::io::{self, Read};
use std::sync::Arc;

/// What broke a law.
pub type Broken = String;

/// Any bytes are read as a policy: what is told of them points at whole characters of the text, and the comments
/// stand in it in order.
///
/// # Errors
/// What broke the law.
pub fn parsing_is_total(bytes: &[u8]) -> Result<(), Broken> {
    let sources = sources(bytes);
    let Some(source) = sources.get(SourceId(0)) else { return Ok(()) };
    let parsed = servanda_parser::parse(SourceId(0), source.text());
    findings_are_sound(&parsed.diagnostics, &sources)?;
    let mut end = 0;
    for comment in &parsed.comments {
        hold(comment.span.start >= end, || format!("the comment at {:?} is out of order", comment.span))?;
        same("the text of a comment", &sources.text(comment.span), &comment.text.as_str())?;
        end = comment.span.end;
    }
    Ok(())
}

/// A policy that can be read can be laid out; laid out again it stays as it is, and it says the same.
///
/// # Errors
/// What broke the law.
pub fn formatting_keeps_what_is_said(bytes: &[u8]) -> Result<(), Broken> {
    let sources = sources(bytes);
    let Some(source) = sources.get(SourceId(0)) else { return Ok(()) };
    let parsed = servanda_parser::parse(SourceId(0), source.text());
    if parsed.diagnostics.iter().any(|finding| finding.severity() == Severity::Error) {
        return Ok(());
    }
    let once = servanda_parser::format(&parsed, source.text()).map_err(|error| error.to_string())?;
    let again = servanda_parser::parse(SourceId(0), &once);
    let twice = servanda_parser::format(&again, &once).map_err(|error| error.to_string())?;
    same("the layout of what is laid out", &twice, &once)?;
    same("the words of what is laid out", &words(&again, &once), &words(&parsed, source.text()))
}

/// The words of the agreements of a file, in their canonical order.
fn words(parsed: &Parsed, text: &str) -> Vec<String> {
    let sources = Sources::new().with("", text);
    let agreements = parsed.document.items.iter().filter_map(|item| match item {
        Item::Agreement(agreement) => Some(servanda_parser::canonical_words(agreement, &sources)),
        _ => None,
    });
    agreements.collect()
}

/// Any bytes are checked as a policy: either there is an error, or it can be evaluated. What is told can be shown.
///
/// # Errors
/// What broke the law.
pub fn checking_is_total(bytes: &[u8]) -> Result<(), Broken> {
    let sources = sources(bytes);
    let checked = crate::check(&sources, SourceId(0));
    findings_are_sound(&checked.diagnostics, &sources)?;
    let wrong = checked.diagnostics.iter().any(|finding| finding.severity() == Severity::Error);
    hold(wrong != checked.policy.is_some() || bytes.is_empty(), || {
        format!("there is {} error and {} policy", no(wrong), no(checked.policy.is_some()))
    })?;
    same("a second check", &crate::check(&sources, SourceId(0)).diagnostics, &checked.diagnostics)
}

/// Any bytes are read as a log, and read the same by the scanner, by serde_json alone, and in pieces.
///
/// # Errors
/// What broke the law, or that the policy is none.
pub fn logs_are_read_the_same_both_ways(policy: &str, log: &[u8]) -> Result<(), Broken> {
    let compiled = compiled(policy)?;
    let policy = compiled.policy();
    let agreement =
        Binder::new(policy).bind(&policy.title, Vec::new()).map_err(|problems| format!("{problems:?}"))?;
    let schema = Arc::new(Schema::new(policy));
    let [mut quick, mut sure, mut pieces] = [Vec::new(), Vec::new(), Vec::new()];
    let instances = Instances::discovered(&policy.title, agreement.currency);
    Reader::new(Arc::clone(&schema), instances.clone()).read(log, |line| quick.push(line));
    Reader::without_scanner(Arc::clone(&schema), instances.clone()).read(log, |line| sure.push(line));
    let mut slow = Slow { rest: log, at_once: 7 };
    let read = Reader::new(schema, instances.clone()).read_from(&mut slow, |line| pieces.push(line));
    read.map_err(|error| error.to_string())?;
    same_lines("serde_json alone", &sure, &quick)?;
    same_lines("reading in pieces", &pieces, &quick)
}

/// Any log is evaluated under any policy: every line is accounted for, no cap adds to an amount, what is asked twice
/// is answered alike, and the order of the lines decides nothing.
///
/// # Errors
/// What broke the law.
pub fn evaluating_is_total(policy: &[u8], log: &[u8]) -> Result<(), Broken> {
    let Ok(policy) = compile(&sources(policy)) else { return Ok(()) };
    let outcomes = outcomes(&policy, log);
    for outcome in &outcomes {
        let input = &outcome.input;
        hold(input.add_up(), || format!("the lines do not add up: {input:?}"))?;
        for entry in &outcome.entries {
            let grew = entry.amount.zip(entry.gross).is_some_and(|(net, gross)| net > gross);
            hold(!grew, || format!("a cap has added to an amount: {entry:?}"))?;
        }
    }
    // A mark at the beginning of a file belongs to no line, and the last line may be cut off.
    let log = log.strip_prefix(b"\xef\xbb\xbf").unwrap_or(log);
    if log.last().is_some_and(|last| *last == b'\n') {
        let mut lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
        lines.reverse();
        let mut turned = self::outcomes(&policy, &lines.concat());
        turned.sort_by(|one, other| one.agreement.cmp(&other.agreement));
        let mut outcomes = outcomes;
        outcomes.sort_by(|one, other| one.agreement.cmp(&other.agreement));
        same("the outcome of the lines in reverse", &told(&turned), &told(&outcomes))?;
    }
    Ok(())
}

/// The outcomes of all instances that a log names, as of the instant after the latest event of each.
fn outcomes(policy: &Compiled, log: &[u8]) -> Vec<Outcome> {
    // A policy with parameters that must be given has no instance without them.
    let Ok(mut run) = Run::of_log(policy) else { return Vec::new() };
    run.read(log);
    run.close();
    let numbers = 0..u32::try_from(run.agreements().len()).unwrap_or(0);
    let as_of = |instance| match run.latest(instance) {
        Some(latest) => latest.add_nanos(1).unwrap_or(Instant::MAX),
        None => run.agreement(instance).map_or(Instant::MIN, |agreement| agreement.start),
    };
    numbers.filter_map(|instance| run.outcome(instance, as_of(instance)).ok()).collect()
}

/// What outcomes tell, apart from the lines that they tell of.
fn told(outcomes: &[Outcome]) -> Vec<String> {
    let mut told = Vec::new();
    for outcome in outcomes {
        told.push(format!("{} as of {:?}: {:?}", outcome.agreement, outcome.as_of, outcome.input));
        told.push(format!("{:?}", outcome.problem_counts));
        told.extend(outcome.verdicts.iter().map(|verdict| {
            let when = (verdict.at, verdict.late_from, verdict.done_at);
            format!("{:?} {:?} {:?} {when:?}", verdict.duty, verdict.subject, verdict.verdict)
        }));
        told.extend(outcome.figures.iter().map(|figure| {
            let provisional = figure.provisional;
            format!("{:?} {:?} {:?} {provisional}", figure.measure, figure.window, figure.value)
        }));
        told.extend(outcome.entries.iter().map(|entry| {
            let amounts = (entry.gross, entry.amount, entry.capped_by);
            format!("{:?} {:?} {} {amounts:?}", entry.consequence, entry.subject, entry.ordinal)
        }));
    }
    told
}

fn sources(bytes: &[u8]) -> Sources {
    Sources::new().with("policy.sla", String::from_utf8_lossy(bytes))
}

fn compiled(policy: &str) -> Result<Compiled, Broken> {
    compile(&Sources::new().with("policy.sla", policy)).map_err(|findings| findings.to_string())
}

/// Every place that a finding points at is whole characters of the text, and every rendering takes it.
fn findings_are_sound(findings: &[Diagnostic], sources: &Sources) -> Result<(), Broken> {
    for finding in findings {
        let labels = finding.labels().iter().chain([finding.primary()]).map(|label| label.span);
        for span in labels.chain(finding.fixes().iter().map(|fix| fix.span)) {
            hold(sources.clip(span) == Some(span), || format!("{span:?} of {finding:?} is not in the text"))?;
        }
        hold(!finding.message().contains('\n'), || format!("the message of {finding:?} has two lines"))?;
    }
    let shown = render::human(findings, sources, &render::HumanOptions::default());
    let short = render::short(findings, sources);
    let data = render::json(findings, sources).to_string();
    hold(findings.is_empty() || ![shown, short, data].contains(&String::new()), || {
        "a rendering is empty".to_owned()
    })
}

fn same_lines(way: &str, found: &[Line], wanted: &[Line]) -> Result<(), Broken> {
    for (found, wanted) in found.iter().zip(wanted) {
        same(way, found, wanted)?;
    }
    same(way, &found.len(), &wanted.len())
}

fn same<T: PartialEq + Debug>(what: &str, found: &T, wanted: &T) -> Result<(), Broken> {
    hold(found == wanted, || format!("{what} differs: {found:#?}\ninstead of {wanted:#?}"))
}

fn hold(holds: bool, broken: impl FnOnce() -> Broken) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(broken()) }
}

const fn no(is: bool) -> &'static str {
    if is { "an" } else { "no" }
}

/// An input that gives a few bytes at once.
struct Slow<'a> {
    rest: &'a [u8],
    at_once: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (mut now, after) = self.rest.split_at(self.at_once.min(self.rest.len()).min(into.len()));
        self.rest = after;
        now.read(into)
    }
}
