//! Policies and their rules: what Okta fills in, how it orders, what it keeps from being changed.

use rehome_practice::{Engine, Options};
use serde_json::{Value, json};

use crate::{Bench, manual};

async fn policy(bench: &Bench, name: &str) -> String {
    let list = bench.get("/api/v1/policies?type=ACCESS_POLICY").await.ok();
    let found = list.as_array().into_iter().flatten().find(|it| it["name"] == name);
    let id = found.and_then(|it| it["id"].as_str()).expect(name);
    format!("/api/v1/policies/{id}")
}

fn rule(name: &str, priority: i64) -> Value {
    json!({ "name": name, "priority": priority, "type": "ACCESS_POLICY",
        "conditions": { "network": { "connection": "ANYWHERE" }, "platform": {} },
        "actions": { "appSignOn": { "access": "ALLOW", "verificationMethod": { "type": "ASSURANCE", "factorMode": "2FA" } } } })
}

#[tokio::test]
async fn a_new_access_policy_ends_with_a_catch_all_rule() {
    let bench = Bench::new().await;
    let new = json!({ "type": "ACCESS_POLICY", "name": "Partners", "description": "For partners", "priority": 1 });
    let made = bench.post("/api/v1/policies", new.clone()).await.ok();
    bench.post("/api/v1/policies", new).await.refused(400, "E0000001");
    let this = format!("/api/v1/policies/{}", made["id"].as_str().expect("an id"));
    assert_eq!(made.get("_embedded"), None);
    let first = bench.post(&format!("{this}/rules"), rule("first", 1)).await.ok();
    assert_eq!(first["conditions"].get("platform"), None);
    assert_eq!(
        first["actions"]["appSignOn"]["keepMeSignedIn"],
        json!({ "postAuth": "NOT_ALLOWED" })
    );
    assert_eq!(
        first["actions"]["appSignOn"]["verificationMethod"]["reauthenticateIn"],
        "PT12H"
    );
    assert_eq!(first["conditions"]["riskScore"], json!({ "level": "ANY" }));
    let mut second = rule("second", 1);
    second["conditions"]["elCondition"] = json!({ "condition": "user.profile.department == 'Sales'" });
    let second = bench.post(&format!("{this}/rules"), second).await.ok();
    assert_eq!(second["conditions"].get("riskScore"), None);
    bench
        .post(&format!("{this}/rules"), rule("second", 7))
        .await
        .refused(400, "E0000001");
    let rules = bench.get(&format!("{this}/rules")).await.ok();
    let order: Vec<(&str, i64)> = rules
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| Some((it["name"].as_str()?, it["priority"].as_i64()?)))
        .collect();
    assert_eq!(order, [("second", 1), ("first", 2), ("Catch-all Rule", 99)]);
    let last = format!("{this}/rules/{}", rules[2]["id"].as_str().expect("an id"));
    bench.delete(&last).await.refused(403, "E0000111");
    assert_eq!(bench.delete(&this).await.status, 204);
}

#[tokio::test]
async fn apps_of_a_deleted_policy_go_to_the_default_one() {
    let bench = Bench::new().await;
    let customers = policy(&bench, "Customer tools").await;
    let old = bench.old();
    let mapped = bench.get(&format!("{customers}/mappings")).await.ok();
    assert_eq!(mapped.as_array().map(Vec::len), Some(1));
    bench.delete(&customers).await.ok();
    let default = policy(&bench, "Any two factors").await;
    let app = bench.get(&format!("/api/v1/apps/{old}")).await.ok();
    let link = app["_links"]["accessPolicy"]["href"].as_str().expect("a link");
    assert!(link.ends_with(&default), "{link}");
    bench.delete(&default).await.refused(403, "E0000111");
}

#[tokio::test]
async fn policies_in_an_order_make_room_for_each_other() {
    let bench = Bench::new().await;
    let new = |name: &str, priority: Value| json!({ "type": "PASSWORD", "name": name, "priority": priority });
    bench.post("/api/v1/policies", new("one", Value::Null)).await.ok();
    let made = bench.post("/api/v1/policies", new("two", json!(1))).await.ok();
    assert_eq!(made["settings"]["password"]["complexity"]["minLength"], 8);
    let list = bench.get("/api/v1/policies?type=PASSWORD").await.ok();
    let order: Vec<&str> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert_eq!(order, ["two", "one", "Default Policy"]);
    assert_eq!(list[2]["priority"], 3);
}

#[tokio::test]
async fn classic_has_no_access_policies_but_the_others() {
    let bench = Bench::with(Options {
        engine: Engine::Classic,
        ..manual()
    })
    .await;
    bench
        .get("/api/v1/policies?type=ACCESS_POLICY")
        .await
        .refused(401, "E0000015");
    let new = json!({ "type": "ACCESS_POLICY", "name": "x" });
    bench.post("/api/v1/policies", new).await.refused(401, "E0000015");
    let sign_on = bench.get("/api/v1/policies?type=OKTA_SIGN_ON").await.ok();
    assert_eq!(sign_on[0]["name"], "Default Policy");
    let asleep = format!(
        "/api/v1/policies/{}/rules?activate=false",
        sign_on[0]["id"].as_str().expect("an id")
    );
    let rule = json!({ "type": "SIGN_ON", "name": "Asleep", "actions": { "signon": { "access": "ALLOW" } } });
    assert_eq!(bench.post(&asleep, rule).await.ok()["status"], "INACTIVE");
}
