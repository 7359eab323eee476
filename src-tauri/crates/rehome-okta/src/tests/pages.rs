//! Lists: lost parameters, foreign links, loops, repetitions, page sizes.

use serde_json::{Value, json};

use super::org::{Reply, TestOrg};
use crate::OktaError;

fn next(host: &str, target: &str) -> (&'static str, String) {
    ("link", format!("<{host}{target}>; rel=\"next\""))
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["id"].as_str()).collect()
}

/// An org whose pages follow each other; the first goes with the number of no page.
async fn org(pages: Vec<(Value, Option<&'static str>)>) -> TestOrg {
    TestOrg::start(move |call, number| {
        let (items, link) = pages[number.min(pages.len() - 1)].clone();
        let mut reply = Reply::json(200, items);
        let own = format!("http://{}", call.header("host").expect("a host"));
        reply
            .headers
            .push(("link", format!("<{own}{}>; rel=\"self\"", call.target)));
        if let Some(link) = link {
            reply.headers.push(if link.starts_with("http") {
                next("", link)
            } else {
                next(&own, link)
            });
        }
        reply
    })
    .await
}

#[tokio::test]
async fn a_lost_expand_is_put_back_and_nothing_comes_twice() {
    let org = org(vec![
        (
            json!([{"id": "a"}, {"id": "b"}]),
            Some("/api/v1/apps/0oa1/users?after=x%2By&limit=2"),
        ),
        (
            json!([{"id": "b"}, {"id": "c"}]),
            Some("/api/v1/apps/0oa1/users?expand=user&after=z"),
        ),
        (json!([{"id": "c"}]), None),
    ])
    .await;
    let mut pages = org.client().0.read().app_users(&"0oa1".into(), true).expect("an id");
    let mut sizes = Vec::new();
    let mut all = Vec::new();
    while let Some(page) = pages.next_page().await.expect("a page") {
        sizes.push(page.len());
        all.extend(page);
    }
    assert_eq!(ids(&all), ["a", "b", "c"]);
    assert_eq!(sizes, [2, 1, 0]);
    assert_eq!(
        org.targets(),
        [
            "/api/v1/apps/0oa1/users?limit=200&expand=user",
            "/api/v1/apps/0oa1/users?after=x%2By&limit=2&expand=user",
            "/api/v1/apps/0oa1/users?expand=user&after=z",
        ]
    );
    assert!(pages.next_page().await.expect("the end stays the end").is_none());
}

#[tokio::test]
async fn a_next_link_to_another_origin_is_not_followed() {
    let foreign = TestOrg::start(|_, _| Reply::json(200, json!([]))).await;
    let link: &'static str = format!("{}/api/v1/apps/0oa1/users?after=x", foreign.origin).leak();
    let org = org(vec![(json!([{"id": "a"}]), Some(link))]).await;
    let all = org
        .client()
        .0
        .read()
        .app_users(&"0oa1".into(), false)
        .expect("an id")
        .all()
        .await;
    assert_eq!(all, Err(OktaError::ForeignLink));
    assert!(foreign.heard().is_empty());
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_end_with_an_error() {
    let circle = vec![
        (json!([{"id": "a"}]), Some("/api/v1/groups/00g1/users?after=1")),
        (json!([{"id": "b"}]), Some("/api/v1/groups/00g1/users?after=1")),
    ];
    let org = org(circle).await;
    let all = org.client().0.read().group_members(&"00g1".into()).await;
    assert!(matches!(all, Err(OktaError::BadAnswer { .. })), "{all:?}");
    assert_eq!(org.heard().len(), 2);
}

#[tokio::test]
async fn a_refused_page_size_is_made_smaller_once() {
    let org = TestOrg::start(|call, _| {
        if call.target.contains("limit=200") {
            Reply::error(400, "E0000029")
        } else {
            Reply::json(200, json!([]))
        }
    })
    .await;
    let all = org
        .client()
        .0
        .read()
        .app_users(&"0oa1".into(), true)
        .expect("an id")
        .all()
        .await;
    assert_eq!(all, Ok(vec![]));
    assert_eq!(
        org.targets(),
        [
            "/api/v1/apps/0oa1/users?limit=200&expand=user",
            "/api/v1/apps/0oa1/users?limit=50&expand=user"
        ]
    );
}

#[tokio::test]
async fn mappings_of_other_apps_are_left_out() {
    let org = org(vec![
        (
            json!([{"id": "prm1", "target": {"id": "0oa1"}}]),
            Some("/api/v1/mappings?after=1&limit=200"),
        ),
        (
            json!([{"id": "prm2", "target": {"id": "0oa2"}}, {"id": "prm3", "target": {"id": "0oa1"}}]),
            None,
        ),
    ])
    .await;
    let mappings = org
        .client()
        .0
        .read()
        .mappings_to(&"0oa1".into())
        .await
        .expect("mappings");
    assert_eq!(ids(&mappings), ["prm1", "prm3"]);
    assert_eq!(org.targets()[1], "/api/v1/mappings?after=1&limit=200&targetId=0oa1");
}

#[tokio::test]
async fn an_endless_log_ends_with_an_empty_page() {
    let org = org(vec![
        (json!([{"uuid": "1"}]), Some("/api/v1/logs?after=1&limit=1000")),
        (json!([{"uuid": "1"}, {"uuid": "2"}]), Some("/api/v1/logs?after=2")),
        (json!([]), Some("/api/v1/logs?after=2")),
    ])
    .await;
    let since = "2026-01-02T03:04:05.6789Z".parse().expect("a time");
    let filter = r#"target.id eq "0oa1""#;
    let events = org.client().0.read().logs(filter, since, None).await.expect("events");
    assert_eq!(events, [json!({"uuid": "1"}), json!({"uuid": "2"})]);
    assert_eq!(
        org.targets()[1],
        "/api/v1/logs?after=1&limit=1000&filter=target.id+eq+%220oa1%22"
    );
    assert_eq!(
        org.targets()[0],
        "/api/v1/logs?since=2026-01-02T03%3A04%3A05.678Z&limit=1000&filter=target.id+eq+%220oa1%22"
    );
}

#[tokio::test]
async fn a_list_that_is_none_is_a_bad_answer() {
    let org = org(vec![(json!({"id": "a"}), None)]).await;
    let apps = org.client().0.read().apps("sales force").await;
    assert!(
        matches!(&apps, Err(OktaError::BadAnswer { why, .. }) if why.contains("a list was expected")),
        "{apps:?}"
    );
    assert_eq!(org.targets(), ["/api/v1/apps?limit=200&q=sales+force"]);
}

#[tokio::test]
async fn the_log_is_followed_from_where_the_last_poll_ended() {
    let org = org(vec![
        (json!([{"uuid": "1"}]), Some("/api/v1/logs?after=1")),
        (json!([]), Some("/api/v1/logs?after=1")),
        // The next poll.
        (json!([{"uuid": "1"}, {"uuid": "2"}]), Some("/api/v1/logs?after=2")),
        (json!([]), Some("/api/v1/logs?after=2")),
        // After a restart.
        (json!([{"uuid": "3"}]), Some("/api/v1/logs?after=3")),
        (json!([]), Some("/api/v1/logs?after=3")),
    ])
    .await;
    let since = "2026-01-02T03:04:05Z".parse().expect("a time");
    let read = org.client().0.read();
    let mut poll = read.log_poll("eventType pr", since);
    assert_eq!(poll.poll().await, Ok(vec![json!({"uuid": "1"})]));
    assert_eq!(poll.poll().await, Ok(vec![json!({"uuid": "2"})]));
    let mut later = read.log_poll_from(poll.cursor()).expect("a place in the log");
    assert_eq!(later.poll().await, Ok(vec![json!({"uuid": "3"})]));
    let targets = org.targets();
    assert_eq!(targets[1], targets[2], "an empty page's link is asked again");
    assert_eq!(targets[4], "/api/v1/logs?after=2&filter=eventType+pr");
    for cursor in ["https://evil.example/api/v1/logs?after=1", "not a link"] {
        assert!(read.log_poll_from(cursor).is_err(), "{cursor}");
    }
    let elsewhere = format!("{}/api/v1/users?after=1", org.origin);
    assert!(read.log_poll_from(&elsewhere).is_err());
}

#[tokio::test]
async fn a_poll_that_fails_loses_nothing() {
    let org = TestOrg::start(|call, number| match number {
        0 => {
            let own = format!("http://{}", call.header("host").expect("a host"));
            let (name, link) = next(&own, "/api/v1/logs?after=1");
            Reply::json(200, json!([{"uuid": "1"}])).with(name, link)
        }
        1 => Reply::error(403, "E0000006"),
        2 => Reply::json(200, json!([{"uuid": "2"}])),
        _ => Reply::json(200, json!([])),
    })
    .await;
    let mut poll = org
        .client()
        .0
        .read()
        .log_poll("", "2026-01-02T03:04:05Z".parse().expect("a time"));
    assert!(poll.poll().await.is_err());
    assert_eq!(poll.poll().await, Ok(vec![json!({"uuid": "1"}), json!({"uuid": "2"})]));
}

#[tokio::test]
async fn mappings_are_filtered_by_both_ends() {
    let mapping =
        |id: &str, source: &str, target: &str| json!({"id": id, "source": {"id": source}, "target": {"id": target}});
    let all = json!([
        mapping("prm1", "oty1", "0oa1"),
        mapping("prm2", "oty2", "0oa1"),
        mapping("prm3", "0oa1", "oty1")
    ]);
    let org = org(vec![(all, None)]).await;
    let read = org.client().0.read();
    let found = |mappings: Result<Vec<Value>, OktaError>| ids(&mappings.expect("mappings")).join(" ");
    assert_eq!(found(read.mappings(Some("oty1"), Some("0oa1")).await), "prm1");
    assert_eq!(found(read.mappings_to(&"0oa1".into()).await), "prm1 prm2");
    assert_eq!(found(read.mappings_from(&"0oa1".into()).await), "prm3");
    assert_eq!(
        org.targets()[0],
        "/api/v1/mappings?limit=200&sourceId=oty1&targetId=0oa1"
    );
}
