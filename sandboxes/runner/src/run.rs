//! One run: start it, watch it, end it, measure it.

use std::ffi::CString;
use std::os::fd::{AsRawFd, OwnedFd};

use runner::protocol::{
    Blob, Ended, Fault, FaultKind, Measured, Output, Program, RunRequest, Stopped,
};

use crate::descriptors;
use crate::dialogue::Dialogue;
use crate::faults::{Named, Step, broken, refused};
use crate::jail::{self, Counters, Jail, reopen};
use crate::outputs::OutputFile;
use crate::spawn::{self, Launch, Rlimits, Started};
use crate::worker::Worker;
use crate::{files, outputs, sys};

/// What a run needs and who owns it.
struct Streams {
    launch: Launch,
    /// Keep the descriptors open until the program has its own.
    _stdin: Option<OwnedFd>,
    _stdout: Option<OwnedFd>,
    /// Whose size is the size of the output.
    output: OutputFile,
    /// Somebody waits for the end of one of them: it must not stay open here.
    awaited: bool,
}

fn c_strings(list: Vec<String>) -> Step<Vec<CString>> {
    list.into_iter()
        .map(|text| {
            CString::new(text)
                .map_err(|_| refused("an argument or variable holds a NUL".to_owned()))
        })
        .collect()
}

fn memory_file(bytes: &[u8]) -> Step<OwnedFd> {
    let file = sys::memfd(c"gavel-blob", libc::MFD_ALLOW_SEALING).step("make a memory file")?;
    sys::write_all(file.as_raw_fd(), bytes).step("fill a memory file")?;
    sys::seal(file.as_raw_fd()).step("seal a memory file")?;
    Ok(file)
}

impl Worker<'_> {
    /// Runs one program. `Err` is the wall's failure or the kernel's refusal to execute, never the program's misbehaviour.
    pub(crate) fn run(&mut self, mut run: RunRequest, descriptors: Vec<OwnedFd>) -> Step<Measured> {
        let mut streams = self.streams(&mut run, descriptors)?;
        if run.number <= self.cancelled_through {
            return Ok(never_started());
        }
        let join = self.jail.begin(&run, self.runs_started == 0)?;
        self.runs_started += 1;
        self.untouched.begin();
        let began = sys::now_ns();
        if let Some(dialogue) = streams.output.dialogue() {
            dialogue.begin(began, &join);
        }
        let started =
            spawn::start(&streams.launch, &join, &mut self.stack).step("start the program")?;
        if streams.awaited {
            descriptors::let_go(self.null).step("let go of the program's streams")?;
        }
        let pid = match started {
            Started::Running(pid) => pid,
            Started::NotExecuted(error) => return self.not_executed(&error),
        };
        if let Some(pump) = streams.output.pump() {
            pump.started();
        }
        let mut death = self.watch(&run, &mut streams.output, pid, began)?;
        let unexplained = death.stopped.is_none() && jail::was_killed(death.status);
        let counters = self.jail.settle(&death.usage, self.proc, unexplained)?;
        if let Some(pump) = streams.output.pump() {
            pump.finish(&mut self.channel)?;
            death.piped_bytes = death.piped_bytes.max(pump.written());
        }
        let stderr = self.stderr.finish().step("read standard error")?;
        let measured = Measured {
            wall_ns: death.ended_ns - began,
            ended_ns: death.ended_ns,
            piped_bytes: death.piped_bytes,
            stderr,
            ..never_started()
        };
        finished(
            measured,
            &run,
            &streams.output,
            death.stopped,
            death.status,
            counters,
        )
    }

    /// A program that does not fit into its own memory limit even before it starts is a program at its limit.
    fn not_executed(&mut self, error: &std::io::Error) -> Step<Measured> {
        if error.raw_os_error() == Some(libc::ENOMEM) {
            return Ok(Measured {
                oom_kills: 1,
                stopped: None,
                ..never_started()
            });
        }
        Err(Fault {
            kind: FaultKind::Exec,
            step: "execute the program".to_owned(),
            errno: error.raw_os_error().unwrap_or(0),
        })
    }

    fn streams(&mut self, run: &mut RunRequest, descriptors: Vec<OwnedFd>) -> Step<Streams> {
        let mut descriptors = descriptors.into_iter();
        let mut next = |what: &str| {
            descriptors
                .next()
                .ok_or_else(|| broken(&format!("receive the descriptor of {what}")))
        };
        let program = self.program(run, &mut next)?;
        let stdin = match run.stdin.take() {
            None => None,
            Some(Blob::Descriptor) => Some(self.beyond_reach(next("standard input")?)?),
            Some(Blob::Inline(bytes)) => Some(memory_file(&bytes)?),
            Some(Blob::Mount) => return Err(broken("use a mount as standard input")),
        };
        let mut awaited = !matches!(run.stdout, Output::Kept { .. });
        let stdin = match stdin {
            None => None,
            Some(file) => {
                let again = reopen(&self.own, file.as_raw_fd(), libc::O_RDONLY)
                    .step("open standard input")?;
                awaited |= again.is_none();
                Some(again.unwrap_or(file))
            }
        };
        let (stdin, output, stdout) = self.output(run, stdin, &mut next)?;
        self.stderr
            .begin(run.stderr_bytes)
            .step("prepare standard error")?;
        let launch = Launch {
            program,
            args: c_strings(std::mem::take(&mut run.args))?,
            env: c_strings(std::mem::take(&mut run.env))?,
            stdin: stdin
                .as_ref()
                .map(AsRawFd::as_raw_fd)
                .or(output.input())
                .unwrap_or(self.null.as_raw_fd()),
            stdout: stdout.as_ref().map_or(output.raw(), AsRawFd::as_raw_fd),
            stderr: self.stderr.writer(),
            directory: self.here.as_ref().map(AsRawFd::as_raw_fd),
            uid: self.uid,
            session: self.parts_sessions,
            parting: self.parting,
            limits: Rlimits {
                cpu_seconds: self.jail.cpu_seconds(run.cpu_us),
                // One byte more than the output may hold, so that too much output is seen as too much.
                file_bytes: match &output {
                    OutputFile::Piped(_) => run.file_bytes,
                    _ => run.file_bytes.max(run.output_bytes.saturating_add(1)),
                },
                stack_bytes: run.memory_bytes,
                open_files: u64::from(run.open_files),
                processes: self
                    .uid
                    .filter(|_| matches!(self.jail, Jail::Trusted(_) | Jail::Apart(_)))
                    .map(|_| u64::from(run.processes)),
            },
        };
        Ok(Streams {
            launch,
            _stdin: stdin,
            _stdout: stdout,
            output,
            awaited,
        })
    }

    /// What the host could not give to the programs' user itself: a program may open `/dev/stdout`.
    fn give(&self, file: &OwnedFd) -> std::io::Result<()> {
        files::give(file, self.uid.filter(|_| self.gives_files))
    }

    /// A file that a program may read and must not change, although it may be its owner.
    fn beyond_reach(&self, file: OwnedFd) -> Step<OwnedFd> {
        let stat = sys::fstat(file.as_raw_fd()).step("look at standard input")?;
        if !self.shares_user || stat.st_mode & libc::S_IFMT != libc::S_IFREG {
            return Ok(file);
        }
        files::unchangeable_copy(&self.place, &file, 0o444).step("copy standard input")
    }

    fn program(
        &mut self,
        run: &mut RunRequest,
        next: &mut impl FnMut(&str) -> Step<OwnedFd>,
    ) -> Step<spawn::Program> {
        Ok(
            match std::mem::replace(&mut run.program, Program::Path(String::new())) {
                Program::Blob(blob) => {
                    let file = match blob {
                        Blob::Descriptor if self.shares_user => {
                            let file = next("the program")?;
                            files::unchangeable_copy(&self.place, &file, 0o555)
                                .step("copy the program")?
                        }
                        Blob::Descriptor => next("the program")?,
                        Blob::Inline(bytes) => memory_file(&bytes)?,
                        Blob::Mount => return Err(broken("execute a mount")),
                    };
                    spawn::Program::Descriptor(self.program.insert(file).as_raw_fd())
                }
                Program::Again => {
                    let file = self.program.as_ref();
                    let file = file.ok_or_else(|| broken("find the program of the run before"))?;
                    spawn::Program::Descriptor(file.as_raw_fd())
                }
                Program::Path(path) => spawn::Program::Path(
                    CString::new(path)
                        .map_err(|_| refused("the program's path holds a NUL".to_owned()))?,
                ),
            },
        )
    }

    fn output(
        &mut self,
        run: &RunRequest,
        stdin: Option<OwnedFd>,
        next: &mut impl FnMut(&str) -> Step<OwnedFd>,
    ) -> Step<(Option<OwnedFd>, OutputFile, Option<OwnedFd>)> {
        let write_only = |file: &OwnedFd| {
            reopen(&self.own, file.as_raw_fd(), libc::O_WRONLY).step("open standard output")
        };
        let (number, travels) = match &run.stdout {
            Output::Kept { number, travels } => (*number, *travels),
            Output::Pipe => {
                let pipe = next("standard output")?;
                self.give(&pipe).step("give a pipe away")?;
                let dialogue = Dialogue::new(stdin, pipe)?;
                return Ok((None, OutputFile::Piped(dialogue), None));
            }
            Output::Pumped { input } => {
                let dialogue = Dialogue::pumped(run.number, *input, self.uid)?;
                return Ok((stdin, OutputFile::Piped(dialogue), None));
            }
            Output::Attached => {
                let output = self.outputs.own(self.uid).step("make an output file")?;
                outputs::rewind(output).step("empty the output file")?;
                outputs::disown(output).step("disown the output file")?;
                return Ok((stdin, OutputFile::Kept(output), None));
            }
            Output::Inline => {
                let file = sys::memfd(c"gavel-output", 0).step("make an output file")?;
                let stdout = write_only(&file)?;
                return Ok((stdin, OutputFile::Inline(file), stdout));
            }
        };
        if travels {
            let file = next("standard output")?;
            self.give(&file).step("give an output file away")?;
            let file = write_only(&file)?.unwrap_or(file);
            let kept = self.outputs.keep(number, file);
            kept.step("keep an output file")?;
        }
        let output = self.outputs.get(number);
        let output = output.ok_or_else(|| broken("find the output file"))?;
        outputs::rewind(output).step("empty the output file")?;
        Ok((stdin, OutputFile::Kept(output), None))
    }
}

fn never_started() -> Measured {
    Measured {
        ended: Ended::Signal(libc::SIGKILL),
        stopped: Some(Stopped::Cancelled),
        cpu_ns: 0,
        wall_ns: 0,
        ended_ns: sys::now_ns(),
        piped_bytes: 0,
        memory_bytes: 0,
        oom_kills: 0,
        left_over: 0,
        stdout_bytes: 0,
        stdout: Vec::new(),
        stderr: Vec::new(),
    }
}

/// Fills in what is known of a run once everything of it is dead.
fn finished(
    measured: Measured,
    run: &RunRequest,
    output: &OutputFile,
    stopped: Option<Stopped>,
    status: libc::c_int,
    counters: Counters,
) -> Step<Measured> {
    let bytes = output.bytes()?;
    let stopped = match stopped {
        Some(Stopped::Cancelled) => stopped,
        _ if bytes.max(measured.piped_bytes) > run.output_bytes => Some(Stopped::Output),
        _ => stopped,
    };
    let stdout_bytes = bytes.min(run.output_bytes);
    let mut stdout = Vec::new();
    if let OutputFile::Inline(file) = output {
        stdout = vec![0; usize::try_from(stdout_bytes).unwrap_or(0)];
        let mut done = 0;
        while done < stdout.len() {
            let count = sys::pread(file.as_raw_fd(), &mut stdout[done..], done as i64)
                .step("read the output")?
                .len();
            if count == 0 {
                break;
            }
            done += count;
        }
    }
    Ok(Measured {
        ended: if libc::WIFSIGNALED(status) {
            Ended::Signal(libc::WTERMSIG(status))
        } else {
            Ended::Code(libc::WEXITSTATUS(status))
        },
        stopped,
        cpu_ns: counters.cpu_ns,
        memory_bytes: counters.memory_bytes,
        oom_kills: counters.oom_kills,
        left_over: counters.left_over,
        stdout_bytes,
        stdout,
        ..measured
    })
}
