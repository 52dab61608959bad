//! Any bytes as a file of holidays: it is read whole, or what is wrong is told in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda::testing;

fuzz_target!(|bytes: &[u8]| {
    testing::holidays_are_total(bytes).unwrap();
});
