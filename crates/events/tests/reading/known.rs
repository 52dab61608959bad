//! When events became known, for whoever asks.

use crate::schema::{codes, reader, sure_reader};
use servanda_events::{Line, LineKind};
use servanda_policy::time::Instant;

const PLAIN: &str =
    r#"{"time":"2026-01-05T10:00:00Z","type":"bill.received","agreement":"acme","bill":"I-1","amount":"1"}"#;

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

/// The event with something more in its envelope.
fn with(more: &str) -> String {
    format!("{},{more}}}", PLAIN.strip_suffix('}').unwrap())
}

fn told(line: &str) -> Line {
    reader().telling_recorded().read_line(1, line.as_bytes())
}

#[test]
fn an_event_is_known_from_its_recorded_on_else_when_it_happened() {
    assert_eq!(told(PLAIN).recorded, Some(instant("2026-01-05T10:00:00Z")));
    let late = with(r#""recorded":"2026-03-09T09:00:00+01:00""#);
    assert_eq!(told(&late).recorded, Some(instant("2026-03-09T08:00:00Z")));
    assert_eq!(told(&with(r#""recorded":null"#)).recorded, Some(instant("2026-01-05T10:00:00Z")));
    // Who does not ask is told nothing, also nothing that is wrong.
    let bad = with(r#""recorded":"9 March""#);
    for line in [&late, &bad] {
        let line = reader().read_line(1, line.as_bytes());
        assert_eq!((line.recorded, codes(&line).len()), (None, 0));
    }
}

#[test]
fn a_bad_recorded_is_a_problem_and_taken_as_absent() {
    let line = told(&with(r#""id":"e-1","recorded":"9 March""#));
    assert_eq!(line.recorded, Some(instant("2026-01-05T10:00:00Z")));
    assert_eq!(codes(&line), ["not-an-instant"]);
    assert_eq!(line.problems[0].event.as_deref(), Some("e-1"));
    assert_eq!(
        line.problems[0].message,
        "when the event was recorded: `9 March` cannot be read as an instant: not an instant of the form YYYY-MM-DDTHH:MM:SS and an offset"
    );
    assert!(matches!(line.kind, LineKind::Admitted { .. }), "{line:?}");
    assert_eq!(codes(&told(&with(r#""recorded":7"#))), ["wrong-value-type"]);
    // Of what is of no agreement or of no type, nothing is told.
    let strange = with(r#""recorded":"9 March""#).replace("bill.received", "weather.changed");
    assert_eq!((told(&strange).kind, codes(&told(&strange)).len()), (LineKind::Ignored, 0));
}

#[test]
fn as_known_on_leaves_out_what_became_known_then_or_later() {
    let known = |on: &str, line: &str| {
        let line = reader().known_on(instant(on)).read_line(1, line.as_bytes());
        line.kind != LineKind::NotKnown
    };
    assert!(!known("2026-01-05T10:00:00Z", PLAIN));
    assert!(known("2026-01-05T10:00:00.000000001Z", PLAIN));
    let late = with(r#""recorded":"2026-03-09T09:00:00Z""#);
    assert!(!known("2026-03-09T09:00:00Z", &late));
    assert!(known("2026-03-09T09:00:01Z", &late));
    // What was recorded before it happened was known before.
    let early = with(r#""recorded":"2026-01-01T00:00:00Z""#);
    assert!(known("2026-01-02T00:00:00Z", &early));
    // Also of a retraction and of what is not admitted.
    let retraction =
        r#"{"time":"2026-01-05T10:00:00Z","type":"retraction","agreement":"acme","retracts":"e-1"}"#;
    assert!(!known("2026-01-05T10:00:00Z", retraction));
    assert!(known("2026-01-06T10:00:00Z", retraction));
    let no_key = PLAIN.replace(r#","bill":"I-1""#, "");
    assert!(!known("2026-01-05T10:00:00Z", &no_key));
}

#[test]
fn a_cloud_event_has_it_as_its_extension() {
    let line = r#"{"specversion":"1.0","id":"e-1","source":"s","type":"bill.received","subject":"acme",
        "time":"2026-01-05T10:00:00Z","recordedtime":"2026-03-09T09:00:00Z","data":{"bill":"I-1","amount":"1"}}"#
        .replace('\n', "");
    assert_eq!(told(&line).recorded, Some(instant("2026-03-09T09:00:00Z")));
}

#[test]
fn what_is_told_is_the_same_with_and_without_short_cuts() {
    for more in [r#""x":1"#, r#""recorded":"2026-03-09T09:00:00Z""#, r#""recorded":"9 March""#] {
        let line = with(more);
        let slow = sure_reader().telling_recorded().read_line(1, line.as_bytes());
        assert_eq!(told(&line), slow);
    }
}
