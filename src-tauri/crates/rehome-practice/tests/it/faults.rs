//! Faults on demand: each does what it says, no more and no less.

use std::time::{Duration, Instant};

use rehome_practice::{Armed, Fault, Options, Preset};
use serde_json::json;

use crate::{Bench, manual};

async fn setting() -> (Bench, String, String) {
    let bench = Bench::new().await;
    let app = bench.app("Expenses 2");
    let user = bench.plain(1).remove(0);
    (bench, format!("/api/v1/apps/{app}/users"), user)
}

fn count(bench: &Bench) -> usize {
    bench.control().app_users(&bench.app("Expenses 2")).len()
}

#[tokio::test]
async fn refused_calls_are_not_done() {
    let (bench, path, user) = setting().await;
    let faults = bench.control().faults();
    let cases = [
        (Fault::RateLimited, 429, "E0000047"),
        (Fault::ConcurrencyLimited, 429, "E0000047"),
        (Fault::Status(423, "E0000239".into()), 423, "E0000239"),
        (Fault::Status(500, "E0000009".into()), 500, "E0000009"),
        (Fault::Html(502), 502, ""),
    ];
    for (fault, status, code) in cases {
        faults.arm(fault.clone(), "POST", "/users", 1);
        let got = bench.post(&path, json!({ "id": user })).await;
        assert_eq!((got.status, got.code()), (status, code));
        if fault == Fault::RateLimited {
            assert_ne!(got.header("x-rate-limit-limit"), "0");
        }
        if fault == Fault::ConcurrencyLimited {
            assert_eq!(
                (got.header("x-rate-limit-limit"), got.header("x-rate-limit-remaining")),
                ("0", "0")
            );
        }
        assert_eq!(count(&bench), 0);
    }
    assert_eq!(
        bench.post(&path, json!({ "id": user })).await.status,
        200,
        "each fault comes once"
    );
    assert_eq!(faults.sprung(), 5);
}

#[tokio::test]
async fn a_broken_connection_before_and_after() {
    let (bench, path, user) = setting().await;
    let faults = bench.control().faults();
    faults.arm(Fault::ResetBefore, "POST", "/users", 1);
    assert!(bench.send("POST", &path, Some(json!({ "id": user }))).await.is_err());
    assert_eq!(count(&bench), 0);
    faults.arm(Fault::ResetAfter, "POST", "/users", 1);
    assert!(bench.send("POST", &path, Some(json!({ "id": user }))).await.is_err());
    assert_eq!(count(&bench), 1, "done, though the answer is lost");
    let lost = bench.control().calls().iter().filter(|call| call.status == 0).count();
    assert_eq!(lost, 2);
}

#[tokio::test]
async fn a_damaged_answer_to_a_call_that_was_done() {
    let (bench, path, user) = setting().await;
    let faults = bench.control().faults();
    faults.arm(Fault::WrongJson, "POST", "/users", 1);
    let got = bench.post(&path, json!({ "id": user })).await;
    assert!(got.status == 200 && got.body.is_string(), "not JSON");
    assert_eq!(count(&bench), 1);
    faults.arm(Fault::Truncated, "GET", "/users", 1);
    assert!(bench.send("GET", &path, None).await.is_err());
    assert_eq!(bench.get(&path).await.status, 200);
}

#[tokio::test]
async fn the_nth_matching_call_suffers() {
    let (bench, path, _) = setting().await;
    bench
        .control()
        .faults()
        .arm_times(Fault::Status(503, "E0000010".into()), "GET", "/users", 3, 2);
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(bench.get(&path).await.status);
        bench.get("/api/v1/groups").await.ok();
    }
    assert_eq!(seen, [200, 200, 503, 503, 200, 200]);
}

#[tokio::test]
async fn slow_calls_take_org_time() {
    let (bench, path, _) = setting().await;
    bench
        .control()
        .faults()
        .arm(Fault::Slow(Duration::from_secs(20)), "GET", "/users", 1);
    let start = Instant::now();
    bench.get(&path).await.ok();
    let took = start.elapsed();
    assert!(
        (Duration::from_millis(100)..Duration::from_secs(5)).contains(&took),
        "{took:?}"
    );
}

#[tokio::test]
async fn offline_read_only_and_revoked() {
    let (bench, path, user) = setting().await;
    let faults = bench.control().faults();
    faults.offline(true);
    assert!(bench.send("GET", &path, None).await.is_err());
    faults.offline(false);
    faults.read_only_token(true);
    assert_eq!(bench.get(&path).await.status, 200);
    bench.post(&path, json!({ "id": user })).await.refused(403, "E0000006");
    faults.expire_token();
    bench.get(&path).await.refused(401, "E0000011");
    faults.clear();
    assert_eq!(bench.post(&path, json!({ "id": user })).await.status, 200);
}

#[tokio::test]
async fn a_preset_goes_on() {
    let bench = Bench::with(Options {
        faults: Some(Preset::Busy),
        ..manual()
    })
    .await;
    let mut refused = 0;
    for _ in 0..120 {
        refused += usize::from(bench.get("/api/v1/groups?limit=1").await.status == 429);
    }
    assert!((5..=8).contains(&refused), "{refused}");
}

/// A write and a read with every fault that there is: what is done and what is seen.
#[tokio::test]
async fn every_fault_does_what_it_says() {
    let (bench, path, user) = setting().await;
    let faults = bench.control().faults();
    let one = format!("{path}/{user}");
    for fault in Fault::all() {
        bench.send("DELETE", &one, None).await.ok();
        faults.clear();
        let sprung = faults.sprung();
        faults.arm(fault.clone(), "POST", "/users", 1);
        let got = bench.send("POST", &path, Some(json!({ "id": user }))).await;
        let stale = fault == Fault::StaleRead;
        assert_eq!(faults.sprung() - sprung, usize::from(!stale), "{fault}");
        assert_eq!(count(&bench), usize::from(fault.lets_through()), "{fault}");
        let lost = matches!(fault, Fault::ResetBefore | Fault::ResetAfter | Fault::Truncated);
        assert_eq!(got.is_err(), lost, "{fault}");
        match (fault, got) {
            (Fault::Status(status, code), Ok(got)) => got.refused(status, &code),
            (Fault::Html(status), Ok(got)) => assert!(got.status == status && got.body.is_string()),
            (Fault::EmptyBody, Ok(got)) => assert!(got.status == 200 && got.body.is_null()),
            (Fault::WrongShape, Ok(got)) => assert!(got.body.is_array()),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_stale_read_shows_the_time_before_the_last_write() {
    let (bench, path, user) = setting().await;
    let one = format!("{path}/{user}");
    bench.control().faults().arm(Fault::StaleRead, "", &one, 2);
    bench.post(&path, json!({ "id": user })).await.ok();
    bench.get(&one).await.ok();
    bench.get(&one).await.refused(404, "E0000007");
    bench.get(&one).await.ok();
}

#[tokio::test]
async fn listings_that_mislead() {
    let bench = Bench::new().await;
    let faults = bench.control().faults();
    let path = "/api/v1/groups?limit=2";
    faults.arm(Fault::NextElsewhere, "GET", path, 1);
    let next = bench.get(path).await.link("next").expect("a link");
    assert!(
        !next.starts_with(bench.org.url()) && next.contains("/api/v1/groups"),
        "{next}"
    );
    faults.arm(Fault::NextLoop, "GET", path, 1);
    assert_eq!(
        bench.get(path).await.link("next"),
        Some(format!("{}{path}", bench.org.url()))
    );
    faults.arm(Fault::RepeatedItems, "GET", path, 1);
    let items = bench.get(path).await.ok();
    assert_eq!((&items[0], &items[1]), (&items[2], &items[3]));
    faults.arm(Fault::WrongShape, "GET", path, 1);
    assert!(bench.get(path).await.ok().is_object());
}

#[tokio::test]
async fn faults_are_armed_from_outside() {
    let armed = vec!["status-403-E0000006:GET:/groups".parse::<Armed>().expect("a fault")];
    let bench = Bench::with(Options { armed, ..manual() }).await;
    bench.get("/api/v1/groups?limit=1").await.refused(403, "E0000006");
    let wish = json!([{ "fault": "html-502", "method": "GET", "path": "/groups" }, { "fault": "empty-body", "path": "/users/me", "nth": 2 }]);
    let got = bench.post("/practice/faults", wish).await.ok();
    assert_eq!(got["armed"].as_array().map(Vec::len), Some(2));
    assert_eq!(bench.get("/api/v1/groups?limit=1").await.status, 502);
    assert!(bench.get("/api/v1/users/me").await.ok().is_object());
    assert!(bench.get("/api/v1/users/me").await.ok().is_null());
    let got = bench.post("/practice/faults", json!({ "fault": "nonsense" })).await;
    assert!(
        got.status == 400
            && got.body["error"]
                .as_str()
                .is_some_and(|words| words.contains("reset-after"))
    );
    let known = bench.get("/practice/faults").await.ok();
    assert_eq!(known["known"].as_array().map(Vec::len), Some(Fault::all().len()));
}
