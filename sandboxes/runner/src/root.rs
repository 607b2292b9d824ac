//! The read-only root: built once per slot in the keeper's own mount namespace, copied with the namespace for each sandbox.
//!
//! The tree lives in a sub-directory of the pivoted file system and every process of a sandbox is chrooted into it: the kernel
//! refuses new user namespaces to chrooted processes. **Invariant:** the pivoted file system holds nothing but that directory,
//! so even leaving the chroot would lead nowhere. (In a user namespace two empty mount points lie beside it.)

use std::path::Path;

use runner::protocol::{Isolation, RootEntry, Users};

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

/// Where the host's `/proc` stays in sight of the first process of each sandbox, until that has mounted its own: the kernel
/// lets an ordinary user mount one only where another is fully visible.
pub(crate) const HOST_PROC: &str = "/proc-of-host";
/// Where the first process mounts the box, if programs are to see it through a mount of its own.
pub(crate) const BOX: &str = "/box-to-fill";

/// Makes a new mount namespace whose root is the tree, and moves into it.
pub(crate) fn build(isolation: &Isolation) -> Step<()> {
    let Isolation::Native { root, users, .. } = isolation else {
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
    let by_root = matches!(users, Users::Host);
    devices(&tree, by_root)?;
    if !by_root {
        let proc = format!("{base}{HOST_PROC}");
        directory(&proc)?;
        directory(&format!("{base}{BOX}"))?;
        sys::mount("/proc", &proc, "", libc::MS_BIND | libc::MS_REC, "").step("bind /proc")?;
    }
    for entry in root {
        add(&tree, entry, by_root)?;
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

fn devices(tree: &str, by_root: bool) -> Step<()> {
    for (name, major, minor) in DEVICES {
        let path = format!("{tree}/dev/{name}");
        if by_root {
            make_device(&path, major, minor).step(&format!("make device {name}"))?;
        } else {
            // Nobody else may make one, but anybody may use the host's.
            std::fs::File::create(&path).step(&format!("make a place for device {name}"))?;
            sys::mount(&format!("/dev/{name}"), &path, "", libc::MS_BIND, "")
                .step(&format!("bind device {name}"))?;
            sys::protect(&path, libc::MOUNT_ATTR_NOEXEC, 0)
                .step(&format!("protect device {name}"))?;
        }
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

fn make_device(path: &str, major: u32, minor: u32) -> std::io::Result<()> {
    let c_path = sys::c(path)?;
    let device = libc::makedev(major, minor);
    // SAFETY: the path is NUL-terminated.
    sys::check(unsafe { libc::mknod(c_path.as_ptr(), libc::S_IFCHR | 0o666, device) })?;
    // Whatever the umask is: `> /dev/null` must work, and Java opens it when a program closes its standard input.
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o666))
}

fn add(tree: &str, entry: &RootEntry, by_root: bool) -> Step<()> {
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
            // An ordinary user may not uncover what the host's mounts below this one cover, so they come with it.
            let (and_below, all) = if by_root {
                (0, 0)
            } else {
                (libc::MS_REC, libc::AT_RECURSIVE)
            };
            sys::mount(host, &target, "", libc::MS_BIND | and_below, "")
                .step(&format!("bind {host}"))?;
            sys::protect(&target, libc::MOUNT_ATTR_NODEV, all)
                .step(&format!("make {inside} read-only"))
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
