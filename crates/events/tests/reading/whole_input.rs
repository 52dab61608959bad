//! Inputs as a whole: line endings, marks, ends, sizes, pieces.

use crate::schema::{codes, eur, reader, schema};
use servanda_events::{Instances, LONGEST_LINE, Line, LineKind, Reader};
use std::io::{self, Read};

const GOOD: &str =
    r#"{"time":"2026-01-05T10:00:00Z","type":"bill.received","agreement":"acme","bill":"I-1","amount":"1"}"#;

/// An input that comes in pieces of at most this size.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(self.0.len()).min(buffer.len());
        buffer[..size].copy_from_slice(&self.0[..size]);
        self.0 = &self.0[size..];
        Ok(size)
    }
}

/// Reads the input whole and in pieces, which must agree.
fn read(bytes: &[u8]) -> Vec<Line> {
    let mut whole = Vec::new();
    reader().read(bytes, |line| whole.push(line));
    for size in [7, 4_096, usize::MAX] {
        if size < 100 && bytes.len() > 1_000_000 {
            continue;
        }
        let mut pieces = Vec::new();
        reader().read_from(&mut Pieces(bytes, size), |line| pieces.push(line)).unwrap();
        assert!(whole == pieces, "pieces of {size} differ");
    }
    whole
}

fn numbers(lines: &[Line]) -> Vec<u32> {
    lines.iter().map(|line| line.number).collect()
}

#[test]
fn an_input_may_be_empty() {
    for input in ["", "\n", "\n\n  \r\n", "\u{feff}", "\u{feff}\n"] {
        assert_eq!(read(input.as_bytes()), [], "{input:?}");
    }
}

#[test]
fn line_endings_blank_lines_and_a_mark_change_nothing_but_numbers() {
    let plain = read(format!("{GOOD}\n{GOOD}\n").as_bytes());
    assert_eq!(numbers(&plain), [1, 2]);
    assert!(plain.iter().all(|line| matches!(line.kind, LineKind::Admitted { .. })), "{plain:?}");
    assert_eq!(read(format!("{GOOD}\n{GOOD}").as_bytes()), plain);
    assert_eq!(read(format!("{GOOD}\r\n{GOOD}\r\n").as_bytes()), plain);
    assert_eq!(read(format!("\u{feff}{GOOD}\n{GOOD}\n").as_bytes()), plain);
    let blank = read(format!("{GOOD}\n\n \r\n{GOOD}\n").as_bytes());
    assert_eq!(numbers(&blank), [1, 4]);
    // A mark anywhere else is no part of JSON.
    assert_eq!(codes(&read(format!("{GOOD}\n\u{feff}{GOOD}\n").as_bytes())[1]), ["invalid-json"]);
}

#[test]
fn a_last_line_that_breaks_off_is_said_to() {
    for cut in 1..GOOD.len() {
        let input = format!("{GOOD}\n{}", &GOOD[..cut]);
        assert_eq!(codes(&read(input.as_bytes())[1]), ["truncated-line"], "{input}");
        let ended = format!("{input}\n");
        assert_eq!(codes(&read(ended.as_bytes())[1]), ["invalid-json"], "{ended}");
    }
}

#[test]
fn a_line_beyond_the_bound_is_skipped() {
    let mut input = format!("{GOOD}\n{{\"x\":\"").into_bytes();
    input.resize(input.len() + LONGEST_LINE + 100_000, b'a');
    input.extend_from_slice(format!("\"}}\n{GOOD}\n").as_bytes());
    let lines = read(&input);
    assert_eq!(numbers(&lines), [1, 2, 3]);
    assert_eq!((codes(&lines[1]), codes(&lines[2]).len()), (vec!["line-too-long"], 0));
    // The same without an end, and exactly at the bound.
    assert_eq!(codes(&read(&vec![b'a'; LONGEST_LINE + 1])[0]), ["line-too-long"]);
    let mut longest = GOOD.replace('}', "").into_bytes();
    longest.extend_from_slice(br#","x":""#);
    longest.resize(LONGEST_LINE - 2, b'a');
    longest.extend_from_slice(b"\"}");
    let lines = read(&longest);
    assert_eq!(longest.len(), LONGEST_LINE);
    assert!(matches!(lines[0].kind, LineKind::Admitted { .. }), "{:?}", lines[0].problems);
    longest.push(b' ');
    longest.push(b'\n');
    assert_eq!(codes(&read(&longest)[0]), ["line-too-long"]);
}

#[test]
fn long_inputs_are_read_in_blocks() {
    let mut input = String::new();
    for n in 0..3_000 {
        input.push_str(&GOOD.replace("I-1", &format!("I-ü{n}")));
        input.push('\n');
    }
    let lines = read(input.as_bytes());
    assert_eq!(lines.len(), 3_000);
    assert!(lines.iter().zip(1..).all(|(line, n)| line.number == n && line.problems.is_empty()));
}

#[test]
fn an_input_that_fails_is_an_error_after_what_was_read() {
    struct Failing(bool);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::Error::other("gone"));
            }
            let text = format!("{GOOD}\n{GOOD}");
            buffer[..text.len()].copy_from_slice(text.as_bytes());
            Ok(text.len())
        }
    }
    let mut lines = 0;
    assert!(reader().read_from(&mut Failing(false), |_| lines += 1).is_err());
    assert_eq!(lines, 1);
}

#[test]
fn without_a_list_every_name_is_an_instance() {
    let mut reader = Reader::new(schema(), Instances::discovered("The agreement", eur()));
    let lines = [
        GOOD.to_owned(),
        GOOD.replace(r#""agreement":"acme","#, ""),
        GOOD.replace("acme", "The agreement"),
        GOOD.replace("acme", "unheard").replace("bill.received", "something.else"),
        GOOD.replace("acme", "third"),
        GOOD.to_owned(),
    ];
    let found: Vec<_> =
        lines.iter().map(|line| reader.read_line(1, line.as_bytes()).kind.instance()).collect();
    assert_eq!(found, [Some(0), Some(1), Some(1), None, Some(2), Some(0)]);
    let instances = reader.into_instances();
    let names: Vec<_> = (0..3).map(|number| instances.name(number).unwrap()).collect();
    assert_eq!((names, instances.len()), (vec!["acme", "The agreement", "third"], 3));
}
