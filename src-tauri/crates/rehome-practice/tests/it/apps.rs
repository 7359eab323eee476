//! Making apps: what Okta fills in, what it refuses, and what its answers keep back.

use rehome_practice::{Engine, Options};
use serde_json::{Value, json};

use crate::{Bench, manual};

async fn made(bench: &Bench, body: Value) -> Value {
    bench.post("/api/v1/apps", body).await.ok()
}

fn saml(label: &str) -> Value {
    json!({ "label": label, "signOnMode": "SAML_2_0",
        "settings": { "signOn": { "ssoAcsUrl": "https://sp.example/acs", "audience": "urn:sp" } } })
}

fn client(label: &str, kind: &str) -> Value {
    json!({ "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
        "settings": { "oauthClient": { "application_type": kind, "redirect_uris": ["https://rp.example/callback"] } } })
}

async fn classic() -> Bench {
    let engine = Engine::Classic;
    Bench::with(Options { engine, ..manual() }).await
}

#[tokio::test]
async fn the_wizard_names_a_saml_app_after_org_and_label() {
    let bench = Bench::new().await;
    let first = made(&bench, saml("Field-Ops (EMEA)")).await;
    let second = made(&bench, saml("Field-Ops (EMEA)")).await;
    assert_eq!(first["name"], "northwind_fieldopsemea_1");
    assert_eq!(second["name"], "northwind_fieldopsemea_2");
    assert_eq!(
        first["visibility"]["appLinks"],
        json!({ "northwind_fieldopsemea_1_link": true })
    );
    let sign_on = &first["settings"]["signOn"];
    assert_eq!(sign_on["recipient"], "https://sp.example/acs");
    assert_eq!(sign_on["idpIssuer"], "http://www.okta.com/${org.externalKey}");
    assert!(first["_links"]["accessPolicy"]["href"].is_string());
    let name = json!({ "name": first["name"], "label": "Again", "signOnMode": "SAML_2_0" });
    let got = bench.post("/api/v1/apps", name).await;
    assert_eq!(
        got.body["errorCauses"][0]["errorSummary"],
        "Cannot create an existing App Wizard App"
    );
}

#[tokio::test]
async fn classic_has_no_access_policy() {
    let bench = classic().await;
    let app = made(&bench, saml("Ledger")).await;
    assert!(app["_links"].get("accessPolicy").is_none());
    assert!(app.get("universalLogout").is_none());
    let client = made(&bench, client("Ledger client", "web")).await;
    assert!(client["settings"]["oauthClient"].get("consent_method").is_none());
    let id = app["id"].as_str().expect("an id");
    bench
        .get(&format!("/api/v1/apps/{id}/federated-claims"))
        .await
        .refused(401, "E0000015");
}

#[tokio::test]
async fn catalogue_apps_show_every_setting() {
    let bench = Bench::new().await;
    let body = json!({ "name": "pagerduty", "label": "On call", "signOnMode": "AUTO_LOGIN",
        "settings": { "app": { "subdomain": "northwind", "baseUrl": "" } } });
    let app = made(&bench, body).await;
    assert_eq!(app["signOnMode"], "BROWSER_PLUGIN");
    let settings = json!({ "adminUserId": null, "baseUrl": null, "subdomain": "northwind" });
    assert_eq!(app["settings"]["app"], settings);
    assert_eq!(app["credentials"]["scheme"], "EDIT_USERNAME_AND_PASSWORD");
    let body = json!({ "name": "Deel", "label": "Payroll", "signOnMode": "OPENID_CONNECT" });
    let app = made(&bench, body).await;
    assert_eq!(app["name"], "deel");
    assert!(app["credentials"].get("oauthClient").is_none());
}

#[tokio::test]
async fn what_okta_refuses() {
    let bench = Bench::new().await;
    let bookmark = |label: Value, app: Value| json!({ "name": "bookmark", "label": label, "signOnMode": "BOOKMARK", "settings": { "app": app } });
    let url = json!({ "url": "https://a.example" });
    for (body, field) in [
        (bookmark(Value::Null, url.clone()), "label"),
        (bookmark(json!("x".repeat(101)), url.clone()), "label"),
        (bookmark(json!("No address"), json!({})), "url"),
        (json!({ "label": "No mode" }), "signOnMode"),
        (json!({ "label": "No name", "signOnMode": "BOOKMARK" }), "name"),
        (
            json!({ "label": "Unknown", "name": "no_such_app", "signOnMode": "SAML_2_0" }),
            "name",
        ),
        (
            json!({ "label": "Odd", "name": "bookmark", "signOnMode": "SAML_2_0" }),
            "signOnMode",
        ),
        (json!({ "label": "No ACS", "signOnMode": "SAML_2_0" }), "ssoAcsUrl"),
        (
            json!({ "label": "No redirect", "name": "oidc_client", "signOnMode": "OPENID_CONNECT",
                "settings": { "oauthClient": { "application_type": "web" } } }),
            "redirect_uris",
        ),
    ] {
        let got = bench.post("/api/v1/apps", body).await;
        got.refused(400, "E0000001");
        assert_eq!(got.body["errorSummary"], format!("Api validation failed: {field}"));
    }
    let automatic = json!({ "label": "Office", "name": "office365", "signOnMode": "SAML_1_1",
        "settings": { "app": { "domain": "northwind.example", "wsFedConfigureType": "AUTO" } } });
    let got = bench.post("/api/v1/apps", automatic).await;
    assert_eq!(got.body["errorSummary"], "Api validation failed: settings");
}

#[tokio::test]
async fn a_secret_is_shown_once_and_there_are_two_at_most() {
    let bench = Bench::new().await;
    let app = made(&bench, client("Portal", "web")).await;
    let id = app["id"].as_str().expect("an id");
    let secret = app["credentials"]["oauthClient"]["client_secret"]
        .as_str()
        .expect("a secret");
    let read = bench.get(&format!("/api/v1/apps/{id}")).await.ok();
    assert!(read["credentials"]["oauthClient"].get("client_secret").is_none());
    assert_eq!(read["credentials"]["oauthClient"]["client_id"], id);
    let path = format!("/api/v1/apps/{id}/credentials/secrets");
    let list = bench.get(&path).await.ok();
    assert_eq!(list[0]["client_secret"], secret);
    let first = format!("{path}/{}", list[0]["id"].as_str().expect("an id"));
    bench
        .post(&format!("{first}/lifecycle/deactivate"), json!({}))
        .await
        .refused(400, "E0000001");
    let second = bench.post(&path, json!({})).await;
    assert_eq!(second.status, 201);
    bench.post(&path, json!({})).await.refused(400, "E0000001");
    bench.delete(&first).await.refused(400, "E0000001");
    bench
        .post(&format!("{first}/lifecycle/deactivate"), json!({}))
        .await
        .ok();
    assert_eq!(bench.delete(&first).await.status, 204);
    let mut body = read.clone();
    body["label"] = json!("Portal 2");
    let put = bench.put(&format!("/api/v1/apps/{id}"), body).await.ok();
    assert_eq!(put["credentials"]["oauthClient"]["client_secret"], secret);
}

#[tokio::test]
async fn keys_of_a_client() {
    let bench = Bench::new().await;
    let mut body = client("Robot", "service");
    body["settings"]["oauthClient"] = json!({ "application_type": "service", "grant_types": ["client_credentials"],
        "jwks": { "keys": [{ "kty": "RSA", "kid": "one", "e": "AQAB", "n": "q83v" }] } });
    body["credentials"] = json!({ "oauthClient": { "token_endpoint_auth_method": "private_key_jwt" } });
    let app = made(&bench, body).await;
    let id = app["id"].as_str().expect("an id");
    assert!(app["credentials"]["oauthClient"].get("client_secret").is_none());
    let key = &app["settings"]["oauthClient"]["jwks"]["keys"][0];
    assert_eq!((&key["status"], &key["use"]), (&json!("ACTIVE"), &Value::Null));
    let path = format!("/api/v1/apps/{id}/credentials/jwks");
    let key = json!({ "kty": "RSA", "kid": "two", "e": "AQAB", "n": "q83w" });
    let two = bench.post(&path, key.clone()).await;
    assert_eq!(two.status, 201);
    bench.post(&path, key).await.refused(400, "E0000001");
    let two = format!("{path}/{}", two.body["id"].as_str().expect("an id"));
    bench.delete(&two).await.refused(400, "E0000001");
    bench.post(&format!("{two}/lifecycle/deactivate"), json!({})).await.ok();
    assert_eq!(bench.delete(&two).await.status, 204);
    assert_eq!(bench.get(&path).await.ok().as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn grants_come_once_and_go() {
    let bench = Bench::new().await;
    let id = made(&bench, client("Reports", "web")).await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/api/v1/apps/{id}/grants");
    let body = json!({ "scopeId": "okta.users.read", "issuer": bench.org.url() });
    let grant = bench.post(&path, body.clone()).await;
    assert_eq!((grant.status, &grant.body["status"]), (201, &json!("ACTIVE")));
    bench.post(&path, body).await.ok();
    assert_eq!(bench.get(&path).await.ok().as_array().map(Vec::len), Some(1));
    let strange = json!({ "scopeId": "okta.users.read", "issuer": "https://elsewhere.example" });
    bench.post(&path, strange).await.refused(400, "E0000001");
    let one = format!("{path}/{}", grant.body["id"].as_str().expect("an id"));
    let read = bench.get(&format!("{one}?expand=scope")).await.ok();
    assert_eq!(read["_embedded"]["scope"]["id"], "okta.users.read");
    assert_eq!(bench.delete(&one).await.status, 204);
    bench.get(&one).await.refused(404, "E0000007");
}

#[tokio::test]
async fn federated_claims_are_replaced_with_200() {
    let bench = Bench::new().await;
    let id = bench.new_app();
    let path = format!("/api/v1/apps/{id}/federated-claims");
    let claim = json!({ "name": "last", "expression": "user.profile.lastName" });
    let made = bench.post(&path, claim.clone()).await;
    assert_eq!(made.status, 201);
    bench.post(&path, claim).await.refused(400, "E0000001");
    let one = format!("{path}/{}", made.body["id"].as_str().expect("an id"));
    let put = bench
        .put(&one, json!({ "name": "first", "expression": "user.profile.firstName" }))
        .await;
    assert_eq!((put.status, &put.body["name"]), (200, &json!("first")));
    assert_eq!(bench.delete(&one).await.status, 204);
    assert_eq!(bench.get(&path).await.ok(), json!([]));
}

#[tokio::test]
async fn one_app_asks_another_for_access() {
    let bench = Bench::new().await;
    let (asks, gives) = (bench.app("Expenses"), bench.app("Expenses 2"));
    let path = |app: &str| format!("/api/v1/apps/{app}/cwo/connections");
    let body = json!({ "requestingAppInstanceId": asks, "resourceAppInstanceId": gives });
    let made = bench.post(&path(&asks), body.clone()).await;
    assert_eq!(made.status, 201);
    bench.post(&path(&gives), body).await.refused(400, "E0000001");
    let seen = bench.get(&path(&gives)).await.ok();
    assert_eq!(seen[0]["id"], made.body["id"]);
    let one = format!("{}/{}", path(&gives), made.body["id"].as_str().expect("an id"));
    let off = bench
        .send("PATCH", &one, Some(json!({ "status": "INACTIVE" })))
        .await
        .expect("an answer");
    assert_eq!(off.ok()["status"], "INACTIVE");
    assert_eq!(bench.delete(&one).await.status, 204);
}

#[tokio::test]
async fn a_connection_stays_off_until_it_is_activated() {
    let bench = Bench::new().await;
    let hub = json!({ "name": "okta_org2org", "label": "Hub", "signOnMode": "SAML_2_0",
        "settings": { "app": { "baseUrl": "https://hub.example", "acsUrl": "https://hub.example/acs" } } });
    let id = made(&bench, hub).await["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/apps/{id}/connections/default");
    bench
        .get(&format!("/api/v1/apps/{id}/features"))
        .await
        .refused(400, "E0000001");
    bench
        .post(
            &path,
            json!({ "baseUrl": "https://hub.example", "profile": { "authScheme": "TOKEN" } }),
        )
        .await
        .refused(400, "E0000001");
    let token = json!({ "baseUrl": "https://hub.example", "profile": { "authScheme": "TOKEN", "token": "s3cret" } });
    let set = bench.post(&path, token).await.ok();
    assert_eq!(
        (&set["status"], &set["profile"]),
        (&json!("DISABLED"), &json!({ "authScheme": "TOKEN" }))
    );
    assert_eq!(
        bench
            .post(&format!("{path}/lifecycle/activate"), json!({}))
            .await
            .status,
        204
    );
    assert_eq!(bench.get(&path).await.ok()["status"], "ENABLED");
    let feature = format!("/api/v1/apps/{id}/features/USER_PROVISIONING");
    let wish = json!({ "create": { "lifecycleCreate": { "status": "ENABLED" } },
        "update": { "password": { "status": "ENABLED", "seed": "OKTA", "change": "CHANGE" } } });
    let got = bench.put(&feature, wish).await.ok();
    assert_eq!(got["capabilities"]["create"]["lifecycleCreate"]["status"], "ENABLED");
    assert_eq!(got["capabilities"]["update"]["password"]["seed"], "OKTA");
    let inbound = format!("/api/v1/apps/{id}/features/INBOUND_PROVISIONING");
    let wish = json!({ "importSettings": { "username": { "userNameFormat": "CUSTOM" } } });
    let got = bench.put(&inbound, wish).await.ok();
    assert_eq!(
        got["capabilities"]["importSettings"]["username"]["userNameFormat"],
        "CUSTOM"
    );
    assert_eq!(got["capabilities"]["importSettings"]["schedule"]["status"], "DISABLED");
}

#[tokio::test]
async fn the_wizards_password_apps_cannot_be_edited_while_inactive() {
    let bench = Bench::new().await;
    let body = json!({ "label": "Timesheets", "signOnMode": "AUTO_LOGIN",
        "settings": { "signOn": { "loginUrl": "https://time.example/login" } } });
    let app = made(&bench, body.clone()).await;
    let path = format!("/api/v1/apps/{}", app["id"].as_str().expect("an id"));
    bench.put(&path, body.clone()).await.ok();
    bench
        .post(&format!("{path}/lifecycle/deactivate"), json!({}))
        .await
        .ok();
    bench.put(&path, body).await.refused(400, "E0000024");
    assert_eq!(bench.delete(&path).await.status, 204);
}

#[tokio::test]
async fn new_apps_have_a_schema_and_both_mappings() {
    let bench = Bench::new().await;
    let app = made(&bench, client("Wiki", "web")).await;
    let id = app["id"].as_str().expect("an id");
    let schema = bench.get(&format!("/api/v1/meta/schemas/apps/{id}/default")).await.ok();
    assert!(schema["name"].as_str().is_some_and(|it| it.starts_with("oidc_client_")));
    let base = &schema["definitions"]["base"];
    assert_eq!(base["properties"]["userName"]["externalName"], "preferred_username");
    assert_eq!(base["required"], json!(["userName"]));
    for side in ["sourceId", "targetId"] {
        assert_eq!(bench.all(&format!("/api/v1/mappings?{side}={id}")).await.len(), 1);
    }
    let user = bench.plain(1).remove(0);
    let got = bench
        .post(&format!("/api/v1/apps/{id}/users"), json!({ "id": user }))
        .await
        .ok();
    let profile = bench.control().profile(&user).expect("a profile");
    assert_eq!(got["profile"]["given_name"], profile["firstName"]);
}
