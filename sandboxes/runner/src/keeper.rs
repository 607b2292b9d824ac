//! The keeper of a slot: a small process that owns what is expensive to make (network namespace, root, open directories) and
//! forks a worker for each sandbox. It is the only process the daemon ever starts on a slot.
//!
//! **Invariants:** it is single-threaded and small, so its forks cost about 0.1 ms; when the daemon's socket closes it destroys
//! every sandbox and exits; it reaps whatever a dead worker leaves, because it is their subreaper.

use std::io::Result;
use std::os::fd::{AsRawFd, OwnedFd};

use bincode::{Decode, Encode};
use runner::protocol::{Fault, Isolation, KeeperReply, KeeperRequest, Setup};

use crate::channel::Channel;
use crate::descriptors::aside;
use crate::faults::{Named, Step, broken};
use crate::groups::Parents;
use crate::{root, sys, trusted, users, worker};

/// What a worker says once, when it is ready or has failed.
#[derive(Encode, Decode)]
pub(crate) struct Born {
    /// The process id of its stub, 0 if none.
    pub(crate) stub: i32,
    pub(crate) result: std::result::Result<(), Fault>,
}

/// What every worker of the slot inherits.
pub(crate) struct Slot {
    pub(crate) setup: Setup,
    /// `None` behind the trusted wall.
    pub(crate) parents: Option<Parents>,
    /// The programs' network; `None` where it is nobody's to choose.
    pub(crate) network: Option<OwnedFd>,
    /// The host's `/proc`, from before the root was changed.
    pub(crate) proc: OwnedFd,
    pub(crate) null: OwnedFd,
}

struct Sandbox {
    id: u64,
    worker: libc::pid_t,
    pidfd: OwnedFd,
    stub: libc::pid_t,
}

/// The keeper's whole life.
pub(crate) fn run(socket: OwnedFd) -> Result<()> {
    sys::name_process(c"gavel-keeper");
    let mut channel = Channel::new(socket);
    let Some(setup) = first_request(&mut channel)? else {
        return Ok(());
    };
    let slot = match prepare_slot(setup) {
        Ok(slot) => slot,
        Err(fault) => return channel.send(&KeeperReply::Ready(Err(fault)), &[]),
    };
    channel.send(&KeeperReply::Ready(Ok(())), &[])?;
    let mut keeper = Keeper {
        channel: Some(channel),
        slot,
        sandboxes: Vec::new(),
    };
    let outcome = keeper.serve();
    while let Some(sandbox) = keeper.sandboxes.pop() {
        let _ = keeper.remove(&sandbox);
    }
    outcome
}

pub(crate) fn first_request(channel: &mut Channel) -> Result<Option<Setup>> {
    loop {
        match channel.buffered::<KeeperRequest>()? {
            Some((KeeperRequest::Setup(setup), _)) => return Ok(Some(*setup)),
            Some(_) => return Err(std::io::Error::from(std::io::ErrorKind::InvalidData)),
            None if !channel.fill(true)? => return Ok(None),
            None => {}
        }
    }
}

fn prepare_slot(setup: Setup) -> Step<Slot> {
    sys::pin(setup.cpu).step("pin to the processor")?;
    sys::prctl(libc::PR_SET_CHILD_SUBREAPER, 1).step("become a subreaper")?;
    let proc = sys::open("/proc", libc::O_RDONLY | libc::O_DIRECTORY).step("open /proc")?;
    let null = sys::open("/dev/null", libc::O_RDWR).step("open /dev/null")?;
    if let Isolation::Native { users, .. } = &setup.isolation {
        // Before nobody may look at us any more: who maps users has to.
        users::enter(users, setup.uid, &proc)?;
    }
    sys::prctl(libc::PR_SET_DUMPABLE, 0).step("become unreadable")?;
    let mut network = None;
    let parents = match &setup.isolation {
        Isolation::Native {
            groups,
            group_prefix,
            ..
        } => {
            let parents = Parents::open(groups).step("open the parent groups")?;
            let parents = parents
                .for_slot(group_prefix)
                .step("make the slot's group")?;
            network = Some(empty_network(&proc).step("make a network namespace")?);
            root::build(&setup.isolation)?;
            Some(parents)
        }
        Isolation::Trusted { .. } => None,
        Isolation::Container { .. } => return Err(broken("be the keeper of a container")),
    };
    let kept = |file| aside(file).step("keep a descriptor");
    Ok(Slot {
        setup,
        parents,
        network: network.map(kept).transpose()?,
        proc: kept(proc)?,
        null: kept(null)?,
    })
}

/// Makes a network for programs, with nothing in it. This process enters another one, just as empty: what programs leave in theirs
/// is told by counting its sockets, and ours come and go while programs run.
fn empty_network(proc: &OwnedFd) -> Result<OwnedFd> {
    let current = || sys::openat(proc.as_raw_fd(), c"self/ns/net", libc::O_RDONLY, 0);
    sys::unshare(libc::CLONE_NEWNET)?;
    let programs = current()?;
    sys::unshare(libc::CLONE_NEWNET)?;
    Ok(programs)
}

/// A slot with a single sandbox whose worker speaks over a port: what the first process of a virtual machine keeps.
pub(crate) struct OneSandbox {
    keeper: Keeper,
    gate: Option<Channel>,
}

impl OneSandbox {
    /// Builds it; its worker does not read from the port yet.
    pub(crate) fn build(setup: Setup, port: OwnedFd) -> Step<Self> {
        let mut keeper = Keeper {
            channel: None,
            slot: prepare_slot(setup)?,
            sandboxes: Vec::new(),
        };
        let (_, gate) = keeper.bear(1, port, None, true)?;
        Ok(Self {
            keeper,
            gate: Some(gate),
        })
    }

    /// From now on the port is the worker's.
    pub(crate) fn begin(&mut self) {
        self.gate = None;
    }

    /// Waits until the worker has ended.
    pub(crate) fn outlive(&self) -> Result<()> {
        for sandbox in &self.keeper.sandboxes {
            // Whatever else ends here is nobody's child and is reaped on the way.
            while sys::wait(-1, 0)?.is_some_and(|(pid, ..)| pid != sandbox.worker) {}
        }
        Ok(())
    }
}

struct Keeper {
    /// `None` in a forked worker, and where nobody asks for more sandboxes.
    channel: Option<Channel>,
    slot: Slot,
    sandboxes: Vec<Sandbox>,
}

impl Keeper {
    fn serve(&mut self) -> Result<()> {
        loop {
            let Some(channel) = self.channel.as_mut() else {
                return Ok(());
            };
            if let Some((request, _)) = channel.buffered::<KeeperRequest>()? {
                self.handle(request)?;
                continue;
            }
            let mut watched = vec![libc::pollfd {
                fd: channel.raw(),
                events: libc::POLLIN,
                revents: 0,
            }];
            watched.extend(self.sandboxes.iter().map(|sandbox| libc::pollfd {
                fd: sandbox.pidfd.as_raw_fd(),
                events: libc::POLLIN,
                revents: 0,
            }));
            sys::poll(&mut watched, None)?;
            // From the back, so that removing one does not move those still to be looked at.
            for index in (0..self.sandboxes.len()).rev() {
                if watched[index + 1].revents != 0 {
                    let sandbox = self.sandboxes.swap_remove(index);
                    let _ = self.remove(&sandbox);
                }
            }
            if watched[0].revents != 0
                && !self
                    .channel
                    .as_mut()
                    .is_some_and(|channel| channel.fill(false).unwrap_or(false))
            {
                return Ok(());
            }
        }
    }

    fn handle(&mut self, request: KeeperRequest) -> Result<()> {
        match request {
            KeeperRequest::Setup(_) => self.reply(
                &KeeperReply::Ready(Err(broken("set up a slot twice"))),
                None,
            ),
            KeeperRequest::Prepare { id } => {
                let (result, socket) = match self.prepare(id) {
                    Ok(socket) => (Ok(()), Some(socket)),
                    Err(fault) => (Err(fault), None),
                };
                self.reply(&KeeperReply::Prepared { id, result }, socket)
            }
            KeeperRequest::Destroy { id } => {
                let result = match self.sandboxes.iter().position(|sandbox| sandbox.id == id) {
                    Some(index) => {
                        let sandbox = self.sandboxes.swap_remove(index);
                        self.remove(&sandbox)
                    }
                    // Its worker died before, and it went with it.
                    None => Ok(()),
                };
                self.reply(&KeeperReply::Destroyed { id, result }, None)
            }
        }
    }

    fn reply(&mut self, reply: &KeeperReply, socket: Option<OwnedFd>) -> Result<()> {
        let descriptors: Vec<_> = socket.iter().map(AsRawFd::as_raw_fd).collect();
        match self.channel.as_mut() {
            Some(channel) => channel.send(reply, &descriptors),
            None => Ok(()),
        }
    }

    fn group_name(&self, id: u64) -> String {
        match &self.slot.setup.isolation {
            Isolation::Native { group_prefix, .. } => format!("{group_prefix}-{id}"),
            Isolation::Trusted { .. } | Isolation::Container { .. } => id.to_string(),
        }
    }

    fn prepare(&mut self, id: u64) -> Step<OwnedFd> {
        let (ours, theirs) = sys::stream_pair().step("make the worker's socket")?;
        let (ours, _) = self.bear(id, theirs, Some(ours), false)?;
        ours.ok_or_else(|| broken("keep the worker's socket"))
    }

    /// Forks a worker that speaks over `theirs`; `ours` is the end it must not hold, and comes back. A gated worker is ready when
    /// this returns, and begins to listen when the returned conversation is dropped.
    fn bear(
        &mut self,
        id: u64,
        theirs: OwnedFd,
        ours: Option<OwnedFd>,
        gated: bool,
    ) -> Step<(Option<OwnedFd>, Channel)> {
        let (status, report) = sys::stream_pair().step("make the worker's status socket")?;
        let name = self.group_name(id);
        let pid = sys::fork().step("fork the worker")?;
        if pid == 0 {
            self.channel = None;
            self.sandboxes.clear();
            drop((ours, status));
            worker::live(&self.slot, &name, theirs, report, gated);
        }
        drop((theirs, report));
        let pidfd = match sys::pidfd_open(pid) {
            Ok(pidfd) => pidfd,
            Err(error) => {
                let _ = sys::kill(pid, libc::SIGKILL);
                let _ = sys::wait(pid, 0);
                return Err(error).step("watch the worker");
            }
        };
        let mut status = Channel::new(status);
        let born = loop {
            match status.buffered::<Born>().step("read the worker's status")? {
                Some((born, _)) => break born,
                None if status.fill(true).step("read the worker's status")? => {}
                None => {
                    break Born {
                        stub: 0,
                        result: Err(broken("start the worker (it died)")),
                    };
                }
            }
        };
        let sandbox = Sandbox {
            id,
            worker: pid,
            pidfd,
            stub: born.stub,
        };
        if let Err(fault) = born.result {
            let _ = self.remove(&sandbox);
            return Err(fault);
        }
        self.sandboxes.push(sandbox);
        Ok((ours, status))
    }

    /// Kills, reaps and removes everything of a sandbox.
    fn remove(&self, sandbox: &Sandbox) -> Step<()> {
        let name = self.group_name(sandbox.id);
        let _ = sys::kill(sandbox.worker, libc::SIGKILL);
        sys::wait(sandbox.worker, 0).step("reap the worker")?;
        if let Isolation::Trusted { base } = &self.slot.setup.isolation {
            trusted::kill_children(&self.slot.proc, &self.others(sandbox))
                .step("end the programs")?;
            let _ = std::fs::remove_dir_all(format!("{base}/{name}"));
            return Ok(());
        }
        if sandbox.stub > 0 {
            // The worker's end has already signalled it; its own end waits for every process in its namespace, and a program
            // that was the worker's child is ours to reap now.
            let _ = sys::kill(sandbox.stub, libc::SIGKILL);
            self.reap_until(sandbox.stub, sandbox)?;
        }
        match &self.slot.parents {
            Some(parents) => parents.remove(&name).step("remove the groups"),
            None => Ok(()),
        }
    }

    fn others(&self, gone: &Sandbox) -> Vec<libc::pid_t> {
        self.sandboxes
            .iter()
            .filter(|other| other.id != gone.id)
            .map(|other| other.worker)
            .collect()
    }

    fn reap_until(&self, wanted: libc::pid_t, sandbox: &Sandbox) -> Step<()> {
        let deadline = sys::now_ns() + 5_000_000_000;
        let others = self.others(sandbox);
        while sys::now_ns() < deadline {
            if sys::wait(wanted, libc::WNOHANG)
                .step("reap the first process")?
                .is_some()
            {
                return Ok(());
            }
            for child in trusted::children(&self.slot.proc).unwrap_or_default() {
                if child != wanted && !others.contains(&child) {
                    let _ = sys::wait(child, libc::WNOHANG);
                }
            }
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
        Err(broken("end the sandbox within 5 s"))
    }
}
