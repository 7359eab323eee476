//! Calls: the activity log of everything that was sent to Okta.

use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::{
    Journal, JournalError,
    schema::Step,
    sql::{self, At},
    table::migration,
};

pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE call (
            number INTEGER PRIMARY KEY,
            migration INTEGER NOT NULL REFERENCES migration (number),
            at TEXT NOT NULL,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            status INTEGER,
            milliseconds INTEGER NOT NULL,
            request_id TEXT,
            is_write INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX call_migration ON call (migration, is_write);
        CREATE INDEX call_newest ON call (migration, number);
    ",
}];

/// One call to Okta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRow {
    pub at: Timestamp,
    pub method: String,
    /// Path and query, without the org's origin and without anything secret.
    pub path: String,
    /// `None`: no answer was seen.
    pub status: Option<u16>,
    /// From sending to the end of the answer.
    pub milliseconds: u64,
    /// `X-Okta-Request-Id`.
    pub request_id: Option<String>,
    pub is_write: bool,
}

impl Journal {
    pub async fn log_calls(&self, migration: &str, calls: Vec<CallRow>) -> Result<(), JournalError> {
        let id = migration.to_owned();
        self.write(move |conn| {
            let number = migration::number(conn, &id)?;
            let mut statement = conn.prepare_cached(
                "INSERT INTO call (migration, at, method, path, status, milliseconds, request_id, is_write)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            for call in &calls {
                statement.execute(params![
                    number,
                    call.at.to_string(),
                    call.method,
                    call.path,
                    call.status,
                    i64::try_from(call.milliseconds).unwrap_or(i64::MAX),
                    call.request_id,
                    call.is_write,
                ])?;
            }
            Ok(())
        })
        .await
    }

    /// Calls, newest first.
    pub async fn calls(&self, migration: &str, offset: u64, limit: u64) -> Result<Vec<CallRow>, JournalError> {
        let id = migration.to_owned();
        let [limit, offset] = [limit, offset].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
        self.read(move |conn| {
            sql::all(
                conn,
                "SELECT at, method, path, status, milliseconds, request_id, is_write FROM call
                 WHERE migration = ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3",
                params![migration::number(conn, &id)?, limit, offset],
                |row| {
                    Ok(CallRow {
                        at: row.get::<_, At>(0)?.0,
                        method: row.get(1)?,
                        path: row.get(2)?,
                        status: row.get(3)?,
                        milliseconds: row.get::<_, i64>(4)?.unsigned_abs(),
                        request_id: row.get(5)?,
                        is_write: row.get(6)?,
                    })
                },
            )
        })
        .await
    }

    /// How many calls were made, and how many of them were writes.
    pub async fn calls_count(&self, migration: &str) -> Result<(u64, u64), JournalError> {
        let id = migration.to_owned();
        self.read(move |conn| {
            let mut statement =
                conn.prepare_cached("SELECT count(*), coalesce(sum(is_write), 0) FROM call WHERE migration = ?1")?;
            let counts = statement.query_row([migration::number(conn, &id)?], |row| {
                Ok((
                    row.get::<_, i64>(0)?.unsigned_abs(),
                    row.get::<_, i64>(1)?.unsigned_abs(),
                ))
            });
            Ok(counts?)
        })
        .await
    }
}
