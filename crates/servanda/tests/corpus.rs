//! The laws of `testing` over the seeds of the fuzzer and over whatever broke a law once.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot read the corpus, or that finds a broken law, should stop"
)]

use servanda::testing;
use std::fs;
use std::path::{Path, PathBuf};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// Holds a law over every file of a folder of the corpus.
fn over(folder: &str, law: impl Fn(&[u8]) -> Result<(), String>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(fuzz().join("corpus").join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() > 4, "{folder} has {} files", paths.len());
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        // A file cut anywhere is a file too; a few cuts of each are enough here.
        for end in (0..8).map(|part| bytes.len() * part / 8).chain([bytes.len()]) {
            if let Err(broken) = law(&bytes[..end]) {
                panic!("{} up to byte {end}: {broken}", path.display());
            }
        }
    }
}

fn policy() -> String {
    fs::read_to_string(fuzz().join("policy.sla")).unwrap()
}

#[test]
fn any_bytes_are_read_as_a_policy() {
    over("policies", testing::parsing_is_total);
}

#[test]
fn what_can_be_read_can_be_laid_out() {
    over("policies", testing::formatting_keeps_what_is_said);
}

#[test]
fn any_bytes_are_checked_as_a_policy() {
    over("policies", testing::checking_is_total);
}

#[test]
fn any_bytes_are_read_as_holidays() {
    over("holidays", testing::holidays_are_total);
}

#[test]
fn the_scanner_reads_what_serde_json_reads() {
    let policy = policy();
    over("logs", |log| testing::logs_are_read_the_same_both_ways(&policy, log));
}

#[test]
fn any_log_is_evaluated() {
    let policy = policy();
    over("logs", |log| testing::evaluating_is_total(policy.as_bytes(), log));
}

#[test]
fn any_policy_is_evaluated() {
    let log = fs::read(fuzz().join("log.jsonl")).unwrap();
    over("policies", |policy| testing::evaluating_is_total(policy, &log));
}

/// The seeds must reach what they are for: a policy that no longer compiles would leave the laws nothing to hold.
#[test]
fn the_seeds_reach_what_they_are_for() {
    for name in ["everything", "social-media", "settlement", "readme"] {
        let text = fs::read_to_string(fuzz().join("corpus/policies").join(format!("{name}.sla"))).unwrap();
        let compiled = servanda::compile(&servanda::Sources::new().with(format!("{name}.sla"), text));
        if let Err(findings) = compiled {
            panic!("{findings}");
        }
    }
    for name in ["works", "company", "mark", "rules", "ends"] {
        let policy = policy().replacen("open ", &format!("closed on holidays of \"{name}.ics\". open "), 1);
        let days = fs::read_to_string(fuzz().join("corpus/holidays").join(format!("{name}.ics"))).unwrap();
        let sources = servanda::Sources::new().with("policy.sla", policy).with(format!("{name}.ics"), days);
        if let Err(findings) = servanda::compile(&sources) {
            panic!("{findings}");
        }
    }
    let compiled = servanda::compile(&servanda::Sources::new().with("policy.sla", policy())).unwrap();
    let mut run = servanda::Run::of_log(&compiled).unwrap();
    run.read(&fs::read(fuzz().join("log.jsonl")).unwrap());
    run.close();
    let end = run.agreement(0).unwrap().end.unwrap();
    let outcome = run.outcome(0, end).unwrap();
    assert!(outcome.verdicts.len() > 2 && outcome.entries.len() > 1, "{outcome:#?}");
    assert_eq!(outcome.input.problems, 1, "{:#?}", outcome.problems);
}
