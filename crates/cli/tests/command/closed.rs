//! Periods that are closed: what they were closed with stays, and what became known later is corrected once.

use crate::binary::servanda;
use crate::statements::follows;
use serde_json::Value;

/// January, February and March are closed; a payment of February is known in March, a waiver comes in April.
const LOG: &str = include_str!("../data/closed.ndjson");

fn evaluate(events: &str, more: &[&str]) -> String {
    let ran = servanda(&[&["evaluate", "works.sla", "--events", "-"], more].concat(), events);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

fn statement(events: &str, period: &str, as_of: &str) -> Value {
    let how = ["--period", period, "--as-of", as_of, "--format", "json"];
    let statement: Value = serde_json::from_str(&evaluate(events, &how)).unwrap();
    follows("outcome", &statement);
    statement
}

/// The lines up to the one with this id.
fn log_until(id: &str) -> String {
    let until = LOG.lines().take_while(|line| !line.contains(&format!("\"{id}\"")));
    until.map(|line| format!("{line}\n")).collect()
}

/// What the client owes before a period, in it, corrected in it, and after it.
fn balance(statement: &Value) -> [String; 4] {
    let balances = statement["balances"].as_array().unwrap();
    let of = balances.iter().find(|balance| balance["debtor"] == "client").unwrap();
    ["opening", "entries", "corrections", "closing"].map(|part| of[part].as_str().unwrap().to_owned())
}

fn messages(statement: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problems = statement["problems"].as_array().unwrap();
    problems.iter().map(|problem| (text(&problem["name"]), text(&problem["message"]))).collect()
}

#[test]
fn what_became_known_later_is_corrected_in_the_open_period() {
    // 24 days of February at 10.00; the payment of the 10th leaves 6 of them; in April they are waived.
    let owed = |period| balance(&statement(LOG, period, "2026-05-01"));
    assert_eq!(owed("2026-02"), ["0.00", "240.00", "0.00", "240.00"]);
    assert_eq!(owed("2026-03"), ["240.00", "0.00", "-180.00", "60.00"]);
    assert_eq!(owed("2026-04"), ["60.00", "0.00", "-60.00", "0.00"]);
    let march = statement(LOG, "2026-03", "2026-05-01");
    let entries = march["entries"].as_array().unwrap();
    let correction = entries.iter().find(|entry| entry["kind"] == "correction").unwrap();
    assert_eq!(correction["refers_to"], "1/I-1/late_fee/1");
    assert_eq!(
        (&correction["amount"], &correction["at"]),
        (&"-180.00".into(), &"2026-03-01T00:00:00+03:00".into())
    );
    // Without a period all is as known now, and the periods add up to it.
    let now: Value =
        serde_json::from_str(&evaluate(LOG, &["--as-of", "2026-05-01", "--format", "json"])).unwrap();
    assert_eq!(now["totals"]["parties"][1]["amount"], "0.00");
}

#[test]
fn a_closed_statement_stays_byte_for_byte() {
    let later = [
        r#"{"time":"2026-01-25T10:00:00+03:00","recorded":"2026-04-20T10:00:00+03:00","type":"retraction","retracts":"e-1"}"#,
        r#"{"time":"2026-02-11T10:00:00+03:00","recorded":"2026-04-20T10:00:00+03:00","type":"reply.sent"}"#,
        r#"{"time":"2026-05-01T10:00:00+03:00","type":"weather.changed"}"#,
        "no JSON",
    ];
    let more = format!("{LOG}{}\n", later.join("\n"));
    for (period, closing) in [("2026-01", "c-2"), ("2026-02", "e-6"), ("2026-03", "d-1")] {
        for format in ["table", "json", "csv"] {
            let told = |events: &str| {
                let how = ["--period", period, "--as-of", "2026-05-01", "--format", format];
                let out = evaluate(events, &how);
                // Which types are not declared is told of the whole input.
                out.split("\nTypes that").next().unwrap().to_owned()
            };
            let then = told(&log_until(closing));
            assert_eq!(told(LOG), then, "{period} {format}");
            assert_eq!(told(&more), then, "{period} {format}");
        }
    }
    // What the later lines change is corrected behind the closed periods: without the invoice, nothing is owed.
    assert_eq!(balance(&statement(&more, "2026-04", "2026-05-02")), ["60.00", "0.00", "-60.00", "0.00"]);
}

#[test]
fn a_statement_is_closed_with_its_hash() {
    let before = statement(&log_until("c-2"), "2026-02", "2026-03-05 10:00");
    let hash = before["hash"].as_str().unwrap();
    let closed = |hash: &str| LOG.replace(r#""2026-02","by""#, &format!(r#""2026-02","hash":"{hash}","by""#));
    let right = statement(&closed(hash), "2026-02", "2026-05-01");
    assert_eq!((right["hash"].as_str(), messages(&right)), (Some(hash), Vec::new()));
    assert_eq!(right["closed"]["by"], "agency");
    assert_eq!(right["known_on"], "2026-03-05T10:00:00+03:00");
    let wrong = statement(&closed("blake3:00"), "2026-02", "2026-05-01");
    let message = format!(
        "`2026-02` was closed with another statement: its hash was `blake3:00`, that of what was known then is `{hash}`"
    );
    assert_eq!(messages(&wrong), [("statement-differs".to_owned(), message)]);
    assert_eq!(wrong["hash"].as_str(), Some(hash));
    // The last closing is looked at in the statement behind it, too.
    let open = log_until("c-3").replace(r#""2026-02","by""#, r#""2026-02","hash":"blake3:00","by""#);
    assert_eq!(messages(&statement(&open, "2026-03", "2026-04-01"))[0].0, "statement-differs");
    // Whoever drops an event that was known, or dates its knowledge otherwise, is found out.
    let dropped = closed(hash).replace(r#""recorded":"2026-03-09T09:00:00+03:00","#, "");
    assert_eq!(messages(&statement(&dropped, "2026-02", "2026-05-01"))[0].0, "statement-differs");
}

#[test]
fn periods_are_closed_one_behind_the_other_when_they_are_over() {
    let close = |day: &str, period: &str| {
        format!(
            r#"{{"time":"{day}T10:00:00+03:00","type":"period.closed","period":"{period}","by":"client"}}{}"#,
            "\n"
        )
    };
    let log = [
        close("2026-02-03", "2026-01"),
        close("2026-02-04", "2026-01"),
        close("2026-02-05", "2026-02"),
        close("2026-03-05", "2026-13"),
        close("2026-04-02", "2026-03"),
        close("2026-04-03", "2026-Q1"),
        close("2026-04-04", "2026-02-01..2026-03-31"),
    ];
    let statement = statement(&log.concat(), "2026-04", "2026-05-01");
    let messages: Vec<String> = messages(&statement).into_iter().map(|(_, message)| message).collect();
    assert_eq!(
        messages,
        [
            "`2026-01` is closed already",
            "`2026-02` is not over when it is closed",
            "`2026-13` is not a period: write `2026-03`, `2026-Q1`, `2026`, `2026-03-05` or `2026-01-01..2026-03-31`",
            "`2026-03` leaves a gap: what is closed next begins on 2026-02-01",
            "`2026-Q1` begins before 2026-01-31, up to which all is closed",
        ]
    );
}

#[test]
fn a_closing_that_is_retracted_opens_the_period_again() {
    let taken_back = format!(
        "{}{}",
        log_until("d-1"),
        r#"{"time":"2026-04-05T10:00:00+03:00","type":"retraction","retracts":"c-3"}"#
    );
    let march = statement(&taken_back, "2026-03", "2026-05-01");
    assert!(march["closed"].is_null(), "{march}");
    assert_eq!(balance(&march), ["240.00", "0.00", "-180.00", "60.00"]);
}

fn explained(log: &str, id: &str) -> String {
    let ran =
        servanda(&["explain", "works.sla", "--events", "-", "--as-of", "2026-05-01", "--entry", id], log);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn an_explanation_tells_what_was_corrected_behind_which_closing() {
    let entry = explained(LOG, "1/I-1/late_fee/1");
    let corrections = entry.split_once("  due with what was decided: 0.00 EUR\n").unwrap().1;
    assert_eq!(
        corrections,
        "  correction of 1/I-1/late_fee/1 in the period from 2026-03-01 00:00: -180.00 EUR
    known since `2026-02` was closed by agency on 2026-03-05 10:00
      event c-2 period.closed at 2026-03-05 10:00, line 7
  correction of 1/I-1/late_fee/1 in the period from 2026-04-01 00:00: -60.00 EUR
    known since `2026-03` was closed by client on 2026-04-03 10:00
      event c-3 period.closed at 2026-04-03 10:00, line 9
    decided by agency on 2026-04-10 10:00: a good year
"
    );
    // A correction by itself, and of what is not there any more.
    let correction = explained(LOG, "1/I-1/late_fee/1/correction/2026-03-01");
    assert!(
        correction.contains("\n  1/I-1/late_fee/1: client owes agency, late_fee under 1: 60.00 EUR\n"),
        "{correction}"
    );
    let taken_back = r#"{"time":"2026-01-25T10:00:00+03:00","recorded":"2026-04-20T10:00:00+03:00","type":"retraction","retracts":"e-1"}"#;
    let gone = explained(&format!("{LOG}{taken_back}\n"), "1/I-1/late_fee/1");
    assert!(gone.contains("1/I-1/late_fee/1 is not there any more\n"), "{gone}");
    assert!(gone.contains("in the period from 2026-04-01 00:00: -60.00 EUR\n"), "{gone}");
}

#[test]
fn the_tables_of_a_year_that_is_being_closed() {
    let tables: Vec<String> = ["2026-02", "2026-03", "2026-04"]
        .map(|period| evaluate(LOG, &["--period", period, "--as-of", "2026-05-01"]))
        .to_vec();
    insta::assert_snapshot!(tables.join("\n=====\n\n"));
}
