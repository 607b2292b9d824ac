//! The walls that programs run behind, the runner inside them, and the languages.
//!
//! The only crate with `unsafe`. It knows no contest word: it starts programs, measures them and says what happened.

pub mod bench;
pub mod dialogue;
pub mod docker;
pub mod hostile;
pub mod languages;
mod link;
pub mod microvm;
pub mod native;
pub mod outcome;
pub mod root;
pub mod sandbox;
pub mod trusted;
