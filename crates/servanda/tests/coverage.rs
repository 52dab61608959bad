//! What the scenarios of a policy show of it, and what they do not.
#![expect(clippy::unwrap_used, reason = "what cannot be compiled fails the test")]

use servanda::{Coverage, PartKind, Sources, compile, scenarios_with_coverage};

const AGREEMENT: &str = r#"
language 1.
agreement "Desk" takes { target: percent = 95%. } {
  party desk. party client. role lead of desk.
  in force from 2026-01-01 for 1 year.
  time zone Europe/Berlin.
  money in EUR.
  let late_reply = 5 EUR.
  event question.asked    { question: id }
  event question.answered { question: id }
  case question { begins when question.asked. answer (answered) when question.answered. ends when answered. }
  clause 1 "Answers" {
    measure in_time per calendar month = share of question in which 1(a) is kept.
    (a) desk must answer each question within 4 hours
      otherwise desk credits client late_reply, at most 8 EUR per calendar month.
    (b) desk must keep in_time at least target
      otherwise desk credits client depending on in_time {
          from 50% to below target: 10 EUR,
          below 50%: 20 EUR,
        }.
  }
  clause 2 "Secrets" {
    each party must not answer any question unless answered otherwise tell lead.
  }
}
amendment "Higher credits" { in force from 2026-02-01. let late_reply = 7 EUR. }
"#;

const KEPT: &str = r#"
scenario "kept" {
  2026-01-05 10:00 question.asked { question: "q-1" }
  2026-01-05 11:00 question.answered { question: "q-1" }
  as of 2026-02-01.
  expect desk has kept 1(a) for question "q-1".
}
"#;

const BROKEN: &str = r#"
scenario "broken" {
  let target = 99%.
  2026-02-05 10:00 question.asked { question: "q-1" }
  2026-02-05 10:00 question.asked { question: "q-2" }
  2026-02-05 11:00 question.answered { question: "q-2" }
  2026-02-05 10:00 question.asked { question: "q-3" }
  as of 2026-03-01.
  expect desk has broken 1(a) for question "q-1".
  as of 2026-02-05.
  expect desk credits client nothing.
}
"#;

fn coverage(scenarios: &[&str]) -> Coverage {
    let text = format!("{AGREEMENT}{}", scenarios.concat());
    let compiled = compile(&Sources::new().with("desk.sla", text)).map_err(|why| why.to_string()).unwrap();
    let (results, coverage) = scenarios_with_coverage(&compiled);
    assert!(results.iter().all(servanda::ScenarioResult::passed), "{results:?}");
    coverage
}

fn shown(coverage: &Coverage) -> Vec<(&str, &str, usize)> {
    coverage.parts.iter().map(|part| (part.address.as_str(), part.part.as_str(), part.scenarios)).collect()
}

#[test]
fn every_part_is_told_once_and_counts_the_scenarios_in_which_it_happens() {
    let parts = [
        ("1(a)", "broken"),
        ("1(a)", "kept"),
        ("1(a)", "credit"),
        ("1(a)", "at most 8 EUR per calendar month, reached"),
        ("1(a)", "at most 8 EUR per calendar month, not reached"),
        ("1(a)", "in time"),
        ("1(a)", "at the last instant"),
        ("1(a)", "too late"),
        ("1(b)", "broken"),
        ("1(b)", "kept"),
        ("1(b)", "credit"),
        ("1(b)", "from 50% to below target"),
        ("1(b)", "below 50%"),
        ("1(b)", "in_time below target"),
        ("1(b)", "in_time at target"),
        ("1(b)", "in_time above target"),
        ("1(b)", "in_time below 50%"),
        ("1(b)", "in_time at 50%"),
        ("1(b)", "in_time above 50%"),
        ("2 client", "broken"),
        ("2 client", "kept"),
        ("2 desk", "broken"),
        ("2 desk", "kept"),
        ("2 client", "tell lead"),
        ("2 desk", "tell lead"),
    ];
    let mut wanted: Vec<(&str, &str, usize)> =
        parts.iter().map(|(address, part)| (*address, *part, 0)).collect();
    let none = coverage(&[]);
    let mut told = shown(&none);
    told.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(told, wanted);
    assert_eq!(none.shown(), 0);
}

const EDGES: &str = r#"
scenario "at the deadline and behind it" {
  2026-01-05 10:00 question.asked { question: "q-1" }
  4 hours later question.answered { question: "q-1" }
  2026-01-06 10:00 question.asked { question: "q-2" }
  14_401 seconds later question.answered { question: "q-2" }
  as of 2026-02-01.
  expect in_time is 50% for 2026-01.
}
"#;

#[test]
fn the_edges_of_deadlines_and_tiers_are_parts_of_their_own() {
    let edges = coverage(&[EDGES]);
    let told = shown(&edges);
    let times = |address: &str, part: &str| {
        let found = told.iter().find(|it| (it.0, it.1) == (address, part));
        found.map(|it| it.2)
    };
    assert_eq!(times("1(a)", "in time"), Some(0));
    assert_eq!(times("1(a)", "at the last instant"), Some(1));
    assert_eq!(times("1(a)", "too late"), Some(1));
    assert_eq!(times("1(b)", "in_time at 50%"), Some(1));
    assert_eq!(times("1(b)", "from 50% to below target"), Some(1));
    assert_eq!(edges.of(PartKind::Deadline), (2, 3));
    assert_eq!(edges.of(PartKind::Cap), (1, 2));
}

#[test]
fn what_happens_is_shown_whether_it_is_expected_or_not() {
    let both = coverage(&[KEPT, BROKEN]);
    let times = |address: &str, part: &str| {
        let told = shown(&both);
        let found = told.into_iter().find(|it| (it.0, it.1) == (address, part));
        found.map(|it| it.2)
    };
    assert_eq!(times("1(a)", "kept"), Some(2));
    assert_eq!(times("1(a)", "broken"), Some(1));
    assert_eq!(times("1(a)", "credit"), Some(1));
    // 7.00 and 1.00: the second one is what the limit leaves.
    assert_eq!(times("1(a)", "at most 8 EUR per calendar month, reached"), Some(1));
    assert_eq!(times("1(a)", "at most 8 EUR per calendar month, not reached"), Some(1));
    // q-1 of the first and q-2 of the second; nothing is answered at the deadline or behind it.
    assert_eq!(times("1(a)", "in time"), Some(2));
    assert_eq!(times("1(a)", "at the last instant"), Some(0));
    assert_eq!(times("1(a)", "too late"), Some(0));
    // All of January's, by the default of 95 %; a third of February's, by 99 %.
    assert_eq!(times("1(b)", "in_time above target"), Some(1));
    assert_eq!(times("1(b)", "in_time below target"), Some(1));
    assert_eq!(times("1(b)", "in_time below 50%"), Some(1));
    assert_eq!(times("1(b)", "kept"), Some(1));
    assert_eq!(times("1(b)", "from 50% to below target"), Some(0));
    assert_eq!(times("1(b)", "below 50%"), Some(1));
    assert_eq!(times("2 desk", "broken"), Some(2));
    assert_eq!(times("2 client", "kept"), Some(0));
}
