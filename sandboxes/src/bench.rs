//! Measures a wall against the floor: the same program started bare, by an equally small process on the same CPU.
//!
//! Floor and figure alternate within one measurement, because a machine's speed changes from minute to minute. All times are
//! medians and percentiles of single starts, in nanoseconds.

mod dialogues;

use std::fs::File;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::link::embedded;
use crate::link::faults::step;
use crate::outcome::{Exit, Outcome, Stop};
use crate::sandbox::{Executable, Limits, Run, Sandbox, Slot, Wall, WallError};

pub use self::dialogues::{Dialogues, compile_talk, dialogues};

/// Starts, bare and behind the wall. Without a gap a value is the mean of 20 starts in a row, because outcomes of short
/// runs travel together; with a gap it is one start, from request to outcome.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Bare starts, nanoseconds each.
    pub floor_ns: Vec<u64>,
    /// Runs behind the wall, nanoseconds each.
    pub figure_ns: Vec<u64>,
}

impl Comparison {
    /// Median of the figure over median of the floor.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        as_f64(percentile(&self.figure_ns, 50)) / as_f64(percentile(&self.floor_ns, 50).max(1))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "nanoseconds of one start are far below 2^53"
)]
fn as_f64(value: u64) -> f64 {
    value as f64
}

/// The value that `percent` of 100 values do not exceed; 0 of none.
#[must_use]
pub fn percentile(values: &[u64], percent: usize) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).copied().unwrap_or(0)
}

/// The programs measurements run, compiled into a directory.
#[derive(Clone, Debug)]
pub struct Programs {
    /// Returns at once; statically linked.
    pub nothing: PathBuf,
    /// Never returns.
    pub spin: PathBuf,
}

impl Programs {
    /// Compiles them with `cc`.
    ///
    /// # Errors
    /// When there is no C compiler or it fails.
    pub fn compile(directory: &Path) -> std::io::Result<Self> {
        let compile = |name: &str, source: &str| compile(directory, name, source);
        Ok(Self {
            nothing: compile("nothing", "int main(void) { return 0; }\n")?,
            spin: compile(
                "spin",
                "int main(void) { for (volatile unsigned long x = 0;; x++) {} }\n",
            )?,
        })
    }
}

fn compile(directory: &Path, name: &str, source: &str) -> std::io::Result<PathBuf> {
    let text = directory.join(format!("{name}.c"));
    let program = directory.join(name);
    std::fs::write(&text, source)?;
    let status = Command::new("cc")
        .args(["-O1", "-static"])
        .arg(&text)
        .arg("-o")
        .arg(&program)
        .status()?;
    if status.success() {
        Ok(program)
    } else {
        Err(std::io::Error::other(format!(
            "cc failed on {name}.c: {status}"
        )))
    }
}

/// How many starts at a time before floor and figure change places.
const BLOCK: usize = 20;

fn run(program: &Arc<File>, cpu: Duration) -> Run {
    Run {
        executable: Executable::File(Arc::clone(program)),
        args: vec!["program".to_owned()],
        env: Vec::new(),
        stdin: None,
        dialogue: None,
        limits: Limits {
            cpu,
            // No guard: a busy machine is not what is measured.
            wall: cpu * 10 + Duration::from_secs(10),
            memory_bytes: 256 << 20,
            output_bytes: 8 << 20,
            stderr_bytes: 64 << 10,
            processes: 64,
            open_files: 64,
            file_bytes: 8 << 20,
        },
        keep_work: false,
    }
}

fn open(program: &Path) -> Result<Arc<File>, WallError> {
    File::open(program)
        .map(Arc::new)
        .map_err(step("open the program"))
}

/// Runs `program` about `count` times bare and behind `wall`, alternating. With a `gap` every single start is preceded by that
/// much quiet, and the two change places each time.
///
/// # Errors
/// [`WallError`] when the wall fails or the program does not end with code 0.
pub async fn compare(
    wall: &dyn Wall,
    slot: Slot,
    program: &Path,
    count: usize,
    gap: Duration,
) -> Result<Comparison, WallError> {
    let mut floor = Floor::start(slot, program)?;
    let mut sandbox = wall.prepare(slot).await?;
    let file = open(program)?;
    let mut comparison = Comparison::default();
    // Once each, unmeasured: caches and first touches are not what is compared.
    floor.measure(5).await.map_err(step("measure the floor"))?;
    figure(&mut *sandbox, &file, 5).await?;
    let block = if gap.is_zero() { BLOCK } else { 1 };
    while comparison.figure_ns.len() < count / block {
        pause(gap).await;
        let bare = floor.measure(block).await;
        let bare = bare.map_err(step("measure the floor"))?;
        comparison
            .floor_ns
            .push(bare.iter().sum::<u64>() / block as u64);
        pause(gap).await;
        comparison
            .figure_ns
            .push(figure(&mut *sandbox, &file, block).await?);
    }
    sandbox.destroy().await?;
    Ok(comparison)
}

/// Runs `program` about `count` times behind `wall` and behind another one, whose runs are the floor, alternating.
///
/// # Errors
/// [`WallError`] when a wall fails or the program does not end with code 0.
pub async fn compare_walls(
    wall: &dyn Wall,
    other: &dyn Wall,
    slot: Slot,
    program: &Path,
    count: usize,
) -> Result<Comparison, WallError> {
    let mut floor = other.prepare(slot).await?;
    let mut sandbox = wall.prepare(slot).await?;
    let file = open(program)?;
    let mut comparison = Comparison::default();
    // Once each, unmeasured.
    figure(&mut *floor, &file, 5).await?;
    figure(&mut *sandbox, &file, 5).await?;
    while comparison.figure_ns.len() < count / BLOCK {
        let theirs = figure(&mut *floor, &file, BLOCK).await?;
        comparison.floor_ns.push(theirs);
        let ours = figure(&mut *sandbox, &file, BLOCK).await?;
        comparison.figure_ns.push(ours);
    }
    sandbox.destroy().await?;
    floor.destroy().await?;
    Ok(comparison)
}

async fn pause(gap: Duration) {
    if !gap.is_zero() {
        tokio::time::sleep(gap).await;
    }
}

/// Nanoseconds a run, of `count` runs that are queued as far ahead as the wall allows.
async fn figure(
    sandbox: &mut dyn Sandbox,
    program: &Arc<File>,
    count: usize,
) -> Result<u64, WallError> {
    let (mut started, mut finished) = (0, 0);
    let began = Instant::now();
    while finished < count {
        while started < count && started - finished < sandbox.window() {
            sandbox.start(run(program, Duration::from_secs(1))).await?;
            started += 1;
        }
        expect(&sandbox.finish().await?, None)?;
        finished += 1;
    }
    let took = began.elapsed().as_nanos() / count as u128;
    Ok(u64::try_from(took).unwrap_or(u64::MAX))
}

fn expect(outcome: &Outcome, stop: Option<Stop>) -> Result<(), WallError> {
    if outcome.stop == stop && (stop.is_some() || outcome.exit == Exit::Code(0)) {
        return Ok(());
    }
    Err(WallError::Lost(format!(
        "the measured program ended otherwise than expected: {outcome:?}"
    )))
}

/// How far beyond a CPU limit a program gets that never ends: CPU time of the group minus the limit, nanoseconds.
///
/// # Errors
/// [`WallError`] when the wall fails or the program ends in another way.
pub async fn overshoot(
    wall: &dyn Wall,
    slot: Slot,
    spin: &Path,
    limit: Duration,
    count: usize,
) -> Result<Vec<u64>, WallError> {
    let mut sandbox = wall.prepare(slot).await?;
    let file = open(spin)?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        sandbox.start(run(&file, limit)).await?;
        let outcome = sandbox.finish().await?;
        expect(&outcome, Some(Stop::CpuLimit))?;
        times.push(u64::try_from(outcome.cpu.saturating_sub(limit).as_nanos()).unwrap_or(u64::MAX));
    }
    sandbox.destroy().await?;
    Ok(times)
}

/// Nanoseconds of preparing and destroying a sandbox, each.
///
/// # Errors
/// [`WallError`] when the wall fails.
pub async fn renewals(wall: &dyn Wall, slot: Slot, count: usize) -> Result<Vec<u64>, WallError> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        wall.prepare(slot).await?.destroy().await?;
        times.push(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }
    Ok(times)
}

/// The small process that starts programs with nothing around them.
#[derive(Debug)]
pub struct Floor {
    socket: tokio::net::UnixStream,
    child: std::process::Child,
}

impl Floor {
    /// Starts it on the slot's CPU, for `program`.
    ///
    /// # Errors
    /// [`WallError`] when it cannot be started.
    pub fn start(slot: Slot, program: &Path) -> Result<Self, WallError> {
        let start = || {
            let (ours, theirs) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            let program = program
                .to_str()
                .ok_or_else(|| std::io::Error::other("the program's path is not UTF-8"))?;
            let child = embedded::spawn(&["floor", &slot.cpu.to_string(), program], theirs)?;
            Ok(Self {
                socket: tokio::net::UnixStream::from_std(ours)?,
                child,
            })
        };
        start().map_err(step("start the floor"))
    }

    /// Starts the program `count` times, one after the other; nanoseconds each.
    ///
    /// # Errors
    /// When the process is gone.
    pub async fn measure(&mut self, count: usize) -> std::io::Result<Vec<u64>> {
        self.socket.write_all(&(count as u64).to_le_bytes()).await?;
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            times.push(self.socket.read_u64_le().await?);
        }
        Ok(times)
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // It measures for milliseconds at a time, so there is nothing to wait for but its end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_of_the_sorted_values() {
        let values: Vec<u64> = (1..=100).rev().collect();
        assert_eq!(
            [50, 99, 100].map(|percent| percentile(&values, percent)),
            [51, 100, 100]
        );
        assert_eq!(percentile(&[], 50), 0);
        assert_eq!(percentile(&[7], 99), 7);
    }
}
