//! The floor that benchmarks compare with: start a program and wait for it, with nothing around it.
//!
//! It lives here, not in the benchmark, because it has to be as small a parent as the runner itself: the cost of `vfork`
//! depends on who calls it. Speaks eight-byte numbers: it reads how many starts, and answers with the nanoseconds of each.

use std::ffi::CString;
use std::io::{Error, Result};
use std::os::fd::{AsRawFd, OwnedFd};

use crate::spawn::ChildStack;
use crate::sys;

/// `gavel-runner floor CPU PROGRAM`, on the socket.
pub(crate) fn run(socket: &OwnedFd, args: &[String]) -> Result<()> {
    let [cpu, program] = args else {
        return Err(Error::other("floor needs a processor and a program"));
    };
    sys::pin(cpu.parse().map_err(Error::other)?)?;
    let program = sys::c(program)?;
    let mut stack = ChildStack::new();
    let mut request = [0_u8; 8];
    loop {
        if sys::read(socket.as_raw_fd(), &mut request)? != request.len() {
            return Ok(());
        }
        let mut answer = Vec::new();
        for _ in 0..u64::from_le_bytes(request) {
            answer.extend_from_slice(&one(&program, &mut stack)?.to_le_bytes());
        }
        sys::write_all(socket.as_raw_fd(), &answer)?;
    }
}

struct Bare<'a> {
    program: &'a CString,
    argv: [*const libc::c_char; 2],
    envp: [*const libc::c_char; 1],
}

extern "C" fn child(argument: *mut libc::c_void) -> libc::c_int {
    // SAFETY: `one` passes a `Bare` that outlives the child's stay in our memory.
    let bare = unsafe { &*argument.cast::<Bare<'_>>() };
    // SAFETY: the path is NUL-terminated, both vectors are NULL-terminated.
    unsafe {
        libc::execve(
            bare.program.as_ptr(),
            bare.argv.as_ptr(),
            bare.envp.as_ptr(),
        )
    };
    // SAFETY: ends the child; our memory stays as it is.
    unsafe { libc::syscall(libc::SYS_exit_group, 127) };
    127
}

fn one(program: &CString, stack: &mut ChildStack) -> Result<u64> {
    let bare = Bare {
        program,
        argv: [program.as_ptr(), std::ptr::null()],
        envp: [std::ptr::null()],
    };
    let began = sys::now_ns();
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    let argument = std::ptr::from_ref(&bare).cast_mut().cast();
    // SAFETY: the stack is unused, and CLONE_VFORK suspends us until the child has left our memory.
    let pid = sys::check(unsafe { libc::clone(child, stack.top(), flags, argument) })?;
    let status = sys::wait(pid, 0)?.map(|(_, status, _)| status);
    let took = sys::now_ns() - began;
    if status == Some(0) {
        Ok(took)
    } else {
        Err(Error::other("the program failed"))
    }
}
