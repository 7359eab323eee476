//! Rules behind assignments: values, credential schemes, sources of profiles, manual provisioning, matching, tasks.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Bench;

fn users(app: &str) -> String {
    format!("/api/v1/apps/{app}/users")
}

impl Bench {
    /// Another app without a service.
    fn load(&self, label: &str, more: Value) -> String {
        let mut raw = json!({ "name": "template_swa", "label": label, "status": "ACTIVE", "signOnMode": "BROWSER_PLUGIN",
            "features": [], "credentials": { "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" } } });
        for (field, value) in more.as_object().expect("an object") {
            raw[field] = value.clone();
        }
        self.control().load_app(raw, None, Vec::new(), Vec::new(), None)
    }

    async fn read(&self, app: &str, user: &str) -> Value {
        self.get(&format!("{}/{user}", users(app))).await.ok()
    }
}

#[tokio::test]
async fn credential_schemes() {
    let bench = Bench::new().await;
    let people = bench.plain(1);
    let password = json!({ "userName": "someone", "password": { "value": "Secret-1" } });
    for (scheme, taken, shown) in [
        ("EDIT_USERNAME_AND_PASSWORD", true, true),
        ("ADMIN_SETS_CREDENTIALS", true, true),
        ("EDIT_PASSWORD_ONLY", false, false),
        ("EXTERNAL_PASSWORD_SYNC", false, true),
        ("SHARED_USERNAME_AND_PASSWORD", false, true),
    ] {
        let app = bench.load(scheme, json!({ "credentials": { "scheme": scheme } }));
        let full = bench
            .post(&users(&app), json!({ "id": people[0], "credentials": password }))
            .await;
        if taken {
            let got = full.ok();
            assert!(got["passwordChanged"].is_string());
            assert_eq!(got["credentials"], json!({ "userName": "someone", "password": {} }));
            continue;
        }
        full.refused(400, "E0000041");
        assert!(full.body["errorCauses"].is_object(), "an object, not an array");
        let got = bench.post(&users(&app), json!({ "id": people[0] })).await.ok();
        assert_eq!(got["credentials"].get("password").is_some(), shown, "{scheme}");
    }
}

#[tokio::test]
async fn an_individual_assignment_overrides_groups() {
    let bench = Bench::new().await;
    let (app, user) = (bench.app("Zendesk Suite"), bench.plain(1).remove(0));
    let control = bench.control();
    let (one, two) = (control.create_group("One"), control.create_group("Two"));
    for group in [&one, &two] {
        control.add_member(group, &user);
    }
    let put = async |group: &str, body: Value| {
        let path = format!("/api/v1/apps/{app}/groups/{group}");
        bench.put(&path, body).await.ok();
        bench.settled(&app).await;
    };
    put(
        &one,
        json!({ "priority": 0, "profile": { "role": "agent", "locale": "de", "tags": ["a"] } }),
    )
    .await;
    put(
        &two,
        json!({ "priority": 1, "profile": { "role": "end_user", "tags": ["b"] } }),
    )
    .await;
    let got = bench.read(&app, &user).await;
    assert_eq!(
        (&got["profile"]["role"], &got["profile"]["locale"]),
        (&json!("agent"), &json!("de"))
    );
    assert_eq!(got["profile"]["tags"], json!(["a"]), "not combined: the winner's alone");
    put(&one, json!({ "priority": 0, "profile": { "role": "administrator" } })).await;
    let got = bench.read(&app, &user).await;
    assert_eq!(got["profile"]["role"], "administrator", "the group's new value");
    let okta = control.profile(&user).expect("a profile");
    assert_eq!(
        got["profile"]["locale"], okta["locale"],
        "mapped again, since no group gives it any more"
    );
    assert!(got["profile"].get("tags").is_none());
    put(&two, json!({ "priority": 0 })).await;
    assert_eq!(
        bench.read(&app, &user).await["profile"]["role"],
        "end_user",
        "another winner"
    );
    bench.delete(&format!("/api/v1/apps/{app}/groups/{one}")).await.ok();
    bench.delete(&format!("/api/v1/apps/{app}/groups/{two}")).await.ok();
    bench.settled(&app).await;
    bench
        .get(&format!("{}/{user}", users(&app)))
        .await
        .refused(404, "E0000007");
    put(&one, json!({ "profile": { "role": "agent" } })).await;
    bench
        .post(
            &format!("{}/{user}", users(&app)),
            json!({ "scope": "USER", "profile": { "role": "end_user" } }),
        )
        .await
        .ok();
    put(&one, json!({ "profile": { "role": "administrator" } })).await;
    assert_eq!(
        bench.read(&app, &user).await["profile"]["role"],
        "end_user",
        "overrides the group"
    );
}

#[tokio::test]
async fn array_values_are_combined_where_the_schema_says_so() {
    let bench = Bench::new().await;
    let (app, user) = (bench.old(), bench.planted("two-groups"));
    let both = bench.control().app_users(&app).into_iter().find(|it| {
        user.contains(&it.user)
            && it.scope == "GROUP"
            && it
                .profile
                .get("tags")
                .is_some_and(|tags| tags.as_array().is_some_and(|t| t.len() == 3))
    });
    assert_eq!(
        both.expect("in both tiers").profile["tags"],
        json!(["tier1", "support", "tier2"])
    );
}

#[tokio::test]
async fn values_that_do_not_fit_refuse_or_end_in_a_task() {
    let bench = Bench::new().await;
    let (app, control) = (bench.new_app(), bench.control());
    let user = bench.planted("organization-too-long").remove(0);
    let refused = bench.post(&users(&app), json!({ "id": user })).await;
    refused.refused(400, "E0000001");
    assert_eq!(
        refused.body["errorCauses"][0]["errorSummary"],
        "organization: The field is too long"
    );
    let group = control.create_group("Trial");
    control.add_member(&group, &user);
    control.assign_group(&app, &group, None);
    bench.settled(&app).await;
    let got = bench.read(&app, &user).await;
    assert_eq!((&got["status"], &got["syncState"]), (&json!("STAGED"), &json!("ERROR")));
    assert_eq!(
        control.tasks(&app),
        [(user.clone(), "organization: The field is too long".to_owned())]
    );
    assert!(!control.retry_task(&app, &user), "nothing was mended");
    control.set_profile(&user, "organization", json!("Northwind"));
    assert!(control.retry_task(&app, &user));
    bench.settled(&app).await;
    assert_eq!(bench.read(&app, &user).await["status"], "PROVISIONED");
    assert!(control.tasks(&app).is_empty());
}

#[tokio::test]
async fn whoever_is_being_activated_has_to_wait() {
    let bench = Bench::new().await;
    let (app, user) = (bench.app("Expenses 2"), bench.plain(1).remove(0));
    bench.control().activating(&user, Duration::from_secs(20));
    let body = json!({ "id": user });
    bench.post(&users(&app), body.clone()).await.refused(409, "E0000112");
    tokio::time::sleep(Duration::from_millis(120)).await;
    bench.post(&users(&app), body).await.ok();
}

#[tokio::test]
async fn a_source_of_profiles_keeps_its_people() {
    let bench = Bench::new().await;
    let control = bench.control();
    let id = "0oaSource0000000001d7";
    let user_type = bench.get("/api/v1/meta/types/user").await.ok()[0]["id"].clone();
    let schema = json!({ "name": "hr_1", "definitions": { "custom": { "properties": {}, "required": [] }, "base": {
        "properties": { "userName": { "type": "string" }, "unit": { "type": "string" }, "desk": { "type": "string" } },
        "required": ["userName"] } } });
    let mapping = json!({ "id": "prmSource", "source": { "id": id, "type": "appuser", "name": "hr" },
        "target": { "id": user_type, "type": "user", "name": "user" }, "properties": {
            "department": { "expression": "\"HR: \" + appuser.unit", "pushStatus": "PUSH" },
            "city": { "expression": "source.desk", "pushStatus": "DONT_PUSH" } } });
    let raw = json!({ "id": id, "name": "hr", "label": "HR", "status": "ACTIVE", "signOnMode": null,
        "features": ["IMPORT_NEW_USERS", "PROFILE_MASTERING"] });
    let app = control.load_app(raw, Some(schema), vec![mapping], Vec::new(), None);
    let user = bench.plain(1).remove(0);
    let import = |unit: &str, desk: &str| {
        let values = json!({ "unit": unit, "desk": desk });
        control.import(&app, &user, values.as_object().expect("an object").clone());
        let profile = control.profile(&user).expect("a profile");
        (profile["department"].clone(), profile["city"].clone())
    };
    assert_eq!(import("Books", "Delft"), (json!("HR: Books"), json!("Delft")));
    assert_eq!(
        import("Law", "Gouda"),
        (json!("HR: Law"), json!("Delft")),
        "city at the first import only"
    );
    let path = format!("{}/{user}", users(&app));
    bench
        .post(&path, json!({ "profile": { "unit": "Mine" } }))
        .await
        .refused(405, "E0000076");
    bench.delete(&path).await.refused(405, "E0000076");
    control.set_feature(&app, "PROFILE_MASTERING", false);
    assert_eq!(import("Tax", "Gouda").0, json!("HR: Law"), "no longer the source");
    bench.delete(&path).await.ok();
}

#[tokio::test]
async fn provisioning_by_hand_waits_for_an_admin() {
    let bench = Bench::new().await;
    let app = bench.load("By hand", json!({ "settings": { "manualProvisioning": true } }));
    let user = bench.plain(1).remove(0);
    assert_eq!(bench.assign(&app, &user).await["status"], "APPROVED");
    bench.control().acknowledge(&app, &user);
    assert_eq!(bench.read(&app, &user).await["status"], "ACTIVE");
    bench.delete(&format!("{}/{user}", users(&app))).await.ok();
    assert_eq!(bench.read(&app, &user).await["status"], "REVOKED");
    bench.control().acknowledge(&app, &user);
    bench
        .get(&format!("{}/{user}", users(&app)))
        .await
        .refused(404, "E0000007");
}

#[tokio::test]
async fn a_service_can_match_by_the_id_it_was_given() {
    let bench = Bench::new().await;
    let (app, control) = (bench.new_app(), bench.control());
    let people = bench.plain(2);
    let named = |user: &str, name: &str| json!({ "id": user, "credentials": { "userName": name } });
    control.match_by_external_id(&app);
    let before = control.downstream(&app).len();
    bench.post(&users(&app), named(&people[0], "another.name")).await.ok();
    bench.settled(&app).await;
    assert_eq!(
        bench.read(&app, &people[0]).await["status"],
        "PROVISIONED",
        "linked in spite of the name"
    );
    assert_eq!(control.downstream(&app).len(), before, "no duplicate");
    let stranger = control.create_user("stranger@northwind.example", "Some", "Body");
    let taken = control.profile(&people[1]).expect("a profile")["login"].clone();
    bench
        .post(&users(&app), named(&stranger, taken.as_str().expect("text")))
        .await
        .ok();
    bench.settled(&app).await;
    let tasks = control.tasks(&app);
    assert!(tasks[0].1.contains("409"), "{tasks:?}");
}

#[tokio::test]
async fn without_create_users_only_links_are_made() {
    let bench = Bench::new().await;
    let (app, control) = (bench.new_app(), bench.control());
    control.set_feature(&app, "PUSH_NEW_USERS", false);
    control.set_feature(&app, "PUSH_PROFILE_UPDATES", true);
    assert_eq!(bench.assign(&app, &bench.plain(1)[0]).await["status"], "PROVISIONED");
    let stranger = control.create_user("stranger@northwind.example", "Some", "Body");
    assert_eq!(bench.assign(&app, &stranger).await["syncState"], "ERROR");
    assert!(control.tasks(&app)[0].1.contains("Matching user not found"));
}
