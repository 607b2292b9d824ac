//! The submit path: idempotency, gate, durable append, receipt.

use std::sync::Arc;
use std::time::Duration;

use judging::events::Event;
use judging::ids::{SubmissionId, TenantId};
use judging::submissions::Submission;

use super::gate::{AdmissionGate, Client, Outcome, STORE_BREAKER, Ticket};
use super::refusal::{Refusal, RefusalKind};
use crate::event_log::{EventLog, LogError};
use crate::store::{Known, Store, StoreError, content_of};

/// The promise that a submission is durable and ends in exactly one verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The submission: an earlier one when the request was a repetition.
    pub submission: SubmissionId,
    /// Its place in the log; follow it with `since` one below.
    pub seq: u64,
    /// Whether the request repeated an earlier one.
    pub repeated: bool,
}

/// Takes submissions in, from whatever edge they come.
#[derive(Clone)]
pub struct Reception {
    gate: Arc<AdmissionGate>,
    log: Arc<dyn EventLog>,
    store: Store,
}

impl Reception {
    /// A reception before `log`.
    pub fn new(gate: Arc<AdmissionGate>, log: Arc<dyn EventLog>, store: &Store) -> Self {
        Self {
            gate,
            log,
            store: store.clone(),
        }
    }

    /// The gate it asks.
    #[must_use]
    pub fn gate(&self) -> &Arc<AdmissionGate> {
        &self.gate
    }

    /// Takes a validated submission. Resolves when it is durable.
    ///
    /// # Errors
    /// The [`Refusal`] for the client. After `store_timeout` and `store_failed` the submission may have been stored: repeat it with
    /// the same idempotency key.
    pub async fn accept(
        &self,
        submission: Submission,
        client: &Client,
    ) -> Result<Receipt, Refusal> {
        let once = submission
            .idempotency_key
            .clone()
            .map(|key| (submission.tenant.clone(), key));
        let content = once.is_some().then(|| content_of(&submission));
        if let (Some((tenant, key)), Some(content)) = (&once, content)
            && let Some(known) = self.known(tenant, key)?
        {
            return repeated(known, content, submission.id);
        }
        self.gate.check(&submission, client)?;
        let ticket = Ticket::of(&submission);
        let id = submission.id;
        let seq = self.append(submission, &ticket, client).await?;
        if let (Some((tenant, key)), Some(content)) = (&once, content)
            && let Some(known) = self.known(tenant, key)?
            && known.submission != id
        {
            // Two requests with one key met, and the fold took the other.
            self.gate.cancel(&ticket, client);
            return repeated(known, content, id);
        }
        Ok(Receipt {
            submission: id,
            seq,
            repeated: false,
        })
    }

    async fn append(
        &self,
        submission: Submission,
        ticket: &Ticket,
        client: &Client,
    ) -> Result<u64, Refusal> {
        let patience = Duration::from_secs(self.gate.config().store_timeout_seconds);
        let appended = self
            .log
            .append(vec![Event::SubmissionAccepted(Box::new(submission))]);
        match tokio::time::timeout(patience, appended).await {
            Ok(Ok(seq)) => {
                self.gate.report(STORE_BREAKER, Outcome::Succeeded);
                Ok(seq)
            }
            Ok(Err(LogError::Busy)) => {
                self.gate.cancel(ticket, client);
                let message = "The store is busy; try again in a moment.";
                Err(Refusal::unavailable(
                    "store_busy",
                    message,
                    Duration::from_secs(1),
                ))
            }
            Ok(Err(LogError::Failed(reason))) => {
                tracing::error!(submission = %ticket.submission, reason, "failed to store a submission");
                self.gate.report(STORE_BREAKER, Outcome::Failed);
                let message = "The store failed; whether the submission was taken is unknown.";
                Err(Refusal::unavailable(
                    "store_failed",
                    message,
                    Duration::from_secs(1),
                ))
            }
            Err(_) => {
                tracing::error!(submission = %ticket.submission, "the store did not answer in time");
                self.gate.report(STORE_BREAKER, Outcome::Failed);
                let message = "The store did not answer in time; whether the submission was taken is unknown.";
                Err(Refusal::unavailable(
                    "store_timeout",
                    message,
                    Duration::from_secs(5),
                ))
            }
        }
    }

    fn known(&self, tenant: &TenantId, key: &str) -> Result<Option<Known>, Refusal> {
        self.store.known(tenant, key).map_err(|error: StoreError| {
            tracing::error!(%error, "failed to read an idempotency key");
            let message = "The store cannot be read for the moment.";
            Refusal::unavailable("store_unavailable", message, Duration::from_secs(1))
        })
    }
}

fn repeated(
    known: Known,
    content: judging::ids::ContentHash,
    own: SubmissionId,
) -> Result<Receipt, Refusal> {
    if known.content == content {
        let repeated = known.submission != own;
        return Ok(Receipt {
            submission: known.submission,
            seq: known.seq,
            repeated,
        });
    }
    let message = "This idempotency key was used for another submission.";
    Err(Refusal::new(
        "idempotency_conflict",
        RefusalKind::Conflict,
        message,
        None,
    ))
}
