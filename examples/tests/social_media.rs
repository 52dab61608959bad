//! The social-media example: its events are what their generator prints, and its statement is what they come to.

use servanda::report::{Detail, ProducedBy, Statement, entries_csv, outcome_json, table, undeclared_table};
use servanda::{Run, Sources, compile, moment};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("social-media")
}

/// Holds a file of the folder to what was generated.
fn hold(name: &str, generated: &str) -> Result<(), Box<dyn Error>> {
    servanda_examples::expected::hold(&folder().join(name), generated)
}

/// The statement, and the types of the log that the policy does not declare.
fn statement() -> Result<(Statement, String), Box<dyn Error>> {
    let text = fs::read_to_string(folder().join("agreement.sla"))?;
    let compiled = compile(&Sources::new().with("agreement.sla", text))?;
    let mut run = Run::of_log(&compiled)?;
    run.read(servanda_examples::social_media::events().as_bytes());
    run.close();
    let agreement = run.agreement(0).ok_or("the log names no agreement")?;
    let outcome = run.outcome(0, moment("2026-04-01", &agreement.zone)?)?;
    assert!(outcome.input.add_up(), "{:?}", outcome.input);
    let statement = Statement::new(compiled.policy(), agreement, &outcome, compiled.sources(), None);
    Ok((statement, undeclared_table(compiled.policy(), run.undeclared())))
}

#[test]
fn the_generator_prints_the_committed_events() -> Result<(), Box<dyn Error>> {
    let events = servanda_examples::social_media::events();
    assert!(events.lines().count() >= 2_000, "{} events", events.lines().count());
    assert_eq!(events, servanda_examples::social_media::events());
    hold("events.jsonl", &events)
}

#[test]
fn the_events_have_what_real_logs_have() {
    let events = servanda_examples::social_media::events();
    let with = |part: &str| events.lines().filter(|line| line.contains(part)).count();
    let mut lines: Vec<&str> = events.lines().collect();
    lines.sort_unstable();
    let all = lines.len();
    lines.dedup();
    assert_eq!(all - lines.len(), 1, "one line twice");
    assert_eq!(with("\"retraction\""), 1);
    assert_eq!(with("\"newsletter.sent\""), 1);
    assert_eq!(with("\"USD\""), 1);
    assert_eq!(with("\"R-0\""), 1);
    assert!(with("\"direct_message\"") > 10 && with("\"voicemail\"") > 10);
}

#[test]
fn the_statement_is_the_committed_one() -> Result<(), Box<dyn Error>> {
    let (mut statement, undeclared) = statement()?;
    // What another release computes it by may be another, and the statement is to be the same.
    statement.produced_by = ProducedBy {
        tool: "servanda".to_owned(),
        policy_hash: String::new(),
        zone_data: String::new(),
        holiday_data: BTreeMap::new(),
        ..statement.produced_by
    };
    let printed = table(&statement, Detail::Short) + &undeclared;
    hold("expected/statement.txt", &printed)?;
    hold("expected/statement.json", &format!("{}\n", outcome_json(&statement)?))?;
    hold("expected/entries.csv", &entries_csv([&statement])?)
}
