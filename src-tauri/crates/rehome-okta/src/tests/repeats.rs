//! Repeats: what Okta refuses for the moment is asked again, what it may have done is not, and a sick org is let rest.

use serde_json::json;

use super::org::{Reply, TestOrg, client_at};
use crate::{Code, FailureClass, OktaError, WaitReason, WriteError};

#[tokio::test]
async fn a_write_that_okta_refuses_for_the_moment_is_sent_again() {
    for (status, code) in [
        (423, "E0000239"),
        (409, "E0000195"),
        (409, "E0000249"),
        (409, "E0000253"),
        (409, "E0000268"),
        (409, "E0000112"),
    ] {
        let org = TestOrg::start(move |_, number| match number {
            0 | 1 => Reply::error(status, code).with("x-okta-request-id", format!("req{number}")),
            _ => Reply::json(200, json!({"id": "00u1"})),
        })
        .await;
        let (client, observer) = org.client();
        let made = client
            .assign()
            .assign_user(&"0oa1".into(), &json!({"id": "00u1"}))
            .await;
        assert_eq!(made, Ok(json!({"id": "00u1"})), "{code}");
        assert_eq!(observer.reasons(), vec![WaitReason::Reconciling; 2], "{code}");
        // 2 to 30 seconds of the org's, whose clock runs 1000 times faster here.
        let waits: Vec<f64> = observer.told().waits.iter().map(|wait| wait.seconds * 1000.0).collect();
        assert!(waits.iter().all(|wait| (1.5..30.0).contains(wait)), "{waits:?}");
        let last = org.heard().pop().expect("three calls");
        assert_eq!(last.header("x-okta-retry-for"), Some("req0"));
        assert_eq!(last.header("x-okta-retry-count"), Some("2"));
    }
}

#[tokio::test]
async fn a_refusal_that_does_not_pass_ends_after_half_a_minute() {
    let org = TestOrg::start(|_, _| Reply::error(423, "E0000239")).await;
    let (client, observer) = org.client();
    let error = client.open_retire().deactivate_app(&"0oa1".into()).await;
    let error = error.expect_err("busy for ever");
    assert!(matches!(error, WriteError::Refused(_)), "{error:?}");
    assert_eq!(
        error.error().refusal().map(|refusal| &refusal.code),
        Some(&Code::Reconciling)
    );
    assert_eq!(org.heard().len(), 5);
    let waited: f64 = observer.told().waits.iter().map(|wait| wait.seconds * 1000.0).sum();
    assert!((20.0..40.0).contains(&waited), "{waited}");
}

#[tokio::test]
async fn an_org_that_takes_no_changes_is_waited_for_and_the_write_counts_as_not_sent() {
    let org = TestOrg::start(|_, number| match number {
        0 => Reply::error(503, "E0000010"),
        _ => Reply::json(200, json!({})),
    })
    .await;
    let (client, observer) = org.client();
    let put = client
        .assign()
        .put_app_group(&"0oa1".into(), &"00g1".into(), &json!({}))
        .await;
    assert_eq!(put, Ok(json!({})));
    assert_eq!(observer.reasons(), [WaitReason::ReadOnly]);

    let org = TestOrg::start(|_, _| Reply::error(503, "E0000010")).await;
    let put = org
        .client()
        .0
        .assign()
        .put_app_group(&"0oa1".into(), &"00g1".into(), &json!({}))
        .await;
    assert!(matches!(put, Err(WriteError::NotSent(_))), "{put:?}");
    assert_eq!(org.heard().len(), 5);
}

#[tokio::test]
async fn deleting_an_app_that_was_just_deactivated_is_not_tried_blindly() {
    // Recorded: 500 E0000009 straight after the deactivation; the deletion may or may not have begun.
    let org = TestOrg::start(|_, _| Reply::error(500, "E0000009")).await;
    let deleted = org.client().0.open_retire().delete_app(&"0oa1".into()).await;
    assert!(matches!(deleted, Err(WriteError::Unknown(_))), "{deleted:?}");
    assert_eq!(org.heard().len(), 1);
}

#[tokio::test]
async fn the_budget_is_one_for_all_calls_of_an_org() {
    let org = TestOrg::start(|_, _| Reply::error(503, "")).await;
    // Slow enough that the budget hardly fills up in between, fast enough not to wait for long.
    let (client, _) = client_at(&org.origin, 10, 32);
    let calls = (0..32).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.read().org().await })
    });
    let mut spent = 0;
    for call in calls.collect::<Vec<_>>() {
        let error = call.await.expect("no panic").expect_err("sick");
        assert_eq!(error.classify(), FailureClass::Server);
        assert!(error.refusal().is_some_and(|refusal| refusal.status == 503));
        if matches!(error, OktaError::BudgetSpent { .. }) {
            assert!(
                error
                    .to_string()
                    .ends_with("too many calls to this org have failed lately)"),
                "{error}"
            );
            spent += 1;
        }
    }
    let heard = org.heard().len();
    // 32 first tries, 30 repeats, and what few came back with time; 5 tries each would have been 160.
    assert!(
        (62..90).contains(&heard) && spent >= 20,
        "{heard} calls, {spent} given up"
    );
}
