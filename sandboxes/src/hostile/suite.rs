//! Everything that stands ready behind one wall before the first crime: programs, and what they cost and show when nothing has
//! happened yet.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::bait::Bait;
use super::crime::{Crime, Evidence, Stage};
use super::inspection::{self, Report, inspect};
use super::remains::{self, Remains};
use super::ruling::Ruling;
use super::site::Site;
use super::tools::{artifact, host, marked, planned, run, within};
use super::{compiling, dialogue};
use crate::languages::{ArtifactError, RunPlan, Sources, Toolchain};
use crate::outcome::Outcome;
use crate::sandbox::{Limits, Sandbox, WallError, in_full};

/// A harmless program's CPU time may differ by so much from what it was before: the clock of a CPU account, and what a
/// neighbour does to the processor.
const CPU_NOISE: Duration = Duration::from_millis(30);
/// So many times what it was before, where the processor is emulated.
const EMULATED_NOISE: u32 = 3;
/// And its memory: the kernel accounts in batches per processor.
const MEMORY_NOISE: u64 = 2 << 20;
/// How much CPU time over its limit a program may have used: what it takes to kill 64 processes on a busy host.
const PROMPTLY: Duration = Duration::from_millis(200);
/// A program that costs more than it should is tried again before it is believed.
const ATTEMPTS: u32 = 3;

/// A failure of ours.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The wall failed before any crime was committed.
    #[error("the wall failed")]
    Wall(#[source] WallError),
    /// A program of ours cannot be made.
    #[error("failed to prepare {program}: {reason}")]
    Prepare {
        /// Which.
        program: String,
        /// Why.
        reason: String,
    },
    /// A program cannot be kept.
    #[error("failed to keep a program")]
    Keep(#[source] ArtifactError),
    /// The host's own files or sockets.
    #[error("failed to {step}")]
    Host {
        /// What was being done.
        step: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// The suite behind one wall.
pub struct Suite {
    pub(super) site: Site,
    pub(super) bait: Bait,
    pub(super) control: RunPlan,
    pub(super) inspector: RunPlan,
    pub(super) partner: RunPlan,
    quiet: Quiet,
    pub(super) shelf: PathBuf,
    /// Plans of what has been compiled, by the crime's name.
    plans: Mutex<HashMap<String, Arc<RunPlan>>>,
}

/// What is so when nothing has happened.
#[derive(Clone)]
struct Quiet {
    control: Outcome,
    fresh: Report,
    used: Report,
}

impl Suite {
    /// Compiles what is needed (programs are kept below `shelf`, which other walls' suites may share) and looks at the wall when
    /// nothing has happened.
    ///
    /// # Errors
    /// [`SuiteError`] when the wall cannot even do that.
    pub async fn prepare(site: Site, shelf: &Path) -> Result<Self, SuiteError> {
        let c = site
            .toolchains
            .get("c")
            .map_err(|reason| SuiteError::Prepare {
                program: "the control program".to_owned(),
                reason,
            })?;
        let c = Arc::clone(c);
        let control = Sources::single("control.c", include_str!("control.c"));
        let partner = Sources::single("partner.c", include_str!("partner.c"));
        let mut plans = Vec::new();
        for (name, sources) in [
            ("control", control),
            ("inspection", inspection::sources()),
            ("partner", partner),
        ] {
            let artifact = artifact(&site, &c, name, &sources, shelf).await?;
            plans.push(c.run_plan(&artifact, Limits::of_ours(&site).memory_bytes));
        }
        let [control, inspector, partner] =
            plans.try_into().expect("three programs make three plans");
        let bait = Bait::lay().map_err(host("lay bait"))?;
        let quiet = Quiet::look(&site, &control, &inspector).await?;
        Ok(Self {
            site,
            bait,
            control,
            inspector,
            partner,
            quiet,
            shelf: shelf.to_owned(),
            plans: Mutex::default(),
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Whether its wall is held to a crime, and has the language for it.
    #[must_use]
    pub fn holds(&self, crime: &Crime) -> bool {
        crime.exception(&self.site.name).is_none()
            && self.site.toolchains.get(&crime.language).is_ok()
    }

    /// Commits a crime and looks for what it left. Memory that seems lost is believed when it is lost three times in a row;
    /// everything else at once.
    ///
    /// # Errors
    /// [`SuiteError`] for a failure of ours; whatever the crime or the wall does is in the ruling.
    pub async fn commit(&self, crime: &Crime) -> Result<Ruling, SuiteError> {
        let mut ruling = Ruling::new(&crime.name, crime.row, &self.site.name);
        ruling.exception = crime.exception(&self.site.name).map(str::to_owned);
        ruling.off = self
            .site
            .toolchains
            .get(&crime.language)
            .err()
            .map(|reason| format!("{} is off: {reason}", crime.language));
        if !ruling.was_committed() {
            return Ok(ruling);
        }
        if crime.stage != Stage::Compile {
            // What is kept of it must not look like something left.
            self.plan(crime).await?;
        }
        for attempt in 1.. {
            ruling = Ruling::new(&crime.name, crime.row, &self.site.name);
            let before = Remains::look(self.site.host);
            match self.commit_once(crime, &mut ruling).await {
                Ok(()) => {}
                Err(SuiteError::Wall(error)) => {
                    ruling.hole(format!("the wall failed: {}", in_full(&error)))
                }
                Err(ours) => return Err(ours),
            }
            self.look_around(&before, &mut ruling).await?;
            if let Some(lost) = Remains::memory_lost_since(&before) {
                ruling.doubt(format!("left the host with {lost}"));
            }
            if attempt == ATTEMPTS || !ruling.is_only_doubted() {
                break;
            }
        }
        Ok(ruling.believe())
    }

    async fn commit_once(&self, crime: &Crime, ruling: &mut Ruling) -> Result<(), SuiteError> {
        let limits = self.limits(crime);
        match crime.stage {
            Stage::Compile => compiling::commit(self, crime, &limits, ruling).await?,
            Stage::Dialogue => dialogue::commit(self, crime, &limits, ruling).await?,
            Stage::Run => self.commit_run(crime, &limits, ruling).await?,
        }
        if let Some(taken) = self.bait.taken() {
            ruling.hole(taken);
        }
        if !crime.allowed.contains(&ruling.verdict) {
            ruling.hole(format!(
                "{} instead of {}",
                ruling.verdict,
                crime.allowed.join(" or ")
            ));
        }
        Ok(())
    }

    /// What the host sees now.
    pub(super) fn look(&self) -> Remains {
        Remains::look(self.site.host)
    }

    /// What is left when the crime's sandbox is gone: from the host, and from inside a fresh one.
    pub(super) async fn look_around(
        &self,
        before: &Remains,
        ruling: &mut Ruling,
    ) -> Result<(), SuiteError> {
        if let Some(uid) = self.site.host.anybody() {
            ruling.holes.extend(
                remains::processes(uid)
                    .into_iter()
                    .map(|process| format!("left a process behind its sandbox: {process}")),
            );
        }
        for left in Remains::left_since(self.site.host, before) {
            ruling.hole(left);
        }
        match Quiet::look(&self.site, &self.control, &self.inspector).await {
            Ok(now) => ruling.holes.extend(self.differences(&now).await?),
            Err(SuiteError::Wall(error)) => {
                ruling.hole(format!("the wall failed afterwards: {}", in_full(&error)))
            }
            Err(ours) => return Err(ours),
        }
        Ok(())
    }

    async fn differences(&self, now: &Quiet) -> Result<Vec<String>, SuiteError> {
        let mut wrong = now.fresh.differs_from(Some(&self.quiet.fresh));
        wrong.extend(now.used.differs_from(Some(&self.quiet.used)));
        let mut control = now.control.clone();
        for attempt in 1.. {
            let Some(difference) =
                control_differs(&self.quiet.control, &control, self.site.slowness)
            else {
                break;
            };
            if attempt == ATTEMPTS {
                wrong.push(difference);
                break;
            }
            match Quiet::look(&self.site, &self.control, &self.inspector).await {
                Ok(again) => control = again.control,
                Err(SuiteError::Wall(error)) => wrong.push(in_full(&error)),
                Err(ours) => return Err(ours),
            }
        }
        Ok(wrong)
    }

    /// Looks into the sandbox a crime was committed in.
    pub(super) async fn inspect_used(
        &self,
        sandbox: &mut dyn Sandbox,
        ruling: &mut Ruling,
    ) -> Result<(), SuiteError> {
        let report = inspect(
            sandbox,
            &self.inspector,
            Limits::of_ours(&self.site),
            self.site.hides_host(),
        )
        .await?;
        ruling.holes.extend(
            report
                .differs_from(Some(&self.quiet.used))
                .into_iter()
                .map(|difference| format!("the next run {difference}")),
        );
        Ok(())
    }

    /// The plan of a crime, compiled once.
    pub(super) async fn plan(&self, crime: &Crime) -> Result<Arc<RunPlan>, SuiteError> {
        let mut plans = self.plans.lock().await;
        if let Some(plan) = plans.get(&crime.name) {
            return Ok(Arc::clone(plan));
        }
        let toolchain = self.toolchain(crime)?;
        let artifact = artifact(
            &self.site,
            toolchain,
            &crime.name,
            &crime.sources,
            &self.shelf,
        )
        .await?;
        let plan = Arc::new(toolchain.run_plan(&artifact, crime.limits.memory_bytes));
        plans.insert(crime.name.clone(), Arc::clone(&plan));
        Ok(plan)
    }

    pub(super) fn toolchain(&self, crime: &Crime) -> Result<&Arc<Toolchain>, SuiteError> {
        self.site
            .toolchains
            .get(&crime.language)
            .map_err(|reason| SuiteError::Prepare {
                program: crime.name.clone(),
                reason,
            })
    }

    /// What the head says, where this wall runs programs more slowly.
    pub(super) fn limits(&self, crime: &Crime) -> Limits {
        Limits {
            cpu: crime.limits.cpu * self.site.slowness,
            wall: crime.limits.wall * self.site.slowness,
            ..crime.limits.clone()
        }
    }

    /// Whether the counters show what they must.
    pub(super) fn weigh(
        &self,
        crime: &Crime,
        outcome: &Outcome,
        limits: &Limits,
        ruling: &mut Ruling,
    ) {
        let wrong = match crime.evidence {
            Some(Evidence::LeftOver) if outcome.left_over_processes == 0 => {
                Some("no processes were left over")
            }
            Some(Evidence::Idle)
                if outcome.cpu > Duration::from_millis(100) * self.site.slowness =>
            {
                Some("it computed")
            }
            Some(Evidence::AtOnce) if outcome.cpu > limits.cpu / 2 => {
                Some("it was not stopped at once")
            }
            Some(Evidence::AtTheLimit)
                if self.site.is_prompt && outcome.cpu > limits.cpu + PROMPTLY =>
            {
                Some("it was not stopped promptly at its limit")
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            ruling.hole(format!(
                "{wrong}: {:?} CPU, {:?} wall",
                outcome.cpu, outcome.wall
            ));
        }
        if outcome.stdout.len > limits.output_bytes
            || outcome.stderr.len() as u64 > limits.stderr_bytes
        {
            ruling.hole("more output than the limit was kept");
        }
        if self.site.is_exact && outcome.memory_bytes > limits.memory_bytes {
            ruling.hole(format!(
                "{} bytes of memory were used",
                outcome.memory_bytes
            ));
        }
    }
}

impl Site {
    /// Whether programs see no file and no socket of the host.
    pub(super) fn hides_host(&self) -> bool {
        self.is_exact
    }
}

impl Limits {
    /// For programs of ours.
    pub(super) fn of_ours(site: &Site) -> Self {
        Self {
            cpu: Duration::from_secs(5) * site.slowness,
            wall: Duration::from_secs(20) * site.slowness,
            memory_bytes: 256 << 20,
            output_bytes: 1 << 20,
            stderr_bytes: 4096,
            processes: 64,
            open_files: 256,
            file_bytes: 64 << 20,
        }
    }
}

impl Quiet {
    /// A fresh sandbox seen from inside, seen again by a second run, and a harmless program in it.
    async fn look(site: &Site, control: &RunPlan, inspector: &RunPlan) -> Result<Self, SuiteError> {
        within(site, marked(control), async |sandbox| {
            let (limits, hides) = (Limits::of_ours(site), site.hides_host());
            let fresh = inspect(sandbox, inspector, limits.clone(), hides).await?;
            let used = inspect(sandbox, inspector, limits.clone(), hides).await?;
            let control = run(sandbox, planned(control, "40 2\n", limits)?).await?;
            Ok(Self {
                control,
                fresh,
                used,
            })
        })
        .await
    }
}

fn control_differs(first: &Outcome, now: &Outcome, slowness: u32) -> Option<String> {
    let same = (now.exit, now.stop, now.oom_kills) == (first.exit, first.stop, first.oom_kills);
    let memory = now.memory_bytes.abs_diff(first.memory_bytes) <= MEMORY_NOISE;
    // An emulated processor's clock goes on while the host does something else.
    let emulated = if slowness > 1 { EMULATED_NOISE } else { 1 };
    let cpu = now.cpu <= first.cpu * emulated + CPU_NOISE * slowness;
    (!(same && memory && cpu)).then(|| {
        format!(
            "a harmless program afterwards: {:?} {:?}, {:?}, {} bytes; before: {:?} {:?}, {:?}, {} bytes",
            now.exit, now.stop, now.cpu, now.memory_bytes, first.exit, first.stop, first.cpu, first.memory_bytes
        )
    })
}
