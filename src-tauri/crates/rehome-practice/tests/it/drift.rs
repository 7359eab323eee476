//! What changes behind a plan's back, and the service's own export.

use rehome_practice::ExportStyle;
use serde_json::{Value, json};

use crate::Bench;

async fn app_user(bench: &Bench, app: &str, user: &str) -> Value {
    bench.get(&format!("/api/v1/apps/{app}/users/{user}")).await.ok()
}

#[tokio::test]
async fn people_and_their_values_change() {
    let bench = Bench::new().await;
    let (app, control) = (bench.old(), bench.control());
    let user = bench.plain(1).remove(0);
    control.set_app_user_value(&app, &user, "signature", json!("Best"));
    control.set_app_user_name(&app, &user, "other@northwind.example");
    let it = app_user(&bench, &app, &user).await;
    assert_eq!(
        (&it["profile"]["signature"], &it["credentials"]["userName"]),
        (&json!("Best"), &json!("other@northwind.example"))
    );
    control.set_app_user_value(&app, &user, "signature", Value::Null);
    assert!(
        app_user(&bench, &app, &user).await["profile"]
            .get("signature")
            .is_none()
    );
    assert!(
        control
            .downstream(&app)
            .iter()
            .any(|it| it.username == "other@northwind.example")
    );
    let joiner = control.create_user("new.joiner@northwind.example", "New", "Joiner");
    control.assign_user(&app, &joiner);
    bench.settled(&app).await;
    assert_eq!(app_user(&bench, &app, &joiner).await["scope"], "USER");
    control.unassign_user(&app, &joiner);
    let gone = bench.get(&format!("/api/v1/apps/{app}/users/{joiner}")).await;
    gone.refused(404, "E0000007");
}

#[tokio::test]
async fn groups_and_what_they_give_change() {
    let bench = Bench::new().await;
    let (app, control) = (bench.old(), bench.control());
    let group = bench.group("Support Tier 1");
    let through = |control: &rehome_practice::Control| {
        let users = control.app_users(&app).into_iter();
        users.filter(|it| it.group.as_ref() == Some(&group)).collect::<Vec<_>>()
    };
    control.set_group_value(&app, &group, "role", json!("admin"));
    bench.settled(&app).await;
    let people = through(&control);
    assert!(!people.is_empty() && people.iter().all(|it| it.profile["role"] == "admin"));
    control.unassign_group(&app, &group);
    bench.settled(&app).await;
    assert!(through(&control).is_empty() && control.app_groups(&app).iter().all(|it| it.0 != group));
}

#[tokio::test]
async fn settings_rules_and_schemas_change() {
    let bench = Bench::new().await;
    let (app, control) = (bench.new_app(), bench.control());
    control.set_template(&app, "user.login", true);
    control.set_setting(&app, "/signOn/defaultRelayState", json!("https://elsewhere.example"));
    control.set_label(&app, "Zendesk Suite Plus");
    control.set_policy(&app, "Customer tools");
    let body = bench.get(&format!("/api/v1/apps/{app}")).await.ok();
    let template = &body["credentials"]["userNameTemplate"];
    assert_eq!(
        (&template["template"], &template["type"]),
        (&json!("user.login"), &json!("CUSTOM"))
    );
    assert_eq!(
        body["settings"]["signOn"]["defaultRelayState"],
        "https://elsewhere.example"
    );
    assert_eq!(body["label"], "Zendesk Suite Plus");
    let old = bench.get(&format!("/api/v1/apps/{}", bench.old())).await.ok();
    assert_eq!(body["_links"]["accessPolicy"], old["_links"]["accessPolicy"]);
    control.set_mapping(&app, "phone", Some("user.mobilePhone"));
    control.set_mapping(&app, "locale", None);
    let mapping = bench.all(&format!("/api/v1/mappings?targetId={app}")).await.remove(0);
    let path = format!("/api/v1/mappings/{}", mapping["id"].as_str().expect("an id"));
    let rules = bench.get(&path).await.ok()["properties"].clone();
    assert_eq!(
        rules["phone"],
        json!({ "expression": "user.mobilePhone", "pushStatus": "PUSH" })
    );
    assert!(rules.get("locale").is_none());
    control.set_property(
        &app,
        "custom",
        "shift",
        json!({ "title": "Shift", "type": "string", "scope": "NONE" }),
    );
    let schema = bench
        .get(&format!("/api/v1/meta/schemas/apps/{app}/default"))
        .await
        .ok();
    assert_eq!(schema["definitions"]["custom"]["properties"]["shift"]["title"], "Shift");
}

async fn download(bench: &Bench, query: &str) -> (u16, String, Vec<u8>) {
    let answer = reqwest::get(format!("{}/practice/export.csv?{query}", bench.org.url()));
    let answer = answer.await.expect("an answer");
    let kind = answer
        .headers()
        .get("content-type")
        .map(|it| it.to_str().expect("text").to_owned());
    let status = answer.status().as_u16();
    (
        status,
        kind.unwrap_or_default(),
        answer.bytes().await.expect("bytes").to_vec(),
    )
}

#[tokio::test]
async fn a_service_exports_its_users_in_several_styles() {
    let bench = Bench::new().await;
    let app = bench.old();
    let (status, kind, plain) = download(&bench, &format!("app={app}")).await;
    assert_eq!((status, kind.as_str()), (200, "text/csv; charset=utf-8"));
    assert_eq!(plain, bench.control().export(&app, ExportStyle::Plain));
    let plain = String::from_utf8(plain).expect("UTF-8");
    assert!(plain.starts_with("id,Email address,Name,Role,Status,Last login\r\n"));
    // Everybody's account, without two and with one twice, and three of nobody.
    assert_eq!(plain.lines().count(), 1 + 170 - 2 + 1 + 3);
    assert!(plain.contains("\"Demo, Partner\""));
    let (_, kind, wide) = download(&bench, &format!("app={app}&style=utf16")).await;
    assert_eq!(kind, "text/csv; charset=utf-16");
    let units = wide.chunks(2).map(|it| u16::from_le_bytes([it[0], it[1]]));
    let wide = String::from_utf16(&units.collect::<Vec<_>>()).expect("UTF-16");
    assert!(wide.starts_with("\u{feff}id\tEmail address\t"));
    let (_, _, marked) = download(&bench, &format!("app={app}&style=semicolon")).await;
    assert!(marked.starts_with(b"\xEF\xBB\xBFid;Email address;"));
    let (_, _, western) = download(&bench, &format!("app={app}&style=windows-1252")).await;
    assert!(String::from_utf8(western.clone()).is_err() && western.contains(&b'?'));
    for (query, status) in [
        ("app=none", 404),
        ("style=plain", 404),
        (&*format!("app={app}&style=odd"), 400),
    ] {
        assert_eq!(download(&bench, query).await.0, status, "{query}");
    }
    assert!(
        bench
            .control()
            .export(&bench.app("Intranet"), ExportStyle::Plain)
            .is_empty()
    );
}
