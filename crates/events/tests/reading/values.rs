//! Each type of field: what it reads, what it refuses, and by which code.

use crate::schema::{codes, column_of, fact, line, value, with};
use servanda_events::FieldValue::{self, Bad, Bool, Count, Money, Party, Text, Word};
use servanda_policy::policy::PartyId;
use servanda_policy::time::{Date, Instant};

fn reads(name: &str, json: &str, expected: FieldValue) {
    assert_eq!(value(name, json), (expected, vec![]), "{name}: {json}");
}

fn refuses(name: &str, json: &str, code: &'static str) {
    assert_eq!(value(name, json), (Bad, vec![code]), "{name}: {json}");
}

fn decimal(mantissa: i64, scale: u8) -> FieldValue {
    FieldValue::Decimal { mantissa, scale }
}

#[test]
fn ids_and_texts() {
    reads("id1", r#""I-1""#, Text("I-1".into()));
    reads("id1", "17", Text("17".into()));
    reads("id1", r#""a\u0062\n\ud83d\ude00é""#, Text("ab\n😀é".into()));
    reads("text1", r#""""#, Text("".into()));
    refuses("id1", r#""""#, "empty-id");
    refuses("id1", "1.5", "wrong-value-type");
    refuses("id1", "-1", "wrong-value-type");
    refuses("id1", "true", "wrong-value-type");
    refuses("text1", "[]", "wrong-value-type");
    refuses("text1", r#"{"a":1}"#, "wrong-value-type");
    refuses("text1", r#""a\ud83d""#, "lone-surrogate");
}

#[test]
fn counts() {
    reads("count1", "0", Count(0));
    reads("count1", r#""42""#, Count(42));
    reads("count1", "9007199254740991", Count(9_007_199_254_740_991));
    refuses("count1", "9007199254740992", "number-too-large");
    refuses("count1", "12345678901234567890123456789", "number-too-large");
    refuses("count1", "-1", "negative-number");
    refuses("count1", "1.0", "not-whole");
    refuses("count1", "1e3", "exponent-number");
    refuses("count1", r#""many""#, "not-a-number");
    refuses("count1", "false", "wrong-value-type");
}

#[test]
fn numbers_and_percentages_keep_every_digit() {
    reads("number1", "1.10", decimal(11, 1));
    reads("number1", "-0.000000001", decimal(-1, 9));
    reads("number1", r#""100""#, decimal(100, 0));
    reads("percent1", "12.5", decimal(125, 1));
    refuses("number1", "0.1234567891", "too-many-places");
    refuses("number1", "1E2", "exponent-number");
    refuses("number1", "1234567890.123456789", "number-too-large");
    refuses("number1", "9007199254740992", "number-too-large");
    refuses("number1", r#""1,5""#, "not-a-number");
    refuses("number1", r#""""#, "not-a-number");
    refuses("number1", r#""1.""#, "not-a-number");
    refuses("number1", r#""see below""#, "not-a-number");
}

#[test]
fn amounts_of_money() {
    reads("money1", r#""1000.00""#, Money(100_000));
    reads("money1", r#""1000.5""#, Money(100_050));
    reads("money1", "12", Money(1_200));
    reads("money1", r#""-3.20""#, Money(-320));
    reads("money1", r#""9999999999999.99""#, Money(999_999_999_999_999));
    reads("minor1", "1250", Money(1_250));
    reads("minor1", r#""1250""#, Money(1_250));
    refuses("money1", "10.0", "float-amount");
    refuses("money1", "1e2", "float-amount");
    refuses("minor1", "12.0", "float-amount");
    refuses("money1", r#""10.005""#, "too-many-places");
    refuses("money1", r#""10000000000000.00""#, "number-too-large");
    refuses("money1", r#""12345678901234567890123456789""#, "number-too-large");
    refuses("money1", r#""1e2""#, "exponent-number");
    refuses("money1", r#""1.000,50""#, "not-a-number");
    refuses("money1", r#""10 EUR""#, "not-a-number");
    refuses("minor1", "1000000000000000", "number-too-large");
    refuses("minor1", r#""12.5""#, "not-whole");
    refuses("money1", "true", "wrong-value-type");
}

#[test]
fn another_currency_spoils_the_amounts_that_are_in_it() {
    let text = with(r#""money1":"1.00","minor1":5,"usd1":"2.00","currency":"USD""#);
    let read = line(&text);
    assert_eq!(codes(&read), ["other-currency", "other-currency"]);
    let fields = &fact(&read).fields;
    assert_eq!((&fields[4], &fields[5], &fields[6]), (&Bad, &Money(200), &Bad));
    assert_eq!(fields[15], Text("USD".into()), "a declared field `currency` is read as well");
    assert_eq!(read.problems[0].place.column, column_of(&text, "\"USD\""));
    assert_eq!(read.problems[0].wanted_by, Some(crate::schema::span(5)));
    let same = line(&with(r#""money1":"1.00","currency":"EUR""#));
    assert_eq!(codes(&same), [""; 0]);
    let none = line(&with(r#""count1":1,"currency":"USD""#));
    assert_eq!(codes(&none), [""; 0], "without an amount its currency does not matter");
}

#[test]
fn dates_and_instants() {
    reads("date1", r#""2026-02-28""#, FieldValue::Date("2026-02-28".parse::<Date>().unwrap()));
    reads("date1", r#""1900-01-01""#, FieldValue::Date("1900-01-01".parse::<Date>().unwrap()));
    refuses("date1", r#""2026-02-30""#, "not-a-date");
    refuses("date1", r#""28.02.2026""#, "not-a-date");
    refuses("date1", r#""2200-01-01""#, "date-out-of-range");
    refuses("date1", r#""1899-12-31""#, "date-out-of-range");
    refuses("date1", "20260228", "wrong-value-type");
    let at = |text: &str| FieldValue::Instant(text.parse::<Instant>().unwrap());
    for text in ["2026-01-05T10:00:00Z", "2026-01-05T10:00:00+03:00", "2026-01-05T10:00:00.5-00:30"] {
        reads("time1", &format!("{text:?}"), at(text));
    }
    refuses("time1", r#""2026-01-05T10:00:00""#, "no-offset");
    refuses("time1", r#""2016-12-31T23:59:60Z""#, "leap-second");
    refuses("time1", r#""2026-01-05T10:00:00.1234567891Z""#, "too-precise");
    refuses("time1", r#""2200-01-01T00:00:00Z""#, "instant-out-of-range");
    refuses("time1", r#""1900-01-01T00:00:00+01:00""#, "instant-out-of-range");
    refuses("time1", r#""2026-13-01T10:00:00Z""#, "not-an-instant");
    refuses("time1", r#""2026-01-05T24:00:00Z""#, "not-an-instant");
    refuses("time1", r#""yesterday""#, "not-an-instant");
    refuses("time1", "1767607200", "wrong-value-type");
}

#[test]
fn words_parties_and_yes_or_no() {
    reads("yes1", "true", Bool(true));
    reads("yes1", r#""no""#, Bool(false));
    refuses("yes1", r#""maybe""#, "wrong-value-type");
    refuses("yes1", "1", "wrong-value-type");
    reads("word1", r#""high""#, Word(1));
    refuses("word1", r#""hgih""#, "unknown-word");
    reads("party1", r#""buyer""#, Party(PartyId(1)));
    refuses("party1", r#""Buyer""#, "unknown-party-name");
    let read = line(&with(r#""word1":"hgih""#));
    assert_eq!(read.problems[0].message, "`word1`: `hgih` is none of `low`, `high`");
}

#[test]
fn lengths_are_seconds_days_or_months() {
    reads("hours1", "1.5", decimal(5_400, 0));
    reads("hours1", r#""0.0001""#, decimal(36, 2));
    reads("weeks1", "2", decimal(14, 0));
    refuses("weeks1", "0.5", "not-whole");
    refuses("hours1", "-1", "negative-number");
    refuses("hours1", "1000000000000000", "number-too-large");
}

#[test]
fn what_is_optional_may_be_missing_or_null() {
    assert_eq!(value("text1", "null"), (FieldValue::Absent, vec![]));
}
