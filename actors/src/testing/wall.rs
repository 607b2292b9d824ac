//! A wall whose programs are scripts: a line is a command, or `INPUT? command` for runs that read that input.
//!
//! Commands: `sum` prints the sum of the numbers read, `say TEXT`, `cpu MS`, `wall MS`, `exit N`, `signal N`, `oom`,
//! `flood`, `gate NAME` (waits until the test opens it), `break` (the wall fails, as often as the test said), `panic` (so does
//! the sandbox's actor), `judge` (a validator: compares standard input with the answer), `feedback FILE TEXT`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use sandboxes::outcome::{Captured, Exit, Outcome, Stop};
use sandboxes::sandbox::{
    CollectLimits, CollectedFile, Content, PlacedFile, Run, Sandbox, Slot, Wall, WallError,
    WantedFile,
};
use tokio::sync::Notify;

/// What a test plans and what it sees.
#[derive(Default)]
pub(crate) struct Script {
    /// How often `break` breaks, `panic` panics and preparing a sandbox fails.
    pub(crate) breaks: Mutex<u32>,
    pub(crate) panics: Mutex<u32>,
    pub(crate) unprepared: Mutex<u32>,
    /// How many health checks have no good answer.
    pub(crate) deaf: Mutex<u32>,
    /// CPU times of runs that said `cpu`, instead of what they said, first come first served.
    pub(crate) cpu_override: Mutex<VecDeque<u64>>,
    open_gates: Mutex<HashSet<String>>,
    gates: Notify,
    happened: Mutex<Vec<String>>,
    pub(crate) something: Notify,
}

impl Script {
    pub(crate) fn open(&self, gate: &str) {
        self.open_gates.lock().insert(gate.to_owned());
        self.gates.notify_waiters();
    }

    /// Everything that happened, in order: `prepare`, `run INPUT`, `cancel`, `destroy`.
    pub(crate) fn happened(&self) -> Vec<String> {
        self.happened.lock().clone()
    }

    pub(crate) fn count(&self, what: &str) -> usize {
        self.happened
            .lock()
            .iter()
            .filter(|line| *line == what)
            .count()
    }

    /// Waits until `what` has happened.
    pub(crate) async fn until(&self, what: &str) {
        loop {
            let something = self.something.notified();
            if self.count(what) > 0 {
                return;
            }
            something.await;
        }
    }

    fn note(&self, what: String) {
        self.happened.lock().push(what);
        self.something.notify_waiters();
    }

    async fn pass(&self, gate: &str) {
        loop {
            let gates = self.gates.notified();
            if self.open_gates.lock().contains(gate) {
                return;
            }
            gates.await;
        }
    }
}

/// Takes one off a counter; false when there is none.
fn take(counter: &Mutex<u32>) -> bool {
    let mut left = counter.lock();
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

pub(crate) struct ScriptedWall(pub(crate) Arc<Script>);

impl Wall for ScriptedWall {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn prepare(&self, _: Slot) -> BoxFuture<'_, Result<Box<dyn Sandbox>, WallError>> {
        self.0.note("prepare".to_owned());
        if take(&self.0.unprepared) {
            return Box::pin(std::future::ready(Err(broken())));
        }
        let sandbox = Scripted {
            script: Arc::clone(&self.0),
            files: HashMap::new(),
            feedback: Vec::new(),
            queue: VecDeque::new(),
            cancelled: 0,
        };
        Box::pin(std::future::ready(
            Ok(Box::new(sandbox) as Box<dyn Sandbox>),
        ))
    }
}

fn broken() -> WallError {
    WallError::Lost("as planned".to_owned())
}

struct Scripted {
    script: Arc<Script>,
    files: HashMap<String, Vec<u8>>,
    feedback: Vec<(String, String)>,
    queue: VecDeque<Run>,
    cancelled: usize,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.script.note("destroy".to_owned());
    }
}

impl Sandbox for Scripted {
    fn place(&mut self, files: Vec<PlacedFile>) -> BoxFuture<'_, Result<(), WallError>> {
        for file in files {
            let content = match file.content {
                Content::Bytes(bytes) => bytes,
                Content::File(file) | Content::Shown(file) => read(&file),
            };
            self.files.insert(format!("/box/{}", file.path), content);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn start(&mut self, run: Run) -> BoxFuture<'_, Result<(), WallError>> {
        self.queue.push_back(run);
        Box::pin(std::future::ready(Ok(())))
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<Outcome, WallError>> {
        Box::pin(async move {
            let run = self.queue.front().expect("a run was started").clone();
            if self.cancelled == 0 {
                let outcome = self.execute(&run).await;
                self.queue.pop_front();
                return outcome;
            }
            self.cancelled -= 1;
            self.queue.pop_front();
            let mut outcome = blank();
            outcome.stop = Some(Stop::Cancelled);
            Ok(outcome)
        })
    }

    fn cancel(&mut self) -> BoxFuture<'_, Result<(), WallError>> {
        self.script.note("cancel".to_owned());
        self.cancelled = self.queue.len();
        Box::pin(std::future::ready(Ok(())))
    }

    fn window(&self) -> usize {
        3
    }

    fn collect<'a>(
        &'a mut self,
        _: &'a str,
        _: CollectLimits,
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        let files = self.feedback.drain(..).map(|(path, text)| CollectedFile {
            path,
            len: text.len() as u64,
            file: file_of(text.as_bytes()),
            executable: false,
        });
        let files = files.collect();
        Box::pin(std::future::ready(Ok(files)))
    }

    fn take<'a>(
        &'a mut self,
        _: &'a str,
        wanted: &'a [WantedFile],
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        let find = |name: &str| self.feedback.iter().position(|(path, _)| path == name);
        let mut taken = Vec::new();
        for wanted in wanted {
            let Some(at) = find(&wanted.name) else {
                continue;
            };
            let (path, text) = self.feedback[at].clone();
            taken.push(CollectedFile {
                path,
                len: text.len() as u64,
                file: file_of(text.as_bytes()),
                executable: false,
            });
        }
        self.feedback
            .retain(|(path, _)| !wanted.iter().any(|w| w.remove && w.name == *path));
        Box::pin(std::future::ready(Ok(taken)))
    }

    fn furnish(&mut self, _: Vec<PlacedFile>, _: bool) -> BoxFuture<'_, Result<(), WallError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn reset_work<'a>(&'a mut self, _: &'a [&'a str]) -> BoxFuture<'a, Result<(), WallError>> {
        self.feedback.clear();
        Box::pin(std::future::ready(Ok(())))
    }

    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>> {
        Box::pin(async move {
            drop(self);
            Ok(())
        })
    }
}

impl Scripted {
    async fn execute(&mut self, run: &Run) -> Result<Outcome, WallError> {
        let mut outcome = blank();
        let Some(program) = run.args.get(1) else {
            self.script.note("ping".to_owned());
            return if take(&self.script.deaf) {
                Err(broken())
            } else {
                Ok(outcome)
            };
        };
        match program.as_str() {
            "--version" => {
                outcome.stdout = captured(b"toy 1.0");
                return Ok(outcome);
            }
            "--check" => {
                let source = self.files.get(&run.args[2]).cloned().unwrap_or_default();
                self.script.note("compile".to_owned());
                if source.starts_with(b"syntax error") {
                    outcome.exit = Exit::Code(1);
                    outcome.stderr = b"line 1: no such command".to_vec();
                }
                return Ok(outcome);
            }
            _ => {}
        }
        let stdin = run
            .stdin
            .as_ref()
            .map(|file| read(file))
            .unwrap_or_default();
        let input = String::from_utf8_lossy(&stdin).trim().to_owned();
        let script = String::from_utf8(self.files[program].clone()).expect("scripts are text");
        self.script.note(format!("run {input}"));
        let mut output = Vec::new();
        for line in script.lines() {
            let command = match line.split_once("? ") {
                Some((wanted, _)) if wanted != input => continue,
                Some((_, command)) => command,
                None => line,
            };
            self.obey(command, run, &input, &mut outcome, &mut output)
                .await?;
        }
        outcome.stdout = captured(&output);
        Ok(outcome)
    }

    async fn obey(
        &mut self,
        command: &str,
        run: &Run,
        input: &str,
        outcome: &mut Outcome,
        output: &mut Vec<u8>,
    ) -> Result<(), WallError> {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        let number = || rest.parse::<i32>().expect("a number");
        match verb {
            "sum" => {
                let sum: i64 = input
                    .split_whitespace()
                    .map(|n| n.parse::<i64>().unwrap())
                    .sum();
                output.extend(sum.to_string().bytes());
            }
            "say" => output.extend(rest.bytes()),
            "cpu" => {
                let planned = self.script.cpu_override.lock().pop_front();
                outcome.cpu =
                    Duration::from_millis(planned.unwrap_or_else(|| rest.parse().unwrap()));
                if outcome.cpu >= run.limits.cpu {
                    outcome.stop = Some(Stop::CpuLimit);
                    outcome.exit = Exit::Signal(9);
                }
            }
            "wall" => {
                outcome.wall = Duration::from_millis(rest.parse().unwrap());
                if outcome.wall >= run.limits.wall {
                    outcome.stop = Some(Stop::WallLimit);
                    outcome.exit = Exit::Signal(9);
                }
            }
            "exit" => outcome.exit = Exit::Code(number()),
            "signal" => outcome.exit = Exit::Signal(number()),
            "oom" => outcome.oom_kills = 1,
            "flood" => outcome.stop = Some(Stop::OutputLimit),
            "gate" => self.script.pass(rest).await,
            "break" if take(&self.script.breaks) => return Err(broken()),
            "panic" if take(&self.script.panics) => panic!("as planned"),
            "break" | "panic" => {}
            "judge" => {
                let same = self.files[&run.args[3]].trim_ascii() == input.as_bytes();
                outcome.exit = Exit::Code(if same { 42 } else { 43 });
            }
            "feedback" => {
                let (file, text) = rest.split_once(' ').expect("a file and a text");
                self.feedback.push((file.to_owned(), text.to_owned()));
            }
            unknown => panic!("unknown command {unknown:?}"),
        }
        Ok(())
    }
}

fn blank() -> Outcome {
    Outcome {
        exit: Exit::Code(0),
        stop: None,
        cpu: Duration::from_millis(1),
        wall: Duration::from_millis(1),
        memory_bytes: 1 << 20,
        oom_kills: 0,
        left_over_processes: 0,
        ended_at: Duration::ZERO,
        stdout: captured(b""),
        piped_bytes: 0,
        stderr: Vec::new(),
    }
}

fn captured(bytes: &[u8]) -> Captured {
    Captured {
        file: Arc::new(file_of(bytes)),
        len: bytes.len() as u64,
    }
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    // Left at its end, as a wall may leave it.
    file
}

fn read(file: &File) -> Vec<u8> {
    let len = file.metadata().expect("an open file").len();
    let mut bytes = vec![0; usize::try_from(len).expect("a small file")];
    file.read_exact_at(&mut bytes, 0).expect("a readable file");
    bytes
}
