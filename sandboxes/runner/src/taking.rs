//! Known files out of a directory a program wrote to, whatever else it left there.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use runner::protocol::{Blob, FileTaken, FileWanted};

use crate::faults::{Named, Step, refused};
use crate::files::{components, kind_name, sealed_copy};
use crate::sys;

/// A copy of the beginning of each file that is there. Files that are not asked for are not looked at, however many they are;
/// what is asked for must be a regular file.
pub(crate) fn take(
    work: &OwnedFd,
    directory: &str,
    wanted: &[FileWanted],
) -> Step<Vec<(FileTaken, OwnedFd)>> {
    let flags = libc::O_RDONLY | libc::O_DIRECTORY;
    let mut directory_fd =
        sys::open_beneath(work.as_fd(), c".", flags, 0).step("open the work directory")?;
    let parts = match directory {
        "" => Vec::new(),
        directory => components(directory)?,
    };
    for part in parts {
        directory_fd =
            sys::open_beneath(directory_fd.as_fd(), &part, flags, 0).map_err(|error| {
                refused(format!(
                    "{directory:?} cannot be opened as a directory: {error}"
                ))
            })?;
    }
    let mut taken = Vec::new();
    for file in wanted {
        taken.extend(take_one(&directory_fd, file)?);
    }
    Ok(taken)
}

fn take_one(directory: &OwnedFd, wanted: &FileWanted) -> Step<Option<(FileTaken, OwnedFd)>> {
    let parts = components(&wanted.name)?;
    let [name] = parts.as_slice() else {
        return Err(refused(format!("{:?} is not one component", wanted.name)));
    };
    let flags = libc::O_PATH | libc::O_NOFOLLOW;
    let probe = match sys::openat(directory.as_raw_fd(), name, flags, 0) {
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => return Ok(None),
        opened => opened.step("look at a file")?,
    };
    let kind = sys::fstat(probe.as_raw_fd())
        .step("look at a file")?
        .st_mode
        & libc::S_IFMT;
    if kind != libc::S_IFREG {
        let kind = kind_name(kind);
        return Err(refused(format!(
            "{kind} {:?} is not a regular file",
            wanted.name
        )));
    }
    let flags = libc::O_RDONLY | libc::O_NONBLOCK;
    let file = sys::open_beneath(directory.as_fd(), name, flags, 0).step("open a file")?;
    let len = sys::fstat(file.as_raw_fd())
        .step("look at a file")?
        .st_size
        .cast_unsigned();
    let copy = sealed_copy(&file, len.min(wanted.most_bytes), false).step("copy a file")?;
    if wanted.remove {
        sys::unlinkat(directory.as_raw_fd(), name, 0).step("remove a file")?;
    }
    let taken = FileTaken {
        path: wanted.name.clone(),
        content: Blob::Descriptor,
        len,
        executable: false,
    };
    Ok(Some((taken, copy)))
}
