//! Retention: whole submissions with everything that hangs on them, oldest first, a bounded number at a time.

use judging::ids::{SubmissionId, Timestamp};

use super::codec::decode;
use super::database::Table;
use super::fold::Batch;
use super::records::{
    Body, CompileRecord, EventBody, EventRecord, JudgementRecord, RunRecord, SubmissionRecord,
};
use super::{StoreError, keys};

/// What to delete.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retire {
    /// Submissions received before this moment; those without a verdict are kept.
    pub(super) before: Timestamp,
    /// Submissions to delete at most.
    pub(super) limit: usize,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retired {
    /// Submissions deleted.
    pub(crate) submissions: usize,
    /// Whether the bound ended it, so that more may be due.
    pub(crate) more: bool,
}

/// Submissions looked at in one go, pending ones included: a bound on the time the store thread is held.
const LOOKED_AT: usize = 1000;

/// Deletes into `batch`. Ids sort by time, so the oldest come first.
pub(super) fn retire(batch: &mut Batch<'_>, request: Retire) -> Result<Retired, StoreError> {
    let mut retired = Retired::default();
    for (looked_at, item) in batch.database.prefix(Table::Submissions, &[]).enumerate() {
        let (key, value) = item.map_err(StoreError::Read)?;
        let Some(id) = keys::first_id(&key) else {
            continue;
        };
        let record: SubmissionRecord = decode(&value)?;
        if record.received_at >= request.before.0 {
            break;
        }
        if retired.submissions >= request.limit || looked_at >= LOOKED_AT {
            retired.more = true;
            break;
        }
        if !is_pending(batch, id)? {
            delete(batch, id, &record)?;
            retired.submissions += 1;
        }
    }
    Ok(retired)
}

fn is_pending(batch: &Batch<'_>, id: SubmissionId) -> Result<bool, StoreError> {
    let mut pending = batch.database.prefix(Table::Pending, &keys::submission(id));
    Ok(pending
        .next()
        .transpose()
        .map_err(StoreError::Read)?
        .is_some())
}

fn delete(
    batch: &mut Batch<'_>,
    id: SubmissionId,
    record: &SubmissionRecord,
) -> Result<(), StoreError> {
    let prefix = keys::submission(id);
    batch.release(Batch::bodies_of(record))?;
    for item in batch.database.prefix(Table::Judgements, &prefix) {
        let (key, value) = item.map_err(StoreError::Read)?;
        batch.release(judgement_bodies(&decode(&value)?))?;
        batch.remove(Table::Judgements, key.to_vec());
    }
    for item in batch.database.prefix(Table::Runs, &prefix) {
        let (key, value) = item.map_err(StoreError::Read)?;
        batch.release(run_bodies(&decode(&value)?))?;
        batch.remove(Table::Runs, key.to_vec());
    }
    delete_event(batch, record.seq)?;
    for item in batch.database.prefix(Table::Topics, &prefix) {
        let (key, _) = item.map_err(StoreError::Read)?;
        if let Some(seq) = keys::last_u64(&key) {
            delete_event(batch, seq)?;
        }
        batch.remove(Table::Topics, key.to_vec());
    }
    let tenant = record.tenant.as_str().into();
    let user = keys::user_prefix(&tenant, &record.user.as_str().into());
    batch.remove(Table::ByTenant, keys::joined(user, id));
    if let Some(contest) = &record.contest {
        batch.remove(Table::Contests, keys::joined(keys::text(contest), id));
    }
    if let Some(key) = &record.idempotency_key {
        batch.remove(Table::Idempotency, keys::idempotency(&tenant, key));
    }
    batch.remove(Table::Submissions, prefix);
    Ok(())
}

fn delete_event(batch: &mut Batch<'_>, seq: u64) -> Result<(), StoreError> {
    let key = keys::event(seq);
    if let Some(record) = batch.read::<EventRecord>(Table::Events, &key)? {
        match &record.event {
            EventBody::Compiled { compile, .. } => batch.release(compile_bodies(compile))?,
            EventBody::Run { run, .. } => batch.release(run_bodies(run))?,
            EventBody::Accepted | EventBody::Started { .. } | EventBody::Judged { .. } => {}
        }
    }
    batch.remove(Table::Events, key);
    Ok(())
}

fn compile_bodies(record: &CompileRecord) -> impl Iterator<Item = &Body> {
    std::iter::once(&record.message)
}

fn run_bodies(record: &RunRecord) -> impl Iterator<Item = &Body> {
    std::iter::once(&record.message).chain(&record.judge_message)
}

fn judgement_bodies(record: &JudgementRecord) -> impl Iterator<Item = &Body> {
    let compile = record.compile.iter().flat_map(compile_bodies);
    compile
        .chain(std::iter::once(&record.message))
        .chain(&record.staff_message)
}
