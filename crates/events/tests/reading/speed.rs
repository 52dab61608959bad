//! How long a line takes. Not a benchmark: it shows at a glance whether the scanner is worth its lines.

use crate::schema::{reader, sure_reader};
use servanda_events::{LineKind, Reader};
use std::time::Instant;

fn nanos_per_line(reader: &mut Reader, input: &str, lines: u32) -> u128 {
    let start = Instant::now();
    let mut admitted = 0;
    reader
        .read(input.as_bytes(), |line| admitted += u32::from(matches!(line.kind, LineKind::Admitted { .. })));
    assert_eq!(admitted, lines);
    start.elapsed().as_nanos() / u128::from(lines)
}

#[test]
#[ignore = "it measures; run it by hand, optimized"]
fn nanoseconds_for_each_line() {
    let mut input = String::new();
    for n in 0..5_000 {
        let (hour, minute) = (n / 60 % 24, n % 60);
        input.push_str(&format!(
            "{{\"id\":\"e{n:06}\",\"time\":\"2026-01-05T{hour:02}:{minute:02}:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"bill\":\"I-{n:06}\",\"amount\":\"1000.00\",\"x\":true}}\n"
        ));
    }
    let quick = (0..100).map(|_| nanos_per_line(&mut reader(), &input, 5_000)).min().unwrap();
    let sure = (0..100).map(|_| nanos_per_line(&mut sure_reader(), &input, 5_000)).min().unwrap();
    println!("{} bytes a line: {quick} ns, by serde_json alone {sure} ns", input.len() / 5_000);
    assert!(quick < sure);
}
