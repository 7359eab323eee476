use std::sync::Arc;

use rehome_engine::view::Step;
use rehome_practice::{Options, PracticeOrg};

use super::{
    main_job::{before, check_end},
    robot::{Robot, SharedSecrets, Wishes, begin, rehome},
};

/// Colleagues join while the move goes on: one by a group that is on both apps already, one in the last moment before retiring.
/// Nobody of them is left behind on an app that is deleted.
#[tokio::test(flavor = "multi_thread")]
async fn people_who_join_after_the_last_wave_are_moved_too() {
    let org = PracticeOrg::start(Options {
        speed: 40,
        ..Options::default()
    })
    .await
    .expect("a practice org");
    let control = org.control();
    let (old, new) = (
        control.app("Zendesk (2019)").expect("old"),
        control.app("Zendesk Suite").expect("new"),
    );
    let dir = tempfile::tempdir().expect("a folder");
    let rehome = rehome(dir.path(), Arc::new(SharedSecrets::default()), 40);
    let id = begin(&rehome, org.url(), org.token(), "Zendesk (2019)", "Zendesk Suite").await;
    let wishes = Wishes {
        pilot: 5,
        wave_size: 60,
        console: org.url().to_owned(),
        token: org.token().to_owned(),
        until: Some(Step::Retire),
    };
    let mut robot = Robot {
        rehome: &rehome,
        id,
        wishes,
        done: Vec::new(),
    };
    robot.work().await;

    let group = control.group("Support Tier 1").expect("a group");
    let joined = control.create_user("late.joiner@northwind.example", "Late", "Joiner");
    control.set_profile(&joined, "email", "late.joiner@northwind.example".into());
    control.add_member(&group, &joined);
    // The fan-out on both apps takes a moment of org time.
    let on_both = || {
        [&old, &new].iter().all(|app| {
            control
                .app_users(app)
                .iter()
                .any(|u| u.user == joined && u.external_id.is_some())
        })
    };
    while !on_both() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let was = before(&control, &old);

    robot.wishes.until = None;
    robot.work().await;
    check_end(&control, &old, &new, &was);
    let planned_again = robot.done.iter().any(|line| line.contains("came to the old app since"));
    assert!(planned_again, "{:#?}", robot.done);
}
