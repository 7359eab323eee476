//! The network goes away in the middle, and comes back.

use std::time::Duration;

use rehome_engine::view::*;

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
