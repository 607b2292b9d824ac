//! With what machines compute: KVM where a guest truly runs with it, else emulation.
//!
//! On some hosts `/dev/kvm` opens, a machine starts, and its processor never executes an instruction. So a guest is really booted,
//! up to a marker that only it can write, against a deadline; the result holds until the host boots again.

use std::time::{Duration, Instant};

use runner::machine::PROBE_MARKER;

use crate::microvm::arguments::Memory;
use crate::microvm::config::{Acceleration, MicroVmConfig};
use crate::microvm::factory::Factory;
use crate::microvm::state::{State, boot_id};
use crate::sandbox::WallError;

/// How long a guest may take to its marker with KVM: 0.3 s where it works.
const DEADLINE: Duration = Duration::from_secs(5);

/// Memory of the probe's machine, bytes.
const PROBE_BYTES: u64 = 256 << 20;

/// Where the result is remembered.
const REMEMBERED: &str = "kvm";

/// With what machines compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accelerator {
    /// The processor's own virtualisation.
    Kvm,
    /// QEMU's emulation.
    Tcg,
}

impl Accelerator {
    /// `KVM` or `TCG`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kvm => "KVM",
            Self::Tcg => "TCG",
        }
    }
}

/// What was chosen and why.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) accelerator: Accelerator,
    pub(crate) reason: String,
}

/// Chooses for this host. `factory` is asked for one machine with KVM, if this boot of the host has not been asked yet.
pub(crate) async fn choose(
    config: &MicroVmConfig,
    state: &State,
    factory: &Factory,
) -> Result<Choice, WallError> {
    if config.acceleration == Acceleration::Tcg {
        return Ok(Choice {
            accelerator: Accelerator::Tcg,
            reason: format!("{}.acceleration says so", config.keys),
        });
    }
    let found = probe(state, factory).await;
    match (found, config.acceleration) {
        (Ok(()), _) => Ok(Choice {
            accelerator: Accelerator::Kvm,
            reason: "a guest ran with it".to_owned(),
        }),
        (Err(reason), Acceleration::Kvm) => Err(config.refuse("KVM", "acceleration", reason)),
        (Err(reason), _) => Ok(Choice {
            accelerator: Accelerator::Tcg,
            reason,
        }),
    }
}

async fn probe(state: &State, factory: &Factory) -> Result<(), String> {
    let boot = boot_id();
    let known = state.recall(REMEMBERED);
    if let Some(result) = known.as_deref().and_then(|text| remembered(text, &boot)) {
        return result;
    }
    let result = match std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/kvm")
    {
        Ok(device) => {
            drop(device);
            run_a_guest(factory).await
        }
        Err(error) => Err(format!("/dev/kvm: {error}")),
    };
    let text = match &result {
        Ok(()) => format!("{boot}\nworks"),
        Err(reason) => format!("{boot}\n{reason}"),
    };
    state.remember(REMEMBERED, &text);
    result
}

/// What this boot of the host has been found to do.
fn remembered(text: &str, boot: &str) -> Option<Result<(), String>> {
    match text.split_once('\n')? {
        (then, _) if then != boot || boot.is_empty() => None,
        (_, "works") => Some(Ok(())),
        (_, reason) => Some(Err(reason.to_owned())),
    }
}

/// The result of the last probe on this boot of the host, for people.
pub(crate) fn last_probe(state: &State) -> Option<Result<(), String>> {
    remembered(&state.recall(REMEMBERED)?, &boot_id())
}

async fn run_a_guest(factory: &Factory) -> Result<(), String> {
    let factory = factory
        .with(Accelerator::Kvm, PROBE_BYTES)
        .map_err(|error| error.to_string())?;
    let begin = Instant::now();
    let started = factory.start(None, Memory::Fresh, "probe").await;
    let mut asleep = started.map_err(|error| error.to_string())?.asleep;
    let marker = asleep.port.expect_bytes(PROBE_MARKER);
    let result = match tokio::time::timeout(DEADLINE, marker).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!(
            "a guest ended before it ran ({error}): {}",
            asleep.machine.last_words()
        )),
        Err(_) => Err(format!(
            "/dev/kvm opens, but a guest did not run within {} s",
            DEADLINE.as_secs()
        )),
    };
    tracing::info!(
        seconds = begin.elapsed().as_secs_f64(),
        ?result,
        "probed KVM with a guest"
    );
    if let Err(error) = asleep.machine.end().await {
        tracing::warn!(%error, "the machine of the probe did not end");
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_holds_for_one_boot_of_the_host() {
        assert_eq!(remembered("boot-1\nworks", "boot-1"), Some(Ok(())));
        assert_eq!(
            remembered("boot-1\nit hangs", "boot-1"),
            Some(Err("it hangs".to_owned()))
        );
        assert_eq!(remembered("boot-1\nworks", "boot-2"), None);
        assert_eq!(remembered("\nworks", ""), None);
        assert_eq!(remembered("rubbish", "boot-1"), None);
    }
}
