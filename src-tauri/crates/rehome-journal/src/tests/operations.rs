use serde_json::json;

use super::fixture::{Fixture, at, operation};
use crate::{JournalError, NewOperation, OperationId, Outcome};

fn failed() -> Outcome {
    Outcome::Failed {
        class: "conflict".to_owned(),
        words: "already there".to_owned(),
    }
}

fn unknown() -> Outcome {
    Outcome::Unknown {
        words: "connection reset".to_owned(),
    }
}

#[tokio::test]
async fn an_operation_is_read_back_as_it_was_written() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    let full = NewOperation {
        wave: 3,
        snapshot: Some(json!({"was": ["z", "a"]})),
        ..operation("u1")
    };
    let bare = NewOperation {
        body: None,
        undo: None,
        snapshot: None,
        ..operation("u2")
    };
    let ids = journal.begin("m1", vec![full.clone(), bare], at(1)).await.unwrap();
    assert!(journal.begin("m1", Vec::new(), at(1)).await.unwrap().is_empty());
    journal
        .finish(ids[0], failed(), json!({"status": 409}), at(2))
        .await
        .unwrap();

    let stored = journal.operations("m1").await.unwrap();
    assert_eq!(stored.len(), 2);
    let first = &stored[0];
    assert_eq!((first.id, first.seq, first.wave, first.begun), (ids[0], 1, 3, at(1)));
    assert_eq!(
        (&first.body, &first.undo, &first.snapshot),
        (&full.body, &full.undo, &full.snapshot)
    );
    assert_eq!((first.outcome.clone(), first.finished), (Some(failed()), Some(at(2))));
    assert_eq!(
        (first.detail.clone(), first.was_unknown),
        (Some(json!({"status": 409})), false)
    );
    let second = &stored[1];
    assert_eq!(
        (&second.body, &second.outcome, &second.detail, second.finished),
        (&None, &None, &None, None)
    );

    assert_eq!(journal.operations_of("m1", "u2").await.unwrap(), stored[1..]);
    assert_eq!(journal.open_operations("m1").await.unwrap(), stored[1..]);
    assert!(journal.operations_of("m1", "u3").await.unwrap().is_empty());
}

#[tokio::test]
async fn only_legal_transitions_are_stored() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    let all = [Outcome::Confirmed, failed(), unknown()];
    for first in &all {
        for second in &all {
            let id = journal.begin("m1", vec![operation("u")], at(1)).await.unwrap()[0];
            journal.finish(id, first.clone(), json!({}), at(2)).await.unwrap();
            let answer = journal.finish(id, second.clone(), json!({"by": "read"}), at(3)).await;
            let legal = *first == unknown() && *second != unknown();
            let now = journal.operations("m1").await.unwrap().pop().unwrap();
            if legal {
                answer.unwrap();
                assert_eq!((now.outcome.as_ref(), now.was_unknown), (Some(second), true));
                assert_eq!((now.detail, now.finished), (Some(json!({"by": "read"})), Some(at(3))));
                let again = journal.finish(id, second.clone(), json!({}), at(4)).await.unwrap_err();
                assert!(matches!(again, JournalError::IllegalTransition { .. }), "{again}");
            } else {
                let error = answer.unwrap_err();
                assert!(
                    matches!(error, JournalError::IllegalTransition { .. }),
                    "{first:?} → {second:?}: {error}"
                );
                assert_eq!((now.outcome.as_ref(), now.finished), (Some(first), Some(at(2))));
            }
            let open = journal
                .open_operations("m1")
                .await
                .unwrap()
                .iter()
                .any(|op| op.id == id);
            assert_eq!(open, *first == unknown() && !legal, "{first:?} → {second:?}");
        }
    }
    journal.verify("m1").await.unwrap();
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    let missing = JournalError::NoSuchMigration { id: "m9".to_owned() };
    assert_eq!(
        journal.begin("m9", vec![operation("u")], at(1)).await.unwrap_err(),
        missing
    );
    assert_eq!(journal.operations("m9").await.unwrap_err(), missing);
    assert_eq!(journal.verify("m9").await.unwrap_err(), missing);
    assert_eq!(journal.set_state("m9", &json!(1)).await.unwrap_err(), missing);
    let error = journal
        .finish(OperationId(77), Outcome::Confirmed, json!({}), at(1))
        .await
        .unwrap_err();
    assert_eq!(error, JournalError::NoSuchOperation { id: 77 });
}
