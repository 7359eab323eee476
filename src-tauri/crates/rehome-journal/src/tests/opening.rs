use std::fs;

use rusqlite::Connection;

use super::fixture::{Fixture, at, migration, operation, raw};
use crate::{Journal, JournalError, JournalKey, schema};

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let mut fixture = Fixture::new().await;
    let ids = fixture
        .journal()
        .begin("m1", vec![operation("u1"), operation("u2")], at(1))
        .await
        .unwrap();
    let journal = fixture.reopen().unwrap();
    let stored: Vec<_> = journal
        .operations("m1")
        .await
        .unwrap()
        .into_iter()
        .map(|op| op.id)
        .collect();
    assert_eq!(stored, ids);
    journal.verify("m1").await.unwrap();
}

#[test]
fn a_folder_without_a_journal_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("not yet").join("made?mode=memory");
    assert!(!Journal::exists(&home));
    let key = JournalKey::generate();
    drop(Journal::open(&home, &key).unwrap());
    assert!(Journal::exists(&home));
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_changes_nothing() {
    let mut fixture = Fixture::new().await;
    fixture.close();
    let before = fs::read(fixture.path().join("journal.db")).unwrap();
    for _ in 0..2 {
        let other = JournalKey::generate();
        assert_eq!(
            Journal::open(fixture.path(), &other).unwrap_err(),
            JournalError::WrongKey
        );
    }
    assert_eq!(fs::read(fixture.path().join("journal.db")).unwrap(), before);
    assert_eq!(fixture.reopen().unwrap().migrations().await.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_readable_is_on_disk() {
    let mut fixture = Fixture::new().await;
    fixture
        .journal()
        .begin("m1", vec![operation("marker-on-disk")], at(1))
        .await
        .unwrap();
    // Once with the write-ahead log, once without.
    for _ in 0..2 {
        for entry in fs::read_dir(fixture.path()).unwrap() {
            let bytes = fs::read(entry.as_ref().unwrap().path()).unwrap();
            for needle in ["marker-on-disk".as_bytes(), b"SQLite format 3", fixture.key.bytes()] {
                assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{entry:?}");
            }
        }
        fixture.close();
    }
}

#[tokio::test]
async fn a_damaged_file_is_not_called_a_wrong_key() {
    let mut fixture = Fixture::new().await;
    fixture.close();
    let path = fixture.path().join("journal.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..200].fill(0x55);
    fs::write(&path, &bytes).unwrap();
    let error = Journal::open(fixture.path(), &fixture.key).unwrap_err();
    assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
    // Without the note of the key nothing better than "wrong key" can be said.
    fs::remove_file(fixture.path().join("journal.check")).unwrap();
    assert_eq!(
        Journal::open(fixture.path(), &fixture.key).unwrap_err(),
        JournalError::WrongKey
    );
}

#[tokio::test]
async fn a_lost_or_foreign_note_of_the_key_does_not_lock_out_the_right_one() {
    let mut fixture = Fixture::new().await;
    for note in [None, Some("of another key")] {
        fixture.close();
        let check = fixture.path().join("journal.check");
        fs::remove_file(&check).unwrap();
        if let Some(note) = note {
            fs::write(&check, note).unwrap();
        }
        fixture.reopen().unwrap();
        assert_eq!(fs::read_to_string(&check).unwrap(), fixture.key.fingerprint());
    }
}

#[tokio::test]
async fn a_second_opener_is_refused_until_the_first_is_gone() {
    let mut fixture = Fixture::new().await;
    assert_eq!(
        Journal::open(fixture.path(), &fixture.key).unwrap_err(),
        JournalError::Locked
    );
    let clone = fixture.journal().clone();
    fixture.close();
    assert_eq!(
        Journal::open(fixture.path(), &fixture.key).unwrap_err(),
        JournalError::Locked
    );
    drop(clone);
    fixture.reopen().unwrap();
}

#[tokio::test]
async fn a_newer_layout_is_refused() {
    let mut fixture = Fixture::new().await;
    fixture.close();
    let known = schema::steps().iter().map(|step| step.version).max().unwrap();
    raw(fixture.path(), &fixture.key)
        .pragma_update(None, "user_version", known + 1)
        .unwrap();
    assert_eq!(
        fixture.reopen().unwrap_err(),
        JournalError::Newer {
            found: known + 1,
            known
        }
    );
}

fn version(conn: &Connection) -> i32 {
    conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn the_file_is_copied_before_its_layout_changes() {
    let mut fixture = Fixture::new().await;
    fixture
        .journal()
        .begin("m1", vec![operation("u1")], at(1))
        .await
        .unwrap();
    fixture.close();
    let mut steps = schema::steps();
    let known = steps.iter().map(|step| step.version).max().unwrap();
    steps.push(schema::Step {
        version: known + 1,
        sql: "ALTER TABLE call ADD COLUMN note TEXT",
    });

    let journal = Journal::open_with(fixture.path(), &fixture.key, &steps).unwrap();
    journal.add_migration(migration("m2", "new2"), at(2)).await.unwrap();
    assert_eq!(journal.operations("m1").await.unwrap().len(), 1);
    drop(journal);

    let copy = tempfile::tempdir().unwrap();
    let backup = fixture.path().join(format!("journal.db.before-{}", known + 1));
    fs::copy(&backup, copy.path().join("journal.db")).unwrap();
    assert_eq!(version(&raw(copy.path(), &fixture.key)), known);
    let old = Journal::open(copy.path(), &fixture.key).unwrap();
    assert_eq!(old.operations("m1").await.unwrap().len(), 1, "the copy is whole");
    assert_eq!(old.migrations().await.unwrap().len(), 1, "the copy is from before");
}

#[tokio::test]
async fn a_layout_change_that_fails_leaves_the_old_layout() {
    let mut fixture = Fixture::new().await;
    fixture.close();
    let mut steps = schema::steps();
    let known = steps.iter().map(|step| step.version).max().unwrap();
    steps.push(schema::Step {
        version: known + 1,
        sql: "CREATE TABLE extra (n INTEGER)",
    });
    steps.push(schema::Step {
        version: known + 2,
        sql: "ALTER TABLE missing ADD COLUMN n INTEGER",
    });
    let error = Journal::open_with(fixture.path(), &fixture.key, &steps).unwrap_err();
    assert!(matches!(error, JournalError::Refused { .. }), "{error}");
    let conn = raw(fixture.path(), &fixture.key);
    assert_eq!(version(&conn), known);
    assert!(
        conn.prepare("SELECT n FROM extra").is_err(),
        "the first step was undone too"
    );
    drop(conn);
    fixture.reopen().unwrap();
}

#[test]
fn settings_hold_on_the_writing_connection() {
    let (dir, key) = (tempfile::tempdir().unwrap(), JournalKey::generate());
    let journal = Journal::open(dir.path(), &key).unwrap();
    let settings = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(journal.alone(|conn| {
            let get = |name: &str| {
                conn.query_row(&format!("PRAGMA {name}"), [], |row| {
                    row.get::<_, rusqlite::types::Value>(0)
                })
            };
            Ok([
                get("journal_mode")?,
                get("synchronous")?,
                get("foreign_keys")?,
                get("temp_store")?,
            ])
        }));
    use rusqlite::types::Value::{Integer, Text};
    assert_eq!(
        settings.unwrap(),
        [Text("wal".to_owned()), Integer(2), Integer(1), Integer(2)]
    );
}
