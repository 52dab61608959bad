//! Snapshots: those of earlier versions are read; those that are damaged, foreign or made up are refused.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what cannot be compiled or read fails the test"
)]

use proptest::prelude::*;
use servanda::evaluator::SNAPSHOT_VERSION;
use servanda::{
    Compiled, Ledger, OtherData, RestoreError, Run, Snapshot, SnapshotError, Sources, compile, moment,
};
use std::path::Path;

const POLICY: &str = r#"
language 1.
agreement "Desk" takes { fee: money = 1000 EUR. } {
  party desk. party client.
  in force from 2026-01-01 for 1 year.
  time zone Europe/Berlin.
  money in EUR.
  events arrive at most 48 hours late.
  calendar office { open mon..fri 09:00..18:00. closed on holidays of DE. }
  event question.asked    { question: id, urgent: yes or no, asker: party }
  event question.answered { question: id }
  event question.held     { question: id }
  event question.freed    { question: id }
  event bill.issued       { bill: id, amount: money }
  event bill.paid         { bill: id, amount: money }
  event report.sent       { }
  event line.down         { line: id }
  event line.up           { line: id }
  case question {
    begins when question.asked. answer (answered) when question.answered. ends when answered.
    pauses from question.held to question.freed.
  }
  case bill {
    begins when bill.issued. client owes desk amount.
    paid by bill.paid, settling principal, the named one only, any rest as credit. ends when paid.
  }
  case line { begins when line.down. ends when line.up. }
  clause 1 "Answers" {
    measure answers per calendar month = share of question in which 1(a) is kept.
    (a) desk must answer each question within 4 office hours, without consequence.
    (b) desk must keep answers at least 90% otherwise desk credits client 5% of fee.
  }
  clause 2 "Bills" {
    client must pay each bill within 14 calendar days of bill.issued
      otherwise client owes desk 0.1% of bill.unpaid per calendar day begun from the deadline until paid,
        at most 10% of bill.amount, as late_fee.
  }
  clause 3 "Line" {
    measure up per calendar month = share of time not in line.
    desk must keep up at least 99% otherwise desk credits client 10 EUR, at most 50 EUR in all.
  }
}
"#;

fn compiled(policy: &str) -> Compiled {
    compile(&Sources::new().with("desk.sla", policy)).map_err(|why| why.to_string()).unwrap()
}

fn line(day: u32, hour: u32, rest: &str) -> String {
    format!(r#"{{"id":"e-{day}-{hour}","time":"2026-01-{day:02}T{hour:02}:00:00+01:00",{rest}}}"#)
}

/// What happens before it is stored, and after.
fn lines() -> (Vec<String>, Vec<String>) {
    let asked = |day, hour, key: &str| {
        line(
            day,
            hour,
            &format!(r#""type":"question.asked","question":"{key}","urgent":true,"asker":"client""#),
        )
    };
    let on = |day, hour, kind: &str, field: &str, key: &str| {
        line(day, hour, &format!(r#""type":"{kind}","{field}":"{key}""#))
    };
    let bill = |day, hour, kind: &str, key: &str, amount: &str| {
        line(day, hour, &format!(r#""type":"{kind}","bill":"{key}","amount":"{amount}""#))
    };
    let before = vec![
        asked(5, 9, "q-1"),
        on(5, 10, "question.answered", "question", "q-1"),
        bill(5, 11, "bill.issued", "b-1", "500.00"),
        asked(6, 9, "q-2"),
        on(6, 10, "question.held", "question", "q-2"),
        on(7, 8, "line.down", "line", "l"),
        asked(8, 16, "q-3"),
        bill(26, 9, "bill.paid", "b-1", "100.00"),
        asked(27, 9, "q-4"),
        line(
            27,
            10,
            r#""type":"duty.waived","duty":"1(a)","subject":"q-3","by":"client","reason":"a holiday""#,
        ),
    ];
    let after = vec![
        on(27, 12, "line.up", "line", "l"),
        on(26, 20, "question.freed", "question", "q-2"),
        on(28, 9, "question.answered", "question", "q-3"),
        bill(30, 9, "bill.paid", "b-1", "600.00"),
        format!(r#"{{"time":"2026-01-28T09:00:00+01:00","type":"retraction","retracts":"e-27-9"}}"#),
        r#"{"time":"2026-02-02T09:00:00+01:00","type":"question.asked","question":"q-5","urgent":true,"asker":"client"}"#.to_owned(),
        r#"{"time":"2026-02-02T11:30:00+01:00","type":"question.answered","question":"q-5"}"#.to_owned(),
        r#"{"time":"2026-02-03T09:00:00+01:00","type":"line.down","line":"m"}"#.to_owned(),
        r#"{"time":"2026-02-04T09:00:00+01:00","type":"line.up","line":"m"}"#.to_owned(),
    ];
    (before, after)
}

/// A run that has been followed for a while, and what it has told.
fn followed(compiled: &Compiled) -> (Run, Ledger) {
    let mut run = Run::of_log(compiled).unwrap();
    let mut ledger = Ledger::new();
    for (number, line) in (1..).zip(lines().0) {
        run.read_line(number, line.as_bytes());
        let latest = run.latest_of_all().unwrap();
        run.follow(latest, &mut ledger).unwrap();
    }
    (run, ledger)
}

/// What a run comes to in the end, as text.
fn end(run: &mut Run, mut ledger: Ledger) -> String {
    let zone = run.zone().unwrap().clone();
    let (before, after) = lines();
    for (number, line) in (before.len() as u32 + 1..).zip(after) {
        run.read_line(number, line.as_bytes());
        let latest = run.latest_of_all().max(run.now()).unwrap();
        run.follow(latest, &mut ledger).unwrap();
    }
    let end = moment("2026-04-01", &zone).unwrap();
    run.follow(end, &mut ledger).unwrap();
    ledger.told(0).map(|told| format!("{told:?}\n")).collect()
}

fn restored(compiled: &Compiled, bytes: &[u8]) -> Result<Run, RestoreError> {
    Run::restore(compiled, None, Snapshot::read(bytes)?, OtherData::Accept)
}

#[test]
fn a_stored_run_goes_on_as_if_it_had_not_been() {
    let compiled = compiled(POLICY);
    let (mut run, ledger) = followed(&compiled);
    let bytes = run.snapshot().unwrap();
    let mut again = restored(&compiled, &bytes).unwrap();
    assert_eq!(again.snapshot().unwrap(), bytes);
    let told = end(&mut run, ledger.clone());
    assert!(told.contains("late_from") && told.contains("Entry"), "{told}");
    assert_eq!(end(&mut again, ledger), told);
}

#[test]
fn what_was_decided_before_it_was_stored_still_counts() {
    let compiled = compiled(POLICY);
    let (run, ledger) = followed(&compiled);
    let mut again = restored(&compiled, &run.snapshot().unwrap()).unwrap();
    let as_of = moment("2026-04-01", &run.zone().unwrap().clone()).unwrap();
    let excused = |run: &Run| {
        let decided = run.decided_with(&ledger, 0, as_of).unwrap();
        decided.outcome.verdicts.iter().filter(|it| it.verdict == servanda::policy::Verdict::Excused).count()
    };
    assert_eq!((excused(&run), excused(&again)), (1, 1));
    // It is taken back as if nothing had been in between.
    let back = r#"{"time":"2026-01-27T11:00:00+01:00","type":"retraction","retracts":"e-27-10"}"#;
    again.read_line(99, back.as_bytes());
    assert_eq!((excused(&run), excused(&again)), (1, 0));
}

#[test]
fn what_was_told_is_stored_beside_it() {
    let (_, ledger) = followed(&compiled(POLICY));
    assert!(ledger.told(0).count() > 1);
    let bytes = serde_json::to_vec(&ledger).unwrap();
    assert_eq!(serde_json::from_slice::<Ledger>(&bytes).unwrap(), ledger);
}

#[test]
fn the_parts_are_the_whole() {
    let compiled = compiled(POLICY);
    let (mut run, ledger) = followed(&compiled);
    let (head, parts) = (run.snapshot_head().unwrap(), run.take_changed().unwrap());
    assert!(run.take_changed().unwrap().is_empty());
    let parts = parts.iter().map(|(_, part)| part.as_slice());
    let snapshot = Snapshot::of_parts(&head, parts).unwrap();
    let mut again = Run::restore(&compiled, None, snapshot, OtherData::Refuse).unwrap();
    assert_eq!(end(&mut again, ledger.clone()), end(&mut run, ledger));
}

/// One of every version of the format, made when it was new, with what it comes to. `UPDATE_EXPECTED=1` makes the
/// newest where there is none.
#[test]
fn snapshots_of_every_version_are_read() {
    let compiled = compiled(POLICY);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored");
    let newest = directory.join(format!("{SNAPSHOT_VERSION}.snapshot"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() && !newest.exists() {
        let (run, _) = followed(&compiled);
        std::fs::write(&newest, run.snapshot().unwrap()).unwrap();
    }
    let (mut run, ledger) = followed(&compiled);
    let told = end(&mut run, ledger.clone());
    for version in 1..=SNAPSHOT_VERSION {
        let bytes = std::fs::read(directory.join(format!("{version}.snapshot"))).unwrap();
        let mut stored = restored(&compiled, &bytes).unwrap();
        assert_eq!(end(&mut stored, ledger.clone()), told, "version {version}");
    }
}

/// The same of a policy that fills every part that is stored behind a state, from the fifteenth version on.
#[test]
fn all_that_is_stored_behind_a_state_is_read() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored/behind");
    let text = |name: &str| std::fs::read_to_string(directory.join(name)).unwrap();
    let compiled = compiled(&text("policy.sla"));
    let events = text("events.ndjson");
    let (before, after) = events.split_once("\n\n").unwrap();
    let go_on = |run: &mut Run, ledger: &mut Ledger, lines: &str| {
        for (number, line) in (1..).zip(lines.lines()) {
            run.read_line(number, line.as_bytes());
            let latest = run.latest_of_all().max(run.now()).unwrap();
            run.follow(latest, ledger).unwrap();
        }
    };
    let (mut run, mut ledger) = (Run::of_log(&compiled).unwrap(), Ledger::new());
    go_on(&mut run, &mut ledger, before);
    let newest = directory.join(format!("{SNAPSHOT_VERSION}.snapshot"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() && !newest.exists() {
        std::fs::write(&newest, run.snapshot().unwrap()).unwrap();
    }
    let told = |run: &mut Run| {
        let mut ledger = ledger.clone();
        go_on(run, &mut ledger, after);
        let end = moment("2026-07-02", &run.zone().unwrap().clone()).unwrap();
        run.follow(end, &mut ledger).unwrap();
        ledger.told(0).map(|told| format!("{told:?}\n")).collect::<String>()
    };
    let expected = told(&mut run);
    for version in 15..=SNAPSHOT_VERSION {
        let bytes = std::fs::read(directory.join(format!("{version}.snapshot"))).unwrap();
        assert_eq!(told(&mut restored(&compiled, &bytes).unwrap()), expected, "version {version}");
    }
}

/// Days on which something was posted, from the first of the year on: before what was stored of it, and after.
const POSTED: ([u32; 14], [u32; 16]) = (
    [0, 2, 8, 11, 13, 19, 20, 21, 22, 23, 24, 30, 33, 35],
    [41, 44, 46, 50, 51, 52, 55, 57, 63, 66, 68, 74, 77, 79, 85, 88],
);

/// Up to the tenth version of the format, rows of windows were stored window by window.
#[test]
fn rows_that_were_stored_window_by_window_go_on() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored/rows");
    let read = |name: &str| std::fs::read(directory.join(name)).unwrap();
    let compiled = compiled(std::str::from_utf8(&read("policy.sla")).unwrap());
    let go_on = |run: &mut Run, ledger: &mut Ledger, days: &[u32]| {
        for (number, day) in (1..).zip(days) {
            let date = servanda::time::Date(20_454 + i32::try_from(*day).unwrap());
            let line = format!(r#"{{"time":"{date}T12:00:00Z","type":"post","post":"{day}"}}"#);
            run.read_line(number, line.as_bytes());
            let latest = run.latest_of_all().max(run.now()).unwrap();
            run.follow(latest, ledger).unwrap();
        }
    };
    let (mut run, mut ledger) = (Run::of_log(&compiled).unwrap(), Ledger::new());
    go_on(&mut run, &mut ledger, &POSTED.0);
    let (head, instance) = (read("10.head"), read("10.instance"));
    let snapshot = Snapshot::of_parts(&head, [instance.as_slice()]).unwrap();
    let mut stored = Run::restore(&compiled, None, snapshot, OtherData::Accept).unwrap();
    let told = |run: &mut Run| {
        let mut ledger = ledger.clone();
        go_on(run, &mut ledger, &POSTED.1);
        run.follow(moment("2026-05-01", run.zone().unwrap()).unwrap(), &mut ledger).unwrap();
        ledger.told(0).map(|told| format!("{told:?}\n")).collect::<String>()
    };
    let is = told(&mut stored);
    assert!(is.contains("restored") || is.len() > 1_000, "something follows from the rows");
    assert_eq!(is, told(&mut run));
}

/// What has been suspended and is over excuses what is open; when nothing is any more, it takes no room.
#[test]
fn suspensions_that_are_over_take_no_room() {
    let compiled = compiled(
        r#"
language 1.
agreement "Pauses" {
  party desk. party client.
  in force from 2026-01-01 for 2 years.
  time zone Europe/Berlin.
  money in EUR.
  events arrive at most 1 hour late.
  event bill.issued    { bill: id, amount: money }
  event bill.paid      { bill: id, amount: money }
  event post.published { post: id }
  event work.suspended {}
  event work.resumed   {}
  case bill { begins when bill.issued. client owes desk amount. paid by bill.paid. ends when paid. }
  clause 1 "Bills" {
    (a) client must pay each bill within 1 calendar day of bill.issued, without consequence.
    (b) desk may suspend 2 by work.suspended during any delay under 1(a), until work.resumed.
  }
  clause 2 "Posts" {
    measure posts per calendar week = count of post.published.
    desk must keep posts at least 1, without consequence.
  }
}
"#,
    );
    let (mut run, mut ledger) = (Run::of_log(&compiled).unwrap(), Ledger::new());
    let mut read = |day: i32, hour: u32, what: &str| {
        let date = servanda::time::Date(20_454 + day);
        run.read_line(1, format!(r#"{{"time":"{date}T{hour:02}:00:00Z",{what}}}"#).as_bytes());
        let latest = run.latest_of_all().unwrap();
        run.follow(latest, &mut ledger).unwrap();
        run.snapshot().unwrap().len()
    };
    read(0, 9, r#""type":"bill.issued","bill":"late","amount":"10.00""#);
    let mut sizes = Vec::new();
    for day in 5..405 {
        read(day, 9, r#""type":"work.suspended""#);
        sizes.push(read(day, 10, r#""type":"work.resumed""#));
    }
    let most = |days: &[usize]| days.iter().copied().max().unwrap();
    assert!(most(&sizes[200..]) <= most(&sizes[..50]) + 16, "{sizes:?}");
    // Each week is excused in which something was suspended, though it was over before the week was: not the first one.
    let told: Vec<String> = ledger.told(0).map(|told| format!("{told:?}")).collect();
    let weeks = |verdict: &str| {
        let of_week =
            |it: &&String| it.contains("late_from: None") && it.contains(&format!("verdict: {verdict}, at"));
        told.iter().filter(of_week).count()
    };
    assert_eq!((weeks("Excused"), weeks("Broken")), (57, 1));
}

fn refused(compiled: &Compiled, bytes: &[u8]) -> String {
    restored(compiled, bytes).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn what_is_no_snapshot_of_this_run_is_refused() {
    let desk = compiled(POLICY);
    let bytes = followed(&desk).0.snapshot().unwrap();
    assert_eq!(refused(&desk, b""), "this is no snapshot");
    assert_eq!(refused(&desk, b"{\"id\": 1}"), "this is no snapshot");
    assert_eq!(refused(&desk, &bytes[..10]), "the snapshot is damaged: it is cut off");
    assert_eq!(refused(&desk, &bytes[..bytes.len() - 1]), "the snapshot is damaged: its checksum is wrong");
    let mut newer = bytes.clone();
    newer[8] = 99;
    assert_eq!(
        refused(&desk, &newer),
        format!(
            "the snapshot has version 99 of the format, and only versions up to {SNAPSHOT_VERSION} can be read"
        )
    );
    let other = compiled(&POLICY.replace("within 4 office hours", "within 5 office hours"));
    assert!(refused(&other, &bytes).starts_with("the snapshot is of the policy with the hash "));
    // Blank space is no part of what a policy means.
    assert!(restored(&compiled(&POLICY.replace("party desk.", "party desk . ")), &bytes).is_ok());
    let given = br#"{"agreement":"Other"}"#;
    let missing = Run::restore(&desk, Some(given), Snapshot::read(&bytes).unwrap(), OtherData::Refuse);
    assert_eq!(missing.unwrap_err().to_string(), "the agreement `Desk` of the snapshot is not given");
    let given = br#"{"agreement":"Desk","fee":"900.00"}"#;
    let changed = Run::restore(&desk, Some(given), Snapshot::read(&bytes).unwrap(), OtherData::Refuse);
    assert_eq!(
        changed.unwrap_err().to_string(),
        "the agreement `Desk` has other parameters than in the snapshot"
    );
    let given = b"{\"agreement\":\"Desk\"}\n{\"agreement\":\"One more\"}";
    let more = Run::restore(&desk, Some(given), Snapshot::read(&bytes).unwrap(), OtherData::Refuse);
    assert_eq!(more.unwrap().agreements().len(), 2);
}

/// What is agreed after the snapshot was made.
const AMENDMENT: &str = r#"
amendment "Faster" {
  in force from 2026-02-01.
  clause 1 "Answers" {
    (a) desk must answer each question within 2 office hours otherwise desk credits client 3 EUR.
  }
  clause 3 "Line" {
    measure downtime per calendar month = time in line.
    desk must keep up at least 99.9% otherwise desk credits client 20 EUR, at most 55 EUR in all.
  }
  clause 4 "Questions" {
    measure urgent_ones per calendar month = count of question.asked where urgent.
    client owes desk 1 EUR for each question, as question_fee.
  }
}
"#;

#[test]
fn what_was_stored_goes_on_under_an_amendment_as_if_it_had_always_been_there() {
    let (plain, amended) = (compiled(POLICY), compiled(&format!("{POLICY}{AMENDMENT}")));
    let (mut always, ledger) = followed(&amended);
    let told = end(&mut always, ledger);
    let (run, ledger) = followed(&plain);
    let bytes = run.snapshot().unwrap();
    let mut since = restored(&amended, &bytes).unwrap();
    assert_eq!(end(&mut since, ledger.clone()), told);
    // It changes something, and what it changes can be changed again while it has not begun.
    let mut never = restored(&plain, &bytes).unwrap();
    assert_ne!(end(&mut never, ledger.clone()), told);
    let other = compiled(&format!("{POLICY}{}", AMENDMENT.replace("2 office hours", "3 office hours")));
    let announced = restored(&other, &bytes).unwrap().snapshot().unwrap();
    let mut changed = restored(&amended, &announced).unwrap();
    assert_eq!(end(&mut changed, ledger.clone()), told);
    let mut withdrawn = restored(&plain, &announced).unwrap();
    let mut plainly = restored(&plain, &bytes).unwrap();
    assert_eq!(end(&mut withdrawn, ledger.clone()), end(&mut plainly, ledger));
}

#[test]
fn an_amendment_of_the_past_or_one_that_looks_back_is_refused() {
    let bytes = followed(&compiled(POLICY)).0.snapshot().unwrap();
    let with = |amendment: &str| refused(&compiled(&format!("{POLICY}{amendment}")), &bytes);
    assert_eq!(
        with(&AMENDMENT.replace("2026-02-01", "2026-01-26")),
        "the version \"Faster\" was in force when the snapshot was made, and is not the one that it was made with"
    );
    let deadline = "share of question in which 1(a) is kept, counted at the deadline.";
    assert_eq!(
        with(&AMENDMENT.replace("count of question.asked where urgent.", deadline)),
        "the amendment cannot be taken up here: a figure counts each `question` at an instant that may lie after its \
         end; evaluate the log anew"
    );
    assert_eq!(
        with(&AMENDMENT.replace("for each question, as", "for each question where urgent, as")),
        "the amendment cannot be taken up here: it reads a field that was not kept of each `question` that is open; \
         evaluate the log anew"
    );
    // The first version is another.
    let other = compiled(&format!("{}{AMENDMENT}", POLICY.replace("90%", "91%")));
    assert!(refused(&other, &bytes).starts_with("the snapshot is of the policy with the hash "));
}

/// The bytes with the checksum that they should have.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let hash = blake3::hash(&bytes[44..]);
    bytes[12..44].copy_from_slice(hash.as_bytes());
    bytes
}

/// Whatever stands in a snapshot, it is refused or it goes on: nothing panics.
fn does_no_harm(compiled: &[Compiled], ledger: &Ledger, bytes: Vec<u8>) {
    let bytes = sealed(bytes);
    for compiled in compiled {
        goes_on_or_not(compiled, ledger, &bytes);
    }
}

fn goes_on_or_not(compiled: &Compiled, ledger: &Ledger, bytes: &[u8]) {
    match restored(compiled, bytes) {
        Ok(mut run) if run.agreements().len() < 10 => {
            for (number, line) in (1..).zip(lines().1) {
                run.read_line(number, line.as_bytes());
            }
            let zone = run.agreements()[0].zone.clone();
            let later = moment("2026-04-01", &zone).unwrap();
            // A time that has gone on too far is told as such.
            let _ = run.follow(later, &mut ledger.clone());
            let _ = run.outcome(0, later);
        }
        Ok(_) => {}
        Err(RestoreError::Snapshot(why)) => assert_ne!(why, SnapshotError::NotASnapshot),
        Err(_) => {}
    }
}

/// A state of another policy under the hash of this one has tables of other lengths.
#[test]
fn a_state_of_another_policy_under_the_hash_of_this_one_is_refused() {
    let (head, clauses) = POLICY.split_once("  clause 1").unwrap();
    let clauses: Vec<String> = format!("  clause 1{}", clauses.trim_end().trim_end_matches('}'))
        .split_inclusive("\n  }\n")
        .map(str::to_owned)
        .collect();
    assert_eq!(clauses.len(), 3);
    let without = |left_out: &[usize]| {
        let kept = clauses.iter().enumerate().filter(|(at, _)| !left_out.contains(at));
        format!("{head}{}}}\n", kept.map(|(_, clause)| clause.as_str()).collect::<String>())
    };
    let hash = |compiled: &Compiled| compiled.policy().hash.clone();
    let ours = [compiled(POLICY), compiled(&format!("{POLICY}{AMENDMENT}"))];
    for left_out in [&[0][..], &[1], &[2], &[0, 2]] {
        let other = compiled(&without(left_out));
        let (run, _) = followed(&other);
        let bytes = run.snapshot().unwrap();
        let (was, is) = (hash(&other), hash(&ours[0]));
        let mut forged = bytes.clone();
        for place in 0..bytes.len() - was.len() {
            if bytes[place..].starts_with(was.as_bytes()) {
                forged[place..place + is.len()].copy_from_slice(is.as_bytes());
            }
        }
        assert_ne!(forged, bytes);
        for compiled in &ours {
            let why = refused(compiled, &sealed(forged.clone()));
            assert_eq!(why, "the snapshot is damaged: it does not fit its policy", "without {left_out:?}");
        }
    }
}

/// Counters that contradict each other, or that cannot be counted on, are small changes of one or two bytes.
#[test]
fn a_snapshot_with_any_byte_changed_does_no_harm() {
    let compiled = [compiled(POLICY), compiled(&format!("{POLICY}{AMENDMENT}"))];
    let (run, ledger) = followed(&compiled[0]);
    let bytes = run.snapshot().unwrap();
    for place in 44..bytes.len() {
        for byte in [0, 1, 0x7f] {
            let mut changed = bytes.clone();
            changed[place] = byte;
            does_no_harm(&compiled, &ledger, changed);
        }
        for other in place + 1..(place + 5).min(bytes.len()) {
            let mut changed = bytes.clone();
            (changed[place], changed[other]) = (1, 1);
            does_no_harm(&compiled, &ledger, changed);
        }
        // The greatest number, in as many bytes as it takes.
        let mut greatest = bytes.clone();
        greatest.splice(place..=place, [0xff; 9].into_iter().chain([1]));
        does_no_harm(&compiled, &ledger, greatest);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_that_somebody_made_up_does_no_harm(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::weighted(0.1, any::<prop::sample::Index>()),
    ) {
        let compiled = [compiled(POLICY), compiled(&format!("{POLICY}{AMENDMENT}"))];
        let (run, ledger) = followed(&compiled[0]);
        let mut bytes = run.snapshot().unwrap();
        for (place, byte) in changes {
            let place = 44 + place.index(bytes.len() - 44);
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(44 + cut.index(bytes.len() - 44));
        }
        does_no_harm(&compiled, &ledger, bytes);
    }
}
