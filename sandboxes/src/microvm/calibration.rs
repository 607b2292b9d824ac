//! How much slower programs are in a machine than on this host: a fixed program, run here and there.

use std::sync::Arc;
use std::time::Duration;

use crate::link::embedded;
use crate::link::faults::step;
use crate::microvm::state::{State, boot_id};
use crate::outcome::{Exit, Outcome};
use crate::sandbox::{Executable, Limits, Run, Sandbox, WallError};

/// Measured this many times; the quickest counts, because whatever else the host does only ever makes it slower.
const TIMES: usize = 3;

/// What can be believed. Limits are multiplied by it, so a mistake here must not make them endless.
const BOUNDS: (f64, f64) = (1.0, 50.0);

/// The program's checksum and CPU time.
#[derive(Debug, PartialEq, Eq)]
struct Measured {
    sum: String,
    cpu: Duration,
}

/// What was found on this boot of the host with this kind of machine.
pub(crate) fn recall(state: &State, key: &str) -> Option<f64> {
    let text = state.recall("time-factor")?;
    let mut lines = text.lines();
    let same = lines.next() == Some(key) && lines.next() == Some(boot_id().as_str());
    let factor: f64 = lines.next()?.parse().ok()?;
    (same && (BOUNDS.0..=BOUNDS.1).contains(&factor)).then_some(factor)
}

/// Remembers it.
pub(crate) fn remember(state: &State, key: &str, factor: f64) {
    state.remember("time-factor", &format!("{key}\n{}\n{factor}", boot_id()));
}

/// Measures it in a fresh sandbox. What the machine's process takes on this host counts, not what the machine's clock says: other
/// work on this host makes that run on while the machine waits.
pub(crate) async fn measure(sandbox: &mut dyn Sandbox, process: u32) -> Result<f64, WallError> {
    let program = Arc::new(embedded::executable().map_err(step("copy the runner"))?);
    let mut here = None;
    let mut there = None;
    for _ in 0..TIMES {
        keep_quickest(&mut here, natively().await?);
        let before = cpu_of(process).map_err(step("read the CPU time of a machine"))?;
        sandbox.start(run(&program)).await?;
        let outcome = sandbox.finish().await?;
        let after = cpu_of(process).map_err(step("read the CPU time of a machine"))?;
        if outcome.exit != Exit::Code(0) {
            return Err(broken(&ended(&outcome)));
        }
        let mut text = vec![0; usize::try_from(outcome.stdout.len).unwrap_or(0)];
        std::os::unix::fs::FileExt::read_exact_at(&*outcome.stdout.file, &mut text, 0)
            .map_err(step("read what the machine computed"))?;
        let result = Measured {
            cpu: after.saturating_sub(before),
            ..parse(&String::from_utf8_lossy(&text))?
        };
        keep_quickest(&mut there, result);
    }
    match (here, there) {
        (Some(here), Some(there)) => factor(&here, &there),
        _ => Err(broken("nothing was measured")),
    }
}

/// CPU time of all threads of a process (proc(5), `schedstat`).
fn cpu_of(process: u32) -> std::io::Result<Duration> {
    let mut total = Duration::ZERO;
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        // One that has ended meanwhile did nothing for the program.
        let text = std::fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        let nanos = text.split(' ').next().and_then(|text| text.parse().ok());
        total += Duration::from_nanos(nanos.unwrap_or(0));
    }
    Ok(total)
}

/// How a program ended that should not have ended so.
fn ended(outcome: &Outcome) -> String {
    format!(
        "the program ended with {:?} after {:?}, stopped: {:?}, killed for memory {} times: {}",
        outcome.exit,
        outcome.cpu,
        outcome.stop,
        outcome.oom_kills,
        String::from_utf8_lossy(&outcome.stderr).trim()
    )
}

fn broken(reason: &str) -> WallError {
    step("compare the machine's processor with this host's")(std::io::Error::other(
        reason.to_owned(),
    ))
}

fn keep_quickest(best: &mut Option<Measured>, new: Measured) {
    if best.as_ref().is_none_or(|best| new.cpu < best.cpu) {
        *best = Some(new);
    }
}

/// Rounded up to a tenth: what is left of a limit is the program's, not ours.
fn factor(here: &Measured, there: &Measured) -> Result<f64, WallError> {
    if here.sum != there.sum {
        let (here, there) = (&here.sum, &there.sum);
        return Err(broken(&format!(
            "the two compute different results: {here} here, {there} there"
        )));
    }
    let ratio = there.cpu.as_secs_f64() / here.cpu.as_secs_f64().max(1e-6);
    Ok(((ratio * 10.0).ceil() / 10.0).clamp(BOUNDS.0, BOUNDS.1))
}

fn parse(text: &str) -> Result<Measured, WallError> {
    let parts = text.trim().split_once(' ');
    let parsed = parts.and_then(|(sum, cpu)| {
        Some(Measured {
            sum: sum.to_owned(),
            cpu: Duration::from_nanos(cpu.parse().ok()?),
        })
    });
    parsed.ok_or_else(|| broken(&format!("the program ended with the result {text:?}")))
}

async fn natively() -> Result<Measured, WallError> {
    let output = tokio::task::spawn_blocking(|| embedded::output(&["calibrate"]))
        .await
        .unwrap_or_else(|error| Err(std::io::Error::other(error)))
        .map_err(step("run a program on this host"))?;
    parse(&String::from_utf8_lossy(&output))
}

fn run(program: &Arc<std::fs::File>) -> Run {
    Run {
        executable: Executable::File(Arc::clone(program)),
        args: vec!["gavel-runner".to_owned(), "calibrate".to_owned()],
        env: Vec::new(),
        stdin: None,
        dialogue: None,
        limits: Limits {
            // Of the machine's clock, which runs on while a busy host does other work.
            cpu: Duration::from_secs(300),
            wall: Duration::from_secs(600),
            memory_bytes: 256 << 20,
            output_bytes: 1 << 10,
            stderr_bytes: 1 << 10,
            processes: 4,
            open_files: 16,
            file_bytes: 1 << 10,
        },
        keep_work: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(sum: &str, millis: u64) -> Measured {
        Measured {
            sum: sum.to_owned(),
            cpu: Duration::from_millis(millis),
        }
    }

    #[test]
    fn the_factor_is_rounded_up_and_bounded() {
        assert_eq!(factor(&result("a", 100), &result("a", 321)).unwrap(), 3.3);
        assert_eq!(factor(&result("a", 100), &result("a", 90)).unwrap(), 1.0);
        assert_eq!(factor(&result("a", 1), &result("a", 9999)).unwrap(), 50.0);
        let error = factor(&result("a", 100), &result("b", 100)).unwrap_err();
        assert!(
            std::error::Error::source(&error)
                .unwrap()
                .to_string()
                .contains("different")
        );
    }

    #[test]
    fn only_whole_results_are_believed() {
        assert_eq!(parse("cafe 1000000\n").unwrap(), result("cafe", 1));
        for text in ["", "cafe", "cafe x", "1000000"] {
            parse(text).unwrap_err();
        }
    }
}
