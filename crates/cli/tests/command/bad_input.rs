//! Bad input at the level of the command: each kind is told with its place, spoils nothing else, and is counted.
//!
//! What a single reader refuses is tried in its own crate: values and lines in `events/tests/reading`, brackets and
//! long texts in `parser/tests/depth.rs`, values that grow without bound in `policy/tests/bounds.rs`. An answer that
//! finds no question stands in the tutorial, and so in `book.rs`; folders and missing files in `exits.rs`.

use crate::binary::servanda;
use crate::watch::Folder;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Lines without a flaw: two invoices, one of them paid late.
const SOUND: &str = concat!(
    r#"{"id":"e-1","time":"2026-01-05T10:00:00+03:00","type":"invoice.received","invoice":"I-1","amount":"33.33"}"#,
    "\n",
    r#"{"id":"e-2","time":"2026-01-06T10:00:00+03:00","type":"invoice.received","invoice":"I-2","amount":"100.00"}"#,
    "\n",
    r#"{"id":"e-3","time":"2026-03-10T12:00:00+03:00","type":"payment.received","invoice":"I-1","amount":"33.33"}"#,
    "\n",
);

/// Received on 1 February, so that it is no other invoice's.
fn invoice(fields: &str) -> String {
    format!(r#"{{"id":"e-9","time":"2026-02-01T10:00:00+03:00","type":"invoice.received",{fields}}}"#)
}

fn at(time: &str) -> String {
    format!(r#"{{"id":"e-9","time":"{time}","type":"invoice.received","invoice":"I-9","amount":"5.00"}}"#)
}

/// What is wrong, a line with it, and in which of the counts it ends.
fn lines() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = |line: &str| line.as_bytes().to_vec();
    let mut long = invoice(r#""invoice":"I-9","amount":"5.00","note":""#).into_bytes();
    long.truncate(long.len() - 1);
    long.resize(16 * 1024 * 1024 + 200, b'x');
    long.extend(b"\"}");
    let mut latin = invoice(r#""invoice":"I-9","amount":"5.00","note":"Z?rich""#).into_bytes();
    let place = latin.iter().position(|byte| *byte == b'?').unwrap();
    latin[place] = 0xfc;
    vec![
        ("no JSON", text("Invoice I-9, 5.00 EUR"), "problems"),
        ("no object", text("[1, 2]"), "problems"),
        (
            "a bracket that is never closed",
            text(r#"{"id":"e-9","time":"2026-02-01T10:00:00+03:00""#),
            "problems",
        ),
        ("ten thousand brackets", text(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))), "problems"),
        ("other bytes than UTF-8", latin, "problems"),
        ("sixteen mebibytes", long, "problems"),
        ("no type", text(r#"{"id":"e-9","time":"2026-02-01T10:00:00+03:00","invoice":"I-9"}"#), "problems"),
        ("no time", text(r#"{"id":"e-9","type":"invoice.received","invoice":"I-9"}"#), "problems"),
        ("no key", text(&invoice(r#""amount":"5.00""#)), "problems"),
        ("no amount", text(&invoice(r#""invoice":"I-9""#)), "evaluated"),
        ("an amount of another type", text(&invoice(r#""invoice":"I-9","amount":true"#)), "evaluated"),
        ("an amount in words", text(&invoice(r#""invoice":"I-9","amount":"five""#)), "evaluated"),
        ("an amount with a comma", text(&invoice(r#""invoice":"I-9","amount":"5,00""#)), "evaluated"),
        (
            "another currency",
            text(&invoice(r#""invoice":"I-9","amount":"5.00","currency":"USD""#)),
            "evaluated",
        ),
        ("less than nothing", text(&invoice(r#""invoice":"I-9","amount":"-5.00""#)), "evaluated"),
        ("a float", text(&invoice(r#""invoice":"I-9","amount":5.005e0"#)), "evaluated"),
        (
            "29 digits",
            text(&invoice(r#""invoice":"I-9","amount":"12345678901234567890123456789""#)),
            "evaluated",
        ),
        (
            "more than 64 bits",
            text(&invoice(r#""invoice":"I-9","amount":"99999999999999999999.00""#)),
            "evaluated",
        ),
        ("a date that is none", text(&at("2026-02-30T10:00:00+03:00")), "problems"),
        ("the year 2300", text(&at("2300-01-01T10:00:00+03:00")), "problems"),
        ("a time without an offset", text(&at("2026-02-01T10:00:00")), "problems"),
        ("a zone in place of an offset", text(&at("2026-02-01T10:00:00 Europe/Atlantis")), "problems"),
        ("before the start", text(&at("2025-12-31T10:00:00+03:00")), "out_of_scope"),
        ("not before as_of", text(&at("2027-02-01T10:00:00+03:00")), "ignored"),
        ("the same event again", text(SOUND.lines().next().unwrap()), "duplicates"),
        (
            "the same id with other content",
            text(&SOUND.lines().next().unwrap().replace("33.33", "44.44").replace("I-1", "I-9")),
            "problems",
        ),
        (
            "a payment without its invoice",
            text(
                r#"{"id":"e-9","time":"2026-02-01T10:00:00+03:00","type":"payment.received","invoice":"I-9","amount":"5.00"}"#,
            ),
            "evaluated",
        ),
        (
            "a retraction of nothing",
            text(r#"{"time":"2026-02-01T10:00:00+03:00","type":"retraction","retracts":"e-0"}"#),
            "problems",
        ),
    ]
}

fn outcome(log: &[u8]) -> Value {
    let arguments = ["evaluate", "works.sla", "--events", "-", "--as-of", "2026-04-01", "--format", "json"];
    let ran = servanda(&arguments, log);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// What an outcome says of the sound invoices.
fn of_the_sound(outcome: &Value) -> Vec<String> {
    let parts = ["verdicts", "entries", "measures"];
    let lines = parts.iter().flat_map(|part| outcome[part].as_array().unwrap());
    lines.filter(|line| line["subject"] != "I-9").map(Value::to_string).collect()
}

#[test]
fn a_bad_line_is_told_counted_and_spoils_nothing_else() {
    let sound = outcome(SOUND.as_bytes());
    let mut told = String::new();
    for (wrong, line, counted) in lines() {
        // In the middle, so that what follows has to be found again.
        let (first, rest) = SOUND.split_once('\n').unwrap();
        let mut log = format!("{first}\n").into_bytes();
        log.extend(&line);
        log.push(b'\n');
        log.extend(rest.as_bytes());
        let outcome = outcome(&log);
        assert_eq!(of_the_sound(&outcome), of_the_sound(&sound), "{wrong}");
        let count = |of: &Value, name: &str| of["input"][name].as_u64().unwrap();
        for name in ["evaluated", "duplicates", "ignored", "out_of_scope", "problems"] {
            let more = u64::from(name == counted);
            assert_eq!(
                count(&outcome, name),
                count(&sound, name) + more,
                "{wrong}: {name} of {}",
                outcome["input"]
            );
        }
        assert_eq!(count(&outcome, "lines"), 4, "{wrong}");
        told += &format!("{wrong}: {counted}\n");
        for problem in outcome["problems"].as_array().unwrap() {
            let (message, code) = (problem["message"].as_str().unwrap(), problem["code"].as_str().unwrap());
            told +=
                &format!("  line {}, column {}: {message} ({code})\n", problem["line"], problem["column"]);
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn an_event_after_the_end_is_out_of_scope() {
    let policy = include_str!("../data/works.sla")
        .replace("in force from 2026-01-01.", "in force from 2026-01-01 until 2026-02-15.");
    let folder = std::env::temp_dir().join(format!("servanda-end-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("ended.sla");
    std::fs::write(&path, policy).unwrap();
    let log = format!("{SOUND}{}\n", at("2026-02-16T10:00:00+03:00"));
    let ran = servanda(
        &["evaluate", path.to_str().unwrap(), "--events", "-", "--as-of", "2026-04-01", "--format", "json"],
        &log,
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let outcome: Value = serde_json::from_str(&ran.stdout).unwrap();
    // The payment of an invoice from within the term still counts.
    assert_eq!(outcome["input"]["out_of_scope"], 1, "{}", outcome["input"]);
    assert_eq!(outcome["input"]["evaluated"], 3, "{}", outcome["input"]);
}

#[test]
fn marks_line_ends_and_a_last_line_without_its_end_change_nothing() {
    let sound = outcome(SOUND.as_bytes());
    let variants = [
        format!("\u{feff}{SOUND}"),
        SOUND.replace('\n', "\r\n"),
        SOUND.trim_end().to_owned(),
        format!("\n\n{SOUND}\n \n"),
    ];
    for variant in variants {
        let outcome = outcome(variant.as_bytes());
        assert_eq!(of_the_sound(&outcome), of_the_sound(&sound), "{variant:?}");
        assert_eq!(outcome["input"], sound["input"], "{variant:?}");
    }
}

#[test]
fn a_last_line_that_breaks_off_is_a_problem_of_its_own() {
    let log = SOUND.get(..SOUND.len() - 20).unwrap();
    let outcome = outcome(log.as_bytes());
    assert_eq!(outcome["input"]["lines"], 3);
    assert_eq!(outcome["input"]["problems"], 1);
    assert_eq!(outcome["problems"][0]["line"], 3);
}

#[test]
fn a_log_without_lines_is_a_statement_of_nothing_done() {
    let outcome = outcome(b"");
    assert_eq!(outcome["input"]["lines"], 0);
    assert!(
        outcome["verdicts"].as_array().unwrap().iter().all(|verdict| verdict["subject_kind"] == "window")
    );
}

/// What `lint` says to a policy, and that it does not take long.
fn lint(policy: &[u8]) -> String {
    let start = Instant::now();
    let ran = servanda(&["lint", "-", "--format", "short"], policy);
    // The reading itself is held to 50 ms in the parser's tests; here the process starts as well.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    format!("exit {}\n{}{}", ran.exit, ran.stdout, ran.stderr)
}

#[test]
fn policies_that_are_none() {
    let works = include_str!("../data/works.sla");
    let with_mark = format!("\u{feff}{works}");
    let crlf = works.replace('\n', "\r\n");
    let many = format!("language 1.\nagreement \"A\" {}", "{".repeat(10_000));
    let deep = format!("language 1.\nagreement \"A\" {{ let a = {}", "(".repeat(62));
    let mut latin = works.as_bytes().to_vec();
    latin[30] = 0xfc;
    let zone = works.replace("Europe/Istanbul", "Europe/Atlantis");
    let long = format!("{works}// {}", "x".repeat(17 * 1024 * 1024));
    let cut = works.get(..works.len() / 2).unwrap();
    let cases: [(&str, &[u8]); 10] = [
        ("empty", b""),
        ("blank", b" \n\n"),
        ("a mark at its beginning", with_mark.as_bytes()),
        ("line ends of two characters", crlf.as_bytes()),
        ("ten thousand brackets", many.as_bytes()),
        ("62 brackets that are never closed", deep.as_bytes()),
        ("other bytes than UTF-8", &latin),
        ("an unknown zone", zone.as_bytes()),
        ("seventeen mebibytes", long.as_bytes()),
        ("half of it", cut.as_bytes()),
    ];
    let told: String = cases.iter().map(|(what, text)| format!("==== {what}\n{}\n", lint(text))).collect();
    insta::assert_snapshot!(told);
}

#[test]
fn a_stream_tells_of_bad_lines_what_evaluate_tells() {
    let (first, rest) = SOUND.split_at(SOUND.find("{\"id\":\"e-3\"").unwrap());
    let problems = |bodies: &mut dyn Iterator<Item = Value>| -> Vec<(String, Option<u64>)> {
        let mut found: Vec<_> =
            bodies.map(|body| (body["code"].as_str().unwrap().to_owned(), body["line"].as_u64())).collect();
        found.sort();
        found
    };
    for (name, line, _) in lines() {
        let folder = Folder::new();
        let log = [first.as_bytes(), &line, b"\n", rest.as_bytes()].concat();
        let events = folder.write("events", &log);
        let until = "2026-07-01";
        let ran = folder.watch(&["--until", until]);
        assert_eq!(ran.exit, 0, "{name}: {}", ran.stderr);
        let told = crate::watch::lines(&folder.read("out"));
        // Of a stream alone it is asked how far ahead an event lies.
        let of_problems = told.iter().filter(|line| line["kind"] == "problem" || line["of"] == "problem");
        let mut bodies = Vec::new();
        for line in of_problems {
            bodies.retain(|body| *body != line["was"]);
            bodies.extend(Some(line["is"].clone()).filter(|is| !is.is_null() && is["code"] != "SLA0870"));
        }
        let told = problems(&mut bodies.into_iter());
        let ran = servanda(
            &["evaluate", "works.sla", "--events", &events, "--as-of", until, "--format", "json"],
            "",
        );
        let outcome: Value = serde_json::from_str(&ran.stdout).unwrap();
        let expected = problems(&mut outcome["problems"].as_array().unwrap().iter().cloned());
        assert_eq!(told, expected, "{name}");
    }
}
