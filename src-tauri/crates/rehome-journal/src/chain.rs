//! The hash chain: one per migration, over intents, outcomes and decisions in the order in which they were made.
//!
//! Entry `seq` holds SHA-256 of the entry before it, its number, its kind and its content; entry 0 is the migration's own
//! row. The migration keeps the newest number and hash, so that entries cut off at the end are missed too. The chain
//! guards against accidents and quiet edits; who has the key and rebuilds the whole chain is not found out.

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::{
    Journal, JournalError, sql,
    table::{decision, migration, operation, outcome},
};

pub(crate) type Hash = [u8; 32];

/// Digest of fields that cannot be shifted into each other: each is preceded by its presence and length.
pub(crate) struct Content(Sha256);

impl Content {
    pub fn of(kind: &'static str) -> Self {
        Self(Sha256::new()).text(kind)
    }

    pub fn text(self, field: &str) -> Self {
        self.optional(Some(field))
    }

    pub fn optional(mut self, field: Option<&str>) -> Self {
        match field {
            None => self.0.update([0]),
            Some(field) => {
                self.0.update([1]);
                self.0.update((field.len() as u64).to_le_bytes());
                self.0.update(field);
            }
        }
        self
    }

    pub fn number(mut self, field: i64) -> Self {
        self.0.update([2]);
        self.0.update(field.to_le_bytes());
        self
    }

    pub fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

/// The end of one migration's chain, for the time of one command.
pub(crate) struct Tip {
    /// The migration's row number.
    pub migration: i64,
    seq: i64,
    hash: Hash,
}

impl Tip {
    pub fn read(conn: &Connection, migration: i64) -> Result<Self, JournalError> {
        let mut statement = conn.prepare_cached("SELECT head_seq, head_hash FROM migration WHERE number = ?1")?;
        Ok(statement.query_row([migration], |row| {
            Ok(Self {
                migration,
                seq: row.get(0)?,
                hash: row.get(1)?,
            })
        })?)
    }

    /// Number and hash of the next entry.
    pub fn next(&mut self, content: Content) -> (i64, Hash) {
        self.seq += 1;
        self.hash = link(&self.hash, self.seq, &content.finish());
        (self.seq, self.hash)
    }

    pub fn save(self, conn: &Connection) -> Result<(), JournalError> {
        sql::run(
            conn,
            "UPDATE migration SET head_seq = ?2, head_hash = ?3 WHERE number = ?1",
            params![self.migration, self.seq, self.hash],
        )?;
        Ok(())
    }
}

fn link(before: &Hash, seq: i64, content: &Hash) -> Hash {
    Sha256::new()
        .chain_update(before)
        .chain_update(seq.to_le_bytes())
        .chain_update(content)
        .finalize()
        .into()
}

/// One stored entry: its number, the hash it was stored with, and the digest of its content as it is now.
pub(crate) struct Entry {
    pub seq: i64,
    pub hash: Hash,
    pub content: Hash,
}

impl Journal {
    /// Recomputes the chain of one migration. `ChainBroken` names the first entry that is not as it was written; one
    /// past the last if entries are missing at the end.
    pub async fn verify(&self, migration: &str) -> Result<(), JournalError> {
        let id = migration.to_owned();
        self.read(move |conn| verify(conn, &id)).await
    }
}

fn verify(conn: &Connection, id: &str) -> Result<(), JournalError> {
    // One transaction, so that writes in between do not look like a broken chain.
    let conn = conn.unchecked_transaction()?;
    let number = migration::number(&conn, id)?;
    let head = Tip::read(&conn, number)?;
    let mut entries = operation::entries(&conn, number)?;
    entries.extend(outcome::entries(&conn, number)?);
    entries.extend(decision::entries(&conn, number)?);
    entries.sort_unstable_by_key(|entry| entry.seq);

    let mut hash = migration::genesis(&conn, number)?;
    let mut seq = 0;
    for entry in entries {
        seq += 1;
        hash = link(&hash, seq, &entry.content);
        if entry.seq != seq || entry.hash != hash {
            return Err(JournalError::ChainBroken { seq });
        }
    }
    if head.seq != seq || head.hash != hash {
        // With no entry at all, what differs is the migration's own row: entry 0.
        return Err(JournalError::ChainBroken {
            seq: if head.seq == seq { seq } else { seq + 1 },
        });
    }
    match operation::miscounted_open(&conn, number)? {
        Some(seq) => Err(JournalError::ChainBroken { seq }),
        None => Ok(()),
    }
}
