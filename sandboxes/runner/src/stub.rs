//! The first process of a sandbox: it holds the namespaces, reaps orphans by ignoring them, and does for the worker what the
//! worker's own filter forbids: kill everything, put a fresh work directory in place, show large files in the box.
//!
//! It carries no filter and all capabilities, so no program may reach it: it is not dumpable, outside every program's sight in
//! `/proc`, and another user or, where there is only one, deaf as the first process of a namespace is to signals from inside;
//! calls that would change the limits or the priority of another process the filter refuses. Its end is the end of every process in the sandbox.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsRawFd, OwnedFd};

use runner::protocol::Setup;

use crate::descriptors::aside;
use crate::handover;
use crate::root::{BOX, HOST_PROC, TREE};
use crate::sys;

const KILL: u8 = b'k';
const FRESH_WORK: u8 = b'w';
const SHOW: u8 = b's';
const HIDE: u8 = b'h';
/// The longest request: a letter and a path.
const LONGEST: usize = 1100;
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
            let outcome = part().and_then(|()| serve(&theirs, setup));
            sys::exit_now(i32::from(outcome.is_err()));
        }
        drop(theirs);
        let socket = aside(ours)?;
        let stub = Self { socket, pid };
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

    /// Puts a mount on the file at `path` in the box.
    pub(crate) fn show(&self, path: &str, mount: &OwnedFd) -> Result<()> {
        let request = [&[SHOW], path.as_bytes()].concat();
        let mount = Some(mount.as_raw_fd());
        handover::send(self.socket.as_raw_fd(), &request, mount)?;
        self.answer()
    }

    /// Takes it off again.
    pub(crate) fn hide(&self, path: &str) -> Result<()> {
        let request = [&[HIDE], path.as_bytes()].concat();
        handover::send(self.socket.as_raw_fd(), &request, None)?;
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

/// A session of its own: whoever shares one may be woken by SIGCONT, whatever its user (kill(2)).
fn part() -> Result<()> {
    // SAFETY: no pointers.
    sys::check(unsafe { libc::setsid() }).map(drop)
}

fn serve(socket: &OwnedFd, setup: &Setup) -> Result<()> {
    let prepared = prepare(socket, setup);
    let socket = 3;
    report(socket, &prepared)?;
    prepared?;
    loop {
        let mut request = [0_u8; LONGEST];
        let (length, descriptor) = match handover::receive(socket, &mut request) {
            Ok((length, descriptor)) if length > 0 => (length, descriptor),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            _ => return Ok(()),
        };
        let outcome = match request[0] {
            KILL => match sys::kill(-1, libc::SIGKILL) {
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(()),
                other => other,
            },
            SHOW => in_box(&request[1..length]).and_then(|path| show(descriptor.as_ref(), &path)),
            HIDE => in_box(&request[1..length]).and_then(|path| sys::detach(&path)),
            _ => sys::detach("/tmp").and_then(|()| mount_work("/tmp", setup)),
        };
        report(socket, &outcome)?;
    }
}

/// The worker has checked that the path is a plain relative one, and no program can write to the box.
fn in_box(path: &[u8]) -> Result<String> {
    let path = std::str::from_utf8(path).map_err(|_| Error::from_raw_os_error(libc::EINVAL))?;
    Ok(format!("/box/{path}"))
}

fn show(mount: Option<&OwnedFd>, path: &str) -> Result<()> {
    const MOVE_MOUNT_F_EMPTY_PATH: libc::c_uint = 4;
    let mount = mount.ok_or_else(|| Error::from_raw_os_error(libc::EBADF))?;
    let path = sys::c(path)?;
    // SAFETY: both paths are NUL-terminated and live until the call returns.
    sys::check_long(unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            mount.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            path.as_ptr(),
            MOVE_MOUNT_F_EMPTY_PATH,
        )
    })
    .map(drop)
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
        // Listing it leaves no trace, so that it can be told whether anybody changed anything.
        libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOATIME,
        &data,
    )
}

/// The box is the runner's to write to. Where programs share its user, what keeps them from writing is that they see it through
/// a read-only mount; the worker fills it through the other one, which it takes out of the tree.
fn mount_box(target: &str, setup: &Setup) -> Result<()> {
    let data = format!("size={},nr_inodes=65536,mode=755", setup.box_bytes);
    let flags = libc::MS_NOSUID | libc::MS_NODEV;
    if !setup.isolation.shares_user() {
        return sys::mount("tmpfs", target, "tmpfs", flags, &data);
    }
    sys::mount("tmpfs", BOX, "tmpfs", flags, &data)?;
    sys::mount(BOX, target, "", libc::MS_BIND, "")?;
    sys::protect(target, libc::MOUNT_ATTR_NODEV, 0)
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
    // Read-only: what a process may write about itself there can reach further. `autogroup` is the priority of the whole session,
    // which is the slot's, for good.
    let hidden = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC | libc::MS_RDONLY;
    sys::mount(
        "proc",
        &format!("{TREE}/proc"),
        "proc",
        hidden,
        "hidepid=2,subset=pid",
    )?;
    if setup.isolation.in_user_namespace() {
        sys::detach(HOST_PROC)?;
    }
    mount_work(&format!("{TREE}/tmp"), setup)?;
    mount_box(&format!("{TREE}/box"), setup)?;
    sys::chroot(TREE)?;
    sys::chdir("/")
}
