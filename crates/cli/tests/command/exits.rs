//! Every exit code, for its reason, and which stream says so.

use crate::binary::{events, servanda};

/// A run, its exit, and what each stream must contain.
fn check(arguments: &[&str], stdin: &str, exit: i32, stdout: &str, stderr: &str) {
    let ran = servanda(arguments, stdin);
    assert_eq!(ran.exit, exit, "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(stdout), "{arguments:?} prints {:?}, without {stdout:?}", ran.stdout);
    assert!(ran.stderr.contains(stderr), "{arguments:?} tells {:?}, without {stderr:?}", ran.stderr);
    // Nothing is said in two places, and what is not the result is not in the result.
    if exit >= 2 && !arguments.contains(&"lint") && !arguments.contains(&"--check") {
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

const EVALUATE: [&str; 4] = ["evaluate", "works.sla", "--events", "works.ndjson"];

fn evaluate(more: &[&str]) -> Vec<&'static str> {
    EVALUATE.iter().copied().chain(more.iter().map(|text| &*text.to_string().leak())).collect()
}

#[test]
fn results_are_no_failures_unless_asked() {
    check(&EVALUATE, "", 0, "broken", "1 problem");
    check(&evaluate(&["--fail-on", "broken"]), "", 1, "broken", "");
    check(&evaluate(&["--fail-on", "problem"]), "", 1, "broken", "");
    check(&evaluate(&["--fail-on", "indeterminate"]), "", 0, "broken", "");
    check(&evaluate(&["--fail-on", "indeterminate,broken"]), "", 1, "broken", "");
    check(&evaluate(&["--strict"]), "", 1, "", "");
}

#[test]
fn events_stand_behind_the_policy_or_behind_their_option() {
    let [behind, of_option] =
        [&["evaluate", "works.sla", "works.ndjson"][..], &EVALUATE[..]].map(|it| servanda(it, ""));
    assert_eq!((behind.exit, behind.stdout), (0, of_option.stdout));
    let [why, explain] = ["why", "explain"].map(|word| servanda(&[word, "works.sla", "works.ndjson"], ""));
    assert_eq!((why.exit, why.stdout), (0, explain.stdout));
}

#[test]
fn standard_input_is_a_dash() {
    check(&["evaluate", "works.sla", "--events", "-"], &events(), 0, "late_fee", "1 problem");
    check(&["lint", "-"], "language 1.\nagreement", 2, "<stdin>", "1 error");
}

#[test]
fn proposals_are_results_and_their_number_is_a_message() {
    check(
        &["scenarios", "works.sla"],
        "",
        0,
        "scenario \"1: one day before the deadline\" {",
        "could not be shown",
    );
    check(&["scenarios", "-"], "language 1.\nagreement \"X\" {", 2, "", "error");
    check(&["scenarios", "nowhere.sla"], "", 3, "", "nowhere.sla");
    check(&["test", "works.sla", "--coverage"], "", 0, "  deadlines     ", "1 passed");
}

#[test]
fn invalid_policies_exit_with_2() {
    check(&["evaluate", "-", "--events", "works.ndjson"], "", 2, "", "error");
    check(
        &["evaluate", "-", "--events", "works.ndjson"],
        "language 1.\nagreement \"X\" {",
        2,
        "",
        "<stdin>:",
    );
    check(&["lint", "-"], "", 2, "", "");
    check(&["test", "-"], "agreement", 2, "", "error");
}

#[test]
fn lint_exits_by_what_it_finds() {
    check(&["lint", "works.sla"], "", 0, "", "");
    check(&["lint", "."], "", 0, "", "");
    check(&["lint", "-", "--format", "short"], "agreement", 2, "SLA0001", "");
}

#[test]
fn scenarios_that_fail_exit_with_1_and_say_what_came_out() {
    check(&["test", "works.sla"], "", 0, "passed  paid on day 40", "1 scenario: 1 passed, 0 failed");
    check(&["test", "failing.sla"], "", 1, "came out 1", "1 scenario: 0 passed, 1 failed");
    check(&["test", "."], "", 1, "expected 0", "2 scenarios: 1 passed, 1 failed");
    check(&["test", "works.sla", "--coverage"], "", 0, "works.sla: the scenarios show ", "1 passed");
    check(&["test", "works.sla", "--coverage", "--format", "json"], "", 0, "\"coverage\":{\"all\":", "");
    let xml = servanda(&["test", ".", "--format", "junit"], "");
    assert_eq!(xml.exit, 1);
    for part in [
        "<testsuites name=\"servanda\" tests=\"2\" skipped=\"0\" failures=\"1\" errors=\"0\">",
        "<testsuite name=\"./works.sla\" tests=\"1\"",
        "<testcase name=\"paid on day 40\"",
        "came out 1",
    ] {
        assert!(xml.stdout.contains(part), "{part}: {}", xml.stdout);
    }
}

#[test]
fn wrong_use_and_unreadable_files_exit_with_3() {
    check(&[], "", 3, "", "Usage");
    check(&["nonsense"], "", 3, "", "nonsense");
    check(&["evaluate", "works.sla"], "", 3, "", "--events");
    check(&["evaluate", "works.sla", "works.ndjson", "--events", "works.ndjson"], "", 3, "", "--events");
    check(&["evaluate", "missing.sla", "--events", "-"], "", 3, "", "`missing.sla`: there is no such file");
    check(&["evaluate", "works.sla", "--events", "missing.ndjson"], "", 3, "", "there is no such file");
    check(&["evaluate", "works.sla", "--events", "."], "", 3, "", "it is a folder");
    check(&["evaluate", ".", "--events", "-"], "", 3, "", "it is a folder");
    check(&evaluate(&["--as-of", "tomorrow"]), "", 3, "", "`tomorrow` is not an instant");
    check(&evaluate(&["--period", "2026-13"]), "", 3, "", "is not a period");
    check(&["explain", "SLA9999"], "", 3, "", "there is no code `SLA9999`");
    check(&["lint", "../command"], "", 3, "", "holds no `.sla` file");
    check(
        &["explain", "works.sla", "--events", "works.ndjson", "--entry", "9/x/y/1"],
        "",
        3,
        "",
        "there is no line `9/x/y/1`",
    );
}

#[test]
fn what_is_asked_for_is_printed() {
    check(&["explain", "syntax"], "", 0, "# SLA0001 syntax", "");
    check(&["explain"], "", 0, "SLA0001", "");
    check(&["schema"], "", 0, "Servanda outcome", "");
    check(&["schema", "diagnostics"], "", 0, "Servanda diagnostics", "");
    check(&["completions", "bash"], "", 0, "_servanda", "");
    check(&["--version"], "", 0, "servanda ", "");
}

#[test]
fn fmt_prints_standard_input_laid_out_and_checks_without_writing() {
    let crowded = "language 1. agreement \"X\"{party client.}";
    let ran = servanda(&["fmt", "-"], crowded);
    assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""));
    assert_eq!(servanda(&["fmt", "-"], &ran.stdout).stdout, ran.stdout);
    check(&["fmt", "-", "--check"], crowded, 1, "-\n", "");
    check(&["fmt", "-", "--check"], &ran.stdout, 0, "", "");
    check(&["fmt", "-"], "agreement", 2, "", "SLA0001");

    let path = std::env::temp_dir().join(format!("servanda-fmt-{}.sla", std::process::id()));
    std::fs::write(&path, crowded).unwrap();
    let name = path.to_str().unwrap();
    check(&["fmt", "--check", name], "", 1, name, "");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), crowded);
    check(&["fmt", name], "", 0, "", "");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), ran.stdout);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn an_as_of_that_nobody_gave_is_told() {
    check(&EVALUATE, "", 0, "as of 2026-03-11 00:00", "as of 2026-03-11T00:00:00+03:00: ");
    let ran = servanda(&evaluate(&["--as-of", "2026-02-01"]), "");
    assert!(ran.stdout.contains("as of 2026-02-01 00:00,"));
    assert!(!ran.stderr.contains("as of"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::Command;
    let script = format!("{} schema | true; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_servanda"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}
