//! Decisions that decide nothing: each is told with what to write instead, and changes nothing.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use servanda::report::Statement;
use servanda::{Run, Sources, compile, moment};

const POLICY: &str = r#"
    language 1.
    agreement "Works" {
      party agency. party client.
      in force from 2026-01-01. time zone UTC. money in EUR.
      events arrive at most 2400 hours late.
      event invoice.received { invoice: id, amount: money }
      event payment.received { invoice: id, amount: money }
      event visit.missed { cost: money }
      event reply.sent { reply: id }
      case invoice {
        begins when invoice.received.
        client owes agency amount.
        paid by payment.received.
        ends when paid.
      }
      clause 1 "Payment" {
        client must pay each invoice within 30 calendar days
          otherwise client owes agency 1% of invoice.amount per calendar day begun
            from the deadline until paid, as late_fee.
      }
      clause 2 "Replies" {
        measure replies per calendar month = count of reply.sent.
        agency must keep replies at least 2
          otherwise agency credits client 50 EUR.
      }
      clause 3 "Visits" {
        agency credits client visit.missed.cost for each visit.missed.
      }
    }
"#;

/// 10.00 a day from 5 February on, 50.00 for January.
const INVOICE: &str = r#"{"id":"e-1","time":"2026-01-05T10:00:00Z","type":"invoice.received","invoice":"I-1","amount":"1000.00"}"#;

const FEE: &str = "1/I-1/late_fee/1";

fn decision(time: &str, kind: &str, fields: &str) -> String {
    format!(r#"{{"time":"2026-{time}:00Z","type":"{kind}",{fields}}}"#)
}

fn of_entry(time: &str, kind: &str, entry: &str, by: &str, more: &str) -> String {
    decision(time, kind, &format!(r#""entry":"{entry}","by":"{by}"{more}"#))
}

fn adjusted(time: &str, how: &str) -> String {
    let by = if how.contains("less") { "agency" } else { "client" };
    of_entry(time, "entry.adjusted", FEE, by, &format!(",{how}"))
}

fn statement(log: &[String], as_of: &str) -> Statement {
    let policy = compile(&Sources::new().with("works.sla", POLICY)).unwrap();
    let mut run = Run::of_log(&policy).unwrap();
    run.read(log.join("\n").as_bytes());
    run.close();
    let as_of = moment(as_of, &run.agreements()[0].zone).unwrap();
    run.statement(0, &run.decided(0, as_of).unwrap(), None).unwrap()
}

/// The problems of decisions, and what of clause 1 and 2 is due.
fn told(decisions: &[String]) -> (Vec<String>, [String; 2]) {
    let log: Vec<String> = std::iter::once(INVOICE.to_owned()).chain(decisions.iter().cloned()).collect();
    let statement = statement(&log, "2026-03-01");
    let due = |clause: &str| {
        let total = statement.totals.clauses.iter().find(|total| total.clause.as_deref() == Some(clause));
        total.and_then(|total| total.amount.clone()).unwrap_or_default()
    };
    // A decision that is refused was read and understood.
    assert_eq!(statement.input.evaluated, log.len() as u64);
    assert_eq!(statement.problem_count(), statement.problems.len() as u64);
    assert!(statement.problems.iter().all(|problem| problem.name == "nothing-to-decide"));
    (statement.problems.iter().map(|problem| problem.message.clone()).collect(), [due("1"), due("2")])
}

fn refused(decisions: &[String], message: &str, due: [&str; 2]) {
    assert_eq!(told(decisions), (vec![message.to_owned()], due.map(String::from)));
}

#[test]
fn what_is_not_there_yet_is_not_decided_about() {
    let early = [
        of_entry("01-20T09:00", "entry.disputed", FEE, "client", ""),
        of_entry("01-20T09:00", "entry.lapsed", FEE, "agency", ""),
        adjusted("01-20T09:00", r#""less":"1.00""#),
    ];
    for early in early {
        let message = "there is no entry `1/I-1/late_fee/1` yet on 2026-01-20 09:00: it arises on 2026-02-05 00:00, and can be decided about from then on";
        refused(&[early], message, ["240.00", "100.00"]);
    }
    // At the instant at which it arises it is there.
    let then = of_entry("02-05T00:00", "entry.disputed", FEE, "client", "");
    assert_eq!(told(&[then]), (vec![], ["0.00", "100.00"].map(String::from)));
    let waive = |time, subject: &str| decision(time, "duty.waived", subject);
    refused(
        &[waive("01-20T09:00", r#""duty":"2","subject":"2026-02","by":"client""#)],
        "`2` has no verdict on `2026-02` yet on 2026-01-20 09:00: that begins on 2026-02-01 00:00, and can be waived from then on",
        ["240.00", "100.00"],
    );
    refused(
        &[waive("01-04T09:00", r#""duty":"1","by":"agency""#)],
        "`1` has no verdict yet on 2026-01-04 09:00",
        ["240.00", "100.00"],
    );
    // The only window there was: one that begins later is not meant.
    let only = waive("01-20T09:00", r#""duty":"2","by":"client""#);
    assert_eq!(told(&[only]), (vec![], ["240.00", "50.00"].map(String::from)));
}

#[test]
fn what_is_decided_already_is_not_decided_again() {
    let of_fee = |time, kind, by| of_entry(time, kind, FEE, by, "");
    let disputed = of_fee("02-20T09:00", "entry.disputed", "client");
    let lapsed = of_fee("02-21T09:00", "entry.lapsed", "agency");
    let waived = decision("02-22T09:00", "duty.waived", r#""duty":"1","subject":"I-1","by":"agency""#);
    let later = |text: &str| text.replace("T09:00", "T10:00");
    let due = ["0.00", "100.00"];
    let no_more = "`1/I-1/late_fee/1` is not owed any more";
    refused(&[disputed.clone(), later(&disputed)], "`1/I-1/late_fee/1` is disputed already", due);
    refused(&[lapsed.clone(), later(&lapsed)], no_more, due);
    refused(&[lapsed.clone(), disputed.replace("02-20", "02-23")], no_more, due);
    refused(&[lapsed.clone(), adjusted("02-23T09:00", r#""less":"1.00""#)], no_more, due);
    refused(&[lapsed.clone(), adjusted("02-23T09:00", r#""more":"1.00""#)], no_more, due);
    refused(&[waived.clone(), lapsed.replace("02-21", "02-23")], no_more, due);
    let again = "`1` on `I-1` is waived already: there is nothing to waive";
    refused(&[waived.clone(), later(&waived)], again, due);
    // A duty may be waived of which an entry was given up.
    assert_eq!(told(&[lapsed, waived]), (vec![], due.map(String::from)));
    // What was kept before is not waived; what is kept later was waived for nothing, which is no problem.
    let reply = |day: &str, id: &str| decision(day, "reply.sent", &format!(r#""reply":"{id}""#));
    let waive = |time| decision(time, "duty.waived", r#""duty":"2","subject":"2026-01","by":"client""#);
    let replies = [reply("01-10T09:00", "R-1"), reply("01-11T09:00", "R-2")];
    let kept = "`2` on `2026-01` is kept: there is nothing to waive";
    refused(&[&replies[..], &[waive("02-03T09:00")]].concat(), kept, ["240.00", "50.00"]);
    let early = told(&[&replies[..], &[waive("01-05T09:00")]].concat());
    assert_eq!(early, (vec![], ["240.00", "50.00"].map(String::from)));
}

#[test]
fn what_is_taken_off_is_something_and_no_more_than_there_is() {
    let whole = ["240.00", "100.00"];
    let nothing = "`1/I-1/late_fee/1` is adjusted by nothing: write what `less` takes off or `more` adds, or leave the decision out";
    refused(&[adjusted("02-20T09:00", r#""less":"0.00""#)], nothing, whole);
    refused(&[adjusted("02-20T09:00", r#""more":"0""#)], nothing, whole);
    // 16 days of February have begun by the 20th.
    let beyond = "160.01 EUR are taken off `1/I-1/late_fee/1`, which is 160.00 EUR then: write at most that as `less`, or give it up with `entry.lapsed`";
    refused(&[adjusted("02-20T09:00", r#""less":"160.01""#)], beyond, whole);
    let all = adjusted("02-20T09:00", r#""less":"160.00""#);
    assert_eq!(told(std::slice::from_ref(&all)), (vec![], ["80.00", "100.00"].map(String::from)));
    // What was taken off or added before counts.
    let again = adjusted("02-20T10:00", r#""less":"5.00""#);
    let left = "5.00 EUR are taken off `1/I-1/late_fee/1`, which is 0.00 EUR then: write at most that as `less`, or give it up with `entry.lapsed`";
    refused(&[all.clone(), again.clone()], left, ["80.00", "100.00"]);
    let more = adjusted("02-20T09:30", r#""more":"5.00""#);
    assert_eq!(told(&[all, more, again]), (vec![], ["80.00", "100.00"].map(String::from)));
    // Of what nobody knows, nothing is taken off.
    let bad = decision("02-10T09:00", "payment.received", r#""invoice":"I-1","amount":"some""#);
    let log = [INVOICE.to_owned(), bad, adjusted("02-20T09:00", r#""less":"1.00""#)];
    let statement = statement(&log, "2026-03-01");
    let message =
        &statement.problems.iter().find(|problem| problem.name == "nothing-to-decide").unwrap().message;
    assert_eq!(
        message,
        "the amount of `1/I-1/late_fee/1` is undetermined, so that nothing can be taken off: give it up with `entry.lapsed`, or wait until it is known"
    );
}

#[test]
fn an_id_that_what_comes_late_could_move_is_not_decided_about() {
    let missed =
        |cost: &str, id: &str| decision("02-03T09:00", "visit.missed", &format!(r#"{id}"cost":"{cost}""#));
    let entry = "3/visit.missed@2026-02-03T09:00:00+00:00/credit/1";
    let disputed = of_entry("02-20T09:00", "entry.disputed", entry, "agency", "");
    let log = |more: &[String]| [&[missed("30.00", ""), disputed.clone()], more].concat();
    let one = statement(&log(&[]), "2026-03-01");
    assert_eq!(one.problems, []);
    assert_eq!(one.entries.iter().find(|line| line.id == entry).unwrap().standing, Some("disputed"));
    // A smaller one of the same instant would take its number.
    let two = statement(&log(&[missed("10.00", "")]), "2026-03-01");
    assert_eq!(
        two.problems[0].message,
        format!(
            "`{entry}` is one of 2 entries of one instant whose events have no id, and which of them may change: give the events ids in the log, and name the entry by that"
        )
    );
    assert!(two.entries.iter().all(|line| line.standing.is_none()));
    // With ids each is named.
    let of_id = disputed.replace("visit.missed@2026-02-03T09:00:00+00:00", "v-2");
    let ids = [missed("30.00", r#""id":"v-1","#), missed("10.00", r#""id":"v-2","#), of_id];
    let named = statement(&ids, "2026-03-01");
    assert_eq!(named.problems, []);
    let standing = named.entries.iter().filter(|line| line.clause == "3").map(|line| line.standing);
    assert_eq!(standing.collect::<Vec<_>>(), [None, Some("disputed")]);
    // An id that is used again after the lateness names two.
    let reused = [
        decision("02-03T09:00", "visit.missed", r#""id":"v-1","cost":"30.00""#),
        decision("09-03T09:00", "visit.missed", r#""id":"v-1","cost":"10.00""#),
        of_entry("10-03T09:00", "entry.disputed", "3/v-1/credit/1", "agency", ""),
    ];
    let message = &statement(&reused, "2026-11-01").problems[0].message;
    assert!(message.starts_with("several entries are `3/v-1/credit/1`"), "{message}");
}
