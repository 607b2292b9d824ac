//! Turns the policy into a filter for the kernel's packet-filter machine and loads it.
//!
//! **Invariant:** the architecture is checked before the number, so neither 32-bit entry nor the x32 numbers can reach a call
//! under another name; both kill the process.

use std::io::{Error, Result};

use libc::sock_filter;
use runner::policy::{Action, RULES, Rule, When};

const LOAD: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP_EQUAL: u16 = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_AT_LEAST: u16 = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const JUMP_ANY_BIT: u16 = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN: u16 = 0x06; // BPF_RET | BPF_K

const NUMBER_OFFSET: u32 = 0;
const ARCHITECTURE_OFFSET: u32 = 4;
const FIRST_ARGUMENT_OFFSET: u32 = 16;

const X86_64: u32 = 0xc000_003e;
const X32_NUMBERS: u32 = 0x4000_0000;

/// The whole process. gVisor's kernel takes it for "allow", and kills the whole process where Linux kills a thread.
const KILL: u32 = 0x8000_0000;
const KILL_THREAD: u32 = 0;
const ERRNO: u32 = 0x0005_0000;
const ALLOW: u32 = 0x7fff_0000;

fn step(code: u16, k: u32) -> sock_filter {
    sock_filter {
        code,
        jt: 0,
        jf: 0,
        k,
    }
}

/// Jumps over `jt` steps when true, over `jf` when false.
fn jump(code: u16, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code, jt, jf, k }
}

fn verdict(action: Action) -> sock_filter {
    let errno = match action {
        Action::Eperm => libc::EPERM,
        Action::Enosys => libc::ENOSYS,
        Action::Eafnosupport => libc::EAFNOSUPPORT,
        Action::Eopnotsupp => libc::EOPNOTSUPP,
        // "Fails" with error 0, which is success.
        Action::Nothing => 0,
    };
    step(RETURN, ERRNO | errno.cast_unsigned())
}

/// Whose filter it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kernel {
    /// Whether the runner itself needs `clone3`.
    Linux {
        clone3: bool,
    },
    Gvisor,
}

/// The steps of one rule; entered with the call number loaded, left with it loaded. `last` of those about its call.
fn assemble_rule(rule: &Rule, last: bool, kernel: Kernel, program: &mut Vec<sock_filter>) {
    let call = u32::try_from(rule.call).expect("call numbers of this architecture are small");
    let mut body = Vec::new();
    let argument = |index: u32| step(LOAD, FIRST_ARGUMENT_OFFSET + 8 * index);
    let denied = verdict(rule.action);
    match rule.when {
        When::WithoutClone3 if kernel == (Kernel::Linux { clone3: true }) => return,
        When::OnGvisor if kernel != Kernel::Gvisor => return,
        When::Always | When::WithoutClone3 | When::OnGvisor => body.push(denied),
        When::AnyBit(index, mask) => {
            body.extend([argument(index), jump(JUMP_ANY_BIT, mask, 0, 1), denied]);
        }
        When::OneOf(index, values) => {
            body.push(argument(index));
            for value in values {
                body.extend([jump(JUMP_EQUAL, *value, 0, 1), denied]);
            }
        }
        When::Unless(index, values) => {
            body.push(argument(index));
            for (at, value) in values.iter().enumerate() {
                // Over the other values and the verdict.
                let over = u8::try_from(values.len() - at).expect("a rule has few values");
                body.push(jump(JUMP_EQUAL, *value, over, 0));
            }
            body.push(denied);
        }
    }
    body.push(if last {
        step(RETURN, ALLOW)
    } else {
        step(LOAD, NUMBER_OFFSET)
    });
    let length = u8::try_from(body.len()).expect("a rule is shorter than a jump");
    program.push(jump(JUMP_EQUAL, call, 0, length));
    program.extend(body);
}

/// The whole filter.
fn assemble(kernel: Kernel) -> Vec<sock_filter> {
    let kill = match kernel {
        Kernel::Linux { .. } => KILL,
        Kernel::Gvisor => KILL_THREAD,
    };
    let mut program = vec![
        step(LOAD, ARCHITECTURE_OFFSET),
        jump(JUMP_EQUAL, X86_64, 1, 0),
        step(RETURN, kill),
        step(LOAD, NUMBER_OFFSET),
        jump(JUMP_AT_LEAST, X32_NUMBERS, 0, 1),
        step(RETURN, kill),
    ];
    for (at, rule) in RULES.iter().enumerate() {
        let last = RULES[at + 1..].iter().all(|other| other.call != rule.call);
        assemble_rule(rule, last, kernel, &mut program);
    }
    program.push(step(RETURN, ALLOW));
    program
}

/// Loads the filter for this process and all it will start. For good.
pub(crate) fn load(clone3_needed: bool) -> Result<()> {
    // Without this flag the kernel slows every filtered program down against speculative store bypass.
    const SPEC_ALLOW: libc::c_uint = 4;
    let linux = Kernel::Linux {
        clone3: clone3_needed,
    };
    match load_with(&mut assemble(linux), SPEC_ALLOW) {
        // gVisor's kernel has no such flag, and nothing it would prevent.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            load_with(&mut assemble(Kernel::Gvisor), 0)
        }
        outcome => outcome,
    }
}

fn load_with(filter: &mut [sock_filter], flags: libc::c_uint) -> Result<()> {
    const SET_MODE_FILTER: libc::c_uint = 1;
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).map_err(|_| Error::from_raw_os_error(libc::E2BIG))?,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: `program` points to `len` instructions that live until the call returns.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            SET_MODE_FILTER,
            flags,
            &raw const program,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}
