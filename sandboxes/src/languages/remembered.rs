//! Results of self-tests, kept on disk, so that a restart does not try out every language again; a changed toolchain does.
//!
//! **Invariant:** only success is kept, under a key of everything it depended on: definition, wall, the toolchain's own files, and
//! the state of the system's libraries. Whatever does not match, cannot be read or cannot be written is tested again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::definition::Language;
use super::toolchain::Toolchain;
use crate::root::Host;

/// What changes whenever libraries do: the loader's cache, the package manager's books.
const SYSTEM: [&str; 2] = ["/etc/ld.so.cache", "/var/lib/dpkg/status"];

/// A directory of results, one file per language.
#[derive(Clone, Debug)]
pub struct Remembered {
    directory: PathBuf,
    /// Results behind one wall say nothing about another.
    wall: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    key: String,
    variant: String,
    version: String,
    start_up_us: u64,
}

impl Remembered {
    /// Results of self-tests behind `wall`, in `directory`, which is made when the first is kept.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>, wall: &str) -> Self {
        Self {
            directory: directory.into(),
            wall: wall.to_owned(),
        }
    }

    /// The toolchain and the start-up time found last time, when nothing has changed since.
    #[must_use]
    pub fn recall(
        &self,
        language: &Arc<Language>,
        host: &Host,
    ) -> Option<(Arc<Toolchain>, Duration)> {
        let text = std::fs::read_to_string(self.path(language)).ok()?;
        let record: Record = toml::from_str(&text).ok()?;
        let located = Toolchain::locate(language, host).ok()?;
        if record.key != self.key(&located, host)? {
            return None;
        }
        let variants = &language.variants;
        let variant = variants
            .iter()
            .position(|variant| variant.name == record.variant)?;
        let toolchain = located.with_variant(variant)?.with_version(record.version);
        Some((
            Arc::new(toolchain),
            Duration::from_micros(record.start_up_us),
        ))
    }

    /// Keeps a success.
    ///
    /// # Errors
    /// When the file cannot be written; the language works all the same.
    pub fn remember(
        &self,
        toolchain: &Toolchain,
        start_up: Duration,
        host: &Host,
    ) -> std::io::Result<()> {
        let Some(key) = self.key(toolchain, host) else {
            return Ok(());
        };
        let record = Record {
            key,
            variant: toolchain.variant().to_owned(),
            version: toolchain.version().to_owned(),
            start_up_us: u64::try_from(start_up.as_micros()).unwrap_or(u64::MAX),
        };
        let text = toml::to_string(&record).map_err(std::io::Error::other)?;
        std::fs::create_dir_all(&self.directory)?;
        let path = self.path(toolchain.language());
        let partial = path.with_extension(format!("partial-{}", std::process::id()));
        std::fs::write(&partial, text)?;
        std::fs::rename(partial, path)
    }

    fn path(&self, language: &Language) -> PathBuf {
        self.directory.join(format!("{}.toml", language.id))
    }

    /// `None` when one of the toolchain's files cannot be looked at.
    fn key(&self, toolchain: &Toolchain, host: &Host) -> Option<String> {
        let language = toolchain.language();
        let mut hasher = blake3::Hasher::new();
        let mut field = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        field(env!("CARGO_PKG_VERSION"));
        field(&self.wall);
        field(&language.digest);
        for (name, inside) in toolchain.programs() {
            field(name);
            field(&host.stamp(host.behind(language, inside)?)?);
        }
        for path in language
            .host
            .paths
            .iter()
            .flat_map(|path| host.expand(path))
        {
            field(&host.stamp(host.resolve(&path)?).unwrap_or_default());
        }
        for path in SYSTEM {
            field(&host.stamp(path).unwrap_or_default());
        }
        Some(hasher.finalize().to_hex().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::Catalogue;
    use crate::languages::toy::toy;

    struct Stand {
        home: tempfile::TempDir,
        host: Host,
    }

    impl Stand {
        fn new() -> Self {
            let home = tempfile::tempdir().unwrap();
            for path in ["usr/bin/toy-1", "var/lib/dpkg/status"] {
                let path = home.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "1").unwrap();
            }
            std::os::unix::fs::symlink("toy-1", home.path().join("usr/bin/toy")).unwrap();
            let host = Host::below(home.path());
            Self { home, host }
        }

        fn language(definition: &str) -> Arc<Language> {
            let texts = vec![("toy.toml".to_owned(), definition.to_owned())];
            Arc::clone(Catalogue::from_texts(texts).unwrap().get("toy").unwrap())
        }

        fn memory(&self, wall: &str) -> Remembered {
            Remembered::new(self.home.path().join("cache/languages"), wall)
        }

        fn recalls(&self, wall: &str, definition: &str) -> bool {
            let recalled = self
                .memory(wall)
                .recall(&Self::language(definition), &self.host);
            recalled.is_some_and(|(toolchain, start_up)| {
                toolchain.version() == "toy 1" && start_up == Duration::from_millis(7)
            })
        }
    }

    #[test]
    fn a_restart_recalls_and_a_change_does_not() {
        let (stand, definition) = (Stand::new(), toy("toy", "toy"));
        assert!(!stand.recalls("native", &definition), "nothing yet");
        let located = Toolchain::locate(&Stand::language(&definition), &stand.host).unwrap();
        let toolchain = located.with_version("toy 1".to_owned());
        stand
            .memory("native")
            .remember(&toolchain, Duration::from_millis(7), &stand.host)
            .unwrap();
        assert!(stand.recalls("native", &definition));
        assert!(!stand.recalls("trusted", &definition), "another wall");
        let other = definition.replace("--version", "-v");
        assert!(!stand.recalls("native", &other), "another definition");
        let changes = ["usr/bin/toy-1", "var/lib/dpkg/status"];
        for path in changes {
            let path = stand.home.path().join(path);
            std::fs::write(&path, "12").unwrap();
            assert!(
                !stand.recalls("native", &definition),
                "{path:?} has changed"
            );
            stand
                .memory("native")
                .remember(&toolchain, Duration::from_millis(7), &stand.host)
                .unwrap();
            assert!(stand.recalls("native", &definition));
        }
        std::fs::remove_file(stand.home.path().join("usr/bin/toy")).unwrap();
        assert!(!stand.recalls("native", &definition), "gone");
    }

    #[test]
    fn a_damaged_record_is_no_record() {
        let (stand, definition) = (Stand::new(), toy("toy", "toy"));
        std::fs::create_dir_all(stand.home.path().join("cache/languages")).unwrap();
        std::fs::write(stand.home.path().join("cache/languages/toy.toml"), "key = ").unwrap();
        assert!(!stand.recalls("native", &definition));
    }
}
