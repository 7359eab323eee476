//! The network goes away in the middle, and comes back.

use std::time::Duration;

use rehome_engine::view::*;
use rehome_practice::Options;

use crate::desk::{Desk, options, slow_options, stopped};

#[tokio::test(flavor = "multi_thread")]
async fn gone_in_a_wave() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    for calls in [5, 12] {
        if desk.frame().await.run.is_none_or(|r| r.state == RunState::Finished) {
            desk.start_wave(0).await;
        }
        desk.until_calls("POST", &desk.assign_path(), calls).await;
        desk.faults().offline(true);
        loop {
            let run = desk.frame().await.run.expect("the wave");
            assert_ne!(run.state, RunState::Finished, "it waits by itself: {run:#?}");
            if run
                .waiting
                .as_deref()
                .is_some_and(|w| w.starts_with("No connection") || w.starts_with("No answer"))
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        desk.faults().offline(false);
    }
    assert_eq!(desk.settle().await, None, "it goes on by itself");
    desk.finish_waves().await;
}

/// The VPN drops again and again while people are added to a wave group, while Okta works on them, and while the group is swapped
/// for the original ones: what was under way is settled by reading, and the end is the same.
#[tokio::test(flavor = "multi_thread")]
async fn gone_in_waves_with_groups() {
    let desk = Desk::new(Options {
        people: 200,
        ..slow_options()
    })
    .await;
    let desk = desk.until(Step::Waves).await;
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves").waves;
    let mut drops = 0;
    for wave in waves.iter().filter(|w| w.state != WaveState::Done) {
        desk.control.forget_calls();
        desk.start_wave(wave.number).await;
        let mut seen = 0;
        while desk.frame().await.run.expect("the wave").state != RunState::Finished {
            let calls = desk.control.calls_count();
            // Where calls may be under way, and where only time passes.
            if calls >= seen + 25 {
                seen = calls;
                drops += 1;
                desk.faults().offline(true);
                tokio::time::sleep(Duration::from_millis(60)).await;
                desk.faults().offline(false);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(desk.settle().await, None, "wave {} goes on by itself", wave.number);
    }
    assert!(drops > 5, "{drops}");
    let counts = desk.rehome.waves(desk.id.clone()).await.expect("waves").counts;
    assert_eq!((counts.failed, counts.unknown), (0, 0));
    desk.finish_waves().await;
    let left = desk.control.groups().into_iter();
    assert!(
        left.into_iter()
            .all(|(a, b)| !a.starts_with("Rehome") && !b.starts_with("Rehome")),
        "no group is left behind"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_while_reading() {
    let desk = Desk::new(options()).await;
    desk.faults().offline(true);
    stopped(desk.read_apps().await, ProblemCode::Unreachable);
    assert!(desk.frame().await.read_at.is_none());
    desk.faults().offline(false);
    assert_eq!(desk.read_apps().await, None);
    desk.check_unharmed();
}

/// Waiting for the network is a wait that the admin can end.
#[tokio::test(flavor = "multi_thread")]
async fn stopped_while_the_network_is_gone() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 2).await;
    desk.faults().offline(true);
    while desk.frame().await.run.expect("the wave").waiting.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    desk.rehome.stop(desk.id.clone()).await.expect("stops");
    assert_eq!(desk.settle().await, None, "stopping is no problem");
    desk.faults().offline(false);
    desk.finish_waves().await;
}
