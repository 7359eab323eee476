use std::{collections::BTreeSet, future::poll_fn, pin::Pin, task::Poll};

use serde_json::json;

use super::fixture::{Fixture, at, operation};
use crate::{JournalError, OperationId, Outcome};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_concurrent_begins_share_few_commits() {
    let mut fixture = Fixture::new().await;
    fixture.keep_log().await;
    let callers: Vec<_> = (0..1_000)
        .map(|i| {
            let journal = fixture.journal().clone();
            tokio::spawn(async move {
                let ids = journal
                    .begin("m1", vec![operation(&format!("u{i}"))], at(1))
                    .await
                    .unwrap();
                // Answered means committed: another connection sees it already.
                if i % 50 == 0 {
                    assert_eq!(
                        journal.operations_of("m1", &format!("u{i}")).await.unwrap()[0].id,
                        ids[0]
                    );
                }
                journal
                    .finish(ids[0], Outcome::Confirmed, json!({"status": 200}), at(2))
                    .await
                    .unwrap();
                (ids[0], format!("u{i}"))
            })
        })
        .collect();
    let mut answered = BTreeSet::new();
    for caller in callers {
        answered.insert(caller.await.unwrap());
    }
    let commits = fixture.commits();
    assert!(commits < 1_000, "2,000 writes took {commits} commits");

    let journal = fixture.reopen().unwrap();
    let stored: BTreeSet<(OperationId, String)> = journal
        .operations("m1")
        .await
        .unwrap()
        .into_iter()
        .map(|op| (op.id, op.subject))
        .collect();
    assert_eq!(stored, answered);
    assert!(journal.open_operations("m1").await.unwrap().is_empty());
    journal.verify("m1").await.unwrap();
}

/// Holds the writer until everything is queued, so that all commands land in one transaction.
#[tokio::test]
async fn one_bad_command_does_not_undo_its_neighbours() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal().clone();
    fixture.keep_log().await;
    let (release, released) = std::sync::mpsc::channel::<()>();
    let mut held = Box::pin(journal.alone(move |_| released.recv().map_err(|_| JournalError::Stopped)));
    assert!(poll_once(&mut held).await.is_pending());

    let mut asked = Vec::new();
    for i in 0..30 {
        let journal = journal.clone();
        let mut ask = Box::pin(async move {
            match i % 3 {
                // Fails after its first insert went through.
                1 => {
                    journal
                        .write(|conn| {
                            conn.execute("INSERT INTO proof VALUES (NULL, 1, 'half', 'done', 1, '0', '0')", [])?;
                            Err(JournalError::Refused {
                                what: "on purpose".to_owned(),
                            })
                        })
                        .await
                }
                2 => journal.begin("nowhere", vec![operation("u")], at(1)).await.map(|_| ()),
                _ => journal
                    .begin("m1", vec![operation(&format!("u{i}"))], at(1))
                    .await
                    .map(|_| ()),
            }
        });
        // Polled once, it is queued, in this order.
        assert!(poll_once(&mut ask).await.is_pending(), "the writer is held");
        asked.push(ask);
    }
    release.send(()).unwrap();
    held.await.unwrap();
    for (i, ask) in asked.into_iter().enumerate() {
        assert_eq!(ask.await.is_ok(), i % 3 == 0, "{i}");
    }
    assert_eq!(fixture.commits(), 1, "all were in one transaction");
    assert_eq!(journal.operations("m1").await.unwrap().len(), 10);
    let half = journal.read(|conn| Ok(conn.query_row("SELECT count(*) FROM proof", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(half.await.unwrap(), 0);
    journal.verify("m1").await.unwrap();
}

/// Polling a write once queues it.
pub async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await
}

#[tokio::test]
async fn closing_finishes_what_is_queued() {
    let mut fixture = Fixture::new().await;
    for i in 0..20 {
        let journal = fixture.journal().clone();
        let mut ask = Box::pin(async move { journal.begin("m1", vec![operation(&format!("u{i}"))], at(1)).await });
        // The caller goes away once it is queued.
        let _ = poll_once(&mut ask).await;
    }
    let journal = fixture.reopen().unwrap();
    assert_eq!(journal.operations("m1").await.unwrap().len(), 20);
}
