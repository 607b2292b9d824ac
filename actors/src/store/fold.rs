//! The fold: what each event writes. A batch gathers the writes of one group commit; reads see the batch's own writes.
//!
//! **Invariants**: an accepted submission is inserted if absent; the first `Judged` of a (submission, generation) wins; progress of
//! a judgement that is not pending is ignored. What is ignored gets no sequence number and is counted. Order decides, never a clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use judging::events::{Event, Sequenced};
use judging::ids::{ContentHash, JudgementId, Timestamp};
use judging::judgements::VerdictReport;
use judging::submissions::Submission;
use uuid::Uuid;

use super::codec::{Record, decode, encode};
use super::convert::{
    PutBody, compile_to, judgement_to, priority_code, run_entry_to, run_to, submission_to,
};
use super::database::{Database, Table, Writes};
use super::records::{
    AppliedRecord, Body, EventBody, EventEntry, EventRecord, IdempotencyRecord, OwedEntry,
    PendingRecord, SubmissionRecord,
};
use super::{StoreError, keys};

/// Bodies of one record that stay inline, together: sled values are kept near 4 kB (it can hang on large ones).
const INLINE_BYTES: usize = 3500;

/// The writes of one group commit in the making.
pub(super) struct Batch<'a> {
    pub(super) database: &'a Database,
    pub(super) writes: Writes,
    /// New artifacts, to be durable before the writes.
    pub(super) artifacts: HashMap<ContentHash, Vec<u8>>,
    /// Artifacts without a reference after this batch, to be removed once it is durable.
    pub(super) orphans: Vec<ContentHash>,
    /// The newest sequence number given.
    pub(super) seq: u64,
    pub(super) now: Timestamp,
    inline_left: usize,
    /// Accepted under the numbers up to `seq`, without a row yet; see `groups.rs`.
    pub(super) accepted: Vec<[u8; 16]>,
    /// Owed since this batch, without a row yet.
    pub(super) owed: Vec<OwedEntry>,
    /// Handed in since this batch, by the prefix of its user, without a row yet; see `by_user.rs`.
    pub(super) by_user: BTreeMap<Vec<u8>, Vec<Uuid>>,
}

/// Why an event changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ignored {
    /// The submission was accepted before, or its idempotency key was used.
    AcceptedBefore,
    /// The judgement has its verdict already.
    JudgedBefore,
    /// Nothing is owed for this judgement.
    NotPending,
}

impl Ignored {
    fn reason(self) -> &'static str {
        match self {
            Self::AcceptedBefore => "accepted_before",
            Self::JudgedBefore => "judged_before",
            Self::NotPending => "not_pending",
        }
    }
}

impl<'a> Batch<'a> {
    pub(super) fn new(database: &'a Database, seq: u64, now: Timestamp) -> Self {
        Self {
            database,
            writes: Writes::new(),
            artifacts: HashMap::new(),
            orphans: Vec::new(),
            seq,
            now,
            inline_left: INLINE_BYTES,
            accepted: Vec::new(),
            owed: Vec::new(),
            by_user: BTreeMap::new(),
        }
    }

    /// Reads a record as this batch will leave it.
    pub(super) fn read<R: Record>(
        &self,
        table: Table,
        key: &[u8],
    ) -> Result<Option<R>, StoreError> {
        let key = table.key(key);
        match self.writes.get(&key) {
            Some(written) => Ok(written.as_deref().map(decode).transpose()?),
            None => {
                let stored = self.database.get_full(&key)?;
                Ok(stored.as_deref().map(decode).transpose()?)
            }
        }
    }

    /// Reads a value as this batch will leave it.
    pub(super) fn value(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let key = table.key(key);
        match self.writes.get(&key) {
            Some(written) => Ok(written.clone()),
            None => Ok(self.database.get_full(&key)?.map(|value| value.to_vec())),
        }
    }

    pub(super) fn has(&self, table: Table, key: &[u8]) -> Result<bool, StoreError> {
        let key = table.key(key);
        match self.writes.get(&key) {
            Some(written) => Ok(written.is_some()),
            None => Ok(self.database.get_full(&key)?.is_some()),
        }
    }

    pub(super) fn put<R: Record>(
        &mut self,
        table: Table,
        key: Vec<u8>,
        record: &R,
    ) -> Result<(), StoreError> {
        self.writes.insert(table.key(&key), Some(encode(record)?));
        Ok(())
    }

    pub(super) fn put_empty(&mut self, table: Table, key: Vec<u8>) {
        self.writes.insert(table.key(&key), Some(Vec::new()));
    }

    pub(super) fn remove(&mut self, table: Table, key: Vec<u8>) {
        self.writes.insert(table.key(&key), None);
    }

    /// Folds one event. `None` when it changes nothing.
    pub(super) fn apply(&mut self, event: Event) -> Result<Option<Arc<Sequenced>>, StoreError> {
        let ignored = match &event {
            Event::SubmissionAccepted(submission) => self.accepted(submission)?,
            Event::JudgingStarted {
                judgement,
                judgehost,
                attempt,
                testcase_count,
            } => {
                let body = EventBody::Started {
                    generation: judgement.generation,
                    judgehost: judgehost.clone(),
                    attempt: *attempt,
                    testcase_count: *testcase_count,
                };
                self.started(*judgement, *attempt, body)?
            }
            Event::Compiled { judgement, compile } => {
                self.progress(*judgement, |batch| EventBody::Compiled {
                    generation: judgement.generation,
                    compile: compile_to(compile, batch),
                })?
            }
            Event::RunJudged { judgement, run } => {
                self.progress(*judgement, |batch| EventBody::Run {
                    generation: judgement.generation,
                    run: run_to(run, batch),
                })?
            }
            Event::Judged(report) => self.judged(report)?,
        };
        if let Some(ignored) = ignored {
            metrics::counter!("gavel_events_ignored_total", "reason" => ignored.reason())
                .increment(1);
            tracing::debug!(submission = %event.submission(), reason = ignored.reason(), "event ignored");
            return Ok(None);
        }
        Ok(Some(Arc::new(Sequenced {
            seq: self.seq,
            at: self.now,
            event,
        })))
    }

    /// Writes what lies in groups, and the offset of everything in this batch.
    pub(super) fn seal(&mut self) -> Result<(), StoreError> {
        self.write_accepted(self.seq)?;
        self.write_owed()?;
        self.write_by_user()?;
        let applied = AppliedRecord { seq: self.seq };
        self.put(Table::Meta, keys::APPLIED.to_vec(), &applied)
    }

    fn accepted(&mut self, submission: &Submission) -> Result<Option<Ignored>, StoreError> {
        let id = submission.id;
        let key = keys::submission(id);
        if self.has(Table::Submissions, &key)? {
            return Ok(Some(Ignored::AcceptedBefore));
        }
        let once = submission
            .idempotency_key
            .as_ref()
            .map(|key| keys::idempotency(&submission.tenant, key));
        if let Some(once) = &once
            && self.has(Table::Idempotency, once)?
        {
            return Ok(Some(Ignored::AcceptedBefore));
        }
        self.seq += 1;
        self.inline_left = INLINE_BYTES;
        let record = submission_to(submission, self.seq, self);
        self.put(Table::Submissions, key, &record)?;
        if let Some(once) = once {
            let record = IdempotencyRecord {
                submission: *id.0.as_bytes(),
                content: record.content,
                seq: self.seq,
            };
            self.put(Table::Idempotency, once, &record)?;
        }
        self.owed.push(OwedEntry {
            submission: *id.0.as_bytes(),
            priority: priority_code(submission.priority),
            tenant: submission.tenant.0.clone(),
            user: submission.user.0.clone(),
            seq: self.seq,
        });
        let user = keys::user_prefix(&submission.tenant, &submission.user);
        self.by_user.entry(user).or_default().push(id.0);
        if let Some(contest) = &submission.contest {
            self.put_empty(
                Table::Contests,
                keys::joined(keys::text(contest.as_str()), id),
            );
        }
        self.accepted.push(*id.0.as_bytes());
        Ok(None)
    }

    fn started(
        &mut self,
        judgement: JudgementId,
        attempt: u32,
        body: EventBody,
    ) -> Result<Option<Ignored>, StoreError> {
        let key = keys::judgement(judgement);
        let mut pending = if self.has(Table::Pending, &key)? {
            let Ok(Some(pending)) = self.read::<PendingRecord>(Table::Pending, &key) else {
                tracing::error!(%judgement, "a pending record cannot be read; the attempt is not counted");
                return self.progress(judgement, |_| body);
            };
            pending
        } else {
            match self.take_owed(judgement)? {
                Some(pending) => pending,
                None => return Ok(Some(Ignored::NotPending)),
            }
        };
        pending.attempts = pending.attempts.max(attempt);
        self.put(Table::Pending, key, &pending)?;
        self.progress(judgement, |_| body)
    }

    fn progress(
        &mut self,
        judgement: JudgementId,
        body: impl FnOnce(&mut Self) -> EventBody,
    ) -> Result<Option<Ignored>, StoreError> {
        if !self.has(Table::Pending, &keys::judgement(judgement))? && !self.owes(judgement)? {
            return Ok(Some(Ignored::NotPending));
        }
        self.seq += 1;
        self.inline_left = INLINE_BYTES;
        let body = body(self);
        self.event(judgement.submission, body)?;
        self.put_empty(Table::Topics, keys::topic(judgement.submission, self.seq));
        Ok(None)
    }

    fn judged(&mut self, report: &VerdictReport) -> Result<Option<Ignored>, StoreError> {
        let judgement = report.judgement;
        let key = keys::judgement(judgement);
        if self.has(Table::Judgements, &key)? {
            metrics::counter!("gavel_duplicate_verdicts_total").increment(1);
            return Ok(Some(Ignored::JudgedBefore));
        }
        let begun = self.has(Table::Pending, &key)?;
        if !begun && self.take_owed(judgement)?.is_none() {
            return Ok(Some(Ignored::NotPending));
        }
        self.seq += 1;
        self.inline_left = INLINE_BYTES;
        let record = judgement_to(report, self.seq, self);
        self.put(Table::Judgements, key.clone(), &record)?;
        for run in &report.runs {
            self.inline_left = INLINE_BYTES;
            let record = run_entry_to(run, self);
            self.put(Table::Runs, keys::run(judgement, run.ordinal), &record)?;
        }
        if begun {
            self.remove(Table::Pending, key);
        }
        self.event(
            judgement.submission,
            EventBody::Judged {
                generation: judgement.generation,
            },
        )?;
        self.put_empty(Table::Topics, keys::topic(judgement.submission, self.seq));
        Ok(None)
    }

    fn event(
        &mut self,
        submission: judging::ids::SubmissionId,
        event: EventBody,
    ) -> Result<(), StoreError> {
        self.write_accepted(self.seq - 1)?;
        let record = EventRecord {
            entry: EventEntry {
                at: self.now.0,
                submission: *submission.0.as_bytes(),
                event,
            },
            before: Vec::new(),
        };
        self.put(Table::Events, keys::event(self.seq), &record)
    }

    /// Adds `by` to the references of an artifact; the last one makes it an orphan.
    fn reference(&mut self, hash: ContentHash, by: i64) -> Result<u64, StoreError> {
        let key = Table::Artifacts.key(&hash.0);
        let count = self
            .value(Table::Artifacts, &hash.0)?
            .and_then(|value| value.try_into().ok())
            .map_or(0, u64::from_be_bytes);
        let count = count.saturating_add_signed(by);
        if count == 0 {
            self.orphans.push(hash);
            self.artifacts.remove(&hash);
            self.writes.insert(key, None);
        } else {
            self.orphans.retain(|orphan| *orphan != hash);
            self.writes.insert(key, Some(count.to_be_bytes().to_vec()));
        }
        Ok(count)
    }

    /// Whether anything names this artifact, in the database or in this batch.
    pub(super) fn names_artifact(&self, hash: &ContentHash) -> Result<bool, StoreError> {
        self.has(Table::Artifacts, &hash.0)
    }

    /// Drops one reference for each artifact a removed record named.
    pub(super) fn release<'b>(
        &mut self,
        bodies: impl IntoIterator<Item = &'b Body>,
    ) -> Result<(), StoreError> {
        for body in bodies {
            if let Body::Artifact { hash, .. } = body {
                self.reference(ContentHash(*hash), -1)?;
            }
        }
        Ok(())
    }

    /// Bodies of a submission record.
    pub(super) fn bodies_of(record: &SubmissionRecord) -> impl Iterator<Item = &Body> {
        record.files.iter().map(|(_, body)| body)
    }
}

impl PutBody for Batch<'_> {
    fn put(&mut self, bytes: &[u8]) -> Body {
        if bytes.len() <= self.inline_left {
            self.inline_left -= bytes.len();
            return Body::Inline(bytes.to_vec());
        }
        let hash = ContentHash::of(bytes);
        // An unreadable count reads as none: then the file is written once more, which is harmless.
        let known = self.reference(hash, 1).unwrap_or(1) > 1;
        if !known {
            self.artifacts.insert(hash, bytes.to_vec());
        }
        Body::Artifact {
            hash: hash.0,
            bytes: bytes.len() as u64,
        }
    }
}
