//! The host, as far as languages and the root look at it: read only, and below a prefix so that tests can build a small one. Where
//! programs see an image instead, a listing of its paths stands for it.

use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::listing::Listing;
use crate::languages::{Language, Mount};

/// Directories every root shows.
pub(crate) const COMMON: [&str; 8] = [
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/libx32",
    "/usr/share",
];

/// A machine's file system, seen from the outside.
#[derive(Clone, Debug)]
pub struct Host {
    backing: Backing,
    rustup_homes: Vec<PathBuf>,
}

#[derive(Clone, Debug)]
enum Backing {
    /// Below this directory.
    Tree(PathBuf),
    /// In an image that is nowhere on this machine as files.
    Listing(Arc<Listing>),
}

impl Host {
    /// This machine.
    #[must_use]
    pub fn this() -> Self {
        let from_environment = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
        let in_home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".rustup"));
        let usual = ["/root/.rustup", "/usr/local/rustup"].map(PathBuf::from);
        Self {
            backing: Backing::Tree(PathBuf::from("/")),
            rustup_homes: from_environment
                .into_iter()
                .chain(in_home)
                .chain(usual)
                .collect(),
        }
    }

    /// A tree that stands for a machine.
    #[must_use]
    pub fn below(prefix: impl Into<PathBuf>) -> Self {
        Self {
            backing: Backing::Tree(prefix.into()),
            rustup_homes: vec![PathBuf::from("/root/.rustup")],
        }
    }

    /// An image, by its `/gavel/listing`: programs see all of it and nothing else. `id` says which image this is; what is known of
    /// its toolchains holds for as long as it stays the same.
    #[must_use]
    pub fn of_listing(listing: &str, id: &str) -> Self {
        Self {
            backing: Backing::Listing(Arc::new(Listing::read(listing, id))),
            rustup_homes: Vec::new(),
        }
    }

    /// Where an absolute path of this host really is; nowhere in an image.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        let prefix = match &self.backing {
            Backing::Tree(prefix) => prefix.as_path(),
            Backing::Listing(_) => Path::new("/proc/self/nowhere"),
        };
        prefix.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// What the link at `path` says, `None` when it is no link.
    pub(crate) fn link(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        match &self.backing {
            Backing::Tree(_) => std::fs::read_link(self.at(path)).ok(),
            Backing::Listing(listing) => listing.link(path.as_ref()),
        }
    }

    /// Names in a directory, sorted; none when it is not there.
    pub(crate) fn names(&self, path: impl AsRef<Path>) -> Vec<std::ffi::OsString> {
        if let Backing::Listing(listing) = &self.backing {
            return listing.names(path.as_ref());
        }
        let Ok(entries) = std::fs::read_dir(self.at(path)) else {
            return Vec::new();
        };
        let mut names: Vec<_> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name()))
            .collect();
        names.sort();
        names
    }

    /// Whether there is anything at a path, be it a link that leads nowhere.
    fn has(&self, path: &Path) -> bool {
        match &self.backing {
            Backing::Tree(_) => std::fs::symlink_metadata(self.at(path)).is_ok(),
            Backing::Listing(listing) => listing.has(path),
        }
    }

    /// Which file is at a path, and since when; `None` when there is none.
    pub(crate) fn stamp(&self, path: impl AsRef<Path>) -> Option<String> {
        if let Backing::Listing(listing) = &self.backing {
            let resolved = self.resolve(path)?;
            return Some(format!("{} of {}", resolved.display(), listing.id));
        }
        let path = self.at(path);
        let found = std::fs::metadata(&path).ok()?;
        Some(format!(
            "{} {} {} {} {}.{:09}",
            path.display(),
            found.dev(),
            found.ino(),
            found.len(),
            found.mtime(),
            found.mtime_nsec()
        ))
    }

    /// Follows every link of `path` inside this host; `None` when it leads nowhere.
    pub(crate) fn resolve(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        let mut pending: Vec<_> = components_reversed(path.as_ref());
        let mut resolved = PathBuf::from("/");
        // The kernel's own bound on links in one path (path_resolution(7)).
        let mut links_left = 40;
        while let Some(name) = pending.pop() {
            if name == ".." {
                resolved.pop();
                continue;
            }
            let here = resolved.join(&name);
            match self.link(&here) {
                Some(target) => {
                    links_left -= 1;
                    if links_left == 0 {
                        return None;
                    }
                    if target.is_absolute() {
                        resolved = PathBuf::from("/");
                    }
                    pending.extend(components_reversed(&target));
                }
                None => resolved = here,
            }
        }
        self.has(&resolved).then_some(resolved)
    }

    /// The host paths a pattern stands for: itself when it exists, or every match of one `*` in its last component.
    pub(crate) fn expand(&self, pattern: &str) -> Vec<PathBuf> {
        let path = Path::new(pattern);
        let Some((before, after)) = path
            .file_name()
            .and_then(OsStr::to_str)
            .and_then(|name| name.split_once('*'))
        else {
            return self
                .resolve(path)
                .map(|_| path.to_owned())
                .into_iter()
                .collect();
        };
        let directory = path.parent().unwrap_or(Path::new("/"));
        self.names(directory)
            .into_iter()
            .filter(|name| {
                name.to_str().is_some_and(|name| {
                    name.len() >= before.len() + after.len()
                        && name.starts_with(before)
                        && name.ends_with(after)
                })
            })
            .map(|name| directory.join(name))
            .collect()
    }

    /// The host directory behind a neutral mount.
    pub(crate) fn mount_source(&self, mount: &Mount) -> Option<PathBuf> {
        let mut candidates = Vec::new();
        for from in &mount.from {
            if from == "rustup:" {
                candidates.extend(self.rustup_toolchains());
            } else {
                // The highest version last in name order is the best guess.
                candidates.extend(self.expand(from).into_iter().rev());
            }
        }
        candidates
            .into_iter()
            .filter_map(|candidate| self.resolve(candidate))
            .find(|candidate| self.resolve(candidate.join(&mount.probe)).is_some())
    }

    /// The default toolchain of rustup first, then the others: reading its settings needs no process.
    fn rustup_toolchains(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for home in &self.rustup_homes {
            let toolchains = home.join("toolchains");
            let settings =
                std::fs::read_to_string(self.at(home.join("settings.toml"))).unwrap_or_default();
            let default = settings
                .parse::<toml::Table>()
                .ok()
                .and_then(|table| Some(table.get("default_toolchain")?.as_str()?.to_owned()));
            found.extend(default.map(|name| toolchains.join(name)));
            found.extend(
                self.names(&toolchains)
                    .into_iter()
                    .map(|name| toolchains.join(name)),
            );
        }
        found
    }

    /// The file of this host that is at `inside` in the root made for `language`, links followed.
    pub(crate) fn behind(&self, language: &Language, inside: &str) -> Option<PathBuf> {
        if matches!(self.backing, Backing::Listing(_)) {
            // Neutral names are links in there.
            return self.resolve(inside);
        }
        for mount in &language.host.mounts {
            if let Some(rest) = inside.strip_prefix(&mount.inside) {
                let source = self.mount_source(mount)?;
                return self.resolve(source.join(rest.trim_start_matches('/')));
            }
        }
        self.resolve(inside)
    }

    /// Whether a path will exist inside the root made for `language`.
    pub(crate) fn shows(&self, language: &Language, inside: &str) -> bool {
        if matches!(self.backing, Backing::Listing(_)) {
            return self.resolve(inside).is_some();
        }
        let is_mounted = |mount: &Mount| inside.starts_with(&mount.inside);
        if language.host.mounts.iter().any(is_mounted) {
            return self.behind(language, inside).is_some();
        }
        let shown = |prefix: &str| Path::new(inside).starts_with(prefix);
        let common = COMMON.iter().any(|prefix| shown(prefix))
            || ["/bin", "/lib", "/lib64"]
                .iter()
                .any(|prefix| shown(prefix));
        let lent = || {
            language
                .host
                .paths
                .iter()
                .flat_map(|pattern| self.expand(pattern))
                .any(|path| Path::new(inside).starts_with(path))
        };
        (common || lent()) && self.resolve(inside).is_some()
    }
}

fn components_reversed(path: &Path) -> Vec<std::ffi::OsString> {
    let mut components: Vec<_> = path
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect();
    components.reverse();
    components
}
