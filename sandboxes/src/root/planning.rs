//! Makes the [`RootPlan`] of a host for a set of languages.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::copies::Copies;
use super::host::{COMMON, Host};
use super::ld_cache;
use super::plan::{Bind, RootPlan, Symlink, SynthFile};
use crate::languages::{Catalogue, Mount};

/// Directories whose links may lead through `/etc/alternatives`.
const LINKED_FROM: [&str; 3] = ["/usr/bin", "/usr/lib", "/usr/share/java"];

/// Where a toolchain's own files are copied from instead of mounted: small, and a mount costs every sandbox.
const COPIED: [&str; 2] = ["/etc", "/var/lib"];

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
        let mut copies = Copies::default();
        common(host, &mut binds, &mut symlinks);
        for language in catalogue.all() {
            for path in language
                .host
                .paths
                .iter()
                .flat_map(|pattern| host.expand(pattern))
            {
                if COPIED.iter().any(|above| path.starts_with(above)) {
                    copies.add(host, &path);
                } else if let Some(resolved) = host.resolve(&path) {
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
            files: files(host, &shown, accounts)
                .into_iter()
                .chain(copies.into_files())
                .collect(),
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
            if let Some(target) = host.link(from.join(name))
                && let Ok(rest) = target.strip_prefix(directory)
            {
                wanted.insert(rest.as_os_str().to_owned());
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A small host: `(path, link target or "" for a file)`.
    fn plan(entries: &[(&str, &str)]) -> RootPlan {
        let directory = tempfile::tempdir().unwrap();
        for (path, target) in entries {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if target.is_empty() {
                std::fs::write(path, "").unwrap();
            } else {
                symlink(target, path).unwrap();
            }
        }
        let account = Account {
            name: "program0".to_owned(),
            id: 70_000,
        };
        let mut plan = RootPlan::of_host(
            &Host::below(directory.path()),
            &Catalogue::load().unwrap(),
            &[account],
        );
        for bind in &mut plan.binds {
            bind.host = Path::new("HOST").join(bind.host.strip_prefix(directory.path()).unwrap());
        }
        plan
    }

    fn show(plan: &RootPlan) -> String {
        let binds = plan
            .binds
            .iter()
            .map(|bind| format!("{} <- {}", bind.inside.display(), bind.host.display()));
        let links = plan
            .symlinks
            .iter()
            .map(|link| format!("{} -> {}", link.inside.display(), link.target.display()));
        binds.chain(links).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn merged_usr_with_alternatives_and_rustup() {
        let shown = show(&plan(&[
            ("bin", "usr/bin"),
            ("lib", "usr/lib"),
            ("lib64", "usr/lib64"),
            ("usr/bin/gcc", ""),
            ("usr/bin/java", "/etc/alternatives/java"),
            ("usr/bin/awk", "/etc/alternatives/awk"),
            ("usr/bin/lost", "/etc/alternatives/lost"),
            ("etc/alternatives/java", "/usr/lib/jvm/17/bin/java"),
            ("etc/alternatives/awk", "/usr/bin/mawk"),
            ("etc/alternatives/lost", "/opt/company/lost"),
            ("etc/alternatives/unused", "/usr/bin/mawk"),
            ("opt/company/lost", ""),
            ("usr/bin/mawk", ""),
            ("usr/lib/jvm/17/bin/java", ""),
            (
                "usr/lib/x86_64-linux-gnu/libblas.so.3",
                "/etc/alternatives/libblas.so.3-x86_64-linux-gnu",
            ),
            (
                "etc/alternatives/libblas.so.3-x86_64-linux-gnu",
                "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3",
            ),
            ("usr/lib/x86_64-linux-gnu/blas/libblas.so.3", ""),
            ("usr/lib64/ld-linux-x86-64.so.2", ""),
            ("usr/local/bin/secret-tool", ""),
            ("usr/share/go-1.19/src/a.go", ""),
            ("usr/share/doc/readme", ""),
            ("etc/java-17-openjdk/net.properties", ""),
            ("etc/shadow", ""),
            ("home/alice/.ssh/id", ""),
            ("root/.rustup/toolchains/1.95.0/bin/rustc", ""),
            ("root/.rustup/toolchains/1.95.0/lib/librustc_driver.so", ""),
            ("root/.rustup/toolchains/1.95.0/share/doc/book", ""),
            (
                "root/.rustup/toolchains/stable",
                "/root/.rustup/toolchains/1.95.0",
            ),
        ]));
        insta::assert_snapshot!(shown, @r"
        /opt/rust/bin <- HOST/root/.rustup/toolchains/1.95.0/bin
        /opt/rust/lib <- HOST/root/.rustup/toolchains/1.95.0/lib
        /usr/bin <- HOST/usr/bin
        /usr/lib <- HOST/usr/lib
        /usr/lib64 <- HOST/usr/lib64
        /usr/share <- HOST/usr/share
        /bin -> usr/bin
        /etc/alternatives/awk -> /usr/bin/mawk
        /etc/alternatives/java -> /usr/lib/jvm/17/bin/java
        /etc/alternatives/libblas.so.3-x86_64-linux-gnu -> /usr/lib/x86_64-linux-gnu/blas/libblas.so.3
        /lib -> usr/lib
        /lib64 -> usr/lib64
        ");
    }

    #[test]
    fn unmerged_usr() {
        let shown = show(&plan(&[
            ("bin/bash", ""),
            ("lib/x86_64-linux-gnu/libc.so.6", ""),
            ("lib64/ld-linux-x86-64.so.2", ""),
            ("usr/bin/python3", ""),
            ("usr/lib/python3/os.py", ""),
        ]));
        insta::assert_snapshot!(shown, @r"
        /bin <- HOST/bin
        /lib <- HOST/lib
        /lib64 <- HOST/lib64
        /usr/bin <- HOST/usr/bin
        /usr/lib <- HOST/usr/lib
        ");
    }

    #[test]
    fn accounts_are_the_only_users() {
        let plan = plan(&[("usr/bin/true", "")]);
        let passwd = plan
            .files
            .iter()
            .find(|file| file.inside == Path::new("/etc/passwd"))
            .unwrap();
        insta::assert_snapshot!(String::from_utf8_lossy(&passwd.bytes), @r"
        root:x:0:0::/tmp:/bin/sh
        program0:x:70000:70000::/tmp:/bin/sh
        nobody:x:65534:65534::/tmp:/bin/sh
        ");
    }

    /// On this machine: nothing of a home directory, of `/var`, `/srv`, `/etc` beyond toolchains' own, of `/usr/local`.
    #[test]
    fn this_host_shows_nothing_private() {
        let plan = RootPlan::of_host(&Host::this(), &Catalogue::load().unwrap(), &[]);
        assert!(
            plan.binds
                .iter()
                .any(|bind| bind.inside == Path::new("/usr/bin"))
        );
        for bind in &plan.binds {
            let inside = bind.inside.to_str().unwrap();
            let proper = [
                "/usr/bin",
                "/usr/include",
                "/usr/lib",
                "/usr/share",
                "/opt/",
                "/bin",
                "/lib",
            ];
            assert!(
                proper.iter().any(|prefix| inside.starts_with(prefix)),
                "{bind:?}"
            );
            assert!(bind.host.exists(), "{bind:?}");
        }
        for file in &plan.files {
            let inside = file.inside.to_str().unwrap();
            let proper = ["passwd", "group", "nsswitch.conf", "hosts", "ld.so.cache"];
            let toolchains = [
                "java-",
                "mono/",
                "R/",
                "fpc",
                "nim/",
                "racket/",
                "GNUstep/",
                "gnucobol/",
            ];
            assert!(
                inside.starts_with("/var/lib/ghc/")
                    || inside
                        .strip_prefix("/etc/")
                        .is_some_and(|rest| proper.contains(&rest)
                            || toolchains.iter().any(|prefix| rest.starts_with(prefix))),
                "{inside}"
            );
        }
    }
}
