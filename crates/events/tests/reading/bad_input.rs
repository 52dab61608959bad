//! Lines that are broken, incomplete or not ours, and where the problem is said to be.

use crate::schema::{codes, column_of, fact, line, reader, span};
use servanda_events::{FieldValue, Line, LineKind};
use servanda_policy::policy::EventId;

const GOOD: &str = r#"{"id":"e1","time":"2026-01-05T10:00:00Z","type":"bill.received","agreement":"acme","bill":"I-1","amount":"10.00"}"#;

/// The line with one part replaced.
fn but(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    GOOD.replacen(from, to, 1)
}

fn rejected(line: &Line) -> bool {
    matches!(line.kind, LineKind::NotAdmitted { .. })
}

/// The one problem of a line that is not admitted: its code and its column.
fn rejection(text: &str) -> (&'static str, u32) {
    let read = line(text);
    assert!(rejected(&read), "{text}: {:?}", read.kind);
    assert_eq!(read.problems.len(), 1, "{text}: {:?}", read.problems);
    (read.problems[0].code.name(), read.problems[0].place.column)
}

#[test]
fn a_good_line_is_admitted() {
    let read = line(GOOD);
    assert_eq!(codes(&read), [""; 0]);
    let fact = fact(&read);
    assert_eq!((fact.event, fact.line, fact.id.as_deref()), (EventId(0), 1, Some("e1")));
    let text = FieldValue::Text("I-1".into());
    assert_eq!(fact.fields.as_slice(), [text, FieldValue::Money(1_000), FieldValue::Absent]);
    assert_eq!(read.kind.instance(), Some(0));
}

#[test]
fn json_must_be_valid_as_a_whole() {
    for (text, column) in [
        ("{", 2),
        (r#"{"a":1,}"#, 8),
        (r#"{"a":01}"#, 7),
        (r#"{"a":1} x"#, 9),
        (r#"{"ä":tru}"#, 9),
        (r#"{"a":"\x"}"#, 8),
        (r#"{"a":[1,}"#, 9),
        ("{\"a\":\"\u{1}\"}", 7),
        (r#"{a:1}"#, 2),
        (r#"{"a":NaN}"#, 6),
        (r#"{"a":1.}"#, 8),
        (r#"{"a":"\u12g4"}"#, 11),
        ("nonsense", 2),
        (r#"[1,2"#, 5),
    ] {
        let (code, at) = rejection(text);
        assert_eq!(code, "invalid-json", "{text}");
        assert!(at.abs_diff(column) <= 1, "{text}: column {at}, not {column}");
    }
    // What nobody wants is checked too, and does no harm where it is valid.
    assert_eq!(rejection(&but(r#""bill":"I-1""#, r#""bill":"I-1","x":[{"a":1}"#)).0, "invalid-json");
    assert_eq!(codes(&line(&but(r#""bill":"I-1""#, r#""x":[{"a":"\ud800"},[]],"bill":"I-1""#))), [""; 0]);
    assert_eq!(codes(&line(&but(r#""bill":"I-1""#, r#""x":"\ud800\n","y":-1.5E+9,"bill":"I-1""#))), [""; 0]);
}

#[test]
fn only_objects_are_events() {
    for (text, column) in [("[]", 1), (" 5", 2), (r#""text""#, 1), ("null", 1)] {
        assert_eq!(rejection(text), ("not-an-object", column), "{text}");
    }
}

#[test]
fn deep_nesting_is_a_problem_and_no_danger() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let inner = if open == "[" { "" } else { "1" };
        let deep = |n: usize| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
        assert_eq!(
            rejection(&but(r#""bill""#, &format!(r#""x":{},"bill""#, deep(10_000)))).0,
            "nested-too-deep"
        );
        assert_eq!(codes(&line(&but(r#""bill""#, &format!(r#""x":{},"bill""#, deep(127))))), [""; 0]);
        let unclosed = format!("{{\"x\":{}", open.repeat(10_000));
        assert_eq!(rejection(&unclosed).0, "invalid-json");
    }
    assert_eq!(rejection(&"[".repeat(10_000)).0, "invalid-json");
    assert_eq!(rejection(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))).0, "not-an-object");
}

#[test]
fn a_key_is_there_once() {
    let twice = but(r#","amount""#, r#","bill":"I-2","amount""#);
    assert_eq!(rejection(&twice), ("duplicate-key", column_of(&twice, "\"I-2\"")));
    assert_eq!(rejection(&but(r#","amount""#, r#","b\u0069ll":"I-2","amount""#)).0, "duplicate-key");
    assert_eq!(rejection(&but(r#","amount""#, r#","x":1,"x":2,"amount""#)).0, "duplicate-key");
    // Of keys deeper down nothing is read.
    assert_eq!(codes(&line(&but(r#","amount""#, r#","x":{"y":1,"y":2},"amount""#))), [""; 0]);
    let many: String = (0..40).map(|n| format!(r#","x{n}":{n}"#)).collect();
    assert_eq!(codes(&line(&but(r#","amount""#, &format!(r#"{many},"amount""#)))), [""; 0]);
    assert_eq!(rejection(&but(r#","amount""#, &format!(r#"{many},"x3":1,"amount""#))).0, "duplicate-key");
}

#[test]
fn escapes_change_nothing() {
    let escaped = but(r#""bill":"I-1""#, r#""\u0062ill":"\u0049-1""#);
    assert_eq!(line(&escaped), line(GOOD));
    let envelope = but(r#""type":"bill.received""#, r#""type":"bill\u002ereceived""#);
    assert_eq!(line(&envelope), line(GOOD));
    assert_eq!(line(&but("acme", "\\u0061cme")), line(GOOD));
}

#[test]
fn without_an_envelope_nothing_is_admitted() {
    for (part, code) in [
        (r#""time":"2026-01-05T10:00:00Z","#, "missing-envelope"),
        (r#""type":"bill.received","#, "missing-envelope"),
        (r#""agreement":"acme","#, "missing-envelope"),
    ] {
        assert_eq!(rejection(&but(part, "")), (code, 1), "{part}");
    }
    assert_eq!(rejection(&but(r#""acme""#, "null")), ("missing-envelope", 1));
    assert_eq!(rejection(&but(r#""acme""#, r#""""#)), ("empty-id", 77));
    assert_eq!(rejection(&but(r#""acme""#, "[]")), ("wrong-value-type", 77));
    assert_eq!(rejection(&but(r#""bill.received""#, "5")), ("wrong-value-type", 49));
    assert_eq!(rejection(&but(r#""2026-01-05T10:00:00Z""#, "1767607200")), ("wrong-value-type", 19));
    assert_eq!(rejection(&but("10:00:00Z", "10:00:00")), ("no-offset", 19));
    assert_eq!(rejection(&but("2026-01", "2226-01")), ("instant-out-of-range", 19));
}

#[test]
fn a_problem_knows_what_could_be_read() {
    let read = line(&but(r#""I-1""#, r#""""#));
    let LineKind::NotAdmitted { instance, event, at } = read.kind else { panic!("{:?}", read.kind) };
    assert_eq!((instance, event), (Some(0), Some(EventId(0))));
    let problem = &read.problems[0];
    assert_eq!(at, problem.at);
    assert_eq!(problem.at.map(|at| at.to_string()).as_deref(), Some("2026-01-05T10:00:00Z"));
    assert_eq!(problem.event.as_deref(), Some("e1"));
    assert_eq!(problem.wanted_by, Some(span(1)));
    assert_eq!(problem.message, "`bill`: the id is empty");
}

#[test]
fn a_bad_field_leaves_the_event_admitted_unless_it_is_a_key() {
    let read = line(&but(r#","amount":"10.00""#, ""));
    assert_eq!(codes(&read), ["missing-field"]);
    assert_eq!(fact(&read).fields[1], FieldValue::Bad);
    assert_eq!(read.problems[0].wanted_by, Some(span(2)));
    assert_eq!(rejection(&but(r#""bill":"I-1","#, "")), ("missing-field", 1));
    assert_eq!(rejection(&but(r#""I-1""#, "false")).0, "wrong-value-type");
    // Both are told, and the event is not admitted for the sake of one of them.
    let both = line(&but(r#""I-1","amount":"10.00""#, r#""","amount":10.5"#));
    assert!(rejected(&both));
    assert_eq!(codes(&both), ["empty-id", "float-amount"]);
}

#[test]
fn a_bad_id_is_told_and_the_event_has_none() {
    let read = line(&but(r#""id":"e1""#, r#""id":"""#));
    assert_eq!((codes(&read), &fact(&read).id), (vec!["empty-id"], &None));
}

#[test]
fn what_is_not_ours_is_no_problem() {
    assert_eq!(line(&but("bill.received", "bill.sent")).kind, LineKind::Ignored);
    assert_eq!(line(r#"{"type":"bill.sent"}"#).kind, LineKind::Ignored);
    let strange = line(&but("acme", "stranger").replace("10:00:00Z", "x").replace("\"10.00\"", "1.5"));
    assert_eq!((&strange.kind, strange.problems.len()), (&LineKind::OutOfScope, 0));
    assert_eq!(
        line(&but(r#""type":"bill.received","#, "").replace("acme", "stranger")).kind,
        LineKind::OutOfScope
    );
    assert_eq!(line(" \t\r").kind, LineKind::Blank);
}

#[test]
fn columns_count_characters() {
    let read = line(&but(r#""id":"e1""#, r#""ü😀":"日本","id":"e1""#).replace("\"10.00\"", "10.5"));
    assert_eq!(read.problems[0].place.column, column_of(GOOD, "\"10.00\"") + 10);
}

#[test]
fn retractions_name_an_event() {
    let text = r#"{"time":"2026-01-05T10:00:00Z","type":"retraction","agreement":"acme","retracts":"e1"}"#;
    let read = line(text);
    let LineKind::Retraction { instance, id, at } = &read.kind else { panic!("{:?}", read.kind) };
    assert_eq!((*instance, id.as_str(), at.to_string().as_str()), (0, "e1", "2026-01-05T10:00:00Z"));
    assert_eq!(rejection(&text.replace(r#","retracts":"e1""#, "")).0, "missing-field");
    assert_eq!(rejection(&text.replace(r#""e1""#, r#""""#)).0, "empty-id");
    assert_eq!(rejection(&text.replace("\"time\"", "\"when\"")).0, "missing-envelope");
}

#[test]
fn cloud_events_have_their_fields_in_data() {
    let text = r#"{"specversion":"1.0","id":"e1","source":"/x","time":"2026-01-05T10:00:00Z","type":"bill.received","subject":"acme","data":{"bill":"I-1","amount":"10.00"}}"#;
    assert_eq!(line(text), line(GOOD));
    let inside =
        text.replace(r#""subject":"acme","#, "").replace(r#""bill":"#, r#""agreement":"other","bill":"#);
    assert_eq!(line(&inside).kind.instance(), Some(1));
    let nameless = text.replace(r#""I-1""#, r#""""#);
    assert_eq!(rejection(&nameless), ("empty-id", column_of(&nameless, r#""","amount"#)));
    assert_eq!(rejection(&text.replace(r#"{"bill":"I-1","amount":"10.00"}"#, "[]")).0, "not-an-object");
    assert_eq!(rejection(&text.replace(r#""amount":"#, r#""bill":"#)).0, "duplicate-key");
    let empty = line(&text.replace(r#","data":{"bill":"I-1","amount":"10.00"}"#, ""));
    assert_eq!((rejected(&empty), codes(&empty)), (true, vec!["missing-field", "missing-field"]));
}

#[test]
fn bytes_that_are_not_text_lose_their_line_only() {
    let mut bytes = GOOD.replace("I-1", "I-ä").into_bytes();
    bytes.extend_from_slice(b"\n{\"\xc3\xa4\":\"\xff\"}\n");
    bytes.extend_from_slice(GOOD.as_bytes());
    let mut lines = Vec::new();
    reader().read(&bytes, |line| lines.push(line));
    assert_eq!(lines.iter().map(rejected).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!((codes(&lines[1])[0], lines[1].problems[0].place.column), ("invalid-utf8", 7));
}
