//! Snapshots: full raw JSON of what is about to be changed.

use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Journal, JournalError,
    schema::Step,
    sql::{self, At, Json},
    table::migration,
};

pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE snapshot (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            migration INTEGER NOT NULL REFERENCES migration (number),
            subject TEXT NOT NULL,
            kind TEXT NOT NULL,
            value TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX snapshot_subject ON snapshot (migration, subject);
    ",
}];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub id: i64,
    pub subject: String,
    pub kind: String,
    pub value: Value,
    pub at: Timestamp,
}

impl Journal {
    /// Stores what is about to be changed; on disk when this returns. Returns the snapshot's id.
    pub async fn snapshot(
        &self,
        migration: &str,
        subject: &str,
        kind: &str,
        value: &Value,
        at: Timestamp,
    ) -> Result<i64, JournalError> {
        let (id, subject, kind) = (migration.to_owned(), subject.to_owned(), kind.to_owned());
        let (value, at) = (value.to_string(), at.to_string());
        self.write(move |conn| {
            let insert = "INSERT INTO snapshot (migration, subject, kind, value, at) VALUES (?1, ?2, ?3, ?4, ?5)";
            sql::run(
                conn,
                insert,
                params![migration::number(conn, &id)?, subject, kind, value, at],
            )?;
            Ok(conn.last_insert_rowid())
        })
        .await
    }

    /// The snapshots of one subject, oldest first.
    pub async fn snapshots_of(&self, migration: &str, subject: &str) -> Result<Vec<Snapshot>, JournalError> {
        let (id, subject) = (migration.to_owned(), subject.to_owned());
        self.read(move |conn| {
            sql::all(
                conn,
                "SELECT id, subject, kind, value, at FROM snapshot WHERE migration = ?1 AND subject = ?2 ORDER BY id",
                params![migration::number(conn, &id)?, subject],
                |row| {
                    Ok(Snapshot {
                        id: row.get(0)?,
                        subject: row.get(1)?,
                        kind: row.get(2)?,
                        value: row.get::<_, Json>(3)?.0,
                        at: row.get::<_, At>(4)?.0,
                    })
                },
            )
        })
        .await
    }
}
