//! Agreements that went wrong in practice: each is caught by one finding, and what is told of it is a snapshot, for
//! somebody to read.

use servanda::{SourceId, Sources, check, render};
use std::fs;
use std::path::Path;

/// Each agreement with the lint that catches it.
const CAUGHT: &[(&str, &str)] = &[
    ("bounds-of-the-prose", "prose-contradicts"),
    ("bounds-turned-round-in-the-prose", "prose-contradicts"),
    ("credit-as-money", "mixed-rows"),
    ("credit-as-money-of-the-fee", "units-differ"),
    ("days-of-another-kind", "prose-contradicts"),
    ("fee-of-the-wrong-party", "breach-pays-breaker"),
    ("interest-on-the-deposit", "interest-on-more"),
    ("inverted-sign", "worst-meets-target"),
    ("inverted-sign-of-rows", "target-without-credit"),
    ("limit-above-its-own-window", "limit-never-binds"),
    ("limit-that-never-binds", "limit-never-binds"),
    ("penalty-of-380-percent", "share-above-whole"),
    ("reward-at-one-value", "only-at-one-value"),
    ("steps-with-gaps", "tier-gap"),
    ("steps-with-gaps-and-a-rest", "better-costs-more"),
];

#[test]
fn each_is_caught_by_one_finding() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/known-bad");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".sla", ""))
        .collect();
    names.sort();
    let listed: Vec<&str> = CAUGHT.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, listed, "each file is listed with its lint");
    let mut told = String::new();
    for (name, lint) in CAUGHT {
        let text = fs::read_to_string(folder.join(format!("{name}.sla"))).unwrap();
        let sources = Sources::new().with(format!("{name}.sla"), text);
        let findings = check(&sources, SourceId(0)).diagnostics;
        let human = render::human(&findings, &sources, &render::HumanOptions::default());
        match findings.as_slice() {
            [one] => assert_eq!(one.code().name(), *lint, "{name}"),
            other => panic!("{name} has {} findings:\n{human}", other.len()),
        }
        told += &format!("==== {name}\n{human}\n");
    }
    insta::assert_snapshot!(told);
}
