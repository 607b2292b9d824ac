//! `gavel validate-output`: the default output validator as a program, with the contract of output validators:
//! exit code 42 accepts, 43 rejects, anything else is a failure of the judge.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use judging::validation::{Comparison, Flags, compare};

const ACCEPT: u8 = 42;
const REJECT: u8 = 43;

/// Output above this, and above four times the answer, is wrong without being read to its end: memory stays bounded.
const OUTPUT_CAP: u64 = 256 << 20;

/// The arguments of an output validator.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The testcase's input
    input: PathBuf,
    /// The testcase's answer
    answer: PathBuf,
    /// Existing directory that takes judgemessage.txt
    feedback_dir: PathBuf,
    /// case_sensitive, space_change_sensitive, float_relative_tolerance E, float_absolute_tolerance E, float_tolerance E
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    flags: Vec<String>,
}

/// Compares standard input with the answer.
///
/// # Errors
/// When a file cannot be read or written, or a flag is unknown.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let flags = Flags::parse(&args.flags)?;
    open(&args.input)?;
    if !args.feedback_dir.is_dir() {
        bail!("{} is not a directory", args.feedback_dir.display());
    }
    let mut answer = Vec::new();
    open(&args.answer)?
        .read_to_end(&mut answer)
        .with_context(|| format!("failed to read {}", args.answer.display()))?;
    let cap = OUTPUT_CAP.max((answer.len() as u64).saturating_mul(4));
    let mut output = Vec::new();
    std::io::stdin()
        .lock()
        .take(cap + 1)
        .read_to_end(&mut output)
        .context("failed to read the output from standard input")?;
    let complaint = if output.len() as u64 > cap {
        Some(format!("the output is longer than {cap} bytes"))
    } else {
        match compare(&output, &answer, &flags) {
            Comparison::Accepted => None,
            Comparison::Rejected(difference) => Some(difference.to_string()),
        }
    };
    let message = args.feedback_dir.join("judgemessage.txt");
    let text = complaint
        .as_ref()
        .map(|text| format!("{text}\n"))
        .unwrap_or_default();
    std::fs::write(&message, text)
        .with_context(|| format!("failed to write {}", message.display()))?;
    Ok(ExitCode::from(if complaint.is_some() {
        REJECT
    } else {
        ACCEPT
    }))
}

fn open(path: &Path) -> anyhow::Result<File> {
    File::open(path).with_context(|| format!("failed to open {}", path.display()))
}
