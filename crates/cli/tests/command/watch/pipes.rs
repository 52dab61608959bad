//! `watch` from a pipe, to a pipe, by the clock, until it is told to end; and its counters.

use super::{Folder, lines, log};
use crate::binary::servanda;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// Runs it over a text on standard input, to standard output.
fn piped(folder: &Folder, text: &str, further: &[&str]) -> crate::binary::Ran {
    let state = folder.path("state");
    let usual = ["watch", "works.sla", "--events", "-", "--out", "-", "--state", &state];
    servanda(&usual.iter().chain(further).copied().collect::<Vec<_>>(), text)
}

#[test]
fn from_pipe_to_pipe_it_tells_the_same_and_goes_on_numbering() {
    let files = Folder::new();
    files.write("events", log());
    assert_eq!(files.watch(&["--until", "2026-07-01"]).exit, 0);
    let folder = Folder::new();
    let log = log();
    let (first, second) = log.split_at(log.find("{\"id\":\"e-8\"").unwrap());
    let before = piped(&folder, first, &["--clock", "events"]);
    let after = piped(&folder, second, &["--until", "2026-07-01"]);
    assert_eq!((before.exit, after.exit), (0, 0), "{} {}", before.stderr, after.stderr);
    assert_eq!(before.stdout + &after.stdout, files.read("out"));
    // A reader that goes away is no failure.
    assert_eq!(piped(&folder, "", &["--metrics", "127.0.0.1:0"]).exit, 0);
}

#[test]
fn a_state_of_a_pipe_does_not_know_a_place_in_a_file() {
    let folder = Folder::new();
    assert_eq!(piped(&folder, &log(), &[]).exit, 0);
    folder.write("events", log());
    let ran = folder.watch(&[]);
    assert_eq!(ran.exit, 3);
    assert!(
        ran.stderr.contains("the events came from a pipe, so that it is not known where to begin"),
        "{}",
        ran.stderr
    );
}

/// A follower of a pipe.
struct Following {
    child: Child,
    stdin: ChildStdin,
    stderr: BufReader<ChildStderr>,
}

impl Following {
    fn start(folder: &Folder, further: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
            .args(["watch", "works.sla", "--events", "-", "--follow"])
            .args(["--out", &folder.path("out"), "--state", &folder.path("state")])
            .args(further)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"))
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stderr) = (child.stdin.take().unwrap(), child.stderr.take().unwrap());
        Self { child, stdin, stderr: BufReader::new(stderr) }
    }

    fn write(&mut self, text: &str) {
        self.stdin.write_all(text.as_bytes()).unwrap();
    }

    fn message(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Tells it to end, and gives its exit code.
    fn end(mut self) -> i32 {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

fn wait_for(condition: impl Fn() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < Duration::from_secs(30), "it did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn silence_breaks_a_duty_by_the_clock_and_a_signal_ends_it_well() {
    let folder = Folder::new();
    let mut following = Following::start(&folder, &[]);
    following.write(
        "{\"time\":\"2026-01-05T10:00:00+03:00\",\"type\":\"invoice.received\",\"invoice\":\"I-1\",\"amount\":\"9.00\"}\n",
    );
    // No further event comes, and the deadline has passed long ago.
    let told = || std::fs::read_to_string(folder.path("out")).unwrap_or_default();
    wait_for(|| told().contains("\"broken\""));
    following.write("{\"time\":\"9999");
    assert_eq!(following.end(), 0);
    let lines = lines(&folder.read("out"));
    let broken =
        lines.iter().find(|line| line["is"]["verdict"] == "broken" && line["is"]["duty"] == "1").unwrap();
    assert_eq!(broken["is"]["decided_at"], "2026-02-04T23:59:59.999999999+03:00");
    let after = servanda(
        &[
            "watch",
            "works.sla",
            "--events",
            "-",
            "--out",
            &folder.path("out"),
            "--state",
            &folder.path("state"),
        ],
        "",
    );
    assert_eq!(after.exit, 0, "{}", after.stderr);
    assert!(after.stderr.starts_with("0 lines read, 0 outcomes told"), "{}", after.stderr);
}

#[test]
fn an_event_from_the_future_does_not_make_the_lines_behind_it_late() {
    let folder = Folder::new();
    let mut following = Following::start(&folder, &[]);
    let soon = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 3600;
    let received = |at: &str, key: &str| {
        format!(
            "{{\"time\":\"{at}\",\"type\":\"invoice.received\",\"invoice\":\"{key}\",\"amount\":\"9.00\"}}\n"
        )
    };
    // One write, so that nothing is ever waited for in between.
    following.write(
        &[
            received("2026-01-05T10:00:00+03:00", "I-1"),
            received(&utc(soon), "I-2"),
            received("2026-01-06T10:00:00+03:00", "I-3"),
        ]
        .concat(),
    );
    let told = || std::fs::read_to_string(folder.path("out")).unwrap_or_default();
    wait_for(|| told().contains("\"broken\""));
    assert_eq!(following.end(), 0);
    let told = told();
    assert!(!told.contains("SLA0856"), "{told}");
    for (key, is_broken) in [("I-1", true), ("I-2", false), ("I-3", true)] {
        let of =
            |line: &&serde_json::Value| line["is"]["subject"] == key && line["is"]["verdict"] == "broken";
        assert_eq!(lines(&told).iter().any(|line| of(&line)), is_broken, "{key}: {told}");
    }
}

/// An instant as a log has it.
fn utc(seconds: u64) -> String {
    servanda::time::Instant(i64::try_from(seconds).unwrap() * 1_000_000_000)
        .format_in(&servanda::time::Zone::utc())
}

fn ask(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn counters_are_served_where_they_are_asked_for() {
    let folder = Folder::new();
    let mut following =
        Following::start(&folder, &["--metrics", "127.0.0.1:0", "--clock", "events", "--log", "debug"]);
    following.write(&log());
    let message = loop {
        let message = following.message();
        if message.starts_with("counters at ") {
            break message;
        }
    };
    let address = message.strip_prefix("counters at http://").unwrap().strip_suffix("/metrics").unwrap();
    wait_for(|| ask(address, "/metrics").contains("servanda_lines_total{fate=\"event\"} 12\n"));
    let text = ask(address, "/metrics");
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
    for line in [
        "servanda_lines_total{fate=\"retraction\"} 3",
        "servanda_lines_total{fate=\"decision\"} 1",
        "servanda_lines_total{fate=\"ignored\"} 1",
        "servanda_lines_total{fate=\"problem\"} 1",
        "servanda_told_total{kind=\"entry\"}",
        "servanda_open_items",
        "servanda_lag_seconds",
        "servanda_commits_total 1",
    ] {
        assert!(text.contains(&format!("\n{line}")), "{line}\n{text}");
    }
    // The year 2062 is refused, and the log has not come that far.
    let lag = text.lines().find_map(|line| line.strip_prefix("servanda_lag_seconds ")).unwrap();
    assert!(lag.parse::<i64>().unwrap() > 0, "{lag}");
    assert!(ask(address, "/").starts_with("HTTP/1.1 404"));
    loop {
        let message = following.message();
        if message.contains("DEBUG") {
            assert!(message.contains("kept lines=19"), "{message}");
            break;
        }
    }
    assert_eq!(following.end(), 0);
}
