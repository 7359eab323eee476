//! A journal in a temporary folder with one migration, `m1`.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use crate::{Journal, JournalError, JournalKey, NewMigration, NewOperation};

pub struct Fixture {
    pub journal: Option<Journal>,
    pub key: JournalKey,
    pub dir: TempDir,
}

impl Fixture {
    pub async fn new() -> Self {
        let (dir, key) = (tempfile::tempdir().unwrap(), JournalKey::generate());
        let journal = Journal::open(dir.path(), &key).unwrap();
        journal.add_migration(migration("m1", "new1"), at(0)).await.unwrap();
        Self {
            journal: Some(journal),
            key,
            dir,
        }
    }

    pub fn journal(&self) -> &Journal {
        self.journal.as_ref().expect("the journal is open")
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn close(&mut self) {
        self.journal = None;
    }

    pub fn reopen(&mut self) -> Result<&Journal, JournalError> {
        self.close();
        Ok(self.journal.insert(Journal::open(self.dir.path(), &self.key)?))
    }

    /// Lets the write-ahead log grow, so that [`Self::commits`] sees all.
    pub async fn keep_log(&self) {
        let keep = self.journal().alone(|conn| {
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(conn.query_row("PRAGMA wal_autocheckpoint = 0", [], |_| Ok(()))?)
        });
        keep.await.unwrap();
    }

    /// Commits in the write-ahead log: each ends with a frame that names the size of the database.
    pub fn commits(&self) -> usize {
        let log = std::fs::read(self.path().join("journal.db-wal")).unwrap();
        let number = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        let page = number(&log, 8) as usize;
        log[32..]
            .chunks_exact(24 + page)
            .filter(|frame| number(frame, 4) != 0)
            .count()
    }

    /// Works on the closed file, past the crate.
    pub fn tamper<T>(&mut self, work: impl FnOnce(&Connection) -> T) -> T {
        self.close();
        let done = work(&raw(self.path(), &self.key));
        self.reopen().unwrap();
        done
    }
}

pub fn raw(dir: &Path, key: &JournalKey) -> Connection {
    let conn = Connection::open(dir.join("journal.db")).unwrap();
    conn.execute_batch(&key.pragma()).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    conn
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub fn migration(id: &str, new_app: &str) -> NewMigration {
    NewMigration {
        id: id.to_owned(),
        org_id: "00o1".to_owned(),
        org: json!({"name": "Example"}),
        old_app: "old1".to_owned(),
        new_app: new_app.to_owned(),
        practice: true,
    }
}

pub fn operation(subject: &str) -> NewOperation {
    NewOperation {
        wave: 0,
        subject: subject.to_owned(),
        kind: "assign".to_owned(),
        method: "POST".to_owned(),
        path: "/api/v1/apps/new1/users".to_owned(),
        body: Some(json!({"id": subject, "scope": "USER"})),
        undo: Some(json!({"kind": "unassign"})),
        snapshot: None,
    }
}
