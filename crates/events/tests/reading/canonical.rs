//! When two events say the same.

use crate::schema::{fact, line};
use servanda_events::Fact;
use std::cmp::Ordering::{Equal, Greater, Less};

fn read(id: &str, time: &str, bill: &str, amount: &str) -> Fact {
    let text = format!(
        r#"{{"id":"{id}","time":"{time}","type":"bill.received","agreement":"acme","bill":"{bill}","amount":"{amount}"}}"#
    );
    fact(&line(&text)).clone()
}

#[test]
fn the_same_content_is_the_same_however_it_is_written() {
    let one = read("e1", "2026-01-05T10:00:00Z", "I-1", "10.00");
    let same = read("e2", "2026-01-05T13:00:00+03:00", "I-\\u0031", "10");
    assert!(one.same_content(&same));
    assert_eq!(one.canonical_cmp(&same), Equal);
    let mut elsewhere = one.clone();
    elsewhere.line = 99;
    assert!(one.same_content(&elsewhere));
}

#[test]
fn other_content_is_ordered_by_what_it_says_alone() {
    let one = read("e9", "2026-01-05T10:00:00Z", "I-1", "10.00");
    let more = read("e1", "2026-01-05T10:00:00Z", "I-1", "11.00");
    assert!(!one.same_content(&more));
    assert_eq!((one.canonical_cmp(&more), more.canonical_cmp(&one)), (Less, Greater));
    let later = read("e9", "2026-01-05T10:00:01Z", "I-1", "10.00");
    assert!(!one.same_content(&later));
    assert_eq!(one.canonical_cmp(&later), Equal, "the instant is compared elsewhere");
}
