//! The settlement policy against the single-purpose reference: the same bytes for several logs, in order and out of
//! order, on one thread, on two and as a stream that is followed; and with a constant changed in the policy as in the reference.
#![expect(clippy::unwrap_used, reason = "what cannot be run or read fails the test")]

use servanda_benches::by_policy::{POLICY, Way, settle};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory of the test's own with a log of this seed.
fn generated(test: &str, events: u32, seed: &str, share: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("policy-{test}-{seed}-{share}"));
    let count = events.to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_generate"))
        .args(["--events", &count, "--seed", seed, "--ooo", share, "--out"])
        .arg(&directory)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    directory
}

/// The one file of a directory whose name begins and ends so.
fn file(directory: &Path, start: &str) -> PathBuf {
    let mut files: Vec<PathBuf> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(start))
        .collect();
    files.sort();
    files.pop().unwrap()
}

fn reference(directory: &Path, options: &[&str]) -> String {
    let out = directory.join("reference.csv");
    let output = Command::new(env!("CARGO_BIN_EXE_reference"))
        .arg("sort")
        .args([file(directory, "events-"), file(directory, "agreements-"), out.clone()])
        .args(options)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(out).unwrap()
}

const ONE: Way = Way::Batch { threads: 1 };
const TWO: Way = Way::Batch { threads: 2 };

fn by_policy(directory: &Path, policy: &str, way: Way) -> String {
    let agreements = fs::read(file(directory, "agreements-")).unwrap();
    let mut events = fs::File::open(file(directory, "events-")).unwrap();
    settle(policy, &agreements, &mut events, way).unwrap().csv
}

/// The first row that differs, so that a failure can be read.
fn assert_same(expected: &str, actual: &str, what: &str) {
    assert_eq!(expected.lines().count(), actual.lines().count(), "{what}");
    for (expected, actual) in expected.lines().zip(actual.lines()) {
        assert_eq!(expected, actual, "{what}");
    }
}

#[test]
fn the_policy_gives_the_references_bytes() {
    for (seed, share) in [("1", "0"), ("2", "0"), ("3", "0.01")] {
        let directory = generated("bytes", 30_000, seed, share);
        let expected = reference(&directory, &[]);
        for way in [ONE, TWO, Way::Stream] {
            assert_same(&expected, &by_policy(&directory, POLICY, way), &format!("seed {seed}, {way:?}"));
        }
    }
}

/// As many events as the sums of `TASK.md` are given for, in order and out of order.
fn the_same_bytes_of(events: u32) {
    for (seed, share) in [("1", "0"), ("5", "0.01")] {
        let directory = generated("size", events, seed, share);
        let expected = reference(&directory, &[]);
        assert_same(&expected, &by_policy(&directory, POLICY, TWO), &format!("{events} events, seed {seed}"));
        fs::remove_dir_all(directory).unwrap();
    }
}

#[test]
fn a_hundred_thousand_events_give_the_references_bytes() {
    the_same_bytes_of(100_000);
}

/// A million take half a minute in a test's build, so they are asked for: `SERVANDA_MILLION=1`.
#[test]
fn a_million_events_give_the_references_bytes_where_it_is_asked_for() {
    if std::env::var_os("SERVANDA_MILLION").is_some() {
        the_same_bytes_of(1_000_000);
    }
}

#[test]
fn a_constant_changed_in_the_policy_changes_what_it_changes_in_the_reference() {
    let directory = generated("constants", 30_000, "1", "0");
    let before = reference(&directory, &[]);
    assert_same(&before, &by_policy(&directory, POLICY, ONE), "as it is");
    for (from, to, option, value) in [
        ("at least 95%", "at least 90%", "--target-percent", "90"),
        ("within 15 support minutes", "within 10 support minutes", "--reply-seconds", "600"),
        ("to below 99.9%: 10%", "to below 99.9%: 15%", "--tiers", "99.9:15,99:25,95:100"),
        ("owes agency 1% of", "owes agency 2% of", "--late-percent", "2"),
        ("posts at least 12", "posts at least 14", "--posts", "14"),
        ("2025-05-29, ", "", "--holiday-remove", "2025-05-29"),
        ("2025-05-29, ", "2025-05-29, 2025-05-30, ", "--holiday-add", "2025-05-30"),
    ] {
        let changed = POLICY.replacen(from, to, 1);
        if changed == POLICY {
            panic!("the policy does not say `{from}`");
        }
        let expected = reference(&directory, &[option, value]);
        assert_same(&expected, &by_policy(&directory, &changed, ONE), &format!("{option} {value}"));
        assert!(expected != before, "{option} {value} changes nothing");
    }
}
