//! API tokens: what is shown of them, when they end, what their owners' roles allow, and the share of the limits they have.

use std::time::Duration;

use rehome_practice::{Limits, MadeToken, Options};
use serde_json::json;

use crate::{Bench, Got, manual};

const DAY: Duration = Duration::from_secs(86_400);

struct With<'a>(&'a Bench, MadeToken);

impl<'a> With<'a> {
    fn roles(bench: &'a Bench, roles: &[&str]) -> Self {
        let owner = bench.plain(1).remove(0);
        Self(bench, bench.control().register_token("Second", &owner, roles))
    }

    async fn send(&self, method: &str, path: &str, body: Option<serde_json::Value>) -> Got {
        self.0
            .send_as(&format!("SSWS {}", self.1.secret), method, path, body)
            .await
            .expect("an answer")
    }

    async fn get(&self, path: &str) -> Got {
        self.send("GET", path, None).await
    }
}

#[tokio::test]
async fn tokens_are_listed_and_taken_back() {
    let bench = Bench::new().await;
    let second = With::roles(&bench, &["SUPER_ADMIN"]);
    let first = bench.control().token_id();
    let list = bench.all("/api/v1/api-tokens").await;
    let ids: Vec<&str> = list.iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(ids, [first.as_str(), second.1.id.as_str()]);
    assert!(!json!(list).to_string().contains(&second.1.secret));
    let me = second.get("/api/v1/users/me").await.ok();
    assert_eq!(me["id"], list[1]["userId"]);
    bench
        .get("/api/v1/api-tokens/00Tnothing")
        .await
        .refused(404, "E0000007");
    bench.delete(&format!("/api/v1/api-tokens/{}", second.1.id)).await.ok();
    second.get("/api/v1/groups").await.refused(401, "E0000011");
    bench.delete("/api/v1/api-tokens/current").await.ok();
    bench.get("/api/v1/groups").await.refused(401, "E0000011");
}

#[tokio::test]
async fn a_token_ends_thirty_days_after_its_last_use() {
    let bench = Bench::new().await;
    let second = With::roles(&bench, &["SUPER_ADMIN"]);
    let control = bench.control();
    control.token_unused_for(&second.1.id, 29 * DAY);
    second.get("/api/v1/groups?limit=1").await.ok();
    control.token_unused_for(&second.1.id, 30 * DAY);
    second.get("/api/v1/groups?limit=1").await.refused(401, "E0000011");
    assert_eq!(bench.all("/api/v1/api-tokens").await.len(), 1, "an expired one is gone");
}

#[tokio::test]
async fn a_token_ends_with_its_owner() {
    let bench = Bench::new().await;
    let second = With::roles(&bench, &["SUPER_ADMIN"]);
    let owner = bench.plain(1).remove(0);
    let control = bench.control();
    control.suspend_user(&owner, true);
    second.get("/api/v1/groups?limit=1").await.refused(401, "E0000011");
    control.suspend_user(&owner, false);
    second.get("/api/v1/groups?limit=1").await.ok();
    control.deactivate_user(&owner);
    second.get("/api/v1/groups?limit=1").await.refused(401, "E0000011");
}

#[tokio::test]
async fn the_owners_roles_decide() {
    let bench = Bench::new().await;
    let app = bench.app("Expenses 2");
    let user = bench.plain(2).remove(1);
    let group = bench.group("Support Tier 1");
    let assign = format!("/api/v1/apps/{app}/users");
    let join = format!("/api/v1/groups/{group}/users/{user}");
    let admin = With::roles(&bench, &["APP_ADMIN"]);
    admin.send("POST", &assign, Some(json!({ "id": user }))).await.ok();
    admin.send("PUT", &join, None).await.refused(403, "E0000006");
    let reader = With::roles(&bench, &["READ_ONLY_ADMIN"]);
    reader.get(&assign).await.ok();
    let roles = reader.get("/api/v1/users/me/roles").await.ok();
    assert_eq!(
        (roles.as_array().map(Vec::len), &roles[0]["type"]),
        (Some(1), &json!("READ_ONLY_ADMIN"))
    );
    reader
        .send("DELETE", &format!("{assign}/{user}"), None)
        .await
        .refused(403, "E0000006");
    let nobody = With::roles(&bench, &[]);
    nobody.get(&assign).await.refused(403, "E0000006");
    nobody.get("/api/v1/users/me").await.ok();

    bench.control().limit_token_to_apps(&admin.1.id, Some(&[&app]));
    admin.get(&assign).await.ok();
    let other = format!("/api/v1/apps/{}", bench.old());
    admin.get(&other).await.refused(404, "E0000007");
    admin
        .send("POST", &format!("{other}/users"), Some(json!({ "id": user })))
        .await
        .refused(403, "E0000006");
    bench.control().shut_token_out(&admin.1.id, true);
    admin.get(&assign).await.refused(403, "E0000006");
    bench
        .put(
            &format!("/api/v1/api-tokens/{}", admin.1.id),
            json!({ "name": "Renamed", "network": { "connection": "ANYWHERE" } }),
        )
        .await
        .ok();
    admin.get(&assign).await.ok();
}

#[tokio::test]
async fn each_token_has_its_share_and_all_share_the_bucket() {
    let options = Options {
        limits: Limits::Enterprise,
        speed: 1,
        ..manual()
    };
    let bench = Bench::with(options).await;
    let second = With::roles(&bench, &["SUPER_ADMIN"]);
    let path = "/api/v1/apps?limit=1";
    assert_eq!(bench.get(path).await.header("x-rate-limit-remaining"), "49");
    let got = second.get(path).await;
    assert_eq!(
        (got.header("x-rate-limit-limit"), got.header("x-rate-limit-remaining")),
        ("50", "49")
    );

    let rows = "/api/v1/principal-rate-limits";
    bench.get(rows).await.refused(400, "E0000028");
    let filter = format!(
        "{rows}?filter=principalType%20eq%20%22SSWS_TOKEN%22%20and%20principalId%20eq%20%22{}%22",
        second.1.id
    );
    assert!(bench.all(&filter).await.is_empty(), "no row, the default");
    let body = json!({ "principalId": second.1.id, "principalType": "SSWS_TOKEN", "defaultPercentage": 75, "defaultConcurrencyPercentage": 60 });
    let made = bench.post(rows, body.clone()).await;
    assert_eq!(made.status, 201);
    let made = made.ok();
    bench.post(rows, body).await.refused(400, "E0000001");
    assert_eq!(bench.all(&filter).await, std::slice::from_ref(&made));
    let got = second.get(path).await;
    assert_eq!(
        (got.header("x-rate-limit-limit"), got.header("x-rate-limit-remaining")),
        ("75", "73")
    );
    let one = format!("{rows}/{}", made["id"].as_str().expect("an id"));
    let body = json!({ "principalId": second.1.id, "principalType": "SSWS_TOKEN", "defaultPercentage": 2 });
    assert_eq!(bench.put(&one, body).await.ok()["defaultConcurrencyPercentage"], 60);
    second.get(path).await.refused(429, "E0000047");
    bench.get(path).await.ok();
    let nobody = json!({ "principalId": "00Tnobody", "principalType": "SSWS_TOKEN" });
    bench.post(rows, nobody).await.refused(404, "E0000007");
}

#[tokio::test]
async fn concurrent_calls_are_counted_for_each_token() {
    let options = Options {
        limits: Limits::Free,
        latency: Duration::from_secs(100),
        ..manual()
    };
    let bench = Bench::with(options).await;
    let second = With::roles(&bench, &["SUPER_ADMIN"]);
    let path = "/api/v1/users?limit=1";
    let (first, second) = tokio::join!(
        futures::future::join_all((0..17).map(|_| bench.get(path))),
        futures::future::join_all((0..20).map(|_| second.get(path)))
    );
    let done = |list: &[Got]| list.iter().filter(|it| it.status == 200).count();
    assert_eq!((done(&first), done(&second)), (17, 17));
    assert!(
        second
            .iter()
            .all(|it| it.status == 200 || it.header("x-rate-limit-limit") == "0")
    );
}
