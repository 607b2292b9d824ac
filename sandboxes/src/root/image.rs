//! The [`RootPlan`] of an image that was made for programs: they see all of it that is not the system's own.

use std::path::{Path, PathBuf};

use super::host::Host;
use super::plan::{Bind, RootPlan, Symlink};

/// What a root has of its own, or what is none of a program's business.
const NOT_SHOWN: [&str; 17] = [
    "boot",
    "box",
    "dev",
    "gavel",
    "home",
    "lost+found",
    "media",
    "mnt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
];
/// Below those, what is shown all the same.
const SHOWN: [&str; 2] = ["/usr", "/var/lib"];

impl RootPlan {
    /// Everything of an image but what a root has of its own. Paths are those inside the image.
    #[must_use]
    pub fn of_image(image: &Host) -> Self {
        let mut plan = Self::default();
        let names = image.names("/").into_iter();
        let names = names.filter(|name| !NOT_SHOWN.iter().any(|not| name == *not));
        let paths = names.map(|name| Path::new("/").join(name));
        for path in paths.chain(SHOWN.map(PathBuf::from)) {
            match image.link(&path) {
                Some(target) => plan.symlinks.push(Symlink {
                    inside: path,
                    target,
                }),
                None if image.resolve(&path).is_some() => plan.binds.push(Bind {
                    host: path.clone(),
                    inside: path,
                    is_directory: true,
                }),
                None => {}
            }
        }
        plan.directories = ["/home", "/root", "/var/tmp"].map(PathBuf::from).to_vec();
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_toolchains_are_shown_and_the_system_is_not() {
        let image = tempfile::tempdir().unwrap();
        for directory in [
            "usr/bin",
            "etc",
            "opt",
            "var/lib/ghc",
            "proc",
            "root",
            "gavel",
        ] {
            std::fs::create_dir_all(image.path().join(directory)).unwrap();
        }
        std::os::unix::fs::symlink("usr/bin", image.path().join("bin")).unwrap();
        let plan = RootPlan::of_image(&Host::below(image.path()));
        let shown: Vec<_> = plan
            .binds
            .iter()
            .map(|bind| bind.inside.to_str().unwrap())
            .collect();
        assert_eq!(shown, ["/etc", "/opt", "/usr", "/var/lib"]);
        assert_eq!(plan.symlinks[0].inside, Path::new("/bin"));
        assert_eq!(plan.symlinks[0].target, Path::new("usr/bin"));
    }
}
