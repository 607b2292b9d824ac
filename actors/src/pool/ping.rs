//! The smallest program there is, run in a sandbox to see whether it still works: it ends with code 0 and touches nothing.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use sandboxes::outcome::Exit;
use sandboxes::sandbox::{Executable, Limits, Run, WallError};
use tokio::time::timeout;

use crate::sandbox::SandboxHandle;

/// How long an answer may take: a virtual machine without help of the processor needs some milliseconds, a busy host more.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Where a program is loaded.
const BASE: u64 = 0x40_0000;
const HEADER_BYTES: usize = 64 + 56;
/// `mov eax, 60; xor edi, edi; syscall`: exit(0).
const CODE: [u8; 9] = [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05];

/// A static x86-64 executable (elf(5)) that ends at once.
fn program() -> Vec<u8> {
    let mut elf = Vec::with_capacity(HEADER_BYTES + CODE.len());
    // Magic, 64 bits, little endian, version 1; executable, x86-64.
    elf.extend([0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    elf.extend([2, 0, 62, 0, 1, 0, 0, 0]);
    let size = (HEADER_BYTES + CODE.len()) as u64;
    let entry = BASE + HEADER_BYTES as u64;
    // Entry, program headers after this one, no sections.
    for word in [entry, 64, 0] {
        elf.extend(word.to_le_bytes());
    }
    elf.extend([0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    // One segment: to be loaded, readable and executable, the whole file.
    elf.extend([1, 0, 0, 0, 5, 0, 0, 0]);
    for word in [0, BASE, BASE, size, size, 0x1000] {
        elf.extend(word.to_le_bytes());
    }
    elf.extend(CODE);
    elf
}

/// The program as a file without a name.
fn file() -> io::Result<File> {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    let mut file = File::from(rustix::fs::memfd_create("gavel-ping", flags)?);
    file.write_all(&program())?;
    rustix::fs::fchmod(&file, rustix::fs::Mode::from_raw_mode(0o555))?;
    Ok(file)
}

/// Runs it.
///
/// # Errors
/// [`WallError`] when the sandbox does not answer as it should.
pub(super) async fn ping(sandbox: &mut SandboxHandle) -> Result<(), WallError> {
    let program = file().map_err(|source| WallError::Step {
        step: "make the program of a health check",
        source,
    })?;
    let run = Run {
        executable: Executable::File(Arc::new(program)),
        args: vec!["ping".to_owned()],
        env: Vec::new(),
        stdin: None,
        dialogue: None,
        limits: Limits {
            cpu: Duration::from_secs(1),
            wall: Duration::from_secs(5),
            memory_bytes: 16 << 20,
            output_bytes: 1,
            stderr_bytes: 0,
            processes: 8,
            open_files: 16,
            file_bytes: 0,
        },
        keep_work: false,
    };
    let lost = |why: String| WallError::Lost(format!("a health check {why}"));
    let outcome = timeout(ANSWER_WITHIN, sandbox.run(run)).await;
    let outcome = outcome.map_err(|_| lost("had no answer".to_owned()))??;
    if outcome.exit == Exit::Code(0) && outcome.stop.is_none() {
        Ok(())
    } else {
        Err(lost(format!(
            "ended with {:?}, {:?}",
            outcome.exit, outcome.stop
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_runs_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ping");
        std::fs::write(&path, program()).unwrap();
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, all).unwrap();
        assert!(
            std::process::Command::new(&path)
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(
            file().unwrap().metadata().unwrap().len(),
            program().len() as u64
        );
    }
}
