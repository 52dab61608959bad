//! The settlement task end to end: the generator's bytes, the reference's bytes, and what each constant changes.
//!
//! The sums are those that programs in other languages agreed on; they are not taken from this code.
#![expect(clippy::unwrap_used, reason = "what cannot be run or read fails the test")]

use servanda_benches::csv::HEADER;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const EVENTS: &str = "events-100000.jsonl";
const EVENTS_OUT_OF_ORDER: &str = "events-100000-ooo.jsonl";
const AGREEMENTS: &str = "agreements-100000.jsonl";

const EVENTS_SUM: &str = "32a7148665a0fa8c4ec6241c24290dad6a3073060c1d766225ecc5051b02775e";
const EVENTS_OUT_OF_ORDER_SUM: &str = "4454a2fbfd89f30e5e00aea3cee3205220742eb8282c96aed7215f68d7810e8a";
const AGREEMENTS_SUM: &str = "64dece7df7368a6e194a826ce262b48e48ccdf0c65a7c8374c99e655875a936e";
const ROWS_SUM: &str = "4f4bd570227e2caaacf897ccb369e78017dadea16bffcd6a05dbfdc0bcabd3ad";

/// A directory of the test's own with both logs of 100 000 events.
fn generated(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    for share in ["0", "0.01"] {
        let output = Command::new(env!("CARGO_BIN_EXE_generate"))
            .args(["--events", "100000", "--ooo", share, "--out"])
            .arg(&directory)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    directory
}

fn reference(directory: &Path, mode: &str, events: &str, out: &str, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reference"))
        .current_dir(directory)
        .args([mode, events, AGREEMENTS, out])
        .args(options)
        .output()
        .unwrap()
}

fn rows(directory: &Path, mode: &str, events: &str, options: &[&str]) -> String {
    let out = format!("{mode}.csv");
    let output = reference(directory, mode, events, &out, options);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(directory.join(out)).unwrap()
}

fn sum(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The columns that differ in any row.
fn changed_columns(before: &str, after: &str) -> BTreeSet<&'static str> {
    assert_eq!(before.lines().count(), after.lines().count());
    let mut changed = BTreeSet::new();
    for (before, after) in before.lines().zip(after.lines()) {
        for ((name, before), after) in HEADER.split(',').zip(before.split(',')).zip(after.split(',')) {
            if before != after {
                changed.insert(name);
            }
        }
    }
    changed
}

#[test]
fn generator_and_reference_give_the_agreed_bytes() {
    let directory = generated("bytes");
    for (file, expected) in
        [(EVENTS, EVENTS_SUM), (EVENTS_OUT_OF_ORDER, EVENTS_OUT_OF_ORDER_SUM), (AGREEMENTS, AGREEMENTS_SUM)]
    {
        assert_eq!(sum(fs::read(directory.join(file)).unwrap()), expected, "{file}");
    }
    for (mode, events) in [("stream", EVENTS), ("sort", EVENTS), ("sort", EVENTS_OUT_OF_ORDER)] {
        assert_eq!(sum(rows(&directory, mode, events, &[])), ROWS_SUM, "{mode} {events}");
    }
}

#[test]
fn each_constant_changes_its_own_columns_and_no_other() {
    let directory = generated("constants");
    let before = rows(&directory, "stream", EVENTS, &[]);
    let replies = ["inq_on_time", "resp_pct", "resp_met"].as_slice();
    for (option, value, expected) in [
        ("--target-percent", "95.0000", [].as_slice()),
        ("--target-percent", "90", &["resp_met"]),
        // With more time to answer, more inquiries are still open at the end and not counted.
        ("--reply-seconds", "3600", &["inq_total", "inq_on_time", "resp_pct", "resp_met"]),
        ("--tiers", "99.9:10,99:25,95:100", &[]),
        ("--tiers", "99.9:15,99:25,95:100", &["credit_pct", "credit"]),
        ("--tiers", "99.5:10,99:25", &["credit_pct", "credit"]),
        ("--late-percent", "1.5", &["late_fee_total", "late_fee_month"]),
        ("--posts", "14", &["posts_met"]),
        ("--holiday-add", "2025-12-24", replies),
        ("--holiday-remove", "2025-05-01", replies),
    ] {
        let after = rows(&directory, "stream", EVENTS, &[option, value]);
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        assert_eq!(changed_columns(&before, &after), expected, "{option} {value}");
    }
}

#[test]
fn a_changed_holiday_changes_its_own_month_and_no_other() {
    let directory = generated("holiday");
    let before = rows(&directory, "stream", EVENTS, &[]);
    let after = rows(&directory, "stream", EVENTS, &["--holiday-remove", "2025-05-01"]);
    let changed: BTreeSet<&str> = before
        .lines()
        .zip(after.lines())
        .filter(|(before, after)| before != after)
        .filter_map(|(before, _)| before.split(',').nth(1))
        .collect();
    // An inquiry of the evening before is answered within more business seconds as well.
    assert_eq!(changed, BTreeSet::from(["2025-04", "2025-05"]));
}

#[test]
fn misuse_is_refused() {
    let directory = generated("misuse");
    for (mode, events, options) in [
        ("steam", EVENTS, [].as_slice()),
        ("stream", "none.jsonl", &[]),
        ("stream", EVENTS, &["--posts"]),
        ("stream", EVENTS, &["--posts", "-1"]),
    ] {
        let output = reference(&directory, mode, events, "misuse.csv", options);
        assert_eq!(output.status.code(), Some(3), "{mode} {events} {options:?}");
    }
    let output = reference(&directory, "stream", EVENTS_OUT_OF_ORDER, "misuse.csv", &[]);
    assert!(!output.status.success());
    assert!(!directory.join("misuse.csv").exists());
}
