//! Where a submission is judged: the pool it should go to, or the next one down the chain that can take it, and why.

use judging::packages::ProblemPackage;

use super::case::{AttemptError, Hopeless, Trouble};
use super::environment::Environment;
use crate::job_source::Job;
use crate::pool::{PoolHandle, PoolKind, SlotLease, Urgency};
use crate::toolchains::NoToolchain;

/// A slot to judge on.
pub(super) struct Placed {
    pub(super) lease: SlotLease,
    /// Why it is none of the pool the submission should have gone to.
    pub(super) fallback: Option<String>,
}

/// Finds the slot: the one in hand when its pool is the right one, else one of the right pool.
pub(super) async fn place(
    env: &Environment,
    job: &Job,
    package: &ProblemPackage,
    mut lease: Option<SlotLease>,
) -> Result<Placed, Trouble> {
    let submission = &job.submission;
    let limits = &package.limits;
    let asked = limits.memory_given.then_some(limits.memory_bytes);
    let wanted = env
        .pools
        .wanted(&submission.user, submission.language.as_str(), asked);
    let path = env.pools.path(wanted);
    let mut reasons = Vec::new();
    for (index, kind) in path.iter().enumerate() {
        let others = &path[index + 1..];
        let pool = match refused(env, *kind, others, asked) {
            Ok(pool) => pool,
            Err(reason) => {
                reasons.push(reason);
                continue;
            }
        };
        let held = lease.take().filter(|lease| lease.pool().kind() == *kind);
        let lease = match held {
            Some(lease) => lease,
            None => {
                let lease = pool.lease(Urgency::Foreground).await;
                lease.map_err(|_| AttemptError::Closed)?
            }
        };
        if !package.kind.submit_answer
            && let Err(none @ NoToolchain::Off { .. }) = pool
                .toolchains()
                .ready(submission.language.as_str(), &lease)
                .await
        {
            reasons.push(in_pool(*kind, &none.to_string()));
            continue;
        }
        let fallback = (!reasons.is_empty()).then(|| reasons.join("; "));
        return Ok(Placed { lease, fallback });
    }
    Err(Trouble::Hopeless(Hopeless(format!(
        "no pool may run it: {}",
        reasons.join("; ")
    ))))
}

/// The pool of a kind, or why it cannot take a submission that asks for so much memory.
fn refused<'a>(
    env: &'a Environment,
    kind: PoolKind,
    others: &[PoolKind],
    memory_bytes: Option<u64>,
) -> Result<&'a PoolHandle, String> {
    let pool = env.pools.get(kind);
    let pool = pool.ok_or_else(|| format!("there is no {} pool here", kind.name()))?;
    let most = pool.bounds().max_memory_bytes;
    if let Some(asked) = memory_bytes.filter(|asked| *asked > most) {
        let (asked, most) = (asked >> 20, most >> 20);
        let key = format!("pools.{}.max_run_memory", kind.name());
        let reason =
            format!("the problem asks for {asked} MiB, and a run may have {most} MiB ({key})");
        return Err(in_pool(kind, &reason));
    }
    let another = || {
        let mut others = others.iter().filter_map(|other| env.pools.get(*other));
        others.any(PoolHandle::works)
    };
    if !pool.works() && another() {
        return Err(in_pool(kind, "its wall failed too often in a row"));
    }
    Ok(pool)
}

fn in_pool(kind: PoolKind, reason: &str) -> String {
    format!("{} pool: {reason}", kind.name())
}
