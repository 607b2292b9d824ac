//! Small files of toolchains outside `/usr`, put into the root as copies.
//!
//! A copy costs once per slot, a mount costs every sandbox. **Invariant:** only what every user of the host may read is copied,
//! because whoever reads it here may be root.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::host::Host;
use super::plan::SynthFile;

/// All copies together: the root is kept in memory, once per slot.
const MOST_BYTES: u64 = 8 << 20;
const MOST_FILES: usize = 4096;
const DEEPEST: usize = 8;

/// Files by where they appear.
#[derive(Default)]
pub(crate) struct Copies {
    files: BTreeMap<PathBuf, Vec<u8>>,
    bytes: u64,
}

impl Copies {
    /// Copies a file, or a directory with all below it; links are followed on the host.
    pub(crate) fn add(&mut self, host: &Host, path: &Path) {
        self.walk(host, path, DEEPEST);
    }

    fn walk(&mut self, host: &Host, path: &Path, depth: usize) {
        let Some(resolved) = host.resolve(path) else {
            return;
        };
        let real = host.at(&resolved);
        let Ok(metadata) = std::fs::metadata(&real) else {
            return;
        };
        let everybody_reads = metadata.permissions().mode() & 0o004 != 0;
        if !everybody_reads || self.files.contains_key(path) || depth == 0 {
            return;
        }
        if metadata.is_dir() {
            for name in host.names(&resolved) {
                self.walk(host, &path.join(name), depth - 1);
            }
        } else if metadata.is_file()
            && self.bytes + metadata.len() <= MOST_BYTES
            && self.files.len() < MOST_FILES
            && let Ok(bytes) = std::fs::read(&real)
        {
            self.bytes += bytes.len() as u64;
            self.files.insert(path.to_owned(), bytes);
        }
    }

    /// What was copied.
    pub(crate) fn into_files(self) -> impl Iterator<Item = SynthFile> {
        self.files.into_iter().map(|(inside, bytes)| SynthFile {
            inside,
            bytes,
            mode: 0o644,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, create_dir_all, set_permissions, write};
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn copies_what_everybody_may_read() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        create_dir_all(at("etc/toy/deep")).unwrap();
        write(at("etc/toy/config"), "public").unwrap();
        write(at("etc/toy/deep/more"), "more").unwrap();
        write(at("etc/toy/password"), "secret").unwrap();
        set_permissions(at("etc/toy/password"), Permissions::from_mode(0o600)).unwrap();
        symlink("/etc/toy/config", at("etc/toy/linked")).unwrap();
        symlink("/etc/toy/password", at("etc/toy/sneaky")).unwrap();
        symlink("/etc/toy", at("etc/toy/deep/loop")).unwrap();
        let mut copies = Copies::default();
        copies.add(&Host::below(home.path()), Path::new("/etc/toy"));
        let files: Vec<SynthFile> = copies.into_files().collect();
        let named = |name: &str| {
            let file = files.iter().find(|file| file.inside == Path::new(name))?;
            Some(String::from_utf8_lossy(&file.bytes).into_owned())
        };
        assert_eq!(named("/etc/toy/config").as_deref(), Some("public"));
        assert_eq!(named("/etc/toy/linked").as_deref(), Some("public"));
        assert_eq!(named("/etc/toy/deep/more").as_deref(), Some("more"));
        assert!(
            files.iter().all(|file| file.bytes != b"secret"),
            "{files:?}"
        );
        assert!(files.len() < 64, "a loop of links ends: {}", files.len());
    }
}
