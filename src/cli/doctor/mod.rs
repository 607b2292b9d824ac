//! `gavel doctor`: what this machine has, what it lacks, and the command that mends it.

pub(crate) mod command;
mod docker;
mod host;
mod microvm;
mod report;
