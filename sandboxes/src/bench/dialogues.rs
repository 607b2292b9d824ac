//! Measures a dialogue: two programs that ask and answer, joined by a bare pair of pipes, by pipes between two sandboxes, and
//! with a recorder in between. All on one CPU.

use std::fs::File;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{compile, run};
use crate::dialogue::{Dialogue, Ends, Pipe, Recorder};
use crate::link::faults::step;
use crate::outcome::{Exit, Stop};
use crate::sandbox::{Run, Sandbox, Slot, Wall, WallError};

/// What the recorder keeps while it is measured.
const RECORD_BYTES: usize = 64 << 10;

const TALK: &str = r#"#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int hear(void) { char c; while (read(0, &c, 1) == 1) if (c == '\n') return 1; return 0; }
static int ask(int times) { while (times--) if (write(1, "?\n", 2) != 2 || !hear()) return 1; return 0; }
static int answer(void) { while (hear()) if (write(1, "!\n", 2) != 2) return 1; return 0; }

static int start(const char *half, const char *times, int in, int out) {
  int pid = fork();
  if (pid) return pid;
  dup2(in, 0);
  dup2(out, 1);
  for (int fd = 3; fd < 10; fd++) close(fd);
  execl("/proc/self/exe", "talk", half, times, (char *)0);
  _exit(127);
}

static int bare(const char *cpu, const char *times) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(atoi(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set)) return 1;
  int there[2], back[2], status = 0, failed = 0;
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  if (pipe(there) || pipe(back)) return 1;
  start("answer", times, there[0], back[1]);
  start("ask", times, back[0], there[1]);
  close(there[0]); close(there[1]); close(back[0]); close(back[1]);
  while (wait(&status) > 0) failed |= status;
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%ld\n", (to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec);
  return failed != 0;
}

int main(int argc, char **argv) {
  if (argc == 4 && !strcmp(argv[1], "bare")) return bare(argv[2], argv[3]);
  if (argc == 3 && !strcmp(argv[1], "ask")) return ask(atoi(argv[2]));
  return answer();
}
"#;

/// Dialogues of one length, nanoseconds each, from the start of the first program to the end of both.
#[derive(Clone, Debug, Default)]
pub struct Dialogues {
    /// Over a bare pair of pipes.
    pub bare_ns: Vec<u64>,
    /// Between two sandboxes.
    pub direct_ns: Vec<u64>,
    /// The same with a recorder in between.
    pub recorded_ns: Vec<u64>,
}

/// Compiles the program whose halves talk.
///
/// # Errors
/// When there is no C compiler or it fails.
pub fn compile_talk(directory: &Path) -> Result<PathBuf> {
    compile(directory, "talk", TALK)
}

/// Measures `rounds` dialogues of each kind with this many `exchanges`, in turns.
///
/// # Errors
/// [`WallError`] when the wall fails, or a half of the dialogue does.
pub async fn dialogues(
    wall: &dyn Wall,
    slot: Slot,
    talk: &Path,
    exchanges: u32,
    rounds: usize,
) -> std::result::Result<Dialogues, WallError> {
    let program = Arc::new(File::open(talk).map_err(step("open the program"))?);
    let (mut asks, mut answers) = (wall.prepare(slot).await?, wall.prepare(slot).await?);
    let mut times = Dialogues::default();
    for _ in 0..rounds {
        let bare = bare(talk, slot, exchanges).map_err(step("talk bare"))?;
        times.bare_ns.push(bare);
        for recorded in [false, true] {
            let (ends, recorder) = ends(slot, recorded).map_err(step("join two programs"))?;
            let began = Instant::now();
            let ask = half(&program, &["ask", &exchanges.to_string()], ends.first);
            let answer = half(&program, &["answer", "0"], ends.second);
            answers.start(answer).await?;
            asks.start(ask).await?;
            for sandbox in [&mut asks, &mut answers] {
                succeeds(&mut **sandbox).await?;
            }
            let took = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
            match recorder {
                Some(recorder) => {
                    recorder.finish().await;
                    times.recorded_ns.push(took);
                }
                None => times.direct_ns.push(took),
            }
        }
    }
    asks.destroy().await?;
    answers.destroy().await?;
    Ok(times)
}

fn ends(slot: Slot, recorded: bool) -> Result<(Ends, Option<Recorder>)> {
    if recorded {
        let (ends, recorder) = Recorder::start(slot, RECORD_BYTES)?;
        return Ok((ends, Some(recorder)));
    }
    let (there, back) = (Pipe::new()?, Pipe::new()?);
    let ends = Ends {
        first: (back.reader, there.writer),
        second: (there.reader, back.writer),
    };
    Ok((ends, None))
}

fn half(program: &Arc<File>, args: &[&str], (stdin, stdout): (Arc<File>, Arc<File>)) -> Run {
    let mut run = run(program, Duration::from_secs(30));
    run.args.extend(args.iter().map(|arg| (*arg).to_owned()));
    run.stdin = Some(stdin);
    run.dialogue = Some(Dialogue {
        stdout,
        meter: Arc::default(),
    });
    run
}

async fn succeeds(sandbox: &mut dyn Sandbox) -> std::result::Result<(), WallError> {
    let outcome = sandbox.finish().await?;
    let (exit, stop): (Exit, Option<Stop>) = (outcome.exit, outcome.stop);
    match (exit, stop) {
        (Exit::Code(0), None) => Ok(()),
        other => Err(WallError::Refused(format!(
            "a half of the measured dialogue ended with {other:?}"
        ))),
    }
}

fn bare(talk: &Path, slot: Slot, exchanges: u32) -> Result<u64> {
    let (cpu, times) = (slot.cpu.to_string(), exchanges.to_string());
    let output = Command::new(talk).args(["bare", &cpu, &times]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.trim().parse() {
        Ok(nanos) if output.status.success() => Ok(nanos),
        _ => Err(Error::other(format!("it failed: {}", output.status))),
    }
}
