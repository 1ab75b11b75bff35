//! Fuzz target: `harness::token`.
#![no_main]

#[path = "../harness.rs"]
#[allow(dead_code, reason = "a target runs one of the harnesses")]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::token(data));
