//! A saved machine: its memory and the state of its devices, in memory files that nobody can change.
//!
//! New machines share the memory's pages until they write to them, so a restored one costs what it changes, and continuing it is
//! a matter of reading 150 kB of device state. Between starts of the daemon it lives in the cache, memory without its holes.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{MemfdFlags, Mode, SeekFrom};
use serde_json::json;

use crate::link::faults::step;
use crate::microvm::arguments::Memory;
use crate::microvm::artifacts::seal;
use crate::microvm::factory::{Asleep, Factory};
use crate::microvm::state::State;
use crate::sandbox::WallError;

/// How long saving may take.
const SAVE: Duration = Duration::from_secs(30);

/// What is written or left out at once.
const PIECE: usize = 64 << 10;

/// Machines kept for other settings than the present ones.
const OTHERS_KEPT: usize = 3;

/// How files of saved machines are called.
const PREFIX: &str = "machine-";

/// A saved machine.
pub(crate) struct Template {
    /// All of its memory.
    pub(crate) memory: File,
    /// The state of its devices.
    pub(crate) devices: File,
}

fn memory_file(name: &str, bytes: u64) -> std::io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = File::from(rustix::fs::memfd_create(name, flags)?);
    // The emulator, an ordinary user, opens it for writing although it only ever gets copies of its pages.
    rustix::fs::fchmod(&file, Mode::from_raw_mode(0o666))?;
    file.set_len(bytes)?;
    Ok(file)
}

impl Template {
    /// Boots a machine, stops it when its sandbox is ready, and saves it.
    pub(crate) async fn make(factory: &Factory) -> Result<Self, WallError> {
        let memory = memory_file("gavel-machine-memory", factory.memory_bytes)
            .map_err(step("make a machine's memory"))?;
        let devices = memory_file("gavel-machine-devices", 0)
            .map_err(step("make a file for a machine's devices"))?;
        let mut asleep = factory.boot(None, Memory::Shared(&memory)).await?;
        let saved = save(&mut asleep, &devices).await;
        asleep.machine.end().await?;
        saved.map_err(step("save a machine"))?;
        Self::sealed(memory, devices).map_err(step("seal a saved machine"))
    }

    fn sealed(memory: File, devices: File) -> std::io::Result<Self> {
        seal(&memory)?;
        seal(&devices)?;
        Ok(Self { memory, devices })
    }

    /// What was kept under this key, if it is whole.
    pub(crate) fn recall(state: &State, key: &str, memory_bytes: u64) -> Option<Self> {
        match load(&state.path(file_name(key)), memory_bytes) {
            Ok(template) => Some(template),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "a saved machine cannot be read; booting a new one");
                None
            }
        }
    }

    /// Keeps it for the next start. Of those that were kept before only the latest stay.
    pub(crate) fn keep(&self, state: &State, key: &str) {
        for path in state.oldest(PREFIX, OTHERS_KEPT) {
            let _ = std::fs::remove_file(path);
        }
        if let Err(error) = self.store(&state.path(file_name(key))) {
            tracing::warn!(%error, "a saved machine cannot be kept; the next start boots one again");
        }
    }

    fn store(&self, path: &Path) -> std::io::Result<()> {
        let new = path.with_extension(format!("{}", std::process::id()));
        let outcome = self.write(&new).and_then(|()| std::fs::rename(&new, path));
        if outcome.is_err() {
            let _ = std::fs::remove_file(&new);
        }
        outcome
    }

    /// Pieces `offset, length, bytes` of the memory, one of length 0, the devices, the hash of everything before.
    fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut out = Hashed {
            file: std::io::BufWriter::new(File::create_new(path)?),
            hasher: blake3::Hasher::new(),
        };
        let mut buffer = vec![0_u8; PIECE];
        let mut at = 0;
        while let Some((from, to)) = next_data(&self.memory, at)? {
            let mut offset = from;
            while offset < to {
                let want = usize::try_from(to - offset).unwrap_or(PIECE).min(PIECE);
                self.memory.read_exact_at(&mut buffer[..want], offset)?;
                if buffer[..want].iter().all(|byte| *byte == 0) {
                    offset += want as u64;
                    continue;
                }
                out.put(&offset.to_le_bytes())?;
                out.put(&(want as u64).to_le_bytes())?;
                out.put(&buffer[..want])?;
                offset += want as u64;
            }
            at = to;
        }
        out.put(&[0; 16])?;
        let length = usize::try_from(self.devices.metadata()?.len()).unwrap_or(0);
        let mut devices = vec![0; length];
        self.devices.read_exact_at(&mut devices, 0)?;
        out.put(&(length as u64).to_le_bytes())?;
        out.put(&devices)?;
        let hash = out.hasher.finalize();
        out.file.write_all(hash.as_bytes())?;
        out.file.flush()
    }
}

struct Hashed<F> {
    file: F,
    hasher: blake3::Hasher,
}

impl<F: Write> Hashed<F> {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }
}

impl<F: Read> Hashed<F> {
    fn get(&mut self, buffer: &mut [u8]) -> std::io::Result<()> {
        self.file.read_exact(buffer)?;
        self.hasher.update(buffer);
        Ok(())
    }

    fn number(&mut self) -> std::io::Result<u64> {
        let mut bytes = [0; 8];
        self.get(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

/// The next part of a file that is no hole.
fn next_data(file: &File, from: u64) -> std::io::Result<Option<(u64, u64)>> {
    let start = match rustix::fs::seek(file, SeekFrom::Data(from)) {
        Ok(start) => start,
        Err(rustix::io::Errno::NXIO) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let end = rustix::fs::seek(file, SeekFrom::Hole(start))?;
    Ok(Some((start, end)))
}

fn load(path: &Path, memory_bytes: u64) -> std::io::Result<Template> {
    let broken = || std::io::Error::new(std::io::ErrorKind::InvalidData, "broken");
    let mut input = Hashed {
        file: std::io::BufReader::with_capacity(16 * PIECE, File::open(path)?),
        hasher: blake3::Hasher::new(),
    };
    let memory = memory_file("gavel-machine-memory", memory_bytes)?;
    let mut buffer = vec![0_u8; PIECE];
    loop {
        let (offset, length) = (input.number()?, input.number()?);
        let length = usize::try_from(length).map_err(|_| broken())?;
        if length == 0 {
            break;
        }
        if length > PIECE || offset.saturating_add(length as u64) > memory_bytes {
            return Err(broken());
        }
        input.get(&mut buffer[..length])?;
        memory.write_all_at(&buffer[..length], offset)?;
    }
    let length = usize::try_from(input.number()?).map_err(|_| broken())?;
    if length > 64 << 20 {
        return Err(broken());
    }
    let mut state = vec![0; length];
    input.get(&mut state)?;
    let mut expected = [0; blake3::OUT_LEN];
    input.file.read_exact(&mut expected)?;
    if input.hasher.finalize() != blake3::Hash::from_bytes(expected) {
        return Err(broken());
    }
    let devices = memory_file("gavel-machine-devices", 0)?;
    devices.write_all_at(&state, 0)?;
    Template::sealed(memory, devices)
}

fn file_name(key: &str) -> String {
    format!("{PREFIX}{key}")
}

/// Stops the machine and writes down the state of its devices; the memory is in its file already.
async fn save(asleep: &mut Asleep, devices: &File) -> std::io::Result<()> {
    let monitor = &mut asleep.monitor;
    monitor.ask("qmp_capabilities", json!({})).await?;
    monitor.ask("stop", json!({})).await?;
    let ignore_shared = json!({"capabilities": [{"capability": "x-ignore-shared", "state": true}]});
    monitor
        .ask("migrate-set-capabilities", ignore_shared)
        .await?;
    monitor.give("devices", devices).await?;
    monitor.ask("migrate", json!({"uri": "fd:devices"})).await?;
    let saved = async {
        loop {
            let about = monitor.ask("query-migrate", json!({})).await?;
            match about.get("status").and_then(serde_json::Value::as_str) {
                Some("completed") => return Ok(()),
                Some("failed" | "cancelled") => {
                    return Err(std::io::Error::other(format!("migration: {about}")));
                }
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    tokio::time::timeout(SAVE, saved).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_machine_comes_back_as_it_was_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("machine");
        let memory = memory_file("memory", 8 << 20).unwrap();
        memory.write_all_at(b"first", 0).unwrap();
        memory.write_all_at(&[7; 5000], (5 << 20) + 11).unwrap();
        let devices = memory_file("devices", 0).unwrap();
        devices.write_all_at(b"state", 0).unwrap();
        let template = Template::sealed(memory, devices).unwrap();
        template.store(&path).unwrap();
        let kept = std::fs::metadata(&path).unwrap().len();
        assert!(kept < 1 << 20, "holes are not written: {kept}");
        let back = load(&path, 8 << 20).unwrap();
        for (old, new) in [
            (&template.memory, &back.memory),
            (&template.devices, &back.devices),
        ] {
            let read = |file: &File| {
                let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
                file.read_exact_at(&mut bytes, 0).unwrap();
                bytes
            };
            assert!(read(old) == read(new));
        }
        assert!(back.memory.write_at(b"x", 0).is_err(), "sealed");
        // Any damage is noticed.
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[30] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(load(&path, 8 << 20).is_err());
        bytes.truncate(100);
        std::fs::write(&path, &bytes).unwrap();
        assert!(load(&path, 8 << 20).is_err());
    }
}
