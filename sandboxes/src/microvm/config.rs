//! What the microVM wall is built from, and the sentences that name the key to change when it cannot be.

use std::path::{Path, PathBuf};

use crate::root::RootPlan;
use crate::sandbox::WallError;

/// What the kernel, its structures and the runner take of a machine's memory beside the programs.
pub(crate) const OVERHEAD_BYTES: u64 = 192 << 20;

/// What a machine may compute with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acceleration {
    /// KVM where a guest really runs with it, else emulation.
    #[default]
    Auto,
    /// KVM, or the wall refuses to start.
    Kvm,
    /// Emulation.
    Tcg,
}

/// What the microVM wall is built from.
#[derive(Clone, Debug)]
pub struct MicroVmConfig {
    /// Prefix of the configuration keys in errors: `pools.microvm`.
    pub keys: String,
    /// The emulator: a path, or a name looked up where programs are.
    pub qemu: PathBuf,
    /// The kernel's image.
    pub kernel: PathBuf,
    /// The boot file system with the drivers.
    pub initramfs: PathBuf,
    /// The root image.
    pub root_image: PathBuf,
    /// What `deploy/microvm/build` wrote about the three: their hashes.
    pub manifest: PathBuf,
    /// Memory for programs in each machine, bytes; the machine has a little more.
    pub memory_bytes: u64,
    /// With what machines compute.
    pub acceleration: Acceleration,
    /// How many times slower programs are; `None` measures it.
    pub time_factor: Option<f64>,
    /// What programs see of the root image.
    pub root: RootPlan,
    /// Size cap of the work directory, bytes. Its memory counts against the run that fills it.
    pub work_bytes: u64,
    /// Cap of files and directories in the work directory.
    pub work_files: u64,
    /// Size cap of the box, bytes.
    pub box_bytes: u64,
    /// The emulator of slot `n` runs as this user and group plus `n`. Nobody else may use these numbers.
    pub first_uid: u32,
    /// Where saved machines and what was found out about this host are kept between starts.
    pub cache: PathBuf,
}

impl MicroVmConfig {
    /// What `deploy/microvm/build` made in `directory`, with the usual caps: 1 GiB for programs, 256 MiB and 16,384 files of work,
    /// 512 MiB of box, users from 71,000.
    #[must_use]
    pub fn new(directory: &Path, root: RootPlan) -> Self {
        Self {
            keys: "pools.microvm".to_owned(),
            qemu: PathBuf::from("qemu-system-x86_64"),
            kernel: directory.join("kernel"),
            initramfs: directory.join("initramfs"),
            root_image: directory.join("root"),
            manifest: directory.join("manifest.toml"),
            memory_bytes: 1 << 30,
            acceleration: Acceleration::Auto,
            time_factor: None,
            root,
            work_bytes: 256 << 20,
            work_files: 16_384,
            box_bytes: 512 << 20,
            first_uid: 71_000,
            cache: directory.join("cache"),
        }
    }

    /// The listing of the root image, which was made with the manifest and lies beside it.
    #[must_use]
    pub fn listing(&self) -> PathBuf {
        self.manifest.with_file_name("listing")
    }

    /// The memory of a whole machine, a multiple of 2 MiB.
    pub(crate) fn machine_bytes(&self) -> u64 {
        (self.memory_bytes + OVERHEAD_BYTES).next_multiple_of(2 << 20)
    }

    /// A refusal that names the key to change.
    pub(crate) fn refuse(
        &self,
        mechanism: &'static str,
        key: &str,
        reason: impl std::fmt::Display,
    ) -> WallError {
        WallError::Missing {
            mechanism,
            reason: format!("{reason}; change {}.{key}", self.keys),
        }
    }

    /// Whether this host has the memory for one machine at least.
    pub(crate) fn check_memory(&self) -> Result<(), WallError> {
        let has = host_memory_bytes();
        let wants = self.machine_bytes();
        if has.is_some_and(|has| wants > has) {
            let mib = |bytes: u64| bytes >> 20;
            return Err(self.refuse(
                "memory for a virtual machine",
                "max_run_memory",
                format_args!(
                    "a machine with {} MiB for programs takes {} MiB and this host has {} MiB",
                    mib(self.memory_bytes),
                    mib(wants),
                    mib(has.unwrap_or(0))
                ),
            ));
        }
        Ok(())
    }

    /// The emulator's path.
    pub(crate) fn find_qemu(&self) -> Result<PathBuf, WallError> {
        let found = if self.qemu.components().count() > 1 {
            Some(self.qemu.clone()).filter(|path| path.is_file())
        } else {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path)
                .map(|directory| directory.join(&self.qemu))
                .find(|path| path.is_file())
        };
        found.ok_or_else(|| {
            self.refuse(
                "QEMU",
                "qemu",
                format_args!(
                    "{} is not here (apt-get install qemu-system-x86)",
                    self.qemu.display()
                ),
            )
        })
    }
}

/// `MemTotal` of proc(5).
pub(crate) fn host_memory_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_the_key_to_change() {
        let mut config = MicroVmConfig::new(Path::new("/nowhere"), RootPlan::default());
        config.memory_bytes = 1 << 60;
        let error = config.check_memory().unwrap_err().to_string();
        assert!(error.contains("this host has"), "{error}");
        assert!(
            error.ends_with("change pools.microvm.max_run_memory"),
            "{error}"
        );
        config.qemu = PathBuf::from("no-such-emulator");
        let error = config.find_qemu().unwrap_err().to_string();
        assert!(error.contains("no-such-emulator is not here"), "{error}");
        assert!(error.ends_with("change pools.microvm.qemu"), "{error}");
    }

    #[test]
    fn a_machine_has_room_for_more_than_its_programs() {
        let config = MicroVmConfig::new(Path::new("/nowhere"), RootPlan::default());
        assert_eq!(config.machine_bytes(), (1 << 30) + (192 << 20));
        config.check_memory().unwrap();
    }
}
