//! Any bytes as a policy, over one log.

#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda::testing;

const LOG: &[u8] = include_bytes!("../log.jsonl");

fuzz_target!(|policy: &[u8]| {
    testing::evaluating_is_total(policy, LOG).unwrap();
});
