//! The paths of an image, as `deploy/images/finish` lists them: a letter for the type, the path, a tab, and what a link says.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::ops::Bound;
use std::path::{Path, PathBuf};

/// What is where in an image.
#[derive(Debug)]
pub(crate) struct Listing {
    /// Which image it is.
    pub(crate) id: String,
    /// What a link says, for links. Paths are ordered by component, so what is below a directory follows it.
    paths: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Listing {
    /// Lines that are none are left out.
    pub(crate) fn read(text: &str, id: &str) -> Self {
        let entry = |line: &str| {
            let (path, target) = line.split_once('\t')?;
            let (kind, path) = path.split_once(' ')?;
            let target = (kind == "l").then(|| PathBuf::from(target));
            path.starts_with('/').then(|| (PathBuf::from(path), target))
        };
        Self {
            id: id.to_owned(),
            paths: text.lines().filter_map(entry).collect(),
        }
    }

    pub(crate) fn has(&self, path: &Path) -> bool {
        path == Path::new("/") || self.paths.contains_key(path)
    }

    pub(crate) fn link(&self, path: &Path) -> Option<PathBuf> {
        self.paths.get(path)?.clone()
    }

    pub(crate) fn names(&self, directory: &Path) -> Vec<OsString> {
        let below = (Bound::Excluded(directory), Bound::Unbounded);
        self.paths
            .range::<Path, _>(below)
            .map(|(path, _)| path)
            .take_while(|path| path.starts_with(directory))
            .filter(|path| path.parent() == Some(directory))
            .filter_map(|path| Some(path.file_name()?.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::languages::{Catalogue, Toolchain};
    use crate::root::Host;

    const LISTING: &str = "\
l /bin\tusr/bin
d /etc\t
l /etc/alternatives/c++\t/usr/bin/g++
l /opt/java\t/usr/lib/jvm/java-17
d /usr/bin\t
l /usr/bin/c++\t/etc/alternatives/c++
l /usr/bin/dangling\tnowhere
f /usr/bin/g++\t
l /usr/bin/gcc\tgcc-12
f /usr/bin/gcc-12\t
f /usr/bin/python3.11\t
f /usr/bin/sub/deep\t
broken line
";

    #[test]
    fn a_listing_is_looked_at_like_a_file_system() {
        let host = Host::of_listing(LISTING, "sha256:7");
        assert_eq!(
            host.resolve("/bin/c++").unwrap(),
            std::path::Path::new("/usr/bin/g++")
        );
        assert_eq!(host.resolve("/bin/dangling"), None);
        assert_eq!(host.resolve("/bin/clang"), None);
        assert_eq!(
            host.expand("/usr/bin/gcc-*"),
            [std::path::PathBuf::from("/usr/bin/gcc-12")]
        );
        assert_eq!(host.names("/usr/bin").len(), 6);
        assert_eq!(host.names("/nowhere").len(), 0);
        assert_ne!(
            host.stamp("/bin/c++"),
            Host::of_listing(LISTING, "sha256:8").stamp("/bin/c++")
        );
    }

    #[test]
    fn toolchains_are_found_in_images() {
        let host = Host::of_listing(LISTING, "sha256:7");
        let catalogue = Catalogue::load().unwrap();
        let locate = |id| Toolchain::locate(catalogue.get(id).unwrap(), &host);
        assert!(locate("cpp").is_ok() && locate("c").is_ok());
        assert!(locate("java").is_err() && locate("python3").is_err());
    }
}
