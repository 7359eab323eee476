//! Outcomes: what became of an operation. At most two: an unknown one is settled by a second.

use jiff::Timestamp;
use rusqlite::{
    Connection, OptionalExtension, Row, params,
    types::{FromSqlError, Type},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    JournalError, OperationId,
    chain::{Content, Entry, Tip},
    schema::Step,
    sql,
    worker::note,
};

pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE outcome (
            operation INTEGER NOT NULL REFERENCES operation (id),
            nth INTEGER NOT NULL CHECK (nth IN (1, 2)),
            migration INTEGER NOT NULL REFERENCES migration (number),
            seq INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('confirmed', 'failed', 'unknown')),
            class TEXT,
            words TEXT,
            detail TEXT NOT NULL,
            at TEXT NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (operation, nth),
            UNIQUE (migration, seq)
        ) STRICT;
        CREATE TRIGGER outcome_is_final BEFORE UPDATE ON outcome
            BEGIN SELECT RAISE(ABORT, 'outcomes are never changed'); END;
    ",
}];

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    Confirmed,
    /// Okta refused it: nothing was changed.
    Failed {
        class: String,
        words: String,
    },
    /// Sent, and no answer seen: to be settled by a read.
    Unknown {
        words: String,
    },
}

impl Outcome {
    fn parts(&self) -> (&'static str, Option<&str>, Option<&str>) {
        match self {
            Self::Confirmed => ("confirmed", None, None),
            Self::Failed { class, words } => ("failed", Some(class), Some(words)),
            Self::Unknown { words } => ("unknown", None, Some(words)),
        }
    }
}

pub(crate) fn insert(
    conn: &Connection,
    migration: i64,
    operation: OperationId,
    outcome: &Outcome,
    detail: &Value,
    at: Timestamp,
) -> Result<(), JournalError> {
    let (state, class, words) = outcome.parts();
    note(|| {
        let kind = "SELECT kind FROM operation WHERE id = ?1";
        let kind: Result<String, _> = conn.query_row(kind, [operation.0], |row| row.get(0));
        let class = class.unwrap_or_default();
        format!("finish {} {state} {class}", kind.unwrap_or_default())
            .trim_end()
            .to_owned()
    });
    let mut statement =
        conn.prepare_cached("SELECT nth, state FROM outcome WHERE operation = ?1 ORDER BY nth DESC LIMIT 1")?;
    let before = statement
        .query_row([operation.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let nth = match before
        .as_ref()
        .map(|(nth, state): &(i64, String)| (nth, state.as_str()))
    {
        None => 1,
        Some((1, "unknown")) if state != "unknown" => 2,
        Some((_, before)) => {
            let from = ["confirmed", "failed"]
                .into_iter()
                .find(|known| *known == before)
                .unwrap_or("unknown");
            return Err(JournalError::IllegalTransition {
                id: operation.0,
                from,
                to: state,
            });
        }
    };
    let (detail, at) = (detail.to_string(), at.to_string());
    let mut tip = Tip::read(conn, migration)?;
    let (seq, hash) = tip.next(content(operation.0, nth, state, class, words, &detail, &at));
    sql::run(
        conn,
        "INSERT INTO outcome (operation, nth, migration, seq, state, class, words, detail, at, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![operation.0, nth, migration, seq, state, class, words, detail, at, hash],
    )?;
    tip.save(conn)
}

/// Reads `state, class, words` from three columns, the first being `column`.
pub(crate) fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Outcome> {
    let (class, words) = (
        row.get::<_, Option<String>>(column + 1)?,
        row.get::<_, Option<String>>(column + 2)?,
    );
    match row.get_ref(column)?.as_str().unwrap_or_default() {
        "confirmed" => Ok(Outcome::Confirmed),
        "failed" => Ok(Outcome::Failed {
            class: class.unwrap_or_default(),
            words: words.unwrap_or_default(),
        }),
        "unknown" => Ok(Outcome::Unknown {
            words: words.unwrap_or_default(),
        }),
        _ => Err(rusqlite::Error::FromSqlConversionFailure(
            column,
            Type::Text,
            Box::new(FromSqlError::InvalidType),
        )),
    }
}

pub(crate) fn entries(conn: &Connection, number: i64) -> Result<Vec<Entry>, JournalError> {
    let sql = "SELECT seq, hash, operation, nth, state, class, words, detail, at FROM outcome WHERE migration = ?1";
    sql::all(conn, sql, [number], |row| {
        let text = |column| row.get::<_, String>(column);
        let (class, words) = (row.get::<_, Option<String>>(5)?, row.get::<_, Option<String>>(6)?);
        let content = content(
            row.get(2)?,
            row.get(3)?,
            &text(4)?,
            class.as_deref(),
            words.as_deref(),
            &text(7)?,
            &text(8)?,
        );
        Ok(Entry {
            seq: row.get(0)?,
            hash: row.get(1)?,
            content: content.finish(),
        })
    })
}

fn content(
    operation: i64,
    nth: i64,
    state: &str,
    class: Option<&str>,
    words: Option<&str>,
    detail: &str,
    at: &str,
) -> Content {
    Content::of("outcome")
        .number(operation)
        .number(nth)
        .text(state)
        .optional(class)
        .optional(words)
        .text(detail)
        .text(at)
}
