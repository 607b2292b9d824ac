//! One of two programs that talk through pipes, from the side of its worker.
//!
//! **Invariant:** we hold our program's ends of both pipes as long as it lives, so that its partner reads the end of its input,
//! or fails to write, only after we have seen our program end. An end that every process of the program has closed, seen
//! twice, is let go earlier: that of the output is closed, that of the input is emptied, for a partner that writes on.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use runner::protocol::{Pulse, Reply, RunRequest, Stopped};

use crate::faults::{Named, Step};
use crate::groups::Join;
use crate::pump::Pump;
use crate::trusted::read_proc;
use crate::worker::Worker;
use crate::{files, starved, sys};

/// Between two looks at a dialogue: short at first, because most end soon.
const FIRST_PULSE_NS: u64 = 5_000_000;
const PULSE_NS: u64 = 50_000_000;
/// Reads of one emptying: a full pipe, and what its partner adds meanwhile.
const READS: usize = 32;

/// The pipes, and what was last seen.
pub(crate) struct Dialogue {
    ends: Ends,
    began: u64,
    next: u64,
    last: (u64, u64),
    /// What its birth has written before it became the program.
    written_before: u64,
    written: u64,
}

enum Ends {
    /// Ours of pipes whose other ends the partner's worker has.
    Passed {
        input: Option<End>,
        output: Option<End>,
    },
    /// The partner is beyond a stream.
    Pumped(Pump),
}

struct End {
    fd: OwnedFd,
    /// Device and number of the pipe.
    pipe: (u64, u64),
    /// Looks in a row that found it closed by the program.
    closed: u32,
}

impl End {
    fn new(fd: OwnedFd) -> Step<Self> {
        let stat = sys::fstat(fd.as_raw_fd()).step("look at a pipe")?;
        Ok(Self {
            fd,
            pipe: (stat.st_dev, stat.st_ino),
            closed: 0,
        })
    }

    /// Notes whether the program still has it; says whether it certainly has not.
    fn look(&mut self, held: bool) -> bool {
        self.closed = if held { 0 } else { self.closed + 1 };
        self.closed > 1
    }
}

impl Dialogue {
    pub(crate) fn new(input: Option<OwnedFd>, output: OwnedFd) -> Step<Self> {
        Ok(Self::over(Ends::Passed {
            input: input.map(End::new).transpose()?,
            output: Some(End::new(output)?),
        }))
    }

    pub(crate) fn pumped(number: u64, with_input: bool, uid: Option<u32>) -> Step<Self> {
        Ok(Self::over(Ends::Pumped(Pump::new(
            number, with_input, uid,
        )?)))
    }

    fn over(ends: Ends) -> Self {
        Self {
            ends,
            began: 0,
            next: 0,
            last: (0, 0),
            written_before: 0,
            written: 0,
        }
    }

    /// What the program's standard output is connected to.
    pub(crate) fn output(&self) -> RawFd {
        match &self.ends {
            Ends::Passed { output, .. } => output.as_ref().map_or(-1, |end| end.fd.as_raw_fd()),
            Ends::Pumped(pump) => pump.stdout(),
        }
    }

    /// What its standard input is connected to, if that is a pipe.
    pub(crate) fn input(&self) -> Option<RawFd> {
        match &self.ends {
            Ends::Passed { input, .. } => input.as_ref().map(|end| end.fd.as_raw_fd()),
            Ends::Pumped(pump) => pump.stdin(),
        }
    }

    /// What passes on what is said, where that is our business.
    pub(crate) fn pump(&mut self) -> Option<&mut Pump> {
        match &mut self.ends {
            Ends::Passed { .. } => None,
            Ends::Pumped(pump) => Some(pump),
        }
    }

    /// A program is about to be started at `now`.
    pub(crate) fn begin(&mut self, now: u64, join: &Join) {
        self.written_before = match join {
            // One byte.
            Join::Tasks(_) => 1,
            Join::Nothing | Join::Into(_) => 0,
        };
        self.began = now;
        self.last = (now, 0);
        self.next = now + FIRST_PULSE_NS;
    }

    /// Nanoseconds until the next look.
    pub(crate) fn next_in(&self, now: u64) -> u64 {
        self.next.saturating_sub(now)
    }

    /// What the program has written anywhere, as the kernel counts it; also of a dead one that is not reaped yet. Its children
    /// count once it has waited for them.
    pub(crate) fn written(&mut self, proc: &OwnedFd, pid: libc::pid_t) -> u64 {
        let counted = read_proc(proc, &format!("{pid}/io")).ok();
        let counted = counted.and_then(|text| written_in(&text)).unwrap_or(0);
        self.inherited(counted);
        let passed_on = self.pump().map_or(0, |pump| pump.written());
        self.written = self.written.max(passed_on);
        self.written
    }

    /// Takes note of an account of all that the program wrote, from its birth on.
    pub(crate) fn inherited(&mut self, counted: u64) -> u64 {
        let counted = counted.saturating_sub(self.written_before);
        self.written = self.written.max(counted);
        self.written
    }

    /// Lets go of what the program has let go of.
    fn let_go(&mut self, proc: &OwnedFd, members: &[libc::pid_t]) {
        let Ends::Passed { input, output } = &mut self.ends else {
            // A pump holds nothing of the program's: the pipes tell it.
            return;
        };
        let (mut reads, mut writes, mut seen) = (false, false, false);
        for (pipe, mode) in members.iter().flat_map(|pid| open_files(proc, *pid)) {
            seen = true;
            let is = |end: &Option<End>| end.as_ref().is_some_and(|end| end.pipe == pipe);
            reads |= mode & libc::S_IRUSR != 0 && is(input);
            writes |= mode & libc::S_IWUSR != 0 && is(output);
        }
        if !seen {
            // It is ending, or not ours to look at: nothing is known.
            return;
        }
        if output.as_mut().is_some_and(|end| end.look(writes)) {
            *output = None;
        }
        if let Some(end) = input
            && end.look(reads)
        {
            empty(end.fd.as_raw_fd());
        }
    }
}

/// What an open `/proc/PID/io` says now of bytes written.
pub(crate) fn account(file: &OwnedFd) -> Option<u64> {
    let mut buffer = [0_u8; 512];
    let text = sys::pread(file.as_raw_fd(), &mut buffer, 0).ok()?;
    written_in(&String::from_utf8_lossy(text))
}

fn written_in(account: &str) -> Option<u64> {
    let line = account.lines().find(|line| line.starts_with("wchar: "))?;
    line.trim_start_matches("wchar: ").parse().ok()
}

/// Reads and throws away what is in a pipe. A partner that is read from does not notice that nobody listens.
fn empty(pipe: RawFd) {
    // SAFETY: no pointers. The program has closed this end, so nobody is surprised by it.
    if unsafe { libc::fcntl(pipe, libc::F_SETFL, libc::O_NONBLOCK) } < 0 {
        return;
    }
    let mut buffer = vec![0; 64 << 10];
    for _ in 0..READS {
        if !sys::read(pipe, &mut buffer).is_ok_and(|count| count > 0) {
            return;
        }
    }
}

/// The open files of a process: device, number, and the mode they are open with, as permission bits of their owner.
fn open_files(proc: &OwnedFd, pid: libc::pid_t) -> Vec<((u64, u64), libc::mode_t)> {
    let directory = sys::c(&format!("{pid}/fd")).and_then(|path| {
        let flags = libc::O_RDONLY | libc::O_DIRECTORY;
        sys::openat(proc.as_raw_fd(), &path, flags, 0)
    });
    let Ok(directory) = directory else {
        return Vec::new();
    };
    let names = files::names(directory.as_raw_fd(), usize::MAX).unwrap_or_default();
    let stat = |name, flags| sys::fstatat(directory.as_raw_fd(), name, flags);
    names
        .iter()
        .filter_map(|(name, _)| {
            let link = stat(name, libc::AT_SYMLINK_NOFOLLOW).ok()?;
            let file = stat(name, 0).ok()?;
            Some(((file.st_dev, file.st_ino), link.st_mode))
        })
        .collect()
}

impl Worker<'_> {
    /// Looks at a dialogue when it is time, tells the host of it, and says whether it has written too much.
    pub(crate) fn pulse(
        &mut self,
        dialogue: &mut Dialogue,
        run: &RunRequest,
        pid: libc::pid_t,
        cpu: u64,
    ) -> Step<Option<Stopped>> {
        let now = sys::now_ns();
        if now < dialogue.next {
            return Ok(None);
        }
        let members = self.jail.members()?;
        let (then, before) = dialogue.last;
        let used = cpu.saturating_sub(before);
        let asleep =
            used < (now - then) / self.jail.asleep_part() && !starved::any(self.proc, &members);
        dialogue.last = (now, cpu);
        dialogue.next = now + ((now - dialogue.began) / 2).clamp(FIRST_PULSE_NS, PULSE_NS);
        dialogue.let_go(self.proc, &members);
        let pulse = Pulse {
            number: run.number,
            cpu_ns: cpu,
            asleep,
        };
        self.channel
            .send(&Reply::Pulse(pulse), &[])
            .step("tell the host of a dialogue")?;
        let written = dialogue.written(self.proc, pid);
        Ok((written > run.output_bytes).then_some(Stopped::Output))
    }
}
