//! The keys of each tree. Numbers are big endian, so that keys sort as the values do; texts carry their length, since they may
//! hold any byte.

use judging::ids::{JudgementId, SubmissionId, TenantId, UserId};
use uuid::Uuid;

pub(super) const APPLIED: &[u8] = b"applied";

pub(super) fn submission(id: SubmissionId) -> Vec<u8> {
    id.0.as_bytes().to_vec()
}

/// The key right after a submission's.
pub(super) fn after_submission(id: SubmissionId) -> Vec<u8> {
    let mut key = submission(id);
    key.push(0);
    key
}

pub(super) fn judgement(id: JudgementId) -> Vec<u8> {
    let mut key = submission(id.submission);
    key.extend_from_slice(&id.generation.to_be_bytes());
    key
}

pub(super) fn run(id: JudgementId, ordinal: u32) -> Vec<u8> {
    let mut key = judgement(id);
    key.extend_from_slice(&ordinal.to_be_bytes());
    key
}

pub(super) fn event(seq: u64) -> Vec<u8> {
    seq.to_be_bytes().to_vec()
}

pub(super) fn topic(id: SubmissionId, seq: u64) -> Vec<u8> {
    let mut key = submission(id);
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

/// The prefix of everything one user of a tenant handed in.
pub(super) fn user_prefix(tenant: &TenantId, user: &UserId) -> Vec<u8> {
    let mut key = text(tenant.as_str());
    key.extend_from_slice(&text(user.as_str()));
    key
}

pub(super) fn text(text: &str) -> Vec<u8> {
    let mut key = u32::try_from(text.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes()
        .to_vec();
    key.extend_from_slice(text.as_bytes());
    key
}

pub(super) fn joined(mut prefix: Vec<u8>, id: SubmissionId) -> Vec<u8> {
    prefix.extend_from_slice(id.0.as_bytes());
    prefix
}

pub(super) fn idempotency(tenant: &TenantId, key: &str) -> Vec<u8> {
    let mut full = text(tenant.as_str());
    full.extend_from_slice(key.as_bytes());
    full
}

/// The submission whose id ends a key.
pub(super) fn last_id(key: &[u8]) -> Option<SubmissionId> {
    let at = key.len().checked_sub(16)?;
    Uuid::from_slice(&key[at..]).ok().map(SubmissionId)
}

pub(super) fn first_id(key: &[u8]) -> Option<SubmissionId> {
    Uuid::from_slice(key.get(..16)?).ok().map(SubmissionId)
}

pub(super) fn judgement_of(key: &[u8]) -> Option<JudgementId> {
    let submission = first_id(key)?;
    let generation = u32::from_be_bytes(key.get(16..20)?.try_into().ok()?);
    Some(JudgementId {
        submission,
        generation,
    })
}

/// The number that ends a key.
pub(super) fn last_u64(key: &[u8]) -> Option<u64> {
    let at = key.len().checked_sub(8)?;
    Some(u64::from_be_bytes(key[at..].try_into().ok()?))
}
