//! The worker of a sandbox: it takes requests from the host in order and starts the programs.
//!
//! It lives in the sandbox's namespaces, except that it keeps its own process-id namespace: programs are born into the stub's
//! and cannot see it. It is root and keeps its capabilities (a program loses them by changing user), but carries the same
//! filter as the programs. **Invariant:** when the host's socket closes, everything of the sandbox dies with it.

use std::collections::VecDeque;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use runner::protocol::{FileToPlace, Isolation, Output, Piped, Reply, Request, RunRequest};

use crate::channel::{Channel, Enclosed};
use crate::descriptors::{Parting, aside};
use crate::faults::{Named, Step, broken};
use crate::files::{self, Bounds};
use crate::groups::{Group, Parents};
use crate::jail::{First, Jail};
use crate::keeper::{Born, Slot};
use crate::outputs::{Outputs, StandardError};
use crate::root::{BOX, TREE};
use crate::sockets::Sockets;
use crate::spawn::ChildStack;
use crate::stub::Stub;
use crate::untouched::Untouched;
use crate::{landlock, restraint, sys, taking, trusted};

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
    /// What this process and all that it has reaped have written, among other things.
    pub(crate) account: Option<OwnedFd>,
    pub(crate) uid: Option<u32>,
    /// Programs own what we own, so whatever they are given must be beyond an owner's reach.
    pub(crate) shares_user: bool,
    /// What the host made for programs is still ours and has to be given to them.
    pub(crate) gives_files: bool,
    /// Each program has a session of its own: ours is that of the first process, which it could slow down, and wake.
    pub(crate) parts_sessions: bool,
    pub(crate) parting: Parting,
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
    pub(crate) untouched: Untouched,
    pub(crate) place: OwnedFd,
    /// Files of the box that are mounts.
    shown: Vec<String>,
    /// Where programs start, when that is not the work directory.
    pub(crate) here: Option<OwnedFd>,
    here_in_box: bool,
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
    restraint::tie_to_keeper()?;
    let directory = libc::O_RDONLY | libc::O_DIRECTORY;
    let own = sys::openat(slot.proc.as_raw_fd(), c"self/fd", directory, 0)
        .step("open our own descriptors")?;
    let (jail, work, place) = match (&slot.setup.isolation, &slot.parents) {
        (Isolation::Native { .. }, Some(parents)) => {
            new_namespaces(parents)?;
            let stub = Stub::fork(&slot.setup).step("start the first process")?;
            *stub_pid = stub.pid;
            if let Some(network) = slot.network.as_ref().filter(|_| landlock::scopes_sockets()) {
                sys::setns(network.as_raw_fd(), libc::CLONE_NEWNET).step("enter the network")?;
            }
            let place = open_box(slot.setup.isolation.shares_user())?;
            sys::chroot(TREE).step("change the root")?;
            sys::chdir("/tmp").step("enter the work directory")?;
            let work = sys::open("/tmp", directory).step("open the work directory")?;
            let group = Group::make(parents, name).step("make the group")?;
            (
                Jail::Native {
                    group,
                    parents,
                    first: First::Stub(stub),
                    sockets: Some(Sockets::count_from(&slot.proc).step("count sockets")?),
                },
                work,
                place,
            )
        }
        (Isolation::Trusted { base }, _) => {
            sys::prctl(libc::PR_SET_CHILD_SUBREAPER, 1).step("become a subreaper")?;
            let (work, place) = trusted_directories(base, name, slot.setup.uid)?;
            (
                Jail::Trusted(trusted::Trusted::new(&slot.proc)),
                work,
                place,
            )
        }
        _ => return Err(broken("find the groups of the slot")),
    };
    let channel = conversation(slot, socket)?;
    Worker::assemble(slot, channel, own, jail, (work, place))
}

/// The box to be filled: where programs see it, or beside their tree and out of it from now on.
fn open_box(apart: bool) -> Step<OwnedFd> {
    let directory = libc::O_RDONLY | libc::O_DIRECTORY;
    if !apart {
        return sys::open(&format!("{TREE}/box"), directory).step("open the box");
    }
    let place = sys::open(BOX, directory).step("open the box")?;
    sys::detach(BOX).step("hide the box")?;
    Ok(place)
}

/// With the host, in the form the slot's host speaks.
fn conversation(slot: &Slot, socket: OwnedFd) -> Step<Channel> {
    let socket = aside(socket).step("keep the host's socket")?;
    if !slot.setup.over_stream {
        return Ok(Channel::new(socket));
    }
    sys::outlive_readers().step("block a signal")?;
    let writer = socket.try_clone().step("make a stream of the socket")?;
    Ok(Channel::over_stream(socket, writer))
}

/// The network's is the slot's: it is empty, and making one costs more than all others together. Where the kernel cannot keep
/// abstract sockets apart otherwise, two sandboxes of a slot that run at once need one each.
fn new_namespaces(parents: &Parents) -> Step<()> {
    let network = if landlock::scopes_sockets() {
        0
    } else {
        libc::CLONE_NEWNET
    };
    let flags =
        libc::CLONE_NEWNS | libc::CLONE_NEWPID | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS | network;
    // On version 2 the keeper's: programs could not be started outside of ours.
    let flags = match parents {
        Parents::V1 { .. } => flags | libc::CLONE_NEWCGROUP,
        Parents::V2 { .. } => flags,
    };
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

impl<'a> Worker<'a> {
    /// A worker in what has been built around it, restricted as programs are to be; `places` are the work directory and the box.
    pub(crate) fn assemble(
        slot: &'a Slot,
        channel: Channel,
        own: OwnedFd,
        jail: Jail<'a>,
        (work, place): (OwnedFd, OwnedFd),
    ) -> Step<Self> {
        let kept = |file| aside(file).step("keep a descriptor");
        let account = restraint::use_own_files(&slot.proc)?;
        let deaths = sys::watch_children().step("watch children")?;
        restraint::restrict(slot)?;
        Ok(Worker {
            channel,
            jail,
            own: kept(own)?,
            proc: &slot.proc,
            null: &slot.null,
            account: account.map(kept).transpose()?,
            uid: slot.setup.uid,
            shares_user: slot.setup.isolation.shares_user(),
            gives_files: slot.setup.isolation.gives_files(),
            parts_sessions: matches!(slot.setup.isolation, Isolation::Container { .. }),
            parting: Parting::possible(),
            outputs: Outputs::default(),
            stderr: StandardError::new().step("make a pipe for standard error")?,
            stack: ChildStack::new(),
            program: None,
            deaths: kept(deaths)?,
            cancelled_through: 0,
            runs_started: 0,
            heard: VecDeque::new(),
            work: Some(kept(work)?),
            untouched: Untouched::default(),
            place: kept(place)?,
            shown: Vec::new(),
            here: None,
            here_in_box: false,
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
                let result = self.empty_work();
                self.untouched.forget();
                let result = result.and_then(|()| match &self.work {
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
        self.untouched.forget();
        let work = self
            .work
            .as_ref()
            .ok_or_else(|| broken("find the work directory"))?;
        let owner = self.uid.filter(|_| writable);
        // An owner could make it writable again, but not through the mount of the box that programs have.
        let in_box = self.shares_user && !writable;
        let parent = if in_box { &self.place } else { work };
        files::make_directories(parent, &[HERE.to_owned()], owner)?;
        let name = sys::c(HERE).step("name a directory")?;
        let flags = libc::O_RDONLY | libc::O_DIRECTORY;
        let here = sys::open_beneath(parent.as_fd(), &name, flags, 0).step("open a directory")?;
        let shown = files::place(&here, files, &mut descriptors.into_iter(), owner)?;
        if !shown.is_empty() {
            return Err(broken("show a file outside the box"));
        }
        // SAFETY: no pointers.
        let opened =
            unsafe { libc::fchmod(here.as_raw_fd(), if writable { 0o700 } else { 0o555 }) };
        sys::check(opened).step("set the mode of a directory")?;
        self.here = Some(if in_box {
            sys::open(&format!("/box/{HERE}"), flags).step("open a directory")?
        } else {
            here
        });
        self.here_in_box = in_box;
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
        if std::mem::take(&mut self.here_in_box) {
            files::remove_directory(&self.place, HERE).step("empty the box")?;
        }
        let work = self
            .work
            .take()
            .ok_or_else(|| broken("find the work directory"))?;
        let untouched = self.untouched.holds(work.as_raw_fd());
        if untouched.step("look at the work directory")? {
            self.work = Some(work);
            return Ok(());
        }
        let work = self.work.insert(self.jail.empty_work(work)?);
        let known = self.untouched.remember(work.as_raw_fd());
        known.step("look at the work directory")
    }
}
