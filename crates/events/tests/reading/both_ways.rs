//! The scanner reads every line as serde_json does: generated lines, and what becomes of them when they are
//! damaged.

use crate::schema::{line, reader, sure_reader};
use proptest::prelude::*;
use servanda_events::LineKind;

fn key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "id",
        "time",
        "type",
        "bill",
        "amount",
        "note",
        "a",
        "b",
        "c",
        "d",
        "id1",
        "text1",
        "count1",
        "number1",
        "money1",
        "usd1",
        "minor1",
        "percent1",
        "date1",
        "time1",
        "party1",
        "yes1",
        "word1",
        "hours1",
        "weeks1",
        "currency",
        "retracts",
        "data",
        "subject",
        "x",
        "y",
        "",
        "ключ",
        "b\\u0069ll",
        "\\ud800",
    ];
    prop_oneof![12 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => "[a-z]{0,12}"]
}

fn value() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "42",
        "1.5",
        "-1.50",
        "1e3",
        "1E-2",
        "99999999999999999999",
        "\"\"",
        "\"acme\"",
        "\"other\"",
        "\"stranger\"",
        "\"e1\"",
        "\"all\"",
        "\"bill.received\"",
        "\"retraction\"",
        "\"2026-01-05T10:00:00Z\"",
        "\"2026-01-05T10:00:00+03:00\"",
        "\"2026-01-05T10:00:00\"",
        "\"2026-02-30T10:00:00Z\"",
        "\"1900-01-01T00:00:00+00:01\"",
        "\"2026-01-05\"",
        "\"10.00\"",
        "\"-3\"",
        "\"EUR\"",
        "\"USD\"",
        "\"high\"",
        "\"buyer\"",
        "\"yes\"",
        "\"a\\nb\"",
        "\"\\u00e4\"",
        "\"\\ud83d\"",
        "\"\\ud83d\\ude00\"",
        "\"日本\"",
        "[]",
        "{}",
        "[1,[2,{\"a\":\"]\"}]]",
        "{\"bill\":\"I-2\"}",
        "\"1.0\"",
    ];
    prop_oneof![8 => prop::sample::select(KNOWN).prop_map(str::to_owned),
        1 => "\"[ -!#-Z]{0,40}\"", 1 => "-?[0-9]{1,20}(\\.[0-9]{1,12})?"]
}

/// An envelope that is mostly good, then any keys and values, in any order and with blanks.
#[expect(clippy::disallowed_types, reason = "the generator wants its probabilities so")]
fn object() -> impl Strategy<Value = String> {
    let part = |text: &'static str, good: f64| prop::option::weighted(good, Just(text.to_owned()));
    let envelope = (
        part(r#""time":"2026-01-05T10:00:00Z""#, 0.95),
        prop::sample::select(&["\"bill.received\"", "\"all\"", "\"all\"", "\"retraction\"", "\"none\""][..]),
        part(r#""agreement":"acme""#, 0.9),
        part(r#""id":"e1""#, 0.7),
        part(r#""bill":"I-1""#, 0.7),
        part(r#""retracts":"e0""#, 0.3),
        part(r#""specversion":"1.0""#, 0.1),
    );
    let fields = prop::collection::vec((key(), value()), 0..5);
    (envelope, fields, 0..3_usize, any::<prop::sample::Index>()).prop_map(
        |(envelope, fields, blanks, turn)| {
            let (time, kind, agreement, id, bill, retracts, version) = envelope;
            let kind = Some(format!(r#""type":{kind}"#));
            let mut members: Vec<String> =
                [id, time, kind, agreement, bill, retracts, version].into_iter().flatten().collect();
            members.extend(fields.into_iter().map(|(key, value)| format!("\"{key}\":{value}")));
            let turn = turn.index(members.len());
            members.rotate_left(turn);
            let blank = " ".repeat(blanks);
            format!("{blank}{{{blank}{}{blank}}}{blank}", members.join(&format!("{blank},{blank}")))
        },
    )
}

/// A change of one place: a byte taken out, put in, doubled, or the line cut off.
#[derive(Debug, Clone)]
enum Damage {
    Remove(usize),
    Insert(usize, u8),
    Cut(usize),
    Double(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let byte = prop_oneof![prop::sample::select(&b"{}[]\",:\\0123456789.eE+-tfnu \t\r\x01\xff\xc3\xa4a"[..])];
    prop_oneof![
        any::<usize>().prop_map(Damage::Remove),
        (any::<usize>(), byte).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        any::<usize>().prop_map(Damage::Cut),
        (any::<usize>(), 1..20_usize).prop_map(|(at, length)| Damage::Double(at, length)),
    ]
}

fn damaged(text: &str, damages: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for damage in damages {
        let place = |at: &usize| at % (bytes.len() + 1);
        match damage {
            Damage::Remove(at) if place(at) < bytes.len() => drop(bytes.remove(place(at))),
            Damage::Remove(_) => {}
            Damage::Insert(at, byte) => bytes.insert(place(at), *byte),
            Damage::Cut(at) => bytes.truncate(place(at)),
            Damage::Double(at, length) => {
                let start = place(at);
                let end = (start + length).min(bytes.len());
                let part = bytes[start..end].to_vec();
                bytes.splice(start..start, part);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_agree_on_objects(lines in prop::collection::vec(object(), 1..4)) {
        // One reader for all of them: what it remembers of a line must not matter to the next.
        let (mut quick, mut sure) = (reader(), sure_reader());
        for line in &lines {
            prop_assert_eq!(quick.read_line(1, line.as_bytes()), sure.read_line(1, line.as_bytes()));
        }
        // As one input, where a block without escapes is read with less care.
        let bytes = lines.join("\n").into_bytes();
        let (mut quick, mut sure) = (Vec::new(), Vec::new());
        reader().read(&bytes, |line| quick.push(line));
        sure_reader().read(&bytes, |line| sure.push(line));
        prop_assert_eq!(quick, sure);
    }

    #[test]
    fn both_ways_agree_on_damage(
        text in object(),
        damages in prop::collection::vec(damage(), 1..4),
        ended in any::<bool>(),
    ) {
        let mut bytes = damaged(&text, &damages);
        if ended {
            bytes.push(b'\n');
        }
        let (mut quick, mut sure) = (Vec::new(), Vec::new());
        reader().read(&bytes, |line| quick.push(line));
        sure_reader().read(&bytes, |line| sure.push(line));
        prop_assert_eq!(quick, sure);
    }

    #[test]
    fn whatever_is_admitted_is_valid_json(text in object(), damages in prop::collection::vec(damage(), 1..3)) {
        let bytes = damaged(&text, &damages);
        let read = reader().read_line(1, &bytes);
        if !matches!(read.kind, LineKind::NotAdmitted { .. } | LineKind::Blank) {
            // Half a character, escaped, is valid by the grammar of JSON and not by serde_json's texts.
            prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok());
        }
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut lines = 0_u32;
        reader().read(&bytes, |line| lines = line.number);
        prop_assert!(lines as usize <= bytes.len());
    }
}

#[test]
fn generated_lines_are_of_every_kind() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut counts = [0; 6];
    for _ in 0..2_000 {
        let text = object().new_tree(&mut runner).unwrap().current();
        counts[match line(&text).kind {
            LineKind::Admitted { .. } => 0,
            LineKind::Retraction { .. } | LineKind::Decision { .. } => 1,
            LineKind::Ignored | LineKind::NotKnown => 2,
            LineKind::OutOfScope => 3,
            LineKind::NotAdmitted { .. } => 4,
            LineKind::Blank => 5,
        }] += 1;
    }
    assert!(counts[..5].iter().all(|count| *count > 0) && counts[0] > 200, "{counts:?}");
}
