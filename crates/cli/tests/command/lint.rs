//! What `lint` tells beyond the text itself: of the papers that are attached, and of what a rate comes to in a year.

use crate::binary::servanda;
use std::sync::atomic::{AtomicU32, Ordering};

const PAPER: &str = "What either side learns of the other it keeps to itself.\n";
const HASH: &str = "sha256:8159c78b33a0fc28da11c8c0f60403d8b4cd5a9eb5b4a2345e8ce1ad0cf95bea";

/// Each test has folders of its own.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// What is told of an agreement with further lines, in a folder with the paper.
fn told(lines: &str, paper: Option<&str>, exit: i32) -> String {
    told_beside(lines, paper.map(|paper| ("nda.txt", paper)), exit)
}

/// The same, in a folder with a file.
fn told_beside(lines: &str, file: Option<(&str, &str)>, exit: i32) -> String {
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("servanda-lint-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let policy = format!(
        "language 1.
agreement \"Works\" {{
  party agency. party client.
  in force from 2026-01-01.
  time zone Europe/Istanbul.
  money in EUR.
  {lines}
}}
"
    );
    std::fs::write(folder.join("works.sla"), policy).unwrap();
    if let Some((name, text)) = file {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let path = folder.join("works.sla");
    let config = folder.join("servanda.toml");
    let mut words = vec!["lint", path.to_str().unwrap(), "--format", "short"];
    if config.exists() {
        words.extend(["--config", config.to_str().unwrap()]);
    }
    let ran = servanda(&words, "");
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(ran.exit, exit, "{}{}", ran.stdout, ran.stderr);
    ran.stdout.replace(&format!("{}/", folder.display()), "")
}

fn attached(hash: &str) -> String {
    format!("attached \"Confidentiality\" in \"nda.txt\" with hash \"{hash}\".")
}

const FIGURES: &str = "event work.done { work: id }
  event bill.sent { bill: id, amount: money }
  event bill.paid { bill: id, amount: money }
  case bill { begins when bill.sent. client owes agency amount. paid by bill.paid. ends when paid. }
  clause 1 \"Figures\" {
    measure works per calendar month = count of work.done.
    measure paid_ones per calendar month = share of bill in which paid.
    (a) agency must keep works at least 10, without consequence.
    (b) agency must keep paid_ones at least 90%, without consequence.
    (c) client must pay each bill within 30 calendar days, without consequence.
  }";

/// Row K7: how many figures a party may have to keep can be set, and one that another party alone decides is told.
#[test]
fn k7_too_many_figures_and_those_of_another_are_told() {
    let of_another =
        "works.sla:15:9: warning[SLA0630] `agency` has to keep a figure that `client` alone decides\n";
    let too_many = "works.sla:15:9: advice[SLA0512] `agency` has 2 figures to keep, and more than 1 are hardly looked at\n";
    assert_eq!(told(FIGURES, None, 0), of_another);
    let few = ("servanda.toml", "[lint]\nmost-figures = 1\n");
    assert_eq!(told_beside(FIGURES, Some(few), 0), format!("{too_many}{of_another}"));
}

#[test]
fn a_file_that_cannot_be_read_ends_nothing_but_itself() {
    let folder = std::env::temp_dir().join(format!("servanda-lint-{}-unread", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // As some editors write it: two bytes for each character.
    std::fs::write(folder.join("a.sla"), b"\xff\xfel\x00a\x00").unwrap();
    std::fs::write(folder.join("b.sla"), "language 1.\nagreement \"B\" {\n  party ann\n}\n").unwrap();
    let ran = servanda(&["lint", folder.to_str().unwrap(), "--format", "short"], "");
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(ran.exit, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("b.sla:3:"), "{}", ran.stdout);
    assert!(ran.stderr.contains("a.sla` is not UTF-8 text"), "{}", ran.stderr);
}

#[test]
fn a_paper_that_is_what_was_agreed_is_not_told_of() {
    assert_eq!(told(&attached(HASH), Some(PAPER), 0), "");
    assert_eq!(told(&attached(&HASH.to_uppercase().replace("SHA", "sha")), Some(PAPER), 0), "");
}

#[test]
fn a_paper_that_has_changed_is_an_error() {
    let told = told(&attached(HASH), Some(&PAPER.replace("either", "one")), 2);
    assert_eq!(
        told,
        "works.sla:7:53: error[SLA0906] the paper `Confidentiality` is not the one that was agreed\n"
    );
}

#[test]
fn a_paper_that_nobody_can_compare_is_a_warning() {
    let missing = "warning[SLA0907]";
    let cannot = format!("{missing} the paper `Confidentiality` cannot be compared with what was agreed\n");
    assert_eq!(told(&attached(HASH), None, 0), format!("works.sla:7:33: {cannot}"));
    let outside = attached(HASH).replace("nda.txt", "../nda.txt");
    assert_eq!(told(&outside, Some(PAPER), 0), format!("works.sla:7:33: {cannot}"));
    assert_eq!(
        told("attached \"Confidentiality\" in \"nda.txt\".", Some(PAPER), 0),
        format!("works.sla:7:33: {missing} nothing says which paper `Confidentiality` is\n")
    );
}

/// What is told where bills are paid late at some rate.
fn rated(rate: &str, exit: i32) -> String {
    let lines = format!(
        "law of TR, interest at most 48% per year.
  let rate = {rate}.
  event bill.received {{ bill: id, amount: money }}
  event bill.paid     {{ bill: id, amount: money }}
  case bill {{ begins when bill.received. client owes agency amount. paid by bill.paid. }}
  clause 1 \"Payment\" {{
    client must pay each bill within 30 calendar days of its beginning
      otherwise client owes agency RATE from the deadline until paid.
  }}"
    );
    let lines = match rate.split_once(" per ") {
        None => lines.replace("RATE", "rate of bill.amount per calendar day begun"),
        Some((percent, per)) => lines
            .replace(&format!("  let rate = {rate}.\n"), "")
            .replace("RATE", &format!("{percent} of bill.amount per {per}")),
    };
    told(&lines, None, exit)
}

#[test]
fn a_rate_is_told_by_what_it_comes_to_in_a_year() {
    let above = "warning[SLA0508] this is";
    let is = |told: String, yearly: &str| {
        assert!(told.ends_with(&format!("{above} {yearly}% a year, and the law allows 48%\n")), "{told}");
    };
    is(rated("1%", 0), "365.00");
    is(rated("1% per calendar week begun", 0), "52.14");
    is(rated("5% per month completed", 0), "60.00");
    is(rated("48.01% per year by actual/365", 0), "48.01");
    assert_eq!(rated("0.13%", 0), "");
    assert_eq!(rated("48% per year by actual/365", 0), "");
}

/// What is kept is told for people and for programs, of agreements that can be evaluated, and beside the findings.
#[test]
fn what_is_kept_is_told_where_it_is_asked_for() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/");
    let desk = format!("{examples}support-desk/agreement.sla");
    let sale = format!("{examples}instalments/agreement.sla");
    let ran = servanda(&["lint", &desk, &sale, "--state"], "");
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    insta::assert_snapshot!(ran.stdout.replace(examples, ""));

    let ran = servanda(&["lint", &desk, &sale, "--state", "--format", "json"], "");
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    crate::statements::follows("diagnostics", &told);
    let bounded: Vec<_> =
        told["state"].as_array().unwrap().iter().map(|of| (&of["agreement"], &of["bounded"])).collect();
    assert_eq!(
        bounded,
        [(&"Support desk".into(), &true.into()), (&"Sale by instalments".into(), &false.into())]
    );
    let plain = servanda(&["lint", &desk, "--format", "json"], "");
    assert!(!plain.stdout.contains("\"state\""), "{}", plain.stdout);

    let refused = servanda(&["lint", &desk, "--state", "--format", "sarif"], "");
    assert_eq!(refused.exit, 3);
    assert!(refused.stderr.contains("`--format human` and `--format json`"), "{}", refused.stderr);
}
