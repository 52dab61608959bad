//! Any bytes as a policy: it is laid out, and stays what it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda::testing;

fuzz_target!(|bytes: &[u8]| {
    testing::formatting_keeps_what_is_said(bytes).unwrap();
});
