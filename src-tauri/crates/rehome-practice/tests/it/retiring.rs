//! Deactivating and deleting apps, keys, metadata, policies.

use serde_json::json;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::Bench;

#[tokio::test]
async fn deactivating_takes_the_app_from_everybody_who_has_it_through_a_group() {
    let bench = Bench::new().await;
    let old = bench.old();
    let deactivated = bench
        .post(&format!("/api/v1/apps/{old}/lifecycle/deactivate"), json!({}))
        .await;
    assert_eq!((deactivated.status, &deactivated.body), (200, &json!({})));
    assert_eq!(bench.control().app_status(&old).as_deref(), Some("INACTIVE"));
    bench.settled(&old).await;
    let left = bench.control().app_users(&old);
    assert!(left.len() == 27 && left.iter().all(|it| it.scope == "USER"));
    let inactive = bench.control().downstream(&old).iter().filter(|it| !it.active).count();
    assert_eq!(inactive, 143, "an inactive app still deactivates accounts");
    bench
        .post(&format!("/api/v1/apps/{old}/lifecycle/deactivate"), json!({}))
        .await
        .refused(403, "E0000107");
    bench
        .post(&format!("/api/v1/apps/{old}/lifecycle/activate"), json!({}))
        .await
        .ok();
    bench.settled(&old).await;
    assert_eq!(
        bench.control().app_users(&old).len(),
        170,
        "activating brings them back"
    );
}

#[tokio::test]
async fn only_an_inactive_app_can_be_deleted() {
    let bench = Bench::new().await;
    let app = bench.app("Expenses");
    let path = format!("/api/v1/apps/{app}");
    let refused = bench.delete(&path).await;
    refused.refused(403, "E0000056");
    assert_eq!(
        refused.body["errorCauses"][0]["errorSummary"],
        "The application must be deactivated before deletion."
    );
    bench
        .post(&format!("{path}/lifecycle/deactivate"), json!({}))
        .await
        .ok();
    assert_eq!(bench.delete(&path).await.status, 204);
    bench.get(&path).await.refused(404, "E0000007");
    bench.delete(&path).await.refused(404, "E0000007");
    assert_eq!(bench.control().app_status(&app), None);
    assert!(bench.all(&format!("/api/v1/mappings?targetId={app}")).await.is_empty());
}

#[tokio::test]
async fn put_replaces_and_keeps_what_is_read_only() {
    let bench = Bench::new().await;
    let path = format!("/api/v1/apps/{}", bench.old());
    let mut app = bench.get(&path).await.ok();
    app["label"] = json!("Zendesk (retired)");
    app["features"] = json!([]);
    app["status"] = json!("INACTIVE");
    app["visibility"]["hide"]["web"] = json!(true);
    let after = bench.put(&path, app.clone()).await.ok();
    assert_eq!(
        (&after["label"], &after["status"]),
        (&json!("Zendesk (retired)"), &json!("ACTIVE"))
    );
    assert_eq!(after["visibility"]["hide"]["web"], true);
    assert_eq!(after["features"].as_array().map(Vec::len), Some(7));
    app["label"] = json!("z".repeat(101));
    bench.put(&path, app).await.refused(400, "E0000001");
}

#[tokio::test]
async fn keys_can_be_cloned_and_activated() {
    let bench = Bench::new().await;
    let (old, new) = (bench.old(), bench.new_app());
    let app = bench.get(&format!("/api/v1/apps/{old}")).await.ok();
    let kid = app["credentials"]["signing"]["kid"].as_str().expect("a kid").to_owned();
    let clone = format!("/api/v1/apps/{old}/credentials/keys/{kid}/clone?targetAid={new}");
    assert_eq!(bench.post(&clone, json!({})).await.status, 201);
    bench.post(&clone, json!({})).await.refused(400, "E0000001");
    let keys = bench.get(&format!("/api/v1/apps/{new}/credentials/keys")).await.ok();
    assert_eq!(keys.as_array().map(Vec::len), Some(2));
    let body = json!({ "name": "zendesk", "label": "Zendesk Suite", "signOnMode": "SAML_2_0", "credentials": { "signing": { "kid": kid } } });
    let after = bench.put(&format!("/api/v1/apps/{new}"), body).await.ok();
    assert_eq!(after["credentials"]["signing"]["kid"], kid);
    assert!(
        after["settings"]["app"]["companySubDomain"].is_string(),
        "nothing else changed"
    );
    assert!(after["credentials"]["userNameTemplate"]["template"].is_string());
}

#[tokio::test]
async fn certificates_are_real_and_one_ends_soon() {
    let bench = Bench::new().await;
    for (label, soon) in [("Zendesk (2019)", true), ("Zendesk Suite", false)] {
        let app = bench.get(&format!("/api/v1/apps/{}", bench.app(label))).await.ok();
        let kid = app["credentials"]["signing"]["kid"].as_str().expect("a kid").to_owned();
        let key = bench
            .get(&format!("/api/v1/apps/{}/credentials/keys/{kid}", bench.app(label)))
            .await
            .ok();
        let der = data_encoding::BASE64
            .decode(key["x5c"][0].as_str().expect("text").as_bytes())
            .expect("base64");
        let (_, certificate) = X509Certificate::from_der(&der).expect("a certificate");
        let ends = certificate.validity().not_after.timestamp();
        let told: jiff::Timestamp = key["expiresAt"].as_str().expect("text").parse().expect("a time");
        assert_eq!(ends, told.as_second());
        assert_eq!(certificate.issuer(), certificate.subject(), "self-signed");
        let days = (ends - bench.control().now().as_second()) / 86_400;
        assert_eq!((6..75).contains(&days), soon, "{label}: {days} days");
        let xml = bench
            .get(&format!(
                "/api/v1/apps/{}/sso/saml/metadata?kid={kid}",
                bench.app(label)
            ))
            .await;
        assert_eq!(xml.header("content-type"), "application/xml;charset=ISO-8859-1");
        let xml = xml.ok().as_str().expect("text").to_owned();
        assert!(xml.contains("entityID=\"http://www.okta.com/exk") && xml.contains("HTTP-Redirect"));
        assert!(xml.replace('\n', "").contains(key["x5c"][0].as_str().expect("text")));
    }
    bench
        .get(&format!("/api/v1/apps/{}/sso/saml/metadata", bench.old()))
        .await
        .refused(400, "E0000028");
    bench
        .get(&format!(
            "/api/v1/apps/{}/sso/saml/metadata?kid=x",
            bench.app("Expenses")
        ))
        .await
        .refused(404, "E0000007");
}

#[tokio::test]
async fn an_access_policy_is_assigned_by_reference() {
    let bench = Bench::new().await;
    let (old, new) = (bench.old(), bench.new_app());
    let policy = async |app: &str| {
        let app = bench.get(&format!("/api/v1/apps/{app}")).await.ok();
        app["_links"]["accessPolicy"]["href"]
            .as_str()
            .expect("a link")
            .rsplit('/')
            .next()
            .expect("an id")
            .to_owned()
    };
    let (one, other) = (policy(&old).await, policy(&new).await);
    assert_ne!(one, other);
    assert_eq!(
        bench
            .send("PUT", &format!("/api/v1/apps/{new}/policies/{one}"), None)
            .await
            .expect("an answer")
            .status,
        204
    );
    assert_eq!(policy(&new).await, one);
    let rules = bench.get(&format!("/api/v1/policies/{one}/rules")).await.ok();
    assert_eq!(
        (&rules[2]["system"], &rules[2]["conditions"]),
        (&json!(true), &json!(null))
    );
    let routing = bench.get("/api/v1/policies?type=IDP_DISCOVERY").await.ok();
    let routing = routing[0]["id"].as_str().expect("an id");
    let rules = bench.get(&format!("/api/v1/policies/{routing}/rules")).await.ok();
    assert_eq!(rules[0]["conditions"]["app"]["include"][0]["id"], old.as_str());
}

#[tokio::test]
async fn mappings_can_be_mended_and_do_not_reach_back() {
    let bench = Bench::new().await;
    let app = bench.app("Expenses 2");
    let people = bench.plain(2);
    let before = bench.assign(&app, &people[0]).await;
    let mapping = bench.all(&format!("/api/v1/mappings?targetId={app}")).await.remove(0);
    let path = format!("/api/v1/mappings/{}", mapping["id"].as_str().expect("an id"));
    let wrong = json!({ "properties": { "name": { "expression": "user.firstName +", "pushStatus": "PUSH" } } });
    bench.post(&path, wrong).await.refused(400, "E0000045");
    let body = json!({ "properties": { "name": { "expression": "String.toUpperCase(user.lastName)", "pushStatus": "PUSH" }, "nickname": null } });
    let after = bench.post(&path, body).await.ok();
    assert!(after["properties"].get("nickname").is_none() && after["properties"]["email"].is_object());
    let kept = bench.get(&format!("/api/v1/apps/{app}/users/{}", people[0])).await.ok();
    assert_eq!(kept["profile"], before["profile"]);
    let last = bench.control().profile(&people[1]).expect("a profile")["lastName"]
        .as_str()
        .expect("text")
        .to_uppercase();
    assert_eq!(bench.assign(&app, &people[1]).await["profile"]["name"], last);
}
