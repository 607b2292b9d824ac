//! The read-only root: built once per slot in the keeper's own mount namespace, copied with the namespace for each sandbox.
//!
//! The tree lives in a sub-directory of the pivoted file system and every process of a sandbox is chrooted into it: the kernel
//! refuses new user namespaces to chrooted processes. **Invariant:** the pivoted file system holds nothing but that directory,
//! so even leaving the chroot would lead nowhere.

use std::path::Path;

use runner::protocol::{Isolation, RootEntry};

use crate::faults::{Named, Step, broken};
use crate::sys;

/// Where the tree is inside the pivoted file system.
pub(crate) const TREE: &str = "/r";

/// Device nodes programs may use: name, major, minor.
const DEVICES: [(&str, u32, u32); 5] = [
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
];

/// Directories that exist on any host and may be covered while the tree is built.
const MOUNT_POINTS: [&str; 6] = ["/mnt", "/media", "/srv", "/run", "/sys", "/tmp"];

/// Makes a new mount namespace whose root is the tree, and moves into it.
pub(crate) fn build(isolation: &Isolation) -> Step<()> {
    let Isolation::Native { root, .. } = isolation else {
        return Err(broken("build a root without a native wall"));
    };
    sys::unshare(libc::CLONE_NEWNS).step("make a mount namespace")?;
    sys::mount("none", "/", "", libc::MS_REC | libc::MS_PRIVATE, "").step("make mounts private")?;
    let covered = |point: &str| {
        root.iter().any(|entry| matches!(entry, RootEntry::Bind { host, .. } if Path::new(host).starts_with(point)))
    };
    let base = MOUNT_POINTS
        .into_iter()
        .find(|point| Path::new(point).is_dir() && !covered(point));
    let base = base.ok_or_else(|| broken("find a directory to build the root on"))?;
    sys::mount("tmpfs", base, "tmpfs", libc::MS_NOSUID, "size=64m,mode=755")
        .step("mount the root")?;
    let tree = format!("{base}{TREE}");
    directory(&tree)?;
    for name in ["/proc", "/dev", "/tmp", "/box"] {
        directory(&format!("{tree}{name}"))?;
    }
    devices(&tree)?;
    for entry in root {
        add(&tree, entry)?;
    }
    sys::chdir(base).step("enter the root")?;
    sys::pivot_here().step("pivot to the root")?;
    sys::detach(".").step("leave the old root")?;
    sys::chdir("/").step("enter the root")?;
    let read_only = libc::MS_REMOUNT | libc::MS_BIND | libc::MS_RDONLY | libc::MS_NOSUID;
    sys::mount("none", "/", "", read_only, "").step("make the root read-only")
}

fn directory(path: &str) -> Step<()> {
    std::fs::create_dir_all(path).step(&format!("make directory {path}"))?;
    Ok(())
}

fn parent(path: &str) -> Step<()> {
    match Path::new(path).parent().and_then(Path::to_str) {
        Some(parent) => directory(parent),
        None => Ok(()),
    }
}

fn link(target: &str, path: &str) -> Step<()> {
    std::os::unix::fs::symlink(target, path).step(&format!("link {path}"))
}

fn devices(tree: &str) -> Step<()> {
    for (name, major, minor) in DEVICES {
        let path = format!("{tree}/dev/{name}");
        let c_path = sys::c(&path).step("name a device")?;
        // SAFETY: the path is NUL-terminated.
        let made = unsafe {
            libc::mknod(
                c_path.as_ptr(),
                libc::S_IFCHR | 0o666,
                libc::makedev(major, minor),
            )
        };
        sys::check(made).step(&format!("make device {name}"))?;
        // Whatever the umask is: `> /dev/null` must work, and Java opens it when a program closes its standard input.
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        std::fs::set_permissions(&path, everybody)
            .step(&format!("let everybody use device {name}"))?;
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ] {
        link(target, &format!("{tree}/dev/{name}"))?;
    }
    // Shared memory lives in the work directory: same caps, same wipe.
    link("/tmp", &format!("{tree}/dev/shm"))
}

fn add(tree: &str, entry: &RootEntry) -> Step<()> {
    match entry {
        RootEntry::Bind {
            host,
            inside,
            is_directory,
        } => {
            let target = format!("{tree}{inside}");
            if *is_directory {
                directory(&target)?;
            } else {
                parent(&target)?;
                std::fs::File::create(&target).step(&format!("make file {inside}"))?;
            }
            sys::mount(host, &target, "", libc::MS_BIND, "").step(&format!("bind {host}"))?;
            let flags = libc::MS_REMOUNT
                | libc::MS_BIND
                | libc::MS_RDONLY
                | libc::MS_NOSUID
                | libc::MS_NODEV;
            sys::mount("none", &target, "", flags, "").step(&format!("make {inside} read-only"))
        }
        RootEntry::Symlink { inside, target } => {
            let path = format!("{tree}{inside}");
            parent(&path)?;
            link(target, &path)
        }
        RootEntry::File {
            inside,
            bytes,
            mode,
        } => {
            use std::os::unix::fs::PermissionsExt;
            let path = format!("{tree}{inside}");
            parent(&path)?;
            std::fs::write(&path, bytes).step(&format!("write {inside}"))?;
            let mode = std::fs::Permissions::from_mode(*mode);
            std::fs::set_permissions(&path, mode).step(&format!("set the mode of {inside}"))
        }
        RootEntry::Directory { inside } => directory(&format!("{tree}{inside}")),
    }
}
