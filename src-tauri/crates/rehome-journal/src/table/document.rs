//! Documents: the inventory, as the raw JSON that Okta sent, newest by kind and key.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Journal, JournalError,
    schema::Step,
    sql::{self, At},
    table::migration,
};

/// Not `WITHOUT ROWID`: documents of a kilobyte and more would each take overflow pages of their own.
pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE document (
            number INTEGER PRIMARY KEY,
            migration INTEGER NOT NULL REFERENCES migration (number),
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            json TEXT NOT NULL,
            read_at TEXT NOT NULL,
            UNIQUE (migration, kind, key)
        ) STRICT;
    ",
}];

impl Journal {
    /// Adds documents `(key, json)` of one kind; a key that is there already gets the new JSON and time.
    pub async fn put_documents(
        &self,
        migration: &str,
        kind: &str,
        docs: Vec<(String, String)>,
        read_at: Timestamp,
    ) -> Result<(), JournalError> {
        let (id, kind) = (migration.to_owned(), kind.to_owned());
        self.write(move |conn| put(conn, migration::number(conn, &id)?, &kind, docs, read_at))
            .await
    }

    /// Makes `docs` the only documents of one kind, in one transaction: readers see the old ones or the new ones.
    pub async fn replace_documents(
        &self,
        migration: &str,
        kind: &str,
        docs: Vec<(String, String)>,
        read_at: Timestamp,
    ) -> Result<(), JournalError> {
        let (id, kind) = (migration.to_owned(), kind.to_owned());
        self.write(move |conn| {
            let number = migration::number(conn, &id)?;
            sql::run(
                conn,
                "DELETE FROM document WHERE migration = ?1 AND kind = ?2",
                params![number, kind],
            )?;
            put(conn, number, &kind, docs, read_at)
        })
        .await
    }

    /// All documents of one kind as `(key, json, read at)`, ordered by key.
    pub async fn documents(
        &self,
        migration: &str,
        kind: &str,
    ) -> Result<Vec<(String, String, Timestamp)>, JournalError> {
        self.documents_after(migration, kind, None, u32::MAX).await
    }

    /// At most `limit` documents whose key comes after `after`, ordered by key: for reading an inventory in pieces.
    pub async fn documents_after(
        &self,
        migration: &str,
        kind: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<(String, String, Timestamp)>, JournalError> {
        let (id, kind, after) = (migration.to_owned(), kind.to_owned(), after.map(str::to_owned));
        self.read(move |conn| {
            // Every key is greater than a missing one: '' would leave out an empty key.
            let from = if after.is_some() {
                "AND key > ?3"
            } else {
                "AND ?3 IS NULL"
            };
            sql::all(
                conn,
                &format!(
                    "SELECT key, json, read_at FROM document
                     WHERE migration = ?1 AND kind = ?2 {from} ORDER BY key LIMIT ?4"
                ),
                params![migration::number(conn, &id)?, kind, after, limit],
                |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, At>(2)?.0)),
            )
        })
        .await
    }

    /// One document as `(json, read at)`.
    pub async fn document(
        &self,
        migration: &str,
        kind: &str,
        key: &str,
    ) -> Result<Option<(String, Timestamp)>, JournalError> {
        let (id, kind, key) = (migration.to_owned(), kind.to_owned(), key.to_owned());
        self.read(move |conn| {
            let mut statement = conn
                .prepare_cached("SELECT json, read_at FROM document WHERE migration = ?1 AND kind = ?2 AND key = ?3")?;
            let found = statement.query_row(params![migration::number(conn, &id)?, kind, key], |row| {
                Ok((row.get(0)?, row.get::<_, At>(1)?.0))
            });
            Ok(found.optional()?)
        })
        .await
    }
}

fn put(
    conn: &Connection,
    number: i64,
    kind: &str,
    mut docs: Vec<(String, String)>,
    read_at: Timestamp,
) -> Result<(), JournalError> {
    let read_at = read_at.to_string();
    let mut statement = conn.prepare_cached(
        "INSERT INTO document (migration, kind, key, json, read_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (migration, kind, key) DO UPDATE SET json = excluded.json, read_at = excluded.read_at",
    )?;
    // Rows lie in the order in which they are added, and are read in the order of their keys: together that is one pass
    // over the file. Stable, so that the last of two equal keys still counts.
    docs.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (key, json) in &docs {
        statement.execute(params![number, kind, key, json, read_at])?;
    }
    Ok(())
}
