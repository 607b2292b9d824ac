//! What programs inherit from the worker and none of them can undo.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, OwnedFd};

use runner::protocol::Isolation;

use crate::faults::{Named, Step};
use crate::groups::Parents;
use crate::keeper::Slot;
use crate::{landlock, seccomp, sys};

/// The kernel ends this process when the keeper ends. It forgets that whenever the user or group changes.
pub(crate) fn tie_to_keeper() -> Step<()> {
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL.cast_unsigned().into())
        .step("tie the worker to the keeper")
}

/// Does what needs files of our own that belong to root while nobody may look at us. Returns the account of what this process
/// and all that it has reaped have read and written, where the kernel keeps one.
pub(crate) fn use_own_files(proc: &OwnedFd) -> Step<Option<OwnedFd>> {
    let own = |name: &CStr, flags| sys::openat(proc.as_raw_fd(), name, flags, 0);
    sys::prctl(libc::PR_SET_DUMPABLE, 1).step("become readable")?;
    let score = own(c"self/oom_score_adj", libc::O_WRONLY);
    let account = own(c"self/io", libc::O_RDONLY).ok();
    sys::prctl(libc::PR_SET_DUMPABLE, 0).step("become unreadable")?;
    // Where the kernel runs out of memory altogether, programs go first. They inherit it from here.
    score
        .and_then(|score| sys::pwrite(score.as_raw_fd(), b"1000"))
        .step("offer programs to the OOM killer")?;
    Ok(account)
}

/// Takes from this process, for good, what no program may have.
pub(crate) fn restrict(slot: &Slot) -> Step<()> {
    // SAFETY: no pointers; always succeeds.
    unsafe { libc::umask(0o022) };
    for (resource, value) in [
        // Not zero: where cores go to a program of the host (`core_pattern` with a pipe), the kernel takes zero for no limit
        // and starts it; one byte it takes for "none" there, and for too little to begin a file (core(5)).
        (libc::RLIMIT_CORE, 1),
        (libc::RLIMIT_NICE, 0),
        (libc::RLIMIT_MEMLOCK, 0),
        (libc::RLIMIT_MSGQUEUE, 0),
        (libc::RLIMIT_RTPRIO, 0),
    ] {
        match sys::set_limit(resource, value) {
            // gVisor's kernel has neither message queues nor real-time scheduling, so no limits of them.
            Err(error) if slot.parents.is_none() && error.raw_os_error() == Some(libc::EPERM) => {}
            // Who is not root may not raise it again where it was zero before us.
            Err(_) if resource == libc::RLIMIT_CORE => {
                sys::set_limit(resource, 0).step("set a resource limit")?;
            }
            outcome => outcome.step("set a resource limit")?,
        }
    }
    sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1).step("forbid new privileges")?;
    if let Some(group) = slot.setup.uid {
        // SAFETY: an empty list needs no pointer.
        let dropped = sys::check(unsafe { libc::setgroups(0, std::ptr::null()) });
        // With a single user the kernel lets nobody change groups, and the host has made sure that there are none.
        if !slot.setup.isolation.shares_user() {
            dropped.step("drop supplementary groups")?;
        }
        // Once here, so that no program has to; the user each program changes itself.
        // SAFETY: no pointers.
        sys::check(unsafe { libc::setresgid(group, group, group) }).step("change the group")?;
        if !matches!(slot.setup.isolation, Isolation::Container { .. }) {
            tie_to_keeper()?;
        }
    }
    if matches!(slot.setup.isolation, Isolation::Trusted { .. }) {
        return Ok(());
    }
    sys::prctl(libc::PR_SET_DUMPABLE, 0).step("become unreadable")?;
    for capability in 0..64 {
        match sys::prctl(libc::PR_CAPBSET_DROP, capability) {
            // Beyond the last one the kernel knows.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => break,
            dropped => dropped.step("drop capabilities")?,
        }
    }
    clear_inheritable().step("clear inheritable capabilities")?;
    // What engines mount there is for programs to write to as well, and the native wall's is not.
    let proc_is_writable = matches!(slot.setup.isolation, Isolation::Container { .. });
    landlock::load(proc_is_writable).step("load the Landlock rules")?;
    let needs_clone3 = slot.parents.as_ref().is_some_and(Parents::by_clone3);
    seccomp::load(needs_clone3).step("load the system call filter")
}

fn clear_inheritable() -> std::io::Result<()> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    const VERSION_3: u32 = 0x2008_0522;
    let header = Header {
        version: VERSION_3,
        pid: 0,
    };
    // Effective, permitted, inheritable; twice 32 bits.
    let mut sets = [[0_u32; 3]; 2];
    // SAFETY: header and data are laid out as version 3 wants them and live until the call returns.
    let got = unsafe { libc::syscall(libc::SYS_capget, &raw const header, sets.as_mut_ptr()) };
    if got < 0 {
        return Err(std::io::Error::last_os_error());
    }
    for set in &mut sets {
        set[2] = 0;
    }
    // SAFETY: as above.
    let set = unsafe { libc::syscall(libc::SYS_capset, &raw const header, sets.as_ptr()) };
    if set < 0 {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(())
    }
}
