//! Measuring what a plain run on the input cannot show: the submission is judged, passes and dialogues included, and its
//! slowest run counts.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use judging::events::{Event, Sequenced};
use judging::ids::{JudgementId, SubmissionId};
use judging::packages::ProblemPackage;
use judging::verdicts::Verdict;
use sandboxes::languages::{Artifact, Toolchain};
use tokio::sync::watch;
use uuid::Uuid;

use crate::event_log::{EventLog, LogError};
use crate::judge::case::{self, Hopeless, Trouble};
use crate::judge::conduct;
use crate::judge::environment::Environment;
use crate::judge::evidence::wall_limits;
use crate::judge::lane::{Case, Entry, Lane};
use crate::judge::orders::Transcripts;
use crate::judge::program::Program;
use crate::judge::progress::Progress;
use crate::judge::round::Round;
use crate::pool::SlotLease;

/// The slowest run over all testcases, with as much time as the pool gives.
pub(super) async fn slowest(
    env: &Environment,
    package: &Arc<ProblemPackage>,
    artifact: &Artifact,
    toolchain: &Toolchain,
    lease: &SlotLease,
) -> Result<Duration, Trouble> {
    let bounds = lease.pool().bounds();
    let limits = case::limits_of(package, bounds.max_cpu, toolchain, bounds);
    let program = Program::new(toolchain, artifact, limits.memory_bytes);
    let case = Case {
        wall_limits: wall_limits(&limits, program.processes()),
        transcripts: Transcripts::Off,
        ..conduct::judges(env, package, Entry::Program(program), limits, lease).await?
    };
    let progress = RefCell::new(Progress::new(Arc::new(Nowhere)));
    let nobodys = JudgementId {
        submission: SubmissionId(Uuid::nil()),
        generation: 0,
    };
    let round = Round::new(nobodys, package, &progress, true);
    Lane::new(&case, &round, lease, false).work().await?;
    let (_, runs, fault) = round.finish();
    if let Some(reason) = fault {
        return Err(Trouble::Hopeless(Hopeless(reason)));
    }
    if let Some(bad) = runs
        .iter()
        .find(|run| !matches!(run.verdict, Verdict::Ac | Verdict::Wa))
    {
        let reason = format!("{}: {}", bad.testcase, bad.message);
        return Err(Trouble::Hopeless(Hopeless(reason)));
    }
    let times = runs.iter().map(|run| run.evidence.cpu);
    Ok(times.max().unwrap_or_default())
}

/// Where events of measuring go: nobody asked for them.
struct Nowhere;

impl EventLog for Nowhere {
    fn append(&self, _: Vec<Event>) -> BoxFuture<'static, Result<u64, LogError>> {
        Box::pin(ready(Ok(0)))
    }

    fn read(&self, _: u64, _: usize) -> Result<Vec<Arc<Sequenced>>, LogError> {
        Ok(Vec::new())
    }

    fn last_seq(&self) -> u64 {
        0
    }

    fn watch(&self) -> watch::Receiver<u64> {
        watch::channel(0).1
    }
}
