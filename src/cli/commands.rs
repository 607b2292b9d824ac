//! Which subcommands there are, and what their exit codes mean: 0 done, 2 our own failure, anything else is the
//! subcommand's to say.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::bench::command as bench;
use super::doctor::command as doctor;
use super::{judge, lint, serve, submit, validate_output, verify, watch};

/// The allocator of the whole program; Cargo.toml says why.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Exit code of a failure of ours, bad usage included.
pub(crate) const OWN_FAILURE: u8 = 2;

/// A judge: runs programs behind walls against testcases and answers with a verdict.
#[derive(Parser)]
#[command(name = "gavel", version, propagate_version = true)]
struct Gavel {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs everything in one process: HTTP, actors, sandboxes, queue and store.
    Serve(serve::Args),
    /// Judges source files on this machine and prints a table
    Judge(judge::Args),
    /// Holds every jury submission of problem packages against the verdict it promises
    Verify(verify::Args),
    /// Lists what deviates from the letter of the problem package format
    Lint(lint::Args),
    /// Posts source files to a server
    Submit(submit::Args),
    /// Follows a submission to its verdict, or a contest's scoreboard
    Watch(watch::Args),
    /// Examines this machine: what is there, what is missing, and the command that mends it
    Doctor(doctor::Args),
    /// The default output validator: compares standard input with an answer; exits with 42 or 43
    ValidateOutput(validate_output::Args),
    /// Measures a part of the program against the bare cost of what it must do
    Bench(bench::Args),
}

/// Parses the command line and runs the subcommand.
pub(crate) fn run() -> ExitCode {
    let outcome = match Gavel::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Judge(args) => judge::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Submit(args) => submit::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::ValidateOutput(args) => validate_output::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        anstream::eprintln!("gavel: {error:#}");
        ExitCode::from(OWN_FAILURE)
    })
}
