//! Retention: whole submissions with everything that hangs on them, oldest first, a bounded number at a time.

use judging::ids::{SubmissionId, Timestamp};

use super::artifacts::{Artifacts, Found};
use super::codec::decode_among;
use super::database::Table;
use super::fold::Batch;
use super::records::{
    Body, CompileRecord, EventBody, EventEntry, EventRecord, JudgementRecord, RunEntry, RunRecord,
    SubmissionRecord,
};
use super::{StoreError, keys};

/// What to delete. Submissions without a verdict are always kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retire {
    /// Submissions received before this moment.
    pub(crate) before: Timestamp,
    /// The same for those of a contest: a scoreboard outlives everyday results.
    pub(crate) contests_before: Timestamp,
    /// Where the last request of this pass ended.
    pub(crate) after: Option<SubmissionId>,
    /// Submissions to delete at most.
    pub(crate) limit: usize,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retired {
    /// Submissions deleted.
    pub(crate) submissions: usize,
    /// Where to go on; `None` at the end of the pass.
    pub(crate) next: Option<SubmissionId>,
}

/// Submissions looked at in one go, kept ones included: a bound on the time the store thread is held.
const LOOKED_AT: usize = 500;

/// Deletes into `batch`. Ids sort by time, so the oldest come first.
pub(super) fn retire(batch: &mut Batch<'_>, request: Retire) -> Result<Retired, StoreError> {
    let from = request
        .after
        .map(keys::after_submission)
        .unwrap_or_default();
    let newest = request.before.max(request.contests_before);
    let mut retired = Retired::default();
    for (looked_at, item) in batch.database.from(Table::Submissions, &from).enumerate() {
        if retired.submissions >= request.limit || looked_at >= LOOKED_AT {
            return Ok(retired);
        }
        let (key, value) = item?;
        let Some(id) = keys::first_id(&key) else {
            continue;
        };
        let Some(record) = decode_among::<SubmissionRecord>("submissions", &value) else {
            continue;
        };
        if record.received_at >= newest.0 {
            break;
        }
        retired.next = Some(id);
        let before = if record.contest.is_some() {
            request.contests_before
        } else {
            request.before
        };
        if record.received_at < before.0
            && !is_pending(batch, id, record.seq)?
            && batch.has(Table::Submissions, &key)?
        {
            delete(batch, id, &record)?;
            retired.submissions += 1;
        }
    }
    retired.next = None;
    Ok(retired)
}

/// Removes those artifacts that nothing names, and what a crash left. Only names that were read before the batch began are
/// given, and only the store thread writes artifacts, so none of them is on its way.
pub(super) fn sweep(
    batch: &Batch<'_>,
    artifacts: &Artifacts,
    names: Vec<Found>,
) -> Result<usize, StoreError> {
    let mut removed = 0;
    for name in names {
        match name {
            Found::Artifact(hash) if batch.names_artifact(&hash)? => continue,
            Found::Artifact(hash) => artifacts.remove(&hash)?,
            Found::Leftover(path) => artifacts.remove_leftover(path)?,
        }
        removed += 1;
    }
    Ok(removed)
}

fn is_pending(batch: &Batch<'_>, id: SubmissionId, seq: u64) -> Result<bool, StoreError> {
    let mut pending = batch.database.prefix(Table::Pending, &keys::submission(id));
    Ok(pending.next().transpose()?.is_some() || batch.owed_row(id, seq)?.is_some())
}

fn delete(
    batch: &mut Batch<'_>,
    id: SubmissionId,
    record: &SubmissionRecord,
) -> Result<(), StoreError> {
    let prefix = keys::submission(id);
    batch.release(Batch::bodies_of(record))?;
    for item in batch.database.prefix(Table::Judgements, &prefix) {
        let (key, value) = item?;
        if let Some(record) = decode_among("judgements", &value) {
            batch.release(judgement_bodies(&record))?;
        }
        batch.remove(Table::Judgements, key.to_vec());
    }
    for item in batch.database.prefix(Table::Runs, &prefix) {
        let (key, value) = item?;
        if let Some(record) = decode_among::<RunEntry>("runs", &value) {
            let attached = record.attachments.iter().map(|(_, body)| body);
            batch.release(run_bodies(&record.run).chain(attached))?;
        }
        batch.remove(Table::Runs, key.to_vec());
    }
    delete_event(batch, record.seq)?;
    for item in batch.database.prefix(Table::Topics, &prefix) {
        let (key, _) = item?;
        if let Some(seq) = keys::last_u64(&key) {
            delete_event(batch, seq)?;
        }
        batch.remove(Table::Topics, key.to_vec());
    }
    let tenant = record.tenant.as_str().into();
    let user = keys::user_prefix(&tenant, &record.user.as_str().into());
    batch.remove_by_user(&user, id)?;
    if let Some(contest) = &record.contest {
        batch.remove(Table::Contests, keys::joined(keys::text(contest), id));
    }
    if let Some(key) = &record.idempotency_key {
        batch.remove(Table::Idempotency, keys::idempotency(&tenant, key));
    }
    batch.remove(Table::Submissions, prefix);
    Ok(())
}

/// Deletes the event with this number; its row goes with the last of the row's events.
fn delete_event(batch: &mut Batch<'_>, seq: u64) -> Result<(), StoreError> {
    const NIL: [u8; 16] = [0; 16];
    let row = batch.database.from(Table::Events, &keys::event(seq)).next();
    let Some((key, value)) = row.transpose()? else {
        return Ok(());
    };
    let Some(last) = keys::last_u64(&key) else {
        return Ok(());
    };
    if decode_among::<EventRecord>("events", &value).is_none() {
        if last == seq {
            batch.remove(Table::Events, key);
        }
        return Ok(());
    }
    // As this batch leaves it: it may have deleted others of the row.
    let Some(mut record) = batch.read::<EventRecord>(Table::Events, &key)? else {
        return Ok(());
    };
    if seq == last {
        release_bodies(batch, &record.entry)?;
        record.entry.submission = NIL;
    } else {
        let back = usize::try_from(last - seq).unwrap_or(usize::MAX);
        let Some(at) = record.before.len().checked_sub(back) else {
            return Ok(());
        };
        record.before[at] = NIL;
    }
    if record.entry.submission == NIL && record.before.iter().all(|id| *id == NIL) {
        batch.remove(Table::Events, key);
        return Ok(());
    }
    batch.put(Table::Events, key, &record)
}

fn release_bodies(batch: &mut Batch<'_>, entry: &EventEntry) -> Result<(), StoreError> {
    match &entry.event {
        EventBody::Compiled { compile, .. } => batch.release(compile_bodies(compile)),
        EventBody::Run { run, .. } => batch.release(run_bodies(run)),
        EventBody::Accepted | EventBody::Started { .. } | EventBody::Judged { .. } => Ok(()),
    }
}

fn compile_bodies(record: &CompileRecord) -> impl Iterator<Item = &Body> {
    std::iter::once(&record.message)
}

fn run_bodies(record: &RunRecord) -> impl Iterator<Item = &Body> {
    std::iter::once(&record.message).chain(&record.judge_message)
}

fn judgement_bodies(record: &JudgementRecord) -> impl Iterator<Item = &Body> {
    let record = &record.body;
    let compile = record.compile.iter().flat_map(compile_bodies);
    compile
        .chain(std::iter::once(&record.message))
        .chain(&record.staff_message)
}
