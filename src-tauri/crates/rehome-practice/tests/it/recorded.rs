//! Apps recorded from real orgs are served back as they came.

use serde_json::json;

use crate::Bench;

#[tokio::test]
async fn a_recorded_app_keeps_its_shape() {
    let bench = Bench::new().await;
    let raw = json!({
        "id": "0oaRecorded00000001d7", "name": "deelhr", "label": "Deel", "status": "ACTIVE", "signOnMode": null,
        "features": ["IMPORT_NEW_USERS"], "somethingNew": { "deep": [1, null] },
        "credentials": { "signing": { "kid": "recordedKid" }, "userNameTemplate": { "template": "user.email", "type": "CUSTOM" } },
        "settings": { "app": { "x": null } }, "_links": { "odd": { "href": "https://elsewhere.example" } },
    });
    let mapping = json!({ "id": "prmRecorded", "source": { "id": "otyX", "type": "user", "name": "user" },
        "target": { "id": "0oaRecorded00000001d7", "type": "appuser", "name": "deelhr" }, "properties": {} });
    let id = bench
        .control()
        .load_app(raw.clone(), None, vec![mapping], Vec::new(), None);
    assert_eq!(id, "0oaRecorded00000001d7");
    assert_eq!(bench.get(&format!("/api/v1/apps/{id}")).await.ok(), raw);
    assert_eq!(bench.all(&format!("/api/v1/mappings?targetId={id}")).await.len(), 1);
    let keys = bench.get(&format!("/api/v1/apps/{id}/credentials/keys")).await.ok();
    assert_eq!(keys[0]["kid"], "recordedKid");
    let schema = bench.get(&format!("/api/v1/meta/schemas/apps/{id}/default")).await.ok();
    assert!(schema["name"].as_str().is_some_and(|name| name.starts_with("deelhr_")));
    let user = bench.plain(1).remove(0);
    let got = bench
        .post(&format!("/api/v1/apps/{id}/users"), json!({ "id": user }))
        .await
        .ok();
    assert_eq!(
        got["credentials"]["userName"],
        bench.control().profile(&user).expect("a profile")["email"]
    );
}

#[tokio::test]
async fn recorded_metadata_and_keys_are_served() {
    let bench = Bench::new().await;
    let raw = json!({ "name": "custom_saml", "label": "Recorded", "status": "ACTIVE", "signOnMode": "SAML_2_0",
        "credentials": { "signing": { "kid": "k1" } } });
    let xml = "<md:EntityDescriptor entityID=\"http://www.okta.com/exkREC\"/>".to_owned();
    let keys = vec![json!({ "kid": "k1", "x5c": ["AAAA"], "kty": "RSA" })];
    let id = bench
        .control()
        .load_app(raw, None, Vec::new(), keys.clone(), Some(xml.clone()));
    assert_eq!(
        bench.get(&format!("/api/v1/apps/{id}/credentials/keys")).await.ok(),
        json!(keys)
    );
    assert_eq!(
        bench
            .get(&format!("/api/v1/apps/{id}/sso/saml/metadata?kid=k1"))
            .await
            .ok(),
        json!(xml)
    );
}
