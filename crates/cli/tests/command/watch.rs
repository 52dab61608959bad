//! `servanda watch`: where it is stopped does not show, and what goes wrong is told.

#[path = "watch/numbers.rs"]
mod numbers;
#[path = "watch/pipes.rs"]
mod pipes;
#[path = "watch/refusals.rs"]
mod refusals;

use crate::binary::{Ran, servanda};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for one test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("watch-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Watches `events` with the usual names.
    pub(crate) fn watch(&self, further: &[&str]) -> Ran {
        servanda(&self.arguments(further).iter().map(String::as_str).collect::<Vec<_>>(), "")
    }

    pub(crate) fn arguments(&self, further: &[&str]) -> Vec<String> {
        let (events, out, state) = (self.path("events"), self.path("out"), self.path("state"));
        let usual = ["watch", "works.sla", "--events", &events, "--out", &out, "--state", &state];
        usual.iter().chain(further).map(|&argument| argument.to_owned()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn event(id: u32, at: &str, rest: &str) -> String {
    format!("{{\"id\":\"e-{id}\",\"time\":\"{at}+03:00\",\"agreement\":\"acme\",{rest}}}\n")
}

/// A log with everything in it that a state has to remember: late events, repeated ones, retractions, decisions,
/// a second item of a key, lines of no use, and two agreements.
pub(crate) fn log() -> String {
    let received = |key: &str| format!(r#""type":"invoice.received","invoice":"{key}","amount":"100.00""#);
    let paid = |key: &str| format!(r#""type":"payment.received","invoice":"{key}","amount":"100.00""#);
    let mut log = String::new();
    log += &event(1, "2026-01-05T10:00:00", &received("I-1"));
    log += &event(2, "2026-01-06T10:00:00", &received("I-2"));
    log += "no JSON\n\n";
    log += &event(3, "2026-02-20T10:00:00", &paid("I-1"));
    log += &event(3, "2026-02-20T10:00:00", &paid("I-1"));
    log += &event(4, "2026-02-21T10:00:00", &received("I-1"));
    log += &event(5, "2026-02-03T10:00:00", &paid("I-2"));
    log += &event(6, "2026-02-22T10:00:00", r#""type":"weather.changed""#);
    log += &event(7, "2026-02-22T11:00:00", r#""type":"retraction","retracts":"e-3""#);
    log += &event(8, "2026-02-23T10:00:00", r#""type":"reply.sent","reply":"R-1""#).replace("acme", "ajax");
    log += &event(9, "2026-02-24T10:00:00", &paid("I-1"));
    let waived = r#""type":"duty.waived","duty":"1","subject":"I-2","by":"agency","reason":"so be it""#;
    log += &event(10, "2026-02-25T10:00:00", waived);
    log += &event(11, "2026-02-26T10:00:00", r#""type":"retraction","retracts":"e-10""#);
    log += &event(12, "2026-03-01T10:00:00", &received("I-1"));
    log += &event(13, "2062-03-01T10:00:00", &received("I-9"));
    log += &event(14, "2026-02-27T10:00:00", r#""type":"retraction","retracts":"e-404""#);
    log += &event(15, "2026-04-20T10:00:00", &paid("I-1"));
    log += &event(16, "2026-01-02T10:00:00", &received("I-0"));
    log
}

const UNTIL: [&str; 2] = ["--until", "2026-07-01"];

fn whole() -> String {
    let folder = Folder::new();
    folder.write("events", log());
    let ran = folder.watch(&UNTIL);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    folder.read("out")
}

#[test]
fn every_line_is_numbered_and_fits_the_schema() {
    let schema: Value = serde_json::from_str(&servanda(&["schema", "stream"], "").stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let outcome: Value = serde_json::from_str(&servanda(&["schema", "outcome"], "").stdout).unwrap();
    for (name, body) in schema["$defs"].as_object().unwrap() {
        assert_eq!(*body, outcome["$defs"][name], "{name} is not what it is in the outcome");
    }
    let lines = lines(&whole());
    for (number, line) in (1..).zip(&lines) {
        let wrong: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{line}: {wrong:?}");
        assert_eq!(line["seq"], number);
    }
    for kind in ["verdict", "figure", "entry", "problem", "revision"] {
        assert!(lines.iter().any(|line| line["kind"] == kind), "no {kind}");
    }
    let mut wrong = lines[0].clone();
    wrong["was"] = Value::Null;
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn wherever_it_is_stopped_it_goes_on() {
    let (log, whole) = (log(), whole());
    let cuts = (1..log.len()).step_by(29).chain(log.match_indices('\n').map(|(at, _)| at + 1));
    for cut in cuts {
        let folder = Folder::new();
        folder.write("events", &log.as_bytes()[..cut]);
        let ran = folder.watch(&[]);
        assert_eq!(ran.exit, 0, "{cut}: {}", ran.stderr);
        let before = folder.read("out");
        assert!(whole.starts_with(&before), "cut at {cut}");
        // What was written and not kept is cut off.
        folder.write("out", before + "{\"seq\":99999");
        folder.write("events", &log);
        let ran = folder.watch(&UNTIL);
        assert_eq!(ran.exit, 0, "{cut}: {}", ran.stderr);
        assert_eq!(folder.read("out"), whole, "cut at {cut}");
    }
}

#[test]
fn stopped_after_every_line_it_tells_the_same() {
    let folder = Folder::new();
    let (log, mut end) = (log(), 0);
    for line in log.split_inclusive('\n') {
        end += line.len();
        folder.write("events", &log.as_bytes()[..end]);
        assert_eq!(folder.watch(&[]).exit, 0);
    }
    assert_eq!(folder.watch(&UNTIL).exit, 0);
    assert_eq!(folder.read("out"), whole());
    assert_eq!(folder.watch(&UNTIL).exit, 0);
    assert_eq!(folder.read("out"), whole(), "nothing is told twice");
}

/// What was told last, by its kind, its agreement and what it is about.
fn stands(lines: &[Value], kind: &str) -> BTreeMap<String, Value> {
    let mut stands = BTreeMap::new();
    for line in lines {
        let is_revision = line["kind"] == "revision";
        if line[if is_revision { "of" } else { "kind" }] != kind {
            continue;
        }
        let key = |body: &Value| match kind {
            "entry" => format!("{} {}", body["instance"], body["id"]),
            _ => format!("{} {} {} {}", body["instance"], body["duty"], body["subject"], body["since"]),
        };
        if is_revision && !line["was"].is_null() {
            stands.remove(&key(&line["was"]));
        }
        if !line["is"].is_null() {
            stands.insert(key(&line["is"]), line["is"].clone());
        }
    }
    stands
}

#[test]
fn in_the_end_it_has_told_what_evaluate_tells() {
    let folder = Folder::new();
    // Without what is too late, and without decisions, which a stream reads and does not apply.
    let apart = ["\"e-16\"", "\"e-10\"", "\"e-11\"", "2062"];
    let kept = |line: &&str| !apart.iter().any(|word| line.contains(word));
    let log: String = log().split_inclusive('\n').filter(kept).collect();
    let events = folder.write("events", log);
    assert_eq!(folder.watch(&UNTIL).exit, 0);
    let told = lines(&folder.read("out"));
    let evaluate =
        ["evaluate", "works.sla", "--events", &events, "--as-of", "2026-07-01", "--format", "json"];
    let statements = lines(&servanda(&evaluate, "").stdout);
    for (kind, part) in [("verdict", "verdicts"), ("entry", "entries")] {
        let bodies = statements.iter().flat_map(|statement| statement[part].as_array().unwrap());
        let mut expected: Vec<Value> = bodies.filter(|body| body["verdict"] != "pending").cloned().collect();
        // Lines of a stream have no ids, apart from entries.
        for body in expected.iter_mut().filter(|_| kind == "verdict") {
            assert!(body.as_object_mut().unwrap().remove("id").is_some());
        }
        let told = stands(&told, kind);
        let missing: Vec<_> = expected.iter().filter(|body| !told.values().any(|it| it == *body)).collect();
        assert!(missing.is_empty(), "{kind}: {missing:#?}\n{told:#?}");
        assert_eq!(told.len(), expected.len(), "{kind}");
    }
}

#[test]
fn a_revision_tells_the_difference_in_money() {
    let lines = lines(&whole());
    let revised: Vec<&Value> =
        lines.iter().filter(|line| line["kind"] == "revision" && line["of"] == "entry").collect();
    assert!(!revised.is_empty());
    for line in revised {
        let cents = |body: &Value| match body["amount"].as_str() {
            Some(amount) => amount.replace('.', "").parse::<i64>().unwrap(),
            None => 0,
        };
        let difference = cents(&line["is"]) - cents(&line["was"]);
        let told = line["difference"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        assert_eq!(told, difference, "{line}");
    }
}

#[test]
fn an_event_from_the_far_future_is_told_and_waits() {
    let lines = lines(&whole());
    let of = |code: &str| -> Vec<u64> {
        let told = lines.iter().filter(|line| line["is"]["code"] == code);
        told.map(|line| line["is"]["line"].as_u64().unwrap()).collect()
    };
    assert_eq!(of("SLA0870"), [16], "the year 2062");
    assert_eq!(of("SLA0856"), [19], "later than the lateness");
    assert_eq!(of("SLA0854"), [17], "nothing to retract");
}

#[test]
fn a_line_that_is_not_complete_waits_for_its_rest() {
    let folder = Folder::new();
    let line =
        event(1, "2026-01-05T10:00:00", r#""type":"invoice.received","invoice":"I-1","amount":"1.00""#);
    folder.write("events", format!("\u{feff}{line}{}", line.get(..30).unwrap()));
    let ran = folder.watch(&[]);
    assert_eq!((ran.exit, ran.stdout.as_str()), (0, ""));
    assert_eq!(
        ran.stderr,
        "1 line read, 0 outcomes told\nline 2 is not complete: 30 bytes wait for the rest of it\n"
    );
    // Whole, though without a line feed; then with one, which is no line by itself.
    folder.write("events", format!("\u{feff}{line}{}", line.trim_end()));
    assert_eq!(folder.watch(&[]).stderr, "1 line read, 0 outcomes told; it is 2026-01-05T10:00:00+03:00\n");
    folder.write("events", format!("\u{feff}{line}{line}no JSON\n"));
    let ran = folder.watch(&[]);
    assert_eq!(ran.stderr, "1 line read, 1 outcome told; it is 2026-01-05T10:00:00+03:00\n");
    assert_eq!(lines(&folder.read("out"))[0]["is"]["line"], 3);
}
