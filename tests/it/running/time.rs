//! Windows, the pace of the service, and a computer that sleeps.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rehome_engine::{
    OTHER_MAPPINGS, Rehome, RehomeOptions,
    host::{Beat, BoxFuture, Host, PracticeHandle},
    view::*,
};
use rehome_practice::CallSeen;

use super::{assignments, set, wave, waves};
use crate::desk::{Desk, SPEED, options};

const DAYS: &str = r#"["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]"#;

/// A window of every day, by the clock of Kathmandu, which no machine here runs on.
fn hours(from: Timestamp, minutes: i64) -> OffHours {
    let zone = TimeZone::get("Asia/Kathmandu").expect("a zone");
    let clock = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    let until = from + SignedDuration::from_mins(minutes);
    let text = format!(
        r#"{{"zone":"Asia/Kathmandu","windows":[{{"days":{DAYS},"from":"{}","until":"{}"}}]}}"#,
        clock(from),
        clock(until)
    );
    serde_json::from_str(&text).expect("hours")
}

/// The next full minute of the org, and one more.
fn soon(desk: &Desk) -> Timestamp {
    let now = desk.control.now().as_second();
    Timestamp::from_second((now / 60 + 2) * 60).expect("a moment")
}

fn writes(desk: &Desk) -> Vec<CallSeen> {
    let calls = desk.control.calls();
    calls.into_iter().filter(|c| c.method != "GET").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_before_the_window_and_the_run_goes_on_by_itself() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    let opens = soon(&desk);
    let window = hours(opens, 600);
    set(&desk, |s| s.off_hours = Some(window)).await;
    desk.control.forget_calls();
    desk.start_wave(1).await;
    loop {
        let waiting = desk.frame().await.run.and_then(|run| run.waiting);
        if waiting.is_some_and(|w| w.contains("(Kathmandu)")) {
            break;
        }
        assert!(desk.control.now() < opens, "the run says what it waits for");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(desk.settle().await, None);
    let writes = writes(&desk);
    assert!(!writes.is_empty());
    // The client knows the org's clock to a second.
    let early = writes
        .iter()
        .filter(|c| c.at + SignedDuration::from_secs(2) < opens)
        .count();
    assert_eq!(early, 0, "before {opens}: {:#?}", &writes[..writes.len().min(3)]);
    assert_eq!(wave(&desk, 1).await.state, WaveState::Done);
    set(&desk, |s| s.off_hours = None).await;
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_closes_ends_clean_and_the_wave_waits_for_the_next() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    desk.control.forget_calls();
    set(&desk, |s| s.people_per_minute = Some(2)).await;
    desk.start_wave(1).await;
    desk.until_calls("POST", &desk.assign_path(), 1).await;
    // Closed since just now, and for hours.
    let closed = hours(desk.control.now() + SignedDuration::from_hours(3), 60);
    set(&desk, |s| s.off_hours = Some(closed)).await;
    let frame = async || desk.frame().await.run.expect("it goes on");
    let begun = Instant::now();
    while !frame().await.waiting.is_some_and(|w| w.contains("(Kathmandu)")) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{:#?}", frame().await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (given, under_way) = (assignments(&desk).len(), wave(&desk, 1).await);
    assert!(given < 3 + 2 * 8, "nothing new begins: {given}");
    assert_eq!(under_way.counts.unknown, 0, "calls under way were finished");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(assignments(&desk).len(), given);
    // It is opened by hand, and everything goes on by itself.
    set(&desk, |s| s.off_hours = None).await;
    assert_eq!(desk.settle().await, None);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_go_at_the_pace_that_the_service_can_take() {
    // The pilot goes one by one.
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    set(&desk, |s| s.people_per_minute = Some(30)).await;
    desk.control.forget_calls();
    assert_eq!(desk.run_wave(0).await, None);
    let calls = assignments(&desk);
    let people = calls.len();
    assert!(people > 1, "people go one by one");
    let (first, last) = (calls.iter().map(|c| c.at).min(), calls.iter().map(|c| c.at).max());
    let took = last.expect("calls").duration_since(first.expect("calls")).as_secs_f64();
    let least = (people - 1) as f64 * 2.0;
    assert!(took > least * 0.9, "{people} people in {took} s, at least {least}");
}

/// A computer whose clock on the wall can jump, as it does over sleep, and that tells what it is asked.
#[derive(Default)]
struct Laptop {
    jump: AtomicI64,
    awake: AtomicI64,
    /// The system does not let it be kept awake.
    sleepy: AtomicBool,
    said: Mutex<Vec<String>>,
}

struct Lid(Arc<Laptop>);

impl Host for Lid {
    fn changed(&self, _: Option<&str>) {}
    fn progress(&self, _: RunView) {}
    fn start_practice(&self, _: u32, _: OrgEngine) -> BoxFuture<Result<PracticeHandle, String>> {
        Box::pin(async { Err("Not here.".to_owned()) })
    }
    fn keep_awake(&self, on: bool) {
        self.0.awake.fetch_add(if on { 1 } else { -1 }, Ordering::SeqCst);
    }
    fn cannot_stay_awake(&self) -> bool {
        self.0.sleepy.load(Ordering::SeqCst)
    }
    fn notify(&self, title: &str, words: &str) {
        self.0.said.lock().expect("no panic").push(format!("{title}: {words}"));
    }
    fn clock(&self) -> Beat {
        static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        let steady = BEGUN.get_or_init(Instant::now).elapsed();
        Beat {
            wall: Timestamp::now() + SignedDuration::from_secs(self.0.jump.load(Ordering::SeqCst)),
            steady: SignedDuration::try_from(steady).expect("short"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_sleep_everything_is_looked_at_again_before_anything_new_begins() {
    let mut desk = Desk::new(options()).await.until(Step::Waves).await;
    desk.restart_only().await;
    desk.rehome.shutdown().await;
    let laptop = Arc::new(Laptop::default());
    let elsewhere = desk.dir.path().join("elsewhere-too");
    let other = crate::journey::robot::rehome(&elsewhere, Arc::new(crate::desk::Keychain::default()), SPEED);
    drop(std::mem::replace(&mut desk.rehome, other));
    desk.rehome = Rehome::new(RehomeOptions {
        data_dir: desk.dir.path().to_owned(),
        report_dir: desk.dir.path().join("reports"),
        secrets: Arc::new(desk.keychain.clone()),
        host: Arc::new(Lid(laptop.clone())),
        speed: SPEED,
        other_mappings: OTHER_MAPPINGS,
    });
    desk.rehome.start().await.expect("starts");
    // Slow enough for a sleep to come in the middle.
    set(&desk, |s| s.people_per_minute = Some(2)).await;
    desk.control.forget_calls();
    desk.start_wave(1).await;
    desk.until_calls("POST", &desk.assign_path(), 1).await;
    assert_eq!(laptop.awake.load(Ordering::SeqCst), 1, "kept awake while it runs");
    assert!(waves(&desk).await.how.contains("stays awake"));
    laptop.sleepy.store(true, Ordering::SeqCst);
    let how = waves(&desk).await.how;
    assert!(
        how.contains("does not let itself be kept awake"),
        "told, not hidden: {how}"
    );
    let listings = |desk: &Desk| {
        let path = format!("/api/v1/apps/{}/users?", desk.old);
        desk.control
            .calls()
            .iter()
            .filter(|c| c.path.starts_with(&path))
            .count()
    };
    let looked = listings(&desk);
    laptop.jump.store(40 * 60, Ordering::SeqCst);
    desk.wait_for("another look at the old app", || listings(&desk) > looked)
        .await;
    let under_way = wave(&desk, 1).await.counts;
    assert_eq!(under_way.unknown, 0, "settled first");
    assert_eq!(desk.settle().await, None);
    assert_eq!(laptop.awake.load(Ordering::SeqCst), 0, "let go when it ended");
    let said = laptop.said.lock().expect("no panic").clone();
    assert!(said.iter().any(|s| s.starts_with("Wave 1 has ended")), "{said:?}");
    let truth = desk.rehome.waves(desk.id.clone()).await.expect("waves").truth;
    assert!(truth.contains("slept for 40 min"), "{truth}");
    desk.finish_waves().await;
}
