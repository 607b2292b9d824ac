//! The microVM wall.

use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt};
use runner::protocol::{Groups, Isolation, Setup, Users};

use crate::link::faults::step;
use crate::link::sandbox::RunnerSandbox;
use crate::link::stream::SocketEnds;
use crate::microvm::accelerator::{self, Accelerator};
use crate::microvm::arguments::{Memory, Shape, command_line};
use crate::microvm::artifacts::Artifacts;
use crate::microvm::calibration;
use crate::microvm::config::MicroVmConfig;
use crate::microvm::factory::{Asleep, Factory};
use crate::microvm::findings::version_of;
use crate::microvm::processor;
use crate::microvm::registry::Registry;
use crate::microvm::state::State;
use crate::microvm::template::Template;
use crate::native::entries;
use crate::sandbox::{Sandbox, Slot, Wall, WallError};

/// How long machines that are being ended may hold up the end of the wall.
const FAREWELL: Duration = Duration::from_secs(10);

/// A machine may be lost, as in any run; that is no reason to have no wall.
const CALIBRATIONS: u32 = 3;

/// Builds sandboxes that are virtual machines.
pub struct MicroVmWall {
    factory: Factory,
    /// `None` where machines cannot be saved: then each is booted.
    template: Option<Template>,
    time_factor: f64,
    reason: String,
}

impl MicroVmWall {
    /// Checks everything, finds out whether KVM works here, saves a machine to continue from, and measures how much slower it is.
    /// What was found out before is not found out again. Blocks meanwhile: 0.1 s, or about 10 s for the first time.
    ///
    /// # Errors
    /// [`WallError::Missing`] with the configuration key to change; other [`WallError`]s when no machine boots.
    pub fn new(config: &MicroVmConfig) -> Result<Self, WallError> {
        // The caller may be inside a runtime of its own, which must not be blocked from within.
        std::thread::scope(|scope| {
            let started = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(step("start a runtime"))?;
                runtime.block_on(Self::start(config))
            });
            started
                .join()
                .unwrap_or_else(|_| Err(WallError::Lost("the start panicked".to_owned())))
        })
    }

    async fn start(config: &MicroVmConfig) -> Result<Self, WallError> {
        config.check_memory()?;
        let qemu = config.find_qemu()?;
        let version = version_of(&qemu).map_err(|error| {
            config.refuse("QEMU", "qemu", format_args!("{}: {error}", qemu.display()))
        })?;
        let state = State::open(config)?;
        let mut factory = Factory {
            qemu,
            artifacts: Artifacts::open(config, &state)?,
            accelerator: Accelerator::Tcg,
            counter_khz: processor::counter_khz(),
            filtered: true,
            memory_bytes: config.machine_bytes(),
            setup: setup(config)?,
            first_uid: rustix::process::geteuid()
                .is_root()
                .then_some(config.first_uid),
            registry: Registry::open()?,
        };
        let choice = accelerator::choose(config, &state, &factory).await?;
        factory.accelerator = choice.accelerator;
        if choice.accelerator == Accelerator::Tcg {
            tracing::warn!(reason = choice.reason, "virtual machines are emulated");
        }
        let key = key(&factory, &version)?;
        let template = template(&mut factory, &state, &key).await?;
        let mut wall = Self {
            factory,
            template,
            time_factor: 1.0,
            reason: choice.reason,
        };
        wall.time_factor = wall.calibrate(config, &state, &key).await?;
        tracing::info!(
            accelerator = wall.factory.accelerator.name(),
            reason = wall.reason,
            time_factor = wall.time_factor,
            kernel = wall.factory.artifacts.kernel_version,
            restored = wall.template.is_some(),
            "the microVM wall is ready"
        );
        Ok(wall)
    }

    /// With KVM programs run on this host's own processor.
    async fn calibrate(
        &self,
        config: &MicroVmConfig,
        state: &State,
        key: &str,
    ) -> Result<f64, WallError> {
        if let Some(factor) = config.time_factor {
            return Ok(factor);
        }
        if self.factory.accelerator == Accelerator::Kvm {
            return Ok(1.0);
        }
        if let Some(factor) = calibration::recall(state, key) {
            return Ok(factor);
        }
        let mut tries = 1;
        let factor = loop {
            match self.compare_processors().await {
                Ok(factor) => break factor,
                Err(error) if tries < CALIBRATIONS => {
                    tracing::warn!(
                        ?error,
                        tries,
                        "measuring again in a fresh machine how much slower it is"
                    );
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        };
        calibration::remember(state, key, factor);
        Ok(factor)
    }

    async fn compare_processors(&self) -> Result<f64, WallError> {
        let (mut sandbox, process) = self.make(Slot { index: 0, cpu: 0 }).await?;
        let measured = calibration::measure(&mut sandbox, process).await;
        Box::new(sandbox).destroy().await?;
        measured
    }

    /// With what machines compute, and why.
    #[must_use]
    pub fn accelerator(&self) -> (Accelerator, &str) {
        (self.factory.accelerator, &self.reason)
    }

    /// Whether sandboxes are continued from a saved machine; else each is booted.
    #[must_use]
    pub fn restores(&self) -> bool {
        self.template.is_some()
    }

    /// A sandbox and the process that is its machine.
    async fn make(&self, slot: Slot) -> Result<(RunnerSandbox, u32), WallError> {
        let begin = Instant::now();
        let asleep = match self.continued(slot).await {
            Some(asleep) => asleep,
            None => {
                let mut asleep = self.factory.boot(Some(slot), Memory::Fresh).await?;
                self.factory.wake(&mut asleep).await?;
                asleep
            }
        };
        let port = asleep
            .port
            .into_descriptor()
            .map_err(step("use a machine's port"))?;
        let ends = SocketEnds::new(port).map_err(step("use a machine's port"))?;
        let process = asleep.machine.pid();
        let sandbox = RunnerSandbox::over_stream(Box::new(asleep.machine), Box::new(ends)).await?;
        tracing::debug!(
            seconds = begin.elapsed().as_secs_f64(),
            "a virtual machine is ready"
        );
        Ok((sandbox, process))
    }

    /// A saved machine that goes on; `None` when it does not, which is said.
    async fn continued(&self, slot: Slot) -> Option<Asleep> {
        let template = self.template.as_ref()?;
        let restored = async {
            let mut asleep = self.factory.restore(slot, template).await?;
            self.factory.wake(&mut asleep).await?;
            Ok::<_, WallError>(asleep)
        };
        match restored.await {
            Ok(asleep) => Some(asleep),
            Err(error) => {
                tracing::warn!(%error, "a saved machine does not go on; booting one instead");
                None
            }
        }
    }
}

impl Wall for MicroVmWall {
    fn name(&self) -> &'static str {
        "microvm"
    }

    fn prepare(&self, slot: Slot) -> BoxFuture<'_, Result<Box<dyn Sandbox>, WallError>> {
        async move {
            let (sandbox, _) = self.make(slot).await?;
            Ok(Box::new(sandbox) as Box<dyn Sandbox>)
        }
        .boxed()
    }

    fn time_factor(&self) -> f64 {
        self.time_factor
    }
}

impl Drop for MicroVmWall {
    /// Machines that were dropped are ended by threads of their own; when this returns nothing is left.
    fn drop(&mut self) {
        let deadline = Instant::now() + FAREWELL;
        while Arc::strong_count(&self.factory.registry) > 1 {
            if Instant::now() > deadline {
                tracing::error!("virtual machines are left when the wall goes");
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// What the guest builds: the native wall, on a kernel with control groups of version 2 only.
fn setup(config: &MicroVmConfig) -> Result<Setup, WallError> {
    /// A machine has one slot, so one user. It is not that of the emulator outside.
    const GUEST_UID: u32 = 70_000;
    Ok(Setup {
        cpu: 0,
        uid: Some(GUEST_UID),
        isolation: Isolation::Native {
            root: entries(&config.root)?,
            groups: Groups::V2 {
                directory: "/sys/fs/cgroup/gavel".to_owned(),
            },
            group_prefix: "s".to_owned(),
            users: Users::Host,
        },
        work_bytes: config.work_bytes,
        work_files: config.work_files,
        box_bytes: config.box_bytes,
        over_stream: true,
    })
}

/// Stands for everything that makes one saved machine different from another.
fn key(factory: &Factory, version: &str) -> Result<String, WallError> {
    let mut setup = Vec::new();
    runner::frames::encode(&factory.setup, 0, &mut setup)
        .map_err(|error| step("describe a sandbox")(std::io::Error::other(error)))?;
    let processor = match factory.accelerator {
        Accelerator::Kvm => processor::model(),
        // Its clocks count this host's time stamp counter; differences in the measurement are none.
        Accelerator::Tcg => format!("{}", (factory.counter_khz + 500) / 1_000),
    };
    let line = UnixStream::pair()
        .and_then(|(port, monitor)| {
            let shape = Shape {
                counter_khz: 0,
                ..factory.shape(Memory::Fresh)
            };
            command_line(shape, &factory.artifacts, port, monitor)
        })
        .map_err(step("describe a machine"))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(factory.artifacts.fingerprint.as_bytes());
    for part in [
        setup.as_slice(),
        processor.as_bytes(),
        version.as_bytes(),
        line.args.join("\n").as_bytes(),
        &factory.memory_bytes.to_le_bytes(),
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// The saved machine of this key, made now if there is none yet.
async fn template(
    factory: &mut Factory,
    state: &State,
    key: &str,
) -> Result<Option<Template>, WallError> {
    if let Some(template) = Template::recall(state, key, factory.memory_bytes) {
        return Ok(Some(template));
    }
    let begin = Instant::now();
    let mut made = Template::make(factory).await;
    if let Err(error) = &made
        && error.to_string().contains("-sandbox")
    {
        tracing::warn!(%error, "this QEMU has no system call filter; going on without");
        factory.filtered = false;
        made = Template::make(factory).await;
    }
    match made {
        Ok(template) => {
            tracing::info!(
                seconds = begin.elapsed().as_secs_f64(),
                "booted and saved a virtual machine"
            );
            template.keep(state, key);
            Ok(Some(template))
        }
        // Only saving failed: a machine did boot.
        Err(
            error @ WallError::Step {
                step: "save a machine",
                ..
            },
        ) => {
            tracing::warn!(%error, "machines cannot be saved here; each is booted");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
