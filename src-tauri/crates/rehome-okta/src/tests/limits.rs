//! Rate limits: the share is kept, windows are waited for, both kinds of 429 are understood.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use super::org::{Heard, Reply, TestOrg, client_at};
use crate::{Bucket, WaitReason};

/// One bucket of an org whose clock runs `speed` times faster.
struct Window {
    limit: u32,
    started: Instant,
    speed: f64,
    /// Calls heard in each window, by the time it ends.
    heard: Vec<(i64, u32)>,
    turned_away: u32,
}

const EPOCH: i64 = 1_800_000_000;

impl Window {
    fn new(limit: u32, speed: u32) -> Arc<Mutex<Self>> {
        let speed = f64::from(speed);
        Arc::new(Mutex::new(Self {
            limit,
            started: Instant::now(),
            speed,
            heard: Vec::new(),
            turned_away: 0,
        }))
    }

    fn now(&self) -> i64 {
        // Far away from the clock of this machine, as a laptop's clock can be.
        EPOCH + (self.started.elapsed().as_secs_f64() * self.speed) as i64
    }

    fn answer(&mut self, _: &Heard) -> Reply {
        let now = self.now();
        if self.heard.last().is_none_or(|(reset, _)| now >= *reset) {
            self.heard.push((now + 60, 0));
        }
        let limit = self.limit;
        let (reset, count) = self.heard.last_mut().expect("a window");
        let reply = if *count < limit {
            *count += 1;
            Reply::json(200, json!({"id": "00u1"}))
        } else {
            self.turned_away += 1;
            Reply::error(429, "E0000047")
        };
        let date = jiff::Timestamp::from_second(now).expect("a time");
        reply
            .limits(limit, limit - *count, *reset)
            .with("date", date.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    }
}

async fn org(window: &Arc<Mutex<Window>>) -> TestOrg {
    let window = Arc::clone(window);
    TestOrg::start(move |call, _| {
        window
            .lock()
            .expect("no panic")
            .answer(call)
            .after(Duration::from_millis(2))
    })
    .await
}

#[tokio::test]
async fn three_quarters_of_every_window_are_used_and_no_more() {
    // One window of 60 org seconds takes 600 ms.
    let window = Window::new(40, 100);
    let org = org(&window).await;
    let (client, observer) = client_at(&org.origin, 100, 8);
    let began = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        calls.spawn(async move {
            client
                .assign()
                .assign_user(&"0oa1".into(), &json!({"id": "00u1"}))
                .await
        });
    }
    while let Some(call) = calls.join_next().await {
        call.expect("no panic").expect("assigned");
    }
    let took = began.elapsed();
    let window = window.lock().expect("no panic");
    let counts: Vec<u32> = window.heard.iter().map(|(_, count)| *count).collect();
    // And one out of the reserve at the end of a window, which asks whether the next has begun.
    assert_eq!(counts.iter().sum::<u32>(), 100);
    assert!(counts.iter().all(|count| (10..=31).contains(count)), "{counts:?}");
    assert_eq!(window.turned_away, 0);
    // The floor: three whole windows. Slack for a busy machine.
    assert!(
        took >= Duration::from_millis(1800) && took < Duration::from_millis(2900),
        "{took:?}"
    );
    // One wait for each window, told once however many calls stand behind it; and one until the call that asks has its answer.
    let reasons = observer.reasons();
    assert!((3..=6).contains(&reasons.len()), "{reasons:?}");
    assert!(
        reasons
            .iter()
            .all(|reason| *reason == WaitReason::Limit { bucket: Bucket::Apps })
    );
    assert_eq!(observer.told().waited, reasons.len());
    let state = client.limits()[0];
    assert_eq!(
        (state.bucket, state.limit, state.allowed_per_minute),
        (Bucket::Apps, 40, 30)
    );
    assert_eq!(state.remaining + state.used_this_window, 40);
    assert!(state.resets_in <= Duration::from_millis(600));
}

#[tokio::test]
async fn buckets_do_not_wait_for_each_other() {
    let window = Window::new(4, 1);
    let org = org(&window).await;
    let (client, observer) = client_at(&org.origin, 1, 2);
    for _ in 0..3 {
        client
            .assign()
            .assign_user(&"0oa1".into(), &json!({}))
            .await
            .expect("assigned");
    }
    let blocked = tokio::spawn({
        let client = client.clone();
        async move { client.assign().assign_user(&"0oa1".into(), &json!({})).await }
    });
    while observer.told().waits.is_empty() {
        tokio::task::yield_now().await;
    }
    client.read().group(&"00g1".into()).await.expect("another bucket");
    let wait = observer.told().waits[0].clone();
    assert!(wait.seconds > 55.0 && wait.seconds <= 62.0, "{wait:?}");
    // A run that stops drops its calls: the wait is over for the observer, and nothing was sent.
    blocked.abort();
    assert!(blocked.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!(observer.told().waited, 1);
    assert_eq!(org.heard().len(), 4);
}

#[tokio::test]
async fn a_429_of_the_window_is_waited_out() {
    // Somebody else has used the whole window, which ends 1.2 s from here.
    let began = Instant::now();
    let window = Window::new(10, 50);
    {
        let mut window = window.lock().expect("no panic");
        let reset = window.now() + 60;
        window.heard.push((reset, 10));
    }
    let org = org(&window).await;
    let (client, observer) = client_at(&org.origin, 50, 8);
    client
        .assign()
        .assign_user(&"0oa1".into(), &json!({}))
        .await
        .expect("assigned in the next window");
    assert!(began.elapsed() >= Duration::from_millis(1190));
    assert_eq!(window.lock().expect("no panic").turned_away, 1);
    assert_eq!(observer.reasons(), [WaitReason::Limit { bucket: Bucket::Apps }]);
    assert_eq!(
        observer.told().calls.iter().map(|call| call.status).collect::<Vec<_>>(),
        [Some(429), Some(200)]
    );
}

#[tokio::test]
async fn a_429_without_headers_backs_off() {
    let org = TestOrg::start(|_, number| match number {
        0..3 => Reply::error(429, "E0000047"),
        _ => Reply::json(200, json!({})),
    })
    .await;
    let (client, observer) = org.client();
    client.read().org().await.expect("an org");
    let waits: Vec<f64> = observer.told().waits.iter().map(|wait| wait.seconds * 1000.0).collect();
    assert_eq!(waits.len(), 3);
    assert!(waits[0] >= 0.7 && waits[2] > waits[0] && waits[2] <= 5.1, "{waits:?}");
}

#[tokio::test]
async fn too_many_at_once_makes_fewer_at_once() {
    // The org bears two calls at the same moment.
    let at_once = Arc::new(Mutex::new(0_u32));
    let turned_away = Arc::new(Mutex::new(0_u32));
    let (now, counted) = (Arc::clone(&at_once), Arc::clone(&turned_away));
    let org = TestOrg::start(move |_, _| {
        let mut running = now.lock().expect("no panic");
        if *running >= 2 {
            *counted.lock().expect("no panic") += 1;
            return Reply::error(429, "E0000047").limits(0, 0, EPOCH);
        }
        *running += 1;
        let ended = Arc::clone(&now);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(4)).await;
            *ended.lock().expect("no panic") -= 1;
        });
        Reply::json(200, json!({}))
            .limits(10_000, 9_000, EPOCH)
            .after(Duration::from_millis(5))
    })
    .await;
    let (client, observer) = client_at(&org.origin, 100, 8);
    client.read().org().await.expect("an org");
    let mut calls = JoinSet::new();
    for _ in 0..60 {
        let client = client.clone();
        calls.spawn(async move { client.read().org().await });
    }
    while let Some(call) = calls.join_next().await {
        call.expect("no panic").expect("an org");
    }
    let turned_away = *turned_away.lock().expect("no panic");
    assert!((1..40).contains(&turned_away), "{turned_away}");
    assert!(observer.reasons().iter().all(|why| *why == WaitReason::Concurrency));
    assert_eq!(observer.reasons().len(), turned_away as usize);
    // The bucket's own limit was not mistaken for nothing.
    assert_eq!(client.limits()[0].limit, 10_000);
}
