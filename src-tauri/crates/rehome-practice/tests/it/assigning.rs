//! Individual assignments: what Okta fills in, changes and refuses.

use rehome_practice::{Behaviour, Options};
use serde_json::json;

use crate::{Bench, manual};

fn users(app: &str) -> String {
    format!("/api/v1/apps/{app}/users")
}

#[tokio::test]
async fn assigning_fills_in_template_and_mappings() {
    let bench = Bench::new().await;
    let (app, user) = (bench.new_app(), bench.planted("case-only").remove(0));
    let login = bench.control().profile(&user).expect("a profile")["login"]
        .as_str()
        .expect("text")
        .to_owned();
    let got = bench.post(&users(&app), json!({ "id": user })).await.ok();
    assert_eq!(
        (&got["scope"], &got["status"], &got["syncState"]),
        (&json!("USER"), &json!("STAGED"), &json!("SYNCING"))
    );
    assert_eq!(got["credentials"]["userName"], login.to_lowercase());
    assert_ne!(got["credentials"]["userName"], login);
    assert!(got["profile"]["organization"].is_string());
    bench.settled(&app).await;
    let got = bench.get(&format!("{}/{user}", users(&app))).await.ok();
    assert_eq!(
        (&got["status"], &got["syncState"]),
        (&json!("PROVISIONED"), &json!("SYNCHRONIZED"))
    );
    assert!(got["externalId"].is_string() && got["lastSync"].is_string());
}

#[tokio::test]
async fn an_app_without_provisioning_is_done_at_once() {
    let bench = Bench::new().await;
    let (app, user) = (bench.app("Expenses 2"), bench.plain(1).remove(0));
    let got = bench
        .post(
            &users(&app),
            json!({ "id": user, "credentials": { "userName": "someone.else", "password": {} } }),
        )
        .await
        .ok();
    assert_eq!(
        (&got["status"], &got["syncState"], &got["externalId"]),
        (&json!("ACTIVE"), &json!("DISABLED"), &json!(null))
    );
    assert_eq!(got["credentials"]["userName"], "someone.else");
    assert!(got.get("lastSync").is_none());
    assert!(
        got["profile"]
            .as_object()
            .is_some_and(|profile| profile.contains_key("nickname")),
        "mapped but empty is null"
    );
    assert!(bench.control().downstream(&app).is_empty());
}

#[tokio::test]
async fn refusals() {
    let bench = Bench::new().await;
    let (app, user) = (bench.new_app(), bench.plain(1).remove(0));
    let body = |extra: serde_json::Value| {
        let mut body = json!({ "id": user });
        body.as_object_mut()
            .expect("an object")
            .extend(extra.as_object().expect("an object").clone());
        body
    };
    bench
        .post(&users("0oaNothing"), body(json!({})))
        .await
        .refused(404, "E0000007");
    bench
        .post(&users(&app), json!({ "id": "00uNobody" }))
        .await
        .refused(404, "E0000007");
    bench
        .get(&format!("{}/{user}", users(&app)))
        .await
        .refused(404, "E0000007");
    bench
        .delete(&format!("{}/{user}", users(&app)))
        .await
        .refused(404, "E0000007");
    bench.post(&users(&app), json!({})).await.refused(400, "E0000001");
    let unknown = bench
        .post(
            &users(&app),
            body(json!({ "profile": { "salesforceGroups": [], "nope": 1 } })),
        )
        .await;
    unknown.refused(400, "E0000001");
    assert_eq!(unknown.body["errorSummary"], "Api validation failed: assignment");
    assert_eq!(
        unknown.body["errorCauses"][1]["errorSummary"],
        "Property 'nope' not found"
    );
    bench
        .post(&users(&app), body(json!({ "profile": { "role": "admin" } })))
        .await
        .refused(400, "E0000001");
    bench
        .post(
            &users(&app),
            body(json!({ "profile": { "organization": "x".repeat(41) } })),
        )
        .await
        .refused(400, "E0000001");
    bench
        .post(
            &users(&app),
            body(json!({ "credentials": { "userName": "x".repeat(101) } })),
        )
        .await
        .refused(400, "E0000001");
    bench
        .post(&users(&app), body(json!({ "scope": "GROUP" })))
        .await
        .refused(400, "E0000001");
    let gone = bench
        .control()
        .users()
        .into_iter()
        .find(|(_, status)| status == "DEPROVISIONED")
        .expect("one")
        .0;
    bench
        .post(&users(&app), json!({ "id": gone }))
        .await
        .refused(403, "E0000117");
    bench
        .post(&users(&bench.app("Zendesk Sandbox")), body(json!({})))
        .await
        .refused(403, "E0000143");
    let blank = bench.planted("blank").remove(0);
    bench
        .post(&users(&app), json!({ "id": blank }))
        .await
        .refused(400, "E0000001");
    let shared = bench
        .post(
            &users(&bench.app("LinkedIn (team account)")),
            body(json!({ "credentials": { "userName": "x" } })),
        )
        .await;
    shared.refused(400, "E0000041");
    assert!(shared.body["errorCauses"].is_object(), "an object here, not an array");
    assert!(
        bench.control().app_users(&app).is_empty(),
        "nothing of all this was done"
    );
}

#[tokio::test]
async fn a_mapped_attribute_is_locked_by_profile_push() {
    let bench = Bench::new().await;
    let (app, user) = (bench.new_app(), bench.plain(1).remove(0));
    let body = json!({ "id": user, "profile": { "name": "Somebody Else" } });
    bench.control().set_feature(&app, "PUSH_PROFILE_UPDATES", true);
    let got = bench.post(&users(&app), body.clone()).await;
    got.refused(403, "E0000075");
    assert!(
        got.body["errorSummary"]
            .as_str()
            .is_some_and(|words| words.contains("the name attribute"))
    );
    bench.control().set_feature(&app, "PUSH_PROFILE_UPDATES", false);
    assert_eq!(
        bench.post(&users(&app), body).await.ok()["profile"]["name"],
        "Somebody Else"
    );
}

#[tokio::test]
async fn assigning_twice_updates_or_is_refused() {
    let bench = Bench::new().await;
    let (app, user) = (bench.app("Expenses 2"), bench.plain(1).remove(0));
    bench.assign(&app, &user).await;
    let again = bench
        .post(
            &users(&app),
            json!({ "id": user, "credentials": { "userName": "renamed" } }),
        )
        .await
        .ok();
    assert_eq!(again["credentials"]["userName"], "renamed");
    bench.control().set_behaviour(Behaviour::ReassignRefused, true);
    bench
        .post(&users(&app), json!({ "id": user }))
        .await
        .refused(409, "E0000062");
}

#[tokio::test]
async fn converting_scope_keeps_or_rederives_the_profile() {
    for kept in [true, false] {
        let bench = Bench::with(Options {
            behaviours: (!kept).then_some(Behaviour::ConversionRederives).into_iter().collect(),
            ..manual()
        })
        .await;
        let app = bench.new_app();
        let group = bench.group("Support Tier 1");
        let user = bench.control().members(&group).remove(0);
        let path = format!("{}/{user}", users(&app));
        bench
            .post(
                &users(&app),
                json!({ "id": user, "profile": { "role": "administrator", "signature": "Bye" } }),
            )
            .await
            .ok();
        bench
            .put(
                &format!("/api/v1/apps/{app}/groups/{group}"),
                json!({ "profile": { "role": "agent" } }),
            )
            .await
            .ok();
        bench.settled(&app).await;
        let before = bench.get(&path).await.ok();
        assert_eq!(
            before["scope"], "USER",
            "an individual assignment stays one when the group comes"
        );
        let after = bench.post(&path, json!({ "scope": "GROUP" })).await.ok();
        assert_eq!(after["scope"], "GROUP");
        assert_eq!(after["_links"]["group"]["name"], "Support Tier 1");
        assert_eq!(after["profile"]["role"], if kept { "administrator" } else { "agent" });
        assert_eq!(after["profile"].get("signature").is_some(), kept);
        assert_eq!(after["credentials"], before["credentials"]);
        let back = bench.post(&path, json!({ "scope": "USER" })).await.ok();
        assert_eq!(back["scope"], "USER");
        assert!(back["_links"].get("group").is_none());
    }
}

#[tokio::test]
async fn unassigning_is_refused_while_a_group_grants() {
    let bench = Bench::new().await;
    let app = bench.old();
    let state = bench.control().app_users(&app);
    let through = state.iter().find(|it| it.scope == "GROUP").expect("one");
    bench
        .delete(&format!("{}/{}", users(&app), through.user))
        .await
        .refused(403, "E0000046");
    let overriding = bench.planted("overrides-group").remove(0);
    bench
        .delete(&format!("{}/{overriding}", users(&app)))
        .await
        .refused(403, "E0000046");
    let plain = bench.plain(1).remove(0);
    assert_eq!(
        bench
            .delete(&format!("{}/{plain}?sendEmail=false", users(&app)))
            .await
            .status,
        204
    );
    bench
        .get(&format!("{}/{plain}", users(&app)))
        .await
        .refused(404, "E0000007");
}
