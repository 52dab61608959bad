//! Every entry of a statement has an id of its own: amounts that nothing else tells apart are numbered.

use servanda::evaluator::outcome::Subject;
use servanda::testing::event;
use servanda::{Run, Sources, compile, moment};
use std::collections::BTreeSet;

const POLICY: &str = r#"
language 1.
agreement "Desk" {
  party desk. party client.
  in force from 2026-01-01.
  time zone UTC.
  money in EUR.
  event work.done { hours: hours }
  clause 1 "Hours" { client owes desk 60 EUR for each work.done. }
}
"#;

#[test]
fn equal_events_without_ids_have_entries_of_their_own_whatever_stands_between_them() {
    let compiled = compile(&Sources::new().with("desk.sla", POLICY)).unwrap();
    let mut run = Run::of_log(&compiled).unwrap();
    let done = event("work.done").at("2026-01-05 09:00");
    for work in [done.field("hours", 1), done.field("hours", 2).id("w-1"), done.field("hours", 3)] {
        run.read(work.line(&run).unwrap().as_bytes());
    }
    let zone = run.agreements()[0].zone.clone();
    let outcome = run.outcome(0, moment("2026-02-01", &zone).unwrap()).unwrap();
    let told: BTreeSet<_> = outcome
        .entries
        .iter()
        .map(|entry| match &entry.subject {
            Subject::Event(event) => (event.id.as_deref(), entry.ordinal),
            _ => (None, 0),
        })
        .collect();
    assert_eq!((outcome.entries.len(), told.len()), (3, 3), "{told:?}");
}
