//! The layout's versions: each table's file holds its own steps, put together here.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::{JournalError, files, table};

/// One step of one table, carried out when the layout goes to `version`.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub version: i32,
    pub sql: &'static str,
}

pub(crate) fn steps() -> Vec<Step> {
    let tables = [
        table::migration::STEPS,
        table::document::STEPS,
        table::decision::STEPS,
        table::operation::STEPS,
        table::outcome::STEPS,
        table::proof::STEPS,
        table::snapshot::STEPS,
        table::call::STEPS,
    ];
    let mut steps = tables.concat();
    steps.sort_by_key(|step| step.version);
    steps
}

/// Brings the file to the newest layout, all or nothing, after copying it to `journal.db.before-N`.
pub(crate) fn migrate(conn: &mut Connection, database: &Path, steps: &[Step]) -> Result<(), JournalError> {
    let known = steps.iter().map(|step| step.version).max().unwrap_or(0);
    let found: i32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(JournalError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        // Everything into the one file, so that its copy is whole. We hold the lock: nobody writes meanwhile.
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        files::copy_durably(database, &files::backup_name(database, known))?;
    }
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps.iter().filter(|step| step.version > found) {
        transaction.execute_batch(step.sql)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}
