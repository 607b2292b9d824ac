//! Reading records into values. Answers hold only what is durable: a record whose sequence number is not published yet is not there.

use std::sync::Arc;
use std::time::Duration;

use judging::events::{Event, Sequenced};
use judging::ids::{ContentHash, JudgementId, SubmissionId, Timestamp};
use judging::judgements::VerdictReport;
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::artifacts::Artifacts;
use super::codec::{Record, decode, decode_among};
use super::convert::{
    GetBody, compile_from, judgement_from, run_entry_from, run_from, submission_from, verdict_from,
};
use super::database::{Database, Table};
use super::intake::Request;
use super::recent::weight;
use super::records::{
    Body, EventBody, EventEntry, EventRecord, JudgementRecord, PendingRecord, RunEntry,
    SubmissionRecord,
};
use super::views::{State, VerdictSummary};
use super::{Shared, StoreError, keys};
use crate::event_log::LogError;

impl GetBody for Artifacts {
    fn get(&self, body: &Body) -> Result<Vec<u8>, StoreError> {
        match body {
            Body::Inline(bytes) => Ok(bytes.clone()),
            Body::Artifact { hash, .. } => self.read(&ContentHash(*hash)),
        }
    }
}

impl Shared {
    /// Enqueues an append.
    pub(crate) fn enqueue(
        &self,
        events: Vec<Event>,
    ) -> Result<oneshot::Receiver<Result<u64, LogError>>, LogError> {
        let bytes = events.iter().map(weight).sum();
        let (reply, answer) = oneshot::channel();
        let pushed = self.intake.push(Request::Append { events, reply }, bytes);
        pushed.map(|()| answer).map_err(|_| LogError::Busy)
    }

    pub(crate) fn last_seq(&self) -> u64 {
        *self.durable.borrow()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.durable.subscribe()
    }

    /// Up to `limit` events after `since`.
    pub(crate) fn read_log(
        &self,
        since: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Sequenced>>, StoreError> {
        let newest = self.last_seq();
        if since >= newest {
            return Ok(Vec::new());
        }
        match self.recent.after(since, limit) {
            Some(events) => Ok(events),
            None => self.with(|database| events(database, &self.artifacts, since, newest, limit)),
        }
    }

    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        read(self.database.read().as_ref().ok_or(StoreError::NotOpen)?)
    }
}

/// Reads events `since+1..=newest` from the database. The row of several events has the number of the last one.
pub(super) fn events(
    database: &Database,
    artifacts: &Artifacts,
    since: u64,
    newest: u64,
    limit: usize,
) -> Result<Vec<Arc<Sequenced>>, StoreError> {
    let (from, below) = (
        keys::event(since.saturating_add(1)),
        keys::event(newest.saturating_add(1)),
    );
    let mut found = Vec::new();
    if from >= below {
        return Ok(found);
    }
    for item in database.range(Table::Events, &from, &below) {
        let (key, value) = item?;
        let Some(seq) = keys::last_u64(&key) else {
            continue;
        };
        let Some(record) = decode_among::<EventRecord>("events", &value) else {
            continue;
        };
        for (seq, entry) in record.entries(seq).filter(|(seq, _)| *seq > since) {
            if found.len() >= limit {
                return Ok(found);
            }
            match event(database, artifacts, seq, entry) {
                Ok(event) => found.extend(event.map(Arc::new)),
                Err(error) => {
                    tracing::error!(seq, %error, "an event cannot be read and is passed over")
                }
            }
        }
    }
    Ok(found)
}

/// The event with this number, wherever its row is; `None` when it was deleted.
pub(super) fn event_at(
    database: &Database,
    artifacts: &Artifacts,
    wanted: u64,
) -> Result<Option<Sequenced>, StoreError> {
    let row = database.from(Table::Events, &keys::event(wanted)).next();
    let Some((key, value)) = row.transpose()? else {
        return Ok(None);
    };
    let Some(last) = keys::last_u64(&key) else {
        return Ok(None);
    };
    let mut entries = decode::<EventRecord>(&value)?.entries(last);
    match entries.find(|(seq, _)| *seq == wanted) {
        Some((seq, entry)) => event(database, artifacts, seq, entry),
        None => Ok(None),
    }
}

/// The event of an entry; `None` when what it names was deleted meanwhile.
pub(super) fn event(
    database: &Database,
    artifacts: &Artifacts,
    seq: u64,
    record: EventEntry,
) -> Result<Option<Sequenced>, StoreError> {
    let submission = SubmissionId(Uuid::from_bytes(record.submission));
    let of = |generation| JudgementId {
        submission,
        generation,
    };
    let event = match record.event {
        EventBody::Accepted => {
            let found = read::<SubmissionRecord>(
                database,
                Table::Submissions,
                &keys::submission(submission),
            )?;
            let Some(record) = found else { return Ok(None) };
            Event::SubmissionAccepted(Box::new(submission_from(
                submission,
                record,
                Some(artifacts),
            )?))
        }
        EventBody::Started {
            generation,
            judgehost,
            attempt,
            testcase_count,
        } => Event::JudgingStarted {
            judgement: of(generation),
            judgehost,
            attempt,
            testcase_count,
        },
        EventBody::Compiled {
            generation,
            compile,
        } => Event::Compiled {
            judgement: of(generation),
            compile: compile_from(&compile, artifacts)?,
        },
        EventBody::Run { generation, run } => Event::RunJudged {
            judgement: of(generation),
            run: Box::new(run_from(run, artifacts)?),
        },
        EventBody::Judged { generation } => {
            let Some(report) = report(database, artifacts, of(generation), u64::MAX)? else {
                return Ok(None);
            };
            Event::Judged(Box::new(report))
        }
    };
    Ok(Some(Sequenced {
        seq,
        at: Timestamp(record.at),
        event,
    }))
}

pub(super) fn read<R: Record>(
    database: &Database,
    table: Table,
    key: &[u8],
) -> Result<Option<R>, StoreError> {
    Ok(database
        .get(table, key)?
        .as_deref()
        .map(decode)
        .transpose()?)
}

pub(super) fn report(
    database: &Database,
    artifacts: &Artifacts,
    id: JudgementId,
    newest: u64,
) -> Result<Option<VerdictReport>, StoreError> {
    let key = keys::judgement(id);
    let record = read::<JudgementRecord>(database, Table::Judgements, &key)?;
    let Some(record) = record.filter(|record| record.body.seq <= newest) else {
        return Ok(None);
    };
    let mut runs = Vec::with_capacity(usize::try_from(record.body.run_count).unwrap_or(0));
    for item in database.prefix(Table::Runs, &key) {
        let (_, value) = item?;
        runs.push(run_entry_from(decode::<RunEntry>(&value)?, artifacts)?);
    }
    judgement_from(id, record, runs, artifacts).map(Some)
}

pub(super) fn state(
    database: &Database,
    artifacts: &Artifacts,
    id: SubmissionId,
    newest: u64,
) -> Result<State, StoreError> {
    let prefix = keys::submission(id);
    let mut attempt = 0;
    for item in database.prefix(Table::Judgements, &prefix).rev() {
        let (key, value) = item?;
        let JudgementRecord { body: record, .. } = decode(&value)?;
        if record.seq > newest {
            // Its verdict is being written: until that is durable it is being judged.
            attempt = record.provenance.map_or(1, |provenance| provenance.attempt);
            continue;
        }
        let Some(judgement) = keys::judgement_of(&key) else {
            continue;
        };
        return Ok(State::Judged(VerdictSummary {
            judgement,
            verdict: verdict_from(record.verdict)?,
            score: record.score,
            message: artifacts.text(&record.message)?,
            run_count: record.run_count,
            testcase_count: record.testcase_count,
            longest_cpu: Duration::from_nanos(record.longest_cpu_nanos),
            peak_memory_bytes: record.peak_memory_bytes,
            started_at: Timestamp(record.started_at),
            ended_at: Timestamp(record.ended_at),
        }));
    }
    let pending = database
        .prefix(Table::Pending, &prefix)
        .next_back()
        .transpose()?;
    if let Some((_, value)) = pending {
        attempt = decode::<PendingRecord>(&value)?.attempts;
    }
    Ok(if attempt == 0 {
        State::Queued
    } else {
        State::Judging { attempt }
    })
}
