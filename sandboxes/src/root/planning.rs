//! Makes the [`RootPlan`] of a host for a set of languages.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::host::{COMMON, Host};
use super::ld_cache;
use super::plan::{Bind, RootPlan, Symlink, SynthFile};
use crate::languages::{Catalogue, Mount};

/// Directories whose links may lead through `/etc/alternatives`.
const LINKED_FROM: [&str; 2] = ["/usr/bin", "/usr/lib"];

/// One entry of the synthesized passwd and group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name, also that of its group.
    pub name: String,
    /// Its uid and gid.
    pub id: u32,
}

impl RootPlan {
    /// What the languages of `catalogue` need of `host`; `accounts` are the users programs run as.
    #[must_use]
    pub fn of_host(host: &Host, catalogue: &Catalogue, accounts: &[Account]) -> Self {
        let mut binds: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        let mut symlinks = BTreeMap::new();
        common(host, &mut binds, &mut symlinks);
        for language in catalogue.all() {
            for path in language
                .host
                .paths
                .iter()
                .flat_map(|pattern| host.expand(pattern))
            {
                if let Some(resolved) = host.resolve(&path) {
                    binds.insert(path, resolved);
                }
            }
            for mount in &language.host.mounts {
                neutral(host, mount, &mut binds);
            }
        }
        let shown: Vec<PathBuf> = binds.keys().cloned().collect();
        drop_covered(&mut binds);
        alternatives(host, &shown, &mut symlinks);
        Self {
            files: files(host, &shown, accounts),
            binds: binds
                .into_iter()
                .map(|(inside, resolved)| {
                    let host_path = host.at(resolved);
                    Bind {
                        is_directory: host_path.is_dir(),
                        host: host_path,
                        inside,
                    }
                })
                .collect(),
            symlinks: symlinks
                .into_iter()
                .map(|(inside, target)| Symlink { inside, target })
                .collect(),
            directories: ["/home", "/root", "/var/tmp", "/usr/local/bin"]
                .map(PathBuf::from)
                .to_vec(),
        }
    }
}

/// `/usr/...`, and `/bin`, `/lib`, ... as this host has them: links on a merged `/usr`, directories on an unmerged one.
fn common(
    host: &Host,
    binds: &mut BTreeMap<PathBuf, PathBuf>,
    symlinks: &mut BTreeMap<PathBuf, PathBuf>,
) {
    for path in COMMON.map(PathBuf::from) {
        match host.link(&path) {
            Some(target) => {
                symlinks.insert(path, target);
            }
            None if host.at(&path).is_dir() => {
                binds.insert(path.clone(), path);
            }
            None => {}
        }
    }
    for path in ["/bin", "/lib", "/lib32", "/lib64", "/libx32"].map(PathBuf::from) {
        match host.link(&path) {
            Some(target) => {
                symlinks.insert(path, target);
            }
            None if host.at(&path).is_dir() => {
                binds.insert(path.clone(), path);
            }
            None => {}
        }
    }
}

fn neutral(host: &Host, mount: &Mount, binds: &mut BTreeMap<PathBuf, PathBuf>) {
    let Some(source) = host.mount_source(mount) else {
        return;
    };
    if mount.parts.is_empty() {
        binds.insert(PathBuf::from(&mount.inside), source);
        return;
    }
    for part in &mount.parts {
        if let Some(resolved) = host.resolve(source.join(part)) {
            binds.insert(Path::new(&mount.inside).join(part), resolved);
        }
    }
}

/// A bind below another bind of the same tree shows nothing new.
fn drop_covered(binds: &mut BTreeMap<PathBuf, PathBuf>) {
    let all = binds.clone();
    binds.retain(|inside, resolved| {
        !inside.ancestors().skip(1).any(|above| {
            all.get(above).is_some_and(|above_resolved| {
                inside
                    .strip_prefix(above)
                    .is_ok_and(|rest| above_resolved.join(rest) == *resolved)
            })
        })
    });
}

/// The entries of `/etc/alternatives` that something shown links to, each leading straight to its final file.
fn alternatives(host: &Host, shown: &[PathBuf], symlinks: &mut BTreeMap<PathBuf, PathBuf>) {
    let directory = Path::new("/etc/alternatives");
    let mut wanted: BTreeSet<OsString> = BTreeSet::new();
    for from in LINKED_FROM
        .map(PathBuf::from)
        .into_iter()
        .chain(library_directories(host))
    {
        for name in host.names(&from) {
            if let Some(target) = host.link(from.join(name)) {
                if let Ok(rest) = target.strip_prefix(directory) {
                    wanted.insert(rest.as_os_str().to_owned());
                }
            }
        }
    }
    for name in wanted {
        let path = directory.join(name);
        if let Some(target) = host
            .resolve(&path)
            .filter(|target| shown.iter().any(|above| target.starts_with(above)))
        {
            symlinks.insert(path, target);
        }
    }
}

/// `/usr/lib/x86_64-linux-gnu` and its like.
fn library_directories(host: &Host) -> impl Iterator<Item = PathBuf> {
    host.names("/usr/lib")
        .into_iter()
        .filter(|name| name.to_str().is_some_and(|name| name.contains("-linux-")))
        .map(|name| Path::new("/usr/lib").join(name))
}

fn files(host: &Host, shown: &[PathBuf], accounts: &[Account]) -> Vec<SynthFile> {
    let readable = |inside: &str, bytes: Vec<u8>| SynthFile {
        inside: PathBuf::from(inside),
        bytes,
        mode: 0o644,
    };
    let root = [("root", 0)].into_iter();
    let nobody = [("nobody", 65534)].into_iter();
    let everybody: Vec<(&str, u32)> = root
        .chain(
            accounts
                .iter()
                .map(|account| (account.name.as_str(), account.id)),
        )
        .chain(nobody)
        .collect();
    let passwd: String = everybody
        .iter()
        .map(|(name, id)| format!("{name}:x:{id}:{id}::/tmp:/bin/sh\n"))
        .collect();
    let group: String = everybody
        .iter()
        .map(|(name, id)| format!("{name}:x:{id}:\n"))
        .collect();
    let mut files = vec![
        readable("/etc/passwd", passwd.into_bytes()),
        readable("/etc/group", group.into_bytes()),
        readable(
            "/etc/nsswitch.conf",
            b"passwd: files\ngroup: files\nhosts: files\n".to_vec(),
        ),
        readable(
            "/etc/hosts",
            b"127.0.0.1 localhost\n::1 localhost\n".to_vec(),
        ),
    ];
    let cache = std::fs::read(host.at("/etc/ld.so.cache")).unwrap_or_default();
    let is_shown = |path: &Path| {
        let usual = ["/bin", "/lib", "/lib32", "/lib64", "/libx32"];
        shown.iter().any(|above| path.starts_with(above))
            || usual.iter().any(|above| path.starts_with(above))
    };
    // Without a cache the loader still searches its own directories; one we cannot read is left out.
    if let Some(cache) = ld_cache::keep_only(&cache, is_shown) {
        files.push(readable("/etc/ld.so.cache", cache));
    }
    files
}
