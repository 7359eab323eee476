use serde_json::json;

use super::fixture::{Fixture, at, migration, operation};
use crate::{JournalError, Outcome};

/// seq 1 and 2 operations, 3 decision, 4 unknown, 5 confirmed (both of the first), 6 decision.
async fn chained() -> Fixture {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    let ids = journal
        .begin("m1", vec![operation("u1"), operation("u2")], at(1))
        .await
        .unwrap();
    journal
        .decide("m1", "skip", "check1", &json!("because"), at(2))
        .await
        .unwrap();
    journal
        .finish(
            ids[0],
            Outcome::Unknown {
                words: "reset".to_owned(),
            },
            json!({}),
            at(3),
        )
        .await
        .unwrap();
    journal
        .finish(ids[0], Outcome::Confirmed, json!({"status": 200}), at(4))
        .await
        .unwrap();
    journal
        .decide("m1", "skip", "check1", &json!("no longer"), at(5))
        .await
        .unwrap();
    journal.add_migration(migration("m2", "new2"), at(6)).await.unwrap();
    journal
        .decide("m2", "skip", "check1", &json!("other"), at(7))
        .await
        .unwrap();
    fixture
}

#[tokio::test]
async fn an_untouched_chain_verifies() {
    let mut fixture = chained().await;
    fixture.journal().verify("m1").await.unwrap();
    fixture
        .journal()
        .set_state("m1", &json!("the state is not chained"))
        .await
        .unwrap();
    fixture.journal().close_migration("m1", at(9)).await.unwrap();
    let journal = fixture.reopen().unwrap();
    journal.verify("m1").await.unwrap();
    journal.verify("m2").await.unwrap();
}

#[tokio::test]
async fn every_change_breaks_the_chain_where_it_was_made() {
    for (sql, seq) in [
        (
            "UPDATE operation SET body = replace(body, 'USER', 'GROUP') WHERE seq = 1",
            1,
        ),
        ("UPDATE operation SET undo = NULL WHERE seq = 2", 2),
        ("UPDATE operation SET wave = 1 WHERE seq = 2", 2),
        ("UPDATE operation SET begun = '2030-01-01T00:00:00Z' WHERE seq = 1", 1),
        ("UPDATE operation SET snapshot = '{}' WHERE seq = 1", 1),
        ("UPDATE decision SET value = '\"another\"' WHERE seq = 3", 3),
        ("UPDATE decision SET subject = 'check2' WHERE seq = 6", 6),
        ("UPDATE outcome SET state = 'failed' WHERE seq = 5", 5),
        ("UPDATE outcome SET detail = '{}' WHERE seq = 5", 5),
        ("UPDATE outcome SET words = NULL WHERE seq = 4", 4),
        ("UPDATE outcome SET operation = 2, nth = 1 WHERE seq = 5", 5),
        ("UPDATE decision SET hash = zeroblob(32) WHERE seq = 3", 3),
        ("DELETE FROM decision WHERE seq = 3 AND migration = 1", 3),
        ("DELETE FROM decision WHERE seq = 6", 6),
        ("DELETE FROM operation WHERE seq = 1", 1),
        ("UPDATE migration SET practice = 0 WHERE number = 1", 1),
        ("UPDATE migration SET old_app = 'x' WHERE number = 1", 1),
        ("UPDATE migration SET head_seq = 7 WHERE number = 1", 7),
        (
            "INSERT INTO decision SELECT 99, migration, 7, kind, subject, value, at, hash FROM decision WHERE seq = 6",
            7,
        ),
        ("DELETE FROM open_operation", 2),
        ("INSERT INTO open_operation VALUES (1, 1)", 1),
    ] {
        let mut fixture = chained().await;
        let changed = fixture.tamper(|conn| {
            for table in ["operation", "outcome", "decision"] {
                conn.execute_batch(&format!("DROP TRIGGER {table}_is_final")).unwrap();
            }
            conn.execute(sql, []).unwrap()
        });
        assert_eq!(changed, 1, "{sql}");
        let journal = fixture.journal();
        assert_eq!(
            journal.verify("m1").await.unwrap_err(),
            JournalError::ChainBroken { seq },
            "{sql}"
        );
        journal
            .verify("m2")
            .await
            .expect("the other migration has its own chain");
    }
}

#[tokio::test]
async fn a_changed_migration_without_entries_is_noticed() {
    let mut fixture = Fixture::new().await;
    fixture.journal().verify("m1").await.unwrap();
    fixture.tamper(|conn| conn.execute("UPDATE migration SET org_id = '00o2'", []).unwrap());
    assert_eq!(
        fixture.journal().verify("m1").await.unwrap_err(),
        JournalError::ChainBroken { seq: 0 }
    );
}

#[tokio::test]
async fn the_file_itself_refuses_to_change_entries() {
    let mut fixture = chained().await;
    fixture.tamper(|conn| {
        for table in ["operation", "outcome", "decision"] {
            let error = conn
                .execute(&format!("UPDATE {table} SET seq = seq + 100"), [])
                .unwrap_err();
            assert!(error.to_string().contains("never changed"), "{error}");
        }
    });
}
