//! Deep and wide texts are read or refused, quickly and without an end of the stack.

#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "a test that goes wrong may panic")]

use std::time::{Duration, Instant};

use servanda_diagnostics::{Code, SourceId};
use servanda_parser::{NESTING_MAX, parse};

/// Each kind of nesting, also those that an outer rule might read again: what opens, what stands inside, what closes, and around all of it a whole policy.
const KINDS: [(&str, &str, &str, &str, &str); 17] = [
    ("let x = ", "(", "5", ")", "."),
    ("let x = ", "(5 + ", "5", ")", "."),
    ("measure x = ", "(count of y where v is ", "z", ")", "."),
    ("case y { out of scope where ", "(", "z", ")", ". }"),
    ("case y { out of scope where ", "not (", "z", ")", ". }"),
    ("case y { out of scope where ", "z and (w and ", "z", ")", ". }"),
    ("let x = ", "depending on y { from 1: ", "5", " }", "."),
    ("let x = depending on ", "(depending on ", "y", " { otherwise: 5 })", " { otherwise: 5 }."),
    ("clause 1 \"x\" { ", "agency must keep y at least 5 otherwise { ", "tell z.", " }", " }"),
    ("measure x = ", "(count of y where v and v is (", "5", "))", "."),
    ("measure x = ", "(count of y where v is 3 + (", "5", "))", "."),
    ("measure x = ", "(sum of q over y where v is q of (", "5", "))", "."),
    ("measure x = ", "(v is time in o and (", "o", "))", "."),
    ("measure x = ", "(v is 5 and q is x per hour of (", "5", "))", "."),
    ("measure x = time in ", "(", "y", ")", "."),
    ("measure x = share of y in which ", "(z and ", "w", ")", "."),
    ("clause 1 \"x\" { agency must do each y within ", "(", "5 hours", ")", ". }"),
];

fn policy(kind: usize, depth: usize, closed: bool) -> String {
    let (before, open, inside, close, after) = KINDS[kind];
    let closes = if closed { close.repeat(depth) } else { String::new() };
    format!("language 1.\nagreement \"x\" {{\n  {before}{}{inside}{closes}{after}\n}}\n", open.repeat(depth))
}

/// As deep as the limit lets it be: the agreement has a brace, and the statement at most two.
fn deepest(kind: usize) -> usize {
    (NESTING_MAX as usize - 3) / KINDS[kind].1.matches(['(', '{']).count()
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    for kind in (0..KINDS.len()).filter(|kind| !KINDS[*kind].1.starts_with("(v is")) {
        let parsed = parse(SourceId(0), &policy(kind, deepest(kind), true));
        assert!(parsed.diagnostics.is_empty(), "kind {kind}: {:?}", parsed.diagnostics);
    }
}

#[test]
fn nesting_beyond_the_limit_is_refused_at_the_bracket() {
    for kind in 0..KINDS.len() {
        let text = policy(kind, NESTING_MAX as usize + 3, true);
        let parsed = parse(SourceId(0), &text);
        assert_eq!(parsed.diagnostics.len(), 1);
        assert_eq!(parsed.diagnostics[0].code(), Code::TooDeep);
        let at = parsed.diagnostics[0].primary().span.start as usize;
        assert_eq!(text[..at].matches(['(', '{']).count(), NESTING_MAX as usize, "kind {kind}");
    }
}

#[test]
fn brackets_that_are_never_closed_take_no_longer() {
    for kind in 0..KINDS.len() {
        let text = policy(kind, deepest(kind), false);
        let quickest = (0..3)
            .map(|_| {
                let start = Instant::now();
                assert!(!parse(SourceId(0), &text).diagnostics.is_empty());
                start.elapsed()
            })
            .min()
            .unwrap();
        assert!(quickest < Duration::from_millis(50), "kind {kind} took {quickest:?}");
    }
}

#[test]
fn a_hundred_thousand_brackets_are_refused() {
    for open in ["(", "{", "(\"", "\"("] {
        assert!(!parse(SourceId(0), &open.repeat(100_000)).diagnostics.is_empty());
    }
}

#[test]
fn phrases_without_brackets_do_not_nest_without_end() {
    for phrase in ["count of y where ", "depending on ", "sum of ", "share of y in which ", "not ", "x of "] {
        let text = format!("language 1. agreement \"x\" {{ measure m = {}z. }}", phrase.repeat(20_000));
        assert!(!parse(SourceId(0), &text).diagnostics.is_empty());
    }
}

#[test]
fn operators_are_bounded() {
    let sum = |count: usize| format!("language 1. agreement \"x\" {{ let x = 1{}. }}", " + 1".repeat(count));
    assert!(parse(SourceId(0), &sum(256)).diagnostics.is_empty());
    let parsed = parse(SourceId(0), &sum(50_000));
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code(), Code::TooDeep);
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    let parsed = parse(SourceId(0), &" ".repeat((16 << 20) + 1));
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code(), Code::TooLong);
}
