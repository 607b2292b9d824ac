//! Runs into a sandbox and outcomes out of it.

use std::collections::VecDeque;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use runner::protocol::{
    Blob, Ended, Fault, Measured, Output, Program, Pulse, Reply, Request, RunRequest, Stopped,
};
use rustix::fs::{Gid, MemfdFlags, Mode, Uid};

use super::RunnerSandbox;
use crate::dialogue::{self, Dialogue, Meter};
use crate::link::faults::{step, wall_error};
use crate::link::holder::Exhausted;
use crate::link::pump::Pump;
use crate::link::wire::Wire;
use crate::outcome::{Captured, Exit, Outcome, Stop};
use crate::sandbox::{Executable, Run, WallError};

/// Copies of files for queued runs, bytes; a larger one travels when the runs before it are over.
const MOST_TRAVELLING_BYTES: u64 = 64 << 20;

/// A run under way.
pub(super) struct Unfinished {
    pub(super) number: u64,
    pub(super) memory_bytes: u64,
    output_bytes: u64,
    travelling_bytes: u64,
    connected: Connected,
}

/// Where a run's standard output goes.
enum Connected {
    /// Into this one of our output files.
    File(usize),
    /// It comes back with the outcome.
    Attached,
    /// To another program; here it is watched.
    Dialogue(Arc<Meter>),
}

/// A run that is over.
pub(super) struct Arrived {
    result: Result<Box<Measured>, Fault>,
    output: Option<OwnedFd>,
}

impl Arrived {
    /// What is known of a run that took the whole sandbox with it.
    pub(super) fn with_the_sandbox(exhausted: Exhausted, limit_bytes: u64) -> Self {
        let (memory_bytes, oom_kills) = match exhausted {
            Exhausted::Memory => (limit_bytes, 1),
            Exhausted::Processes => (0, 0),
        };
        let measured = Measured {
            ended: Ended::Signal(libc::SIGKILL),
            stopped: None,
            cpu_ns: 0,
            wall_ns: 0,
            ended_ns: 0,
            piped_bytes: 0,
            memory_bytes,
            oom_kills,
            left_over: 0,
            stdout_bytes: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
        };
        Self {
            result: Ok(Box::new(measured)),
            output: None,
        }
    }
}

impl RunnerSandbox {
    /// An output file nobody reads any more, or a new one.
    fn output(&mut self) -> Result<(usize, bool), WallError> {
        let free = (0..self.outputs.len()).find(|index| {
            let taken =
                |run: &Unfinished| matches!(run.connected, Connected::File(at) if at == *index);
            !self.unfinished.iter().any(taken) && Arc::strong_count(&self.outputs[*index]) == 1
        });
        if let Some(index) = free {
            return Ok((index, false));
        }
        let file = rustix::fs::memfd_create("gavel-output", MemfdFlags::CLOEXEC)
            .map_err(|error| step("make an output file")(error.into()))?;
        // A program may open /dev/stdout; nobody else may open it.
        rustix::fs::fchmod(&file, Mode::RUSR | Mode::WUSR)
            .map_err(|error| step("make an output file")(error.into()))?;
        if let Some(uid) = self.uid {
            rustix::fs::fchown(&file, Some(Uid::from_raw(uid)), Some(Gid::from_raw(uid)))
                .map_err(|error| step("make an output file")(error.into()))?;
        }
        self.outputs.push(Arc::new(File::from(file)));
        Ok((self.outputs.len() - 1, true))
    }

    /// Where a run's standard input comes from and its output goes; what has to travel for it joins `files`.
    fn connect(
        &mut self,
        stdin: Option<Arc<File>>,
        dialogue: Option<Dialogue>,
        files: &mut Vec<Arc<File>>,
    ) -> Result<(Option<Blob>, Output, Connected), WallError> {
        let Some(Dialogue { stdout, meter }) = dialogue else {
            let stdin = stdin.map(|file| {
                files.push(file);
                Blob::Descriptor
            });
            let (stdout, connected) = self.captured_output(files)?;
            return Ok((stdin, stdout, connected));
        };
        let meter = Connected::Dialogue(meter);
        if let Wire::Stream(stream) = &mut self.wire {
            let input = stdin.is_some();
            let pump = Pump::new(self.runs, stdin, stdout).map_err(step("prepare a pipe"))?;
            stream.join(pump);
            return Ok((None, Output::Pumped { input }, meter));
        }
        if let Some(uid) = self.uid {
            dialogue::give_to(&stdout, uid).map_err(step("give a pipe away"))?;
        }
        let stdin = stdin.map(|file| {
            files.push(file);
            Blob::Descriptor
        });
        files.push(stdout);
        Ok((stdin, Output::Pipe, meter))
    }

    /// Where an output that is kept goes.
    fn captured_output(
        &mut self,
        files: &mut Vec<Arc<File>>,
    ) -> Result<(Output, Connected), WallError> {
        if self.is_over_stream() {
            return Ok((Output::Attached, Connected::Attached));
        }
        let (index, travels) = self.output()?;
        if travels {
            files.push(Arc::clone(&self.outputs[index]));
        }
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        Ok((Output::Kept { number, travels }, Connected::File(index)))
    }

    /// Notes what the worker says about a run under way.
    pub(super) fn pulse(&self, pulse: Pulse) {
        let run = self
            .unfinished
            .iter()
            .find(|run| run.number == pulse.number);
        if let Some(Connected::Dialogue(meter)) = run.map(|run| &run.connected) {
            meter.note(Duration::from_nanos(pulse.cpu_ns), pulse.asleep);
        }
    }

    /// How much the input of a run weighs, where it is copied.
    fn travelling(&self, run: &Run) -> u64 {
        let copied = self.is_over_stream() && run.dialogue.is_none();
        let input = run.stdin.as_ref().filter(|_| copied);
        input.map_or(0, |file| {
            file.metadata().map_or(0, |metadata| metadata.len())
        })
    }

    /// Waits until the copies of files queued for later runs leave room for these.
    async fn make_room(&mut self, bytes: u64) -> Result<(), WallError> {
        while self.arrived.len() < self.unfinished.len() {
            let waiting = self.unfinished.iter().skip(self.arrived.len());
            let queued: u64 = waiting.map(|run| run.travelling_bytes).sum();
            if queued.saturating_add(bytes) <= MOST_TRAVELLING_BYTES {
                return Ok(());
            }
            self.wait_for_arrival().await?;
        }
        Ok(())
    }

    /// What the files of one reply may weigh.
    pub(super) fn expected_bytes(&self) -> u64 {
        let outputs = self.unfinished.iter().map(|run| run.output_bytes);
        outputs.max().unwrap_or(0).max(self.collecting)
    }

    /// Notes how a run ended.
    pub(super) fn arrive(
        &mut self,
        number: u64,
        result: Result<Box<Measured>, Fault>,
        mut files: VecDeque<OwnedFd>,
    ) {
        if let Wire::Stream(stream) = &mut self.wire {
            stream.leave(number);
        }
        self.arrived.push_back(Arrived {
            result,
            output: files.pop_front(),
        });
    }

    async fn wait_for_arrival(&mut self) -> Result<(), WallError> {
        let arrived = self.arrived.len();
        while self.arrived.len() == arrived {
            match self.receive().await? {
                (Reply::Finished { number, result }, files) => self.arrive(number, result, files),
                (Reply::Pulse(pulse), _) => self.pulse(pulse),
                (Reply::Collected { more: true, .. }, _) => {}
                // The answer to a call that was dropped.
                _ => self.unanswered = self.unanswered.saturating_sub(1),
            }
        }
        Ok(())
    }

    pub(super) async fn queue(&mut self, run: Run) -> Result<(), WallError> {
        self.alive()?;
        let travelling_bytes = self.travelling(&run);
        self.make_room(travelling_bytes).await?;
        let mut files = Vec::new();
        let program = match run.executable {
            Executable::File(file) => {
                let known = self.program.as_ref();
                if known.is_some_and(|known| Arc::ptr_eq(known, &file)) {
                    Program::Again
                } else {
                    files.push(Arc::clone(&file));
                    self.program = Some(file);
                    Program::Blob(Blob::Descriptor)
                }
            }
            Executable::Path(path) => match path.into_os_string().into_string() {
                Ok(path) => Program::Path(self.text(path)),
                Err(path) => {
                    return Err(WallError::Refused(format!(
                        "path {} is not UTF-8",
                        path.display()
                    )));
                }
            },
        };
        self.runs += 1;
        let (stdin, stdout, connected) = self.connect(run.stdin, run.dialogue, &mut files)?;
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let request = RunRequest {
            number: self.runs,
            program,
            args: run.args.into_iter().map(|text| self.text(text)).collect(),
            env: run.env.into_iter().map(|text| self.text(text)).collect(),
            stdin,
            stdout,
            cpu_us: micros(run.limits.cpu),
            wall_us: micros(run.limits.wall),
            memory_bytes: run.limits.memory_bytes,
            output_bytes: run.limits.output_bytes,
            stderr_bytes: run.limits.stderr_bytes,
            processes: run.limits.processes,
            open_files: run.limits.open_files,
            file_bytes: run.limits.file_bytes,
            keep_work: run.keep_work,
        };
        self.unfinished.push_back(Unfinished {
            number: self.runs,
            memory_bytes: run.limits.memory_bytes,
            output_bytes: run.limits.output_bytes,
            travelling_bytes,
            connected,
        });
        self.send(&Request::Run(Box::new(request)), files).await
    }

    pub(super) async fn next_outcome(&mut self) -> Result<Outcome, WallError> {
        if self.unfinished.is_empty() {
            return Err(WallError::Lost("no run is unfinished".to_owned()));
        }
        if self.arrived.is_empty()
            && let Err(error) = self.wait_for_arrival().await
            && self.arrived.is_empty()
        {
            return Err(error);
        }
        let (Some(arrived), Some(run)) = (self.arrived.pop_front(), self.unfinished.pop_front())
        else {
            return Err(WallError::Lost("no outcome arrived".to_owned()));
        };
        match arrived.result {
            Ok(measured) => {
                let output =
                    self.captured(&run.connected, arrived.output, measured.stdout_bytes)?;
                Ok(outcome(*measured, output, self.clock_offset_ns))
            }
            Err(fault) => {
                let error = wall_error(fault);
                if let WallError::Runner { .. } = error {
                    self.lost = Some(error.to_string());
                }
                Err(error)
            }
        }
    }

    /// The file with a run's output.
    fn captured(
        &mut self,
        connected: &Connected,
        attached: Option<OwnedFd>,
        bytes: u64,
    ) -> Result<Arc<File>, WallError> {
        match (connected, attached) {
            (Connected::File(index), _) => Ok(Arc::clone(&self.outputs[*index])),
            (Connected::Attached, Some(file)) => {
                let file = File::from(file);
                // What a runner says about itself is believed no further than it can be seen.
                if file.metadata().map_or(0, |metadata| metadata.len()) != bytes {
                    return Err(self.lose("an output of another size than said".to_owned()));
                }
                Ok(Arc::new(file))
            }
            (Connected::Attached, None) if bytes > 0 => {
                Err(self.lose("an outcome without its output".to_owned()))
            }
            (Connected::Attached, None) | (Connected::Dialogue(_), _) => {
                nothing().map_err(step("open an empty output"))
            }
        }
    }
}

/// What a program whose output went elsewhere has written for us.
fn nothing() -> std::io::Result<Arc<File>> {
    File::open("/dev/null").map(Arc::new)
}

fn outcome(measured: Measured, output: Arc<File>, clock_offset_ns: i64) -> Outcome {
    Outcome {
        exit: match measured.ended {
            Ended::Code(code) => Exit::Code(code),
            Ended::Signal(signal) => Exit::Signal(signal),
        },
        stop: measured.stopped.map(|stopped| match stopped {
            Stopped::Cpu => Stop::CpuLimit,
            Stopped::Wall => Stop::WallLimit,
            Stopped::Idle => Stop::Idle,
            Stopped::Output => Stop::OutputLimit,
            Stopped::Cancelled => Stop::Cancelled,
        }),
        cpu: Duration::from_nanos(measured.cpu_ns),
        wall: Duration::from_nanos(measured.wall_ns),
        memory_bytes: measured.memory_bytes,
        oom_kills: measured.oom_kills,
        left_over_processes: measured.left_over,
        ended_at: Duration::from_nanos(measured.ended_ns.saturating_add_signed(clock_offset_ns)),
        stdout: Captured {
            file: output,
            len: measured.stdout_bytes,
        },
        piped_bytes: measured.piped_bytes,
        stderr: measured.stderr,
    }
}
