//! Groups on apps: group jobs, priorities, winners, memberships.

use serde_json::{Value, json};

use crate::Bench;

fn path(app: &str, group: &str) -> String {
    format!("/api/v1/apps/{app}/groups/{group}")
}

#[tokio::test]
async fn members_follow_later() {
    // Long enough to be seen on a busy machine.
    let bench = Bench::with(rehome_practice::Options {
        fan_out_delay: std::time::Duration::from_secs(60),
        ..crate::manual()
    })
    .await;
    let (app, group) = (bench.new_app(), bench.group("All Staff EMEA"));
    bench.put(&path(&app, &group), json!({})).await.ok();
    assert!(
        bench.control().app_users(&app).len() < 90,
        "the answer comes before the members have the app"
    );
    bench.settled(&app).await;
    let users = bench.control().app_users(&app);
    assert_eq!(users.len(), 90, "the two deactivated members do not get it");
    assert!(
        users
            .iter()
            .all(|it| it.scope == "GROUP" && it.group.as_ref() == Some(&group))
    );
    let blank = bench.planted("blank").remove(0);
    let failed: Vec<_> = users
        .iter()
        .filter(|it| it.sync_state == "ERROR")
        .map(|it| &it.user)
        .collect();
    assert!(failed.contains(&&blank), "no username: a task, not a refusal");
    let start = bench.control().now() - jiff::SignedDuration::from_hours(1);
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let filter = format!("eventType%20eq%20%22application.user_membership.add%22%20and%20target.id%20eq%20%22{app}%22");
    let events = bench
        .all(&format!(
            "/api/v1/logs?since={start}&until=2100-01-01T00:00:00Z&limit=1000&filter={filter}"
        ))
        .await;
    assert_eq!(events.len(), 90);
    assert!(
        events
            .iter()
            .all(|it| it["transaction"]["type"] == "JOB" && it["transaction"]["detail"] == json!({}))
    );
    assert_eq!(
        events.iter().filter(|it| it["outcome"]["result"] == "FAILURE").count(),
        3,
        "no username once, and an organization that is too long twice"
    );
}

#[tokio::test]
async fn the_answer_without_priority_is_provisional() {
    let bench = Bench::new().await;
    let app = bench.new_app();
    let (one, other) = (bench.group("Support Tier 1"), bench.group("Support Tier 2"));
    assert_eq!(bench.put(&path(&app, &one), json!({})).await.ok()["priority"], 1);
    assert_eq!(
        bench.put(&path(&app, &other), json!({ "priority": 1 })).await.ok()["priority"],
        1
    );
    assert_eq!(bench.get(&path(&app, &one)).await.ok()["priority"], 0);
}

#[tokio::test]
async fn priorities_make_room_and_keep_gaps() {
    let bench = Bench::new().await;
    let app = bench.new_app();
    let names = ["Support Tier 1", "Support Tier 2", "Customer Success", "Finance"];
    let ids: Vec<String> = names.iter().map(|name| bench.group(name)).collect();
    for (id, priority) in ids.iter().zip([0, 1, 3]) {
        bench.put(&path(&app, id), json!({ "priority": priority })).await.ok();
    }
    bench.put(&path(&app, &ids[3]), json!({ "priority": 0 })).await.ok();
    let listed = bench
        .get(&format!("/api/v1/apps/{app}/groups?limit=200&expand=group"))
        .await
        .ok();
    let listed: Vec<(i64, &str)> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| {
            (
                it["priority"].as_i64().expect("a number"),
                it["_embedded"]["group"]["profile"]["name"].as_str().expect("a name"),
            )
        })
        .collect();
    assert_eq!(
        listed,
        [
            (0, "Finance"),
            (1, "Support Tier 1"),
            (2, "Support Tier 2"),
            (3, "Customer Success")
        ]
    );
}

#[tokio::test]
async fn the_lowest_number_wins() {
    let bench = Bench::new().await;
    let app = bench.new_app();
    let (one, two) = (bench.group("Support Tier 1"), bench.group("Support Tier 2"));
    let both: Vec<String> = {
        let second = bench.control().members(&two);
        bench
            .control()
            .members(&one)
            .into_iter()
            .filter(|id| second.contains(id))
            .collect()
    };
    assert!(!both.is_empty());
    bench
        .put(
            &path(&app, &two),
            json!({ "priority": 1, "profile": { "role": "administrator" } }),
        )
        .await
        .ok();
    bench.settled(&app).await;
    bench
        .put(
            &path(&app, &one),
            json!({ "priority": 0, "profile": { "role": "agent" } }),
        )
        .await
        .ok();
    bench.settled(&app).await;
    let winner = |bench: &Bench| {
        let it = bench
            .control()
            .app_users(&app)
            .into_iter()
            .find(|it| it.user == both[0])
            .expect("has the app");
        (it.group.expect("a group"), it.profile["role"].clone())
    };
    assert_eq!(winner(&bench), (one.clone(), json!("agent")));
    bench.delete(&path(&app, &one)).await.ok();
    bench.settled(&app).await;
    assert_eq!(
        winner(&bench),
        (two, json!("administrator")),
        "the other group takes over"
    );
    assert_eq!(
        bench.control().app_users(&app).len(),
        15,
        "who has no group left is gone"
    );
}

#[tokio::test]
async fn array_values_are_combined_where_the_schema_says_so() {
    let bench = Bench::new().await;
    let tags = |app: &str, user: &str| -> Value {
        let it = bench
            .control()
            .app_users(app)
            .into_iter()
            .find(|it| it.user == user)
            .expect("has the app");
        it.profile.get("tags").cloned().unwrap_or_default()
    };
    let (one, two) = (bench.group("Support Tier 1"), bench.group("Support Tier 2"));
    let second = bench.control().members(&two);
    let user = bench
        .control()
        .members(&one)
        .into_iter()
        .find(|id| second.contains(id))
        .expect("in both");
    assert_eq!(
        tags(&bench.old(), &user),
        json!(["tier1", "support", "tier2"]),
        "union ENABLE"
    );
    let new = bench.new_app();
    bench
        .put(
            &path(&new, &one),
            json!({ "priority": 0, "profile": { "tags": ["tier1"] } }),
        )
        .await
        .ok();
    bench
        .put(
            &path(&new, &two),
            json!({ "priority": 1, "profile": { "tags": ["tier2"] } }),
        )
        .await
        .ok();
    bench.settled(&new).await;
    assert_eq!(tags(&new, &user), json!(["tier1"]), "union DISABLE");
}

#[tokio::test]
async fn refusals() {
    let bench = Bench::new().await;
    let (app, group) = (bench.new_app(), bench.group("Finance"));
    bench
        .put(&path(&app, "00gNothing"), json!({}))
        .await
        .refused(404, "E0000007");
    bench.get(&path(&app, &group)).await.refused(404, "E0000007");
    bench.delete(&path(&app, &group)).await.refused(404, "E0000007");
    bench
        .put(&path(&app, &group), json!({ "priority": 101 }))
        .await
        .refused(400, "E0000001");
    bench
        .put(&path(&app, &group), json!({ "profile": { "role": "end-user" } }))
        .await
        .refused(400, "E0000001");
    bench
        .put(&path(&app, &group), json!({ "profile": { "signature": "x" } }))
        .await
        .refused(400, "E0000001");
    bench
        .post("/api/v1/groups", json!({ "profile": { "name": "Finance" } }))
        .await
        .refused(400, "E0000001");
    let imported = bench.group("Zendesk agents");
    let user = bench.plain(1).remove(0);
    bench
        .put(&format!("/api/v1/groups/{imported}/users/{user}"), json!({}))
        .await
        .refused(403, "E0000006");
    let everyone = bench.group("Everyone");
    bench
        .delete(&format!("/api/v1/groups/{everyone}"))
        .await
        .refused(403, "E0000006");
}

#[tokio::test]
async fn joining_and_leaving_a_group_is_followed() {
    let bench = Bench::new().await;
    let app = bench.new_app();
    let made = bench
        .post(
            "/api/v1/groups",
            json!({ "profile": { "name": "Wave 1", "description": "d" } }),
        )
        .await;
    assert_eq!(made.status, 200);
    let group = made.body["id"].as_str().expect("an id").to_owned();
    bench.put(&path(&app, &group), json!({})).await.ok();
    let people = bench.plain(3);
    for user in &people {
        let got = bench
            .send("PUT", &format!("/api/v1/groups/{group}/users/{user}"), None)
            .await
            .expect("an answer");
        assert_eq!(got.status, 204);
    }
    bench.settled(&app).await;
    assert_eq!(bench.control().app_users(&app).len(), 3);
    assert_eq!(
        bench
            .delete(&format!("/api/v1/groups/{group}/users/{}", people[0]))
            .await
            .status,
        204
    );
    bench.settled(&app).await;
    let left: Vec<String> = bench.control().app_users(&app).into_iter().map(|it| it.user).collect();
    assert!(left.len() == 2 && !left.contains(&people[0]));
    let members = bench.all(&format!("/api/v1/groups/{group}/users?limit=1")).await;
    assert_eq!(members.len(), 2);
    assert_eq!(bench.delete(&format!("/api/v1/groups/{group}")).await.status, 204);
    bench.settled(&app).await;
    assert!(bench.control().app_users(&app).is_empty());
    bench
        .get(&format!("/api/v1/groups/{group}"))
        .await
        .refused(404, "E0000007");
}

#[tokio::test]
async fn a_push_group_is_inactive_before_it_goes() {
    let bench = Bench::new().await;
    let path = format!("/api/v1/apps/{}/group-push/mappings", bench.old());
    let source = bench.group("All Staff EMEA");
    assert_eq!(bench.all(&path).await.len(), 3, "those that are planted");
    let made = bench
        .post(
            &path,
            json!({ "sourceGroupId": source, "targetGroupName": "finance-agents" }),
        )
        .await
        .ok();
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let listed = bench.get(&format!("{path}?sourceGroupId={source}")).await;
    assert!(!listed.link("self").expect("a link").contains("sourceGroupId"));
    assert_eq!(listed.ok()[0]["status"], "ACTIVE");
    bench.delete(&one).await.refused(400, "E0000028");
    bench
        .delete(&format!("{one}?deleteTargetGroup=false"))
        .await
        .refused(400, "E0000001");
    let patched = bench
        .send("PATCH", &one, Some(json!({ "status": "INACTIVE" })))
        .await
        .expect("an answer")
        .ok();
    assert_eq!(patched["status"], "INACTIVE");
    assert_eq!(
        bench.delete(&format!("{one}?deleteTargetGroup=false")).await.status,
        200
    );
    bench.get(&one).await.refused(404, "E0000007");
    assert!(
        bench.control().group("finance-agents").is_some(),
        "the service keeps its group"
    );
}

#[tokio::test]
async fn who_has_the_app_individually_stays_when_the_group_goes() {
    let bench = Bench::new().await;
    let (app, group) = (bench.new_app(), bench.group("Support Tier 1"));
    let user = bench.control().members(&group).remove(0);
    bench.assign(&app, &user).await;
    bench.put(&path(&app, &group), json!({})).await.ok();
    bench.settled(&app).await;
    assert_eq!(bench.control().app_users(&app).len(), 25);
    bench.delete(&path(&app, &group)).await.ok();
    bench.settled(&app).await;
    let left = bench.control().app_users(&app);
    assert_eq!(
        left.iter().map(|it| (&it.user, it.scope.as_str())).collect::<Vec<_>>(),
        [(&user, "USER")]
    );
}
