//! Discovery, and the secrecy of the token.

use std::sync::Arc;

use rehome_domain::OrgId;
use serde_json::json;

use super::org::{Remembered, Reply, TOKEN, TestOrg, client_at, options};
use crate::{Client, Credential, OktaError, OrgUrl, Pipeline, WriteError, discover};

async fn discovered(reply: fn() -> Reply) -> Result<(OrgId, Pipeline), OktaError> {
    let org = TestOrg::start(move |_, _| reply()).await;
    let url = OrgUrl::parse(&org.origin).expect("an address");
    let found = discover(&url, Arc::new(Remembered::default())).await;
    let heard = org.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].target, "/.well-known/okta-organization");
    assert_eq!(heard[0].header("authorization"), None);
    found.map(|metadata| (metadata.id, metadata.pipeline))
}

#[tokio::test]
async fn an_org_tells_its_id_and_engine() {
    let found = discovered(|| Reply::json(200, json!({"id": "00o1", "pipeline": "idx", "settings": {}}))).await;
    assert_eq!(found, Ok(("00o1".into(), Pipeline::Identity)));
    let found = discovered(|| Reply::json(200, json!({"id": "00o1", "pipeline": "v1"}))).await;
    assert_eq!(found, Ok(("00o1".into(), Pipeline::Classic)));
    let found = discovered(|| Reply::json(200, json!({"id": "00o1", "pipeline": "v3"}))).await;
    assert_eq!(found, Ok(("00o1".into(), Pipeline::Unknown)));
}

#[tokio::test]
async fn what_is_not_okta_is_told_from_what_does_not_answer() {
    let not_okta: [fn() -> Reply; 6] = [
        || Reply::text(200, "text/html", "<html>"),
        || Reply::json(200, json!({"name": "something else"})),
        || Reply::json(200, json!(["00o1"])),
        || Reply::text(200, "text/plain", ""),
        || Reply::text(404, "text/html", "<html>"),
        || Reply::text(301, "text/html", "").with("location", "https://www.example.com/"),
    ];
    for reply in not_okta {
        let found = discovered(reply).await;
        assert!(matches!(found, Err(OktaError::NotOkta { .. })), "{found:?}");
    }
    let busy = discovered(|| Reply::error(503, "E0000010")).await;
    assert!(matches!(busy, Err(OktaError::Refused(_))), "{busy:?}");
    let nobody = OrgUrl::parse("http://127.0.0.1:1").expect("an address");
    let found = discover(&nobody, Arc::new(Remembered::default())).await;
    assert!(matches!(found, Err(OktaError::Unreachable { .. })), "{found:?}");
}

#[tokio::test]
async fn a_host_that_does_not_exist_cannot_be_reached() {
    let nowhere = OrgUrl::parse("https://acme.rehome.invalid").expect("an address");
    let found = discover(&nowhere, Arc::new(Remembered::default())).await;
    assert!(
        matches!(found, Err(OktaError::Unreachable { offline: true, .. })),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_refused_token_is_told_and_a_missing_feature_is_not_one() {
    let org = TestOrg::start(|call, _| match call.target.as_str() {
        "/api/v1/users/me" => Reply::error(401, "E0000011"),
        _ => Reply::error(401, "E0000015"),
    })
    .await;
    let (client, observer) = org.client();
    assert!(client.read().org().await.is_err_and(|error| error.is_forbidden()));
    assert_eq!(observer.told().refused, 0);
    assert!(client.read().me().await.is_err_and(|error| error.is_credential()));
    assert_eq!(observer.told().refused, 1);
}

#[tokio::test]
async fn the_token_goes_into_one_header_and_nowhere_else() {
    let org = TestOrg::start(|_, number| match number {
        0 => Reply::json(200, json!({"id": "00u1"})),
        _ => Reply::error(403, "E0000006"),
    })
    .await;
    let (client, observer) = org.client();
    client.read().me().await.expect("me");
    let refusal = client.read().org().await.expect_err("refused");
    let revoked = client.revoke_current_token().await;
    assert!(matches!(revoked, Err(WriteError::Refused(_))), "{revoked:?}");
    for call in org.heard() {
        assert_eq!(call.header("authorization"), Some(format!("SSWS {TOKEN}").as_str()));
        assert_eq!(call.header("user-agent"), Some("Rehome/0.1"));
        assert_eq!(call.header("accept"), Some("application/json"));
    }
    assert_eq!(
        org.targets().last().map(String::as_str),
        Some("/api/v1/api-tokens/current")
    );
    let pages = client.read().app_users(&"0oa1".into(), false).expect("an id");
    let options = options(&org.origin, Arc::clone(&observer), 1, 1);
    let printed = format!(
        "{client:?} {:?} {:?} {:?} {pages:?} {options:?} {refusal:?} {refusal} {:?}",
        client.read(),
        client.assign(),
        client.open_retire(),
        observer.told(),
    );
    assert!(!printed.contains(TOKEN), "{printed}");
}

#[tokio::test]
async fn a_token_is_taken_as_pasted_and_nonsense_is_refused() {
    let org = TestOrg::start(|_, _| Reply::json(200, json!({}))).await;
    let make = |token: &str| {
        let mut options = options(&org.origin, Arc::new(Remembered::default()), 1, 1);
        options.credential = Credential::ApiToken(token.to_owned().into());
        Client::new(options)
    };
    make(&format!("  SSWS {TOKEN}\n"))
        .expect("a client")
        .read()
        .me()
        .await
        .expect("me");
    assert_eq!(
        org.heard()[0].header("authorization"),
        Some(format!("SSWS {TOKEN}").as_str())
    );
    for token in ["", "  ", "SSWS ", "a b", "tök", "a\nb"] {
        let error = make(token).expect_err("no token");
        assert!(matches!(error, OktaError::BadInput { .. }), "{token:?}");
    }
}

#[tokio::test]
async fn an_org_without_limits_is_not_held_back() {
    let org = TestOrg::start(|_, _| Reply::json(200, json!({}))).await;
    let (client, observer) = client_at(&org.origin, 1, 8);
    for _ in 0..200 {
        client.read().org().await.expect("an org");
    }
    assert!(observer.told().waits.is_empty());
    assert!(client.limits().is_empty());
}
