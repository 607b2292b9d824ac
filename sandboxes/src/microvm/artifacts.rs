//! Kernel, boot file system and root image: opened, held against the manifest, and given to machines by descriptor.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{MemfdFlags, SealFlags};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::link::embedded;
use crate::link::faults::step;
use crate::microvm::config::MicroVmConfig;
use crate::microvm::initramfs;
use crate::microvm::state::State;
use crate::sandbox::WallError;

/// The version of the manifest this reads.
const VERSION: u32 = 1;

/// Sizes and hashes of everything that was built.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    version: u32,
    kernel_version: String,
    kernel: Entry,
    initramfs: Entry,
    root: Entry,
    listing: Entry,
}

#[derive(Debug, Deserialize)]
struct Entry {
    bytes: u64,
    sha256: String,
}

/// What machines boot from. Kernel and boot file system are copies in memory that nobody can change.
pub(crate) struct Artifacts {
    /// The kernel's image.
    pub(crate) kernel: File,
    /// The drivers, and our runner as the first process.
    pub(crate) initramfs: File,
    /// The root image.
    pub(crate) root: File,
    /// The kernel's release, for people.
    pub(crate) kernel_version: String,
    /// Stands for the content of all of it.
    pub(crate) fingerprint: blake3::Hash,
}

impl Artifacts {
    /// The same files once more.
    pub(crate) fn try_clone(&self) -> std::io::Result<Self> {
        Ok(Self {
            kernel: self.kernel.try_clone()?,
            initramfs: self.initramfs.try_clone()?,
            root: self.root.try_clone()?,
            kernel_version: self.kernel_version.clone(),
            fingerprint: self.fingerprint,
        })
    }

    /// Opens and checks everything.
    pub(crate) fn open(config: &MicroVmConfig, state: &State) -> Result<Self, WallError> {
        let manifest = read_manifest(config)?;
        let kernel = check(config, state, "kernel", &config.kernel, &manifest.kernel)?;
        let drivers = check(
            config,
            state,
            "initramfs",
            &config.initramfs,
            &manifest.initramfs,
        )?;
        let root = check(config, state, "root", &config.root_image, &manifest.root)?;
        let listing = config.listing();
        check(config, state, "manifest", &listing, &manifest.listing)?;
        let mut fingerprint = blake3::Hasher::new();
        for entry in [&manifest.kernel, &manifest.initramfs, &manifest.root] {
            fingerprint.update(entry.sha256.as_bytes());
        }
        fingerprint.update(blake3::hash(embedded::RUNNER).as_bytes());
        let mut whole = read_all(drivers).map_err(step("read the boot file system"))?;
        initramfs::append_first_process(&mut whole, embedded::RUNNER);
        Ok(Self {
            kernel: sealed(&read_all(kernel).map_err(step("read the kernel"))?)
                .map_err(step("copy the kernel"))?,
            initramfs: sealed(&whole).map_err(step("copy the boot file system"))?,
            root,
            kernel_version: manifest.kernel_version,
            fingerprint: fingerprint.finalize(),
        })
    }
}

/// Reads what `deploy/microvm/build` wrote.
pub(crate) fn read_manifest(config: &MicroVmConfig) -> Result<Manifest, WallError> {
    let path = config.manifest.display();
    let text = std::fs::read_to_string(&config.manifest).map_err(|error| {
        let reason = format!("{path}: {error} (deploy/microvm/build makes it)");
        config.refuse("the manifest of the virtual machines", "manifest", reason)
    })?;
    let manifest: Manifest = toml::from_str(&text).map_err(|error| {
        let reason = format!("{path} cannot be read: {}", error.message());
        config.refuse("the manifest of the virtual machines", "manifest", reason)
    })?;
    if manifest.version != VERSION {
        let reason = format!("{path} has version {}, not {VERSION}", manifest.version);
        return Err(config.refuse("the manifest of the virtual machines", "manifest", reason));
    }
    Ok(manifest)
}

/// Opens a file that must be what the manifest says. A large file is read once, and again when anything about it has changed.
fn check(
    config: &MicroVmConfig,
    state: &State,
    key: &'static str,
    path: &Path,
    entry: &Entry,
) -> Result<File, WallError> {
    let refuse = |reason: String| {
        let mechanism = match key {
            "kernel" => "the kernel of the virtual machines",
            "initramfs" => "the boot file system of the virtual machines",
            "manifest" => "the listing of the virtual machines' root image",
            _ => "the root image of the virtual machines",
        };
        config.refuse(mechanism, key, format_args!("{}: {reason}", path.display()))
    };
    let missing =
        |error: std::io::Error| refuse(format!("{error} (deploy/microvm/build makes it)"));
    let file = File::open(path).map_err(missing)?;
    let about = file.metadata().map_err(missing)?;
    if !about.is_file() {
        return Err(refuse("not a regular file".to_owned()));
    }
    let differs = |what: &str| {
        refuse(format!(
            "{what} differs from what {} says; run deploy/microvm/build again",
            config.manifest.display()
        ))
    };
    if about.len() != entry.bytes {
        return Err(differs("its size"));
    }
    let stamp = format!(
        "{} {} {} {}.{} {}.{}",
        entry.sha256,
        about.dev(),
        about.ino(),
        about.mtime(),
        about.mtime_nsec(),
        about.ctime(),
        about.ctime_nsec()
    );
    let name = format!("checked-{key}");
    if state.recall(&name).as_deref() == Some(&stamp) {
        return Ok(file);
    }
    let found = sha256(&file).map_err(missing)?;
    if found != entry.sha256 {
        return Err(differs("its content"));
    }
    state.remember(&name, &stamp);
    Ok(file)
}

fn sha256(mut file: &File) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            count => hasher.update(&buffer[..count]),
        }
    }
    let digest = hasher.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read_all(file: File) -> std::io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt;
    let length = usize::try_from(file.metadata()?.len()).map_err(std::io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// A memory file with this content for good, readable by whoever is given it.
fn sealed(bytes: &[u8]) -> std::io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(rustix::fs::memfd_create("gavel-microvm", flags)?);
    file.write_all(bytes)?;
    seal(&file)?;
    Ok(file)
}

/// Nobody can change the file's content or size any more.
pub(crate) fn seal(file: &File) -> std::io::Result<()> {
    let all = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    Ok(rustix::fs::fcntl_add_seals(file, all)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::RootPlan;

    fn built(directory: &Path) -> MicroVmConfig {
        let mut manifest = "version = 1\nkernel_version = \"6\"\n".to_owned();
        for name in ["kernel", "initramfs", "root", "listing"] {
            let content = format!("content of {name}");
            std::fs::write(directory.join(name), &content).unwrap();
            let hash = sha256(&File::open(directory.join(name)).unwrap()).unwrap();
            manifest += &format!("[{name}]\nbytes = {}\nsha256 = \"{hash}\"\n", content.len());
        }
        std::fs::write(directory.join("manifest.toml"), manifest).unwrap();
        MicroVmConfig::new(directory, RootPlan::default())
    }

    fn refusal(config: &MicroVmConfig) -> String {
        let state = State::open(config).unwrap();
        Artifacts::open(config, &state).err().unwrap().to_string()
    }

    #[test]
    fn what_was_built_is_accepted_and_what_was_changed_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let config = built(directory.path());
        let state = State::open(&config).unwrap();
        let first = Artifacts::open(&config, &state).unwrap();
        assert_eq!(
            first.fingerprint,
            Artifacts::open(&config, &state).unwrap().fingerprint
        );
        std::fs::write(directory.path().join("root"), "content of rooT").unwrap();
        let error = refusal(&config);
        assert!(error.contains("its content differs"), "{error}");
        assert!(error.ends_with("change pools.microvm.root"), "{error}");
    }

    #[test]
    fn what_is_missing_is_named_with_its_key() {
        for (name, key) in [
            ("kernel", "pools.microvm.kernel"),
            ("initramfs", "pools.microvm.initramfs"),
            ("root", "pools.microvm.root"),
            ("manifest.toml", "pools.microvm.manifest"),
            ("listing", "pools.microvm.manifest"),
        ] {
            let directory = tempfile::tempdir().unwrap();
            let config = built(directory.path());
            std::fs::remove_file(directory.path().join(name)).unwrap();
            let error = refusal(&config);
            assert!(error.contains("deploy/microvm/build makes it"), "{error}");
            assert!(error.ends_with(&format!("change {key}")), "{error}");
        }
    }

    #[test]
    fn a_manifest_of_another_age_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let config = built(directory.path());
        let text = std::fs::read_to_string(&config.manifest).unwrap();
        std::fs::write(&config.manifest, text.replace("version = 1", "version = 9")).unwrap();
        assert!(refusal(&config).contains("has version 9, not 1"));
    }
}
