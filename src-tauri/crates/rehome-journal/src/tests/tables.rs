use serde_json::json;

use super::fixture::{Fixture, at, migration};
use crate::{CallRow, JournalError, Proof};

fn doc(key: &str, json: &str) -> (String, String) {
    (key.to_owned(), json.to_owned())
}

#[tokio::test]
async fn one_open_migration_per_org_and_app_pair() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    let again = journal.add_migration(migration("m2", "new1"), at(1)).await.unwrap_err();
    assert_eq!(
        again,
        JournalError::AlreadyOpen {
            old_app: "old1".to_owned(),
            new_app: "new1".to_owned()
        }
    );
    journal.add_migration(migration("m3", "new3"), at(2)).await.unwrap();
    journal.set_state("m1", &json!({"step": 2})).await.unwrap();
    journal.close_migration("m1", at(3)).await.unwrap();
    journal.add_migration(migration("m4", "new1"), at(4)).await.unwrap();

    let rows = journal.migrations().await.unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["m1", "m3", "m4"]);
    assert_eq!(
        (rows[0].closed, &rows[0].state, rows[0].created),
        (Some(at(3)), &json!({"step": 2}), at(0))
    );
    assert_eq!(
        (rows[2].closed, &rows[2].state, rows[2].practice),
        (None, &json!(null), true)
    );
    assert_eq!(rows[2].org, json!({"name": "Example"}));
    journal.verify("m1").await.unwrap();
}

#[tokio::test]
async fn documents_are_the_newest_raw_json() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    // Spacing and the order of names are Okta's, and stay.
    let raw = "{ \"z\":1,\"a\" : 1e400 }";
    journal
        .put_documents("m1", "user", vec![doc("b", "1"), doc("a", raw), doc("", "0")], at(1))
        .await
        .unwrap();
    journal
        .put_documents("m1", "user", vec![doc("b", "3"), doc("b", "2")], at(2))
        .await
        .unwrap();
    journal
        .put_documents("m1", "group", vec![doc("a", "9")], at(1))
        .await
        .unwrap();
    let all = journal.documents("m1", "user").await.unwrap();
    let expected = [("", "0", at(1)), ("a", raw, at(1)), ("b", "2", at(2))];
    assert_eq!(
        all,
        expected.map(|(key, json, at)| (key.to_owned(), json.to_owned(), at))
    );
    assert_eq!(journal.documents_after("m1", "user", None, 1).await.unwrap(), all[..1]);
    assert_eq!(
        journal.documents_after("m1", "user", Some(""), 1).await.unwrap(),
        all[1..2]
    );
    assert_eq!(
        journal.documents_after("m1", "user", Some("a"), 9).await.unwrap(),
        all[2..]
    );
    assert_eq!(
        journal.document("m1", "user", "b").await.unwrap(),
        Some(("2".to_owned(), at(2)))
    );
    assert_eq!(journal.document("m1", "user", "c").await.unwrap(), None);

    journal
        .replace_documents("m1", "user", vec![doc("c", "3")], at(3))
        .await
        .unwrap();
    assert_eq!(
        journal.documents("m1", "user").await.unwrap(),
        [("c".to_owned(), "3".to_owned(), at(3))]
    );
    assert_eq!(journal.documents("m1", "group").await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_newest_decision_counts_and_all_are_kept() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    for (i, (kind, subject, value)) in [("map", "b", 1), ("map", "a", 2), ("skip", "a", 3), ("map", "b", 4)]
        .iter()
        .enumerate()
    {
        let seq = journal
            .decide("m1", kind, subject, &json!(value), at(i as i64))
            .await
            .unwrap();
        assert_eq!(seq, i as i64 + 1);
    }
    let current = journal.decisions("m1", "map").await.unwrap();
    let brief: Vec<_> = current
        .iter()
        .map(|d| (d.seq, d.subject.as_str(), d.value.clone(), d.at))
        .collect();
    assert_eq!(brief, [(2, "a", json!(2), at(1)), (4, "b", json!(4), at(3))]);
    let log: Vec<_> = journal
        .decision_log("m1")
        .await
        .unwrap()
        .into_iter()
        .map(|d| (d.seq, d.kind))
        .collect();
    assert_eq!(
        log,
        [(1, "map"), (2, "map"), (3, "skip"), (4, "map")].map(|(seq, kind)| (seq, kind.to_owned()))
    );
}

#[tokio::test]
async fn the_newest_proof_of_each_level_counts() {
    let fixture = Fixture::new().await;
    let proof = |subject: &str, level: &str, holds, evidence| Proof {
        subject: subject.to_owned(),
        level: level.to_owned(),
        holds,
        evidence: json!(evidence),
    };
    let journal = fixture.journal();
    let first = vec![
        proof("u2", "placed", true, 1),
        proof("u1", "placed", true, 2),
        proof("u1", "signed_in", true, 3),
    ];
    journal.prove("m1", first, at(1)).await.unwrap();
    journal
        .prove("m1", vec![proof("u1", "placed", false, 4)], at(2))
        .await
        .unwrap();
    let rows = journal.proofs("m1").await.unwrap();
    let brief: Vec<_> = rows
        .iter()
        .map(|p| (p.subject.as_str(), p.level.as_str(), p.holds, p.evidence.clone(), p.at))
        .collect();
    assert_eq!(
        brief,
        [
            ("u1", "placed", false, json!(4), at(2)),
            ("u1", "signed_in", true, json!(3), at(1)),
            ("u2", "placed", true, json!(1), at(1)),
        ]
    );
}

#[tokio::test]
async fn snapshots_are_kept_per_subject() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    let first = journal
        .snapshot("m1", "u1", "app_user", &json!({"z": 1, "a": 2}), at(1))
        .await
        .unwrap();
    journal
        .snapshot("m1", "u2", "app_user", &json!(0), at(1))
        .await
        .unwrap();
    let third = journal.snapshot("m1", "u1", "group", &json!([]), at(2)).await.unwrap();
    let stored = journal.snapshots_of("m1", "u1").await.unwrap();
    assert_eq!(
        stored.iter().map(|s| (s.id, s.kind.as_str())).collect::<Vec<_>>(),
        [(first, "app_user"), (third, "group")]
    );
    assert_eq!(
        (stored[0].value.to_string(), stored[0].at),
        ("{\"z\":1,\"a\":2}".to_owned(), at(1))
    );
}

#[tokio::test]
async fn calls_are_listed_newest_first_and_counted() {
    let fixture = Fixture::new().await;
    let journal = fixture.journal();
    assert_eq!(journal.calls_count("m1").await.unwrap(), (0, 0));
    let call = |n: u64| CallRow {
        at: at(n as i64),
        method: "GET".to_owned(),
        path: format!("/api/v1/users?after={n}"),
        status: (n != 3).then_some(200),
        milliseconds: n,
        request_id: Some(format!("req{n}")),
        is_write: n.is_multiple_of(2),
    };
    journal.log_calls("m1", (0..5).map(call).collect()).await.unwrap();
    assert_eq!(
        journal.calls("m1", 0, 10).await.unwrap(),
        (0..5).rev().map(call).collect::<Vec<_>>()
    );
    assert_eq!(journal.calls("m1", 1, 2).await.unwrap(), [call(3), call(2)]);
    assert!(journal.calls("m1", u64::MAX, u64::MAX).await.unwrap().is_empty());
    assert_eq!(journal.calls_count("m1").await.unwrap(), (5, 3));
}
