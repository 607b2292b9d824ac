//! The default output validator, to the letter of the 2025-09 problem package format ("Default output validator specification").
//!
//! Input is bytes, never Unicode. Time is linear in both inputs, memory constant, and no input makes it panic.

mod compare;
mod decimal;
mod flags;
mod floats;
#[cfg(test)]
mod naive;
mod windows;

pub use compare::{Comparison, Difference, DifferenceKind, compare};
pub use flags::{FlagError, Flags, Tolerance};
pub(crate) use floats::parse_float;
pub use windows::compare_readers;
