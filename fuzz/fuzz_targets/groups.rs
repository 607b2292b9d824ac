//! `cargo fuzz run groups --features libfuzzer`: see [`fuzz::groups`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::groups(data));
