//! Examines this machine from the kernel up to the languages.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use actors::pool::PoolKind;
use sandboxes::languages::{Catalogue, Language, LanguageState, Toolchain, self_test};
use sandboxes::native;
use sandboxes::root::Host;
use sandboxes::sandbox::{Slot, Wall, in_full};

use super::report::{Finding, Health, Report};
use super::{docker, host, microvm};
use crate::config::layers::{self, Sources};
use crate::config::model::{Config, Log, LogFormat};
use crate::config::pools::{Pool as Settings, WallKind};
use crate::logging;
use crate::system;
use crate::system::pools::{self, Standing};

/// Where programs are tried out.
const SLOT: Slot = Slot { index: 0, cpu: 0 };

/// What to examine.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file [default: gavel.toml when it exists]
    #[arg(long, env = "GAVEL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Only looks for the languages' programs instead of compiling and running something in each
    #[arg(long)]
    quick: bool,
}

/// Examines; the exit code is 1 when something needed is missing.
///
/// # Errors
/// When the configuration is wrong.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    logging::init(&Log {
        format: LogFormat::Human,
        filter: "error".to_owned(),
    })?;
    let config = layers::load(&Sources {
        file: args.config.clone(),
        environment: std::env::vars().collect(),
        flags: Vec::new(),
    })?;
    let report = actix::System::new().block_on(examine(&config, args.quick))?;
    if args.json {
        anstream::println!("{}", serde_json::to_string(&report)?);
    } else {
        report.print();
    }
    Ok(ExitCode::from(u8::from(!report.healthy)))
}

async fn examine(config: &Config, quick: bool) -> anyhow::Result<Report> {
    let mut findings = vec![host::kernel(), host::cpus(), host::memory()];
    findings.extend(host::limits());
    findings.push(host::disk(&config.paths.data));
    let native = |pool: &Settings| pool.wall == WallKind::Native;
    if config.pools.on().any(|(_, pool)| native(pool)) {
        findings.extend(mechanisms());
        findings.push(privileges());
    }
    let behind = |wall: WallKind| config.pools.on().find(move |(_, pool)| pool.wall == wall);
    let containers = behind(WallKind::Docker);
    let containers = containers.map(|(kind, pool)| pools::containers(kind, pool));
    findings.extend(docker::findings(&containers.unwrap_or_default()));
    let machines = behind(WallKind::Microvm);
    let machines = machines.map(|(kind, pool)| pools::machines(kind, pool, &config.paths.data));
    findings.extend(microvm::examine(machines.as_ref()));
    let catalogue = system::catalogue(config)?;
    let several = config.pools.on().count() > 1;
    let mut working = 0;
    for (kind, settings) in config.pools.on() {
        let (standing, mut finding) = wall(kind, settings, &catalogue, &config.paths.data).await;
        if several {
            finding.name = format!("{}: {}", kind.name(), finding.name);
        }
        findings.push(finding);
        // Where languages of a wall that does not stand would be is known for this machine only.
        let host = standing
            .as_ref()
            .map_or_else(Host::this, |standing| standing.host.clone());
        let wall = standing.as_ref().map(|standing| standing.wall.as_ref());
        for language in catalogue.languages() {
            let mut finding = examine_language(language, &host, wall.filter(|_| !quick)).await;
            working += u32::from(finding.health == Health::Ok);
            if several {
                finding.name = format!("{}: {}", kind.name(), finding.name);
            }
            findings.push(finding);
        }
    }
    findings.push(testlib(config));
    if working == 0 {
        findings.push(
            Finding::new("languages", Health::Missing, "not one language works")
                .mended_by("deploy/languages"),
        );
    }
    Ok(Report::new(findings))
}

/// Whether checkers and interactors that do not bring testlib can be compiled.
fn testlib(config: &Config) -> Finding {
    let configured = &config.judging.testlib;
    let configured = (!configured.as_os_str().is_empty()).then_some(configured.as_path());
    let mend = "deploy/testlib fetches it and prints the path for judging.testlib";
    match actors::judge::testlib_here(configured) {
        Ok(path) => Finding::new("testlib", Health::Ok, path.display().to_string()),
        Err(why) if configured.is_some() => {
            Finding::new("testlib", Health::Missing, why).mended_by(mend)
        }
        Err(why) => Finding::new("testlib", Health::Off, why).mended_by(mend),
    }
}

/// What the native wall is made of.
fn mechanisms() -> Vec<Finding> {
    let found = native::probe().into_iter();
    found
        .map(|part| {
            let health = if part.ok { Health::Ok } else { Health::Missing };
            let finding = Finding::new(format!("wall: {}", part.mechanism), health, part.detail);
            // Some say what mends them in what was found.
            if part.ok || part.mend.is_empty() {
                finding
            } else {
                finding.mended_by(part.mend)
            }
        })
        .collect()
}

/// What a server started by this user would still be allowed to do.
fn privileges() -> Finding {
    let detail = match native::Mode::detect() {
        native::Mode::Root => {
            let kept: Vec<String> = native::NEEDED
                .iter()
                .map(|needed| format!("{} to {}", needed.name, needed.reason))
                .collect();
            format!(
                "as root, gavel serve keeps these capabilities and can gain no other (no_new_privs): {}",
                kept.join("; ")
            )
        }
        native::Mode::Subordinate { .. } => {
            "none on the host; no_new_privs stays off, because newuidmap needs privileges to map the programs' users"
                .to_owned()
        }
        native::Mode::Single { .. } => {
            "none on the host, and none can be gained (no_new_privs)".to_owned()
        }
    };
    Finding::new("privileges", Health::Ok, detail)
}

/// Builds the wall of a pool and one sandbox behind it, since some things only show then.
async fn wall(
    kind: PoolKind,
    settings: &Settings,
    catalogue: &Catalogue,
    cache: &Path,
) -> (Option<Standing>, Finding) {
    let name = format!("wall {}", settings.wall.name());
    let stands = match pools::wall(kind, settings, catalogue, cache) {
        Ok(standing) => match standing.wall.prepare(SLOT).await {
            Ok(sandbox) => sandbox
                .destroy()
                .await
                .map(|()| standing)
                .map_err(|error| in_full(&error)),
            Err(error) => Err(in_full(&error)),
        },
        Err(error) => Err(format!("{error:#}")),
    };
    match stands {
        Ok(standing) => (
            Some(standing),
            Finding::new(name, Health::Ok, "a sandbox was built and taken down"),
        ),
        Err(reason) => (
            None,
            Finding::new(name, Health::Missing, reason).mended_by("mend what is missing above"),
        ),
    }
}

/// Whether a language works, with a wall to try it behind; else whether its programs are there.
async fn examine_language(
    language: &Arc<Language>,
    host: &Host,
    wall: Option<&dyn Wall>,
) -> Finding {
    let name = format!("language {}", language.id);
    if let Err(absent) = Toolchain::locate(language, host) {
        let finding = Finding::new(name, Health::Off, absent.to_string());
        return match &language.packages.elsewhere {
            Some(elsewhere) => finding.mended_by(elsewhere.clone()),
            None if language.packages.debian.is_empty() => finding,
            None => finding.mended_by(format!(
                "sudo apt-get install {}",
                language.packages.debian.join(" ")
            )),
        };
    }
    let Some(wall) = wall else {
        return Finding::new(name, Health::Ok, "its programs are there; not tried out");
    };
    match self_test(language, host, wall, SLOT).await {
        LanguageState::On { version, .. } => Finding::new(name, Health::Ok, version),
        LanguageState::Off { reason } => Finding::new(name, Health::Off, reason),
    }
}
