//! Reading the two input files of the settlement task into typed events and agreements.
//!
//! It takes the short cuts that a program for one task may take: ids of at most 16 bytes, no
//! escapes in strings, every event in the settled year.
//! Input of any other form stops the program, for it would give a figure that means nothing.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "the yardstick stops at the first wrong byte"
)]

use crate::calendar::{DAY_SECONDS, END, LOCAL_START, START, days_from_date};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The kinds of events of the task.
///
/// The order is that in which events of one second are taken: what opens a subject comes before what closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// An inquiry arrives.
    Received,
    /// An inquiry is answered.
    Answered,
    /// A service goes down.
    Down,
    /// A service is up again.
    Up,
    /// An invoice is issued.
    Issued,
    /// A payment for an invoice arrives.
    Paid,
    /// A post is approved.
    Approved,
    /// A post is published.
    Published,
    /// A lead is created.
    Lead,
}

/// A decoded event.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// Seconds since 1970.
    pub instant: i64,
    /// The packed id of the inquiry, the outage, the post, or the invoice (for a payment, too).
    pub subject: u128,
    /// Cents of an invoice or a payment.
    pub amount: i64,
    /// The index of the agreement in its file.
    pub agreement: u32,
    /// The local day on which an invoice was received.
    pub received: i32,
    /// What happened.
    pub kind: Kind,
}

/// One line of the file of agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The id.
    pub id: String,
    /// The monthly fee in cents.
    pub monthly_fee: i64,
    /// The code of the currency.
    pub currency: String,
}

#[derive(Deserialize)]
struct EventLine<'a> {
    #[serde(borrow)]
    ts: &'a str,
    kind: &'a str,
    agreement: &'a str,
    id: &'a str,
    #[serde(default)]
    invoice: &'a str,
    #[serde(default)]
    amount: &'a str,
    #[serde(default)]
    received: &'a str,
}

#[derive(Deserialize)]
struct AgreementLine<'a> {
    #[serde(borrow)]
    agreement: &'a str,
    currency: &'a str,
    monthly_fee: &'a str,
}

/// An id of at most 16 bytes as a number that no other id has.
#[inline(always)]
fn pack(id: &[u8]) -> u128 {
    let length = id.len();
    assert!(length <= 16, "an id is longer than 16 bytes");
    if length > 8 {
        // Two loads that overlap: a copy by way of the stack would wait for the store.
        let load = |at: usize| u64::from_le_bytes(id[at..at + 8].try_into().unwrap());
        return u128::from(load(0)) | u128::from(load(length - 8) >> (8 * (16 - length))) << 64;
    }
    let mut bytes = [0; 16];
    bytes[..length].copy_from_slice(id);
    u128::from_le_bytes(bytes)
}

#[inline(always)]
fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |value, &byte| {
        let digit = byte.wrapping_sub(b'0');
        assert!(digit < 10, "a byte that should be a digit is none");
        value * 10 + i64::from(digit)
    })
}

#[inline(always)]
fn cents(amount: &[u8]) -> i64 {
    let length = amount.len();
    assert!(length >= 4 && amount[length - 3] == b'.', "an amount has not two decimal places");
    number(&amount[..length - 3]) * 100 + number(&amount[length - 2..])
}

fn days(date: &[u8]) -> i64 {
    assert!(date.len() == 10 && date[4] == b'-' && date[7] == b'-', "a date has not the form YYYY-MM-DD");
    days_from_date(number(&date[..4]), number(&date[5..7]), number(&date[8..]))
}

/// The date that was read last: it seldom changes from one line to the next.
#[derive(Default)]
struct LastDate {
    text: [u8; 10],
    days: i64,
}

impl LastDate {
    #[inline(always)]
    fn instant(&mut self, ts: &[u8]) -> i64 {
        assert!(
            ts.len() == 20 && ts[10] == b'T' && ts[13] == b':' && ts[16] == b':' && ts[19] == b'Z',
            "a timestamp has not the form YYYY-MM-DDThh:mm:ssZ"
        );
        let date: &[u8; 10] = ts.first_chunk().unwrap();
        if *date != self.text {
            self.days = days(date);
            self.text = *date;
        }
        let seconds = number(&ts[11..13]) * 3600 + number(&ts[14..16]) * 60 + number(&ts[17..19]);
        self.days * DAY_SECONDS + seconds
    }
}

/// Bytes read at once: a block should leave most of a core's cache to the state of the evaluation.
const BLOCK: usize = 1 << 17;

fn each_line(path: &Path, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut block = vec![0; BLOCK];
    let mut kept = 0;
    loop {
        let count = file.read(&mut block[kept..])?;
        let end = kept + count;
        let mut at = 0;
        while let Some(length) = memchr::memchr(b'\n', &block[at..end]) {
            take(&block[at..at + length]);
            at += length + 1;
        }
        if count == 0 {
            if at < end {
                take(&block[at..end]);
            }
            return Ok(());
        }
        block.copy_within(at..end, 0);
        kept = end - at;
        if kept == block.len() {
            block.resize(block.len() * 2, 0);
        }
    }
}

/// The agreements of a file, in its order.
///
/// # Errors
///
/// The file cannot be read.
pub fn read_agreements(path: &Path) -> io::Result<Vec<Agreement>> {
    let mut agreements = Vec::new();
    each_line(path, |line| {
        let line: AgreementLine = sonic_rs::from_slice(line).unwrap();
        agreements.push(Agreement {
            id: line.agreement.to_owned(),
            monthly_fee: cents(line.monthly_fee.as_bytes()),
            currency: line.currency.to_owned(),
        });
    })?;
    Ok(agreements)
}

/// Hands over the events of a file one at a time, in its order.
///
/// # Errors
///
/// The file cannot be read.
#[inline(always)]
pub fn each_event(path: &Path, agreements: &[Agreement], mut take: impl FnMut(&Event)) -> io::Result<()> {
    let index_of: FxHashMap<u128, u32> =
        agreements.iter().zip(0..).map(|(agreement, index)| (pack(agreement.id.as_bytes()), index)).collect();
    let mut date = LastDate::default();
    each_line(path, |line| take(&event(&sonic_rs::from_slice(line).unwrap(), &index_of, &mut date)))
}

#[inline(always)]
fn event(line: &EventLine, index_of: &FxHashMap<u128, u32>, date: &mut LastDate) -> Event {
    let kind = match line.kind.as_bytes() {
        b"inquiry.received" => Some(Kind::Received),
        b"inquiry.answered" => Some(Kind::Answered),
        b"service.down" => Some(Kind::Down),
        b"service.up" => Some(Kind::Up),
        b"invoice.issued" => Some(Kind::Issued),
        b"payment.received" => Some(Kind::Paid),
        b"post.approved" => Some(Kind::Approved),
        b"post.published" => Some(Kind::Published),
        b"lead.created" => Some(Kind::Lead),
        _ => None,
    }
    .unwrap();
    let instant = date.instant(line.ts.as_bytes());
    assert!((START..END).contains(&instant), "an event is outside of the settled year");
    let (mut subject, mut amount, mut received) = (line.id, 0, 0);
    if kind == Kind::Issued {
        amount = cents(line.amount.as_bytes());
        received = (days(line.received.as_bytes()) - LOCAL_START / DAY_SECONDS) as i32;
    } else if kind == Kind::Paid {
        amount = cents(line.amount.as_bytes());
        subject = line.invoice;
    }
    let agreement = index_of[&pack(line.agreement.as_bytes())];
    Event { instant, subject: pack(subject.as_bytes()), amount, agreement, received, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_ids_differ_as_the_ids_do() {
        let ids = ["", "a", "b", "abcdefgh", "abcdefghi", "abcdefghj", "bbcdefghi", "abcdefghijklmnop"];
        for (i, one) in ids.iter().enumerate() {
            for (j, other) in ids.iter().enumerate() {
                assert_eq!(pack(one.as_bytes()) == pack(other.as_bytes()), i == j, "{one} {other}");
            }
        }
    }

    #[test]
    fn the_kept_date_is_replaced_when_any_digit_of_it_changes() {
        let mut date = LastDate::default();
        for (text, instant) in [
            ("2025-01-01T00:00:00Z", 1_735_689_600),
            ("2025-01-01T00:00:01Z", 1_735_689_601),
            ("2025-01-02T00:00:00Z", 1_735_776_000),
            ("2024-01-02T23:59:59Z", 1_704_239_999),
        ] {
            assert_eq!(date.instant(text.as_bytes()), instant, "{text}");
        }
    }

    #[test]
    #[should_panic(expected = "two decimal places")]
    fn an_amount_without_cents_stops_the_program() {
        cents(b"1000");
    }
}
