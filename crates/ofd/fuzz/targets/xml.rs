//! Fuzz target: `harness::xml_`.
#![no_main]

#[path = "../harness.rs"]
#[allow(dead_code, reason = "a target runs one of the harnesses")]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::xml_(data));
