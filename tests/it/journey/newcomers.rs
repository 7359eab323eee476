use rehome_engine::view::Step;

use super::main_job::{before, check_end};
use crate::desk::{Desk, options};

/// A colleague joins a group that is on both apps already, in the last moment before retiring: nobody is left behind on an app
/// that is deleted.
#[tokio::test(flavor = "multi_thread")]
async fn people_who_join_after_the_last_wave_are_moved_too() {
    let desk = Desk::new(options()).await.until(Step::Retire).await;
    let group = desk.control.group("Support Tier 1").expect("a group");
    let joined = desk
        .control
        .create_user("late.joiner@northwind.example", "Late", "Joiner");
    desk.control
        .set_profile(&joined, "email", "late.joiner@northwind.example".into());
    desk.control.add_member(&group, &joined);
    let has = |app: &str| {
        desk.control
            .app_users(app)
            .iter()
            .any(|u| u.user == joined && u.external_id.is_some())
    };
    desk.wait_for("the newcomer on both apps", || has(&desk.old) && has(&desk.new))
        .await;
    let was = before(&desk.control, &desk.old);

    let mut robot = desk.robot(None);
    robot.work().await;
    check_end(&desk.control, &desk.old, &desk.new, &was);
    let planned_again = robot.done.iter().any(|line| line.contains("came to the old app since"));
    assert!(planned_again, "{:#?}", robot.done);
}
