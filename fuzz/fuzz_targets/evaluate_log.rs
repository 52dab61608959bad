//! Any bytes as a log, evaluated under one policy.

#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda::testing;

const POLICY: &[u8] = include_bytes!("../policy.sla");

fuzz_target!(|log: &[u8]| {
    testing::evaluating_is_total(POLICY, log).unwrap();
});
