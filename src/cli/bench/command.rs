//! Picks a bench by name and runs it.

use std::process::ExitCode;

use anyhow::bail;

use super::compare;
use super::figures::Output;

/// A bench: shows its figures one by one.
type Bench = fn(&mut Output) -> anyhow::Result<()>;

/// Every bench by name.
pub(super) const BENCHES: &[(&str, Bench)] = &[("compare", compare::run)];

/// Which bench.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Its name; `list` names them all
    name: String,
    /// One JSON object per case
    #[arg(long)]
    json: bool,
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
    let Some((_, bench)) = BENCHES.iter().find(|(name, _)| *name == args.name) else {
        bail!(
            "there is no bench {:?}; there are: {}",
            args.name,
            names.join(", ")
        );
    };
    bench(&mut Output { json: args.json })?;
    Ok(ExitCode::SUCCESS)
}
