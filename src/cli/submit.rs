//! `gavel submit`: posts files to a server, and follows them to the verdict with `--watch`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::watch;
use crate::client::api::{Api, NewFile, NewSubmission, Posted};

/// How often a "come back later" is obeyed.
const ATTEMPTS: u32 = 5;

/// What to submit, and where.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Source files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The problem they solve
    #[arg(long, short)]
    problem: String,
    /// The language, by id or alias [default: by the files' extensions]
    #[arg(long, short)]
    language: Option<String>,
    /// Main file or main class, where the language needs one named
    #[arg(long)]
    entry_point: Option<String>,
    /// The contest it belongs to
    #[arg(long, requires = "team")]
    contest: Option<String>,
    /// The team that submits
    #[arg(long, requires = "contest")]
    team: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
    /// Follows the submission to its verdict; the exit code is 0 for AC and 1 for any other
    #[arg(long, short)]
    watch: bool,
}

/// Which server, and as whom.
#[derive(clap::Args)]
pub(crate) struct ServerArgs {
    /// The server
    #[arg(
        long,
        visible_alias = "server",
        env = "GAVEL_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    pub(crate) url: String,
    /// Who submits
    #[arg(long, env = "GAVEL_USER")]
    pub(crate) user: Option<String>,
}

/// One entry of `/api/v1/languages`.
#[derive(Deserialize)]
struct Language {
    id: String,
    extensions: Vec<String>,
    /// Servers that do not say so mean each of them.
    #[serde(default = "yes")]
    detected: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Languages {
    languages: Vec<Language>,
}

/// Posts the files.
///
/// # Errors
/// When a file cannot be read, or the server cannot be reached or refuses.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let api = Api::new(&args.server.url, args.server.user.clone())?;
    let files = args
        .files
        .iter()
        .map(|path| read(path))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let language = match &args.language {
        Some(language) => language.clone(),
        None => by_extension(&api, &args.files)?,
    };
    let submission = NewSubmission {
        problem: args.problem.clone(),
        language,
        files,
        entry_point: args.entry_point.clone(),
        contest: args.contest.clone(),
        team: args.team.clone(),
    };
    let id = post(&api, &submission)?;
    if args.watch {
        anstream::eprintln!("submission {id}");
        return watch::submission(&api, &id);
    }
    anstream::println!("{id}");
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<NewFile> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .with_context(|| format!("{} has no file name", path.display()))?;
    let content =
        std::fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
    Ok(NewFile {
        name: name.to_owned(),
        content_base64: STANDARD.encode(content),
    })
}

fn by_extension(api: &Api, files: &[PathBuf]) -> anyhow::Result<String> {
    let Languages { languages } = api
        .get("/api/v1/languages")?
        .context("the server does not list its languages")?;
    let fits = |language: &&Language| {
        language.detected
            && files.iter().any(|file| {
                let extension = file
                    .extension()
                    .and_then(|extension| extension.to_str())
                    .unwrap_or_default();
                language
                    .extensions
                    .iter()
                    .any(|known| known.trim_start_matches('.') == extension)
            })
    };
    let found: Vec<&str> = languages
        .iter()
        .filter(fits)
        .map(|language| language.id.as_str())
        .collect();
    match found[..] {
        [language] => Ok(language.to_owned()),
        [] => bail!(
            "no language of the server has the extension of {}; say --language",
            files[0].display()
        ),
        _ => bail!(
            "several languages fit: {}; say --language",
            found.join(", ")
        ),
    }
}

/// Posts, and comes back when the server asks for it; one key over all attempts, so that it is one submission.
fn post(api: &Api, submission: &NewSubmission) -> anyhow::Result<String> {
    let key = uuid::Uuid::now_v7().to_string();
    for _ in 1..ATTEMPTS {
        match api.post(submission, &key)? {
            Posted::Accepted(id) => return Ok(id),
            Posted::Later { wait, message } => {
                anstream::eprintln!("{message}; trying again in {} s", wait.as_secs());
                std::thread::sleep(wait.min(Duration::from_secs(60)));
            }
        }
    }
    match api.post(submission, &key)? {
        Posted::Accepted(id) => Ok(id),
        Posted::Later { message, .. } => bail!("the server refused {ATTEMPTS} times: {message}"),
    }
}
