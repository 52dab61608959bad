//! A policy, an instance of it and a log, and the machine that evaluates them.

use crate::generate::{self, Log};
use crate::meaning::{self, Parts};
use crate::oracle::{self, Line};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestCaseResult, TestRng, TestRunner};
use servanda_diagnostics::{Severity, SourceId, Sources};
use servanda_evaluator::{Evaluator, Outcome, Retraction};
use servanda_policy::Binder;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::Instant;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// What a law is tried on.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) text: String,
    pub(crate) policy: Arc<Policy>,
    pub(crate) agreement: Arc<Agreement>,
    pub(crate) log: Log,
    /// Choices that a law makes for itself.
    pub(crate) choices: Vec<u32>,
}

impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", self.text)?;
        for line in &self.log.lines {
            match line {
                Line::Fact(fact) => {
                    let name = &self.policy.events[fact.event].name;
                    writeln!(f, "{} {name} {:?} {:?}", fact.at, fact.id, fact.fields)?;
                }
                Line::Retraction { id, at, .. } => writeln!(f, "{at} retraction of {id}")?,
            }
        }
        write!(f, "as of {}, choices {:?}", self.log.as_of, self.choices)
    }
}

/// The holidays of a file that policies name.
const DAYS: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260316\r\nDTEND;VALUE=DATE:20260319\r\n\
    SUMMARY:Closed\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20240226\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=-1MO\r\n\
    END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200407\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// A text with the file that it may name.
pub(crate) fn sources(text: &str) -> Sources {
    Sources::new().with("", text).with("days.ics", DAYS)
}

/// The policy of a text, with an instance that leaves every parameter at its default.
pub(crate) fn compile(text: &str) -> (Arc<Policy>, Arc<Agreement>) {
    try_compile(text).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

fn try_compile(text: &str) -> Result<(Arc<Policy>, Arc<Agreement>), String> {
    let sources = sources(text);
    let parsed = servanda_parser::read(&sources, SourceId(0));
    let checked = servanda_policy::check_among(&parsed.document, &sources);
    let findings = || {
        let all = parsed.diagnostics.iter().chain(&checked.diagnostics);
        all.filter(|finding| finding.severity() == Severity::Error).map(|finding| {
            let span = finding.primary().span;
            format!("{} at `{}`", finding.message(), &text[span.start as usize..span.end as usize])
        })
    };
    let policy = checked.policy.as_ref().filter(|_| parsed.diagnostics.is_empty());
    let Some(policy) = policy else { return Err(findings().collect::<Vec<_>>().join("\n")) };
    let agreement = Binder::new(policy).bind("one", Vec::new()).map_err(|why| format!("{why:?}"))?;
    Ok((Arc::new(policy.clone()), Arc::new(agreement)))
}

/// Scenes of a policy that numbers choose, of at most so many events.
fn scenes(policy: impl Fn(&[u32]) -> String, events: usize) -> impl Strategy<Value = Scene> {
    let numbers = |length: usize| proptest::collection::vec(any::<u32>(), length);
    let log = proptest::collection::vec(proptest::array::uniform10(any::<u32>()), 0..=events);
    (numbers(400), log, numbers(6), numbers(12)).prop_map(move |(numbers, events, as_of, choices)| {
        let text = policy(&numbers);
        let (policy, agreement) = compile(&text);
        let log = generate::log(&policy, &agreement, &events, &as_of);
        Scene { text, policy, agreement, log, choices }
    })
}

/// Tries a law: the same scenes in every ordinary run, others in a long one. A scene that breaks it is made smaller
/// by dropping events, then clauses, unless `SERVANDA_LAW_AS_FOUND` is set.
pub(crate) fn hold(events: usize, law: impl Fn(&Scene) -> TestCaseResult) {
    hold_in(|numbers| generate::policy(numbers).text, events, law);
}

/// Tries a law on policies of one kind.
pub(crate) fn hold_in(
    policy: impl Fn(&[u32]) -> String,
    events: usize,
    law: impl Fn(&Scene) -> TestCaseResult,
) {
    let long = said("SERVANDA_LAW_CASES").and_then(|cases| cases.parse().ok());
    let config = Config { cases: long.unwrap_or(256), failure_persistence: None, ..Config::default() };
    let mut runner = match long {
        None => TestRunner::new_with_rng(config.clone(), TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        Some(_) => TestRunner::new(config.clone()),
    };
    let strategy = scenes(policy, events);
    for _ in 0..config.cases {
        let scene = strategy.new_tree(&mut runner).expect("every tape is a scene").current();
        if broken(&law, &scene).is_some() {
            let as_found = said("SERVANDA_LAW_AS_FOUND").is_some();
            let scene = if as_found { scene } else { smaller(&law, scene) };
            let why = broken(&law, &scene).unwrap_or_default();
            panic!("{why}\n{scene:?}");
        }
    }
}

/// What is said from outside of how the laws are tried.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of what they test")]
fn said(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Why a scene breaks a law.
pub(crate) fn broken(law: &impl Fn(&Scene) -> TestCaseResult, scene: &Scene) -> Option<String> {
    match std::panic::catch_unwind(AssertUnwindSafe(|| law(scene))) {
        Ok(Ok(())) => None,
        Ok(Err(why)) => Some(why.to_string()),
        Err(panic) => Some(match panic.downcast_ref::<String>() {
            Some(message) => format!("it panics: {message}"),
            None => "it panics".to_owned(),
        }),
    }
}

pub(crate) fn smaller(law: &impl Fn(&Scene) -> TestCaseResult, mut scene: Scene) -> Scene {
    loop {
        let size = (scene.log.lines.len(), scene.text.len());
        for place in (0..scene.log.lines.len()).rev() {
            let mut candidate = scene.clone();
            candidate.log.lines.remove(place);
            if broken(law, &candidate).is_some() {
                scene = candidate;
            }
        }
        for clause in parts(&scene.text).into_iter().rev() {
            let text = scene.text.replace(&clause, "");
            let Ok((policy, agreement)) = try_compile(&text) else { continue };
            // The lines of the log name their events by number.
            if policy.events.len() != scene.policy.events.len() {
                continue;
            }
            let candidate = Scene { text, policy, agreement, ..scene.clone() };
            if broken(law, &candidate).is_some() {
                scene = candidate;
            }
        }
        if size == (scene.log.lines.len(), scene.text.len()) {
            return scene;
        }
    }
}

/// The clauses of a generated text, each with its braces.
pub(crate) fn clauses(text: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("  clause ") {
            clauses.push(String::new());
            inside = true;
        }
        if let Some(clause) = clauses.last_mut().filter(|_| inside) {
            *clause += line;
            *clause += "\n";
        }
        inside &= line != "  }";
    }
    clauses
}

/// The agreement and its amendments, each by itself.
pub(crate) fn texts(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = text.match_indices("\namendment ").map(|(at, _)| at).collect();
    let from = std::iter::once(0).chain(starts.iter().copied());
    from.zip(starts.iter().copied().chain([text.len()])).map(|(from, to)| &text[from..to]).collect()
}

/// What can be left out of a text: amendments, their lines, clauses.
fn parts(text: &str) -> Vec<String> {
    let amendments = texts(text).split_off(1);
    let lines = amendments.iter().flat_map(|it| it.lines()).filter(|line| {
        ["  let ", "  calendar ", "  removes ", "  signed "].iter().any(|start| line.starts_with(start))
    });
    let lines: Vec<String> = lines.map(|line| format!("{line}\n")).collect();
    [clauses(text), lines, amendments.into_iter().map(str::to_owned).collect()].concat()
}

/// Pushes a line.
pub(crate) fn push(evaluator: &mut Evaluator, instance: u32, line: &Line) {
    match line {
        Line::Fact(fact) => evaluator.push(instance, fact.clone()),
        Line::Retraction { id, at, line } => {
            evaluator.retract(instance, Retraction { id: id.clone(), at: *at, line: *line })
        }
    }
    .expect("the instance is there");
}

impl Scene {
    pub(crate) fn evaluator(&self) -> Evaluator {
        Evaluator::new(Arc::clone(&self.policy), vec![Arc::clone(&self.agreement)])
    }

    /// The machine's outcome of some lines.
    pub(crate) fn outcome_of(&self, lines: &[Line], as_of: Instant) -> Outcome {
        let mut evaluator = self.evaluator();
        for line in lines {
            push(&mut evaluator, 0, line);
        }
        evaluator.outcome(0, as_of).expect("nothing is settled")
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome_of(&self.log.lines, self.log.as_of)
    }

    pub(crate) fn oracle(&self) -> Outcome {
        oracle::evaluate(&self.policy, &self.agreement, &self.log.lines, self.log.as_of)
    }

    pub(crate) fn meaning(&self, outcome: &Outcome, parts: Parts) -> Vec<String> {
        meaning::lines(&self.policy, outcome, parts)
    }

    /// Fails if two outcomes do not mean the same.
    pub(crate) fn same(&self, left: &Outcome, right: &Outcome, parts: Parts) -> TestCaseResult {
        let differences = meaning::differences(&self.meaning(left, parts), &self.meaning(right, parts));
        if differences.is_empty() {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("the outcomes differ:\n{}", differences.join("\n"))))
    }
}
