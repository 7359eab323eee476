//! Pages, links, filters and the System Log.

use rehome_practice::{Behaviour, Options, SignIns};

use crate::{Bench, manual};

#[tokio::test]
async fn pages_hold_everybody_once() {
    let bench = Bench::new().await;
    let list = bench.all(&format!("/api/v1/apps/{}/users?limit=37", bench.old())).await;
    let mut ids: Vec<&str> = list.iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(ids.len(), 170);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 170);
}

#[tokio::test]
async fn the_next_link_of_app_users_may_forget_expand() {
    let bench = Bench::new().await;
    bench.control().set_behaviour(Behaviour::LinksLoseExpand, true);
    let page = bench
        .get(&format!("/api/v1/apps/{}/users?limit=50&expand=user", bench.old()))
        .await;
    assert!(page.body[0]["_embedded"]["user"]["profile"]["login"].is_string());
    let next = page.link("next").expect("more than one page");
    assert!(!next.contains("expand"), "{next}");
    let second = bench.get(&next).await;
    assert!(second.body[0].get("_embedded").is_none());
    let merged = bench.get(&format!("{next}&expand=user")).await;
    assert!(merged.body[0]["_embedded"]["user"].is_object());
}

#[tokio::test]
async fn limits_out_of_range_are_refused() {
    let bench = Bench::new().await;
    let app = bench.old();
    bench
        .get(&format!("/api/v1/apps/{app}/users?limit=501"))
        .await
        .refused(400, "E0000029");
    bench
        .get(&format!("/api/v1/apps/{app}/groups?limit=19"))
        .await
        .refused(400, "E0000029");
    assert_eq!(
        bench.get(&format!("/api/v1/apps/{app}/groups?limit=200")).await.status,
        200
    );
}

#[tokio::test]
async fn apps_are_found_by_name_and_label() {
    let bench = Bench::new().await;
    let labels = |list: &[serde_json::Value]| -> Vec<String> {
        list.iter()
            .filter_map(|app| app["label"].as_str().map(str::to_owned))
            .collect()
    };
    let same = bench.all("/api/v1/apps?filter=name%20eq%20%22zendesk%22").await;
    assert_eq!(labels(&same), ["Zendesk (2019)", "Zendesk Suite", "Zendesk Sandbox"]);
    assert_eq!(
        labels(&bench.all("/api/v1/apps?q=expenses&limit=1").await),
        ["Expenses", "Expenses 2"]
    );
    let user = bench.plain(1).remove(0);
    let of_user = bench
        .all(&format!(
            "/api/v1/apps?filter=user.id%20eq%20%22{user}%22&expand=user/{user}"
        ))
        .await;
    assert!(
        of_user
            .iter()
            .any(|app| app["_embedded"]["user"]["id"] == user.as_str())
    );
    bench
        .get("/api/v1/apps?filter=label%20eq%20%22x%22")
        .await
        .refused(400, "E0000031");
    assert!(
        bench
            .all("/api/v1/apps")
            .await
            .iter()
            .any(|app| app["signOnMode"].is_null())
    );
}

#[tokio::test]
async fn deactivated_users_are_listed_only_when_asked_for() {
    let bench = Bench::new().await;
    assert_eq!(bench.all("/api/v1/users").await.len(), 201 - 3);
    let gone = bench
        .all("/api/v1/users?search=status%20eq%20%22DEPROVISIONED%22")
        .await;
    assert_eq!(gone.len(), 3);
}

#[tokio::test]
async fn mappings_are_listed_without_properties_and_links_forget_the_filter() {
    let bench = Bench::new().await;
    let app = bench.new_app();
    let page = bench.get(&format!("/api/v1/mappings?targetId={app}&limit=200")).await;
    assert!(!page.link("self").expect("a link").contains("targetId"));
    let list = page.ok();
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert!(list[0].get("properties").is_none());
    let id = list[0]["id"].as_str().expect("an id");
    let one = bench.get(&format!("/api/v1/mappings/{id}")).await.ok();
    assert_eq!(one["properties"]["organization"]["expression"], "user.organization");
}

#[tokio::test]
async fn a_polling_log_query_always_has_a_next_link() {
    let bench = Bench::new().await;
    let app = bench.new_app();
    let start = bench.control().now();
    let filter =
        format!("filter=eventType%20eq%20%22application.user_membership.add%22%20and%20target.id%20eq%20%22{app}%22");
    let first = bench.get(&format!("/api/v1/logs?since={start}&{filter}")).await;
    assert_eq!(first.body.as_array().map(Vec::len), Some(0));
    let mut next = first.link("next").expect("always a next link");
    let user = bench.plain(1).remove(0);
    bench.assign(&app, &user).await;
    let mut seen = Vec::new();
    for _ in 0..200 {
        let page = bench.get(&next).await;
        next = page.link("next").expect("always a next link");
        seen.extend(page.ok().as_array().expect("a list").clone());
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        if !seen.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["transaction"]["type"], "WEB");
    assert!(seen[0]["transaction"]["detail"]["requestApiTokenId"].is_string());
    assert!(
        seen[0]["target"]
            .as_array()
            .is_some_and(|all| all.iter().any(|it| it["id"] == user.as_str()))
    );
    assert_eq!(
        bench.get(&next).await.body.as_array().map(Vec::len),
        Some(0),
        "nothing comes twice"
    );
}

#[tokio::test]
async fn a_bounded_log_query_ends() {
    let bench = Bench::new().await;
    let now = bench.control().now();
    let month = now - jiff::SignedDuration::from_hours(24 * 30);
    let path = format!(
        "/api/v1/logs?since={month}&until={now}&limit=20&filter=eventType%20eq%20%22user.authentication.sso%22"
    );
    let all = bench.all(&path).await;
    assert!(all.len() > 60, "{}", all.len());
    let times: Vec<&str> = all.iter().filter_map(|it| it["published"].as_str()).collect();
    assert!(times.is_sorted());
    bench
        .get("/api/v1/logs?since=2020-01-01T00:00:00Z")
        .await
        .refused(400, "E0000053");
    bench
        .get("/api/v1/logs?filter=published%20gt%20%22x%22")
        .await
        .refused(400, "E0000031");
}

#[tokio::test]
async fn people_sign_in_by_themselves() {
    let bench = Bench::with(Options {
        sign_ins: SignIns::Auto,
        ..manual()
    })
    .await;
    let app = bench.new_app();
    let user = bench.plain(1).remove(0);
    let suspended = bench.planted("suspended").remove(0);
    bench.assign(&app, &user).await;
    bench.assign(&app, &suspended).await;
    for _ in 0..300 {
        if bench.control().events("user.authentication.sso", &app) > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let start = bench.control().now() - jiff::SignedDuration::from_hours(1);
    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    let filter = format!("eventType%20eq%20%22user.authentication.sso%22%20and%20target.id%20eq%20%22{app}%22");
    let events = bench
        .get(&format!("/api/v1/logs?since={start}&filter={filter}"))
        .await
        .ok();
    assert_eq!(events.as_array().map(Vec::len), Some(1), "{events}");
    assert_eq!(events[0]["actor"]["id"], user.as_str());
    assert_eq!(events[0]["outcome"]["result"], "SUCCESS");
}
