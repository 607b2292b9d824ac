//! System calls as functions that return `io::Result`: the only place, with `spawn.rs`, where the runner touches raw pointers
//! of the kernel's interface. Nothing here decides anything.

mod clocks;
mod signals;

use std::ffi::{CStr, CString};
use std::io::{Error, Result};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

pub(crate) use self::clocks::{coarse_time, now_ns, own_cpu_ns};
pub(crate) use self::signals::{child_dies_within, outlive_readers, watch_children};

/// Turns -1 into the error it stands for.
pub(crate) fn check(value: libc::c_int) -> Result<libc::c_int> {
    if value < 0 {
        Err(Error::last_os_error())
    } else {
        Ok(value)
    }
}

/// As [`check`], for calls that return a long.
pub(crate) fn check_long(value: libc::c_long) -> Result<libc::c_long> {
    if value < 0 {
        Err(Error::last_os_error())
    } else {
        Ok(value)
    }
}

/// Takes ownership of a descriptor the kernel has just made.
pub(crate) fn owned(value: libc::c_int) -> Result<OwnedFd> {
    let fd = check(value)?;
    // SAFETY: the kernel has just returned `fd` to us and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A C string; a NUL inside is an invalid argument.
pub(crate) fn c(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::from_raw_os_error(libc::EINVAL))
}

pub(crate) fn openat(
    directory: RawFd,
    path: &CStr,
    flags: libc::c_int,
    mode: libc::mode_t,
) -> Result<OwnedFd> {
    // SAFETY: `path` is NUL-terminated and outlives the call.
    owned(unsafe { libc::openat(directory, path.as_ptr(), flags | libc::O_CLOEXEC, mode) })
}

pub(crate) fn open(path: &str, flags: libc::c_int) -> Result<OwnedFd> {
    openat(libc::AT_FDCWD, &c(path)?, flags, 0)
}

/// `openat2`: stays beneath `directory` and follows no link of any kind.
pub(crate) fn open_beneath(
    directory: BorrowedFd<'_>,
    path: &CStr,
    flags: libc::c_int,
    mode: u32,
) -> Result<OwnedFd> {
    #[repr(C)]
    struct OpenHow {
        flags: u64,
        mode: u64,
        resolve: u64,
    }
    const RESOLVE_NO_XDEV: u64 = 0x01;
    const RESOLVE_NO_MAGICLINKS: u64 = 0x02;
    const RESOLVE_NO_SYMLINKS: u64 = 0x04;
    const RESOLVE_BENEATH: u64 = 0x08;
    let how = OpenHow {
        flags: u64::from((flags | libc::O_CLOEXEC).cast_unsigned()),
        mode: u64::from(mode),
        resolve: RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
    };
    // SAFETY: `how` is the kernel's `struct open_how` and its size is passed; `path` is NUL-terminated.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_openat2,
            directory.as_raw_fd(),
            path.as_ptr(),
            &raw const how,
            size_of::<OpenHow>(),
        )
    };
    match owned(libc::c_int::try_from(fd).unwrap_or(-1)) {
        // gVisor's kernel has no such call.
        Err(error) if error.raw_os_error() == Some(libc::ENOSYS) => {
            open_component(directory.as_raw_fd(), path, flags, mode)
        }
        opened => opened,
    }
}

/// One component that is no link, nor a way up, cannot lead elsewhere. gVisor's kernel follows a link where a directory is asked
/// for, `O_NOFOLLOW` or not, so what was opened has to be what has that name.
fn open_component(directory: RawFd, path: &CStr, flags: libc::c_int, mode: u32) -> Result<OwnedFd> {
    let bytes = path.to_bytes();
    if bytes.contains(&b'/') || bytes == b".." {
        return Err(Error::from_raw_os_error(libc::EXDEV));
    }
    let opened = openat(directory, path, flags | libc::O_NOFOLLOW, mode)?;
    let (has, named) = (
        fstat(opened.as_raw_fd())?,
        fstatat(directory, path, libc::AT_SYMLINK_NOFOLLOW)?,
    );
    if (has.st_dev, has.st_ino) != (named.st_dev, named.st_ino) {
        return Err(Error::from_raw_os_error(libc::ELOOP));
    }
    Ok(opened)
}

pub(crate) fn mkdirat(directory: RawFd, path: &CStr, mode: libc::mode_t) -> Result<()> {
    // SAFETY: `path` is NUL-terminated.
    check(unsafe { libc::mkdirat(directory, path.as_ptr(), mode) }).map(drop)
}

pub(crate) fn unlinkat(directory: RawFd, path: &CStr, flags: libc::c_int) -> Result<()> {
    // SAFETY: `path` is NUL-terminated.
    check(unsafe { libc::unlinkat(directory, path.as_ptr(), flags) }).map(drop)
}

pub(crate) fn fstat(fd: RawFd) -> Result<libc::stat> {
    // SAFETY: `stat` is plain data for which zero is a valid value, and the kernel fills it.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a whole `stat`.
    check(unsafe { libc::fstat(fd, &raw mut stat) })?;
    Ok(stat)
}

pub(crate) fn fstatat(directory: RawFd, path: &CStr, flags: libc::c_int) -> Result<libc::stat> {
    // SAFETY: `stat` is plain data for which zero is a valid value, and the kernel fills it.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the path is NUL-terminated and the pointer is to a whole `stat`.
    check(unsafe { libc::fstatat(directory, path.as_ptr(), &raw mut stat, flags) })?;
    Ok(stat)
}

pub(crate) fn ftruncate(fd: RawFd, length: i64) -> Result<()> {
    // SAFETY: no pointers.
    check(unsafe { libc::ftruncate(fd, length) }).map(drop)
}

pub(crate) fn pread(fd: RawFd, buffer: &mut [u8], offset: i64) -> Result<&[u8]> {
    // SAFETY: the pointer and length are those of `buffer`.
    let count = unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), buffer.len(), offset) };
    usize::try_from(count)
        .map_err(|_| Error::last_os_error())
        .map(move |count| &buffer[..count])
}

pub(crate) fn read(fd: RawFd, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the pointer and length are those of `buffer`.
    let count = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
    usize::try_from(count).map_err(|_| Error::last_os_error())
}

pub(crate) fn pwrite(fd: RawFd, bytes: &[u8]) -> Result<()> {
    // SAFETY: the pointer and length are those of `bytes`.
    let count = unsafe { libc::pwrite(fd, bytes.as_ptr().cast(), bytes.len(), 0) };
    if count < 0 {
        Err(Error::last_os_error())
    } else {
        Ok(())
    }
}

pub(crate) fn write(fd: RawFd, bytes: &[u8]) -> Result<usize> {
    // SAFETY: pointer and length are those of `bytes`.
    let count = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
    usize::try_from(count).map_err(|_| Error::last_os_error())
}

pub(crate) fn write_all(fd: RawFd, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        // SAFETY: the pointer and length are those of `bytes`.
        let count = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(count) {
            Ok(count) => bytes = &bytes[count..],
            Err(_) if last_errno() == libc::EINTR => {}
            Err(_) => return Err(Error::last_os_error()),
        }
    }
    Ok(())
}

pub(crate) fn last_errno() -> i32 {
    Error::last_os_error().raw_os_error().unwrap_or(0)
}

pub(crate) fn memfd(name: &CStr, flags: libc::c_uint) -> Result<OwnedFd> {
    // SAFETY: `name` is NUL-terminated.
    owned(unsafe { libc::memfd_create(name.as_ptr(), flags | libc::MFD_CLOEXEC) })
}

/// Makes a memory file unchangeable for good.
pub(crate) fn seal(fd: RawFd) -> Result<()> {
    let seals = libc::F_SEAL_SEAL | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_WRITE;
    // SAFETY: no pointers.
    check(unsafe { libc::fcntl(fd, libc::F_ADD_SEALS, seals) }).map(drop)
}

/// Copies `length` bytes from the start of one file to the start of another.
pub(crate) fn copy(from: RawFd, to: RawFd, length: u64) -> Result<u64> {
    let mut buffer = vec![0_u8; 128 << 10];
    let mut done = 0_u64;
    while done < length {
        let want = usize::try_from(length - done)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let count = pread(from, &mut buffer[..want], done.cast_signed())?.len();
        if count == 0 {
            break;
        }
        write_all(to, &buffer[..count])?;
        done += count as u64;
    }
    Ok(done)
}

pub(crate) fn mount(
    source: &str,
    target: &str,
    kind: &str,
    flags: libc::c_ulong,
    data: &str,
) -> Result<()> {
    let (source, target, kind, data) = (c(source)?, c(target)?, c(kind)?, c(data)?);
    // SAFETY: all four strings are NUL-terminated and outlive the call.
    check(unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            flags,
            data.as_ptr().cast(),
        )
    })
    .map(drop)
}

/// Makes a mount, and with `AT_RECURSIVE` everything below it, read-only and blind to set-user-id bits, adding `more`. Flags
/// that are set already stay, so that this works where the kernel has locked them.
pub(crate) fn protect(target: &str, more: u64, flags: libc::c_int) -> Result<()> {
    #[repr(C)]
    struct Attributes {
        set: u64,
        clear: u64,
        propagation: u64,
        user_namespace: u64,
    }
    let attributes = Attributes {
        set: libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | more,
        clear: 0,
        propagation: 0,
        user_namespace: 0,
    };
    let target = c(target)?;
    // SAFETY: path and attributes live until the call returns; the size is that of the attributes.
    check_long(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            target.as_ptr(),
            flags,
            &raw const attributes,
            size_of::<Attributes>(),
        )
    })
    .map(drop)
}

pub(crate) fn detach(target: &str) -> Result<()> {
    let target = c(target)?;
    // SAFETY: `target` is NUL-terminated.
    check(unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) }).map(drop)
}

/// `pivot_root(".", ".")`: the old root ends up stacked below the new one.
pub(crate) fn pivot_here() -> Result<()> {
    // SAFETY: both strings are NUL-terminated constants.
    check_long(unsafe { libc::syscall(libc::SYS_pivot_root, c".".as_ptr(), c".".as_ptr()) })
        .map(drop)
}

pub(crate) fn chroot(path: &str) -> Result<()> {
    let path = c(path)?;
    // SAFETY: `path` is NUL-terminated.
    check(unsafe { libc::chroot(path.as_ptr()) }).map(drop)
}

pub(crate) fn chdir(path: &str) -> Result<()> {
    let path = c(path)?;
    // SAFETY: `path` is NUL-terminated.
    check(unsafe { libc::chdir(path.as_ptr()) }).map(drop)
}

pub(crate) fn unshare(flags: libc::c_int) -> Result<()> {
    // SAFETY: no pointers; the process has one thread, so nobody is surprised.
    check(unsafe { libc::unshare(flags) }).map(drop)
}

pub(crate) fn setns(namespace: RawFd, kind: libc::c_int) -> Result<()> {
    // SAFETY: no pointers; the process has one thread, so nobody is surprised.
    check(unsafe { libc::setns(namespace, kind) }).map(drop)
}

pub(crate) fn prctl(option: libc::c_int, value: libc::c_ulong) -> Result<()> {
    let zero: libc::c_ulong = 0;
    // SAFETY: only options whose arguments are plain numbers are used.
    check(unsafe { libc::prctl(option, value, zero, zero, zero) }).map(drop)
}

/// What people see in a list of processes.
pub(crate) fn name_process(name: &CStr) {
    // SAFETY: the name is NUL-terminated; the kernel cuts what is too long. A name is never worth a failure.
    unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr()) };
}

pub(crate) fn pin(cpu: u32) -> Result<()> {
    // SAFETY: `cpu_set_t` is plain data for which zero is valid.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    if cpu as usize >= 8 * size_of::<libc::cpu_set_t>() {
        return Err(Error::from_raw_os_error(libc::EINVAL));
    }
    // SAFETY: `cpu` is inside the set, checked above.
    unsafe { libc::CPU_SET(cpu as usize, &mut set) };
    // SAFETY: the pointer is to a whole set and its size is passed.
    check(unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set) })
        .map(drop)
}

pub(crate) fn set_limit(resource: libc::__rlimit_resource_t, value: u64) -> Result<()> {
    let limit = libc::rlimit {
        rlim_cur: value,
        rlim_max: value,
    };
    // SAFETY: the pointer is to a whole `rlimit`.
    check(unsafe { libc::setrlimit(resource, &raw const limit) }).map(drop)
}

/// Two ends of a packet socket.
pub(crate) fn packet_pair() -> Result<(OwnedFd, OwnedFd)> {
    socket_pair(libc::SOCK_SEQPACKET)
}

/// Two ends of a stream socket.
pub(crate) fn stream_pair() -> Result<(OwnedFd, OwnedFd)> {
    socket_pair(libc::SOCK_STREAM)
}

fn socket_pair(kind: libc::c_int) -> Result<(OwnedFd, OwnedFd)> {
    let mut pair = [-1; 2];
    // SAFETY: the pointer is to two integers.
    check(unsafe {
        libc::socketpair(
            libc::AF_UNIX,
            kind | libc::SOCK_CLOEXEC,
            0,
            pair.as_mut_ptr(),
        )
    })?;
    Ok((owned(pair[0])?, owned(pair[1])?))
}

pub(crate) fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    let mut pair = [-1; 2];
    // SAFETY: the pointer is to two integers.
    check(unsafe { libc::pipe2(pair.as_mut_ptr(), libc::O_CLOEXEC) })?;
    Ok((owned(pair[0])?, owned(pair[1])?))
}

pub(crate) fn poll(
    fds: &mut [libc::pollfd],
    timeout: Option<std::time::Duration>,
) -> Result<usize> {
    let timeout = timeout.map(|timeout| libc::timespec {
        tv_sec: libc::time_t::try_from(timeout.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: libc::c_long::from(timeout.subsec_nanos().cast_signed()),
    });
    let pointer = timeout
        .as_ref()
        .map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: pointer and length are those of `fds`; the timeout is null or lives until the call returns.
    let count = unsafe {
        libc::ppoll(
            fds.as_mut_ptr(),
            fds.len() as libc::nfds_t,
            pointer,
            std::ptr::null(),
        )
    };
    match check(count) {
        Ok(count) => Ok(count.cast_unsigned() as usize),
        Err(error) if error.raw_os_error() == Some(libc::EINTR) => Ok(0),
        Err(error) => Err(error),
    }
}

pub(crate) fn pidfd_open(pid: libc::pid_t) -> Result<OwnedFd> {
    // SAFETY: no pointers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    owned(libc::c_int::try_from(fd).unwrap_or(-1))
}

pub(crate) fn kill(pid: libc::pid_t, signal: libc::c_int) -> Result<()> {
    // SAFETY: no pointers.
    check(unsafe { libc::kill(pid, signal) }).map(drop)
}

/// Waits for a child; `None` when `flags` say not to block and none is there yet.
pub(crate) fn wait(
    pid: libc::pid_t,
    flags: libc::c_int,
) -> Result<Option<(libc::pid_t, libc::c_int, libc::rusage)>> {
    let mut status = 0;
    // SAFETY: `rusage` is plain data for which zero is valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to whole values.
        match check(unsafe {
            libc::wait4(pid, &raw mut status, flags | libc::__WALL, &raw mut usage)
        }) {
            Ok(0) => return Ok(None),
            Ok(pid) => return Ok(Some((pid, status, usage))),
            Err(error) if error.raw_os_error() == Some(libc::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Whether a child has ended; it stays to be reaped.
pub(crate) fn has_ended(pid: libc::pid_t) -> Result<bool> {
    // SAFETY: `siginfo_t` is plain data for which zero is valid, and its process id is meaningful after `waitid`.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT | libc::__WALL;
        let id = libc::id_t::try_from(pid).unwrap_or(0);
        check(libc::waitid(libc::P_PID, id, &raw mut info, flags))?;
        Ok(info.si_pid() != 0)
    }
}

/// A child that is dead and not reaped yet, if there is one.
pub(crate) fn any_dead_child() -> Result<Option<libc::pid_t>> {
    // SAFETY: `siginfo_t` is plain data for which zero is valid; the call fills it in, and the union is read as what it wrote.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
        match check(libc::waitid(libc::P_ALL, 0, &raw mut info, flags)) {
            Err(error) if error.raw_os_error() == Some(libc::ECHILD) => Ok(None),
            Err(error) => Err(error),
            Ok(_) => Ok(Some(info.si_pid()).filter(|pid| *pid != 0)),
        }
    }
}

/// `fork`: in the child `Ok(0)`.
///
/// The runner has one thread, so the child may do whatever it likes.
pub(crate) fn fork() -> Result<libc::pid_t> {
    // SAFETY: the process has exactly one thread.
    check(unsafe { libc::fork() })
}

pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: never returns; no destructor of ours has to run.
    unsafe { libc::_exit(code) }
}
