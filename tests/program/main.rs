//! Tests of the whole program: each starts the built binary, talks to it as a user would, and stops it.
//! One binary, so that the harness is built once and the program is linked once.

#[path = "../common/mod.rs"]
mod common;

mod bad_input;
mod cli;
mod crash;
mod newcomer;
mod panics;
mod serving;
