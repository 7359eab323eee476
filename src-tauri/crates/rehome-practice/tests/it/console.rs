//! The practice console: for people and tests on this computer, closed to web pages from elsewhere.

use serde_json::{Value, json};

use crate::Bench;

async fn plain(bench: &Bench, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = reqwest::Client::new().get(format!("{}{path}", bench.org.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

#[tokio::test]
async fn pages_need_no_token_and_escape_what_they_show() {
    let bench = Bench::new().await;
    bench.control().load_app(
        json!({ "name": "x", "label": "<script>alert(1)</script>", "status": "ACTIVE" }),
        None,
        vec![],
        vec![],
        None,
    );
    let (status, index) = plain(&bench, "/practice", &[]).await;
    assert_eq!(status, 200);
    assert!(index.contains("Zendesk (2019)") && !index.contains("<script>"));
    let (status, page) = plain(&bench, &format!("/admin/app/zendesk/instance/{}", bench.old()), &[]).await;
    assert_eq!(status, 200);
    assert!(page.contains("Deactivate Users") && page.contains("checked"));
    assert_eq!(
        plain(&bench, "/admin/app/zendesk/instance/0oaNothing", &[]).await.0,
        404
    );
}

#[tokio::test]
async fn a_web_page_from_elsewhere_cannot_drive_it() {
    let bench = Bench::new().await;
    for headers in [
        [("host", "evil.example")],
        [("origin", "https://evil.example")],
        [("origin", "null")],
    ] {
        assert_eq!(plain(&bench, "/practice", &headers).await.0, 403, "{headers:?}");
    }
    let own = bench.org.url().to_owned();
    assert_eq!(plain(&bench, "/practice", &[("origin", own.as_str())]).await.0, 200);
}

#[tokio::test]
async fn boxes_sign_ins_and_faults_by_json() {
    let bench = Bench::new().await;
    let (old, new) = (bench.old(), bench.new_app());
    let state = bench
        .post(
            &format!("/practice/apps/{old}/features"),
            json!({ "PUSH_USER_DEACTIVATION": false }),
        )
        .await
        .ok();
    assert!(
        !state["features"]
            .as_array()
            .expect("a list")
            .contains(&json!("PUSH_USER_DEACTIVATION"))
    );
    let user = bench.plain(1).remove(0);
    bench.assign(&new, &user).await;
    let one = bench
        .post(&format!("/practice/apps/{new}/sign-in"), json!({ "user": user }))
        .await
        .ok();
    assert_eq!(one, json!({ "signedIn": 1 }));
    let all = bench
        .post(&format!("/practice/apps/{new}/sign-in"), json!({}))
        .await
        .ok();
    assert_eq!(all, json!({ "signedIn": 1 }));
    assert_eq!(bench.control().events("user.authentication.sso", &new), 2);
    let body = json!({ "fault": "status-503-E0000010", "path": "/api/v1/groups" });
    bench.post("/practice/faults", body).await.ok();
    bench.get("/api/v1/groups").await.refused(503, "E0000010");
    let accounts = bench.get(&format!("/practice/downstream/{new}")).await.ok();
    assert_eq!(accounts.as_array().map(Vec::len), Some(170));
    let state = bench.get(&format!("/practice/state/{new}")).await.ok();
    assert_eq!(
        (&state["users"]["total"], &state["downstream"]["duplicates"]),
        (&json!(1), &json!(0))
    );
}

#[tokio::test]
async fn the_form_ticks_boxes() {
    let bench = Bench::new().await;
    let old = bench.old();
    let form = "action=boxes&listed=PUSH_USER_DEACTIVATION&listed=PUSH_NEW_USERS&box=PUSH_NEW_USERS";
    let answer = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
        .post(format!("{}/practice/apps/{old}/form", bench.org.url()))
        .body(form)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 303);
    let features = bench.control().features(&old);
    assert!(
        features.contains(&"PUSH_NEW_USERS".to_owned()) && !features.contains(&"PUSH_USER_DEACTIVATION".to_owned())
    );
    let state: Value = bench.get(&format!("/practice/state/{old}")).await.ok();
    assert_eq!(state["shownFeatures"].as_array().map(Vec::len), Some(6));
}

async fn send(bench: &Bench, app: &str, form: &str) -> (u16, String) {
    let answer = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
        .post(format!("{}/practice/apps/{app}/form", bench.org.url()))
        .body(form.to_owned())
        .send()
        .await
        .expect("an answer");
    let back = answer
        .headers()
        .get("location")
        .map(|it| it.to_str().expect("text").to_owned());
    (answer.status().as_u16(), back.unwrap_or_default())
}

#[tokio::test]
async fn tasks_are_listed_and_tried_again() {
    let bench = Bench::new().await;
    let (app, control) = (bench.new_app(), bench.control());
    let user = bench.planted("organization-too-long").remove(0);
    let group = control.create_group("Trial");
    control.add_member(&group, &user);
    control.assign_group(&app, &group, None);
    bench.settled(&app).await;
    let (_, page) = plain(&bench, "/practice/tasks", &[]).await;
    assert!(
        page.contains("organization: The field is too long") && page.contains("Zendesk Suite"),
        "{page}"
    );
    let (_, page) = plain(&bench, &format!("/admin/app/zendesk/instance/{app}"), &[]).await;
    assert!(page.contains("<h2>Tasks</h2>"));
    control.set_profile(&user, "organization", serde_json::json!("Northwind"));
    let sent = send(&bench, &app, &format!("action=retry&back=tasks&user={user}")).await;
    assert_eq!(sent, (303, "/practice/tasks".to_owned()));
    bench.settled(&app).await;
    let (_, page) = plain(&bench, "/practice/tasks", &[]).await;
    assert!(page.contains("Nothing waits for an admin."));
}

#[tokio::test]
async fn classic_sign_on_rules_are_kept_on_the_page() {
    let bench = Bench::with(rehome_practice::Options {
        engine: rehome_practice::Engine::Classic,
        ..crate::manual()
    })
    .await;
    let app = bench.old();
    let page = async || {
        plain(&bench, &format!("/admin/app/zendesk/instance/{app}"), &[])
            .await
            .1
    };
    assert!(page().await.contains("Agents use a second factor"));
    let rule = "action=rule-add&name=No+%3Cguests%3E&group=Finance&access=deny";
    assert_eq!(send(&bench, &app, rule).await.0, 303);
    let shown = page().await;
    assert!(shown.contains("No &lt;guests&gt;") && shown.contains("Denied"));
    assert_eq!(send(&bench, &app, "action=rule-remove&rule=0").await.0, 303);
    assert!(!page().await.contains("Agents use a second factor"));
    assert_eq!(send(&bench, &app, "action=rule-remove&rule=7").await.0, 404);
    let (status, page) = plain(&bench, "/practice/problems", &[]).await;
    assert!(status == 200 && page.contains("no API shows"));
}
