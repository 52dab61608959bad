//! The laws hold over a log with everything in it, and each of them is broken by what it is there to find.

use super::*;
use crate::testing::{Event, event};
use crate::{Sources, compile};
use servanda_evaluator::{Revision, Told};

const POLICY: &str = r#"
language 1.
agreement "Desk" takes { fee: money = 1000 EUR. } {
  party desk. party client.
  in force from 2026-01-01 for 1 year.
  time zone Europe/Berlin.
  money in EUR.
  events arrive at most 48 hours late.
  event question.asked    { question: id }
  event question.answered { question: id }
  event bill.issued       { bill: id, amount: money }
  event bill.paid         { bill: id, amount: money }
  case question {
    begins when question.asked. answer (answered) when question.answered. ends when answered.
  }
  case bill {
    begins when bill.issued. client owes desk amount.
    paid by bill.paid, settling principal, the named one only, any rest as credit. ends when paid.
  }
  clause 1 "Answers" {
    measure answers per calendar month = share of question in which 1(a) is kept.
    (a) desk must answer each question within 8 hours, without consequence.
    (b) desk must keep answers at least 90% otherwise desk credits client 5% of fee.
  }
  clause 2 "Bills" {
    client must pay each bill within 14 calendar days of bill.issued
      otherwise client owes desk 0.1% of bill.unpaid per calendar day begun from the deadline until paid,
        at most 10% of bill.amount, as late_fee.
  }
}
"#;

fn compiled() -> Compiled {
    compile(&Sources::new().with("desk.sla", POLICY)).unwrap()
}

fn lines(compiled: &Compiled) -> Vec<String> {
    let run = Run::of_log(compiled).unwrap();
    let asked = |id: &str, at: &str, key: &str| event("question.asked").id(id).at(at).field("question", key);
    let answered =
        |id: &str, at: &str, key: &str| event("question.answered").id(id).at(at).field("question", key);
    let bill = |kind: &str, id: &str, at: &str, amount: &str| {
        event(kind).id(id).at(at).field("bill", "b").field("amount", amount)
    };
    let events: Vec<Event> = vec![
        asked("e-1", "2026-01-05 09:00", "q-1"),
        answered("e-2", "2026-01-05 12:00", "q-1"),
        asked("e-3", "2026-01-06 09:00", "q-2"),
        answered("e-4", "2026-01-07 12:00", "q-2"),
        bill("bill.issued", "e-5", "2026-01-07 13:00", "500.00"),
        answered("e-6", "2026-01-07 14:00", "q-9"),
        asked("e-7", "2026-01-08 09:00", "q-3"),
        event("retraction").at("2026-01-09 09:00").field("retracts", "e-7"),
        bill("bill.paid", "e-8", "2026-02-01 09:00", "100.00"),
        bill("bill.paid", "e-9", "2026-02-09 09:00", "much"),
        event("news").at("2026-02-09 10:00"),
        bill("bill.paid", "e-10", "2026-03-01 09:00", "400.00"),
        asked("e-11", "2026-01-05 10:00", "q-1").agreement("other"),
        event("duty.waived")
            .id("d-1")
            .at("2026-03-02 10:00")
            .field("duty", "1(a)")
            .field("subject", "q-2")
            .field("by", "client"),
    ];
    let mut lines: Vec<String> = events.iter().map(|event| event.line(&run).unwrap()).collect();
    lines.push("what?\n".to_owned());
    lines
}

/// What a law says of a log.
fn over(law: impl Fn(&Log<'_>) -> Result<(), Broken>) -> String {
    let compiled = compiled();
    let log = Log::new(&compiled, None, &lines(&compiled)).unwrap();
    law(&log).err().unwrap_or_default()
}

#[test]
fn the_laws_hold_over_a_log_with_everything_in_it() {
    let compiled = compiled();
    hold(&compiled, &lines(&compiled)).unwrap();
    hold(&compiled, &[""; 0]).unwrap();
    let instances = b"{\"agreement\": \"Desk\", \"fee\": \"2.00\"}\n{\"agreement\": \"other\"}\n";
    hold_over(&compiled, instances, &lines(&compiled)).unwrap();
    assert!(hold_over(&compiled, b"", &lines(&compiled)).is_err());
}

#[test]
fn a_line_that_is_lost_in_another_order_breaks_the_law() {
    let told = over(|log| log.order_does_not_matter(|lines| lines.retain(|line| line.number != 2)));
    assert!(told.contains("the order of the lines does not matter is broken; in reverse, `Desk`"), "{told}");
    assert!(told.contains("there is not: verdict 1(a) on q-1: kept"), "{told}");
    assert!(told.contains("there is: verdict 1(a) on q-1: broken"), "{told}");
}

#[test]
fn what_comes_again_as_something_else_breaks_the_law() {
    let told = over(|log| {
        log.again_changes_nothing(|line| {
            let renamed = String::from_utf8_lossy(&line.line).replace("\"e-", "\"again-");
            line.line = renamed.into_bytes();
        })
    });
    assert!(told.contains("what is delivered again changes nothing is broken; delivered twice"), "{told}");
}

/// A sink that takes no notice of revisions.
#[derive(Default)]
struct Deaf(Ledger);

impl StreamSink for Deaf {
    fn told(&mut self, instance: u32, told: Told) {
        StreamSink::told(&mut self.0, instance, told);
    }

    fn revised(&mut self, _: u32, _: Revision) {}
}

impl Keeping for Deaf {
    fn ledger(&self) -> &Ledger {
        &self.0
    }
}

#[test]
fn a_sink_that_is_deaf_to_revisions_breaks_the_law() {
    let told = over(|log| log.a_stream_is_a_batch::<Deaf>());
    assert!(told.contains("a stream comes to what a batch comes to is broken"), "{told}");
    assert!(told.contains("there is"), "{told}");
}

#[test]
fn a_snapshot_of_another_moment_breaks_the_law() {
    let mut first = None;
    let stale = std::cell::RefCell::new(&mut first);
    let told =
        over(|log| log.restoring_changes_nothing(|bytes| stale.borrow_mut().get_or_insert(bytes).clone()));
    assert!(told.contains("restoring changes nothing is broken; restored on its way"), "{told}");
}
