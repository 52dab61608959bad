//! What is still owed: told once each, and in agreement with the statement.

use crate::binary::servanda;
use crate::statements::follows;
use serde_json::Value;

const LOGS: [(&str, &str); 2] = [("works.sla", "works.ndjson"), ("open.sla", "open.ndjson")];

fn owed(policy: &str, log: &str, more: &[&str]) -> String {
    let arguments: Vec<&str> = ["owed", policy, log].iter().chain(more).copied().collect();
    let ran = servanda(&arguments, "");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

fn json(policy: &str, log: &str, more: &[&str]) -> Value {
    let arguments: Vec<&str> = more.iter().chain(&["--format", "json"]).copied().collect();
    serde_json::from_str(&owed(policy, log, &arguments)).unwrap()
}

fn array<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

fn lines(owed: &Value) -> Vec<&Value> {
    array(owed, "parties").iter().flat_map(|party| array(party, "lines")).collect()
}

#[test]
fn every_kind_of_what_is_open() {
    insta::assert_snapshot!(owed("open.sla", "open.ndjson", &["--as-of", "2026-03-11 14:00"]));
}

#[test]
fn what_is_open_of_a_log_with_a_payment() {
    insta::assert_snapshot!(owed("works.sla", "works.ndjson", &["--as-of", "2026-02-20"]));
}

#[test]
fn one_party_alone_and_nothing() {
    insta::assert_snapshot!(owed(
        "open.sla",
        "open.ndjson",
        &["--as-of", "2026-03-11 14:00", "--party", "lead"]
    ));
    insta::assert_snapshot!(owed("works.sla", "works.ndjson", &["--as-of", "2026-01-01"]));
}

#[test]
fn it_follows_its_schema() {
    for (policy, log) in LOGS {
        for as_of in ["2026-01-01", "2026-02-20", "2026-03-11 14:00", "2026-04-20"] {
            follows("owed", &json(policy, log, &["--as-of", as_of]));
        }
    }
    // A schema that holds for everything would be none.
    let mut wrong = json("open.sla", "open.ndjson", &[]);
    wrong["parties"][0]["lines"][0]["standing"] = "perhaps".into();
    let schema: Value = serde_json::from_str(&servanda(&["schema", "owed"], "").stdout).unwrap();
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&wrong));
}

#[test]
fn it_agrees_with_the_statement() {
    for (policy, log) in LOGS {
        for as_of in
            ["2026-02-20", "2026-03-02", "2026-03-11 14:00", "2026-03-17", "2026-04-20", "2026-06-01"]
        {
            let owed = json(policy, log, &["--as-of", as_of]);
            let arguments = ["evaluate", policy, log, "--as-of", as_of, "--format", "json"];
            let statement: Value = serde_json::from_str(&servanda(&arguments, "").stdout).unwrap();
            let mut open: Vec<&str> = array(&statement, "verdicts")
                .iter()
                .filter(|verdict| verdict["verdict"] == "pending")
                .filter_map(|verdict| verdict["id"].as_str())
                .collect();
            let mut told: Vec<&str> = lines(&owed)
                .into_iter()
                .filter(|line| ["duty", "target", "prohibition"].map(Value::from).contains(&line["kind"]))
                .filter(|line| line["standing"] != "late")
                .filter_map(|line| line["id"].as_str())
                .collect();
            open.sort_unstable();
            told.sort_unstable();
            assert_eq!(told, open, "{policy} as of {as_of}");
            for total in array(&statement["totals"], "parties") {
                let sum = array(&owed, "sums")
                    .iter()
                    .find(|sum| (&sum["debtor"], &sum["creditor"]) == (&total["debtor"], &total["creditor"]));
                assert_eq!(sum.map(|sum| &sum["booked"]), Some(&total["amount"]), "{policy} as of {as_of}");
            }
        }
    }
}

#[test]
fn what_is_not_known_is_told() {
    for (more, says) in [
        (&["--party", "nobody"][..], "no party or role `nobody`; there is `agency`, `client`, `lead`"),
        (&["--agreement", "Other"], "no agreement `Other`; there is `Care`"),
    ] {
        let arguments: Vec<&str> = ["owed", "open.sla", "open.ndjson"].iter().chain(more).copied().collect();
        let ran = servanda(&arguments, "");
        assert_eq!(ran.exit, 3);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
    let ran = servanda(&["owed", "open.sla"], "");
    assert_eq!(ran.exit, 3);
    assert!(ran.stderr.contains("no events are given"), "{}", ran.stderr);
}

/// What one party owes another as of an instant, with a payment of so many cents before it: of principals, and of entries.
fn client_owes_after(cents: i64, as_of: &str) -> (String, String) {
    let mut log = include_str!("../data/open.ndjson").to_owned();
    if cents > 0 {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        log.push_str(&format!(
            r#"{{"id":"p","time":"{as_of}T23:59:59+01:00","type":"payment.received","amount":"{amount}"}}"#
        ));
    }
    let ran = servanda(
        &["owed", "open.sla", "-", "--as-of", &format!("{as_of} 23:59:59.5"), "--format", "json"],
        log,
    );
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let owed: Value = serde_json::from_str(&ran.stdout).unwrap();
    let sum = array(&owed, "sums").iter().find(|sum| sum["debtor"] == "client").cloned();
    let text = |name: &str| {
        sum.as_ref().and_then(|sum| sum[name].as_str()).map_or_else(|| "0.00".to_owned(), str::to_owned)
    };
    (text("principal"), text("open"))
}

#[test]
fn who_pays_what_is_owed_owes_nothing_and_who_pays_a_cent_less_owes_a_cent() {
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    for as_of in ["2026-03-03", "2026-03-10", "2026-03-21", "2026-03-25"] {
        let (principal, open) = client_owes_after(0, as_of);
        let all = cents(&principal) + cents(&open);
        assert!(all > 0, "{as_of}");
        assert_eq!(client_owes_after(all, as_of), ("0.00".to_owned(), "0.00".to_owned()), "{as_of}");
        assert_eq!(client_owes_after(all - 1, as_of), ("0.00".to_owned(), "0.01".to_owned()), "{as_of}");
    }
}
