//! Files in and out of a sandbox. Every path is resolved beneath an open directory, through no link of any kind.

use std::ffi::{CStr, CString};
use std::io::{Error, Result};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use runner::protocol::{Blob, FileTaken, FileToPlace};

use crate::faults::{Named, Step, broken, refused};
use crate::sys;

/// How many entries are removed one by one before a fresh file system is cheaper.
const FEW: usize = 16;

/// Deeper directories are not collected.
const MAX_DEPTH: usize = 32;

/// Checks a relative path and splits it.
pub(crate) fn components(path: &str) -> Step<Vec<CString>> {
    let bad = || refused(format!("path {path:?} is not a plain relative path"));
    let parts: Vec<&str> = path.split('/').collect();
    if path.len() > 1024
        || parts
            .iter()
            .any(|part| matches!(*part, "" | "." | "..") || part.len() > 255)
    {
        return Err(bad());
    }
    parts
        .into_iter()
        .map(|part| CString::new(part).map_err(|_| bad()))
        .collect()
}

/// Puts files below `root`, readable by all and writable by nobody, or by `owner`. Returns those that are to be shown in
/// place of the empty file that was made, with their mounts.
pub(crate) fn place(
    root: &OwnedFd,
    files: &[FileToPlace],
    descriptors: &mut std::vec::IntoIter<OwnedFd>,
    owner: Option<u32>,
) -> Step<Vec<(String, OwnedFd)>> {
    let mut shown = Vec::new();
    for file in files {
        let parts = components(&file.path)?;
        let Some((name, parents)) = parts.split_last() else {
            return Err(broken("place a file without a name"));
        };
        let mut directory = root.as_fd().try_clone_to_owned().step("open the box")?;
        for parent in parents {
            match sys::mkdirat(directory.as_raw_fd(), parent, 0o755) {
                Err(error) if error.raw_os_error() != Some(libc::EEXIST) => {
                    return Err(error).step("make a directory in the box");
                }
                _ => {}
            }
            let flags = libc::O_RDONLY | libc::O_DIRECTORY;
            directory = sys::open_beneath(directory.as_fd(), parent, flags, 0)
                .step("open a directory in the box")?;
            give(&directory, owner).step("give a directory away")?;
        }
        let _ = sys::unlinkat(directory.as_raw_fd(), name, 0);
        let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL;
        let target = sys::open_beneath(directory.as_fd(), name, flags, 0o600)
            .step("make a file in the box")?;
        match &file.content {
            Blob::Inline(bytes) => {
                sys::write_all(target.as_raw_fd(), bytes).step("write a file in the box")?
            }
            Blob::Descriptor => {
                let source = descriptors
                    .next()
                    .ok_or_else(|| broken("receive a file to place"))?;
                sys::copy(source.as_raw_fd(), target.as_raw_fd(), u64::MAX)
                    .step("write a file in the box")?;
            }
            Blob::Mount => {
                let mount = descriptors
                    .next()
                    .ok_or_else(|| broken("receive a file to show"))?;
                shown.push((file.path.clone(), mount));
            }
        }
        give(&target, owner).step("give a file away")?;
        let writable = if owner.is_some() { 0o200 } else { 0 };
        let mode = writable | if file.executable { 0o555 } else { 0o444 };
        // SAFETY: no pointers.
        sys::check(unsafe { libc::fchmod(target.as_raw_fd(), mode) })
            .step("set the mode of a file in the box")?;
    }
    Ok(shown)
}

/// Makes `owner`, if any, the owner of a file or directory of ours.
pub(crate) fn give(file: &OwnedFd, owner: Option<u32>) -> Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fchown(file.as_raw_fd(), owner, owner) }).map(drop)
}

/// Calls `visit` with the name and type of every entry but `.` and `..`.
fn list(directory: RawFd, mut visit: impl FnMut(&CStr, u8) -> Result<bool>) -> Result<()> {
    // SAFETY: no pointers.
    if unsafe { libc::lseek(directory, 0, libc::SEEK_SET) } < 0 {
        return Err(Error::last_os_error());
    }
    let mut buffer = [0_u64; 512];
    loop {
        // SAFETY: pointer and length are those of `buffer`.
        let count = unsafe {
            libc::syscall(
                libc::SYS_getdents64,
                directory,
                buffer.as_mut_ptr(),
                size_of_val(&buffer),
            )
        };
        let count = usize::try_from(count).map_err(|_| Error::last_os_error())?;
        if count == 0 {
            return Ok(());
        }
        let bytes: Vec<u8> = buffer
            .iter()
            .flat_map(|word| word.to_ne_bytes())
            .take(count)
            .collect();
        let mut rest = bytes.as_slice();
        // linux_dirent64: inode (8), offset (8), length (2), type (1), name.
        while let [
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            low,
            high,
            kind,
            ..,
        ] = rest
        {
            let length = usize::from(u16::from_ne_bytes([*low, *high]));
            let name = rest
                .get(19..length)
                .and_then(|name| CStr::from_bytes_until_nul(name).ok());
            let name = name.ok_or_else(|| Error::from_raw_os_error(libc::EBADMSG))?;
            if name != c"." && name != c".." && !visit(name, *kind)? {
                return Ok(());
            }
            rest = &rest[length..];
        }
    }
}

/// At most about `limit` entries of a directory, with their types.
pub(crate) fn names(directory: RawFd, limit: usize) -> Result<Vec<(CString, u8)>> {
    let mut found = Vec::new();
    list(directory, |name, kind| {
        found.push((name.to_owned(), kind));
        Ok(found.len() < limit)
    })?;
    Ok(found)
}

/// Removes everything below `directory` if it is little: at most [`FEW`] entries. Else removes nothing and says so.
pub(crate) fn remove_few(directory: RawFd) -> Result<bool> {
    let entries = names(directory, FEW + 1)?;
    if entries.len() > FEW {
        return Ok(false);
    }
    let mut budget = FEW - entries.len();
    for (name, kind) in &entries {
        if *kind == libc::DT_DIR && !few_below(directory, name, &mut budget, 0)? {
            return Ok(false);
        }
    }
    for (name, kind) in &entries {
        remove(directory, name, *kind == libc::DT_DIR)?;
    }
    Ok(true)
}

fn few_below(directory: RawFd, name: &CStr, budget: &mut usize, depth: usize) -> Result<bool> {
    let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NOFOLLOW;
    let inner = sys::openat(directory, name, flags, 0)?;
    let entries = names(inner.as_raw_fd(), *budget + 1)?;
    if entries.len() > *budget || depth > FEW {
        return Ok(false);
    }
    *budget -= entries.len();
    for (name, kind) in entries {
        if kind == libc::DT_DIR && !few_below(inner.as_raw_fd(), &name, budget, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether [`make_plain`] would change nothing. It changes the time of change itself, which says when a program was here.
fn is_plain(directory: RawFd) -> Result<bool> {
    let stat = sys::fstat(directory)?;
    let times = [
        stat.st_atime,
        stat.st_atime_nsec,
        stat.st_mtime,
        stat.st_mtime_nsec,
    ];
    Ok(stat.st_mode & !libc::S_IFMT == 0o700 && times == [0; 4])
}

/// Takes from an emptied work directory what its owner could have written on the directory itself: its mode and its times. (What
/// else there is, attributes and flags, the filter forbids.)
pub(crate) fn make_plain(directory: RawFd) -> Result<()> {
    const THEN: libc::timespec = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    if is_plain(directory)? {
        return Ok(());
    }
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fchmod(directory, 0o700) })?;
    // SAFETY: the pointer is to two times.
    sys::check(unsafe { libc::futimens(directory, [THEN; 2].as_ptr()) }).map(drop)
}

fn remove(directory: RawFd, name: &CStr, is_directory: bool) -> Result<()> {
    if is_directory {
        let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NOFOLLOW;
        let inner = sys::openat(directory, name, flags, 0)?;
        remove_all(inner.as_raw_fd())?;
        return sys::unlinkat(directory, name, libc::AT_REMOVEDIR);
    }
    sys::unlinkat(directory, name, 0)
}

/// Removes a directory of ours and everything in it.
pub(crate) fn remove_directory(parent: &OwnedFd, name: &str) -> Result<()> {
    remove(parent.as_raw_fd(), &sys::c(name)?, true)
}

/// A copy that its owner cannot change: in the box, opened through the read-only mount programs see it by, and without a name.
pub(crate) fn unchangeable_copy(place: &OwnedFd, file: &OwnedFd, mode: u32) -> Result<OwnedFd> {
    let name = c".copy";
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL;
    let copy = sys::open_beneath(place.as_fd(), name, flags, mode)?;
    let copied = sys::copy(file.as_raw_fd(), copy.as_raw_fd(), u64::MAX);
    drop(copy);
    let opened = copied.and_then(|_| sys::open("/box/.copy", libc::O_RDONLY));
    sys::unlinkat(place.as_raw_fd(), name, 0)?;
    opened
}

/// Removes everything below `directory`, however deep, by two descriptors at a time: neither our stack nor our descriptors are a
/// program's to exhaust. Nothing else moves in there, because every program is dead.
pub(crate) fn remove_all(directory: RawFd) -> Result<()> {
    let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NOFOLLOW;
    let mut here = sys::openat(directory, c".", flags, 0)?;
    // The way down from `directory`.
    let mut names_down: Vec<CString> = Vec::new();
    loop {
        match next_directory(here.as_raw_fd())? {
            Some(name) => {
                // A program may have taken its own permissions away; as root that is no obstacle, and without root it is our own
                // user's.
                // SAFETY: the name is NUL-terminated.
                unsafe { libc::fchmodat(here.as_raw_fd(), name.as_ptr(), 0o700, 0) };
                here = sys::openat(here.as_raw_fd(), &name, flags, 0)?;
                names_down.push(name);
            }
            None => {
                let Some(name) = names_down.pop() else {
                    return Ok(());
                };
                here = sys::openat(here.as_raw_fd(), c"..", flags, 0)?;
                sys::unlinkat(here.as_raw_fd(), &name, libc::AT_REMOVEDIR)?;
            }
        }
    }
}

/// Removes everything in `directory` up to the first directory there, which it names.
fn next_directory(directory: RawFd) -> Result<Option<CString>> {
    loop {
        let entries = names(directory, 1024)?;
        if entries.is_empty() {
            return Ok(None);
        }
        for (name, kind) in entries {
            if kind == libc::DT_DIR {
                return Ok(Some(name));
            }
            sys::unlinkat(directory, &name, 0)?;
        }
    }
}

/// Makes directories of one component each, owned by the programs' user.
pub(crate) fn make_directories(work: &OwnedFd, names: &[String], uid: Option<u32>) -> Step<()> {
    for name in names {
        let parts = components(name)?;
        let [part] = parts.as_slice() else {
            return Err(refused(format!("directory {name:?} is not one component")));
        };
        sys::mkdirat(work.as_raw_fd(), part, 0o700).step("make a work directory")?;
        if let Some(uid) = uid {
            // SAFETY: the name is NUL-terminated.
            let owned = unsafe {
                libc::fchownat(
                    work.as_raw_fd(),
                    part.as_ptr(),
                    uid,
                    uid,
                    libc::AT_SYMLINK_NOFOLLOW,
                )
            };
            sys::check(owned).step("give a work directory away")?;
        }
    }
    Ok(())
}

/// Bounds of a collection.
pub(crate) struct Bounds {
    pub(crate) files: u32,
    pub(crate) bytes: u64,
}

/// A copy of every regular file below `directory` (relative to `work`), each in a sealed memory file.
pub(crate) fn collect(
    work: &OwnedFd,
    directory: &str,
    bounds: &Bounds,
) -> Step<Vec<(FileTaken, OwnedFd)>> {
    let flags = libc::O_RDONLY | libc::O_DIRECTORY;
    let mut start =
        sys::open_beneath(work.as_fd(), c".", flags, 0).step("open the work directory")?;
    if !directory.is_empty() {
        for part in components(directory)? {
            start = sys::open_beneath(start.as_fd(), &part, flags, 0).map_err(|error| {
                refused(format!(
                    "{directory:?} cannot be opened as a directory: {error}"
                ))
            })?;
        }
    }
    let mut taken = Vec::new();
    let mut bytes = 0;
    walk(start.as_fd(), "", 0, bounds, &mut bytes, &mut taken)?;
    taken.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    Ok(taken)
}

fn walk(
    directory: BorrowedFd<'_>,
    prefix: &str,
    depth: usize,
    bounds: &Bounds,
    bytes: &mut u64,
    taken: &mut Vec<(FileTaken, OwnedFd)>,
) -> Step<()> {
    if depth > MAX_DEPTH {
        return Err(refused(format!(
            "directories are nested more than {MAX_DEPTH} deep"
        )));
    }
    for (name, _) in names(directory.as_raw_fd(), usize::MAX).step("list the work directory")? {
        let text = name
            .to_str()
            .map_err(|_| refused(format!("file name {name:?} is not UTF-8")))?;
        let path = if prefix.is_empty() {
            text.to_owned()
        } else {
            format!("{prefix}/{text}")
        };
        let flags = libc::O_PATH | libc::O_NOFOLLOW;
        let probe = sys::openat(directory.as_raw_fd(), &name, flags, 0).step("look at a file")?;
        let stat = sys::fstat(probe.as_raw_fd()).step("look at a file")?;
        match stat.st_mode & libc::S_IFMT {
            libc::S_IFDIR => {
                let flags = libc::O_RDONLY | libc::O_DIRECTORY;
                let inner =
                    sys::open_beneath(directory, &name, flags, 0).step("open a directory")?;
                walk(inner.as_fd(), &path, depth + 1, bounds, bytes, taken)?;
            }
            libc::S_IFREG => take(directory, &name, path, bounds, bytes, taken)?,
            other => {
                return Err(refused(format!(
                    "{} {path:?} is not a regular file",
                    kind_name(other)
                )));
            }
        }
    }
    Ok(())
}

fn take(
    directory: BorrowedFd<'_>,
    name: &CStr,
    path: String,
    bounds: &Bounds,
    bytes: &mut u64,
    taken: &mut Vec<(FileTaken, OwnedFd)>,
) -> Step<()> {
    let file = sys::open_beneath(directory, name, libc::O_RDONLY | libc::O_NONBLOCK, 0)
        .step("open a file")?;
    let stat = sys::fstat(file.as_raw_fd()).step("look at a file")?;
    let len = stat.st_size.cast_unsigned();
    *bytes = bytes.saturating_add(len);
    if taken.len() >= bounds.files as usize {
        return Err(refused(format!("more than {} files", bounds.files)));
    }
    if *bytes > bounds.bytes {
        return Err(refused(format!(
            "files of more than {} bytes",
            bounds.bytes
        )));
    }
    let executable = stat.st_mode & 0o111 != 0;
    let copy = sealed_copy(&file, len, executable).step("copy a file")?;
    taken.push((
        FileTaken {
            path,
            content: Blob::Descriptor,
            len,
            executable,
        },
        copy,
    ));
    Ok(())
}

/// A memory file that nobody can change any more.
pub(crate) fn sealed_copy(file: &OwnedFd, len: u64, executable: bool) -> Result<OwnedFd> {
    let copy = sys::memfd(c"gavel-file", libc::MFD_ALLOW_SEALING)?;
    sys::copy(file.as_raw_fd(), copy.as_raw_fd(), len)?;
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fchmod(copy.as_raw_fd(), if executable { 0o555 } else { 0o444 }) })?;
    sys::seal(copy.as_raw_fd())?;
    // The host reads from the start.
    // SAFETY: no pointers.
    sys::check_long(unsafe { libc::lseek(copy.as_raw_fd(), 0, libc::SEEK_SET) })?;
    Ok(copy)
}

pub(crate) fn kind_name(mode: libc::mode_t) -> &'static str {
    match mode {
        libc::S_IFLNK => "symbolic link",
        libc::S_IFIFO => "pipe",
        libc::S_IFSOCK => "socket",
        libc::S_IFDIR => "directory",
        libc::S_IFCHR | libc::S_IFBLK => "device",
        _ => "entry",
    }
}
