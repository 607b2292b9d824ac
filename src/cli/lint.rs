//! `gavel lint`: every deviation of problem packages from the letter of their format.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use judging::packages::archives::{Bounds, is_archive, unpack_file};
use judging::packages::{Deviation, lint, load};
use serde::Serialize;

/// What to read.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directories of problem packages, or archives of them (.zip, .kpp)
    #[arg(required = true, value_name = "PROBLEM")]
    problems: Vec<PathBuf>,
    /// Prints a JSON object per deviation and nothing else
    #[arg(long)]
    json: bool,
}

/// A deviation as `--json` prints it.
#[derive(Serialize)]
struct Line<'a> {
    problem: String,
    #[serde(flatten)]
    deviation: &'a Deviation,
}

/// Reads the packages; the exit code is 0 when all are to the letter, 1 when there are deviations, 2 when one cannot be read.
///
/// # Errors
/// When a package cannot be read at all.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut clean = true;
    for problem in &args.problems {
        let deviations = deviations(problem)?;
        clean &= deviations.is_empty();
        for deviation in &deviations {
            if args.json {
                let line = Line {
                    problem: problem.display().to_string(),
                    deviation,
                };
                anstream::println!("{}", serde_json::to_string(&line)?);
            } else {
                let Deviation {
                    file,
                    rule,
                    message,
                } = deviation;
                anstream::println!("{}: {message} [{rule}]", file.display());
            }
        }
        say_what_is_missing_here(problem);
        if deviations.is_empty() && !args.json {
            anstream::println!("{}: no deviations", problem.display());
        }
    }
    Ok(ExitCode::from(u8::from(!clean)))
}

/// No deviation, but no good surprise either: a package that leans on a testlib which this machine does not have.
fn say_what_is_missing_here(problem: &Path) {
    let Ok(package) = load(problem) else {
        return;
    };
    let configured = std::env::var_os("GAVEL_JUDGING_TESTLIB").map(PathBuf::from);
    if let Some(missing) = actors::judge::misses_testlib(configured.as_deref(), &package) {
        anstream::eprintln!("note: {}: {missing}", problem.display());
    }
}

/// What is wrong with a directory or an archive. An archive that cannot be unpacked safely deviates, too.
fn deviations(problem: &Path) -> anyhow::Result<Vec<Deviation>> {
    if !is_archive(problem) || problem.is_dir() {
        return lint(problem).with_context(|| format!("failed to read {}", problem.display()));
    }
    std::fs::metadata(problem).with_context(|| format!("failed to read {}", problem.display()))?;
    let scratch = tempfile::tempdir().context("failed to make a temporary directory")?;
    match unpack_file(problem, scratch.path(), Bounds::default()) {
        Ok(root) => lint(&root).with_context(|| format!("failed to read {}", problem.display())),
        Err(error) => Ok(vec![Deviation {
            file: problem.file_name().unwrap_or_default().into(),
            rule: error.code(),
            message: error.to_string(),
        }]),
    }
}
