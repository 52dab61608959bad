//! The social-media example: its events are what their generator prints, and its statement is what they come to.

use servanda::report::{
    Detail, ProducedBy, Statement, Step, entries_csv, outcome_json, table, undeclared_table,
};
use servanda::testing::every_line_is_explained;
use servanda::{Answer, Run, Sources, compile, moment};
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

/// The run over the events of the example, which keeps its lines.
fn kept() -> Result<Run, Box<dyn Error>> {
    let text = fs::read_to_string(folder().join("agreement.sla"))?;
    let compiled = compile(&Sources::new().with("agreement.sla", text))?;
    let mut run = Run::of_log(&compiled)?.keeping();
    run.read(servanda_examples::social_media::events().as_bytes());
    run.close();
    Ok(run)
}

#[test]
fn every_verdict_figure_entry_and_notice_of_the_statement_can_be_asked_about() -> Result<(), Box<dyn Error>> {
    let run = kept()?;
    let agreement = run.agreement(0).ok_or("the log names no agreement")?;
    let decided = run.decided(0, moment("2026-04-01", &agreement.zone)?)?;
    every_line_is_explained(&run, 0, &decided, None)?;
    for month in ["2026-01", "2026-02", "2026-03"] {
        every_line_is_explained(&run, 0, &decided, Some(&month.parse()?))?;
    }
    Ok(())
}

/// The steps of an explanation, each with those under it.
fn steps(step: &Step) -> Vec<&Step> {
    let under = step.steps.iter().chain(&step.after);
    std::iter::once(step).chain(under.flat_map(steps)).collect()
}

#[test]
fn the_members_of_a_figure_come_to_the_figure() -> Result<(), Box<dyn Error>> {
    let run = kept()?;
    let agreement = run.agreement(0).ok_or("the log names no agreement")?;
    let decided = run.decided(0, moment("2026-04-01", &agreement.zone)?)?;
    let statement = run.statement(0, &decided, None)?;
    let mut shares = 0;
    for figure in statement.measures.iter().filter(|figure| figure.name == "in_time") {
        let id = figure.id.as_deref().ok_or("an id")?;
        let explanation = run.explain(0, &decided, None, id)?.explanation().ok_or("an explanation")?;
        let all = steps(&explanation.step);
        let count = |text: &str| -> usize {
            all.iter().find(|step| step.text == text).map_or(0, |step| step.steps.len())
        };
        let (kept, not) = (count("2(a) is kept"), count("it is not so that 2(a) is kept"));
        assert_eq!(Some(kept.to_string()), figure.numerator, "{id}");
        assert_eq!(Some((kept + not).to_string()), figure.denominator, "{id}");
        assert!(
            all.iter().filter(|step| step.text.starts_with("inquiry ")).all(|it| !it.evidence.is_empty())
        );
        shares += 1;
    }
    assert_eq!(shares, 3);
    let lists = [("hours_used/2026-03", "spent of each", 21), ("posts/2026-01", "counted", 16)];
    for (id, text, count) in lists {
        let explanation = run.explain(0, &decided, None, id)?.explanation().ok_or("an explanation")?;
        let list = steps(&explanation.step).into_iter().find(|step| step.text == text);
        assert_eq!(list.ok_or(id)?.steps.len(), count, "{id}");
    }
    let told =
        run.explain(0, &decided, None, "availability/2026-02")?.explanation().ok_or("an explanation")?;
    let all = steps(&told.step);
    for text in ["time in outage", "outage shop, 2026-02-05 11:00 to 2026-02-05 11:25:30"] {
        assert!(all.iter().any(|step| step.text == text), "{text}: {told}");
    }
    assert_eq!((told.clause.number.as_str(), told.version.title.as_str()), ("4", "original"));
    Ok(())
}

#[test]
fn an_id_that_nothing_has_is_answered_with_the_nearest() -> Result<(), Box<dyn Error>> {
    let run = kept()?;
    let agreement = run.agreement(0).ok_or("the log names no agreement")?;
    let decided = run.decided(0, moment("2026-04-01", &agreement.zone)?)?;
    let near = |id: &str| match run.explain(0, &decided, None, id) {
        Ok(Answer::NoSuchLine(near)) => near,
        other => vec![format!("{other:?}")],
    };
    assert_eq!(near("4/2026-03/credit/1").first().map(String::as_str), Some("4/2026-02/credit/1"));
    assert_eq!(near("availabilty/2026-02").first().map(String::as_str), Some("availability/2026-02"));
    Ok(())
}
