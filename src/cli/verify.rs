//! `gavel verify`: every jury submission of every package given, judged through the same actors as a server's, with a store that
//! is gone afterwards.
//!
//! **Invariant**: a broken package is one message and never stops another one; whatever ends the command, also Ctrl-C, its
//! temporary directory goes with it.

mod hostile;
mod open;
mod show;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use futures_util::stream::{self, StreamExt};
use judging::expectations::Glob;
use tempfile::TempDir;
use tokio::sync::Semaphore;

use self::open::{Opened, Opener};
use self::show::Show;
use super::cache::Cache;
use super::commands::OWN_FAILURE;
use crate::config::layers::{self, Sources};
use crate::config::model::{Config, Log, LogFormat, is_factor};
use crate::config::pools::WallKind;
use crate::logging;
use crate::signals::Signals;
use crate::system::{Launch, System};
use crate::verify::ledger::Ledger;
use crate::verify::outcome::{Broken, Counts, Summary, Verified};
use crate::verify::package::{AHEAD, Bench, OnBench, Wishes};

/// Packages open at once: while the last submissions of one are judged, the next one is read and fills the slots.
const PACKAGES_AT_ONCE: usize = 3;
/// Exit code after SIGINT or SIGTERM, as shells have it.
const INTERRUPTED: u8 = 130;

/// What to verify.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Problem packages: directories, or archives ending in .zip or .kpp; with --hostile the directory of hostile programs
    #[arg(required_unless_present = "hostile", value_name = "PROBLEM")]
    problems: Vec<PathBuf>,
    /// Prints one JSON object per submission, then one with the sums
    #[arg(long)]
    json: bool,
    /// Submissions judged at once [default: one per CPU]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    jobs: Option<u32>,
    /// Multiplies the time limits that packages name: 2 on a machine half as fast as the jury's
    #[arg(long, value_name = "F")]
    time_factor: Option<f64>,
    /// Only submissions in this language, by id or alias; may be repeated
    #[arg(long, short, value_name = "LANGUAGE")]
    language: Vec<String>,
    /// Only submissions whose path below submissions/ matches: 'accepted/*.py'; may be repeated
    #[arg(long, short, value_name = "GLOB", value_parser = glob)]
    submission: Vec<Glob>,
    /// Runs every testcase, also those that cannot change the verdict
    #[arg(long, visible_alias = "all")]
    all_testcases: bool,
    /// The wall around the programs [default: native; with --hostile every wall that stands here]; then it may be repeated
    #[arg(long, value_name = "NAME")]
    wall: Vec<String>,
    /// Directory that keeps compiled programs [default: a cache directory of yours]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Holds hostile programs against walls instead [default directory: testdata/hostile]; --submission chooses by name
    #[arg(long)]
    hostile: bool,
    /// Holds the first program of each class that its wall can be held to, instead of all
    #[arg(long, requires = "hostile")]
    brief: bool,
    /// N hostile submissions in random order among N honest ones, on two slots
    #[arg(long, value_name = "N", requires = "hostile", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    mixed: Option<u32>,
    /// Of the order and choice of --mixed
    #[arg(long, value_name = "S", requires = "mixed", default_value_t = 1)]
    seed: u64,
}

fn glob(text: &str) -> Result<Glob, String> {
    Glob::new(text).ok_or_else(|| "not a glob pattern: * and {a,b} may be used".to_owned())
}

/// Verifies; the exit code is 0 when every promise was kept, 1 when one was not, 2 when a package is broken or we failed.
///
/// # Errors
/// When the wall does not stand or supervision gives up.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let log = Log {
        format: LogFormat::Human,
        filter: "error".to_owned(),
    };
    logging::init(&log)?;
    if args.hostile {
        return hostile::command::run(&hostile::command::Wishes {
            directory: args.problems.first().map(PathBuf::as_path),
            walls: &args.wall,
            programs: &args.submission,
            brief: args.brief,
            mixed: args.mixed.map(|count| count as usize),
            seed: args.seed,
            json: args.json,
        });
    }
    let scratch = tempfile::Builder::new()
        .prefix("gavel-verify-")
        .tempdir()
        .context("failed to make a temporary directory")?;
    let config = config(args, scratch.path())?;
    let cache = Cache::open(args.cache.as_deref(), scratch.path());
    let ended = actix::System::new().block_on(verify(args, &config, cache.path(), &scratch));
    let path = scratch.path().to_owned();
    scratch
        .close()
        .with_context(|| format!("failed to remove {}", path.display()))?;
    ended
}

fn config(args: &Args, data: &Path) -> anyhow::Result<Config> {
    let wall = match args.wall.as_slice() {
        [] => None,
        [name] => Some(wall(name)?),
        _ => bail!("packages are verified behind one wall"),
    };
    let mut config = layers::load(&Sources {
        environment: std::env::vars().collect(),
        flags: wall.map(WallKind::as_flag).into_iter().collect(),
        ..Sources::default()
    })?;
    data.join("data").clone_into(&mut config.paths.data);
    config.paths.problems = Vec::new();
    config.paths.contests = Vec::new();
    if let Some(factor) = args.time_factor {
        if !is_factor(factor) {
            bail!("--time-factor must be between 0.01 and 1000");
        }
        config.judging.time_factor = factor;
    }
    if let Some(wall) = wall {
        config.pools.only(wall);
    }
    if let Some(jobs) = args.jobs {
        let usual = config.pools.usual();
        config.pools.of_mut(usual).max_concurrent = jobs;
    }
    Ok(config)
}

fn wall(name: &str) -> anyhow::Result<WallKind> {
    <WallKind as clap::ValueEnum>::from_str(name, false)
        .map_err(|_| anyhow::anyhow!("no wall is called {name:?}"))
}

async fn verify(
    args: &Args,
    config: &Config,
    cache: &Path,
    scratch: &TempDir,
) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new().context("failed to listen to signals")?;
    let launch = Launch {
        cache: scratch.path().to_owned(),
        compiled: cache.to_owned(),
        time_limit: None,
        in_background: false,
    };
    let system = System::start(config, launch).await?;
    let ended = tokio::select! {
        biased;
        signal = signals.next() => {
            anstream::eprintln!("gavel: {signal}, stopping");
            Ok(ExitCode::from(INTERRUPTED))
        }
        () = system.gave_up() => Err(anyhow::anyhow!("judging failed; the log says why")),
        done = all(&system, args, scratch) => done,
    };
    let drain = match &ended {
        Ok(code) if *code != ExitCode::from(INTERRUPTED) => config.shutdown.drain.0,
        // What is running is of no use to anybody.
        _ => std::time::Duration::ZERO,
    };
    system.stop(drain).await;
    ended
}

/// Verifies all packages, a few at a time.
async fn all(system: &System, args: &Args, scratch: &TempDir) -> anyhow::Result<ExitCode> {
    let slots = system.pools.slots();
    let bench = Bench {
        system,
        permits: Semaphore::new(slots + AHEAD),
        ledger: Ledger::default(),
        wishes: wishes(system, args)?,
    };
    let show = Show::new(args.json);
    let opener = Opener::new(scratch.path().join("packages"));
    let (verified, broken) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let failed = RefCell::new(None);
    stream::iter(&args.problems)
        .for_each_concurrent(PACKAGES_AT_ONCE, async |path| {
            match opener.open(path).await {
                Ok(opened) => match one(&bench, &show, opened).await {
                    Ok(done) => verified.borrow_mut().push(done),
                    Err(error) => *failed.borrow_mut() = Some(error),
                },
                Err(why) => {
                    show.broken(&why);
                    broken.borrow_mut().push(why);
                }
            }
        })
        .await;
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    sum_up(
        args,
        &bench,
        &show,
        verified.into_inner(),
        broken.into_inner(),
    )
}

async fn one(bench: &Bench<'_>, show: &Show, opened: Opened) -> anyhow::Result<Verified> {
    let Opened {
        package,
        shown,
        unpacked,
    } = opened;
    show.opened(&package, &bench.wishes);
    bench.system.problems.insert(package.clone());
    let tell = |line| show.line(&line);
    let done = OnBench::new(bench, package.clone(), shown, &tell)
        .verify()
        .await;
    bench.system.problems.remove(&package.id);
    if let Some(dir) = unpacked {
        // Removed with the scratch directory at the latest; large ones are worth removing now.
        let _ = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(dir)).await;
    }
    done
}

fn wishes(system: &System, args: &Args) -> anyhow::Result<Wishes> {
    let catalogue = system.pools.catalogue();
    let mut languages = Vec::new();
    for name in &args.language {
        match catalogue.get(name) {
            Some(language) => languages.push(language.id.clone()),
            None => bail!("unknown language {name:?}"),
        }
    }
    Ok(Wishes {
        languages,
        submissions: args.submission.clone(),
        all_testcases: args.all_testcases,
    })
}

fn sum_up(
    args: &Args,
    bench: &Bench<'_>,
    show: &Show,
    mut verified: Vec<Verified>,
    broken: Vec<Broken>,
) -> anyhow::Result<ExitCode> {
    verified.sort_by(|a, b| a.problem.cmp(&b.problem));
    let mut counts = Counts::default();
    for done in &verified {
        counts.add_all(&done.counts);
    }
    let summary = Summary {
        summary: true,
        ok: counts.violated == 0 && broken.is_empty(),
        problems: verified.len(),
        counts,
        cost: bench.ledger.cost(bench.system.pools.slots()),
        peak_rss_bytes: peak_memory(),
        margins: &verified,
        broken: &broken,
    };
    show.summary(&summary)?;
    let nothing = counts.submissions == 0 && !args.submission.is_empty();
    Ok(ExitCode::from(match () {
        () if !broken.is_empty() => OWN_FAILURE,
        () if nothing => {
            anstream::eprintln!("gavel: no submission matches");
            OWN_FAILURE
        }
        () => u8::from(counts.violated > 0),
    }))
}

/// Peak memory of this process (`VmHWM`, proc_pid_status(5)).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
