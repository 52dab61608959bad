//! What an embedder asks of decisions and closed periods, whether a log is read whole or line by line.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use servanda::events::{Fact, FieldValue};
use servanda::policy::EventId;
use servanda::report::{Period, Standing, Statement};
use servanda::{Run, Sources, compile, moment};

const POLICY: &str = r#"
    language 1.
    agreement "Works" {
      party agency. party client.
      in force from 2026-01-01. time zone Europe/Istanbul. money in EUR.
      event invoice.received { invoice: id, amount: money }
      event payment.received { invoice: id, amount: money }
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
    }
"#;

const LOG: &str = r#"
{"id":"e-1","time":"2026-01-05T10:00:00+03:00","type":"invoice.received","invoice":"I-1","amount":"1000.00"}
{"id":"e-2","time":"2026-01-05T10:00:00+03:00","type":"invoice.received","invoice":"I-2","amount":"500.00"}
{"id":"e-3","time":"2026-01-20T10:00:00+03:00","type":"retraction","retracts":"e-2"}
{"id":"d-1","time":"2026-02-20T10:00:00+03:00","type":"entry.disputed","entry":"1/I-1/late_fee/1","by":"client"}
{"id":"d-2","time":"2026-02-21T10:00:00+03:00","type":"duty.waived","duty":"1","subject":"I-1","by":"agency"}
{"id":"d-3","time":"2026-02-22T10:00:00+03:00","type":"retraction","retracts":"d-2"}
{"id":"c-1","time":"2026-03-05T10:00:00+03:00","type":"period.closed","period":"2026-02","by":"agency"}
{"id":"d-4","time":"2026-03-06T10:00:00+03:00","type":"entry.resumed","entry":"1/I-1/late_fee/1","by":"client"}
"#;

fn lines() -> Vec<&'static str> {
    LOG.lines().filter(|line| !line.is_empty()).collect()
}

fn run(how: impl FnOnce(Run) -> Run) -> Run {
    let policy = compile(&Sources::new().with("works.sla", POLICY)).unwrap();
    how(Run::of_log(&policy).unwrap())
}

fn whole(how: impl FnOnce(Run) -> Run) -> Run {
    let mut run = run(how);
    run.read(LOG.as_bytes());
    run.close();
    run
}

fn statement(run: &Run, as_of: &str, period: Option<&str>) -> Statement {
    let period: Option<Period> = period.map(|period| period.parse().unwrap());
    let as_of = moment(as_of, &run.agreements()[0].zone).unwrap();
    let decided = run.decided(0, as_of).unwrap();
    run.statement(0, &decided, period.as_ref()).unwrap()
}

#[test]
fn a_log_read_line_by_line_says_the_same_of_what_is_retracted() {
    let mut by_line = run(|run| run);
    for (number, line) in (1..).zip(lines()) {
        by_line.read_line(number, line.as_bytes());
    }
    by_line.close();
    let whole = whole(|run| run);
    let said = |run: &Run| {
        let statement = statement(run, "2026-03-06", None);
        (statement.entries, statement.totals, statement.input)
    };
    assert_eq!(said(&by_line), said(&whole));
    assert_eq!(said(&whole).1.parties[0].disputed.as_deref(), Some("290.00"));
    assert_eq!(said(&whole).0.len(), 1, "the second invoice is retracted");
}

#[test]
fn a_run_that_keeps_its_lines_says_the_same_of_what_is_known_now() {
    let (plain, keeping) = (whole(|run| run), whole(Run::keeping));
    for as_of in ["2026-02-10", "2026-03-01", "2026-04-01"] {
        assert_eq!(statement(&keeping, as_of, None), statement(&plain, as_of, None), "{as_of}");
    }
    let at = moment("2026-03-01", &keeping.agreements()[0].zone).unwrap();
    let decided = keeping.decided(0, at).unwrap();
    assert!(matches!(decided.standing(0), Standing::Disputed(_)));
    assert_eq!(decided.standing(7), &Standing::Due);
}

#[test]
fn a_closed_period_is_told_by_a_run_that_keeps_its_lines() {
    let (plain, keeping) = (whole(|run| run), whole(Run::keeping));
    let february = statement(&keeping, "2026-04-01", Some("2026-02"));
    assert_eq!(february.closed.as_ref().map(|closed| closed.by.as_str()), Some("agency"));
    assert_eq!(february.totals.parties[0].amount.as_deref(), Some("0.00"));
    // However its dates are written.
    let dates = statement(&keeping, "2026-04-01", Some("2026-02-01..2026-02-28"));
    assert_eq!(dates.hash, february.hash);
    // The dispute that was given up in March is corrected there: 24 days at 10.00.
    let march = statement(&keeping, "2026-04-01", Some("2026-03"));
    assert_eq!(march.balances[0].corrections.as_deref(), Some("240.00"));
    assert_eq!(march.balances[0].closing.as_deref(), Some("550.00"));
    // Before its closing the period is open.
    assert_eq!(statement(&keeping, "2026-03-05", Some("2026-02")).closed, None);
    // Who keeps no lines is told what is known now.
    let now = statement(&plain, "2026-04-01", Some("2026-03"));
    assert_eq!(now.balances[0].opening.as_deref(), Some("240.00"));
    assert_eq!(now.balances[0].corrections.as_deref(), Some("0.00"));
}

#[test]
fn what_is_pushed_counts_for_a_run_that_keeps_its_lines() {
    let policy = compile(&Sources::new().with("works.sla", POLICY)).unwrap();
    let at = moment("2026-01-06 10:00+03:00", &run(|run| run).zone().unwrap().clone()).unwrap();
    let fields = [FieldValue::Text("I-9".into()), FieldValue::Money(10_000)];
    let fact = Fact { at, event: EventId(0), line: 0, id: None, fields: fields.into_iter().collect() };
    let owed = |mut run: Run| {
        run.read(LOG.as_bytes());
        run.push(0, fact.clone()).unwrap();
        run.close();
        statement(&run, "2026-04-01", None).totals
    };
    let (plain, keeping) = (owed(Run::of_log(&policy).unwrap()), owed(run(Run::keeping)));
    assert_eq!(keeping, plain);
    // 100.00 of 6 January is late from 6 February on: 54 days at 1.00 beside the 55 at 10.00.
    assert_eq!(keeping.parties[0].amount.as_deref(), Some("604.00"));
    assert!(run(Run::keeping).push(0, fact).is_err(), "no line has named an instance yet");
}

#[test]
fn a_retraction_takes_back_an_event_whose_id_a_decision_bore_long_ago() {
    let log = r#"
{"time":"2026-01-05T10:00:00+03:00","type":"invoice.received","invoice":"I-1","amount":"1000.00"}
{"id":"x-1","time":"2026-02-10T10:00:00+03:00","type":"entry.disputed","entry":"1/I-1/late_fee/1","by":"client"}
{"id":"x-1","time":"2026-06-05T10:00:00+03:00","type":"payment.received","invoice":"I-1","amount":"1000.00"}
{"id":"x-2","time":"2026-06-06T10:00:00+03:00","type":"retraction","retracts":"x-1"}
"#;
    let mut run = run(|run| run);
    run.read(log.as_bytes());
    run.close();
    let statement = statement(&run, "2026-06-11", None);
    assert!(statement.problems.is_empty(), "{:?}", statement.problems);
    // The payment is taken back: 126 days from 5 February on, disputed as before.
    assert_eq!(statement.totals.parties[0].disputed.as_deref(), Some("1260.00"));
    assert_eq!((statement.input.evaluated, statement.input.ignored), (3, 1));
}
