//! `cargo fuzz run archives --features libfuzzer`: see [`fuzz::archives`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::archives(data));
