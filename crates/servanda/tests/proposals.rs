//! The scenarios that a policy lacks are proposed, and what none can be made for is told with the reason.
#![expect(clippy::unwrap_used, reason = "what cannot be compiled fails the test")]

use servanda::{Proposals, Sources, compile, propose};

const DESK: &str = r#"
language 1.
agreement "Desk" takes { credit: money. } {
  party desk. party client.
  in force from 2026-01-01 for 1 year.
  time zone Europe/Berlin.
  money in EUR.
  event question.asked    { question: id, kind: one of (plain, hard), channel: text }
  event question.answered { question: id, by_whom: party }
  event secret.told       { secret: id, teller: party }
  case question {
    begins when question.asked where kind is hard.
    answer (answered) when question.answered where by_whom is desk.
    ends when answered.
    out of scope where channel is not one of (email, portal).
  }
  case secret {
    begins when secret.told.
    tell_on (told) when secret.told.
    ends when told.
  }
  clause 1 "Answers" {
    desk must answer each question within 3 calendar days
      otherwise desk credits client credit, at most 25 EUR per calendar month.
  }
  clause 2 "Secrets" {
    client must not tell_on any secret, without consequence.
  }
  clause 3 "Work" {
    desk credits client 1 EUR for each question.answered.
    desk credits client 2 EUR for each secret.told, at most 3 EUR in all.
  }
}
"#;

fn proposals(scenarios: &str) -> Proposals {
    let sources = Sources::new().with("desk.sla", format!("{DESK}{scenarios}"));
    propose(&compile(&sources).map_err(|why| why.to_string()).unwrap())
}

fn titles(proposals: &Proposals) -> Vec<&str> {
    proposals.scenarios.iter().map(|proposal| proposal.title.as_str()).collect()
}

fn text<'p>(proposals: &'p Proposals, title: &str) -> &'p str {
    proposals.scenarios.iter().find(|proposal| proposal.title == title).map_or("", |found| &found.text)
}

#[test]
fn a_deadline_is_shown_before_at_and_behind_it_with_events_that_count() {
    let all = proposals("");
    let deadlines =
        ["1: one day before the deadline", "1: at the end of the last day", "1: one day after the deadline"];
    assert!(deadlines.iter().all(|title| titles(&all).contains(title)), "{:?}", titles(&all));
    let late = text(&all, "1: one day after the deadline");
    for line in [
        "  let credit = 100 EUR.",
        "  2026-01-12 10:00 question.asked    { question: \"Q-1\", kind: hard, channel: \"email\" }",
        "  2026-01-16 00:00 question.answered { question: \"Q-1\", by_whom: desk }",
        "  expect deadline of 1 is 2026-01-15 24:00 for question \"Q-1\".",
        "  expect desk has broken 1 for question \"Q-1\".",
        "  expect desk credits client 25.00 EUR under 1 for question \"Q-1\", capped by 75.00 EUR.",
    ] {
        assert!(late.lines().any(|written| written == line), "{line}\n{late}");
    }
}

#[test]
fn what_a_scenario_shows_is_not_proposed_and_its_parameters_are_taken() {
    let shown = r#"
scenario "late" {
  let credit = 10 EUR.
  2026-01-12 10:00 question.asked { question: "Q-1", kind: hard, channel: email }
  4 calendar days later question.answered { question: "Q-1", by_whom: desk }
  as of 2026-02-01.
  expect desk has broken 1.
}
"#;
    let rest = proposals(shown);
    assert!(!titles(&rest).contains(&"1: one day after the deadline"), "{:?}", titles(&rest));
    let capped = text(&rest, "1: at most 25 EUR per calendar month, reached");
    assert!(capped.contains("let credit = 10 EUR.") && capped.contains("3 times"), "{capped}");
}

#[test]
fn a_prohibition_is_broken_by_whom_it_binds() {
    let all = proposals("");
    let broken = text(&all, "2: broken");
    assert!(broken.contains("teller: client"), "{:?}\n{broken}", titles(&all));
    // It is kept where the other one tells a secret, as two of them do that reach the limit of clause 3.
    assert!(all.missing.iter().all(|missing| missing.address != "2"), "{:?}", all.missing);
    assert!(text(&all, "3#2: at most 3 EUR in all, reached").contains("teller: desk"), "{:?}", titles(&all));
}

#[test]
fn what_cannot_be_shown_is_told_with_the_reason() {
    let all = proposals("");
    let told = all.text();
    let missing: Vec<_> = all.missing.iter().map(|missing| (&*missing.part, &*missing.reason)).collect();
    assert!(told.contains("// Not shown, and not proposed either:\n"), "{told}");
    assert!(missing.iter().all(|(_, reason)| !reason.is_empty()), "{missing:?}");
    assert!(
        missing.contains(&("at most 25 EUR per calendar month, not reached", "what is owed once reaches it")),
        "{missing:?}"
    );
    let unsigned = DESK.replace("  time zone", "  signed by desk on 2026-01-01.\n  time zone");
    let sources = Sources::new().with("desk.sla", unsigned);
    let none = propose(&compile(&sources).map_err(|why| why.to_string()).unwrap());
    assert!(none.scenarios.is_empty() && !none.missing.is_empty());
    assert!(none.missing.iter().all(|missing| missing.reason.contains("not signed")), "{:?}", none.missing);
}

/// A month with nothing is below every bound, and says of none where it lies.
#[test]
fn what_a_scenario_shows_far_from_a_bound_is_proposed_beside_it() {
    let policy = |lines: &str, scenario: &str| {
        format!(
            "language 1. agreement \"P\" {{ party desk. party client. in force from 2026-01-01 for 12 months. \
             time zone Europe/Berlin. money in EUR. event post {{ post: id, price: money, good: yes or no }} \
             clause 1 \"P\" {{ {lines} otherwise desk credits client 1 EUR. }} }} scenario \"none\" {{ {scenario} }}"
        )
    };
    let none = "as of 2026-02-03. expect desk has broken 1 for 2026-01.";
    let few = "2026-01-06 10:00 post { post: \"{n}\", price: 5 EUR, good: no } 3 times. as of 2026-02-03. \
               expect desk has broken 1 for 2026-01.";
    for (lines, scenario, beside) in [
        (
            "measure posts per calendar month = count of post. desk must keep posts at least 12",
            none,
            "posts just below 12",
        ),
        (
            "measure worth per calendar month = sum of price over post. desk must keep worth at least 100 EUR",
            few,
            "worth just below 100 EUR",
        ),
        (
            "measure good_posts per calendar month = share of post in which good is yes. \
             desk must keep good_posts at least 95%",
            few,
            "good_posts just below 95%",
        ),
    ] {
        let sources = Sources::new().with("p.sla", policy(lines, scenario));
        let all = propose(&compile(&sources).map_err(|why| why.to_string()).unwrap());
        let title = format!("1: {beside}");
        assert!(titles(&all).contains(&title.as_str()), "{title}: {:?}, {:?}", titles(&all), all.missing);
    }
}
