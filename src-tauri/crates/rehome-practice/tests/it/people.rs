//! Users, groups, rules, types, schemas, mappings and roles, as Okta makes, changes and refuses them.

use serde_json::{Value, json};

use crate::Bench;

fn person(login: &str) -> Value {
    json!({ "profile": { "login": login, "email": login, "firstName": "Ada", "lastName": "Test" } })
}

fn causes(body: &Value) -> String {
    let causes = body["errorCauses"].as_array().cloned().unwrap_or_default();
    let words: Vec<&str> = causes.iter().filter_map(|it| it["errorSummary"].as_str()).collect();
    words.join("; ")
}

async fn make(bench: &Bench, login: &str) -> String {
    let made = bench.post("/api/v1/users", person(login)).await.ok();
    made["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_new_user_begins_by_credentials_and_parameters() {
    let bench = Bench::new().await;
    let made = bench.post("/api/v1/users", person("a@north.example")).await;
    assert_eq!(made.header("etag"), "");
    let made = made.ok();
    assert_eq!(made["status"], "PROVISIONED");
    assert_eq!(made["passwordChanged"], Value::Null);
    assert_eq!(made["profile"]["mobilePhone"], Value::Null);
    let staged = bench
        .post("/api/v1/users?activate=false", person("b@north.example"))
        .await;
    assert_eq!(staged.ok()["status"], "STAGED");
    let mut with_password = person("c@north.example");
    with_password["credentials"] = json!({ "password": { "value": "Abcd1234" },
        "recovery_question": { "question": "Where?", "answer": "here" } });
    let active = bench.post("/api/v1/users", with_password).await.ok();
    assert_eq!(active["status"], "ACTIVE");
    assert_eq!(
        active["credentials"],
        json!({ "provider": { "type": "OKTA", "name": "OKTA" }, "password": {}, "recovery_question": { "question": "Where?" } })
    );
}

#[tokio::test]
async fn profiles_are_checked_against_the_schema() {
    let bench = Bench::new().await;
    make(&bench, "taken@north.example").await;
    let twin = bench.post("/api/v1/users", person("TAKEN@north.example")).await;
    twin.refused(400, "E0000001");
    assert_eq!(twin.body["errorSummary"], "Api validation failed: login");
    let mut odd = person("odd@north.example");
    odd["profile"]["shoeSize"] = json!("44");
    let odd = bench.post("/api/v1/users", odd).await;
    odd.refused(400, "E0000001");
    assert_eq!(odd.body["errorSummary"], "Api validation failed: newUser");
    assert_eq!(causes(&odd.body), "Property name 'shoeSize' is not defined in profile");
    let blank = bench
        .post("/api/v1/users", json!({ "profile": { "login": "x@north.example" } }))
        .await;
    assert!(
        causes(&blank.body).contains("firstName: The field cannot be left blank"),
        "{}",
        blank.body
    );
}

#[tokio::test]
async fn post_changes_what_is_named_and_put_replaces() {
    let bench = Bench::new().await;
    let id = make(&bench, "d@north.example").await;
    let this = format!("/api/v1/users/{id}");
    bench.post(&this, json!({ "profile": { "title": "Boss" } })).await.ok();
    let changed = bench.post(&this, json!({ "profile": { "city": "Oslo" } })).await.ok();
    assert_eq!(
        (&changed["profile"]["title"], &changed["profile"]["city"]),
        (&json!("Boss"), &json!("Oslo"))
    );
    let replaced = bench.put(&this, person("e@north.example")).await.ok();
    assert_eq!(replaced["profile"].get("title"), None);
    bench
        .get("/api/v1/users/d@north.example")
        .await
        .refused(404, "E0000007");
    assert_eq!(bench.get("/api/v1/users/e@north.example").await.ok()["id"], id.as_str());
}

#[tokio::test]
async fn each_state_allows_what_okta_allows() {
    let bench = Bench::new().await;
    let id = make(&bench, "f@north.example").await;
    let turn = |turn: &str| format!("/api/v1/users/{id}/lifecycle/{turn}");
    bench.post(&turn("activate"), json!({})).await.refused(403, "E0000016");
    bench.post(&turn("suspend"), json!({})).await.refused(400, "E0000001");
    bench.post(&turn("unlock"), json!({})).await.refused(403, "E0000032");
    let token = bench.post(&turn("reactivate?sendEmail=false"), json!({})).await.ok();
    assert!(token["activationToken"].is_string(), "{token}");
    assert_eq!(
        bench.post(&turn("deactivate?sendEmail=false"), json!({})).await.ok(),
        json!({})
    );
    bench
        .post(&turn("deactivate"), json!({}))
        .await
        .refused(403, "E0000038");
    bench.post(&turn("activate"), json!({})).await.ok();
    let gone = format!("/api/v1/users/{id}");
    assert_eq!(bench.delete(&gone).await.status, 204);
    assert_eq!(bench.get(&gone).await.ok()["status"], "DEPROVISIONED");
    assert_eq!(bench.delete(&gone).await.status, 204);
    bench.get(&gone).await.refused(404, "E0000007");
}

#[tokio::test]
async fn a_group_rule_puts_people_in_and_takes_them_out() {
    let bench = Bench::new().await;
    let group = |name: &str| json!({ "profile": { "name": name, "description": "" } });
    let bakers = bench.post("/api/v1/groups", group("Bakers")).await.ok()["id"].clone();
    bench
        .post("/api/v1/groups", group("Bakers"))
        .await
        .refused(400, "E0000001");
    let id = make(&bench, "g@north.example").await;
    let rule = |value: &str| {
        json!({ "type": "group_rule", "name": "Bakers by title",
            "conditions": { "expression": { "value": value, "type": "urn:okta:expression:1.0" }, "people": { "users": {} } },
            "actions": { "assignUserToGroups": { "groupIds": [bakers] } } })
    };
    bench
        .post("/api/v1/groups/rules", rule("user.title =="))
        .await
        .refused(400, "E0000001");
    let made = bench
        .post("/api/v1/groups/rules", rule("user.title==\"Baker\""))
        .await
        .ok();
    assert_eq!(made["status"], "INACTIVE");
    assert_eq!(
        made["conditions"]["people"],
        json!({ "users": { "exclude": [] }, "groups": { "exclude": [] } })
    );
    let this = format!("/api/v1/groups/rules/{}", made["id"].as_str().expect("an id"));
    assert_eq!(
        bench
            .post(&format!("{this}/lifecycle/activate"), json!({}))
            .await
            .status,
        204
    );
    let members = format!("/api/v1/groups/{}/users", bakers.as_str().expect("an id"));
    assert_eq!(bench.get(&members).await.ok(), json!([]));
    let user = format!("/api/v1/users/{id}");
    bench.post(&user, json!({ "profile": { "title": "Baker" } })).await.ok();
    assert_eq!(bench.get(&members).await.ok()[0]["id"], id.as_str());
    bench.post(&user, json!({ "profile": { "title": "Cook" } })).await.ok();
    assert_eq!(bench.get(&members).await.ok(), json!([]));
    bench
        .put(&this, rule("user.title==\"Cook\""))
        .await
        .refused(400, "E0000001");
    bench
        .post(&format!("{this}/lifecycle/deactivate"), json!({}))
        .await
        .ok();
    assert_eq!(bench.delete(&this).await.status, 202);
}

#[tokio::test]
async fn a_user_type_has_a_schema_and_mappings_of_its_own() {
    let bench = Bench::new().await;
    let app = bench.new_app();
    let list = |param: &str| format!("/api/v1/mappings?limit=200&{param}={app}");
    assert_eq!(
        bench
            .all(&list("targetId"))
            .await
            .iter()
            .filter(|it| it["target"]["id"] == app.as_str())
            .count(),
        1
    );
    let kind = json!({ "name": "contractor", "displayName": "Contractor", "description": "Not for ever" });
    let made = bench.post("/api/v1/meta/types/user", kind.clone()).await.ok();
    bench
        .post("/api/v1/meta/types/user", kind)
        .await
        .refused(400, "E0000001");
    let schema = made["_links"]["schema"]["href"].as_str().expect("a link").to_owned();
    let attribute = json!({ "definitions": { "custom": { "id": "#custom", "type": "object", "properties": {
        "agency": { "title": "Agency", "type": "string", "required": false, "enum": ["A", "B"],
            "oneOf": [{ "const": "A", "title": "a" }, { "const": "B", "title": "b" }] } } } } });
    let shown = bench.post(&schema, attribute).await.ok();
    assert_eq!(
        shown["definitions"]["custom"]["properties"]["agency"]["mutability"],
        "READ_WRITE"
    );
    assert_eq!(shown["definitions"]["custom"]["required"], json!([]));
    let bad = json!({ "definitions": { "custom": { "properties": { "other": { "title": "Other", "type": "string",
        "enum": ["A"], "oneOf": [{ "const": "B", "title": "b" }] } } } } });
    bench.post(&schema, bad).await.refused(400, "E0000123");
    let default = bench.get("/api/v1/meta/schemas/user/default").await.ok();
    assert_eq!(default["definitions"]["custom"]["properties"].get("agency"), None);
    assert_eq!(default["definitions"]["custom"].get("required"), None);
    let mut new = person("h@north.example");
    new["type"] = made.clone();
    new["profile"]["agency"] = json!("C");
    bench.post("/api/v1/users", new.clone()).await.refused(400, "E0000001");
    new["profile"]["agency"] = json!("B");
    assert_eq!(bench.post("/api/v1/users", new).await.ok()["type"]["id"], made["id"]);
    assert_eq!(
        bench
            .all(&list("targetId"))
            .await
            .iter()
            .filter(|it| it["target"]["id"] == app.as_str())
            .count(),
        2
    );
    let own = format!("/api/v1/meta/types/user/{}", made["id"].as_str().expect("an id"));
    bench.delete(&own).await.refused(403, "E0000142");
}

#[tokio::test]
async fn roles_and_linked_objects_come_and_go() {
    let bench = Bench::new().await;
    let (boss, staff) = (
        make(&bench, "i@north.example").await,
        make(&bench, "j@north.example").await,
    );
    let roles = format!("/api/v1/users/{staff}/roles");
    let given = bench.post(&roles, json!({ "type": "USER_ADMIN" })).await;
    assert_eq!(given.status, 201);
    bench
        .post(&roles, json!({ "type": "USER_ADMIN" }))
        .await
        .refused(409, "E0000090");
    let role = format!("{roles}/{}", given.body["id"].as_str().expect("an id"));
    let target = format!("{role}/targets/groups/{}", bench.group("Finance"));
    assert_eq!(bench.put(&target, json!({})).await.status, 204);
    assert_eq!(
        bench.get(&format!("{role}/targets/groups")).await.ok()[0]["profile"]["name"],
        "Finance"
    );
    assert_eq!(bench.delete(&role).await.status, 204);
    bench.delete(&role).await.refused(404, "E0000007");

    let client = format!("/oauth2/v1/clients/{}/roles", bench.app("Expenses 2"));
    assert_eq!(bench.post(&client, json!({ "type": "APP_ADMIN" })).await.status, 200);
    assert_eq!(bench.get(&client).await.ok()[0]["assignmentType"], "CLIENT");

    let side = |name: &str| json!({ "name": name, "title": name, "description": "", "type": "USER" });
    let relation = json!({ "primary": side("lead"), "associated": side("follower") });
    assert_eq!(
        bench
            .post("/api/v1/meta/schemas/user/linkedObjects", relation)
            .await
            .status,
        201
    );
    let link = format!("/api/v1/users/{staff}/linkedObjects/lead");
    assert_eq!(bench.put(&format!("{link}/{boss}"), json!({})).await.status, 204);
    let up = bench.get(&link).await.ok();
    assert!(
        up[0]["_links"]["self"]["href"]
            .as_str()
            .is_some_and(|it| it.ends_with(&boss)),
        "{up}"
    );
    let down = bench
        .get(&format!("/api/v1/users/{boss}/linkedObjects/follower"))
        .await
        .ok();
    assert_eq!(down.as_array().map(Vec::len), Some(1));
    assert_eq!(bench.delete(&link).await.status, 204);
    assert_eq!(bench.get(&link).await.ok(), json!([]));
}

#[tokio::test]
async fn an_app_group_is_patched() {
    let bench = Bench::new().await;
    let group = format!("/api/v1/apps/{}/groups/{}", bench.new_app(), bench.group("Finance"));
    bench.put(&group, json!({})).await.ok();
    let change = json!([{ "op": "replace", "path": "/profile/role", "value": "agent" }]);
    let patched = bench.send("PATCH", &group, Some(change)).await.expect("an answer").ok();
    assert_eq!(patched["profile"], json!({ "role": "agent" }));
    let wrong = json!([{ "op": "replace", "path": "/profile/signature", "value": "x" }]);
    let wrong = bench.send("PATCH", &group, Some(wrong)).await.expect("an answer");
    wrong.refused(400, "E0000001");
}
