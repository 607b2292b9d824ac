//! Starting a program: one `clone` that shares our memory and suspends us until the program has been executed.
//!
//! The child runs [`child`] on its own stack inside our memory. **Invariant:** between `clone` and `execveat` it allocates
//! nothing, takes no lock and calls only raw system calls; what goes wrong it writes into [`Failure`], which we read.

use std::ffi::CString;
use std::io::{Error, Result};
use std::os::fd::RawFd;

use libc::{c_char, c_int, c_long, c_void};

use crate::descriptors::{self, Parting};
use crate::groups::Join;
use crate::sys;

/// What the child needs, laid out before it exists.
pub(crate) struct Launch {
    pub(crate) program: Program,
    pub(crate) args: Vec<CString>,
    pub(crate) env: Vec<CString>,
    pub(crate) stdin: RawFd,
    pub(crate) stdout: RawFd,
    pub(crate) stderr: RawFd,
    /// Where it starts; `None` where we are.
    pub(crate) directory: Option<RawFd>,
    pub(crate) uid: Option<u32>,
    /// Whether it gets a session of its own.
    pub(crate) session: bool,
    pub(crate) parting: Parting,
    pub(crate) limits: Rlimits,
}

/// What is executed.
pub(crate) enum Program {
    Descriptor(RawFd),
    Path(CString),
}

/// The resource limits that differ between runs.
#[derive(Clone, Copy)]
pub(crate) struct Rlimits {
    pub(crate) cpu_seconds: u64,
    pub(crate) file_bytes: u64,
    pub(crate) stack_bytes: u64,
    pub(crate) open_files: u64,
    /// Processes of the user, where no group counts them and the user is the slot's own.
    pub(crate) processes: Option<u64>,
}

/// Which step of the child failed, and why.
#[derive(Clone, Copy, Default)]
struct Failure {
    step: &'static str,
    errno: c_int,
}

/// What [`start`] came to.
pub(crate) enum Started {
    /// It runs (or has already ended, unreaped).
    Running(libc::pid_t),
    /// The kernel would not execute it.
    NotExecuted(Error),
}

/// The child makes raw system calls only. Small, because each worker touches all of it once.
const STACK_BYTES: usize = 16 << 10;

/// The stack children run on; one at a time, because we sleep meanwhile.
pub(crate) struct ChildStack(Vec<u128>);

impl ChildStack {
    pub(crate) fn new() -> Self {
        Self(vec![0; STACK_BYTES / size_of::<u128>()])
    }

    pub(crate) fn top(&mut self) -> *mut c_void {
        self.0.as_mut_ptr_range().end.cast()
    }
}

struct Context<'a> {
    launch: &'a Launch,
    argv: *const *const c_char,
    envp: *const *const c_char,
    join: &'a Join,
    failure: std::cell::Cell<Failure>,
}

/// Starts the program in its group.
pub(crate) fn start(launch: &Launch, join: &Join, stack: &mut ChildStack) -> Result<Started> {
    let pointers = |list: &[CString]| -> Vec<*const c_char> {
        list.iter()
            .map(|item| item.as_ptr())
            .chain(std::iter::once(std::ptr::null()))
            .collect()
    };
    let (argv, envp) = (pointers(&launch.args), pointers(&launch.env));
    let context = Context {
        launch,
        argv: argv.as_ptr(),
        envp: envp.as_ptr(),
        join,
        failure: std::cell::Cell::new(Failure::default()),
    };
    descriptors::lay_out(launch)?;
    let argument = std::ptr::from_ref(&context).cast_mut().cast();
    let flags = FLAGS | launch.parting.flag();
    let pid = match join {
        Join::Into(group) => clone_into(*group, flags, stack, argument)?,
        Join::Tasks(_) | Join::Nothing => clone_plain(flags, stack, argument)?,
    };
    let failure = context.failure.get();
    if failure.errno == 0 {
        return Ok(Started::Running(pid));
    }
    sys::wait(pid, 0)?;
    let error = Error::from_raw_os_error(failure.errno);
    if failure.step == "execute" {
        return Ok(Started::NotExecuted(error));
    }
    Err(Error::new(
        error.kind(),
        format!("{}: {error}", failure.step),
    ))
}

const FLAGS: c_int = libc::CLONE_VM | libc::CLONE_VFORK;

fn clone_plain(flags: c_int, stack: &mut ChildStack, argument: *mut c_void) -> Result<libc::pid_t> {
    // SAFETY: the stack is ours and unused; CLONE_VFORK suspends us until the child has left our memory, so `argument` and
    // everything it points to stay valid.
    sys::check(unsafe { libc::clone(entry, stack.top(), flags | libc::SIGCHLD, argument) })
}

#[repr(C, align(8))]
#[derive(Default)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

fn clone_into(
    group: RawFd,
    flags: c_int,
    stack: &mut ChildStack,
    argument: *mut c_void,
) -> Result<libc::pid_t> {
    const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
    let args = CloneArgs {
        flags: u64::from(flags.cast_unsigned()) | CLONE_INTO_CGROUP,
        exit_signal: libc::SIGCHLD.cast_unsigned().into(),
        stack: stack.0.as_mut_ptr() as u64,
        stack_size: STACK_BYTES as u64,
        cgroup: u64::from(group.cast_unsigned()),
        ..CloneArgs::default()
    };
    let result: c_long;
    // SAFETY: the kernel reads `args`, which is alive. The child starts on its own stack, calls `entry` with
    // `argument` (kept in registers the kernel preserves) and never returns here; we are suspended until it has left our memory.
    unsafe {
        std::arch::asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "xor ebp, ebp",
            "mov rdi, r12",
            "call r13",
            "ud2",
            "2:",
            inlateout("rax") libc::SYS_clone3 => result,
            in("rdi") &raw const args,
            in("rsi") size_of::<CloneArgs>(),
            in("r12") argument,
            in("r13") entry as extern "C" fn(*mut c_void) -> c_int,
            lateout("rcx") _,
            lateout("r11") _,
        );
    }
    if result < 0 {
        return Err(Error::from_raw_os_error(
            i32::try_from(-result).unwrap_or(libc::EIO),
        ));
    }
    Ok(libc::pid_t::try_from(result).unwrap_or(-1))
}

/// Runs in the child.
extern "C" fn entry(argument: *mut c_void) -> c_int {
    // SAFETY: `start` passes a `Context` that outlives the child's stay in our memory.
    let context = unsafe { &*argument.cast::<Context<'_>>() };
    let step = child(context);
    context.failure.set(Failure {
        step,
        errno: sys::last_errno().max(1),
    });
    // SAFETY: ends the child; the memory it shares with us stays as it is.
    unsafe { libc::syscall(libc::SYS_exit_group, 127) };
    127
}

/// A process group of its own, to be killed as one. A session only where it must not share ours: the kernel makes a scheduling
/// group for each (5 us), and ours has no terminal that could be taken.
fn part(session: bool) -> bool {
    // SAFETY: no pointers.
    let made = unsafe {
        if session {
            libc::setsid()
        } else {
            libc::setpgid(0, 0)
        }
    };
    made >= 0
}

/// The steps from birth to program; returns the name of the one that failed.
fn child(context: &Context<'_>) -> &'static str {
    let launch = context.launch;
    if let Join::Tasks(tasks) = context.join {
        // SAFETY: the pointer is to one byte.
        if unsafe { libc::write(*tasks, c"0".as_ptr().cast(), 1) } != 1 {
            return "join the group";
        }
    }
    if !part(launch.session) {
        return "make a process group";
    }
    // SAFETY: `sigset_t` is plain data for which zero is valid: no signal.
    let none: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a whole set.
    unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut()) };
    if let Some(directory) = launch.directory {
        // SAFETY: no pointers.
        if unsafe { libc::fchdir(directory) } < 0 {
            return "enter its directory";
        }
    }
    for (resource, value) in [
        (libc::RLIMIT_CPU, launch.limits.cpu_seconds),
        (libc::RLIMIT_FSIZE, launch.limits.file_bytes),
        (libc::RLIMIT_STACK, launch.limits.stack_bytes),
        (libc::RLIMIT_NOFILE, launch.limits.open_files),
    ] {
        if sys::set_limit(resource, value).is_err() {
            return "set a resource limit";
        }
    }
    if let Some(processes) = launch.limits.processes
        && sys::set_limit(libc::RLIMIT_NPROC, processes).is_err()
    {
        return "set a resource limit";
    }
    if launch.parting.part().is_err() {
        return "part from our descriptors";
    }
    if let Some(uid) = launch.uid {
        // SAFETY: no pointers. The raw call is used because the library's would signal other threads.
        if unsafe { libc::syscall(libc::SYS_setresuid, uid, uid, uid) } < 0 {
            return "change user";
        }
    }
    let (fd, path, flags) = match &launch.program {
        Program::Descriptor(_) => (descriptors::PROGRAM, c"".as_ptr(), libc::AT_EMPTY_PATH),
        Program::Path(path) => (libc::AT_FDCWD, path.as_ptr(), 0),
    };
    // SAFETY: `path` is NUL-terminated, both vectors are NULL-terminated, and all of it outlives the child's stay here.
    unsafe {
        libc::syscall(
            libc::SYS_execveat,
            fd,
            path,
            context.argv,
            context.envp,
            flags,
        )
    };
    "execute"
}
