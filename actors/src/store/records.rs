//! The records on disk, one dedicated type each, so that a change of the vocabulary never changes the layout by accident.
//!
//! Field order is the layout. See `codec.rs` before touching anything here.

use bincode::{Decode, Encode};

use super::codec::{CodecError, Record, decode_payload};

/// A text or a file: inline when small, else a content-addressed file beside the database.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Body {
    Inline(Vec<u8>),
    Artifact { hash: [u8; 32], bytes: u64 },
}

/// `submissions/<id>`: what was handed in. Written once.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct SubmissionRecord {
    pub(crate) seq: u64,
    pub(crate) problem: String,
    pub(crate) language: String,
    pub(crate) entry_point: Option<String>,
    pub(crate) files: Vec<(String, Body)>,
    pub(crate) tenant: String,
    pub(crate) user: String,
    pub(crate) contest: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) priority: u8,
    pub(crate) received_at: i64,
    pub(crate) idempotency_key: Option<String>,
    /// Everything a repeated request must repeat, hashed.
    pub(crate) content: [u8; 32],
}

/// `pending/<id><generation>`: a judgement that is owed and was begun. Removed by its verdict.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct PendingRecord {
    pub(crate) attempts: u32,
    pub(crate) priority: u8,
    pub(crate) tenant: String,
    pub(crate) user: String,
    pub(crate) seq: u64,
}

/// `owed/<seq of the first>`: first judgements that nobody began yet, in log order: a row per group commit. One that begins
/// leaves it for a [`PendingRecord`] of its own.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct OwedRecord {
    pub(crate) entries: Vec<OwedEntry>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct OwedEntry {
    pub(crate) submission: [u8; 16],
    pub(crate) priority: u8,
    pub(crate) tenant: String,
    pub(crate) user: String,
    pub(crate) seq: u64,
}

/// `by_tenant/<tenant><user><newest id>`: what one user handed in within one group commit; see `by_user.rs`.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct UserRecord {
    pub(crate) ids: Vec<[u8; 16]>,
}

/// How compiling went.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct CompileRecord {
    pub(crate) success: bool,
    pub(crate) message: Body,
    pub(crate) cpu_nanos: u64,
    pub(crate) wall_nanos: u64,
    pub(crate) cached: bool,
}

/// Where a verdict came from.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct ProvenanceRecord {
    pub(crate) judgehost: String,
    pub(crate) wall: String,
    pub(crate) language_version: String,
    pub(crate) package: [u8; 32],
    pub(crate) validator: Option<[u8; 32]>,
    pub(crate) attempt: u32,
}

/// Which pool ran it.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct PlaceRecord {
    pub(crate) pool: String,
    pub(crate) fallback: Option<String>,
    pub(crate) time_factor: f64,
}

/// `judgements/<id><generation>`: a verdict without its runs. Written once, the first in log order. Version 1 was a
/// [`JudgementBody`] alone.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct JudgementRecord {
    pub(crate) body: JudgementBody,
    pub(crate) place: Option<PlaceRecord>,
}

/// What a judgement came to.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct JudgementBody {
    pub(crate) seq: u64,
    pub(crate) verdict: u8,
    pub(crate) score: Option<f64>,
    pub(crate) compile: Option<CompileRecord>,
    pub(crate) run_count: u32,
    pub(crate) longest_cpu_nanos: u64,
    pub(crate) peak_memory_bytes: u64,
    pub(crate) testcase_count: u32,
    pub(crate) time_limit_nanos: u64,
    pub(crate) memory_limit_bytes: u64,
    pub(crate) message: Body,
    pub(crate) staff_message: Option<Body>,
    pub(crate) provenance: Option<ProvenanceRecord>,
    pub(crate) started_at: i64,
    pub(crate) ended_at: i64,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub(crate) enum ExitRecord {
    Code(i32),
    Signal(i32),
}

/// The raw counters of one run.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub(crate) struct EvidenceRecord {
    pub(crate) exit: ExitRecord,
    pub(crate) stop: u8,
    pub(crate) cpu_nanos: u64,
    pub(crate) wall_nanos: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) oom_kills: u64,
    pub(crate) output_bytes: u64,
}

/// One testcase of a verdict, as an event tells it.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct RunRecord {
    pub(crate) ordinal: u32,
    pub(crate) testcase: String,
    pub(crate) verdict: u8,
    pub(crate) message: Body,
    pub(crate) judge_message: Option<Body>,
    pub(crate) score: Option<f64>,
    pub(crate) evidence: EvidenceRecord,
}

/// `runs/<id><generation><ordinal>`: one testcase of a verdict with what lies beside it. Version 1 was a [`RunRecord`] alone.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct RunEntry {
    pub(crate) run: RunRecord,
    pub(crate) attachments: Vec<(String, Body)>,
}

impl Record for JudgementRecord {
    const VERSION: u8 = 2;

    fn upcast(version: u8, payload: &[u8]) -> Result<Self, CodecError> {
        match version {
            1 => decode_payload(payload).map(|body| Self { body, place: None }),
            other => Err(CodecError::Version(other)),
        }
    }
}

impl Record for RunEntry {
    const VERSION: u8 = 2;

    fn upcast(version: u8, payload: &[u8]) -> Result<Self, CodecError> {
        match version {
            1 => decode_payload(payload).map(|run| Self {
                run,
                attachments: Vec::new(),
            }),
            other => Err(CodecError::Version(other)),
        }
    }
}

/// `events/<seq>`: one fact or step of progress, behind the submissions accepted right before it. Version 1 was an
/// [`EventEntry`] alone.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct EventRecord {
    pub(crate) entry: EventEntry,
    /// Accepted at the same moment under the sequence numbers before this one, the oldest first. Nil where one was deleted.
    pub(crate) before: Vec<[u8; 16]>,
}

impl EventRecord {
    /// Each event of the row at `seq` with its own number, in order.
    pub(crate) fn entries(self, seq: u64) -> impl Iterator<Item = (u64, EventEntry)> {
        let (at, count) = (self.entry.at, self.before.len() as u64);
        let before = self.before.into_iter().map(move |submission| EventEntry {
            at,
            submission,
            event: EventBody::Accepted,
        });
        (seq.saturating_sub(count)..).zip(before.chain(std::iter::once(self.entry)))
    }
}

impl Record for EventRecord {
    const VERSION: u8 = 2;

    fn upcast(version: u8, payload: &[u8]) -> Result<Self, CodecError> {
        match version {
            1 => decode_payload(payload).map(|entry| Self {
                entry,
                before: Vec::new(),
            }),
            other => Err(CodecError::Version(other)),
        }
    }
}

/// One event. What another tree holds is named, not repeated.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct EventEntry {
    pub(crate) at: i64,
    pub(crate) submission: [u8; 16],
    pub(crate) event: EventBody,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) enum EventBody {
    Accepted,
    Started {
        generation: u32,
        judgehost: String,
        attempt: u32,
        testcase_count: u32,
    },
    Compiled {
        generation: u32,
        compile: CompileRecord,
    },
    Run {
        generation: u32,
        run: RunRecord,
    },
    Judged {
        generation: u32,
    },
}

/// `idempotency/<tenant>\0<key>`: which submission a repeated request means.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct IdempotencyRecord {
    pub(crate) submission: [u8; 16],
    pub(crate) content: [u8; 32],
    pub(crate) seq: u64,
}

/// `meta/applied`: the newest sequence number, in the same transaction as what it covers.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct AppliedRecord {
    pub(crate) seq: u64,
}

macro_rules! version_1 {
    ($($record:ty),*) => { $(impl Record for $record { const VERSION: u8 = 1; })* };
}

version_1!(
    SubmissionRecord,
    PendingRecord,
    JudgementBody,
    RunRecord,
    EventEntry,
    OwedRecord,
    UserRecord,
    IdempotencyRecord,
    AppliedRecord
);
