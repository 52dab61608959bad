//! The help, which has to suffice.

use crate::binary::servanda;

fn help(arguments: &[&str]) -> String {
    let ran = servanda(arguments, "");
    assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_help() {
    insta::assert_snapshot!(help(&["--help"]));
}

#[test]
fn the_help_of_evaluate() {
    insta::assert_snapshot!(help(&["evaluate", "--help"]));
}

#[test]
fn the_help_of_owed() {
    insta::assert_snapshot!(help(&["owed", "--help"]));
}

#[test]
fn the_help_of_forecast() {
    insta::assert_snapshot!(help(&["forecast", "--help"]));
}

#[test]
fn the_help_of_watch() {
    insta::assert_snapshot!(help(&["watch", "--help"]));
}

#[test]
fn the_help_of_diff() {
    insta::assert_snapshot!(help(&["diff", "--help"]));
}

#[test]
fn the_help_of_time() {
    insta::assert_snapshot!(help(&["time", "--help"]));
    insta::assert_snapshot!(help(&["time", "POLICY", "add", "--help"]));
}

#[test]
fn every_subcommand_has_help() {
    for command in [
        "evaluate",
        "owed",
        "forecast",
        "lint",
        "fmt",
        "test",
        "explain",
        "diff",
        "verify",
        "watch",
        "schema",
        "completions",
        "man",
        "scenarios",
        "time",
    ] {
        assert!(help(&[command, "--help"]).contains("Usage: servanda"), "{command}");
    }
}
