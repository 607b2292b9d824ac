//! Picks a bench by name and runs it.

use std::process::ExitCode;

use anyhow::bail;

use super::figures::Output;
use super::{accept, bare, compare, idle, interactive, judge, sandbox, sessions, walls};

/// A bench: shows its figures one by one.
type Bench = fn(&mut Output) -> anyhow::Result<()>;

/// Every bench by name.
pub(super) const BENCHES: &[(&str, Bench)] = &[
    ("sandbox", sandbox::run),
    ("walls", walls::run),
    ("judge", judge::run),
    ("interactive", interactive::run),
    ("accept", accept::run),
    ("sessions", sessions::run),
    ("idle", idle::run),
    ("compare", compare::run),
];

/// Not a bench: the server that the floors of `accept`, `sessions` and `idle` are measured with, in a process of its own.
pub(super) const BARE_SERVER: &str = "bare-server";

/// Which bench.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Its name; `list` names them all, `all` runs them all
    name: String,
    /// One JSON object per case
    #[arg(long)]
    json: bool,
    /// A tenth of the length: shows that a bench works, its numbers are rough
    #[arg(long)]
    quick: bool,
}

/// Runs it.
///
/// # Errors
/// When there is no such bench, or it fails.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let names: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
    if args.name == "list" {
        names.iter().for_each(|name| anstream::println!("{name}"));
        return Ok(ExitCode::SUCCESS);
    }
    if args.name == BARE_SERVER {
        bare::serve()?;
        return Ok(ExitCode::SUCCESS);
    }
    let chosen: Vec<Bench> = BENCHES
        .iter()
        .filter(|(name, _)| args.name == "all" || args.name == *name)
        .map(|(_, bench)| *bench)
        .collect();
    if chosen.is_empty() {
        bail!(
            "there is no bench {:?}; there are: {}",
            args.name,
            names.join(", ")
        );
    }
    let mut output = Output {
        json: args.json,
        divisor: if args.quick { 10 } else { 1 },
    };
    chosen.iter().try_for_each(|bench| bench(&mut output))?;
    Ok(ExitCode::SUCCESS)
}
