//! The worker of a sandbox: it takes requests from the host in order and starts the programs.
//!
//! It lives in the sandbox's namespaces, except that it keeps its own process-id namespace: programs are born into the stub's
//! and cannot see it. It is root and keeps its capabilities (a program loses them by changing user), but carries the same
//! filter as the programs. **Invariant:** when the host's socket closes, everything of the sandbox dies with it.

use std::collections::VecDeque;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use runner::protocol::{FileToPlace, Isolation, Output, Piped, Reply, Request, RunRequest};

use crate::channel::{Channel, Enclosed};
use crate::faults::{Named, Step, broken};
use crate::files::{self, Bounds};
use crate::groups::{Group, Parents};
use crate::jail::{First, Jail};
use crate::keeper::{Born, Slot};
use crate::outputs::{Outputs, StandardError};
use crate::root::TREE;
use crate::spawn::ChildStack;
use crate::stub::Stub;
use crate::trusted::Family;
use crate::{landlock, seccomp, sys, taking, trusted};

/// The directory of [`Request::Furnish`], in the work directory.
const HERE: &str = "here";

/// Descriptors beside one reply.
const FILES_PER_REPLY: usize = 64;

/// Outcomes of short runs travel together while more runs are queued, this many at most: fewer than are queued, so that the
/// worker never waits for the host.
const OUTCOMES_HELD: usize = 4;

/// Everything a sandbox's worker holds.
pub(crate) struct Worker<'a> {
    pub(crate) channel: Channel,
    pub(crate) jail: Jail<'a>,
    /// This process's own descriptors, as files to open again.
    pub(crate) own: OwnedFd,
    /// The host's `/proc`.
    pub(crate) proc: &'a OwnedFd,
    pub(crate) null: &'a OwnedFd,
    pub(crate) uid: Option<u32>,
    pub(crate) outputs: Outputs,
    pub(crate) stderr: StandardError,
    pub(crate) stack: ChildStack,
    /// The program of the run before, if it was a file.
    pub(crate) program: Option<OwnedFd>,
    /// Readable when a child has died.
    pub(crate) deaths: OwnedFd,
    /// Runs up to this number are cancelled.
    pub(crate) cancelled_through: u64,
    pub(crate) runs_started: u64,
    /// Pieces of dialogues over a stream that no run has taken yet: the host sends little ahead.
    pub(crate) heard: VecDeque<(u64, Piped)>,
    work: Option<OwnedFd>,
    place: OwnedFd,
    /// Files of the box that are mounts.
    shown: Vec<String>,
    /// Where programs start, when that is not the work directory.
    pub(crate) here: Option<OwnedFd>,
    queue: VecDeque<(Request, Vec<OwnedFd>)>,
}

/// A worker's whole life, in a process just forked by the keeper. A gated one listens only when the keeper has let go of the
/// report's other end.
pub(crate) fn live(slot: &Slot, name: &str, socket: OwnedFd, report: OwnedFd, gated: bool) -> ! {
    let mut report = Channel::new(report);
    let mut stub = 0;
    let (mut worker, born) = match build(slot, name, socket, &mut stub) {
        Ok(worker) => (Some(worker), Ok(())),
        Err(fault) => (None, Err(fault)),
    };
    let told = report.send(&Born { stub, result: born }, &[]);
    while gated && matches!(report.fill(true), Ok(true)) {}
    drop(report);
    let outcome = match (worker.as_mut(), told) {
        (Some(worker), Ok(())) => worker.serve(),
        _ => Err(broken("start the worker")),
    };
    sys::exit_now(i32::from(outcome.is_err()));
}

fn build<'a>(slot: &'a Slot, name: &str, socket: OwnedFd, stub_pid: &mut i32) -> Step<Worker<'a>> {
    sys::name_process(c"gavel-worker");
    tie_to_keeper()?;
    let directory = libc::O_RDONLY | libc::O_DIRECTORY;
    let own = sys::openat(slot.proc.as_raw_fd(), c"self/fd", directory, 0)
        .step("open our own descriptors")?;
    let (jail, work, place) = match (&slot.setup.isolation, &slot.parents) {
        (Isolation::Native { .. }, Some(parents)) => {
            new_namespaces()?;
            let stub = Stub::fork(&slot.setup).step("start the first process")?;
            *stub_pid = stub.pid;
            sys::chroot(TREE).step("change the root")?;
            sys::chdir("/tmp").step("enter the work directory")?;
            let work = sys::open("/tmp", directory).step("open the work directory")?;
            let place = sys::open("/box", directory).step("open the box")?;
            let group = Group::make(parents, name).step("make the group")?;
            (
                Jail::Native {
                    group,
                    parents,
                    first: First::Stub(stub),
                },
                work,
                place,
            )
        }
        (Isolation::Trusted { base }, _) => {
            sys::prctl(libc::PR_SET_CHILD_SUBREAPER, 1).step("become a subreaper")?;
            let (work, place) = trusted_directories(base, name, slot.setup.uid)?;
            (
                Jail::Trusted(trusted::Trusted::new(&slot.proc, Family::Descendants)),
                work,
                place,
            )
        }
        _ => return Err(broken("find the groups of the slot")),
    };
    let channel = conversation(slot, socket)?;
    Worker::assemble(slot, channel, own, jail, (work, place))
}

/// With the host, in the form the slot's host speaks.
fn conversation(slot: &Slot, socket: OwnedFd) -> Step<Channel> {
    if !slot.setup.over_stream {
        return Ok(Channel::new(socket));
    }
    sys::outlive_readers().step("block a signal")?;
    let writer = socket.try_clone().step("make a stream of the socket")?;
    Ok(Channel::over_stream(socket, writer))
}

/// The kernel ends this process when the keeper ends. It forgets that whenever the user or group changes.
fn tie_to_keeper() -> Step<()> {
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL.cast_unsigned().into())
        .step("tie the worker to the keeper")
}

/// The network's is the keeper's: it is empty, and making one costs more than all others together. Where the kernel cannot keep
/// abstract sockets apart otherwise, two sandboxes of a slot that run at once need one each.
fn new_namespaces() -> Step<()> {
    let network = if landlock::scopes_sockets() {
        0
    } else {
        libc::CLONE_NEWNET
    };
    let flags = libc::CLONE_NEWNS
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP
        | network;
    sys::unshare(flags).step("make namespaces")?;
    host_name().step("set the host name")
}

fn host_name() -> std::io::Result<()> {
    // SAFETY: pointer and length are those of the name.
    sys::check(unsafe { libc::sethostname(c"box".as_ptr(), 3) })?;
    // SAFETY: as above.
    sys::check(unsafe { libc::setdomainname(c"".as_ptr(), 0) }).map(drop)
}

fn trusted_directories(base: &str, name: &str, uid: Option<u32>) -> Step<(OwnedFd, OwnedFd)> {
    let root = format!("{base}/{name}");
    let (work, place) = (format!("{root}/work"), format!("{root}/box"));
    for path in [&root, &work, &place] {
        std::fs::create_dir(path).step("make the directories of the sandbox")?;
    }
    if let Some(uid) = uid {
        std::os::unix::fs::chown(&work, Some(uid), Some(uid))
            .step("give the work directory away")?;
    }
    sys::chdir(&work).step("enter the work directory")?;
    let flags = libc::O_RDONLY | libc::O_DIRECTORY;
    Ok((
        sys::open(&work, flags).step("open the work directory")?,
        sys::open(&place, flags).step("open the box")?,
    ))
}

/// What programs inherit from the worker and none of them can undo.
fn restrict(slot: &Slot) -> Step<()> {
    // SAFETY: no pointers; always succeeds.
    unsafe { libc::umask(0o022) };
    for (resource, value) in [
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_MEMLOCK, 0),
        (libc::RLIMIT_MSGQUEUE, 0),
        (libc::RLIMIT_RTPRIO, 0),
    ] {
        match sys::set_limit(resource, value) {
            // gVisor's kernel has neither message queues nor real-time scheduling, so no limits of them.
            Err(error) if slot.parents.is_none() && error.raw_os_error() == Some(libc::EPERM) => {}
            outcome => outcome.step("set a resource limit")?,
        }
    }
    sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1).step("forbid new privileges")?;
    if let Some(group) = slot.setup.uid {
        // SAFETY: an empty list needs no pointer.
        sys::check(unsafe { libc::setgroups(0, std::ptr::null()) })
            .step("drop supplementary groups")?;
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
        // The kernel says "invalid" beyond the last one it knows.
        if sys::prctl(libc::PR_CAPBSET_DROP, capability).is_err() {
            break;
        }
    }
    clear_inheritable().step("clear inheritable capabilities")?;
    landlock::load().step("load the Landlock rules")?;
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

impl<'a> Worker<'a> {
    /// A worker in what has been built around it, restricted as programs are to be; `places` are the work directory and the box.
    pub(crate) fn assemble(
        slot: &'a Slot,
        channel: Channel,
        own: OwnedFd,
        jail: Jail<'a>,
        (work, place): (OwnedFd, OwnedFd),
    ) -> Step<Self> {
        // Where the kernel runs out of memory altogether, programs go first. Programs inherit it from here.
        let score = sys::openat(
            slot.proc.as_raw_fd(),
            c"self/oom_score_adj",
            libc::O_WRONLY,
            0,
        );
        score
            .and_then(|score| sys::pwrite(score.as_raw_fd(), b"1000"))
            .step("offer programs to the OOM killer")?;
        let deaths = sys::watch_children().step("watch children")?;
        restrict(slot)?;
        Ok(Worker {
            channel,
            jail,
            own,
            proc: &slot.proc,
            null: &slot.null,
            uid: slot.setup.uid,
            outputs: Outputs::default(),
            stderr: StandardError::new().step("make a pipe for standard error")?,
            stack: ChildStack::new(),
            program: None,
            deaths,
            cancelled_through: 0,
            runs_started: 0,
            heard: VecDeque::new(),
            work: Some(work),
            place,
            shown: Vec::new(),
            here: None,
            queue: VecDeque::new(),
        })
    }
}

impl Worker<'_> {
    pub(crate) fn serve(&mut self) -> Step<()> {
        loop {
            self.accept()?;
            match self.queue.pop_front() {
                Some((request, descriptors)) => self.handle(request, descriptors)?,
                None if self.channel.held() > 0 => {
                    self.channel.flush().step("answer the host")?;
                }
                None if self.channel.fill(true).step("read a request")? => {}
                None => return Ok(()),
            }
        }
    }

    /// Takes in what has arrived.
    pub(crate) fn accept(&mut self) -> Step<()> {
        while let Some((request, descriptors)) =
            self.channel.buffered::<Request>().step("read a request")?
        {
            match request {
                Request::Cancel { through } => {
                    self.cancelled_through = self.cancelled_through.max(through)
                }
                Request::Piped { number, piped } => self.heard.push_back((number, piped)),
                request => self.queue.push_back((request, descriptors)),
            }
        }
        Ok(())
    }

    fn handle(&mut self, request: Request, descriptors: Vec<OwnedFd>) -> Step<()> {
        match request {
            Request::Cancel { .. } | Request::Piped { .. } => Ok(()),
            Request::Place(files) => {
                let result = self.place(&files, descriptors);
                self.reply(&Reply::Done(result))
            }
            Request::Furnish { files, writable } => {
                let result = self.furnish(&files, descriptors, writable);
                self.reply(&Reply::Done(result))
            }
            Request::Take { directory, files } => {
                let Some(work) = &self.work else {
                    return Err(broken("find the work directory"));
                };
                let result = taking::take(work, &directory, &files);
                self.send_collected(result)
            }
            Request::Run(run) => self.run_and_answer(*run, descriptors),
            Request::Clock => {
                let now_ns = sys::now_ns();
                self.reply(&Reply::Clock { now_ns })
            }
            Request::Collect {
                directory,
                files,
                total_bytes,
            } => {
                let Some(work) = &self.work else {
                    return Err(broken("find the work directory"));
                };
                let result = files::collect(
                    work,
                    &directory,
                    &Bounds {
                        files,
                        bytes: total_bytes,
                    },
                );
                self.send_collected(result)
            }
            Request::ResetWork { directories } => {
                let result = self.empty_work().and_then(|()| match &self.work {
                    Some(work) => files::make_directories(work, &directories, self.uid),
                    None => Err(broken("find the work directory")),
                });
                self.reply(&Reply::Done(result))
            }
        }
    }

    fn run_and_answer(&mut self, run: RunRequest, descriptors: Vec<OwnedFd>) -> Step<()> {
        let (number, keep_work) = (run.number, run.keep_work);
        let attached = run.stdout == Output::Attached;
        let result = self.run(run, descriptors).map(Box::new);
        let output = match &result {
            Ok(measured) if attached && measured.stdout_bytes > 0 => Some(Enclosed {
                file: self.outputs.own(self.uid).step("find the output")?,
                most_bytes: measured.stdout_bytes,
            }),
            _ => None,
        };
        let fatal = result
            .as_ref()
            .err()
            .filter(|fault| fault.kind == runner::protocol::FaultKind::Wall)
            .cloned();
        let finished = Reply::Finished { number, result };
        self.channel
            .hold_back(&finished, output)
            .step("answer the host")?;
        if fatal.is_some() || self.channel.held() >= OUTCOMES_HELD {
            self.channel.flush().step("answer the host")?;
        }
        if let Some(fault) = fatal {
            return Err(fault);
        }
        if keep_work { Ok(()) } else { self.empty_work() }
    }

    /// Puts files into the box. What is shown there from before goes first: a mounted file cannot be replaced.
    fn place(&mut self, files: &[FileToPlace], descriptors: Vec<OwnedFd>) -> Step<()> {
        for file in files {
            if let Some(at) = self.shown.iter().position(|path| *path == file.path) {
                self.jail.hide(&file.path)?;
                self.shown.swap_remove(at);
            }
        }
        let mut descriptors = descriptors.into_iter();
        for (path, mount) in files::place(&self.place, files, &mut descriptors, None)? {
            self.jail.show(&path, &mount)?;
            self.shown.push(path);
        }
        Ok(())
    }

    /// Makes the directory programs start in, which is not the work directory itself.
    fn furnish(
        &mut self,
        files: &[FileToPlace],
        descriptors: Vec<OwnedFd>,
        writable: bool,
    ) -> Step<()> {
        let work = self
            .work
            .as_ref()
            .ok_or_else(|| broken("find the work directory"))?;
        let owner = self.uid.filter(|_| writable);
        files::make_directories(work, &[HERE.to_owned()], owner)?;
        let name = sys::c(HERE).step("name a directory")?;
        let flags = libc::O_RDONLY | libc::O_DIRECTORY;
        let here = sys::open_beneath(work.as_fd(), &name, flags, 0).step("open a directory")?;
        let shown = files::place(&here, files, &mut descriptors.into_iter(), owner)?;
        if !shown.is_empty() {
            return Err(broken("show a file outside the box"));
        }
        // SAFETY: no pointers.
        let opened =
            unsafe { libc::fchmod(here.as_raw_fd(), if writable { 0o700 } else { 0o555 }) };
        sys::check(opened).step("set the mode of a directory")?;
        self.here = Some(here);
        Ok(())
    }

    fn reply(&mut self, reply: &Reply) -> Step<()> {
        self.channel.send(reply, &[]).step("answer the host")
    }

    fn send_collected(
        &mut self,
        result: Step<Vec<(runner::protocol::FileTaken, OwnedFd)>>,
    ) -> Step<()> {
        let files = match result {
            Ok(files) => files,
            Err(fault) => {
                return self.reply(&Reply::Collected {
                    result: Err(fault),
                    more: false,
                });
            }
        };
        let mut rest = files.into_iter().peekable();
        loop {
            let (taken, copies): (Vec<_>, Vec<_>) = rest.by_ref().take(FILES_PER_REPLY).unzip();
            let more = rest.peek().is_some();
            let descriptors: Vec<_> = copies.iter().map(AsRawFd::as_raw_fd).collect();
            self.channel
                .send(
                    &Reply::Collected {
                        result: Ok(taken),
                        more,
                    },
                    &descriptors,
                )
                .step("answer the host")?;
            if !more {
                return Ok(());
            }
        }
    }

    fn empty_work(&mut self) -> Step<()> {
        self.here = None;
        let work = self
            .work
            .take()
            .ok_or_else(|| broken("find the work directory"))?;
        self.work = Some(self.jail.empty_work(work)?);
        Ok(())
    }
}
