//! What this host has for the microVM wall, for a person who asks what is missing.

use std::process::Command;

use crate::microvm::accelerator;
use crate::microvm::config::MicroVmConfig;
use crate::microvm::state::State;
use crate::native::Finding;

/// Looks at emulator, kernel, images, KVM and memory. Starts no machine.
#[must_use]
pub fn findings(config: &MicroVmConfig) -> Vec<Finding> {
    let mut found = vec![qemu(config)];
    // Looking must not make directories where nothing was built.
    if config.manifest.is_file() {
        match &State::open(config) {
            Ok(state) => {
                found.push(images(config, state));
                found.push(kvm(accelerator::last_probe(state)));
            }
            Err(error) => found.push(Finding {
                mechanism: "cache",
                ok: false,
                detail: error.to_string(),
                mend: "point the key at a directory of your own".to_owned(),
            }),
        }
    } else {
        found.push(nothing_built(config));
        found.push(kvm(None));
    }
    found.push(memory(config));
    found
}

fn qemu(config: &MicroVmConfig) -> Finding {
    let version = config.find_qemu().map_err(|error| error.to_string());
    let version = version
        .and_then(|path| version_of(&path).map_err(|error| format!("{}: {error}", path.display())));
    Finding {
        mechanism: "qemu",
        ok: version.is_ok(),
        detail: version.unwrap_or_else(|error| error),
        mend: "apt-get install qemu-system-x86".to_owned(),
    }
}

/// The first line of `qemu --version`.
pub(crate) fn version_of(path: &std::path::Path) -> std::io::Result<String> {
    let output = Command::new(path).arg("--version").env_clear().output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().next() {
        Some(line) if output.status.success() => Ok(line.to_owned()),
        _ => Err(std::io::Error::other("does not say its version")),
    }
}

fn images(config: &MicroVmConfig, state: &State) -> Finding {
    let opened = crate::microvm::artifacts::Artifacts::open(config, state);
    Finding {
        mechanism: "images",
        ok: opened.is_ok(),
        detail: match opened {
            Ok(artifacts) => format!("kernel {}", artifacts.kernel_version),
            Err(error) => error.to_string(),
        },
        mend: "run deploy/microvm/build".to_owned(),
    }
}

fn nothing_built(config: &MicroVmConfig) -> Finding {
    let missing = crate::microvm::artifacts::read_manifest(config).err();
    Finding {
        mechanism: "images",
        ok: false,
        detail: missing.map_or_else(String::new, |error| error.to_string()),
        mend: "run deploy/microvm/build".to_owned(),
    }
}

/// Never a failure: without KVM machines are emulated.
fn kvm(last_probe: Option<Result<(), String>>) -> Finding {
    let detail = match last_probe {
        Some(Ok(())) => "a guest ran with it".to_owned(),
        Some(Err(reason)) => format!("not used, machines are emulated: {reason}"),
        None if std::path::Path::new("/dev/kvm").exists() => {
            "/dev/kvm is here; a guest shows at the first start whether it works".to_owned()
        }
        None => "no /dev/kvm; machines are emulated".to_owned(),
    };
    Finding {
        mechanism: "kvm",
        ok: true,
        detail,
        mend: String::new(),
    }
}

fn memory(config: &MicroVmConfig) -> Finding {
    let checked = config.check_memory();
    Finding {
        mechanism: "memory",
        ok: checked.is_ok(),
        detail: match checked {
            Ok(()) => format!("{} MiB for each machine", config.machine_bytes() >> 20),
            Err(error) => error.to_string(),
        },
        mend: "lower the memory of the pool".to_owned(),
    }
}
