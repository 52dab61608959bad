//! Any bytes as a policy: it is checked.

#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda::testing;

fuzz_target!(|bytes: &[u8]| {
    testing::checking_is_total(bytes).unwrap();
});
