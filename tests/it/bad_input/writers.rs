//! One writer: a second Rehome on the same folder is refused; one on another computer is seen by what it changes.

use std::sync::Arc;

use rehome_engine::view::*;

use crate::{
    desk::{Desk, Keychain, SPEED, check_words, options, refused, stopped},
    journey::robot::{Robot, begin, rehome},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_rehome_on_the_same_folder_is_refused() {
    let mut desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let second = rehome(desk.dir.path(), Arc::new(desk.keychain.clone()), SPEED);
    let start = second.start().await.expect("it starts, and says why it can do nothing");
    let JournalState::Unusable { problem } = start.journal else {
        panic!("{:?}", start.journal);
    };
    check_words(&problem);
    assert!(problem.what.contains("Rehome"), "{problem:#?}");
    assert!(start.migrations.is_empty());
    let before = desk.control.calls_count();
    let wave = second.run_wave(desk.id.clone(), 0).await;
    assert_eq!(wave.expect_err("nothing runs").code, problem.code);
    let (url, token) = (desk.org.url().to_owned(), desk.org.token().to_owned());
    refused(second.connect(url, token).await, problem.code);
    assert_eq!(desk.control.calls_count(), before, "nothing was sent");
    // The first one is not disturbed, and once it has ended another one may take its place.
    assert_eq!(desk.run_wave(0).await, None);
    drop(second);
    desk = desk.restart().await;
    desk.finish_waves().await;
}

/// Two admins, two computers, the same two apps: neither knows of the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_rehome_on_another_computer_is_seen_by_what_it_changes() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let other = rehome(elsewhere.path(), Arc::new(Keychain::default()), SPEED);
    let id = begin(
        &other,
        desk.org.url(),
        desk.org.token(),
        crate::desk::OLD,
        crate::desk::NEW,
    )
    .await;
    let mut robot = Robot {
        rehome: &other,
        id: id.clone(),
        ..desk.robot(Some(Step::Pilot))
    };
    robot.work().await;
    // It finds our pilot there already, and takes a pilot of its own.
    let there: Vec<String> = desk.control.app_users(&desk.new).into_iter().map(|u| u.user).collect();
    let rows = other.people(id.clone(), PeopleFilter::default(), 0, 200).await;
    let free = rows.expect("people").rows.into_iter();
    let free = free.filter(|p| p.path == "individual" && p.state == PersonState::Planned && !there.contains(&p.id));
    let theirs: Vec<String> = free.map(|p| p.id).take(3).collect();
    assert_eq!(theirs.len(), 3);
    other.set_pilot(id.clone(), theirs.clone()).await.expect("a pilot");
    let plan = other.draft_plan(id.clone(), 40).await.expect("a plan");
    let approved = other.approve_plan(id.clone(), plan.digest, "Sam Elsewhere".to_owned());
    approved.await.expect("approved");
    let code = other.recovery_code().await.expect("a code");
    other.confirm_recovery_code(code).await.expect("confirmed");
    other.run_wave(id.clone(), 0).await.expect("may run");
    assert_eq!(robot.settle().await, None);

    // Ours sees that, before it writes anything.
    desk.control.forget_calls();
    let problem = stopped(desk.run_wave(1).await, ProblemCode::GateClosed);
    assert!(problem.mend.contains("another Rehome"), "{problem:#?}");
    assert!(
        desk.control.calls().iter().all(|c| c.method == "GET"),
        "nothing was written over it"
    );
    // Looked at by name, ours goes on. Then it is the other one's turn to see that.
    let (r, mine) = (&desk.rehome, || desk.id.clone());
    let seen = r.foreign_changes(mine()).await.expect("changes");
    assert!(!seen.is_empty());
    let seen = seen.into_iter().map(|change| change.id).collect();
    r.accept_foreign(mine(), seen, "Robin Admin".into())
        .await
        .expect("accepted");
    assert_eq!(desk.run_wave(1).await, None);
    other.run_wave(id.clone(), 0).await.expect("it begins by looking");
    stopped(robot.settle().await, ProblemCode::GateClosed);
    other.shutdown().await;
    desk.finish_waves().await;
}
