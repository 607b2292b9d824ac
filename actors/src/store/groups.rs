//! Rows that hold what one group commit has in common: the events of submissions accepted in a row, and the judgements owed for
//! them. A row of its own for each of them was most of what accepting cost: sled copies a leaf for every row that it takes.
//!
//! **Invariants**: the numbers of one row follow each other, and no two rows of a table overlap, so a number has one row where it
//! can be; a value stays near 4 kB.

use judging::ids::{JudgementId, SubmissionId};

use super::database::Table;
use super::fold::Batch;
use super::records::{
    EventBody, EventEntry, EventRecord, OwedEntry, OwedRecord, PendingRecord, SubmissionRecord,
};
use super::{StoreError, keys};

/// Bytes of one row, roughly: see `INLINE_BYTES` of the fold.
const ROW_BYTES: usize = 3500;
/// Ids that fit into it.
pub(super) const ROW_IDS: usize = ROW_BYTES / 17;

impl Batch<'_> {
    /// Writes the events of those accepted last, the newest of which has the number `last`.
    pub(super) fn write_accepted(&mut self, last: u64) -> Result<(), StoreError> {
        let accepted = std::mem::take(&mut self.accepted);
        let mut seq = last.saturating_sub(accepted.len() as u64);
        for row in accepted.chunks(ROW_IDS) {
            let Some((submission, before)) = row.split_last() else {
                continue;
            };
            seq += row.len() as u64;
            let entry = EventEntry {
                at: self.now.0,
                submission: *submission,
                event: EventBody::Accepted,
            };
            let before = before.to_vec();
            let record = EventRecord { entry, before };
            self.put(Table::Events, keys::event(seq), &record)?;
        }
        Ok(())
    }

    /// Writes the judgements that this batch began to owe.
    pub(super) fn write_owed(&mut self) -> Result<(), StoreError> {
        let (mut entries, mut bytes) = (Vec::with_capacity(self.owed.len()), 0);
        for entry in std::mem::take(&mut self.owed) {
            let size = 32 + entry.tenant.len() + entry.user.len();
            if bytes + size > ROW_BYTES && !entries.is_empty() {
                self.put_owed(std::mem::take(&mut entries))?;
                bytes = 0;
            }
            bytes += size;
            entries.push(entry);
        }
        self.put_owed(entries)
    }

    fn put_owed(&mut self, entries: Vec<OwedEntry>) -> Result<(), StoreError> {
        match entries.first() {
            Some(first) => {
                let key = keys::event(first.seq);
                self.put(Table::Owed, key, &OwedRecord { entries })
            }
            None => Ok(()),
        }
    }

    /// Whether a judgement is owed that nobody began.
    pub(super) fn owes(&self, judgement: JudgementId) -> Result<bool, StoreError> {
        Ok(self.open_owed(judgement).is_some() || self.stored_owed(judgement)?.is_some())
    }

    /// Takes a judgement out of those that nobody began; `None` when it is not among them.
    pub(super) fn take_owed(
        &mut self,
        judgement: JudgementId,
    ) -> Result<Option<PendingRecord>, StoreError> {
        if let Some(at) = self.open_owed(judgement) {
            return Ok(Some(begun(self.owed.remove(at))));
        }
        let Some(mut row) = self.stored_owed(judgement)? else {
            return Ok(None);
        };
        let entry = row.record.entries.remove(row.at);
        if row.record.entries.is_empty() {
            self.remove(Table::Owed, row.key);
        } else {
            self.put(Table::Owed, row.key, &row.record)?;
        }
        Ok(Some(begun(entry)))
    }

    fn open_owed(&self, judgement: JudgementId) -> Option<usize> {
        let id = judgement.submission.0.as_bytes();
        let mut open = self.owed.iter();
        open.position(|entry| entry.submission == *id && judgement.generation == FIRST)
    }

    fn stored_owed(&self, judgement: JudgementId) -> Result<Option<OwedRow>, StoreError> {
        let id = judgement.submission;
        if judgement.generation != FIRST {
            return Ok(None);
        }
        let stored = self.read::<SubmissionRecord>(Table::Submissions, &keys::submission(id));
        match readable(stored, "submissions")? {
            Some(submission) => self.owed_row(id, submission.seq),
            None => Ok(None),
        }
    }

    /// The row of a submission that was accepted under this number and that nobody began.
    pub(super) fn owed_row(
        &self,
        id: SubmissionId,
        seq: u64,
    ) -> Result<Option<OwedRow>, StoreError> {
        let mut rows = self.database.up_to(Table::Owed, &keys::event(seq));
        let Some((key, _)) = rows.next_back().transpose()? else {
            return Ok(None);
        };
        let stored = self.read::<OwedRecord>(Table::Owed, &key);
        Ok(readable(stored, "owed")?.and_then(|record| {
            let mut entries = record.entries.iter();
            let at = entries.position(|entry| entry.submission == *id.0.as_bytes())?;
            Some(OwedRow { key, record, at })
        }))
    }
}

/// The generation of a first judgement.
const FIRST: u32 = 1;

/// A row of judgements that nobody began, and which of them was looked for.
pub(super) struct OwedRow {
    key: Vec<u8>,
    record: OwedRecord,
    at: usize,
}

fn begun(entry: OwedEntry) -> PendingRecord {
    PendingRecord {
        attempts: 0,
        priority: entry.priority,
        tenant: entry.tenant,
        user: entry.user,
        seq: entry.seq,
    }
}

/// A record that cannot be decoded is said loudly and passed over: it must not end the store thread again and again.
fn readable<R>(
    found: Result<Option<R>, StoreError>,
    table: &'static str,
) -> Result<Option<R>, StoreError> {
    match found {
        Err(StoreError::Codec(error)) => {
            tracing::error!(table, %error, "a record cannot be read; nothing is owed for it");
            Ok(None)
        }
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use judging::events::Event;
    use judging::ids::Timestamp;
    use judging::verdicts::Verdict;

    use super::super::database::{Database, Writes};
    use super::super::records::PendingRecord;
    use super::super::samples::{accepted, id, judged, started};
    use super::*;
    use crate::store::codec::encode;

    fn database(dir: &Path) -> Database {
        let opened = Database::open(&dir.join("store"), 1 << 20, 1).expect("it opens");
        opened.database
    }

    fn commit(database: &Database, seq: u64, events: &[Event]) -> u64 {
        let mut batch = Batch::new(database, seq, Timestamp(7));
        for event in events {
            batch.apply(event.clone()).expect("it folds");
        }
        batch.seal().expect("it seals");
        let seq = batch.seq;
        database.commit(batch.writes).expect("it commits");
        seq
    }

    /// Sequence numbers of the rows of a table.
    fn rows(database: &Database, table: Table) -> Vec<u64> {
        let keys = database
            .prefix(table, &[])
            .map(|row| row.expect("it reads"));
        keys.filter_map(|(key, _)| keys::last_u64(&key)).collect()
    }

    #[test]
    fn a_group_commit_is_one_row_of_events_and_one_of_what_is_owed() {
        let dir = tempfile::tempdir().expect("a directory");
        let database = database(dir.path());
        let seq = commit(&database, 0, &(1..=5).map(accepted).collect::<Vec<_>>());
        assert_eq!(rows(&database, Table::Events), [5]);
        assert_eq!(rows(&database, Table::Owed), [1]);
        // Another event between the accepted ones ends a row.
        let mixed = [accepted(6), started(2, 1), accepted(7), accepted(8)];
        assert_eq!(commit(&database, seq, &mixed), 9);
        assert_eq!(rows(&database, Table::Events), [5, 6, 7, 9]);
        assert_eq!(rows(&database, Table::Owed), [1, 6]);
    }

    #[test]
    fn what_begins_or_ends_leaves_its_row_and_the_row_goes_with_the_last() {
        let dir = tempfile::tempdir().expect("a directory");
        let database = database(dir.path());
        let mut seq = commit(&database, 0, &[accepted(1), accepted(2), accepted(3)]);
        let owes = |n| {
            let batch = Batch::new(&database, 0, Timestamp(7));
            let judgement = JudgementId {
                submission: id(n),
                generation: 1,
            };
            batch.owes(judgement).expect("it reads")
        };
        seq = commit(&database, seq, &[started(2, 1), judged(1, Verdict::Ac)]);
        assert_eq!([1, 2, 3].map(owes), [false, false, true]);
        assert_eq!(rows(&database, Table::Owed), [1]);
        commit(&database, seq, &[started(3, 1), judged(2, Verdict::Ac)]);
        assert_eq!([1, 2, 3].map(owes), [false; 3]);
        assert!(rows(&database, Table::Owed).is_empty());
        assert_eq!(database.prefix(Table::Pending, &[]).count(), 1);
        // Accepted and begun within one commit: it never had a row.
        commit(&database, 8, &[accepted(9), started(9, 1)]);
        assert!(rows(&database, Table::Owed).is_empty());
    }

    #[test]
    fn what_an_older_version_owed_is_judged() {
        let dir = tempfile::tempdir().expect("a directory");
        let database = database(dir.path());
        let seq = commit(&database, 0, &[accepted(1)]);
        let pending = PendingRecord {
            attempts: 0,
            priority: 1,
            tenant: "tenant".to_owned(),
            user: "user".to_owned(),
            seq: 1,
        };
        let judgement = JudgementId {
            submission: id(1),
            generation: 1,
        };
        let mut writes = Writes::new();
        writes.insert(Table::Owed.key(&keys::event(1)), None);
        let key = Table::Pending.key(&keys::judgement(judgement));
        writes.insert(key, Some(encode(&pending).expect("it encodes")));
        database.commit(writes).expect("it commits");
        let seq = commit(&database, seq, &[started(1, 1), judged(1, Verdict::Ac)]);
        assert_eq!(seq, 3);
        assert_eq!(database.prefix(Table::Pending, &[]).count(), 0);
    }

    #[test]
    fn rows_are_bounded() {
        let dir = tempfile::tempdir().expect("a directory");
        let database = database(dir.path());
        commit(&database, 0, &(1..=450).map(accepted).collect::<Vec<_>>());
        for table in [Table::Events, Table::Owed, Table::ByTenant] {
            let rows = database
                .prefix(table, &[])
                .map(|row| row.expect("it reads"));
            let sizes: Vec<usize> = rows.map(|(_, value)| value.len()).collect();
            assert!(
                sizes.len() > 2 && sizes.iter().all(|size| *size < 4096),
                "{table:?}: {sizes:?}"
            );
        }
    }
}
