//! Reads: repeated where that helps, and only there.

use std::time::Duration;

use serde_json::json;

use super::org::{Reply, TestOrg, client, raw_org};
use crate::{FailureClass, OktaError, WaitReason};

#[tokio::test]
async fn a_busy_org_is_asked_again_with_the_id_of_the_failed_call() {
    let org = TestOrg::start(|_, number| match number {
        0 => Reply::error(500, "E0000009").with("x-okta-request-id", "first"),
        1 => Reply::text(503, "text/html", "<html>busy</html>").with("x-okta-request-id", "second"),
        _ => Reply::json(200, json!({"id": "0oa1", "unknown": null})),
    })
    .await;
    let (client, observer) = org.client();
    let app = client.read().app(&"0oa1".into()).await;
    assert_eq!(app, Ok(json!({"id": "0oa1", "unknown": null})));
    let heard = org.heard();
    let repeats: Vec<_> = heard
        .iter()
        .map(|call| (call.header("x-okta-retry-for"), call.header("x-okta-retry-count")))
        .collect();
    assert_eq!(
        repeats,
        [(None, None), (Some("first"), Some("1")), (Some("first"), Some("2"))]
    );
    assert_eq!(observer.reasons(), [WaitReason::ServerBusy, WaitReason::ServerBusy]);
    let told = observer.told();
    assert_eq!(told.waited, 2);
    assert_eq!(
        told.calls.iter().map(|call| call.status).collect::<Vec<_>>(),
        [Some(500), Some(503), Some(200)]
    );
    assert_eq!(told.calls[0].request_id.as_deref(), Some("first"));
    assert!(told.calls[0].org_time.is_some());
}

#[tokio::test]
async fn five_tries_are_enough() {
    let org = TestOrg::start(|_, _| Reply::error(502, "E0000009")).await;
    let error = org
        .client()
        .0
        .read()
        .app(&"0oa1".into())
        .await
        .expect_err("busy for ever");
    assert_eq!(error.classify(), FailureClass::Server);
    assert_eq!(org.heard().len(), 5);
}

#[tokio::test]
async fn a_broken_or_cut_answer_is_asked_for_again() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":";
    let whole = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{\"id\":\"0oa1\"}";
    let (origin, count) = raw_org(vec!["", cut, whole]).await;
    let (client, observer) = client(&origin);
    assert_eq!(client.read().app(&"0oa1".into()).await, Ok(json!({"id": "0oa1"})));
    assert_eq!(*count.lock().expect("no panic"), 3);
    assert_eq!(
        observer.reasons(),
        [WaitReason::Network { attempt: 1 }, WaitReason::Network { attempt: 2 }]
    );
    assert_eq!(
        observer.told().calls.iter().map(|call| call.status).collect::<Vec<_>>(),
        [None, Some(200), Some(200)]
    );
}

#[tokio::test]
async fn a_silent_org_times_out() {
    let org = TestOrg::start(|_, number| {
        let wait = if number < 2 {
            Duration::from_secs(5)
        } else {
            Duration::ZERO
        };
        Reply::json(200, json!({})).after(wait)
    })
    .await;
    let (client, observer) = org.client();
    assert_eq!(client.read().app(&"0oa1".into()).await, Ok(json!({})));
    assert_eq!(observer.told().calls[0].status, None);
}

#[tokio::test]
async fn a_page_instead_of_data_is_not_okta() {
    for body in ["<!doctype html><p>Log in", "  <html>"] {
        let org = TestOrg::start(move |_, _| Reply::text(200, "text/plain", body)).await;
        let error = org.client().0.read().app(&"0oa1".into()).await.expect_err("a page");
        assert!(matches!(error, OktaError::NotOkta { .. }), "{error:?}");
        assert_eq!(org.heard().len(), 1);
    }
}

#[tokio::test]
async fn json_that_is_broken_is_a_bad_answer() {
    let org = TestOrg::start(|_, _| Reply::text(200, "application/json", "{\"id\"")).await;
    let error = org.client().0.read().app(&"0oa1".into()).await.expect_err("no JSON");
    assert!(matches!(error, OktaError::BadAnswer { .. }), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TestOrg::start(|_, _| Reply::json(200, json!({}))).await;
    let target = format!("{}/x", elsewhere.origin);
    let org = TestOrg::start(move |_, _| Reply::text(302, "text/plain", "").with("location", &target)).await;
    let error = org.client().0.read().app(&"0oa1".into()).await.expect_err("a redirect");
    assert!(matches!(error, OktaError::NotOkta { .. }), "{error:?}");
    assert!(elsewhere.heard().is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_none_only_where_okta_says_so() {
    let org = TestOrg::start(|call, _| match call.target.as_str() {
        "/api/v1/apps/0oa1/users/00u1" => Reply::error(404, "E0000007"),
        "/api/v1/apps/0oa1/users/00u2" => Reply::error(404, "E0000008"),
        "/api/v1/apps/0oa1/users/00u3" => Reply::text(404, "text/html", "<html>nothing here"),
        "/api/v1/apps/0oa1/features/USER_PROVISIONING" => Reply::error(400, "E0000001"),
        _ => Reply::error(403, "E0000006"),
    })
    .await;
    let (client, observer) = org.client();
    let (read, app) = (client.read(), "0oa1".into());
    assert_eq!(read.app_user(&app, &"00u1".into()).await, Ok(None));
    assert!(read.app_user(&app, &"00u2".into()).await.is_err());
    assert!(read.app_user(&app, &"00u3".into()).await.is_err());
    assert_eq!(read.feature(&app, "USER_PROVISIONING").await, Ok(None));
    assert!(
        read.app_group(&app, &"00g1".into())
            .await
            .is_err_and(|error| error.is_forbidden())
    );
    assert_eq!(observer.told().refused, 0);
}

#[tokio::test]
async fn metadata_is_asked_for_as_xml() {
    let org = TestOrg::start(|call, _| {
        let body = if call.target.contains("kid=good") {
            "<md:EntityDescriptor/>"
        } else {
            "<html/>"
        };
        Reply::text(200, "text/xml", body)
    })
    .await;
    let read = org.client().0.read();
    assert_eq!(
        read.saml_metadata(&"0oa1".into(), "good").await.as_deref(),
        Ok("<md:EntityDescriptor/>")
    );
    assert!(read.saml_metadata(&"0oa1".into(), "other").await.is_err());
    assert_eq!(org.targets()[0], "/api/v1/apps/0oa1/sso/saml/metadata?kid=good");
    assert_eq!(org.heard()[0].header("accept"), Some("application/xml"));
}

#[tokio::test]
async fn what_is_no_id_never_becomes_a_path() {
    let org = TestOrg::start(|_, _| Reply::json(200, json!({}))).await;
    let read = org.client().0.read();
    for id in ["", ".", "..", "0oa1/users", "0oa1?x", "0oa1%2f", "ä"] {
        let error = read.app(&id.into()).await.expect_err("not an id");
        assert!(matches!(error, OktaError::BadInput { .. }), "{id}: {error:?}");
    }
    assert!(org.heard().is_empty());
}
