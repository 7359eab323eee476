use rehome_engine::view::Step;
use rehome_practice::Control;

use crate::desk::{Desk, options};

/// Calls that take access away, on either app.
fn taken_away(control: &Control) -> Vec<String> {
    let takes = |c: &rehome_practice::CallSeen| c.method == "DELETE" || c.path.ends_with("/lifecycle/deactivate");
    control
        .calls()
        .into_iter()
        .filter(takes)
        .map(|c| format!("{} {}", c.method, c.path))
        .collect()
}

/// Whatever is asked for at whichever step, nothing is taken away before the gate of step 5 is open (invariants 2 to 4).
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_away_early() {
    let desk = Desk::new(options()).await;
    let (rehome, control, id) = (&desk.rehome, &desk.control, desk.id.clone());
    let mut robot = desk.robot(None);
    // At `Retire` everybody is moved, but Deactivate Users is still ticked and nobody has attested anything.
    for until in [Step::Compare, Step::Map, Step::Pilot, Step::Waves, Step::Retire] {
        robot.wishes.until = Some(until);
        robot.work().await;
        let label = robot.frame().await.old.label;
        let all = rehome.retire(id.clone()).await.expect("retire").members_to_approve;
        let _ = rehome.attest_canary(id.clone(), "Robin Admin".into(), true).await;
        for attempt in 0..5 {
            let asked = match attempt {
                0 => rehome.retire_canary(id.clone()).await,
                1 => rehome.retire_groups(id.clone(), all).await,
                2 => rehome.retire_individuals(id.clone()).await,
                3 => rehome.deactivate_old(id.clone()).await,
                _ => rehome.delete_old(id.clone(), label.clone()).await,
            };
            let ended = robot.settle().await;
            let refused = asked.err().or(ended);
            assert!(refused.is_some(), "attempt {attempt} at {until:?} was refused");
            assert_eq!(
                taken_away(control),
                Vec::<String>::new(),
                "attempt {attempt} at {until:?}"
            );
        }
    }
    assert!(control.downstream(&desk.old).iter().all(|a| a.active));
}
