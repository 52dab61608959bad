//! What is ahead: the text, the schema, and what cannot be asked.

use crate::binary::servanda;
use crate::statements::follows;
use serde_json::Value;

fn forecast(policy: &str, log: &str, more: &[&str]) -> String {
    let arguments: Vec<&str> = ["forecast", policy, log].iter().chain(more).copied().collect();
    let ran = servanda(&arguments, "");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn deadlines_figures_and_debts() {
    insta::assert_snapshot!(forecast("open.sla", "open.ndjson", &["--as-of", "2026-03-11 14:00"]));
}

#[test]
fn a_target_that_is_not_met_yet_and_a_debt_that_is_late() {
    insta::assert_snapshot!(forecast("works.sla", "works.ndjson", &["--as-of", "2026-02-20"]));
}

#[test]
fn one_party_alone_and_nothing() {
    insta::assert_snapshot!(forecast(
        "open.sla",
        "open.ndjson",
        &["--as-of", "2026-03-11 14:00", "--party", "client"]
    ));
    insta::assert_snapshot!(forecast("works.sla", "works.ndjson", &["--as-of", "2026-01-01"]));
}

#[test]
fn it_follows_its_schema() {
    for (policy, log) in [("works.sla", "works.ndjson"), ("open.sla", "open.ndjson")] {
        for as_of in ["2026-01-01", "2026-02-20", "2026-03-11 14:00", "2026-04-20"] {
            let told = forecast(policy, log, &["--as-of", as_of, "--format", "json"]);
            follows("forecast", &serde_json::from_str(&told).unwrap());
        }
    }
    // A schema that holds for everything would be none.
    let told = forecast("open.sla", "open.ndjson", &["--as-of", "2026-03-11 14:00", "--format", "json"]);
    let mut wrong: Value = serde_json::from_str(&told).unwrap();
    wrong["lines"][0]["standing"] = "perhaps".into();
    let schema: Value = serde_json::from_str(&servanda(&["schema", "forecast"], "").stdout).unwrap();
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&wrong));
}

#[test]
fn what_is_left_of_a_limit_is_what_passes_next() {
    let told = forecast("works.sla", "works.ndjson", &["--as-of", "2026-02-20", "--format", "json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    let target = told["lines"].as_array().unwrap().iter().find(|line| line["id"] == "2/2026-02").unwrap();
    assert_eq!(told["limits"][0]["left"], "3.00");
    assert_eq!(told["limits"][0]["left"], target["follows"][0]["amount"]);
}

#[test]
fn what_happens_later_in_the_log_is_no_part_of_it() {
    // The payment of the 20th settles what is open on the 10th.
    let log = include_str!("../data/works.ndjson");
    let earlier: String =
        log.lines().filter(|line| line.contains("2026-01-0")).map(|line| format!("{line}\n")).collect();
    let of = |log: &str| {
        let ran = servanda(&["forecast", "works.sla", "-", "--as-of", "2026-01-10"], log);
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        ran.stdout
    };
    assert_eq!(of(log), of(&earlier));
}

/// A limit for each value, in its window or over the whole term, is told of each of which something has passed.
#[test]
fn what_is_left_of_a_limit_for_each() {
    let told = forecast("limits.sla", "limits.ndjson", &["--as-of", "2026-03-06"]);
    let limits: Vec<&str> = told.lines().skip_while(|line| *line != "limits").skip(1).collect();
    assert_eq!(
        limits,
        [
            "  1 of T-2: 20.00 of 30.00 EUR left (at most 30 EUR for each ticket)",
            "  1 of T-3: 20.00 of 30.00 EUR left (at most 30 EUR for each ticket)",
            "  2 of mail in 2026-03: 0.00 of 15.00 EUR left (at most 15 EUR per calendar month for each channel)",
            "  2 of mail: 20.00 of 35.00 EUR left (at most 35 EUR for each channel)",
        ],
        "{told}"
    );
    let json: Value = serde_json::from_str(&forecast(
        "limits.sla",
        "limits.ndjson",
        &["--as-of", "2026-03-06", "--format", "json"],
    ))
    .unwrap();
    follows("forecast", &json);
    assert_eq!(
        (json["limits"][2]["of"].as_str(), json["limits"][2]["left"].as_str()),
        (Some("mail"), Some("0.00"))
    );
}

/// What is ahead falls into the window that begins: what was used of a limit in the one before is not used in it.
#[test]
fn limits_are_those_of_the_window_that_begins() {
    let ran = servanda(&["forecast", "regions.sla", "regions.ndjson", "--as-of", "2026-02-01"], "");
    assert!(ran.stdout.contains("1 in 2026-02: 100.00 of 100.00 EUR left"), "{}", ran.stdout);
    let owed = servanda(&["evaluate", "regions.sla", "regions.ndjson", "--as-of", "2026-02-01"], "");
    assert!(owed.stdout.contains("100.00 EUR  host owes shop"), "{}", owed.stdout);
}
