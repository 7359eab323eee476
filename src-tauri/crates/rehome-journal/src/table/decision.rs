//! Decisions: only ever added; the newest of a kind and subject is the current one.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Journal, JournalError,
    chain::{Content, Entry, Tip},
    schema::Step,
    sql::{self, At, Json},
    table::migration,
    worker::note,
};

pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE decision (
            number INTEGER PRIMARY KEY,
            migration INTEGER NOT NULL REFERENCES migration (number),
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            value TEXT NOT NULL,
            at TEXT NOT NULL,
            hash BLOB NOT NULL,
            UNIQUE (migration, seq)
        ) STRICT;
        CREATE INDEX decision_current ON decision (migration, kind, subject, seq);
        CREATE TRIGGER decision_is_final BEFORE UPDATE ON decision
            BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
    ",
}];

/// What an admin decided: a mapping, a skip with its reason, an approval, an attestation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number in the migration's chain, which operations and outcomes share.
    pub seq: i64,
    pub kind: String,
    pub subject: String,
    pub value: Value,
    pub at: Timestamp,
}

impl Journal {
    /// Adds a decision; an earlier one of the same kind and subject stays in the log. Returns its `seq`.
    pub async fn decide(
        &self,
        migration: &str,
        kind: &str,
        subject: &str,
        value: &Value,
        at: Timestamp,
    ) -> Result<i64, JournalError> {
        let one = vec![(kind.to_owned(), subject.to_owned(), value.clone())];
        let numbers = self.decide_all(migration, one, at).await?;
        Ok(numbers.first().copied().unwrap_or_default())
    }

    /// Adds several decisions `(kind, subject, value)` in order, all or none. Returns the `seq` of each.
    pub async fn decide_all(
        &self,
        migration: &str,
        decisions: Vec<(String, String, Value)>,
        at: Timestamp,
    ) -> Result<Vec<i64>, JournalError> {
        let (id, at) = (migration.to_owned(), at.to_string());
        self.write(move |conn| {
            let mut tip = Tip::read(conn, migration::number(conn, &id)?)?;
            let mut numbers = Vec::with_capacity(decisions.len());
            for (kind, subject, value) in &decisions {
                note(|| format!("decide {kind}"));
                let value = value.to_string();
                let (seq, hash) = tip.next(content(kind, subject, &value, &at));
                sql::run(
                    conn,
                    "INSERT INTO decision (migration, seq, kind, subject, value, at, hash)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![tip.migration, seq, kind, subject, value, at, hash],
                )?;
                numbers.push(seq);
            }
            tip.save(conn)?;
            Ok(numbers)
        })
        .await
    }

    /// The current decisions of one kind, ordered by subject.
    pub async fn decisions(&self, migration: &str, kind: &str) -> Result<Vec<Decision>, JournalError> {
        let (id, kind) = (migration.to_owned(), kind.to_owned());
        self.read(move |conn| {
            // SQLite takes the other columns of a query with max() from the row that holds the maximum.
            sql::all(
                conn,
                "SELECT max(seq), kind, subject, value, at FROM decision
                 WHERE migration = ?1 AND kind = ?2 GROUP BY subject ORDER BY subject",
                params![migration::number(conn, &id)?, kind],
                read,
            )
        })
        .await
    }

    /// Every decision ever made of these kinds and subjects, in order.
    pub async fn decision_history(
        &self,
        migration: &str,
        of: Vec<(String, String)>,
    ) -> Result<Vec<Decision>, JournalError> {
        let id = migration.to_owned();
        self.read(move |conn| {
            let number = migration::number(conn, &id)?;
            let mut found: Vec<Decision> = Vec::new();
            for (kind, subject) in &of {
                found.extend(sql::all(
                    conn,
                    "SELECT seq, kind, subject, value, at FROM decision
                     WHERE migration = ?1 AND kind = ?2 AND subject = ?3",
                    params![number, kind, subject],
                    read,
                )?);
            }
            found.sort_by_key(|decision| decision.seq);
            Ok(found)
        })
        .await
    }

    /// Every decision ever made, in order.
    pub async fn decision_log(&self, migration: &str) -> Result<Vec<Decision>, JournalError> {
        let id = migration.to_owned();
        self.read(move |conn| {
            sql::all(
                conn,
                "SELECT seq, kind, subject, value, at FROM decision WHERE migration = ?1 ORDER BY seq",
                [migration::number(conn, &id)?],
                read,
            )
        })
        .await
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Decision> {
    Ok(Decision {
        seq: row.get(0)?,
        kind: row.get(1)?,
        subject: row.get(2)?,
        value: row.get::<_, Json>(3)?.0,
        at: row.get::<_, At>(4)?.0,
    })
}

pub(crate) fn entries(conn: &Connection, number: i64) -> Result<Vec<Entry>, JournalError> {
    let sql = "SELECT seq, hash, kind, subject, value, at FROM decision WHERE migration = ?1";
    sql::all(conn, sql, [number], |row| {
        let text = |column| row.get::<_, String>(column);
        let content = content(&text(2)?, &text(3)?, &text(4)?, &text(5)?).finish();
        Ok(Entry {
            seq: row.get(0)?,
            hash: row.get(1)?,
            content,
        })
    })
}

fn content(kind: &str, subject: &str, value: &str, at: &str) -> Content {
    Content::of("decision").text(kind).text(subject).text(value).text(at)
}
