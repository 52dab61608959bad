//! A statement is computed again: what was changed in it, in the policy or in the log is told.

use crate::binary::{Ran, events, servanda};
use serde_json::Value;
use std::path::PathBuf;

/// A file of this test.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("servanda-verify-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

fn statement(more: &[&str]) -> String {
    let arguments: Vec<&str> = ["evaluate", "works.sla", "--events", "works.ndjson", "--format", "json"]
        .iter()
        .chain(more)
        .copied()
        .collect();
    servanda(&arguments, "").stdout
}

/// Verifies a statement on standard input.
fn verify(statement: &str, policy: &str, log: &str) -> Ran {
    servanda(&["verify", "-", policy, "--events", log], statement)
}

fn checked(ran: &Ran, exit: i32, says: &[&str]) {
    assert_eq!(ran.exit, exit, "{}\n{}", ran.stdout, ran.stderr);
    for says in says {
        assert!(ran.stdout.contains(says) || ran.stderr.contains(says), "{}\n{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn a_statement_is_equal_to_itself() {
    for more in [
        &[][..],
        &["--as-of", "2026-02-20"],
        &["--period", "2026-01"],
        &["--period", "2026-02", "--as-of", "2026-03-05"],
        &["--known-on", "2026-02-20"],
    ] {
        checked(&verify(&statement(more), "works.sla", "works.ndjson"), 0, &["-, Works: equal\n"]);
    }
}

#[test]
fn a_figure_that_was_changed_is_told_with_both_values() {
    let mut changed: Value = serde_json::from_str(&statement(&[])).unwrap();
    let fee =
        changed["entries"].as_array().unwrap().iter().position(|entry| entry["id"] == "1/I-1/late_fee/1");
    changed["entries"][fee.unwrap()]["amount"] = "1.00".into();
    let ran = verify(&changed.to_string(), "works.sla", "works.ndjson");
    checked(
        &ran,
        1,
        &[
            "-, Works: 1 difference",
            "  entries 1/I-1/late_fee/1, amount: stated \"1.00\", computed \"11.33\"\n",
        ],
    );
    // One of its verdicts is left out.
    let mut changed: Value = serde_json::from_str(&statement(&[])).unwrap();
    changed["verdicts"].as_array_mut().unwrap().remove(0);
    checked(
        &verify(&changed.to_string(), "works.sla", "works.ndjson"),
        1,
        &["1 difference", "stated nothing, computed"],
    );
}

#[test]
fn another_policy_another_log_and_another_layout() {
    let policy = include_str!("../data/works.sla");
    let laid_out =
        file("laid-out.sla", &policy.replace("  party client.", "  // the client\n\n\n party   client."));
    checked(&verify(&statement(&[]), laid_out.to_str().unwrap(), "works.ndjson"), 0, &["equal"]);
    let dearer = file("dearer.sla", &policy.replace("late_rate = 1%", "late_rate = 2%"));
    let ran = verify(&statement(&[]), dearer.to_str().unwrap(), "works.ndjson");
    checked(
        &ran,
        1,
        &["produced_by, policy_hash: stated", "late_fee/1, amount: stated \"11.33\", computed \"22.66\""],
    );
    // A blank line is no event, and yet other bytes.
    let longer = file("longer.ndjson", &format!("{}\n\n", events()));
    let ran = verify(&statement(&[]), "works.sla", longer.to_str().unwrap());
    checked(&ran, 1, &["1 difference", "produced_by, input_hash: stated"]);
}

#[test]
fn a_statement_of_a_closed_period_is_verified_on_the_log_that_has_gone_on() {
    let ran = servanda(
        &["evaluate", "works.sla", "--events", "closed.ndjson", "--period", "2026-01", "--format", "json"],
        "",
    );
    let stated: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(stated.get("closed").is_some() && stated["produced_by"].get("input_hash").is_none());
    checked(&verify(&ran.stdout, "works.sla", "closed.ndjson"), 0, &["equal"]);
}

#[test]
fn what_is_no_statement_is_invalid() {
    checked(&verify("nothing", "works.sla", "works.ndjson"), 2, &["`-` is no JSON"]);
    checked(&verify("{}", "works.sla", "works.ndjson"), 2, &["its schema is not `servanda/outcome/1`"]);
    checked(&verify("", "works.sla", "works.ndjson"), 2, &["holds no statement"]);
    checked(&verify(&statement(&[]), "missing.sla", "works.ndjson"), 3, &["there is no such file"]);
    let elsewhere = statement(&[]).replace("\"agreement\":\"Works\"", "\"agreement\":\"Other\"");
    checked(
        &verify(&elsewhere, "works.sla", "works.ndjson"),
        1,
        &["agreement: stated \"Other\", computed nothing"],
    );
}

#[test]
fn what_is_redacted_names_nobody_adds_up_and_is_verified_with_its_key() {
    let (key, other) = (file("key", "a secret"), file("other-key", "another"));
    let (key, other) = (key.to_str().unwrap(), other.to_str().unwrap());
    let log = events();
    let (plain, redacted) = (statement(&[]), statement(&["--redact", key]));
    assert_eq!(redacted, statement(&["--redact", key]));
    for line in log.lines() {
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let ids = ["id", "invoice", "inquiry", "work"].iter().filter_map(|name| event[name].as_str());
        for id in ids {
            assert!(!redacted.contains(&format!("\"{id}\"")), "{id}: {redacted}");
            assert!(!redacted.contains(&format!("/{id}/")), "{id}: {redacted}");
        }
    }
    let totals = |statement: &str| serde_json::from_str::<Value>(statement).unwrap()["totals"].clone();
    assert_eq!(totals(&plain), totals(&redacted));
    let verified = |redact: &[&str]| {
        let arguments = ["verify", "-", "works.sla", "--events", "works.ndjson"];
        servanda(&[&arguments[..], redact].concat(), &redacted)
    };
    checked(&verified(&["--redact", key]), 0, &["-, Works: equal\n"]);
    checked(&verified(&["--redact", other]), 1, &["differences"]);
    checked(&verified(&[]), 1, &["differences"]);
    let empty = file("empty-key", "");
    let ran = servanda(
        &["evaluate", "works.sla", "--events", "works.ndjson", "--redact", empty.to_str().unwrap()],
        "",
    );
    checked(&ran, 3, &["is empty"]);
}
