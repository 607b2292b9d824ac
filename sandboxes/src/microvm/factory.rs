//! Makes machines: booted, or continued from a saved one; either way up to the point where the guest waits to be woken.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use runner::machine::{GuestReply, GuestRequest, Launch};
use runner::protocol::Setup;
use serde_json::json;

use crate::link::faults::step;
use crate::microvm::accelerator::Accelerator;
use crate::microvm::arguments::{Memory, Shape, command_line};
use crate::microvm::artifacts::Artifacts;
use crate::microvm::machine::Machine;
use crate::microvm::port::Port;
use crate::microvm::qmp::Qmp;
use crate::microvm::registry::Registry;
use crate::microvm::template::Template;
use crate::sandbox::{Slot, WallError};

/// How long a machine may take to boot, and to build its sandbox: 1.5 s on a quiet host, emulated.
const BOOT: Duration = Duration::from_secs(60);
/// How long a saved machine may take to go on: 0.1 s on a quiet host, emulated.
const WAKE: Duration = Duration::from_secs(20);
/// Fresh randomness for each machine, bytes.
const ENTROPY: usize = 64;

/// Everything machines of one wall have in common.
pub(crate) struct Factory {
    /// The emulator.
    pub(crate) qemu: PathBuf,
    /// What they boot from.
    pub(crate) artifacts: Artifacts,
    /// With what they compute.
    pub(crate) accelerator: Accelerator,
    /// Frequency of this host's time stamp counter, kHz.
    pub(crate) counter_khz: u64,
    /// Whether QEMU filters its own system calls.
    pub(crate) filtered: bool,
    /// Memory of a machine, bytes.
    pub(crate) memory_bytes: u64,
    /// What the guest builds.
    pub(crate) setup: Setup,
    /// The emulator of slot `n` runs as this user plus `n`, if we may choose.
    pub(crate) first_uid: Option<u32>,
    /// What runs.
    pub(crate) registry: Arc<Registry>,
}

/// A machine whose sandbox is built, with nobody awake in it.
pub(crate) struct Asleep {
    pub(crate) machine: Machine,
    pub(crate) port: Port,
    pub(crate) monitor: Qmp,
}

/// A machine just started.
pub(crate) struct Started {
    pub(crate) asleep: Asleep,
    /// The descriptor with the devices' state.
    devices: Option<i32>,
}

impl Factory {
    /// What its machines look like.
    pub(crate) fn shape<'a>(&self, memory: Memory<'a>) -> Shape<'a> {
        Shape {
            memory_bytes: self.memory_bytes,
            memory,
            accelerator: self.accelerator,
            counter_khz: self.counter_khz,
            filtered: self.filtered,
            mode: "",
        }
    }

    /// The same with another accelerator and other memory.
    pub(crate) fn with(
        &self,
        accelerator: Accelerator,
        memory_bytes: u64,
    ) -> std::io::Result<Self> {
        Ok(Self {
            qemu: self.qemu.clone(),
            artifacts: self.artifacts.try_clone()?,
            accelerator,
            memory_bytes,
            setup: self.setup.clone(),
            registry: Arc::clone(&self.registry),
            ..*self
        })
    }

    /// Starts a process. What `mode` says is for the guest.
    pub(crate) async fn start(
        &self,
        slot: Option<Slot>,
        memory: Memory<'_>,
        mode: &'static str,
    ) -> Result<Started, WallError> {
        let (port, their_port) = UnixStream::pair().map_err(step("make a machine's port"))?;
        let (monitor, their_monitor) =
            UnixStream::pair().map_err(step("make a machine's monitor"))?;
        let shape = Shape {
            mode,
            ..self.shape(memory)
        };
        let line = command_line(shape, &self.artifacts, their_port, their_monitor)
            .map_err(step("prepare a machine's files"))?;
        let program = self.qemu.to_string_lossy().into_owned();
        let launch = Launch {
            args: std::iter::once(program.clone()).chain(line.args).collect(),
            program,
            uid: self
                .first_uid
                .map(|first| first + slot.map_or(0, |slot| slot.index)),
            groups: self.groups(),
            cpu: slot.map(|slot| slot.cpu),
        };
        let machine = Machine::start(&launch, line.files, &self.registry).await?;
        Ok(Started {
            asleep: Asleep {
                machine,
                port: Port::new(port).map_err(step("use a machine's port"))?,
                monitor: Qmp::new(monitor).map_err(step("use a machine's monitor"))?,
            },
            devices: line.devices,
        })
    }

    /// Who may open `/dev/kvm`.
    fn groups(&self) -> Vec<u32> {
        match self.accelerator {
            Accelerator::Tcg => Vec::new(),
            Accelerator::Kvm => std::fs::metadata("/dev/kvm")
                .map(|about| vec![about.gid()])
                .unwrap_or_default(),
        }
    }

    /// Boots a machine and has its sandbox built.
    pub(crate) async fn boot(
        &self,
        slot: Option<Slot>,
        memory: Memory<'_>,
    ) -> Result<Asleep, WallError> {
        let Started { mut asleep, .. } = self.start(slot, memory, "").await?;
        match self.build(&mut asleep.port).await {
            Ok(()) => Ok(asleep),
            Err(error) => Err(explain(error, &mut asleep).await),
        }
    }

    async fn build(&self, port: &mut Port) -> Result<(), WallError> {
        port.expect("boot", BOOT, |reply| match reply {
            GuestReply::Booted(result) => Some(result),
            _ => None,
        })
        .await?;
        port.send(&GuestRequest::Setup(Box::new(self.setup.clone())))
            .await
            .map_err(step("tell a machine what to build"))?;
        port.expect("build its sandbox", BOOT, |reply| match reply {
            GuestReply::Ready(result) => Some(result),
            _ => None,
        })
        .await
    }

    /// Continues a saved machine.
    pub(crate) async fn restore(
        &self,
        slot: Slot,
        template: &Template,
    ) -> Result<Asleep, WallError> {
        let path = format!("/proc/self/fd/{}", template.devices.as_raw_fd());
        let devices = File::open(path).map_err(step("open a saved machine"))?;
        let memory = Memory::Saved {
            memory: &template.memory,
            devices,
        };
        let Started {
            mut asleep,
            devices,
        } = self.start(Some(slot), memory, "").await?;
        let uri = format!("fd:{}", devices.unwrap_or(-1));
        let monitor = &mut asleep.monitor;
        let told = async {
            monitor.tell("qmp_capabilities", &json!({})).await?;
            let ignore_shared =
                json!({"capabilities": [{"capability": "x-ignore-shared", "state": true}]});
            monitor
                .tell("migrate-set-capabilities", &ignore_shared)
                .await?;
            monitor.tell("migrate-incoming", &json!({"uri": uri})).await
        };
        match told.await {
            Ok(()) => Ok(asleep),
            Err(error) => Err(explain(step("continue a saved machine")(error), &mut asleep).await),
        }
    }

    /// Wakes the guest, with randomness and the time of its own. Then the port is the worker's.
    pub(crate) async fn wake(&self, asleep: &mut Asleep) -> Result<(), WallError> {
        match Self::say_wake(&mut asleep.port).await {
            Ok(()) => Ok(()),
            Err(error) => Err(explain(error, asleep).await),
        }
    }

    async fn say_wake(port: &mut Port) -> Result<(), WallError> {
        let mut entropy = vec![0; ENTROPY];
        fill_random(&mut entropy).map_err(step("get randomness for a machine"))?;
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let now_ns = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        port.send(&GuestRequest::Wake { entropy, now_ns })
            .await
            .map_err(step("wake a machine"))?;
        port.expect("wake up", WAKE, |reply| match reply {
            GuestReply::Awake(result) => Some(result),
            _ => None,
        })
        .await
    }
}

fn fill_random(buffer: &mut [u8]) -> std::io::Result<()> {
    use std::io::Read;
    File::open("/dev/urandom")?.read_exact(buffer)
}

/// Adds to an error what the process and the guest's kernel said last.
async fn explain(error: WallError, asleep: &mut Asleep) -> WallError {
    let words = asleep.machine.last_words();
    let console = if words.is_empty() {
        console(&mut asleep.monitor).await.unwrap_or_default()
    } else {
        String::new()
    };
    match (error, words + &console) {
        (error, words) if words.is_empty() => error,
        (WallError::Lost(reason), words) => WallError::Lost(format!("{reason}: {words}")),
        (error, words) => {
            tracing::warn!(%error, words, "a virtual machine failed");
            error
        }
    }
}

/// The last lines of the guest's kernel.
async fn console(monitor: &mut Qmp) -> std::io::Result<String> {
    const LINES: usize = 8;
    let patience = Duration::from_secs(2);
    let read = async {
        monitor.ask("qmp_capabilities", json!({})).await?;
        monitor
            .ask("ringbuf-read", json!({"device": "console", "size": 65_536}))
            .await
    };
    let text = tokio::time::timeout(patience, read).await??;
    let text = text.as_str().unwrap_or_default().trim().to_owned();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let last = lines.len().saturating_sub(LINES);
    Ok(lines[last..].join("; "))
}
