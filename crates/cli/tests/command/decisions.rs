//! What the parties decide: statements that say so, in every format, whatever the order of the lines.

use crate::binary::servanda;
use crate::statements::follows;
use serde_json::Value;

const LOG: &str = include_str!("../data/decisions.ndjson");

fn evaluate(events: &str, more: &[&str]) -> String {
    let ran = servanda(
        &[&["evaluate", "works.sla", "--events", "-", "--as-of", "2026-03-01"], more].concat(),
        events,
    );
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

fn outcome(events: &str, more: &[&str]) -> Value {
    serde_json::from_str(&evaluate(events, &[&["--format", "json"], more].concat())).unwrap()
}

#[test]
fn the_table_tells_what_is_not_due_and_why() {
    insta::assert_snapshot!(evaluate(LOG, &[]));
}

#[test]
fn booking_lines_say_how_they_stand() {
    insta::assert_snapshot!(evaluate(LOG, &["--format", "csv"]));
}

#[test]
fn the_outcome_follows_its_schema_and_its_lines_add_up() {
    let outcome = outcome(LOG, &[]);
    follows("outcome", &outcome);
    let count = |name: &str| outcome["input"][name].as_u64().unwrap();
    let parts = ["evaluated", "duplicates", "ignored", "out_of_scope", "problems"];
    assert_eq!(parts.map(count), [16, 1, 2, 0, 4]);
    assert_eq!(count("lines"), 23);
    assert_eq!(outcome["totals"]["parties"][1]["amount"], "17.00");
    assert_eq!(outcome["totals"]["parties"][1]["disputed"], "120.00");
    assert_eq!(outcome["totals"]["parties"][1]["waived"], "240.00");
}

/// The outcome but for the numbers of lines and the hash of the bytes, which are of the order.
fn without_lines(mut outcome: Value) -> Value {
    for problem in outcome["problems"].as_array_mut().unwrap() {
        problem["line"] = Value::Null;
    }
    outcome["produced_by"]["input_hash"] = Value::Null;
    outcome
}

#[test]
fn the_order_of_the_lines_says_nothing() {
    let plain = without_lines(outcome(LOG, &[]));
    let mut lines: Vec<&str> = LOG.lines().collect();
    for turn in 1..8 {
        lines.rotate_left(5);
        if turn % 2 == 0 {
            lines.reverse();
        }
        assert_eq!(without_lines(outcome(&lines.join("\n"), &[])), plain, "{lines:#?}");
    }
}

#[test]
fn an_adjustment_belongs_to_the_period_of_its_instant() {
    let amounts = |period: &str| -> Vec<String> {
        let outcome = outcome(LOG, &["--period", period]);
        let entries = outcome["entries"].as_array().unwrap().clone();
        let of = entries.iter().filter(|entry| entry["subject"] == "I-3");
        of.map(|entry| entry["amount"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(amounts("2026-02-01..2026-02-20"), ["27.00"]);
    assert_eq!(amounts("2026-02-21"), ["-10.00"]);
}

#[test]
fn an_explanation_tells_who_decided_what_and_what_it_did_to_the_amount() {
    let ends = |id: &str, end: &str| {
        let ran =
            servanda(&["explain", "works.sla", "--events", "-", "--as-of", "2026-03-01", "--entry", id], LOG);
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        assert!(ran.stdout.ends_with(end), "{}", ran.stdout);
        ran.stdout
    };
    ends(
        "1/I-1/late_fee/1",
        "  waived by agency with the duty: our invoice came twice: not due any more
    event d-1 duty.waived at 2026-02-20 10:00, line 5
  due with what was decided: 0.00 EUR
",
    );
    ends(
        "1/I-2/late_fee/1",
        "  disputed by client: never received: not due
    event d-2 entry.disputed at 2026-02-20 10:00, line 6
  due with what was decided: 0.00 EUR
",
    );
    ends(
        "1/I-3/late_fee/1",
        "  taken off by agency: goodwill: -10.00 EUR
    event d-3 entry.adjusted at 2026-02-21 10:00, line 7
  due with what was decided: 17.00 EUR
",
    );
    let adjustment = ends("1/I-3/late_fee/1/d-3", "  due with what was decided: 17.00 EUR\n");
    assert!(adjustment.contains("\ntaken off by agency: goodwill: -10.00 EUR\n"), "{adjustment}");
}

#[test]
fn an_event_that_the_policy_declares_is_its_own() {
    let policy = include_str!("../data/works.sla");
    let own = policy.replace(
        "event reply.sent { reply: id }",
        "event reply.sent { reply: id }\n  event duty.waived { duty: id }\n  case waiver { known by duty. begins when duty.waived. }",
    );
    let path = std::env::temp_dir().join(format!("servanda-own-{}.sla", std::process::id()));
    std::fs::write(&path, own).unwrap();
    let events = r#"{"time":"2026-02-20T10:00:00+03:00","type":"duty.waived","duty":"1"}"#;
    let ran = servanda(&["evaluate", path.to_str().unwrap(), "--events", "-", "--format", "json"], events);
    std::fs::remove_file(&path).unwrap();
    let outcome: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&outcome["input"]["evaluated"], &outcome["problems"]),
        (&1.into(), &Value::Array(Vec::new()))
    );
}
