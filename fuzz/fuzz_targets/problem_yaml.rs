//! `cargo fuzz run problem_yaml --features libfuzzer`: see [`fuzz::problem_yaml`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::problem_yaml(data));
