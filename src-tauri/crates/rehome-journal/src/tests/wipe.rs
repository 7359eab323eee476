use std::fs;

use serde_json::json;

use super::fixture::{Fixture, at, migration, operation};
use crate::{CallRow, Journal, JournalError, Outcome, Proof};

async fn fill(journal: &Journal, id: &str, docs: usize) {
    let ids = journal
        .begin(id, vec![operation("u1"), operation("u2")], at(1))
        .await
        .unwrap();
    journal
        .finish(ids[0], Outcome::Confirmed, json!({}), at(2))
        .await
        .unwrap();
    journal.decide(id, "skip", "c", &json!(1), at(3)).await.unwrap();
    let docs = (0..docs)
        .map(|i| (i.to_string(), format!("{{\"secret-ish\":\"{}\"}}", "d".repeat(2_000))))
        .collect();
    journal.put_documents(id, "user", docs, at(4)).await.unwrap();
    journal.snapshot(id, "u1", "user", &json!({}), at(5)).await.unwrap();
    let proof = Proof {
        subject: "u1".to_owned(),
        level: "placed".to_owned(),
        holds: true,
        evidence: json!({}),
    };
    journal.prove(id, vec![proof], at(6)).await.unwrap();
    let call = CallRow {
        at: at(7),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        status: None,
        milliseconds: 1,
        request_id: None,
        is_write: false,
    };
    journal.log_calls(id, vec![call]).await.unwrap();
}

#[tokio::test]
async fn a_wipe_leaves_nothing_of_one_migration_and_all_of_the_other() {
    let mut fixture = Fixture::new().await;
    let journal = fixture.journal();
    journal.add_migration(migration("m2", "new2"), at(0)).await.unwrap();
    fill(journal, "m1", 500).await;
    fill(journal, "m2", 3).await;
    let last = journal
        .operations("m1")
        .await
        .unwrap()
        .last()
        .unwrap()
        .id
        .max(journal.operations("m2").await.unwrap().last().unwrap().id);
    let backup = fixture.path().join("journal.db.before-1");
    fs::write(&backup, "a copy with the same rows").unwrap();
    let (tables, size) = fixture.tamper(|conn| {
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migration'";
        let names = conn
            .prepare(sql)
            .unwrap()
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap()
            .flatten()
            .collect::<Vec<_>>();
        for table in &names {
            let rows: i64 = conn
                .query_row(
                    &format!("SELECT count(*) FROM {table} WHERE migration = 1"),
                    [],
                    |row| row.get(0),
                )
                .unwrap();
            assert!(rows > 0, "{table} was filled, so that the wipe is tried on it");
        }
        (
            names,
            conn.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))
                .unwrap(),
        )
    });

    fixture.journal().wipe_migration("m1").await.unwrap();
    assert!(!backup.exists());
    let missing = JournalError::NoSuchMigration { id: "m1".to_owned() };
    assert_eq!(fixture.journal().wipe_migration("m1").await.unwrap_err(), missing);
    fixture.tamper(|conn| {
        for table in &tables {
            let rows: i64 = conn
                .query_row(
                    &format!("SELECT count(*) FROM {table} WHERE migration = 1"),
                    [],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(rows, 0, "{table}");
        }
        let (pages, free): (i64, i64) = (
            conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap(),
            conn.query_row("PRAGMA freelist_count", [], |row| row.get(0)).unwrap(),
        );
        assert!(
            pages < size / 3 && free == 0,
            "{pages} of {size} pages are left, {free} free"
        );
    });

    let journal = fixture.journal();
    assert_eq!(journal.migrations().await.unwrap().len(), 1);
    assert_eq!(journal.documents("m2", "user").await.unwrap().len(), 3);
    journal.verify("m2").await.unwrap();
    // The same apps can be moved again, and operation ids go on.
    journal.add_migration(migration("m1", "new1"), at(9)).await.unwrap();
    assert!(journal.begin("m1", vec![operation("u")], at(9)).await.unwrap()[0] > last);
}
