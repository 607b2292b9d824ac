//! What can be asked. Answers hold only what is durable: a record whose sequence number is not published yet is not there.

use std::sync::Arc;
use std::time::Duration;

use judging::events::{Event, Sequenced};
use judging::ids::{
    ContentHash, ContestId, JudgementId, LanguageId, ProblemId, SubmissionId, TenantId, Timestamp,
    UserId,
};
use judging::judgements::VerdictReport;
use judging::submissions::{Priority, Submission};
use judging::verdicts::Verdict;
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::artifacts::Artifacts;
use super::codec::{Record, decode};
use super::convert::{
    GetBody, compile_from, judgement_from, priority_from, run_from, submission_from, verdict_from,
};
use super::database::{Database, Table};
use super::intake::Request;
use super::recent::weight;
use super::records::{
    Body, EventBody, EventRecord, IdempotencyRecord, JudgementRecord, PendingRecord, RunRecord,
    SubmissionRecord,
};
use super::{Shared, Store, StoreError, keys};
use crate::event_log::LogError;

/// Where a submission stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It waits for a slot.
    Queued,
    /// Attempt number `attempt` was started.
    Judging {
        /// 1 for the first.
        attempt: u32,
    },
    /// It has its verdict.
    Judged(VerdictSummary),
}

/// A verdict without its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictSummary {
    /// Which judging.
    pub judgement: JudgementId,
    /// The verdict.
    pub verdict: Verdict,
    /// The score for scoring problems.
    pub score: Option<f64>,
    /// One sentence for the contestant.
    pub message: String,
    /// Runs made.
    pub run_count: u32,
    /// Testcases of the problem.
    pub testcase_count: u32,
    /// CPU time of the slowest run.
    pub longest_cpu: Duration,
    /// Peak memory of the hungriest run.
    pub peak_memory_bytes: u64,
    /// When judging began.
    pub started_at: Timestamp,
    /// When the verdict was reached.
    pub ended_at: Timestamp,
}

/// A submission as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct SubmissionView {
    /// Its place in the log.
    pub seq: u64,
    /// The submission; its files have no content.
    pub submission: Submission,
    /// Where its newest judgement stands.
    pub state: State,
}

/// Which submissions to list; every given field must match.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this tenant.
    pub tenant: Option<TenantId>,
    /// By this user.
    pub user: Option<UserId>,
    /// For this problem.
    pub problem: Option<ProblemId>,
    /// In this contest.
    pub contest: Option<ContestId>,
    /// In this language.
    pub language: Option<LanguageId>,
    /// With this newest verdict.
    pub verdict: Option<Verdict>,
}

/// One page of a list, newest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// At most as many as asked for; a rare filter may give fewer although `next` is set.
    pub items: Vec<SubmissionView>,
    /// Pass it to get the next page; `None` at the end.
    pub next: Option<SubmissionId>,
}

/// A judgement that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingJudgement {
    /// Which one.
    pub judgement: JudgementId,
    /// Attempts that were started.
    pub attempts: u32,
    /// How urgent.
    pub priority: Priority,
    /// Whose.
    pub tenant: TenantId,
    /// Submitted by.
    pub user: UserId,
    /// Its place in the log.
    pub seq: u64,
}

/// The submission that an idempotency key was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which one.
    pub submission: SubmissionId,
    /// Its place in the log.
    pub seq: u64,
    /// What the request said, hashed.
    pub(crate) content: ContentHash,
}

/// Records looked at for one page: a bound on the time a rare filter costs.
const LOOKED_AT_PER_PAGE: usize = 5000;

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

    fn with<T>(
        &self,
        read: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        read(self.database.read().as_ref().ok_or(StoreError::NotOpen)?)
    }
}

/// Reads events `since+1..=newest` from the database.
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
        let (key, value) = item.map_err(StoreError::Read)?;
        let Some(seq) = keys::last_u64(&key) else {
            continue;
        };
        found.extend(event(database, artifacts, seq, decode(&value)?)?.map(Arc::new));
        if found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

/// The event of a record; `None` when what it names was deleted meanwhile.
fn event(
    database: &Database,
    artifacts: &Artifacts,
    seq: u64,
    record: EventRecord,
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

fn read<R: Record>(database: &Database, table: Table, key: &[u8]) -> Result<Option<R>, StoreError> {
    Ok(database
        .get(table, key)?
        .as_deref()
        .map(decode)
        .transpose()?)
}

fn report(
    database: &Database,
    artifacts: &Artifacts,
    id: JudgementId,
    newest: u64,
) -> Result<Option<VerdictReport>, StoreError> {
    let key = keys::judgement(id);
    let record = read::<JudgementRecord>(database, Table::Judgements, &key)?;
    let Some(record) = record.filter(|record| record.seq <= newest) else {
        return Ok(None);
    };
    let mut runs = Vec::with_capacity(usize::try_from(record.run_count).unwrap_or(0));
    for item in database.prefix(Table::Runs, &key) {
        let (_, value) = item.map_err(StoreError::Read)?;
        runs.push(run_from(decode::<RunRecord>(&value)?, artifacts)?);
    }
    judgement_from(id, record, runs, artifacts).map(Some)
}

fn state(
    database: &Database,
    artifacts: &Artifacts,
    id: SubmissionId,
    newest: u64,
) -> Result<State, StoreError> {
    let prefix = keys::submission(id);
    let mut attempt = 0;
    for item in database.prefix(Table::Judgements, &prefix).rev() {
        let (key, value) = item.map_err(StoreError::Read)?;
        let record: JudgementRecord = decode(&value)?;
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
        .transpose()
        .map_err(StoreError::Read)?;
    if let Some((_, value)) = pending {
        attempt = decode::<PendingRecord>(&value)?.attempts;
    }
    Ok(if attempt == 0 {
        State::Queued
    } else {
        State::Judging { attempt }
    })
}

impl Store {
    /// One submission with its sources.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn submission(&self, id: SubmissionId) -> Result<Option<Submission>, StoreError> {
        let shared = &self.shared;
        let record = shared
            .with(|db| read::<SubmissionRecord>(db, Table::Submissions, &keys::submission(id)))?;
        let record = record.filter(|record| record.seq <= shared.last_seq());
        record
            .map(|record| submission_from(id, record, Some(&shared.artifacts)))
            .transpose()
    }

    /// One submission as lists show it.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn view(&self, id: SubmissionId) -> Result<Option<SubmissionView>, StoreError> {
        let newest = self.shared.last_seq();
        self.shared.with(|db| {
            match read::<SubmissionRecord>(db, Table::Submissions, &keys::submission(id))? {
                Some(record) if record.seq <= newest => {
                    self.view_of(db, id, record, newest).map(Some)
                }
                _ => Ok(None),
            }
        })
    }

    fn view_of(
        &self,
        db: &Database,
        id: SubmissionId,
        record: SubmissionRecord,
        newest: u64,
    ) -> Result<SubmissionView, StoreError> {
        let seq = record.seq;
        let state = state(db, &self.shared.artifacts, id, newest)?;
        Ok(SubmissionView {
            seq,
            submission: submission_from(id, record, None::<&Artifacts>)?,
            state,
        })
    }

    /// A verdict with its runs; `None` when there is none yet.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn judgement(&self, id: JudgementId) -> Result<Option<VerdictReport>, StoreError> {
        let newest = self.shared.last_seq();
        self.shared
            .with(|db| report(db, &self.shared.artifacts, id, newest))
    }

    /// The newest verdict of a submission with its runs.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn latest_judgement(&self, id: SubmissionId) -> Result<Option<VerdictReport>, StoreError> {
        let newest = self.shared.last_seq();
        self.shared.with(|db| {
            let State::Judged(summary) = state(db, &self.shared.artifacts, id, newest)? else {
                return Ok(None);
            };
            report(db, &self.shared.artifacts, summary.judgement, newest)
        })
    }

    /// Up to `limit` events of one submission after `since`, in order.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn events_of(
        &self,
        id: SubmissionId,
        since: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Sequenced>>, StoreError> {
        let (newest, artifacts) = (self.shared.last_seq(), &self.shared.artifacts);
        self.shared.with(|db| {
            let accepted = read::<SubmissionRecord>(db, Table::Submissions, &keys::submission(id))?;
            let accepted = accepted
                .map(|record| record.seq)
                .filter(|seq| *seq > since && *seq <= newest);
            let mut seqs: Vec<u64> = accepted.into_iter().collect();
            let (from, below) = (
                keys::topic(id, since.saturating_add(1)),
                keys::topic(id, newest.saturating_add(1)),
            );
            if from < below {
                for item in db.range(Table::Topics, &from, &below).take(limit) {
                    seqs.extend(keys::last_u64(&item.map_err(StoreError::Read)?.0));
                }
            }
            let mut found = Vec::with_capacity(seqs.len());
            for seq in seqs.into_iter().take(limit) {
                let Some(record) = read::<EventRecord>(db, Table::Events, &keys::event(seq))?
                else {
                    continue;
                };
                found.extend(event(db, artifacts, seq, record)?.map(Arc::new));
            }
            Ok(found)
        })
    }

    /// One page of submissions, newest first; `before` is the `next` of the page before.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn list(
        &self,
        filter: &Filter,
        before: Option<SubmissionId>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let newest = self.shared.last_seq();
        let (table, prefix) = match (&filter.contest, &filter.tenant, &filter.user) {
            (Some(contest), _, _) => (Table::Contests, keys::text(contest.as_str())),
            (None, Some(tenant), Some(user)) => (Table::ByTenant, keys::user_prefix(tenant, user)),
            _ => (Table::Submissions, Vec::new()),
        };
        self.shared.with(|db| {
            let found = match before {
                Some(before) => db.range(table, &prefix, &keys::joined(prefix.clone(), before)),
                None => db.prefix(table, &prefix),
            };
            let mut page = Page::default();
            for (looked_at, item) in found.rev().enumerate() {
                if page.items.len() >= limit || looked_at >= LOOKED_AT_PER_PAGE {
                    return Ok(page);
                }
                let (key, _) = item.map_err(StoreError::Read)?;
                let Some(id) = keys::last_id(&key) else {
                    continue;
                };
                page.next = Some(id);
                let record =
                    read::<SubmissionRecord>(db, Table::Submissions, &keys::submission(id))?;
                let Some(record) = record.filter(|r| r.seq <= newest && filter.fits_record(r))
                else {
                    continue;
                };
                let view = self.view_of(db, id, record, newest)?;
                page.items
                    .extend(Some(view).filter(|view| filter.fits_state(&view.state)));
            }
            page.next = None;
            Ok(page)
        })
    }

    /// Every judgement that is owed, in log order.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn pending(&self) -> Result<Vec<PendingJudgement>, StoreError> {
        let newest = self.shared.last_seq();
        let mut all = self.shared.with(|db| {
            let mut all = Vec::new();
            for item in db.prefix(Table::Pending, &[]) {
                let (key, value) = item.map_err(StoreError::Read)?;
                let record: PendingRecord = decode(&value)?;
                let Some(judgement) = keys::judgement_of(&key).filter(|_| record.seq <= newest)
                else {
                    continue;
                };
                all.push(PendingJudgement {
                    judgement,
                    attempts: record.attempts,
                    priority: priority_from(record.priority)?,
                    tenant: TenantId(record.tenant),
                    user: UserId(record.user),
                    seq: record.seq,
                });
            }
            Ok(all)
        })?;
        all.sort_by_key(|pending| pending.seq);
        Ok(all)
    }

    /// The submission an idempotency key was used for.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn known(&self, tenant: &TenantId, key: &str) -> Result<Option<Known>, StoreError> {
        let newest = self.shared.last_seq();
        let found = self.shared.with(|db| {
            read::<IdempotencyRecord>(db, Table::Idempotency, &keys::idempotency(tenant, key))
        })?;
        Ok(found
            .filter(|record| record.seq <= newest)
            .map(|record| Known {
                submission: SubmissionId(Uuid::from_bytes(record.submission)),
                seq: record.seq,
                content: ContentHash(record.content),
            }))
    }

    /// When a user's newest submissions were received, newest first: at most `limit`, none older than `since`.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn received_since(
        &self,
        tenant: &TenantId,
        user: &UserId,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Timestamp>, StoreError> {
        self.shared.with(|db| {
            let mut times = Vec::new();
            for item in db
                .prefix(Table::ByTenant, &keys::user_prefix(tenant, user))
                .rev()
                .take(limit)
            {
                let (key, _) = item.map_err(StoreError::Read)?;
                let Some(id) = keys::last_id(&key) else {
                    continue;
                };
                let record =
                    read::<SubmissionRecord>(db, Table::Submissions, &keys::submission(id))?;
                let Some(record) = record.filter(|record| record.received_at >= since.0) else {
                    break;
                };
                times.push(Timestamp(record.received_at));
            }
            Ok(times)
        })
    }

    /// Bytes of the database on disk.
    #[must_use]
    pub fn bytes_on_disk(&self) -> u64 {
        self.shared.with(|db| Ok(db.bytes_on_disk())).unwrap_or(0)
    }

    /// Appends that wait for the store thread.
    #[must_use]
    pub fn waiting_appends(&self) -> usize {
        self.shared.intake.len()
    }
}

impl Filter {
    fn fits_record(&self, record: &SubmissionRecord) -> bool {
        fn fits(wanted: Option<&str>, found: Option<&str>) -> bool {
            wanted.is_none_or(|wanted| found == Some(wanted))
        }
        fits(
            self.tenant.as_ref().map(TenantId::as_str),
            Some(&record.tenant),
        ) && fits(self.user.as_ref().map(UserId::as_str), Some(&record.user))
            && fits(
                self.problem.as_ref().map(ProblemId::as_str),
                Some(&record.problem),
            )
            && fits(
                self.language.as_ref().map(LanguageId::as_str),
                Some(&record.language),
            )
            && fits(
                self.contest.as_ref().map(ContestId::as_str),
                record.contest.as_deref(),
            )
    }

    fn fits_state(&self, state: &State) -> bool {
        self.verdict.is_none_or(
            |wanted| matches!(state, State::Judged(summary) if summary.verdict == wanted),
        )
    }
}
