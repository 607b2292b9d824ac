//! The first process of a sandbox: it holds the namespaces, reaps orphans by ignoring them, and does for the worker what the
//! worker's own filter forbids: kill everything, and put a fresh work directory in place.
//!
//! It carries no filter and all capabilities, so no program may reach it: it is root, not dumpable, and outside every
//! program's sight in `/proc`. Its end is the end of every process in the sandbox.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsRawFd, OwnedFd};

use runner::protocol::Setup;

use crate::root::TREE;
use crate::sys;

const KILL: u8 = b'k';
const FRESH_WORK: u8 = b'w';
const DONE: u8 = b'.';

/// The worker's handle.
pub(crate) struct Stub {
    socket: OwnedFd,
    pub(crate) pid: libc::pid_t,
}

impl Stub {
    /// Forks the stub into namespaces that this process has already unshared.
    pub(crate) fn fork(setup: &Setup) -> Result<Self> {
        let (ours, theirs) = sys::packet_pair()?;
        let pid = sys::fork()?;
        if pid == 0 {
            let outcome = serve(&theirs, setup);
            sys::exit_now(i32::from(outcome.is_err()));
        }
        drop(theirs);
        let stub = Self { socket: ours, pid };
        stub.answer()?;
        Ok(stub)
    }

    fn answer(&self) -> Result<()> {
        let mut byte = [0_u8; 4];
        match sys::read(self.socket.as_raw_fd(), &mut byte)? {
            1 if byte[0] == DONE => Ok(()),
            0 => Err(Error::new(
                ErrorKind::BrokenPipe,
                "the first process of the sandbox is gone",
            )),
            _ => Err(Error::from_raw_os_error(i32::from_le_bytes(byte))),
        }
    }

    fn ask(&self, what: u8) -> Result<()> {
        sys::write_all(self.socket.as_raw_fd(), &[what])?;
        self.answer()
    }

    /// Sends the kill signal to every other process of the sandbox.
    pub(crate) fn kill_all(&self) -> Result<()> {
        self.ask(KILL)
    }

    /// Replaces the work directory. The caller holds no descriptor of the old one.
    pub(crate) fn fresh_work(&self) -> Result<()> {
        self.ask(FRESH_WORK)
    }
}

fn serve(socket: &OwnedFd, setup: &Setup) -> Result<()> {
    let prepared = prepare(socket, setup);
    let socket = 3;
    report(socket, &prepared)?;
    prepared?;
    loop {
        let mut byte = [0_u8; 1];
        match sys::read(socket, &mut byte) {
            Ok(1) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            _ => return Ok(()),
        }
        let outcome = match byte[0] {
            KILL => match sys::kill(-1, libc::SIGKILL) {
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(()),
                other => other,
            },
            _ => sys::detach("/tmp").and_then(|()| mount_work("/tmp", setup)),
        };
        report(socket, &outcome)?;
    }
}

fn report(socket: i32, outcome: &Result<()>) -> Result<()> {
    match outcome {
        Ok(()) => sys::write_all(socket, &[DONE]),
        Err(error) => sys::write_all(
            socket,
            &error.raw_os_error().unwrap_or(libc::EIO).to_le_bytes(),
        ),
    }
}

fn mount_work(target: &str, setup: &Setup) -> Result<()> {
    let (size, files) = (setup.work_bytes, setup.work_files);
    let uid = setup.uid.unwrap_or(0);
    let data = format!("size={size},nr_inodes={files},mode=700,uid={uid},gid={uid}");
    sys::mount(
        "tmpfs",
        target,
        "tmpfs",
        libc::MS_NOSUID | libc::MS_NODEV,
        &data,
    )
}

fn prepare(socket: &OwnedFd, setup: &Setup) -> Result<()> {
    // SAFETY: no pointers. Whatever was number 3 belongs to our parent's copy, which this process never uses again.
    sys::check(unsafe { libc::dup2(socket.as_raw_fd(), 3) })?;
    // SAFETY: no pointers; every descriptor but the standard streams and the socket is closed for good.
    sys::check(unsafe { libc::close_range(4, libc::c_uint::MAX, 0) })?;
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL.cast_unsigned().into())?;
    sys::prctl(libc::PR_SET_DUMPABLE, 0)?;
    sys::name_process(c"gavel-stub");
    // SAFETY: ignoring a signal installs no handler.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
    let hidden = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    sys::mount(
        "proc",
        &format!("{TREE}/proc"),
        "proc",
        hidden,
        "hidepid=2,subset=pid",
    )?;
    mount_work(&format!("{TREE}/tmp"), setup)?;
    let data = format!("size={},nr_inodes=65536,mode=755", setup.box_bytes);
    sys::mount(
        "tmpfs",
        &format!("{TREE}/box"),
        "tmpfs",
        libc::MS_NOSUID | libc::MS_NODEV,
        &data,
    )?;
    sys::chroot(TREE)?;
    sys::chdir("/")
}
