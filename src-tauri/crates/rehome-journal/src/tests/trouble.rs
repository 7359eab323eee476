use std::io;

use rusqlite::{Error, ffi};
use serde_json::json;

use super::{
    fixture::{Fixture, at, operation},
    group_commit::poll_once,
};
use crate::{Journal, JournalError, NewOperation, Outcome};

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_answered_as_done() {
    let mut fixture = Fixture::new().await;
    let journal = fixture.journal();
    let id = journal.begin("m1", vec![operation("before")], at(1)).await.unwrap()[0];
    journal.limit_pages_for_tests(Some(2)).await.unwrap();

    let big = NewOperation {
        snapshot: Some(json!("x".repeat(100_000))),
        ..operation("big")
    };
    let error = journal
        .begin("m1", vec![operation("small"), big], at(2))
        .await
        .unwrap_err();
    assert_eq!(error, JournalError::Full);
    let docs = (0..50).map(|i| (i.to_string(), "y".repeat(5_000))).collect();
    assert_eq!(
        journal.put_documents("m1", "user", docs, at(2)).await.unwrap_err(),
        JournalError::Full
    );
    assert_eq!(journal.operations("m1").await.unwrap().len(), 1);

    // Space is there again: it goes on where it was.
    journal.limit_pages_for_tests(None).await.unwrap();
    journal.finish(id, Outcome::Confirmed, json!({}), at(3)).await.unwrap();
    journal.begin("m1", vec![operation("after")], at(4)).await.unwrap();
    let journal = fixture.reopen().unwrap();
    let subjects: Vec<_> = journal
        .operations("m1")
        .await
        .unwrap()
        .into_iter()
        .map(|op| op.subject)
        .collect();
    assert_eq!(subjects, ["before", "after"]);
    assert!(journal.documents("m1", "user").await.unwrap().is_empty());
    journal.verify("m1").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_on_a_full_disk_lose_nothing_that_was_answered() {
    let mut fixture = Fixture::new().await;
    fixture.journal().limit_pages_for_tests(Some(60)).await.unwrap();
    let callers: Vec<_> = (0..300)
        .map(|i| {
            let journal = fixture.journal().clone();
            let padded = NewOperation {
                snapshot: Some(json!("x".repeat(3_000))),
                ..operation(&format!("u{i}"))
            };
            tokio::spawn(async move { journal.begin("m1", vec![padded], at(1)).await })
        })
        .collect();
    let mut answered = Vec::new();
    let mut refused = 0;
    for caller in callers {
        match caller.await.unwrap() {
            Ok(ids) => answered.extend(ids),
            Err(error) => {
                assert_eq!(error, JournalError::Full);
                refused += 1;
            }
        }
    }
    assert!(
        refused > 0 && !answered.is_empty(),
        "{refused} refused, {} answered",
        answered.len()
    );
    answered.sort_unstable();
    let journal = fixture.reopen().unwrap();
    let stored: Vec<_> = journal
        .operations("m1")
        .await
        .unwrap()
        .into_iter()
        .map(|op| op.id)
        .collect();
    assert_eq!(stored, answered);
    journal.verify("m1").await.unwrap();
}

/// What SQLite does on its own when a disk fails within a transaction: everybody in it is told.
#[tokio::test]
async fn a_transaction_given_up_by_sqlite_fails_all_in_it() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    let (begun, lost, after) = tokio::join!(
        hold_and_begin(journal),
        journal.write(|conn| {
            conn.execute_batch("ROLLBACK")?;
            Err::<(), _>(JournalError::Io {
                what: "disk gone".to_owned(),
            })
        }),
        journal.begin("m1", vec![operation("after")], at(1)),
    );
    let gone = JournalError::Io {
        what: "disk gone".to_owned(),
    };
    assert_eq!((begun.unwrap_err(), lost.unwrap_err()), (gone.clone(), gone));
    after.unwrap();
    let subjects: Vec<_> = journal
        .operations("m1")
        .await
        .unwrap()
        .into_iter()
        .map(|op| op.subject)
        .collect();
    assert_eq!(subjects, ["after"]);
    journal.verify("m1").await.unwrap();
}

/// A write that is first in a transaction with the two that are queued right after it: the writer is kept busy until
/// then.
async fn hold_and_begin(journal: &Journal) -> Result<(), JournalError> {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let mut held = Box::pin(journal.alone(move |_| released.recv().map_err(|_| JournalError::Stopped)));
    let mut begin = Box::pin(journal.begin("m1", vec![operation("lost")], at(1)));
    assert!(poll_once(&mut held).await.is_pending() && poll_once(&mut begin).await.is_pending());
    // The others of the join are polled, and so queued, before this goes on.
    tokio::task::yield_now().await;
    release.send(()).unwrap();
    held.await?;
    begin.await.map(|_| ())
}

#[tokio::test]
async fn a_failed_commit_answers_nobody_as_done() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    // A reference into nothing that is looked at only when the transaction commits.
    let (first, bad) = tokio::join!(
        hold_and_begin(journal),
        journal.write(|conn| {
            conn.execute_batch("PRAGMA defer_foreign_keys = ON")?;
            conn.execute("INSERT INTO proof VALUES (NULL, 999, 'u', 'placed', 1, '0', '0')", [])?;
            Ok(())
        }),
    );
    first.unwrap_err();
    bad.unwrap_err();
    assert!(journal.operations("m1").await.unwrap().is_empty());
    journal.begin("m1", vec![operation("u2")], at(1)).await.unwrap();
    assert_eq!(journal.operations("m1").await.unwrap().len(), 1);
    journal.verify("m1").await.unwrap();
}

#[tokio::test]
async fn a_read_only_file_is_said() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    // Rights do not stop root, who may be running this: SQLite's own switch does.
    let switch = |sql: &'static str| journal.alone(move |conn| Ok(conn.execute_batch(sql)?));
    switch("PRAGMA query_only = ON").await.unwrap();
    let error = journal.begin("m1", vec![operation("u1")], at(1)).await.unwrap_err();
    assert_eq!(error, JournalError::ReadOnly);
    switch("PRAGMA query_only = OFF").await.unwrap();
    journal.begin("m1", vec![operation("u2")], at(1)).await.unwrap();
    assert_eq!(journal.operations("m1").await.unwrap().len(), 1);
}

#[test]
fn failures_of_disk_and_sqlite_are_named() {
    let sqlite = |code| JournalError::from(Error::SqliteFailure(ffi::Error::new(code), Some("what".to_owned())));
    let what = || "what".to_owned();
    for (found, expected) in [
        (sqlite(ffi::SQLITE_FULL), JournalError::Full),
        (sqlite(ffi::SQLITE_READONLY), JournalError::ReadOnly),
        (sqlite(ffi::SQLITE_READONLY_DBMOVED), JournalError::ReadOnly),
        (sqlite(ffi::SQLITE_IOERR), JournalError::Io { what: what() }),
        (sqlite(ffi::SQLITE_IOERR_FSYNC), JournalError::Io { what: what() }),
        (sqlite(ffi::SQLITE_CANTOPEN), JournalError::Io { what: what() }),
        (sqlite(ffi::SQLITE_CORRUPT), JournalError::Damaged { what: what() }),
        (sqlite(ffi::SQLITE_CONSTRAINT), JournalError::Refused { what: what() }),
        (io::Error::from(io::ErrorKind::StorageFull).into(), JournalError::Full),
        (
            io::Error::from(io::ErrorKind::PermissionDenied).into(),
            JournalError::ReadOnly,
        ),
    ] {
        assert_eq!(found, expected);
    }
    let error = Error::SqlInputError {
        error: ffi::Error::new(ffi::SQLITE_ERROR),
        msg: "near key".to_owned(),
        sql: "PRAGMA key = secret".to_owned(),
        offset: 0,
    };
    assert!(
        !JournalError::from(error).to_string().contains("secret"),
        "statements are not repeated"
    );
}
