//! What can be asked of the store.

use std::sync::Arc;

use judging::events::Sequenced;
use judging::ids::{
    ContentHash, ContestId, JudgementId, SubmissionId, TeamId, TenantId, Timestamp, UserId,
};
use judging::judgements::VerdictReport;
use judging::submissions::Submission;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::artifacts::{Artifacts, Found};
use super::by_user::NewestFirst;
use super::codec::{decode, decode_among};
use super::convert::{priority_from, submission_from, verdict_from};
use super::database::{Database, Table};
use super::intake::Request;
use super::reads::{event_at, read, report, state};
use super::records::{
    IdempotencyRecord, JudgementRecord, OwedRecord, PendingRecord, SubmissionRecord,
};
use super::retention::{Retire, Retired};
use super::views::{ContestEntry, Filter, Known, Page, PendingJudgement, State, SubmissionView};
use super::{Store, StoreError, keys};
use crate::event_log::LogError;

/// Records looked at for one page: a bound on the time a rare filter costs.
const LOOKED_AT_PER_PAGE: usize = 5000;

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
                    seqs.extend(keys::last_u64(&item?.0));
                }
            }
            let mut found = Vec::with_capacity(seqs.len());
            for seq in seqs.into_iter().take(limit) {
                found.extend(event_at(db, artifacts, seq)?.map(Arc::new));
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
        self.shared.with(|db| {
            let mut page = Page::default();
            for (looked_at, id) in newest_first(db, filter, before).enumerate() {
                if page.items.len() >= limit || looked_at >= LOOKED_AT_PER_PAGE {
                    return Ok(page);
                }
                let id = id?;
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
                let (key, value) = item?;
                let Some(record) = decode_among::<PendingRecord>("pending", &value) else {
                    continue;
                };
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
            for item in db.prefix(Table::Owed, &[]) {
                let Some(record) = decode_among::<OwedRecord>("owed", &item?.1) else {
                    continue;
                };
                for entry in record.entries.into_iter().filter(|one| one.seq <= newest) {
                    all.push(PendingJudgement {
                        judgement: first_judgement(entry.submission),
                        attempts: 0,
                        priority: priority_from(entry.priority)?,
                        tenant: TenantId(entry.tenant),
                        user: UserId(entry.user),
                        seq: entry.seq,
                    });
                }
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
            let prefix = keys::user_prefix(tenant, user);
            for id in NewestFirst::new(db, &prefix, None).take(limit) {
                let key = keys::submission(id?);
                let record = read::<SubmissionRecord>(db, Table::Submissions, &key)?;
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

    /// Every submission of a contest with its verdicts.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub fn contest_entries(&self, contest: &ContestId) -> Result<Vec<ContestEntry>, StoreError> {
        let newest = self.shared.last_seq();
        self.shared.with(|db| {
            let mut entries = Vec::new();
            for item in db.prefix(Table::Contests, &keys::text(contest.as_str())) {
                let (key, _) = item?;
                let Some(submission) = keys::last_id(&key) else {
                    continue;
                };
                let record = read::<SubmissionRecord>(
                    db,
                    Table::Submissions,
                    &keys::submission(submission),
                )?;
                let Some(record) = record.filter(|record| record.seq <= newest) else {
                    continue;
                };
                let Some(team) = record.team.map(TeamId) else {
                    continue;
                };
                let mut judgements = Vec::new();
                for item in db.prefix(Table::Judgements, &keys::submission(submission)) {
                    let (key, value) = item?;
                    let JudgementRecord { body: judged, .. } = decode(&value)?;
                    let Some(id) = keys::judgement_of(&key).filter(|_| judged.seq <= newest) else {
                        continue;
                    };
                    judgements.push((id, verdict_from(judged.verdict)?));
                }
                let (problem, received_at) = (
                    record.problem.as_str().into(),
                    Timestamp(record.received_at),
                );
                entries.push(ContestEntry {
                    submission,
                    team,
                    problem,
                    received_at,
                    judgements,
                });
            }
            Ok(entries)
        })
    }

    /// Deletes old submissions, as many as the request bounds.
    pub(crate) async fn retire(&self, request: Retire) -> Result<Retired, LogError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Request::Retire { request, reply }, answer).await
    }

    /// Removes those of these artifacts that nothing names.
    pub(crate) async fn sweep(&self, names: Vec<Found>) -> Result<usize, LogError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Request::Sweep { names, reply }, answer).await
    }

    /// The files beside the database, one by one.
    pub(crate) fn artifact_names(
        &self,
    ) -> Result<impl Iterator<Item = Found> + Send + use<>, StoreError> {
        self.shared.artifacts.names()
    }

    async fn ask<T>(
        &self,
        request: Request,
        answer: oneshot::Receiver<Result<T, LogError>>,
    ) -> Result<T, LogError> {
        self.shared
            .intake
            .push(request, 0)
            .map_err(|_| LogError::Busy)?;
        answer.await.unwrap_or_else(|_| {
            Err(LogError::Failed(
                "the store thread failed before it answered".to_owned(),
            ))
        })
    }
}

type Ids = Box<dyn Iterator<Item = Result<SubmissionId, StoreError>>>;

/// The submissions among which all lie that fit a filter.
fn newest_first(db: &Database, filter: &Filter, below: Option<SubmissionId>) -> Ids {
    let (table, prefix) = match (&filter.contest, &filter.tenant, &filter.user) {
        (Some(contest), _, _) => (Table::Contests, keys::text(contest.as_str())),
        (None, Some(tenant), Some(user)) => {
            let prefix = keys::user_prefix(tenant, user);
            return Box::new(NewestFirst::new(db, &prefix, below));
        }
        _ => (Table::Submissions, Vec::new()),
    };
    let found = match below {
        Some(below) => db.range(table, &prefix, &keys::joined(prefix.clone(), below)),
        None => db.prefix(table, &prefix),
    };
    let id = |item: Result<(Vec<u8>, _), _>| item.map(|(key, _)| keys::last_id(&key)).transpose();
    Box::new(found.rev().filter_map(id))
}

fn first_judgement(submission: [u8; 16]) -> JudgementId {
    JudgementId {
        submission: SubmissionId(Uuid::from_bytes(submission)),
        generation: 1,
    }
}
