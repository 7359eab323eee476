//! Operations: one write call to Okta each, stored with all it will do before it is sent.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Journal, JournalError, Outcome,
    chain::{Content, Entry, Tip},
    schema::Step,
    sql::{self, At, Json},
    table::{migration, outcome},
    worker::note,
};

/// `open_operation` repeats what the outcomes tell, so that a start finds what is unsettled without reading them all.
pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE operation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            migration INTEGER NOT NULL REFERENCES migration (number),
            seq INTEGER NOT NULL,
            wave INTEGER NOT NULL,
            subject TEXT NOT NULL,
            kind TEXT NOT NULL,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            body TEXT,
            undo TEXT,
            snapshot TEXT,
            begun TEXT NOT NULL,
            hash BLOB NOT NULL,
            UNIQUE (migration, seq)
        ) STRICT;
        CREATE INDEX operation_subject ON operation (migration, subject);
        CREATE TRIGGER operation_is_final BEFORE UPDATE ON operation
            BEGIN SELECT RAISE(ABORT, 'operations are never changed'); END;
        CREATE TABLE open_operation (
            migration INTEGER NOT NULL REFERENCES migration (number),
            operation INTEGER NOT NULL REFERENCES operation (id),
            PRIMARY KEY (migration, operation)
        ) STRICT, WITHOUT ROWID;
    ",
}];

/// Names an operation in the whole journal; never given twice, not even after a wipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(pub i64);

impl std::fmt::Display for OperationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A write call that is about to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewOperation {
    /// 0 is the pilot.
    pub wave: i64,
    /// Whom or what it touches, such as a person's or group's id.
    pub subject: String,
    pub kind: String,
    pub method: String,
    /// Path and query, without the org's origin.
    pub path: String,
    pub body: Option<Value>,
    /// How to take it back.
    pub undo: Option<Value>,
    /// What is about to be changed, as it was just before.
    pub snapshot: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    pub id: OperationId,
    /// Its number in the migration's chain, which outcomes and decisions share.
    pub seq: i64,
    pub wave: i64,
    pub subject: String,
    pub kind: String,
    pub method: String,
    pub path: String,
    pub body: Option<Value>,
    pub undo: Option<Value>,
    pub snapshot: Option<Value>,
    pub begun: Timestamp,
    /// `None`: an intent, of which it is not known whether it was sent.
    pub outcome: Option<Outcome>,
    /// What was stored with the newest outcome.
    pub detail: Option<Value>,
    /// When the newest outcome was stored.
    pub finished: Option<Timestamp>,
    /// The outcome was unknown at first.
    pub was_unknown: bool,
}

const SELECT: &str = "
    SELECT p.id, p.seq, p.wave, p.subject, p.kind, p.method, p.path, p.body, p.undo, p.snapshot, p.begun,
           o.nth, o.state, o.class, o.words, o.detail, o.at
    FROM operation p
    LEFT JOIN outcome o
        ON o.operation = p.id AND o.nth = (SELECT max(nth) FROM outcome WHERE operation = p.id)";

impl Journal {
    /// Stores intents, in order, all or none. When this returns they are on disk: only then may the calls be sent.
    ///
    /// Errors: `Full`, `Io`, `ReadOnly` (then nothing may be sent), `NoSuchMigration`.
    pub async fn begin(
        &self,
        migration: &str,
        ops: Vec<NewOperation>,
        at: Timestamp,
    ) -> Result<Vec<OperationId>, JournalError> {
        let id = migration.to_owned();
        self.write(move |conn| {
            let mut tip = Tip::read(conn, migration::number(conn, &id)?)?;
            let at = at.to_string();
            let ids = ops
                .iter()
                .map(|new| insert(conn, &mut tip, new, &at))
                .collect::<Result<_, _>>()?;
            tip.save(conn)?;
            Ok(ids)
        })
        .await
    }

    /// Stores what became of an operation. An intent becomes anything; unknown becomes confirmed or failed; all else is
    /// `IllegalTransition`. `detail`: status, request id, the answer, never a header with a credential.
    pub async fn finish(
        &self,
        id: OperationId,
        outcome: Outcome,
        detail: Value,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        self.write(move |conn| {
            let mut statement = conn.prepare_cached("SELECT migration FROM operation WHERE id = ?1")?;
            let migration = statement.query_row([id.0], |row| row.get(0)).optional()?;
            let migration = migration.ok_or(JournalError::NoSuchOperation { id: id.0 })?;
            outcome::insert(conn, migration, id, &outcome, &detail, at)?;
            if !matches!(outcome, Outcome::Unknown { .. }) {
                let close = "DELETE FROM open_operation WHERE migration = ?1 AND operation = ?2";
                sql::run(conn, close, [migration, id.0])?;
            }
            Ok(())
        })
        .await
    }

    /// All operations of a migration, in the order in which they were begun.
    pub async fn operations(&self, migration: &str) -> Result<Vec<Operation>, JournalError> {
        self.operations_after(migration, i64::MIN, u32::MAX).await
    }

    /// At most `limit` of them that were begun after the one with this number: for folding everybody's in pieces.
    pub async fn operations_after(
        &self,
        migration: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Operation>, JournalError> {
        let id = migration.to_owned();
        self.read(move |conn| {
            let sql = format!("{SELECT} WHERE p.migration = ?1 AND p.seq > ?2 ORDER BY p.seq LIMIT ?3");
            sql::all(conn, &sql, params![migration::number(conn, &id)?, after, limit], read)
        })
        .await
    }

    /// The operations that touched one subject, oldest first.
    pub async fn operations_of(&self, migration: &str, subject: &str) -> Result<Vec<Operation>, JournalError> {
        let (id, subject) = (migration.to_owned(), subject.to_owned());
        self.read(move |conn| {
            let sql = format!("{SELECT} WHERE p.migration = ?1 AND p.subject = ?2 ORDER BY p.id");
            sql::all(conn, &sql, params![migration::number(conn, &id)?, subject], read)
        })
        .await
    }

    /// What must be settled by reading before anything else: intents without an outcome, and unknown outcomes.
    pub async fn open_operations(&self, migration: &str) -> Result<Vec<Operation>, JournalError> {
        let id = migration.to_owned();
        self.read(move |conn| {
            let sql = format!(
                "{SELECT} WHERE p.id IN (SELECT operation FROM open_operation WHERE migration = ?1) ORDER BY p.id"
            );
            sql::all(conn, &sql, [migration::number(conn, &id)?], read)
        })
        .await
    }
}

fn insert(conn: &Connection, tip: &mut Tip, new: &NewOperation, at: &str) -> Result<OperationId, JournalError> {
    note(|| format!("begin {}", new.kind));
    let [body, undo, snapshot] = [&new.body, &new.undo, &new.snapshot].map(|value| sql::text(value.as_ref()));
    let content = Content::of("operation")
        .number(new.wave)
        .text(&new.subject)
        .text(&new.kind)
        .text(&new.method)
        .text(&new.path)
        .optional(body.as_deref())
        .optional(undo.as_deref())
        .optional(snapshot.as_deref())
        .text(at);
    let (seq, hash) = tip.next(content);
    sql::run(
        conn,
        "INSERT INTO operation
             (migration, seq, wave, subject, kind, method, path, body, undo, snapshot, begun, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            tip.migration,
            seq,
            new.wave,
            new.subject,
            new.kind,
            new.method,
            new.path,
            body,
            undo,
            snapshot,
            at,
            hash
        ],
    )?;
    let id = conn.last_insert_rowid();
    sql::run(
        conn,
        "INSERT INTO open_operation (migration, operation) VALUES (?1, ?2)",
        [tip.migration, id],
    )?;
    Ok(OperationId(id))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Operation> {
    let json = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<Json>>(column)?.map(|json| json.0));
    let nth: Option<i64> = row.get(11)?;
    Ok(Operation {
        id: OperationId(row.get(0)?),
        seq: row.get(1)?,
        wave: row.get(2)?,
        subject: row.get(3)?,
        kind: row.get(4)?,
        method: row.get(5)?,
        path: row.get(6)?,
        body: json(7)?,
        undo: json(8)?,
        snapshot: json(9)?,
        begun: row.get::<_, At>(10)?.0,
        outcome: match nth {
            None => None,
            Some(_) => Some(outcome::read(row, 12)?),
        },
        detail: json(15)?,
        finished: row.get::<_, Option<At>>(16)?.map(|at| at.0),
        was_unknown: nth == Some(2),
    })
}

pub(crate) fn entries(conn: &Connection, number: i64) -> Result<Vec<Entry>, JournalError> {
    let sql = "
        SELECT seq, hash, wave, subject, kind, method, path, body, undo, snapshot, begun
        FROM operation WHERE migration = ?1";
    sql::all(conn, sql, [number], |row| {
        let text = |column| row.get::<_, String>(column);
        let optional = |column| row.get::<_, Option<String>>(column);
        let content = Content::of("operation")
            .number(row.get(2)?)
            .text(&text(3)?)
            .text(&text(4)?)
            .text(&text(5)?)
            .text(&text(6)?)
            .optional(optional(7)?.as_deref())
            .optional(optional(8)?.as_deref())
            .optional(optional(9)?.as_deref())
            .text(&text(10)?);
        Ok(Entry {
            seq: row.get(0)?,
            hash: row.get(1)?,
            content: content.finish(),
        })
    })
}

/// The first operation that `open_operation` lists although it is settled, or does not list although it is not.
pub(crate) fn miscounted_open(conn: &Connection, number: i64) -> Result<Option<i64>, JournalError> {
    let mut statement = conn.prepare_cached(
        "SELECT p.seq FROM operation p
         WHERE p.migration = ?1
           AND EXISTS (SELECT 1 FROM outcome o WHERE o.operation = p.id AND o.state <> 'unknown')
               = EXISTS (SELECT 1 FROM open_operation u WHERE u.migration = ?1 AND u.operation = p.id)
         ORDER BY p.seq LIMIT 1",
    )?;
    Ok(statement.query_row([number], |row| row.get(0)).optional()?)
}
