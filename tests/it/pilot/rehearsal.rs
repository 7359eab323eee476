//! The way back, tried on one person before the waves open.

use rehome_engine::view::*;
use rehome_practice::Fault;

use super::{pilot, proven, sign_in};
use crate::desk::{Desk, refused, stopped};

const BOX: &str = "PUSH_USER_DEACTIVATION";

async fn rehearse(desk: &Desk, person: &str) -> Option<Problem> {
    desk.rehome
        .rehearse_undo(desk.id.clone(), person.into())
        .await
        .expect("may begin");
    desk.settle().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_waves_open_after_one_person_went_back_and_forward() {
    let desk = proven().await;
    assert_eq!(desk.frame().await.current, Step::Pilot);
    let closed = refused(desk.rehome.run_wave(desk.id.clone(), 1).await, ProblemCode::GateClosed);
    assert!(closed.what.contains("way back"), "{closed:#?}");
    let view = pilot(&desk).await;
    let Some(Action::RehearseUndo { person }) = view.next.primary.map(|o| o.action) else {
        panic!("{:#?}", view.rehearsal)
    };

    desk.control.set_feature(&desk.new, BOX, true);
    let there = desk.control.app_users(&desk.new);
    let ticked = stopped(rehearse(&desk, &person).await, ProblemCode::GateClosed);
    assert!(ticked.mend.contains("ntick Deactivate Users"), "{ticked:#?}");
    assert_eq!(desk.control.app_users(&desk.new), there, "nobody was touched");
    assert_ne!(
        pilot(&desk).await.rehearsal.state,
        RehearsalState::UnderWay,
        "nothing was begun"
    );

    desk.control.set_feature(&desk.new, BOX, false);
    assert_eq!(rehearse(&desk, &person).await, None);
    let view = pilot(&desk).await;
    assert_eq!(view.rehearsal.state, RehearsalState::Done, "{:#?}", view.rehearsal);
    assert_eq!(desk.control.app_users(&desk.new).len(), there.len(), "on it again");
    let accounts = desk.control.downstream(&desk.new);
    assert_eq!(accounts.len(), desk.was.accounts, "no account was doubled");
    assert!(accounts.iter().all(|a| a.active), "no account was switched off");
    // Signed in before does not count for what was given since.
    sign_in(&desk).await;
    assert_eq!(desk.frame().await.current, Step::Waves);
    assert_eq!(desk.run_wave(1).await, None);
    refused(
        desk.rehome.rehearse_undo(desk.id.clone(), person).await,
        ProblemCode::GateClosed,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_that_was_cut_off_is_finished_first() {
    let desk = proven().await;
    let person = pilot(&desk).await.rehearsal.person.expect("a candidate").id;
    desk.control.set_feature(&desk.new, BOX, false);
    // The second half is refused by Okta: off the new app, and not on it again.
    let path = desk.assign_path();
    desk.faults()
        .arm_times(Fault::Status(409, "E0000112".into()), "POST", &path, 1, 50);
    let problem = rehearse(&desk, &person).await.expect("stops");
    crate::desk::check_words(&problem);
    let desk = desk.restart().await;
    let view = pilot(&desk).await;
    assert_eq!(view.rehearsal.state, RehearsalState::UnderWay);
    let closed = refused(desk.rehome.run_wave(desk.id.clone(), 1).await, ProblemCode::GateClosed);
    assert!(closed.what.contains("still being tried"), "{closed:#?}");
    // It can be neither skipped nor begun with somebody else.
    let skip = desk
        .rehome
        .skip_rehearsal(desk.id.clone(), Some("Robin Admin".into()), "No time for it.".into());
    refused(skip.await, ProblemCode::GateClosed);
    let other = view
        .people
        .iter()
        .find(|p| p.row.id != person)
        .expect("others")
        .row
        .id
        .clone();
    refused(
        desk.rehome.rehearse_undo(desk.id.clone(), other).await,
        ProblemCode::GateClosed,
    );
    desk.faults().clear();
    assert_eq!(rehearse(&desk, &person).await, None);
    sign_in(&desk).await;
    assert_eq!(desk.frame().await.current, Step::Waves);
    let accounts = desk.control.downstream(&desk.new);
    assert!(accounts.len() == desk.was.accounts && accounts.iter().all(|a| a.active));
    assert_eq!(desk.control.app_users(&desk.old).len(), desk.was.users.len());
}
