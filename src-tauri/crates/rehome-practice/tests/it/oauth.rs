//! OAuth 2.0 for service apps, as a client sees it that has nothing but its key.

use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::Algorithm;
use rehome_practice::Options;
use serde_json::{Value, json};

use crate::{
    Bench, Got,
    client::{Client, Key},
    manual,
};

const READS: &str = "okta.apps.read okta.groups.read";

/// Org time at the pace of the wall clock, so that proofs stay fresh.
async fn bench() -> Bench {
    Bench::with(Options { speed: 1, ..manual() }).await
}

fn refused(got: &Got, status: u16, error: &str) {
    assert_eq!(
        (got.status, got.body["error"].as_str()),
        (status, Some(error)),
        "{}",
        got.body
    );
    assert!(got.body["error_description"].is_string());
}

#[tokio::test]
async fn every_algorithm_gets_a_bearer_token_that_works() {
    let bench = bench().await;
    for algorithm in [
        Algorithm::RS256,
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::ES256,
        Algorithm::ES384,
    ] {
        let client = Client::new(
            &bench,
            algorithm,
            &["okta.apps.read", "okta.groups.read"],
            &["READ_ONLY_ADMIN"],
            false,
        );
        let got = client.ask(&client.assertion(&client.claims()), READS, None).await.ok();
        assert_eq!(
            (&got["token_type"], &got["expires_in"]),
            (&json!("Bearer"), &json!(3600))
        );
        assert_eq!(got["scope"], READS);
        let token = got["access_token"].as_str().expect("a token");
        let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(token)
            .expect("a JWT")
            .claims;
        assert_eq!(
            (&claims["cid"], &claims["scp"]),
            (&json!(client.id), &json!(["okta.apps.read", "okta.groups.read"]))
        );
        let got = client.call("GET", "/api/v1/apps?limit=1", token).await;
        assert!(!got.header("x-rate-limit-limit").is_empty());
        got.ok();
    }
}

/// The library signs no ES512: this one is signed by hand.
#[tokio::test]
async fn es512_is_taken() {
    let bench = bench().await;
    let pair = EcdsaKeyPair::generate(&ECDSA_P521_SHA512_FIXED_SIGNING).expect("a key");
    let point = pair.public_key().as_ref();
    let (x, y) = point[1..].split_at(66);
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let key = json!({ "kty": "EC", "crv": "P-521", "kid": "p521", "x": encode(x), "y": encode(y) });
    let control = bench.control();
    let id = control.register_service_app("P-521", &key, &["okta.apps.read"], &[], false);
    let helper = Client::new(&bench, Algorithm::ES256, &[], &[], false);
    let mut claims = helper.claims();
    claims["iss"] = json!(id.expect("a good key"));
    claims["sub"] = claims["iss"].clone();
    let part = |value: &Value| encode(value.to_string().as_bytes());
    let message = format!("{}.{}", part(&json!({ "alg": "ES512", "kid": "p521" })), part(&claims));
    let random = aws_lc_rs::rand::SystemRandom::new();
    let signature = pair.sign(&random, message.as_bytes()).expect("a signature");
    let forged = format!("{message}.{}", encode(&[1; 132]));
    refused(
        &helper.ask(&forged, "okta.apps.read", None).await,
        401,
        "invalid_client",
    );
    let assertion = format!("{message}.{}", encode(signature.as_ref()));
    helper.ask(&assertion, "okta.apps.read", None).await.ok();
}

#[tokio::test]
async fn assertions_that_do_not_hold() {
    let bench = bench().await;
    let client = Client::new(&bench, Algorithm::ES256, &["okta.apps.read"], &[], false);
    let good = client.claims();
    let with = |name: &str, value: Value| {
        let mut claims = client.claims();
        claims[name] = value;
        claims
    };
    let now = bench.control().now().as_second();
    let wrong = [
        with("aud", json!(bench.org.url())),
        with("exp", json!(now - 120)),
        with("exp", json!(now + 3800)),
        with("exp", Value::Null),
        with("iss", json!("0oaSomebodyElse")),
        with("sub", json!(bench.old())),
        with("iat", json!(now + 600)),
    ];
    for claims in wrong {
        let got = client.ask(&client.assertion(&claims), "okta.apps.read", None).await;
        refused(&got, 401, "invalid_client");
    }
    let other = Client::new(&bench, Algorithm::ES256, &["okta.apps.read"], &[], false);
    let forged = other.assertion(&good);
    refused(
        &client.ask(&forged, "okta.apps.read", None).await,
        401,
        "invalid_client",
    );
    refused(
        &client.ask("no.jwt.atall", "okta.apps.read", None).await,
        401,
        "invalid_client",
    );
    let once = client.assertion(&good);
    client.ask(&once, "okta.apps.read", None).await.ok();
    refused(&client.ask(&once, "okta.apps.read", None).await, 401, "invalid_client");
    for scope in ["okta.apps.manage", "", "okta.apps.read okta.users.read"] {
        let got = client.ask(&client.assertion(&client.claims()), scope, None).await;
        refused(&got, 400, "invalid_scope");
    }
}

#[tokio::test]
async fn scope_and_role_are_both_needed() {
    let bench = bench().await;
    let client = Client::new(
        &bench,
        Algorithm::ES256,
        &["okta.apps.manage", "okta.groups.read"],
        &[],
        false,
    );
    let token = client.token("okta.apps.manage okta.groups.read").await;
    let got = client.call("GET", "/api/v1/apps?limit=1", &token).await;
    got.refused(403, "E0000006");
    assert_eq!(
        got.header("www-authenticate"),
        "",
        "the scope is there, the role is not"
    );
    bench
        .control()
        .empower_service_app(&client.id, &["okta.apps.manage"], &["APP_ADMIN"]);
    client.call("GET", "/api/v1/apps?limit=1", &token).await.ok();
    client.call("GET", "/api/v1/groups?limit=1", &token).await.ok();
    let roles = bench.get(&format!("/oauth2/v1/clients/{}/roles", client.id)).await.ok();
    assert_eq!(
        (roles.as_array().map(Vec::len), &roles[0]["type"]),
        (Some(1), &json!("APP_ADMIN"))
    );
    bench
        .control()
        .empower_service_app(&client.id, &["okta.roles.read"], &["SUPER_ADMIN"]);
    let own = client.token("okta.roles.read").await;
    let roles = client
        .call("GET", &format!("/oauth2/v1/clients/{}/roles", client.id), &own)
        .await
        .ok();
    assert_eq!(
        (roles.as_array().map(Vec::len), &roles[0]["type"]),
        (Some(1), &json!("SUPER_ADMIN"))
    );
    bench
        .control()
        .empower_service_app(&client.id, &["okta.apps.manage"], &["APP_ADMIN"]);
    let got = client.call("GET", "/api/v1/users?limit=1", &token).await;
    got.refused(403, "E0000006");
    let challenge = got.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer ") && challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(
        challenge.contains("scope=\"okta.users.read\"") && challenge.contains("resource=\"/api/v1/users\""),
        "{challenge}"
    );
    let push = format!("/api/v1/apps/{}/group-push/mappings", bench.new_app());
    client.call("GET", &push, &token).await.ok();
    client
        .call("GET", "/api/v1/users/me", &token)
        .await
        .refused(403, "E0000006");
    client
        .call("DELETE", "/api/v1/api-tokens/current", &token)
        .await
        .refused(403, "E0000006");
}

#[tokio::test]
async fn an_access_token_lives_an_hour_and_can_be_taken_back() {
    let bench = bench().await;
    let client = Client::new(&bench, Algorithm::ES256, &["okta.apps.read"], &["SUPER_ADMIN"], false);
    let token = client.token("okta.apps.read").await;
    let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(&token)
        .expect("a JWT")
        .claims;
    let time = |name: &str| claims[name].as_i64().expect("a time");
    assert_eq!(time("exp") - time("iat"), 3600);
    client.call("GET", "/api/v1/apps?limit=1", &token).await.ok();
    bench.control().faults().expire_access(&client.id);
    let got = client.call("GET", "/api/v1/apps?limit=1", &token).await;
    got.refused(401, "E0000011");
    assert!(got.header("www-authenticate").contains("has expired"));
    let token = client.token("okta.apps.read").await;
    client.call("GET", "/api/v1/apps?limit=1", &token).await.ok();
    bench.control().faults().revoke_access(&client.id);
    let got = client.call("GET", "/api/v1/apps?limit=1", &token).await;
    got.refused(401, "E0000011");
    assert!(got.header("www-authenticate").contains("is invalid"));
}

#[tokio::test]
async fn dpop_from_the_first_nonce_to_the_last_call() {
    let bench = bench().await;
    let client = Client::new(
        &bench,
        Algorithm::RS256,
        &["okta.apps.read", "okta.groups.read"],
        &["READ_ONLY_ADMIN"],
        true,
    );
    let assertion = || client.assertion(&client.claims());
    refused(&client.ask(&assertion(), READS, None).await, 400, "invalid_dpop_proof");
    let proof = |claims: Value| Some(client.proof(&claims));
    let first = client
        .ask(
            &assertion(),
            READS,
            proof(client.proof_claims("POST", "/oauth2/v1/token", None)),
        )
        .await;
    refused(&first, 400, "use_dpop_nonce");
    let mut claims = client.proof_claims("POST", "/oauth2/v1/token", None);
    claims["nonce"] = json!(first.header("dpop-nonce"));
    let got = client.ask(&assertion(), READS, proof(claims.clone())).await.ok();
    assert_eq!(got["token_type"], "DPoP");
    refused(
        &client.ask(&assertion(), READS, proof(claims)).await,
        400,
        "invalid_dpop_proof",
    );

    let token = got["access_token"].as_str().expect("a token");
    let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(token)
        .expect("a JWT")
        .claims;
    assert!(claims["cnf"]["jkt"].is_string());
    for _ in 0..2 {
        client.call("GET", "/api/v1/apps?limit=2", token).await.ok();
    }
    let path = "/api/v1/apps";
    let good = || client.proof_claims("GET", path, Some(token));
    let with = |name: &str, value: Value| {
        let mut claims = good();
        claims[name] = value;
        claims
    };
    let now = bench.control().now().as_second();
    let wrong = [
        with("htm", json!("POST")),
        with("htu", json!(format!("{}{path}?limit=2", bench.org.url()))),
        with("htu", json!("https://elsewhere.example/api/v1/apps")),
        with("iat", json!(now - 400)),
        with("iat", json!(now + 400)),
        with("ath", json!("x")),
        with("jti", Value::Null),
    ];
    let scheme = format!("DPoP {token}");
    for claims in wrong {
        let got = client.raw("GET", path, &scheme, Some(client.proof(&claims))).await;
        got.refused(401, "E0000011");
        let challenge = got.header("www-authenticate");
        assert!(
            challenge.starts_with("DPoP ") && challenge.contains("invalid_dpop_proof"),
            "{claims} {challenge}"
        );
    }
    let once = client.proof(&good());
    client.raw("GET", path, &scheme, Some(once.clone())).await.ok();
    client
        .raw("GET", path, &scheme, Some(once))
        .await
        .refused(401, "E0000011");
    client.raw("GET", path, &scheme, None).await.refused(401, "E0000011");
    client
        .raw("GET", path, &format!("Bearer {token}"), None)
        .await
        .refused(401, "E0000011");
    let thief = Client::new(&bench, Algorithm::ES256, &[], &[], true);
    let stolen = thief.proof(&thief.proof_claims("GET", path, Some(token)));
    client
        .raw("GET", path, &scheme, Some(stolen))
        .await
        .refused(401, "E0000011");

    let second = client.token(READS).await;
    bench.control().faults().forget_nonces();
    let third = client.token(READS).await;
    assert_ne!(second, third);
}

#[tokio::test]
async fn a_person_sets_it_up_in_the_console() {
    let bench = bench().await;
    let key = Key::make(Algorithm::ES256);
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let form = |fields: &[(&str, &str)]| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).finish()
    };
    let send = async |path: &str, body: String| {
        let request = http.post(format!("{}{path}", bench.org.url())).body(body);
        request.send().await.expect("an answer")
    };
    let public = key.public().to_string();
    let answer = send(
        "/practice/service-apps",
        form(&[
            ("label", "By <hand>"),
            ("key", &public),
            ("scope", "okta.apps.read"),
            ("role", "APP_ADMIN"),
            ("dpop", "on"),
        ]),
    )
    .await;
    assert_eq!(answer.status(), 303);
    let page = answer.headers()["location"].to_str().expect("an address").to_owned();
    let id = page.rsplit('/').next().expect("an id").to_owned();
    let text = http
        .get(format!("{}{page}", bench.org.url()))
        .send()
        .await
        .expect("a page")
        .text()
        .await
        .expect("text");
    assert!(
        text.contains(&id)
            && text.contains("value=\"okta.apps.read\" checked")
            && text.contains("value=\"on\" checked")
    );
    assert!(!text.contains("By <hand>"), "escaped");
    let app = bench.get(&format!("/api/v1/apps/{id}")).await.ok();
    assert_eq!(app["settings"]["oauthClient"]["dpop_bound_access_tokens"], true);
    send(&page, form(&[("scope", "okta.logs.read")])).await;
    let app = bench.get(&format!("/api/v1/apps/{id}")).await.ok();
    assert_eq!(app["settings"]["oauthClient"]["dpop_bound_access_tokens"], false);
    let mut private = key.public();
    private["d"] = json!("secret");
    for bad in [private.to_string(), "no key".into(), "{}".into()] {
        let answer = send("/practice/service-apps", form(&[("label", "x"), ("key", &bad)])).await;
        assert!(answer.status() == 200 && answer.text().await.expect("a page").contains("role=\"alert\""));
    }
    let made = bench
        .post(
            "/practice/service-apps",
            json!({ "label": "By JSON", "key": key.public(), "scopes": ["okta.apps.read"] }),
        )
        .await
        .ok();
    assert!(made["clientId"].as_str().is_some_and(|id| id.starts_with("0oa")));
}
