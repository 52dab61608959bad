//! One case as a line.

use crate::binary::servanda;
use crate::statements::follows;
use serde_json::Value;

fn timeline(case: &str, more: &[&str]) -> String {
    let arguments: Vec<&str> =
        ["explain", "open.sla", "open.ndjson", "--timeline", case].iter().chain(more).copied().collect();
    let ran = servanda(&arguments, "");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn hours_that_count_closed_ones_and_what_is_left() {
    insta::assert_snapshot!(timeline("Q-1", &["--as-of", "2026-03-11 12:00"]));
    insta::assert_snapshot!(timeline("question/Q-1", &["--as-of", "2026-03-13 14:00", "--width", "60"]));
}

#[test]
fn a_clock_that_stands_still_and_one_that_has_not_begun() {
    insta::assert_snapshot!(timeline("Q-2", &["--as-of", "2026-03-13 14:00"]));
    insta::assert_snapshot!(timeline("P-1", &["--as-of", "2026-03-10 14:00"]));
}

#[test]
fn days_that_count() {
    insta::assert_snapshot!(timeline("I-1", &["--as-of", "2026-03-13 14:00"]));
}

/// Three days count, whatever pauses lie between: one within a day moves nothing, one over a weekend as `explain` says.
#[test]
fn days_by_which_pauses_move_a_deadline() {
    let arguments = ["explain", "held.sla", "held.ndjson"];
    let drawn = servanda(&[&arguments[..], &["--timeline", "A", "--ascii", "--width", "100"]].concat(), "");
    let told = servanda(&[&arguments[..], &["1/A"]].concat(), "").stdout;
    assert!(told.contains("moved by 2 days"), "{told}");
    insta::assert_snapshot!(drawn.stdout);
}

#[test]
fn it_follows_its_schema() {
    for (case, as_of) in
        [("Q-1", "2026-03-11 12:00"), ("Q-2", "2026-03-13"), ("I-1", "2026-03-20"), ("P-2", "2026-03-20")]
    {
        let told = timeline(case, &["--as-of", as_of, "--format", "json"]);
        follows("timeline", &serde_json::from_str(&told).unwrap());
    }
    let mut wrong: Value = serde_json::from_str(&timeline("Q-1", &["--format", "json"])).unwrap();
    wrong["lines"][0]["stretches"][0]["kind"] = "perhaps".into();
    let schema: Value = serde_json::from_str(&servanda(&["schema", "timeline"], "").stdout).unwrap();
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&wrong));
}

#[test]
fn what_nothing_has_is_answered_with_the_nearest() {
    for (arguments, says) in [
        (&["--timeline", "Q-9"][..], "nothing has the key `Q-9`; there are `Q-1`, `Q-2`"),
        (&["--timeline", "Q-1", "--as-of", "2026-01-02"], "nothing has begun by then"),
        (&["--timeline", "something-else"], "nothing has the key `something-else`; there are `D-1`"),
        (&["Q-1"], "`Q-1` is a key: `--timeline Q-1` draws it, and about it there are `"),
        (&["1(a)/2027-04"], "`2027-04` is not over by then: add `--period 2027-04`"),
        (&["--ascii"], "--timeline <KEY>"),
        (&["1(a)/Q-1", "--timeline", "Q-1"], "cannot be used with"),
    ] {
        let all: Vec<&str> =
            ["explain", "open.sla", "open.ndjson"].iter().chain(arguments).copied().collect();
        let ran = servanda(&all, "");
        assert_eq!(ran.exit, 3, "{arguments:?}");
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
}
