//! Scenarios: examples that a policy's text holds, run by the same evaluation as everything else.
//!
//! A scenario's events are written out as lines of a log and read like any other, so that a scenario can show what
//! bad data does. Results are data with what was expected and what came out; showing them is for others.

mod check;
mod event;
mod expectation;
mod literal;
mod names;
mod timeline;

pub(crate) use names::findings as findings_without_policy;

use crate::{Compiled, Run, moment};
use names::Names;
use serde::Serialize;
use servanda_diagnostics::{Code, Diagnostic, Label, Span, Spanned};
use servanda_evaluator::outcome::Outcome;
use servanda_parser::ast::{Expect, Scenario, Step};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Policy, Value};
use servanda_policy::time::{Instant, Zone};
use servanda_report::{Decided, Lives};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What became of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioResult {
    /// Its title.
    pub title: String,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
    /// What it expects, in the order of the text.
    pub expectations: Vec<ExpectationResult>,
    /// Why it could not be run as it is written.
    pub faults: Vec<Fault>,
}

/// What became of an expectation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExpectationResult {
    /// Whether it came out as expected.
    pub passed: bool,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub actual: String,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// Something in a scenario that cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What is wrong, one clause.
    pub message: String,
    /// What to write instead, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The code under which `explain` says more, where there is one.
    #[serde(skip)]
    pub code: Option<Code>,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
    /// Another place that matters, and what it is.
    #[serde(skip)]
    pub also: Option<Label>,
}

impl Fault {
    /// What is wrong at a place.
    pub(crate) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), help: None, code: None, span, also: None }
    }

    /// Whether it is within a step.
    const fn is_within(&self, step: Span) -> bool {
        self.span.start >= step.start && self.span.end <= step.end
    }

    /// With its code.
    fn code(self, code: Code) -> Self {
        Self { code: Some(code), ..self }
    }

    /// With another place that matters.
    fn also(self, span: Span, text: String) -> Self {
        Self { also: Some(Label { span, text }), ..self }
    }

    /// With what to write instead.
    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// With what to write instead, where that is known.
    fn help_opt(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

impl ScenarioResult {
    /// Whether everything came out as expected.
    pub fn passed(&self) -> bool {
        self.faults.is_empty() && self.expectations.iter().all(|expectation| expectation.passed)
    }

    /// Whether a fault within a step has been told already.
    fn is_faulty(&self, step: Span) -> bool {
        self.faults.iter().any(|fault| fault.is_within(step))
    }
}

/// Runs every scenario of a policy, in the order of the text.
pub fn scenarios(compiled: &Compiled) -> Vec<ScenarioResult> {
    compiled.policy().scenarios.iter().map(|scenario| run(compiled, scenario, &mut |_, _| {})).collect()
}

/// What is wrong with the scenarios of a policy as they are written, without running them.
pub(crate) fn findings(policy: &Policy) -> Vec<Diagnostic> {
    let names = Names::of_policy(policy);
    let faults = policy.scenarios.iter().flat_map(|scenario| {
        let agreement = crate::run::agreement_of(policy, &event::instance_line(policy, scenario));
        let bound = check::Bound { policy, agreement: agreement.as_ref() };
        check::faults(&names, scenario, Some(bound))
    });
    faults.filter_map(finding).collect()
}

/// A fault that has a code, as a finding.
fn finding(fault: Fault) -> Option<Diagnostic> {
    let finding = Diagnostic::new(fault.code?, fault.span, fault.message);
    let finding = finding.label("in a scenario").help_opt(fault.help);
    Some(match fault.also {
        Some(Label { span, text }) => finding.also(span, text),
        None => finding,
    })
}

/// Runs a scenario; each outcome that it looks at is shown with the instance's parameters.
pub(crate) fn run(
    compiled: &Compiled,
    scenario: &Scenario,
    shown: &mut impl FnMut(&[Value], &Outcome),
) -> ScenarioResult {
    let mut result = ScenarioResult {
        title: scenario.title.value.clone(),
        span: scenario.span,
        expectations: Vec::new(),
        faults: Vec::new(),
    };
    let Some(ready) = Ready::of(compiled, scenario, &mut result) else { return result };
    let expected = expectations(scenario, &ready.agreement.zone, &mut result);
    let mut runs = vec![(None, ready.run(compiled, None))];
    // Expectations below one `as of` are held against one outcome.
    let mut last = None;
    for Expected { as_of, known_on, expect } in expected {
        if result.is_faulty(expect.span) {
            continue;
        }
        if !runs.iter().any(|(known, _)| *known == known_on) {
            runs.push((known_on, ready.run(compiled, known_on)));
        }
        if last.as_ref().is_none_or(|(at, _)| *at != (as_of, known_on)) {
            let run = runs.iter().find(|(known, _)| *known == known_on).and_then(|(_, run)| run.as_ref());
            last = run.and_then(|run| run.decided(0, as_of).ok()).map(|decided| {
                let lives = Lives::of(&decided.outcome);
                ((as_of, known_on), (decided, lives))
            });
            if let Some((_, (decided, _))) = &last {
                shown(&ready.agreement.params, &decided.outcome);
            }
        }
        let Some((_, (decided, lives))) = &last else { continue };
        let (policy, outcome) = (compiled.policy(), &decided.outcome);
        let material = expectation::Material { policy, agreement: &ready.agreement, outcome, decided, lives };
        match expectation::judge(&material, expect) {
            Ok((passed, expected, actual)) => {
                result.expectations.push(ExpectationResult { passed, expected, actual, span: expect.span });
            }
            Err(fault) => result.faults.push(fault),
        }
    }
    if result.expectations.is_empty() && result.faults.is_empty() {
        result.faults.push(Fault::new("a scenario without `expect` shows nothing", scenario.title.span));
    }
    result
}

/// The outcome of the events of a scenario as of an instant; none where it cannot be run as it is written.
pub(crate) fn outcome(compiled: &Compiled, scenario: &Scenario, as_of: Instant) -> Option<Decided> {
    let mut result = ScenarioResult {
        title: String::new(),
        span: scenario.span,
        expectations: Vec::new(),
        faults: Vec::new(),
    };
    let ready = Ready::of(compiled, scenario, &mut result)?;
    if !result.faults.is_empty() {
        return None;
    }
    ready.run(compiled, None)?.decided(0, as_of).ok()
}

/// A run over the events of a scenario, with the instants as of which it expects something; none where it cannot be run
/// as it is written.
pub(crate) fn looked_at(compiled: &Compiled, scenario: &Scenario) -> Option<(Run, Vec<Instant>)> {
    let mut result = ScenarioResult {
        title: String::new(),
        span: scenario.span,
        expectations: Vec::new(),
        faults: Vec::new(),
    };
    let ready = Ready::of(compiled, scenario, &mut result)?;
    let expected = expectations(scenario, &ready.agreement.zone, &mut result);
    let now = expected.iter().filter(|expected| expected.known_on.is_none());
    let mut instants: Vec<Instant> = now.map(|expected| expected.as_of).collect();
    instants.dedup();
    Some((ready.run(compiled, None)?, instants))
}

/// The agreement that the parameters of a scenario make; none where they make none.
pub(crate) fn agreement(compiled: &Compiled, scenario: &Scenario) -> Option<Arc<Agreement>> {
    let instance = event::instance_line(compiled.policy(), scenario);
    Run::of_instance(compiled, &instance).ok()?.agreement(0).cloned()
}

/// A scenario that can be run: its parameters and its events as others give them.
struct Ready {
    instance: String,
    agreement: Arc<Agreement>,
    lines: String,
}

impl Ready {
    /// Nothing where the parameters make no agreement; what is wrong is told.
    fn of(compiled: &Compiled, scenario: &Scenario, result: &mut ScenarioResult) -> Option<Self> {
        let policy = compiled.policy();
        let instance = event::instance_line(policy, scenario);
        let bound = Run::of_instance(compiled, &instance);
        let mut names = Names::of_policy(policy);
        if let Ok(run) = &bound {
            names.currency = run.agreement(0).map(|agreement| agreement.currency);
        }
        let agreement = bound.as_ref().ok().and_then(|run| run.agreement(0));
        let whole = check::Bound { policy, agreement: agreement.map(Arc::as_ref) };
        result.faults.extend(check::faults(&names, scenario, Some(whole)));
        match bound {
            Ok(run) => {
                let agreement = run.agreement(0).cloned()?;
                let lines = event_lines(compiled, &agreement, scenario, result);
                Some(Self { instance, agreement, lines })
            }
            Err(error) => {
                result.faults.push(Fault::new(error.to_string(), scenario.title.span));
                None
            }
        }
    }

    /// Everything read, of what was known on an instant.
    fn run(&self, compiled: &Compiled, known_on: Option<Instant>) -> Option<Run> {
        let run = Run::of_instance(compiled, &self.instance).ok()?;
        let mut run = match known_on {
            Some(known_on) => run.known_on(known_on),
            None => run,
        };
        run.read(self.lines.as_bytes());
        run.close();
        Some(run)
    }
}

/// The events of a scenario as a log; the line of each is its number among them.
fn event_lines(
    compiled: &Compiled,
    agreement: &Agreement,
    scenario: &Scenario,
    result: &mut ScenarioResult,
) -> String {
    let mut lines = String::new();
    for step in &scenario.steps {
        if let Step::Broken(span) = step {
            result.faults.push(Fault::new("this step cannot be read", *span));
        }
    }
    for happening in timeline::happenings(scenario, &agreement.zone, &mut result.faults) {
        let step = &happening.step;
        if result.is_faulty(step.span) {
            continue;
        }
        match event::line(compiled.policy(), agreement, step, happening.at) {
            Ok(line) => {
                lines.push_str(&line);
                lines.push('\n');
            }
            Err(fault) => result.faults.push(fault),
        }
    }
    lines
}

/// An expectation with what it is held against.
struct Expected<'s> {
    as_of: Instant,
    known_on: Option<Instant>,
    expect: &'s Expect,
}

/// Each expectation with the instants at which it holds: those of the last `as of` above it.
fn expectations<'s>(scenario: &'s Scenario, zone: &Zone, result: &mut ScenarioResult) -> Vec<Expected<'s>> {
    let mut last = None;
    let mut found = Vec::new();
    for step in &scenario.steps {
        match step {
            Step::AsOf { at, known_on, .. } => {
                let mut read = |text: &Spanned<String>| match moment(&text.value, zone) {
                    Ok(at) => Some(at),
                    Err(error) => {
                        result.faults.push(Fault::new(error.to_string(), text.span));
                        None
                    }
                };
                let known_on = known_on.as_ref().map(&mut read);
                if let (Some(as_of), known_on) = (read(at), known_on)
                    && known_on != Some(None)
                {
                    last = Some((as_of, known_on.flatten()));
                }
            }
            Step::Expect(expect) => match last {
                Some((as_of, known_on)) => found.push(Expected { as_of, known_on, expect }),
                None => result.faults.push(Fault::new("no `as of` stands above this", expect.span)),
            },
            Step::Happens(_) | Step::Let(_) | Step::Broken(_) => {}
        }
    }
    found
}

/// A JSON object under way, with its keys in a defined order.
pub(crate) type Object = BTreeMap<String, serde_json::Value>;
