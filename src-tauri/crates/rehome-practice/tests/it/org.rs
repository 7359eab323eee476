//! The org itself: token, engine, headers, limits.

use rehome_practice::{Engine, Limits, Options};

use crate::{Bench, manual};

#[tokio::test]
async fn engine_is_told_without_a_token() {
    for (engine, pipeline) in [(Engine::Identity, "idx"), (Engine::Classic, "v1")] {
        let bench = Bench::with(Options { engine, ..manual() }).await;
        let answer = reqwest::get(format!("{}/.well-known/okta-organization", bench.org.url()))
            .await
            .expect("an answer");
        let text = answer.text().await.expect("a body");
        assert!(text.contains(&format!("\"pipeline\":\"{pipeline}\"")), "{text}");
        let app = bench.get(&format!("/api/v1/apps/{}", bench.old())).await.ok();
        assert_eq!(app["_links"].get("accessPolicy").is_some(), engine == Engine::Identity);
        let policies = bench.get("/api/v1/policies?type=ACCESS_POLICY").await;
        match engine {
            Engine::Identity => assert!(policies.ok().as_array().is_some_and(|list| list.len() >= 2)),
            Engine::Classic => policies.refused(401, "E0000015"),
        }
    }
}

#[tokio::test]
async fn a_wrong_or_revoked_token_is_refused() {
    let bench = Bench::new().await;
    let http = reqwest::Client::new();
    let url = format!("{}/api/v1/users/me", bench.org.url());
    let without = http.get(&url).send().await.expect("an answer");
    assert_eq!(without.status(), 401);
    let wrong = http
        .get(&url)
        .header("Authorization", "SSWS 00wrong")
        .send()
        .await
        .expect("an answer");
    assert!(wrong.text().await.expect("a body").contains("E0000011"));
    // As Okta's Python SDK (3.x) sends it.
    let unspaced = http
        .get(&url)
        .header("Authorization", format!("SSWS{}", bench.org.token()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(unspaced.status(), 200);
    let me = bench.get("/api/v1/users/me").await.ok();
    let roles = bench
        .get(&format!("/api/v1/users/{}/roles", me["id"].as_str().expect("an id")))
        .await
        .ok();
    assert_eq!(roles[0]["type"], "SUPER_ADMIN");
    assert_eq!(bench.delete("/api/v1/api-tokens/current").await.status, 204);
    bench.get("/api/v1/users/me").await.refused(401, "E0000011");
}

#[tokio::test]
async fn an_unknown_path_is_named() {
    let bench = Bench::new().await;
    let got = bench.get("/api/v1/no/such/thing").await;
    got.refused(404, "E0000007");
    assert!(
        got.body["errorSummary"]
            .as_str()
            .is_some_and(|words| words.contains("/api/v1/no/such/thing"))
    );
    assert!(got.body["errorId"].as_str().is_some_and(|id| id.starts_with("oae")));
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let bench = Bench::new().await;
    let got = bench.get("/api/v1/groups").await;
    for name in [
        "x-okta-request-id",
        "date",
        "x-rate-limit-limit",
        "x-rate-limit-remaining",
        "x-rate-limit-reset",
    ] {
        assert!(!got.header(name).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_full_bucket_refuses_until_its_reset() {
    let bench = Bench::with(Options {
        limits: Limits::Enterprise,
        speed: 1,
        ..manual()
    })
    .await;
    let path = format!("/api/v1/apps/{}/users?limit=1", bench.new_app());
    for left in (0..50).rev() {
        let got = bench.get(&path).await;
        assert_eq!((got.status, got.header("x-rate-limit-limit")), (200, "50"));
        assert_eq!(got.header("x-rate-limit-remaining"), left.to_string());
    }
    let got = bench.get(&path).await;
    got.refused(429, "E0000047");
    assert_eq!(
        (got.header("x-rate-limit-limit"), got.header("x-rate-limit-remaining")),
        ("50", "0")
    );
    let reset: i64 = got.header("x-rate-limit-reset").parse().expect("a number");
    let wait = reset - bench.control().now().as_second();
    assert!((55..=61).contains(&wait), "{wait}");
    assert_eq!(bench.get("/api/v1/groups").await.status, 200, "another bucket is open");
    assert_eq!(bench.control().refused_by_limits(), 1);
}

#[tokio::test]
async fn the_window_opens_again_on_org_time() {
    let bench = Bench::with(Options {
        limits: Limits::Free,
        speed: 400,
        ..manual()
    })
    .await;
    let path = format!("/api/v1/apps/{}/users?limit=1", bench.new_app());
    let mut refused = false;
    for _ in 0..10_000 {
        let status = bench.get(&path).await.status;
        if refused && status == 200 {
            return;
        }
        refused |= status == 429;
        tokio::time::sleep(std::time::Duration::from_millis(if refused { 20 } else { 0 })).await;
    }
    panic!("never refused, or never open again");
}

#[tokio::test]
async fn too_many_calls_at_a_time_are_refused_with_a_limit_of_zero() {
    let options = Options {
        limits: Limits::Free,
        latency: std::time::Duration::from_secs(100),
        ..manual()
    };
    let bench = Bench::with(options).await;
    let calls = (0..45).map(|_| bench.get("/api/v1/groups?limit=1"));
    let answers = futures::future::join_all(calls).await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|it| it.status == 200);
    assert_eq!((done.len(), refused.len()), (17, 28), "half of 35 is one token's");
    for got in refused {
        got.refused(429, "E0000047");
        assert_eq!(
            (got.header("x-rate-limit-limit"), got.header("x-rate-limit-remaining")),
            ("0", "0")
        );
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_org() {
    let one = Bench::new().await;
    let other = Bench::new().await;
    let different = Bench::with(Options { seed: 2, ..manual() }).await;
    let path = |bench: &Bench| format!("/api/v1/apps/{}/users?limit=500", bench.old());
    let names = |list: serde_json::Value| -> Vec<String> {
        list.as_array()
            .expect("a list")
            .iter()
            .map(|it| format!("{} {}", it["id"], it["credentials"]["userName"]))
            .collect()
    };
    let first = names(one.get(&path(&one)).await.ok());
    assert_eq!(first, names(other.get(&path(&other)).await.ok()));
    assert_ne!(first, names(different.get(&path(&different)).await.ok()));
    assert_ne!(
        one.org.token(),
        other.org.token(),
        "tokens are secrets and do not follow the seed"
    );
}

#[tokio::test]
async fn the_company_has_the_promised_proportions() {
    let bench = Bench::new().await;
    let control = bench.control();
    let users = control.app_users(&bench.old());
    let individual = users.iter().filter(|it| it.scope == "USER").count();
    assert_eq!((users.len(), individual), (170, 27));
    let sizes: Vec<usize> = ["Support Tier 1", "Support Tier 2", "Customer Success", "All Staff EMEA"]
        .iter()
        .map(|name| control.members(&bench.group(name)).len())
        .collect();
    assert_eq!(sizes, [25, 15, 40, 92]);
    assert_eq!(
        control
            .app_groups(&bench.old())
            .iter()
            .map(|it| it.1)
            .collect::<Vec<_>>(),
        [0, 1, 3, 4]
    );
    assert_eq!(control.downstream(&bench.old()).len(), 170);
    assert!(control.app_users(&bench.new_app()).is_empty() && control.app_groups(&bench.new_app()).is_empty());
}

#[tokio::test]
async fn stopping_ends_the_org() {
    let bench = Bench::new().await;
    let url = bench.org.url().to_owned();
    bench.org.stop().await;
    assert!(
        reqwest::get(format!("{url}/.well-known/okta-organization"))
            .await
            .is_err()
    );
}
