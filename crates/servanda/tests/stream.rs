//! A stream that is followed: what arises is told at its instant; what comes late, is taken back, comes too late or
//! from the far future.
#![expect(
    clippy::unwrap_used,
    clippy::unreachable,
    reason = "what cannot be compiled or read fails the test"
)]

use servanda::events::Problem;
use servanda::policy::Verdict as Kind;
use servanda::time::Instant;
use servanda::{Code, Ledger, Misuse, Revision, Run, Sources, StreamSink, Told, compile, moment};

const POLICY: &str = r#"
language 1.
agreement "Desk" {
  party desk. party client.
  in force from 2026-01-01 for 1 year.
  time zone Europe/Berlin.
  money in EUR.
  events arrive at most 48 hours late.
  event question.asked    { question: id }
  event question.answered { question: id }
  event bill.issued       { bill: id, amount: money }
  event bill.paid         { bill: id, amount: money }
  case question { begins when question.asked. answer (answered) when question.answered. ends when answered. }
  case bill {
    begins when bill.issued. client owes desk amount.
    paid by bill.paid, settling principal, the named one only, any rest as credit. ends when paid.
  }
  clause 1 "Answers" {
    desk must answer each question within 4 hours otherwise desk credits client 5 EUR.
  }
  clause 2 "Bills" {
    client must pay each bill within 14 calendar days of bill.issued
      otherwise client owes desk 1 EUR per calendar day begun from the deadline until paid, as late_fee.
  }
}
"#;

/// What has been told, in its order.
#[derive(Default)]
struct Heard {
    told: Vec<Told>,
    revised: Vec<Revision>,
}

impl StreamSink for Heard {
    fn told(&mut self, _: u32, told: Told) {
        self.told.push(told);
    }

    fn revised(&mut self, _: u32, revision: Revision) {
        self.revised.push(revision);
    }
}

struct Stream {
    run: Run,
    heard: Heard,
    lines: u32,
}

impl Stream {
    fn new() -> Self {
        let compiled =
            compile(&Sources::new().with("desk.sla", POLICY)).map_err(|it| it.to_string()).unwrap();
        Stream { run: Run::of_log(&compiled).unwrap(), heard: Heard::default(), lines: 0 }
    }

    fn at(&self, civil: &str) -> Instant {
        moment(civil, &self.run.zone().unwrap().clone()).unwrap()
    }

    fn event(&mut self, civil: &str, id: &str, rest: &str) {
        let at = self.at(civil);
        self.lines += 1;
        let line = format!(r#"{{"id":"{id}","time":"{at}",{rest}}}"#);
        self.run.read_line(self.lines, line.as_bytes());
    }

    fn asked(&mut self, civil: &str, key: &str) {
        self.event(civil, &format!("asked-{key}"), &format!(r#""type":"question.asked","question":"{key}""#));
    }

    fn answered(&mut self, civil: &str, key: &str) {
        let rest = format!(r#""type":"question.answered","question":"{key}""#);
        self.event(civil, &format!("answered-{key}"), &rest);
    }

    /// What is told when time goes on to here.
    fn follow(&mut self, civil: &str) -> Heard {
        let now = self.at(civil);
        self.run.follow(now, &mut self.heard).unwrap();
        std::mem::take(&mut self.heard)
    }
}

fn verdict(told: &Told) -> Option<Kind> {
    match told {
        Told::Verdict(verdict) => Some(verdict.verdict),
        _ => None,
    }
}

fn amount(told: &Told) -> Option<i128> {
    match told {
        Told::Entry(entry) => entry.amount,
        _ => None,
    }
}

fn problem(told: &Told) -> Option<&Problem> {
    match told {
        Told::Problem(problem) => Some(problem),
        _ => None,
    }
}

#[test]
fn silence_breaks_a_duty_at_its_instant() {
    let mut stream = Stream::new();
    stream.asked("2026-02-02 10:00", "q");
    // On time is up to and with the last nanosecond of the four hours.
    assert!(stream.follow("2026-02-02 14:00").told.is_empty());
    let heard = stream.follow("2026-02-02 14:00:01");
    assert_eq!(heard.told.iter().filter_map(verdict).collect::<Vec<_>>(), [Kind::Broken]);
    assert_eq!(heard.told.iter().filter_map(amount).collect::<Vec<_>>(), [500]);
    let Some(Told::Verdict(broken)) = heard.told.first() else { unreachable!() };
    assert_eq!(broken.at, Some(stream.at("2026-02-02 14:00")));
    // It is told once, and again when it is done late.
    assert!(stream.follow("2026-02-02 18:00").told.is_empty());
    stream.answered("2026-02-02 19:00", "q");
    let heard = stream.follow("2026-02-02 20:00");
    let [Told::Verdict(late)] = heard.told.as_slice() else { unreachable!() };
    assert_eq!((late.verdict, late.done_at), (Kind::Broken, Some(stream.at("2026-02-02 19:00"))));
    assert!(heard.revised.is_empty());
}

#[test]
fn what_comes_late_revises_what_was_told_and_what_is_taken_back_revises_it_again() {
    let mut stream = Stream::new();
    stream.asked("2026-02-02 10:00", "q");
    assert_eq!(stream.follow("2026-02-03 10:00").told.len(), 2);
    stream.answered("2026-02-02 13:00", "q");
    let heard = stream.follow("2026-02-03 10:00");
    assert!(heard.told.is_empty());
    let [verdict_changes, entry_goes] = heard.revised.as_slice() else { unreachable!() };
    assert_eq!(verdict_changes.was.as_ref().and_then(verdict), Some(Kind::Broken));
    assert_eq!(verdict_changes.is.as_ref().and_then(verdict), Some(Kind::Kept));
    assert_eq!((entry_goes.is.as_ref(), entry_goes.difference()), (None, Some(-500)));
    let back = r#""type":"retraction","retracts":"answered-q""#;
    stream.event("2026-02-03 11:00", "back", back);
    let heard = stream.follow("2026-02-03 12:00");
    let [verdict_changes, entry_comes] = heard.revised.as_slice() else { unreachable!() };
    assert_eq!(verdict_changes.is.as_ref().and_then(verdict), Some(Kind::Broken));
    assert_eq!((entry_comes.was.as_ref(), entry_comes.difference()), (None, Some(500)));
}

#[test]
fn a_fee_is_told_when_it_stops_and_changes_when_an_earlier_payment_comes_late() {
    let mut stream = Stream::new();
    let bill = |kind: &str, amount: &str| format!(r#""type":"bill.{kind}","bill":"b","amount":"{amount}""#);
    stream.event("2026-02-01 10:00", "issued", &bill("issued", "100.00"));
    assert_eq!(stream.follow("2026-02-20 00:00").told.len(), 1);
    stream.event("2026-02-20 12:00", "paid", &bill("paid", "100.00"));
    let heard = stream.follow("2026-02-20 13:00");
    assert_eq!(heard.told.iter().filter_map(amount).collect::<Vec<_>>(), [500]);
    stream.event("2026-02-19 09:00", "paid-before", &bill("paid", "100.00"));
    let heard = stream.follow("2026-02-20 13:00");
    assert!(heard.revised.iter().any(|it| it.difference() == Some(-100)), "{:?}", heard.revised);
}

#[test]
fn an_event_that_is_too_late_is_a_problem_that_names_it() {
    let mut stream = Stream::new();
    stream.asked("2026-02-02 10:00", "q");
    stream.follow("2026-02-04 12:00");
    stream.answered("2026-02-02 11:00", "q");
    let heard = stream.follow("2026-02-04 12:00");
    let [told] = heard.told.as_slice() else { unreachable!() };
    let problem = problem(told).unwrap();
    assert_eq!((problem.code, problem.event.as_deref()), (Code::TooLate, Some("answered-q")));
    assert_eq!(problem.place.line, 2);
    // The first instant that is not too late is.
    stream.answered("2026-02-02 12:00", "q");
    let heard = stream.follow("2026-02-04 12:00");
    assert!(heard.told.is_empty() && heard.revised.len() == 2);
    let outcome = stream.run.outcome(0, stream.at("2026-02-04 12:00")).unwrap();
    assert_eq!((outcome.input.lines, outcome.input.problems, outcome.input.add_up()), (3, 1, true));
}

#[test]
fn an_event_from_the_far_future_waits_and_drags_nothing_along() {
    let mut stream = Stream::new();
    stream.asked("2026-12-24 10:00", "later");
    stream.asked("2026-02-02 10:00", "now");
    assert!(stream.follow("2026-02-02 12:00").told.is_empty());
    assert_eq!(stream.follow("2026-02-02 15:00").told.len(), 2);
    assert!(stream.follow("2026-12-24 14:00").told.is_empty());
    assert_eq!(stream.follow("2026-12-24 15:00").told.len(), 2);
}

#[test]
fn an_agreement_in_which_nothing_happens_is_not_looked_at() {
    let mut stream = Stream::new();
    stream.asked("2026-02-02 10:00", "q");
    stream.answered("2026-02-02 11:00", "q");
    stream.follow("2026-02-02 12:00");
    let start = stream.at("2026-02-02 12:00");
    let mut looked_at = 0;
    // Five days of minutes: until nothing of it can change, until its ids are forgotten, and beyond.
    for minute in 1..5 * 24 * 60 {
        let now = Instant(start.0 + minute * 60 * 1_000_000_000);
        stream.run.follow(now, &mut stream.heard).unwrap();
        looked_at += stream.run.take_changed().unwrap().len();
    }
    assert!(looked_at <= 6, "{looked_at} times");
}

#[test]
fn time_does_not_go_back() {
    let mut stream = Stream::new();
    stream.follow("2026-02-02 12:00");
    let before = stream.at("2026-02-02 11:00");
    assert_eq!(stream.run.follow(before, &mut Heard::default()), Err(Misuse::TimeGoesBack(before)));
    stream.asked("2026-02-02 12:00", "q");
    assert_eq!(stream.run.outcome(0, before).unwrap_err(), Misuse::Settled(before));
}

#[test]
fn a_ledger_comes_to_what_a_batch_comes_to() {
    let mut stream = Stream::new();
    let mut ledger = Ledger::new();
    for (now, asked, answered) in [(3, 2, 3), (4, 3, 3), (6, 5, 5)] {
        stream.asked(&format!("2026-02-0{asked} 10:00"), &format!("q-{now}"));
        stream.answered(&format!("2026-02-0{answered} 12:00"), &format!("q-{now}"));
        let now = stream.at(&format!("2026-02-0{now} 13:00"));
        stream.run.follow(now, &mut ledger).unwrap();
    }
    let as_of = stream.at("2026-02-06 13:00");
    let told = ledger.outcome(stream.run.evaluator(), 0, as_of).unwrap();
    let mut batch = Stream::new();
    for (now, asked, answered) in [(6, 5, 5), (3, 2, 3), (4, 3, 3)] {
        batch.asked(&format!("2026-02-0{asked} 10:00"), &format!("q-{now}"));
        batch.answered(&format!("2026-02-0{answered} 12:00"), &format!("q-{now}"));
    }
    let outcome = batch.run.outcome(0, as_of).unwrap();
    let verdicts = |outcome: &servanda::Outcome| -> Vec<(Kind, Option<Instant>)> {
        outcome.verdicts.iter().map(|it| (it.verdict, it.done_at)).collect()
    };
    assert_eq!(verdicts(&told), verdicts(&outcome));
    assert_eq!(told.entries.len(), outcome.entries.len());
    assert_eq!(told.input, outcome.input);
}
