//! `servanda verify`: statements, computed again and compared.

use crate::arguments::{Log, Verify};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::{input, log};
use serde_json::Value;
use servanda::report::{Disagreement, Period, Redaction, SCHEMA, disagreements, outcome_value};
use servanda::{Compiled, Run};
use std::fmt::Write;

/// How many differences of a statement are told before the rest is counted.
const TOLD_MAX: usize = 20;

/// Computes statements again and tells what differs.
pub(super) fn run(arguments: &Verify, terminal: &Terminal) -> Result<Exit, Failure> {
    let given = [&arguments.statement, &arguments.policy, &arguments.events];
    let inputs = given.into_iter().chain(&arguments.instances);
    if inputs.filter(|path| input::is_standard_input(path)).count() > 1 {
        return Err(Failure::usage("only one of the files can be standard input"));
    }
    let name = arguments.statement.display().to_string();
    let statements = statements(&name, &input::read(&arguments.statement)?)?;
    let compiled = log::compile(&arguments.policy, terminal)?;
    let redaction = log::redaction(arguments.redact.as_deref(), &compiled)?;
    let run = computed(arguments, &compiled, &statements, terminal)?;
    let mut exit = Exit::Well;
    for stated in &statements {
        let agreement = text(stated, "agreement").unwrap_or("");
        let differences = match again(&run, stated, redaction.as_ref())? {
            Some(computed) => disagreements(stated, &computed),
            None => {
                let stated = Some(Value::from(agreement));
                vec![Disagreement { path: "agreement".to_owned(), stated, computed: None }]
            }
        };
        if !differences.is_empty() {
            exit = Exit::Findings;
        }
        terminal.result(&told(&name, agreement, &differences))?;
    }
    Ok(exit)
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// The statements of a file, one a line.
fn statements(name: &str, bytes: &[u8]) -> Result<Vec<Value>, Failure> {
    let mut statements = Vec::new();
    for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        let value = value.map_err(|error| Failure::invalid(format!("`{name}` is no JSON: {error}")))?;
        if text(&value, "schema") != Some(SCHEMA) {
            return Err(Failure::invalid(format!(
                "`{name}` holds something else than what `evaluate --format json` prints: its schema is not `{SCHEMA}`"
            )));
        }
        statements.push(value);
    }
    if statements.is_empty() {
        return Err(Failure::invalid(format!("`{name}` holds no statement")));
    }
    Ok(statements)
}

/// Whether a statement is of a closed period: then it says itself what was known.
fn is_closed(stated: &Value) -> bool {
    stated.get("closed").is_some()
}

/// The run that all statements of the file are computed from.
fn computed(
    arguments: &Verify,
    compiled: &Compiled,
    statements: &[Value],
    terminal: &Terminal,
) -> Result<Run, Failure> {
    let mut known = statements.iter().map(|stated| text(stated, "known_on").filter(|_| !is_closed(stated)));
    let known_on = known.next().flatten();
    if known.any(|other| other != known_on) {
        return Err(Failure::invalid(
            "the statements are not all as known on the same instant: verify them one by one",
        ));
    }
    let log = Log {
        events: Some(arguments.events.clone()),
        instances: arguments.instances.clone(),
        as_of: None,
        known_on: known_on.map(str::to_owned),
    };
    let is_of_period = statements.iter().any(|stated| stated.get("period").is_some_and(Value::is_object));
    log::run(compiled, &log, log::Keeping { lines: is_of_period, hashes: true }, terminal)
}

/// The same statement, computed again; none where there is no such agreement.
fn again(run: &Run, stated: &Value, redaction: Option<&Redaction>) -> Result<Option<Value>, Failure> {
    let name = text(stated, "agreement");
    let found = (0..).zip(run.agreements()).find(|(_, agreement)| Some(agreement.name.as_str()) == name);
    let Some((number, agreement)) = found else { return Ok(None) };
    let label = stated.get("period").and_then(|period| text(period, "label"));
    let period: Option<Period> = label.map(str::parse).transpose().map_err(Failure::invalid)?;
    // A closed period is told as it was known, whenever it is asked for.
    let asked = text(stated, "as_of").filter(|_| !is_closed(stated));
    let (as_of, _) = log::as_of(asked, period.as_ref(), agreement, run.latest(number))?;
    let decided = run.decided(number, as_of).map_err(Failure::usage)?;
    let statement = run.statement(number, &decided, period.as_ref()).map_err(Failure::usage)?;
    let statement = match redaction {
        Some(redaction) => redaction.of(statement),
        None => statement,
    };
    outcome_value(&statement).map(Some).map_err(Failure::usage)
}

/// What differs, for people.
fn told(name: &str, agreement: &str, differences: &[Disagreement]) -> String {
    let mut out = String::new();
    let count = match differences.len() {
        0 => "equal".to_owned(),
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    };
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{name}, {agreement}: {count}");
    for one in differences.iter().take(TOLD_MAX) {
        let _ =
            writeln!(out, "  {}: stated {}, computed {}", one.path, said(&one.stated), said(&one.computed));
    }
    if differences.len() > TOLD_MAX {
        let _ = writeln!(out, "  and {} more", differences.len() - TOLD_MAX);
    }
    out
}

fn said(value: &Option<Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Object(object)) => {
            let amount = object.get("amount").and_then(Value::as_str);
            let currency = object.get("currency").and_then(Value::as_str);
            let verdict = object.get("verdict").and_then(Value::as_str);
            match (amount.zip(currency), verdict) {
                (Some((amount, currency)), _) => format!("{amount} {currency}"),
                (None, Some(verdict)) => verdict.to_owned(),
                (None, None) => "it".to_owned(),
            }
        }
        Some(value) => value.to_string(),
    }
}
