//! A service app as the credential: assertions, proofs, nonces, scopes, renewal.

mod issuer;

use std::time::Duration;

use futures::future::join_all;
use jsonwebtoken::{Algorithm, decode_header};
use serde_json::json;

use self::issuer::{CLIENT, client, start};
use crate::{ClientKey, FailureClass, GROUPS_SCOPE, KeyKind, NoToken, OktaError, PLAN_SCOPES, SHARE_SCOPE, WriteError};

fn asked(org: &super::org::TestOrg) -> usize {
    org.targets()
        .iter()
        .filter(|target| *target == "/oauth2/v1/token")
        .count()
}

async fn check_kind(kind: KeyKind, algorithm: Algorithm) {
    let (org, issuer, key) = start(kind).await;
    let (client, observer) = client(&org, &key, true, 1);
    for _ in 0..3 {
        client.read().org().await.expect("an answer");
    }
    client
        .read()
        .apps("x")
        .await
        .expect_err("an object is no list, but it was answered");
    let granted = client.granted().await.expect("granted").expect("a service app");
    assert!(granted.dpop);
    assert_eq!(granted.missing, Vec::<String>::new());
    // Once for the nonce, once for the token; never for a call.
    assert_eq!(asked(&org), 2);
    assert_eq!(issuer.lock().accepted, 4);
    let first = org.heard().remove(0);
    let form = url::form_urlencoded::parse(first.body.as_bytes()).into_owned();
    let assertion = form
        .filter(|(name, _)| name == "client_assertion")
        .map(|(_, value)| value)
        .next();
    let header = decode_header(assertion.expect("an assertion")).expect("a header");
    assert_eq!((header.alg, header.kid.as_deref()), (algorithm, Some(key.id())));
    let told = observer.told();
    assert_eq!(told.refused, 0);
    assert_eq!(told.calls.len(), 6, "every call is seen, those for the token too");
    assert!(told.calls.iter().all(|call| !call.is_write));
}

#[tokio::test]
async fn both_kinds_of_keys_get_a_token_bound_to_another_key() {
    check_kind(KeyKind::P256, Algorithm::ES256).await;
    check_kind(KeyKind::Rsa2048, Algorithm::RS256).await;
}

#[tokio::test]
async fn an_app_without_dpop_gets_a_bearer_token() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    issuer.lock().dpop = false;
    for dpop in [true, false] {
        let (client, _) = client(&org, &key, dpop, 1);
        client.read().org().await.expect("an answer");
        let granted = client.granted().await.expect("granted").expect("a service app");
        assert!(!granted.dpop);
    }
}

#[tokio::test]
async fn every_retry_has_a_proof_of_its_own() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    issuer.lock().calls_fail_with = vec![503, 429, 500];
    let (client, _) = client(&org, &key, true, 1000);
    // The org's clock runs as fast as the client believes.
    issuer.lock().speed = 1000;
    client.read().org().await.expect("an answer in the end");
    assert_eq!(issuer.lock().accepted, 1);
    assert_eq!(
        org.targets().iter().filter(|target| *target == "/api/v1/org").count(),
        4
    );
}

#[tokio::test]
async fn a_new_nonce_of_the_token_endpoint_and_one_of_the_api_are_obeyed() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    let (client, observer) = client(&org, &key, true, 1);
    client.read().org().await.expect("an answer");
    issuer.lock().call_nonce = Some("call-1".to_owned());
    client.read().org().await.expect("an answer");
    client.read().org().await.expect("an answer");
    // Refused once for the nonce, then never again.
    assert_eq!(
        org.targets().iter().filter(|target| *target == "/api/v1/org").count(),
        4
    );
    {
        let mut issuer = issuer.lock();
        issuer.token_nonce = Some("nonce-2".to_owned());
        issuer.revoke_tokens();
    }
    client.read().org().await.expect("an answer");
    assert_eq!(observer.told().refused, 0);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_asked_for_once() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    issuer.lock().speed = 1000;
    issuer.lock().slow = Duration::from_millis(30);
    let (client, observer) = client(&org, &key, true, 1000);
    // Two of the org's hours are 7.2 s here.
    let until = tokio::time::Instant::now() + Duration::from_millis(7_200);
    while tokio::time::Instant::now() < until {
        let read = client.read();
        let calls = (0..6).map(|_| read.org());
        for answer in join_all(calls).await {
            answer.expect("never without a good token");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Every 50 org minutes; the first time twice, for the nonce.
    let asked = asked(&org);
    assert!((3..=5).contains(&asked), "{asked} times");
    assert_eq!(observer.told().refused, 0);
}

#[tokio::test]
async fn a_laptop_whose_clock_is_wrong_goes_by_the_orgs() {
    for ahead in [-7200, 7200] {
        let (org, issuer, key) = start(KeyKind::P256).await;
        issuer.lock().ahead = ahead;
        let (client, observer) = client(&org, &key, true, 1);
        client.read().org().await.expect("an answer");
        assert_eq!(observer.told().refused, 0, "{ahead}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_renewed_and_a_write_repeated_since_it_was_refused() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    let (client, observer) = client(&org, &key, true, 1);
    client.read().org().await.expect("an answer");
    issuer.lock().revoke_tokens();
    let body = json!({"id": "00u1"});
    client
        .assign()
        .assign_user(&"0oa1".into(), &body)
        .await
        .expect("assigned with a new token");
    assert_eq!(issuer.lock().accepted, 2);
    assert_eq!(observer.told().refused, 0);
}

#[tokio::test]
async fn a_deactivated_app_is_told_as_such_and_nothing_is_sent() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    let (client, observer) = client(&org, &key, true, 1);
    client.read().org().await.expect("an answer");
    {
        let mut issuer = issuer.lock();
        issuer.revoke_tokens();
        issuer.active = false;
    }
    let result = client
        .assign()
        .assign_user(&"0oa1".into(), &json!({"id": "00u1"}))
        .await;
    let Err(WriteError::NotSent(error)) = result else {
        panic!("{result:?}");
    };
    assert!(error.is_credential(), "{error}");
    assert!(
        matches!(
            &error,
            OktaError::NoToken {
                why: NoToken::ClientRefused,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(observer.told().refused > 0);
    assert_eq!(issuer.lock().accepted, 1);
}

#[tokio::test]
async fn a_key_that_is_not_registered_is_told_as_such() {
    let (org, issuer, _) = start(KeyKind::P256).await;
    let other = ClientKey::generate(KeyKind::P256).expect("a key");
    let (client, observer) = client(&org, &other, true, 1);
    let error = client.read().org().await.expect_err("refused");
    assert!(
        matches!(
            &error,
            OktaError::NoToken {
                why: NoToken::ClientRefused,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.classify(), FailureClass::Credential);
    assert_eq!(
        error.to_string(),
        "Okta does not know this service app, or the public key is not registered with it: POST /oauth2/v1/token was \
         refused (401 invalid_client): words"
    );
    assert_eq!(observer.told().refused, 1);
    assert_eq!(issuer.lock().accepted, 0);
    // Not asked again and again.
    assert_eq!(asked(&org), 1);
}

#[tokio::test]
async fn what_is_not_granted_is_found_out_by_name() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    issuer.lock().granted.remove("okta.logs.read");
    issuer.lock().granted.remove("okta.apps.manage");
    issuer.lock().silent_scope = true;
    let (client, _) = client(&org, &key, true, 1);
    let granted = client.granted().await.expect("granted").expect("a service app");
    assert_eq!(granted.missing, ["okta.logs.read", "okta.apps.manage"]);
    assert!(granted.scopes.allow("okta.apps.read"));
    // Everything, what a move needs, reading, each alone, what is granted.
    assert_eq!(issuer.lock().asked.len(), 3 + PLAN_SCOPES.len() + 3 + 1);
    client.read().org().await.expect("an answer");
    // Granted in the meantime.
    issuer.lock().granted.insert("okta.logs.read".to_owned());
    issuer.lock().asked.clear();
    client.ask_for_missing_scopes();
    let granted = client.granted().await.expect("granted").expect("a service app");
    assert_eq!(granted.missing, ["okta.apps.manage"]);
    // Everything, what a move needs, reading; the three that are left, and what is granted.
    assert_eq!(
        issuer.lock().asked.len(),
        3 + 3 + 1,
        "reading alone is asked for as a whole"
    );
}

#[tokio::test]
async fn an_optional_scope_is_asked_for_and_not_missed() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    issuer.lock().granted.remove(SHARE_SCOPE);
    let (client, _) = client(&org, &key, true, 1);
    let granted = client.granted().await.expect("granted").expect("a service app");
    assert_eq!(granted.missing, Vec::<String>::new(), "no move needs it");
    assert!(granted.scopes.allow(GROUPS_SCOPE) && !granted.scopes.allow(SHARE_SCOPE));
    // Everything, what a move needs, the two alone, what is granted.
    let seen = issuer.lock().asked.len();
    assert!(seen == 5, "{seen}");
    issuer.lock().granted.insert(SHARE_SCOPE.to_owned());
    client.ask_for_missing_scopes();
    client.granted().await.expect("granted");
    assert_eq!(issuer.lock().asked.len(), seen, "a run does not ask for it");
    client.ask_for_optional_scopes();
    let granted = client.granted().await.expect("granted").expect("a service app");
    assert!(granted.scopes.allow(SHARE_SCOPE));
    client.ask_for_optional_scopes();
    client.granted().await.expect("granted");
    assert_eq!(issuer.lock().asked.len(), seen + 1, "nothing is missing any more");
}

#[tokio::test]
async fn an_app_without_any_scope_is_told_all_of_them() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    issuer.lock().granted.clear();
    let (client, observer) = client(&org, &key, true, 1);
    let error = client.granted().await.expect_err("refused");
    let OktaError::NoToken {
        why: NoToken::ScopesNotGranted { missing },
        ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(missing.len(), PLAN_SCOPES.len() + 1);
    assert!(error.is_forbidden());
    assert_eq!(observer.told().refused, 0, "the key is good");
}

#[tokio::test]
async fn trouble_of_the_token_endpoint_is_waited_out() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    issuer.lock().speed = 1000;
    issuer.lock().trouble = vec![502, 429, 503];
    let (client, observer) = client(&org, &key, true, 1000);
    client.read().org().await.expect("an answer in the end");
    assert_eq!(observer.told().waits.len(), 3);
    // While the token is good, a renewal that fails stops nothing.
    issuer.lock().trouble = vec![502; 40];
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    client.read().org().await.expect("the present token is good");
    assert!(issuer.lock().trouble.len() < 40, "it was tried");
}

#[tokio::test]
async fn no_secret_is_printed() {
    let (org, issuer, key) = start(KeyKind::P256).await;
    let (client, observer) = client(&org, &key, true, 1);
    client.read().org().await.expect("an answer");
    let granted = client.granted().await;
    {
        let mut issuer = issuer.lock();
        issuer.active = false;
        issuer.revoke_tokens();
    }
    let error = client.read().org().await.expect_err("refused");
    let printed = format!("{client:?} {granted:?} {error:?} {error} {key:?} {:?}", observer.told());
    let calls = org.heard();
    let sent = calls
        .iter()
        .flat_map(|call| [call.header("authorization"), call.header("dpop")]);
    for secret in sent.flatten().map(|value| value.trim_start_matches("DPoP ")) {
        assert!(secret.len() > 20 && !printed.contains(secret), "{printed}");
    }
    assert!(!printed.contains("PRIVATE"), "{printed}");
    assert_eq!(client.client_id(), Some(CLIENT));
}
