//! Watching a run: waiting for the program's death, looking at its counters meanwhile, ending it when they say so.

use std::io::ErrorKind;
use std::os::fd::AsRawFd;

use runner::protocol::{RunRequest, Stopped};

use crate::dialogue;
use crate::faults::{Named, Step, broken};
use crate::look::Look;
use crate::outputs::OutputFile;
use crate::worker::Worker;
use crate::{starved, sys};

/// At first nothing but the program's death is listened to: most runs are short, and a request for a later run would only take the
/// CPU from this one.
const DEAF_NS: u64 = 5_000_000;
/// How long outcomes of earlier runs may be held back.
const HOLD_NS: u64 = 1_000_000;
/// The shortest time between two looks at the counters.
const MIN_LOOK_NS: u64 = 1_000_000;
/// Between kills of a run that does not end at once.
const REPEAT_KILL_NS: u64 = 20_000_000;

/// How a program ended.
pub(crate) struct Death {
    /// Why we ended it.
    pub(crate) stopped: Option<Stopped>,
    pub(crate) ended_ns: u64,
    pub(crate) piped_bytes: u64,
    pub(crate) status: libc::c_int,
    pub(crate) usage: libc::rusage,
}

impl Worker<'_> {
    /// Waits for the program's end, or ends it: says why, and what the kernel said when it was reaped.
    pub(crate) fn watch(
        &mut self,
        run: &RunRequest,
        output: &mut OutputFile,
        pid: libc::pid_t,
        began: u64,
    ) -> Step<Death> {
        let mut look = Look::new(run, began, self.jail.asleep_part());
        let mut stopped = None;
        let readable = |fd| libc::pollfd {
            fd,
            events: libc::POLLIN,
            revents: 0,
        };
        let mut watched = [
            readable(self.deaths.as_raw_fd()),
            readable(self.stderr.reader()),
            readable(self.channel.raw()),
            readable(-1),
            readable(-1),
        ];
        let mut deaf = true;
        let mut due = u64::MAX;
        loop {
            let wait = match stopped {
                Some(_) => REPEAT_KILL_NS,
                None => self.nothing_before(output, &look),
            };
            let pumps = output.pump().map(|pump| pump.interests());
            let (is_deaf, most) = match (self.channel.held(), deaf && pumps.is_none()) {
                (0, true) => (true, DEAF_NS),
                (_, true) => (true, HOLD_NS),
                (_, false) => (false, u64::MAX),
            };
            deaf = self.channel.held() > 0;
            if let Some([input, output]) = pumps {
                (watched[3], watched[4]) = (input, output);
            }
            let wait = wait.max(MIN_LOOK_NS).min(most);
            due = due.min(sys::now_ns() + wait);
            let wait = std::time::Duration::from_nanos(wait);
            let death = if is_deaf {
                sys::child_dies_within(wait).step("wait for the program")?
            } else {
                sys::poll(&mut watched, Some(wait)).step("wait for the program")?;
                watched[0].revents != 0 && self.told_of_death()?
            };
            if death && let Some(death) = self.dead(pid, output)? {
                return Ok(Death { stopped, ..death });
            }
            self.channel.flush().step("answer the host")?;
            if watched[1].revents != 0 {
                self.stderr.drain().step("read standard error")?;
            }
            if watched[2].revents != 0 {
                if !self.channel.fill(false).step("read a request")? {
                    return Err(broken("hear from the host"));
                }
                self.accept()?;
            }
            if let Some(pump) = output.pump() {
                pump.work(&mut self.heard, &mut self.channel)?;
                // Looking costs more than passing on a message does.
                if sys::now_ns() < due && run.number > self.cancelled_through {
                    continue;
                }
            }
            due = u64::MAX;
            if stopped.is_none() {
                stopped = self.look(run, output, pid, &mut look)?;
            }
            if stopped.is_some() {
                // Also again and again: a process that was being born may have been missed.
                self.jail.kill(pid)?;
            }
        }
    }

    /// Nanoseconds in which nothing has to be looked at.
    fn nothing_before(&self, output: &mut OutputFile, look: &Look) -> u64 {
        let now = sys::now_ns();
        let pulse = output.dialogue().map(|dialogue| dialogue.next_in(now));
        let jail = self.jail.look_every_ns();
        let soonest = [pulse, jail].into_iter().flatten().min();
        look.next_in(now).min(soonest.unwrap_or(u64::MAX))
    }

    /// Looks at the counters of a program that runs: whether it is to be ended, and why.
    fn look(
        &mut self,
        run: &RunRequest,
        output: &mut OutputFile,
        pid: libc::pid_t,
        look: &mut Look,
    ) -> Step<Option<Stopped>> {
        let cpu = self.jail.cpu_ns(pid)?;
        let too_much = look.watches_output && output.bytes()? > run.output_bytes;
        let mut stopped = if run.number <= self.cancelled_through {
            Some(Stopped::Cancelled)
        } else if too_much {
            Some(Stopped::Output)
        } else {
            look.verdict(sys::now_ns(), cpu)
        };
        if let (None, Some(dialogue)) = (stopped, output.dialogue()) {
            stopped = self.pulse(dialogue, run, pid, cpu)?;
        }
        if stopped == Some(Stopped::Idle) && starved::any(self.proc, &self.jail.members()?) {
            stopped = None;
        }
        Ok(stopped)
    }

    /// Takes note that a child has died.
    fn told_of_death(&self) -> Step<bool> {
        // One descriptor tells of many deaths at once, so what it says does not matter.
        let mut told = [0_u8; size_of::<libc::signalfd_siginfo>()];
        match sys::read(self.deaths.as_raw_fd(), &mut told) {
            Ok(_) => Ok(true),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                Ok(true)
            }
            Err(error) => Err(error).step("hear of a death"),
        }
    }

    /// The program's death, if it is what has died: others that it left may have, or the one before it.
    fn dead(&mut self, pid: libc::pid_t, output: &mut OutputFile) -> Step<Option<Death>> {
        let ended_ns = sys::now_ns();
        self.jail.reap_orphans(pid)?;
        let mut piped_bytes = 0;
        if let Some(dialogue) = output.dialogue() {
            if !sys::has_ended(pid).step("look for the program")? {
                return Ok(None);
            }
            // Its own account is gone once it is reaped.
            piped_bytes = dialogue.written(self.proc, pid);
        }
        let talks = output.dialogue().is_some();
        let before = self.account.as_ref().filter(|_| talks);
        let before = before.and_then(dialogue::account);
        let reaped = sys::wait(pid, libc::WNOHANG).step("reap the program")?;
        if let (Some(dialogue), Some(before)) = (output.dialogue(), before) {
            // In a user namespace nobody may read the account of the dead, but ours takes theirs over.
            let after = self.account.as_ref().and_then(dialogue::account);
            let inherited = after.unwrap_or(before).saturating_sub(before);
            piped_bytes = piped_bytes.max(dialogue.inherited(inherited));
        }
        Ok(reaped.map(|(_, status, usage)| Death {
            stopped: None,
            ended_ns,
            piped_bytes,
            status,
            usage,
        }))
    }
}
