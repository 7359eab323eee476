//! Proofs: evidence per person and level; the newest one counts.

use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Journal, JournalError,
    schema::Step,
    sql::{self, At, Json},
    table::migration,
    worker::note,
};

pub(crate) const STEPS: &[Step] = &[Step {
    version: 1,
    sql: "
        CREATE TABLE proof (
            number INTEGER PRIMARY KEY,
            migration INTEGER NOT NULL REFERENCES migration (number),
            subject TEXT NOT NULL,
            level TEXT NOT NULL,
            holds INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX proof_newest ON proof (migration, subject, level);
    ",
}];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    pub subject: String,
    /// *placed*, *same account* or *signed in*, as the engine spells them.
    pub level: String,
    pub holds: bool,
    pub evidence: Value,
}

/// A proof as it was stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProofRow {
    pub subject: String,
    pub level: String,
    pub holds: bool,
    pub evidence: Value,
    pub at: Timestamp,
}

impl Journal {
    /// Adds proofs, all or none; earlier ones stay for the report.
    pub async fn prove(&self, migration: &str, proofs: Vec<Proof>, at: Timestamp) -> Result<(), JournalError> {
        let (id, at) = (migration.to_owned(), at.to_string());
        self.write(move |conn| {
            let number = migration::number(conn, &id)?;
            let mut statement = conn.prepare_cached(
                "INSERT INTO proof (migration, subject, level, holds, evidence, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for proof in &proofs {
                note(|| format!("prove {}", proof.level));
                let evidence = proof.evidence.to_string();
                statement.execute(params![number, proof.subject, proof.level, proof.holds, evidence, at])?;
            }
            Ok(())
        })
        .await
    }

    /// The newest proof of each subject and level, ordered by these.
    pub async fn proofs(&self, migration: &str) -> Result<Vec<ProofRow>, JournalError> {
        let id = migration.to_owned();
        self.read(move |conn| {
            // SQLite takes the other columns of a query with max() from the row that holds the maximum.
            sql::all(
                conn,
                "SELECT max(number), subject, level, holds, evidence, at FROM proof
                 WHERE migration = ?1 GROUP BY subject, level ORDER BY subject, level",
                [migration::number(conn, &id)?],
                |row| {
                    Ok(ProofRow {
                        subject: row.get(1)?,
                        level: row.get(2)?,
                        holds: row.get(3)?,
                        evidence: row.get::<_, Json>(4)?.0,
                        at: row.get::<_, At>(5)?.0,
                    })
                },
            )
        })
        .await
    }
}
