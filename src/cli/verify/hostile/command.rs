//! `gavel verify --hostile`: every hostile program against every wall that stands here, and the matrix of what held.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use sandboxes::hostile::{Crime, Mixed, ROWS, Row, Suite, crimes};
use sandboxes::languages::Catalogue;

use super::show::{Cells, Show};
use super::walls::{Standing, WALLS, stand};

/// Where the programs are, seen from a working copy.
const PROGRAMS: &str = "testdata/hostile";

/// What to hold against what.
pub(in crate::cli::verify) struct Wishes<'a> {
    /// The directory of programs.
    pub(in crate::cli::verify) directory: Option<&'a Path>,
    /// Walls by name; empty: all that stand here.
    pub(in crate::cli::verify) walls: &'a [String],
    /// Only programs whose names match one of these.
    pub(in crate::cli::verify) programs: &'a [judging::expectations::Glob],
    /// One program of each class.
    pub(in crate::cli::verify) brief: bool,
    /// Hostile submissions of a mixed run, instead of one program after the other.
    pub(in crate::cli::verify) mixed: Option<usize>,
    /// Its seed.
    pub(in crate::cli::verify) seed: u64,
    /// JSON instead of tables.
    pub(in crate::cli::verify) json: bool,
}

/// Holds; the exit code is 0 when every wall held everything, 1 when one did not.
///
/// # Errors
/// When there are no programs, a wall asked for by name does not stand, or a failure of ours.
pub(in crate::cli::verify) fn run(wishes: &Wishes<'_>) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load()?;
    let directory = wishes
        .directory
        .map_or_else(|| PathBuf::from(PROGRAMS), Path::to_owned);
    let mut crimes = crimes(&directory, &catalogue)
        .with_context(|| format!("failed to read the programs of {}", directory.display()))?;
    if !wishes.programs.is_empty() {
        crimes.retain(|crime| wishes.programs.iter().any(|glob| glob.matches(&crime.name)));
    }
    if crimes.is_empty() {
        bail!("no program in {} matches", directory.display());
    }
    for name in wishes.walls {
        if !WALLS.iter().any(|(known, _)| known == name) {
            let known: Vec<&str> = WALLS.iter().map(|(name, _)| *name).collect();
            bail!("no wall is called {name:?}: {}", known.join(", "));
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(hold(wishes, &catalogue, &crimes))
}

async fn hold(
    wishes: &Wishes<'_>,
    catalogue: &Catalogue,
    crimes: &[Crime],
) -> anyhow::Result<ExitCode> {
    let shelf = tempfile::tempdir().context("failed to make a temporary directory")?;
    let show = Show { json: wishes.json };
    let mut cells = Cells::default();
    let mut held = true;
    for (name, build) in WALLS {
        let asked = wishes.walls.iter().any(|wall| wall == name);
        if !wishes.walls.is_empty() && !asked {
            continue;
        }
        let standing = match stand(name, *build, catalogue, crimes).await {
            Ok(standing) => standing,
            Err(reason) if asked => bail!("wall {name} does not stand here: {reason:#}"),
            Err(reason) => {
                show.absent(name, &reason)?;
                cells.absent(name, &reason);
                continue;
            }
        };
        held &= match wishes.mixed {
            Some(count) => mix(standing, crimes, count, wishes.seed, shelf.path(), &show).await?,
            None => {
                let suite = Suite::prepare(standing.sites[0].clone(), shelf.path()).await?;
                let chosen = choose(&suite, crimes, wishes.brief);
                each(&suite, chosen, &show, &mut cells).await?
            }
        };
    }
    if wishes.mixed.is_none() {
        show.matrix(&cells)?;
    }
    Ok(ExitCode::from(u8::from(!held)))
}

/// All of them, or the first of each row that this wall is held to and has the language for; where there is none, the first.
fn choose<'a>(suite: &Suite, crimes: &'a [Crime], brief: bool) -> Vec<&'a Crime> {
    if !brief {
        return crimes.iter().collect();
    }
    let of_row = |row: &Row| {
        let programs = || crimes.iter().filter(move |crime| crime.row == row.name);
        programs()
            .find(|crime| suite.holds(crime))
            .or_else(|| programs().next())
    };
    ROWS.iter().filter_map(of_row).collect()
}

async fn each(
    suite: &Suite,
    crimes: Vec<&Crime>,
    show: &Show,
    cells: &mut Cells,
) -> anyhow::Result<bool> {
    let mut held = true;
    for crime in crimes {
        let ruling = suite.commit(crime).await?;
        held &= ruling.is_held();
        show.ruling(&ruling)?;
        cells.add(&ruling);
    }
    Ok(held)
}

async fn mix(
    standing: Standing,
    crimes: &[Crime],
    count: usize,
    seed: u64,
    shelf: &Path,
    show: &Show,
) -> anyhow::Result<bool> {
    let [one, other] = standing.sites;
    let suites = [
        Suite::prepare(one, shelf).await?,
        Suite::prepare(other, shelf).await?,
    ];
    let mixed = Mixed {
        suites: [&suites[0], &suites[1]],
        crimes,
        count,
        seed,
    };
    let report = mixed.run().await?;
    show.mixed(&report)?;
    Ok(report.is_held())
}
