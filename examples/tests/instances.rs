//! One template and a thousand instances, evaluated in one pass: each comes out as it does alone.

use servanda::report::Statement;
use servanda::{Compiled, Run, Sources, compile, moment};
use std::error::Error;
use std::fmt::Write;

const POLICY: &str = include_str!("../rows/parties-and-term.sla");
const CLIENTS: usize = 1000;

/// The reply time of a client in minutes: one of thirty.
fn minutes(client: usize) -> usize {
    5 + client % 30
}

/// What a late reply to a client costs, in cents.
fn late_reply(client: usize) -> usize {
    500 + client
}

/// A client as a line of a file of instances.
fn client(number: usize) -> String {
    let cents = late_reply(number);
    format!(
        r#"{{"agreement": "client-{number}", "client_name": "Client {number}", "reply_time": {}, "late_reply": "{}.{:02}"}}"#,
        minutes(number),
        cents / 100,
        cents % 100,
    )
}

/// The log: each client asks at 10:00 and is answered 20 minutes later. The lines of those who are not `of` it are
/// empty, so that every event has the same line.
fn events(of: impl Fn(usize) -> bool) -> String {
    let mut log = String::new();
    for (time, kind, more) in [
        ("10:00", "inquiry.received", r#", "channel": "email", "topic": "question""#),
        ("10:20", "inquiry.answered", ""),
    ] {
        for client in 0..CLIENTS {
            if of(client) {
                // Writing into a string cannot fail.
                let _ = write!(
                    log,
                    r#"{{"time": "2026-02-16T{time}:00+03:00", "type": "{kind}", "agreement": "client-{client}", "inquiry": "Q-1"{more}}}"#,
                );
            }
            log.push('\n');
        }
    }
    log
}

/// A run over a log.
fn played(mut run: Run, log: &str) -> Run {
    run.read(log.as_bytes());
    run.close();
    run
}

/// The statement of an instance at the end of February.
fn statement(policy: &Compiled, run: &Run, instance: usize) -> Result<Statement, Box<dyn Error>> {
    let agreement = run.agreements().get(instance).ok_or("no such instance")?;
    let as_of = moment("2026-03-01", &agreement.zone)?;
    let outcome = run.outcome(u32::try_from(instance)?, as_of)?;
    Ok(Statement::new(policy.policy(), agreement, &outcome, policy.sources(), None))
}

#[test]
fn a_thousand_instances_come_out_in_one_pass_as_each_does_alone() -> Result<(), Box<dyn Error>> {
    let policy = compile(&Sources::new().with("parties-and-term.sla", POLICY))?;
    let file: String = (0..CLIENTS).map(|number| client(number) + "\n").collect();
    let (run, problems) = Run::of_instances(&policy, file.as_bytes())?;
    assert!(problems.is_empty(), "{problems:?}");
    let run = played(run, &events(|_| true));
    assert_eq!(run.agreements().len(), CLIENTS);
    let mut late = 0;
    for number in 0..CLIENTS {
        let statement = statement(&policy, &run, number)?;
        assert_eq!(statement.agreement, format!("client-{number}"));
        let answered =
            statement.verdicts.iter().find(|verdict| verdict.duty == "1(a)").ok_or("no verdict")?;
        let credits: Vec<Option<&str>> =
            statement.entries.iter().map(|entry| entry.amount.as_deref()).collect();
        if minutes(number) < 20 {
            let cents = late_reply(number);
            assert_eq!(answered.verdict, "broken", "client-{number}");
            assert_eq!(credits, [Some(format!("{}.{:02}", cents / 100, cents % 100).as_str())]);
            late += 1;
        } else {
            assert_eq!(answered.verdict, "kept", "client-{number}");
            assert!(credits.is_empty(), "client-{number}: {credits:?}");
        }
    }
    // Fifteen of each thirty clients have less than 20 minutes; the last ten of the thousand do, too.
    assert_eq!(late, 33 * 15 + 10);
    for number in [0, 15, 999] {
        let alone = played(Run::of_instance(&policy, &client(number))?, &events(|client| client == number));
        assert_eq!(statement(&policy, &alone, 0)?, statement(&policy, &run, number)?, "client-{number}");
    }
    Ok(())
}
