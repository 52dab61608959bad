//! `watch` gives no number twice: not to two lines of a pipe, and not to two items of a key.

use super::{Folder, event, lines};
use crate::binary::{Ran, servanda};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// Watches with a policy of which the debts are due after two days.
fn watch_short(folder: &Folder, log: &str) -> Ran {
    let policy = include_str!("../../data/works.sla").replace("within 30 calendar", "within 2 calendar");
    let policy = folder.write("short.sla", policy);
    folder.write("events", log);
    let mut arguments = folder.arguments(&[]);
    arguments[1] = policy;
    servanda(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "")
}

#[test]
fn an_earlier_item_of_a_key_that_comes_late_takes_no_number_of_another() {
    let received = r#""type":"invoice.received","invoice":"I-1","amount":"100.00""#;
    let paid = r#""type":"payment.received","invoice":"I-1","amount":"100.00""#;
    let reply = |number: u32| format!(r#""type":"reply.sent","reply":"R-{number}""#);
    let mut log = event(1, "2026-01-20T10:00:00", received);
    log += &event(2, "2026-02-01T10:00:00", paid);
    log += &event(3, "2026-02-02T10:00:00", &reply(1));
    let first = log.len();
    log += &event(4, "2026-01-10T10:00:00", paid);
    log += &event(5, "2026-01-05T10:00:00", received);
    log += &event(6, "2026-02-03T10:00:00", &reply(2));
    let second = log.len();
    log += &event(7, "2026-02-03T11:00:00", r#""type":"retraction","retracts":"e-2""#);
    log += &event(8, "2026-02-02T11:00:00", paid);
    log += &event(9, "2026-02-05T10:00:00", &reply(3));
    let told = |folder: &Folder| -> Vec<String> {
        let lines = lines(&folder.read("out"));
        let entries = lines.iter().filter(|line| line["kind"] == "entry" || line["of"] == "entry");
        let bodies = entries.flat_map(|line| [line["was"].clone(), line["is"].clone()]);
        let bodies = bodies.filter(|body| body["kind"] == "late_fee");
        bodies
            .map(|body| format!("{} {}", body["id"].as_str().unwrap(), body["amount"].as_str().unwrap()))
            .collect()
    };
    // At once, and with an end between what is told first and what comes late.
    let (whole, parts) = (Folder::new(), Folder::new());
    assert_eq!(watch_short(&whole, &log).exit, 0);
    for end in [first, second, log.len()] {
        assert_eq!(watch_short(&parts, log.get(..end).unwrap()).exit, 0);
    }
    assert_eq!(told(&parts), told(&whole));
    let told = told(&whole);
    let of =
        |number: &str| told.iter().filter(|it| it.starts_with(&format!("1/{number}/"))).collect::<Vec<_>>();
    // Told, taken back and told again, for two reasons.
    let amounts = ["10.00", "10.00", "10.00", "10.00", "11.00"];
    assert_eq!(of("I-1"), amounts.map(|amount| format!("1/I-1/late_fee/1 {amount}")).each_ref());
    assert_eq!(of("I-1~2"), ["1/I-1~2/late_fee/1 3.00"]);
}

/// Follows standard input, to standard output, until the first line has been told, and is killed then.
fn killed_after_a_line(folder: &Folder, text: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args([
            "watch",
            "works.sla",
            "--events",
            "-",
            "--follow",
            "--out",
            "-",
            "--state",
            &folder.path("state"),
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    line
}

#[test]
fn a_number_that_a_pipe_has_got_is_never_that_of_another_line() {
    let folder = Folder::new();
    let first = killed_after_a_line(&folder, "no JSON\n");
    assert_eq!(lines(&first)[0]["seq"], 1);
    let second = killed_after_a_line(&folder, "\n\nnot either\n");
    assert_eq!(second, first, "what may not have been read comes again");
    let usual = ["watch", "works.sla", "--events", "-", "--out", "-", "--state", &folder.path("state")];
    let third = servanda(&usual, "\n\n\n\nnor this\n");
    assert_eq!(third.exit, 0, "{}", third.stderr);
    let last = lines(&third.stdout).pop().unwrap();
    assert!(last["seq"].as_u64() > Some(1) && last["is"]["line"].as_u64() > Some(5), "{last}");
    // It has ended well, so that nothing is in doubt.
    assert_eq!(servanda(&usual, "").stdout, "");
}

#[test]
fn what_a_pipe_could_not_take_comes_when_it_can() {
    let folder = Folder::new();
    folder.write("events", "no JSON\n");
    let full = Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args(
            folder
                .arguments(&["--out", "/dev/full"])
                .iter()
                .enumerate()
                .filter(|(at, _)| !(4..6).contains(at))
                .map(|(_, it)| it),
        )
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(full.status.code(), Some(3));
    let (events, state) = (folder.path("events"), folder.path("state"));
    let usual = ["watch", "works.sla", "--events", &events, "--out", "-", "--state", &state];
    assert_eq!(lines(&servanda(&usual, "").stdout)[0]["seq"], 1);
    assert_eq!(servanda(&usual, "").stdout, "");
    assert!(fs::metadata(folder.path("state/state.redb")).is_ok());
}
