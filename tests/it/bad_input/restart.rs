//! Paused, stopped, closed and opened again in the middle of a wave.

use std::time::Duration;

use rehome_engine::view::*;

use crate::desk::{Desk, refused, slow_options};

#[tokio::test(flavor = "multi_thread")]
async fn closed_and_opened_in_a_wave() {
    let mut desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    // The pilot has twenty; eight are under way at once, and those are finished.
    for calls in [1, 2] {
        desk.control.forget_calls();
        desk.start_wave(0).await;
        desk.until_calls("POST", &desk.assign_path(), calls).await;
        desk = desk.restart().await;
        let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
        assert_eq!(waves.waves[0].state, WaveState::Stopped, "{:?}", waves.waves[0]);
        assert_eq!((waves.counts.failed, waves.counts.unknown), (0, 0), "nobody has failed");
        desk.check_unharmed();
    }
    assert_eq!(desk.run_wave(0).await, None);
    desk.finish_waves().await;
}

/// A wave also converts people of earlier waves: who stops it just then goes on with it, not with the pilot.
#[tokio::test(flavor = "multi_thread")]
async fn stopped_while_people_are_converted() {
    let mut desk = Desk::new(slow_options()).await.until(Step::Waves).await;
    desk.control.forget_calls();
    desk.start_wave(1).await;
    desk.until_calls("POST", &format!("{}/", desk.assign_path()), 1).await;
    desk = desk.restart().await;
    assert_eq!(desk.frame().await.current, Step::Waves);
    assert_eq!(desk.run_wave(1).await, None);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_and_resumed() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 3).await;
    desk.rehome.pause(desk.id.clone()).await.expect("pauses");
    // What runs is left alone: neither a second run nor a new plan.
    refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::Busy);
    refused(desk.rehome.read_apps(desk.id.clone()).await, ProblemCode::Busy);
    refused(desk.rehome.draft_plan(desk.id.clone(), 10).await, ProblemCode::Busy);
    refused(
        desk.rehome.close_migration(desk.id.clone(), false).await,
        ProblemCode::Busy,
    );
    let state = async || desk.frame().await.run.expect("the wave").state;
    while state().await != RunState::Paused {
        assert_ne!(state().await, RunState::Finished);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // What was sent before comes to its end.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let calls = desk.control.calls_count();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(desk.control.calls_count(), calls, "paused means that nothing is sent");
    desk.rehome.resume(desk.id.clone()).await.expect("goes on");
    assert_eq!(desk.settle().await, None);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_and_begun_again() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 3).await;
    desk.rehome.stop(desk.id.clone()).await.expect("stops");
    assert_eq!(desk.settle().await, None, "stopping is no problem");
    let there = desk.control.app_users(&desk.new).len();
    assert!(there < desk.was.users.len(), "it stopped");
    // Nothing of the next step may begin over an unfinished wave.
    refused(desk.rehome.run_wave(desk.id.clone(), 1).await, ProblemCode::GateClosed);
    refused(
        desk.rehome.retire_canary(desk.id.clone()).await,
        ProblemCode::GateClosed,
    );
    assert_eq!(desk.run_wave(0).await, None);
    desk.finish_waves().await;
}
