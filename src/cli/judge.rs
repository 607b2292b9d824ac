//! `gavel judge`: judges files on this machine through the same actors as a server, with a store that is gone afterwards.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use actors::admission::{Client, Rule};
use actors::judge::{Order, Transcripts};
use anyhow::{Context, anyhow, bail};
use judging::events::Event;
use judging::ids::{LanguageId, ProblemId, SubmissionId, TenantId, UserId};
use judging::submissions::{Priority, SourceFile, Submission};
use serde::Serialize;
use uuid::Uuid;

use super::cache::Cache;
use super::commands::OWN_FAILURE;
use super::table::Progress;
use super::watch;
use crate::config::layers::{self, Sources};
use crate::config::model::{Config, Log, LogFormat};
use crate::config::pools::WallKind;
use crate::config::units::{Span, parse_span};
use crate::http::intake::{self, Bounds};
use crate::http::shapes::{CompileView, ProvenanceView, RunView, SubmissionView};
use crate::http::{submissions, times};
use crate::logging;
use crate::system::{Launch, System};

/// What to judge.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory of a problem package
    problem: PathBuf,
    /// Source files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The language, by id or alias [default: by the files' extensions]
    #[arg(long, short)]
    language: Option<String>,
    /// Main file or main class, where the language needs one named
    #[arg(long)]
    entry_point: Option<String>,
    /// Records what is said in an interactive problem, testcase by testcase, and prints it
    #[arg(long)]
    transcript: bool,
    /// Prints one JSON object and nothing else
    #[arg(long)]
    json: bool,
    /// The wall around the program [default: native]
    #[arg(long, value_enum)]
    wall: Option<WallKind>,
    /// CPU limit of a run, instead of the problem's: 1s, 2500ms
    #[arg(long, value_parser = parse_span)]
    time_limit: Option<Span>,
    /// Directory that keeps compiled programs and measured time limits [default: a cache directory of yours]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Judged {
    verdict: String,
    score: Option<f64>,
    language: String,
    language_version: Option<String>,
    /// The pool and the wall that ran it, why no other, and how much longer programs take there.
    pool: Option<String>,
    wall: Option<String>,
    fallback: Option<String>,
    time_factor: Option<f64>,
    message: Option<String>,
    staff_message: Option<String>,
    time_limit_ms: Option<f64>,
    memory_limit_bytes: Option<u64>,
    testcase_count: Option<u32>,
    compile: CompileView,
    runs: Vec<RunView>,
}

/// Judges; the exit code is 0 for AC, 1 for another verdict, 2 when no verdict was reached.
///
/// # Errors
/// When a file cannot be read, the package breaks a rule, or the wall does not stand.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let log = Log {
        format: LogFormat::Human,
        filter: "warn".to_owned(),
    };
    logging::init(&log)?;
    let files = args
        .files
        .iter()
        .map(|path| read(path))
        .collect::<anyhow::Result<Vec<_>>>()?;
    if !args.problem.join("problem.yaml").is_file() {
        bail!(
            "{} is not a problem package: it has no problem.yaml",
            args.problem.display()
        );
    }
    let scratch = tempfile::tempdir().context("failed to make a temporary directory")?;
    let config = config(args, scratch.path())?;
    let cache = Cache::open(args.cache.as_deref(), scratch.path());
    let done = actix::System::new().block_on(judge(args, &config, cache.path(), files))?;
    if args.json {
        let code = exit_code(&done);
        anstream::println!("{}", serde_json::to_string(&Judged::from(done))?);
        return Ok(code);
    }
    watch::report(&done);
    if args.transcript {
        transcripts(&done);
    }
    Ok(exit_code(&done))
}

/// Prints what was said in each testcase.
fn transcripts(done: &SubmissionView) {
    for run in &done.runs {
        let said = run
            .attachments
            .iter()
            .find(|attachment| attachment.name == "interaction.txt");
        if let Some(text) = said.and_then(|attachment| attachment.text.as_ref()) {
            anstream::println!("\n{}\n{}", run.testcase, text.trim_end());
        }
    }
}

fn exit_code(done: &SubmissionView) -> ExitCode {
    ExitCode::from(match done.verdict.as_deref() {
        Some("AC") => 0,
        Some("JE") | None => OWN_FAILURE,
        Some(_) => 1,
    })
}

fn read(path: &Path) -> anyhow::Result<SourceFile> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
        .to_owned();
    let content =
        std::fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
    Ok(SourceFile { name, content })
}

fn config(args: &Args, data: &Path) -> anyhow::Result<Config> {
    let mut config = layers::load(&Sources {
        environment: std::env::vars().collect(),
        flags: args.wall.map(WallKind::as_flag).into_iter().collect(),
        ..Sources::default()
    })?;
    data.clone_into(&mut config.paths.data);
    config.paths.problems = vec![args.problem.clone()];
    config.paths.contests = Vec::new();
    if let Some(wall) = args.wall {
        config.pools.only(wall);
    }
    Ok(config)
}

async fn judge(
    args: &Args,
    config: &Config,
    cache: &Path,
    files: Vec<SourceFile>,
) -> anyhow::Result<SubmissionView> {
    let launch = Launch {
        cache: cache.to_owned(),
        compiled: cache.to_owned(),
        time_limit: args.time_limit.map(|limit| limit.0),
        in_background: false,
    };
    let system = System::start(config, launch).await?;
    let outcome = through(&system, args, files).await;
    system.stop(config.shutdown.drain.0).await;
    outcome
}

async fn through(
    system: &System,
    args: &Args,
    files: Vec<SourceFile>,
) -> anyhow::Result<SubmissionView> {
    if let Some(broken) = system.problems.report().broken.first() {
        bail!("{}", broken.message);
    }
    let problem = system
        .problems
        .list()
        .first()
        .map(|package| package.id.clone());
    let problem =
        problem.with_context(|| format!("{} holds no problem", args.problem.display()))?;
    let submission = submission(system, args, files, problem)?;
    let id = submission.id;
    let order = Order {
        transcripts: args.transcript.then_some(Transcripts::Always),
        ..Order::default()
    };
    let _held = system.orders.hold(id, order);
    let progress = Progress::new(args.json);
    let mut watch = system.log.watch();
    let nobody = Client {
        bucket: Rule::Off,
        quota: Rule::Off,
        ..Client::default()
    };
    system.reception.accept(submission, &nobody).await?;
    let mut since = 0;
    loop {
        watch.borrow_and_update();
        for sequenced in system.store.events_of(id, since, 1_000)? {
            since = sequenced.seq;
            match &sequenced.event {
                Event::JudgingStarted { testcase_count, .. } => {
                    progress.started(u64::from(*testcase_count))
                }
                Event::Compiled { compile, .. } => progress.compiled(&CompileView::from(compile)),
                Event::RunJudged { run, .. } => progress.run(&RunView::from(run.as_ref())),
                Event::SubmissionAccepted(_) => (),
                Event::Judged(_) => {
                    progress.finish();
                    return submissions::whole(&system.store, id)?.context("the verdict is gone");
                }
            }
        }
        tokio::select! {
            changed = watch.changed() => changed.context("the store has closed")?,
            () = system.gave_up() => bail!("judging failed; the log says why"),
        }
    }
}

/// The files as those see them who tell languages apart.
fn sources(files: &[SourceFile]) -> Vec<sandboxes::languages::SourceFile> {
    let source = |file: &SourceFile| {
        sandboxes::languages::SourceFile::new(file.name.clone(), file.content.clone())
    };
    files.iter().map(source).collect()
}

fn submission(
    system: &System,
    args: &Args,
    files: Vec<SourceFile>,
    problem: ProblemId,
) -> anyhow::Result<Submission> {
    let catalogue = system.pools.catalogue();
    let language = match &args.language {
        Some(name) => catalogue
            .get(name)
            .ok_or_else(|| anyhow!("unknown language {name:?}"))?,
        None => catalogue
            .detect_submission(&sources(&files))
            .with_context(|| {
                format!(
                    "{}: no language is known by this name or content; say --language",
                    args.files[0].display()
                )
            })?,
    };
    let bounds = Bounds {
        source_bytes: system.http.max_source.bytes(),
        files: system.http.max_files,
    };
    intake::check_files(&files, bounds)
        .map_err(|error| anyhow!("{}: {}", args.files[0].display(), error.message()))?;
    Ok(Submission {
        id: SubmissionId(Uuid::now_v7()),
        problem,
        language: LanguageId(language.id.clone()),
        entry_point: args.entry_point.clone(),
        files,
        tenant: TenantId::from("local"),
        user: UserId::from("local"),
        contest: None,
        team: None,
        priority: Priority::Normal,
        received_at: times::now(),
        idempotency_key: None,
    })
}

impl From<SubmissionView> for Judged {
    fn from(done: SubmissionView) -> Self {
        let provenance = done.provenance.as_ref();
        let of = |what: fn(&ProvenanceView) -> &String| provenance.map(|known| what(known).clone());
        Self {
            verdict: done.verdict.unwrap_or_default(),
            score: done.score,
            language: done.language,
            language_version: of(|known| &known.language_version),
            pool: of(|known| &known.pool),
            wall: of(|known| &known.wall),
            fallback: provenance.and_then(|known| known.fallback.clone()),
            time_factor: provenance.map(|known| known.time_factor),
            message: done.message,
            staff_message: done.staff_message,
            time_limit_ms: done.time_limit_ms,
            memory_limit_bytes: done.memory_limit_bytes,
            testcase_count: done.testcase_count,
            compile: done.compile.unwrap_or_default(),
            runs: done.runs,
        }
    }
}
