//! What changed in meaning: every kind of change is told, and nothing else.

use crate::binary::servanda;
use crate::statements::follows;
use serde_json::Value;
use servanda::{Compiled, Sources, compare, compile};

const BEFORE: &str = include_str!("../data/diff/before.sla");
const VERSIONS: &str = "../../../../examples/rows/versions.sla";

fn json(arguments: &[&str], stdin: &str, exit: i32) -> Value {
    let arguments: Vec<&str> =
        ["diff"].iter().chain(arguments).chain(&["--format", "json"]).copied().collect();
    let ran = servanda(&arguments, stdin);
    assert_eq!(ran.exit, exit, "{}", ran.stderr);
    let value = serde_json::from_str(&ran.stdout).unwrap();
    follows("diff", &value);
    value
}

/// What is told of the policy of the test data with other words in it.
fn messages(from: &str, to: &str) -> Vec<String> {
    assert!(BEFORE.contains(from), "{from}");
    let told = json(&["diff/before.sla", "-"], &BEFORE.replace(from, to), 1);
    let changes = told["sections"].as_array().unwrap().iter().flat_map(|section| {
        let changes = section["changes"].as_array().unwrap();
        changes.iter().map(|change| change["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    });
    changes.collect()
}

#[test]
fn each_kind_of_change_is_told() {
    let ran = servanda(
        &[
            "diff",
            "diff/before.sla",
            "diff/after.sla",
            "--events",
            "diff/log.ndjson",
            "--as-of",
            "2026-02-01",
        ],
        "",
    );
    assert_eq!((ran.exit, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn each_amendment_is_compared_with_the_version_before_it() {
    let log =
        r#"{"time":"2026-04-01T10:00:00+03:00","type":"inquiry.received","inquiry":"I-1","channel":"email"}"#;
    let ran = servanda(&["diff", VERSIONS, "--events", "-", "--as-of", "2026-05-01"], log);
    assert_eq!((ran.exit, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn comparisons_follow_their_schema() {
    let told = json(&["diff/before.sla", "diff/after.sla", "--events", "diff/log.ndjson"], "", 1);
    assert_eq!(told["same"], false);
    assert_eq!(told["outcomes"][0]["agreement"], "Desk");
    json(&[VERSIONS], "", 1);
    assert_eq!(json(&["diff/before.sla", "diff/before.sla"], "", 0)["same"], true);
    let mut wrong = told;
    wrong["sections"][0]["changes"][0]["kind"] = "moved".into();
    let schema: Value = serde_json::from_str(&servanda(&["schema", "diff"], "").stdout).unwrap();
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&wrong));
}

#[test]
fn both_places_are_those_of_the_words() {
    let told = json(&["diff/before.sla", "diff/after.sla"], "", 1);
    let changes = told["sections"][0]["changes"].as_array().unwrap();
    let fee = changes.iter().find(|change| change["thing"] == "let late_reply").unwrap();
    for (side, text, place) in [("old", "5 EUR", (18, 20)), ("new", "6 EUR", (16, 20))] {
        let start = &fee[side]["place"]["start"];
        assert_eq!(fee[side]["text"], text);
        assert_eq!((start["line"].as_u64().unwrap(), start["column"].as_u64().unwrap()), place);
    }
    assert_eq!(fee["nature"], "amount");
    assert_eq!(fee["used_by"][0], "1(a)");
}

#[test]
fn layout_comments_and_order_are_no_changes() {
    let laid_out = servanda(&["fmt", "-"], BEFORE).stdout;
    assert_ne!(laid_out, BEFORE);
    // The second clause behind the third one, and the lines of a calendar the other way round.
    let (head, rest) = BEFORE.split_once("  clause 2").unwrap();
    let (visits, rest) = rest.split_once("  clause 3").unwrap();
    let (fee, tail) = rest.split_once("  clause 4").unwrap();
    let reordered = format!("{head}  clause 3{fee}  clause 2{visits}  clause 4{tail}");
    let holidays = "    closed on holidays of TR.\n";
    let turned = BEFORE
        .replace(holidays, "")
        .replace("  calendar support {\n", &format!("  calendar support {{\n{holidays}"));
    for text in [laid_out, reordered, turned, BEFORE.replace("8 support hours", "8 // eight\n support hours")]
    {
        let ran = servanda(&["diff", "diff/before.sla", "-"], &text);
        assert_eq!((ran.exit, ran.stdout.as_str()), (0, "diff/before.sla → <stdin>: no change in meaning\n"));
    }
}

#[test]
fn what_is_renamed_or_renumbered_changes_nothing_that_names_it() {
    assert_eq!(
        messages("reply_time", "answer_time"),
        ["let answer_time was called `reply_time`, is called `answer_time`"]
    );
    assert_eq!(
        messages("in_time", "punctual"),
        ["measure punctual was called `in_time`, is called `punctual`"]
    );
    assert_eq!(
        messages("support", "opening"),
        ["calendar opening was called `support`, is called `opening`"]
    );
    let renumbered = BEFORE.replace("clause 1 ", "clause 9 ").replace("1(a)", "9(a)");
    let told = json(&["diff/before.sla", "-"], &renumbered, 1);
    let changes = told["sections"][0]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0]["message"], "clause 9 was called `1`, is called `9`");
}

#[test]
fn what_is_said_of_a_change() {
    for (from, to, expected) in [
        ("15 minutes", "10 minutes", "let reply_time was `15 minutes`, is `10 minutes`"),
        ("desk must answer", "client must answer", "1(a), party was `desk`, is `client`"),
        (
            "each request within reply_time",
            "each request within 5 minutes",
            "1(a), length was `reply_time`, is `5 minutes`",
        ),
        (
            "20 EUR per calendar month",
            "20 EUR per calendar quarter",
            "1(a), consequence, cap, scope was `per calendar month`, is `per calendar quarter`",
        ),
        (
            ", at most 20 EUR per calendar month",
            "",
            "1(a), consequence, cap is gone: `at most 20 EUR per calendar month`",
        ),
        (
            "keep in_time at least",
            "keep in_time above",
            "1(b), target was `at least target`, is `above target`",
        ),
        ("target: percent = 95%", "target: percent = 96%", "parameter target, default was `95%`, is `96%`"),
        ("tell lead", "tell chief", "1(b), consequence, recipient was `lead`, is `chief`"),
        (
            "09:00..18:00",
            "09:00..17:00",
            "calendar support, weekly hours was `open mon..fri 09:00..18:00`, is `open mon..fri 09:00..17:00`",
        ),
        (
            "holidays of TR",
            "holidays of DE",
            "calendar support, holidays was `closed on holidays of TR`, is `closed on holidays of DE`",
        ),
        (
            "holidays of TR",
            "holidays of DE-BY",
            "calendar support, holidays was `closed on holidays of TR`, is `closed on holidays of DE-BY`",
        ),
        (
            "is not one of",
            "is one of",
            "case request, scope was `out of scope where channel is not one of covered`, is `out of scope where channel is one of covered`",
        ),
        ("cost: money", "cost: number", "event visit.made, field cost was `cost: money`, is `cost: number`"),
        (", as visit_fee", ", as call_fee", "2, name of the entry was `visit_fee`, is `call_fee`"),
        ("for 12 months", "until 2026-06-30", "term, end was `for 12 months`, is `until 2026-06-30`"),
        (
            "late per calendar month",
            "late per calendar quarter",
            "measure late, window was `per calendar month`, is `per calendar quarter`",
        ),
    ] {
        assert_eq!(messages(from, to), [expected]);
    }
    assert_eq!(
        messages("    (c) desk must fix each request within fix_time\n      otherwise tell chief.\n", ""),
        ["duty 1(c) is gone: `(c) desk must fix each request within fix_time otherwise tell chief`"]
    );
}

#[test]
fn wrong_use_and_invalid_policies() {
    for (arguments, exit, says) in [
        (vec!["diff", "diff/before.sla", "missing.sla"], 3, "there is no such file"),
        (vec!["diff", "-", "-"], 3, "only one of the files can be standard input"),
        (vec!["diff", "diff/before.sla", "-"], 2, "SLA0001"),
        (vec!["diff", "diff/before.sla", "diff/after.sla", "--as-of", "2026-02-01"], 3, "--events"),
        (vec!["diff", "diff/before.sla"], 0, "the policy has no amendments"),
    ] {
        let ran = servanda(&arguments, "agreement");
        assert_eq!(ran.exit, exit, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
    }
}

fn compiled(text: &str) -> Option<Compiled> {
    compile(&Sources::new().with("policy.sla", text)).ok()
}

/// A text with one of its words left out or replaced, each in turn; some of these are policies.
fn slips(text: &str, others: &[&str]) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut slips = Vec::new();
    let mut before = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (word, behind) = rest.split_at(length);
        rest = behind;
        if is_word(first) {
            let mut replace = |with: &str| slips.push(format!("{before}{with}{behind}"));
            replace("");
            if word.chars().all(|c| c.is_ascii_digit()) {
                replace(&format!("{word}2"));
            }
            others.iter().filter(|other| **other != word).for_each(|other| replace(other));
        }
        before.push_str(word);
    }
    slips
}

/// The policy's hash is over all words: what changes it is told, and nothing else is.
fn hold(text: &str, others: &[&str]) -> usize {
    let old = compiled(text).unwrap();
    let mut policies = 0;
    for slip in slips(text, others) {
        let Some(new) = compiled(&slip) else { continue };
        policies += 1;
        let same = old.policy().hash == new.policy().hash;
        let comparison = compare(&old, &new);
        assert_eq!(comparison.same, same, "{slip}\n{comparison:#?}");
    }
    policies
}

#[test]
fn no_word_can_change_unnoticed() {
    let others = ["desk", "client", "lead", "broken", "most", "day", "support", "mon", "fixed", "late_reply"];
    let policies = hold(BEFORE, &others);
    assert!(policies > 100, "only {policies} of the texts are policies");
}

/// What goes on behind `during`, and what joins duties, comes and goes with them.
#[test]
fn a_change_of_a_suspension_and_of_what_is_restored_is_told_once_in_the_words_of_the_text() {
    let policy = |sentences: &str| {
        let text = format!(
            "language 1. agreement \"A\" {{ party desk. party client. in force from 2026-01-01 for 12 months. \
             time zone UTC. money in EUR. event bill.sent {{ bill: id, amount: money }} event bill.paid {{ bill: id, \
             amount: money }} event work.stopped {{}} event work.resumed {{}} event down {{ outage: id }} event up \
             {{ outage: id }} case outage {{ begins when down. ends when up. }} case bill {{ begins when bill.sent. \
             client owes desk amount. paid by bill.paid. ends when paid. }} clause 1 \"P\" {{ client must pay each \
             bill within 9 calendar days, without consequence. }} clause 2 \"R\" {{ desk must send a report each \
             calendar month, without consequence. }} clause 3 \"V\" {{ desk must make a visit each calendar month, \
             without consequence. }} event report.sent {{}} event visit.made {{}} case report {{ send (sent) when \
             report.sent. }} case visit {{ make (made) when visit.made. }} clause 4 \"S\" {{ {sentences} }} }}"
        );
        compiled(&text).unwrap()
    };
    let told = |from: &str, to: &str| {
        let comparison = compare(&policy(from), &policy(to));
        let changes = comparison.sections.iter().flat_map(|section| &section.changes);
        changes.map(|change| change.message.clone()).collect::<Vec<_>>()
    };
    let until = "desk may suspend 2 and 3 by work.stopped during any delay under 1, until work.resumed.";
    assert_eq!(
        told(until, "desk may suspend 2 by work.stopped during any delay under 1."),
        ["4, suspended is gone: `3`", "4, until is gone: `, until work.resumed`"]
    );
    let share = "measure up_time per calendar month = share of time not in outage. desk must keep up_time at least \
                 99% otherwise desk credits client 5 EUR, restored 50% when 4 is kept 2 windows running.";
    assert_eq!(
        told(share, &share.replace("50%", "60%").replace("2 windows", "3 windows")),
        [
            "4, consequence, restored was `50%`, is `60%`",
            "4, consequence, restored, condition was `4 is kept 2 windows running`, is `4 is kept 3 windows running`"
        ]
    );
}
