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
