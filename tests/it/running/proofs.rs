//! What is said of people who are not proven, while a wave goes on and after it.

use std::time::Duration;

use rehome_engine::view::*;
use rehome_practice::{Fault, SignIns};

use super::{set, waves};
use crate::desk::{Desk, options, slow_options};

/// People of the pilot come under their groups in the course of a later wave: the map, the list of waves and the list of steps
/// say the same of them meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_proven_pilot_stays_done_while_its_people_are_converted() {
    let desk = Desk::new(slow_options()).await.until(Step::Waves).await;
    desk.control.forget_calls();
    desk.start_wave(1).await;
    desk.until_calls("POST", &format!("{}/", desk.assign_path()), 1).await;
    let mut converted = 0;
    while desk.frame().await.run.is_some_and(|r| r.state != RunState::Finished) {
        let pilot = waves(&desk).await.waves.remove(0);
        let map = desk.rehome.people_map(desk.id.clone()).await.expect("a map");
        let rail = desk.frame().await.steps;
        let rail = rail.into_iter().find(|s| s.step == Step::Pilot).expect("a step");
        assert!(rail.done && rail.words.ends_with("proven"), "{rail:?}");
        assert_eq!((pilot.state, map.blocks[0].note.as_str()), (WaveState::Done, "done"));
        converted += usize::from(pilot.counts.assigned > 0);
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    assert!(converted > 0, "seen in the middle of it");
    assert_eq!(waves(&desk).await.waves[0].counts.assigned, 0);
}

/// Reading proofs again is offered first as long as it may help; then trying again; then looking at each.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_nothing_is_not_offered_first_again() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    // Whoever is to come under a group is refused.
    let convert = format!("{}/", desk.assign_path());
    let refused = Fault::Status(404, "E0000007".into());
    desk.faults().arm_times(refused, "POST", &convert, 1, 10_000);
    assert_eq!(desk.run_wave(1).await, None);
    let offer = async || {
        let next = waves(&desk).await.next;
        let action = next.primary.clone().map(|offer| offer.action);
        (action, next)
    };
    let prove = async || {
        desk.rehome.prove(desk.id.clone()).await.expect("begins");
        assert_eq!(desk.settle().await, None);
    };
    let (action, next) = offer().await;
    assert_eq!(action, Some(Action::Prove), "{next:?}");
    assert!(next.words.contains("not as planned"), "why, not a guess: {next:?}");
    prove().await;
    let (action, next) = offer().await;
    let Some(Action::RunWave { wave }) = action else {
        panic!("reading has changed nothing: {next:?}")
    };
    assert_eq!(next.secondary.map(|offer| offer.action), Some(Action::Prove));
    assert_eq!(desk.run_wave(wave).await, None);
    let (action, next) = offer().await;
    assert_eq!(
        action,
        Some(Action::ShowPeople {
            state: PersonState::Assigned
        }),
        "trying has changed nothing either: {next:?}"
    );
    assert_eq!(next.secondary.map(|offer| offer.action), Some(Action::RunWave { wave }));
    desk.faults().clear();
    assert_eq!(desk.run_wave(wave).await, None);
    desk.finish_waves().await;
}

/// Everybody of the wave before is proven, and the gate asks for sign-ins as well: the wave that would be refused is not offered.
#[tokio::test(flavor = "multi_thread")]
async fn a_wave_that_waits_for_sign_ins_says_so() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    desk.control.set_sign_ins(SignIns::Manual);
    // Somebody may be suspended, and cannot sign in.
    set(&desk, |s| s.gate.signed_in_percent = Some(50)).await;
    assert_eq!(desk.run_wave(1).await, None);
    let next = waves(&desk).await.next;
    assert_eq!(next.primary.clone().map(|o| o.action), Some(Action::Prove), "{next:?}");
    assert_eq!(
        next.secondary.clone().map(|o| o.action),
        Some(Action::OpenWave { wave: 2 })
    );
    assert!(next.words.contains("are signed in;"), "{next:?}");
    desk.control.sign_in_all(&desk.new);
    while waves(&desk).await.next.primary.map(|o| o.action) == Some(Action::Prove) {
        tokio::time::sleep(Duration::from_millis(30)).await;
        desk.rehome.prove(desk.id.clone()).await.expect("begins");
        assert_eq!(desk.settle().await, None);
    }
    let next = waves(&desk).await.next;
    assert_eq!(next.primary.map(|o| o.action), Some(Action::RunWave { wave: 2 }));
}
