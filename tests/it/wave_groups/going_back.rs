//! The way back on the new app: one person as a rehearsal, or everybody.

use rehome_engine::view::*;

use crate::desk::{Desk, options, refused, stopped};

pub const BOX: &str = "PUSH_USER_DEACTIVATION";

/// What the admin does before anything is taken away on the new app.
pub fn untick(desk: &Desk) {
    desk.control.set_feature(&desk.new, BOX, false);
}

async fn pilot_of(desk: &Desk) -> Vec<PersonRow> {
    desk.rehome
        .pilot(desk.id.clone())
        .await
        .expect("pilot")
        .people
        .into_iter()
        .map(|p| p.row)
        .collect()
}

/// Everybody is on the old app, nobody but who was there before on the new one; no account was doubled or switched off.
pub fn check_as_before(desk: &Desk, new_before: &[String], groups_before: &[(String, i64)]) {
    let mut on_new: Vec<String> = desk.control.app_users(&desk.new).into_iter().map(|u| u.user).collect();
    on_new.sort();
    assert_eq!(on_new, new_before, "the new app is as it was before");
    assert_eq!(desk.control.app_groups(&desk.new), groups_before);
    let old = desk.control.app_users(&desk.old);
    assert_eq!(old.len(), desk.was.users.len(), "everybody keeps the old app");
    let accounts = desk.control.downstream(&desk.new);
    assert_eq!(accounts.len(), desk.was.accounts, "no account was doubled");
    assert!(accounts.iter().all(|a| a.active), "no account was switched off");
}

pub fn on_new(desk: &Desk) -> Vec<String> {
    let mut users: Vec<String> = desk.control.app_users(&desk.new).into_iter().map(|u| u.user).collect();
    users.sort();
    users
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_goes_back_and_forward_again() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    assert_eq!(desk.run_wave(0).await, None);
    let person = pilot_of(&desk).await[0].id.clone();
    let account = |desk: &Desk| {
        let users = desk.control.app_users(&desk.new);
        users.into_iter().find(|u| u.user == person)
    };
    let before = account(&desk).expect("in the pilot");

    // The box is ticked: nobody is taken off, and the words say how to untick it.
    desk.control.set_feature(&desk.new, BOX, true);
    desk.rehome
        .rehearse_undo(desk.id.clone(), person.clone())
        .await
        .expect("may begin");
    let closed = stopped(desk.settle().await, ProblemCode::GateClosed);
    assert!(closed.mend.contains("Untick Deactivate Users"), "{closed:?}");
    assert!(closed.mend.contains("Tick it again"), "{closed:?}");
    assert!(closed.link.expect("a link").url.contains(&desk.new));
    assert_eq!(account(&desk), Some(before.clone()), "still there");

    untick(&desk);
    desk.control.forget_calls();
    desk.rehome
        .rehearse_undo(desk.id.clone(), person.clone())
        .await
        .expect("may begin");
    assert_eq!(desk.settle().await, None);
    let taken = |c: &&rehome_practice::CallSeen| c.method == "DELETE";
    assert_eq!(desk.control.calls().iter().filter(taken).count(), 1, "taken off once");
    let after = account(&desk).expect("there again");
    assert_eq!(
        (&after.username, &after.external_id),
        (&before.username, &before.external_id)
    );
    let accounts = desk.control.downstream(&desk.new);
    assert!(accounts.iter().all(|a| a.active), "nobody's account was switched off");
    assert_eq!(accounts.len(), desk.was.accounts, "nobody's account was doubled");
    let rows = pilot_of(&desk).await;
    assert!(rows.iter().all(|r| r.placed), "{rows:#?}");
    let told = crate::running::history(&desk, &person).await;
    let undone = |line: &String| line.contains("again.") && !line.contains("failed");
    assert!(told.iter().any(undone), "the way back is told: {told:?}");

    // Whoever is not in the plan is refused.
    refused(
        desk.rehome.rehearse_undo(desk.id.clone(), "00unobody".into()).await,
        ProblemCode::BadInput,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_goes_back_in_one_step() {
    let desk = Desk::new(options()).await;
    let (people, groups) = (on_new(&desk), desk.control.app_groups(&desk.new));
    refused(desk.rehome.roll_back(desk.id.clone()).await, ProblemCode::BadInput);
    desk.robot(Some(Step::Retire)).work().await;
    desk.check_moved(&[]);
    let view = desk.rehome.roll_back_view(desk.id.clone()).await.expect("a view");
    assert!(view.possible && view.people > 0, "{view:#?}");

    desk.control.set_feature(&desk.new, BOX, true);
    desk.rehome.roll_back(desk.id.clone()).await.expect("may begin");
    stopped(desk.settle().await, ProblemCode::GateClosed);
    desk.check_moved(&[]);

    untick(&desk);
    desk.rehome.roll_back(desk.id.clone()).await.expect("may begin");
    assert_eq!(desk.settle().await, None);
    check_as_before(&desk, &people, &groups);
    let frame = desk.frame().await;
    assert!(frame.current <= Step::Pilot, "{frame:#?}");

    // And forward again, to the end.
    desk.robot(Some(Step::Retire)).work().await;
    for user in desk.was.users.keys() {
        assert!(on_new(&desk).contains(user), "{user} is there again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_back_that_is_cut_off_goes_on() {
    let mut desk = Desk::new(crate::desk::slow_options()).await;
    let (people, groups) = (on_new(&desk), desk.control.app_groups(&desk.new));
    desk.robot(Some(Step::Retire)).work().await;
    untick(&desk);
    desk.control.forget_calls();
    desk.rehome.roll_back(desk.id.clone()).await.expect("may begin");
    desk.until_calls("DELETE", "/users/", 3).await;
    desk = desk.restart().await;
    refused(desk.rehome.run_wave(desk.id.clone(), 1).await, ProblemCode::GateClosed);
    desk.rehome.roll_back(desk.id.clone()).await.expect("goes on");
    assert_eq!(desk.settle().await, None);
    check_as_before(&desk, &people, &groups);
}
