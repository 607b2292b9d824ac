//! Who handed in what: rows of the ids that one user's submissions have in one group commit, and reading them newest first.
//!
//! **Invariants**: the key of a row ends with the newest id it ever had, and no id of a row is more than [`SPAN`] older, so all rows
//! that may hold an id lie close behind it. A row without a value holds its key's id alone: what earlier versions wrote for each.

use std::collections::BTreeSet;
use std::iter::{Peekable, Rev};

use judging::ids::SubmissionId;
use uuid::Uuid;

use super::codec::{decode, decode_among};
use super::database::{Database, Found, Table};
use super::fold::Batch;
use super::groups::ROW_IDS;
use super::records::UserRecord;
use super::{StoreError, keys};

/// One second, as ids count time: their first 48 bits are milliseconds.
const SPAN: u128 = 1000 << 80;

impl Batch<'_> {
    /// Writes who handed in what since this batch began.
    pub(super) fn write_by_user(&mut self) -> Result<(), StoreError> {
        for (prefix, mut ids) in std::mem::take(&mut self.by_user) {
            ids.sort_unstable();
            while let Some(newest) = ids.last().copied() {
                let oldest = newest.as_u128().saturating_sub(SPAN);
                let from = ids.partition_point(|id| id.as_u128() < oldest);
                let from = from.max(ids.len().saturating_sub(ROW_IDS));
                let row = ids.split_off(from);
                let key = keys::joined(prefix.clone(), SubmissionId(newest));
                if row.len() == 1 {
                    self.put_empty(Table::ByTenant, key);
                } else {
                    let ids = row.iter().map(|id| *id.as_bytes()).collect();
                    self.put(Table::ByTenant, key, &UserRecord { ids })?;
                }
            }
        }
        Ok(())
    }

    /// Takes a submission out of its row; the row goes with the last one.
    pub(super) fn remove_by_user(
        &mut self,
        prefix: &[u8],
        id: SubmissionId,
    ) -> Result<(), StoreError> {
        let from = keys::joined(prefix.to_vec(), id);
        let rows = self
            .database
            .range(Table::ByTenant, &from, &after(prefix, id));
        for row in rows {
            let (key, _) = row?;
            // As this batch leaves it: it may have taken others out.
            let Some(value) = self.value(Table::ByTenant, &key)? else {
                continue;
            };
            if value.is_empty() {
                if key == from {
                    self.remove(Table::ByTenant, key);
                    return Ok(());
                }
                continue;
            }
            let Some(mut record) = decode_among::<UserRecord>("by_tenant", &value) else {
                continue;
            };
            let Some(at) = record.ids.iter().position(|one| one == id.0.as_bytes()) else {
                continue;
            };
            record.ids.remove(at);
            if record.ids.is_empty() {
                self.remove(Table::ByTenant, key);
            } else {
                self.put(Table::ByTenant, key, &record)?;
            }
            return Ok(());
        }
        Ok(())
    }
}

/// The first key whose row cannot hold `id`.
fn after(prefix: &[u8], id: SubmissionId) -> Vec<u8> {
    let last = Uuid::from_u128(id.0.as_u128().saturating_add(SPAN));
    let mut key = keys::joined(prefix.to_vec(), SubmissionId(last));
    key.push(0);
    key
}

/// The submissions of one user, newest first.
pub(super) struct NewestFirst {
    rows: Peekable<Rev<Found>>,
    below: Option<SubmissionId>,
    /// Read and not given yet: a row may hold ids that are older than those of the next one.
    held: BTreeSet<Uuid>,
}

impl NewestFirst {
    /// Those below an id, or all.
    pub(super) fn new(database: &Database, prefix: &[u8], below: Option<SubmissionId>) -> Self {
        let rows = match below {
            Some(id) => database.range(Table::ByTenant, prefix, &after(prefix, id)),
            None => database.prefix(Table::ByTenant, prefix),
        };
        Self {
            rows: rows.rev().peekable(),
            below,
            held: BTreeSet::new(),
        }
    }

    /// Whether every row that is not read yet is older than what is held.
    fn is_settled(&mut self) -> bool {
        match (self.held.last(), self.rows.peek()) {
            (None, next) => next.is_none(),
            (Some(_), None) => true,
            (Some(newest), Some(Ok((key, _)))) => {
                keys::last_id(key).is_none_or(|next| next.0 < *newest)
            }
            (Some(_), Some(Err(_))) => false,
        }
    }

    fn hold(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let alone = keys::last_id(key).filter(|_| value.is_empty());
        let ids = match alone {
            Some(id) => vec![id.0],
            None => {
                let ids = decode::<UserRecord>(value)?.ids;
                ids.into_iter().map(Uuid::from_bytes).collect()
            }
        };
        let below = self.below;
        let wanted = |id: &Uuid| below.is_none_or(|below| *id < below.0);
        self.held.extend(ids.into_iter().filter(wanted));
        Ok(())
    }
}

impl Iterator for NewestFirst {
    type Item = Result<SubmissionId, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_settled() {
            let held = match self.rows.next()? {
                Ok((key, value)) => self.hold(&key, &value),
                Err(error) => Err(error),
            };
            if let Err(error) = held {
                return Some(Err(error));
            }
        }
        self.held.pop_last().map(SubmissionId).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use judging::ids::Timestamp;
    use proptest::prelude::*;

    use super::super::database::Writes;
    use super::*;

    fn prefix(user: &str) -> Vec<u8> {
        keys::user_prefix(&"tenant".into(), &user.into())
    }

    fn id(millis: u64) -> SubmissionId {
        SubmissionId(Uuid::from_u128(u128::from(millis) << 80 | 7))
    }

    fn database(dir: &std::path::Path) -> Database {
        let opened = Database::open(&dir.join("store"), 1 << 20, 1).expect("it opens");
        opened.database
    }

    /// Writes each group as one commit does, one id alone as older versions did.
    fn commit(database: &Database, groups: &[Vec<u64>]) {
        for group in groups {
            let mut batch = Batch::new(database, 0, Timestamp(0));
            let ids = group.iter().map(|millis| id(*millis).0).collect();
            batch.by_user.insert(prefix("ada"), ids);
            batch.write_by_user().expect("it writes");
            database.commit(batch.writes).expect("it commits");
        }
        let mut other = Writes::new();
        let stranger = keys::joined(prefix("adam"), id(1));
        other.insert(Table::ByTenant.key(&stranger), Some(Vec::new()));
        database.commit(other).expect("it commits");
    }

    fn below(database: &Database, below: Option<u64>) -> Vec<SubmissionId> {
        NewestFirst::new(database, &prefix("ada"), below.map(id))
            .collect::<Result<_, _>>()
            .expect("it reads")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn groups_are_read_as_rows_of_their_own_would_be(
            millis in prop::collection::btree_set(0u64..5_000, 1..60),
            group in prop::collection::vec(0usize..6, 60),
            from in 0u64..5_000,
            gone in prop::collection::vec(any::<bool>(), 60),
        ) {
            let dir = tempfile::tempdir().expect("a directory");
            let database = database(dir.path());
            let mut groups = vec![Vec::new(); 6];
            for (millis, group) in millis.iter().zip(&group) {
                groups[*group].push(*millis);
            }
            commit(&database, &groups);
            let newest_first = |kept: &dyn Fn(u64) -> bool| -> Vec<SubmissionId> {
                millis.iter().rev().filter(|one| kept(**one)).map(|one| id(*one)).collect()
            };
            prop_assert_eq!(below(&database, None), newest_first(&|_| true));
            prop_assert_eq!(below(&database, Some(from)), newest_first(&|one| one < from));
            let gone: Vec<u64> = millis.iter().zip(&gone).filter(|(_, gone)| **gone).map(|(one, _)| *one).collect();
            let mut batch = Batch::new(&database, 0, Timestamp(0));
            for millis in &gone {
                batch.remove_by_user(&prefix("ada"), id(*millis)).expect("it removes");
            }
            database.commit(batch.writes).expect("it commits");
            prop_assert_eq!(below(&database, None), newest_first(&|one| !gone.contains(&one)));
            let left = database.prefix(Table::ByTenant, &[]).count();
            prop_assert!(left > 1 || gone.len() == millis.len(), "a row goes with its last id only");
            prop_assert!(left == 1 || gone.len() < millis.len(), "and then it goes");
        }
    }
}
