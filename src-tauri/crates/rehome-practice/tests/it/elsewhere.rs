//! Where else an org names an app: what can be read, with what scope, and within which limits.

use rehome_practice::{Limits, Options};
use serde_json::{Value, json};

use crate::{Bench, manual};

#[tokio::test]
async fn identity_providers_hooks_brands_and_zones_are_listed_and_read() {
    let bench = Bench::new().await;
    for (path, count, kind) in [
        ("idps", 2, "SAML2"),
        ("inlineHooks", 1, "com.okta.saml.tokens.transform"),
        ("eventHooks", 1, ""),
        ("brands", 1, ""),
        ("zones", 1, "IP"),
    ] {
        let all = bench.all(&format!("/api/v1/{path}")).await;
        assert_eq!(all.len(), count, "{path}");
        for one in &all {
            let this = one["_links"]["self"]["href"].as_str().expect("a link");
            assert_eq!(&bench.get(this).await.ok(), one, "{path}");
        }
        let missing = bench.get(&format!("/api/v1/{path}/none")).await;
        missing.refused(404, "E0000007");
        if !kind.is_empty() {
            assert!(all.iter().any(|it| it["type"] == kind), "{path}");
        }
    }
    let paged = bench.all("/api/v1/idps?limit=1").await;
    assert_eq!(paged, bench.all("/api/v1/idps").await);
    assert_eq!(bench.all("/api/v1/idps?type=OIDC").await.len(), 1);
    assert!(
        bench
            .all("/api/v1/inlineHooks?type=com.okta.import.transform")
            .await
            .is_empty()
    );
    let refused = bench
        .send("DELETE", "/api/v1/brands/none", None)
        .await
        .expect("an answer");
    assert_eq!(refused.status, 404, "there is nothing but reading");
}

#[tokio::test]
async fn authorization_servers_have_policies_and_rules() {
    let bench = Bench::new().await;
    let server = bench.all("/api/v1/authorizationServers").await.remove(0);
    let this = format!("/api/v1/authorizationServers/{}", server["id"].as_str().expect("an id"));
    assert_eq!(bench.get(&this).await.ok(), server);
    let policies = bench.all(&format!("{this}/policies")).await;
    let clients: Vec<&Value> = policies
        .iter()
        .map(|it| &it["conditions"]["clients"]["include"])
        .collect();
    assert_eq!(clients.len(), 2);
    assert!(clients.contains(&&json!(["ALL_CLIENTS"])) && clients.contains(&&json!([bench.app("Expenses")])));
    for policy in &policies {
        let policy = format!("{this}/policies/{}", policy["id"].as_str().expect("an id"));
        assert_eq!(
            bench.all(&format!("{policy}/rules")).await[0]["type"],
            "RESOURCE_ACCESS"
        );
    }
    let claims = bench.all(&format!("{this}/claims")).await;
    assert_eq!(
        (&claims[0]["name"], &claims[0]["system"]),
        (&json!("sub"), &json!(true))
    );
    assert_eq!(claims[1]["group_filter_type"], "STARTS_WITH");
    bench
        .get(&format!("{this}/policies/none"))
        .await
        .refused(404, "E0000007");
    bench
        .get("/api/v1/authorizationServers/none/policies")
        .await
        .refused(404, "E0000007");
}

#[tokio::test]
async fn they_share_the_bucket_of_the_rest() {
    let bench = Bench::with(Options {
        limits: Limits::Enterprise,
        ..manual()
    })
    .await;
    let left = async |path: &str| -> u32 {
        let got = bench.get(&format!("/api/v1/{path}")).await;
        assert_eq!(got.header("x-rate-limit-limit"), "300", "{path}: half of 600");
        got.header("x-rate-limit-remaining").parse().expect("a number")
    };
    let mut last = left("mappings").await;
    for path in [
        "idps",
        "inlineHooks",
        "eventHooks",
        "brands",
        "zones",
        "authorizationServers",
    ] {
        let now = left(path).await;
        assert_eq!(now, last - 1, "{path}");
        last = now;
    }
}
