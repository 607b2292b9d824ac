//! A sandbox whose worker is our runner, over its socket.
//!
//! **Invariant:** answers come in the order of requests, so the oldest unfinished run is always the next to finish.

mod files;

use std::collections::VecDeque;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use runner::protocol::{
    Blob, Ended, Fault, Measured, Output, Program, Pulse, Reply, Request, RunRequest, Stopped,
};
use rustix::fs::{Gid, MemfdFlags, Mode, Uid};

use crate::dialogue::{self, Dialogue, Meter};
use crate::link::faults::{step, wall_error};
use crate::link::keeper::Keeper;
use crate::link::socket::Socket;
use crate::outcome::{Captured, Exit, Outcome, Stop};
use crate::sandbox::{
    CollectLimits, CollectedFile, Executable, PlacedFile, Run, Sandbox, WallError, WantedFile,
};

/// Runs queued at once: enough to hide the round trip and to let outcomes of short runs travel together, few enough that a
/// cancelled submission wastes nothing.
const WINDOW: usize = 8;

/// Rewrites the paths of the seam where a wall cannot put its directories there.
pub(crate) type Relocate = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// A run under way.
struct Unfinished {
    number: u64,
    /// Which of the outputs it fills.
    output: Option<usize>,
    /// Where a dialogue is watched.
    meter: Option<Arc<Meter>>,
}

/// One sandbox.
pub(crate) struct RunnerSandbox {
    keeper: Arc<Keeper>,
    id: u64,
    socket: Socket,
    uid: Option<u32>,
    relocate: Option<Relocate>,
    outputs: Vec<Arc<File>>,
    /// The executable the worker already holds.
    program: Option<Arc<File>>,
    unfinished: VecDeque<Unfinished>,
    arrived: VecDeque<Result<Box<Measured>, Fault>>,
    runs: u64,
    unanswered: usize,
    lost: Option<String>,
}

impl RunnerSandbox {
    pub(crate) fn new(
        keeper: Arc<Keeper>,
        id: u64,
        socket: OwnedFd,
        uid: Option<u32>,
        relocate: Option<Relocate>,
    ) -> Result<Self, WallError> {
        Ok(Self {
            keeper,
            id,
            socket: Socket::new(socket).map_err(step("use the worker's socket"))?,
            uid,
            relocate,
            outputs: Vec::new(),
            program: None,
            unfinished: VecDeque::new(),
            arrived: VecDeque::new(),
            runs: 0,
            unanswered: 0,
            lost: None,
        })
    }

    fn lose(&mut self, reason: String) -> WallError {
        self.lost = Some(reason.clone());
        WallError::Lost(reason)
    }

    fn alive(&self) -> Result<(), WallError> {
        self.lost
            .clone()
            .map_or(Ok(()), |reason| Err(WallError::Lost(reason)))
    }

    async fn send(&mut self, request: &Request, files: Vec<Arc<File>>) -> Result<(), WallError> {
        self.alive()?;
        match self.socket.send(request, files).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.lose(format!("the worker: {error}"))),
        }
    }

    async fn receive(&mut self) -> Result<(Reply, VecDeque<OwnedFd>), WallError> {
        self.alive()?;
        match self.socket.receive().await {
            Ok(received) => Ok(received),
            Err(error) => Err(self.lose(format!("the worker: {error}"))),
        }
    }

    /// The answer to the last request that is no run; runs that finish meanwhile are kept.
    async fn answer(&mut self) -> Result<(Reply, VecDeque<OwnedFd>), WallError> {
        loop {
            match self.receive().await? {
                (Reply::Finished { result, .. }, _) => self.arrived.push_back(result),
                (Reply::Pulse(pulse), _) => self.pulse(pulse),
                answer @ (Reply::Collected { more: true, .. }, _) => {
                    if self.unanswered == 1 {
                        return Ok(answer);
                    }
                }
                answer => {
                    self.unanswered -= 1;
                    // Others belong to calls that were dropped.
                    if self.unanswered == 0 {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    async fn ask(&mut self, request: &Request, files: Vec<Arc<File>>) -> Result<(), WallError> {
        self.unanswered += 1;
        self.send(request, files).await?;
        match self.answer().await? {
            (Reply::Done(result), _) => result.map_err(wall_error),
            _ => Err(self.lose("an answer of the wrong kind".to_owned())),
        }
    }

    /// An output file nobody reads any more, or a new one.
    fn output(&mut self) -> Result<(usize, bool), WallError> {
        let free = (0..self.outputs.len()).find(|index| {
            let taken = |run: &Unfinished| run.output == Some(*index);
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

    /// Where a run's standard output goes; what has to travel for it joins `files`.
    fn connect(
        &mut self,
        dialogue: Option<Dialogue>,
        files: &mut Vec<Arc<File>>,
    ) -> Result<(Output, Unfinished), WallError> {
        if let Some(Dialogue { stdout, meter }) = dialogue {
            if let Some(uid) = self.uid {
                dialogue::give_to(&stdout, uid).map_err(step("give a pipe away"))?;
            }
            files.push(stdout);
            let unfinished = Unfinished {
                number: self.runs + 1,
                output: None,
                meter: Some(meter),
            };
            return Ok((Output::Pipe, unfinished));
        }
        let (index, travels) = self.output()?;
        if travels {
            files.push(Arc::clone(&self.outputs[index]));
        }
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let unfinished = Unfinished {
            number: self.runs + 1,
            output: Some(index),
            meter: None,
        };
        Ok((Output::Kept { number, travels }, unfinished))
    }

    /// Notes what the worker says about a run under way.
    fn pulse(&self, pulse: Pulse) {
        let run = self
            .unfinished
            .iter()
            .find(|run| run.number == pulse.number);
        if let Some(meter) = run.and_then(|run| run.meter.as_ref()) {
            meter.note(Duration::from_nanos(pulse.cpu_ns), pulse.asleep);
        }
    }

    fn text(&self, text: String) -> String {
        self.relocate
            .as_ref()
            .map_or_else(|| text.clone(), |relocate| relocate(&text))
    }

    async fn queue(&mut self, run: Run) -> Result<(), WallError> {
        self.alive()?;
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
        let stdin = run.stdin.map(|file| {
            files.push(file);
            Blob::Descriptor
        });
        let (stdout, unfinished) = self.connect(run.dialogue, &mut files)?;
        self.runs += 1;
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
        self.unfinished.push_back(unfinished);
        self.send(&Request::Run(Box::new(request)), files).await
    }

    async fn next_outcome(&mut self) -> Result<Outcome, WallError> {
        let Some(output) = self.unfinished.front().map(|run| run.output) else {
            return Err(WallError::Lost("no run is unfinished".to_owned()));
        };
        while self.arrived.is_empty() {
            match self.receive().await? {
                (Reply::Finished { result, .. }, _) => self.arrived.push_back(result),
                (Reply::Pulse(pulse), _) => self.pulse(pulse),
                (Reply::Collected { more: true, .. }, _) => {}
                // The answer to a call that was dropped.
                _ => self.unanswered = self.unanswered.saturating_sub(1),
            }
        }
        let result = self.arrived.pop_front();
        self.unfinished.pop_front();
        match result {
            Some(Ok(measured)) => {
                let output = match output {
                    Some(index) => Arc::clone(&self.outputs[index]),
                    None => nothing().map_err(step("open an empty output"))?,
                };
                Ok(outcome(*measured, output))
            }
            Some(Err(fault)) => {
                let error = wall_error(fault);
                if let WallError::Runner { .. } = error {
                    self.lost = Some(error.to_string());
                }
                Err(error)
            }
            None => Err(WallError::Lost("no outcome arrived".to_owned())),
        }
    }
}

/// What a program whose output went elsewhere has written for us.
fn nothing() -> std::io::Result<Arc<File>> {
    File::open("/dev/null").map(Arc::new)
}

fn outcome(measured: Measured, output: Arc<File>) -> Outcome {
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
        ended_at: Duration::from_nanos(measured.ended_ns),
        stdout: Captured {
            file: output,
            len: measured.stdout_bytes,
        },
        piped_bytes: measured.piped_bytes,
        stderr: measured.stderr,
    }
}

impl Sandbox for RunnerSandbox {
    fn place(&mut self, files: Vec<PlacedFile>) -> BoxFuture<'_, Result<(), WallError>> {
        self.place_all(files).boxed()
    }

    fn start(&mut self, run: Run) -> BoxFuture<'_, Result<(), WallError>> {
        self.queue(run).boxed()
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<Outcome, WallError>> {
        self.next_outcome().boxed()
    }

    fn cancel(&mut self) -> BoxFuture<'_, Result<(), WallError>> {
        async move {
            let through = self.runs;
            self.send(&Request::Cancel { through }, Vec::new()).await
        }
        .boxed()
    }

    fn window(&self) -> usize {
        WINDOW
    }

    fn collect<'a>(
        &'a mut self,
        dir: &'a str,
        limits: CollectLimits,
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        self.collect_all(dir, limits).boxed()
    }

    fn take<'a>(
        &'a mut self,
        dir: &'a str,
        wanted: &'a [WantedFile],
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        self.take_some(dir, wanted).boxed()
    }

    fn furnish(
        &mut self,
        files: Vec<PlacedFile>,
        writable: bool,
    ) -> BoxFuture<'_, Result<(), WallError>> {
        self.furnish_all(files, writable).boxed()
    }

    fn reset_work<'a>(&'a mut self, dirs: &'a [&'a str]) -> BoxFuture<'a, Result<(), WallError>> {
        async move {
            let directories = dirs.iter().map(|dir| (*dir).to_owned()).collect();
            self.ask(&Request::ResetWork { directories }, Vec::new())
                .await
        }
        .boxed()
    }

    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>> {
        async move { self.keeper.destroy(self.id).await }.boxed()
    }
}
