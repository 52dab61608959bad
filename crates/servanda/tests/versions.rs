//! Versions of an agreement in statements: who has signed, what is in force, which ids entries have.
#![expect(clippy::unwrap_used, reason = "what cannot be compiled or read fails the test")]

use servanda::report::{Detail, Statement, table};
use servanda::{Code, Compiled, Run, Sources, compile, moment};

const AGREEMENT: &str = r#"
language 1.
agreement "Desk" {
  party desk. party client. third party auditor.
  role lead of desk.
  in force from 2026-01-01 for 1 year.
  signed by lead on 2025-12-18, by client on 2025-12-19 14:00.
  time zone Europe/Berlin.
  money in EUR.
  let late_reply = 5 EUR.
  event question.asked    { question: id }
  event question.answered { question: id }
  case question { begins when question.asked. answer (answered) when question.answered. ends when answered. }
  clause 1 "Answers" {
    desk must answer each question within 4 hours otherwise desk credits client late_reply.
  }
}
"#;

const AMENDMENT: &str = r#"
amendment "Higher credits" {
  in force from 2026-02-01.
  signed by desk on 2026-01-20, by client on 2026-01-25.
  let late_reply = 8 EUR.
}
"#;

fn compiled(text: &str) -> Compiled {
    compile(&Sources::new().with("desk.sla", text)).map_err(|why| why.to_string()).unwrap()
}

/// A question asked in January, one asked in February and one asked in March, none of them answered.
fn statement(compiled: &Compiled) -> Statement {
    let mut run = Run::of_log(compiled).unwrap();
    for (number, month) in (1..).zip(["01", "02", "03"]) {
        let line = format!(
            r#"{{"time":"2026-{month}-10T10:00:00+01:00","type":"question.asked","question":"q-{number}"}}"#
        );
        run.read(format!("{line}\n").as_bytes());
    }
    run.close();
    let agreement = run.agreement(0).unwrap();
    let outcome = run.outcome(0, moment("2026-05-01", &agreement.zone).unwrap()).unwrap();
    assert!(outcome.input.add_up());
    Statement::new(compiled.policy(), agreement, &outcome, compiled.sources(), None)
}

fn entries(statement: &Statement) -> Vec<(&str, &str)> {
    let entries = statement.entries.iter();
    entries.map(|entry| (entry.id.as_str(), entry.amount.as_deref().unwrap_or(""))).collect()
}

fn findings(compiled: &Compiled) -> Vec<Code> {
    compiled.warnings().iter().map(|finding| finding.code()).collect()
}

#[test]
fn what_all_have_signed_is_in_force() {
    let compiled = compiled(&format!("{AGREEMENT}{AMENDMENT}"));
    assert_eq!(findings(&compiled), []);
    let statement = statement(&compiled);
    assert_eq!(
        entries(&statement),
        [("1/q-1/credit/1", "5.00"), ("1/q-2/credit/1", "8.00"), ("1/q-3/credit/1", "8.00")]
    );
    assert_eq!(statement.version, "Higher credits");
    let froms: Vec<&str> = statement.versions.iter().map(|version| version.from.as_str()).collect();
    assert_eq!(froms, ["2026-01-01T00:00:00+01:00", "2026-02-01T00:00:00+01:00"]);
    assert!(table(&statement, Detail::Short).contains("amended by \"Higher credits\" from 2026-02-01 00:00"));
}

#[test]
fn what_somebody_has_not_signed_is_not_in_force() {
    let compiled = compiled(&format!("{AGREEMENT}{}", AMENDMENT.replace(", by client on 2026-01-25", "")));
    assert_eq!(findings(&compiled), [Code::NotSigned]);
    let statement = statement(&compiled);
    assert_eq!(
        entries(&statement),
        [("1/q-1/credit/1", "5.00"), ("1/q-2/credit/1", "5.00"), ("1/q-3/credit/1", "5.00")]
    );
    assert_eq!(statement.version, "original");
    let unsigned: Vec<_> = statement.unsigned.iter().map(|it| (&*it.title, it.missing.join(","))).collect();
    assert_eq!(unsigned, [("Higher credits", "client".to_owned())]);
    let shown = table(&statement, Detail::Short);
    assert!(shown.contains("not in force: \"Higher credits\" is not signed by client"), "{shown}");
}

#[test]
fn a_signature_takes_effect_at_its_instant() {
    let late = AMENDMENT.replace("2026-01-25", "2026-02-10 10:30");
    let compiled = compiled(&format!("{AGREEMENT}{late}"));
    assert_eq!(findings(&compiled), [Code::SignedLate]);
    let statement = statement(&compiled);
    assert_eq!(
        entries(&statement),
        [("1/q-1/credit/1", "5.00"), ("1/q-2/credit/1", "5.00"), ("1/q-3/credit/1", "8.00")]
    );
    let backwards = late.replace("2026-02-10 10:30", "2026-02-10 10:30 with effect from 2026-02-01");
    let backwards = self::compiled(&format!("{AGREEMENT}{backwards}"));
    assert_eq!(findings(&backwards), []);
    assert_eq!(entries(&self::statement(&backwards))[1], ("1/q-2/credit/1", "8.00"));
}

#[test]
fn an_agreement_begins_with_its_last_signature() {
    let compiled = compiled(&AGREEMENT.replace("2025-12-19 14:00", "2026-02-10 10:00:01"));
    let statement = statement(&compiled);
    assert_eq!(entries(&statement), [("1/q-3/credit/1", "5.00")]);
    assert_eq!(statement.input.out_of_scope, 2);
}

#[test]
fn an_agreement_that_somebody_has_not_signed_begins_never_amended_or_not() {
    let unsigned = AGREEMENT.replace("by lead on 2025-12-18, ", "");
    for text in [unsigned.clone(), format!("{unsigned}{AMENDMENT}")] {
        let compiled = compiled(&text);
        assert_eq!(findings(&compiled), [Code::NotSigned]);
        let statement = statement(&compiled);
        assert_eq!(entries(&statement), []);
        assert_eq!(statement.input.out_of_scope, 3);
        assert_eq!(statement.unsigned[0].missing, ["desk"]);
    }
}

#[test]
fn signing_changes_no_hash_and_every_word_does() {
    let hash = |text: &str| compiled(text).policy().versions.values().next().unwrap().hash.clone();
    let signed = hash(AGREEMENT);
    let without = AGREEMENT.replace("  signed by lead on 2025-12-18, by client on 2025-12-19 14:00.\n", "");
    assert_eq!(hash(&without), signed);
    assert_eq!(hash(&format!("{AGREEMENT}{AMENDMENT}")), signed);
    assert_ne!(hash(&AGREEMENT.replace("4 hours", "5 hours")), signed);
    // The policy with another amendment is another one.
    let whole = |text: &str| compiled(text).policy().hash.clone();
    assert_ne!(whole(AGREEMENT), whole(&format!("{AGREEMENT}{AMENDMENT}")));
}

fn told(text: &str) -> Vec<(Code, String)> {
    let findings = match compile(&Sources::new().with("desk.sla", text)) {
        Ok(compiled) => compiled.warnings().to_vec(),
        Err(diagnostics) => diagnostics.list().to_vec(),
    };
    findings.iter().map(|finding| (finding.code(), finding.message().to_owned())).collect()
}

#[test]
fn who_comes_with_an_amendment_signs_it() {
    let joins = AMENDMENT.replace("let late_reply = 8 EUR.", "party newco. let late_reply = 8 EUR.");
    let missing = "newco has not signed: it is not in force";
    assert_eq!(told(&format!("{AGREEMENT}{joins}")), [(Code::NotSigned, missing.to_owned())]);
    let signed = joins.replace("by client on 2026-01-25", "by client on 2026-01-25, by newco on 2026-01-30");
    assert_eq!(told(&format!("{AGREEMENT}{signed}")), []);
    let third = AMENDMENT.replace("by client on", "by auditor on 2026-01-21, by client on");
    let told = told(&format!("{AGREEMENT}{third}"));
    assert_eq!(told[0], (Code::WrongParty, "`auditor` is no party of this agreement".to_owned()));
}

#[test]
fn the_end_of_a_date_is_the_beginning_of_the_next() {
    for (written, begins) in [
        ("2026-02-01", "2026-02-01T00:00:00+01:00"),
        ("2026-02-01 00:00", "2026-02-01T00:00:00+01:00"),
        ("2026-02-01 24:00", "2026-02-02T00:00:00+01:00"),
        ("2026-02-01 24:00:00", "2026-02-02T00:00:00+01:00"),
        ("2026-02-01 09:30", "2026-02-01T09:30:00+01:00"),
    ] {
        let amendment = AMENDMENT.replace("2026-02-01", written);
        let statement = statement(&compiled(&format!("{AGREEMENT}{amendment}")));
        assert_eq!(statement.versions[1].from, begins, "{written}");
    }
}

#[test]
fn an_amendment_says_each_thing_once() {
    let twice = |more: &str| {
        let amendment =
            AMENDMENT.replace("let late_reply = 8 EUR.", &format!("let late_reply = 8 EUR. {more}"));
        told(&format!("{AGREEMENT}{amendment}")).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    assert_eq!(twice("let late_reply = 9 EUR."), [Code::NameTwice]);
    let clause = "clause 2 \"Fee\" { (LABEL) client owes desk late_reply each calendar month. }";
    let (first, second) = (clause.replace("LABEL", "a"), clause.replace("LABEL", "b"));
    assert_eq!(twice(&first), []);
    assert_eq!(twice(&format!("{first} {second}")), [Code::NameTwice]);
}

#[test]
fn what_only_an_amendment_uses_is_used() {
    let agreement =
        AGREEMENT.replace("let late_reply = 5 EUR.", "let late_reply = 5 EUR. let bonus = 1 EUR.");
    let uses = "clause 2 \"Bonus\" { client owes desk bonus each calendar month. }";
    let amendment = AMENDMENT.replace("let late_reply = 8 EUR.", uses);
    assert_eq!(told(&agreement)[0].0, Code::Unused);
    assert_eq!(told(&format!("{agreement}{amendment}")), []);
}

#[test]
fn what_builds_on_an_amendment_that_is_not_in_force_says_so() {
    let unsigned = AMENDMENT.replace(", by client on 2026-01-25", "").replace("late_reply = 8", "bonus = 8");
    let builds = AMENDMENT.replace("Higher", "Still higher").replace("2026-02-01", "2026-03-01").replace(
        "let late_reply = 8 EUR.",
        "clause 2 \"Bonus\" { client owes desk bonus each calendar month. }",
    );
    let text = format!("{AGREEMENT}{unsigned}{builds}");
    let Err(diagnostics) = compile(&Sources::new().with("desk.sla", &*text)) else { panic!("it compiles") };
    let told = format!("{:?}", diagnostics.list());
    assert!(told.contains("this amendment is not in force, and brings nothing"), "{told}");
}

/// Whole agreements with scenarios of what once came out wrong.
#[test]
fn what_amendments_once_got_wrong_comes_out_right() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/amended");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        for result in servanda::scenarios(&compiled(&std::fs::read_to_string(&path).unwrap())) {
            assert!(result.passed(), "{}: {result:?}", path.display());
            count += 1;
        }
    }
    assert!(count >= 4, "{count} scenarios");
}

#[test]
fn what_was_measured_before_an_amendment_goes_on_in_what_is_called_the_same() {
    let text = AGREEMENT.replace(
        "  clause 1",
        "  calendar office { open mon..fri 09:00..18:00. }
  clause 2 \"Time\" {
    measure asked per calendar month = (time in question during office) + (previous asked or 0 office hours).
  }
  clause 1",
    );
    let amended =
        AMENDMENT.replace("let late_reply = 8 EUR.", "calendar office { open mon..fri 09:00..17:00. }");
    let figures = |text: &str| -> Vec<String> {
        let statement = statement(&compiled(text));
        statement.measures.iter().map(|it| it.text.clone()).collect()
    };
    // From 10 January (a Saturday) on something is unanswered whenever the office is open: for 15 days of 9 hours,
    // then of 8. The hours of January count on in February, when the office has other hours.
    assert_eq!(
        figures(&format!("{text}{amended}")),
        ["135 h (office hours)", "295 h (office hours)", "471 h (office hours)", "647 h (office hours)"]
    );
    // What is measured in something else is another figure.
    let clause = "clause 2 \"Time\" {
      measure asked per calendar month = (time in question) + (previous asked or 0 hours).
    }";
    let amended = AMENDMENT.replace("let late_reply = 8 EUR.", clause);
    assert_eq!(figures(&format!("{text}{amended}")), ["135 h (office hours)", "672 h", "1415 h", "2135 h"]);
}
