//! Migrations: one row each, and the end of its hash chain.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Journal, JournalError,
    chain::{Content, Hash},
    files,
    schema::Step,
    sql::{self, At, Json},
};

pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE migration (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            org_id TEXT NOT NULL,
            org TEXT NOT NULL,
            old_app TEXT NOT NULL,
            new_app TEXT NOT NULL,
            practice INTEGER NOT NULL,
            state TEXT NOT NULL,
            created TEXT NOT NULL,
            closed TEXT,
            head_seq INTEGER NOT NULL,
            head_hash BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX migration_open ON migration (org_id, old_app, new_app) WHERE closed IS NULL;
    ",
}];

/// A migration to begin: one old app → new app in one org.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMigration {
    pub id: String,
    pub org_id: String,
    /// What the engine wants to remember of the org: name, address, colour. Never a credential.
    pub org: Value,
    pub old_app: String,
    pub new_app: String,
    pub practice: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MigrationRow {
    pub id: String,
    pub org_id: String,
    pub org: Value,
    pub old_app: String,
    pub new_app: String,
    pub practice: bool,
    /// As last given to [`Journal::set_state`]; `null` before.
    pub state: Value,
    pub created: Timestamp,
    pub closed: Option<Timestamp>,
}

impl Journal {
    /// Begins a migration. `AlreadyOpen` if one of the same org, old app and new app is not closed.
    pub async fn add_migration(&self, new: NewMigration, at: Timestamp) -> Result<(), JournalError> {
        self.write(move |conn| {
            let mut open = conn.prepare_cached(
                "SELECT 1 FROM migration WHERE org_id = ?1 AND old_app = ?2 AND new_app = ?3 AND closed IS NULL",
            )?;
            if open.exists([&new.org_id, &new.old_app, &new.new_app])? {
                return Err(JournalError::AlreadyOpen {
                    old_app: new.old_app,
                    new_app: new.new_app,
                });
            }
            let (org, created) = (new.org.to_string(), at.to_string());
            let hash = content(
                &new.id,
                &new.org_id,
                &org,
                &new.old_app,
                &new.new_app,
                new.practice,
                &created,
            )
            .finish();
            sql::run(
                conn,
                "INSERT INTO migration
                     (id, org_id, org, old_app, new_app, practice, state, created, head_seq, head_hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'null', ?7, 0, ?8)",
                params![
                    new.id,
                    new.org_id,
                    org,
                    new.old_app,
                    new.new_app,
                    new.practice,
                    created,
                    hash
                ],
            )?;
            Ok(())
        })
        .await
    }

    /// All migrations, oldest first, closed ones too.
    pub async fn migrations(&self) -> Result<Vec<MigrationRow>, JournalError> {
        self.read(|conn| {
            sql::all(
                conn,
                "SELECT id, org_id, org, old_app, new_app, practice, state, created, closed
                 FROM migration ORDER BY number",
                [],
                |row| {
                    Ok(MigrationRow {
                        id: row.get(0)?,
                        org_id: row.get(1)?,
                        org: row.get::<_, Json>(2)?.0,
                        old_app: row.get(3)?,
                        new_app: row.get(4)?,
                        practice: row.get(5)?,
                        state: row.get::<_, Json>(6)?.0,
                        created: row.get::<_, At>(7)?.0,
                        closed: row.get::<_, Option<At>>(8)?.map(|at| at.0),
                    })
                },
            )
        })
        .await
    }

    /// Replaces the engine's own notes on a migration (not chained: whatever counts is a decision).
    pub async fn set_state(&self, id: &str, state: &Value) -> Result<(), JournalError> {
        let (id, state) = (id.to_owned(), state.to_string());
        self.write(move |conn| {
            changed(
                sql::run(conn, "UPDATE migration SET state = ?2 WHERE id = ?1", [&id, &state])?,
                &id,
            )
        })
        .await
    }

    /// Closes a migration; its rows stay until it is wiped. Closing it again changes the time.
    pub async fn close_migration(&self, id: &str, at: Timestamp) -> Result<(), JournalError> {
        let (id, at) = (id.to_owned(), at.to_string());
        self.write(move |conn| {
            changed(
                sql::run(conn, "UPDATE migration SET closed = ?2 WHERE id = ?1", [&id, &at])?,
                &id,
            )
        })
        .await
    }

    /// Removes every row of a migration and overwrites the space they took. Also removes the copies made before layout
    /// changes, which hold the same rows. Blocks other writes for as long as rewriting the file takes.
    pub async fn wipe_migration(&self, id: &str) -> Result<(), JournalError> {
        let (id, dir) = (id.to_owned(), self.dir().to_owned());
        self.alone(move |conn| {
            conn.execute_batch("PRAGMA secure_delete = ON")?;
            let wiped = wipe(conn, &id);
            conn.execute_batch("PRAGMA secure_delete = OFF")?;
            wiped?;
            files::remove_backups(&dir)?;
            // The rows are gone and overwritten by now. Giving the space back needs room for a second file: on a full
            // disk it waits for the next wipe.
            if let Err(error) = conn.execute_batch("VACUUM") {
                tracing::warn!(error = %JournalError::from(error), "the journal was not compacted after a wipe");
            }
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }
}

fn wipe(conn: &mut Connection, id: &str) -> Result<(), JournalError> {
    let transaction = conn.transaction()?;
    let number = number(&transaction, id)?;
    // Children before parents, for the foreign keys.
    for table in [
        "call",
        "snapshot",
        "proof",
        "outcome",
        "open_operation",
        "operation",
        "decision",
        "document",
    ] {
        transaction.execute(&format!("DELETE FROM {table} WHERE migration = ?1"), [number])?;
    }
    transaction.execute("DELETE FROM migration WHERE number = ?1", [number])?;
    Ok(transaction.commit()?)
}

/// The row number of a migration. `NoSuchMigration` if there is none.
pub(crate) fn number(conn: &Connection, id: &str) -> Result<i64, JournalError> {
    let mut statement = conn.prepare_cached("SELECT number FROM migration WHERE id = ?1")?;
    let number = statement.query_row([id], |row| row.get(0)).optional()?;
    number.ok_or_else(|| JournalError::NoSuchMigration { id: id.to_owned() })
}

/// The chain's entry 0, from the row as it is now.
pub(crate) fn genesis(conn: &Connection, number: i64) -> Result<Hash, JournalError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, org_id, org, old_app, new_app, practice, created FROM migration WHERE number = ?1",
    )?;
    Ok(statement.query_row([number], |row| {
        let text = |column| row.get::<_, String>(column);
        let practice = row.get(5)?;
        Ok(content(
            &text(0)?,
            &text(1)?,
            &text(2)?,
            &text(3)?,
            &text(4)?,
            practice,
            &text(6)?,
        )
        .finish())
    })?)
}

fn content(id: &str, org_id: &str, org: &str, old_app: &str, new_app: &str, practice: bool, created: &str) -> Content {
    Content::of("migration")
        .text(id)
        .text(org_id)
        .text(org)
        .text(old_app)
        .text(new_app)
        .number(i64::from(practice))
        .text(created)
}

fn changed(rows: usize, id: &str) -> Result<(), JournalError> {
    if rows == 0 {
        Err(JournalError::NoSuchMigration { id: id.to_owned() })
    } else {
        Ok(())
    }
}
