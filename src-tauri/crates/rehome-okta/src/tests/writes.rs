//! Writes: what is known of their effect, and that none is sent twice.

use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;

use super::org::{Reply, TestOrg, client, raw_org};
use crate::{Code, OktaError, WriteError};

fn sort(error: &WriteError) -> &'static str {
    match error {
        WriteError::NotSent(_) => "not sent",
        WriteError::Refused(_) => "refused",
        WriteError::Unknown(_) => "unknown",
    }
}

/// Answers an assignment with `reply`: how is it sorted, and how often was it sent?
async fn check(reply: fn() -> Reply, expected: &str, times: usize) -> WriteError {
    let org = TestOrg::start(move |_, _| reply()).await;
    let (client, observer) = org.client();
    let error = client
        .assign()
        .assign_user(&"0oa1".into(), &json!({"id": "00u1"}))
        .await
        .expect_err("no success");
    assert_eq!((sort(&error), org.heard().len()), (expected, times), "{error:?}");
    assert_eq!(observer.told().calls.len(), times);
    assert!(observer.told().calls.iter().all(|call| call.is_write));
    error
}

#[tokio::test]
async fn answers_to_writes_are_sorted_by_what_is_known() {
    check(|| Reply::error(400, "E0000001"), "refused", 1).await;
    check(|| Reply::error(403, "E0000075"), "refused", 1).await;
    check(|| Reply::error(404, "E0000007"), "refused", 1).await;
    check(|| Reply::error(409, "E0000062"), "refused", 1).await;
    check(|| Reply::error(423, "E0000155"), "refused", 1).await;
    check(|| Reply::error(501, "E0000060"), "refused", 1).await;
    check(|| Reply::error(408, ""), "unknown", 1).await;
    check(|| Reply::error(500, "E0000009"), "unknown", 1).await;
    check(|| Reply::text(502, "text/html", "<html>"), "unknown", 1).await;
    check(|| Reply::error(503, "E0000100"), "unknown", 1).await;
    check(|| Reply::text(504, "text/plain", ""), "unknown", 1).await;
    check(
        || Reply::text(302, "text/plain", "").with("location", "/login"),
        "unknown",
        1,
    )
    .await;
    check(|| Reply::text(200, "text/html", "<html>"), "unknown", 1).await;
    check(|| Reply::text(200, "application/json", "{\"id\":"), "unknown", 1).await;
    check(|| Reply::text(200, "application/json", ""), "unknown", 1).await;
    check(|| Reply::json(200, json!([])), "unknown", 1).await;
    check(
        || Reply::json(200, json!({})).after(Duration::from_secs(5)),
        "unknown",
        1,
    )
    .await;
    // Okta does not act on what it turns away with 429, so that it is sent again.
    let error = check(|| Reply::error(429, "E0000047").limits(0, 0, 0), "not sent", 10).await;
    assert!(
        error
            .error()
            .refusal()
            .is_some_and(|refusal| refusal.code == Code::TooManyRequests)
    );
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_unknown_and_sent_once() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":";
    for answer in ["", "HTTP/1.1 2", cut, "no HTTP at all\r\n\r\n"] {
        let (origin, count) = raw_org(vec![answer]).await;
        let error = client(&origin)
            .0
            .assign()
            .put_app_group(&"0oa1".into(), &"00g1".into(), &json!({}))
            .await;
        let error = error.expect_err("no answer");
        assert_eq!(sort(&error), "unknown", "{answer:?}: {error:?}");
        assert_eq!(*count.lock().expect("no panic"), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_write_that_never_left_is_not_sent() {
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port();
    let (client, _) = client(&format!("http://127.0.0.1:{port}"));
    let error = client
        .assign()
        .assign_user(&"0oa1".into(), &json!({}))
        .await
        .expect_err("nobody listens");
    let WriteError::NotSent(OktaError::Unreachable { offline, .. }) = error else {
        panic!("{error:?}")
    };
    assert!(!offline, "a refused connection is not a missing network");
    let error = client
        .assign()
        .assign_user(&"0oa1/../0oa2".into(), &json!({}))
        .await
        .expect_err("no id");
    assert!(
        matches!(error, WriteError::NotSent(OktaError::BadInput { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_write_to_what_speaks_no_tls_is_not_sent() {
    let (origin, _) = raw_org(vec!["HTTP/1.1 400 Bad Request\r\n\r\n"]).await;
    let (client, _) = client(&origin.replace("http://", "https://"));
    let error = client
        .assign()
        .assign_user(&"0oa1".into(), &json!({}))
        .await
        .expect_err("no TLS");
    assert!(
        matches!(error, WriteError::NotSent(OktaError::Unreachable { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_write_after_a_429_is_sent_again_and_succeeds() {
    let org = TestOrg::start(|_, number| match number {
        0 => Reply::error(429, "E0000047")
            .limits(0, 0, 0)
            .with("x-okta-request-id", "req1"),
        _ => Reply::json(200, json!({"id": "00u1", "scope": "USER"})),
    })
    .await;
    let body = json!({"scope": "USER", "profile": {"z": 1, "a": null}});
    let made = org
        .client()
        .0
        .assign()
        .update_app_user(&"0oa1".into(), &"00u1".into(), &body)
        .await;
    assert_eq!(made, Ok(json!({"id": "00u1", "scope": "USER"})));
    let heard = org.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[1].header("x-okta-retry-for"), Some("req1"));
    assert_eq!(
        (heard[1].method.as_str(), heard[1].target.as_str()),
        ("POST", "/api/v1/apps/0oa1/users/00u1")
    );
    assert_eq!(heard[1].body, body.to_string());
}

#[tokio::test]
async fn retiring_names_its_safe_parameters_and_takes_no_404_for_done() {
    let org = TestOrg::start(|call, _| match call.target.as_str() {
        "/api/v1/apps/0oa1/users/00u1?sendEmail=false" => Reply::text(204, "application/json", ""),
        "/api/v1/apps/0oa1/groups/00g1" => Reply::error(404, "E0000007"),
        "/api/v1/apps/0oa1/lifecycle/deactivate" => Reply::json(200, json!({})),
        "/api/v1/apps/0oa1" => Reply::error(404, "E0000007"),
        "/api/v1/apps/0oa2" => Reply::error(403, "E0000056"),
        "/api/v1/apps/0oa2/lifecycle/deactivate" => Reply::error(404, "E0000007"),
        "/api/v1/apps/0oa2/users/00u1?sendEmail=false" => Reply::text(404, "text/html", "<html>"),
        "/api/v1/apps/0oa2/groups/00g1" => Reply::text(200, "text/html", "<html>"),
        _ => Reply::error(404, "E0000008"),
    })
    .await;
    let retire = org.client().0.open_retire();
    let (old, other, user, group) = ("0oa1".into(), "0oa2".into(), "00u1".into(), "00g1".into());
    assert_eq!(retire.unassign_user(&old, &user).await, Ok(()));
    // Gone, hidden, or not found for a moment: reading tells.
    assert!(matches!(
        retire.remove_app_group(&old, &group).await,
        Err(WriteError::Unknown(_))
    ));
    assert_eq!(retire.deactivate_app(&old).await, Ok(()));
    assert!(matches!(retire.delete_app(&old).await, Err(WriteError::Unknown(_))));
    let methods: Vec<_> = org.heard().into_iter().map(|call| call.method).collect();
    assert_eq!(methods, ["DELETE", "DELETE", "POST", "DELETE"]);
    assert_eq!(org.heard()[2].header("content-length"), Some("0"));

    assert!(matches!(retire.delete_app(&other).await, Err(WriteError::Refused(_))));
    // An app that is gone was not deactivated, and a proxy's 404 says nothing.
    assert!(matches!(
        retire.deactivate_app(&other).await,
        Err(WriteError::Refused(_))
    ));
    assert!(matches!(
        retire.unassign_user(&other, &user).await,
        Err(WriteError::Refused(_))
    ));
    assert!(matches!(
        retire.remove_app_group(&other, &group).await,
        Err(WriteError::Unknown(_))
    ));
    assert!(matches!(
        retire.delete_app(&"0oa3".into()).await,
        Err(WriteError::Refused(_))
    ));
}
