//! Any bytes as a log: the scanner and serde_json read the same of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda::testing;

const POLICY: &str = include_str!("../policy.sla");

fuzz_target!(|log: &[u8]| {
    testing::logs_are_read_the_same_both_ways(POLICY, log).unwrap();
});
