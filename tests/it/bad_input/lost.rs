//! Answers that are lost, garbled, late or refused: everybody ends on the new app exactly once.

use std::time::Duration;

use rehome_engine::view::*;
use rehome_practice::{Behaviour, Fault};

use crate::desk::{Desk, options};

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_assignments() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let faults = desk.faults();
    let path = desk.assign_path();
    let kinds = [
        Fault::ResetAfter,
        Fault::ResetBefore,
        Fault::WrongJson,
        Fault::Truncated,
        Fault::Html(502),
        Fault::Status(500, "E0000009".into()),
        Fault::Slow(Duration::from_secs(5)),
    ];
    for (n, fault) in kinds.iter().enumerate() {
        faults.arm(fault.clone(), "POST", &path, 1 + n as u32 * 3);
    }
    desk.finish_waves().await;
    assert_eq!(faults.sprung(), kinds.len(), "every fault came");
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
    assert_eq!((waves.counts.failed, waves.counts.unknown), (0, 0));
}

/// The service takes the second assignment as a conflict, not as an update.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_where_assigning_twice_is_refused() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    desk.control.set_behaviour(Behaviour::ReassignRefused, true);
    desk.faults()
        .arm_times(Fault::ResetAfter, "POST", &desk.assign_path(), 2, 3);
    assert_eq!(desk.run_wave(0).await, None);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_kinds_of_429() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let faults = desk.faults();
    let path = desk.assign_path();
    for nth in [2, 7] {
        faults.arm(Fault::RateLimited, "POST", &path, nth);
        faults.arm(Fault::ConcurrencyLimited, "POST", &path, nth + 2);
        faults.arm(Fault::RateLimited, "GET", "/users", nth);
        faults.arm(Fault::ConcurrencyLimited, "PUT", "/groups/", 1);
    }
    desk.finish_waves().await;
    assert!(faults.sprung() >= 7, "{}", faults.sprung());
    let refused = desk.frame().await.calls.refused;
    assert!(refused >= 7, "they are counted: {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_whose_put_fails() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let faults = desk.faults();
    faults.arm(Fault::Status(500, "E0000009".into()), "PUT", "/groups/", 1);
    faults.arm(Fault::ResetAfter, "PUT", "/groups/", 3);
    faults.arm(Fault::ResetBefore, "PUT", "/groups/", 5);
    desk.finish_waves().await;
    assert_eq!(faults.sprung(), 3);
}

/// Refused for good: the group is held back by name, and goes on once Okta takes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_okta_refuses() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    let faults = desk.faults();
    faults.arm_times(Fault::Status(400, "E0000001".into()), "PUT", "/groups/", 1, 100);
    let mut wave = 1;
    loop {
        let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
        let Some(next) = waves.waves.iter().find(|w| w.number == wave) else {
            break;
        };
        assert_ne!(next.state, WaveState::Running);
        if next.gate.is_some() {
            let (name, reason) = ("Robin Admin".into(), "To see what becomes of them.".into());
            desk.rehome
                .open_wave(desk.id.clone(), wave, name, reason)
                .await
                .expect("a decision");
        }
        assert_eq!(desk.run_wave(wave).await, None);
        wave += 1;
    }
    assert!(faults.sprung() > 0);
    let truth = desk.rehome.waves(desk.id.clone()).await.expect("waves");
    assert!(
        truth.truth.contains("could not be put on the new app"),
        "{}",
        truth.truth
    );
    assert_ne!(desk.frame().await.current, Step::Retire, "not everybody is moved");
    desk.check_unharmed();
    faults.clear();
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversions_whose_answer_is_lost() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let faults = desk.faults();
    let one = format!("{}/", desk.assign_path());
    for (n, fault) in [
        Fault::ResetAfter,
        Fault::ResetBefore,
        Fault::Status(503, "E0000010".into()),
    ]
    .into_iter()
    .enumerate()
    {
        faults.arm(fault, "POST", &one, 1 + n as u32 * 2);
    }
    desk.finish_waves().await;
    assert_eq!(faults.sprung(), 3);
}

/// Okta does not find, once, whom it is to convert: a moment later it does, and nobody stays behind unproven.
#[tokio::test(flavor = "multi_thread")]
async fn conversions_that_are_not_found_once() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let faults = desk.faults();
    let one = format!("{}/", desk.assign_path());
    faults.arm(Fault::Status(404, "E0000007".into()), "POST", &one, 1);
    faults.arm(Fault::Status(404, "E0000007".into()), "POST", &desk.assign_path(), 4);
    desk.finish_waves().await;
    assert_eq!(faults.sprung(), 2);
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
    assert_eq!((waves.counts.failed, waves.counts.unknown), (0, 0));
}
