//! What may go to another thread, and what may be shared: checked when this is compiled, and that it changes nothing.
#![expect(clippy::unwrap_used, reason = "what cannot be compiled or read fails the test")]

use servanda::testing::{Transcript, event};
use servanda::{Binder, Compiled, Evaluator, Ledger, Policy, Run, Snapshot, Sources, compile, moment};
use std::sync::Arc;

const fn goes_to_a_thread<T: Send>() {}
const fn is_shared<T: Send + Sync>() {}

const _: () = {
    goes_to_a_thread::<Evaluator>();
    goes_to_a_thread::<Run>();
    goes_to_a_thread::<Ledger>();
    goes_to_a_thread::<Snapshot<'static>>();
    goes_to_a_thread::<Transcript>();
    is_shared::<Compiled>();
    is_shared::<Policy>();
};

const POLICY: &str = r#"
language 1.
agreement "Desk" {
  party desk. party client.
  in force from 2026-01-01.
  time zone UTC.
  money in EUR.
  event question.asked    { question: id }
  event question.answered { question: id }
  case question {
    begins when question.asked. answer (answered) when question.answered. ends when answered.
  }
  clause 1 "Answers" {
    measure asked per calendar month = count of question.asked.
    (a) desk must answer each question within 8 hours otherwise desk credits client 5 EUR.
    (b) client must keep asked at most 20 otherwise client owes desk 10 EUR.
  }
}
"#;

/// Pushes what happens to an agreement into an evaluator of its own, lets time go on, and tells what it has told.
fn told(policy: &Arc<Policy>, run: &Run, name: &str, offset: u32) -> String {
    let agreement = Binder::new(policy).bind(name, Vec::new()).unwrap();
    let zone = agreement.zone.clone();
    let mut evaluator = Evaluator::new(Arc::clone(policy), vec![Arc::new(agreement)]);
    let mut transcript = Transcript::default();
    for day in 1..=28 {
        let asked = event("question.asked").at(format!("2026-01-{day:02} 09:00")).field("question", day);
        let hour = 10 + (day + offset) % 12;
        let answered =
            event("question.answered").at(format!("2026-01-{day:02} {hour}:00")).field("question", day);
        evaluator.push(0, asked.fact(run).unwrap()).unwrap();
        evaluator.push(0, answered.fact(run).unwrap()).unwrap();
        evaluator
            .follow(moment(&format!("2026-01-{day:02} 24:00"), &zone).unwrap(), &mut transcript)
            .unwrap();
    }
    evaluator.follow(moment("2026-03-01", &zone).unwrap(), &mut transcript).unwrap();
    format!("{:?}", transcript.heard())
}

#[test]
fn two_evaluators_of_one_policy_on_two_threads_are_as_one_after_the_other() {
    let compiled = compile(&Sources::new().with("desk.sla", POLICY)).unwrap();
    let (policy, run) = (compiled.policy(), Run::of_log(&compiled).unwrap());
    let one_by_one = [told(policy, &run, "acme", 0), told(policy, &run, "zenith", 3)];
    assert!(one_by_one[0].contains("Broken") && one_by_one[0] != one_by_one[1]);
    let at_once = std::thread::scope(|scope| {
        let works = [("acme", 0), ("zenith", 3)].map(|(name, offset)| {
            let compiled = compiled.clone();
            scope.spawn(move || {
                let run = Run::of_log(&compiled).unwrap();
                told(compiled.policy(), &run, name, offset)
            })
        });
        works.map(|work| work.join().unwrap())
    });
    assert_eq!(at_once, one_by_one);
}
